"""News on its way to a channel: what Slack says of it becomes published, later, or stuck with words how to fix it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import ClientSession

from fakes.slack import LoopbackSlack
from handlers.news import Messenger
from handlers.slack_api import make_api
from model import AccountRegion, Blocked, News, NewsKind, Pending, Published, RetryLater
from tests.support.cases import cases
from tests.support.web_api import OK, Answer, ScriptedSlack, rate_limit, refusal, scripted_slack

NEWS = News(
    NewsKind.IN_REVIEW, AccountRegion("main", "us-east-1"), datetime(2026, 11, 23, tzinfo=UTC), {"case_id": "177"}
)
POST = "chat.postMessage"


def pending(attempts: int = 0) -> Pending:
    return Pending(7, "token", "#email-ops", NEWS, "111122223333", attempts)


async def published(scripted: ScriptedSlack, *answers: Answer, attempts: int = 0) -> Published | RetryLater | Blocked:
    scripted.answers(POST, *answers)
    return await Messenger(scripted.slack).publish(pending(attempts))


async def test_what_slack_takes_is_published_once() -> None:
    async with scripted_slack() as scripted:
        assert await published(scripted, (200, '{"ok": true, "ts": "1.2"}', {})) == Published("1.2")
        [(_, body)] = scripted.requests
        assert body["channel"] == "#email-ops"
        assert body["blocks"]
        assert "In review" in body["text"]
        assert body["unfurl_links"] is False


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (rate_limit(17), 17.0),
        (rate_limit(1), 1.0),
        ((200, '{"ok": false, "error": "ratelimited"}', {"Retry-After": "9"}), 9.0),
        ((503, "<html>", {}), 8.0),
        (refusal("service_unavailable"), 8.0),
    ],
)
async def test_what_slack_does_not_take_now_is_tried_later_and_retry_after_is_honored(
    answer: Answer, seconds: float
) -> None:
    async with scripted_slack() as scripted:
        delivery = await published(scripted, answer, attempts=3)
        assert isinstance(delivery, RetryLater)
        assert delivery.seconds == seconds
        assert delivery.why
        assert scripted.paths == [POST], "tried once: the one who asks keeps the order"


@pytest.mark.parametrize("answer", [(500, "", {}), (504, "", {}), (0, "", {}), refusal("internal_error")])
async def test_what_slack_may_have_taken_is_tried_again_after_minutes_and_then_hours(answer: Answer) -> None:
    pauses = []
    async with scripted_slack() as scripted:
        for age in (0, 60, 300, 3_600, 86_400):
            messenger = Messenger(scripted.slack, now=lambda age=age: NEWS.at + timedelta(seconds=age))  # type: ignore[misc]
            scripted.answers(POST, answer)
            delivery = await messenger.publish(pending(attempts=4))
            assert isinstance(delivery, RetryLater)
            pauses.append(delivery.seconds)
    assert pauses == [60.0, 60.0, 300.0, 3_600.0, 6 * 3_600.0]


async def test_what_may_be_in_the_channel_is_looked_for_before_it_is_posted_again() -> None:
    async with (
        LoopbackSlack(scopes=("commands", "chat:write", "channels:history")) as slack,
        ClientSession() as session,
    ):
        messenger = Messenger(make_api(session, slack.environment["SLACK_API_URL"], slack.tokens.bot))
        news = replace(pending(), channel=slack.channel.id, news=replace(NEWS, at=datetime.now(UTC)))
        slack.fail("chat.postMessage", status=500, taken=True)
        assert isinstance(await messenger.publish(news), RetryLater)
        [there] = slack.messages()
        assert await messenger.publish(replace(news, maybe_posted=True)) == Published(there.ts, there.channel)
        other = replace(news, id=8, maybe_posted=True)
        assert isinstance(await messenger.publish(other), Published)
        assert len(slack.messages()) == 2, "news with the same words is no copy"


async def test_where_history_cannot_be_read_it_is_posted_again() -> None:
    async with LoopbackSlack() as slack, ClientSession() as session:
        messenger = Messenger(make_api(session, slack.environment["SLACK_API_URL"], slack.tokens.bot))
        news = replace(pending(), channel=slack.channel.id, maybe_posted=True)
        assert isinstance(await messenger.publish(news), Published)
        assert len(slack.messages()) == 1


async def test_a_long_outage_is_asked_about_twice_a_minute() -> None:
    async with scripted_slack() as scripted:
        delivery = await published(scripted, (503, "", {}), attempts=500)
        assert isinstance(delivery, RetryLater)
        assert delivery.seconds == 30.0


@cases()
async def test_what_a_person_must_repair_is_stuck_and_says_how(error: str, says: str) -> None:
    async with scripted_slack() as scripted:
        delivery = await published(scripted, refusal(error))
        assert isinstance(delivery, Blocked)
        assert says in delivery.why


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long", "invalid_blocks_format"])
async def test_blocks_that_slack_refuses_are_sent_as_text_once(error: str) -> None:
    async with scripted_slack() as scripted:
        assert await published(scripted, refusal(error), (200, '{"ok": true, "ts": "1.3"}', {})) == Published("1.3")
        assert [bool(body["blocks"]) for _, body in scripted.requests] == [True, False]
        assert isinstance(await published(scripted, refusal(error), refusal(error)), Blocked)
        assert isinstance(await published(scripted, refusal(error), rate_limit(3)), RetryLater)


async def test_ok_without_a_timestamp_is_published_all_the_same() -> None:
    async with scripted_slack() as scripted:
        assert await published(scripted, OK) == Published("")
