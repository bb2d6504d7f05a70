""" "Tell me when it's fixed" and `/ses-check watched`, pressed and typed in a faithful Slack, over a real store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from fakes.slack import SlackMessage, Team
from handlers.domain_watch_notify import DomainWatches
from model import DomainWatch, Owner, Verdict
from store import Database, open_database
from store.domain_watches import MAX_WATCHES, add_watch, list_domain_watches
from tests.support.databases import new_file
from tests.support.slack_app import SlackApp, slack_app, text_of
from watch import RecheckInterval

TEAM = "T0HARBOR01"


class Room:
    """An app in which domains can be watched."""

    def __init__(self, here: SlackApp, db: Database) -> None:
        self.slack_app = here
        self.slack = here.slack
        self.db = db

    async def wishes(self, user: str = "") -> tuple[DomainWatch, ...]:
        return await list_domain_watches(self.db, Owner(TEAM, user or self.slack.user.id))

    async def pressed(self, message: SlackMessage, button: str | int = "tell_fixed") -> SlackMessage:
        """What comes when the person presses it."""
        await self.slack.press(message, button)
        return await self.slack_app.message()

    async def watched(self, typed: str = "watched") -> SlackMessage:
        return await self.slack_app.report(typed)


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Room]:
    async with (
        open_database(new_file(path / "x.sqlite3")) as db,
        slack_app(domain_watches=DomainWatches(db, RecheckInterval()), db=db) as here,
    ):
        yield Room(here, db)
        assert here.slack.refusals == []
        assert here.slack.sockets.trouble.unanswered == []


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[Room]:
    async with opened(tmp_path) as app:
        yield app


async def test_pressed_it_says_what_will_happen_and_how_to_stop(app: Room, caplog: pytest.LogCaptureFixture) -> None:
    report = await app.slack_app.report("acme.com selector=s1")
    answer = await app.pressed(report)
    assert answer.only_for == app.slack.user.id
    text = text_of(answer)
    assert "We’ll check acme.com (selector=s1) again in 1 minute" in text
    assert "You’ll get one direct message: when it is ready for a reviewer, or after 30 days" in text
    assert "/ses-check watched" in text
    assert [element.action_id for element in answer.elements] == ["tell_stop_here"]
    [wish] = await app.wishes()
    assert (wish.query, wish.at_first) == ("acme.com selector=s1", ("dmarc.missing",))
    assert app.slack_app.asked == [("acme.com selector=s1", False)], "nothing is asked of DNS for it"
    assert "fix 1 thing first" in text_of(report), "the report stays"
    assert "acme.com" not in caplog.text


async def test_pressed_again_it_says_that_it_is_watched_already(app: Room) -> None:
    report = await app.slack_app.report()
    await app.pressed(report)
    again = text_of(await app.pressed(report))
    assert "acme.com is already watched for you, since" in again
    assert "First check in" in again
    assert len(await app.wishes()) == 1


async def test_what_is_ready_by_now_is_not_watched(app: Room) -> None:
    old = await app.slack_app.report()
    app.slack_app.verdict = lambda _: Verdict.READY
    await app.slack_app.report("acme.com selector=s1")
    await app.slack.press(old, "tell_fixed")
    assert "Checking acme.com…" in text_of(await app.slack_app.message())
    answer = await app.slack_app.message()
    assert "acme.com is ready for a reviewer. There is nothing to wait for." in text_of(answer)
    assert [element.action_id for element in answer.elements] == ["draft_start", "check_domain"]
    assert app.slack_app.asked[-1] == ("acme.com", True), "as it is now, past every cache"
    assert await app.wishes() == ()
    await app.slack.press(answer, "check_domain")
    assert "acme.com is ready for a reviewer" in text_of(await app.slack_app.message())


async def test_a_button_that_carries_a_query_checks_it_first(app: Room) -> None:
    """As "Watch it again" does, and the reports of earlier versions."""
    report = await app.slack_app.report()
    report.blocks[-1]["elements"][3]["value"] = "other.example"
    await app.slack.press(report, "tell_fixed")
    assert "Checking other.example…" in text_of(await app.slack_app.message())
    assert "We’ll check other.example again" in text_of(await app.slack_app.message())
    assert app.slack_app.asked[-1] == ("other.example", True)


async def test_under_a_report_that_is_not_kept_it_says_what_to_do(app: Room) -> None:
    report = await app.slack_app.report()
    report.blocks[-1]["elements"][3]["value"] = "0123456789abcdef"
    assert "Press “Check again” under the report." in text_of(await app.pressed(report))
    assert await app.wishes() == ()


async def test_what_is_unknown_can_be_waited_for(app: Room) -> None:
    app.slack_app.verdict = lambda _: Verdict.CANNOT_TELL
    await app.pressed(await app.slack_app.report())
    [wish] = await app.wishes()
    assert wish.at_first == ("dmarc.lookup-failed",)


async def test_a_failing_check_watches_nothing_and_says_so(app: Room) -> None:
    report = await app.slack_app.report()
    report.blocks[-1]["elements"][3]["value"] = "other.example"
    app.slack_app.error = RuntimeError()
    await app.slack.press(report, "tell_fixed")
    await app.slack_app.message()
    assert "Watching the domain failed" in text_of(await app.slack_app.message())
    assert await app.wishes() == ()


async def test_under_a_shared_report_the_one_who_presses_is_the_one_who_is_notified(app: Room) -> None:
    shared = await app.pressed(await app.slack_app.report(), "check_share")
    bea = app.slack.add_user("bea")
    app.slack.channel.members.add(bea.id)
    await app.slack.press(shared, "tell_fixed", user=bea)
    answer = await app.slack_app.message()
    assert answer.only_for == bea.id
    assert len(await app.wishes(bea.id)) == 1
    assert await app.wishes() == ()
    assert "fix 1 thing first" in text_of(shared)


async def test_a_person_of_another_organization_is_refused(app: Room) -> None:
    stranger = app.slack.add_user("zoe", team=Team("T0OTHER", "other"))
    app.slack.channel.members.add(stranger.id)
    shared = await app.pressed(await app.slack_app.report(), "check_share")
    await app.slack.press(shared, "tell_fixed", user=stranger)
    refusal = await app.slack_app.message()
    assert refusal.only_for == stranger.id
    assert "organization" in text_of(refusal)
    assert await app.wishes(stranger.id) == ()


@pytest.mark.parametrize(
    "value", ["", "localhost", "<!channel>", "help", "a=b", "x" * 2_000, "acme.com acme.org", "acme.com nonsense"]
)
async def test_a_button_value_is_read_like_typed_text(app: Room, value: str) -> None:
    report = await app.slack_app.report()
    report.blocks[-1]["elements"][3]["value"] = value
    shown = await app.pressed(report)
    assert "How to use it" in text_of(shown)
    assert shown.ephemeral
    assert {span.kind for span in shown.markup} <= {"code"}
    assert await app.wishes() == ()


async def test_what_is_watched_is_listed_for_its_owner_and_stopped(app: Room) -> None:
    assert "No domain is watched for you" in text_of(await app.watched())
    await add_watch(app.db, Owner(TEAM, "U0OTHER"), "secret.example", (), first_in=60)
    for domain in ("acme.com", "bücher.example"):
        await app.pressed(await app.slack_app.report(domain))
    listing = await app.watched(" Watched ")
    text = text_of(listing)
    assert listing.only_for == app.slack.user.id
    assert "Watched for you: 2 domains" in text
    assert "acme.com\nOpen: DMARC. First check in " in text
    assert "bücher.example (xn--bcher-kva.example)" in text
    assert "secret.example" not in text
    assert await app.pressed(listing, 0) is listing
    assert "Watched for you: 1 domain" in text_of(listing)
    assert [wish.query for wish in await app.wishes()] == ["xn--bcher-kva.example"]
    assert await app.pressed(listing, 0) is listing
    assert "No domain is watched for you" in text_of(listing)


async def test_stop_under_the_answer_stops_that_one(app: Room) -> None:
    answer = await app.pressed(await app.slack_app.report())
    assert await app.pressed(answer, 0) is answer
    assert "acme.com is no longer watched" in text_of(answer)
    assert await app.wishes() == ()


async def test_what_has_ended_or_belongs_to_another_is_not_stopped(app: Room) -> None:
    foreign = await add_watch(app.db, Owner(TEAM, "U0OTHER"), "acme.com", (), first_in=60)
    assert foreign.watch
    answer = await app.pressed(await app.slack_app.report())
    answer.blocks[-1]["elements"][0]["value"] = foreign.watch.id
    await app.pressed(answer, 0)
    assert "no longer watched" in text_of(answer)
    assert len(await app.wishes("U0OTHER")) == 1


async def test_one_too_many_is_reported_with_all_there_are(app: Room) -> None:
    for number in range(MAX_WATCHES):
        long = f"{'a' * 60}.{'b' * 60}.{number}.example selector={','.join(f's{n}' for n in range(9))}"
        await add_watch(app.db, Owner(TEAM, app.slack.user.id), long, ("spf.missing", "dkim.none"), first_in=60)
    full = await app.pressed(await app.slack_app.report())
    assert "20 domains are watched for you; more are not possible." in text_of(full)
    assert "19.example" in text_of(full), "all of them fit into Slack"
    await app.pressed(full, 19)
    assert "Watched for you: 19 domains" in text_of(full)


async def test_help_names_it(app: Room) -> None:
    assert "/ses-check watched" in text_of(await app.slack_app.report("help"))
