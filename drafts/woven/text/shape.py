"""What shape of English a piece of text has: a sentence, or a fragment that a frame can carry.

The only question that matters is which frame makes the piece part of a sentence without changing what it says.
"""

import re
from enum import StrEnum

from drafts.woven.text.bag import bag
from drafts.woven.text.finite import (
    ends_participle,
    finite_at,
    is_adverb,
    participle_at,
    plural,
    tokens,
    verb_in_company,
)
from drafts.woven.text.tongue import Tongue, tongue
from drafts.woven.text.verbs import BASES, GERUNDS, PASTS, THIRD
from drafts.woven.text.words import (
    ADVERBS,
    AUX,
    CONJUNCTIONS,
    DETERMINERS,
    MASS,
    NOUNY_ING,
    PREPOSITIONS,
    PRONOUN_VERB,
    PRONOUNS,
    SUBORDINATORS,
    TIMES,
)

__all__ = ["Shape", "finite_at", "is_adverb", "participle_at", "plural", "shape", "tokens"]

_NUMBER = re.compile(r"\d(?!\w*(?:st|nd|rd|th)$)")
_NUMBER_WORDS = bag(
    """one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty hundred
    thousand million half dozen zero"""
)
_APPROX = bag(
    """about around approx approximately roughly circa ca ~ nearly almost over under up to at most max maximum least
    min between more less than some < > ≈ ± + . maybe perhaps just a only"""
)
_WHOEVER = bag("whoever whatever whichever")
_OPENING_PAIRS = {("each", "time"), ("every", "time"), ("any", "time"), ("the", "moment"), ("as", "soon")}


class Shape(StrEnum):
    EMPTY = "empty"
    SENTENCE = "sentence"
    CLAUSE = "clause"
    """Opens with when, if, after …: "when a customer pays"."""
    NOUN = "noun"
    VERB = "verb"
    """A bare verb: "tick a box"."""
    THIRD = "third"
    """A verb without its subject: "sells candles"."""
    GERUND = "gerund"
    PARTICIPLE = "participle"
    """ "removed at once"."""
    INFINITIVE = "infinitive"
    PREPOSITION = "preposition"
    ADVERB = "adverb"
    NUMBER = "number"
    STATE = "state"
    """A noun and what was done to it: "order placed"."""
    OTHER = "other"
    """Another language, or nothing that can be told: to be left as it is."""


def shape(text: str) -> Shape:
    """The shape of one piece of text (a line or a sentence without its closing mark)."""
    words = [t.lower() for t in tokens(text)]
    if not any(w[0].isalnum() for w in words):
        return Shape.EMPTY
    if tongue(text) is not Tongue.ENGLISH:
        return Shape.OTHER
    main = finite_at(words)
    numbered = _opens_with_number(words)
    if main is not None and not (numbered and "," in words[1:main]):
        return _with_finite(words, main)
    return Shape.NUMBER if numbered else _fragment(words)


def _opens_with_number(words: list[str]) -> bool:
    for word in words[:5]:
        if _NUMBER.match(word) or word in _NUMBER_WORDS:
            return True
        if word not in _APPROX:
            return False
    return False


def _with_finite(words: list[str], main: int) -> Shape:
    first = words[0]
    if first in {"after", "before", "since", "until"} and words[1] in {"that", "this", "then"}:
        return Shape.SENTENCE
    if first in _WHOEVER and not _main_clause_follows(words):
        return Shape.NOUN
    if first in {"after", "before", "upon", "on", "once"} and _starts_again(words, main):
        return Shape.SENTENCE
    if first in SUBORDINATORS | {"as"} or tuple(words[:2]) in _OPENING_PAIRS:
        return Shape.SENTENCE if _main_clause_follows(words) else Shape.CLAUSE
    if (
        first in BASES
        and main > 0
        and words[main] not in THIRD
        and words[1] in PREPOSITIONS | CONJUNCTIONS | {"up", "in", "out"}
    ):
        return Shape.VERB
    if all(is_adverb(w) for w in words[:main]) and main and words[main] in THIRD:
        return Shape.THIRD
    if main == 0 and first not in PRONOUN_VERB:
        return Shape.THIRD if first in THIRD or first in AUX else Shape.SENTENCE
    return Shape.SENTENCE


_OWN_SUBJECT = bag("the we they it our i their people users customers members subscribers everyone everybody")


_NO_END = (PREPOSITIONS - {"up", "in", "out"}) | CONJUNCTIONS | DETERMINERS


def _starts_again(words: list[str], main: int) -> bool:
    """Whether a subject of its own follows the opening phrase: "after one hard bounce | the address is removed"."""
    return any(
        words[at] in _OWN_SUBJECT and words[at - 1][0].isalpha()
        for at in range(2, main)
        if words[at - 1] not in (PREPOSITIONS - {"up", "in", "out"}) | CONJUNCTIONS | DETERMINERS
        and finite_at(words[1:at]) is None
    )


def _main_clause_follows(words: list[str]) -> bool:
    """Whether something finite follows the first clause: "when they sign up, we send a mail"."""
    for at, word in enumerate(words[1:], start=1):
        rest = words[at + 1 :]
        if word == "," and rest and finite_at(rest) is not None:
            return rest[0] not in CONJUNCTIONS and rest[0] not in SUBORDINATORS
    return False


def _fragment(words: list[str]) -> Shape:
    first = words[0]
    if first in {"every", "each", "once", "twice"} and _rhythmic(words):
        return Shape.ADVERB
    if first in SUBORDINATORS:
        return Shape.CLAUSE
    if first == "to" and words[1:2] and words[1] in BASES:
        return Shape.INFINITIVE
    if first in PREPOSITIONS:
        return Shape.PREPOSITION
    if (
        first in {"right", "shortly", "straight", "just", "directly"}
        and words[1:2]
        and words[1] in PREPOSITIONS | {"away"}
    ):
        return Shape.ADVERB
    led = 0
    while led < len(words) - 1 and is_adverb(words[led]):
        led += 1
    return _after_adverbs(words, led)


def _after_adverbs(words: list[str], led: int) -> Shape:
    """The shape of a fragment whose first `led` words are adverbs."""
    head, following = words[led], words[led + 1 : led + 5]
    if led and head in CONJUNCTIONS and following and is_adverb(following[0]) and following[1:2] in ([], [","]):
        return Shape.ADVERB
    if led and (head in PREPOSITIONS or is_adverb(head) or not head[0].isalnum()):
        return Shape.ADVERB
    if not led and (head in ADVERBS or (is_adverb(head) and len(words) == 1)):
        return Shape.ADVERB
    if led and head in {"happened", "occurred", "arrived", "came"}:
        return Shape.OTHER
    if _is_past(head) and ends_participle(head, following):
        return Shape.PARTICIPLE
    if _is_past(head) and following and following[0] in {"the", "a", "an", "our", "my", "their"}:
        return Shape.OTHER
    if head in {"not", "never"} and following:
        return Shape.PARTICIPLE if _is_past(following[0]) else Shape.OTHER
    return _by_head(head, following, words)


def _is_past(word: str) -> bool:
    word = re.sub(r"^(?:auto|re|un|de|pre)-", "", word)
    return word in PASTS or (word.endswith("ed") and len(word) > 4 and "-" not in word)


def _by_head(head: str, following: list[str], words: list[str]) -> Shape:
    if head in GERUNDS and _kind_of_thing(following):
        return Shape.NOUN
    if head in GERUNDS and (
        head not in NOUNY_ING or following[:1] in (["a"], ["an"], ["the"], ["our"], ["my"], ["it"])
    ):
        return Shape.GERUND
    if head in BASES and verb_in_company(head, following):
        return Shape.VERB
    if head in THIRD and verb_in_company(THIRD[head], following):
        return Shape.THIRD
    if set(words) & PRONOUNS and words[0] not in PRONOUNS and len(words) < 4:
        return Shape.OTHER
    return Shape.NOUN if participle_at(words) is None else Shape.STATE


def _kind_of_thing(following: list[str]) -> bool:
    """Whether a form with -ing only tells what kind of thing follows: "invoicing app", not "selling candles"."""
    thing, after = [*following, "", ""][:2]
    if not thing.isalpha() or plural(thing) or thing in MASS | DETERMINERS | PREPOSITIONS | PRONOUNS | CONJUNCTIONS:
        return False
    return (
        not is_adverb(thing)
        and thing not in {"them", "it", "us"}
        and (not after or after in PREPOSITIONS | {"that", ","})
    )


def _rhythmic(words: list[str]) -> bool:
    """ "once a week" and "every Tuesday", not "once confirmed" and "every customer"."""
    if words[0] in {"once", "twice"}:
        return len(words) == 1 or words[1] in {
            "a",
            "per",
            "every",
            "each",
            "in",
            "daily",
            "weekly",
            "monthly",
            "or",
            "/",
        }
    return bool(set(words[1:4]) & TIMES)
