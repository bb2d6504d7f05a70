"""What AWS says of one domain at the account regions that are watched: read by `aws`, judged by `checks`.

`checks` knows no AWS; this value is all that it sees of an account. What is unknown is None, and is never judged
as if it were absent.
"""

from dataclasses import dataclass

from model.account import AccountRegion, IdentityReading
from model.watching import RegionState


@dataclass(frozen=True, slots=True)
class Expectations:
    """What SES expects for `identity` (the checked domain, or its nearest verified parent) in `region`.

    `tokens`: the three Easy DKIM tokens; `signing_zone`: SigningHostedZone, such as `dkim.amazonses.com`, None when not
    known (a token pasted by a person); `selector`: the selector of a domain that brings its own key (BYODKIM);
    `signing_enabled`, `dkim_status`, `key_bits`: SigningEnabled, DkimAttributes.Status and CurrentSigningKeyLength in
    bits. `mail_from`: the custom MAIL FROM domain, with its status and whether SES falls back to its own MAIL FROM when
    the MX is wrong (`mail_from_fallback`: BehaviorOnMxFailure is USE_DEFAULT_VALUE). `feedback_forwarding`:
    FeedbackForwardingStatus.
    Source: SES API v2, GetEmailIdentity.
    """

    identity: str
    region: str | None = None
    tokens: tuple[str, ...] = ()
    signing_zone: str | None = None
    selector: str | None = None
    signing_enabled: bool | None = None
    dkim_status: str | None = None
    key_bits: int | None = None
    mail_from: str | None = None
    mail_from_status: str | None = None
    mail_from_fallback: bool | None = None
    mail_from_known: bool = False
    """True when the MAIL FROM setting is known, so that `mail_from` None means "none is set"."""
    feedback_forwarding: bool | None = None


_NOTHING_KNOWN = RegionState()


@dataclass(frozen=True, slots=True)
class Events:
    """What a configuration set reports about mail. `kinds` are the kinds of events (BOUNCE, COMPLAINT, …) that go to at
    least one enabled destination; `exists` False: there is no such configuration set any more.
    Source: SES API v2, GetConfigurationSetEventDestinations."""

    kinds: tuple[str, ...] = ()
    exists: bool = True


@dataclass(frozen=True, slots=True)
class SesRegionView:
    """One place. `known` is what the last polls brought; `identity` what covers the domain there, None where AWS was
    not asked or has not answered in time.

    `addresses`: verified addresses at the domain, where no domain identity covers it; `events`: those of the identity's
    default configuration set. None: unknown."""

    place: AccountRegion
    known: RegionState = _NOTHING_KNOWN
    account_id: str | None = None
    identity: IdentityReading | None = None
    addresses: tuple[str, ...] | None = None
    events: Events | None = None


@dataclass(frozen=True, slots=True)
class SesView:
    """All that AWS says of a domain. `places` are those that were asked, in the order in which people wrote them down;
    `expectations` are those of the identity that fits best.

    Of many places only those that list the domain are asked. Of the others, `regions` names the regions, `accounts`
    counts the accounts, and `unlisted` the places whose identities were never listed. `why_not`: a sentence where no
    account could be asked at all."""

    places: tuple[SesRegionView, ...] = ()
    expectations: Expectations | None = None
    regions: tuple[str, ...] = ()
    accounts: int = 0
    unlisted: int = 0
    why_not: str = ""
