"""Words in every language: how they are counted and compared, the phrase lists of `data/`, and where on a page a phrase
is found.

Each TOML file there holds one subject. It is read when it is first asked for, and a pattern is compiled when it is
first used.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from checks.website.facts import Page

DATA = Path(__file__).parent / "data"
_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003134f"
)
"""Thai, Lao, Tibetan, Burmese, Khmer, kana and Han: scripts that put no space between words."""
_SIGNS = re.compile(f"[{_UNSPACED}]")
_WORD = re.compile(rf"[^\W_{_UNSPACED}]+(?:['’.\-][^\W_{_UNSPACED}]+)*+")
_SIGNS_A_WORD = 2
"""A Japanese or Chinese word is about two signs long; a Thai one is nearer four, and its vowel signs are not counted
by `\\w`, so the same figure serves."""
_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])(?=.)")


_MOST_SENTENCES = 30
"""Sentences of a line that are looked at one by one."""


def count(text: str) -> int:
    """Returns how many words a text has; scripts without spaces are estimated at two signs a word."""
    return len(_WORD.findall(text)) + len(_SIGNS.findall(text)) // _SIGNS_A_WORD


def sentences(text: str) -> list[str]:
    """Splits a text after full stops, question marks and exclamation marks. The last of many is the rest."""
    return _SENTENCE_END.split(text, maxsplit=_MOST_SENTENCES)


def within(lines: Iterable[str], signs: int, longest: int) -> Iterator[str]:
    """Yields lines, each cut to `longest` characters, until they have `signs` together: searching a hostile page must
    take no time that other checks wait for."""
    for line in lines:
        if signs <= 0:
            return
        yield line[: min(longest, signs)]
        signs -= len(line[:longest])


def tidy(text: str) -> str:
    """Returns the text on one line: runs of white space become one space."""
    return _SPACE.sub(" ", text).strip()


@lru_cache(maxsize=512)  # about as many texts as a page has, each folded for several lists
def plain(text: str) -> str:
    """Folds a text for comparison: case, compatibility forms and typographic apostrophes; one line."""
    return tidy(unicodedata.normalize("NFKC", text).casefold().replace("’", "'"))


def squashed(text: str) -> str:
    """Reduces a name to letters and digits without accents: "Bücher & Co." is `bucherco`."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if sign.isalnum())


def is_unspaced(text: str) -> bool:
    """Tells whether a text holds a script that puts no space between words."""
    return _SIGNS.search(text) is not None


@cache
def data(subject: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{subject}.toml").read_text(encoding="utf-8"))


def terms(subject: str, part: str) -> dict[str, tuple[str, ...]]:
    return {language: tuple(found) for language, found in data(subject)[part].items()}


def all_terms(subject: str, *parts: str) -> tuple[str, ...]:
    return tuple(term for part in parts for found in terms(subject, part).values() for term in found)


@cache
def finds(subject: str, *parts: str) -> re.Pattern[str]:
    """Compiles the pattern that finds any term of these parts in `plain` text."""
    return pattern(all_terms(subject, *parts))


@cache
def whole(subject: str, *parts: str) -> str:
    """Returns a regular expression that matches one of these terms, as it is."""
    found = sorted({plain(term) for term in all_terms(subject, *parts)}, key=len, reverse=True)
    return "|".join(re.escape(term) for term in found)


def pattern(found: Iterable[str]) -> re.Pattern[str]:
    """Compiles a pattern for terms in `plain` text: at the beginning of a word, or anywhere in a script without spaces.

    A term matches longer words too (`datenschutz` finds "datenschutzerklärung"), unless it ends in a dot (`agb.`). `*`
    in a term matches up to 40 characters.
    """
    folded = sorted({plain(term) for term in found}, key=len, reverse=True)
    anywhere = [term for term in folded if _SIGNS.match(term)]
    starting = [term for term in folded if not _SIGNS.match(term)]
    parts = [rf"(?<!\w){_grouped(starting)}"] if starting else []
    parts += [_grouped(anywhere)] if anywhere else []
    return re.compile("|".join(parts) or r"(?!)")


def _grouped(found: list[str], depth: int = 3) -> str:
    """Writes alternatives grouped by their first sign, which are quick to rule out: there are thousands."""
    if depth == 0 or len(found) == 1:
        return f"(?:{'|'.join(_rest(term) for term in found)})"
    groups: dict[str, list[str]] = {}
    for term in found:
        # A dot alone says that the word ends here; the star is no sign of the text.
        first = "" if term in ("", ".") or term[0] == "*" else term[0]
        groups.setdefault(first, []).append(term[len(first) :])
    ends = groups.pop("", [])
    written = [re.escape(first) + _grouped(rest, depth - 1) for first, rest in groups.items()]
    return f"(?:{'|'.join((*written, *(_rest(term) for term in ends)))})"


def _rest(term: str) -> str:
    alone, term = term.endswith("."), term.removesuffix(".")
    middle = r"[^\n]{0,40}?".join(re.escape(part) for part in term.split("*"))
    return middle + (r"(?!\w)" if alone else "")


_SHOWN = 160
_MOST_LINES = 150
_MOST_SIGNS = 5_000
"""Characters of the headings, and half of those of the text, in which phrases are looked for."""
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
    headings = within(page.headings, _MOST_SIGNS, _LONGEST)
    return (spot("title", page.title), *(spot("heading", heading) for heading in headings))


def lines(page: Page) -> tuple[Spot, ...]:
    return tuple(spot("text", line) for line in within(page.lines[:_MOST_LINES], 2 * _MOST_SIGNS, 2 * _LONGEST))


def seen(pattern: re.Pattern[str], spots: Iterable[Spot], what: str = "") -> Sign | None:
    """Finds the first place that holds the pattern."""
    for one in spots:
        if found := pattern.search(one.plain):
            return Sign(one.place, shown(one.words, found.start()), what)
    return None


def alone(pattern: re.Pattern[str], spots: Iterable[Spot]) -> Sign | None:
    """Finds the first place that says this alone: a whole line, or a whole part of a title ("Acme | Coming soon")."""
    for one in spots:
        for part in (one.plain, *_SEPARATOR.split(one.plain)):
            if pattern.fullmatch(part.strip(_EDGE)):
                return Sign(one.place, shown(one.words))
    return None


def shown(words: str, at: int = 0) -> str:
    """Cuts the words around a place."""
    start = max(0, at - _SHOWN // 3)
    part = words[start : start + _SHOWN]
    return ("…" if start else "") + part + ("…" if start + _SHOWN < len(words) else "")
