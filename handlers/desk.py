"""What drafting needs beside Slack: the store, the clock, and what is known of accounts and domains.

Facts from outside are asked for with little patience: a modal must open while its trigger lives, whether SES and DNS
answer or not. What is not known in time is left for the person to fill in.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TypeAlias, TypeVar
from urllib.parse import urlsplit

from checks.names import BadDomain, domain_of
from checks.query import BadWebsite, website_of
from handlers.errors import in_brief
from handlers.replies import Reply
from model import Answers, Checked, PlaceStatus, Report, StoredDraft
from model.draft import Known
from store import Database

log = logging.getLogger(__name__)
T = TypeVar("T")
Places: TypeAlias = Callable[[], Awaitable[Sequence[PlaceStatus]]]
DeadDomains: TypeAlias = Callable[[Sequence[str]], Awaitable[frozenset[str]]]

PATIENCE = 0.7
"""Seconds that a modal waits for what may be filled in."""
HOSTS_PATIENCE = 3.0
"""Seconds that a result waits for the DNS of the contacts."""
SAVING = 2.0
"""Seconds for the store, before a form must be acknowledged (Slack gives three)."""
REMIND_AFTER = timedelta(hours=4)
"""After the moment to submit: late enough to have submitted, and well before the 24 hours in which AWS answers."""
_KEPT = 500
_MOST_HOSTS = 4


async def _no_places() -> Sequence[PlaceStatus]:
    return ()


async def _none_dead(_: Sequence[str]) -> frozenset[str]:
    return frozenset()


@dataclass(slots=True)
class Desk:
    """`places` tells what is watched, `last_report` the last check of a domain, `dead_domains` which of some domains
    take no mail. Whatever is awaited may hang."""

    db: Database
    last_report: Callable[[str], Checked | None]
    zone: tzinfo = UTC
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    places: Places = _no_places
    dead_domains: DeadDomains = _none_dead
    days: float = 90.0
    """How long a draft is kept that nobody touches."""
    replies: OrderedDict[str, Reply] = field(default_factory=OrderedDict)
    """Where each draft was asked for last: a response URL works where the bot is no member."""

    def remember(self, draft_id: str, reply: Reply) -> None:
        """Where to answer about a draft. Only in memory: a response URL lives 30 minutes."""
        self.replies[draft_id] = reply
        self.replies.move_to_end(draft_id)
        while len(self.replies) > _KEPT:
            self.replies.popitem(last=False)

    def local(self, stored: StoredDraft) -> StoredDraft:
        """The draft with its times in the team's zone, as they are shown."""
        updated, posted = (at.astimezone(self.zone) if at else None for at in (stored.updated_at, stored.posted_at))
        return replace(stored, updated_at=updated, posted_at=posted)

    async def known_places(self, patience: float = PATIENCE) -> tuple[PlaceStatus, ...]:
        """The places watched; none when they are not known in time."""
        return tuple(await self._in_time(self.places(), (), patience, "the accounts"))

    def checked(self, domain: str) -> Checked | None:
        """The last check of a domain, as people write it."""
        name = _ascii(domain)
        return self.last_report(name) if name else None

    def known(self, answers: Answers, dead: frozenset[str] = frozenset()) -> Known:
        """What is known without asking anybody."""
        checked = self.checked(answers.domain)
        today = self.now().astimezone(self.zone).date()
        if checked is None:
            return Known(today=today, dead_domains=dead)
        return Known(_about_its_website(checked, answers.website), checked.registered, today, dead)

    async def known_for_result(self, answers: Answers) -> Known:
        """The same, and whether the contacts' domains take mail, as far as that can be told in a few seconds."""
        hosts = (_ascii(one.rpartition("@")[2]) for one in answers.contacts if "@" in one)
        domains = tuple(dict.fromkeys(host for host in hosts if host))[:_MOST_HOSTS]
        dead = await self._in_time(self.dead_domains(domains), frozenset(), HOSTS_PATIENCE, "the contacts’ domains")
        return self.known(answers, dead)

    async def _in_time(self, asking: Awaitable[T], otherwise: T, seconds: float, what: str) -> T:
        try:
            async with asyncio.timeout(seconds):
                return await asking
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a convenience, the person goes on without it
            log.info("%s are not known in time (%s)", what, in_brief(error))
            return otherwise


def _about_its_website(checked: Checked, website: str) -> Report:
    """The report without what it says of another website than this: it need not be on the domain that sends."""
    report = checked.report
    if _host(website) in ("", _host(checked.website or report.domain)):
        return report
    return replace(report, findings=tuple(one for one in report.findings if one.check != "website"))


def _host(website: str) -> str:
    """The host of a website, as people write it; empty where it is none."""
    try:
        return (urlsplit(website_of(website)).hostname or "").removeprefix("www.")
    except BadWebsite:
        return ""


def _ascii(domain: str) -> str:
    try:
        return domain_of(domain) if domain else ""
    except BadDomain:
        return ""
