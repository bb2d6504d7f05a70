"""Hints are read from a queue that moto's server plays: SQS is faithful there."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from aws.events import (
    EventsQueue,
    Hint,
    Received,
    SimulatorEvent,
    parse_hint,
    parse_simulator_event,
    queue_region,
)
from model import Trouble, Unreadable
from model.staying import Pushed
from tests.support.cases import cases

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ACCOUNT = "111122223333"


def event(**more: Any) -> str:
    about = {
        "source": "aws.support",
        "account": ACCOUNT,
        "time": NOW.isoformat(),
        "region": "us-east-1",
        "detail-type": "Support Case Update",
    }
    return json.dumps(about | more)


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL_SQS": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    yield boto3.client("sqs")
    server.stop()


def test_hints_are_read_once_and_what_is_none_is_dropped(sqs: Any) -> None:
    url = sqs.create_queue(QueueName="events")["QueueUrl"]
    said = {"id": "e1", "detail": {"version": "1.0.0", "data": {"reason": "Your bounce rate is too high."}}}
    sending = event(source="aws.ses", region="eu-west-1", **{"detail-type": "Sending Status Disabled"}, **said)
    for body in (event(), event(), sending, "not json", "[]", '{"source": 7}', event(account="<script>")):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    queue = EventsQueue(url)
    received = queue.receive(NOW, wait=0)
    assert isinstance(received, Received)
    assert set(received.hints) == {
        Hint(ACCOUNT, None, "aws.support", "Support Case Update"),
        Hint(
            ACCOUNT,
            "eu-west-1",
            "aws.ses",
            "Sending Status Disabled",
            Pushed("e1", "Sending Status Disabled", "Your bounce rate is too high.", NOW),
        ),
    }
    assert len(received.receipts) == 7, "what is no hint leaves the queue too"
    queue.delete(received.receipts)
    left = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert left["ApproximateNumberOfMessages"] == left["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_a_queue_that_is_not_there_is_a_value(sqs: Any) -> None:
    url = sqs.create_queue(QueueName="events")["QueueUrl"]
    received = EventsQueue(url.replace("/events", "/gone")).receive(NOW, wait=0)
    assert isinstance(received, Unreadable)
    assert received.trouble is Trouble.SERVER


def mail_event(to: str = "bounce+0123456789abcdef@simulator.amazonses.com", **more: Any) -> str:
    mail = {"timestamp": "2026-11-23T11:59:57.500Z", "messageId": "0100", "destination": [to]}
    about = {"source": "aws.ses", "detail-type": "Email Bounced", "detail": {"eventType": "Bounce", "mail": mail}}
    return event(**(about | more))


def test_an_event_of_the_simulator_is_read_by_its_label_and_is_no_hint() -> None:
    assert parse_simulator_event(mail_event(), NOW) == SimulatorEvent("0123456789abcdef", "Email Bounced", 2.5)
    assert parse_hint(mail_event(), NOW) is None, "there is one for each mail that is sent"


@pytest.mark.parametrize(
    "body",
    [
        mail_event("ana@acme.com"),
        mail_event("bounce@simulator.amazonses.com"),
        mail_event("bounce+0123456789abcdef@simulator.amazonses.com.evil.example"),
        mail_event(source="acme.app"),
        mail_event(**{"detail-type": "Sending Status Disabled"}),
        mail_event(detail={"mail": []}),
        mail_event(detail={"mail": {"destination": [], "timestamp": "x"}}),
        "[]",
        "{",
        "[" * 100_000,
    ],
)
def test_every_other_message_is_no_event_of_the_simulator(body: str) -> None:
    assert parse_simulator_event(body, NOW) is None


def test_an_event_from_days_to_come_is_no_hint() -> None:
    assert parse_hint(event(time="2099-01-01T00:00:00Z"), NOW) is None


@cases()
def test_what_is_old_or_foreign_is_no_hint(body: str) -> None:
    assert parse_hint(body, NOW) is None


def test_the_region_is_that_of_the_address() -> None:
    assert queue_region("https://sqs.eu-west-1.amazonaws.com/111122223333/events") == "eu-west-1"
    assert queue_region("http://127.0.0.1:5000/111122223333/events") is None
