"""`/ses-appeal`, as people meet it: AWS's message pasted, and what they see then, by its kind."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from drafts.refusal import read as read_refusal
from fakes.slack import SlackMessage
from handlers.rounds import remind_and_purge
from handlers.slack_api import post_message
from handlers.views.status import Overview, status_message
from model import Access, AccountRegion, RegionState, Snapshot
from model.drafting import DraftKind, WrittenReply
from model.watching import Turn
from store import ensure_account_regions, load_status
from store.tables import drafts as table
from tests.support.draft_app import MONDAY, STEPS, DraftApp, labels, read, watched
from tests.support.replies import ASKED, CASE, CONCERN, POINTS, REFUSED, answered, handed_in, pasted
from tests.support.slack_app import text_of

JAPANESE = """お客様

お申し込みを審査いたしましたが、サービスに悪影響を与える可能性があるため、承認できません。
詳細はお伝えできません。
"""
APPROVED = (
    "Hello,\n\nWe have reviewed your request. Your new sending quota in Amazon SES is 50,000 messages per day, and "
    "your account was moved out of the sandbox in eu-west-1.\n"
)
NOT_YET = (
    "Hello,\n\nThank you for your interest in Amazon SES. There are limiting factors on your account, and we cannot "
    "increase its sending limit yet. Once it has a consistent paid billing history, please open a new case after a "
    "successful billing cycle.\n"
)
BILL = "Hello,\n\nYour AWS invoice for October is available. The total of USD 12.40 was charged to your card.\n"


# What the person sees differs by kind


async def test_a_refusal_becomes_a_letter(app: DraftApp) -> None:
    await app.written()
    messages = await answered(app, REFUSED)
    text = read(messages)
    assert "Answer to AWS: ready to send" in text
    assert "Where it goes" in text
    assert "1234567890" in text
    assert "https://acme.com/privacy" in text
    assert "What should we change?" in text
    assert [element.action_id for element in messages[-1].elements] == ["draft_edit", "draft_share", "draft_posted"]
    assert all(message.ephemeral for message in messages)


async def test_questions_are_fields_in_aws_order_filled_in_from_the_request(app: DraftApp) -> None:
    await app.written()
    view = await handed_in(app, ASKED)
    assert [block["label"]["text"] for block in view.inputs] == [
        "How often do you send email?",
        "How do you maintain your recipient lists?",
    ]
    found = labels(view)
    assert "900 of these a month" in found["answers.0"]
    assert STEPS[2]["opt_in"] in found["answers.1"]
    before = len(app.slack.workspace.messages)
    await app.hand_in(view, {"answers.0": "One mail for each order, about thirty a day."})
    assert not view.open
    await app.quiet()
    assert "about thirty a day" in read(app.slack.workspace.messages[before:])
    stored = next(one for one in await app.drafts() if one.kind is DraftKind.APPEAL)
    assert stored.written
    text = stored.written.message
    assert text.index("How often do you send email?") < text.index("about thirty a day")
    assert text.index("about thirty a day") < text.index("How do you maintain your recipient lists?")
    assert STEPS[2]["opt_in"] in text


async def test_questions_in_japanese_are_answered_under_their_own_words(app: DraftApp) -> None:
    view = await handed_in(app, "詳細を教えてください。\nどのくらいの頻度で送信しますか？\n")
    assert "どのくらいの頻度で送信しますか" in text_of(view)
    await app.hand_in(view, {"answers.0": "靴を売っています。", "answers.1": "注文ごとに一通です。"})
    await app.quiet()
    assert "注文ごとに一通です" in read(app.slack.messages())


async def test_a_concern_that_is_named_is_met_first(app: DraftApp) -> None:
    await app.written()
    view = await handed_in(app, CONCERN)
    assert "AWS is concerned about where your list comes from" in text_of(view)
    assert labels(view)["opt_in"] == STEPS[2]["opt_in"]


async def test_not_yet_never_yields_a_letter_but_a_date_and_a_reminder(app: DraftApp) -> None:
    view = await handed_in(app, NOT_YET)
    assert "No letter helps now" in text_of(view)
    assert "Come back on 6 January 2100" in text_of(view)
    [stored] = await app.drafts()
    assert stored.written == WrittenReply(read_refusal(NOT_YET), None)
    await app.slack.press(view, "appeal_remind")
    await app.quiet()
    assert "one direct message on 6 January 2100" in read(app.slack.workspace.messages)
    [stored] = await app.drafts()
    assert stored.remind_at == datetime(2100, 1, 6, 9, tzinfo=UTC)
    reminder = await reminded(app)
    assert "request production access again" in text_of(reminder)
    assert "A billing cycle has passed" in text_of(reminder)


async def test_an_approval_has_the_account_read_at_once_and_no_letter(app: DraftApp) -> None:
    app.account_regions = [watched(Access.NOT_GRANTED, case="1234567890")]
    granted = RegionState(Snapshot(Access.PRODUCTION, quota=50_000.0, rate=14.0))
    app.after_poll = [replace(app.account_regions[0], state=granted)]
    view = await handed_in(app, APPROVED)
    assert "There is nothing to answer" in text_of(view)
    await app.quiet()
    assert app.polled == [AccountRegion("main", "eu-west-1")]
    text = read(app.slack.messages())
    assert "Congratulations" in text
    assert "50,000 messages in 24 hours, 14 a second" in text
    [stored] = await app.drafts()
    assert stored.written is None


async def test_an_approval_that_ses_does_not_confirm_is_no_congratulation(app: DraftApp) -> None:
    app.account_regions = [watched(Access.IN_REVIEW)]
    await handed_in(app, APPROVED)
    await app.quiet()
    text = read(app.slack.messages())
    assert "SES does not show it yet" in text
    assert "Congratulations" not in text


@pytest.mark.parametrize(("text", "says"), [(BILL, "Your AWS invoice for October"), ("Hello there", "not recognize")])
async def test_what_is_about_something_else_or_unclear_is_asked_about(app: DraftApp, text: str, says: str) -> None:
    view = await handed_in(app, text)
    assert says in text_of(view)
    assert [block["element"]["action_id"] for block in view.inputs] == ["about"]
    await app.hand_in(view, {"about": "other"})
    assert "nothing to answer" in text_of(view)
    await app.slack.close(view)
    [stored] = await app.drafts()
    assert stored.reply.message == text
    view = await handed_in(app, text)
    await app.hand_in(view, {"about": "no_details"})
    assert "opt_in" in labels(view)


@pytest.mark.parametrize("text", [" \n\t ", "\udfff\ud800", "\x00\x07"])
async def test_a_message_without_a_word_is_refused_at_its_field(app: DraftApp, text: str) -> None:
    view = await app.open("", command="/ses-appeal")
    refused = await app.hand_in(view, {"message.0": text, **CASE})
    assert {block.partition("#")[0]: words for block, words in refused.errors.items()} == {
        "message.0": "Paste what AWS wrote."
    }
    assert (await app.hand_in(view, {**pasted(view, REFUSED), **CASE})).errors == {}
    [stored] = await app.drafts()
    assert stored.reply.case_id == "1234567890"


@pytest.mark.parametrize("text", [("x" * 79 + "\n") * 250, JAPANESE * 300], ids=["unclear", "japanese"])
async def test_a_message_of_20000_characters_is_taken_whole(app: DraftApp, text: str) -> None:
    text = text[:20_000]
    view = await app.open("", command="/ses-appeal")
    assert "3,000 characters" in text_of(view)
    for wanted in (4, 6, 7):
        await app.slack.press(view, "appeal_room")
        await app.slack.wait_until(lambda n=wanted: len(pasted(view, "")) == n or None, 120, "more room")  # type: ignore[misc]  # binds the loop's number
    await app.hand_in(view, {**pasted(view, text), **CASE})
    [stored] = await app.drafts()
    assert stored.reply.message == text
    await app.slack.press(view, "appeal_back")
    await app.slack.wait_until(lambda: "message.0" in labels(view) or None, 120, "the step before")
    found = labels(view)
    assert "".join(found[f"message.{n}"] for n in range(7)) == text


async def test_more_information_without_a_question_is_asked_for_in_words_that_are_true(app: DraftApp) -> None:
    view = await handed_in(app, "asdf")
    assert (await app.hand_in(view, {"about": "questions"})).errors == {}
    assert "found no question in the message" in text_of(view)
    assert "Answer each of them" not in text_of(view)


# Whose turn it is


async def test_a_message_of_aws_makes_it_our_turn_and_posting_theirs(app: DraftApp) -> None:
    await ensure_account_regions(app.database, {AccountRegion("main", "eu-west-1"): None})
    messages = await answered(app, REFUSED)
    [seen] = await load_status(app.database)
    assert seen.state.said_turn is Turn.OURS
    await app.slack.press(messages[-1], "draft_posted")
    await app.quiet()
    [seen] = await load_status(app.database)
    assert seen.state.said_turn is Turn.AWS


async def test_an_answer_that_is_edited_leaves_the_turn_where_it_is(app: DraftApp) -> None:
    """Only a new message of AWS makes it our turn again."""
    await ensure_account_regions(app.database, {AccountRegion("main", "eu-west-1"): None})
    messages = await answered(app, REFUSED)
    await app.slack.press(messages[-1], "draft_posted")
    await app.quiet()
    view = await app.opened(app.slack.press(messages[-1], "draft_edit"))
    assert (await app.hand_in(view, {})).errors == {}
    [seen] = await load_status(app.database)
    assert seen.state.said_turn is Turn.AWS
    await app.slack.close(view)
    view = await app.opened(app.slack.press(messages[-1], "draft_edit"))
    assert (await app.hand_in(view, pasted(view, CONCERN))).errors == {}
    [seen] = await load_status(app.database)
    assert seen.state.said_turn is Turn.OURS


async def test_a_request_that_is_posted_answers_nothing_that_aws_asked(app: DraftApp) -> None:
    await ensure_account_regions(app.database, {AccountRegion("main", "eu-west-1"): None})
    messages = await app.written()
    await app.slack.press(messages[-1], "draft_posted")
    await app.quiet()
    assert "Request for acme.com: posted on the case" in text_of(messages[-1])
    [seen] = await load_status(app.database)
    assert seen.state.said_turn is None


async def test_while_aws_reads_an_answer_the_status_offers_one_only_if_aws_wrote_again(app: DraftApp) -> None:
    account_region = watched(Access.NOT_GRANTED, case="1234567890")
    asked = replace(account_region.state, turn=Turn.OURS, turn_since=MONDAY)
    for known, label in (
        (asked, "Draft the answer"),
        (replace(asked, said_turn=Turn.AWS, said_turn_at=MONDAY + timedelta(hours=1)), "AWS wrote again"),
    ):
        drawn = status_message(Overview((replace(account_region, state=known),), MONDAY), query="")
        posted = await post_message(app.services.slack, app.slack.channel.id, drawn) if app.services else None
        message = next(one for one in app.slack.messages() if posted and one.ts == posted.ts)
        assert [one.content["text"]["text"] for one in message.elements] == [label, "Refresh"]


@pytest.mark.parametrize(("text", "says"), [(ASKED, "often sooner"), (REFUSED, "between Thursday, 26 November 2099")])
async def test_a_result_says_when_aws_answers(app: DraftApp, text: str, says: str) -> None:
    await app.written()
    before = len(app.slack.workspace.messages)
    view = await handed_in(app, text)
    values = POINTS if text is REFUSED else {"answers.0": "Each time an order is paid.", "answers.1": "By hand."}
    assert (await app.hand_in(view, values)).errors == {}
    await app.quiet()
    result = read(app.slack.workspace.messages[before:])
    assert says in result
    assert "an estimate" in result
    assert "first answer" not in result, "the promise of 24 hours is for the first answer to a request"


# Kept


async def reminded(app: DraftApp) -> SlackMessage:
    """Make the reminder due; what is sent then, to the person."""
    async with app.database.transaction() as conn:
        await conn.execute(table.update().values(remind_at=datetime.now(UTC) - timedelta(minutes=1)))
    assert app.services
    assert app.draft_services
    await remind_and_purge(app.draft_services)
    message = app.slack.workspace.messages[-1]
    assert app.slack.workspace.channels[message.channel].person == app.slack.user.id
    return message


async def test_a_posted_answer_is_shown_again_to_the_byte(app: DraftApp) -> None:
    messages = await answered(app, REFUSED)
    [stored] = await app.drafts()
    assert stored.written
    await app.slack.press(messages[-1], "draft_posted")
    await app.quiet()
    [after] = await app.drafts()
    assert after.written == stored.written
    assert after.posted_texts == (stored.written.message,)


async def test_the_owner_of_a_reply_is_reminded_of_the_reply(app: DraftApp) -> None:
    await answered(app, REFUSED)
    reminder = await reminded(app)
    assert "Is it on the case yet? Your answer in case 1234567890" in text_of(reminder)
    assert "https://acme.com/privacy" in text_of(reminder)


async def test_appeals_are_in_the_list(app: DraftApp) -> None:
    await answered(app, REFUSED)
    await app.slack.command("/ses-appeal", "list")
    listed = await app.slack.wait_until(
        lambda: next((m for m in app.slack.messages() if "Your drafts" in text_of(m)), None), 120, "the list"
    )
    assert "Answer to AWS on case 1234567890, eu-west-1" in text_of(listed)


async def test_what_is_typed_stays_when_there_is_more_room(app: DraftApp) -> None:
    view = await app.open("", command="/ses-appeal")
    app.slack.type_in(view, {"message.0": "We are sorry.", "case_id": "77777777"})
    await app.slack.press(view, "appeal_room")
    await app.slack.wait_until(lambda: "message.3" in labels(view) or None, 120, "more room")
    assert labels(view)["message.0"] == "We are sorry."
    assert labels(view)["case_id"] == "77777777"


async def test_parts_that_end_with_a_line_are_put_together_as_lines(app: DraftApp) -> None:
    view = await app.open("", command="/ses-appeal")
    await app.hand_in(view, {"message.0": "Hello,", "message.1": "We are sorry.", **CASE})
    [stored] = await app.drafts()
    assert stored.reply.message == "Hello,\nWe are sorry."


async def test_it_is_filled_in_from_the_request(app: DraftApp) -> None:
    await app.written()
    view = await app.open("", command="/ses-appeal")
    await app.hand_in(view, {**pasted(view, REFUSED), **CASE})
    found = labels(view)
    assert found["opt_in"] == STEPS[2]["opt_in"]
    assert found["privacy_policy"] == STEPS[0]["privacy_policy"]


async def test_after_an_answer_only_what_is_new_is_asked_for_and_sent(app: DraftApp) -> None:
    """Whether AWS has read an answer is known from what was posted, so it is not asked."""
    first = await answered(app, REFUSED)
    await app.slack.press(first[-1], "draft_posted")
    await app.quiet()
    view = await app.open("1234567890", command="/ses-appeal")
    await app.hand_in(view, {**pasted(view, REFUSED), **CASE})
    view = await app.open("1234567890", command="/ses-appeal")
    assert "refused_before" not in labels(view)
    del view
    view = app.slack.views()[-1]
    await app.hand_in(view, {})
    assert sorted(labels(view)) == ["changed", "comparison", "question"]
    before = len(app.slack.workspace.messages)
    await app.hand_in(view, {"changed": "Since 3 November every order mail has a List-Unsubscribe header."})
    await app.quiet()
    text = read(app.slack.workspace.messages[before:])
    assert "asks for a second review" in text
    assert "3 November" in text
    assert "The order form at acme.com/checkout" not in text, "AWS has read that"
    replies = [one for one in await app.drafts() if one.kind is DraftKind.APPEAL]
    assert len(replies) == 2, "what was posted is not written over"


async def test_the_same_text_is_never_sent_twice(app: DraftApp) -> None:
    first = await answered_questions(app)
    await app.slack.press(first[-1], "draft_posted")
    await app.quiet()
    view = await handed_in(app, ASKED, "1234567890")
    refused = await app.hand_in(view, {"answers.0": "Daily.", "answers.1": "By hand, every day."})
    assert "AWS has read this text already" in next(iter(refused.errors.values()))
    assert view.open


async def answered_questions(app: DraftApp) -> list[SlackMessage]:
    before = len(app.slack.workspace.messages)
    view = await handed_in(app, ASKED)
    await app.hand_in(view, {"answers.0": "Daily.", "answers.1": "By hand, every day."})
    await app.quiet()
    return app.slack.workspace.messages[before:]


async def test_a_closed_modal_loses_no_step(app: DraftApp) -> None:
    view = await app.open("", command="/ses-appeal")
    await app.hand_in(view, {**pasted(view, REFUSED), **CASE})
    await app.slack.close(view)
    [stored] = await app.drafts()
    assert (stored.reply.message, stored.step) == (REFUSED, "message")
    assert labels(await app.open("", command="/ses-appeal"))["message.0"] == REFUSED
