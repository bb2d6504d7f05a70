"""From the findings to the one word that a person acts on."""

from collections.abc import Sequence

from model import Finding, Outcome, Verdict
from model.checks import CHECK_INFO, DECIDING


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """A fail makes `fix_first`; else an unknown among SPF, DKIM and DMARC, or nothing but unknowns, `cannot_tell`; else
    `ready`. Notes weigh nothing."""
    outcomes = {finding.outcome for finding in findings if CHECK_INFO[finding.check].counts}
    if Outcome.FAIL in outcomes:
        return Verdict.FIX_FIRST
    if outcomes <= {Outcome.UNKNOWN}:
        return Verdict.CANNOT_TELL
    if any(f.outcome is Outcome.UNKNOWN and f.check in DECIDING for f in findings):
        return Verdict.CANNOT_TELL
    return Verdict.READY
