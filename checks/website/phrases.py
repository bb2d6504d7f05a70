"""Words in every language: counts and compares them, loads the phrase lists of `data/`, and finds where on a page a
phrase stands.

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
_UNSPACED_CHARACTER = re.compile(f"[{_UNSPACED}]")
_WORD = re.compile(rf"[^\W_{_UNSPACED}]+(?:['’.\-][^\W_{_UNSPACED}]+)*+")
_CHARACTERS_PER_WORD = 2
"""A Japanese or Chinese word is about two characters long; a Thai one is nearer four, and its vowel signs are not
counted by `\\w`, so the same figure serves."""
_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])(?=.)")


_MOST_SENTENCES = 30
"""Sentences of a line that are looked at one by one."""


def count_words(text: str) -> int:
    """Counts the words of a text; scripts without spaces are estimated at two characters a word."""
    return len(_WORD.findall(text)) + len(_UNSPACED_CHARACTER.findall(text)) // _CHARACTERS_PER_WORD


def split_sentences(text: str) -> list[str]:
    """Splits a text after full stops, question marks and exclamation marks. The last of many is the rest."""
    return _SENTENCE_END.split(text, maxsplit=_MOST_SENTENCES)


def cut_lines(lines: Iterable[str], characters: int, longest: int) -> Iterator[str]:
    """Yields lines, each cut to `longest` characters, until they have `characters` together: searching a hostile page
    must take no time that other checks wait for."""
    for line in lines:
        if characters <= 0:
            return
        yield line[: min(longest, characters)]
        characters -= len(line[:longest])


def collapse_spaces(text: str) -> str:
    """Puts a text on one line: runs of white space become one space."""
    return _SPACE.sub(" ", text).strip()


@lru_cache(maxsize=512)  # about as many texts as a page has, each folded for several lists
def fold_text(text: str) -> str:
    """Folds a text for comparison: case, compatibility forms and typographic apostrophes; one line."""
    return collapse_spaces(unicodedata.normalize("NFKC", text).casefold().replace("’", "'"))


def fold_name(text: str) -> str:
    """Reduces a name to letters and digits without accents: "Bücher & Co." is `bucherco`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if character.isalnum())


def has_unspaced_script(text: str) -> bool:
    """Tells whether a text holds a script that puts no space between words."""
    return _UNSPACED_CHARACTER.search(text) is not None


@cache
def load_data(subject: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{subject}.toml").read_text(encoding="utf-8"))


def load_terms(subject: str, part: str) -> dict[str, tuple[str, ...]]:
    return {language: tuple(words) for language, words in load_data(subject)[part].items()}


def list_terms(subject: str, *parts: str) -> tuple[str, ...]:
    return tuple(term for part in parts for group in load_terms(subject, part).values() for term in group)


@cache
def term_pattern(subject: str, *parts: str) -> re.Pattern[str]:
    """Compiles the pattern that finds any term of these parts in folded text."""
    return compile_terms(list_terms(subject, *parts))


def has_term(text: str, subject: str, *parts: str) -> bool:
    """Tells whether folded text holds any term of these parts."""
    return term_pattern(subject, *parts).search(text) is not None


@cache
def term_alternatives(subject: str, *parts: str) -> str:
    """Returns the alternatives of a regular expression that match one of these terms as it is."""
    terms = sorted({fold_text(term) for term in list_terms(subject, *parts)}, key=len, reverse=True)
    return "|".join(re.escape(term) for term in terms)


def compile_terms(terms: Iterable[str]) -> re.Pattern[str]:
    """Compiles a pattern for terms in folded text: at the beginning of a word, or anywhere in a script without spaces.

    A term matches longer words too (`datenschutz` finds "datenschutzerklärung"), unless it ends in a dot (`agb.`). `*`
    in a term matches up to 40 characters.
    """
    folded = sorted({fold_text(term) for term in terms}, key=len, reverse=True)
    anywhere = [term for term in folded if _UNSPACED_CHARACTER.match(term)]
    starting = [term for term in folded if not _UNSPACED_CHARACTER.match(term)]
    parts = [rf"(?<!\w){_group_alternatives(starting)}"] if starting else []
    parts += [_group_alternatives(anywhere)] if anywhere else []
    return re.compile("|".join(parts) or r"(?!)")


def _group_alternatives(terms: list[str], depth: int = 3) -> str:
    """Writes alternatives grouped by their first character, which are quick to rule out: there are thousands."""
    if depth == 0 or len(terms) == 1:
        return f"(?:{'|'.join(_escape_term(term) for term in terms)})"
    groups: dict[str, list[str]] = {}
    for term in terms:
        # A dot alone says that the word ends here; the star is no character of the text.
        first = "" if term in ("", ".") or term[0] == "*" else term[0]
        groups.setdefault(first, []).append(term[len(first) :])
    ends = groups.pop("", [])
    alternatives = [re.escape(first) + _group_alternatives(rest, depth - 1) for first, rest in groups.items()]
    return f"(?:{'|'.join((*alternatives, *(_escape_term(term) for term in ends)))})"


def _escape_term(term: str) -> str:
    ends_word, term = term.endswith("."), term.removesuffix(".")
    middle = r"[^\n]{0,40}?".join(re.escape(part) for part in term.split("*"))
    return middle + (r"(?!\w)" if ends_word else "")


_LONGEST_EXCERPT = 160
_MOST_LINES = 150
_MOST_CHARACTERS = 5_000
"""Characters of the headings, and half of those of the text, in which phrases are looked for."""
_LONGEST_LINE = 300
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
    """A place of a page with its words, and the same folded for comparison (`fold_text`)."""

    place: str
    words: str
    folded: str


def make_spot(place: str, words: str) -> Spot:
    return Spot(place, words, fold_text(words[:_LONGEST_LINE])[:_LONGEST_LINE])


def heading_spots(page: Page) -> tuple[Spot, ...]:
    headings = cut_lines(page.headings, _MOST_CHARACTERS, _LONGEST_LINE)
    return (make_spot("title", page.title), *(make_spot("heading", heading) for heading in headings))


def line_spots(page: Page) -> tuple[Spot, ...]:
    lines = cut_lines(page.lines[:_MOST_LINES], 2 * _MOST_CHARACTERS, 2 * _LONGEST_LINE)
    return tuple(make_spot("text", line) for line in lines)


def find_phrase(pattern: re.Pattern[str], spots: Iterable[Spot], what: str = "") -> Sign | None:
    """Finds the first place that holds the pattern."""
    for spot in spots:
        if match := pattern.search(spot.folded):
            return Sign(spot.place, make_excerpt(spot.words, match.start()), what)
    return None


def find_term(spots: Iterable[Spot], subject: str, *parts: str, what: str = "") -> Sign | None:
    """Finds the first place that holds any term of these parts."""
    return find_phrase(term_pattern(subject, *parts), spots, what)


def find_whole_phrase(pattern: re.Pattern[str], spots: Iterable[Spot]) -> Sign | None:
    """Finds the first place that says nothing else: a whole line, or a whole part of a title ("Acme | Coming soon")."""
    for spot in spots:
        for part in (spot.folded, *_SEPARATOR.split(spot.folded)):
            if pattern.fullmatch(part.strip(_EDGE)):
                return Sign(spot.place, make_excerpt(spot.words))
    return None


def make_excerpt(words: str, position: int = 0) -> str:
    """Cuts the words around a position."""
    start = max(0, position - _LONGEST_EXCERPT // 3)
    excerpt = words[start : start + _LONGEST_EXCERPT]
    return ("…" if start else "") + excerpt + ("…" if start + _LONGEST_EXCERPT < len(words) else "")
