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


async def test_stops_come_first_and_there_is_no_text_until_they_are_met(app: DraftApp) -> None:
    steps = [dict(values) for values in STEPS]
    steps[2]["opt_in"] = "We bought a list of addresses from a partner."
    messages = await app.written(steps)
    text = read(messages)
    assert "change 1 thing first" in text
    assert "We bought a list of addresses from a partner." in text
    assert "The message for the case" not in text
    assert actions(messages[-1]) == ["draft_edit"]
    [stored] = await app.drafts()
    assert stored.request.opt_in == steps[2]["opt_in"]
    assert stored.remind_at is None


async def test_nothing_typed_becomes_markup(app: DraftApp) -> None:
    nasty = "<!channel> *bold* `code` <https://evil.example|here> &lt;!here&gt; "
    steps = [dict(values) for values in STEPS]
    steps[0]["name"] = nasty + "Goods"
    steps[3]["example"] = nasty * 20
    messages = await app.written(steps)
    spans = [span for message in messages for span in message.markup]
    assert [span for span in spans if (span.kind, span.text) != ("emoji", "large_yellow_circle")] == []


@pytest.mark.parametrize(
    "script", ["靴を売っています。毎週火曜日に手紙を送ります。", "Мы продаём обувь тем, кто бегает. ", "🙂🚣 "]
)
async def test_long_answers_of_any_script_are_shown_whole(app: DraftApp, script: str) -> None:
    steps = [dict(values) for values in STEPS]
    steps[3]["example"] = (script * 200)[:2_900]
    messages = await app.written(steps)
    assert {call.refused for call in app.slack.refusals} <= {"used_url"}, "a response URL takes five messages"
    assert all("cut here" not in text_of(message) for message in messages)
    assert actions(messages[-1])[0] == "draft_edit"


async def test_the_result_can_be_shared_without_its_buttons(app: DraftApp) -> None:
    steps = [dict(values) for values in STEPS]
    steps[0]["business"] = "We sell shoes."
    messages = await app.written(steps)
    assert "Worth a look" in read(messages)
    assert messages[-1].elements[1].content["confirm"]["title"]["text"] == "Share in channel?"
    await app.slack.press(messages[-1], "draft_share")
    shared = await app.message()
    while shared in messages:
        shared = await app.message()
    await app.quiet()
    assert not shared.ephemeral
    assert shared.elements == []
    assert shared.mentions == [app.slack.user.id]
    assert "We sell shoes." in text_of(shared)
    assert "Worth a look" not in text_of(shared), "remarks are for the owner"
    assert "ops@acme.com" not in text_of(shared), "so are contacts"


async def test_where_the_bot_is_no_member_it_is_shared_by_the_response_url(app: DraftApp) -> None:
    private = app.slack.add_channel("away", app.slack.user, bot=False)
    view = await app.opened(app.slack.command("/ses-draft", "acme.com", channel=private))
    await app.walk(view, 4)
    await app.quiet()
    last = app.slack.messages(channel=private)[-1]
    assert last.ephemeral
    await app.slack.press(last, "draft_share")
    await app.quiet()
    assert not app.slack.messages(channel=private)[-1].ephemeral


async def test_editing_begins_at_the_first_step_with_everything_in_it(app: DraftApp) -> None:
    messages = await app.written()
    view = await app.opened(app.slack.press(messages[-1], "draft_edit"))
    for values in STEPS:
        assert {path: value for path, value in labels(view).items() if value} == values
        await app.hand_in(view, {})
    assert not view.open


async def test_posting_on_the_case_is_ticked_off(app: DraftApp) -> None:
    messages = await app.written()
    assert "☐ Posted on the case: not yet" in text_of(messages[-1])
    await app.slack.press(messages[-1], "draft_posted")
    await app.quiet()
    assert "☑ Posted on the case" in text_of(messages[-1])
    assert actions(messages[-1]) == ["draft_edit", "draft_share"]
    [stored] = await app.drafts()
    assert stored.posted_at is not None


async def test_what_was_posted_is_shown_again_to_the_byte(app: DraftApp) -> None:
    """Also after what is known has changed, and after an edit: only Edit writes anew, and what was posted stays."""
    messages = await app.written()
    await app.slack.press(messages[-1], "draft_posted")
    await app.quiet()
    [before] = await app.drafts()
    assert before.written
    assert before.posted_texts == (before.written.message,)
    app.now += timedelta(days=400)
    app.findings = (Finding("website", Outcome.FAIL, "website.parked", "https://acme.com shows a parking page."),)
    await app.report("acme.com")
    await app.quiet()
    shown = await pressed_in_list(app, "draft_show")
    assert before.written.message in "".join(preformatted(shown))
    assert "parking page" not in read(shown)
    view = await app.opened(app.slack.press(messages[-1], "draft_edit"))
    await app.hand_in(view, {"name": "Another Name"})
    for _ in STEPS[1:]:
        await app.hand_in(view, {})
    await app.quiet()
    [after] = await app.drafts()
    assert after.written
    assert "Another Name" in after.written.message
    assert after.posted_texts == before.posted_texts
    posted = await pressed_in_list(app, "draft_show_posted")
    assert "".join(preformatted(posted)) == before.written.message
    assert actions(app.slack.messages()[-1]) == []


async def pressed_in_list(app: DraftApp, action: str) -> list[SlackMessage]:
    """Press a button of the only draft in the list; what comes of it."""
    await app.slack.command("/ses-draft", "list")
    await app.quiet()
    listed = app.slack.messages()[-1]
    count = len(app.slack.workspace.messages)
    await app.slack.press(listed, action)
    await app.quiet()
    return app.slack.workspace.messages[count:]


def preformatted(messages: list[SlackMessage]) -> list[str]:
    """The texts to copy, each whole."""
    elements = [element for message in messages for block in message.blocks for element in block.get("elements", ())]
    texts = [element for element in elements if element.get("type") == "rich_text_preformatted"]
    return ["".join(run["text"] for run in element["elements"]) for element in texts]


async def test_two_people_write_at_once_and_each_gets_their_own(app: DraftApp) -> None:
    ben = app.slack.add_user("ben")
    app.slack.channel.members.add(ben.id)
    his = ({**STEPS[0], "name": "Ben’s Boats"}, *STEPS[1:])
    await asyncio.gather(app.written(), app.written(his, user=ben))
    [mine], [of_ben] = await app.drafts(), await app.drafts(ben)
    assert mine.written
    assert of_ben.written
    assert "Harbor Goods" in mine.written.message
    assert "Ben’s Boats" in of_ben.written.message
    assert "Harbor Goods" not in read(app.slack.messages(user=ben)) or "Harbor Goods" not in of_ben.written.message


# The list


async def test_drafts_are_listed_reopened_and_deleted(app: DraftApp) -> None:
    await app.written()
    view = await app.open("acme.org")
    await app.hand_in(view, {**STEPS[0], "domain": "acme.org"})
    await app.slack.close(view)
    await app.slack.command("/ses-draft", "list")
    listed = await app.slack.wait_until(
        lambda: next((m for m in app.slack.messages() if "Your drafts" in text_of(m)), None), 5, "the list"
    )
    assert "Request for acme.org" in text_of(listed)
    assert "Begun, Step 1 of 4 · Your business" in text_of(listed)
    assert actions(listed) == ["draft_open", "draft_delete", "draft_open", "draft_show", "draft_delete"]
    view = await app.opened(app.slack.press(listed, 0))
    assert step(view) == "mail.0"
    await app.slack.close(view)
    await app.slack.press(listed, 1)
    await app.quiet()
    assert "acme.org" not in text_of(listed)
    assert actions(listed) == ["draft_open", "draft_show", "draft_delete"]
    assert [one.domain for one in await app.drafts()] == ["acme.com"]


async def test_what_is_written_can_be_read_again(app: DraftApp) -> None:
    """Also by someone whose result never came, because the bot ended before it was posted."""
    first = await app.written()
    await app.slack.command("/ses-draft", "list")
    listed = await app.slack.wait_until(
        lambda: next((m for m in app.slack.messages() if "Your drafts" in text_of(m)), None), 5, "the list"
    )
    await app.slack.press(listed, "draft_show")
    await app.quiet()
    again = app.slack.messages()[len(first) + 1 :]
    assert [text_of(one) for one in again] == [text_of(one) for one in first]
    assert all(one.ephemeral for one in again)
    assert app.slack.views() == []
    [stored] = await app.drafts()
    ben = app.slack.add_user("ben")
    app.slack.channel.members.add(ben.id)
    his = [*await app.written(user=ben)][-1]
    his.blocks[-1]["elements"][0] |= {"action_id": "draft_show", "value": stored.id}
    await app.slack.press(his, "draft_show", user=ben)
    await app.quiet()
    assert "This draft is gone" in text_of(app.slack.messages(user=ben)[-1])


async def test_a_list_of_nothing_says_how_to_begin(app: DraftApp) -> None:
    await app.slack.command("/ses-draft", "list")
    assert "/ses-draft acme.com" in text_of(await app.message())


async def test_a_form_of_a_draft_that_was_deleted_says_so(app: DraftApp) -> None:
    view = await app.open()
    async with app.database.transaction() as conn:
        await conn.execute(table.delete())
    assert "This draft is gone" in next(iter((await app.hand_in(view, STEPS[0])).errors.values()))


# The reminder


@pytest.mark.parametrize("button", ["draft_edit", "draft_share", "draft_posted"])
async def test_the_buttons_of_a_draft_that_was_deleted_say_so(app: DraftApp, button: str) -> None:
    messages = await app.written()
    [stored] = await app.drafts()
    assert await delete_draft(app.database, app.owner(), stored.id)
    before = len(app.slack.workspace.messages)
    await app.slack.press(messages[-1], button)
    await app.quiet()
    shown = [*map(text_of, app.slack.views()), *map(text_of, app.slack.workspace.messages[before:])]
    assert [text for text in shown if "This draft is gone: it was deleted or has expired." in text] == shown != []
    assert await app.drafts() == ()


async def test_a_tick_that_is_pressed_twice_posts_once(app: DraftApp) -> None:
    messages = await app.written()
    await asyncio.gather(*(app.slack.press(messages[-1], "draft_posted") for _ in range(2)))
    await app.quiet()
    [stored] = await app.drafts()
    assert stored.written
    assert stored.posted_texts == (stored.written.message,)


async def keep_house(app: DraftApp, count: int = 1) -> None:
    assert app.services
    assert app.draft_services
    await asyncio.gather(*(remind_and_purge(app.draft_services) for _ in range(count)))


async def make_due(app: DraftApp) -> None:
    async with app.database.transaction() as conn:
        await conn.execute(update(table).values(remind_at=datetime.now(UTC) - timedelta(minutes=1)))


def reminders(app: DraftApp) -> list[SlackMessage]:
    return [m for m in app.slack.workspace.messages if "Is it on the case yet?" in text_of(m)]


async def test_the_owner_is_reminded_once_and_in_person(app: DraftApp) -> None:
    await app.written()
    [stored] = await app.drafts()
    assert stored.remind_at == app.now + timedelta(hours=4)
    await keep_house(app)
    assert reminders(app) == []
    await make_due(app)
    await keep_house(app, 3)
    await keep_house(app)
    [reminder] = reminders(app)
    assert app.slack.workspace.channels[reminder.channel].person == app.slack.user.id
    assert actions(reminder) == ["draft_posted", "draft_open"]
    await app.slack.press(reminder, "draft_posted")
    await app.quiet()
    assert "☑ Posted" in text_of(reminder)


async def test_no_one_is_reminded_of_what_is_posted(app: DraftApp) -> None:
    messages = await app.written()
    await app.slack.press(messages[-1], "draft_posted")
    await app.quiet()
    [stored] = await app.drafts()
    assert stored.remind_at is None


async def test_a_reminder_that_slack_did_not_take_comes_later(app: DraftApp) -> None:
    await app.written()
    await make_due(app)
    app.slack.fail("chat.postMessage", error="user_is_bot")
    await keep_house(app)
    assert reminders(app) == []
    await make_due(app)
    await keep_house(app)
    assert len(reminders(app)) == 1


async def test_old_drafts_are_purged(app: DraftApp) -> None:
    await app.written()
    async with app.database.transaction() as conn:
        await conn.execute(update(table).values(updated_at=datetime.now(UTC) - timedelta(days=91), remind_at=None))
    await keep_house(app)
    assert await app.drafts() == ()
