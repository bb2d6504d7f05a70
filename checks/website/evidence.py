"""The words on a page that led to a finding, and how a phrase is looked for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from checks.website.facts import Page
from checks.website.phrases import plain

_SHOWN = 160
_MOST_LINES = 150
_LONGEST = 300
"""Characters of a line in which a phrase is looked for. A placeholder is short, and says so early."""
_SEPARATOR = re.compile(r"\s+[|–—·•:»«-]+\s+|\s*[|·•»«]\s*|:\s+|[.!…]+(?:\s+|$)")
_EDGE = " \t.!…,;:-–—|·•»«\"'“”„*"


@dataclass(frozen=True, slots=True)
class Sign:
    """A place on a page, and the words there as they are. `what` says what they are a sign of, where a finding can have
    several causes: "nginx"."""

    place: str
    words: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a page with its words, and the same folded for comparison (`phrases.plain`)."""

    place: str
    words: str
    plain: str


def spot(place: str, words: str) -> Spot:
    return Spot(place, words, plain(words[:_LONGEST])[:_LONGEST])


def heads(page: Page) -> tuple[Spot, ...]:
    """Returns the title and the headings of a page."""
    return (spot("title", page.title), *(spot("heading", heading) for heading in page.headings))


def lines(page: Page) -> tuple[Spot, ...]:
    """Returns the first lines of a page's visible text."""
    return tuple(spot("text", line) for line in page.lines[:_MOST_LINES])


def seen(pattern: re.Pattern[str], spots: Iterable[Spot], what: str = "") -> Sign | None:
    """Finds the first place that holds the pattern."""
    for one in spots:
        if found := pattern.search(one.plain):
            return Sign(one.place, shown(one.words, found.start()), what)
    return None


def alone(pattern: re.Pattern[str], spots: Iterable[Spot], what: str = "") -> Sign | None:
    """Finds the first place that says this and nothing else: a whole line, or a whole part of a title ("Acme | Coming
    soon")."""
    for one in spots:
        for part in (one.plain, *_SEPARATOR.split(one.plain)):
            if pattern.fullmatch(part.strip(_EDGE)):
                return Sign(one.place, shown(one.words), what)
    return None


def shown(words: str, at: int = 0) -> str:
    """Cuts the words around a place."""
    start = max(0, at - _SHOWN // 3)
    part = words[start : start + _SHOWN]
    return ("…" if start else "") + part + ("…" if start + _SHOWN < len(words) else "")
