"""How far a long run has come, as one line on a terminal's stderr that makes room for results and leaves no trace."""

import contextlib
import sys
from collections.abc import Iterator
from types import TracebackType

_CELLS = 30
_CLEAR = "\r\x1b[2K"


class Progress:
    """A bar such as `━━━━━━──── 12 of 20`. Draws nothing where stderr is no terminal, or for a single step."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._shown = total > 1 and sys.stderr.isatty()

    def __enter__(self) -> "Progress":
        self._draw()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._write(_CLEAR)

    def advance(self) -> None:
        """One more is done."""
        self._done += 1
        self._draw()

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Out of the way while something else is written to the terminal."""
        self._write(_CLEAR)
        yield

    def _draw(self) -> None:
        full = _CELLS * self._done // max(self._total, 1)
        self._write(f"{_CLEAR}{'━' * full}{'─' * (_CELLS - full)} {self._done:,} of {self._total:,}")

    def _write(self, text: str) -> None:
        if self._shown:
            sys.stderr.write(text)
            sys.stderr.flush()
