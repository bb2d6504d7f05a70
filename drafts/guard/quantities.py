"""Quantities that a model's sentence has beyond its sources: numbers, what they count, how often, how long before."""

import re

from drafts.guard.words import without_links, words_of
from drafts.phrases import fold, load, mentions

_NUMBER = re.compile(r"\d++(?:[.,]\d++)*+")
_SPANS = "second|minute|hour|day|week|month|year"


def numbers_of(text: str) -> set[str]:
    return {found.replace(",", "") for found in _NUMBER.findall(without_links(text))}


def new_numbers(text: str, source: str) -> set[str]:
    """Numbers, number words and units of the text that its sources do not have, or have for something else."""
    words = load("guard")["number_words"]
    known, spoken = numbers_of(source), words_of(source)
    found = {number for number in numbers_of(text) if number not in known}
    found |= {
        w
        for w in words_of(text)
        if w in words and w not in spoken and words[w] not in known and not _said_twice(w, source)
    }
    mine, theirs = _units(text), _units(source)
    units = load("guard")["units"]
    for number, unit in mine.items():
        allowed = theirs.get(number, set())
        swapped = {u for n, more in theirs.items() if n != number for u in more} & unit - allowed
        timed = {u for u in unit | allowed if any(u.startswith(one) for one in units)}
        if allowed and (swapped or (timed and not unit & allowed)):
            found.add(f"{number} {' '.join(sorted(unit))}")
    found |= (_moments(text) - _moments(source)) | (_rhythms(text) - _rhythms(source))
    rates = _rates(source)
    found |= {
        f"{number} a {'/'.join(sorted(per))}" for number, per in _rates(text).items() if per - rates.get(number, set())
    }
    if ("%" in text or "percent" in fold(text)) and "%" not in source and "percent" not in fold(source):
        found.add("%")
    return found


def _said_twice(word: str, source: str) -> bool:
    return word == "two" and mentions(source, ("both", "twice"))


def _units(text: str) -> dict[str, set[str]]:
    """The word after each number, singular."""
    found: dict[str, set[str]] = {}
    words = load("guard")["number_words"] | {"one": "1"}
    number = rf"\d++(?:[.,]\d++)*+|\b(?:{'|'.join(words)})\b"
    for match in re.finditer(rf"({number})(?:\s(?:of|new|more))?\s([^\W\d_]{{2,30}})", fold(without_links(text))):
        count = match[1].replace(",", "")
        found.setdefault(words.get(count, count), set()).add(match[2].rstrip("s"))
    return found


def _moments(text: str) -> set[str]:
    """How long before or after something: "week before"."""
    return {
        f"{span} {way}"
        for span, way in re.findall(rf"\b({_SPANS})s? (before|after|later|earlier|ago)\b", fold(without_links(text)))
    }


def _rhythms(text: str) -> set[str]:
    """How often something happens: "every day", "every other thursday"."""
    folded = fold(without_links(text))
    for adverb, span in (("daily", "day"), ("weekly", "week"), ("monthly", "month"), ("yearly", "year")):
        folded = re.sub(rf"\b{adverb}\b", f"every {span}", folded)
    found = re.findall(
        rf"\b(?:every|each|a|per) (other |second |two |2 )?({_SPANS}|weekday|quarter|\w+day)s?\b", folded
    )
    return {f"every {other}{span}" for other, span in found}


def _rates(text: str) -> dict[str, set[str]]:
    """What each number is counted by: a day, a month."""
    found: dict[str, set[str]] = {}
    number = r"(\d++(?:[.,]\d++)*+)[^\d.;:]{1,60}?"
    for by in (rf"(?:a|per|each|every) ({_SPANS})\b", r"(?:(?:of|for|in|at) (?:each|every)|per) ([^\W\d_]{2,30})"):
        for match in re.finditer(rf"{number} {by}", without_links(text)):
            found.setdefault(match[1].replace(",", ""), set()).add(match[2])
    return found
