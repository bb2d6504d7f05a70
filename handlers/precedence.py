"""Acknowledgements go first: Slack gives them three seconds, people see a hang after a fraction of one.

A check is a burst of work on the one event loop. When fifty commands come at once, the first checks would hold up the
last acknowledgements; so a check begins when nothing waits to be acknowledged.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_LONGEST = 1.0
"""Seconds that work gives way; a flood without end must not stop it."""


class Precedence:
    """`urgent` holds others up, who `give_way`."""

    def __init__(self) -> None:
        self._urgent = 0
        self._free = asyncio.Event()
        self._free.set()

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """While this is open, others wait."""
        self._urgent += 1
        self._free.clear()
        try:
            yield
        finally:
            self._urgent -= 1
            if not self._urgent:
                self._free.set()

    async def give_way(self) -> None:
        """Return when nothing is urgent, or after a second."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST):
                await self._free.wait()
