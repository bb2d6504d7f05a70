"""Work that goes on in the background: a `Worker` runs one function whenever it is woken, a `WorkerPool` claims and
does many pieces of work at a time, and a `Ticker` wakes them (APScheduler, in memory: what is due is in the database,
so a tick has nothing to keep).

Nothing here piles up: a worker that is running remembers one call, a pool has a size. An error is noted where the work
ends, and the next call tries again.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC
from typing import Any, TypeAlias

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from model.bounded import back_off

NoteError: TypeAlias = Callable[[BaseException, str], str]
"""Writes an error to the log, with what was being done in our own words; gives the id under which it stands there."""

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0


class Worker:
    """Runs `work` after each `wake`, never twice at a time. After errors it pauses, longer each time."""

    def __init__(self, work: Callable[[], Awaitable[None]], what: str, note_error: NoteError) -> None:
        self._work = work
        self._what = what
        self._note_error = note_error
        self._is_wanted = False
        self._task: asyncio.Task[None] | None = None
        self._failures = 0
        self._paused_until = 0.0
        self._closed = False

    def wake(self) -> None:
        """Runs the work, now or as soon as what is running has ended."""
        self._is_wanted = True
        if self._task is None and not self._closed and _loop_time() >= self._paused_until:
            self._task = asyncio.create_task(self._run(), name=self._what)

    async def close(self) -> None:
        """Takes no more calls, and ends what is running."""
        self._closed = True
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        try:
            while self._is_wanted and not self._closed:
                self._is_wanted = False
                await self._work()
                self._failures = 0
        except Exception as error:  # noqa: BLE001 - the place where its errors end: the log; the next call goes on
            self._paused_until = _loop_time() + back_off(self._failures, _FIRST_PAUSE, _LONGEST_PAUSE)
            self._failures += 1
            self._note_error(error, self._what)
        finally:
            self._task = None


@asynccontextmanager
async def release_on_cancel(release: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Gives a lease back where the work that holds it is canceled, within a second."""
    try:
        yield
    except asyncio.CancelledError:
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await release()
        raise


class WorkerPool:
    """Does `size` pieces of work at a time. `claim` takes up to so many that are due, and gives the work of each; it is
    called after `wake`, and whenever one has ended. `in_batches`: then only where more was due than there was room for,
    and a quarter of the room is free, since claiming several costs as much as claiming one. `doing` and `claiming` name
    the work and the claiming in the log."""

    def __init__(  # noqa: PLR0913 - what it does, by keyword
        self,
        size: int,
        claim: Callable[[int], Awaitable[Sequence[Coroutine[Any, Any, None]]]],
        *,
        doing: str,
        claiming: str,
        note_error: NoteError,
        in_batches: bool = False,
    ) -> None:
        self._size = size
        self._claim = claim
        self._doing = doing
        self._note_error = note_error
        self._in_batches = in_batches
        self._claiming = Worker(self._claim_due, claiming, note_error)
        self._tasks: set[asyncio.Task[None]] = set()
        self._more_is_due = False
        self._last_change_at = 0.0

    @property
    def stuck_seconds(self) -> float:
        """Seconds for which the pool has been full and nothing in it has ended; 0 where there is room."""
        return _loop_time() - self._last_change_at if not self._free_places else 0.0

    @property
    def _free_places(self) -> int:
        return self._size - len(self._tasks)

    def wake(self) -> None:
        """Claims what is due, as much as there is room for."""
        self._claiming.wake()

    async def close(self, patience: float) -> None:
        """Claims nothing more. Gives what is under way so many seconds; then cancels it, and sees it end."""
        await self._claiming.close()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=patience)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)

    async def _claim_due(self) -> None:
        while free := self._free_places:
            claimed = await self._claim(free)
            for work in claimed:
                task = asyncio.create_task(work, name=self._doing)
                self._tasks.add(task)
                self._last_change_at = _loop_time()
                task.add_done_callback(self._handle_end)
            self._more_is_due = len(claimed) == free
            if not self._more_is_due:
                return

    def _handle_end(self, task: asyncio.Task[None]) -> None:
        """Writes an error of the work to the log. A lease ends by itself, and the work is claimed again."""
        self._tasks.discard(task)
        self._last_change_at = _loop_time()
        error = None if task.cancelled() else task.exception()
        if error:
            self._note_error(error, self._doing)
        if not self._in_batches or (self._more_is_due and self._free_places >= self._size / 4):
            self.wake()


def _loop_time() -> float:
    return asyncio.get_running_loop().time()


class Ticker:
    """Calls `tick` every `seconds` until it is stopped. `tick` must only start work, and not wait for it."""

    def __init__(self, tick: Callable[[], None], seconds: float) -> None:
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = AsyncIOScheduler(timezone=UTC)

        async def tick_in_loop() -> None:  # a plain function would be run in a thread of the loop's default pool
            tick()

        self._scheduler.add_job(tick_in_loop, "interval", seconds=seconds, coalesce=True, misfire_grace_time=None)
        self._tick = tick

    def start(self) -> None:
        """Starts ticking, at once."""
        self._scheduler.start()
        self._tick()

    def stop(self) -> None:
        """Stops ticking."""
        self._scheduler.shutdown(wait=False)
