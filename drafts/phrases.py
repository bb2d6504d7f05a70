"""Phrase lists as data, and whether a text says one of them.

A phrase is plain text in lower case. `*` at its end takes any end of the word ("bounc*"); ` … ` between two parts takes
up to 60 characters of the same sentence. Words are found by plain search, so a long text costs no more than its length.
"""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data"
_GAP = 60
_CLAUSE = 160
"""Characters around a phrase in which a denial counts."""
_MOST_PLACES = 20
"""Places of a sentence that are looked at: a text that repeats itself costs no more than one that does not."""
_SAME = str.maketrans({"’": "'", "‘": "'", "‑": "-", "‐": "-", "–": "-", "—": "-", "“": '"', "”": '"', "　": " "})


@cache
def load(name: str) -> dict[str, Any]:
    """The table of `data/<name>.toml`, read once."""
    return tomllib.loads((_DATA / f"{name}.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """A text as phrases are compared with it: lower case, straight quotes, plain hyphens."""
    return text.lower() if text.isascii() else text.translate(_SAME).lower()


def occurrences(folded: str, phrases: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where a folded text says one of the phrases: start and end."""
    for phrase in phrases:
        first, rest = _parts(phrase)
        if first.rstrip("*") not in folded:
            continue
        for start, end in _places(folded, first):
            if not rest:
                yield start, end
                continue
            after = next(_places(folded[end : end + _GAP], rest), None)
            if after and not any(c in folded[end : end + after[0]] for c in ".!?\n。"):
                yield start, end + after[1]


def present(text: str, phrases: Iterable[str]) -> list[str]:
    """The phrases that a text may say: those whose first letters are in it. Cheap, to look closer at few."""
    folded = fold(text)
    return [phrase for phrase in phrases if _parts(phrase)[0].rstrip("*") in folded]


def mentions(text: str, phrases: Iterable[str]) -> bool:
    """Whether a text says one of the phrases, in any case."""
    return next(occurrences(fold(text), phrases), None) is not None


def affirmed(sentence: str, phrases: Iterable[str]) -> str:
    """The first phrase that a sentence says and does not deny ("we never buy lists"), as it is there; else empty."""
    folded = fold(sentence)
    places = islice(occurrences(folded, phrases), _MOST_PLACES)
    return next((folded[start:end] for start, end in places if not _denied(folded, start, end)), "")


def negated(text: str) -> bool:
    """Whether a text holds a word of denial."""
    return mentions(text, load("negation")["before"]) or mentions(text, load("negation")["after"])


@cache
def _parts(phrase: str) -> tuple[str, str]:
    first, _, rest = phrase.partition(" … ")
    return first, rest


def _places(text: str, phrase: str) -> Iterator[tuple[int, int]]:
    core, open_end = (phrase[:-1], True) if phrase.endswith("*") else (phrase, False)
    at = text.find(core)
    while at >= 0:
        end = at + len(core)
        if _bounded(text, at, end, core, open_end):
            yield at, end
        at = text.find(core, at + 1)


def _bounded(text: str, start: int, end: int, core: str, open_end: bool) -> bool:
    """Whether a place is a whole word. Scripts without spaces have no bounds to look for."""
    if _letter(core[0]) and start and _letter(text[start - 1]):
        return False
    return open_end or not (_letter(core[-1]) and end < len(text) and _letter(text[end]))


def _letter(char: str) -> bool:
    return char.isalnum() and char < "\u2e80"


def _denied(folded: str, start: int, end: int) -> bool:
    """Whether the clause around a place denies it: a denial before it, or one after it in the same run of words."""
    words = load("negation")
    before = folded[max(0, start - _CLAUSE) : start]
    before = before[_last(before, words["clause"]) :]
    for exception in words["not_a_denial"]:
        before = before.replace(exception, " ")
    if mentions(before, words["before"]):
        return True
    rest = folded[end : end + _CLAUSE]
    after = rest[: _first(rest, [*words["clause"], *words["relative"]])]
    return mentions(after, words["after"])


def _last(text: str, marks: Sequence[str]) -> int:
    return max((text.rfind(mark) + len(mark) for mark in marks if mark in text), default=0)


def _first(text: str, marks: Sequence[str]) -> int:
    return min((text.find(mark) for mark in marks if mark in text), default=len(text))
