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
from tests.support.slack_app import Office, office, text_of
from watch import RecheckInterval

TEAM = "T0HARBOR01"


class Room:
    """An office in which domains can be watched."""

    def __init__(self, here: Office, db: Database) -> None:
        self.office = here
        self.slack = here.slack
        self.db = db

    async def wishes(self, user: str = "") -> tuple[DomainWatch, ...]:
        return await list_domain_watches(self.db, Owner(TEAM, user or self.slack.user.id))

    async def pressed(self, message: SlackMessage, button: str | int = "tell_fixed") -> SlackMessage:
        """What comes when the person presses it."""
        await self.slack.press(message, button)
        return await self.office.message()

    async def watched(self, typed: str = "watched") -> SlackMessage:
        return await self.office.report(typed)


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Room]:
    async with (
        open_database(new_file(path / "x.sqlite3")) as db,
        office(domain_watches=DomainWatches(db, RecheckInterval()), db=db) as here,
    ):
        yield Room(here, db)
        assert here.slack.refusals == []
        assert here.slack.sockets.trouble.unanswered == []


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with opened(tmp_path) as room:
        yield room


async def test_pressed_it_says_what_will_happen_and_how_to_stop(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    report = await room.office.report("acme.com selector=s1")
    answer = await room.pressed(report)
    assert answer.only_for == room.slack.user.id
    text = text_of(answer)
    assert "We’ll check acme.com (selector=s1) again in 1 minute" in text
    assert "You’ll get one direct message: when it is ready for a reviewer, or after 30 days" in text
    assert "/ses-check watched" in text
    assert [element.action_id for element in answer.elements] == ["tell_stop_here"]
    [wish] = await room.wishes()
    assert (wish.query, wish.at_first) == ("acme.com selector=s1", ("dmarc.missing",))
    assert room.office.asked == [("acme.com selector=s1", False)], "nothing is asked of DNS for it"
    assert "fix 1 thing first" in text_of(report), "the report stays"
    assert "acme.com" not in caplog.text


async def test_pressed_again_it_says_that_it_is_watched_already(room: Room) -> None:
    report = await room.office.report()
    await room.pressed(report)
    again = text_of(await room.pressed(report))
    assert "acme.com is already watched for you, since" in again
    assert "First check in" in again
    assert len(await room.wishes()) == 1


async def test_what_is_ready_by_now_is_not_watched(room: Room) -> None:
    old = await room.office.report()
    room.office.verdict = lambda _: Verdict.READY
    await room.office.report("acme.com selector=s1")
    await room.slack.press(old, "tell_fixed")
    assert "Checking acme.com…" in text_of(await room.office.message())
    answer = await room.office.message()
    assert "acme.com is ready for a reviewer. There is nothing to wait for." in text_of(answer)
    assert [element.action_id for element in answer.elements] == ["draft_start", "check_domain"]
    assert room.office.asked[-1] == ("acme.com", True), "as it is now, past every cache"
    assert await room.wishes() == ()
    await room.slack.press(answer, "check_domain")
    assert "acme.com is ready for a reviewer" in text_of(await room.office.message())


async def test_a_button_that_carries_a_query_checks_it_first(room: Room) -> None:
    """As "Watch it again" does, and the reports of earlier versions."""
    report = await room.office.report()
    report.blocks[-1]["elements"][3]["value"] = "other.example"
    await room.slack.press(report, "tell_fixed")
    assert "Checking other.example…" in text_of(await room.office.message())
    assert "We’ll check other.example again" in text_of(await room.office.message())
    assert room.office.asked[-1] == ("other.example", True)


async def test_under_a_report_that_is_not_kept_it_says_what_to_do(room: Room) -> None:
    report = await room.office.report()
    report.blocks[-1]["elements"][3]["value"] = "0123456789abcdef"
    assert "Press “Check again” under the report." in text_of(await room.pressed(report))
    assert await room.wishes() == ()


async def test_what_is_unknown_can_be_waited_for(room: Room) -> None:
    room.office.verdict = lambda _: Verdict.CANNOT_TELL
    await room.pressed(await room.office.report())
    [wish] = await room.wishes()
    assert wish.at_first == ("dmarc.lookup-failed",)


async def test_a_failing_check_watches_nothing_and_says_so(room: Room) -> None:
    report = await room.office.report()
    report.blocks[-1]["elements"][3]["value"] = "other.example"
    room.office.error = RuntimeError()
    await room.slack.press(report, "tell_fixed")
    await room.office.message()
    assert "Watching the domain failed" in text_of(await room.office.message())
    assert await room.wishes() == ()


async def test_under_a_shared_report_the_one_who_presses_is_the_one_who_is_notified(room: Room) -> None:
    shared = await room.pressed(await room.office.report(), "check_share")
    bea = room.slack.add_user("bea")
    room.slack.channel.members.add(bea.id)
    await room.slack.press(shared, "tell_fixed", user=bea)
    answer = await room.office.message()
    assert answer.only_for == bea.id
    assert len(await room.wishes(bea.id)) == 1
    assert await room.wishes() == ()
    assert "fix 1 thing first" in text_of(shared)


async def test_a_person_of_another_organization_is_refused(room: Room) -> None:
    stranger = room.slack.add_user("zoe", team=Team("T0OTHER", "other"))
    room.slack.channel.members.add(stranger.id)
    shared = await room.pressed(await room.office.report(), "check_share")
    await room.slack.press(shared, "tell_fixed", user=stranger)
    refusal = await room.office.message()
    assert refusal.only_for == stranger.id
    assert "organization" in text_of(refusal)
    assert await room.wishes(stranger.id) == ()


@pytest.mark.parametrize(
    "value", ["", "localhost", "<!channel>", "help", "a=b", "x" * 2_000, "acme.com acme.org", "acme.com nonsense"]
)
async def test_a_button_value_is_read_like_typed_text(room: Room, value: str) -> None:
    report = await room.office.report()
    report.blocks[-1]["elements"][3]["value"] = value
    shown = await room.pressed(report)
    assert "How to use it" in text_of(shown)
    assert shown.ephemeral
    assert {span.kind for span in shown.markup} <= {"code"}
    assert await room.wishes() == ()


async def test_what_is_watched_is_listed_for_its_owner_and_stopped(room: Room) -> None:
    assert "No domain is watched for you" in text_of(await room.watched())
    await add_watch(room.db, Owner(TEAM, "U0OTHER"), "secret.example", (), first_in=60)
    for domain in ("acme.com", "bücher.example"):
        await room.pressed(await room.office.report(domain))
    listing = await room.watched(" Watched ")
    text = text_of(listing)
    assert listing.only_for == room.slack.user.id
    assert "Watched for you: 2 domains" in text
    assert "acme.com\nOpen: DMARC. First check in " in text
    assert "bücher.example (xn--bcher-kva.example)" in text
    assert "secret.example" not in text
    assert await room.pressed(listing, 0) is listing
    assert "Watched for you: 1 domain" in text_of(listing)
    assert [wish.query for wish in await room.wishes()] == ["xn--bcher-kva.example"]
    assert await room.pressed(listing, 0) is listing
    assert "No domain is watched for you" in text_of(listing)


async def test_stop_under_the_answer_stops_that_one(room: Room) -> None:
    answer = await room.pressed(await room.office.report())
    assert await room.pressed(answer, 0) is answer
    assert "acme.com is no longer watched" in text_of(answer)
    assert await room.wishes() == ()


async def test_what_has_ended_or_belongs_to_another_is_not_stopped(room: Room) -> None:
    foreign = await add_watch(room.db, Owner(TEAM, "U0OTHER"), "acme.com", (), first_in=60)
    assert foreign.watch
    answer = await room.pressed(await room.office.report())
    answer.blocks[-1]["elements"][0]["value"] = foreign.watch.id
    await room.pressed(answer, 0)
    assert "no longer watched" in text_of(answer)
    assert len(await room.wishes("U0OTHER")) == 1


async def test_one_too_many_is_reported_with_all_there_are(room: Room) -> None:
    for number in range(MAX_WATCHES):
        long = f"{'a' * 60}.{'b' * 60}.{number}.example selector={','.join(f's{n}' for n in range(9))}"
        await add_watch(room.db, Owner(TEAM, room.slack.user.id), long, ("spf.missing", "dkim.none"), first_in=60)
    full = await room.pressed(await room.office.report())
    assert "20 domains are watched for you; more are not possible." in text_of(full)
    assert "19.example" in text_of(full), "all of them fit into Slack"
    await room.pressed(full, 19)
    assert "Watched for you: 19 domains" in text_of(full)


async def test_help_names_it(room: Room) -> None:
    assert "/ses-check watched" in text_of(await room.office.report("help"))
