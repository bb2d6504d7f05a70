"""Reads AWS's message: its kind, by the phrases of AWS's form letters; its concerns and questions, in its own words.

Design, "What AWS answers". The phrases are `data/refusal.toml`. The messages of a pasted thread are taken
newest first, without quote marks, headers, signatures and footers; the newest that says something known decides.
Whether it is a first or a second refusal is never read from a phrase.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from drafts.wording import (
    clean_text,
    find_affirmed,
    find_occurrences,
    find_present,
    fold_text,
    is_wide,
    load_table,
    mentions,
    split_sentences,
)
from model.request import Concern, Refusal, RefusalKind

MOST_CHARACTERS, MOST_LINES = 12_000, 2_000
"""AWS writes at most 8,000 characters a message, and the newest message of a thread is on top."""
_QUOTE = re.compile(r"\s{0,20}(?:[>|]\s?){1,20}")
ITEM = re.compile(r"\s{0,20}(?:[-*•·・●▪–]|\(?\d{1,2}[.)、．]|[①-⑳]|[a-z]\))\s{0,5}(?=\S)")
_LONG_LINE = 60
_LONGEST_GOODBYE = 40


def split_messages(pasted: str) -> list[str]:
    """Splits a thread into its messages, each a text of unwrapped lines."""
    blocks: list[tuple[int, list[str]]] = [(0, [])]
    depth, in_headers = 0, False
    text = clean_text(pasted[:MOST_CHARACTERS])
    footers = find_present(text, load_table("refusal")["thread"]["footers"])
    for line in text.split("\n")[:MOST_LINES]:
        quote = _QUOTE.match(line)
        marks = line[: quote.end()] if quote else ""
        bare = line[len(marks) :].strip()
        line_depth = marks.count(">") + marks.count("|")
        is_header, opens_quote, is_goodbye = _starts_with(bare, "headers"), _opens_quote(bare), _is_goodbye(bare)
        if (line_depth != depth and bare) or opens_quote or is_goodbye:
            blocks.append((line_depth, []))
            depth, in_headers = line_depth, is_header or opens_quote
            if in_headers or is_goodbye:
                continue
        if in_headers and is_header:
            continue
        in_headers = in_headers and not bare
        if not (footers and mentions(bare, footers)):
            blocks[-1][1].append(bare)
    blocks.sort(key=lambda block: block[0])  # an answer below what it quotes
    return [text for _, lines in blocks if (text := _unwrap_lines(lines))]


@cache
def _load_openings(name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Returns the beginnings of a list, and their first letters."""
    words = tuple(fold_text(start) for start in load_table("refusal")["thread"][name])
    return words, frozenset(word[0] for word in words)


def _starts_with(line: str, name: str) -> bool:
    words, first = _load_openings(name)
    return line[:1].lower() in first and fold_text(line[:40]).startswith(words)


def _opens_quote(line: str) -> bool:
    if len(line) < 4:
        return False
    wrote = line[-1] in ":：た" and len(line) < 160 and fold_text(line).endswith(_load_openings("wrote")[0])
    return wrote or _starts_with(line, "opens")


def _is_goodbye(line: str) -> bool:
    return len(line) < _LONGEST_GOODBYE and _starts_with(line, "goodbyes") and not line.endswith((".", "?"))


def _unwrap_lines(lines: list[str]) -> str:
    """Joins lines where a mail program broke them in the middle of a sentence."""
    unwrapped: list[str] = []
    last_character, width = "", 0
    for line in lines:
        is_long = width >= (_LONG_LINE // 2 if is_wide(last_character) else _LONG_LINE)
        goes_on = last_character and last_character not in ".!?:。？！：;"
        is_continued = line and (is_long or line[0].islower()) and not ITEM.match(line)
        if goes_on and is_continued and unwrapped:
            unwrapped[-1] += f"{'' if is_wide(last_character) else ' '}{line}"
        else:
            unwrapped.append(line)
        last_character, width = line[-1:], len(line)
    return clean_text("\n".join(unwrapped))


MOST_QUESTIONS = 20
_KANA = re.compile(r"[\u3040-\u30ff]")
_MOST_MESSAGES = 30
_MOST_SENTENCES = 300
"""Longer messages than AWS writes are read in larger pieces."""
_MOST_QUOTES = 3
_FIELD_WORDS = 4
"""Words of a line that names a field."""
_LONGEST_QUOTE = 600
"""Characters of a question or a quotation."""


@dataclass(frozen=True, slots=True)
class _Message:
    """One message: its text, its sentences, and those that are items of a list."""

    text: str
    sentences: tuple[str, ...]
    items: frozenset[str]
    language: str

    @classmethod
    def from_text(cls, text: str, language: str) -> "_Message":
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) > _MOST_SENTENCES:
            lines = split_sentences(text, _MOST_SENTENCES)
        found, items = [], set()
        for line in lines:
            item = ITEM.match(line)
            pieces = [line[item.end() :].strip()] if item else split_sentences(line, _MOST_SENTENCES)
            found += pieces
            items |= set(pieces[:1]) if item else set()
        return cls(text, tuple(found), frozenset(items), language)

    def refusal(self, kind: RefusalKind, quotes: Iterable[str], **more: Any) -> Refusal:
        short = tuple(dict.fromkeys(quote[:_LONGEST_QUOTE] for quote in quotes))[:_MOST_QUOTES]
        return Refusal(kind, quotes=short, language=self.language, **more)

    def says(self, table: str, name: str) -> bool:
        return mentions(self.text, _phrases_of(table)[name])

    def sentences_that_say(self, table: str, name: str) -> list[str]:
        return self.sentences_with(_phrases_of(table)[name])

    def sentences_with(self, phrases: Iterable[str]) -> list[str]:
        present = find_present(self.text, phrases)
        return [sentence for sentence in self.sentences if mentions(sentence, present)] if present else []


def read(text: str) -> Refusal:
    """Reads AWS's message, or a thread of them. UNCLEAR where nothing in it is known; never raises."""
    thread = split_messages(text)[:_MOST_MESSAGES]
    language = "ja" if _KANA.search(text[:20_000]) else "en"
    for index, message in enumerate(thread):
        refusal = _read_message(_Message.from_text(message, language), newest=index == 0)
        if refusal.kind is not RefusalKind.UNCLEAR:
            return refusal
    return Refusal(RefusalKind.UNCLEAR, language=language)


def find_topics(question: str) -> tuple[str, ...]:
    """Returns what a question of AWS is about, as the names of `[topic]`, in the order of its words."""
    folded = fold_text(question)
    places: dict[str, int] = {}
    for name, phrases in _phrases_of("topic").items():
        if (first := min((start for start, _ in find_occurrences(folded, phrases)), default=None)) is not None:
            places[name] = first
    topics = sorted(places, key=lambda name: places[name])
    return tuple(name for name in topics if name != "website" or "privacy" not in topics)  # the URL of the policy


def _read_message(message: _Message, *, newest: bool) -> Refusal:
    about_other = message.says("about", "other_services") and not _names_ses(message)
    if approved := list(_find_approvals(message)):
        is_other = about_other or not _concerns_ses(message)
        return message.refusal(RefusalKind.OTHER if is_other else RefusalKind.APPROVED, approved)
    invites_later = not about_other and message.says("not_yet", "later")
    not_yet = message.sentences_that_say("not_yet", "phrases")
    if not_yet and (invites_later or _names_ses(message)):
        return message.refusal(RefusalKind.NOT_YET, not_yet)
    denied = message.sentences_with(_cannot_phrases("denied", "grant", message.text))
    unexplained = message.sentences_with(_cannot_phrases("no_details", "explain", message.text))
    questions = [question for question in _find_questions(message) if question not in unexplained]
    concerns = dict(_find_concerns(message, questions))
    if denied and not concerns and len(questions) == 1:
        phrases = _phrases_of("concern")
        concerns = {concern: questions[0] for concern in Concern if mentions(questions[0], phrases[concern.value])}
    asks = message.sentences_that_say("asks", "phrases")
    answerable = questions and not unexplained and not (denied and (concerns or len(questions) < 2))
    if answerable and (newest or asks):
        only_one = bool(concerns) and len(questions) == 1
        kind = RefusalKind.CONCERN if only_one else RefusalKind.QUESTIONS
        named = tuple(concerns) if only_one else ()
        return message.refusal(kind, questions, questions=tuple(questions), concerns=named)
    if concerns and (denied or unexplained or newest):
        quotes = list(concerns.values())
        return message.refusal(RefusalKind.CONCERN, quotes, concerns=tuple(concerns), questions=tuple(questions))
    return _classify_refused(message, denied, unexplained, tuple(questions))


def _classify_refused(
    message: _Message, denied: list[str], unexplained: list[str], questions: tuple[str, ...]
) -> Refusal:
    """Classifies a message that names no known concern: a refusal, another matter, or nothing known."""
    demands, about_ses = _find_payment_demands(message), _concerns_ses(message)
    if demands and (denied or message.says("not_yet", "later")):
        return message.refusal(RefusalKind.NOT_YET, demands)
    repeated = message.sentences_that_say("answered", "again")
    answered = message.sentences_that_say("answered", "phrases")
    is_final = any(mentions(sentence, _phrases_of("answered")["final"]) for sentence in repeated)
    is_second = repeated or (denied and answered)
    if is_second and about_ses and (denied or unexplained or is_final):
        return message.refusal(RefusalKind.STILL_NO, [*repeated, *denied, *answered], questions=questions)
    if unexplained:
        return message.refusal(RefusalKind.NO_DETAILS, [*unexplained, *denied], questions=questions)
    if denied and about_ses:
        grounds = _phrases_of("other")["grounds"]
        with_ground = message.sentences_with(grounds)
        with_ground = [sentence for sentence in with_ground if sentence in denied or find_affirmed(sentence, grounds)]
        kind = RefusalKind.OTHER if with_ground else RefusalKind.NO_DETAILS
        return message.refusal(kind, [*with_ground, *denied], questions=questions)
    if other := message.sentences_with([*_phrases_of("other")["phrases"], *_phrases_of("about")["other_services"]]):
        return message.refusal(RefusalKind.OTHER, other)
    requests = message.sentences_that_say("asks", "phrases")
    if requests and about_ses and message.sentences_that_say("asks", "more"):
        return message.refusal(RefusalKind.QUESTIONS, requests, questions=tuple(requests[:1]))
    return message.refusal(RefusalKind.UNCLEAR, [])


def _find_payment_demands(message: _Message) -> list[str]:
    """Finds sentences that ask for a payment before anything else."""
    data = _phrases_of("not_yet")
    return [sentence for sentence in message.sentences_with(data["payment"]) if mentions(sentence, data["first"])]


def _find_approvals(message: _Message) -> Iterator[str]:
    """Finds sentences that grant something: neither denied nor refused nor conditional."""
    data = _phrases_of("approved")
    wanted = [[word] for word in data["wanted"]]
    phrases = find_present(message.text, data["phrases"])
    verbs = _pair_phrases(message.text, data["done_by"], data["done"])
    asks_question = any(sentence.rstrip().endswith(("?", "？")) for sentence in message.sentences)
    if not asks_question and not message.sentences_with(_cannot_phrases("denied", "grant", message.text)):
        verbs = [*verbs, *find_present(message.text, data["done"])]
    for sentence in message.sentences if phrases or verbs else ():
        is_refused = mentions(sentence, _cannot_phrases("denied", "grant", sentence))
        phrase = "" if is_refused else find_affirmed(sentence, phrases)
        if not phrase and mentions(sentence, data["objects"]):
            phrase = find_affirmed(sentence, verbs)
        before = fold_text(sentence).partition(phrase)[0] if phrase else ""
        if phrase and not mentions(before, data["conditions"]) and before.split()[-1:] not in wanted:
            yield sentence


def _find_concerns(message: _Message, questions: list[str]) -> Iterator[tuple[Concern, str]]:
    """Yields the concerns that a sentence gives as a ground, each with its sentence."""
    data = _phrases_of("concern")
    for concern in Concern:
        phrases = find_present(message.text, data[concern.value])
        for sentence in message.sentences if phrases else ():
            if sentence in questions or not mentions(sentence, phrases):
                continue
            denials = [*_cannot_phrases("denied", "grant", sentence), "violat*"]
            is_advice = mentions(sentence, data["advice"]) and not mentions(sentence, denials)
            if not is_advice and mentions(sentence, data["grounds"]):
                yield concern, sentence
                break


def _find_questions(message: _Message) -> Iterator[str]:
    """Yields AWS's questions in AWS's order: items of a list, sentences that ask, the clauses of one that asks
    several."""
    data = _phrases_of("asks")
    phrases, idle = find_present(message.text, data["phrases"]), find_present(message.text, data["idle"])
    has_list = bool(message.items) and (bool(phrases) or any("?" in item or "？" in item for item in message.items))
    count = 0
    for sentence in message.sentences:
        if count >= MOST_QUESTIONS:
            break
        if sentence.rstrip().endswith((":", "：")):
            if _is_field(sentence, phrases, idle):
                count += 1
                yield sentence.rstrip(" :：")
            continue
        is_question = sentence.rstrip().endswith(("?", "？", "か。")) and any(char.isalpha() for char in sentence)
        is_request = is_question or mentions(sentence, phrases)
        if is_request and len(list_items := _split_list(sentence, phrases)) > 1:
            count += len(list_items)
            yield from (question[:_LONGEST_QUOTE] for question in list_items)
        elif (sentence in message.items and has_list) or (is_request and not mentions(sentence, idle)):
            for question in _split_clauses(sentence, data["clauses"]):
                count += 1
                yield question[:_LONGEST_QUOTE]


def _is_field(sentence: str, phrases: list[str], idle: list[str]) -> bool:
    """Tells whether a line is a field to fill in, such as "Website URL:", in a message that asks."""
    is_short = len(sentence.split()) <= _FIELD_WORDS
    return bool(phrases) and is_short and not mentions(sentence, [*phrases, *idle]) and bool(find_topics(sentence))


def _split_list(sentence: str, phrases: list[str]) -> list[str]:
    """Splits what a sentence asks for after a colon: "please reply with: the types of mail, the source of your
    list"."""
    before, colon, after = sentence.partition(": ")
    if not colon or not mentions(before, phrases) or ITEM.match(sentence):
        return []
    pieces = re.split(r"[,;] (?:and )?| and (?=how |what |where |why |which |whether )", after)
    return [piece.strip(" .") for piece in pieces]


def _split_clauses(sentence: str, openers: list[str]) -> list[str]:
    """Splits a sentence that asks "how …, how …, and how …" into its clauses; any other one stays whole."""
    folded = fold_text(sentence)
    if len(folded) != len(sentence):
        return [sentence]
    joints = [(joint, opener) for opener in openers for joint in (", ", ", and ", " and ")]
    matches = (match for pair in joints for match in re.finditer(f"({pair[0]}){re.escape(pair[1])}", folded))
    starts = sorted({match.end(1) for match in matches})
    first = min((start for opener in openers if (start := folded.find(opener)) >= 0), default=-1)
    if first < 0 or not starts or starts[0] <= first:
        return [sentence]
    edges = [first, *starts, len(sentence)]
    return [sentence[a:b].removesuffix(" and ").strip(" ,.") for a, b in pairwise(edges)]


def _names_ses(message: _Message) -> bool:
    return message.says("about", "ses")


def _concerns_ses(message: _Message) -> bool:
    """Tells whether the message may be about the service: it says so, or names nothing else."""
    others = [*_phrases_of("about")["other_services"], *_phrases_of("other")["phrases"]]
    return _names_ses(message) or not mentions(message.text, others)


def _pair_phrases(text: str, words: list[str], verbs: list[str]) -> list[str]:
    """Returns each word with each verb, of those that are in a text: "we have" and "approved"."""
    present_verbs = find_present(text, verbs)
    return [f"{word} {verb}" for word in find_present(text, words) for verb in present_verbs]


def _cannot_phrases(name: str, verb_list: str, text: str) -> list[str]:
    """Returns the phrases of a list, and "we cannot" with each thing that AWS cannot do."""
    cannot = _phrases_of("cannot")
    return [*_phrases_of(name)["phrases"], *_pair_phrases(text, cannot["words"], cannot[verb_list])]


def _phrases_of(name: str) -> dict[str, Any]:
    return load_table("refusal")[name]  # type: ignore[no-any-return]
