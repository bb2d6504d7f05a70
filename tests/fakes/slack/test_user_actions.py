"""What people do, as a bot made with Bolt sees it: presses, forms, modals on modals, people of other organizations."""

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from fakes.slack import IncompleteForm, LoopbackSlack, Team
from tests.support.bolt import bolt_app, connected

FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Form"},
    "submit": {"type": "plain_text", "text": "Save"},
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "business",
            "label": {"type": "plain_text", "text": "What does the business do?"},
            "element": {"type": "plain_text_input", "action_id": "business", "max_length": 20},
        },
        {
            "type": "input",
            "block_id": "kind",
            "optional": True,
            "label": {"type": "plain_text", "text": "Kind"},
            "element": {
                "type": "radio_buttons",
                "action_id": "kind",
                "options": [{"text": {"type": "plain_text", "text": "Marketing"}, "value": "m"}],
            },
        },
    ],
}


def button(action_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": action_id}, **more}


def form_bot(slack: LoopbackSlack, answers: list[dict[str, Any]], seen: list[dict[str, Any]]) -> AsyncApp:
    """Opens a form at a press, and acknowledges what is handed in with `answers`, one after the other."""
    app = bolt_app(slack)

    @app.action("open")
    async def opened(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        seen.append(body)
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("form")
    async def handed_in(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body)
        await ack(**answers.pop(0))

    @app.view_closed("form")
    async def closed(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body)
        await ack()

    return app


async def with_button(slack: LoopbackSlack, app: AsyncApp, *, ephemeral: bool = False) -> Any:
    blocks = [{"type": "actions", "block_id": "row", "elements": [button("open", value="acme.com"), button("other")]}]
    where: dict[str, Any] = {"channel": slack.channel.id, "text": "report", "blocks": blocks}
    if ephemeral:
        await app.client.chat_postEphemeral(**where, user=slack.user.id)
    else:
        await app.client.chat_postMessage(**where)
    return slack.messages()[-1]


async def test_a_press_reaches_the_bot_as_slack_words_it(slack: LoopbackSlack) -> None:
    seen: list[dict[str, Any]] = []
    app = form_bot(slack, [], seen)
    async with connected(slack, app):
        message = await with_button(slack, app)
        await slack.press(message, "open")
        hidden = await with_button(slack, app, ephemeral=True)
        await slack.press(hidden, 0)
        await slack.next_view()
    open_press, hidden_press = seen
    (action,) = open_press["actions"]
    assert {name: action[name] for name in ("action_id", "block_id", "value", "type")} == {
        "action_id": "open",
        "block_id": "row",
        "value": "acme.com",
        "type": "button",
    }
    assert open_press["container"] == {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": slack.channel.id,
        "is_ephemeral": False,
    }
    assert open_press["message"]["ts"] == message.ts
    assert open_press["response_url"].startswith(f"{slack.url}/actions/")
    assert hidden_press["container"]["is_ephemeral"] is True
    assert "message" not in hidden_press


async def test_a_form_from_opening_to_closing(slack: LoopbackSlack) -> None:
    seen: list[dict[str, Any]] = []
    wrong = {"response_action": "errors", "errors": {"business": "Say what is sold."}}
    app = form_bot(slack, [wrong, {}], seen)
    async with connected(slack, app):
        await slack.press(await with_button(slack, app), "open")
        view = await slack.next_view()
        with pytest.raises(IncompleteForm, match="business: Please complete this required field"):
            await slack.submit(view)
        with pytest.raises(IncompleteForm, match="no more than 20"):
            await slack.submit(view, {"business": "x" * 21})
        with pytest.raises(LookupError, match="no such field: colour"):
            await slack.submit(view, {"colour": "red"})
        refused = await slack.submit(view, {"business": "things"})
        assert (refused.errors, view.errors) == ({"business": "Say what is sold."},) * 2
        assert view.open
        await slack.submit(view, {"business": "Oak tables", "kind": "m"})
        assert not view.open
    values = seen[-1]["view"]["state"]["values"]
    assert values["business"]["business"] == {"type": "plain_text_input", "value": "Oak tables"}
    assert values["kind"]["kind"]["selected_option"]["value"] == "m"


async def test_a_form_in_place_of_a_form(slack: LoopbackSlack) -> None:
    plain = {"type": "modal", "title": {"type": "plain_text", "text": "Second"}, "blocks": [{"type": "divider"}]}
    app = form_bot(slack, [{"response_action": "update", "view": plain}], [])
    async with connected(slack, app):
        await slack.press(await with_button(slack, app), "open")
        await slack.submit(await slack.next_view(), {"business": "Oak tables"})
        [second] = slack.views()
        assert second.title == "Second"
        await slack.close(second)
        assert slack.views() == []


async def test_a_press_that_no_one_answers(slack: LoopbackSlack) -> None:
    app = form_bot(slack, [], [])
    async with connected(slack, app):
        message = await with_button(slack, app)
    pressed = await slack.press(message, "other")
    assert pressed.failure == "dispatch_failed"
    assert slack.notices == ["“other” did not work: dispatch_failed"]


async def test_a_person_presses_only_what_they_see(slack: LoopbackSlack) -> None:
    app = form_bot(slack, [], [])
    message = await with_button(slack, app, ephemeral=True)
    ben = slack.add_user("ben")
    slack.channel.members.add(ben.id)
    with pytest.raises(LookupError, match="ben does not see"):
        await slack.press(message, "open", user=ben)
    with pytest.raises(LookupError, match="there is open, other"):
        await slack.press(message, "share")
    with pytest.raises(IndexError):
        await slack.press(message, 9)


async def test_a_person_of_another_organization(slack: LoopbackSlack) -> None:
    """Slack Connect: they press in a shared channel, and have no command of ours."""
    seen: list[dict[str, Any]] = []
    app = form_bot(slack, [], seen)
    zoe = slack.add_user("zoe", team=Team("T0OTHER", "other-works"))
    slack.channel.members.add(zoe.id)
    async with connected(slack, app):
        await slack.press(await with_button(slack, app), "open", user=zoe)
        assert (await slack.command("/ses-check", user=zoe)).failure == "not_a_command"
        await slack.next_view()
    (press,) = seen
    assert (press["user"]["team_id"], press["team"]["id"]) == ("T0OTHER", "T0OTHER")
    assert press["team"]["id"] != slack.workspace.team.id


async def test_nothing_is_sent_where_slack_asks_first_and_the_person_says_no(slack: LoopbackSlack) -> None:
    seen: list[dict[str, Any]] = []
    app = form_bot(slack, [], seen)
    words = {"title": "Sure?", "text": "Everyone sees it.", "confirm": "Yes", "deny": "No"}
    ask = {name: {"type": "plain_text", "text": text} for name, text in words.items()}
    async with connected(slack, app):
        blocks = [{"type": "actions", "elements": [button("open", confirm=ask)]}]
        await app.client.chat_postMessage(channel=slack.channel.id, text="report", blocks=blocks)
        message = slack.messages()[-1]
        refused = await slack.press(message, "open", confirmed=False)
        assert (refused.failure, seen) == ("not_confirmed", [])
        await slack.press(message, "open")
        await slack.next_view()
    assert len(seen) == 1


async def test_a_number_field_takes_numbers_alone(slack: LoopbackSlack) -> None:
    seen: list[dict[str, Any]] = []
    element = {"type": "number_input", "action_id": "count", "is_decimal_allowed": False, "max_value": "10"}
    label = {"type": "plain_text", "text": "How many?"}
    blocks = [{"type": "input", "block_id": "count", "label": label, "element": element}]
    app = form_bot(slack, [{}], seen)
    async with connected(slack, app):
        await slack.press(await with_button(slack, app), "open")
        view = await slack.next_view()
        await app.client.views_update(view_id=view.id, view={**FORM, "blocks": blocks})
        for typed, says in (("many", "whole number"), ("1.5", "whole number"), ("11", "at most 10")):
            with pytest.raises(IncompleteForm, match=says):
                await slack.submit(view, {"count": typed})
        await slack.submit(view, {"count": "7"})
    state = seen[-1]["view"]["state"]["values"]
    assert state == {"count": {"count": {"type": "number_input", "value": "7"}}}
