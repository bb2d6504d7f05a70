"""Judges the SES account behind a domain: pure, from the snapshots of the last polls to findings.

Every fact is per region, so an account is judged where the domain is an identity. Where it is one nowhere, the account
is judged if it can only be this one: the accounts of others say nothing about a domain. Source: SES API v2, GetAccount.
"""

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from checks.findings import RegionFinding, findings_of, head
from model import Access, Finding, Identity, Outcome, SesRegionView, SesView, Snapshot

_ACCESS = {
    Access.PRODUCTION: "production access",
    Access.IN_REVIEW: "in review",
    Access.GRANTED: "granted, not effective yet",
    Access.NOT_GRANTED: "not granted",
    Access.FAILED: "request never received",
    Access.SANDBOX: "sandbox",
    Access.UNKNOWN: "access unknown",
}


def judge(aws: SesView) -> tuple[Finding, ...]:
    """The findings about the account in the regions that matter to the domain, worst first."""
    return findings_of(finding for one in _judged(aws) for finding in _place(one))


def _judged(aws: SesView) -> Sequence[SesRegionView]:
    having = [one for one in aws.places if isinstance(one.identity, Identity)]
    is_one_account = len({one.place.account for one in aws.places}) == 1 and aws.accounts <= 1
    return having or (aws.places if is_one_account else ())


def _place(one: SesRegionView) -> Iterator[RegionFinding]:
    known, snapshot = one.known, one.known.snapshot
    if known.region_off:
        yield _finding(one, "region-off")
        return
    if snapshot is None or snapshot.access is Access.UNKNOWN or known.unreadable_posted:
        yield _unreadable(one)
    if snapshot is None:
        return
    findings = [_finding(one, code) for code in _codes(one, snapshot)]
    failing = any(finding.outcome is Outcome.FAIL for finding in findings)
    yield from findings
    if snapshot.access is Access.PRODUCTION and not failing:
        yield _finding(one, "production")
    if snapshot.access is Access.SANDBOX and not failing:
        yield _finding(one, "sandbox-ready")


def _unreadable(one: SesRegionView) -> RegionFinding:
    known = one.known
    step = "/ses-status says what is wrong with each account. Check again when it can be read."
    if known.failures:
        words = f"cannot be read: {known.trouble}" if known.trouble else "cannot be read"
    elif known.snapshot:
        words = "was read, and AWS did not say what it may do"
    else:
        words = "has not been read yet"
        step = "Check again in a minute: ses-bot reads every account soon after it starts to watch it."
    summary = f"The SES account in {{where}} {words}."
    return RegionFinding(one.place, Outcome.UNKNOWN, "account.unreadable", summary, _line(one), step)


def _codes(one: SesRegionView, snapshot: Snapshot) -> Iterator[str]:
    """What prevents a request, or sending; then what is worth improving, or has to be waited for."""
    if snapshot.enforcement in ("SHUTDOWN", "PROBATION"):
        yield snapshot.enforcement.lower()
    elif snapshot.sending_enabled is False:
        yield "sending-off"
    match snapshot.access:
        case Access.NOT_GRANTED:
            yield "not-granted"
        case Access.IN_REVIEW:
            yield "in-review"
        case Access.GRANTED:
            yield "granted"
        case Access.FAILED:
            yield "failed"
    if snapshot.suppression == ():
        yield "suppression-off"
    if snapshot.access in (Access.SANDBOX, Access.FAILED) and snapshot.sent == 0 and not one.known.mail_seen:
        yield "never-sent"


def _finding(one: SesRegionView, what: str) -> RegionFinding:
    says = _sentences()[what]
    case_id = one.known.snapshot.case_id if one.known.snapshot else None
    step = says["step"].replace("{case}", f"case {case_id}" if case_id else "the case")
    code = "account.in-review" if what == "granted" else f"account.{what}"
    return RegionFinding(one.place, Outcome(says["outcome"]), code, says["summary"], _line(one), step)


@cache
def _sentences() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def _line(one: SesRegionView) -> str:
    """What the last successful poll returned."""
    snapshot = one.known.snapshot
    if snapshot is None:
        return f"{head(one)}: {one.known.trouble or 'nothing is known yet'}"
    words = [_ACCESS[snapshot.access]]
    words += [f"enforcement {snapshot.enforcement}"] if snapshot.enforcement else []
    words += ["sending off"] if snapshot.sending_enabled is False else []
    words += [f"{snapshot.sent:,.0f} sent in 24 hours"] if snapshot.sent is not None else []
    if snapshot.suppression is not None:
        words.append(f"suppression list {' and '.join(snapshot.suppression) or 'off'}")
    words += [f"case {snapshot.case_id}"] if snapshot.case_id else []
    words += [f"last poll failed: {one.known.trouble}"] if one.known.failures and one.known.trouble else []
    return f"{head(one)}: {', '.join(words)}"
