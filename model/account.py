"""What Amazon SES says about an account in one region, and about one identity there.

Every fact is per region, and every fact may be unknown (None): an unknown fact is never news. Source: SES API v2,
GetAccount and GetEmailIdentity.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Access(StrEnum):
    """What the account may do in a region."""

    PRODUCTION = "production"
    IN_REVIEW = "in_review"
    GRANTED = "granted"
    """Decided, not effective yet: nothing to announce."""
    NOT_GRANTED = "not_granted"
    """AWS wants details, or refused."""
    FAILED = "failed"
    """AWS never received the request."""
    SANDBOX = "sandbox"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AccountRegion:
    """One account in one region: what is watched. `account` is the name that people gave it."""

    account: str
    region: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """GetAccount at one moment. `quota` in messages a day (-1: unlimited), `rate` in messages a second, `sent` in the
    last 24 hours. `enforcement` is an open string (HEALTHY, PROBATION, SHUTDOWN today). `suppression` holds the reasons
    that put an address on the account's suppression list; empty means off. `vdm`: the
    Virtual Deliverability Manager is on."""

    access: Access
    enforcement: str | None = None
    sending_enabled: bool | None = None
    quota: float | None = None
    rate: float | None = None
    sent: float | None = None
    review_status: str | None = None
    case_id: str | None = None
    mail_type: str | None = None
    website: str | None = None
    suppression: tuple[str, ...] | None = None
    vdm: bool | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """GetEmailIdentity. `kind` is DOMAIN, EMAIL_ADDRESS or MANAGED_DOMAIN; the statuses are AWS's own words (PENDING,
    SUCCESS, FAILED, TEMPORARY_FAILURE, NOT_STARTED); `signing_origin` AWS_SES (Easy DKIM), EXTERNAL (the domain's own
    key) or AWS_SES_<REGION> (a replica); `key_bits` the length of the current signing key."""

    name: str
    kind: str | None = None
    verified: bool | None = None
    verification_status: str | None = None
    error_type: str | None = None
    dkim_status: str | None = None
    signing_enabled: bool | None = None
    signing_origin: str | None = None
    tokens: tuple[str, ...] = ()
    signing_zone: str | None = None
    key_bits: int | None = None
    mail_from: str | None = None
    mail_from_status: str | None = None
    mail_from_on_failure: str | None = None
    feedback_forwarding: bool | None = None
    configuration_set: str | None = None


class Trouble(StrEnum):
    """Why an account could not be read."""

    CREDENTIALS = "credentials"
    ROLE = "role"
    DENIED = "denied"
    THROTTLED = "throttled"
    TIMEOUT = "timeout"
    SERVER = "server"
    MALFORMED = "malformed"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """AWS could not be asked, or its answer could not be read: nothing is known, nothing has changed. `why` is a phrase
    for a person and holds no secret."""

    trouble: Trouble
    why: str


@dataclass(frozen=True, slots=True)
class RegionOff:
    """The region is an opt-in region that this account has not enabled: a state, not an error."""

    why: str = "the region is not enabled for this account"


@dataclass(frozen=True, slots=True)
class NotFound:
    """No identity covers the domain here: neither the domain nor a parent of it."""


Reading: TypeAlias = Snapshot | Unreadable | RegionOff
"""What one poll of a place brought."""
IdentityReading: TypeAlias = Identity | NotFound | Unreadable | RegionOff
