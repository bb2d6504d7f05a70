"""How an answer of DNS is shown in the evidence of a finding: one line a record, as seen, safe to print.

Octets that would move a terminal's cursor or hide text are written as DNS writes them, `\\DDD` (RFC 1035 section 5.1).
"""

import re

from checks.answers import Answer, Records, Unanswered, in_words

_MOST_LINES = 12
_LONGEST = 1_500
_LONGEST_IN_SENTENCE = 60
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def evidence(*answers: Answer | None) -> tuple[str, ...]:
    """Lines such as `acme.com MX 10 mx.acme.com` or `acme.com MX: no data`, each once; None gives no line."""
    lines = (line for answer in answers if answer is not None for line in _lines(answer))
    return tuple(dict.fromkeys(lines))


def unanswered(*answers: Answer | None) -> tuple[Unanswered, ...]:
    """The answers that are unknown, each once."""
    return tuple(dict.fromkeys(answer for answer in answers if isinstance(answer, Unanswered)))


def ask_again(*failed: Unanswered) -> str:
    """The step for what is unknown: which name, which server, and what to do."""
    first = failed[0]
    named = ", ".join(dict.fromkeys(f"{answer.name} {answer.type}" for answer in failed[:5]))
    if first.by == "ses-bot":
        return f"Check again in a few minutes: {named} was not answered in time ({first.why})."
    return (
        f"Check again in a few minutes. If it stays so, ask who runs the name servers to look: {named} gets no "
        f"answer (from {first.by}: {first.why})."
    )


def printable(text: str) -> str:
    """`text` with control and direction characters written as `\\DDD`, cut at 1,500 characters."""
    shown = _CONTROL.sub(lambda found: f"\\{ord(found[0]):03d}", text)
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"


def shortened(text: str) -> str:
    """What a person typed or published, within a sentence: at most 60 characters, none of them invisible."""
    shown = "".join(character if character.isprintable() else "�" for character in text)
    return shown if len(shown) <= _LONGEST_IN_SENTENCE else shown[:_LONGEST_IN_SENTENCE] + "…"


def pointed(text: str, position: int, around: int = 60) -> str:
    """`text` about a place, with a ➞ before the character at `position`; what is far from it is cut."""
    start, end = max(0, position - around), position + around
    ahead, behind = "…" if start else "", "…" if end < len(text) else ""
    return f"{ahead}{printable(text[start:position])}➞{printable(text[position:end])}{behind}"


def _lines(answer: Answer) -> list[str]:
    via = "".join(f" → {alias}" for alias in answer.aliases[:4]) if not isinstance(answer, Unanswered) else ""
    head = printable(f"{answer.name}{via} {answer.type}")
    if not isinstance(answer, Records):
        return [f"{head}: {printable(in_words(answer))}"]
    lines = [f"{head} {printable(value)}" for value in answer.values[:_MOST_LINES]]
    if len(answer.values) > _MOST_LINES:
        lines.append(f"{head}: and {len(answer.values) - _MOST_LINES} more")
    return lines
