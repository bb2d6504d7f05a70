"""From the findings to the one word that a person acts on."""

from collections.abc import Sequence

from model import Finding, Outcome, Verdict

_DECISIVE = ("spf", "dkim", "dmarc")
"""The checks without which a domain cannot be called ready."""


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """A fail makes `fix_first`; else an unknown among SPF, DKIM and DMARC, or nothing but unknowns, `cannot_tell`; else
    `ready`."""
    outcomes = {finding.outcome for finding in findings}
    if Outcome.FAIL in outcomes:
        return Verdict.FIX_FIRST
    if outcomes <= {Outcome.UNKNOWN}:
        return Verdict.CANNOT_TELL
    if any(f.outcome is Outcome.UNKNOWN and f.check in _DECISIVE for f in findings):
        return Verdict.CANNOT_TELL
    return Verdict.READY
