"""Checks the domains that people have watched, and notifies them of the end.

As with the accounts, a tick only starts work and the database says who does it: one pool claims what is due, has it
checked and records what was seen; the other takes what has ended to the person. Kill the process anywhere and the
next tick of any replica goes on from the database.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from model import (
    Blocked,
    CheckLease,
    Delivery,
    DomainWatch,
    Ending,
    NoticeLease,
    Outcome,
    Published,
    Report,
    RetryLater,
    Verdict,
)
from model.bounded import back_off
from store import Database
from store.domain_watches import (
    claim_checks,
    claim_notices,
    mark_notified,
    postpone_notice,
    record_check,
    release_check,
)
from watch.worker import NoteError, WorkerPool

log = logging.getLogger(__name__)

CHECK_SECONDS = 75.0
"""What a check may take, with giving way to those that a person waits for."""
LEASE_SECONDS = 90.0
"""Longer than a look, so that a lease ends only when its holder is gone or stalled."""
NOTICE_LEASE_SECONDS = 60.0
"""Longer than a teller waits for Slack."""
_STUCK_SECONDS, _LONGEST_STUCK = 60.0, 3_600.0
"""The first and the longest pause before a notice is tried again that Slack does not let the bot send."""
_NOTICES_AT_ONCE = 4
_CHECK_GRACE, _NOTICE_GRACE = 2.0, 16.0
"""Seconds at the end. A look can be abandoned; a message may be on its way, and would be sent again."""


SHORTEST = 1.0
"""Seconds between two looks at a domain: its name servers are asked each time."""
_MINUTES_IN_AN_INTERVAL = 5
"""A minute below is a fifth of the poll interval, so that it is one where that is 300 seconds."""
_HOUR, _DAY = 60, 1_440
_INTERVALS = (
    *((1, 1), (3, 2), (8, 5), (18, 10), (38, 20), (68, 30)),
    *((_DAY, _HOUR), (7 * _DAY, 3 * _HOUR)),
)
"""Pairs: minutes since the question, and until then the minutes between two looks."""
_LAST_INTERVAL = 6 * _HOUR


@dataclass(frozen=True, slots=True)
class RecheckInterval:
    """`poll_seconds` is the interval at which an account in review is read; `at_once` is how many domains are looked at
    at a time: no one waits for these, and people wait for their own checks."""

    poll_seconds: float = 300.0
    at_once: int = 2

    @property
    def tick(self) -> float:
        """Seconds between two looks at what is due."""
        return min(5.0, max(0.1, self.poll_seconds / 2))

    @property
    def first_in(self) -> float:
        """Seconds from the question to the first look."""
        return self._interval(0.0)

    def again_in(self, watch: DomainWatch, now: datetime) -> float | None:
        """Returns seconds to the next look after one that ends `now`, the last one when the time is over; None when it
        is."""
        remaining = (watch.ends - now).total_seconds()
        if remaining <= 0:
            return None
        return min(remaining, self._interval((now - watch.asked_at).total_seconds()))

    def _interval(self, age: float) -> float:
        minute = self.poll_seconds / _MINUTES_IN_AN_INTERVAL
        minutes = next((step for until, step in _INTERVALS if age < until * minute), _LAST_INTERVAL)
        return max(SHORTEST, minutes * minute)


DomainCheck: TypeAlias = Callable[[str], Awaitable[Report]]
"""Checks the one domain of a query, past every cache, to the final verdict."""
Notify: TypeAlias = Callable[[NoticeLease], Awaitable[Delivery]]
"""Tells a person how their domain watch ended, and returns what happened, within half a minute."""


def open_codes(report: Report) -> tuple[str, ...]:
    """Returns the codes of what stands in the way of the verdict: of all that fails, or else of what is unknown. Of a
    domain that is ready: of what is worth improving."""
    by_outcome = {
        outcome: tuple(dict.fromkeys(finding.code for finding in report.findings if finding.outcome is outcome))
        for outcome in (Outcome.FAIL, Outcome.WARN, Outcome.UNKNOWN)
    }
    if report.verdict is Verdict.READY:
        return by_outcome[Outcome.WARN]
    return by_outcome[Outcome.FAIL] or by_outcome[Outcome.UNKNOWN]


class DomainWatcher:
    """`tick` looks at what is due, `close` ends in good order."""

    def __init__(
        self, db: Database, check: DomainCheck, notify: Notify, *, note: NoteError, pace: RecheckInterval
    ) -> None:
        self.pace = pace
        self._db = db
        self._check = check
        self._notify = notify
        self._note = note
        claiming = "looking for domains that are due"
        self._looks = WorkerPool(
            pace.at_once, self._due_looks, doing="a look at a domain", claiming=claiming, note=note
        )
        claiming = "looking for people to tell"
        self._tellings = WorkerPool(
            _NOTICES_AT_ONCE, self._due_tellings, doing="sending a notice", claiming=claiming, note=note
        )

    def tick(self) -> None:
        """Starts in the background whatever is due."""
        self._looks.wake()
        self._tellings.wake()

    async def close(self) -> None:
        """Starts nothing more; give what is under way a moment, and its leases back."""
        await asyncio.gather(self._looks.close(_CHECK_GRACE), self._tellings.close(_NOTICE_GRACE))

    async def _due_looks(self, most: int) -> list[Coroutine[Any, Any, None]]:
        return [self._look(lease) for lease in await claim_checks(self._db, most=most, lease=LEASE_SECONDS)]

    async def _due_tellings(self, most: int) -> list[Coroutine[Any, Any, None]]:
        return [self._tell(notice) for notice in await claim_notices(self._db, most=most, lease=NOTICE_LEASE_SECONDS)]

    async def _look(self, lease: CheckLease) -> None:
        started_at = _loop_time()
        try:
            report = await self._seen(lease)
        except asyncio.CancelledError:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await release_check(self._db, lease)
            raise
        now = lease.now + timedelta(seconds=_loop_time() - started_at)
        is_decided = report is not None and report.verdict is not Verdict.CANNOT_TELL
        codes = open_codes(report) if report and is_decided else lease.watch.open
        again_in = self.pace.again_in(lease.watch, now)
        ending = Ending.EXPIRED if again_in is None else None
        if report and report.verdict is Verdict.READY:
            ending = Ending.READY
        if not await record_check(self._db, lease, codes, again_in=again_in, ending=ending):
            log.info("a look came after its lease, or was not wanted any more, and was dropped")
        elif ending:
            self._tellings.wake()

    async def _seen(self, lease: CheckLease) -> Report | None:
        """Returns the report; None where there is none, which says nothing about the domain."""
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                return await self._check(lease.watch.query)
        except TimeoutError:
            log.info("a look at a domain was not finished within %g s", CHECK_SECONDS)
        except Exception as error:  # noqa: BLE001 - in the log; the domain is checked again as if all were unknown
            self._note(error, "a look at a domain")
        return None

    async def _tell(self, notice: NoticeLease) -> None:
        try:
            delivery = await self._notify(notice)
        except Exception as error:  # noqa: BLE001 - in the log; it is tried again
            delivery = Blocked(f"an error in ses-bot (id {self._note(error, 'sending a notice')})")
        match delivery:
            case Published():
                await mark_notified(self._db, notice)
            case RetryLater(seconds=seconds):
                await self._again(notice, seconds)
            case Blocked(why=why):
                log.warning("a notice about a domain could not be sent: %s", why)
                await self._again(notice, back_off(notice.attempts, _STUCK_SECONDS, _LONGEST_STUCK))

    async def _again(self, notice: NoticeLease, seconds: float) -> None:
        if not await postpone_notice(self._db, notice, seconds=seconds):
            log.warning("a notice about a domain could not be sent for a month, and is given up")


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
