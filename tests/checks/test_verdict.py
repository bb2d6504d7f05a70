"""The verdict: one word from all findings."""

from checks.check import verdict_of
from model import Finding, Outcome, Verdict
from tests.support.cases import cases


def _finding(word: str) -> Finding:
    check, _, outcome = word.partition(":")
    return Finding(check, Outcome(outcome), f"{check}.x", "x")


@cases()
def test_verdict(findings: str, verdict: Verdict) -> None:
    assert verdict_of([_finding(word) for word in findings.split()]) is verdict
