"""Polls at once where an event of AWS says that something happened: the queue is read as long as the bot runs.

What an event says is never news: the poll that it causes decides. A million events are read at the pace at which polls
may be made, and each place is hurried once for all that came together.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from aws.events_queue import EventsQueue, Hint, Received
from model import AccountRegion, AccountRegionStatus
from model.bounded import back_off

log = logging.getLogger(__name__)
T = TypeVar("T")

_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 300.0
"""Seconds after a queue that could not be read."""
_BETWEEN = 1.0
"""Seconds between two readings that brought hints: SES takes one GetAccount a second."""


class Hints:
    """`run` reads the queue until it is cancelled; `close` ends its thread."""

    def __init__(
        self,
        queue: EventsQueue,
        places: Callable[[], Awaitable[Sequence[AccountRegionStatus]]],
        hurry: Callable[[Sequence[AccountRegion]], Awaitable[None]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._queue = queue
        self._places = places
        self._hurry = hurry
        self._now = now
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="events")

    async def run(self) -> None:
        """Read, poll, delete; a queue that cannot be read is tried again, ever more slowly, and is in the log once."""
        failures = 0
        while True:
            received = await self._in_thread(lambda: self._queue.receive(self._now()))
            if not isinstance(received, Received):
                if not failures:
                    log.warning("SES_BOT_EVENTS_QUEUE_URL: events cannot be read: %s", received.why)
                await asyncio.sleep(back_off(failures, _FIRST_PAUSE, _LONGEST_PAUSE))
                failures += 1
                continue
            failures = 0
            meant = places_of(received.hints, await self._places()) if received.hints else ()
            if meant:
                await self._hurry(meant)
            await self._in_thread(partial(self._queue.delete, received.receipts))
            await asyncio.sleep(_BETWEEN if meant else 0)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def close(self) -> None:
        """Let the thread end with the call that it is in."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def places_of(hints: Sequence[Hint], places: Sequence[AccountRegionStatus]) -> tuple[AccountRegion, ...]:
    """The places that the hints are about. Events of an account that is not watched mean none."""
    meant = {(hint.account_id, hint.region) for hint in hints}
    found = (
        one.place
        for one in places
        if (one.account_id or "", None) in meant or (one.account_id or "", one.place.region) in meant
    )
    return tuple(found)
