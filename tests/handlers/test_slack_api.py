"""Saying things to Slack: retries, Retry-After, response URLs that are used up, and where to turn then."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from handlers.slack_api import Modal, SlackApi, Undelivered, make_api, open_modal, post_message
from handlers.views.blocks import Message
from tests.support.web_api import Answer, ScriptedSlack, rate_limit, refusal, scripted_slack

HELLO = Message("hello", ({"type": "divider"},))


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedSlack]:
    async with scripted_slack() as scripted:
        yield scripted


async def test_a_reply_appends_and_is_for_one_person_alone(scripted: ScriptedSlack) -> None:
    await scripted.reply().tell(HELLO)
    [(path, body)] = scripted.requests
    assert path == "response"
    assert body == {
        "response_type": "ephemeral",
        "replace_original": False,
        "text": "hello",
        "blocks": [{"type": "divider"}],
    }


async def test_a_report_is_replaced_in_place(scripted: ScriptedSlack) -> None:
    await scripted.reply().replace(HELLO)
    [(_, body)] = scripted.requests
    assert body["replace_original"] is True
    assert "response_type" not in body, "it stays with those who see it"


@pytest.mark.parametrize(
    "answer",
    [(404, "used_url", {}), (404, '{"ok": false, "error": "expired_url"}', {}), (500, "<html>", {}), (410, "", {})],
    ids=["used", "expired", "failing", "gone"],
)
async def test_a_response_url_of_no_use_gives_way_to_a_fresh_ephemeral_message(
    scripted: ScriptedSlack, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.slack_api._TRIES", 1)
    scripted.answers("response", answer, answer)
    await scripted.reply().tell(HELLO)
    assert scripted.paths == ["response", "chat.postEphemeral"]
    assert (scripted.requests[1][1]["channel"], scripted.requests[1][1]["user"]) == ("C1", "U1")
    await scripted.reply().replace(HELLO)
    assert scripted.paths[2:] == ["response", "chat.postEphemeral"]


async def test_where_the_bot_is_no_member_the_person_is_written_to(scripted: ScriptedSlack) -> None:
    scripted.answers("response", (404, "used_url", {}))
    scripted.answers("chat.postEphemeral", refusal("channel_not_found"))
    await scripted.reply().tell(HELLO)
    assert scripted.requests[-1][0] == "chat.postMessage"
    assert scripted.requests[-1][1]["channel"] == "U1"


async def test_what_no_one_takes_is_an_error(scripted: ScriptedSlack) -> None:
    scripted.answers("chat.postEphemeral", refusal("account_inactive"))
    scripted.answers("chat.postMessage", refusal("account_inactive"))
    with pytest.raises(Undelivered, match="account_inactive"):
        await scripted.reply("").tell(HELLO)


async def test_retry_after_is_obeyed_in_full(scripted: ScriptedSlack) -> None:
    scripted.answers("chat.postMessage", rate_limit(1))
    scripted.answers("response", (429, "rate_limited", {"Retry-After": "1"}))
    started = time.monotonic()
    await asyncio.gather(post_message(scripted.slack, "C1", HELLO), scripted.reply().tell(HELLO))
    assert time.monotonic() - started >= 1.0
    assert sorted(scripted.paths) == ["chat.postMessage", "chat.postMessage", "response", "response"]


async def test_a_wait_beyond_all_patience_is_not_waited_for(scripted: ScriptedSlack) -> None:
    scripted.answers("chat.postMessage", rate_limit(30))
    with pytest.raises(Undelivered, match="ratelimited"):
        await SlackApi(scripted.slack._client, scripted.session, patience=10).call("chat.postMessage", {})
    assert scripted.paths == ["chat.postMessage"]


async def test_a_line_that_is_cut_is_tried_again(scripted: ScriptedSlack) -> None:
    scripted.answers("response", (0, "", {}), (503, "<html>", {}))
    await scripted.reply().tell(HELLO)
    assert scripted.paths == ["response"] * 3


async def test_a_shared_report_is_not_posted_twice_when_it_may_have_arrived(scripted: ScriptedSlack) -> None:
    scripted.answers("chat.postMessage", (0, "", {}))
    with pytest.raises(Undelivered, match="unreachable"):
        await post_message(scripted.slack, "C1", HELLO)
    assert scripted.paths == ["chat.postMessage"]


async def test_a_hint_is_not_worth_a_retry_nor_an_error(scripted: ScriptedSlack) -> None:
    scripted.answers("response", rate_limit(1))
    await scripted.reply().hint(HELLO)
    assert scripted.paths == ["response"]


async def test_a_modal_opens_and_its_content_follows(scripted: ScriptedSlack) -> None:
    modal = await open_modal(scripted.slack, "trigger", {"type": "modal"})
    await modal.show({"type": "modal", "blocks": []})
    assert scripted.paths == ["views.open", "views.update"]
    assert scripted.requests[1][1]["view_id"] == "V1"


async def test_a_modal_that_was_closed_wants_nothing_more(scripted: ScriptedSlack) -> None:
    scripted.answers("views.update", refusal("not_found"))
    await Modal(scripted.slack, "V1").show({"type": "modal", "blocks": []})


async def test_a_trigger_that_is_too_old_is_not_tried_again(scripted: ScriptedSlack) -> None:
    scripted.answers("views.open", refusal("expired_trigger_id"))
    with pytest.raises(Undelivered, match="expired_trigger_id"):
        await open_modal(scripted.slack, "trigger", {"type": "modal"})
    assert scripted.paths == ["views.open"]


@pytest.mark.parametrize(
    "answer",
    [(200, "<html>welcome to the hotel</html>", {}), (200, "[]", {}), (404, "no", {}), (200, '{"ok": "', {})],
    ids=["html", "list", "404", "broken"],
)
async def test_what_is_not_slack_is_an_error_of_ours(
    scripted: ScriptedSlack, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.slack_api._TRIES", 1)
    scripted.answers("auth.test", answer)
    with pytest.raises(Undelivered):
        await scripted.slack.call("auth.test", {})


async def test_no_one_at_the_other_end_is_an_error_of_ours(scripted: ScriptedSlack, unused_tcp_port: int) -> None:
    unreachable = make_api(scripted.session, f"http://127.0.0.1:{unused_tcp_port}/api/", "xoxb-1")
    with pytest.raises(Undelivered, match="unreachable") as caught:
        await unreachable.call("auth.test", {}, patience=0)
    assert caught.value.retry_after is not None
