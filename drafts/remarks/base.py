"""What a rule sees: the finished text, sentence by sentence, with the answer that each sentence comes from."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

from drafts.wording import clean, key, load, sentences
from model.request import Answers, DraftContext, Leaving, MailType, Remark, Request, Severity

_ENOUGH = 6
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
    def own(self) -> tuple[tuple[str, str], ...]:
        """Every own answer that the letter prints, by path; the example apart."""
        answers = self.answers
        kinds = [
            (f"kinds.{at}.{name}", getattr(kind, name))
            for at, kind in enumerate(answers.kinds)
            for name in ("name", "sentence", "leaving_words")
        ]
        top = [(path, getattr(answers, path)) for path in ("opt_in", "bounces", "anything_else", "busiest_when")]
        found = [("business", answers.business), *kinds, *top, ("place", answers.place), ("since", answers.since)]
        return tuple((path, clean(text)) for path, text in found if clean(text))

    @cached_property
    def sentences(self) -> tuple[tuple[str, str], ...]:
        """The sentences of the finished text, the example apart, each with its path (empty: not an own answer)."""
        text = self.request.description
        example = clean(self.answers.example)
        if example and example in text:
            text = text.replace(example, "")
        keys = [(path, key(own), [key(one) for one in sentences(own, _MOST_SENTENCES)]) for path, own in self.own]
        return tuple((self._path(key(sentence), keys), sentence) for sentence in sentences(text, _MOST_SENTENCES))

    @staticmethod
    def _path(wanted: str, keys: list[tuple[str, str, list[str]]]) -> str:
        """Returns the answer that holds a sentence, or whose sentence it holds (below the name of a kind of mail)."""
        if not wanted:
            return ""
        inside = (path for path, own, _ in keys if wanted in own)
        around = [(len(one), path) for path, _, some in keys for one in some if len(one) >= _ENOUGH and one in wanted]
        return next(inside, "") or max(around, default=(0, ""))[1]

    def within(self, fields: list[str] | None) -> Iterator[tuple[str, str]]:
        """Yields the sentences of some answers, and those of no answer (a model may have worded them)."""
        for path, sentence in self.sentences:
            first, _, rest = path.partition(".")
            if not path or not fields or first in fields or rest.rpartition(".")[2] in fields:
                yield path, sentence

    def around(self, path: str) -> str:
        """Returns all that is answered about the same thing, a kind of mail whole; the letter for a sentence of no
        answer."""
        about = path.rpartition(".")[0] if path.startswith("kinds.") else path
        answered = [text for name, text in self.own if path and name.startswith(about)]
        return "\n".join(answered) or self.request.description

    def marketing(self) -> list[int]:
        return [at for at, kind in enumerate(self.answers.kinds) if kind.mail_type is MailType.MARKETING]


def bounded(answers: Answers) -> Answers:
    """Returns the answers with texts no longer than any letter: more of one is never printed, and costs time."""
    values: dict[str, Any] = {one.name: getattr(answers, one.name) for one in fields(answers)}
    long: dict[str, Any] = {
        name: text[:_MOST_OWN] for name, text in values.items() if isinstance(text, str) and len(text) > _MOST_OWN
    }
    kinds = tuple(
        replace(kind, sentence=kind.sentence[:_MOST_OWN], leaving_words=kind.leaving_words[:_MOST_OWN])
        for kind in answers.kinds
    )
    return replace(answers, kinds=kinds, **long)


def rule(name: str) -> dict[str, Any]:
    return load("remarks")[name]  # type: ignore[no-any-return]


def remark(name: str, path: str, sentence: str = "", *, advice: str = "", severity: Severity | None = None) -> Remark:
    """Returns a remark of a rule, with its usual advice and severity where none is given."""
    data = rule(name)
    return Remark(
        name, severity or Severity(data["severity"]), path, clean(sentence)[:MOST_SENTENCE], advice or data["advice"]
    )


def has_link(leaving: tuple[Leaving, ...]) -> tuple[bool, bool]:
    """Tells whether an unsubscribe link and the one-click header are ticked."""
    return Leaving.LINK in leaving, Leaving.ONE_CLICK in leaving
