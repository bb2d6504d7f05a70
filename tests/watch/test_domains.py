"""Domains that people wait for, over a real store: looked at until they are ready or the time is over, and reported."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from model import (
    Blocked,
    Delivery,
    Ending,
    Finding,
    NoticeLease,
    Outcome,
    Owner,
    Published,
    Report,
    RetryLater,
    Verdict,
)
from store import Database, open_database
from store.domain_watches import add_watch, claim_checks, list_domain_watches
from store.tables import domain_watches as table
from tests.support.databases import new_file
from tests.support.patience import PATIENCE
from tests.support.reports import checked, found
from watch import DomainWatcher, RecheckInterval, open_codes

ANA = Owner("T1", "U1")
OPEN = checked(found("spf.missing"), found("dmarc.missing"), found("mx.null", Outcome.WARN)).report
LESS_OPEN = checked(found("dmarc.missing")).report
READY = checked(found("spf.ok", Outcome.PASS), found("mx.null", Outcome.WARN)).report
WORK = {"a look at a domain", "telling someone", "looking for domains that are due", "looking for people to tell"}
UNANSWERED = checked(found("spf.lookup-failed", Outcome.UNKNOWN)).report


class Here:
    """`says` is what a look sees, `asked` what was looked at; `answers` is what comes of telling before it works."""

    def __init__(self, db: Database, pace: RecheckInterval) -> None:
        self.db = db
        self.says: Report | Exception = OPEN
        self.asked: list[str] = []
        self.seconds = 0.0
        self.now = self.most = 0
        self.answers: list[Delivery | Exception] = []
        self.notified: list[NoticeLease] = []
        self.noted: list[str] = []
        self.watcher = DomainWatcher(db, self.look, self.tell, note_error=self.note, pace=pace)

    async def look(self, query: str) -> Report:
        self.asked.append(query)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.now -= 1
        if isinstance(self.says, Exception):
            raise self.says
        return self.says

    async def tell(self, telling: NoticeLease) -> Delivery:
        answer = self.answers.pop(0) if self.answers else Published("1.2")
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Published):
            self.notified.append(telling)
        return answer

    def note(self, error: BaseException, what: str) -> str:
        self.noted.append(f"{what}: {type(error).__name__}")
        return "0badcafe"

    async def watch(self, domain: str = "acme.com") -> None:
        assert (await add_watch(self.db, ANA, domain, open_codes(OPEN), first_in=0)).watch

    async def until(self, true: Callable[[], bool], within: float = PATIENCE) -> None:
        """Tick until it has become true."""
        async with asyncio.timeout(within):
            while not true():
                self.watcher.tick()
                await asyncio.sleep(0.01)

    async def looked(self, says: Report | Exception) -> None:
        """A look sees this, and it is written down."""
        self.says, looks = says, len(self.asked)
        await self.change(next_look=datetime.now(UTC))
        await self.until(lambda: len(self.asked) > looks)
        await self.settled()

    async def settled(self) -> None:
        """Nothing is under way any more."""
        async with asyncio.timeout(PATIENCE):
            while any(task.get_name() in WORK for task in asyncio.all_tasks()):  # noqa: ASYNC110 - has no event
                await asyncio.sleep(0.005)

    async def change(self, **values: datetime | None) -> None:
        async with self.db.transaction() as conn:
            await conn.execute(update(table).values(**values))


@asynccontextmanager
async def watching(tmp_path: Path, pace: RecheckInterval | None = None) -> AsyncIterator[Here]:
    async with open_database(new_file(tmp_path / "x.sqlite3")) as db:
        here = Here(db, pace or RecheckInterval())
        yield here
        await here.watcher.close()


@pytest.mark.parametrize(
    ("findings", "verdict", "codes"),
    [
        ([found("spf.missing"), found("mx.null", Outcome.WARN)], Verdict.FIX_FIRST, ("spf.missing",)),
        ([found("spf.void"), found("spf.void"), found("dkim.none")], Verdict.FIX_FIRST, ("spf.void", "dkim.none")),
        ([found("spf.lookup-failed", Outcome.UNKNOWN)], Verdict.CANNOT_TELL, ("spf.lookup-failed",)),
        ([found("mx.null", Outcome.WARN), found("spf.ok", Outcome.PASS)], Verdict.READY, ("mx.null",)),
        ([found("website.blocked-us", Outcome.UNKNOWN)], Verdict.READY, ()),
    ],
)
def test_what_is_open_is_what_decides(findings: list[Finding], verdict: Verdict, codes: tuple[str, ...]) -> None:
    assert open_codes(checked(*findings, verdict=verdict).report) == codes


async def test_it_is_looked_at_until_it_is_ready_and_reported_once(tmp_path: Path) -> None:
    async with watching(tmp_path) as here:
        await here.watch("acme.com selector=s1")
        await here.looked(OPEN)
        await here.looked(LESS_OPEN)
        [wish] = await list_domain_watches(here.db, ANA)
        assert wish.open == ("dmarc.missing",)
        assert wish.next_look - wish.asked_at > timedelta(seconds=60), "a minute after this look"
        assert here.notified == []
        await here.looked(READY)
        await here.until(lambda: bool(here.notified))
        [telling] = here.notified
        assert telling.ending is Ending.READY
        assert telling.watch.at_first == ("spf.missing", "dmarc.missing")
        assert telling.watch.open == ("mx.null",), "worth improving"
        assert telling.watch.looks == 3
        assert set(here.asked) == {"acme.com selector=s1"}
        await here.settled()
        here.watcher.tick()
        await here.settled()
        assert (len(here.notified), len(here.asked), here.noted) == (1, 3, [])


@pytest.mark.parametrize("unsure", [UNANSWERED, RuntimeError("acme.com"), TimeoutError()])
async def test_a_look_that_cannot_tell_is_neither_ready_nor_an_end(tmp_path: Path, unsure: Report | Exception) -> None:
    async with watching(tmp_path) as here:
        await here.watch()
        await here.looked(LESS_OPEN)
        await here.looked(unsure)
        [wish] = await list_domain_watches(here.db, ANA)
        assert wish.open == ("dmarc.missing",), "what was seen last stays"
        assert wish.looks == 2
        assert here.notified == []
        assert here.noted == (["a look at a domain: RuntimeError"] if isinstance(unsure, RuntimeError) else [])


@pytest.mark.parametrize("says", [OPEN, UNANSWERED, RuntimeError()])
async def test_when_the_time_is_over_its_person_learns_what_is_open(tmp_path: Path, says: Report | Exception) -> None:
    async with watching(tmp_path) as here:
        await here.watch()
        await here.looked(LESS_OPEN)
        await here.change(ends=datetime.now(UTC))
        await here.looked(says)
        await here.until(lambda: bool(here.notified))
        [telling] = here.notified
        assert telling.ending is Ending.EXPIRED
        assert telling.watch.open == (open_codes(OPEN) if says is OPEN else ("dmarc.missing",))
        assert await list_domain_watches(here.db, ANA) == ()


async def test_what_turns_ready_at_the_very_end_is_ready(tmp_path: Path) -> None:
    async with watching(tmp_path) as here:
        await here.watch()
        await here.change(ends=datetime.now(UTC) - timedelta(days=3))
        await here.looked(READY)
        await here.until(lambda: bool(here.notified))
        assert here.notified[0].ending is Ending.READY


async def test_few_are_looked_at_at_a_time_and_all_of_them(tmp_path: Path) -> None:
    async with watching(tmp_path) as here:
        here.seconds = 0.02
        for number in range(7):
            await here.watch(f"d{number}.example")
        here.watcher.tick()
        async with asyncio.timeout(PATIENCE):
            while len(here.asked) < 7:  # noqa: ASYNC110 - one tick is enough: the one who is free takes the next
                await asyncio.sleep(0.01)
        assert here.most == here.watcher.pace.at_once == 2


async def test_what_slack_does_not_take_is_reported_later_and_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with watching(tmp_path) as here:
        here.answers = [RetryLater(0.02), RetryLater(0.02), RuntimeError("acme.com")]
        await here.watch()
        await here.looked(READY)
        await here.until(lambda: here.answers == [])
        await here.settled()
        assert here.notified == []
        await here.change(not_before=None)
        await here.until(lambda: bool(here.notified))
        await here.settled()
        assert [telling.attempts for telling in here.notified] == [3]
        assert "acme.com" not in caplog.text


async def test_whom_slack_does_not_let_be_written_to_is_tried_ever_less_often(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with watching(tmp_path) as here:
        await here.watch()
        here.answers = [Blocked("the person cannot be written to")] * 9
        await here.looked(READY)
        pauses = []
        for left in range(8, -1, -1):
            await here.until(lambda left=left: len(here.answers) == left)  # type: ignore[misc] # its default
            await here.settled()
            async with here.db.transaction() as conn:
                [due] = (await conn.execute(table.select())).mappings().all()
            pauses.append((due["not_before"] - datetime.now(UTC)).total_seconds())
            await here.change(not_before=None)
        assert [round(pause / 60) for pause in pauses] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
        assert "the person cannot be written to" in caplog.text


async def test_at_the_end_a_look_is_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watch.domains._CHECK_GRACE", 0.0)
    async with watching(tmp_path) as here:
        here.seconds = 60
        await here.watch()
        await here.until(lambda: bool(here.asked))
        await here.watcher.close()
        assert len(await claim_checks(here.db, most=5, lease=30)) == 1, "another process may go on at once"
