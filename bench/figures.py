"""What a bench measures: figures, as rows of one table in Markdown, and which of them got worse.

Every bench prints such rows; `script/bench` prints them all, and compares them with those of `bench/README.md`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

HEAD = ("bench", "figure", "measured", "unit", "good", "promised")
WORSE_BY = 1 / 3
"""By this part of a figure a run may differ from another on the same machine."""


class Good(StrEnum):
    """Which way a figure gets better."""

    LESS = "less"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Figure:
    """One row. `promised` is the bound that the project sets itself; None: it sets none."""

    bench: str
    name: str
    value: float
    unit: str
    good: Good = Good.LESS
    promised: float | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same figure in two tables."""
        return self.bench, self.name

    @property
    def kept(self) -> bool:
        """Whether the promise is kept; a figure without one keeps it."""
        if self.promised is None:
            return True
        return self.value <= self.promised if self.good is Good.LESS else self.value >= self.promised

    def row(self) -> str:
        """The row, as `parse` reads it."""
        promised = "" if self.promised is None else _short(self.promised)
        return f"| {self.bench} | {self.name} | {_short(self.value)} | {self.unit} | {self.good} | {promised} |"


def _short(value: float) -> str:
    """Three digits that count, and no digit of a whole number lost."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(figures: Iterable[Figure]) -> str:
    """The table in Markdown."""
    return "\n".join((f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|", *(figure.row() for figure in figures)))


def parse(text: str) -> list[Figure]:
    """Reads the figures of every such table in a text; all else in it is skipped. `ValueError` for a row of such a
    table that is none, with the row."""
    found, inside = [], False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not inside or not cells:
            inside = tuple(cells) == HEAD
        elif set(line) != {"|", "-"}:
            found.append(_figure(cells, line))
    return found


def _figure(cells: Sequence[str], line: str) -> Figure:
    try:
        bench, name, value, unit, good, promised = cells
        return Figure(bench, name, float(value), unit, Good(good), float(promised) if promised else None)
    except ValueError:
        raise ValueError(f"no row of figures: {line}") from None


def got_worse(now: Iterable[Figure], before: Iterable[Figure]) -> list[str]:
    """Says, a sentence for each, which figures are worse by a third than they were, or were not measured."""
    measured: Mapping[tuple[str, str], Figure] = {figure.key: figure for figure in now}
    said = []
    for old in before:
        new = measured.get(old.key)
        what = f"{old.bench}: {old.name}"
        if new is None:
            said.append(f"{what} was not measured; it was {_short(old.value)} {old.unit}.")
        elif _is_worse(new, old):
            said.append(f"{what} is {_short(new.value)} {old.unit}; it was {_short(old.value)}.")
    return said


def _is_worse(new: Figure, old: Figure) -> bool:
    better, worse = (old.value, new.value) if old.good is Good.LESS else (new.value, old.value)
    return worse > better * (1 + WORSE_BY)
