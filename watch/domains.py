"""Checks the domains that people have watched, and notifies them of the end.

As with the accounts, a tick only starts work and the database says who does it: `looks` claims what is due, has it
checked and records what was seen; `tellings` takes what has ended to a `Notifier`. Kill the process anywhere and the
next tick of any replica goes on from the database.
"""

import asyncio
import contextlib
import logging
from datetime import timedelta
from typing import Protocol

from model import Blocked, CheckLease, Delivery, Ending, NoticeLease, Outcome, Published, Report, RetryLater, Verdict
from model.bounded import back_off
from store import Database
from store.domain_watches import claim_looks, claim_tellings, give_back_look, mark_notified, record_look, tell_later
from watch.intervals import RecheckInterval
from watch.worker import Note, Worker, WorkerPool

log = logging.getLogger(__name__)

LOOK_SECONDS = 75.0
"""What a check may take, with giving way to those that a person waits for."""
LEASE_SECONDS = 90.0
"""Longer than a look, so that a lease ends only when its holder is gone or stalled."""
TELL_LEASE_SECONDS = 60.0
"""Longer than a teller waits for Slack."""
_STUCK_SECONDS, _LONGEST_STUCK = 60.0, 3_600.0
"""The first and the longest pause before a notice is tried again that Slack does not let the bot send."""
_TELLINGS_AT_ONCE = 4
_LOOKS_TO_FINISH, _TELLINGS_TO_FINISH = 2.0, 16.0
"""Seconds at the end. A look can be abandoned; a message may be on its way, and would be sent again."""
_INTERVAL = RecheckInterval()


class DomainChecker(Protocol):
    """Checks the one domain of a query, past every cache, to the final verdict."""

    async def look(self, query: str) -> Report: ...


class Notifier(Protocol):
    """Tells a person how their domain watch ended, and returns what happened, within half a minute."""

    async def tell(self, telling: NoticeLease) -> Delivery: ...


def open_codes(report: Report) -> tuple[str, ...]:
    """The codes of what stands in the way of the verdict: of all that fails, or else of what is unknown. Of a
    domain that is ready: of what is worth improving."""
    by_outcome = {
        outcome: tuple(dict.fromkeys(one.code for one in report.findings if one.outcome is outcome))
        for outcome in (Outcome.FAIL, Outcome.WARN, Outcome.UNKNOWN)
    }
    if report.verdict is Verdict.READY:
        return by_outcome[Outcome.WARN]
    return by_outcome[Outcome.FAIL] or by_outcome[Outcome.UNKNOWN]


class DomainWatcher:
    """`tick` looks at what is due, `close` ends in good order."""

    def __init__(
        self, db: Database, looker: DomainChecker, teller: Notifier, *, note: Note, pace: RecheckInterval = _INTERVAL
    ) -> None:
        self.pace = pace
        self._db = db
        self._looker = looker
        self._teller = teller
        self._note = note
        self._looking = Worker(self._look_due, "looking for domains that are due", note)
        self._telling = Worker(self._tell_due, "looking for people to tell", note)
        self._looks = WorkerPool(pace.at_once, note, self._looking.wake)
        self._tellings = WorkerPool(_TELLINGS_AT_ONCE, note, self._telling.wake)

    def tick(self) -> None:
        """Start in the background whatever is due."""
        self._looking.wake()
        self._telling.wake()

    async def close(self) -> None:
        """Start nothing more; give what is under way a moment, and its leases back."""
        await asyncio.gather(self._looking.close(), self._telling.close())
        await asyncio.gather(self._looks.close(_LOOKS_TO_FINISH), self._tellings.close(_TELLINGS_TO_FINISH))

    async def _look_due(self) -> None:
        """Claim what is due, as much as the pool has room for; each piece of work that ends claims again."""
        free = self._looks.free
        for look in await claim_looks(self._db, most=free, lease=LEASE_SECONDS) if free else ():
            self._looks.start(self._look(look), "a look at a domain")

    async def _tell_due(self) -> None:
        free = self._tellings.free
        for telling in await claim_tellings(self._db, most=free, lease=TELL_LEASE_SECONDS) if free else ():
            self._tellings.start(self._tell(telling), "sending a notice")

    async def _look(self, look: CheckLease) -> None:
        begun = _now()
        try:
            report = await self._seen(look)
        except asyncio.CancelledError:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await give_back_look(self._db, look)
            raise
        now = look.now + timedelta(seconds=_now() - begun)
        decided = report is not None and report.verdict is not Verdict.CANNOT_TELL
        codes = open_codes(report) if report and decided else look.wish.open
        again_in = self.pace.again_in(look.wish, now)
        ending = Ending.EXPIRED if again_in is None else None
        if report and report.verdict is Verdict.READY:
            ending = Ending.READY
        if not await record_look(self._db, look, codes, again_in=again_in, ending=ending):
            log.info("a look came after its lease, or was not wanted any more, and was dropped")
        elif ending:
            self._telling.wake()

    async def _seen(self, look: CheckLease) -> Report | None:
        """The report; None where there is none, which says nothing about the domain."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                return await self._looker.look(look.wish.query)
        except TimeoutError:
            log.info("a look at a domain was not finished within %g s", LOOK_SECONDS)
        except Exception as error:  # noqa: BLE001 - in the log; the domain is checked again as if all were unknown
            self._note(error, "a look at a domain")
        return None

    async def _tell(self, telling: NoticeLease) -> None:
        try:
            delivery = await self._teller.tell(telling)
        except Exception as error:  # noqa: BLE001 - in the log; it is tried again
            delivery = Blocked(f"an error in ses-bot (id {self._note(error, 'sending a notice')})")
        match delivery:
            case Published():
                await mark_notified(self._db, telling)
            case RetryLater(seconds=seconds):
                await self._again(telling, seconds)
            case Blocked(why=why):
                log.warning("a notice about a domain could not be sent: %s", why)
                await self._again(telling, back_off(telling.attempts, _STUCK_SECONDS, _LONGEST_STUCK))

    async def _again(self, telling: NoticeLease, seconds: float) -> None:
        if not await tell_later(self._db, telling, seconds=seconds):
            log.warning("a notice about a domain could not be sent for a month, and is given up")


def _now() -> float:
    return asyncio.get_running_loop().time()
