"""Answers in note style: jotted pieces that no frame can carry safely, so that they stand under their head as typed."""

import re
from collections.abc import Callable

from drafts.woven.request.voice import Voice
from drafts.woven.text.phrase import lower_first
from drafts.woven.text.reading import closed, read
from drafts.woven.text.shape import Shape

_MARKS = re.compile(
    r"->|=>|→|⇒|\bw/|(?<=\w) \+ (?=\w)|\b(?:dont|cant|wont|doesnt|didnt|isnt|arent|havent)\b|\betc\b(?!\.?$)"
    r"|\b(?:pw|pls|thx|acct|msgs?|addr)\b",
    re.IGNORECASE,
)
_APART = re.compile(r"[,;:]\s|\s[-–—]\s")
_QUOTED = re.compile(r"(?<!\w)['‘\"“]\w")
"""The words of a button or a box, which no frame can place."""
_THINGS = {Shape.NOUN, Shape.STATE, Shape.NUMBER, Shape.THIRD}
_WHOLE = {Shape.SENTENCE, Shape.OTHER}


def is_notes(text: str, voice: Voice) -> bool:
    """Whether an answer was jotted down: with arrows and short forms, in several pieces without verbs, or as a thing
    with more after a comma."""
    units = voice.read(text)
    if not units:
        return False
    if _MARKS.search(text) or any(u.shape not in _WHOLE for u in units[1:]):
        return True
    return units[0].shape in _THINGS and bool(_APART.search(units[0].text))


def as_typed(text: str, label: str = "", mentioned: str = "") -> list[str]:
    """The pieces of an answer, closed as sentences and otherwise untouched. A `label` says what they are about, unless
    the first one says it itself (`mentioned`, a pattern)."""
    pieces = closed(read(text, english=False))
    if not label or not pieces or (mentioned and re.search(mentioned, pieces[0], re.IGNORECASE)):
        return pieces
    return [f"{label}: {lower_first(pieces[0])}", *pieces[1:]]


def first_woven(text: str, voice: Voice, weave: Callable[[str], list[str]]) -> list[str]:
    """Notes with their first piece in its frame, where that carries it, and the others as typed."""
    typed = read(text, english=False)
    if _MARKS.search(text) or _QUOTED.search(text) or not typed:
        return as_typed(text)
    return [*weave(typed[0].text), *(u.closed for u in typed[1:])]
