"""What AWS says of the domain: is it an identity of SES, verified, and may its account send? Pure, but for `check_ses`.

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

from checks.check import CheckContext, CheckResult, left_out
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
    worst_first,
)

_WHAT = "SES identity and account"


async def check_ses(context: CheckContext) -> CheckResult:
    """Judges the identity and the account, as far as AWS can be asked."""
    view = await context.aws()
    if view is None:
        return CheckResult(note=left_out(_WHAT, "AWS did not answer in time"))
    if view.why_not:
        return CheckResult(note=left_out(_WHAT, view.why_not))
    return CheckResult((*judge_identity(context.domain, view), *judge_account(view)))


@cache
def _texts() -> dict[str, dict[str, Any]]:
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


def findings_of(findings: Iterable[RegionFinding]) -> tuple[Finding, ...]:
    """Returns one finding for each distinct thing, worst first."""
    same: dict[tuple[Outcome, str, str, str], list[RegionFinding]] = defaultdict(list)
    for one in findings:
        same[one.outcome, one.code, one.summary, one.step].append(one)
    return worst_first(map(_of_group, same.values()))


def where(account_regions: Sequence[AccountRegion]) -> str:
    """Returns such as "us-east-1 and eu-west-1 (main)", or "us-east-1 (main), us-east-1 (shop) and 7 more account
    regions"."""
    named, rest = account_regions[:_MOST_NAMED], len(account_regions) - _MOST_NAMED
    by_account: dict[str, list[str]] = defaultdict(list)
    for account_region in named:
        by_account[account_region.account].append(account_region.region)
    words = [f"{listed(regions)} ({account})" for account, regions in by_account.items()]
    if rest > 0:
        return f"{', '.join(words)} and {rest:,} more {'place' if rest == 1 else 'places'}"
    return listed(words)


def head(one: SesRegionView) -> str:
    """Returns how a line of evidence begins: the account with its number, and the region."""
    number = f" ({one.account_id})" if one.account_id else ""
    return f"{one.account_region.account}{number} {one.account_region.region}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def lines(texts: Sequence[str]) -> tuple[str, ...]:
    """Returns lines of evidence, safe to print, and not too many of them."""
    shown = [make_printable(text) for text in dict.fromkeys(texts)]
    more = len(shown) - _MOST_LINES
    return (*shown[:_MOST_LINES], *([f"and {more:,} more"] if more > 0 else ()))


def _of_group(group: Sequence[RegionFinding]) -> Finding:
    first = group[0]
    summary = first.summary.replace("{where}", where([one.account_region for one in group]))
    return make_finding(first.code, first.outcome, summary, lines([one.line for one in group]), first.step or None)


_REFUSED = (Trouble.DENIED, Trouble.CREDENTIALS, Trouble.ROLE)
_MOST_ADDRESSES = 3
_MOST_REGIONS = 6


def _nowhere(domain: str, aws: SesView) -> Finding:
    unknown = [one for one in aws.region_views if not isinstance(one.identity, NotFound | RegionOff)]
    if unknown or aws.unlisted:
        return _unknown(domain, aws, unknown)
    with_addresses = [one for one in aws.region_views if one.addresses]
    return _addresses_only(domain, with_addresses) if with_addresses else _not_found(domain, aws)


def _unknown(domain: str, aws: SesView, unknown: list[SesRegionView]) -> Finding:
    refused = [one for one in unknown if isinstance(one.identity, Unreadable) and one.identity.trouble in _REFUSED]
    seen = []
    for one in refused or unknown:
        why = one.identity.why if isinstance(one.identity, Unreadable) else "AWS has not answered in time"
        seen.append(f"{head(one)}: {why}")
    evidence = lines(seen)
    if aws.unlisted:
        evidence = (*evidence, f"{aws.unlisted:,} further places have not been listed yet")
    if refused:
        summary = (
            f"Whether {domain} is an identity in {where([one.account_region for one in refused])} could not be read."
        )
        step = (
            "Let the credentials of ses-bot call ses:GetEmailIdentity there (the README has the policy), or correct "
            "them; /ses-status says what is wrong with each account."
        )
        return make_finding("identity.access-denied", Outcome.UNKNOWN, summary, evidence, step)
    at = f"in {where([one.account_region for one in unknown])}" if unknown else "in every region that is watched"
    summary = f"Whether {domain} is an identity {at} is unknown."
    step = "Check again in a few minutes; /ses-status says what is wrong where it stays so."
    return make_finding("identity.temporary", Outcome.UNKNOWN, summary, evidence, step)


def _addresses_only(domain: str, with_addresses: list[SesRegionView]) -> Finding:
    named = list(dict.fromkeys(address for one in with_addresses for address in one.addresses or ()))
    more = f" and {len(named) - _MOST_ADDRESSES:,} more" if len(named) > _MOST_ADDRESSES else ""
    at = where([one.account_region for one in with_addresses])
    summary = f"SES knows only single addresses at {domain} in {at} ({', '.join(named[:_MOST_ADDRESSES])}{more})."
    evidence = lines([f"{head(one)}: {', '.join((one.addresses or ())[:10])}" for one in with_addresses])
    return make_finding("identity.email-only", Outcome.FAIL, summary, evidence, _step("create", domain))


def _not_found(domain: str, aws: SesView) -> Finding:
    summary = f"{domain} is no identity of SES in {_everywhere(aws)}, and neither is a domain above it."
    off = "the region is not enabled"
    seen = [f"{head(one)}: {off if isinstance(one.identity, RegionOff) else 'no identity'}" for one in aws.region_views]
    seen += [f"last listed without {domain}: {', '.join(aws.regions)}"] if aws.regions else []
    step = f"{_step('create', domain)} If it is one in another account, let ses-bot watch that account too."
    return make_finding("identity.not-found", Outcome.FAIL, summary, lines(seen), step)


def _everywhere(aws: SesView) -> str:
    """Returns the regions watched, by name as long as they can be."""
    regions = list(dict.fromkeys((*(one.account_region.region for one in aws.region_views), *aws.regions)))
    accounts = max(aws.accounts, len({one.account_region.account for one in aws.region_views}))
    if len(regions) > _MOST_REGIONS:
        named = f"any of the {len(regions)} regions watched ({', '.join(regions[:_MOST_REGIONS])}, …)"
    else:
        named = listed(regions, "or")
    return f"{named}, in any of {accounts:,} accounts" if accounts > 1 else named


_ASKED = (Access.IN_REVIEW, Access.GRANTED, Access.NOT_GRANTED, Access.FAILED, Access.PRODUCTION)
"""A request was made for production access there."""
_OR_MAIL = "A small sender can do with the mails that SES sends about bounces: then say who reads them, and when."
_WANTED = {"BOUNCE": "bounces", "COMPLAINT": "complaints"}


def judge_identity(domain: str, aws: SesView) -> tuple[Finding, ...]:
    """Returns the findings about the domain (A-labels) as an identity, worst first; none where AWS was not asked."""
    if aws.why_not:
        return ()
    found = [(one, one.identity) for one in aws.region_views if isinstance(one.identity, Identity)]
    if not found:
        return (_nowhere(domain, aws),)
    findings: list[RegionFinding] = []
    for one, identity in found:
        findings += _state(one, identity)
        findings += _events(one, identity)
    return findings_of([*findings, *_elsewhere(domain, aws, [one for one, _ in found])])


def _state(one: SesRegionView, identity: Identity) -> Iterator[RegionFinding]:
    status, error, name = identity.verification_status, identity.error_type or "", identity.name
    why = _texts()["identity"]["errors"].get(error, f"AWS names it {error}" if error else "")
    because = f": {why}" if why else ""

    def here(outcome: Outcome, what: str, summary: str, step: str = "") -> RegionFinding:
        return RegionFinding(
            one.account_region, outcome, f"identity.{what}", summary, _identity_line(one, identity), step
        )

    if error.startswith("REPLICATION_") or (_is_replica(identity) and status == "FAILED"):
        summary = (
            f"{name} is a copy of an identity in another region, and the copy in {{where}} does not work{because}."
        )
        yield here(Outcome.FAIL, "replica-broken", summary, _step("repair-replica", name))
    elif status == "TEMPORARY_FAILURE" or error == "SERVICE_ERROR":
        summary = f"SES could not finish verifying {name} in {{where}} for now{because}."
        yield here(Outcome.UNKNOWN, "temporary", summary, "Wait an hour and check again: SES tries again by itself.")
    elif status == "FAILED":
        summary = f"SES gave up verifying {name} in {{where}}{because or ': it found no records in 72 hours'}."
        yield here(Outcome.FAIL, "failed", summary, _step("start-again", name))
    elif _is_verified(identity):
        yield here(Outcome.PASS, "ok", f"{name} is a verified identity of SES in {{where}}.")
    elif identity.verified is None and status is None:
        summary = f"AWS knows {name} in {{where}}, and does not say whether it is verified."
        yield here(Outcome.UNKNOWN, "temporary", summary, "Check again in a few minutes.")
    else:
        summary = f"{name} is an identity in {{where}}, and not verified yet: SES still looks for its records{because}."
        yield here(Outcome.FAIL, "pending", summary, _step("publish", name))


def _step(what: str, name: str) -> str:
    return str(_texts()["identity"]["steps"][what]).format(name=name)


def _is_verified(identity: Identity) -> bool:
    return identity.verification_status == "SUCCESS" if identity.verified is None else identity.verified


def _is_replica(identity: Identity) -> bool:
    """Signed with the key of an identity in another region (Deterministic Easy DKIM)."""
    return (identity.signing_origin or "").startswith("AWS_SES_")


def _events(one: SesRegionView, identity: Identity) -> Iterator[RegionFinding]:
    """Does anything report bounces and complaints? Only of a verified identity, and only as far as AWS says."""
    if not _is_verified(identity) or identity.kind is None:
        return
    name, chosen = identity.name, identity.configuration_set
    if chosen is None:
        quiet = "" if identity.feedback_forwarding is not False else ", and feedback by email is switched off too"
        summary = f"{name} has no default configuration set in {{where}}{quiet}."
        step = (
            "Create a configuration set with an event destination (SNS or EventBridge) for bounces and complaints, and "
            f"make it the default: SES console, Identities, {name}, Configuration set, Edit. {_OR_MAIL}"
        )
        code, line = "identity.no-default-config-set", _identity_line(one, identity)
        yield RegionFinding(one.account_region, Outcome.WARN, code, summary, line, step)
        return
    missing = [word for kind, word in _WANTED.items() if one.events and kind not in one.events.kinds]
    if not one.events or not missing:
        return
    if one.events.exists:
        summary = f"The default configuration set of {name} in {{where}} reports no {listed(missing, 'and no')}."
        step = (
            f"Give the configuration set “{chosen}” an enabled event destination (SNS or EventBridge) for bounces and "
            "complaints: SES console, Configuration sets, Event destinations."
        )
    else:
        summary = f"The default configuration set of {name} in {{where}} does not exist any more."
        step = f"Create the configuration set “{chosen}” anew, or choose another as the default of {name}."
    line = f"{_identity_line(one, identity)}; “{chosen}” reports {', '.join(one.events.kinds) or 'nothing'}"
    yield RegionFinding(one.account_region, Outcome.WARN, "identity.no-events", summary, line, f"{step} {_OR_MAIL}")


def _elsewhere(domain: str, aws: SesView, found: Sequence[SesRegionView]) -> Iterator[RegionFinding]:
    """Production access was asked for in one region, while the domain is an identity in another one alone."""
    for account in dict.fromkeys(one.account_region.account for one in found):
        here = [one for one in found if one.account_region.account == account]
        if any(_asked(one) for one in here):
            continue
        regions = listed([one.account_region.region for one in here])
        summary = f"{domain} is an identity in {regions}, while production access was asked for in {{where}}."
        step = f"Make {domain} an identity in the region where you asked, or ask in {regions}: one request a region."
        for one in aws.region_views:
            if one.account_region.account == account and _asked(one) and isinstance(one.identity, NotFound):
                line = f"{head(one)}: no identity covers {domain}"
                yield RegionFinding(one.account_region, Outcome.WARN, "identity.other-region-only", summary, line, step)


def _asked(one: SesRegionView) -> bool:
    return one.known.snapshot is not None and one.known.snapshot.access in _ASKED


def _identity_line(one: SesRegionView, identity: Identity) -> str:
    """Returns what AWS says, in its own words."""
    words = [f"verification {identity.verification_status or 'unknown'}"]
    words += [f"DKIM {identity.dkim_status}"] if identity.dkim_status else []
    words += [f"error {identity.error_type}"] if identity.error_type else []
    words += [f"signs as {identity.signing_origin}"] if _is_replica(identity) else []
    words += [f"configuration set {identity.configuration_set or 'none'}"] if identity.kind else []
    return f"{head(one)}: {identity.name}, {', '.join(words)}"


_ACCESS = {
    Access.PRODUCTION: "production access",
    Access.IN_REVIEW: "in review",
    Access.GRANTED: "granted, not effective yet",
    Access.NOT_GRANTED: "not granted",
    Access.FAILED: "request never received",
    Access.SANDBOX: "sandbox",
    Access.UNKNOWN: "access unknown",
}


def judge_account(aws: SesView) -> tuple[Finding, ...]:
    """Returns the findings about the account in the regions that matter to the domain, worst first."""
    return findings_of(finding for one in _judged(aws) for finding in _in_region(one))


def _judged(aws: SesView) -> Sequence[SesRegionView]:
    having = [one for one in aws.region_views if isinstance(one.identity, Identity)]
    is_one_account = len({one.account_region.account for one in aws.region_views}) == 1 and aws.accounts <= 1
    return having or (aws.region_views if is_one_account else ())


def _in_region(one: SesRegionView) -> Iterator[RegionFinding]:
    known, snapshot = one.known, one.known.snapshot
    if known.region_off:
        yield _account_finding(one, "region-off")
        return
    if snapshot is None or snapshot.access is Access.UNKNOWN or known.unreadable_posted:
        yield _unreadable(one)
    if snapshot is None:
        return
    findings = [_account_finding(one, code) for code in _codes(one, snapshot)]
    failing = any(finding.outcome is Outcome.FAIL for finding in findings)
    yield from findings
    if snapshot.access is Access.PRODUCTION and not failing:
        yield _account_finding(one, "production")
    if snapshot.access is Access.SANDBOX and not failing:
        yield _account_finding(one, "sandbox-ready")


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
    return RegionFinding(one.account_region, Outcome.UNKNOWN, "account.unreadable", summary, _account_line(one), step)


def _codes(one: SesRegionView, snapshot: Snapshot) -> Iterator[str]:
    """Yields what prevents a request, or sending; then what is worth improving, or has to be waited for."""
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


def _account_finding(one: SesRegionView, what: str) -> RegionFinding:
    says = _texts()["account"][what]
    case_id = one.known.snapshot.case_id if one.known.snapshot else None
    step = says["step"].replace("{case}", f"case {case_id}" if case_id else "the case")
    code = "account.in-review" if what == "granted" else f"account.{what}"
    return RegionFinding(one.account_region, Outcome(says["outcome"]), code, says["summary"], _account_line(one), step)


def _account_line(one: SesRegionView) -> str:
    """Returns what the last successful poll returned."""
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
