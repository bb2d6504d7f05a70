"""The one bounded memory and the one back-off, for every room."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class BoundedCache(Generic[K, V]):
    """Keeps at most `size` entries; the least used goes first. `clock` tells the time in seconds."""

    def __init__(self, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = size
        self._clock = clock
        self._entries: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def keep(self, key: K, value: V) -> None:
        self._entries[key] = (self._clock(), value)
        self._entries.move_to_end(key)
        while len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def get(self, key: K, seconds: float = math.inf) -> V | None:
        """Returns the value, if it was kept no longer ago than that."""
        entry = self._entries.get(key)
        if entry is None or self._clock() - entry[0] > seconds:
            return None
        self._entries.move_to_end(key)
        return entry[1]

    def drop(self, key: K) -> None:
        """Forgets a value; does nothing where none is kept."""
        self._entries.pop(key, None)


def back_off(failures: int, first: float, longest: float, factor: float = 2.0) -> float:
    """Returns how long to wait after so many failures before this one: `first`, then `factor` times as long each time,
    up to `longest`."""
    return min(longest, first * factor ** min(failures, 30))
