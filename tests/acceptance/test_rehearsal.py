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
from tests.support.watching import ACCOUNT, HERE, LiveBot, live_bot

DOMAIN = "ready.example"
BUS = f"arn:aws:events:{HERE}:{ACCOUNT}:event-bus/default"


def verified(bot: LiveBot) -> None:
    """The domain is verified, and its default configuration set sends events to EventBridge."""
    account = bot.aws.accounts[ACCOUNT]
    destination = event_destination(("BOUNCE", "COMPLAINT", "DELIVERY", "REJECT"))
    del destination["SnsDestination"]
    account.configuration_sets[HERE] = {"ours": [destination | {"EventBridgeDestination": {"EventBusArn": BUS}}]}
    identity = domain_identity(TOKENS, mail_from=f"bounce.{DOMAIN}") | {"ConfigurationSetName": "ours"}
    account.identities[HERE] = {DOMAIN: identity}
    account.regions[HERE]["SendQuota"]["SentLast24Hours"] = 3.0


@asynccontextmanager
async def with_queue(bot: LiveBot) -> AsyncIterator[dict[str, str]]:
    """The settings of a bot that reads a queue, to which the account's events are brought."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "example", "region_name": HERE}
    sqs = boto3.client("sqs", endpoint_url=url, **keys)
    queue = sqs.create_queue(QueueName="events")["QueueUrl"]
    bringing = asyncio.create_task(_bring(bot, sqs, queue))
    try:
        yield {
            "AWS_ENDPOINT_URL_SQS": url,
            "SES_BOT_EVENTS_QUEUE_URL": queue,
            "SES_BOT_OPERATORS": bot.slack.user.id,
        }
    finally:
        bringing.cancel()
        with suppress(asyncio.CancelledError):
            await bringing
        server.stop()


async def _bring(bot: LiveBot, sqs: Any, queue: str) -> None:
    events = bot.aws.accounts[ACCOUNT].events
    while True:
        while events:
            body = json.dumps(events.pop(0))
            await asyncio.to_thread(sqs.send_message, QueueUrl=queue, MessageBody=body)
        await asyncio.sleep(0.05)


async def planned(bot: LiveBot) -> View:
    await bot.slack.command("/ses-check", DOMAIN)
    report = await bot.slack.wait_until(lambda: _report(bot), 60, "a report with “Rehearse”")
    return await opened(bot, lambda: bot.slack.press(report, "rehearse"), fields=False)


def _report(bot: LiveBot) -> SlackMessage | None:
    return next((one for one in bot.slack.workspace.messages if "rehearse" in str(one.blocks)), None)


async def test_the_events_of_a_rehearsal_arrive_and_the_letter_says_so() -> None:
    async with live_bot(start=False) as bot, with_queue(bot) as settings:
        verified(bot)
        await bot.start(**settings)
        await bot.polled(2)
        plan = await planned(bot)
        assert "$0.10 a thousand" in text_of(plan)
        assert bot.aws.calls["SendEmail", ACCOUNT, HERE] == 0, "a plan sends nothing"
        assert (await bot.slack.submit(plan, {})).errors == {}
        outcome = text_of(await says(bot, "Delivery, bounce and complaint arrived"))
        for word in ("delivery after", "bounce after", "complaint after"):
            assert word in outcome
        assert bot.aws.calls["SendEmail", ACCOUNT, HERE] == 3
        await written(bot, DOMAIN)
        day = f"{datetime.now(UTC):%-d %B %Y}"
        words = f"its bounce and complaint events last arrived on {day}"
        await seen(bot, lambda one: words in text_of(one), "the letter that says so")


async def test_without_a_queue_nothing_is_sent_and_the_person_learns_what_to_set() -> None:
    async with live_bot(start=False) as bot:
        verified(bot)
        await bot.start(SES_BOT_OPERATORS=bot.slack.user.id)
        await bot.polled(2)
        await bot.slack.command("/ses-check", DOMAIN)
        report = await bot.slack.wait_until(lambda: _report(bot), 60, "a report with “Rehearse”")
        invocation = await bot.slack.press(report, "rehearse")
        await bot.slack.wait_until(
            lambda: [one for one in invocation.views if "SES_BOT_EVENTS_QUEUE_URL" in text_of(one)], 20, "what to set"
        )
        assert bot.aws.calls["SendEmail", ACCOUNT, HERE] == 0
