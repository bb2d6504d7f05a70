"""The verdict: one word from all findings."""

import pytest

from checks.check import verdict_of
from model import Finding, Outcome, Verdict


def _finding(word: str) -> Finding:
    check, _, outcome = word.partition(":")
    return Finding(check, Outcome(outcome), f"{check}.x", "x")


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ("spf:pass dkim:pass dmarc:pass", Verdict.READY),
        ("spf:pass dkim:warn dmarc:pass mail_from:warn", Verdict.READY),
        ("spf:pass dkim:pass mx:fail", Verdict.FIX_FIRST),
        ("spf:unknown dkim:fail", Verdict.FIX_FIRST),
        ("spf:unknown dkim:pass", Verdict.CANNOT_TELL),
        ("dkim:unknown mx:pass", Verdict.CANNOT_TELL),
        ("dmarc:unknown mx:pass", Verdict.CANNOT_TELL),
        ("spf:pass mx:unknown", Verdict.READY),
        ("spf:pass domain_age:unknown website:unknown", Verdict.READY),
        ("mx:unknown domain_age:unknown", Verdict.CANNOT_TELL),
        ("", Verdict.CANNOT_TELL),
    ],
)
def test_verdict(findings: str, verdict: Verdict) -> None:
    assert verdict_of([_finding(word) for word in findings.split()]) is verdict
