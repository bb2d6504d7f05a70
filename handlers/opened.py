"""What the bot has open, and what drafts and changes need of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial

from aws import Sessions
from aws.prose import ProseWriter
from checks.run import Runner
from handlers import digest
from handlers.changes import carry_out
from handlers.changes.services import ChangeServices
from handlers.drafts import reminders
from handlers.drafts.context import dead_domains
from handlers.drafts.services import DraftServices
from handlers.identities import Identities
from handlers.reports import Reports
from handlers.services import Services
from handlers.start import SlackConnection
from handlers.watching import Watching
from store import Database, status
from watch.arrivals import Arrivals


@dataclass(frozen=True, slots=True)
class Opened:
    """What the bot works with; `missing` says why no account is connected."""

    missing: str | None
    db: Database
    sessions: Sessions
    slack: SlackConnection
    identities: Identities
    runner: Runner
    prose: ProseWriter | None


def drafts_with(here: Opened, reports: Reports, watching: Watching, zone: tzinfo, days: float) -> DraftServices:
    """What drafts need; they are deleted after so many days."""
    return DraftServices(
        here.db,
        reports.latest,
        zone,
        places=partial(status, here.db),
        dead_domains=partial(dead_domains, here.runner.resolver),
        at_aws=here.identities.look,
        poll=watching.polled,
        prose=here.prose,
        can_act=not watching.missing,
        days=days,
    )


def changes_with(
    here: Opened, watching: Watching, operators: tuple[str, ...], zone: tzinfo, arrivals: Arrivals | None
) -> ChangeServices:
    """What changes need. `arrivals` hold what a rehearsal waits for; None: there is no queue of events."""
    return ChangeServices(
        here.db,
        here.sessions,
        operators,
        watching.hurry,
        watching.channel_of,
        here.runner.resolver,
        zone,
        arrivals=arrivals.of if arrivals else None,
    )


def rounds(
    services: Services, drafts: DraftServices, changes: ChangeServices, day: int | None, channel: str | None
) -> tuple[tuple[Callable[[], None], float], ...]:
    """What is looked for again and again beside the polls: drafts to remind of, the weekly line (on `day`, 0 for
    Monday, in `channel`), and open changes; each with its seconds."""
    weekly = digest.Digest(changes.db, day, channel, changes.zone)
    return (
        (partial(reminders.start_round, services, drafts), reminders.EVERY),
        (partial(digest.start_round, services, weekly), digest.EVERY),
        (partial(carry_out.start_round, services, changes), carry_out.EVERY),
    )
