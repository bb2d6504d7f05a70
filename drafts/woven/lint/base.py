"""What the rules share: the prose of a draft field by field, its sentences, and words that are not negated."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from drafts.woven.text.tidy import flat, lines, sentences
from model import Answers, Remark, Severity

Rules = Iterator[Remark]

_SHOWN = 300
"""Characters of a sentence that a remark repeats."""
_CLAUSE = re.compile(
    r"[;:.!?\n]|[,\s]\s*(?:but|however|although|though|because|whereas|instead we|so that)\s"
    r"|,\s*(?:(?:and|so|then)\s+)?(?:we|I|they|he|she|it|people|users|customers|our|some|most|all|others|those)\b"
    r"|\s(?:and|so|then)\s+(?:we|I|they|it|our|some|others)\s",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:never|not|no|without|neither|nor|none|nobody|nothing|cannot|avoid|avoids|refuse|refuses|forbid|forbids"
    r"|prohibit|prohibits|instead of|rather than|free of|nowhere)\b|n['’]t\b",
    re.IGNORECASE,
)
_NOT_REALLY = re.compile(r"\bnot (?:only|just|merely)\b|\bno (?:problem|doubt|issue)\b|^\s*no\s*,", re.IGNORECASE)
_AFTERWARDS = re.compile(
    r"\s*(?:\w+\s+){0,2}?(?:is|are|was|were|has been|have been|will be|may be|can be)\s+(?:strictly\s+)?(?:never"
    r"|not|no longer|forbidden|prohibited|excluded|rejected|refused|blocked|ruled out|banned)\b"
    r"|\s*[:=-]\s*(?:no|none|never)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Prose:
    """One answer with the path of its field."""

    field: str
    text: str

    @property
    def sentences(self) -> list[str]:
        return [s for _, line in lines(self.text) for s in sentences(line)]


def prose(answers: Answers, *names: str) -> list[Prose]:
    """The answers of the named fields that are not empty; `streams.*.what` names that of every stream."""
    found = []
    for name in names:
        if name.startswith("streams.*."):
            part = name.removeprefix("streams.*.")
            found += [Prose(f"streams.{at}.{part}", str(getattr(s, part))) for at, s in enumerate(answers.streams)]
        else:
            found.append(Prose(name, str(getattr(answers, name))))
    return [p for p in found if p.text.strip()]


ALL = (
    "name", "business", "place", "since", "streams.*.what", "streams.*.trigger", "streams.*.recipients",
    "streams.*.rhythm", "streams.*.number", "opt_in", "unconfirmed", "leaving", "bounces", "complaints",
    "monthly", "basis", "busiest",
)  # fmt: skip
"""Every field of prose but the example message."""


def spots(
    pieces: Iterable[Prose], pattern: re.Pattern[str], *, negation: bool = True
) -> Iterator[tuple[Prose, str, str]]:
    """The first sentence of each piece in which `pattern` stands without being negated, with what matched."""
    for piece in pieces:
        for sentence in piece.sentences:
            match = next((m for m in pattern.finditer(sentence) if not (negation and negated(sentence, m))), None)
            if match:
                yield piece, sentence, match[0]
                break


def negated(sentence: str, match: re.Match[str]) -> bool:
    """Whether the words matched are denied in their own clause: "we never buy lists", "bought lists are not used"."""
    start = max((b.end() for b in _CLAUSE.finditer(sentence, 0, match.start())), default=0)
    end = next((b.start() for b in _CLAUSE.finditer(sentence, match.end())), len(sentence))
    before, after = sentence[start : match.start()], sentence[match.end() : end]
    before = _NOT_REALLY.sub(" ", before)
    return bool(_NOT.search(before)) or bool(_AFTERWARDS.match(after))


def remark(rule: str, severity: Severity, field: str, sentence: str, advice: str) -> Remark:
    """A remark that repeats at most 300 characters of the sentence."""
    line = flat(sentence)
    return Remark(rule, severity, field, line if len(line) <= _SHOWN else line[:_SHOWN] + "…", advice)
