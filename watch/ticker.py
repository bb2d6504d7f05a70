"""The clock of the watcher: APScheduler, in memory. What is due stands in the database: a tick has nothing to keep."""

import logging
from collections.abc import Callable
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Ticker:
    """Calls `tick` every `seconds` until it is stopped. `tick` must only start work, and not wait for it."""

    def __init__(self, tick: Callable[[], None], seconds: float) -> None:
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = AsyncIOScheduler(timezone=UTC)

        async def ticked() -> None:  # a plain function would be run in a thread of the loop's default pool
            tick()

        self._scheduler.add_job(ticked, "interval", seconds=seconds, coalesce=True, misfire_grace_time=None)
        self._tick = tick

    def start(self) -> None:
        """Tick, now and from now on."""
        self._scheduler.start()
        self._tick()

    def stop(self) -> None:
        """No more ticks."""
        self._scheduler.shutdown(wait=False)
