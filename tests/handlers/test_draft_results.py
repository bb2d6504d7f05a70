"""What comes after the last step: the result and its buttons, the list of drafts, the one reminder."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from fakes.slack import SlackMessage
from handlers.rounds import remind_and_purge
from model import Finding, Outcome
from store.drafts import delete_draft
from store.tables import drafts as table
from tests.support.draft_app import STEPS, DraftApp, actions, labels, read, step
from tests.support.slack_app import text_of

# The result


async def test_stops_come_first_and_there_is_no_text_until_they_are_met(room: DraftApp) -> None:
    steps = [dict(values) for values in STEPS]
    steps[2]["opt_in"] = "We bought a list of addresses from a partner."
    messages = await room.written(steps)
    text = read(messages)
    assert "change 1 thing first" in text
    assert "We bought a list of addresses from a partner." in text
    assert "The message for the case" not in text
    assert actions(messages[-1]) == ["draft_edit"]
    [stored] = await room.drafts()
    assert stored.request.opt_in == steps[2]["opt_in"]
    assert stored.remind_at is None


async def test_nothing_typed_becomes_markup(room: DraftApp) -> None:
    nasty = "<!channel> *bold* `code` <https://evil.example|here> &lt;!here&gt; "
    steps = [dict(values) for values in STEPS]
    steps[0]["name"] = nasty + "Goods"
    steps[3]["example"] = nasty * 20
    messages = await room.written(steps)
    spans = [span for message in messages for span in message.markup]
    assert [span for span in spans if (span.kind, span.text) != ("emoji", "large_yellow_circle")] == []


@pytest.mark.parametrize(
    "script", ["靴を売っています。毎週火曜日に手紙を送ります。", "Мы продаём обувь тем, кто бегает. ", "🙂🚣 "]
)
async def test_long_answers_of_any_script_are_shown_whole(room: DraftApp, script: str) -> None:
    steps = [dict(values) for values in STEPS]
    steps[3]["example"] = (script * 200)[:2_900]
    messages = await room.written(steps)
    assert {call.refused for call in room.slack.refusals} <= {"used_url"}, "a response URL takes five messages"
    assert all("cut here" not in text_of(message) for message in messages)
    assert actions(messages[-1])[0] == "draft_edit"


async def test_the_result_can_be_shared_without_its_buttons(room: DraftApp) -> None:
    steps = [dict(values) for values in STEPS]
    steps[0]["business"] = "We sell shoes."
    messages = await room.written(steps)
    assert "Worth a look" in read(messages)
    assert messages[-1].elements[1].content["confirm"]["title"]["text"] == "Share in channel?"
    await room.slack.press(messages[-1], "draft_share")
    shared = await room.message()
    while shared in messages:
        shared = await room.message()
    await room.quiet()
    assert not shared.ephemeral
    assert shared.elements == []
    assert shared.mentions == [room.slack.user.id]
    assert "We sell shoes." in text_of(shared)
    assert "Worth a look" not in text_of(shared), "remarks are for the owner"
    assert "ops@acme.com" not in text_of(shared), "so are contacts"


async def test_where_the_bot_is_no_member_it_is_shared_by_the_response_url(room: DraftApp) -> None:
    private = room.slack.add_channel("away", room.slack.user, bot=False)
    view = await room.opened(room.slack.command("/ses-draft", "acme.com", channel=private))
    await room.walk(view, 4)
    await room.quiet()
    last = room.slack.messages(channel=private)[-1]
    assert last.ephemeral
    await room.slack.press(last, "draft_share")
    await room.quiet()
    assert not room.slack.messages(channel=private)[-1].ephemeral


async def test_editing_begins_at_the_first_step_with_everything_in_it(room: DraftApp) -> None:
    messages = await room.written()
    view = await room.opened(room.slack.press(messages[-1], "draft_edit"))
    for values in STEPS:
        assert {path: value for path, value in labels(view).items() if value} == values
        await room.hand_in(view, {})
    assert not view.open


async def test_posting_on_the_case_is_ticked_off(room: DraftApp) -> None:
    messages = await room.written()
    assert "☐ Posted on the case: not yet" in text_of(messages[-1])
    await room.slack.press(messages[-1], "draft_posted")
    await room.quiet()
    assert "☑ Posted on the case" in text_of(messages[-1])
    assert actions(messages[-1]) == ["draft_edit", "draft_share"]
    [stored] = await room.drafts()
    assert stored.posted_at is not None


async def test_what_was_posted_is_shown_again_to_the_byte(room: DraftApp) -> None:
    """Also after what is known has changed, and after an edit: only Edit writes anew, and what was posted stays."""
    messages = await room.written()
    await room.slack.press(messages[-1], "draft_posted")
    await room.quiet()
    [before] = await room.drafts()
    assert before.written
    assert before.posted_texts == (before.written.message,)
    room.now += timedelta(days=400)
    room.findings = (Finding("website", Outcome.FAIL, "website.parked", "https://acme.com shows a parking page."),)
    await room.report("acme.com")
    await room.quiet()
    shown = await pressed_in_list(room, "draft_show")
    assert before.written.message in "".join(preformatted(shown))
    assert "parking page" not in read(shown)
    view = await room.opened(room.slack.press(messages[-1], "draft_edit"))
    await room.hand_in(view, {"name": "Another Name"})
    for _ in STEPS[1:]:
        await room.hand_in(view, {})
    await room.quiet()
    [after] = await room.drafts()
    assert after.written
    assert "Another Name" in after.written.message
    assert after.posted_texts == before.posted_texts
    posted = await pressed_in_list(room, "draft_show_posted")
    assert "".join(preformatted(posted)) == before.written.message
    assert actions(room.slack.messages()[-1]) == []


async def pressed_in_list(room: DraftApp, action: str) -> list[SlackMessage]:
    """Press a button of the only draft in the list; what comes of it."""
    await room.slack.command("/ses-draft", "list")
    await room.quiet()
    listed = room.slack.messages()[-1]
    count = len(room.slack.workspace.messages)
    await room.slack.press(listed, action)
    await room.quiet()
    return room.slack.workspace.messages[count:]


def preformatted(messages: list[SlackMessage]) -> list[str]:
    """The texts to copy, each whole."""
    elements = [element for message in messages for block in message.blocks for element in block.get("elements", ())]
    texts = [element for element in elements if element.get("type") == "rich_text_preformatted"]
    return ["".join(run["text"] for run in element["elements"]) for element in texts]


async def test_two_people_write_at_once_and_each_gets_their_own(room: DraftApp) -> None:
    ben = room.slack.add_user("ben")
    room.slack.channel.members.add(ben.id)
    his = ({**STEPS[0], "name": "Ben’s Boats"}, *STEPS[1:])
    await asyncio.gather(room.written(), room.written(his, user=ben))
    [mine], [of_ben] = await room.drafts(), await room.drafts(ben)
    assert mine.written
    assert of_ben.written
    assert "Harbor Goods" in mine.written.message
    assert "Ben’s Boats" in of_ben.written.message
    assert "Harbor Goods" not in read(room.slack.messages(user=ben)) or "Harbor Goods" not in of_ben.written.message


# The list


async def test_drafts_are_listed_reopened_and_deleted(room: DraftApp) -> None:
    await room.written()
    view = await room.open("acme.org")
    await room.hand_in(view, {**STEPS[0], "domain": "acme.org"})
    await room.slack.close(view)
    await room.slack.command("/ses-draft", "list")
    listed = await room.slack.wait_until(
        lambda: next((m for m in room.slack.messages() if "Your drafts" in text_of(m)), None), 5, "the list"
    )
    assert "Request for acme.org" in text_of(listed)
    assert "Begun, Step 1 of 4 · Your business" in text_of(listed)
    assert actions(listed) == ["draft_open", "draft_delete", "draft_open", "draft_show", "draft_delete"]
    view = await room.opened(room.slack.press(listed, 0))
    assert step(view) == "mail.0"
    await room.slack.close(view)
    await room.slack.press(listed, 1)
    await room.quiet()
    assert "acme.org" not in text_of(listed)
    assert actions(listed) == ["draft_open", "draft_show", "draft_delete"]
    assert [one.domain for one in await room.drafts()] == ["acme.com"]


async def test_what_is_written_can_be_read_again(room: DraftApp) -> None:
    """Also by someone whose result never came, because the bot ended before it was posted."""
    first = await room.written()
    await room.slack.command("/ses-draft", "list")
    listed = await room.slack.wait_until(
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
    assert "This draft is gone" in text_of(room.slack.messages(user=ben)[-1])


async def test_a_list_of_nothing_says_how_to_begin(room: DraftApp) -> None:
    await room.slack.command("/ses-draft", "list")
    assert "/ses-draft acme.com" in text_of(await room.message())


async def test_a_form_of_a_draft_that_was_deleted_says_so(room: DraftApp) -> None:
    view = await room.open()
    async with room.database.transaction() as conn:
        await conn.execute(table.delete())
    assert "This draft is gone" in next(iter((await room.hand_in(view, STEPS[0])).errors.values()))


# The reminder


@pytest.mark.parametrize("button", ["draft_edit", "draft_share", "draft_posted"])
async def test_the_buttons_of_a_draft_that_was_deleted_say_so(room: DraftApp, button: str) -> None:
    messages = await room.written()
    [stored] = await room.drafts()
    assert await delete_draft(room.database, room.owner(), stored.id)
    before = len(room.slack.workspace.messages)
    await room.slack.press(messages[-1], button)
    await room.quiet()
    shown = [*map(text_of, room.slack.views()), *map(text_of, room.slack.workspace.messages[before:])]
    assert [text for text in shown if "This draft is gone: it was deleted or has expired." in text] == shown != []
    assert await room.drafts() == ()


async def test_a_tick_that_is_pressed_twice_posts_once(room: DraftApp) -> None:
    messages = await room.written()
    await asyncio.gather(*(room.slack.press(messages[-1], "draft_posted") for _ in range(2)))
    await room.quiet()
    [stored] = await room.drafts()
    assert stored.written
    assert stored.posted_texts == (stored.written.message,)


async def keep_house(room: DraftApp, count: int = 1) -> None:
    assert room.services
    assert room.draft_services
    await asyncio.gather(*(remind_and_purge(room.draft_services) for _ in range(count)))


async def make_due(room: DraftApp) -> None:
    async with room.database.transaction() as conn:
        await conn.execute(update(table).values(remind_at=datetime.now(UTC) - timedelta(minutes=1)))


def reminders(room: DraftApp) -> list[SlackMessage]:
    return [m for m in room.slack.workspace.messages if "Is it on the case yet?" in text_of(m)]


async def test_the_owner_is_reminded_once_and_in_person(room: DraftApp) -> None:
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


async def test_no_one_is_reminded_of_what_is_posted(room: DraftApp) -> None:
    messages = await room.written()
    await room.slack.press(messages[-1], "draft_posted")
    await room.quiet()
    [stored] = await room.drafts()
    assert stored.remind_at is None


async def test_a_reminder_that_slack_did_not_take_comes_later(room: DraftApp) -> None:
    await room.written()
    await make_due(room)
    room.slack.fail("chat.postMessage", error="user_is_bot")
    await keep_house(room)
    assert reminders(room) == []
    await make_due(room)
    await keep_house(room)
    assert len(reminders(room)) == 1


async def test_old_drafts_are_purged(room: DraftApp) -> None:
    await room.written()
    async with room.database.transaction() as conn:
        await conn.execute(update(table).values(updated_at=datetime.now(UTC) - timedelta(days=91), remind_at=None))
    await keep_house(room)
    assert await room.drafts() == ()
