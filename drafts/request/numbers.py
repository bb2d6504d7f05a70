"""How often and how many, as clauses: "we send one per order, and there are about 900 orders a month"."""

import re
from collections.abc import Sequence

from drafts.numbers import quantities
from drafts.request.triggers import adverbial, is_point_in_time
from drafts.request.voice import Voice
from drafts.text.phrase import upper_first, with_article
from drafts.text.reading import Unit, closed
from drafts.text.shape import Shape

_MESSAGES = re.compile(
    r"(?:(?:e-?mails?|mails?|messages?|receipts?|sends?|of (?:these|them)|in total|notifications?|a|an|per|each"
    r"|every|or so|on average|at most|monthly|weekly|daily)\b|/|$)",
    re.IGNORECASE,
)
_AMOUNT_OF = re.compile(
    r"(?:one|two|three|four|five|a single|\d|up to|at most|max|about|around|no more|not more|only one)\b", re.IGNORECASE
)
_UNITS = r"(?:day|week|month|year|hour|order|user|customer|booking|appointment)"


def slashes(text: str) -> str:
    """ "3x/week" as "3 times a week", "40/day" as "40 a day"."""
    text = re.sub(r"(\d)\s*x\s*/\s*", r"\1 times a ", text)
    text = re.sub(r"(\d)\s*x\s+(?=(?:a|per|every)\b)", r"\1 times ", text)
    text = re.sub(rf"(?<=[\w.])\s*/\s*(?={_UNITS}\b)", " a ", text)
    return re.sub(r"(?<=\w)\s*/\s*(?:mo|mth)\b\.?", " a month", text)


def at_most(text: str) -> str:
    return re.sub(r"^max(?:imum)?\.?\s+(?:of\s+)?", "at most ", text)


def times_a_period(piece: Unit) -> bool:
    """ "2-3 times a week", "4x a year": a number that says how often."""
    return piece.shape is Shape.NUMBER and bool(re.search(r"\btimes\b|\d\s*[x×]\b", piece.text))


def counts(rhythm: Sequence[Unit], number: Sequence[Unit], plural: bool, voice: Voice) -> list[str]:
    """How often and how many, in one sentence where both are short."""
    often, how_often = _rhythm(rhythm, plural, voice)
    many, how_many = number_clause(number)
    if often and many and not how_often:
        joint = f", {many.removeprefix('that is ')}" if many.startswith("that is ") else f", and {many}"
        return [f"{upper_first(often)}{joint}.", *how_many]
    return [
        *([upper_first(often) + "."] if often else []),
        *how_often,
        *([upper_first(many) + "."] if many else []),
        *how_many,
    ]


def _rhythm(rhythm: Sequence[Unit], plural: bool, voice: Voice) -> tuple[str, list[str]]:
    if not rhythm:
        return "", []
    first, rest = rhythm[0], closed(rhythm[1:])
    text = re.sub(r"^real[- ]time$", "in real time", first.inside)
    go_out = "they go out" if plural else "it goes out"
    if is_point_in_time(text):
        return f"{go_out} {adverbial(first) or text}", rest
    if text == "in real time":
        return f"{go_out} {text}", rest
    match first.shape:
        case Shape.ADVERB | Shape.PREPOSITION | Shape.CLAUSE:
            return f"{go_out} {text}", rest
        case Shape.NUMBER if times_a_period(first):
            return f"{go_out} {text}", rest
        case Shape.NUMBER | Shape.NOUN if _AMOUNT_OF.match(text):
            return f"{voice.we} send {at_most(text)}", rest
        case Shape.NUMBER | Shape.NOUN | Shape.PARTICIPLE:
            return f"that is {with_article(first.text)}", rest
        case Shape.STATE | Shape.VERB | Shape.THIRD | Shape.GERUND | Shape.INFINITIVE:
            return f"how often: {text}", rest
    return "", closed(rhythm)


def number_clause(number: Sequence[Unit]) -> tuple[str, list[str]]:
    """How many, as a clause, and what else was said of it as sentences."""
    if not number:
        return "", []
    first, rest = number[0], closed(number[1:])
    if first.shape in {Shape.SENTENCE, Shape.OTHER}:
        return "", closed(number)
    text = at_most(first.inside)
    amounts = quantities(text)
    if not amounts:
        return f"that is {text}", rest
    counted = amounts[0].noun
    if not counted and amounts[0].period is None and len(amounts) == 1:
        return f"there are {text} of them", rest
    things = amounts[0].start < 16 and bool(counted) and not _MESSAGES.match(counted)
    return (f"there are {text}" if things and first.shape is Shape.NUMBER else f"that is {text}"), rest
