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


async def under(app: DraftApp, message: Drawn, *who: User) -> SlackMessage:
    """A message of the bot in the channel, as news is; `who` is let in."""
    app.slack.channel.members.update(one.id for one in who)
    assert app.services
    posted = await post_message(app.services.slack, app.slack.channel.id, message)
    return next(one for one in app.slack.messages() if one.ts == posted.ts)


def news(kind: NewsKind, **facts: Fact) -> Drawn:
    return news_message(News(kind, AccountRegion("main", "eu-west-1"), MONDAY, facts), account_id=None)


async def test_the_button_under_a_refusal_fills_in_case_and_account_for_the_one_who_presses(app: DraftApp) -> None:
    app.account_regions = [watched(Access.NOT_GRANTED, case="987654321"), watched(region="us-east-1")]
    ben = app.slack.add_user("ben")
    shown = await under(app, news(NewsKind.NOT_GRANTED, case_id="987654321"), ben)
    for person in (app.slack.user, ben):
        view = await app.opened(app.slack.press(shown, "appeal_start", user=person), user=person)
        found = labels(view)
        assert (found["case_id"], found["at"]) == ("987654321", "eu-west-1 main")
        assert "Do not submit a second request" in text_of(view)
        await app.hand_in(view, pasted(view, REFUSED))
    assert [(one.account, one.region, one.reply.case_id) for one in await app.drafts(ben)] == [
        ("main", "eu-west-1", "987654321")
    ]


async def wrote(app: DraftApp, text: str, case: str = "987654321") -> None:
    """AWS writes on the case, and a poll reads it."""
    account_region = AccountRegion("main", "eu-west-1")
    await ensure_account_regions(app.database, {account_region: None})
    await make_polls_due(app.database, [account_region])
    async with asyncio.timeout(PATIENCE):
        while not (claims := await claim_due(app.database, most=1, lease=30)):  # noqa: ASYNC110 - AWS's one second
            await asyncio.sleep(0.05)
    [claim] = claims
    item = News(NewsKind.CASE_MESSAGE, account_region, MONDAY, {"case_id": case, "text": text})
    assert await record_poll(app.database, claim, RegionState(Snapshot(Access.NOT_GRANTED)), (item,), again_in=60)


async def test_what_aws_wrote_last_is_answered_anew_and_nothing_typed_is_lost(app: DraftApp) -> None:
    app.account_regions = [watched(Access.NOT_GRANTED, case="987654321")]
    shown = await under(app, news(NewsKind.NOT_GRANTED, case_id="987654321"))

    async def opened() -> View:
        return await app.opened(app.slack.press(shown, "appeal_start"))

    await wrote(app, ASKED)
    view = await opened()
    assert labels(view)["message.0"] == ASKED
    await app.hand_in(view, {})
    await app.hand_in(view, {"answers.0": "Weekly.", "answers.1": "By consent."})
    await app.quiet()
    again = await opened()
    assert labels(again)["message.0"] == ASKED
    [begun] = await app.drafts()
    await app.slack.close(again)

    await wrote(app, CONCERN)
    view = await opened()
    assert labels(view)["message.0"] == CONCERN, "an older answer is not in the way"
    await app.hand_in(view, {})
    newest, older = await app.drafts()
    assert older == begun, "what was typed for the earlier message stays as it was"
    assert newest.reply.message.split() == CONCERN.split()
    await app.slack.close(view)

    await mark_posted(app.database, newest.owner, newest.id, ["Our answer."])
    await mark_posted(app.database, older.owner, older.id, ["Our answer."])
    assert labels(await opened())["message.0"] == "", "what is answered is not answered twice"


async def test_the_message_of_another_case_is_not_filled_in(app: DraftApp) -> None:
    app.account_regions = [watched(Access.NOT_GRANTED, case="987654321")]
    await wrote(app, ASKED, case="111")
    shown = await under(app, news(NewsKind.NOT_GRANTED, case_id="987654321"))
    assert labels(await app.opened(app.slack.press(shown, "appeal_start")))["message.0"] == ""


async def test_so_does_the_one_under_a_status(app: DraftApp) -> None:
    app.account_regions = [watched(Access.NOT_GRANTED, case="987654321"), watched(region="us-east-1")]
    shown = await under(app, status_message(Overview(app.account_regions, MONDAY), query=""))
    found = labels(await app.opened(app.slack.press(shown, "appeal_start")))
    assert (found["case_id"], found["at"]) == ("987654321", "eu-west-1 main")


async def test_so_does_the_one_under_a_report_where_one_account_alone_was_refused(app: DraftApp) -> None:
    here, there = (
        watched(Access.NOT_GRANTED, case="987654321"),
        watched(Access.IN_REVIEW, region="us-east-1", case="55"),
    )
    app.account_regions = [there, here]
    app.findings = (Finding("account", Outcome.FAIL, "account.not-granted", "Not granted."),)
    found = labels(await app.opened(app.slack.press(await app.report("acme.com"), "appeal_start")))
    assert (found["case_id"], found["at"]) == ("987654321", "eu-west-1 main")


async def test_the_case_is_filled_into_an_appeal_that_did_not_know_it(app: DraftApp) -> None:
    app.account_regions = [watched(Access.NOT_GRANTED), watched(region="us-east-1")]
    view = await app.open("main eu-west-1", command="/ses-appeal")
    await app.hand_in(view, {**pasted(view, REFUSED)})
    await app.slack.close(view)
    found = labels(await app.open("main eu-west-1 987654321", command="/ses-appeal"))
    assert (found["case_id"], found["message.0"]) == ("987654321", REFUSED)


async def test_what_a_button_carries_is_never_trusted(app: DraftApp) -> None:
    """An id of another person’s draft opens nothing; anything else is read like typed text."""
    await answered(app, REFUSED)
    [mine] = await app.drafts()
    ben = app.slack.add_user("ben")
    app.account_regions = [watched(Access.NOT_GRANTED)]
    news_of_it = await under(app, news(NewsKind.NOT_GRANTED), ben)
    for value, says in ((mine.id, "This draft is gone"), ("<!channel> x", "neither a case"), ("x" * 1_999, "1,999")):
        news_of_it.blocks[-1]["elements"][0]["value"] = value
        await app.slack.press(news_of_it, "appeal_start", user=ben)
        await app.quiet()
        seen: list[SlackMessage | View] = [*app.slack.messages(user=ben), *app.slack.views(ben)]
        shown = seen[-1]
        assert says in text_of(shown)
        assert not isinstance(shown, SlackMessage) or shown.mentions == []
        for view in app.slack.views(ben):
            await app.slack.close(view)


async def test_a_press_by_another_organization_is_refused(app: DraftApp) -> None:
    stranger = app.slack.add_user("eve", team=Team("T0OTHER", "other"))
    for kind, action in ((NewsKind.NOT_GRANTED, "appeal_start"), (NewsKind.NEVER_RECEIVED, "draft_start")):
        shown = await under(app, news(kind), stranger)
        await app.slack.press(shown, action, user=stranger)
        await app.quiet()
        assert "only by the organization" in text_of(app.slack.messages(user=stranger)[-1])
    assert app.slack.views(stranger) == []
    assert await app.drafts(stranger) == ()


async def test_a_request_that_never_arrived_is_drafted_again_for_its_region(app: DraftApp) -> None:
    await app.written()
    app.account_regions = [watched(Access.FAILED), watched(region="us-east-1")]
    shown = await under(app, news(NewsKind.NEVER_RECEIVED))
    view = await app.opened(app.slack.press(shown, "draft_start"))
    assert labels(view)["domain"] == "acme.com"
    assert "AWS never received" in text_of(view)
    assert len(await app.drafts()) == 1, "the draft that was written for that region"


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
async def test_usage(app: DraftApp, typed: str) -> None:
    account_regions = [watched(), watched(region="us-east-1")]
    with pytest.raises(BadSubject):
        parse_subject(typed, account_regions)
    app.account_regions = account_regions
    await app.slack.command("/ses-appeal", typed)
    message = await app.message()
    assert "How to use it" in text_of(message)
    assert message.mentions == []
    assert app.slack.views() == []


async def test_help(app: DraftApp) -> None:
    await app.slack.command("/ses-appeal", "help")
    assert "/ses-appeal main us-east-1" in text_of(await app.message())
