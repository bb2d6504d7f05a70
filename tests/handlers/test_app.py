"""Whatever Slack delivers is acknowledged, listened to or not, and a broken listener is reported to the person."""

from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import create_async_engine

from checks.query import Query
from handlers.app import build_app, envelope_handler
from handlers.background import Background
from handlers.checker import Checker
from handlers.listeners import Services
from handlers.payloads import Home
from handlers.reports import Reports
from handlers.slack_api import SlackApi
from handlers.socket_mode import Envelope
from model import Checked, Verdict
from store import Database
from tests.support.cases import cases
from tests.support.slack_app import checked, slack_app, text_of


def services(session: aiohttp.ClientSession) -> Services:
    """Services whose Slack no one answers for."""

    async def check(query: Query, *, fresh: bool, since: float | None = None) -> AsyncGenerator[Checked]:
        yield checked(query, Verdict.READY)

    unreachable = SlackApi(AsyncWebClient(base_url="http://127.0.0.1:1/api/"), session, patience=0)
    reports = Reports(Database(create_async_engine("sqlite+aiosqlite://")), "T1")
    return Services(unreachable, Background(), Checker(check), Home("T1"), reports)


@cases()
async def test_what_no_one_listens_to_is_acknowledged(
    kind: str, payload: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    async with aiohttp.ClientSession() as session:
        having = services(session)
        answer = envelope_handler(build_app(having))
        assert await answer(Envelope("1", kind, payload, takes_payload=True)) is None
        assert len(having.background) == 0
        assert caplog.text == ""


@pytest.mark.parametrize("payload", [{}, {"command": 5}, {"actions": []}, {"type": "block_actions", "actions": "x"}])
async def test_a_payload_of_no_known_shape_harms_nothing(payload: dict[str, Any]) -> None:
    async with aiohttp.ClientSession() as session:
        having = services(session)
        assert (
            await envelope_handler(build_app(having))(Envelope("1", "interactive", payload, takes_payload=True)) is None
        )
        await having.background.drain(0)


async def test_a_broken_listener_is_reported_with_an_id_from_the_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("acme.com")

    monkeypatch.setattr("handlers.socket_mode._ANSWERING", 0.2)  # Bolt then forgets that it was acknowledged
    async with slack_app() as app:
        monkeypatch.setattr("handlers.listeners.owner_of", broken)
        invocation = await app.slack.command("/ses-check", "acme.com")
        message = await app.message()
        assert invocation.failure is None
        assert "error in ses-bot" in text_of(message)
        assert f"error {text_of(message).split()[-1]} in a listener: KeyError" in caplog.text
        assert "acme.com" not in caplog.text
