"""How checks make a finding: evidence that is safe to print, the step for what is unknown, several fixes as one.

Evidence is one line a record, as seen. Octets that would move a terminal's cursor or hide text are written as DNS
writes them, `\\DDD` (RFC 1035 section 5.1).
"""

import re
from collections.abc import Iterable

from checks.answers import Answer, Records, Unanswered, aliases_of, describe_answer
from model import Finding, Fix, Outcome

_MOST_LINES = 12
_LONGEST = 1_500
_LONGEST_IN_SENTENCE = 60
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def evidence_of(*answers: Answer | None) -> tuple[str, ...]:
    """Returns lines such as `acme.com MX 10 mx.acme.com` or `acme.com MX: no data`, each once; None gives no line."""
    lines = (line for answer in answers if answer is not None for line in _answer_lines(answer))
    return tuple(dict.fromkeys(lines))


def select_unanswered(*answers: Answer | None) -> tuple[Unanswered, ...]:
    """Returns the answers that are unknown, each once."""
    return tuple(dict.fromkeys(answer for answer in answers if isinstance(answer, Unanswered)))


def retry_step(*failed: Unanswered) -> str:
    """Returns the step for what is unknown: which name, which server, and what to do."""
    first = failed[0]
    questions = ", ".join(dict.fromkeys(f"{answer.name} {answer.type}" for answer in failed[:5]))
    if first.by == "ses-bot":
        return f"Check again in a few minutes: {questions} was not answered in time ({first.why})."
    return (
        f"Check again in a few minutes. If it stays so, ask who runs the name servers to look: {questions} gets no "
        f"answer (from {first.by}: {first.why})."
    )


def make_printable(text: str) -> str:
    """Returns `text` with control and direction characters written as `\\DDD`, cut at 1,500 characters."""
    escaped = _CONTROL.sub(lambda match: f"\\{ord(match[0]):03d}", text)
    return escaped if len(escaped) <= _LONGEST else escaped[:_LONGEST] + "…"


def shorten(text: str) -> str:
    """Returns what a person typed or published, within a sentence: at most 60 characters, none of them invisible."""
    printable = "".join(character if character.isprintable() else "�" for character in text)
    return printable if len(printable) <= _LONGEST_IN_SENTENCE else printable[:_LONGEST_IN_SENTENCE] + "…"


def point_at(text: str, position: int, around: int = 60) -> str:
    """Returns `text` with a ➞ before the character at `position`; what is far from it is cut."""
    start, end = max(0, position - around), position + around
    start_mark, end_mark = "…" if start else "", "…" if end < len(text) else ""
    return f"{start_mark}{make_printable(text[start:position])}➞{make_printable(text[position:end])}{end_mark}"


def _answer_lines(answer: Answer) -> list[str]:
    aliases = "".join(f" → {alias}" for alias in aliases_of(answer)[:4])
    head = make_printable(f"{answer.name}{aliases} {answer.type}")
    if not isinstance(answer, Records):
        return [f"{head}: {make_printable(describe_answer(answer))}"]
    lines = [f"{head} {make_printable(value)}" for value in answer.values[:_MOST_LINES]]
    if len(answer.values) > _MOST_LINES:
        lines.append(f"{head}: and {len(answer.values) - _MOST_LINES} more")
    return lines


def make_finding(
    code: str, outcome: Outcome, summary: str, evidence: Iterable[str], fix: Fix | str | None = None
) -> Finding:
    """Returns a finding of the check that `code` begins with, printable whatever DNS held, each line of evidence once.
    A `fix` that is a text is a step in words."""
    fix = Fix(step=fix) if isinstance(fix, str) else fix
    return Finding(code.partition(".")[0], outcome, code, make_printable(summary), tuple(dict.fromkeys(evidence)), fix)


def make_unknown_finding(code: str, summary: str, *failed: Unanswered, evidence: Iterable[str] = ()) -> Finding:
    """Returns a finding about what is unknown because of questions that were not answered."""
    return make_finding(code, Outcome.UNKNOWN, summary, (*evidence, *evidence_of(*failed)), retry_step(*failed))


def join_fixes(*fixes: Fix) -> Fix:
    """Joins fixes, one after the other, to one: what a later one deletes again is not published first."""
    joined = Fix()
    for fix in fixes:
        records = [record for record in joined.records if record not in fix.remove]
        remove = [record for record in fix.remove if record not in joined.records]
        joined = Fix(tuple(dict.fromkeys((*records, *fix.records))), tuple(dict.fromkeys((*joined.remove, *remove))))
    return Fix(joined.records, joined.remove, " ".join(dict.fromkeys(fix.step for fix in fixes if fix.step)))
