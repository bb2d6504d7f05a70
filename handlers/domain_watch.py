""" "Tell me when it's fixed": the button under a report that is not ready, and `/ses-check watched`.

The person who presses is notified, also under a shared report. What is watched is kept in the store
by the query that the button carries; `watch.DomainWatcher` looks at it, and tells.
"""

from datetime import UTC, datetime

from checks.query import BadQuery, Query, parse
from handlers.domain_watch_notify import DomainWatches
from handlers.listeners import Asker, Listeners, owner_of
from handlers.payloads import Press
from handlers.services import Services
from handlers.slack_api import EphemeralReply
from handlers.views import words
from handlers.views.domain_watch import (
    STOP,
    STOP_HERE,
    already_message,
    full_message,
    list_message,
    ready_already,
    stopped_message,
    watching_message,
)
from handlers.views.message import Message
from handlers.views.report import TELL, verdict_line
from model import Checked, Owner, Verdict
from store.domain_watches import ask, list_domain_watches, stop
from watch import open_codes

LISTENERS = Listeners()
_COMMAND = "/ses-check"
_SUBCOMMAND = "watched"


def asks_for_list(text: str) -> bool:
    """Whether what was typed after `/ses-check` is no domain, but the question what is watched."""
    return text.strip().lower() == _SUBCOMMAND


async def listed(services: Services, wishes: DomainWatches, user: str) -> Message:
    """What is watched for this person, as a message."""
    return await _list(wishes, owner_of(services, user))


async def _list(wishes: DomainWatches, owner: Owner) -> Message:
    return list_message(await list_domain_watches(wishes.db, owner), datetime.now(UTC), wishes.zone)


@LISTENERS.action(TELL, "watching the domain")
async def watch_domain(services: Services, wishes: DomainWatches, asker: Asker, press: Press) -> None:
    """Watch what the report is about, unless it is ready by now."""
    try:
        query = parse(press.value)
    except BadQuery as bad:
        return await asker.surface.tell(words.usage(_COMMAND, str(bad)))
    if query.help or len(query.domains) > 1 or query.unread:
        return await asker.surface.tell(words.usage(_COMMAND, "One domain at a time can be watched."))
    report = (await _standing(services, query, asker.surface)).report
    if report.verdict is Verdict.READY:
        return await asker.surface.tell(ready_already(str(query), verdict_line(report)))
    owner = asker.owner
    asked = await ask(wishes.db, owner, str(query), open_codes(report), first_in=wishes.pace.first_in)
    now = datetime.now(UTC)
    if asked.wish is None:
        return await asker.surface.tell(full_message(await list_domain_watches(wishes.db, owner), now, wishes.zone))
    if asked.already:
        return await asker.surface.tell(already_message(asked.wish, now, wishes.zone))
    return await asker.surface.tell(watching_message(asked.wish))


async def _standing(services: Services, query: Query, surface: EphemeralReply) -> Checked:
    """The report that the person sees, the whole of it; where the domain was seen ready since, as it is now."""
    checker = services.checker
    known, last = checker.cached(query), checker.latest(query.domains[0])
    seen_ready = any(one and one.report.verdict is Verdict.READY for one in (known, last))
    if seen_ready or known is None:
        await surface.hint(words.progress(query.domains))
    return await (checker.check(query, fresh=True) if seen_ready else checker.displayed(query))


@LISTENERS.action(STOP, "stopping it")
async def stop_one(wishes: DomainWatches, asker: Asker, press: Press) -> None:
    """Stop watching one domain of the list, which is shown anew in its place."""
    await stop(wishes.db, asker.owner, press.value)
    await asker.surface.replace(await _list(wishes, asker.owner))


@LISTENERS.action(STOP_HERE, "stopping it")
async def stop_here(wishes: DomainWatches, asker: Asker, press: Press) -> None:
    """Stop watching the domain that the message is about."""
    stopped = await stop(wishes.db, asker.owner, press.value)
    await asker.surface.replace(stopped_message(stopped))
