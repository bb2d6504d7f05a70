"""Socket Mode as Slack's own client lives it: envelopes, acknowledgements, pings, reconnects and outages."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from fakes.slack import LoopbackSlack


@asynccontextmanager
async def socket_client(
    slack: LoopbackSlack, answer: Callable[[SocketModeRequest], dict[str, Any] | None] | None = None
) -> AsyncIterator[list[SocketModeRequest]]:
    """Slack's client; the requests that it got. `answer` gives the payload of each acknowledgement; without it nothing
    is acknowledged."""
    got: list[SocketModeRequest] = []
    web = AsyncWebClient(base_url=slack.environment["SLACK_API_URL"])
    client: Any = SocketModeClient(app_token=slack.tokens.app, web_client=web, ping_interval=0.05)

    async def listen(client: Any, request: SocketModeRequest) -> None:
        got.append(request)
        if answer:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer(request)))

    client.socket_mode_request_listeners.append(listen)
    await client.connect()
    try:
        await slack.wait_until_connected()
        yield got
    finally:
        await client.close()


async def raw_socket(slack: LoopbackSlack, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    web = AsyncWebClient(base_url=slack.environment["SLACK_API_URL"])
    opened = await web.apps_connections_open(app_token=slack.tokens.app)
    return await session.ws_connect(opened["url"], autoping=False)


async def test_a_command_reaches_the_bot_as_slack_words_it(slack: LoopbackSlack) -> None:
    async with socket_client(slack, lambda _: None) as got:
        invocation = await slack.command("/ses-check", " acme.com selector=s1 ")
    (request,) = got
    assert request.type == "slash_commands"
    assert request.accepts_response_payload
    assert set(request.payload) == {
        *("token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name", "command", "text"),
        *("api_app_id", "is_enterprise_install", "response_url", "trigger_id"),
    }
    assert (request.payload["command"], request.payload["text"]) == ("/ses-check", "acme.com selector=s1")
    assert request.payload["channel_name"] == "deliverability"
    assert invocation.failure is None
    assert invocation.ack_seconds is not None
    assert invocation.ack_seconds < 1
    assert slack.messages() == []


async def test_an_acknowledgement_can_hold_the_answer(slack: LoopbackSlack) -> None:
    async with socket_client(slack, lambda _: {"text": "usage"}):
        invocation = await slack.command("/ses-check")
    assert [message.text for message in invocation.messages] == ["usage"]
    assert slack.messages()[0].only_for == slack.user.id


async def test_an_answer_that_slack_would_not_show(slack: LoopbackSlack) -> None:
    async with socket_client(slack, lambda _: {"text": "x", "blocks": [{"type": "x"}]}):
        invocation = await slack.command("/ses-check")
    assert invocation.failure == "invalid_command_response"
    assert slack.messages() == []


async def test_three_seconds_to_acknowledge(slack: LoopbackSlack) -> None:
    async with aiohttp.ClientSession() as session:
        socket = await raw_socket(slack, session)
        assert json.loads((await socket.receive()).data)["type"] == "hello"
        typed = asyncio.ensure_future(slack.command("/ses-check", "acme.com"))
        envelope = json.loads((await socket.receive()).data)
        slack.clock.advance(2.5)
        await asyncio.sleep(0.01)
        assert not typed.done()
        slack.clock.advance(0.6)
        invocation = await typed
        assert (invocation.failure, invocation.ack_seconds) == ("operation_timeout", None)
        assert slack.notices == ['/ses-check failed with the error "operation_timeout"']
        await socket.send_str(json.dumps({"envelope_id": envelope["envelope_id"]}))
        await slack.wait_until(lambda: slack.sockets.trouble.late or None, 2, "the late acknowledgement")
        await socket.send_str(json.dumps({"envelope_id": "unknown"}))
        await socket.send_str("no JSON")
        await slack.wait_until(lambda: len(slack.sockets.trouble.strays) == 2 or None, 2, "the stray ones")
        await socket.close()


async def test_no_bot_is_connected(slack: LoopbackSlack) -> None:
    invocation = await slack.command("/ses-check")
    assert invocation.failure == "dispatch_failed"
    assert slack.notices == ['/ses-check failed with the error "dispatch_failed"']


async def test_an_unknown_command(slack: LoopbackSlack) -> None:
    async with socket_client(slack, lambda _: None) as got:
        invocation = await slack.command("/ses-chek", "acme.com")
    assert (invocation.failure, got) == ("not_a_command", [])
    assert slack.notices[0].startswith("/ses-chek is not a valid command")


async def test_pings_go_both_ways() -> None:
    async with LoopbackSlack(ping_interval=0.02) as slack, socket_client(slack, lambda _: None):
        (connection,) = slack.sockets.connections
        await asyncio.sleep(0.2)
        assert connection.pings >= 2
        assert connection.pongs >= 2


async def test_a_ticket_connects_once(slack: LoopbackSlack) -> None:
    web = AsyncWebClient(base_url=slack.environment["SLACK_API_URL"])
    url = (await web.apps_connections_open(app_token=slack.tokens.app))["url"]
    async with aiohttp.ClientSession() as session:
        await (await session.ws_connect(url)).close()
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_an_envelope_goes_to_one_connection(slack: LoopbackSlack) -> None:
    async with socket_client(slack, lambda _: None) as first, socket_client(slack, lambda _: None) as second:
        for _ in range(4):
            await slack.command("/ses-check")
    assert (len(first), len(second)) == (2, 2)


async def test_ten_connections_and_no_more(slack: LoopbackSlack) -> None:
    async with aiohttp.ClientSession() as session:
        sockets = [await raw_socket(slack, session) for _ in range(11)]
        first = [json.loads((await socket.receive()).data) for socket in sockets]
        assert [message["type"] for message in first] == ["hello"] * 10 + ["disconnect"]
        assert first[-1]["reason"] == "too_many_websockets"
        for socket in sockets:
            await socket.close()


async def test_a_dropped_connection_comes_back(slack: LoopbackSlack) -> None:
    async with socket_client(slack, lambda _: None):
        slack.sockets.drop()
        await slack.wait_until(lambda: slack.sockets.opened == 2 or None, 5, "a second connection")
        assert (await slack.command("/ses-check")).failure is None


async def test_asked_to_reconnect(slack: LoopbackSlack) -> None:
    async with socket_client(slack, lambda _: None):
        await slack.sockets.ask_to_leave("refresh_requested")
        await slack.wait_until(lambda: slack.sockets.opened == 2 or None, 5, "a second connection")
        assert (await slack.command("/ses-check")).failure is None


async def test_a_frozen_connection_is_noticed_by_its_silence(slack: LoopbackSlack) -> None:
    """The client pings every 0.05 s and gives up on the connection when no pong comes."""
    async with socket_client(slack, lambda _: None) as got:
        slack.sockets.freeze()
        typed = asyncio.ensure_future(slack.command("/ses-check"))
        await asyncio.sleep(0)
        slack.clock.advance(3.1)
        assert (await typed).failure == "operation_timeout"
        assert got == []
        await slack.wait_until(lambda: slack.sockets.opened == 2 or None, 5, "a second connection")


async def test_connections_refused_for_a_while(slack: LoopbackSlack) -> None:
    async with socket_client(slack, lambda _: None):
        slack.sockets.refuse()
        slack.sockets.drop()
        await slack.wait_until(lambda: None if slack.sockets.connections else True, 2, "the drop")
        assert (await slack.command("/ses-check")).failure == "dispatch_failed"
        slack.sockets.refuse(0)
        await slack.wait_until(lambda: slack.sockets.opened == 2 or None, 5, "a second connection")
