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
async def far() -> AsyncIterator[ScriptedSlack]:
    async with scripted_slack() as far:
        yield far


async def test_a_reply_appends_and_is_for_one_person_alone(far: ScriptedSlack) -> None:
    await far.reply().tell(HELLO)
    [(path, body)] = far.requests
    assert path == "response"
    assert body == {
        "response_type": "ephemeral",
        "replace_original": False,
        "text": "hello",
        "blocks": [{"type": "divider"}],
    }


async def test_a_report_is_replaced_in_place(far: ScriptedSlack) -> None:
    await far.reply().replace(HELLO)
    [(_, body)] = far.requests
    assert body["replace_original"] is True
    assert "response_type" not in body, "it stays with those who see it"


@pytest.mark.parametrize(
    "answer",
    [(404, "used_url", {}), (404, '{"ok": false, "error": "expired_url"}', {}), (500, "<html>", {}), (410, "", {})],
    ids=["used", "expired", "failing", "gone"],
)
async def test_a_response_url_of_no_use_gives_way_to_a_fresh_ephemeral_message(
    far: ScriptedSlack, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.slack_api._TRIES", 1)
    far.answers("response", answer, answer)
    await far.reply().tell(HELLO)
    assert far.paths == ["response", "chat.postEphemeral"]
    assert (far.requests[1][1]["channel"], far.requests[1][1]["user"]) == ("C1", "U1")
    await far.reply().replace(HELLO)
    assert far.paths[2:] == ["response", "chat.postEphemeral"]


async def test_where_the_bot_is_no_member_the_person_is_written_to(far: ScriptedSlack) -> None:
    far.answers("response", (404, "used_url", {}))
    far.answers("chat.postEphemeral", refusal("channel_not_found"))
    await far.reply().tell(HELLO)
    assert far.requests[-1][0] == "chat.postMessage"
    assert far.requests[-1][1]["channel"] == "U1"


async def test_what_no_one_takes_is_an_error(far: ScriptedSlack) -> None:
    far.answers("chat.postEphemeral", refusal("account_inactive"))
    far.answers("chat.postMessage", refusal("account_inactive"))
    with pytest.raises(Undelivered, match="account_inactive"):
        await far.reply("").tell(HELLO)


async def test_retry_after_is_obeyed_in_full(far: ScriptedSlack) -> None:
    far.answers("chat.postMessage", rate_limit(1))
    far.answers("response", (429, "rate_limited", {"Retry-After": "1"}))
    started = time.monotonic()
    await asyncio.gather(post_message(far.slack, "C1", HELLO), far.reply().tell(HELLO))
    assert time.monotonic() - started >= 1.0
    assert sorted(far.paths) == ["chat.postMessage", "chat.postMessage", "response", "response"]


async def test_a_wait_beyond_all_patience_is_not_waited_for(far: ScriptedSlack) -> None:
    far.answers("chat.postMessage", rate_limit(30))
    with pytest.raises(Undelivered, match="ratelimited"):
        await SlackApi(far.slack._client, far.session, patience=10).call("chat.postMessage", {})
    assert far.paths == ["chat.postMessage"]


async def test_a_line_that_is_cut_is_tried_again(far: ScriptedSlack) -> None:
    far.answers("response", (0, "", {}), (503, "<html>", {}))
    await far.reply().tell(HELLO)
    assert far.paths == ["response"] * 3


async def test_a_shared_report_is_not_posted_twice_when_it_may_have_arrived(far: ScriptedSlack) -> None:
    far.answers("chat.postMessage", (0, "", {}))
    with pytest.raises(Undelivered, match="unreachable"):
        await post_message(far.slack, "C1", HELLO)
    assert far.paths == ["chat.postMessage"]


async def test_a_hint_is_not_worth_a_retry_nor_an_error(far: ScriptedSlack) -> None:
    far.answers("response", rate_limit(1))
    await far.reply().hint(HELLO)
    assert far.paths == ["response"]


async def test_a_modal_opens_and_its_content_follows(far: ScriptedSlack) -> None:
    modal = await open_modal(far.slack, "trigger", {"type": "modal"})
    await modal.show({"type": "modal", "blocks": []})
    assert far.paths == ["views.open", "views.update"]
    assert far.requests[1][1]["view_id"] == "V1"


async def test_a_modal_that_was_closed_wants_nothing_more(far: ScriptedSlack) -> None:
    far.answers("views.update", refusal("not_found"))
    await Modal(far.slack, "V1").show({"type": "modal", "blocks": []})


async def test_a_trigger_that_is_too_old_is_not_tried_again(far: ScriptedSlack) -> None:
    far.answers("views.open", refusal("expired_trigger_id"))
    with pytest.raises(Undelivered, match="expired_trigger_id"):
        await open_modal(far.slack, "trigger", {"type": "modal"})
    assert far.paths == ["views.open"]


@pytest.mark.parametrize(
    "answer",
    [(200, "<html>welcome to the hotel</html>", {}), (200, "[]", {}), (404, "no", {}), (200, '{"ok": "', {})],
    ids=["html", "list", "404", "broken"],
)
async def test_what_is_not_slack_is_an_error_of_ours(
    far: ScriptedSlack, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.slack_api._TRIES", 1)
    far.answers("auth.test", answer)
    with pytest.raises(Undelivered):
        await far.slack.call("auth.test", {})


async def test_no_one_at_the_other_end_is_an_error_of_ours(far: ScriptedSlack, unused_tcp_port: int) -> None:
    unreachable = make_api(far.session, f"http://127.0.0.1:{unused_tcp_port}/api/", "xoxb-1")
    with pytest.raises(Undelivered, match="unreachable") as caught:
        await unreachable.call("auth.test", {}, patience=0)
    assert caught.value.retry_after is not None
