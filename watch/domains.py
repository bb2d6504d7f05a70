"""Checks the domains that people have watched, and notifies them of the end.

As with the accounts, a tick only starts work and the database says who does it: one pool claims what is due, has it
checked and records what was seen; the other takes what has ended to the person. Kill the process anywhere and the
next tick of any replica goes on from the database.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
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
from watch.worker import NoteError, WorkerPool, release_on_cancel

log = logging.getLogger(__name__)

CHECK_SECONDS = 75.0
"""What a check may take, while it yields to checks that a person waits for."""
LEASE_SECONDS = 90.0
"""Longer than a check, so that a lease ends only when its holder is gone or stalled."""
NOTICE_LEASE_SECONDS = 60.0
"""Longer than `Notify` waits for Slack."""
_STUCK_SECONDS, _LONGEST_STUCK = 60.0, 3_600.0
"""The first and the longest pause before a notice is tried again that Slack does not let the bot send."""
_NOTICES_AT_ONCE = 4
_CHECK_GRACE, _NOTICE_GRACE = 2.0, 16.0
"""Seconds at the end. A check can be abandoned; a message may be on its way, and would be sent again."""


SHORTEST = 1.0
"""Seconds between two checks of a domain: each queries its name servers."""
_MINUTES_IN_AN_INTERVAL = 5
"""A minute below is a fifth of the poll interval, so that it is one where that is 300 seconds."""
_HOUR, _DAY = 60, 1_440
_INTERVALS = (
    *((1, 1), (3, 2), (8, 5), (18, 10), (38, 20), (68, 30)),
    *((_DAY, _HOUR), (7 * _DAY, 3 * _HOUR)),
)
"""Pairs: minutes since the start of a watch, and until then the minutes between two checks."""
_LAST_INTERVAL = 6 * _HOUR


@dataclass(frozen=True, slots=True)
class RecheckInterval:
    """`poll_seconds` is the interval at which an account in review is read; `at_once` is how many domains are checked
    at a time: no one waits for these, and people wait for their own checks."""

    poll_seconds: float = 300.0
    at_once: int = 2

    @property
    def tick_seconds(self) -> float:
        """Seconds between two searches for what is due."""
        return min(5.0, max(0.1, self.poll_seconds / 2))

    @property
    def seconds_to_first(self) -> float:
        """Seconds from the start of a watch to its first check."""
        return self._interval(0.0)

    def seconds_to_next(self, watch: DomainWatch, now: datetime) -> float | None:
        """Returns the seconds from a check that ends `now` to the next, the last one at the end of the watch; None
        after that."""
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
"""Notifies a person how their domain watch ended, and returns what happened, within half a minute."""


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
    """Checks the watched domains. `tick` starts what is due, `close` ends in good order."""

    def __init__(
        self, db: Database, check: DomainCheck, notify: Notify, *, note_error: NoteError, pace: RecheckInterval
    ) -> None:
        self.pace = pace
        self._db = db
        self._check = check
        self._notify = notify
        self._note_error = note_error
        claiming = "looking for domains that are due"
        self._checks = WorkerPool(
            pace.at_once, self._claim_checks, doing="a look at a domain", claiming=claiming, note_error=note_error
        )
        claiming = "looking for people to tell"
        self._notices = WorkerPool(
            _NOTICES_AT_ONCE, self._claim_notices, doing="sending a notice", claiming=claiming, note_error=note_error
        )

    def tick(self) -> None:
        """Starts in the background whatever is due."""
        self._checks.wake()
        self._notices.wake()

    async def close(self) -> None:
        """Starts nothing more; gives what is under way a moment, and its leases back."""
        await asyncio.gather(self._checks.close(_CHECK_GRACE), self._notices.close(_NOTICE_GRACE))

    async def _claim_checks(self, most: int) -> list[Coroutine[Any, Any, None]]:
        return [self._run_check(lease) for lease in await claim_checks(self._db, most=most, lease=LEASE_SECONDS)]

    async def _claim_notices(self, most: int) -> list[Coroutine[Any, Any, None]]:
        return [
            self._send_notice(notice) for notice in await claim_notices(self._db, most=most, lease=NOTICE_LEASE_SECONDS)
        ]

    async def _run_check(self, lease: CheckLease) -> None:
        started_at = _loop_time()
        async with release_on_cancel(partial(release_check, self._db, lease)):
            report = await self._check_domain(lease)
        now = lease.now + timedelta(seconds=_loop_time() - started_at)
        is_decided = report is not None and report.verdict is not Verdict.CANNOT_TELL
        codes = open_codes(report) if report and is_decided else lease.watch.open
        again_in = self.pace.seconds_to_next(lease.watch, now)
        ending = Ending.EXPIRED if again_in is None else None
        if report and report.verdict is Verdict.READY:
            ending = Ending.READY
        if not await record_check(self._db, lease, codes, again_in=again_in, ending=ending):
            log.info("a look came after its lease, or was not wanted any more, and was dropped")
        elif ending:
            self._notices.wake()

    async def _check_domain(self, lease: CheckLease) -> Report | None:
        """Returns the report of a check; None where there is none, which says nothing about the domain."""
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                return await self._check(lease.watch.query)
        except TimeoutError:
            log.info("a look at a domain was not finished within %g s", CHECK_SECONDS)
        except Exception as error:  # noqa: BLE001 - in the log; the domain is checked again as if all were unknown
            self._note_error(error, "a look at a domain")
        return None

    async def _send_notice(self, notice: NoticeLease) -> None:
        try:
            delivery = await self._notify(notice)
        except Exception as error:  # noqa: BLE001 - in the log; it is tried again
            delivery = Blocked(f"an error in ses-bot (id {self._note_error(error, 'sending a notice')})")
        match delivery:
            case Published():
                await mark_notified(self._db, notice)
            case RetryLater(seconds=seconds):
                await self._postpone(notice, seconds)
            case Blocked(why=why):
                log.warning("a notice about a domain could not be sent: %s", why)
                await self._postpone(notice, back_off(notice.attempts, _STUCK_SECONDS, _LONGEST_STUCK))

    async def _postpone(self, notice: NoticeLease, seconds: float) -> None:
        if not await postpone_notice(self._db, notice, seconds=seconds):
            log.warning("a notice about a domain could not be sent for a month, and is given up")


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
