"""What listeners need of the accounts that are watched: what is known of them, and a way to have them polled now."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from handlers.views.status import Overview
from model import Access, AccountRegion, AccountRegionStatus
from store import Database, last_polls, status, watched
from watch import expected_by

MOST_POLLED = 20
"""Places that "Refresh" polls at a time."""
_ANSWER = 6.0
"""Seconds that "Refresh" waits for AWS."""
_LOOK = 0.1


@dataclass(frozen=True, slots=True)
class Watching:
    """`hurry` has places polled now, within AWS's rate. `missing`: sentences about what the bot lacks. `zone` is where
    business days are counted, and what times are written in."""

    db: Database
    hurry: Callable[[Sequence[AccountRegion]], Awaitable[None]]
    zone: tzinfo = UTC
    missing: tuple[str, ...] = ()

    async def places(self) -> tuple[AccountRegion, ...]:
        """All that is watched."""
        return await watched(self.db)

    async def overview(
        self,
        *,
        account: str | None = None,
        region: str | None = None,
        unanswered: Sequence[AccountRegion] = (),
        too_many: int | None = None,
    ) -> Overview:
        """What is known of the places that the filter leaves. `unanswered`, `too_many`: see `Overview`."""
        places = await status(self.db, account=account, region=region)
        expected = {one.place: by for one in places if (by := _expected(one, self.zone))}
        now = datetime.now(UTC)
        return Overview(places, now, self.zone, expected, self.missing, unanswered, too_many)

    async def polled(self, places: Sequence[AccountRegion]) -> tuple[AccountRegion, ...]:
        """Have places polled now; those that have not been after some seconds. Too many are left to their cadence; news
        that waits is tried again in any case."""
        if len(places) > MOST_POLLED:
            await self.hurry(())
            return ()
        before = await last_polls(self.db, places)
        await self.hurry(places)
        waiting = set(places)
        try:
            async with asyncio.timeout(_ANSWER):
                while waiting:
                    await asyncio.sleep(_LOOK)  # another replica may do it: the database is all that tells
                    after = await last_polls(self.db, sorted(waiting, key=str))
                    waiting = {place for place in waiting if after[place] == before[place]}
        except TimeoutError:
            pass
        return tuple(place for place in places if place in waiting)


def _expected(one: AccountRegionStatus, zone: tzinfo) -> datetime | None:
    """Until when AWS's answer is expected, where one is waited for."""
    known = one.known
    if known.snapshot is None or known.since is None or known.snapshot.access is not Access.IN_REVIEW:
        return None
    return expected_by(known.since, zone, appeal=known.appeal)
