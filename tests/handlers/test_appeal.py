"""`/ses-appeal`, as people meet it: AWS's message pasted, the points asked for, the reply written."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fakes.slack import Message, Team, User, View
from handlers.replies import post
from handlers.results import housekeeping
from handlers.subjects import BadSubject, Subject, subject_of
from handlers.views.message import Message as Drawn
from handlers.views.news import news_message
from handlers.views.status import Overview, status_message
from model import Access, DraftKind, Fact, Finding, News, NewsKind, Outcome, Place
from store.draft_tables import draft as table
from tests.support.office import text_of
from tests.support.study import MONDAY, STEPS, Study, labels, read, study, watched

REFUSED = """Hello,

Thank you for submitting your request to increase your sending limits. We reviewed it and determined that your use of
Amazon SES could have a negative impact on our service. We are denying this request to prevent other Amazon SES
customers from experiencing interruptions in service.

For security purposes, we are unable to provide specific details.

Thank you,
Trust and Safety"""
ASKED = """Hello,

Before we can increase your sending limit, we need more information about your use case.

How often do you send email?
How do you maintain your recipient lists?

Thank you"""
JAPANESE = """お客様

お申し込みを審査いたしましたが、サービスに悪影響を与える可能性があるため、承認できません。
詳細はお伝えできません。
"""
CASE = {"case_id": "1234567890", "region": "eu-west-1", "refused_before": "no", "case_closed": "no"}
POINTS = {
    "opt_in": "The order form at acme.com/checkout asks for the address; the order keeps the date.",
    "confirmation": "Subject: Your order 1042\n\nThank you for your order. Your jacket leaves Kiel tomorrow.",
    "privacy": "https://acme.com/privacy",
    "unsubscribe": "Receipts answer an order, so there is no list to leave.",
}


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Study]:
    async with study(f"sqlite:///{tmp_path / 'drafts.sqlite3'}") as room:
        yield room
        assert room.slack.refusals == []
        assert room.slack.sockets.trouble.unanswered == []


def pasted(view: View, text: str) -> dict[str, str]:
    """The message in as many fields as it fills."""
    count = sum(block["element"]["action_id"].startswith("refusal.") for block in view.inputs)
    assert len(text) <= 3_000 * count
    return {f"refusal.{n}": text[n * 3_000 : (n + 1) * 3_000] for n in range(count)}


async def appealed(room: Study, text: str, typed: str = "", **more: str) -> list[Message]:
    """Walk through the steps; the messages of the result."""
    before = len(room.slack.workspace.messages)
    view = await room.open(typed, command="/ses-appeal")
    assert (await room.hand_in(view, {**pasted(view, text), **CASE, **more})).errors == {}
    assert (await room.hand_in(view, POINTS)).errors == {}
    if view.open:
        assert (await room.hand_in(view, {})).errors == {}
    await room.quiet()
    return room.slack.workspace.messages[before:]


async def test_a_refusal_becomes_a_reply(room: Study) -> None:
    await room.written()
    messages = await appealed(room, REFUSED)
    text = read(messages)
    assert "Reply to AWS: ready to send" in text
    assert "Where it goes" in text
    assert "1234567890" in text
    assert "https://acme.com/privacy" in text
    assert [element.action_id for element in messages[-1].elements] == ["draft_edit", "draft_share", "draft_posted"]
    assert all(message.ephemeral for message in messages)


async def test_questions_of_aws_are_asked_in_its_words(room: Study) -> None:
    view = await room.open("", command="/ses-appeal")
    await room.hand_in(view, {**pasted(view, ASKED), **CASE})
    await room.hand_in(view, POINTS)
    said = text_of(view)
    assert "How often do you send email" in said
    assert "How do you maintain your recipient lists" in said
    await room.hand_in(
        view, {"replies.0": "One mail for each order, about thirty a day.", "replies.1": "From orders alone."}
    )
    assert not view.open
    await room.quiet()
    assert "thirty a day" in read(room.slack.messages())


@pytest.mark.parametrize("text", [("x" * 79 + "\n") * 250, JAPANESE * 300], ids=["english", "japanese"])
async def test_a_message_of_20000_characters_is_taken_whole(room: Study, text: str) -> None:
    text = text[:20_000]
    view = await room.open("", command="/ses-appeal")
    assert "3,000 characters" in text_of(view)
    for wanted in (4, 6, 7):
        await room.slack.press(view, "appeal_room")
        await room.slack.until(lambda n=wanted: len(pasted(view, "")) == n or None, 5, "more room")  # type: ignore[misc]  # binds the loop's number
    await room.hand_in(view, {**pasted(view, text), **CASE})
    [stored] = await room.drafts()
    assert stored.appeal.refusal == text
    await room.slack.press(view, "appeal_back")
    await room.slack.until(lambda: "refusal.0" in labels(view) or None, 5, "the step before")
    found = labels(view)
    assert "".join(found[f"refusal.{n}"] for n in range(7)) == text
    for values in ({}, POINTS):
        assert (await room.hand_in(view, values)).errors == {}
    await room.quiet()
    assert not view.open
    assert "Reply to AWS: ready to send" in read(room.slack.messages())


async def test_questions_in_japanese_are_asked_in_japanese(room: Study) -> None:
    view = await room.open("", command="/ses-appeal")
    await room.hand_in(view, {**pasted(view, "詳細を教えてください。\nどのくらいの頻度で送信しますか？\n"), **CASE})
    await room.hand_in(view, POINTS)
    assert "どのくらいの頻度で送信しますか" in text_of(view)
    await room.hand_in(view, {"replies.0": "注文ごとに一通です。"})
    await room.quiet()
    assert "注文ごとに一通です" in read(room.slack.messages())


async def test_the_owner_of_a_reply_is_reminded_of_the_reply(room: Study) -> None:
    await appealed(room, REFUSED)
    async with room.database.transaction() as conn:
        await conn.execute(table.update().values(remind_at=datetime.now(UTC) - timedelta(minutes=1)))
    assert room.services
    assert room.desk
    await housekeeping(room.services, room.desk)
    reminder = room.slack.workspace.messages[-1]
    assert room.slack.workspace.channels[reminder.channel].person == room.slack.user.id
    assert "Is it on the case yet? Your reply in case 1234567890" in text_of(reminder)
    assert "https://acme.com/privacy" in text_of(reminder)


async def test_appeals_are_in_the_list(room: Study) -> None:
    await appealed(room, REFUSED)
    await room.slack.command("/ses-appeal", "list")
    listed = await room.slack.until(
        lambda: next((m for m in room.slack.messages() if "Your drafts" in text_of(m)), None), 5, "the list"
    )
    assert "Appeal on case 1234567890, eu-west-1" in text_of(listed)


async def test_what_is_typed_stays_when_there_is_more_room(room: Study) -> None:
    view = await room.open("", command="/ses-appeal")
    room.slack.type_in(view, {"refusal.0": "We are sorry.", "case_id": "77777777"})
    await room.slack.press(view, "appeal_room")
    await room.slack.until(lambda: "refusal.3" in labels(view) or None, 5, "more room")
    assert labels(view)["refusal.0"] == "We are sorry."
    assert labels(view)["case_id"] == "77777777"


async def test_parts_that_end_with_a_line_are_put_together_as_lines(room: Study) -> None:
    view = await room.open("", command="/ses-appeal")
    await room.hand_in(view, {"refusal.0": "Hello,", "refusal.1": "We are sorry.", **CASE})
    [stored] = await room.drafts()
    assert stored.appeal.refusal == "Hello,\nWe are sorry."


async def under(room: Study, message: Drawn, *who: User) -> Message:
    """A message of the bot in the channel, as news is; `who` is let in."""
    room.slack.channel.members.update(one.id for one in who)
    assert room.services
    posted = await post(room.services.slack, room.slack.channel.id, message)
    return next(one for one in room.slack.messages() if one.ts == posted.ts)


def news(kind: NewsKind, **facts: Fact) -> Drawn:
    return news_message(News(kind, Place("main", "eu-west-1"), MONDAY, facts), account_id=None)


async def test_the_button_under_a_refusal_fills_in_case_and_account_for_whoever_presses(room: Study) -> None:
    room.places = [watched(Access.NOT_GRANTED, case="987654321"), watched(region="us-east-1")]
    ben = room.slack.add_user("ben")
    told = await under(room, news(NewsKind.NOT_GRANTED, case_id="987654321"), ben)
    for person in (room.slack.user, ben):
        view = await room.opened(room.slack.press(told, "appeal_start", user=person), user=person)
        found = labels(view)
        assert (found["case_id"], found["at"]) == ("987654321", "eu-west-1 main")
        assert "was not granted" in text_of(view)
        await room.hand_in(view, pasted(view, REFUSED))
    assert [(one.account, one.region, one.appeal.case_id) for one in await room.drafts(ben)] == [
        ("main", "eu-west-1", "987654321")
    ]


async def test_so_does_the_one_under_a_status(room: Study) -> None:
    room.places = [watched(Access.NOT_GRANTED, case="987654321"), watched(region="us-east-1")]
    shown = await under(room, status_message(Overview(room.places, MONDAY), query=""))
    found = labels(await room.opened(room.slack.press(shown, "appeal_start")))
    assert (found["case_id"], found["at"]) == ("987654321", "eu-west-1 main")


async def test_so_does_the_one_under_a_report_where_one_account_alone_was_refused(room: Study) -> None:
    here, there = (
        watched(Access.NOT_GRANTED, case="987654321"),
        watched(Access.IN_REVIEW, region="us-east-1", case="55"),
    )
    room.places = [there, here]
    room.findings = (Finding("account", Outcome.FAIL, "account.not-granted", "Not granted."),)
    found = labels(await room.opened(room.slack.press(await room.report("acme.com"), "appeal_start")))
    assert (found["case_id"], found["at"]) == ("987654321", "eu-west-1 main")


async def test_the_case_is_filled_into_an_appeal_that_did_not_know_it(room: Study) -> None:
    room.places = [watched(Access.NOT_GRANTED), watched(region="us-east-1")]
    view = await room.open("main eu-west-1", command="/ses-appeal")
    await room.hand_in(view, {**pasted(view, REFUSED)})
    await room.slack.close(view)
    found = labels(await room.open("main eu-west-1 987654321", command="/ses-appeal"))
    assert (found["case_id"], found["refusal.0"]) == ("987654321", REFUSED)


async def test_what_a_button_carries_is_never_trusted(room: Study) -> None:
    """An id of somebody else's draft opens nothing; anything else is read like typed text."""
    await appealed(room, REFUSED)
    [mine] = await room.drafts()
    ben = room.slack.add_user("ben")
    room.places = [watched(Access.NOT_GRANTED)]
    told = await under(room, news(NewsKind.NOT_GRANTED), ben)
    for value, says in ((mine.id, "not there any more"), ("<!channel> x", "neither a case"), ("x" * 1_999, "1,999")):
        told.blocks[-1]["elements"][0]["value"] = value
        await room.slack.press(told, "appeal_start", user=ben)
        await room.quiet()
        seen: list[Message | View] = [*room.slack.messages(user=ben), *room.slack.views(ben)]
        shown = seen[-1]
        assert says in text_of(shown)
        assert not isinstance(shown, Message) or shown.mentions == []
        for view in room.slack.views(ben):
            await room.slack.close(view)


async def test_a_press_by_another_organization_is_refused(room: Study) -> None:
    stranger = room.slack.add_user("eve", team=Team("T0OTHER", "other"))
    for kind, action in ((NewsKind.NOT_GRANTED, "appeal_start"), (NewsKind.NEVER_RECEIVED, "draft_start")):
        told = await under(room, news(kind), stranger)
        await room.slack.press(told, action, user=stranger)
        await room.quiet()
        assert "only by the organization" in text_of(room.slack.messages(user=stranger)[-1])
    assert room.slack.views(stranger) == []
    assert await room.drafts(stranger) == ()


async def test_a_request_that_never_arrived_is_drafted_again_for_its_region(room: Study) -> None:
    await room.written()
    room.places = [watched(Access.FAILED), watched(region="us-east-1")]
    told = await under(room, news(NewsKind.NEVER_RECEIVED))
    view = await room.opened(room.slack.press(told, "draft_start"))
    assert labels(view)["domain"] == "acme.com"
    assert "AWS never received" in text_of(view)
    assert len(await room.drafts()) == 1, "the draft that was written for that region"


async def test_it_is_filled_in_from_the_request(room: Study) -> None:
    await room.written()
    view = await room.open("", command="/ses-appeal")
    await room.hand_in(view, {**pasted(view, REFUSED), **CASE})
    found = labels(view)
    assert found["opt_in"] == STEPS[2]["opt_in"]
    assert found["unsubscribe"] == STEPS[2]["leaving"]


async def test_a_proposed_confirmation_mail_is_marked_as_one(room: Study) -> None:
    steps: list[Mapping[str, str]] = [dict(values) for values in STEPS]
    opt_in = "They type their address at acme.com/news, tick an empty box, and a mail asks them to confirm with a link."
    steps[2] = {**steps[2], "opt_in": opt_in, "unconfirmed": "They get nothing more and are deleted after seven days."}
    await room.written(steps)
    view = await room.open("", command="/ses-appeal")
    await room.hand_in(view, {**pasted(view, REFUSED), **CASE})
    assert labels(view)["confirmation"]
    assert "propos" in text_of(view).lower()


async def test_a_second_refusal_asks_for_a_secondary_review_and_repeats_nothing(room: Study) -> None:
    first = await appealed(room, REFUSED)
    await room.slack.press(first[-1], "draft_posted")
    await room.quiet()
    view = await room.open("1234567890", command="/ses-appeal")
    await room.hand_in(view, {**pasted(view, REFUSED), **CASE, "refused_before": "yes"})
    refused = await room.hand_in(view, POINTS)
    assert [block.partition("#")[0] for block in refused.errors] == ["changed"], "the same text is never sent twice"
    await room.hand_in(view, {**POINTS, "changed": "Since 3 November every order mail has a List-Unsubscribe header."})
    await room.quiet()
    text = read(room.slack.messages()[len(first) :])
    assert "secondary review" in text
    assert "3 November" in text
    appeals = [one for one in await room.drafts() if one.kind is DraftKind.APPEAL]
    assert len(appeals) == 2, "what was posted is not written over"


async def test_a_closed_modal_loses_no_step(room: Study) -> None:
    view = await room.open("", command="/ses-appeal")
    await room.hand_in(view, {**pasted(view, REFUSED), **CASE})
    await room.slack.close(view)
    [stored] = await room.drafts()
    assert (stored.appeal.refusal, stored.step) == (REFUSED, "refusal")
    assert labels(await room.open("", command="/ses-appeal"))["refusal.0"] == REFUSED


SUBJECTS = [
    ("", Subject()),
    ("1234567890", Subject("1234567890")),
    ("#1234567890", Subject("1234567890")),
    ("case-123456789012-muen-2026-abc", Subject("case-123456789012-muen-2026-abc")),
    ("main", Subject(place=Place("main", ""))),
    ("main us-east-1", Subject(place=Place("main", "us-east-1"))),
    ("us-east-1 main", Subject(place=Place("main", "us-east-1"))),
    ("123456789012 EU-WEST-1", Subject(place=Place("main", "eu-west-1"))),
    ("MAIN us-east-1 987654321", Subject("987654321", Place("main", "us-east-1"))),
    ("gone us-east-1 987654321", Subject("987654321", Place("gone", "us-east-1"))),
    ("0123456789abcdef", Subject(draft="0123456789abcdef")),
]


@pytest.mark.parametrize(("typed", "subject"), SUBJECTS)
def test_what_an_appeal_is_about(typed: str, subject: Subject) -> None:
    assert subject_of(typed, [watched(), watched(region="us-east-1")]) == subject


@pytest.mark.parametrize(
    "typed", ["other", "other us-east-1", "main main", "<!channel>", "x" * 500, "main us-east-1 12345678 9"]
)
async def test_usage(room: Study, typed: str) -> None:
    places = [watched(), watched(region="us-east-1")]
    with pytest.raises(BadSubject):
        subject_of(typed, places)
    room.places = places
    await room.slack.command("/ses-appeal", typed)
    message = await room.message()
    assert "How to use it" in text_of(message)
    assert message.mentions == []
    assert room.slack.views() == []


async def test_help(room: Study) -> None:
    await room.slack.command("/ses-appeal", "help")
    assert "/ses-appeal main us-east-1" in text_of(await room.message())
