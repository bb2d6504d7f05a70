"""Judges what AWS says of the domain: whether it is a verified identity of SES, and whether its account may send. Pure,
but for `check_ses`.

Every fact is per region. An account is judged where the domain is an identity; where it is one nowhere, the account is
judged if it can only be this one: the accounts of others say nothing about a domain. A domain may be an identity in one
region or in many, of accounts that belong to many clients: there is one finding for each thing that is so, however many
regions it is so in. Source: SES API v2, GetEmailIdentity and GetAccount.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from checks.check import CheckContext, CheckResult, omission_note
from checks.findings import make_finding, make_printable
from model import (
    Access,
    AccountRegion,
    Finding,
    Identity,
    NotFound,
    Outcome,
    RegionOff,
    SesRegionView,
    SesView,
    Snapshot,
    Trouble,
    Unreadable,
    sort_by_severity,
)

_TITLE = "SES identity and account"


async def check_ses(context: CheckContext) -> CheckResult:
    """Judges the identity and the account, as far as AWS can be asked."""
    view = await context.aws()
    if view is None:
        return CheckResult(note=omission_note(_TITLE, "AWS did not answer in time"))
    if view.why_not:
        return CheckResult(note=omission_note(_TITLE, view.why_not))
    return CheckResult((*judge_identity(context.domain, view), *judge_account(view)))


@cache
def _load_texts() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


_MOST_LINES = 12
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class RegionFinding:
    """One thing that is so at one account region. `summary` has `{where}` for the account region or account regions,
    and `step` is what to do; the same `code` with the same summary and step at several account regions makes one
    finding. `line` is the evidence."""

    account_region: AccountRegion
    outcome: Outcome
    code: str
    summary: str
    line: str
    step: str = ""


def merge_region_findings(findings: Iterable[RegionFinding]) -> tuple[Finding, ...]:
    """Returns one finding for each distinct thing, worst first."""
    groups: dict[tuple[Outcome, str, str, str], list[RegionFinding]] = defaultdict(list)
    for finding in findings:
        groups[finding.outcome, finding.code, finding.summary, finding.step].append(finding)
    return sort_by_severity(map(_merge_group, groups.values()))


def describe_regions(account_regions: Sequence[AccountRegion]) -> str:
    """Describes account regions: "us-east-1 and eu-west-1 (main)", "us-east-1 (main), us-east-1 (shop) and 7 more"."""
    named, more = account_regions[:_MOST_NAMED], len(account_regions) - _MOST_NAMED
    by_account: dict[str, list[str]] = defaultdict(list)
    for account_region in named:
        by_account[account_region.account].append(account_region.region)
    words = [f"{join_words(regions)} ({account})" for account, regions in by_account.items()]
    if more > 0:
        return f"{', '.join(words)} and {more:,} more {'place' if more == 1 else 'places'}"
    return join_words(words)


def _describe_views(views: Iterable[SesRegionView]) -> str:
    return describe_regions([view.account_region for view in views])


def evidence_head(view: SesRegionView) -> str:
    """Returns the beginning of a line of evidence: the account with its number, and the region."""
    number = f" ({view.account_id})" if view.account_id else ""
    return f"{view.account_region.account}{number} {view.account_region.region}"


def join_words(words: Sequence[str], last: str = "and") -> str:
    """Joins words to "a", "a and b", "a, b and c"."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def limit_evidence(texts: Sequence[str]) -> tuple[str, ...]:
    """Returns lines of evidence, safe to print, and not too many of them."""
    lines = [make_printable(text) for text in dict.fromkeys(texts)]
    more = len(lines) - _MOST_LINES
    return (*lines[:_MOST_LINES], *([f"and {more:,} more"] if more > 0 else ()))


def _merge_group(group: Sequence[RegionFinding]) -> Finding:
    first = group[0]
    summary = first.summary.replace("{where}", describe_regions([finding.account_region for finding in group]))
    evidence = limit_evidence([finding.line for finding in group])
    return make_finding(first.code, first.outcome, summary, evidence, first.step or None)


_REFUSED_TROUBLES = (Trouble.DENIED, Trouble.CREDENTIALS, Trouble.ROLE)
_MOST_ADDRESSES = 3
_MOST_REGIONS = 6


def _judge_absence(domain: str, aws: SesView) -> Finding:
    unknown = [view for view in aws.region_views if not isinstance(view.identity, NotFound | RegionOff)]
    if unknown or aws.unlisted:
        return _unknown_finding(domain, aws, unknown)
    with_addresses = [view for view in aws.region_views if view.addresses]
    return _addresses_only_finding(domain, with_addresses) if with_addresses else _not_found_finding(domain, aws)


def _unknown_finding(domain: str, aws: SesView, unknown: list[SesRegionView]) -> Finding:
    unreadable = [(view, view.identity) for view in unknown if isinstance(view.identity, Unreadable)]
    refused = [view for view, identity in unreadable if identity.trouble in _REFUSED_TROUBLES]
    lines = []
    for view in refused or unknown:
        why = view.identity.why if isinstance(view.identity, Unreadable) else "AWS has not answered in time"
        lines.append(f"{evidence_head(view)}: {why}")
    evidence = limit_evidence(lines)
    if aws.unlisted:
        evidence = (*evidence, f"{aws.unlisted:,} further places have not been listed yet")
    if refused:
        summary = f"Whether {domain} is an identity in {_describe_views(refused)} could not be read."
        step = (
            "Let the credentials of ses-bot call ses:GetEmailIdentity there (the README has the policy), or correct "
            "them; /ses-status says what is wrong with each account."
        )
        return make_finding("identity.access-denied", Outcome.UNKNOWN, summary, evidence, step)
    regions = f"in {_describe_views(unknown)}" if unknown else "in every region that is watched"
    summary = f"Whether {domain} is an identity {regions} is unknown."
    step = "Check again in a few minutes; /ses-status says what is wrong where it stays so."
    return make_finding("identity.temporary", Outcome.UNKNOWN, summary, evidence, step)


def _addresses_only_finding(domain: str, with_addresses: list[SesRegionView]) -> Finding:
    addresses = list(dict.fromkeys(address for view in with_addresses for address in view.addresses or ()))
    more = f" and {len(addresses) - _MOST_ADDRESSES:,} more" if len(addresses) > _MOST_ADDRESSES else ""
    shown = f"{', '.join(addresses[:_MOST_ADDRESSES])}{more}"
    summary = f"SES knows only single addresses at {domain} in {_describe_views(with_addresses)} ({shown})."
    lines = [f"{evidence_head(view)}: {', '.join((view.addresses or ())[:10])}" for view in with_addresses]
    step = _create_step(domain)
    return make_finding("identity.email-only", Outcome.FAIL, summary, limit_evidence(lines), step)


def _not_found_finding(domain: str, aws: SesView) -> Finding:
    summary = f"{domain} is no identity of SES in {_describe_watched_regions(aws)}, and neither is a domain above it."
    lines = []
    for view in aws.region_views:
        is_off = isinstance(view.identity, RegionOff)
        lines.append(f"{evidence_head(view)}: {'the region is not enabled' if is_off else 'no identity'}")
    lines += [f"last listed without {domain}: {', '.join(aws.regions)}"] if aws.regions else []
    step = f"{_create_step(domain)} If it is one in another account, let ses-bot watch that account too."
    return make_finding("identity.not-found", Outcome.FAIL, summary, limit_evidence(lines), step)


def _describe_watched_regions(aws: SesView) -> str:
    """Describes the regions watched, by name while they are few."""
    regions = list(dict.fromkeys((*(view.account_region.region for view in aws.region_views), *aws.regions)))
    accounts = max(aws.accounts, len({view.account_region.account for view in aws.region_views}))
    if len(regions) > _MOST_REGIONS:
        named = f"any of the {len(regions)} regions watched ({', '.join(regions[:_MOST_REGIONS])}, …)"
    else:
        named = join_words(regions, "or")
    return f"{named}, in any of {accounts:,} accounts" if accounts > 1 else named


_REQUESTED = (Access.IN_REVIEW, Access.GRANTED, Access.NOT_GRANTED, Access.FAILED, Access.PRODUCTION)
"""A request was made for production access there."""
_WANTED_EVENTS = {"BOUNCE": "bounces", "COMPLAINT": "complaints"}


def judge_identity(domain: str, aws: SesView) -> tuple[Finding, ...]:
    """Returns the findings about the domain (A-labels) as an identity, worst first; none where AWS was not asked."""
    if aws.why_not:
        return ()
    views = [(view, view.identity) for view in aws.region_views if isinstance(view.identity, Identity)]
    if not views:
        return (_judge_absence(domain, aws),)
    findings: list[RegionFinding] = []
    for view, identity in views:
        findings += (_judge_state(view, identity), *_judge_events(view, identity))
    return merge_region_findings([*findings, *_judge_other_regions(domain, aws, [view for view, _ in views])])


def _judge_state(view: SesRegionView, identity: Identity) -> RegionFinding:
    key, error, texts = _state_of(identity), identity.error_type, _load_texts()["identity"]
    why = texts["errors"].get(error, f"AWS names it {error}") if error else texts["findings"][key].get("why")
    because, line = f": {why}" if why else "", _identity_line(view, identity)
    return _identity_finding(view, key, line, name=identity.name, because=because)


def _identity_finding(view: SesRegionView, key: str, line: str, **values: str) -> RegionFinding:
    texts = _load_texts()["identity"]["findings"][key]
    summary, step = texts["summary"], texts["step"]
    for name, value in values.items():
        summary, step = summary.replace(f"{{{name}}}", value), step.replace(f"{{{name}}}", value)
    code = f"identity.{texts.get('code', key)}"
    return RegionFinding(view.account_region, Outcome(texts["outcome"]), code, summary, line, step)


def _state_of(identity: Identity) -> str:
    """Returns how verification stands, as a key of `[identity.findings]`."""
    status, error = identity.verification_status, identity.error_type or ""
    if error.startswith("REPLICATION_") or (_is_replica(identity) and status == "FAILED"):
        return "replica-broken"
    if status == "TEMPORARY_FAILURE" or error == "SERVICE_ERROR":
        return "delayed"
    if status == "FAILED":
        return "failed"
    if _is_verified(identity):
        return "ok"
    return "unsaid" if identity.verified is None and status is None else "pending"


def _create_step(domain: str) -> str:
    return str(_load_texts()["identity"]["steps"]["create"]).replace("{name}", domain)


def _is_verified(identity: Identity) -> bool:
    return identity.verification_status == "SUCCESS" if identity.verified is None else identity.verified


def _is_replica(identity: Identity) -> bool:
    """Tells whether the key of an identity in another region signs (Deterministic Easy DKIM)."""
    return (identity.signing_origin or "").startswith("AWS_SES_")


def _judge_events(view: SesRegionView, identity: Identity) -> Iterator[RegionFinding]:
    """Judges whether anything reports bounces and complaints of a verified identity, as far as AWS says."""
    if not _is_verified(identity) or identity.kind is None:
        return
    name, line, events = identity.name, _identity_line(view, identity), view.events
    if identity.configuration_set is None:
        is_quiet = identity.feedback_forwarding is False
        feedback = ", and feedback by email is switched off too" if is_quiet else ""
        yield _identity_finding(view, "no-default-config-set", line, name=name, feedback=feedback)
    elif events and (missing := [word for kind, word in _WANTED_EVENTS.items() if kind not in events.kinds]):
        key, values = "no-events" if events.exists else "set-gone", {"name": name, "set": identity.configuration_set}
        line = f"{line}; “{identity.configuration_set}” reports {', '.join(events.kinds) or 'nothing'}"
        yield _identity_finding(view, key, line, missing=join_words(missing, "and no"), **values)


def _judge_other_regions(domain: str, aws: SesView, views: Sequence[SesRegionView]) -> Iterator[RegionFinding]:
    """Warns where production access was asked for in one region, and the domain is an identity in another one alone."""
    for account in dict.fromkeys(view.account_region.account for view in views):
        account_views = [view for view in views if view.account_region.account == account]
        if any(map(_has_request, account_views)):
            continue
        regions = join_words([view.account_region.region for view in account_views])
        summary = f"{domain} is an identity in {regions}, while production access was asked for in {{where}}."
        step = f"Make {domain} an identity in the region where you asked, or ask in {regions}: one request a region."
        for view in aws.region_views:
            if view.account_region.account == account and _has_request(view) and isinstance(view.identity, NotFound):
                line = f"{evidence_head(view)}: no identity covers {domain}"
                code = "identity.other-region-only"
                yield RegionFinding(view.account_region, Outcome.WARN, code, summary, line, step)


def _has_request(view: SesRegionView) -> bool:
    return view.state.snapshot is not None and view.state.snapshot.access in _REQUESTED


def _identity_line(view: SesRegionView, identity: Identity) -> str:
    """Writes what AWS says of an identity as a line of evidence."""
    words = [f"verification {identity.verification_status or 'unknown'}"]
    words += [f"DKIM {identity.dkim_status}"] if identity.dkim_status else []
    words += [f"error {identity.error_type}"] if identity.error_type else []
    words += [f"signs as {identity.signing_origin}"] if _is_replica(identity) else []
    words += [f"configuration set {identity.configuration_set or 'none'}"] if identity.kind else []
    return f"{evidence_head(view)}: {identity.name}, {', '.join(words)}"


_ACCESS = {
    Access.PRODUCTION: "production access",
    Access.IN_REVIEW: "in review",
    Access.GRANTED: "granted, not effective yet",
    Access.NOT_GRANTED: "not granted",
    Access.FAILED: "request never received",
    Access.SANDBOX: "sandbox",
    Access.UNKNOWN: "access unknown",
}


_ACCESS_CODES = {
    Access.NOT_GRANTED: "not-granted",
    Access.IN_REVIEW: "in-review",
    Access.GRANTED: "granted",
    Access.FAILED: "failed",
}


def judge_account(aws: SesView) -> tuple[Finding, ...]:
    """Returns the findings about the account in the regions that matter to the domain, worst first."""
    return merge_region_findings(finding for view in _select_views(aws) for finding in _judge_region(view))


def _select_views(aws: SesView) -> Sequence[SesRegionView]:
    with_identity = [view for view in aws.region_views if isinstance(view.identity, Identity)]
    is_one_account = len({view.account_region.account for view in aws.region_views}) == 1 and aws.accounts <= 1
    return with_identity or (aws.region_views if is_one_account else ())


def _judge_region(view: SesRegionView) -> Iterator[RegionFinding]:
    known, snapshot = view.state, view.state.snapshot
    if known.region_off:
        yield _account_finding(view, "region-off")
        return
    if snapshot is None or snapshot.access is Access.UNKNOWN or known.unreadable_posted:
        yield _unreadable_finding(view)
    if snapshot is None:
        return
    findings = [_account_finding(view, code) for code in _list_account_codes(view, snapshot)]
    failing = any(finding.outcome is Outcome.FAIL for finding in findings)
    yield from findings
    if snapshot.access is Access.PRODUCTION and not failing:
        yield _account_finding(view, "production")
    if snapshot.access is Access.SANDBOX and not failing:
        yield _account_finding(view, "sandbox-ready")


def _unreadable_finding(view: SesRegionView) -> RegionFinding:
    known = view.state
    step = "/ses-status says what is wrong with each account. Check again when it can be read."
    if known.failures:
        words = f"cannot be read: {known.trouble}" if known.trouble else "cannot be read"
    elif known.snapshot:
        words = "was read, and AWS did not say what it may do"
    else:
        words = "has not been read yet"
        step = "Check again in a minute: ses-bot reads every account soon after it starts to watch it."
    summary = f"The SES account in {{where}} {words}."
    return RegionFinding(view.account_region, Outcome.UNKNOWN, "account.unreadable", summary, _account_line(view), step)


def _list_account_codes(view: SesRegionView, snapshot: Snapshot) -> Iterator[str]:
    """Yields what prevents a request, or sending; then what is worth improving, or has to be waited for."""
    if snapshot.enforcement in ("SHUTDOWN", "PROBATION"):
        yield snapshot.enforcement.lower()
    elif snapshot.sending_enabled is False:
        yield "sending-off"
    if snapshot.access in _ACCESS_CODES:
        yield _ACCESS_CODES[snapshot.access]
    if snapshot.suppression == ():
        yield "suppression-off"
    if snapshot.access in (Access.SANDBOX, Access.FAILED) and snapshot.sent == 0 and not view.state.mail_seen:
        yield "never-sent"


def _account_finding(view: SesRegionView, name: str) -> RegionFinding:
    texts = _load_texts()["account"][name]
    case_id = view.state.snapshot.case_id if view.state.snapshot else None
    step = texts["step"].replace("{case}", f"case {case_id}" if case_id else "the case")
    code = "account.in-review" if name == "granted" else f"account.{name}"
    return RegionFinding(
        view.account_region, Outcome(texts["outcome"]), code, texts["summary"], _account_line(view), step
    )


def _account_line(view: SesRegionView) -> str:
    """Writes what the last successful poll returned as a line of evidence."""
    snapshot = view.state.snapshot
    if snapshot is None:
        return f"{evidence_head(view)}: {view.state.trouble or 'nothing is known yet'}"
    words = [_ACCESS[snapshot.access]]
    words += [f"enforcement {snapshot.enforcement}"] if snapshot.enforcement else []
    words += ["sending off"] if snapshot.sending_enabled is False else []
    words += [f"{snapshot.sent:,.0f} sent in 24 hours"] if snapshot.sent is not None else []
    if snapshot.suppression is not None:
        words.append(f"suppression list {' and '.join(snapshot.suppression) or 'off'}")
    words += [f"case {snapshot.case_id}"] if snapshot.case_id else []
    words += [f"last poll failed: {view.state.trouble}"] if view.state.failures and view.state.trouble else []
    return f"{evidence_head(view)}: {', '.join(words)}"
