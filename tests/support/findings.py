"""What every finding owes its reader, whatever it says; and findings in short, for tables of cases."""

from collections.abc import Sequence

from model import Finding, Outcome
from tests.support.codes import CODES


def short(findings: Sequence[Finding]) -> list[str]:
    """`["ses-ok P"]`: the code without its check, and the outcome's first letter."""
    return [f"{finding.code.partition('.')[2]} {finding.outcome[0].upper()}" for finding in findings]


def one(findings: Sequence[Finding], code: str) -> Finding:
    """The only finding with this code (without its check)."""
    (finding,) = (finding for finding in findings if finding.code.partition(".")[2] == code)
    return finding


def assert_well_said(findings: Sequence[Finding]) -> None:
    """A sentence, its evidence, and, for what is no pass, a way out. Worst first. Only known codes and outcomes."""
    order = [Outcome.FAIL, Outcome.UNKNOWN, Outcome.WARN, Outcome.PASS]
    ranks = [order.index(finding.outcome) for finding in findings]
    assert findings
    assert ranks == sorted(ranks)
    for finding in findings:
        assert finding.code.partition(".")[0] == finding.check
        assert str(finding.outcome) in CODES[finding.code], finding.code
        assert finding.summary[0].isupper() or finding.summary[0].isdigit() or "." in finding.summary.split()[0]
        assert finding.summary.endswith(".")
        assert "!" not in finding.summary
        assert finding.evidence, finding.code
        if finding.outcome is Outcome.PASS:
            assert finding.fix is None
        else:
            assert finding.fix is not None
            assert finding.fix.records or finding.fix.remove or finding.fix.step, finding.code
