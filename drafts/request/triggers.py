"""What sets a message off, as part of a sentence: "customer pays" as "when a customer pays"."""

import re

from drafts.text.bag import bag
from drafts.text.finite import finite_at, tokens
from drafts.text.phrase import lower_first, passive, with_article
from drafts.text.reading import Unit, with_subject
from drafts.text.shape import Shape
from drafts.text.words import COUNTABLE_PEOPLE, DETERMINERS

_TIME = re.compile(
    r"(?:on )?(?:the )?(?:(?:first|second|third|fourth|last|1st|2nd|3rd|\d+th)\s+(?:and\s+\w+\s+)?(?:\w+day|day"
    r"|week|working day|weekday|of)\b|(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b)",
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
    r"|\b(?:we|I) (?:write|publish|prepare) (?:it|them)\b"
    r"|\b(?:we|I) (?:send|mail|email)\b",
    re.IGNORECASE,
)
_ACTORS = (
    COUNTABLE_PEOPLE
    | bag("alumnus alumna trainee resident citizen person supplier")
    | bag(
        """order payment booking parcel package invoice subscription ticket lesson course form report document task file
    delivery shipment reservation donation password trial card checkout label account device event"""
    )
)


def is_point_in_time(text: str) -> bool:
    """Whether a text names a day or a time: "every Friday afternoon", "the first of the month"."""
    return bool(_TIME.match(text) or re.match(r"every\b", text))


def adverbial(piece: Unit) -> str:
    """One trigger as an adverbial; "" where it is none, or a sentence about the mail itself."""
    text = lower_first(piece.text)
    if _TIME.match(text):
        return text if re.match(r"(?:on|every|each|in|at)\b", text) else f"on {with_article(piece.text, 'the')}"
    if _OFFSET.match(text):
        return text
    if _EDGE.match(text):
        return f"at {with_article(piece.text, 'the')}"
    match piece.shape:
        case Shape.CLAUSE | Shape.PREPOSITION | Shape.ADVERB:
            return text
        case Shape.STATE:
            return f"when {passive(text)}"
        case Shape.SENTENCE if not _SPEAKS_OF_MAIL.search(text):
            return f"when {_with_actor(text)}"
        case Shape.NOUN:
            later = _LATER_OFFSET.fullmatch(text)
            return f"{with_article(later['what'], 'the')} {later['when']}" if later else ""
    return ""


def _with_actor(text: str) -> str:
    """ "customer pays" as "a customer pays", "clerk publishes" as "the clerk publishes"."""
    said = tokens(text)
    at = finite_at([t.lower() for t in said])
    if not at or said[0].lower() in DETERMINERS:
        return text
    return with_subject(text, "a" if said[at - 1].lower() in _ACTORS else "the")
