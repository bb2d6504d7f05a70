"""What AWS's message is: its kind, by the phrases of AWS's form letters; its concerns and questions, in its own words.

Design, "What AWS answers". The phrases are `data/refusal.toml`. The messages of a pasted thread are taken
newest first, without quote marks, headers, signatures and footers; the newest that says something known decides.
Whether it is a first or a second refusal is never read from a phrase.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, TypeAlias

from drafts.wording import affirmed, clean, fold, load, mentions, occurrences, present, sentences, wide
from model.request import Concern, Refusal, RefusalKind

MOST_CHARACTERS, MOST_LINES = 12_000, 2_000
"""AWS writes at most 8,000 characters a message, and the newest message of a thread is on top."""
_QUOTE = re.compile(r"\s{0,20}(?:[>|]\s?){1,20}")
ITEM = re.compile(r"\s{0,20}(?:[-*•·・●▪–]|\(?\d{1,2}[.)、．]|[①-⑳]|[a-z]\))\s{0,5}(?=\S)")
_LONG_LINE = 60
_GOODBYE = 40


def messages(pasted: str) -> list[str]:
    """Returns each message of the thread as a text of unwrapped lines."""
    found: list[tuple[int, list[str]]] = [(0, [])]
    depth, in_headers = 0, False
    text = clean(pasted[:MOST_CHARACTERS])
    footers = present(text, load("refusal")["thread"]["footers"])
    for line in text.split("\n")[:MOST_LINES]:
        quote = _QUOTE.match(line)
        marks = line[: quote.end()] if quote else ""
        bare = line[len(marks) :].strip()
        now = marks.count(">") + marks.count("|")
        header, opens, goodbye = _starts(bare, "headers"), _opens(bare), _goodbye(bare)
        if (now != depth and bare) or opens or goodbye:
            found.append((now, []))
            depth, in_headers = now, header or opens
            if in_headers or goodbye:
                continue
        if in_headers and header:
            continue
        in_headers = in_headers and not bare
        if not (footers and mentions(bare, footers)):
            found[-1][1].append(bare)
    texts = (_unwrapped(lines) for _, lines in sorted(found, key=lambda one: one[0]))  # an answer below what it quotes
    return [text for text in texts if text]


@cache
def _openings(name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Returns the beginnings of a list, and their first letters."""
    words = tuple(fold(start) for start in load("refusal")["thread"][name])
    return words, frozenset(word[0] for word in words)


def _starts(line: str, name: str) -> bool:
    words, first = _openings(name)
    return line[:1].lower() in first and fold(line[:40]).startswith(words)


def _opens(line: str) -> bool:
    if len(line) < 4:
        return False
    wrote = line[-1] in ":：た" and len(line) < 160 and fold(line).endswith(_openings("wrote")[0])
    return wrote or _starts(line, "opens")


def _goodbye(line: str) -> bool:
    return len(line) < _GOODBYE and _starts(line, "goodbyes") and not line.endswith((".", "?"))


def _unwrapped(lines: list[str]) -> str:
    """Returns lines joined where a mail program broke them in the middle of a sentence."""
    whole: list[str] = []
    last, width = "", 0
    for line in lines:
        long = width >= (_LONG_LINE // 2 if wide(last[-1:]) else _LONG_LINE)
        broken = last and line and last not in ".!?:。？！：;" and (long or line[0].islower()) and not ITEM.match(line)
        if broken and whole:
            whole[-1] += f"{'' if wide(last) else ' '}{line}"
        else:
            whole.append(line)
        last, width = line[-1:], len(line)
    return clean("\n".join(whole))


MOST_QUESTIONS = 20
_KANA = re.compile(r"[\u3040-\u30ff]")
_MOST_MESSAGES = 30
_MOST_SENTENCES = 300
"""Longer messages than AWS writes are read in larger pieces."""
_MOST_QUOTES = 3
_FIELD = 4
"""Words of a line that names a field."""
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
        some = present(self.text, phrases)
        return [sentence for sentence in self.sentences if mentions(sentence, some)] if some else []


def read(text: str) -> Refusal:
    """Returns the message, read. UNCLEAR where nothing in it is known; never raises."""
    thread = messages(text)[:_MOST_MESSAGES]
    language = "ja" if _KANA.search(text[:20_000]) else "en"
    for at, message in enumerate(thread):
        found = _read_one(_Message.of(message), language, newest=at == 0)
        if found.kind is not RefusalKind.UNCLEAR:
            return found
    return Refusal(RefusalKind.UNCLEAR, language=language)


def topics(question: str) -> tuple[str, ...]:
    """Returns what a question of AWS is about, as the names of `[topic]`, in the order of its words."""
    folded = fold(question)
    places: dict[str, int] = {}
    for name, phrases in _data("topic").items():
        if (first := min((at for at, _ in occurrences(folded, phrases)), default=None)) is not None:
            places[name] = first
    found = sorted(places, key=lambda name: places[name])
    return tuple(name for name in found if name != "website" or "privacy" not in found)  # the URL of the policy


def _read_one(message: _Message, language: str, *, newest: bool) -> Refusal:
    def result(kind: RefusalKind, quotes: Iterable[str], **more: Any) -> Refusal:
        short = tuple(dict.fromkeys(quote[:_MOST_WORDS] for quote in quotes))[:_MOST_QUOTES]
        return Refusal(kind, quotes=short, language=language, **more)

    about_other = mentions(message.text, _data("about")["other_services"]) and not _says_ses(message)
    if approved := list(_approved(message)):
        return result(RefusalKind.OTHER if about_other or not _about_ses(message) else RefusalKind.APPROVED, approved)
    later = not about_other and mentions(message.text, _data("not_yet")["later"])
    if (not_yet := message.saying(_data("not_yet")["phrases"])) and (later or _says_ses(message)):
        return result(RefusalKind.NOT_YET, not_yet)
    denied, bare = (
        message.saying(_cannot(name, what, message.text))
        for name, what in (("denied", "grant"), ("no_details", "explain"))
    )
    asked = [question for question in _questions(message) if question not in bare]
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


_Result: TypeAlias = Callable[..., Refusal]


def _refused(message: _Message, denied: list[str], bare: list[str], asked: list[str], result: _Result) -> Refusal:
    """Returns a refusal that names no known concern, another matter, or nothing known."""
    questions = tuple(asked)
    if (unpaid := _unpaid(message)) and (denied or mentions(message.text, _data("not_yet")["later"])):
        return result(RefusalKind.NOT_YET, unpaid)
    again = message.saying(_data("answered")["again"])
    answered = message.saying(_data("answered")["phrases"])
    final = any(mentions(sentence, _data("answered")["final"]) for sentence in again)
    if (denied or again) and _about_ses(message) and (again or answered) and (denied or bare or final):
        return result(RefusalKind.STILL_NO, [*again, *denied, *answered], questions=questions)
    if bare:
        return result(RefusalKind.NO_DETAILS, [*bare, *denied], questions=questions)
    if denied and _about_ses(message):
        grounds = [s for s in message.sentences if affirmed(s, _data("other")["grounds"]) or s in denied]
        ground = [s for s in grounds if mentions(s, _data("other")["grounds"])]
        kind = RefusalKind.OTHER if ground else RefusalKind.NO_DETAILS
        return result(kind, [*ground, *denied], questions=questions)
    if other := message.saying([*_data("other")["phrases"], *_data("about")["other_services"]]):
        return result(RefusalKind.OTHER, other)
    if message.saying(_data("asks")["phrases"]) and _about_ses(message) and message.saying(_data("asks")["more"]):
        wanted = message.saying(_data("asks")["phrases"])
        return result(RefusalKind.QUESTIONS, wanted, questions=tuple(wanted[:1]))
    return result(RefusalKind.UNCLEAR, [])


def _unpaid(message: _Message) -> list[str]:
    """Sentences that ask for a payment before anything else."""
    data = _data("not_yet")
    return [sentence for sentence in message.saying(data["payment"]) if mentions(sentence, data["first"])]


def _approved(message: _Message) -> Iterator[str]:
    """Sentences that grant something: neither denied nor conditional."""
    data = _data("approved")
    wanted = [[word] for word in data["wanted"]]
    named, done = present(message.text, data["phrases"]), _pairs(message.text, data["done_by"], data["done"])
    asks = any(sentence.rstrip().endswith(("?", "？")) for sentence in message.sentences)
    if not asks and not message.saying(_cannot("denied", "grant", message.text)):
        done = [*done, *present(message.text, data["done"])]
    for sentence in message.sentences if named or done else ():
        found = affirmed(sentence, named) or (mentions(sentence, data["objects"]) and affirmed(sentence, done))
        before = fold(sentence).partition(found)[0] if found else ""
        if found and not mentions(before, data["conditions"]) and before.split()[-1:] not in wanted:
            yield sentence


def _concerns(message: _Message, asked: list[str]) -> Iterator[tuple[Concern, str]]:
    """Yields the concerns that a sentence gives as a ground, each with its sentence."""
    data = _data("concern")
    for concern in Concern:
        phrases = present(message.text, data[concern.value])
        for sentence in message.sentences if phrases else ():
            if sentence in asked or not mentions(sentence, phrases):
                continue
            if mentions(sentence, data["advice"]) and not mentions(
                sentence, [*_cannot("denied", "grant", sentence), "violat*"]
            ):
                continue
            if mentions(sentence, data["grounds"]):
                yield concern, sentence
                break


def _questions(message: _Message) -> Iterator[str]:
    """Yields AWS's questions in AWS's order: items of a list, sentences that ask, the clauses of one that asks
    several."""
    data = _data("asks")
    phrases, idle = present(message.text, data["phrases"]), present(message.text, data["idle"])
    listing = bool(message.items) and (bool(phrases) or any("?" in item or "？" in item for item in message.items))
    count = 0
    for sentence in message.sentences:
        if count >= MOST_QUESTIONS:
            break
        if sentence.rstrip().endswith((":", "：")):
            if _is_field(sentence, phrases, idle):
                count += 1
                yield sentence.rstrip(" :：")
            continue
        asked = sentence.rstrip().endswith(("?", "？", "か。")) and any(char.isalpha() for char in sentence)
        asks = asked or mentions(sentence, phrases)
        if asks and len(listed := _listed(sentence, phrases)) > 1:
            count += len(listed)
            yield from (question[:_MOST_WORDS] for question in listed)
        elif (sentence in message.items and listing) or (asks and not mentions(sentence, idle)):
            for question in _clauses(sentence, data["clauses"]):
                count += 1
                yield question[:_MOST_WORDS]


def _is_field(sentence: str, phrases: list[str], idle: list[str]) -> bool:
    """Tells whether a line is a field to fill in, such as "Website URL:", in a message that asks."""
    short = len(sentence.split()) <= _FIELD
    return bool(phrases) and short and not mentions(sentence, [*phrases, *idle]) and bool(topics(sentence))


def _listed(sentence: str, phrases: list[str]) -> list[str]:
    """Returns what a sentence asks for after a colon: "please reply with: the types of mail, the source of your
    list"."""
    before, colon, after = sentence.partition(": ")
    if not colon or not mentions(before, phrases) or ITEM.match(sentence):
        return []
    return [
        piece.strip(" .")
        for piece in re.split(r"[,;] (?:and )?| and (?=how |what |where |why |which |whether )", after)
    ]


def _clauses(sentence: str, openers: list[str]) -> list[str]:
    """Returns a sentence that asks "how …, how …, and how …" as its clauses; any other one whole."""
    folded = fold(sentence)
    if len(folded) != len(sentence):
        return [sentence]
    starts = sorted(
        {
            at + len(joint)
            for opener in openers
            for joint in (", ", ", and ", " and ")
            for at in (found.start() for found in re.finditer(re.escape(joint + opener), folded))
        }
    )
    first = min((at for opener in openers if (at := folded.find(opener)) >= 0), default=-1)
    if first < 0 or not starts or starts[0] <= first:
        return [sentence]
    edges = [first, *starts, len(sentence)]
    return [sentence[a:b].removesuffix(" and ").strip(" ,.") for a, b in pairwise(edges)]


def _says_ses(message: _Message) -> bool:
    return mentions(message.text, _data("about")["ses"])


def _about_ses(message: _Message) -> bool:
    """Tells whether the message may be about the service: it says so, or names nothing else."""
    return _says_ses(message) or not mentions(
        message.text, [*_data("about")["other_services"], *_data("other")["phrases"]]
    )


def _pairs(text: str, words: list[str], verbs: list[str]) -> list[str]:
    """Returns each word with each verb, of those that are in a text: "we have" and "approved"."""
    some = present(text, verbs)
    return [f"{word} {verb}" for word in present(text, words) for verb in some]


def _cannot(name: str, what: str, text: str) -> list[str]:
    """Returns the phrases of a list, and "we cannot" with each thing that AWS cannot do."""
    cannot = _data("cannot")
    return [*_data(name)["phrases"], *_pairs(text, cannot["words"], cannot[what])]


def _data(name: str) -> dict[str, Any]:
    return load("refusal")[name]  # type: ignore[no-any-return]
