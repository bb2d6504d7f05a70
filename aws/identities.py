"""Sets up a domain in SES: its identity, its MAIL FROM, and where its bounces and complaints are reported.

Every operation is judged by its state: what is there already is kept, what could not be read is not touched, and what
was made is read back. Source: SES API v2, CreateEmailIdentity, PutEmailIdentityMailFromAttributes,
CreateConfigurationSet, CreateConfigurationSetEventDestination, PutEmailIdentityConfigurationSetAttributes,
GetEmailIdentity, GetConfigurationSetEventDestinations.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aws.reading import event_kinds_of
from aws.sessions import Sessions
from model import (
    AccountRegion,
    Expectations,
    Identity,
    IdentityReading,
    NotFound,
    Record,
    RegionOff,
    Unreadable,
)
from model.changes import ChangeState, StepOutcome

CREATE_IDENTITY = "CreateEmailIdentity"
SET_MAIL_FROM = "PutEmailIdentityMailFromAttributes"
CREATE_SET = "CreateConfigurationSet"
CREATE_DESTINATION = "CreateConfigurationSetEventDestination"
SET_DEFAULT = "PutEmailIdentityConfigurationSetAttributes"
OPERATIONS = (CREATE_IDENTITY, SET_MAIL_FROM, CREATE_SET, CREATE_DESTINATION, SET_DEFAULT)
EVENT_KINDS = ("BOUNCE", "COMPLAINT", "DELIVERY", "REJECT")
"""The kinds of events that go to EventBridge."""
DESTINATION = "ses-bot"
_EXISTS = "AlreadyExistsException"


def event_bus_arn(sessions: Sessions, account_region: AccountRegion, account_id: str) -> str:
    """Returns the ARN of the account's default event bus: SES takes no other (SES developer guide, "EventBridge")."""
    region = account_region.region
    return f"arn:{sessions.partition_of(region)}:events:{region}:{account_id}:event-bus/default"


def dkim_records(identity: Identity | Expectations, name: str) -> tuple[Record, ...]:
    """Returns the three records of Easy DKIM, as soon as SES has given the tokens and the zone that holds the keys."""
    if not identity.tokens or not identity.signing_zone:
        return ()
    return tuple(
        Record("CNAME", f"{token}._domainkey.{name}", f"{token}.{identity.signing_zone}") for token in identity.tokens
    )


def mail_from_records(name: str, region: str) -> tuple[Record, ...]:
    """Returns what a custom MAIL FROM domain holds: exactly one MX, and its own SPF (SES developer guide, "MAIL
    FROM")."""
    return (
        Record("MX", name, f"feedback-smtp.{region}.amazonses.com", 10),
        Record("TXT", name, "v=spf1 include:amazonses.com ~all"),
    )


async def read_event_kinds(
    sessions: Sessions, account_region: AccountRegion, configuration_set: str
) -> tuple[str, ...] | NotFound | Unreadable | RegionOff:
    """Returns the kinds of events that a configuration set sends to EventBridge."""
    destinations = await sessions.read_destinations(account_region, configuration_set)
    if not isinstance(destinations, tuple):
        return destinations
    return event_kinds_of(destination for destination in destinations if "EventBridgeDestination" in destination)


async def read_setup(
    sessions: Sessions, account_region: AccountRegion, operation: str, arguments: Mapping[str, Any]
) -> StepOutcome:
    """Returns DONE where AWS has what an operation makes, or another in its place; REFUSED where not; else UNKNOWN."""
    if operation in (CREATE_SET, CREATE_DESTINATION):
        set_name = str(arguments["set"])
        return _judge_configuration_set(operation, set_name, await read_event_kinds(sessions, account_region, set_name))
    identity = await read_exact_identity(sessions, account_region, str(arguments["identity"]))
    return _judge_identity(operation, arguments, identity)


async def read_exact_identity(sessions: Sessions, account_region: AccountRegion, name: str) -> IdentityReading:
    """Returns the identity of exactly this name. A person waits, so the call is not at the pace of polls."""
    identity = await sessions.find_identity(account_region, name)
    return NotFound() if isinstance(identity, Identity) and identity.name != name else identity


def _judge_configuration_set(
    operation: str, name: str, kinds: Sequence[str] | NotFound | Unreadable | RegionOff
) -> StepOutcome:
    if isinstance(kinds, Unreadable | RegionOff):
        return StepOutcome(ChangeState.UNKNOWN, f"The configuration set {name} could not be read: {kinds.why}.")
    if isinstance(kinds, NotFound):
        return StepOutcome(ChangeState.REFUSED, f"There is no configuration set {name}.")
    if operation == CREATE_SET:
        return StepOutcome(ChangeState.DONE, f"The configuration set {name} is there.")
    if set(EVENT_KINDS) <= set(kinds):
        words = f"{name} sends bounces, complaints, deliveries and rejects to EventBridge."
        return StepOutcome(ChangeState.DONE, words)
    return StepOutcome(ChangeState.REFUSED, f"{name} does not send all four kinds of events to EventBridge.")


def _judge_identity(operation: str, arguments: Mapping[str, Any], identity: IdentityReading) -> StepOutcome:
    name = str(arguments["identity"])
    if isinstance(identity, Unreadable | RegionOff):
        return StepOutcome(ChangeState.UNKNOWN, f"The identity {name} could not be read: {identity.why}.")
    if isinstance(identity, NotFound):
        return StepOutcome(ChangeState.REFUSED, f"SES has no identity {name}.")
    match operation:
        case "CreateEmailIdentity":
            to_publish = _list_records_to_publish(identity, name) if arguments.get("copy") else ""
            return StepOutcome(ChangeState.DONE, to_publish)
        case "PutEmailIdentityMailFromAttributes":
            current, wanted = identity.mail_from, str(arguments["mail_from"])
            words = f"MAIL FROM is {current}{'' if current == wanted else ', and stays so'}."
            missing = f"SES uses its own MAIL FROM for {name}."
        case _:
            current, wanted = identity.configuration_set, str(arguments["set"])
            words = f"{current} is the default configuration set{'' if current == wanted else ', and stays so'}."
            missing = f"{name} has no default configuration set."
    return StepOutcome(ChangeState.DONE, words) if current else StepOutcome(ChangeState.REFUSED, missing)


def _list_records_to_publish(identity: Identity, name: str) -> str:
    lines = [f"{record.name} CNAME {record.value}" for record in dkim_records(identity, name)]
    return "\n".join(["Publish these records where your DNS is kept:", *lines]) if lines else ""


async def check_before_setup(
    sessions: Sessions, account_region: AccountRegion, operation: str, arguments: Mapping[str, Any]
) -> StepOutcome | None:
    """Reads before the call: DONE where what it makes is there, and stays; REFUSED where AWS could not be read; None to
    go on."""
    outcome = await read_setup(sessions, account_region, operation, arguments)
    if outcome.state is ChangeState.UNKNOWN:
        return StepOutcome(ChangeState.REFUSED, f"Nothing was sent. {outcome.words}")
    return outcome if outcome.state is ChangeState.DONE else None


async def send_setup(
    sessions: Sessions, account_region: AccountRegion, operation: str, arguments: Mapping[str, Any]
) -> StepOutcome:
    """Makes the call, once. What another person made in the same moment counts as made."""
    outcome = await sessions.act(account_region, lambda client: _call_operation(client, operation, arguments))
    return StepOutcome(ChangeState.SENT) if outcome.code == _EXISTS else outcome


def _call_operation(client: Any, operation: str, arguments: Mapping[str, Any]) -> None:
    match operation:
        case "CreateEmailIdentity":
            signing = {"NextSigningKeyLength": "RSA_2048_BIT"}
            client.create_email_identity(EmailIdentity=arguments["identity"], DkimSigningAttributes=signing)
        case "PutEmailIdentityMailFromAttributes":
            client.put_email_identity_mail_from_attributes(
                EmailIdentity=arguments["identity"],
                MailFromDomain=arguments["mail_from"],
                BehaviorOnMxFailure="USE_DEFAULT_VALUE",
            )
        case "CreateConfigurationSet":
            client.create_configuration_set(ConfigurationSetName=arguments["set"])
        case "CreateConfigurationSetEventDestination":
            to_bus = {"EventBridgeDestination": {"EventBusArn": arguments["bus"]}}
            client.create_configuration_set_event_destination(
                ConfigurationSetName=arguments["set"],
                EventDestinationName=DESTINATION,
                EventDestination={"Enabled": True, "MatchingEventTypes": list(EVENT_KINDS), **to_bus},
            )
        case "PutEmailIdentityConfigurationSetAttributes":
            client.put_email_identity_configuration_set_attributes(
                EmailIdentity=arguments["identity"], ConfigurationSetName=arguments["set"]
            )
