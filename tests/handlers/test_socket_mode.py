"""The connection to Slack over real WebSockets: every envelope acknowledged, none answered twice, no silence."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from handlers.slack_api import Undelivered
from handlers.socket_mode import Envelope, SocketModeClient, proxy_for
from tests.support.cases import cases
from tests.support.slack_server import WAIT, SocketServer

INTERVAL = 0.1
SESSION_TIMEOUT = 0.5


class Bot:
    """A socket, what it was asked to answer, and the far end."""

    def __init__(self, server: SocketServer, session: aiohttp.ClientSession) -> None:
        self.server = server
        self.answered: list[Envelope] = []
        self.payload: dict[str, Any] | None = None
        self.error: Exception | None = None
        self.hold: asyncio.Event | None = None
        self.refusals: list[Exception] = []
        self.socket = SocketModeClient(session, self._url, self._answer, interval=INTERVAL)

    async def _url(self) -> str:
        if self.refusals:
            raise self.refusals.pop(0)
        return await self.server.url()

    async def _answer(self, envelope: Envelope) -> dict[str, Any] | None:
        self.answered.append(envelope)
        if self.hold:
            await self.hold.wait()
        if self.error:
            raise self.error
        return self.payload

    async def ready(self) -> None:
        await until(lambda: self.socket.explain_unready() is None)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT):
        while not true():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.005)


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with (
        SocketServer() as server,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SESSION_TIMEOUT)) as session,
    ):
        bot = Bot(server, session)
        running = asyncio.create_task(bot.socket.run())
        yield bot
        await bot.socket.close()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def command(number: int, **more: Any) -> dict[str, Any]:
    payload = {"command": "/ses-check", "text": "acme.com", "trigger_id": f"trigger-{number}"}
    return {"envelope_id": f"envelope-{number}", "type": "slash_commands", "payload": payload, **more}


def form(number: int, **more: Any) -> dict[str, Any]:
    payload = {"type": "view_submission", "trigger_id": f"trigger-{number}"}
    return {"envelope_id": f"envelope-{number}", "type": "interactive", "payload": payload, **more}


async def test_an_envelope_is_answered_and_acknowledged(bot: Bot) -> None:
    line = await bot.server.line()
    await line.send(command(1, accepts_response_payload=True))
    assert await line.ack() == {"envelope_id": "envelope-1"}
    assert [(one.type, one.payload["text"]) for one in bot.answered] == [("slash_commands", "acme.com")]


async def test_a_payload_goes_back_only_where_slack_takes_one(bot: Bot) -> None:
    bot.payload = {"response_action": "clear"}
    line = await bot.server.line()
    await line.send(form(1, accepts_response_payload=True))
    assert (await line.ack())["payload"] == bot.payload
    await line.send(form(2))
    assert await line.ack() == {"envelope_id": "envelope-2"}


async def test_a_command_and_a_press_are_acknowledged_before_they_are_answered(bot: Bot) -> None:
    bot.hold = asyncio.Event()
    line = await bot.server.line()
    press = {"envelope_id": "press", "type": "interactive", "payload": {"type": "block_actions", "trigger_id": "t"}}
    for sent in (command(1), press, form(2), command(3)):
        await line.send(sent)
    assert [(await line.ack())["envelope_id"] for _ in range(3)] == ["envelope-1", "press", "envelope-3"]
    await until(lambda: len(bot.answered) == 4)
    bot.hold.set()
    assert await line.ack() == {"envelope_id": "envelope-2"}, "a form that is handed in waits for its answer"


async def test_fifty_forms_at_once_do_not_wait_for_each_other(bot: Bot) -> None:
    bot.hold = asyncio.Event()
    line = await bot.server.line()
    for number in range(50):
        await line.send(form(number))
    await until(lambda: len(bot.answered) == 50)
    bot.hold.set()
    assert {(await line.ack())["envelope_id"] for _ in range(50)} == {f"envelope-{number}" for number in range(50)}


async def test_a_form_without_an_answer_is_not_acknowledged(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    """Slack then keeps it open as it was filled in; it would close a form that is acknowledged."""
    bot.error = ValueError("acme.com was typed")
    line = await bot.server.line()
    await line.send(form(1))
    await line.send(command(2))
    assert await line.ack() == {"envelope_id": "envelope-2"}
    await until(lambda: caplog.text.count("ValueError") == 2)
    assert "acme.com" not in caplog.text
    bot.error = None
    await line.send(form(1))
    assert await line.ack() == {"envelope_id": "envelope-1"}, "handed in once more, it is answered"


@cases()
async def test_a_frame_that_is_no_envelope_is_passed_over(frame: str, bot: Bot) -> None:
    line = await bot.server.line()
    await line.send(frame)
    await line.send(command(1))
    assert await line.ack() == {"envelope_id": "envelope-1"}


async def test_an_envelope_that_comes_again_is_acknowledged_again_and_answered_once(bot: Bot) -> None:
    bot.payload = {"response_action": "clear"}
    line = await bot.server.line()
    await line.send(form(1, accepts_response_payload=True))
    first = await line.ack()
    await line.send(form(1, accepts_response_payload=True))
    assert await line.ack() == first
    await line.send({**form(1, accepts_response_payload=True), "envelope_id": "again", "retry_attempt": 1})
    assert await line.ack() == {**first, "envelope_id": "again"}
    assert len(bot.answered) == 1


async def test_two_that_differ_are_both_answered(bot: Bot) -> None:
    line = await bot.server.line()
    for number in (1, 2):
        await line.send(command(number))
        await line.ack()
    assert len(bot.answered) == 2


async def test_a_dropped_line_is_replaced_and_what_was_not_acknowledged_is_answered_once(bot: Bot) -> None:
    bot.hold = asyncio.Event()
    old = await bot.server.line()
    await old.send(command(1))
    await until(lambda: len(bot.answered) == 1)
    old.drop()
    new = await bot.server.line()
    bot.hold.set()
    await new.send(command(1, retry_attempt=1))  # Slack never had the acknowledgement
    assert await new.ack() == {"envelope_id": "envelope-1"}
    assert len(bot.answered) == 1
    await bot.ready()


async def test_a_frozen_line_is_replaced_without_waiting_for_its_goodbye(bot: Bot) -> None:
    old = await bot.server.line()
    await bot.ready()
    old.frozen = True
    new = await bot.server.line()
    await new.send(command(1))
    assert await new.ack() == {"envelope_id": "envelope-1"}
    await bot.ready()


async def test_a_line_with_nothing_to_say_is_kept_beyond_the_timeout_of_the_session(bot: Bot) -> None:
    await bot.server.line()
    await asyncio.sleep(SESSION_TIMEOUT + 3 * INTERVAL)
    assert bot.server.opened == 1
    assert bot.socket.explain_unready() is None


async def test_a_ping_of_slack_is_answered(bot: Bot) -> None:
    line = await bot.server.line()
    await line.ws.ping(b"are you there")
    await line.send(command(1))
    await line.ack()  # the pong went out before: the far end's reader would have raised on anything else


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_an_announced_end_opens_the_new_line_before_the_old_one_closes(bot: Bot, reason: str) -> None:
    old = await bot.server.line()
    await old.send({"type": "disconnect", "reason": reason})
    new = await bot.server.line()
    assert not old.closed.is_set()
    await old.send(command(1))
    assert await old.ack() == {"envelope_id": "envelope-1"}, "acknowledged where it came from"
    await new.send(command(2))
    assert await new.ack() == {"envelope_id": "envelope-2"}
    await old.ws.close()
    await new.send(command(3))
    assert await new.ack() == {"envelope_id": "envelope-3"}
    assert bot.server.opened == 2


@pytest.mark.parametrize("reason", ["link_disabled", "too_many_websockets", None, 5])
async def test_any_other_end_closes_the_old_line_too(bot: Bot, reason: Any) -> None:
    old = await bot.server.line()
    await old.send({"type": "disconnect", "reason": reason})
    async with asyncio.timeout(WAIT):
        await old.closed.wait()
    await bot.server.line()


async def test_lines_that_end_at_once_are_not_opened_in_a_storm(bot: Bot) -> None:
    async def end_every_line() -> None:
        while True:
            (await bot.server.line()).drop()

    storm = asyncio.create_task(end_every_line())
    await asyncio.sleep(1.0)
    storm.cancel()
    assert 2 <= bot.server.opened <= 5


async def test_a_line_that_slack_announced_the_end_of_is_good_until_the_next_is_up(bot: Bot) -> None:
    old = await bot.server.line()
    await bot.ready()
    bot.refusals = [Undelivered("internal_error", 0.2)]
    await old.send({"type": "disconnect", "reason": "warning"})
    await until(lambda: not bot.refusals)
    assert bot.socket.explain_unready() is None
    await old.send(command(1))
    assert await old.ack()
    await bot.server.line()


async def test_a_refusal_to_give_an_address_is_survived_and_reported(bot: Bot) -> None:
    old = await bot.server.line()
    bot.refusals = [Undelivered("internal_error", 0.05), Undelivered("unreachable", 0.0)]
    old.drop()
    await until(lambda: "unreachable" in (bot.socket.explain_unready() or ""))
    new = await bot.server.line()
    await new.send(command(1))
    assert await new.ack()
    await bot.ready()


async def test_an_address_is_never_used_twice(bot: Bot) -> None:
    for number in range(1, 4):
        line = await bot.server.line()
        assert bot.server.opened == number
        line.drop()


async def test_readiness_follows_the_line() -> None:
    async with SocketServer() as server, aiohttp.ClientSession() as session:
        server.greet = False
        bot = Bot(server, session)
        assert "not connected" in (bot.socket.explain_unready() or "")
        running = asyncio.create_task(bot.socket.run())
        line = await server.line()
        await until(lambda: "not greeted" in (bot.socket.explain_unready() or ""))
        await line.send({"type": "hello"})
        await bot.ready()
        await bot.socket.close()
        assert bot.socket.explain_unready() == "stopping"
        await running


async def test_closing_acknowledges_what_has_come_and_says_goodbye() -> None:
    async with SocketServer() as server, aiohttp.ClientSession() as session:
        bot = Bot(server, session)
        bot.hold = asyncio.Event()
        running = asyncio.create_task(bot.socket.run())
        line = await server.line()
        await line.send(command(1))
        await until(lambda: len(bot.answered) == 1)
        closing = asyncio.create_task(bot.socket.close())
        await asyncio.sleep(0.02)
        bot.hold.set()
        assert await line.ack() == {"envelope_id": "envelope-1"}
        await closing
        await running
        async with asyncio.timeout(WAIT):
            await line.closed.wait()
        assert line.ws.close_code == aiohttp.WSCloseCode.OK


def test_the_proxy_of_the_environment_is_used_but_for_its_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert proxy_for("wss://wss-primary.slack.com/link/?ticket=1") == "http://proxy.example:3128"
    assert proxy_for("ws://127.0.0.1:1234/link") is None
