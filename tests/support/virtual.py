"""An event loop whose clock jumps: when nothing can run, time moves on to the next timer at once.

With `TableResolver` (one answer, one unit of time) `loop.time()` counts round trips, and no test waits.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _JumpingSelector(selectors.SelectSelector):
    """Instead of sleeping until the next timer, moves the loop's clock there."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("the test waits for something that can never happen")
        if not ready and timeout:
            self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """`time()` starts at 0 and moves only when everything that can run has run."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def run(work: Coroutine[Any, Any, T]) -> tuple[T, int]:
    """Run `work` on virtual time; what it returned, and how many round trips (whole units of time) it took."""
    loop = VirtualLoop()
    try:
        result = loop.run_until_complete(work)
        return result, round(loop.time())
    finally:
        loop.close()
