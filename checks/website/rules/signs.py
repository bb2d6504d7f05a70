"""The sign that led to a finding, and how a phrase is looked for on a page."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from checks.website.page import Page
from checks.website.words import plain

_SHOWN = 160
_MOST_LINES = 150
_LONGEST = 300
"""Characters of a line in which a phrase is looked for. A page that is a placeholder is short, and says so early."""
_SEPARATOR = re.compile(r"\s+[|–—·•:»«-]+\s+|\s*[|·•»«]\s*|:\s+|[.!…]+(?:\s+|$)")
_EDGE = " \t.!…,;:-–—|·•»«\"'“”„*"


@dataclass(frozen=True, slots=True)
class Sign:
    """Where on a page, and the words there, as they stand. `what` says what they are a sign of, where a finding can
    have several causes: "nginx"."""

    place: str
    words: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a page with its words, and the same for comparison (`words.plain`)."""

    place: str
    words: str
    plain: str


def spot(place: str, words: str) -> Spot:
    return Spot(place, words, plain(words[:_LONGEST])[:_LONGEST])


def heads(page: Page) -> tuple[Spot, ...]:
    """The title and the headings of a page."""
    return (spot("title", page.title), *(spot("heading", heading) for heading in page.headings))


def lines(page: Page) -> tuple[Spot, ...]:
    """The first lines of its visible text."""
    return tuple(spot("text", line) for line in page.lines[:_MOST_LINES])


def seen(pattern: re.Pattern[str], spots: Iterable[Spot], what: str = "") -> Sign | None:
    """The first place in which the pattern is found."""
    for one in spots:
        if found := pattern.search(one.plain):
            return Sign(one.place, shown(one.words, found.start()), what)
    return None


def alone(pattern: re.Pattern[str], spots: Iterable[Spot], what: str = "") -> Sign | None:
    """The first place that says this and nothing else: a whole line, or a whole part of a title ("Acme | Coming
    soon")."""
    for one in spots:
        for part in (one.plain, *_SEPARATOR.split(one.plain)):
            if pattern.fullmatch(part.strip(_EDGE)):
                return Sign(one.place, shown(one.words), what)
    return None


def shown(words: str, at: int = 0) -> str:
    """The words around a place, cut."""
    start = max(0, at - _SHOWN // 3)
    part = words[start : start + _SHOWN]
    return ("…" if start else "") + part + ("…" if start + _SHOWN < len(words) else "")


def terms(table: str) -> tuple[str, ...]:
    """The terms of a table, a language a line: `de: hier entsteht, im aufbau`."""
    rows = (row.partition(": ")[2] for row in table.strip().splitlines())
    return tuple(term.strip() for row in rows for term in row.split(",") if term.strip())
