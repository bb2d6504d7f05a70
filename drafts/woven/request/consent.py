"""How people come onto a list, and what happens to the unconfirmed."""

import re

from drafts.woven.request.frames import (
    CONSENT,
    NOT_APPLICABLE,
    THEY,
    also_done,
    head_phrase,
    joined,
    per_label,
    through,
)
from drafts.woven.request.voice import Voice
from drafts.woven.text.finite import is_people
from drafts.woven.text.nouns import is_plural, passive, with_article
from drafts.woven.text.phrase import upper_first
from drafts.woven.text.reading import Unit, closed, says_only_yes, unit
from drafts.woven.text.shape import Shape, shape
from drafts.woven.text.tidy import flat

_SOURCE = re.compile(
    r"\b(?:list|lists|database|customers|contacts|addresses|clients|members|subscribers)$", re.IGNORECASE
)
_UNCONFIRMED = re.compile(
    r"\bwho (?:do|does|have|has)(?: not|n't)|\bwho never|confirm|pending|verif|double opt|incomplete", re.IGNORECASE
)

_CONDITION = re.compile(
    r"(?:if|when|where|without|until|unless|there (?:is|are)|nobody|no one|after|those who)\b",
    re.IGNORECASE,
)
_STATES = re.compile(r"(?:stay|remain|get|expire|receive|lapse|go|never|do not|cannot|can't|don't)\b", re.IGNORECASE)


def joining(opt_in: str, unconfirmed: str, voice: Voice) -> list[str]:
    """The paragraph on how people opt in and what happens to those who do not confirm."""
    return [*_opt_in(opt_in, voice), *_left_over(unconfirmed, voice)]


def _named_they(units: tuple[Unit, ...]) -> list[Unit]:
    """The pieces after the first; "They" is "People" where nobody was named before."""
    named = any(is_people(w) for w in re.findall(r"[a-z]+s|people", units[0].text.lower()))
    if named or units[0].shape not in {Shape.SENTENCE, Shape.STATE}:
        return list(units[1:])
    return [Unit(u.text, u.shape, people_first(u.closed)) for u in units[1:]]


def people_first(sentence: str) -> str:
    """A paragraph cannot open with "They"."""
    return THEY.sub("People ", sentence)


def _opt_in(answer: str, voice: Voice) -> list[str]:
    units = () if says_only_yes(answer) else voice.read(answer)
    if not units:
        return []
    labelled = per_label(units, lambda u: " ".join(_opts_in(u, voice)))
    if labelled:
        return labelled
    units = (units[0], *_named_they(units))
    first, *more = _opts_in(units[0], voice)
    return joined(first, units[1:]) if not more else [first, *more, *closed(units[1:])]


def _opts_in(first: Unit, voice: Voice) -> list[str]:
    text = first.inside
    match first.shape:
        case Shape.SENTENCE:
            return [people_first(_with_consent(first.closed))]
        case _ if re.fullmatch(r"(?:at |during )?(?:the )?check-?out", text):
            return ["People opt in at checkout."]
        case Shape.NOUN if told := _place_or_people(text):
            return [told]
        case Shape.NOUN | Shape.NUMBER if CONSENT.search(head_phrase(text)):
            return through(f"{upper_first(voice.we)} use", first.text)
        case Shape.NOUN | Shape.NUMBER if _SOURCE.search(head_phrase(text)):
            return [f"The addresses come from {with_article(first.text)}."]
        case Shape.NOUN | Shape.NUMBER:
            return through("People opt in through", first.text)
        case Shape.VERB:
            return [f"To opt in, people {text}."]
        case Shape.GERUND:
            return [f"People opt in by {text}."]
        case Shape.PREPOSITION | Shape.ADVERB | Shape.CLAUSE:
            return [f"People opt in {_with_consent(text)}."]
        case Shape.PARTICIPLE:
            return [f"Addresses are {text}."]
        case Shape.STATE:
            return [upper_first(passive(text, "the")) + "."]
    return [first.closed]


_WHO_AND_HOW = re.compile(
    r"(?P<who>(?:[a-z-]+ ){0,2}[a-z]+s) (?P<how>(?:when|once|after|by|via|through|on|at) .+)", re.DOTALL
)
"""People and how they do it: "singers when they join"."""
_PLACE_IN = re.compile(
    r"(?P<what>(?:[a-z-]+ ){0,3}[a-z-]+),? (?P<where>(?:page|section|clause|paragraph|question) [\d.]+)"
)
"""A place in a paper: "tenancy agreement page 4"."""


def _place_or_people(text: str) -> str:
    """A noun phrase that is no way to opt in by itself, as a sentence; "" for any other."""
    theirs = _WHO_AND_HOW.fullmatch(text)
    if theirs and is_people(theirs["who"].split()[-1]):
        return f"{upper_first(theirs['who'])} opt in {theirs['how']}."
    place = _PLACE_IN.fullmatch(text)
    if not place:
        return ""
    at = "on" if place["where"].startswith("page") else "in"
    return f"People opt in {at} {place['where']} of {with_article(place['what'], 'the')}."


def _with_consent(text: str) -> str:
    return re.sub(r", ((?:double|single|confirmed)[- ]opt-?in)\b", r", with \1", text)


def _left_over(answer: str, voice: Voice) -> list[str]:
    """What happens to the unconfirmed."""
    away = NOT_APPLICABLE.fullmatch(flat(answer))
    if away:
        return [unit(away["reason"]).closed] if away["reason"] and shape(away["reason"]) is Shape.SENTENCE else []
    units = () if says_only_yes(answer) else voice.read(answer)
    if not units:
        return []
    first, *rest = units
    if first.shape is Shape.SENTENCE and (_UNCONFIRMED.search(first.text) or _CONDITION.match(first.text)):
        return closed(units)
    return joined(_unconfirmed(first, voice), rest)


def _unconfirmed(first: Unit, voice: Voice) -> str:
    text = first.inside
    match first.shape:
        case Shape.SENTENCE:
            return _clause_on_unconfirmed(text)
        case Shape.PARTICIPLE:
            return f"Addresses that are not confirmed are {also_done(text, 'are')}."
        case Shape.VERB | Shape.OTHER if _STATES.match(text):
            return f"Addresses that are not confirmed {also_done(text, 'are')}."
        case Shape.VERB:
            return f"When addresses are not confirmed, {voice.we} {text}."
        case Shape.THIRD if _STATES.match(text):
            return f"Anyone who does not confirm {text}."
        case Shape.THIRD:
            return f"An address that is not confirmed {text}."
        case Shape.STATE if _UNCONFIRMED.search(text):
            return upper_first(passive(text, "the")) + "."
        case Shape.STATE:
            return f"When an address is not confirmed, {passive(text, 'the')}."
        case Shape.NOUN | Shape.NUMBER:
            return _thing_for_unconfirmed(first)
        case Shape.OTHER:
            return first.closed
    return f"Addresses that are not confirmed: {text}."


def _clause_on_unconfirmed(text: str) -> str:
    """A sentence that does not say itself that it is about the unconfirmed."""
    if shape(re.split(r",|;| and ", text)[0]) is Shape.PARTICIPLE:
        return f"Addresses that are not confirmed are {text}."
    if re.match(r"(?:they|people|users|customers|subscribers)\b", text):
        return f"When people do not confirm, {text}."
    if re.search(r"\b(?:them|those|addresses)\b", text):
        return f"When people do not confirm, {text}."
    return f"When an address is not confirmed, {text}."


def _thing_for_unconfirmed(first: Unit) -> str:
    text = first.inside
    verb = "are" if is_plural(first.text) else "is"
    if text == "nothing":
        return "When an address is not confirmed, nothing happens."
    if _UNCONFIRMED.search(text) and text.startswith("no "):
        return f"There {verb} {text}."
    if re.match(r"(?:no|only|one|an?|\d)\b", text):
        return f"When an address is not confirmed, there {verb} {text}."
    return f"For addresses that are not confirmed there {verb} {with_article(first.text)}."
