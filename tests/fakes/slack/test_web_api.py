"""Where the Web API says no, as Slack's reference words it; asked by Slack's own client, and by plain HTTP."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from fakes.slack import Invocation, LoopbackSlack, User

MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Details"},
    "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "one"}}],
}
DIVIDER = [{"type": "divider"}]


async def refusal(client: AsyncWebClient, method: str, **arguments: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as raised:
        await client.api_call(method, json=arguments)
    return dict(raised.value.response.data)


def trigger(slack: LoopbackSlack, user: User | None = None) -> str:
    return slack._tickets.new_trigger(Invocation("command", user or slack.user, slack.channel.id, {}))


async def test_a_message_in_a_channel(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    answer = await client.chat_postMessage(channel=slack.channel.id, text="hello", blocks=DIVIDER)
    (message,) = slack.messages()
    assert (answer["ts"], answer["channel"]) == (message.ts, slack.channel.id)
    assert (message.text, message.blocks[0]["type"]) == ("hello", "divider")
    assert answer["message"]["blocks"][0]["block_id"]


async def test_forms_hold_json_as_text(slack: LoopbackSlack) -> None:
    """slack_sdk sends chat.* as JSON, and others as forms; Slack takes both."""
    async with aiohttp.ClientSession() as session:
        form = {"token": slack.tokens.bot, "channel": "#deliverability", "blocks": '[{"type":"divider"}]'}
        async with session.post(f"{slack.url}/api/chat.postMessage", data=form) as response:
            assert (await response.json())["ok"] is True
            assert response.headers["x-oauth-scopes"] == "commands,chat:write"
    assert slack.messages()[0].blocks[0]["type"] == "divider"


@pytest.mark.parametrize(
    ("headers", "data", "error"),
    [
        ({}, {}, "not_authed"),
        ({"Authorization": "Bearer xoxb-wrong"}, {}, "invalid_auth"),
        ({"Authorization": "Bearer {app}"}, {}, "not_allowed_token_type"),
        ({}, {"token": "{bot}"}, "invalid_arguments"),
        ({"Authorization": "Bearer {bot}", "Content-Type": "application/json"}, "[]", "json_not_object"),
        ({"Authorization": "Bearer {bot}", "Content-Type": "application/json"}, "{", "invalid_json"),
        ({"Content-Type": "application/json"}, '{"token": "{bot}"}', "not_authed"),
    ],
)
async def test_tokens(slack: LoopbackSlack, headers: dict[str, str], data: Any, error: str) -> None:
    def fill(text: str) -> str:
        return text.replace("{bot}", slack.tokens.bot).replace("{app}", slack.tokens.app)

    headers = {name: fill(value) for name, value in headers.items()}
    data = fill(data) if isinstance(data, str) else {name: fill(value) for name, value in data.items()}
    async with aiohttp.ClientSession() as session:
        url = f"{slack.url}/api/chat.postMessage"
        async with session.post(url, data=data, headers=headers) as response:
            assert (response.status, (await response.json())["error"]) == (200, error)


async def test_a_bot_token_opens_no_socket(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    assert (await refusal(client, "apps.connections.open"))["error"] == "not_allowed_token_type"
    opened = await client.apps_connections_open(app_token=slack.tokens.app)
    assert opened["url"].startswith("ws://127.0.0.1:")


async def test_revoked_tokens(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    assert (await client.auth_test())["user_id"] == slack.workspace.bot.id
    slack.revoke()
    assert (await refusal(client, "auth.test"))["error"] == "token_revoked"


async def test_scopes(client: AsyncWebClient) -> None:
    answer = await refusal(client, "users.info", user="U1")
    assert answer == {"ok": False, "error": "missing_scope", "needed": "users:read", "provided": "commands,chat:write"}
    assert (await refusal(client, "conversations.join", channel="C1"))["needed"] == "channels:join"
    assert (await refusal(client, "chat.postTelegram"))["error"] == "unknown_method"


async def test_a_bot_without_chat_write_posts_nothing() -> None:
    async with LoopbackSlack(scopes=("commands",)) as slack:
        client = AsyncWebClient(token=slack.tokens.bot, base_url=f"{slack.url}/api/")
        answer = await refusal(client, "chat.postMessage", channel=slack.channel.id, text="x")
        assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")


async def test_channels(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    outside = slack.add_channel("random", slack.user, bot=False)
    secret = slack.add_channel("board", slack.user, bot=False, private=True)
    old = slack.add_channel("attic", slack.user, archived=True)
    for channel, error in [
        (outside.id, "not_in_channel"),
        (secret.id, "channel_not_found"),
        (old.id, "is_archived"),
        ("C0NOWHERE", "channel_not_found"),
        ("U0NOONE", "channel_not_found"),
    ]:
        for method in ("chat.postMessage", "chat.postEphemeral"):
            answer = await refusal(client, method, channel=channel, user=slack.user.id, text="x")
            assert answer["error"] == error
    assert (await refusal(client, "chat.postMessage", text="x"))["error"] == "invalid_arguments"


async def test_a_person_is_notified_by_their_id(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    answer = await client.chat_postMessage(channel=slack.user.id, text="for you")
    assert answer["channel"].startswith("D")
    direct = slack.workspace.direct_channel(slack.user)
    assert [message.text for message in slack.messages(channel=direct)] == ["for you"]
    # an update wants the id of the direct message
    refused = await refusal(client, "chat.update", channel=slack.user.id, ts=answer["ts"], text="new")
    assert refused["error"] == "channel_not_found"
    await client.chat_update(channel=answer["channel"], ts=answer["ts"], text="new")
    assert [message.text for message in slack.messages(channel=direct)] == ["new"]


async def test_an_ephemeral_message_is_for_one_person_and_stays_as_it_is(
    slack: LoopbackSlack, client: AsyncWebClient
) -> None:
    other = slack.add_user("ben")
    slack.channel.members.add(other.id)
    answer = await client.chat_postEphemeral(channel=slack.channel.id, user=slack.user.id, text="only you")
    assert [message.text for message in slack.messages()] == ["only you"]
    assert slack.messages(user=other) == []
    refused = await refusal(client, "chat.update", channel=slack.channel.id, ts=answer["message_ts"], text="x")
    assert refused["error"] == "message_not_found"
    stranger = slack.add_user("cleo")
    refused = await refusal(client, "chat.postEphemeral", channel=slack.channel.id, user=stranger.id, text="x")
    assert refused["error"] == "user_not_in_channel"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({}, "no_text"),
        ({"text": " \n"}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": "{"}, "invalid_blocks_format"),
        ({"text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"text": "x", "blocks": [{"type": "x"}]}, "invalid_blocks"),
        (
            {"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "y" * 2_999}}] * 5},
            "msg_blocks_too_long",
        ),
        ({"text": "x", "username": "Someone"}, "missing_scope"),
    ],
)
async def test_content(slack: LoopbackSlack, client: AsyncWebClient, content: dict[str, Any], error: str) -> None:
    answer = await refusal(client, "chat.postMessage", channel=slack.channel.id, **content)
    assert answer["error"] == error
    assert slack.messages() == []
    assert [call.refused for call in slack.refusals] == [error]


async def test_invalid_blocks_come_with_pointers(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    long = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_001}}]
    answer = await refusal(client, "chat.postMessage", channel=slack.channel.id, text="x", blocks=long)
    complaint = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {complaint}"]


async def test_an_update_takes_four_thousand_characters(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=slack.channel.id, text="x" * 40_000)
    where = {"channel": slack.channel.id, "ts": posted["ts"]}
    assert (await refusal(client, "chat.update", **where, text="y" * 4_001))["error"] == "msg_too_long"
    await client.chat_update(**where, text="y" * 4_000)
    (message,) = slack.messages()
    assert [version.text[0] for version in message.versions] == ["x"]
    assert message.text[0] == "y"


async def test_a_mention_that_is_let_through_is_a_real_one(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel=slack.channel.id, text="<!channel> &lt;!here&gt;")
    assert slack.messages()[0].mentions == ["channel"]


async def test_a_trigger_opens_one_modal_within_three_seconds(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    first = trigger(slack)
    answer = await client.views_open(trigger_id=first, view=MODAL)
    (view,) = slack.views()
    assert (answer["view"]["id"], view.title) == (view.id, "Details")
    again = await refusal(client, "views.open", trigger_id=first, view=MODAL)
    assert again["error"] == "exchanged_trigger_id"
    late = trigger(slack)
    slack.clock.advance(3.1)
    assert (await refusal(client, "views.open", trigger_id=late, view=MODAL))["error"] == "expired_trigger_id"
    assert (await refusal(client, "views.open", trigger_id="1.2.3", view=MODAL))["error"] == "invalid_trigger_id"
    assert (await refusal(client, "views.open", view=MODAL))["error"] == "invalid_arguments"


async def test_a_modal_that_is_refused_leaves_its_trigger_good(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    good = trigger(slack)
    title = {"type": "plain_text", "text": "x" * 25}
    answer = await refusal(client, "views.open", trigger_id=good, view=MODAL | {"title": title})
    assert answer["error"] == "invalid_arguments"
    assert "/view/title/text" in answer["response_metadata"]["messages"][0]
    await client.views_open(trigger_id=good, view=MODAL)


async def test_updating_a_modal(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    opened = (await client.views_open(trigger_id=trigger(slack), view=MODAL))["view"]
    other = MODAL | {"blocks": DIVIDER}
    updated = (await client.views_update(view_id=opened["id"], hash=opened["hash"], view=other))["view"]
    assert slack.views()[0].blocks[0]["type"] == "divider"
    stale = await refusal(client, "views.update", view_id=opened["id"], hash=opened["hash"], view=MODAL)
    assert stale["error"] == "hash_conflict"
    assert updated["hash"] != opened["hash"]
    assert (await refusal(client, "views.update", view_id="V1", view=MODAL))["error"] == "not_found"
    await slack.close(slack.views()[0])
    closed = await refusal(client, "views.update", view_id=opened["id"], view=MODAL)
    assert closed["error"] == "not_found"


async def test_calls_too_many(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    """About a message a second in a channel, with small bursts; 429 with Retry-After."""
    for _ in range(5):
        await client.chat_postMessage(channel=slack.channel.id, text="x")
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel=slack.channel.id, text="x")
    assert (raised.value.response.status_code, raised.value.response["error"]) == (429, "ratelimited")
    assert raised.value.response.headers["Retry-After"] == "1"
    slack.clock.advance(1.0)
    await client.chat_postMessage(channel=slack.channel.id, text="x")
    slack.rates.enabled = False
    for _ in range(10):
        await client.chat_postMessage(channel=slack.channel.id, text="x")


async def test_tiers(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=slack.channel.id, text="x")
    where = {"channel": slack.channel.id, "ts": posted["ts"], "text": "y"}
    for _ in range(50):
        await client.api_call("chat.update", json=where)
    assert (await refusal(client, "chat.update", **where))["error"] == "ratelimited"


async def test_faults(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    slack.fail("chat.postMessage", error="internal_error", status=503, times=2)
    for _ in range(2):
        with pytest.raises(SlackApiError) as raised:
            await client.chat_postMessage(channel=slack.channel.id, text="x")
        assert raised.value.response.status_code == 503
    await client.chat_postMessage(channel=slack.channel.id, text="x")
