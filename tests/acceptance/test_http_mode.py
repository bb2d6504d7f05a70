"""Slack over signed HTTP: the bot answers as in Socket Mode, and lets in nothing that Slack did not sign.

`script/test --long` runs the other acceptance tests over HTTP too.
"""

import asyncio
import json
import time
from statistics import median
from urllib.parse import urlencode

import aiohttp
import pytest

from demo.world import World, open_world
from fakes.slack.http_requests import post, signed_headers
from tests.support.slack_app import text_of

BURST = 200


async def url_of(world: World) -> str:
    await world.start_bot()
    assert world.slack.http is not None
    assert world.slack.http.url is not None
    return world.slack.http.url


async def test_commands_buttons_and_modals_come_over_http() -> None:
    async with open_world(http=True) as world:
        await url_of(world)
        assert (await world.slack.command("/ses-check", "ses.example")).failure is None
        report = await world.slack.next_message()
        while "Details" not in text_of(report):
            report = await world.slack.next_message()
        pressed = await world.slack.press(report, "check_details")
        assert pressed.failure is None
        modal = await world.slack.wait_until(lambda: next(iter(world.slack.views()), None), 60, "the details")
        assert modal.open
        assert world.troubles() == []


async def test_only_what_slack_signed_just_now_is_let_in() -> None:
    async with open_world(http=True) as world, aiohttp.ClientSession() as session:
        url = await url_of(world)
        body = urlencode({"command": "/ses-check", "text": "help", "user_id": "U1", "channel_id": "C1"}).encode()
        assert (await post(session, url, body))[0] == 200
        assert (await post(session, url, body, at=time.time() - 301))[0] == 401
        forged = signed_headers(body)
        async with session.post(url, data=body + b"&text=evil.example", headers=forged) as answer:
            assert answer.status == 401
        for headers in (
            {},
            {"X-Slack-Retry-Num": "1"},  # of a body that is known
            {**signed_headers(body), "X-Slack-Request-Timestamp": "now"},
            {**signed_headers(body), "X-Slack-Signature": "v0=é"},
        ):
            async with session.post(url, data=body, headers=headers) as answer:
                assert answer.status == 401
        async with session.post(url, data=b"\xff", headers=signed_headers(b"\xff")) as answer:
            assert answer.status == 401
        async with session.post(url, data=b"x" * 1_048_577, headers=signed_headers(b"x")) as answer:
            assert answer.status == 413
        async with session.get(url) as answer:
            assert answer.status == 405
        assert not any("evil.example" in line or "U1" in line for line in world.bot.lines), "no body in the log"


async def test_slack_is_answered_its_challenge() -> None:
    async with open_world(http=True) as world, aiohttp.ClientSession() as session:
        url = await url_of(world)
        body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "x"}).encode()
        headers = {**signed_headers(body), "Content-Type": "application/json"}
        async with session.post(url, data=body, headers=headers) as answer:
            assert answer.status == 200
            assert "3eZbrw1aB" in await answer.text()


async def test_a_request_that_comes_again_is_answered_again_and_not_worked_on_again() -> None:
    async with open_world(http=True) as world, aiohttp.ClientSession() as session:
        url = await url_of(world)
        await world.slack.command("/ses-check", "help")
        await world.slack.next_message()
        assert world.slack.http is not None
        again = world.slack.http.sent[-1]
        headers = {**signed_headers(again), "X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
        before = len(world.slack.workspace.messages)
        async with session.post(url, data=again, headers=headers) as answer:
            assert answer.status == 200
        await world.slack.command("/ses-status", "help")
        await world.slack.next_message()
        assert len(world.slack.workspace.messages) == before + 1


async def test_a_request_that_is_replayed_is_refused() -> None:
    async with open_world(http=True) as world, aiohttp.ClientSession() as session:
        url = await url_of(world)
        await world.slack.command("/ses-check", "help")
        await world.slack.next_message()
        assert world.slack.http is not None
        again = urlencode({"command": "/ses-check", "text": "help", "user_id": world.slack.user.id}).encode()
        headers = signed_headers(again)
        for status in (200, 401):
            async with session.post(url, data=again, headers=headers) as answer:
                assert answer.status == status


async def test_the_metrics_name_no_one_and_count() -> None:
    async with open_world(http=True) as world, aiohttp.ClientSession() as session:
        url = await url_of(world)
        await world.slack.command("/ses-check", "ses.example")
        await world.slack.next_message()
        async with session.get(url.replace("/slack/events", "/metrics")) as answer:
            assert answer.status == 200
            text = await answer.text()
        assert 'ses_bot_commands_total{command="/ses-check"} 1.0' in text
        assert "ses_bot_ack_seconds_count 1.0" in text
        assert "ses.example" not in text
        assert world.slack.user.id not in text


@pytest.mark.long
@pytest.mark.parametrize("http", [False, True])
async def test_a_burst_is_acknowledged_in_time(http: bool) -> None:
    async with open_world(http=http, rate_limits=False) as world:
        await world.start_bot()
        asked = await asyncio.gather(*(world.slack.command("/ses-check", "ses.example") for _ in range(BURST)))
        assert [one.failure for one in asked] == [None] * BURST
        assert median(one.ack_seconds or 0.0 for one in asked) < 3
