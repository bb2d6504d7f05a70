"""How checks make a finding: its evidence, the step for what is unknown, and several fixes as one."""

from collections.abc import Iterable

from checks.answers import Unanswered
from checks.evidence import ask_again, evidence, printable
from model import Finding, Fix, Outcome


def finding(code: str, outcome: Outcome, summary: str, seen: Iterable[str], fix: Fix | str | None = None) -> Finding:
    """A finding of the check that `code` begins with, printable whatever DNS held, each line of evidence once. A `fix`
    that is a text is a step in words."""
    fix = Fix(step=fix) if isinstance(fix, str) else fix
    return Finding(code.partition(".")[0], outcome, code, printable(summary), tuple(dict.fromkeys(seen)), fix)


def unknown(code: str, summary: str, *failed: Unanswered, seen: Iterable[str] = ()) -> Finding:
    """A finding about what is unknown because of questions that were not answered."""
    return finding(code, Outcome.UNKNOWN, summary, (*seen, *evidence(*failed)), ask_again(*failed))


def joined(*fixes: Fix) -> Fix:
    """Several fixes, one after the other, as one: what a later one deletes again is not published first."""
    whole = Fix()
    for fix in fixes:
        records = [record for record in whole.records if record not in fix.remove]
        remove = [record for record in fix.remove if record not in whole.records]
        whole = Fix(tuple(dict.fromkeys((*records, *fix.records))), tuple(dict.fromkeys((*whole.remove, *remove))))
    return Fix(whole.records, whole.remove, " ".join(dict.fromkeys(fix.step for fix in fixes if fix.step)))
