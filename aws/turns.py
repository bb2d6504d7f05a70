"""How often, and how patiently, AWS is asked: one call a second of each kind for a place, and nobody in a hurry waits
for a place that hangs.

SES takes one GetAccount a second for an account and region, and its other reading calls at the same pace.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from model import Place

CALL_SPACING = 1.0
"""Seconds between two calls of one operation for one account and region."""
_HANGS = 0.75
"""Seconds without an answer after which a place hangs."""
_AGAIN = 30.0
"""Seconds after which a place that hung is tried again by somebody in a hurry."""


class Turn:
    """One call at a time, and a second of rest after each: whatever a call takes, two never fall into one second."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._rested_at = 0.0

    async def __aenter__(self) -> None:
        await self._lock.acquire()
        try:
            await asyncio.sleep(max(0.0, self._rested_at - _now()))
        except BaseException:
            self._lock.release()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._rested_at = _now() + CALL_SPACING
        self._lock.release()

    @property
    def is_idle(self) -> bool:
        """Nobody has it, and the rest after the last call is over: a new one would do as well."""
        return not self._lock.locked() and _now() >= self._rested_at


class Turns:
    """A `Turn` for each operation at each place. There may be thousands of places: those that are idle are dropped."""

    def __init__(self, most_idle: int = 500) -> None:
        self._most_idle = self._look_at = most_idle
        self._held: dict[tuple[str, Place], Turn] = {}

    def of(self, operation: str, place: Place) -> Turn:
        """The turn to enter, at once, before a call."""
        if len(self._held) >= self._look_at:
            self._held = {key: turn for key, turn in self._held.items() if not turn.is_idle}
            self._look_at = len(self._held) + self._most_idle
        return self._held.setdefault((operation, place), Turn())


class Pulse:
    """Which places answer, as the calls show that are under way and those that were given up."""

    def __init__(self) -> None:
        self._under_way: dict[Place, list[float]] = {}
        self._given_up_at: dict[Place, float] = {}

    @contextmanager
    def calling(self, place: Place) -> Iterator[None]:
        """Around a call. See `gave_up`."""
        began = _now()
        self._under_way.setdefault(place, []).append(began)
        try:
            yield
        finally:
            calls = self._under_way[place]
            calls.remove(began)
            if not calls:
                del self._under_way[place]

    def gave_up(self, place: Place) -> None:
        """A call there was not answered in time."""
        self._given_up_at[place] = _now()

    def hangs(self, place: Place) -> bool:
        """Whether a call there waits for too long, or one was given up in the last half minute."""
        now = _now()
        waiting = any(now - began > _HANGS for began in self._under_way.get(place, ()))
        return waiting or now - self._given_up_at.get(place, -_AGAIN) < _AGAIN


def _now() -> float:
    return asyncio.get_running_loop().time()
