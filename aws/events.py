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
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from aws.errors import BY_AWS, unreadable
from aws.reading import kinds_of
from aws.sessions import Sessions
from model import AccountRegion, NotFound, RegionOff, Trouble, Unreadable
from model.changes import StepOutcome
from model.staying import ADVICE_OPEN, SENDING_DISABLED, EventRoutes, EventSink, Pushed

log = logging.getLogger(__name__)

WAIT_SECONDS = 20
"""One ReceiveMessage waits so many seconds (SQS, long polling)."""
_BATCH = 10
_OLD = timedelta(hours=1)
"""An older event has been overtaken by polls."""
_SOURCES = frozenset({"aws.support", "aws.ses"})
_MOST_BODY = 262_144
_OF_MAIL = "Email "
_SIMULATOR = re.compile(r"[a-z]+\+([0-9a-f]{16})@simulator\.amazonses\.com")
_WORDS = ("description", "reason", "message", "statusReason", "details")
_MOST_WORDS = 1_000


@dataclass(frozen=True, slots=True)
class Hint:
    """Something happened at an account (twelve digits). `region` is None where the event does not say, as those of AWS
    Support, which are all in one region; `detail_type` is EventBridge's; `pushed` what SES
    said with it, for the types that are news."""

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
        self._client = boto3.session.Session().client("sqs", region_name=region_of(url), config=config)

    def receive(self, now: datetime, *, wait: int = WAIT_SECONDS) -> Received | Unreadable:
        """Waits for messages, ten at most."""
        try:
            answer = self._client.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=_BATCH, WaitTimeSeconds=wait, VisibilityTimeout=60
            )
        except BY_AWS as error:
            return unreadable(error)
        messages = answer.get("Messages") or ()
        hints = (hint for one in messages if (hint := hint_of(str(one.get("Body", "")), now)))
        rehearsed = (event for one in messages if (event := simulator_event_of(str(one.get("Body", "")), now)))
        receipts = tuple(str(one["ReceiptHandle"]) for one in messages)
        return Received(tuple(dict.fromkeys(hints)), receipts, tuple(rehearsed))

    def attributes(self) -> int | Unreadable:
        """Returns how many messages wait, about; takes none."""
        names = ["ApproximateNumberOfMessages"]
        try:
            answer = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)
            return int(answer["Attributes"][names[0]])
        except BY_AWS as error:
            return unreadable(error)
        except (KeyError, ValueError):
            return Unreadable(Trouble.MALFORMED, "the address is not a queue")

    def delete(self, receipts: Iterable[str]) -> None:
        """Deletes messages that were read; one that cannot be deleted comes again, which does no harm."""
        entries = [{"Id": str(number), "ReceiptHandle": one} for number, one in enumerate(receipts)]
        if not entries:
            return
        try:
            self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)
        except BY_AWS as error:
            log.info("events were not deleted from the queue: %s", unreadable(error).why)


def region_of(url: str) -> str | None:
    """Returns the region in a queue's address, `sqs.eu-west-1.amazonaws.com`; None where it names none (AWS_REGION
    then)."""
    labels = (urlsplit(url).hostname or "").split(".")
    return labels[1] if labels[0] == "sqs" and len(labels) > 3 else None


def simulator_event_of(body: str, now: datetime) -> SimulatorEvent | None:
    """Returns what became of a mail to the simulator; None for every other message."""
    try:
        event = _event(body)
        mail, kind = event["detail"]["mail"], str(event["detail-type"])
        [to] = mail["destination"]
        found = _SIMULATOR.fullmatch(str(to))
        sent = datetime.fromisoformat(str(mail["timestamp"]))
        seconds = (now - (sent if sent.tzinfo else sent.replace(tzinfo=UTC))).total_seconds()
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if event.get("source") != "aws.ses" or not found or not kind.startswith(_OF_MAIL):
        return None
    return SimulatorEvent(found[1], kind[:100], max(seconds, 0.0))


def hint_of(body: str, now: datetime) -> Hint | None:
    """Returns the hint in a message; None for what is old or from days to come, or no event of AWS Support or SES."""
    try:
        event = _event(body)
        at = datetime.fromisoformat(str(event["time"]))
        source, account = str(event["source"]), str(event["account"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if str(event.get("detail-type", "")).startswith(_OF_MAIL):  # there is one for each mail that is sent
        return None
    if source not in _SOURCES or abs(now - at) > _OLD or not (account.isdecimal() and len(account) == 12):
        return None
    kind = str(event.get("detail-type", ""))[:100]
    is_news = source == "aws.ses" and kind in (SENDING_DISABLED, ADVICE_OPEN)
    pushed = Pushed(str(event.get("id", ""))[:100], kind, _sentence(event), at) if is_news else None
    return Hint(account, _region(event, source), source, kind, pushed)


def _event(body: str) -> Any:
    return json.loads(body) if len(body) <= _MOST_BODY else None


def _sentence(event: Mapping[str, Any]) -> str:
    """Returns AWS's own words in the detail of an event; empty where it holds none."""
    detail = event.get("detail")
    data = detail.get("data") if isinstance(detail, Mapping) else None
    for holder in (data, detail):
        for name in _WORDS:
            said = holder.get(name) if isinstance(holder, Mapping) else None
            if isinstance(said, str) and said.strip():
                return said.strip().replace("\x00", "")[:_MOST_WORDS]
    return ""


def _region(event: Mapping[str, Any], source: str) -> str | None:
    region = event.get("region")
    return region if source == "aws.ses" and isinstance(region, str) else None


_PENDING = "PendingConfirmation"
_MOST_QUEUES = 5
_OTHERS = {
    "EventBridgeDestination": "EventBridge",
    "KinesisFirehoseDestination": "Firehose",
    "CloudWatchDestination": "CloudWatch metrics",
    "PinpointDestination": "Pinpoint",
}


async def read_routes(
    sessions: Sessions, account_region: AccountRegion, configuration_set: str
) -> EventRoutes | Unreadable | RegionOff:
    """Returns the enabled destinations, each with whether something is there. For people who wait."""
    found = await sessions.destinations(account_region, configuration_set)
    if isinstance(found, NotFound):
        return EventRoutes(configuration_set, exists=False)
    if not isinstance(found, tuple):
        return found
    return EventRoutes(configuration_set, tuple([await _sink(sessions, account_region, one) for one in found]))


async def _sink(sessions: Sessions, account_region: AccountRegion, destination: Mapping[str, Any]) -> EventSink:
    kinds = kinds_of([destination])
    topic = str((destination.get("SnsDestination") or {}).get("TopicArn") or "")
    if topic:
        alive, words = await _topic(sessions, account_region, topic)
        return EventSink(f"SNS topic {topic.rpartition(':')[2]}", kinds, alive, words)
    other = next((label for name, label in _OTHERS.items() if destination.get(name)), "another destination")
    return EventSink(other, kinds, True, f"{other} takes them")


async def _topic(sessions: Sessions, account_region: AccountRegion, topic: str) -> tuple[bool | None, str]:
    """Tells whether a confirmed subscription of the topic has something at its end."""

    def read(client: Any) -> list[tuple[str, str, bool]] | None:
        try:
            answer = client.list_subscriptions_by_topic(TopicArn=topic)
        except client.exceptions.NotFoundException:
            return None
        return [
            (str(one.get("Protocol")), str(one.get("Endpoint")), one.get("SubscriptionArn") != _PENDING)
            for one in answer.get("Subscriptions") or ()
        ]

    found = await sessions.call(account_region, read, service="sns", asking=True)
    if found is None:
        return False, "the topic does not exist"
    if not isinstance(found, list):
        return None, f"its subscriptions could not be read: {found.why}"
    confirmed = [(protocol, endpoint) for protocol, endpoint, done in found if done]
    if not confirmed:
        return False, "its subscription was never confirmed" if found else "no one subscribes to it"
    others = [protocol for protocol, _ in confirmed if protocol != "sqs"]
    if others:
        return True, f"a confirmed subscription ({others[0]}) takes them"
    queues = [await _queue(sessions, account_region, endpoint) for _, endpoint in confirmed[:_MOST_QUEUES]]
    if True in queues:
        return True, "a confirmed subscription takes them to a queue that exists"
    return (None, "its queue could not be read") if None in queues else (False, "its queue does not exist")


async def _queue(sessions: Sessions, account_region: AccountRegion, arn: str) -> bool | None:
    """Tells whether the queue of an ARN exists; None where AWS does not say. One in another region is not looked
    for."""
    parts = arn.split(":")
    if len(parts) != 6 or parts[3] != account_region.region:
        return None

    def read(client: Any) -> bool:
        try:
            client.get_queue_url(QueueName=parts[5], QueueOwnerAWSAccountId=parts[4])
        except client.exceptions.QueueDoesNotExist:
            return False
        return True

    found = await sessions.call(account_region, read, service="sqs", asking=True)
    return found if isinstance(found, bool) else None


SEND_EMAIL = "SendEmail"
SIMULATOR_EVENTS: Mapping[str, str] = {
    "success": "Email Delivered",
    "bounce": "Email Bounced",
    "complaint": "Email Complaint Received",
}
"""The simulator's addresses, and the event that each causes (EventBridge detail-type)."""
_TEXT = "ses-bot rehearses whether events of deliveries, bounces and complaints arrive. No one gets this mail."


def simulator_address(what: str, label: str) -> str:
    """Returns an address of the simulator with a label, which comes back in the event."""
    return f"{what}+{label}@simulator.amazonses.com"


async def send_to_simulator(
    sessions: Sessions, account_region: AccountRegion, arguments: Mapping[str, Any]
) -> StepOutcome:
    """Sends one mail, once; the receipt is the message's id."""

    def mail(client: Any) -> str:
        answer = client.send_email(
            FromEmailAddress=arguments["from"],
            Destination={"ToAddresses": [arguments["to"]]},
            Content={
                "Simple": {"Subject": {"Data": "ses-bot rehearsal"}, "Body": {"Text": {"Data": _TEXT}}},
            },
        )
        return str(answer.get("MessageId", ""))

    return await sessions.act(account_region, mail)
