"""Waiting for something to become true, without polling."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 180.0
"""Seconds after which what has not happened will not: a busy machine is no reason to give up."""


class ChangeSignal:
    """Rung at every change; all that wait look again."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Wakes all that wait, after a change."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()

    async def wait_until(self, look: Callable[[], T | None], within: float, what: str) -> T:
        """Returns what `look` finds, as soon as that is not None; `TimeoutError` naming `what` after `within`
        seconds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while (result := look()) is None:
            waiter = loop.create_future()
            self._waiting.add(waiter)
            try:
                await asyncio.wait_for(waiter, max(0.0, deadline - loop.time()))
            except TimeoutError:
                raise TimeoutError(f"{what}: nothing within {within:g} s") from None
            finally:
                self._waiting.discard(waiter)
        return result
