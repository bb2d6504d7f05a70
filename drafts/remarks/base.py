"""Holds what a rule sees: the finished text, sentence by sentence, with the answer that each sentence comes from."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, TypeVar

from drafts.wording import clean_text, load_table, split_sentences, text_key
from model.request import Answers, DraftContext, MailKind, MailType, Remark, Request, Severity

D = TypeVar("D", Answers, MailKind)

_SHORTEST_INSIDE = 6
"""Characters from which a sentence is found inside another one."""
_MOST_OWN = 6_000
_MOST_SENTENCES = 80
"""A letter of 5,000 characters has fewer; a text of one-word lines is judged in larger pieces."""
MOST_SENTENCE = 300
"""Characters of a sentence that a remark repeats."""


@dataclass(frozen=True)
class DraftText:
    """A finished request beside what it was written from."""

    request: Request
    answers: Answers
    context: DraftContext

    @cached_property
    def own_answers(self) -> tuple[tuple[str, str], ...]:
        """Every own answer that the letter prints, by path; the example apart."""
        answers = self.answers
        kinds = [
            (f"kinds.{index}.{name}", getattr(kind, name))
            for index, kind in enumerate(answers.kinds)
            for name in ("name", "sentence", "leaving_words")
        ]
        top = [(path, getattr(answers, path)) for path in ("opt_in", "bounces", "anything_else", "busiest_when")]
        texts = [("business", answers.business), *kinds, *top, ("place", answers.place), ("since", answers.since)]
        return tuple((path, clean_text(text)) for path, text in texts if clean_text(text))

    @cached_property
    def sentences(self) -> tuple[tuple[str, str], ...]:
        """The sentences of the finished text, the example apart, each with its path (empty: not an own answer)."""
        text = self.request.description
        example = clean_text(self.answers.example)
        if example and example in text:
            text = text.replace(example, "")
        keys = [(path, text_key(own), _sentence_keys(own)) for path, own in self.own_answers]
        sentences = split_sentences(text, _MOST_SENTENCES)
        return tuple((self._find_path(text_key(sentence), keys), sentence) for sentence in sentences)

    @staticmethod
    def _find_path(wanted: str, keys: list[tuple[str, str, list[str]]]) -> str:
        """Finds the answer that holds a sentence, or whose sentence it holds (below the name of a kind of mail)."""
        if not wanted:
            return ""
        holding = (path for path, own, _ in keys if wanted in own)
        held_sentences = [(len(key), path) for path, _, sentence_keys in keys for key in sentence_keys if key in wanted]
        return next(holding, "") or max(held_sentences, default=(0, ""))[1]

    def sentences_of(self, fields: list[str] | None) -> Iterator[tuple[str, str]]:
        """Yields the sentences of some answers, and those of no answer (a model may have worded them)."""
        for path, sentence in self.sentences:
            first, _, rest = path.partition(".")
            if not path or not fields or first in fields or rest.rpartition(".")[2] in fields:
                yield path, sentence

    def surrounding_text(self, path: str) -> str:
        """Returns all answers about the same thing, such as one kind of mail; the letter for a sentence of no
        answer."""
        prefix = path.rpartition(".")[0] if path.startswith("kinds.") else path
        answered = [text for name, text in self.own_answers if path and name.startswith(prefix)]
        return "\n".join(answered) or self.request.description

    def marketing_kinds(self) -> list[int]:
        return [index for index, kind in enumerate(self.answers.kinds) if kind.mail_type is MailType.MARKETING]


def _sentence_keys(text: str) -> list[str]:
    keys = map(text_key, split_sentences(text, _MOST_SENTENCES))
    return [key for key in keys if len(key) >= _SHORTEST_INSIDE]


def cut_answers(answers: Answers) -> Answers:
    """Cuts the answers to texts no longer than any letter: more of one is never printed, and costs time."""
    return replace(_cut_texts(answers), kinds=tuple(map(_cut_texts, answers.kinds)))


def _cut_texts(value: D) -> D:
    texts = {field.name: getattr(value, field.name) for field in fields(value)}
    long: dict[str, Any] = {
        name: text[:_MOST_OWN] for name, text in texts.items() if isinstance(text, str) and len(text) > _MOST_OWN
    }
    return replace(value, **long)


def load_rule(name: str) -> dict[str, Any]:
    return load_table("remarks")[name]  # type: ignore[no-any-return]


def make_remark(
    name: str, path: str, sentence: str = "", *, advice: str = "", severity: Severity | None = None
) -> Remark:
    """Makes a remark of a rule, with its usual advice and severity where none is given."""
    data = load_rule(name)
    severity, advice = severity or Severity(data["severity"]), advice or data["advice"]
    return Remark(name, severity, path, clean_text(sentence)[:MOST_SENTENCE], advice)
