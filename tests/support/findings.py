"""What every finding owes its reader, whatever it says; and findings in short, for tables of cases."""

from collections.abc import Sequence

from model import Finding, Fix, Outcome
from tests.support.codes import CODES


def codes_of(findings: Sequence[Finding]) -> list[str]:
    """Returns `["ses-ok P"]`: the code without its check, and the outcome's first letter."""
    return [f"{finding.code.partition('.')[2]} {finding.outcome[0].upper()}" for finding in findings]


def bare_codes(findings: Sequence[Finding], *outcomes: str) -> list[str]:
    """Returns the codes without their check, of these outcomes or of all."""
    return [finding.code.partition(".")[2] for finding in findings if not outcomes or finding.outcome in outcomes]


def list_faults(findings: Sequence[Finding]) -> set[str]:
    """Returns the codes of all that is no pass."""
    return {finding.code for finding in findings if finding.outcome is not Outcome.PASS}


def find_finding(findings: Sequence[Finding], code: str) -> Finding:
    """Returns the only finding with this code (without its check)."""
    (finding,) = (finding for finding in findings if finding.code.partition(".")[2] == code)
    return finding


def find_fix(findings: Sequence[Finding], code: str) -> Fix:
    """Returns the fix of the only finding with this code."""
    fix = find_finding(findings, code).fix
    assert fix is not None, code
    return fix


def assert_complete(findings: Sequence[Finding]) -> None:
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
