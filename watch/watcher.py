"""Polls what is due and tells what is new: a tick only starts work, the database says who does it.

Two loops that know nothing of each other. `poll_due` claims places, reads them, compares, and records snapshot and news
in one transaction. `publish_due` takes the oldest news of each channel to a `Publisher` and marks what came of it. Kill
the process anywhere and the next tick of any replica goes on from the database.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from model import (
    Access,
    Claim,
    Delivery,
    Identity,
    Known,
    Later,
    Pending,
    Place,
    Published,
    Reading,
    Snapshot,
    Stuck,
)
from store import Database, claim_due, mark_published, mark_waiting, next_news, record_poll
from watch.compare import compare, compare_identities

log = logging.getLogger(__name__)

LEASE_SECONDS = 30.0
"""Longer than a poll may take (20 s), so that a lease ends only when its holder is gone or stalled."""
PUBLISH_LEASE_SECONDS = 60.0
STUCK_SECONDS = 60.0
"""How often news that waits for a person to mend something is tried again."""
_CADENCE = {
    Access.IN_REVIEW: 1,
    Access.NOT_GRANTED: 3,
    Access.GRANTED: 3,
    Access.FAILED: 12,
    Access.SANDBOX: 12,
    Access.PRODUCTION: 72,
    Access.UNKNOWN: 12,
}
"""Multiples of the poll interval, by what was known last."""


class Publisher(Protocol):
    """Whoever takes news to a channel, and says what happened."""

    async def publish(self, pending: Pending) -> Delivery: ...


class Reader(Protocol):
    """Whoever reads a place at AWS. Never raises for what AWS does."""

    async def read(self, place: Place) -> Reading: ...

    async def domains(self, place: Place, known: Known) -> tuple[Identity, ...] | None: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How often and how much: `poll_seconds` is the interval while in review, the others are multiples of it;
    `at_once` is how many places are read at a time."""

    poll_seconds: float = 300.0
    at_once: int = 16

    def again_in(self, known: Known) -> float:
        """Seconds until the next poll. A place that could not be read is tried soon, then less and less often."""
        if known.failures:
            return self.poll_seconds * float(min(2 ** (known.failures - 1), 12))
        if known.region_off:
            return self.poll_seconds * _CADENCE[Access.PRODUCTION]
        return self.poll_seconds * _CADENCE[known.snapshot.access if known.snapshot else Access.UNKNOWN]


class Watcher:
    """Watches. What is new is found by `poll_due` and told by `publish_due`; neither knows of the other."""

    def __init__(self, db: Database, reader: Reader, publisher: Publisher, pace: Pace = Pace()) -> None:
        self._db = db
        self._reader = reader
        self._publisher = publisher
        self._pace = pace
        self._free = pace.at_once

    async def poll_due(self) -> int:
        """Claim what is due, as much as there are hands for, and poll it; how many places were polled."""
        if self._free <= 0:
            return 0
        claims = await claim_due(self._db, most=self._free, lease=LEASE_SECONDS)
        self._free -= len(claims)
        try:
            await asyncio.gather(*(self._poll(claim) for claim in claims))
        finally:
            self._free += len(claims)
        return len(claims)

    async def publish_due(self) -> int:
        """Take the oldest news of each channel there; how many items were tried."""
        taken = await next_news(self._db, most=8, lease=PUBLISH_LEASE_SECONDS)
        await asyncio.gather(*(self._publish(pending) for pending in taken))
        return len(taken)

    async def _poll(self, claim: Claim) -> None:
        reading = await self._reader.read(claim.place)
        known, items = compare(claim.place, claim.known, reading, _now())
        if isinstance(reading, Snapshot):
            seen = await self._reader.domains(claim.place, known)
            if seen is not None:
                known, more = compare_identities(claim.place, known, seen, _now())
                items = (*items, *more)
        if not await record_poll(self._db, claim, known, items, again_in=self._pace.again_in(known)):
            log.warning("a poll came after its lease and was dropped: %s %s", claim.place.account, claim.place.region)

    async def _publish(self, pending: Pending) -> None:
        match await self._publisher.publish(pending):
            case Published(ts=ts):
                await mark_published(self._db, pending, ts)
            case Later(seconds=seconds, why=why):
                await mark_waiting(self._db, pending, seconds=seconds, why=why)
            case Stuck(why=why):
                await mark_waiting(self._db, pending, seconds=STUCK_SECONDS, why=why)


def _now() -> datetime:
    return datetime.now(UTC)
