"""Setting up domains in SES, and sending from them: identities, configuration sets, the mailbox simulator.

Strict where AWS is: names that are taken or missing, values that it does not know, mail from what is not verified.
Events go where the configuration set says, as EventBridge wraps them. Source: SES API v2, CreateEmailIdentity,
PutEmailIdentityMailFromAttributes, PutEmailIdentityConfigurationSetAttributes, CreateConfigurationSet,
CreateConfigurationSetEventDestination, SendEmail; SES developer guide, "Event data", "Mailbox simulator".
"""

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from fakes.ses.protocols import AwsRefused
from fakes.ses.state import Json, LoopbackAccount, domain_identity

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DOMAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_KINDS = {
    *("SEND", "REJECT", "BOUNCE", "COMPLAINT", "DELIVERY", "OPEN", "CLICK"),
    *("RENDERING_FAILURE", "DELIVERY_DELAY", "SUBSCRIPTION"),
}
_SIMULATOR = re.compile(r"(success|bounce|complaint|ooto|suppressionlist)(?:\+[^@]*)?@simulator\.amazonses\.com")
_EVENTS = {
    "success": (("DELIVERY", "Email Delivered", "Delivery"),),
    "bounce": (("BOUNCE", "Email Bounced", "Bounce"),),
    "complaint": (("DELIVERY", "Email Delivered", "Delivery"), ("COMPLAINT", "Email Complaint Received", "Complaint")),
}
"""Kind, detail-type and eventType of what the simulator's addresses cause."""


def create_identity(account: LoopbackAccount, region: str, _: str, asked: Mapping[str, Any]) -> Json:
    """Returns a new domain identity with Easy DKIM, which waits for its records."""
    name, held = str(asked.get("EmailIdentity", "")).lower(), account.identities.setdefault(region, {})
    length = asked.get("DkimSigningAttributes", {}).get("NextSigningKeyLength", "RSA_2048_BIT")
    if not _DOMAIN.fullmatch(name) or length not in ("RSA_1024_BIT", "RSA_2048_BIT"):
        raise _bad("Email identity or key length is not valid")
    if name in held:
        raise AwsRefused(400, "AlreadyExistsException", f"Email identity {name} already exist.")
    held[name] = domain_identity([secrets.token_hex(16) for _ in range(3)], verified=False)
    held[name]["DkimAttributes"] |= {"NextSigningKeyLength": length, "CurrentSigningKeyLength": length}
    return {
        "IdentityType": "DOMAIN",
        "VerifiedForSendingStatus": False,
        "DkimAttributes": held[name]["DkimAttributes"],
    }


def put_mail_from(account: LoopbackAccount, region: str, name: str, asked: Mapping[str, Any]) -> Json:
    """Sets the MAIL FROM domain of an identity; it must be below the identity."""
    identity, host = _identity(account, region, name), str(asked.get("MailFromDomain", "")).lower()
    behavior = asked.get("BehaviorOnMxFailure", "USE_DEFAULT_VALUE")
    if not host.endswith(f".{name}") or behavior not in ("USE_DEFAULT_VALUE", "REJECT_MESSAGE"):
        raise _bad(f"Provided MAIL-FROM domain <{host}> is not subdomain of the domain of the identity <{name}>.")
    identity["MailFromAttributes"] = {
        "MailFromDomain": host,
        "MailFromDomainStatus": "PENDING",
        "BehaviorOnMxFailure": behavior,
    }
    return {}


def put_default_set(account: LoopbackAccount, region: str, name: str, asked: Mapping[str, Any]) -> Json:
    """Sets the default configuration set of an identity."""
    identity, chosen = _identity(account, region, name), str(asked.get("ConfigurationSetName", ""))
    _destinations(account, region, chosen)
    identity["ConfigurationSetName"] = chosen
    return {}


def create_set(account: LoopbackAccount, region: str, _: str, asked: Mapping[str, Any]) -> Json:
    """Returns a new configuration set without destinations."""
    name, held = str(asked.get("ConfigurationSetName", "")), account.configuration_sets.setdefault(region, {})
    if not _NAME.fullmatch(name):
        raise _bad("Configuration set name is not valid")
    if name in held:
        raise AwsRefused(400, "AlreadyExistsException", f"Configuration set <{name}> already exists.")
    held[name] = []
    return {}


def create_destination(account: LoopbackAccount, region: str, name: str, asked: Mapping[str, Any]) -> Json:
    """Returns a new event destination of a configuration set. EventBridge: the default bus of the account in this
    region."""
    held, one = _destinations(account, region, name), dict(asked.get("EventDestination") or {})
    called, kinds = str(asked.get("EventDestinationName", "")), one.get("MatchingEventTypes")
    if not _NAME.fullmatch(called) or not isinstance(kinds, list) or not kinds or not set(kinds) <= _KINDS:
        raise _bad("The event destination is not valid")
    if any(other["Name"] == called for other in held):
        raise AwsRefused(400, "AlreadyExistsException", f"Event destination <{called}> already exists.")
    bus = one.get("EventBridgeDestination", {}).get("EventBusArn")
    if "EventBridgeDestination" in one and bus != f"arn:aws:events:{region}:{account.id}:event-bus/default":
        raise _bad("Only the default event bus is supported")
    held.append({"Name": called, "Enabled": bool(one.get("Enabled")), **one})
    return {}


def send(account: LoopbackAccount, region: str, _: str, asked: Mapping[str, Any]) -> Json:
    """Takes a message; what the simulator makes of it is in `account.events` at once."""
    sender = str(asked.get("FromEmailAddress", "")).rpartition("@")[2].lower()
    simple = (asked.get("Content") or {}).get("Simple") or {}
    if not simple.get("Subject", {}).get("Data") or not simple.get("Body"):
        raise _bad("The content is not complete")
    to = [str(one) for one in (asked.get("Destination") or {}).get("ToAddresses") or ()]
    held = account.identities.get(region, {})
    name = next((one for one in _above(sender) if held.get(one, {}).get("VerifiedForSendingStatus")), None)
    strangers = [one for one in to if not _SIMULATOR.fullmatch(one)]
    sandbox = not account.regions[region]["ProductionAccessEnabled"]
    if not to or name is None or (strangers and sandbox):
        failed = ", ".join([*strangers, *([] if name else [sender])])
        words = f"Email address is not verified. The following identities failed the check in region {region}: {failed}"
        raise AwsRefused(400, "MessageRejected", words)
    message_id = f"0100{secrets.token_hex(28)}-000000"
    chosen = str(asked.get("ConfigurationSetName") or held[name].get("ConfigurationSetName") or "")
    kinds = _to_bus(_destinations(account, region, chosen)) if chosen else set[str]()
    for address in to:
        for kind, detail_type, event in _EVENTS.get(address.partition("@")[0].partition("+")[0], ()):
            if kind in kinds:
                account.events.append(
                    _envelope(account, region, detail_type, _detail(account, event, message_id, address))
                )
    return {"MessageId": message_id}


def _to_bus(destinations: list[Json]) -> set[str]:
    on = [one for one in destinations if one["Enabled"] and "EventBridgeDestination" in one]
    return {str(kind) for one in on for kind in one["MatchingEventTypes"]}


def _envelope(account: LoopbackAccount, region: str, detail_type: str, detail: Json) -> Json:
    return {
        "version": "0",
        "id": secrets.token_hex(16),
        "detail-type": detail_type,
        "source": "aws.ses",
        "account": account.id,
        "time": f"{_now()[:19]}Z",
        "region": region,
        "resources": [],
        "detail": detail,
    }


def _detail(account: LoopbackAccount, event: str, message_id: str, to: str) -> Json:
    mail = {"timestamp": _now(), "messageId": message_id, "destination": [to], "sendingAccountId": account.id}
    return {"eventType": event, "mail": mail, event.lower(): {"timestamp": _now()}}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _identity(account: LoopbackAccount, region: str, name: str) -> Json:
    held = account.identities.get(region, {})
    if name not in held:
        raise AwsRefused(404, "NotFoundException", f"Email identity {name} does not exist")
    return held[name]


def _destinations(account: LoopbackAccount, region: str, name: str) -> list[Json]:
    held = account.configuration_sets.get(region, {})
    if name not in held:
        raise AwsRefused(404, "NotFoundException", f"Configuration set <{name}> does not exist.")
    return held[name]


def _above(domain: str) -> list[str]:
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def _bad(words: str) -> AwsRefused:
    return AwsRefused(400, "BadRequestException", words)


OPERATIONS: Mapping[str, Callable[[LoopbackAccount, str, str, Mapping[str, Any]], Json]] = {
    "CreateEmailIdentity": create_identity,
    "PutEmailIdentityMailFromAttributes": put_mail_from,
    "PutEmailIdentityConfigurationSetAttributes": put_default_set,
    "CreateConfigurationSet": create_set,
    "CreateConfigurationSetEventDestination": create_destination,
    "SendEmail": send,
}
"""Each takes the account, the region, the subject of the path, and the body."""
