"""Where events go, by moto's SNS and SQS (faithful for topics, confirmed subscriptions and queues) and our own SES."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from aws.events import read_routes
from fakes.ses import LoopbackSes, event_destination
from model import AccountRegion
from model.staying import EventRoutes
from tests.support.ses import MAIN, aws, sessions

__all__ = ["aws"]
HERE = AccountRegion("main", "us-east-1")
TOPIC = "arn:aws:sns:us-east-1:111122223333:ses-events"


@pytest.fixture
def moto(aws: LoopbackSes, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Clients of SNS and SQS, which the bot uses too."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for service in ("SNS", "SQS"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", f"http://{host}:{port}")
    account = aws.accounts[MAIN]
    account.configuration_sets["us-east-1"] = {"main-set": [event_destination()]}
    yield {name: boto3.session.Session().client(name, region_name="us-east-1") for name in ("sns", "sqs")}
    server.stop()


async def routed(aws: LoopbackSes) -> list[tuple[bool | None, str]]:
    async with sessions() as ses:
        routes = await read_routes(ses, HERE, "main-set")
    assert isinstance(routes, EventRoutes)
    return [(one.alive, one.words) for one in routes.sinks]


async def test_a_topic_with_a_queue_that_exists_takes_events(aws: LoopbackSes, moto: dict[str, Any]) -> None:
    topic = moto["sns"].create_topic(Name="ses-events")["TopicArn"]
    aws.accounts[MAIN].configuration_sets["us-east-1"]["main-set"][0]["SnsDestination"]["TopicArn"] = topic
    assert await routed(aws) == [(False, "no one subscribes to it")]
    moto["sqs"].create_queue(QueueName="events")
    queue = topic.replace(":sns:", ":sqs:").replace("ses-events", "events")
    moto["sns"].subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    assert await routed(aws) == [(True, "a confirmed subscription takes them to a queue that exists")]
    moto["sqs"].delete_queue(QueueUrl=moto["sqs"].get_queue_url(QueueName="events")["QueueUrl"])
    assert await routed(aws) == [(False, "its queue does not exist")]


@pytest.mark.parametrize(
    ("subscriptions", "alive"),
    [
        ([("https", "https://acme.com/ses", False)], False),
        ([("https", "https://acme.com/ses", True)], True),
        ([("email", "a@acme.com", False), ("https", "https://acme.com/ses", True)], True),
    ],
)
async def test_a_subscription_counts_once_it_is_confirmed(
    aws: LoopbackSes, monkeypatch: pytest.MonkeyPatch, subscriptions: list[tuple[str, str, bool]], alive: bool
) -> None:
    """moto confirms every subscription at once, so this is our own stand-in's."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    account = aws.accounts[MAIN]
    account.configuration_sets["us-east-1"] = {"main-set": [event_destination()]}
    account.topics[TOPIC] = subscriptions
    assert [state for state, _ in await routed(aws)] == [alive]


async def test_a_topic_that_is_gone_takes_nothing_and_a_bus_takes_all(
    aws: LoopbackSes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    bus = event_destination() | {"SnsDestination": {}, "EventBridgeDestination": {"EventBusArn": "x"}}
    aws.accounts[MAIN].configuration_sets["us-east-1"] = {"main-set": [event_destination(), bus]}
    assert [state for state, _ in await routed(aws)] == [False, True]
