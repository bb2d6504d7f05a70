"""Events of mail and cases: the queue that brings them, where a configuration set sends them, and the mails to the
simulator that cause them.

An event of the queue only says that a look is worth it now; what it claims is never believed. Events of other accounts,
old ones and what is none are dropped. An SNS topic takes events only to subscriptions that are confirmed, and an SQS
queue behind one has to exist; EventBridge, Firehose and CloudWatch count as there. The mailbox simulator works in the
sandbox, and counts against no quota and no rate of bounces or complaints. Source: SQS ReceiveMessage,
DeleteMessageBatch, GetQueueUrl; SES GetConfigurationSetEventDestinations, SendEmail; SNS ListSubscriptionsByTopic;
EventBridge "Support Case Update"; SES developer guide, "Using the mailbox simulator".
"""

import json
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from aws.errors import AWS_ERRORS, classify_error
from aws.reading import event_kinds_of, parse_instant
from aws.sessions import Sessions
from model import AccountRegion, NotFound, RegionOff, Trouble, Unreadable
from model.changes import StepOutcome
from model.staying import ADVICE_OPEN, SENDING_DISABLED, EventRoutes, EventSink, Pushed

log = logging.getLogger(__name__)

WAIT_SECONDS = 20
"""One ReceiveMessage waits so many seconds (SQS, long polling)."""
_MAX_MESSAGES = 10
_MAX_AGE = timedelta(hours=1)
"""An older event has been overtaken by polls."""
_SOURCES = frozenset({"aws.support", "aws.ses"})
_MAX_BODY = 262_144
_MAIL_EVENT_PREFIX = "Email "
_SIMULATOR_ADDRESS = re.compile(r"[a-z]+\+([0-9a-f]{16})@simulator\.amazonses\.com")
_EXPLANATION_FIELDS = ("description", "reason", "message", "statusReason", "details")
_MAX_EXPLANATION = 1_000


@dataclass(frozen=True, slots=True)
class Hint:
    """Something happened at an account (twelve digits). `region` is None where the event does not say, as those of AWS
    Support, which are all in one region; `detail_type` is EventBridge's; `pushed` what SES said with it, for the types
    that are news."""

    account_id: str
    region: str | None
    source: str
    detail_type: str
    pushed: Pushed | None = None


@dataclass(frozen=True, slots=True)
class SimulatorEvent:
    """What became of a mail to AWS's mailbox simulator: the label in its address, EventBridge's detail-type, and the
    seconds from sending to the queue. Source: SES developer guide, "Event data", "Mailbox simulator"."""

    label: str
    detail_type: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Received:
    """Messages of the queue: the hints, what became of mails to the simulator, and the receipts to delete all by."""

    hints: tuple[Hint, ...]
    receipts: tuple[str, ...]
    rehearsed: tuple[SimulatorEvent, ...] = ()


class EventsQueue:
    """Reads one queue with the bot's own credentials. Its calls block: they are for a thread."""

    def __init__(self, url: str) -> None:
        self._url = url
        config = Config(connect_timeout=3, read_timeout=WAIT_SECONDS + 10, retries={"total_max_attempts": 1})
        self._client = boto3.session.Session().client("sqs", region_name=queue_region(url), config=config)

    def receive(self, now: datetime, *, wait: int = WAIT_SECONDS) -> Received | Unreadable:
        """Waits for messages, ten at most, and parses them."""
        try:
            answer = self._client.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=_MAX_MESSAGES, WaitTimeSeconds=wait, VisibilityTimeout=60
            )
        except AWS_ERRORS as error:
            return classify_error(error)
        messages = answer.get("Messages") or ()
        bodies = [str(message.get("Body", "")) for message in messages]
        hints = dict.fromkeys(hint for body in bodies if (hint := parse_hint(body, now)))
        rehearsed = tuple(event for body in bodies if (event := parse_simulator_event(body, now)))
        return Received(tuple(hints), tuple(str(message["ReceiptHandle"]) for message in messages), rehearsed)

    def count_messages(self) -> int | Unreadable:
        """Returns about how many messages wait; takes none."""
        name = "ApproximateNumberOfMessages"
        try:
            answer = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=[name])
            return int(answer["Attributes"][name])
        except AWS_ERRORS as error:
            return classify_error(error)
        except (KeyError, ValueError):
            return Unreadable(Trouble.MALFORMED, "the address is not a queue")

    def delete(self, receipts: Iterable[str]) -> None:
        """Deletes messages that were read; one that cannot be deleted comes again, which does no harm."""
        entries = [{"Id": str(number), "ReceiptHandle": receipt} for number, receipt in enumerate(receipts)]
        if not entries:
            return
        try:
            self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)
        except AWS_ERRORS as error:
            log.info("events were not deleted from the queue: %s", classify_error(error).why)


def queue_region(url: str) -> str | None:
    """Returns the region in a queue's address, `sqs.eu-west-1.amazonaws.com`; None where it names none (AWS_REGION
    then)."""
    labels = (urlsplit(url).hostname or "").split(".")
    return labels[1] if labels[0] == "sqs" and len(labels) > 3 else None


def parse_simulator_event(body: str, now: datetime) -> SimulatorEvent | None:
    """Returns what became of a mail to the simulator; None for every other message."""
    try:
        event = _parse_event(body)
        mail, detail_type = event["detail"]["mail"], str(event["detail-type"])
        [recipient] = mail["destination"]
        address_match = _SIMULATOR_ADDRESS.fullmatch(str(recipient))
        seconds = (now - parse_instant(mail["timestamp"])).total_seconds()
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if event.get("source") != "aws.ses" or not address_match or not detail_type.startswith(_MAIL_EVENT_PREFIX):
        return None
    return SimulatorEvent(address_match[1], detail_type[:100], max(seconds, 0.0))


def parse_hint(body: str, now: datetime) -> Hint | None:
    """Returns the hint in a message; None for what is old or from days to come, or no event of AWS Support or SES."""
    try:
        event = _parse_event(body)
        at = parse_instant(event["time"])
        source, account = str(event["source"]), str(event["account"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    detail_type = str(event.get("detail-type", ""))[:100]
    if detail_type.startswith(_MAIL_EVENT_PREFIX):  # there is one for each mail that is sent
        return None
    if source not in _SOURCES or abs(now - at) > _MAX_AGE or not (account.isdecimal() and len(account) == 12):
        return None
    is_from_ses, region = source == "aws.ses", event.get("region")
    is_news = is_from_ses and detail_type in (SENDING_DISABLED, ADVICE_OPEN)
    pushed = Pushed(str(event.get("id", ""))[:100], detail_type, _read_explanation(event), at) if is_news else None
    return Hint(account, region if is_from_ses and isinstance(region, str) else None, source, detail_type, pushed)


def _parse_event(body: str) -> Any:
    return json.loads(body) if len(body) <= _MAX_BODY else None


def _read_explanation(event: Mapping[str, Any]) -> str:
    """Returns AWS's own words in the detail of an event; empty where it holds none."""
    detail = event.get("detail")
    data = detail.get("data") if isinstance(detail, Mapping) else None
    for holder in (data, detail):
        for name in _EXPLANATION_FIELDS:
            text = holder.get(name) if isinstance(holder, Mapping) else None
            if isinstance(text, str) and text.strip():
                return text.strip().replace("\x00", "")[:_MAX_EXPLANATION]
    return ""


_UNCONFIRMED = "PendingConfirmation"
_MOST_QUEUES = 5
_SINK_LABELS = {
    "EventBridgeDestination": "EventBridge",
    "KinesisFirehoseDestination": "Firehose",
    "CloudWatchDestination": "CloudWatch metrics",
    "PinpointDestination": "Pinpoint",
}


async def read_routes(
    sessions: Sessions, account_region: AccountRegion, configuration_set: str
) -> EventRoutes | Unreadable | RegionOff:
    """Returns the enabled destinations, each with whether something is there. For people who wait."""
    destinations = await sessions.read_destinations(account_region, configuration_set)
    if isinstance(destinations, NotFound):
        return EventRoutes(configuration_set, exists=False)
    if not isinstance(destinations, tuple):
        return destinations
    sinks = [await _read_sink(sessions, account_region, destination) for destination in destinations]
    return EventRoutes(configuration_set, tuple(sinks))


async def _read_sink(sessions: Sessions, account_region: AccountRegion, destination: Mapping[str, Any]) -> EventSink:
    kinds = event_kinds_of([destination])
    topic = str((destination.get("SnsDestination") or {}).get("TopicArn") or "")
    if topic:
        is_alive, explanation = await _read_topic(sessions, account_region, topic)
        return EventSink(f"SNS topic {topic.rpartition(':')[2]}", kinds, is_alive, explanation)
    label = next((label for name, label in _SINK_LABELS.items() if destination.get(name)), "another destination")
    return EventSink(label, kinds, True, f"{label} takes them")


async def _read_topic(sessions: Sessions, account_region: AccountRegion, topic: str) -> tuple[bool | None, str]:
    """Tells whether a confirmed subscription of the topic has something at its end."""

    def list_subscriptions(client: Any) -> list[Mapping[str, Any]] | None:
        try:
            answer = client.list_subscriptions_by_topic(TopicArn=topic)
        except client.exceptions.NotFoundException:
            return None
        return list(answer.get("Subscriptions") or ())

    subscriptions = await sessions.call(account_region, list_subscriptions, service="sns", asking=True)
    if subscriptions is None:
        return False, "the topic does not exist"
    if not isinstance(subscriptions, list):
        return None, f"its subscriptions could not be read: {subscriptions.why}"
    confirmed = [subscription for subscription in subscriptions if subscription.get("SubscriptionArn") != _UNCONFIRMED]
    if not confirmed:
        return False, "its subscription was never confirmed" if subscriptions else "no one subscribes to it"
    protocols = [str(subscription.get("Protocol")) for subscription in confirmed]
    other_protocol = next((protocol for protocol in protocols if protocol != "sqs"), "")
    if other_protocol:
        return True, f"a confirmed subscription ({other_protocol}) takes them"
    arns = [str(subscription.get("Endpoint")) for subscription in confirmed[:_MOST_QUEUES]]
    queues_exist = [await _queue_exists(sessions, account_region, arn) for arn in arns]
    if True in queues_exist:
        return True, "a confirmed subscription takes them to a queue that exists"
    return (None, "its queue could not be read") if None in queues_exist else (False, "its queue does not exist")


async def _queue_exists(sessions: Sessions, account_region: AccountRegion, arn: str) -> bool | None:
    """Tells whether the queue of an ARN exists; None where AWS does not say, or the queue is in another region."""
    parts = arn.split(":")
    if len(parts) != 6 or parts[3] != account_region.region:
        return None

    def get_url(client: Any) -> bool:
        try:
            client.get_queue_url(QueueName=parts[5], QueueOwnerAWSAccountId=parts[4])
        except client.exceptions.QueueDoesNotExist:
            return False
        return True

    exists = await sessions.call(account_region, get_url, service="sqs", asking=True)
    return exists if isinstance(exists, bool) else None


SEND_EMAIL = "SendEmail"
SIMULATOR_EVENTS: Mapping[str, str] = {
    "success": "Email Delivered",
    "bounce": "Email Bounced",
    "complaint": "Email Complaint Received",
}
"""The simulator's addresses, and the event that each causes (EventBridge detail-type)."""
_MAIL_TEXT = "ses-bot rehearses whether events of deliveries, bounces and complaints arrive. No one gets this mail."


def simulator_address(scenario: str, label: str) -> str:
    """Returns an address of the simulator with a label, which comes back in the event."""
    return f"{scenario}+{label}@simulator.amazonses.com"


async def send_to_simulator(
    sessions: Sessions, account_region: AccountRegion, arguments: Mapping[str, Any]
) -> StepOutcome:
    """Sends one mail, once; the receipt is the message's id."""

    def send_mail(client: Any) -> str:
        answer = client.send_email(
            FromEmailAddress=arguments["from"],
            Destination={"ToAddresses": [arguments["to"]]},
            Content={"Simple": {"Subject": {"Data": "ses-bot rehearsal"}, "Body": {"Text": {"Data": _MAIL_TEXT}}}},
        )
        return str(answer.get("MessageId", ""))

    return await sessions.act(account_region, send_mail)
