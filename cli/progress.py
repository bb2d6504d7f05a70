"""Shows how far a run has come, on a terminal's stderr: one line for many domains, a line for each part of one domain.
Both make room for results and leave no trace."""

import contextlib
import sys
import time
from collections.abc import Iterator, Mapping
from types import TracebackType

from model import Checked

_CELLS = 30
_CLEAR = "\r\x1b[2K"


class ProgressBar:
    """A bar such as `━━━━━━──── 12 of 20`. Draws nothing where stderr is no terminal, or for a single step."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._shown = total > 1 and sys.stderr.isatty()

    def __enter__(self) -> "ProgressBar":
        self._draw()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._write(_CLEAR)

    def advance(self) -> None:
        self._done += 1
        self._draw()

    @contextlib.contextmanager
    def cleared(self) -> Iterator[None]:
        """Clears the bar while something else is written to the terminal."""
        self._write(_CLEAR)
        yield

    def _draw(self) -> None:
        full = _CELLS * self._done // max(self._total, 1)
        self._write(f"{_CLEAR}{'━' * full}{'─' * (_CELLS - full)} {self._done:,} of {self._total:,}")

    def _write(self, text: str) -> None:
        if self._shown:
            sys.stderr.write(text)
            sys.stderr.flush()


class LiveChecklist:
    """What is done of one domain and what is still looked at, such as `✓ DNS  0.4 s` above `… Website`. `parts` holds
    the checks of each line. Draws nothing where stderr is no terminal, or `shown` is False."""

    def __init__(self, parts: Mapping[str, tuple[str, ...]], *, shown: bool = True) -> None:
        self._parts = parts
        self._done: dict[str, float] = {}
        self._shown = shown and sys.stderr.isatty()
        self._started_at = time.monotonic()
        self._lines_drawn = 0

    def __enter__(self) -> "LiveChecklist":
        self._draw()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._write(self._clear_lines())

    def update(self, checked: Checked) -> None:
        for name, checks in self._parts.items():
            if name not in self._done and not any(check in checked.pending for check in checks):
                self._done[name] = time.monotonic() - self._started_at
        self._draw()

    def _draw(self) -> None:
        width = max(map(len, self._parts), default=0)
        done = self._done
        lines = [f"✓ {name:{width}}  {done[name]:.1f} s" if name in done else f"… {name}" for name in self._parts]
        self._write(self._clear_lines() + "".join(f"{line}\n" for line in lines))
        self._lines_drawn = len(lines)

    def _clear_lines(self) -> str:
        """Moves the cursor to the beginning of the first line, and clears what is below it."""
        return f"\x1b[{self._lines_drawn}A\r\x1b[J" if self._lines_drawn else ""

    def _write(self, text: str) -> None:
        if self._shown and text:
            sys.stderr.write(text)
            sys.stderr.flush()
