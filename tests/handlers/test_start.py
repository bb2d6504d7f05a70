"""Both tokens are tried before the bot starts; a Slack that cannot be reached is asked again."""

from collections.abc import AsyncIterator
from functools import partial

import pytest

from handlers.start import TokenRefused, find_first_address, find_home, request_socket_url
from tests.support.web_api import Answer, ScriptedSlack, rate_limit, refusal, scripted_slack


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedSlack]:
    async with scripted_slack() as scripted:
        yield scripted


async def test_who_the_bot_is(scripted: ScriptedSlack) -> None:
    scripted.answers("auth.test", (200, '{"ok": true, "team_id": "T1", "enterprise_id": null, "user_id": "U0"}', {}))
    home = await find_home(scripted.slack)
    assert (home.team, home.enterprise, home.bot_user) == ("T1", "", "U0")


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive", "missing_scope"])
async def test_a_bad_token_ends_the_start_with_a_line_that_names_the_setting(
    scripted: ScriptedSlack, error: str
) -> None:
    scripted.answers("auth.test", refusal(error))
    with pytest.raises(TokenRefused, match=f"SLACK_BOT_TOKEN: Slack answers “{error}”.*xoxb-"):
        await find_home(scripted.slack)
    scripted.answers("apps.connections.open", refusal(error))
    with pytest.raises(TokenRefused, match=f"SLACK_APP_TOKEN: Slack answers “{error}”.*xapp-"):
        await find_first_address(partial(request_socket_url, scripted.slack))


async def test_what_is_not_slack_points_at_the_address(scripted: ScriptedSlack) -> None:
    scripted.answers("auth.test", (404, "not here", {}))
    with pytest.raises(TokenRefused, match=r"SLACK_API_URL: .*HTTP 404"):
        await find_home(scripted.slack)


@pytest.mark.parametrize(
    "passing",
    [(0, "", {}), (503, "<html>", {}), refusal("internal_error"), rate_limit(0)],
    ids=["cut", "503", "internal error", "rate limited"],
)
async def test_a_slack_that_cannot_be_used_yet_is_asked_again_and_that_is_said(
    scripted: ScriptedSlack, passing: Answer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.slack_api._parse_retry_after", lambda _: 0.0)
    scripted.answers("auth.test", passing, passing, (200, '{"ok": true, "team_id": "T1"}', {}))
    assert (await find_home(scripted.slack, first_pause=0.01)).team == "T1"
    assert caplog.text.count("Slack cannot be used yet") == 2


async def test_an_address_is_asked_for_until_there_is_one(scripted: ScriptedSlack) -> None:
    scripted.answers("apps.connections.open", (0, "", {}), (200, '{"ok": true, "url": "ws://127.0.0.1:1/link"}', {}))
    assert (
        await find_first_address(partial(request_socket_url, scripted.slack), first_pause=0.01)
        == "ws://127.0.0.1:1/link"
    )
