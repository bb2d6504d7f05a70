"""What AWS's message is: its kind, by the phrases of AWS's form letters; its concerns and questions, in its own words.

Design, "What AWS answers". The phrases are `data/refusal.toml`. The newest message of a thread that says something
known decides; whether it is a first or a second refusal is never read from a phrase.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from drafts.phrases import affirmed, fold, load, mentions, present
from drafts.refusal.thread import ITEM, messages
from drafts.wording import sentences
from model.refusal import Concern, Refusal, RefusalKind

MOST_QUESTIONS = 20
_KANA = re.compile(r"[\u3040-\u30ff]")
_MOST_MESSAGES = 30
_MOST_SENTENCES = 300
"""Longer messages than AWS writes are read in larger pieces."""
_MOST_QUOTES = 3
_MOST_WORDS = 600
"""Characters of a question or a quotation."""


@dataclass(frozen=True, slots=True)
class _Message:
    """One message: its text, its sentences, and those that are items of a list."""

    text: str
    sentences: tuple[str, ...]
    items: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "_Message":
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) > _MOST_SENTENCES:
            lines = sentences(text, _MOST_SENTENCES)
        found, items = [], set()
        for line in lines:
            item = ITEM.match(line)
            pieces = [line[item.end() :].strip()] if item else sentences(line, _MOST_SENTENCES)
            found += pieces
            items |= set(pieces[:1]) if item else set()
        return cls(text, tuple(found), frozenset(items))

    def saying(self, phrases: Iterable[str]) -> list[str]:
        """The sentences that say one of the phrases."""
        some = present(self.text, phrases)
        return [sentence for sentence in self.sentences if mentions(sentence, some)] if some else []


def read(text: str) -> Refusal:
    """The message, read. UNCLEAR where nothing in it is known; never raises."""
    thread = messages(text)[:_MOST_MESSAGES]
    language = "ja" if _KANA.search(text[:20_000]) else "en"
    for at, message in enumerate(thread):
        found = _read_one(_Message.of(message), language, newest=at == 0)
        if found.kind is not RefusalKind.UNCLEAR:
            return found
    return Refusal(RefusalKind.UNCLEAR, language=language)


def topics(question: str) -> tuple[str, ...]:
    """What a question of AWS is about, as the names of `[topic]`."""
    found = [name for name, phrases in _data("topic").items() if mentions(question, phrases)]
    return tuple(name for name in found if name != "website" or "privacy" not in found)  # the URL of the policy


def _read_one(message: _Message, language: str, *, newest: bool) -> Refusal:
    def result(kind: RefusalKind, quotes: Iterable[str], **more: Any) -> Refusal:
        short = tuple(dict.fromkeys(quote[:_MOST_WORDS] for quote in quotes))[:_MOST_QUOTES]
        return Refusal(kind, quotes=short, language=language, **more)

    about_other = mentions(message.text, _data("about")["other_services"]) and not _about_ses(message)
    if approved := list(_approved(message)):
        return result(RefusalKind.OTHER if about_other or not _about_ses(message) else RefusalKind.APPROVED, approved)
    if (not_yet := message.saying(_data("not_yet")["phrases"])) and _about_ses(message):
        return result(RefusalKind.NOT_YET, not_yet)
    denied, bare = message.saying(_data("denied")["phrases"]), message.saying(_data("no_details")["phrases"])
    asked = list(_questions(message))
    concerns = dict(_concerns(message, asked))
    if denied and not concerns and len(asked) == 1:
        phrases = _data("concern")
        concerns = {one: asked[0] for one in Concern if mentions(asked[0], phrases[one.value])}
    asks = message.saying(_data("asks")["phrases"])
    answerable = asked and not bare and not (denied and (concerns or len(asked) < 2))
    if answerable and (newest or asks):
        only_one = bool(concerns) and len(asked) == 1
        kind = RefusalKind.CONCERN if only_one else RefusalKind.QUESTIONS
        return result(kind, asked, questions=tuple(asked), concerns=tuple(concerns) if only_one else ())
    if concerns and (denied or bare or newest):
        quotes = list(concerns.values())
        return result(RefusalKind.CONCERN, quotes, concerns=tuple(concerns), questions=tuple(asked))
    return _refused(message, denied, bare, asked, result)


def _refused(message: _Message, denied: list[str], bare: list[str], asked: list[str], result: Any) -> Refusal:
    """A refusal that names no known concern, another matter, or nothing known."""
    questions = tuple(asked)
    again = message.saying(_data("answered")["again"])
    answered = message.saying(_data("answered")["phrases"])
    if (denied or again) and _about_ses(message) and (again or answered) and (denied or bare or _final(again)):
        return result(RefusalKind.STILL_NO, [*again, *denied, *answered], questions=questions)  # type: ignore[no-any-return]
    if bare:
        return result(RefusalKind.NO_DETAILS, [*bare, *denied], questions=questions)  # type: ignore[no-any-return]
    if denied and _about_ses(message):
        grounds = [s for s in message.sentences if affirmed(s, _data("other")["grounds"]) or s in denied]
        ground = [s for s in grounds if mentions(s, _data("other")["grounds"])]
        kind = RefusalKind.OTHER if ground else RefusalKind.NO_DETAILS
        return result(kind, [*ground, *denied], questions=questions)  # type: ignore[no-any-return]
    if other := message.saying([*_data("other")["phrases"], *_data("about")["other_services"]]):
        return result(RefusalKind.OTHER, other)  # type: ignore[no-any-return]
    if message.saying(_data("asks")["phrases"]) and _about_ses(message) and _wants_more(message):
        wanted = message.saying(_data("asks")["phrases"])
        return result(RefusalKind.QUESTIONS, wanted, questions=tuple(wanted[:1]))  # type: ignore[no-any-return]
    return result(RefusalKind.UNCLEAR, [])  # type: ignore[no-any-return]


def _approved(message: _Message) -> Iterator[str]:
    """Sentences that grant something: neither denied nor conditional."""
    data = _data("approved")
    phrases = present(message.text, data["phrases"])
    for sentence in message.sentences if phrases else ():
        found = affirmed(sentence, phrases)
        if found and not mentions(fold(sentence).partition(found)[0], data["conditions"]):
            yield sentence


def _concerns(message: _Message, asked: list[str]) -> Iterator[tuple[Concern, str]]:
    """The concerns that a sentence gives as a ground, each with its sentence."""
    data = _data("concern")
    for concern in Concern:
        phrases = present(message.text, data[concern.value])
        for sentence in message.sentences if phrases else ():
            if sentence in asked or not mentions(sentence, phrases) or mentions(sentence, data["advice"]):
                continue
            if mentions(sentence, data["grounds"]):
                yield concern, sentence
                break


def _questions(message: _Message) -> Iterator[str]:
    """AWS's questions in AWS's order: items of a list, sentences that ask, the clauses of one that asks several."""
    data = _data("asks")
    phrases, idle = present(message.text, data["phrases"]), present(message.text, data["idle"])
    listing = bool(message.items) and (bool(phrases) or any("?" in item or "？" in item for item in message.items))
    count = 0
    for sentence in message.sentences:
        if count >= MOST_QUESTIONS or sentence.rstrip().endswith((":", "：")):
            continue
        asks = mentions(sentence, phrases) or sentence.rstrip().endswith(("?", "？", "か。"))
        if (sentence in message.items and listing) or (asks and not mentions(sentence, idle)):
            for question in _clauses(sentence, data["clauses"]):
                count += 1
                yield question[:_MOST_WORDS]


def _clauses(sentence: str, openers: list[str]) -> list[str]:
    """A sentence that asks "how …, how …, and how …" as its clauses; any other one whole."""
    folded = fold(sentence)
    if len(folded) != len(sentence):
        return [sentence]
    starts = sorted(
        {
            at + len(joint)
            for opener in openers
            for joint in (", ", ", and ", " and ")
            for at in _all(folded, joint + opener)
        }
    )
    first = min((at for opener in openers if (at := folded.find(opener)) >= 0), default=-1)
    if first < 0 or not starts or starts[0] <= first:
        return [sentence]
    edges = [first, *starts, len(sentence)]
    return [sentence[a:b].removesuffix(" and ").strip(" ,.") for a, b in pairwise(edges)]


def _all(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _about_ses(message: _Message) -> bool:
    return mentions(message.text, _data("about")["ses"])


def _final(again: list[str]) -> bool:
    return any(
        mentions(sentence, ("decision", "unable", "unchanged", "changed", "決定", "判断", "変わりません"))
        for sentence in again
    )


def _wants_more(message: _Message) -> bool:
    return bool(message.saying(_data("asks")["more"]))


def _data(name: str) -> dict[str, Any]:
    return load("refusal")[name]  # type: ignore[no-any-return]
