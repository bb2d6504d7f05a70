"""Bounces and complaints are rehearsed from a report, and the letter says so with its date.

SES is our own on loopback; SQS is moto's server, which plays it faithfully. Between them the test does what
EventBridge's rule does (deploy/events.yaml): it brings events to the queue.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

from fakes.ses import domain_identity, event_destination
from fakes.slack import SlackMessage, View
from tests.support.slack_app import text_of
from tests.support.submitting import TOKENS, opened, says, seen, written
from tests.support.watching import ACCOUNT, HERE, Watched, watched

DOMAIN = "ready.example"
BUS = f"arn:aws:events:{HERE}:{ACCOUNT}:event-bus/default"


def verified(here: Watched) -> None:
    """The domain is verified, and its default configuration set sends events to EventBridge."""
    account = here.aws.accounts[ACCOUNT]
    destination = event_destination(("BOUNCE", "COMPLAINT", "DELIVERY", "REJECT"))
    del destination["SnsDestination"]
    account.configuration_sets[HERE] = {"ours": [destination | {"EventBridgeDestination": {"EventBusArn": BUS}}]}
    identity = domain_identity(TOKENS, mail_from=f"bounce.{DOMAIN}") | {"ConfigurationSetName": "ours"}
    account.identities[HERE] = {DOMAIN: identity}
    account.regions[HERE]["SendQuota"]["SentLast24Hours"] = 3.0


@asynccontextmanager
async def with_queue(here: Watched) -> AsyncIterator[dict[str, str]]:
    """The settings of a bot that reads a queue, to which the account's events are brought."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "example", "region_name": HERE}
    sqs = boto3.client("sqs", endpoint_url=url, **keys)
    queue = sqs.create_queue(QueueName="events")["QueueUrl"]
    bringing = asyncio.create_task(_bring(here, sqs, queue))
    try:
        yield {
            "AWS_ENDPOINT_URL_SQS": url,
            "SES_BOT_EVENTS_QUEUE_URL": queue,
            "SES_BOT_OPERATORS": here.slack.user.id,
        }
    finally:
        bringing.cancel()
        with suppress(asyncio.CancelledError):
            await bringing
        server.stop()


async def _bring(here: Watched, sqs: Any, queue: str) -> None:
    events = here.aws.accounts[ACCOUNT].events
    while True:
        while events:
            body = json.dumps(events.pop(0))
            await asyncio.to_thread(sqs.send_message, QueueUrl=queue, MessageBody=body)
        await asyncio.sleep(0.05)


async def planned(here: Watched) -> View:
    await here.slack.command("/ses-check", DOMAIN)
    report = await here.slack.wait_until(lambda: _report(here), 60, "a report with “Rehearse”")
    return await opened(here, lambda: here.slack.press(report, "rehearse"), fields=False)


def _report(here: Watched) -> SlackMessage | None:
    return next((one for one in here.slack.workspace.messages if "rehearse" in str(one.blocks)), None)


async def test_the_events_of_a_rehearsal_arrive_and_the_letter_says_so() -> None:
    async with watched(start=False) as here, with_queue(here) as settings:
        verified(here)
        await here.start(**settings)
        await here.polled(2)
        plan = await planned(here)
        assert "$0.10 a thousand" in text_of(plan)
        assert here.aws.calls["SendEmail", ACCOUNT, HERE] == 0, "a plan sends nothing"
        assert (await here.slack.submit(plan, {})).errors == {}
        outcome = text_of(await says(here, "Delivery, bounce and complaint arrived"))
        for word in ("delivery after", "bounce after", "complaint after"):
            assert word in outcome
        assert here.aws.calls["SendEmail", ACCOUNT, HERE] == 3
        await written(here, DOMAIN)
        day = f"{datetime.now(UTC):%-d %B %Y}"
        words = f"its bounce and complaint events last arrived on {day}"
        await seen(here, lambda one: words in text_of(one), "the letter that says so")


async def test_without_a_queue_nothing_is_sent_and_the_person_learns_what_to_set() -> None:
    async with watched(start=False) as here:
        verified(here)
        await here.start(SES_BOT_OPERATORS=here.slack.user.id)
        await here.polled(2)
        await here.slack.command("/ses-check", DOMAIN)
        report = await here.slack.wait_until(lambda: _report(here), 60, "a report with “Rehearse”")
        invocation = await here.slack.press(report, "rehearse")
        await here.slack.wait_until(
            lambda: [one for one in invocation.views if "SES_BOT_EVENTS_QUEUE_URL" in text_of(one)], 20, "what to set"
        )
        assert here.aws.calls["SendEmail", ACCOUNT, HERE] == 0
