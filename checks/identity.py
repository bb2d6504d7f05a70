"""Is the domain an identity of SES, verified, in the region where access will be asked for? Judges what AWS says.

Source: SES API v2, GetEmailIdentity.
"""

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from checks.account import judge as judge_account
from checks.check import CheckContext, CheckResult, left_out
from checks.findings import RegionFinding, finding, findings_of, head, lines, listed, where
from model import Access, Finding, Identity, NotFound, Outcome, RegionOff, SesRegionView, SesView, Trouble, Unreadable

_REFUSED = (Trouble.DENIED, Trouble.CREDENTIALS, Trouble.ROLE)
_MOST_ADDRESSES = 3
_MOST_REGIONS = 6


def _nowhere(domain: str, aws: SesView) -> Finding:
    unknown = [one for one in aws.places if not isinstance(one.identity, NotFound | RegionOff)]
    if unknown or aws.unlisted:
        return _unknown(domain, aws, unknown)
    with_addresses = [one for one in aws.places if one.addresses]
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
        summary = f"Whether {domain} is an identity in {where([one.place for one in refused])} could not be read."
        step = (
            "Let the credentials of ses-bot call ses:GetEmailIdentity there (the README has the policy), or correct "
            "them; /ses-status says what is wrong with each account."
        )
        return finding("identity.access-denied", Outcome.UNKNOWN, summary, evidence, step)
    at = f"in {where([one.place for one in unknown])}" if unknown else "in every region that is watched"
    summary = f"Whether {domain} is an identity {at} is unknown."
    step = "Check again in a few minutes; /ses-status says what is wrong where it stays so."
    return finding("identity.temporary", Outcome.UNKNOWN, summary, evidence, step)


def _addresses_only(domain: str, with_addresses: list[SesRegionView]) -> Finding:
    named = list(dict.fromkeys(address for one in with_addresses for address in one.addresses or ()))
    more = f" and {len(named) - _MOST_ADDRESSES:,} more" if len(named) > _MOST_ADDRESSES else ""
    at = where([one.place for one in with_addresses])
    summary = f"SES knows only single addresses at {domain} in {at} ({', '.join(named[:_MOST_ADDRESSES])}{more})."
    evidence = lines([f"{head(one)}: {', '.join((one.addresses or ())[:10])}" for one in with_addresses])
    return finding("identity.email-only", Outcome.FAIL, summary, evidence, _step("create", domain))


def _not_found(domain: str, aws: SesView) -> Finding:
    summary = f"{domain} is no identity of SES in {_everywhere(aws)}, and neither is a domain above it."
    off = "the region is not enabled"
    seen = [f"{head(one)}: {off if isinstance(one.identity, RegionOff) else 'no identity'}" for one in aws.places]
    seen += [f"last listed without {domain}: {', '.join(aws.regions)}"] if aws.regions else []
    step = f"{_step('create', domain)} If it is one in another account, let ses-bot watch that account too."
    return finding("identity.not-found", Outcome.FAIL, summary, lines(seen), step)


def _everywhere(aws: SesView) -> str:
    """The regions watched, by name as long as they can be."""
    regions = list(dict.fromkeys((*(one.place.region for one in aws.places), *aws.regions)))
    accounts = max(aws.accounts, len({one.place.account for one in aws.places}))
    if len(regions) > _MOST_REGIONS:
        named = f"any of the {len(regions)} regions watched ({', '.join(regions[:_MOST_REGIONS])}, …)"
    else:
        named = listed(regions, "or")
    return f"{named}, in any of {accounts:,} accounts" if accounts > 1 else named


_ASKED = (Access.IN_REVIEW, Access.GRANTED, Access.NOT_GRANTED, Access.FAILED, Access.PRODUCTION)
"""A request was made for production access there."""
_OR_MAIL = "A small sender can do with the mails that SES sends about bounces: then say who reads them, and when."
_WANTED = {"BOUNCE": "bounces", "COMPLAINT": "complaints"}


def judge(domain: str, aws: SesView) -> tuple[Finding, ...]:
    """The findings about the domain (A-labels) as an identity, worst first; none where AWS was not asked."""
    if aws.why_not:
        return ()
    found = [(one, one.identity) for one in aws.places if isinstance(one.identity, Identity)]
    if not found:
        return (_nowhere(domain, aws),)
    findings: list[RegionFinding] = []
    for one, identity in found:
        findings += _state(one, identity)
        findings += _events(one, identity)
    return findings_of([*findings, *_elsewhere(domain, aws, [one for one, _ in found])])


def _state(one: SesRegionView, identity: Identity) -> Iterator[RegionFinding]:
    status, error, name = identity.verification_status, identity.error_type or "", identity.name
    why = _texts()["errors"].get(error, f"AWS names it {error}" if error else "")
    because = f": {why}" if why else ""

    def here(outcome: Outcome, what: str, summary: str, step: str = "") -> RegionFinding:
        return RegionFinding(one.place, outcome, f"identity.{what}", summary, _line(one, identity), step)

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
    return _texts()["steps"][what].format(name=name)


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


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
        code, line = "identity.no-default-config-set", _line(one, identity)
        yield RegionFinding(one.place, Outcome.WARN, code, summary, line, step)
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
    line = f"{_line(one, identity)}; “{chosen}” reports {', '.join(one.events.kinds) or 'nothing'}"
    yield RegionFinding(one.place, Outcome.WARN, "identity.no-events", summary, line, f"{step} {_OR_MAIL}")


def _elsewhere(domain: str, aws: SesView, found: Sequence[SesRegionView]) -> Iterator[RegionFinding]:
    """Production access was asked for in one region, while the domain is an identity in another one alone."""
    for account in dict.fromkeys(one.place.account for one in found):
        here = [one for one in found if one.place.account == account]
        if any(_asked(one) for one in here):
            continue
        regions = listed([one.place.region for one in here])
        summary = f"{domain} is an identity in {regions}, while production access was asked for in {{where}}."
        step = f"Make {domain} an identity in the region where you asked, or ask in {regions}: one request a region."
        for one in aws.places:
            if one.place.account == account and _asked(one) and isinstance(one.identity, NotFound):
                line = f"{head(one)}: no identity covers {domain}"
                yield RegionFinding(one.place, Outcome.WARN, "identity.other-region-only", summary, line, step)


def _asked(one: SesRegionView) -> bool:
    return one.known.snapshot is not None and one.known.snapshot.access in _ASKED


def _line(one: SesRegionView, identity: Identity) -> str:
    """What AWS says, in its own words."""
    words = [f"verification {identity.verification_status or 'unknown'}"]
    words += [f"DKIM {identity.dkim_status}"] if identity.dkim_status else []
    words += [f"error {identity.error_type}"] if identity.error_type else []
    words += [f"signs as {identity.signing_origin}"] if _is_replica(identity) else []
    words += [f"configuration set {identity.configuration_set or 'none'}"] if identity.kind else []
    return f"{head(one)}: {identity.name}, {', '.join(words)}"


_WHAT = "SES identity and account"


async def check_ses(context: CheckContext) -> CheckResult:
    """Judges the identity and the account, as far as AWS can be asked."""
    view = await context.aws()
    if view is None:
        return CheckResult(note=left_out(_WHAT, "AWS did not answer in time"))
    if view.why_not:
        return CheckResult(note=left_out(_WHAT, view.why_not))
    return CheckResult((*judge(context.domain, view), *judge_account(view)))
