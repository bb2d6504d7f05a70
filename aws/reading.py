"""Reads AWS's answers: pure, from the API's dictionaries to values.

A malformed answer of status 200 reaches the caller of boto3 as an empty dictionary, or with fields missing: every field
is read as one that may be unknown.
"""

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from model import Access, Expectations, Identity, Snapshot

_REVIEWS = {
    "PENDING": Access.IN_REVIEW,
    "GRANTED": Access.GRANTED,
    "DENIED": Access.NOT_GRANTED,
    "FAILED": Access.FAILED,
}
_SEND_WITHOUT_MAIL_FROM = "USE_DEFAULT_VALUE"


def snapshot_of(answer: Mapping[str, Any]) -> Snapshot:
    """Returns GetAccount as a value; nothing in it is trusted."""
    quota = _read_mapping(answer.get("SendQuota"))
    details = _read_mapping(answer.get("Details"))
    review = _read_mapping(details.get("ReviewDetails"))
    suppression = _read_mapping(answer.get("SuppressionAttributes")).get("SuppressedReasons")
    return Snapshot(
        access=access_of(answer),
        enforcement=_read_text(answer.get("EnforcementStatus")),
        sending_enabled=_read_bool(answer.get("SendingEnabled")),
        quota=_read_number(quota.get("Max24HourSend")),
        rate=_read_number(quota.get("MaxSendRate")),
        sent=_read_number(quota.get("SentLast24Hours")),
        review_status=_read_text(review.get("Status")),
        case_id=_read_text(review.get("CaseId")),
        mail_type=_read_text(details.get("MailType")),
        website=_read_text(details.get("WebsiteURL")),
        suppression=tuple(str(reason) for reason in suppression) if isinstance(suppression, list) else None,
        vdm=_read_switch(_read_mapping(answer.get("VdmAttributes")).get("VdmEnabled")),
    )


def access_of(answer: Mapping[str, Any]) -> Access:
    """Returns what GetAccount means for sending. First match wins; the production flag alone decides about approval."""
    flag = answer.get("ProductionAccessEnabled")
    if flag is True:
        return Access.PRODUCTION
    review = _read_mapping(_read_mapping(answer.get("Details")).get("ReviewDetails"))
    status = _read_text(review.get("Status"))
    if status == "GRANTED" and flag is not False:
        return Access.UNKNOWN
    if status in _REVIEWS:
        return _REVIEWS[status]
    return Access.SANDBOX if flag is False and status is None else Access.UNKNOWN


def identity_of(name: str, answer: Mapping[str, Any]) -> Identity:
    """Returns GetEmailIdentity as a value. `name` is the identity asked for, which the answer does not repeat."""
    dkim = _read_mapping(answer.get("DkimAttributes"))
    mail_from = _read_mapping(answer.get("MailFromAttributes"))
    tokens = dkim.get("Tokens")
    return Identity(
        name=name,
        kind=_read_text(answer.get("IdentityType")),
        verified=_read_bool(answer.get("VerifiedForSendingStatus")),
        verification_status=_read_text(answer.get("VerificationStatus")),
        error_type=_read_text(_read_mapping(answer.get("VerificationInfo")).get("ErrorType")),
        dkim_status=_read_text(dkim.get("Status")),
        signing_enabled=_read_bool(dkim.get("SigningEnabled")),
        signing_origin=_read_text(dkim.get("SigningAttributesOrigin")),
        tokens=tuple(str(token).lower() for token in tokens) if isinstance(tokens, list) else (),
        signing_zone=_read_text(dkim.get("SigningHostedZone")),
        key_bits=_read_key_bits(dkim.get("CurrentSigningKeyLength")),
        mail_from=_read_text(mail_from.get("MailFromDomain")),
        mail_from_status=_read_text(mail_from.get("MailFromDomainStatus")),
        mail_from_on_failure=_read_text(mail_from.get("BehaviorOnMxFailure")),
        feedback_forwarding=_read_bool(answer.get("FeedbackForwardingStatus")),
        configuration_set=_read_text(answer.get("ConfigurationSetName")),
    )


def destinations_of(answer: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Returns the enabled destinations of GetConfigurationSetEventDestinations."""
    listed = answer.get("EventDestinations")
    destinations = map(_read_mapping, listed if isinstance(listed, list) else ())
    return tuple(destination for destination in destinations if destination.get("Enabled") is True)


def parse_instant(value: object) -> datetime:
    """Reads a time of ISO 8601, as UTC where it names no zone; ValueError where it is none."""
    instant = datetime.fromisoformat(str(value))
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def event_kinds_of(destinations: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Returns the kinds of events that reach some destinations, each once."""
    kinds = (kind for destination in destinations for kind in destination.get("MatchingEventTypes") or ())
    return tuple(dict.fromkeys(map(str, kinds)))


def expectations_of(identity: Identity, region: str) -> Expectations:
    """Returns what SES expects to find in DNS for this identity. With a key of the domain's own (EXTERNAL), `Tokens`
    holds its selector. Only a whole answer, which names the identity's kind, shows that no custom MAIL FROM domain is
    set."""
    has_own_key = identity.signing_origin == "EXTERNAL"
    on_failure = identity.mail_from_on_failure
    return Expectations(
        identity=identity.name,
        region=region,
        tokens=() if has_own_key else identity.tokens,
        signing_zone=identity.signing_zone,
        selector=identity.tokens[0] if has_own_key and identity.tokens else None,
        signing_enabled=identity.signing_enabled,
        dkim_status=identity.dkim_status,
        key_bits=identity.key_bits,
        mail_from=identity.mail_from,
        mail_from_status=identity.mail_from_status,
        mail_from_fallback=None if on_failure is None else on_failure == _SEND_WITHOUT_MAIL_FROM,
        mail_from_known=identity.kind is not None,
        feedback_forwarding=identity.feedback_forwarding,
    )


def _read_mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _read_text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _read_bool(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _read_switch(value: Any) -> bool | None:
    return value == "ENABLED" if isinstance(value, str) else None


def _read_number(value: Any) -> float | None:
    # NaN, which Python reads in JSON, is no number: it would differ from itself with every poll.
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _read_key_bits(value: Any) -> int | None:
    """Returns the bits of a key length such as `RSA_2048_BIT`."""
    parts = value.split("_") if isinstance(value, str) else []
    return int(parts[1]) if len(parts) == 3 and parts[1].isdigit() else None
