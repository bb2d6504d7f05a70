"""The time of the play Slack: the wall's, and as far ahead of it as a test says.

Triggers live 3 seconds, response URLs 30 minutes, an envelope waits 3 seconds for its acknowledgement: `advance` lets
a test pass all of these without sleeping.
"""

import asyncio
import time


class Clock:
    """Seconds since the epoch, with leaps."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._asleep: set[asyncio.Event] = set()

    def now(self) -> float:
        """Returns seconds since the epoch."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Leaps forward; wakes all that sleep until an instant that has now come."""
        self._ahead += seconds
        for sleeper in self._asleep:
            sleeper.set()

    async def sleep_until(self, instant: float) -> None:
        """Returns when `now()` has reached `instant`."""
        woken = asyncio.Event()
        self._asleep.add(woken)
        try:
            while (remaining := instant - self.now()) > 0:
                try:
                    await asyncio.wait_for(woken.wait(), remaining)
                except TimeoutError:
                    continue
                woken.clear()
        finally:
            self._asleep.discard(woken)
