"""Acknowledgements go first: Slack gives them three seconds, people see a hang after a fraction of one.

A check is a burst of work on the one event loop. When fifty commands come at once, the first checks would delay the
last acknowledgements; so a check begins when nothing waits to be acknowledged.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from handlers.metrics import ACKS

_LONGEST = 1.0
"""Seconds that work waits; a flood without end must not stop it."""


class AckPriority:
    """Lets work wait while events are acknowledged."""

    def __init__(self) -> None:
        self._acknowledging = 0
        self._free = asyncio.Event()
        self._free.set()

    @contextmanager
    def acknowledging(self) -> Iterator[None]:
        """Holds back work while this is open, and counts its time."""
        self._acknowledging += 1
        self._free.clear()
        try:
            with ACKS.time():
                yield
        finally:
            self._acknowledging -= 1
            if not self._acknowledging:
                self._free.set()

    async def wait(self) -> None:
        """Returns when nothing is being acknowledged, or after a second."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST):
                await self._free.wait()
