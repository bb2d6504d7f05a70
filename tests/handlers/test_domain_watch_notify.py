"""The two ends that the watcher of domains works with: a look as "Check again" does it, and a message to a person."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from checks.query import BadQuery, Query
from handlers.checker import Checker
from handlers.domain_watch_notify import check_afresh, notify_owner
from handlers.reports import Reports
from model import Blocked, Checked, DomainWatch, Ending, NoticeLease, Owner, Published, RetryLater, Verdict
from store import open_database
from tests.support.cases import cases
from tests.support.databases import new_file
from tests.support.slack_app import checked
from tests.support.web_api import Answer, ScriptedSlack, rate_limit, refusal, scripted_slack

ASKED = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
WISH = DomainWatch(
    *("1", Owner("T1", "U1"), "acme.com", ("spf.missing",), ()),
    *(ASKED, ASKED + timedelta(days=30), ASKED),
    looks=4,
)
POST = "chat.postMessage"


async def sent(scripted: ScriptedSlack, *answers: Answer, attempts: int = 0) -> Published | RetryLater | Blocked:
    scripted.answers(POST, *answers)
    return await notify_owner(scripted.slack, UTC, NoticeLease(WISH, Ending.READY, "token", attempts))


async def test_it_is_a_message_to_the_person() -> None:
    async with scripted_slack() as scripted:
        assert await sent(scripted, (200, '{"ok": true, "ts": "1.2"}', {})) == Published("1.2")
        [(_, body)] = scripted.requests
        assert body["channel"] == "U1"
        assert "acme.com is ready for a reviewer" in body["text"]
        assert body["blocks"]


@pytest.mark.parametrize(
    ("answer", "attempts", "seconds"),
    [
        (rate_limit(17), 3, 17.0),
        ((503, "<html>", {}), 3, 8.0),
        ((503, "", {}), 500, 30.0),
        (refusal("fatal_error"), 0, 60.0),
    ],
)
async def test_what_slack_does_not_take_now_is_tried_later(answer: Answer, attempts: int, seconds: float) -> None:
    async with scripted_slack() as scripted:
        delivery = await sent(scripted, answer, attempts=attempts)
        assert isinstance(delivery, RetryLater)
        assert delivery.seconds == seconds
        assert scripted.paths == [POST]


@cases()
async def test_what_a_person_must_repair_is_stuck_and_says_how(error: str, says: str) -> None:
    async with scripted_slack() as scripted:
        delivery = await sent(scripted, refusal(error))
        assert isinstance(delivery, Blocked)
        assert says in delivery.why
        assert "acme.com" not in delivery.why


async def test_blocks_that_slack_refuses_are_sent_as_text(caplog: pytest.LogCaptureFixture) -> None:
    async with scripted_slack() as scripted:
        assert isinstance(await sent(scripted, refusal("invalid_blocks")), Published)
        assert [bool(body["blocks"]) for _, body in scripted.requests] == [True, False]
        assert "acme.com" not in caplog.text


class Dns:
    """Holds each check until it is let go."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bool]] = []
        self.go = asyncio.Event()

    async def check(self, query: Query, *, fresh: bool, since: float | None = None) -> AsyncGenerator[Checked]:
        self.asked.append((str(query), fresh))
        await self.go.wait()
        yield checked(query, Verdict.FIX_FIRST)


@pytest.fixture
async def reports(tmp_path: Path) -> AsyncIterator[Reports]:
    async with open_database(new_file(tmp_path / "x.sqlite3")) as db:
        yield Reports(db, "T1")


async def test_a_look_goes_past_the_caches_and_a_draft_goes_by_it(reports: Reports) -> None:
    dns = Dns()
    dns.go.set()
    report = await check_afresh(Checker(dns.check), reports, "acme.com selector=s1")
    assert report.verdict is Verdict.FIX_FIRST
    assert dns.asked == [("acme.com selector=s1", True)]
    latest = await reports.load_latest("acme.com")
    assert latest
    assert latest.report == report


async def test_a_look_gives_way_to_checks_that_wait_for_their_turn(reports: Reports) -> None:
    dns = Dns()
    checker = Checker(dns.check, at_once=2)
    people = [asyncio.create_task(checker.check(Query((f"d{n}.example",)))) for n in range(4)]
    await asyncio.sleep(0)
    look = asyncio.create_task(check_afresh(checker, reports, "acme.com"))
    await asyncio.sleep(0.02)
    dns.go.set()
    await asyncio.gather(*people, look)
    assert dns.asked[-1] == ("acme.com", True)


async def test_what_cannot_be_read_any_more_is_an_error_and_no_report(reports: Reports) -> None:
    with pytest.raises(BadQuery):
        await check_afresh(Checker(Dns().check), reports, "colour=red")
