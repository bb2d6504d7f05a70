"""Response URLs: a command's appends, a button's replaces; five uses in half an hour (Slack, "Handling user
interaction")."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp

from fakes.slack import Invocation, LoopbackSlack, SlackMessage
from tests.support.bolt import bolt_app, connected

BUTTONS = [
    {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "again", "text": {"type": "plain_text", "text": "Check again"}}],
    }
]


@pytest.fixture
async def app(slack: LoopbackSlack) -> AsyncIterator[AsyncApp]:
    app = bolt_app(slack)

    @app.command("/ses-check")
    async def check(ack: Any) -> None:
        await ack()

    @app.action("again")
    async def again(ack: Any) -> None:
        await ack()

    async with connected(slack, app):
        yield app


async def respond(invocation: Invocation, **body: Any) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(invocation.response_url, json=body) as response:
        return response.status, await response.text()


async def pressed(slack: LoopbackSlack, **first: Any) -> tuple[SlackMessage, Invocation]:
    """A report with a button, and its press."""
    command = await slack.command("/ses-check")
    assert await respond(command, text="report", blocks=BUTTONS, **first) == (200, "ok")
    (message,) = slack.messages()
    return message, await slack.press(message, "again")


@pytest.mark.usefixtures("app")
async def test_a_commands_url_only_appends(slack: LoopbackSlack) -> None:
    command = await slack.command("/ses-check", "acme.com")
    assert await respond(command, text="one") == (200, "ok")
    assert await respond(command, text="two", replace_original=True) == (200, "ok")
    assert [(message.text, message.only_for) for message in slack.messages()] == [
        ("one", slack.user.id),
        ("two", slack.user.id),
    ]
    assert command.messages == slack.messages()


@pytest.mark.usefixtures("app")
async def test_in_channel_is_for_everybody(slack: LoopbackSlack) -> None:
    other = slack.add_user("ben")
    outside = slack.add_channel("random", slack.user, other, bot=False)
    command = await slack.command("/ses-check", channel=outside)
    await respond(command, text="mine")
    await respond(command, text="ours", response_type="in_channel")
    assert [message.text for message in slack.messages(user=other, channel=outside)] == ["ours"]


@pytest.mark.usefixtures("app")
async def test_a_buttons_url_replaces_in_place(slack: LoopbackSlack) -> None:
    message, press = await pressed(slack)
    assert await respond(press, text="new report", replace_original=True) == (200, "ok")
    assert slack.messages() == [message]
    assert (message.text, message.ephemeral, message.elements) == ("new report", True, [])
    assert await respond(press, text="besides", replace_original=False) == (200, "ok")
    assert [message.text for message in slack.messages()] == ["new report", "besides"]


@pytest.mark.usefixtures("app")
async def test_a_url_takes_five_uses(slack: LoopbackSlack) -> None:
    command = await slack.command("/ses-check")
    for number in range(5):
        assert (await respond(command, text=str(number)))[0] == 200
    status, text = await respond(command, text="six")
    assert (status, "used_url" in text) == (404, True)
    assert [call.refused for call in slack.refusals] == ["used_url"]


@pytest.mark.usefixtures("app")
async def test_a_url_lives_half_an_hour(slack: LoopbackSlack) -> None:
    command = await slack.command("/ses-check")
    slack.clock.advance(29 * 60)
    assert (await respond(command, text="in time"))[0] == 200
    slack.clock.advance(2 * 60)
    status, text = await respond(command, text="too late")
    assert (status, "expired_url" in text) == (404, True)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "no_text"),
        ({"text": "x", "blocks": [{"type": "x"}]}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
    ],
)
async def test_content_is_judged_as_everywhere(slack: LoopbackSlack, body: dict[str, Any], error: str) -> None:
    command = await slack.command("/ses-check")
    assert await respond(command, **body) == (400, error)
    assert slack.messages() == []


@pytest.mark.usefixtures("app")
async def test_a_big_message_goes_through_a_response_url(slack: LoopbackSlack) -> None:
    """The limit on all blocks together is that of chat.* alone."""
    command = await slack.command("/ses-check")
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": "x" * 3_000}}] * 6
    assert await respond(command, text="x", blocks=blocks) == (200, "ok")


async def test_an_unknown_url(slack: LoopbackSlack) -> None:
    url = f"{slack.url}/commands/T1/2/three"
    async with aiohttp.ClientSession() as session, session.post(url, json={"text": "x"}) as response:
        assert response.status == 404
