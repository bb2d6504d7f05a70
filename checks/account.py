"""Judges the SES account behind a domain: pure, from the snapshots of the last polls to findings.

Every fact is per region, so an account is judged where the domain is an identity. Where it is one nowhere, the account
is judged if it can only be this one: the accounts of others say nothing about a domain. Source: SES API v2, GetAccount.
"""

from collections.abc import Iterator, Sequence

from checks.places import RegionFinding, findings_of, head
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
    if having:
        return having
    accounts = {one.place.account for one in aws.places}
    return aws.places if len(accounts) == 1 and aws.accounts <= 1 else ()


def _place(one: SesRegionView) -> Iterator[RegionFinding]:
    known = one.known
    if known.region_off:
        yield _said(
            one,
            Outcome.UNKNOWN,
            "region-off",
            "The account has not enabled {where}, so what SES would say there is not known.",
            "If you mean to send from there, enable the region in the AWS console (Account, AWS Regions). Else take it "
            "off the list of regions.",
        )
        return
    snapshot = known.snapshot
    if snapshot is None or snapshot.access is Access.UNKNOWN or known.unreadable_told:
        yield _unreadable(one)
    if snapshot is None:
        return
    troubles = list(_troubles(one, snapshot))
    yield from troubles
    yield from _worth_improving(one, snapshot)
    if not any(trouble.outcome is Outcome.FAIL for trouble in troubles):
        yield from _passes(one, snapshot)


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
    return _said(one, Outcome.UNKNOWN, "unreadable", summary, step)


def _troubles(one: SesRegionView, snapshot: Snapshot) -> Iterator[RegionFinding]:
    """What prevents a request, or of sending."""
    if snapshot.enforcement == "SHUTDOWN":
        yield _said(
            one,
            Outcome.FAIL,
            "shutdown",
            "AWS has shut down sending for the account in {where}.",
            "Answer AWS’s case in the Support Center: what caused the bounces or complaints, what you changed, and how "
            "it cannot happen again. Only AWS can switch sending on again.",
        )
    elif snapshot.enforcement == "PROBATION":
        yield _said(
            one,
            Outcome.FAIL,
            "probation",
            "AWS has the account in {where} on probation because of how it sends.",
            "Find the bounces or complaints in the SES console (Reputation metrics), stop what caused them, and say so "
            "in AWS’s case in the Support Center.",
        )
    elif snapshot.sending_enabled is False:
        yield _said(
            one,
            Outcome.FAIL,
            "sending-off",
            "Sending is switched off for the account in {where}: SES refuses every message.",
            "Find out who paused it and why (CloudTrail, PutAccountSendingAttributes), fix that, and switch it on: "
            "aws sesv2 put-account-sending-attributes --sending-enabled",
        )
    if snapshot.access is Access.NOT_GRANTED:
        case = f"case {snapshot.case_id}" if snapshot.case_id else "the case"
        yield _said(
            one,
            Outcome.FAIL,
            "not-granted",
            "Production access was not granted in {where}: AWS wants details, or refused.",
            f"Read {case} in the Support Center, and answer in it: /ses-appeal writes the reply. Never ask a second "
            "time, AWS takes no second request while that case is open.",
        )


def _worth_improving(one: SesRegionView, snapshot: Snapshot) -> Iterator[RegionFinding]:
    match snapshot.access:
        case Access.IN_REVIEW:
            summary = "Production access has been asked for in {where}, and AWS reviews it."
            step = "Wait, and do not ask again: AWS answers in the case, and /ses-status and the news channel say when."
            yield _said(one, Outcome.WARN, "in-review", summary, step)
        case Access.GRANTED:
            summary = "Production access is granted in {where}, and not effective yet."
            yield _said(one, Outcome.WARN, "in-review", summary, "Wait: ses-bot tells when it takes effect.")
        case Access.FAILED:
            summary = "AWS never received the request for production access in {where}."
            step = "Ask again in the SES console (Account dashboard, Request production access)."
            yield _said(one, Outcome.WARN, "failed", summary, step)
    if snapshot.suppression == ():
        yield _said(
            one,
            Outcome.WARN,
            "suppression-off",
            "The account-level suppression list is off in {where}: SES goes on sending to addresses that bounced.",
            "Switch it on for bounces and complaints: aws sesv2 put-account-suppression-attributes "
            "--suppressed-reasons BOUNCE COMPLAINT",
        )
    if snapshot.access in (Access.SANDBOX, Access.FAILED) and snapshot.sent == 0 and not one.known.mail_seen:
        yield _said(
            one,
            Outcome.WARN,
            "never-sent",
            "No mail of the account in {where} has been seen yet.",
            "Send one to a verified address of yours, and look at how it arrives. Then send one to "
            "bounce@simulator.amazonses.com, to see that bounces reach you (SES does not count mail to the "
            "simulator, so only the first one ends this finding).",
        )


def _passes(one: SesRegionView, snapshot: Snapshot) -> Iterator[RegionFinding]:
    if snapshot.access is Access.PRODUCTION:
        yield _said(one, Outcome.PASS, "production", "The account has production access in {where}.")
    if snapshot.access is Access.SANDBOX:
        summary = (
            "The account is still in the sandbox and has no open problems: "
            "you can request production access in {where}."
        )
        yield _said(one, Outcome.PASS, "sandbox-ready", summary)


def _said(one: SesRegionView, outcome: Outcome, what: str, summary: str, step: str = "") -> RegionFinding:
    return RegionFinding(one.place, outcome, f"account.{what}", summary, _line(one), step)


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
