"""What AWS wrote: the concern it names, the questions it asks, and whether it is a second refusal.

Their messages are prose without a fixed form, in English or Japanese, and often say little; what cannot be recognised
is said to be unclear and never guessed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from drafts.woven.appeal.signs import (
    ADVICE,
    ASKS,
    DECISION,
    DELIVERABILITY,
    EMPTY_GROUND,
    GROUND,
    MORE,
    NAMED,
    NEGATIVE_IMPACT,
    NO_DETAILS,
    NOT_ASKING,
    SECOND,
    TOPICS,
    Topic,
)
from drafts.woven.appeal.thread import newest
from drafts.woven.text.phrase import upper_first
from drafts.woven.text.tidy import lines, sentences
from drafts.woven.text.tongue import Tongue, tongue
from model import Concern

LONGEST = 20_000
"""Characters of a pasted message that are read."""
_LEAD = re.compile(r"\b(?:provide|answer|following|questions?|need|know|include|details)\b|次の|以下", re.IGNORECASE)
_IN_DOUBT = re.compile(r"\b(?:un)?clear\b|\bunderstand\b|\bconfirm\b|\bverify\b|\bdetermine\b", re.IGNORECASE)
_OF_YOU = re.compile(r"\byour? (?:account|request|use|domain|business|identity|application)\b", re.IGNORECASE)
_YOURS = re.compile(r"\byour (?:bounce|complaint|website|list|volume)", re.IGNORECASE)
_MOST_QUESTIONS = 12
_LONGEST_QUESTION = 300
_LONGEST_SENTENCE = 1_000
"""Characters of a sentence that can ask something."""
_LONGEST_QUOTE = 240
_LABEL = re.compile(r"^(?:for example|for instance|also|and|additionally|finally)\W+", re.IGNORECASE)
_SPLIT = re.compile(r",?\s+and (?=how\b|what\b|whether\b|where\b)|,\s+(?=how\b|what\b|whether\b)", re.IGNORECASE)
_REASON = re.compile(r",? so (?:that )?we (?:can|are|understand|know)\b.*$", re.IGNORECASE | re.DOTALL)
_AT_LARGE = re.compile(r"we\b|before we\b|in order to\b|to (?:help|better|complete)\b", re.IGNORECASE)
_ENGAGEMENT = re.compile(r"\b(?:inactive|unengaged|dormant|engagement)\b", re.IGNORECASE)
_GREETING = re.compile(r"^(?:hello|hi|dear)\b[^,!.]{0,40}[,!]\s*(?=\w)", re.IGNORECASE)
_NO_MATTER = re.compile(r"\b(?:how you|tell us)\b[^.?!。]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """One question in AWS's words, and what it is about (empty where that could not be told)."""

    text: str
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message of AWS as read: `text` is its newest message, `quotes` the sentences that give the ground."""

    concerns: tuple[Concern, ...]
    questions: tuple[Question, ...]
    second: bool
    tongue: Tongue
    text: str = ""
    quotes: tuple[str, ...] = ()

    @property
    def topics(self) -> frozenset[Topic]:
        return frozenset(t for q in self.questions for t in q.topics)


def read_refusal(message: str) -> Refusal:
    """Read what AWS wrote, of any length (the first 20,000 characters count) and in any state."""
    text = newest(message[:LONGEST])
    asked, told = _apart(text)
    questions = () if _only_courtesy(asked, text) else _questions(asked)
    named = _named(told)
    concerns = _concerns(named, questions, told, text)
    quotes = dict.fromkeys(named.values())
    if Concern.OTHER in concerns:
        quotes = dict.fromkeys(_grounds(told)[:1])
    elif concerns == (Concern.NO_DETAILS,) and not NEGATIVE_IMPACT.search(text):
        quotes = dict.fromkeys([s for s in told if DELIVERABILITY.search(s)][:1])
    short = tuple(q for q in map(_ground_of, quotes) if len(q) <= _LONGEST_QUOTE)
    return Refusal(concerns, questions, bool(SECOND.search(text)), tongue(text), text, short[:2])


def _only_courtesy(asked: Sequence[str], text: str) -> bool:
    """Whether "We would like to gather more information" only opens a message that goes on to decide."""
    decided = DECISION.search(text)
    return bool(
        decided
        and NO_DETAILS.search(text)
        and all(_AT_LARGE.match(s) and MORE.search(s) and text.find(s) < decided.start() for s in asked)
    )


def _apart(text: str) -> tuple[list[str], list[str]]:
    """The sentences that ask and those that tell. The bullets under "please provide:" ask, whatever their form."""
    asked: list[str] = []
    told: list[str] = []
    under = False
    for bullet, line in lines(text):
        for sentence in (_GREETING.sub("", s) for s in sentences(line)):
            asks = _asks(sentence)
            (asked if asks or (bullet and under) else told).append(sentence)
        leads = line.endswith((":", "："))
        under = (under and bullet) or (leads and bool(_LEAD.search(line)))
        if leads and asked and asked[-1] in line:
            told.append(asked.pop())
    return asked, told


def _asks(sentence: str) -> bool:
    bare = re.sub(r"^\W+", "", sentence)
    return len(bare) <= _LONGEST_SENTENCE and bool(ASKS.search(bare)) and not NOT_ASKING.search(bare)


def _named(told: Sequence[str]) -> dict[Concern, str]:
    """The concerns that stand in statements, each with its first sentence; general advice names none."""
    found: dict[Concern, str] = {}
    for sentence in told:
        matter = _NO_MATTER.sub(" ", sentence) if not _IN_DOUBT.search(sentence) else sentence
        if ADVICE.search(matter) and not _YOURS.search(matter):
            continue
        for concern, words in NAMED.items():
            if words.search(matter):
                found.setdefault(concern, sentence)
    return {concern: found[concern] for concern in NAMED if concern in found}


def _concerns(
    named: dict[Concern, str], questions: tuple[Question, ...], told: Sequence[str], text: str
) -> tuple[Concern, ...]:
    if named:
        return (*named, Concern.QUESTIONS) if questions else tuple(named)
    if questions:
        return (Concern.QUESTIONS,)
    if NO_DETAILS.search(text):
        return (Concern.NO_DETAILS,)
    if MORE.search(text):
        return (Concern.QUESTIONS,)
    if _grounds(told):
        return (Concern.OTHER,)
    return (Concern.NO_DETAILS,) if DECISION.search(text) else (Concern.UNCLEAR,)


def _grounds(told: Sequence[str]) -> list[str]:
    """The sentences that say why, as far as one can tell."""
    return [
        s
        for s in told
        if GROUND.search(s) and not EMPTY_GROUND.search(s) and (_OF_YOU.search(s) or not ADVICE.search(s))
    ]


def _ground_of(sentence: str) -> str:
    """The ground alone of "We cannot approve your request because …"; else the sentence."""
    decision, because, ground = sentence.partition(" because ")
    return ground if because and DECISION.search(decision) else upper_first(sentence)


def _questions(asked: Sequence[str]) -> tuple[Question, ...]:
    """Each question once. "We need more information about your use case" is one only where nothing else is asked."""
    found: dict[str, Question] = {}
    closer = [s for s in asked if not (_AT_LARGE.match(s) and MORE.search(s))]
    for sentence in closer or asked:
        for part in _SPLIT.split(sentence):
            text = _REASON.sub("", _LABEL.sub("", part.strip(" ,.;")))[:_LONGEST_QUESTION]
            if len(text) > 5:
                found.setdefault(text.casefold(), Question(text, topics_of(text)))
    return tuple(found.values())[:_MOST_QUESTIONS]


def topics_of(text: str) -> tuple[Topic, ...]:
    """What a question is about."""
    if _ENGAGEMENT.search(text):
        return ()
    return tuple(topic for topic, words in TOPICS.items() if words.search(text))
