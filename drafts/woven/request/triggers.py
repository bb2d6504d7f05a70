"""What sets a message off, as part of a sentence: "customer pays" as "when a customer pays"."""

import re
from dataclasses import dataclass

from drafts.woven.request.told import Told
from drafts.woven.request.voice import Voice
from drafts.woven.text.bag import bag
from drafts.woven.text.finite import finite_at, is_adverb, tokens
from drafts.woven.text.nouns import head_of, listed, passive, with_article
from drafts.woven.text.phrase import and_list, lower_first, upper_first
from drafts.woven.text.pieces import commas, with_subject
from drafts.woven.text.reading import Unit, closed, unit
from drafts.woven.text.shape import Shape, shape
from drafts.woven.text.verbs import THIRD
from drafts.woven.text.words import CONJUNCTIONS, COUNTABLE_PEOPLE, DETERMINERS, PREPOSITIONS, RELATIVES

_TIME = re.compile(
    r"(?:on )?(?:the )?(?:(?:first|second|third|fourth|last|1st|2nd|3rd|\d+th)\s+(?:and\s+\w+\s+)?(?:\w+day|day"
    r"|week|working day|weekday|of)\b|(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b"
    r"|(?:morning|evening|day|night|afternoon|weekend) (?:before|after|of)\b)",
    re.IGNORECASE,
)
_EDGE = re.compile(r"(?:the )?(?:end|start|beginning|middle) of\b", re.IGNORECASE)
_OFFSET = re.compile(
    r"(?:about |around )?(?:\d+|a|an|one|two|three|four|five|six|seven|ten|twelve)\s*(?:h|hrs?|minutes?|hours?"
    r"|days?|weeks?|months?)\s+(?:before|after|prior to|ahead of|later)\b",
    re.IGNORECASE,
)
_LATER_OFFSET = re.compile(
    rf"(?P<what>[a-z][\w -]{{2,30}}?),?\s+(?P<when>{_OFFSET.pattern}.*)", re.IGNORECASE | re.DOTALL
)
_SPEAKS_OF_MAIL = re.compile(
    r"^(?:it|they|this|these|those|the (?:e-?mail|message|newsletter|receipt)s?|an? (?:e-?mail|message))\b"
    r"|\b(?:is|are|gets?|get) (?:triggered|sent|mailed|emailed)\b|\b(?:triggers|goes out|go out)\b"
    r"|^(?:(?:the|our|an?) )?\w+(?: \w+)?(?: ourselves| myself)? (?:writes?|sends?|publish(?:es)?|prepares?|makes?"
    r"|triggers?|starts?|schedules?|press(?:es)?) (?:it|them|these|one)\b"
    r"|, (?:we|I) (?:write|send|publish|prepare)\b|\b(?:we|I) (?:send|mail|email)\b",
    re.IGNORECASE,
)
_THESE = re.compile(
    r"^(?:They|These|It|This)\s+(?=(?:are|is)\s+(?:only\s+)?(?:triggered|sent|generated|created|mailed|emailed)"
    r"|goes|go)\b"
)
_MANNERS = bag("seasonal manual scheduled irregular occasional event-based recurring automatic manually")
"""Adjectives that say how a stream is triggered, not by what."""
_BEGINS = bag(
    "changes starts ends closes opens fails succeeds expires arrives finishes completes crashes stops drops rises falls"
)
_MAIL = r"(?:reminder|mail|e-?mail|message|receipt|confirmation|notice|newsletter|alert|invoice|code)s?"
_LISTED = re.compile(r"\s+/\s+|\s*;\s+|,?\s+or (?=when |if |after |on )")
_ONLY_ONE = bag(
    """principal librarian editor secretary board council manager office team clerk committee director server system
    conductor coordinator chair chairman curator headteacher vicar priest captain webmaster founder dispatcher
    accountant bookkeeper shop staff school clinic company church pastor owner treasurer newsroom reception backend
    scheduler cron system"""
)
"""Who is there once: "the principal writes", but "a customer pays"."""
_ACTORS = (
    COUNTABLE_PEOPLE
    | bag("alumnus alumna trainee resident citizen person supplier")
    | bag(
        """order payment booking parcel package invoice subscription ticket lesson course form report document task file
    delivery shipment reservation donation password trial card checkout label account device event match job talk
    plant item product issue appointment class course shift message comment case request review"""
    )
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """What sets a stream off, in the one form that fits: `when` ("when a customer pays", "on Fridays"), a `cause` ("a
    purchase"), `about` the stream as its subject ("are sent when …"); and the `rest` as sentences."""

    when: str = ""
    cause: str = ""
    about: str = ""
    rest: tuple[str, ...] = ()


def trigger_in(one: Told, voice: Voice) -> Trigger:
    """The trigger of a stream, read."""
    typed = one.stream.trigger
    parts = [p for p in _LISTED.split(typed.strip()) if p] if "\n" not in typed.strip() and typed.count(".") < 2 else []
    parts = [c for p in parts for c in _clauses_apart(p)]
    units = tuple(u for p in (parts or [typed]) for u in voice.read(p, subjects=False))
    if not units:
        return Trigger()
    these = _THESE.match(units[0].closed)
    if these and one.subject is not None:
        return Trigger(about=units[0].closed[these.end() :], rest=tuple(closed(units[1:])))
    first = units[0]
    if len(units) == 1 and first.shape in {Shape.NOUN, Shape.NUMBER, Shape.GERUND, Shape.VERB} and not adverbial(first):
        return _caused(first, one)
    used, when = _adverbials(units)
    if not used and units[0].shape is Shape.PARTICIPLE and len(units) == 1:
        return Trigger(rest=(f"{upper_first(one.they)} {'are' if one.plural else 'is'} {units[0].inside}.",))
    if not used and not any(u.shape in {Shape.SENTENCE, Shape.OTHER} for u in units):
        occasions = "; ".join(u.inside for u in units)
        return Trigger(rest=(f"{upper_first(one.they)} {one.go} out on these occasions: {occasions}.",))
    if not used:
        said = (Unit(u.text, u.shape, _own_sentence(u)) for u in units)
        return Trigger(rest=tuple(closed(tuple(said))))
    return Trigger(when, rest=tuple(_after(units[used:])))


def _clauses_apart(typed: str) -> list[str]:
    """ "Order placed, bouquet delivered" as the two occasions that it names."""
    parts = commas(typed)
    told = {Shape.STATE, Shape.SENTENCE}
    occasions = len(parts) > 1 and all(
        shape(p) in told or (at and len(p.split()) == 2 and p.split()[1] in THIRD) for at, p in enumerate(parts)
    )
    if not occasions or any(
        re.match(r"(?:when|if|and|then|but|or|we|they|it|\w+s\b)\b", p, re.IGNORECASE) for p in parts[1:]
    ):
        return [typed]
    return parts


def _own_sentence(piece: Unit) -> str:
    if piece.shape is not Shape.SENTENCE:
        return piece.closed
    return upper_first(with_subject(piece.text, "the")) + piece.closed[-1]


def _caused(first: Unit, one: Told) -> Trigger:
    word = first.text.split()[0].rstrip(":,").lower()
    if word in _MANNERS:
        are = "are" if one.plural else "is"
        return Trigger(rest=(f"{'They' if one.plural else 'It'} {are} {first.inside}.",))
    things = first.text.split(", ")
    if first.shape is Shape.NOUN and listed(first.text) != first.text and not re.search(r"\w+days?\b", first.text):
        return Trigger(cause=and_list([with_article(t) for t in things]))
    theirs = "the" if head_of(first.text)[0] in _ONLY_ONE else "a"
    plain = first.shape is Shape.GERUND or "," in first.text
    cause = listed(first.inside) if plain else with_article(first.text, theirs)
    return Trigger(cause=cause)


def _adverbials(units: tuple[Unit, ...]) -> tuple[int, str]:
    """How many of the pieces make one adverbial together, and that adverbial."""
    parts: list[str] = []
    used = 0
    for piece in units:
        if piece.closed.endswith("?"):
            break
        alone = piece.shape is Shape.THIRD or piece.text.lower() in THIRD
        if alone and parts and parts[-1].startswith("when "):
            parts[-1] = f"{parts[-1]} or {piece.inside}"
            used += 1
            continue
        part = adverbial(piece)
        if not part and parts and piece.shape is Shape.NOUN and len(piece.text.split()) < 4 and len(units) > 1:
            part = f"on {with_article(piece.text)}"
        if not part and not parts and len(units) > 1 and adverbial(units[1]) and piece.shape is Shape.NOUN:
            part = "" if re.search(rf"{_MAIL}\b", piece.text) else f"on {with_article(piece.text)}"
        if not part:
            break
        parts.append(part)
        used += 1
    if not parts:
        return 0, ""
    if len(parts) == 2 and (parts[1].startswith("the ") or (_OFFSET.match(parts[1]) and parts[0].startswith("when "))):
        return used, ", ".join(parts) if parts[1].startswith("the ") else " and ".join(parts)
    return used, parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _after(units: tuple[Unit, ...]) -> list[str]:
    """What follows the adverbial; a note on one message of the stream says when that one goes out."""
    result: list[str] = []
    for piece in units:
        apart = re.match(rf"(?P<mail>[\w -]*?{_MAIL}) (?=(?:on|in|at|after|before|when|every|each|\d)\b)", piece.text)
        if apart and piece.shape is Shape.NOUN:
            go = "go" if apart["mail"].endswith("s") else "goes"
            result.append(f"{with_article(apart['mail'], 'the')} {go} out {piece.text[apart.end() :]}.")
            result[-1] = result[-1][0].upper() + result[-1][1:]
        else:
            result += closed((piece,))
    return result


def is_point_in_time(text: str) -> bool:
    """Whether a text names a day or a time: "every Friday afternoon", "the first of the month"."""
    return bool(_TIME.match(text) or re.match(r"every\b", text, re.IGNORECASE))


def adverbial(piece: Unit) -> str:
    """One trigger as an adverbial; "" where it is none, or a sentence about the mail itself."""
    text = lower_first(piece.text)
    if re.match(r"\w+day to \w+day\b", text):
        return f"from {text}"
    if _TIME.match(text):
        timed = re.sub(r"(?<=day) (?=\d{1,2}(?:[:.]\d\d)?(?: ?[ap]m)?\b)", " at ", text)
        return timed if re.match(r"(?:on|every|each|in|at)\b", text) else f"on {_the(timed)}"
    if _OFFSET.match(text):
        return text
    if re.match(r"\d{1,2}(?:[:.]\d\d| ?[ap]\.?m)", text):
        return f"at {text}"
    if _EDGE.match(text):
        return f"at {_the(piece.text)}"
    match piece.shape:
        case Shape.PREPOSITION | Shape.CLAUSE:
            return listed(text) if finite_at([t.lower() for t in tokens(text)[1:]]) is None else text
        case Shape.ADVERB:
            return text
        case Shape.STATE:
            return f"when {passive(text)}"
        case Shape.SENTENCE if re.match(r"(?:every|each) (?!time)", text):
            return ""
        case Shape.SENTENCE if not _SPEAKS_OF_MAIL.search(text):
            return f"when {_with_actor(text)}"
        case Shape.NOUN:
            later = _LATER_OFFSET.fullmatch(text)
            clause = _as_clause(text)
            return f"when {clause}" if clause else f"{_the(later['what'])} {later['when']}" if later else ""
    return ""


def _the(text: str) -> str:
    return text if re.match(r"(?:the|\w+days?)\b", text, re.IGNORECASE) else f"the {lower_first(text)}"


def _with_actor(text: str) -> str:
    """ "customer pays" as "a customer pays", "clerk publishes" as "the clerk publishes"."""
    said = tokens(text)
    at = finite_at([t.lower() for t in said])
    if not at or said[0].lower() in DETERMINERS:
        return text
    subject = with_subject(text, "the" if said[at - 1].lower() in _ONLY_ONE else "a")
    return _with_object(subject)


def _with_object(text: str) -> str:
    """ "a customer places order" as "… places an order"."""
    said = tokens(text)
    at = finite_at([t.lower() for t in said])
    if at is None or at + 1 >= len(said) or said[at].lower() not in THIRD:
        return text
    place = text.rfind(f" {said[at]} ")
    thing = text[place + len(said[at]) + 2 :]
    word = thing.split()[0].lower()
    if place < 0 or word in PREPOSITIONS | DETERMINERS | CONJUNCTIONS | RELATIVES or is_adverb(word):
        return text
    if unit(thing).shape not in {Shape.NOUN, Shape.STATE, Shape.PARTICIPLE} or len(thing.split()) > 4:
        return text
    return f"{text[: place + len(said[at]) + 2]}{with_article(thing)}"


def _as_clause(text: str) -> str:
    """A noun, a form that can only be its verb here, and an object: "new job matches saved search"."""
    said = text.split()
    if (
        len(said) > 2
        and said[1] in _BEGINS
        and said[2] in PREPOSITIONS
        and said[0].isalpha()
        and said[0] not in PREPOSITIONS
    ):
        return f"{with_article(said[0])} {' '.join(said[1:])}"
    if len(said) == 2 and (said[0] in COUNTABLE_PEOPLE or said[1] in _BEGINS) and said[1] in THIRD:
        return f"{with_article(said[0])} {said[1]}"
    for at in range(1, min(len(said) - 1, 4)):
        before, word, after = said[at - 1].lower(), said[at].lower(), said[at + 1].lower()
        if word not in THIRD or before in DETERMINERS | PREPOSITIONS or before.endswith("s"):
            continue
        if after in PREPOSITIONS | CONJUNCTIONS | RELATIVES or not after[0].isalpha() or before not in _ACTORS:
            continue
        subject, thing = " ".join(said[:at]), " ".join(said[at + 1 :])
        return f"{with_article(subject)} {said[at]} {with_article(thing)}"
    return ""
