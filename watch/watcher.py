"""Polls what is due and tells what is new: a tick only starts work, the database says who does it.

Two pumps that know nothing of each other but that there is news. `poll_due` claims places, reads them, compares, and
records snapshot and news in one transaction. `publish_due` takes the oldest news of each channel to a `Publisher` and
marks what came of it. Kill the process anywhere and the next tick of any replica goes on from the database.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from aws.cases import CaseReading
from model import (
    AccountRegion,
    Blocked,
    Claim,
    Delivery,
    Identity,
    News,
    Pending,
    Published,
    Reading,
    RegionState,
    RetryLater,
    Snapshot,
    Trouble,
    Unreadable,
)
from model.account import CaseAccess
from store import (
    Database,
    claim_due,
    give_back,
    mark_published,
    mark_waiting,
    name_account,
    next_news,
    poll_now,
    publish_now,
    record_poll,
)
from watch.cases import access_to_find_out, begin_case, case_to_read, compare_case
from watch.compare import compare, compare_identities
from watch.intervals import PollInterval
from watch.staying import StayReader, keep_up, look_after, with_words
from watch.worker import Note, Worker, WorkerPool

log = logging.getLogger(__name__)

POLL_SECONDS = 20.0
"""What a poll may take."""
LEASE_SECONDS = 30.0
"""Longer than a poll, so that a lease ends only when its holder is gone or stalled."""
PUBLISH_LEASE_SECONDS = 60.0
"""Longer than a publisher waits for Slack."""
STUCK_SECONDS = 60.0
"""How often news that waits for a person to fix something is tried again."""
_INTERVAL = PollInterval()
_CHANNELS_AT_ONCE = 8
_POLLS_TO_FINISH, _POSTS_TO_FINISH = 2.0, 16.0
"""Seconds at the end. A poll can be abandoned; a message may be on its way, and would be sent again."""


class Publisher(Protocol):
    """Takes news to a channel, and returns what happened, within half a minute."""

    async def publish(self, pending: Pending) -> Delivery: ...


class Reader(StayReader, Protocol):
    """Reads an account region at AWS. Never raises for what AWS does."""

    async def read(self, place: AccountRegion) -> Reading: ...

    async def domains(self, place: AccountRegion, known: RegionState) -> tuple[Identity, ...] | None: ...

    async def account_id(self, account: str) -> str | None: ...

    async def case(self, place: AccountRegion, display_id: str) -> CaseReading: ...

    async def case_access(self, place: AccountRegion) -> CaseAccess | None: ...


class Watcher:
    """`tick` looks at what is due, `close` ends in good order. `zone` is where business days are
    counted, `now` the clock of the news; `count` is called with the outcome of each poll, and how late it began."""

    def __init__(  # noqa: PLR0913 - its parts, by keyword
        self,
        db: Database,
        reader: Reader,
        publisher: Publisher,
        *,
        note: Note,
        pace: PollInterval = _INTERVAL,
        zone: tzinfo = UTC,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        count: Callable[[str, float], None] = lambda _outcome, _late: None,
    ) -> None:
        self._count = count
        self._now = now
        self.pace = pace
        self._db = db
        self._reader = reader
        self._publisher = publisher
        self._note = note
        self._zone = zone
        self._named: set[str] = set()
        self._more_is_due = False
        self._polling = Worker(self._poll_due, "looking for polls that are due", note)
        self._publishing = Worker(self._publish_due, "looking for news to publish", note)
        self._polls = WorkerPool(pace.at_once, note, self._poll_ended)
        self._posts = WorkerPool(_CHANNELS_AT_ONCE, note, self._publishing.wake)

    def tick(self) -> None:
        """Start in the background whatever is due."""
        self._polling.wake()
        self._publishing.wake()

    async def hurry(self, places: Iterable[AccountRegion]) -> None:
        """Poll these places now, within AWS's rate, and try again what could not be published."""
        await poll_now(self._db, places)
        await publish_now(self._db)
        self.tick()

    def stuck(self) -> str | None:
        """Why polls do not go on: every place of the pool is taken, and none has ended for long. None where they do."""
        still = self._polls.still
        return f"no poll has ended for {still:.0f} s" if still > 5 * POLL_SECONDS else None

    async def close(self) -> None:
        """Start nothing more; give what is under way a moment, and its leases back."""
        await asyncio.gather(self._polling.close(), self._publishing.close())
        await asyncio.gather(self._polls.close(_POLLS_TO_FINISH), self._posts.close(_POSTS_TO_FINISH))

    async def _poll_due(self) -> None:
        """Claim what is due, as much as the pool has room for."""
        while free := self._polls.free:
            claims = await claim_due(self._db, most=free, lease=LEASE_SECONDS)
            for claim in claims:
                self._polls.start(self._poll(claim), "a poll")
            self._more_is_due = len(claims) == free
            if not self._more_is_due:
                return

    def _poll_ended(self) -> None:
        """Claim again where more was due than the pool had room for; claiming several costs as much as claiming one."""
        if self._more_is_due and self._polls.free >= self._polls.size / 4:
            self._polling.wake()

    async def _publish_due(self) -> None:
        """Take the oldest news of each channel there; when a channel has it, the next one is looked for."""
        free = self._posts.free
        for pending in await next_news(self._db, most=free, lease=PUBLISH_LEASE_SECONDS) if free else ():
            self._posts.start(self._publish(pending), "publishing news")

    async def _poll(self, claim: Claim) -> None:
        try:
            known, items = await self._look(claim)
            self._count("unread" if known.failures else "read", claim.late)
            recorded = await record_poll(self._db, claim, known, items, again_in=self.pace.again_in(known))
        except asyncio.CancelledError:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await give_back(self._db, claim)
            raise
        if not recorded:
            log.warning("a poll came after its lease and was dropped: %s %s", claim.place.account, claim.place.region)
        elif items:
            self._publishing.wake()

    async def _look(self, claim: Claim) -> tuple[RegionState, tuple[News, ...]]:
        """What is known after a look at AWS, and what is new."""
        place, ends = claim.place, asyncio.get_running_loop().time() + POLL_SECONDS
        reading: Reading = Unreadable(Trouble.TIMEOUT, f"AWS did not answer in {POLL_SECONDS:g} s")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(ends):
                reading = await self._reader.read(place)
        known, items = compare(place, claim.known, reading, self._now(), self._zone)
        items = with_words(items, known, self._now())
        _log_trouble(place, claim.known, known)
        if isinstance(reading, Snapshot):
            known, more = keep_up(place, claim.known, known, self._now(), self.pace.day)
            items = (*items, *more)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(ends):
                    await self._name(place.account)
                    seen = await self._reader.domains(place, known)
                    if seen is not None:
                        known, more = compare_identities(place, known, seen, self._now())
                        items = (*items, *more)
                    known, more = await self._look_at_case(place, claim.known, known)
                    items = (*items, *more)
                    known, more = await look_after(self._reader, place, known, self._now())
                    items = (*items, *more)
        return known, items

    async def _look_at_case(
        self, place: AccountRegion, before: RegionState, known: RegionState
    ) -> tuple[RegionState, tuple[News, ...]]:
        """Read the case of a request that is not decided, where the support plan allows. Before there is one, find out
        once whether it does, so that people know what the bot will be able to do."""
        now = self._now()
        known = begin_case(before, known, now)
        case_id = case_to_read(known, now)
        if case_id is None:
            if not access_to_find_out(known, now):
                return known, ()
            found = await self._reader.case_access(place)
            return replace(known, case_access=found, case_access_at=now), ()
        return compare_case(place, known, await self._reader.case(place, case_id), now)

    async def _name(self, account: str) -> None:
        """Learn the account's number, once."""
        if account in self._named:
            return
        self._named.add(account)
        number = await self._reader.account_id(account)
        if number is None:
            self._named.discard(account)
        else:
            await name_account(self._db, account, number)

    async def _publish(self, pending: Pending) -> None:
        try:
            delivery = await self._publisher.publish(pending)
        except Exception as error:  # noqa: BLE001 - in the log and in /ses-status; the news is tried again
            delivery = Blocked(f"an error in ses-bot (id {self._note(error, 'publishing news')})")
        match delivery:
            case Published(ts=ts, channel=channel):
                await mark_published(self._db, pending, ts, channel)
            case RetryLater(seconds=seconds, why=why, limited=limited):
                await mark_waiting(self._db, pending, seconds=seconds, why=why, limited=limited)
            case Blocked(why=why):
                await mark_waiting(self._db, pending, seconds=STUCK_SECONDS, why=why)


def _log_trouble(place: AccountRegion, before: RegionState, after: RegionState) -> None:
    """Write one line when AWS can no longer be read at a place, and one when it can again."""
    if after.trouble and after.trouble != before.trouble:
        log.warning("AWS cannot be read for %s in %s: %s", place.account, place.region, after.trouble)
    elif before.trouble and not after.trouble:
        log.info("AWS can be read again for %s in %s", place.account, place.region)
