"""The one bounded memory and the one back-off, for every room."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class BoundedCache(Generic[K, V]):
    """Keeps the newest `size` entries, each for as long as it was kept for. `clock` tells the time in seconds."""

    def __init__(self, size: int, clock: Callable[[], float]) -> None:
        self._size = size
        self._clock = clock
        self._entries: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def keep(self, key: K, value: V) -> None:
        """Keeps a value, in place of an older one; drops the oldest entry when there are too many."""
        self._entries[key] = (self._clock(), value)
        self._entries.move_to_end(key)
        while len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def get(self, key: K, seconds: float = float("inf")) -> V | None:
        """Returns the value, if it is younger than that many seconds."""
        kept = self._entries.get(key)
        return kept[1] if kept is not None and self._clock() - kept[0] <= seconds else None

    def drop(self, key: K) -> None:
        """Forgets a value; does nothing where none is kept."""
        self._entries.pop(key, None)


def back_off(first: float, longest: float) -> Iterator[float]:
    """Yields pauses in seconds, each twice the one before, up to the longest, without end."""
    pause = first
    while True:
        yield pause
        pause = min(2 * pause, longest)
