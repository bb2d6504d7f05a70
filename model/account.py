"""What AWS says about an account: Amazon SES in one region, one identity there, and the support cases.

Every fact of SES is per region, and every fact may be unknown (None): an unknown fact is never news. Source: SES API
v2, GetAccount and GetEmailIdentity; Support API, DescribeCases, DescribeCommunications, AddCommunicationToCase.
"""

from dataclasses import dataclass
from datetime import datetime
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
"""What one poll read at an account region."""
IdentityReading: TypeAlias = Identity | NotFound | Unreadable | RegionOff


MOST_CHARACTERS = 8_000
"""Characters of one communication (AddCommunicationToCase, communicationBody)."""


class CaseAccess(StrEnum):
    """Whether the bot may read and answer the cases of an account."""

    OPEN = "open"
    NO_PLAN = "no_plan"
    """The support plan has no Support API (SubscriptionRequiredException)."""
    DENIED = "denied"
    """The credentials may not call it."""


@dataclass(frozen=True, slots=True)
class Communication:
    """One message on a case. `by_aws`: Amazon Web Services wrote it; `attachments` are file names."""

    at: datetime
    by_aws: bool
    text: str
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SupportCase:
    """A case: `id` is the Support API's, `display_id` the one that people and GetAccount use. `communications` are
    those that were read, newest first."""

    id: str
    display_id: str
    status: str
    communications: tuple[Communication, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether the case takes no answer any more."""
        return self.status == "resolved"
