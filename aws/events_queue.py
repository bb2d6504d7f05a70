"""Hints from AWS: events of AWS Support and of SES, through EventBridge, at an SQS queue.

An event only says that a look is worth it now; what it claims is never believed. Events of other accounts, old ones and
what is none are dropped. Source: SQS ReceiveMessage, DeleteMessageBatch; EventBridge "Support Case Update".
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
from model import Trouble, Unreadable
from model.staying import ADVICE_OPEN, SENDING_DISABLED, Pushed

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
    """Some messages of the queue: the hints in them, what became of mails to the simulator, and the receipts by which
    all of them are deleted."""

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
        """Wait for messages, ten at most."""
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
        """How many messages wait, about; takes none."""
        names = ["ApproximateNumberOfMessages"]
        try:
            answer = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)
            return int(answer["Attributes"][names[0]])
        except BY_AWS as error:
            return unreadable(error)
        except (KeyError, ValueError):
            return Unreadable(Trouble.MALFORMED, "the address is not a queue")

    def delete(self, receipts: Iterable[str]) -> None:
        """Delete messages that were read; one that cannot be deleted comes again, which does no harm."""
        entries = [{"Id": str(number), "ReceiptHandle": one} for number, one in enumerate(receipts)]
        if not entries:
            return
        try:
            self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)
        except BY_AWS as error:
            log.info("events were not deleted from the queue: %s", unreadable(error).why)


def region_of(url: str) -> str | None:
    """The region in a queue's address, `sqs.eu-west-1.amazonaws.com`; None where it names none (AWS_REGION then)."""
    labels = (urlsplit(url).hostname or "").split(".")
    return labels[1] if labels[0] == "sqs" and len(labels) > 3 else None


def simulator_event_of(body: str, now: datetime) -> SimulatorEvent | None:
    """What became of a mail to the simulator; None for every other message."""
    if len(body) > _MOST_BODY:
        return None
    try:
        event = json.loads(body)
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
    """The hint in a message; None for what is old or from days to come, or no event of AWS Support or SES."""
    if len(body) > _MOST_BODY:
        return None
    try:
        event = json.loads(body)
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


def _sentence(event: Mapping[str, Any]) -> str:
    """AWS's own words in the detail of an event; empty where it holds none."""
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
