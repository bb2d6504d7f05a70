"""What comes after the last step: the result and its buttons, the list of drafts, the one reminder."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from fakes.slack import Message
from handlers.results import housekeeping
from store.draft_tables import draft as table
from tests.support.office import text_of
from tests.support.study import STEPS, Study, actions, drafting, labels, step


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Study]:
    async with drafting(tmp_path) as room:
        yield room


# The result


async def test_stops_come_first_and_there_is_no_text_until_they_are_met(room: Study) -> None:
    view = await room.open()
    await room.walk(view, 2)
    bought = {**STEPS[2], "opt_in": "We bought a list of addresses from a partner."}
    refused = await room.hand_in(view, bought)
    assert refused.errors
    await room.slack.close(view)
    [stored] = await room.drafts()
    assert stored.request.opt_in == bought["opt_in"], "what was refused is not lost either"
    again = await room.open()
    assert step(again) == "consent"
    assert labels(again)["opt_in"] == bought["opt_in"]


async def test_nothing_typed_becomes_markup(room: Study) -> None:
    nasty = "<!channel> *bold* `code` <https://evil.example|here> &lt;!here&gt; "
    steps = [dict(values) for values in STEPS]
    steps[0]["name"] = nasty + "Goods"
    steps[3]["sample"] = nasty * 20
    messages = await room.written(steps)
    spans = [span for message in messages for span in message.markup]
    assert [span for span in spans if (span.kind, span.text) != ("emoji", "large_yellow_circle")] == []


@pytest.mark.parametrize(
    "script", ["靴を売っています。毎週火曜日に手紙を送ります。", "Мы продаём обувь тем, кто бегает. ", "🙂🚣 "]
)
async def test_long_answers_of_any_script_are_shown_whole(room: Study, script: str) -> None:
    steps = [dict(values) for values in STEPS]
    steps[3]["sample"] = (script * 200)[:2_900]
    messages = await room.written(steps)
    assert room.slack.refusals == []
    assert all("cut here" not in text_of(message) for message in messages)
    assert actions(messages[-1])[0] == "draft_edit"


async def test_the_result_can_be_shared_without_its_buttons(room: Study) -> None:
    messages = await room.written()
    await room.slack.press(messages[-1], "draft_share")
    shared = await room.message()
    while shared in messages:
        shared = await room.message()
    await room.quiet()
    assert not shared.ephemeral
    assert shared.elements == []
    assert shared.mentions == [room.slack.user.id]


async def test_where_the_bot_is_no_member_it_is_shared_by_the_response_url(room: Study) -> None:
    private = room.slack.add_channel("away", room.slack.user, bot=False)
    view = await room.opened(room.slack.command("/ses-draft", "acme.com", channel=private))
    await room.walk(view, 5)
    await room.quiet()
    last = room.slack.messages(channel=private)[-1]
    assert last.ephemeral
    await room.slack.press(last, "draft_share")
    await room.quiet()
    assert not room.slack.messages(channel=private)[-1].ephemeral


async def test_editing_begins_at_the_first_step_with_everything_in_it(room: Study) -> None:
    messages = await room.written()
    view = await room.opened(room.slack.press(messages[-1], "draft_edit"))
    for values in STEPS:
        assert {path: value for path, value in labels(view).items() if value} == values
        await room.hand_in(view, {})
    assert not view.open


async def test_posting_on_the_case_is_ticked_off(room: Study) -> None:
    messages = await room.written()
    assert "☐ Posted on the case: not yet" in text_of(messages[-1])
    await room.slack.press(messages[-1], "draft_posted")
    await room.quiet()
    assert "☑ Posted on the case" in text_of(messages[-1])
    assert actions(messages[-1]) == ["draft_edit", "draft_share"]
    [stored] = await room.drafts()
    assert stored.posted_at is not None


# The list


async def test_drafts_are_listed_reopened_and_deleted(room: Study) -> None:
    await room.written()
    view = await room.open("acme.org")
    await room.hand_in(view, {**STEPS[0], "domain": "acme.org"})
    await room.slack.close(view)
    await room.slack.command("/ses-draft", "list")
    listed = await room.slack.until(
        lambda: next((m for m in room.slack.messages() if "Your drafts" in text_of(m)), None), 5, "the list"
    )
    assert "Request for acme.org" in text_of(listed)
    assert "Begun, 1 of 5 steps: The business" in text_of(listed)
    assert actions(listed) == ["draft_open", "draft_delete", "draft_open", "draft_show", "draft_delete"]
    view = await room.opened(room.slack.press(listed, 0))
    assert step(view) == "mail.0"
    await room.slack.close(view)
    await room.slack.press(listed, 1)
    await room.quiet()
    assert "acme.org" not in text_of(listed)
    assert actions(listed) == ["draft_open", "draft_show", "draft_delete"]
    assert [one.domain for one in await room.drafts()] == ["acme.com"]


async def test_what_is_written_can_be_read_again(room: Study) -> None:
    """Also by somebody whose result never came, because the bot ended before it was posted."""
    first = await room.written()
    await room.slack.command("/ses-draft", "list")
    listed = await room.slack.until(
        lambda: next((m for m in room.slack.messages() if "Your drafts" in text_of(m)), None), 5, "the list"
    )
    await room.slack.press(listed, "draft_show")
    await room.quiet()
    again = room.slack.messages()[len(first) + 1 :]
    assert [text_of(one) for one in again] == [text_of(one) for one in first]
    assert all(one.ephemeral for one in again)
    assert room.slack.views() == []
    [stored] = await room.drafts()
    ben = room.slack.add_user("ben")
    room.slack.channel.members.add(ben.id)
    his = [*await room.written(user=ben)][-1]
    his.blocks[-1]["elements"][0] |= {"action_id": "draft_show", "value": stored.id}
    await room.slack.press(his, "draft_show", user=ben)
    await room.quiet()
    assert "not there any more" in text_of(room.slack.messages(user=ben)[-1])


async def test_a_list_of_nothing_says_how_to_begin(room: Study) -> None:
    await room.slack.command("/ses-draft", "list")
    assert "/ses-draft acme.com" in text_of(await room.message())


async def test_a_form_of_a_draft_that_was_deleted_says_so(room: Study) -> None:
    view = await room.open()
    async with room.database.transaction() as conn:
        await conn.execute(table.delete())
    assert "not there any more" in next(iter((await room.hand_in(view, STEPS[0])).errors.values()))


# The reminder


async def keep_house(room: Study, count: int = 1) -> None:
    assert room.services
    assert room.desk
    await asyncio.gather(*(housekeeping(room.services, room.desk) for _ in range(count)))


async def make_due(room: Study) -> None:
    async with room.database.transaction() as conn:
        await conn.execute(update(table).values(remind_at=datetime.now(UTC) - timedelta(minutes=1)))


def reminders(room: Study) -> list[Message]:
    return [m for m in room.slack.workspace.messages if "Is it on the case yet?" in text_of(m)]


async def test_the_owner_is_reminded_once_and_in_person(room: Study) -> None:
    await room.written()
    [stored] = await room.drafts()
    assert stored.remind_at == room.now + timedelta(hours=4)
    await keep_house(room)
    assert reminders(room) == []
    await make_due(room)
    await keep_house(room, 3)
    await keep_house(room)
    [reminder] = reminders(room)
    assert room.slack.workspace.channels[reminder.channel].person == room.slack.user.id
    assert actions(reminder) == ["draft_posted", "draft_open"]
    await room.slack.press(reminder, "draft_posted")
    await room.quiet()
    assert "☑ Posted" in text_of(reminder)


async def test_nobody_is_reminded_of_what_is_posted(room: Study) -> None:
    messages = await room.written()
    await room.slack.press(messages[-1], "draft_posted")
    await room.quiet()
    [stored] = await room.drafts()
    assert stored.remind_at is None


async def test_a_reminder_that_slack_did_not_take_comes_later(room: Study) -> None:
    await room.written()
    await make_due(room)
    room.slack.fail("chat.postMessage", error="user_is_bot")
    await keep_house(room)
    assert reminders(room) == []
    await make_due(room)
    await keep_house(room)
    assert len(reminders(room)) == 1


async def test_old_drafts_are_purged(room: Study) -> None:
    await room.written()
    async with room.database.transaction() as conn:
        await conn.execute(update(table).values(updated_at=datetime.now(UTC) - timedelta(days=91)))
    await keep_house(room)
    assert await room.drafts() == ()
