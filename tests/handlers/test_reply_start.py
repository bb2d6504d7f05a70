"""Where an answer to AWS begins: typed, or by a button under news, a status or a report; what is known is filled in."""

import asyncio

import pytest

from fakes.slack import SlackMessage, Team, User, View
from handlers.drafts.forms import AppealSubject, BadSubject, parse_subject
from handlers.slack_api import post_message
from handlers.views.blocks import Message as Drawn
from handlers.views.news import news_message
from handlers.views.status import Overview, status_message
from model import Access, AccountRegion, Fact, Finding, News, NewsKind, Outcome, RegionState, Snapshot
from store import claim_due, ensure_account_regions, make_polls_due, record_poll
from store.drafts import mark_posted
from tests.support.draft_app import MONDAY, DraftApp, labels, watched
from tests.support.patience import PATIENCE
from tests.support.replies import ASKED, CONCERN, REFUSED, answered, pasted
from tests.support.slack_app import text_of


async def under(room: DraftApp, message: Drawn, *who: User) -> SlackMessage:
    """A message of the bot in the channel, as news is; `who` is let in."""
    room.slack.channel.members.update(one.id for one in who)
    assert room.services
    posted = await post_message(room.services.slack, room.slack.channel.id, message)
    return next(one for one in room.slack.messages() if one.ts == posted.ts)


def news(kind: NewsKind, **facts: Fact) -> Drawn:
    return news_message(News(kind, AccountRegion("main", "eu-west-1"), MONDAY, facts), account_id=None)


async def test_the_button_under_a_refusal_fills_in_case_and_account_for_the_one_who_presses(room: DraftApp) -> None:
    room.account_regions = [watched(Access.NOT_GRANTED, case="987654321"), watched(region="us-east-1")]
    ben = room.slack.add_user("ben")
    shown = await under(room, news(NewsKind.NOT_GRANTED, case_id="987654321"), ben)
    for person in (room.slack.user, ben):
        view = await room.opened(room.slack.press(shown, "appeal_start", user=person), user=person)
        found = labels(view)
        assert (found["case_id"], found["at"]) == ("987654321", "eu-west-1 main")
        assert "Do not submit a second request" in text_of(view)
        await room.hand_in(view, pasted(view, REFUSED))
    assert [(one.account, one.region, one.reply.case_id) for one in await room.drafts(ben)] == [
        ("main", "eu-west-1", "987654321")
    ]


async def wrote(room: DraftApp, text: str, case: str = "987654321") -> None:
    """AWS writes on the case, and a poll reads it."""
    account_region = AccountRegion("main", "eu-west-1")
    await ensure_account_regions(room.database, {account_region: None})
    await make_polls_due(room.database, [account_region])
    async with asyncio.timeout(PATIENCE):
        while not (claims := await claim_due(room.database, most=1, lease=30)):  # noqa: ASYNC110 - AWS's one second
            await asyncio.sleep(0.05)
    [claim] = claims
    item = News(NewsKind.CASE_MESSAGE, account_region, MONDAY, {"case_id": case, "text": text})
    assert await record_poll(room.database, claim, RegionState(Snapshot(Access.NOT_GRANTED)), (item,), again_in=60)


async def test_what_aws_wrote_last_is_answered_anew_and_nothing_typed_is_lost(room: DraftApp) -> None:
    room.account_regions = [watched(Access.NOT_GRANTED, case="987654321")]
    shown = await under(room, news(NewsKind.NOT_GRANTED, case_id="987654321"))

    async def opened() -> View:
        return await room.opened(room.slack.press(shown, "appeal_start"))

    await wrote(room, ASKED)
    view = await opened()
    assert labels(view)["message.0"] == ASKED
    await room.hand_in(view, {})
    await room.hand_in(view, {"answers.0": "Weekly.", "answers.1": "By consent."})
    await room.quiet()
    again = await opened()
    assert labels(again)["message.0"] == ASKED
    [begun] = await room.drafts()
    await room.slack.close(again)

    await wrote(room, CONCERN)
    view = await opened()
    assert labels(view)["message.0"] == CONCERN, "an older answer is not in the way"
    await room.hand_in(view, {})
    newest, older = await room.drafts()
    assert older == begun, "what was typed for the earlier message stays as it was"
    assert newest.reply.message.split() == CONCERN.split()
    await room.slack.close(view)

    await mark_posted(room.database, newest.owner, newest.id, ["Our answer."])
    await mark_posted(room.database, older.owner, older.id, ["Our answer."])
    assert labels(await opened())["message.0"] == "", "what is answered is not answered twice"


async def test_the_message_of_another_case_is_not_filled_in(room: DraftApp) -> None:
    room.account_regions = [watched(Access.NOT_GRANTED, case="987654321")]
    await wrote(room, ASKED, case="111")
    shown = await under(room, news(NewsKind.NOT_GRANTED, case_id="987654321"))
    assert labels(await room.opened(room.slack.press(shown, "appeal_start")))["message.0"] == ""


async def test_so_does_the_one_under_a_status(room: DraftApp) -> None:
    room.account_regions = [watched(Access.NOT_GRANTED, case="987654321"), watched(region="us-east-1")]
    shown = await under(room, status_message(Overview(room.account_regions, MONDAY), query=""))
    found = labels(await room.opened(room.slack.press(shown, "appeal_start")))
    assert (found["case_id"], found["at"]) == ("987654321", "eu-west-1 main")


async def test_so_does_the_one_under_a_report_where_one_account_alone_was_refused(room: DraftApp) -> None:
    here, there = (
        watched(Access.NOT_GRANTED, case="987654321"),
        watched(Access.IN_REVIEW, region="us-east-1", case="55"),
    )
    room.account_regions = [there, here]
    room.findings = (Finding("account", Outcome.FAIL, "account.not-granted", "Not granted."),)
    found = labels(await room.opened(room.slack.press(await room.report("acme.com"), "appeal_start")))
    assert (found["case_id"], found["at"]) == ("987654321", "eu-west-1 main")


async def test_the_case_is_filled_into_an_appeal_that_did_not_know_it(room: DraftApp) -> None:
    room.account_regions = [watched(Access.NOT_GRANTED), watched(region="us-east-1")]
    view = await room.open("main eu-west-1", command="/ses-appeal")
    await room.hand_in(view, {**pasted(view, REFUSED)})
    await room.slack.close(view)
    found = labels(await room.open("main eu-west-1 987654321", command="/ses-appeal"))
    assert (found["case_id"], found["message.0"]) == ("987654321", REFUSED)


async def test_what_a_button_carries_is_never_trusted(room: DraftApp) -> None:
    """An id of another person’s draft opens nothing; anything else is read like typed text."""
    await answered(room, REFUSED)
    [mine] = await room.drafts()
    ben = room.slack.add_user("ben")
    room.account_regions = [watched(Access.NOT_GRANTED)]
    news_of_it = await under(room, news(NewsKind.NOT_GRANTED), ben)
    for value, says in ((mine.id, "This draft is gone"), ("<!channel> x", "neither a case"), ("x" * 1_999, "1,999")):
        news_of_it.blocks[-1]["elements"][0]["value"] = value
        await room.slack.press(news_of_it, "appeal_start", user=ben)
        await room.quiet()
        seen: list[SlackMessage | View] = [*room.slack.messages(user=ben), *room.slack.views(ben)]
        shown = seen[-1]
        assert says in text_of(shown)
        assert not isinstance(shown, SlackMessage) or shown.mentions == []
        for view in room.slack.views(ben):
            await room.slack.close(view)


async def test_a_press_by_another_organization_is_refused(room: DraftApp) -> None:
    stranger = room.slack.add_user("eve", team=Team("T0OTHER", "other"))
    for kind, action in ((NewsKind.NOT_GRANTED, "appeal_start"), (NewsKind.NEVER_RECEIVED, "draft_start")):
        shown = await under(room, news(kind), stranger)
        await room.slack.press(shown, action, user=stranger)
        await room.quiet()
        assert "only by the organization" in text_of(room.slack.messages(user=stranger)[-1])
    assert room.slack.views(stranger) == []
    assert await room.drafts(stranger) == ()


async def test_a_request_that_never_arrived_is_drafted_again_for_its_region(room: DraftApp) -> None:
    await room.written()
    room.account_regions = [watched(Access.FAILED), watched(region="us-east-1")]
    shown = await under(room, news(NewsKind.NEVER_RECEIVED))
    view = await room.opened(room.slack.press(shown, "draft_start"))
    assert labels(view)["domain"] == "acme.com"
    assert "AWS never received" in text_of(view)
    assert len(await room.drafts()) == 1, "the draft that was written for that region"


SUBJECTS = [
    ("", AppealSubject()),
    ("1234567890", AppealSubject("1234567890")),
    ("#1234567890", AppealSubject("1234567890")),
    ("case-123456789012-muen-2026-abc", AppealSubject("case-123456789012-muen-2026-abc")),
    ("main", AppealSubject(account_region=AccountRegion("main", ""))),
    ("main us-east-1", AppealSubject(account_region=AccountRegion("main", "us-east-1"))),
    ("us-east-1 main", AppealSubject(account_region=AccountRegion("main", "us-east-1"))),
    ("123456789012 EU-WEST-1", AppealSubject(account_region=AccountRegion("main", "eu-west-1"))),
    ("MAIN us-east-1 987654321", AppealSubject("987654321", AccountRegion("main", "us-east-1"))),
    ("gone us-east-1 987654321", AppealSubject("987654321", AccountRegion("gone", "us-east-1"))),
    ("0123456789abcdef", AppealSubject(draft="0123456789abcdef")),
]


@pytest.mark.parametrize(("typed", "subject"), SUBJECTS)
def test_what_an_appeal_is_about(typed: str, subject: AppealSubject) -> None:
    assert parse_subject(typed, [watched(), watched(region="us-east-1")]) == subject


@pytest.mark.parametrize(
    "typed", ["other", "other us-east-1", "main main", "<!channel>", "x" * 500, "main us-east-1 12345678 9"]
)
async def test_usage(room: DraftApp, typed: str) -> None:
    account_regions = [watched(), watched(region="us-east-1")]
    with pytest.raises(BadSubject):
        parse_subject(typed, account_regions)
    room.account_regions = account_regions
    await room.slack.command("/ses-appeal", typed)
    message = await room.message()
    assert "How to use it" in text_of(message)
    assert message.mentions == []
    assert room.slack.views() == []


async def test_help(room: DraftApp) -> None:
    await room.slack.command("/ses-appeal", "help")
    assert "/ses-appeal main us-east-1" in text_of(await room.message())
