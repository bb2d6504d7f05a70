""" "Not now" under a reminder says when the next one comes; the message that holds it names the turn."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fakes.slack import SlackMessage, Team
from handlers.slack_api import post_message
from handlers.views.news import news_message
from handlers.watching import Watching
from model import Access, AccountRegion, Fact, News, NewsKind, RegionState, Snapshot
from model.watching import Turn
from store import claim_due, ensure_account_regions, open_database, record_poll, record_turn
from tests.support.databases import new_file
from tests.support.slack_app import SlackApp, slack_app, text_of

HERE = AccountRegion("main", "eu-west-1")
SINCE = datetime.now(UTC) - timedelta(hours=26)
DENIED = RegionState(Snapshot(Access.NOT_GRANTED, case_id="177"), SINCE, turn=Turn.OURS, turn_since=SINCE, reminders=1)


class Turns(SlackApp):
    watching: Watching

    async def reminder(self) -> SlackMessage:
        """The reminder, in the channel."""
        facts: dict[str, Fact] = {"case_id": "177", "turn": "ours", "turn_since": SINCE.isoformat()}
        drawn = news_message(News(NewsKind.ANSWER_DUE, HERE, datetime.now(UTC), facts), account_id=None)
        assert self.services
        posted = await post_message(self.services.slack, self.slack.channel.id, drawn)
        return next(one for one in self.slack.messages() if one.ts == posted.ts)

    async def knows(self, known: RegionState) -> None:
        """A poll has recorded this."""
        [claim] = await claim_due(self.watching.db, most=1, lease=60)
        assert await record_poll(self.watching.db, claim, known, (), again_in=0)


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[Turns]:
    async def hurry(_: Sequence[AccountRegion]) -> None:
        return None

    async with open_database(new_file(tmp_path / "turns.sqlite3")) as db:
        await ensure_account_regions(db, {HERE: "#ops"})
        watching = Watching(db, hurry)
        async with slack_app(kind=Turns, watching=watching) as found:
            assert isinstance(found, Turns)
            found.watching = watching
            yield found


async def pressed(app: Turns) -> str:
    message = await app.reminder()
    await app.slack.press(message, "turn_not_now")
    await app.quiet()
    return text_of(app.slack.messages()[-1])


async def test_a_reminder_says_how_long_aws_has_waited_and_offers_the_answer(app: Turns) -> None:
    message = await app.reminder()
    assert "AWS asked 26 h ago; no one has answered" in text_of(message)
    labels = [element.content["text"]["text"] for element in message.elements]
    assert labels[:2] == ["Draft the answer", "Not now"]


def test_the_last_reminder_has_nothing_to_silence() -> None:
    for last in (False, True):
        drawn = news_message(News(NewsKind.ANSWER_DUE, HERE, SINCE, {"last": last}), account_id=None)
        pressable = [
            element["action_id"]
            for block in drawn.blocks
            for element in block.get("elements", ())
            if "action_id" in element
        ]
        assert ("turn_not_now" in pressable) is not last


async def test_not_now_says_when_the_next_reminder_comes(app: Turns) -> None:
    await app.knows(DENIED)
    due = SINCE + timedelta(days=7)
    first, again = await pressed(app), await pressed(app)
    assert f"{due.day} {due:%b %Y, %H:%M} UTC" in first, "the one after three days is left out"
    assert again == first, "two people who press it silence one reminder"


async def test_after_the_last_one_no_other_follows(app: Turns) -> None:
    await app.knows(replace(DENIED, reminders=3))
    assert "No other reminder follows" in await pressed(app)


async def test_after_an_answer_none_follows(app: Turns) -> None:
    await app.knows(DENIED)
    await record_turn(app.watching.db, HERE, Turn.AWS)
    assert "no longer your turn" in await pressed(app)


async def test_status_says_whose_turn_it_is(app: Turns) -> None:
    await app.knows(DENIED)
    await app.slack.command("/ses-status", "")
    assert "Your turn: AWS asked 26 h ago; no one has answered." in text_of(await app.message())
    await record_turn(app.watching.db, HERE, Turn.AWS)
    await app.slack.command("/ses-status", "")
    assert "AWS’s turn, for less than an hour now" in text_of(await app.message())


async def test_another_organization_puts_nothing_off(app: Turns) -> None:
    stranger = app.slack.add_user("eve", team=Team("T0OTHER", "other"))
    app.slack.channel.members.add(stranger.id)
    message = await app.reminder()
    await app.slack.press(message, "turn_not_now", user=stranger)
    await app.quiet()
    assert "only by the organization" in text_of(app.slack.messages(user=stranger)[-1])
