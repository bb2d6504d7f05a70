"""Ends the process where it cannot help itself, so that its supervisor starts it anew: an event loop that hangs, a
Slack connection or a pool of polls that stays stuck.

A thread watches the loop: one that hangs cannot watch itself. Readiness goes first; the reason is in the log.
"""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

from handlers import metrics

log = logging.getLogger(__name__)

Reason: TypeAlias = Callable[[], str | None]
EXIT_CODE = 70
"""sysexits.h, EX_SOFTWARE."""
LOOP_SECONDS = 30.0
"""How long the event loop may stand still."""
STUCK_SECONDS = 900.0
"""How long a reason may hold without a break."""
_EVERY = 1.0


class Watchdog:
    """`reasons` say what is stuck, None where nothing is. A reason that holds for `stuck` seconds calls `stop`; a loop
    that stands still for `still` seconds ends the process at once."""

    def __init__(
        self,
        reasons: Sequence[Reason],
        stop: Callable[[], None],
        *,
        still: float = LOOP_SECONDS,
        stuck: float = STUCK_SECONDS,
        end: Callable[[int], object] = os._exit,
    ) -> None:
        self._reasons = reasons
        self._stop = stop
        self._still, self._stuck, self._end = still, stuck, end
        self._beat = time.monotonic()
        self._since: dict[int, float] = {}
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._watch_loop, name="watchdog", daemon=True)
        self.reason: str | None = None
        """Why the process ends; None while nothing is wrong."""

    async def run(self) -> None:
        """Watches until it is canceled, or something is stuck."""
        self._thread.start()
        try:
            while self.reason is None:
                started = time.monotonic()
                await asyncio.sleep(_EVERY)
                self._beat = time.monotonic()
                metrics.LOOP_LAG.set(max(0.0, self._beat - started - _EVERY))
                self.reason = self._find_stuck()
            log.critical("ending, to be started anew: %s", self.reason)
            self._stop()
        finally:
            self._closed.set()

    def _find_stuck(self) -> str | None:
        for number, ask in enumerate(self._reasons):
            reason = ask()
            if reason is None:
                self._since.pop(number, None)
                continue
            since = self._since.setdefault(number, self._beat)
            if self._beat - since >= self._stuck:
                return f"{reason} (for {self._beat - since:.0f} s)"
        return None

    def _watch_loop(self) -> None:
        every = min(_EVERY, self._still / 4)
        woke = time.monotonic()
        while not self._closed.wait(every):
            now = time.monotonic()
            if now - woke > self._still / 2:  # the whole process was suspended, this thread too: the loop did not hang
                self._beat = now
            woke = now
            if now - self._beat > self._still:
                log.critical("ending, to be started anew: the event loop stands still for %.0f s", now - self._beat)
                logging.shutdown()
                self._end(EXIT_CODE)
                return
