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


def create_identity(account: LoopbackAccount, region: str, _: str, body: Mapping[str, Any]) -> Json:
    """Returns a new domain identity with Easy DKIM, which waits for its records."""
    name, identities = str(body.get("EmailIdentity", "")).lower(), account.identities.setdefault(region, {})
    length = body.get("DkimSigningAttributes", {}).get("NextSigningKeyLength", "RSA_2048_BIT")
    if not _DOMAIN.fullmatch(name) or length not in ("RSA_1024_BIT", "RSA_2048_BIT"):
        raise _bad_request("Email identity or key length is not valid")
    if name in identities:
        raise AwsRefused(400, "AlreadyExistsException", f"Email identity {name} already exist.")
    identities[name] = domain_identity([secrets.token_hex(16) for _ in range(3)], verified=False)
    identities[name]["DkimAttributes"] |= {"NextSigningKeyLength": length, "CurrentSigningKeyLength": length}
    return {
        "IdentityType": "DOMAIN",
        "VerifiedForSendingStatus": False,
        "DkimAttributes": identities[name]["DkimAttributes"],
    }


def put_mail_from(account: LoopbackAccount, region: str, name: str, body: Mapping[str, Any]) -> Json:
    """Sets the MAIL FROM domain of an identity; it must be below the identity."""
    identity, host = _find_identity(account, region, name), str(body.get("MailFromDomain", "")).lower()
    behavior = body.get("BehaviorOnMxFailure", "USE_DEFAULT_VALUE")
    if not host.endswith(f".{name}") or behavior not in ("USE_DEFAULT_VALUE", "REJECT_MESSAGE"):
        raise _bad_request(
            f"Provided MAIL-FROM domain <{host}> is not subdomain of the domain of the identity <{name}>."
        )
    identity["MailFromAttributes"] = {
        "MailFromDomain": host,
        "MailFromDomainStatus": "PENDING",
        "BehaviorOnMxFailure": behavior,
    }
    return {}


def put_default_set(account: LoopbackAccount, region: str, name: str, body: Mapping[str, Any]) -> Json:
    """Sets the default configuration set of an identity."""
    identity, set_name = _find_identity(account, region, name), str(body.get("ConfigurationSetName", ""))
    _find_destinations(account, region, set_name)
    identity["ConfigurationSetName"] = set_name
    return {}


def create_set(account: LoopbackAccount, region: str, _: str, body: Mapping[str, Any]) -> Json:
    """Returns a new configuration set without destinations."""
    name, sets = str(body.get("ConfigurationSetName", "")), account.configuration_sets.setdefault(region, {})
    if not _NAME.fullmatch(name):
        raise _bad_request("Configuration set name is not valid")
    if name in sets:
        raise AwsRefused(400, "AlreadyExistsException", f"Configuration set <{name}> already exists.")
    sets[name] = []
    return {}


def create_destination(account: LoopbackAccount, region: str, name: str, body: Mapping[str, Any]) -> Json:
    """Returns a new event destination of a configuration set. EventBridge: the default bus of the account in this
    region."""
    destinations, destination = _find_destinations(account, region, name), dict(body.get("EventDestination") or {})
    name_of_destination, kinds = str(body.get("EventDestinationName", "")), destination.get("MatchingEventTypes")
    if not _NAME.fullmatch(name_of_destination) or not isinstance(kinds, list) or not kinds or not set(kinds) <= _KINDS:
        raise _bad_request("The event destination is not valid")
    if any(other["Name"] == name_of_destination for other in destinations):
        raise AwsRefused(400, "AlreadyExistsException", f"Event destination <{name_of_destination}> already exists.")
    bus = destination.get("EventBridgeDestination", {}).get("EventBusArn")
    if "EventBridgeDestination" in destination and bus != f"arn:aws:events:{region}:{account.id}:event-bus/default":
        raise _bad_request("Only the default event bus is supported")
    destinations.append({"Name": name_of_destination, "Enabled": bool(destination.get("Enabled")), **destination})
    return {}


def send_email(account: LoopbackAccount, region: str, _: str, body: Mapping[str, Any]) -> Json:
    """Takes a message; what the simulator makes of it is in `account.events` at once."""
    sender = str(body.get("FromEmailAddress", "")).rpartition("@")[2].lower()
    simple = (body.get("Content") or {}).get("Simple") or {}
    if not simple.get("Subject", {}).get("Data") or not simple.get("Body"):
        raise _bad_request("The content is not complete")
    to = [str(address_or_name) for address_or_name in (body.get("Destination") or {}).get("ToAddresses") or ()]
    identities = account.identities.get(region, {})
    name = next(
        (
            address_or_name
            for address_or_name in _domain_and_parents(sender)
            if identities.get(address_or_name, {}).get("VerifiedForSendingStatus")
        ),
        None,
    )
    unverified = [address_or_name for address_or_name in to if not _SIMULATOR.fullmatch(address_or_name)]
    sandbox = not account.regions[region]["ProductionAccessEnabled"]
    if not to or name is None or (unverified and sandbox):
        failed = ", ".join([*unverified, *([] if name else [sender])])
        words = f"Email address is not verified. The following identities failed the check in region {region}: {failed}"
        raise AwsRefused(400, "MessageRejected", words)
    message_id = f"0100{secrets.token_hex(28)}-000000"
    set_name = str(body.get("ConfigurationSetName") or identities[name].get("ConfigurationSetName") or "")
    kinds = _event_bus_kinds(_find_destinations(account, region, set_name)) if set_name else set[str]()
    for address in to:
        for kind, detail_type, event in _EVENTS.get(address.partition("@")[0].partition("+")[0], ()):
            if kind in kinds:
                account.events.append(
                    _event_envelope(account, region, detail_type, _event_detail(account, event, message_id, address))
                )
    return {"MessageId": message_id}


def _event_bus_kinds(destinations: list[Json]) -> set[str]:
    enabled = [
        destination
        for destination in destinations
        if destination["Enabled"] and "EventBridgeDestination" in destination
    ]
    return {str(kind) for destination in enabled for kind in destination["MatchingEventTypes"]}


def _event_envelope(account: LoopbackAccount, region: str, detail_type: str, detail: Json) -> Json:
    return {
        "version": "0",
        "id": secrets.token_hex(16),
        "detail-type": detail_type,
        "source": "aws.ses",
        "account": account.id,
        "time": f"{_timestamp()[:19]}Z",
        "region": region,
        "resources": [],
        "detail": detail,
    }


def _event_detail(account: LoopbackAccount, event: str, message_id: str, to: str) -> Json:
    mail = {"timestamp": _timestamp(), "messageId": message_id, "destination": [to], "sendingAccountId": account.id}
    return {"eventType": event, "mail": mail, event.lower(): {"timestamp": _timestamp()}}


def _timestamp() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _find_identity(account: LoopbackAccount, region: str, name: str) -> Json:
    identities = account.identities.get(region, {})
    if name not in identities:
        raise AwsRefused(404, "NotFoundException", f"Email identity {name} does not exist")
    return identities[name]


def _find_destinations(account: LoopbackAccount, region: str, name: str) -> list[Json]:
    sets = account.configuration_sets.get(region, {})
    if name not in sets:
        raise AwsRefused(404, "NotFoundException", f"Configuration set <{name}> does not exist.")
    return sets[name]


def _domain_and_parents(domain: str) -> list[str]:
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def _bad_request(words: str) -> AwsRefused:
    return AwsRefused(400, "BadRequestException", words)


OPERATIONS: Mapping[str, Callable[[LoopbackAccount, str, str, Mapping[str, Any]], Json]] = {
    "CreateEmailIdentity": create_identity,
    "PutEmailIdentityMailFromAttributes": put_mail_from,
    "PutEmailIdentityConfigurationSetAttributes": put_default_set,
    "CreateConfigurationSet": create_set,
    "CreateConfigurationSetEventDestination": create_destination,
    "SendEmail": send_email,
}
"""Each takes the account, the region, the subject of the path, and the body."""
