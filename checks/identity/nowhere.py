"""A domain that no place knows as an identity: is that so, or was it only not told?

"Not found" is said when every place watched has told so, and then once, whatever number of regions that is.
"""

from checks.places import head, lines, listed, where
from model import Finding, Fix, NotFound, Outcome, RegionOff, SesRegionView, SesView, Trouble, Unreadable

_REFUSED = (Trouble.DENIED, Trouble.CREDENTIALS, Trouble.ROLE)
_MOST_ADDRESSES = 3
_MOST_REGIONS = 6


def nowhere(domain: str, aws: SesView) -> tuple[Finding, ...]:
    """The one finding about a domain for which no identity was found."""
    untold = [one for one in aws.places if not isinstance(one.identity, NotFound | RegionOff)]
    if untold or aws.unlisted:
        return (_untold(domain, aws, untold),)
    with_addresses = [one for one in aws.places if one.addresses]
    return (_addresses_only(domain, with_addresses) if with_addresses else _not_found(domain, aws),)


def _untold(domain: str, aws: SesView, untold: list[SesRegionView]) -> Finding:
    refused = [one for one in untold if isinstance(one.identity, Unreadable) and one.identity.trouble in _REFUSED]
    evidence = lines([f"{head(one)}: {_why(one)}" for one in refused or untold])
    if aws.unlisted:
        evidence = (*evidence, f"{aws.unlisted:,} further places have not been listed yet")
    if refused:
        summary = f"Whether {domain} is an identity in {where([one.place for one in refused])} could not be read."
        step = (
            "Let the credentials of ses-bot call ses:GetEmailIdentity there (the README has the policy), or mend them; "
            "/ses-status says what is wrong with each account."
        )
        return Finding("identity", Outcome.UNKNOWN, "identity.access-denied", summary, evidence, Fix(step=step))
    at = f"in {where([one.place for one in untold])}" if untold else "in every region that is watched"
    summary = f"Whether {domain} is an identity {at} could not be told."
    step = "Check again in a few minutes; /ses-status says what is wrong where it stays so."
    return Finding("identity", Outcome.UNKNOWN, "identity.temporary", summary, evidence, Fix(step=step))


def _why(one: SesRegionView) -> str:
    return one.identity.why if isinstance(one.identity, Unreadable) else "AWS has not answered in time"


def _addresses_only(domain: str, with_addresses: list[SesRegionView]) -> Finding:
    some = [address for one in with_addresses for address in one.addresses or ()]
    named = list(dict.fromkeys(some))
    more = f" and {len(named) - _MOST_ADDRESSES:,} more" if len(named) > _MOST_ADDRESSES else ""
    where_ = where([one.place for one in with_addresses])
    summary = f"SES knows only single addresses at {domain} in {where_} ({', '.join(named[:_MOST_ADDRESSES])}{more})."
    evidence = lines([f"{head(one)}: {', '.join((one.addresses or ())[:10])}" for one in with_addresses])
    return Finding("identity", Outcome.FAIL, "identity.email-only", summary, evidence, Fix(step=_create(domain)))


def _not_found(domain: str, aws: SesView) -> Finding:
    summary = f"{domain} is no identity of SES in {_everywhere(aws)}, and neither is a domain above it."
    told = [f"{head(one)}: {'the region is not enabled' if _off(one) else 'no identity'}" for one in aws.places]
    others = [f"last listed without {domain}: {', '.join(aws.regions)}"] if aws.regions else []
    step = f"{_create(domain)} If it is one in another account, let ses-bot watch that account too."
    return Finding("identity", Outcome.FAIL, "identity.not-found", summary, lines([*told, *others]), Fix(step=step))


def _off(one: SesRegionView) -> bool:
    return isinstance(one.identity, RegionOff)


def _everywhere(aws: SesView) -> str:
    """The regions watched, by name as long as they can be."""
    regions = list(dict.fromkeys((*(one.place.region for one in aws.places), *aws.regions)))
    accounts = max(aws.accounts, len({one.place.account for one in aws.places}))
    if len(regions) > _MOST_REGIONS:
        named = f"any of the {len(regions)} regions watched ({', '.join(regions[:_MOST_REGIONS])}, …)"
    else:
        named = listed(regions, "or")
    return f"{named}, in any of {accounts:,} accounts" if accounts > 1 else named


def _create(domain: str) -> str:
    return (
        f"In the region where you will ask for production access, create the domain identity {domain} (SES console, "
        "Identities, Create identity, Domain, Easy DKIM), and publish the three DKIM records that it shows."
    )
