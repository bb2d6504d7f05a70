"""What stands at AWS: accounts, what each says in a region, and what is made to go wrong there.

What an account says is a plain dictionary in the API's own names, so a test states exactly what AWS would answer.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from fakes.ses.zones import Zone

Json: TypeAlias = dict[str, Any]

ALWAYS_ON = {
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
    *("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3"),
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
}
"""The regions that every account has."""
OPT_IN = {
    *("af-south-1", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1"),
    *("me-south-1", "mx-central-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"),
    *("ap-southeast-6", "ap-southeast-7"),
}
"""The regions that an account has to enable first."""


class AwsFault(StrEnum):
    """What goes wrong with the SES calls of an account in a region until it is lifted."""

    THROTTLED = "throttled"
    SERVER_ERROR = "server error"
    HANG = "hang"
    EMPTY = "empty"
    GARBAGE = "garbage"
    DENIED = "denied"
    REGION_OFF = "region off"
    EXPIRED = "expired"
    LOST_ANSWER = "lost answer"
    """The call is done, and its answer is lost on the way."""


@dataclass(slots=True)
class LoopbackAccount:
    """One AWS account: its id, the access keys that open it (key to secret), and what it says in each region. A region
    that is not named is not enabled."""

    id: str
    keys: dict[str, str] = field(default_factory=dict)
    regions: dict[str, Json] = field(default_factory=dict)
    """Region to the answer of GetAccount."""
    identities: dict[str, dict[str, Json]] = field(default_factory=dict)
    """Region to identity to the answer of GetEmailIdentity."""
    configuration_sets: dict[str, dict[str, list[Json]]] = field(default_factory=dict)
    """Region to configuration set to its event destinations."""
    forbidden: set[str] = field(default_factory=set)
    """Operations that the caller’s policy does not name."""
    cases: dict[str, Json] = field(default_factory=dict)
    """Display id to support case, see `fakes.ses.support`."""
    metrics: dict[str, dict[str, dict[datetime, float]]] = field(default_factory=dict)
    """Region to metric of AWS/SES (with "|" and a configuration set, where it is one's) to hour to value."""
    quota_requests: list[Json] = field(default_factory=list)
    """Increases asked for (Service Quotas), each with its `region`."""
    topics: dict[str, list[tuple[str, str, bool]]] = field(default_factory=dict)
    """SNS topic to its subscriptions: protocol, endpoint, whether it is confirmed."""
    zones: dict[str, Zone] = field(default_factory=dict)
    """Id to hosted zone."""
    events: list[Json] = field(default_factory=list)
    """What SES has put on the event bus, oldest first."""
    support_plan: bool = True
    """Whether the account's support plan has the Support API."""
    roles: dict[str, str | None] = field(default_factory=dict)
    """Role ARN to the external id that it wants."""

    @classmethod
    def new(cls, account_id: str, *regions: str) -> "LoopbackAccount":
        """Returns an account in the sandbox of these regions, with one access key."""
        account = cls(account_id, regions={region: sandbox() for region in regions})
        account.keys[f"AKIA{secrets.token_hex(8).upper()}"] = secrets.token_hex(20)
        return account


@dataclass(frozen=True, slots=True)
class Caller:
    """The signer of a request, and the access key that it was signed with: a user of the account, or a session of one
    of its roles."""

    account: LoopbackAccount
    key: str
    arn: str
    user_id: str

    @classmethod
    def user(cls, account: LoopbackAccount, key: str) -> "Caller":
        """Returns the user whom the account's access keys belong to."""
        return cls(account, key, f"arn:aws:iam::{account.id}:user/ses-bot", f"AIDA{account.id}")


@dataclass(frozen=True, slots=True)
class Session:
    """What AssumeRole gave out, and until when it is good."""

    caller: Caller
    secret: str
    token: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class AwsRefusal:
    """A request that the client got wrong: badly signed, too fast, malformed. `request` is its method and path, `code`
    REST-JSON's word for what is wrong with it."""

    request: str
    code: str
    message: str


def sandbox() -> Json:
    """Returns GetAccount of a new account."""
    return {
        "DedicatedIpAutoWarmupEnabled": False,
        "EnforcementStatus": "HEALTHY",
        "ProductionAccessEnabled": False,
        "SendQuota": {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 0.0},
        "SendingEnabled": True,
        "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
        "VdmAttributes": {"VdmEnabled": "DISABLED"},
    }


def domain_identity(
    tokens: Sequence[str], *, zone: str = "dkim.amazonses.com", mail_from: str | None = None, verified: bool = True
) -> Json:
    """Returns GetEmailIdentity of a domain with Easy DKIM, and with a custom MAIL FROM domain that is set up, if
    any."""
    status = "SUCCESS" if verified else "PENDING"
    identity: Json = {
        "IdentityType": "DOMAIN",
        "FeedbackForwardingStatus": True,
        "VerifiedForSendingStatus": verified,
        "VerificationStatus": status,
        "DkimAttributes": {
            "SigningEnabled": True,
            "Status": status,
            "Tokens": list(tokens),
            "SigningHostedZone": zone,
            "SigningAttributesOrigin": "AWS_SES",
            "NextSigningKeyLength": "RSA_2048_BIT",
            "CurrentSigningKeyLength": "RSA_2048_BIT",
        },
        "Policies": {},
        "Tags": [],
    }
    if mail_from:
        identity["MailFromAttributes"] = {
            "MailFromDomain": mail_from,
            "MailFromDomainStatus": "SUCCESS",
            "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
        }
    return identity


def event_destination(
    kinds: Sequence[str] = ("BOUNCE", "COMPLAINT"), *, name: str = "events", enabled: bool = True
) -> Json:
    """Returns an event destination of a configuration set: an SNS topic."""
    return {
        "Name": name,
        "Enabled": enabled,
        "MatchingEventTypes": list(kinds),
        "SnsDestination": {"TopicArn": "arn:aws:sns:us-east-1:111122223333:ses-events"},
    }
