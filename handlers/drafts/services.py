"""What drafts need beside `Services`: the store, the clock, and what is known of accounts and domains.

Facts from outside get little time: a modal must open while its trigger lives, whether SES and DNS answer or not. What
is not known in time is left for the person to fill in.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from aws.prose import ProseWriter
from handlers.listeners import Services
from handlers.logs import describe_briefly
from handlers.slack_api import OPENING, EphemeralReply
from model import AccountRegion, AccountRegionStatus, SesView
from model.drafting import StoredDraft
from store import Database

log = logging.getLogger(__name__)
T = TypeVar("T")
AccountRegions: TypeAlias = Callable[[], Awaitable[Sequence[AccountRegionStatus]]]
DeadDomains: TypeAlias = Callable[[Sequence[str]], Awaitable[frozenset[str]]]

REMIND_AFTER = timedelta(hours=4)
"""After the moment to submit: late enough to have submitted, and well before the 24 hours in which AWS answers."""
_MOST_SURFACES = 500
_POOL = ThreadPoolExecutor(2, thread_name_prefix="drafts")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds. `prefill`: what a modal waits for facts that fill fields in; `step`: the same for a step, for which
    Slack waits; `contacts`: what a result waits for the DNS of the contacts and for SES; `saving`: what the store has
    before a form must be acknowledged (Slack gives 3); `opening`: after that a modal opens with a line to wait."""

    prefill: float = 0.7
    step: float = 0.2
    contacts: float = 3.0
    saving: float = 2.0
    opening: float = OPENING


def _answer_always(answer: T) -> Callable[..., Awaitable[T]]:
    async def ask(*_: object) -> T:
        return answer

    return ask


_NO_ACCOUNT_REGIONS: AccountRegions = _answer_always(())
_NONE_DEAD: DeadDomains = _answer_always(frozenset())
_NO_AWS: Callable[[str], Awaitable[SesView]] = _answer_always(SesView())
_NOT_POLLED: Callable[[Sequence[AccountRegion]], Awaitable[object]] = _answer_always(None)


@dataclass(slots=True)
class DraftServices:
    """`account_regions` gives what is watched, `find_dead_domains` which of some domains take no mail,
    `look_up_at_aws` what SES says of a domain, `poll` reads accounts now. Whatever is awaited may hang. `days`: how
    long a draft is kept after its last change. `prose` is None where no model is set."""

    services: Services
    db: Database
    zone: tzinfo = UTC
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    account_regions: AccountRegions = _NO_ACCOUNT_REGIONS
    find_dead_domains: DeadDomains = _NONE_DEAD
    look_up_at_aws: Callable[[str], Awaitable[SesView]] = _NO_AWS
    poll: Callable[[Sequence[AccountRegion]], Awaitable[object]] = _NOT_POLLED
    days: float = 90.0
    limits: Limits = Limits()
    prose: ProseWriter | None = None
    surfaces: OrderedDict[str, EphemeralReply] = field(default_factory=OrderedDict)
    """Where each draft was asked for last: a response URL works where the bot is no member."""

    def remember(self, draft_id: str, surface: EphemeralReply) -> None:
        """Keeps where to answer about a draft. Only in memory: a response URL lives 30 minutes."""
        self.surfaces[draft_id] = surface
        self.surfaces.move_to_end(draft_id)
        while len(self.surfaces) > _MOST_SURFACES:
            self.surfaces.popitem(last=False)

    def in_local_time(self, draft: StoredDraft) -> StoredDraft:
        """Returns the draft with its times in the team's zone, as they are shown."""
        updated, posted = (at.astimezone(self.zone) if at else None for at in (draft.updated_at, draft.posted_at))
        return replace(draft, updated_at=updated, posted_at=posted)

    @property
    def named_zone(self) -> ZoneInfo:
        """The team's zone by a name, as texts write it."""
        return self.zone if isinstance(self.zone, ZoneInfo) else ZoneInfo("UTC")

    async def load_account_regions(self, seconds: float | None = None) -> tuple[AccountRegionStatus, ...]:
        """Returns the account regions watched; none when they are not known in time."""
        return tuple(await self.wait_for(self.account_regions(), (), seconds or self.limits.prefill, "the accounts"))

    async def run_in_thread(self, work: Callable[..., T], *arguments: object) -> T:
        """Runs a pure function of `drafts` in a thread of its own pool: hostile text may cost more than the event loop
        can spare, and the loop's default pool is for names of hosts."""
        return await asyncio.get_running_loop().run_in_executor(_POOL, work, *arguments)

    async def wait_for(self, answer: Awaitable[T], default: T, seconds: float, what: str) -> T:
        """Returns the answer, or `default` where it does not come in time."""
        try:
            async with asyncio.timeout(seconds):
                return await answer
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a convenience, the person goes on without it
            log.info("%s are not known in time (%s)", what, describe_briefly(error))
            return default
