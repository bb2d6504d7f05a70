"""How often and how many, as clauses: "we send one per order, and there are about 900 orders a month"."""

import re
from collections.abc import Sequence

from drafts.woven.numbers import quantities
from drafts.woven.request.told import Told
from drafts.woven.request.triggers import adverbial, is_point_in_time
from drafts.woven.request.voice import Voice
from drafts.woven.text.bag import bag
from drafts.woven.text.nouns import with_article
from drafts.woven.text.phrase import upper_first
from drafts.woven.text.reading import Unit, closed
from drafts.woven.text.shape import Shape

_MESSAGES = re.compile(
    r"(?:(?:e-?mails?|mails?|messages?|receipts?|sends?|of (?:these|them)|in total|notifications?|a|an|per|each"
    r"|every|or so|on average|at most|monthly|weekly|daily)\b|/|$)",
    re.IGNORECASE,
)
_AMOUNT_OF = re.compile(
    r"(?:(?P<usual>usually|normally|typically|mostly)\s+)?(?P<amount>(?:one|two|three|four|five|six|a single|\d|up to"
    r"|at most|max|about|around|no more|not more|only one)\b.*)",
    re.IGNORECASE | re.DOTALL,
)
_UNITS = r"(?:day|week|month|year|hour|order|user|customer|booking|appointment)"
_DIGIT = {
    "1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "7": "seven", "8": "eight", "9": "nine",
}  # fmt: skip
_FEW_TIMES = re.compile(r"(?P<a>a )?(?P<many>few|several|couple of) times\b")
_ABOUT_EVERY = re.compile(
    r"(?:roughly|about|around|approximately|usually|mostly|typically|normally|at least|at most|up to)"
    r" (?:every|once|twice|daily|weekly|fortnightly|monthly|quarterly|yearly)\b"
)
_WHOM = re.compile(r"(?:people|persons|recipients|addresses|contacts)(?: in total| so far)?", re.IGNORECASE)
"""Who is counted, where the number says no more than that they get it."""
_USUALLY = re.compile(r"(?P<how>usually|normally|typically|mostly|generally) (?=\w)", re.IGNORECASE)
_PERIODS = re.compile(
    r"(?:daily|weekly|fortnightly|monthly|quarterly|yearly|annually)"
    r"(?:$|,| (?:or|and|per|on|in|at|for|to)\b)"
)
_FREQUENT = bag("irregular rare occasional seasonal frequent regular sporadic unscheduled variable infrequent")


def slashes(text: str) -> str:
    """ "3x/week" as "3 times a week", "40/day" as "40 a day"."""
    text = re.sub(r"(\d)\s*x\s*/\s*", r"\1 times a ", text)
    text = re.sub(r"(\d)\s*x\s+(?=(?:a|per|every)\b)", r"\1 times ", text)
    text = re.sub(rf"(?<=[\w.])\s*/\s*(?={_UNITS}\b)", " a ", text)
    return re.sub(r"(?<=\w)\s*/\s*(?:mo|mth)\b\.?", " a month", text)


def at_most(text: str) -> str:
    return re.sub(r"^max(?:imum)?\.?\s+(?:of\s+)?", "at most ", text)


def in_words(text: str) -> str:
    """ "2 per order" as "two per order"."""
    return re.sub(
        r"^(at most |up to )?([1-9])(?=$| (?:per|each|for|a|every)\b| \w+ (?:per|for each)\b)",
        lambda m: f"{m[1] or ''}{_DIGIT[m[2]]}",
        text,
    )


def times_a_period(piece: Unit) -> bool:
    """ "2-3 times a week", "4x a year": a number that says how often."""
    return piece.shape is Shape.NUMBER and bool(re.search(r"\btimes\b|\d\s*[x×]\b", piece.text))


def often_in(rhythm: tuple[Unit, ...]) -> tuple[str, tuple[Unit, ...]]:
    """The rhythm as an adverbial where it is plainly one, and what is left of it."""
    if not rhythm:
        return "", rhythm
    first = rhythm[0]
    few = _FEW_TIMES.match(first.inside)
    if few:
        return (first.inside if few["a"] or few["many"] == "several" else f"a {first.inside}"), rhythm[1:]
    plain = (
        _ABOUT_EVERY.match(first.inside)
        or first.shape in {Shape.ADVERB, Shape.PREPOSITION, Shape.CLAUSE}
        or times_a_period(first)
        or _PERIODS.match(first.inside)
    )
    if is_point_in_time(first.text):
        return adverbial(first) or first.inside, rhythm[1:]
    if not plain:
        return "", rhythm
    return _for_each(first.inside), rhythm[1:]


def _for_each(text: str) -> str:
    return re.sub(
        r"^(?:per|each|every) (?!day|week|month|year|hour|time|quarter|term|\d|other|second)", "for each ", text
    )


def counts(rhythm: tuple[Unit, ...], number: Sequence[Unit], one: Told, to: str, voice: Voice) -> list[str]:
    """How often and how many, in one sentence where both are short; `to` are recipients still to be said."""
    often, how_often = _rhythm(rhythm, one, voice)
    many, how_many = number_clause(number, one)
    if to:
        adverb, rest = often_in(rhythm)
        going = f"{upper_first(one.they)} {one.go} to {to}"
        if adverb and "," not in adverb:
            comma = "," if len(to.split()) > 4 or " to " in adverb else ""
            often, how_often, going = "", closed(rest), f"{going}{comma} {adverb}"
        sentence = f"{going}, {bare(many)}." if many and not often and bare(many) != many else ""
        if sentence:
            return [sentence, *how_often, *how_many]
        return [f"{going}.", *_both(often, how_often, many, how_many)]
    return _both(often, how_often, many, how_many)


def bare(many: str) -> str:
    """ "that is 1,200 a month" as "1,200 a month"."""
    return re.sub(r"^that is ", "", many) if quantities(many) else many


def _both(often: str, how_often: list[str], many: str, how_many: list[str]) -> list[str]:
    if often and many and not how_often:
        short = bare(many)
        return [f"{upper_first(often)}, {short if short != many else f'and {many}'}.", *how_many]
    return [
        *([upper_first(often) + "."] if often else []),
        *how_often,
        *([upper_first(many) + "."] if many else []),
        *how_many,
    ]


def _rhythm(rhythm: tuple[Unit, ...], one: Told, voice: Voice) -> tuple[str, list[str]]:
    if not rhythm:
        return "", []
    first, rest = rhythm[0], closed(rhythm[1:])
    text = re.sub(r"^real[- ]time$", "in real time", first.inside)
    they, are = one.they, "are" if one.plural else "is"
    adverb, _ = often_in(rhythm)
    usual = _USUALLY.match(text) if adverb else None
    how = f"{usual['how'].lower()} " if usual else ""
    out = f"{they} {how}{one.go} out"
    adverb = adverb[usual.end() :] if usual and adverb.lower().startswith(how) else adverb
    if re.match(r"(?:each|every) [a-z]+$", text) and _for_each(text) != text:
        adverb = _for_each(text)
    if adverb or text == "in real time":
        return f"{out} {adverb or text}", rest
    if text.split()[0].strip(",").lower() in _FREQUENT:
        text = text[0].lower() + text[1:]
        note = rhythm[1] if len(rhythm) == 2 and rhythm[1].shape is Shape.PARTICIPLE else None
        return (f"{they} {are} {text} and {note.inside}", []) if note else (f"{they} {are} {text}", rest)
    amount = _AMOUNT_OF.match(text)
    if amount and first.shape in {Shape.NUMBER, Shape.NOUN, Shape.ADVERB}:
        often = f"{amount['usual'].lower()} " if amount["usual"] else ""
        return f"{voice.we} {often}send {in_words(at_most(amount['amount']))}", rest
    match first.shape:
        case Shape.NOUN if re.search(r"\b(?:digest|batch|summary|e-?mail|mail|message)\b", text):
            return f"{out} as {with_article(first.text)}", rest
        case Shape.NUMBER | Shape.NOUN:
            return f"that is {with_article(first.text)}", rest
        case Shape.PARTICIPLE:
            return f"{they} {are} {text}", rest
        case Shape.THIRD if text.startswith(("depend", "var")):
            return f"how often {they} {one.go} out {text}", rest
        case Shape.STATE | Shape.VERB | Shape.THIRD | Shape.GERUND | Shape.INFINITIVE:
            return f"how often: {text}", rest
    return "", closed(rhythm)


def number_clause(number: Sequence[Unit], one: Told) -> tuple[str, list[str]]:
    """How many, as a clause, and what else was said of it as sentences."""
    if not number:
        return "", []
    first, rest = number[0], closed(number[1:])
    if first.shape in {Shape.SENTENCE, Shape.OTHER}:
        return "", closed(number)
    text = at_most(first.inside)
    amounts = quantities(text)
    if not amounts:
        return f"that is {with_article(first.text)}", rest
    counted = amounts[0].noun
    if not counted and amounts[0].period is None and len(amounts) == 1:
        return f"there are {text} of them", rest
    if (
        first.shape is Shape.NUMBER
        and amounts[0].period is None
        and _WHOM.fullmatch(text[amounts[0].end :].strip(" +"))
    ):
        return f"{one.they} {one.go} to {text}", rest
    things = amounts[0].start < 16 and bool(counted) and not _MESSAGES.match(counted)
    if things and first.shape is Shape.NUMBER:
        return f"there are {text}", rest
    return f"that is {text}", rest
