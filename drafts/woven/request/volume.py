"""How much mail: the month with what it is worked out from, and the busiest day."""

import re

from drafts.woven.numbers import quantities, respelled
from drafts.woven.request.counts import slashes
from drafts.woven.request.frames import joined
from drafts.woven.request.voice import Voice
from drafts.woven.text.nouns import is_plural, listed, with_article
from drafts.woven.text.phrase import and_list, lower_first, upper_first
from drafts.woven.text.pieces import with_subject
from drafts.woven.text.reading import Unit, closed
from drafts.woven.text.shape import Shape
from drafts.woven.text.tidy import flat

_FORMULA = re.compile(r"\d[\d.,]*\s*\D{0,40}[x×*+]\s*\d|\d\s*[x×*]\s|=")
_DERIVED = re.compile(
    r"(?:this is |it is |that is )?(?P<how>based on|worked out from|calculated from|derived from|estimated from"
    r"|from)\s+",
    re.IGNORECASE,
)
_TIMES = re.compile(r"(?<=[\d\s])\s*[x*]\s*(?=(?:about |up to )?\d)")
_PLUS = re.compile(r"(?<=\d)\s*\+\s*(?=\d)")
_BARE = re.compile(
    r"(?:(?:about|around|approximately|approx\.?|roughly|up to|at most|max\.?|nearly|almost|over"
    r"|more than)\s+)?[\d.,' ]+",
    re.IGNORECASE,
)
_JUST_MAIL = re.compile(r"(?:e-?mails?|mails?|messages?|sends?)$")


def volume(monthly: str, basis: str, busiest: str, several: bool, voice: Voice) -> list[str]:
    """The paragraph on numbers. `several`: more than one stream adds up to the month."""
    return [*_month(monthly, basis, several, voice), *_day(busiest, voice)]


def _month(monthly: str, basis: str, several: bool, voice: Voice) -> list[str]:
    month = voice.read(slashes(respelled(flat(monthly))))
    source = voice.read(_PLUS.sub(" + ", _TIMES.sub(" × ", slashes(respelled(basis)))))
    if not month:
        return _basis_alone(source)
    first = month[0]
    if first.shape is Shape.SENTENCE:
        return [*closed(month), *_basis_alone(source)]
    send = f"In total {voice.we} send" if several else f"{upper_first(voice.we)} send"
    amount = first.inside
    lead = f"{send} {_a_month(amount)}" if quantities(amount) else f"Messages a month: {amount}"
    if len(month) == 1 and len(source) == 1 and source[0].shape is not Shape.SENTENCE:
        return [f"{lead}{_from(source[0])}."]
    return [lead + ".", *closed(month[1:]), *_basis_alone(source)]


def _a_month(amount: str) -> str:
    """ "about 14,800" as "about 14,800 messages a month"; a unit that was typed stays."""
    amount = re.sub(r"(?<=\d) peak$", " messages a month at peak", amount)
    amounts = quantities(amount)
    if amounts[0].period or re.search(r"month", amount, re.IGNORECASE):
        return amount
    if _BARE.fullmatch(amount) or (not amounts[0].noun and amount.rstrip("+").endswith(tuple("0123456789kKmM"))):
        return f"{amount} messages a month"
    if re.match(
        r"(?:on average|in season|in (?:summer|winter|spring|autumn)|or so|at most|in total|roughly|at peak)\b",
        amounts[0].noun,
    ):
        return f"{amount[: amounts[0].end]} messages a month{amount[amounts[0].end :]}"
    return f"{amount} a month" if _JUST_MAIL.match(amounts[0].noun) else amount


def _from(source: Unit) -> str:
    text = source.inside
    led = _DERIVED.match(text)
    bare = text[led.end() :] if led else text
    if source.shape is Shape.GERUND or re.match(r"(?:counting|adding|multiplying|taking)\b", text):
        return f", worked out by {text}"
    if re.fullmatch(r"(?:about )?[\d,]+ (?:a|per) (?:day|week|weekday|hour)", bare):
        return f", at {bare}"
    if _FORMULA.search(bare):
        return f": {_listed_sum(bare)}"
    if led and led["how"].lower() != "from":
        return f", {led['how'].lower()} {bare}"
    bare = listed(bare)
    if led or source.shape in {Shape.NOUN, Shape.NUMBER, Shape.STATE}:
        return f", worked out from {with_article(bare, 'the')}"
    return f"; {text}"


def _listed_sum(text: str) -> str:
    """ "2,500 alarms, 410 × 4.33 reports, 150 reminders" with its "and"; a sum with signs stays."""
    parts = text.split(", ")
    plain = len(parts) > 1 and not re.search(r"\band\b|[=()+;]", text)
    return and_list(parts) if plain and all(p[0].isdigit() for p in parts) else text


def _basis_alone(source: tuple[Unit, ...]) -> list[str]:
    if not source:
        return []
    first = source[0]
    if first.shape in {Shape.SENTENCE, Shape.OTHER}:
        return closed(source)
    if _FORMULA.search(first.text):
        lead = f"The sum is {first.inside}."
    elif _DERIVED.match(first.inside):
        lead = f"This is {first.inside}."
    else:
        lead = f"This is worked out from {with_article(first.text, 'the')}."
    return joined(lead, source[1:])


def _day(busiest: str, voice: Voice) -> list[str]:
    units = voice.read(slashes(respelled(busiest)))
    return joined(_busiest(units[0], voice), units[1:]) if units else []


def _busiest(first: Unit, voice: Voice) -> str:
    text = _PLUS_MORE.sub(" plus ", first.inside)
    ours = f"{upper_first(voice.our)} busiest"
    if first.shape in {Shape.SENTENCE, Shape.OTHER}:
        return first.closed
    if _BARE.fullmatch(text):
        return f"On {voice.our} busiest day {voice.we} send {text} messages."
    ahead = _AMOUNT_FIRST.fullmatch(text)
    if ahead:
        when = _on_the(ahead["when"]).removeprefix("about ")
        return f"The most {voice.we} send in a day is {ahead['amount']} {ahead['unit'] or 'messages'}, {when}."
    behind = _DAY_FIRST.fullmatch(text)
    if behind:
        unit = behind["unit"] or ""
        messages = " messages" if not unit or unit.startswith(",") else ""
        return f"{ours} {_day_is(behind['day'])}, with {behind['amount']}{messages}{unit}."
    if first.shape is Shape.NUMBER and quantities(text):
        return f"{ours} day comes to {text}."
    if first.shape in {Shape.PREPOSITION, Shape.CLAUSE, Shape.ADVERB} and not _WEEKDAYS.match(text):
        return f"{ours} day comes {text}."
    return f"{ours} {_day_is(first.text)}."


def _day_is(day: str) -> str:
    """ "day is Monday", "days are Fridays", "day is the 1st of the month"."""
    if re.match(r"\d{1,2} [A-Z]", day):
        return f"day is {day}"
    if re.match(r"(?:weekdays|weekends)\b", day, re.IGNORECASE):
        return f"days are {lower_first(day)}"
    if _WEEKDAYS.match(day):
        named = re.sub(r"^(?:every|each|on) ", "", day)
        if re.match(r"\w+day \w+s\b", named):
            return f"times are {named}"
        return f"days are {named}" if re.match(r"\w+days\b", named) else f"day is {named}"
    if is_plural(day):
        return f"{'times' if _HOURS.search(day) else 'days'} are {_the_plural(day)}"
    return f"day is {lower_first(day) if re.match('(?i)an? ', day) else with_article(day, 'the')}"


_HOURS = re.compile(r"\b(?:mornings|afternoons|evenings|nights|hours|weekends)\b", re.IGNORECASE)


def _the_plural(day: str) -> str:
    return f"the {lower_first(day)}" if re.match(r"(?:first|last|\w+ two|\w+ three)\b", day) else lower_first(day)


def _on_the(when: str) -> str:
    """ "first Monday" as "on the first Monday"; what has its own small word stays."""
    if re.match(r"(?:just|shortly|right|always|mostly|usually) ", when):
        return when
    if re.match(r"(?:on|in|at|during|when|if|before|after|around|every|each|with|per|for|as|because)\b", when):
        return with_subject(when, "a")
    return f"on {when}" if _WEEKDAYS.match(when) else f"on {with_article(when, 'the')}"


_ROUGHLY = (
    r"(?:(?:about|around|approximately|roughly|up to|at most|max\.?|nearly|almost|over|more than|maybe|perhaps"
    r"|probably|some|usually|typically)\s+)*"
)
_WEEKDAYS = re.compile(r"(?:(?:every|each|on) )?(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b", re.IGNORECASE)
_AMOUNT_FIRST = re.compile(
    rf"(?P<amount>{_ROUGHLY}\d[\d.,]*\d|\d)\s*(?P<unit>e-?mails|mails|messages|sends)?[,:(]?\s+(?P<when>(?:(?:just|shortly"
    rf"|right|always|mostly|usually) )?(?:on|in|at|during"
    r"|when|if|before|after|around|every|each|(?:the )?(?:first|last|1st|2nd|\d+th|day|week|morning|evening|start|end)"
    r"|\w+days?|(?:\w+ ){1,2}(?:day|morning|evening|night))\b[^)]*)\)?",
    re.IGNORECASE | re.DOTALL,
)
_DAY_FIRST = re.compile(
    rf"(?P<day>(?:\d{{1,2}} (?=[A-Z])|(?!\d+[,.]?\d* ))[^\d,:;(]*?(?:\b\d{{1,2}}(?:st|nd|rd|th)\b[^\d,:;(]*?)?)"
    rf"(?:\s*[,:;(–-]\s*|\s+)"
    rf"(?P<amount>{_ROUGHLY}\d[\d.,]*\d|\d)(?P<unit>,? [^()]+)?\)?",
    re.IGNORECASE | re.DOTALL,
)
_PLUS_MORE = re.compile(r" \+ (?=(?:about |around )?\d)")
