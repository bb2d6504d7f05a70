"""Reads the queue of events as long as the bot runs: where one says that something happened, a poll is due at once;
what became of mails to the simulator of AWS is kept.

What an event says is never news by itself: the poll that it causes decides, and quotes it. A million events are read at
the pace at which polls may be made, and each account region is polled once for all that came together.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import TypeAlias

from aws.events import EventsQueue, Hint, Received, SimulatorEvent
from model import AccountRegion, AccountRegionStatus
from model.bounded import BoundedCache, back_off
from model.staying import Pushed

log = logging.getLogger(__name__)
_MAX_LABELS = 1_000
"""Labels of mails to the simulator. The rehearsal that waits for one is taken up by every replica in turn, so that it
comes to the one that read the event."""

AccountRegions: TypeAlias = Callable[[], Awaitable[Sequence[AccountRegionStatus]]]
Poll: TypeAlias = Callable[[Sequence[AccountRegion]], Awaitable[None]]
Arrived: TypeAlias = Callable[[Sequence[SimulatorEvent]], None]
Push: TypeAlias = Callable[[AccountRegion, Pushed], Awaitable[None]]
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 300.0
"""Seconds after a queue that could not be read."""
_PAUSE_AFTER_HINTS = 1.0
"""Seconds between two readings that brought hints: SES takes one GetAccount a second."""


@asynccontextmanager
async def follow_events(
    url: str | None, account_regions: AccountRegions, push: Push, poll: Poll, arrived: Arrived = lambda _: None
) -> AsyncIterator[None]:
    """Reads the queue at `url` while the context is open; None: there is none. `push` keeps what SES said by itself,
    `arrived` gets what became of mails to the simulator."""
    if url is None:
        yield
        return
    thread = ThreadPoolExecutor(1, thread_name_prefix="events")
    reading = asyncio.create_task(_follow_queue(url, thread, account_regions, push, poll, arrived))
    try:
        yield
    finally:
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
        thread.shutdown(wait=False, cancel_futures=True)


async def _follow_queue(  # noqa: PLR0913, PLR0917 - what events are for
    url: str, thread: ThreadPoolExecutor, account_regions: AccountRegions, push: Push, poll: Poll, arrived: Arrived
) -> None:
    """Reads the queue, polls, deletes. A queue that cannot be read is tried again, more slowly each time, and is in the
    log once."""
    in_thread = partial(asyncio.get_running_loop().run_in_executor, thread)
    queue = await in_thread(EventsQueue, url)
    failures = 0
    while True:
        received = await in_thread(queue.receive, datetime.now(UTC))
        if not isinstance(received, Received):
            if not failures:
                log.warning("SES_BOT_EVENTS_QUEUE_URL: events cannot be read: %s", received.why)
            await asyncio.sleep(back_off(failures, _FIRST_PAUSE, _LONGEST_PAUSE))
            failures += 1
            continue
        failures = 0
        arrived(received.rehearsed)
        try:
            watched = await account_regions() if received.hints else ()
            hinted = select_account_regions(received.hints, watched)
            for hint in received.hints:
                if hint.pushed:
                    for account_region in select_account_regions([hint], watched):
                        await push(account_region, hint.pushed)
            await poll(hinted) if hinted else None
        except Exception:  # the polls go on by themselves; the events come again
            log.exception("events were not acted on")
            await asyncio.sleep(_FIRST_PAUSE)
            continue
        await in_thread(queue.delete, received.receipts)
        await asyncio.sleep(_PAUSE_AFTER_HINTS if hinted else 0)


def select_account_regions(
    hints: Sequence[Hint], account_regions: Sequence[AccountRegionStatus]
) -> tuple[AccountRegion, ...]:
    """Returns the account regions that the hints are about; none for an account that is not watched."""
    hinted = {(hint.account_id, hint.region) for hint in hints}
    selected = []
    for status in account_regions:
        account_id = status.account_id or ""
        if hinted & {(account_id, None), (account_id, status.account_region.region)}:
            selected.append(status.account_region)
    return tuple(selected)


class Arrivals:
    """Keeps events by the label of their mail."""

    def __init__(self) -> None:
        self._kept: BoundedCache[str, dict[str, float]] = BoundedCache(_MAX_LABELS)

    def keep(self, events: Sequence[SimulatorEvent]) -> None:
        """Keeps what arrived; of the same event twice the first."""
        for event in events:
            arrived = {event.detail_type: event.seconds} | (self._kept.get(event.label) or {})
            self._kept.keep(event.label, arrived)

    def events_of(self, label: str) -> Mapping[str, float]:
        """Returns the events of a label: detail-type to the seconds from sending to the queue."""
        return dict(self._kept.get(label) or {})
