"""The watcher at work over a real store: what is due is polled, what is new is reported, and nothing stops it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from model import (
    Access,
    AccountRegion,
    AccountRegionStatus,
    Blocked,
    Delivery,
    Identity,
    Pending,
    Published,
    Reading,
    RegionState,
    RetryLater,
    Snapshot,
    Trouble,
    Unreadable,
)
from store import Database, claim_due, ensure_account_regions, load_status, next_news, open_database
from store.tables import account_regions
from tests.support.aws import PolledAws
from tests.support.databases import new_file, pass_time
from tests.support.patience import PATIENCE
from watch import PollInterval, Ticker, Watcher

HERE = AccountRegion("main", "us-east-1")
SANDBOX = Snapshot(Access.SANDBOX, "HEALTHY", True, 200.0, 1.0, 0.0)
PAUSED = Snapshot(Access.SANDBOX, "HEALTHY", False, 200.0, 1.0, 0.0)

SETTLED = Identity("acme.com", "DOMAIN", dkim_status="SUCCESS", mail_from_status="FAILED")


class BusyAws(PolledAws):
    """`now` and `most` count reads at the same time; a read and a list of domains take so many seconds."""

    def __init__(self) -> None:
        super().__init__(SANDBOX)
        self.seconds = self.listing = 0.0
        self.now = self.most = 0

    async def read_account(self, account_region: AccountRegion) -> Reading:
        self.reads.append(account_region)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.now -= 1
        return self.says

    async def read_domains(self, account_region: AccountRegion, known: RegionState) -> tuple[Identity, ...] | None:
        await asyncio.sleep(self.listing)
        return await super().read_domains(account_region, known)


class Channel:
    """Takes news, unless `answers` holds something else to say first."""

    def __init__(self) -> None:
        self.notified: list[str] = []
        self.answers: list[Delivery | Exception] = []
        self.seconds = 0.0
        self.now = 0

    async def publish(self, pending: Pending) -> Delivery:
        self.now += 1
        await asyncio.sleep(self.seconds)
        self.now -= 1
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        self.notified.append(pending.news.kind.value)
        return Published("1.2")


class Here:
    def __init__(self, db: Database, pace: PollInterval) -> None:
        self.db = db
        self.aws = BusyAws()
        self.channel = Channel()
        self.noted: list[str] = []
        self.watcher = Watcher(db, self.aws, self.channel, note_error=self.note, pace=pace)

    def note(self, error: BaseException, what: str) -> str:
        self.noted.append(f"{what}: {type(error).__name__}")
        return "0badcafe"

    async def until(self, true: Callable[[], bool], within: float = PATIENCE) -> None:
        """Tick until it has become true."""
        async with asyncio.timeout(within):
            while not true():
                self.watcher.tick()
                await asyncio.sleep(0.02)

    async def quietly(self, true: Callable[[], bool]) -> None:
        """Wait until it has become true, without a tick."""
        async with asyncio.timeout(PATIENCE):
            while not true():  # noqa: ASYNC110 - what is looked at has no event
                await asyncio.sleep(0.01)

    async def recorded(self, true: Callable[[AccountRegionStatus], bool]) -> tuple[AccountRegionStatus, ...]:
        """Wait until the store says so of the first place; all places then."""
        async with asyncio.timeout(PATIENCE):
            while not true((seen := await load_status(self.db))[0]):  # noqa: ASYNC110 - the store has no event
                await asyncio.sleep(0.01)
        return seen

    async def idle(self) -> None:
        """Wait until no poll is under way: a poll that is recorded later would put off the one that is asked for."""
        async with asyncio.timeout(PATIENCE):
            while await self._leased():  # noqa: ASYNC110 - the store has no event
                await asyncio.sleep(0.01)

    async def _leased(self) -> int:
        async with self.db.transaction() as conn:
            held = select(func.count()).select_from(account_regions).where(account_regions.c.lease_token.is_not(None))
            return int(await conn.scalar(held) or 0)

    async def changed(self, says: Reading) -> None:
        """AWS says something else, and is asked now; what was read before has been recorded first."""
        await self.idle()
        self.aws.says, reads = says, len(self.aws.reads)
        await pass_time(self.db, 1.0)  # SES takes one GetAccount a second
        await self.watcher.poll_now([HERE])
        await self.until(lambda: len(self.aws.reads) > reads)


def _why(seen: AccountRegionStatus) -> str:
    return seen.waiting.why if seen.waiting else ""


@asynccontextmanager
async def watching(
    tmp_path: Path, *account_regions: AccountRegion, pace: PollInterval | None = None
) -> AsyncIterator[Here]:
    async with open_database(new_file(tmp_path / "x.sqlite3")) as db:
        await ensure_account_regions(db, dict.fromkeys(account_regions or (HERE,), "#ops"))
        here = Here(db, pace or PollInterval(3_600))
        yield here
        await here.watcher.close()


async def test_what_is_due_is_polled_once_and_what_is_new_is_reported_at_once(tmp_path: Path) -> None:
    async with watching(tmp_path) as here:
        await here.until(lambda: len(here.aws.reads) == 1)
        for _ in range(10):
            here.watcher.tick()
            await asyncio.sleep(0.01)
        assert here.aws.reads == [HERE], "an hour has not passed"
        await here.changed(PAUSED)
        await here.quietly(lambda: here.channel.notified == ["sending_paused"])  # published without another tick
        [seen] = await load_status(here.db)
        assert seen.account_id == "111122223333"
        assert here.noted == []


async def test_many_account_regions_are_polled_with_so_many_hands(tmp_path: Path) -> None:
    account_regions = [AccountRegion(f"a{number}", "us-east-1") for number in range(60)]
    async with watching(tmp_path, *account_regions, pace=PollInterval(3_600, at_once=5)) as here:
        here.aws.seconds = 0.01
        here.watcher.tick()
        async with asyncio.timeout(PATIENCE):
            while len(here.aws.reads) < 60:  # noqa: ASYNC110 - one tick is enough for all of them
                await asyncio.sleep(0.01)
        assert sorted(here.aws.reads, key=str) == sorted(account_regions, key=str)
        assert here.aws.most == 5


async def test_one_that_hangs_holds_up_no_other(tmp_path: Path) -> None:
    async with watching(tmp_path, HERE, AccountRegion("main", "eu-west-1"), pace=PollInterval(0.01)) as here:
        hung = asyncio.Event()

        async def read(account_region: AccountRegion) -> Reading:
            here.aws.reads.append(account_region)
            await (hung.wait() if account_region == HERE else asyncio.sleep(0))
            return SANDBOX

        here.aws.read_account = read  # type: ignore[method-assign] # a fault of this test
        await here.until(lambda: len(here.aws.reads) >= 4)
        assert here.aws.reads.count(HERE) == 1


async def test_a_poll_that_takes_too_long_counts_as_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watch.watcher.POLL_SECONDS", 0.1)
    async with watching(tmp_path) as here:
        here.aws.seconds = 10 * PATIENCE
        here.watcher.tick()
        [seen] = await here.recorded(lambda seen: seen.state.failures > 0)
        assert seen.state.failures == 1
        assert "did not answer" in (seen.state.trouble or "")


async def test_what_cannot_be_read_is_one_line_when_it_begins_and_one_when_it_ends(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with watching(tmp_path) as here:
        await here.until(lambda: len(here.aws.reads) == 1)
        refused = Unreadable(Trouble.CREDENTIALS, "AWS does not take the credentials")
        for says in (refused, refused, SANDBOX):
            await here.changed(says)
            await here.recorded(lambda seen, says=says: bool(seen.state.trouble) == (says is refused))  # type: ignore[misc]
        await here.changed(SANDBOX)
    lines = [record.getMessage() for record in caplog.records if "AWS can" in record.getMessage()]
    assert lines == [
        "AWS cannot be read for main in us-east-1: AWS does not take the credentials",
        "AWS can be read again for main in us-east-1",
    ]


async def test_identities_that_take_too_long_do_not_lose_the_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watch.watcher.POLL_SECONDS", 1.0)
    async with watching(tmp_path) as here:
        here.aws.listing = 10 * PATIENCE
        here.watcher.tick()
        [seen] = await here.recorded(lambda seen: seen.last_poll is not None)
        assert seen.state.snapshot == SANDBOX
        assert seen.state.failures == 0


async def test_later_and_stuck_and_errors_keep_news_and_its_order(tmp_path: Path) -> None:
    async with watching(tmp_path) as here:
        await here.until(lambda: len(here.aws.reads) == 1)
        here.channel.answers = [RetryLater(30, "limited"), RuntimeError("a bug"), Blocked("the bot is not in #ops")]
        await here.changed(PAUSED)
        await here.recorded(lambda seen: _why(seen) == "limited")
        await here.changed(SANDBOX)
        await here.until(lambda: len(here.channel.answers) == 1)
        await here.recorded(lambda seen: "an error in ses-bot (id 0badcafe)" in _why(seen))
        await here.watcher.poll_now([])
        await here.until(lambda: not here.channel.answers)
        [seen] = await here.recorded(lambda seen: "not in #ops" in _why(seen))
        assert seen.waiting is not None
        assert (seen.waiting.count, seen.waiting.why) == (2, "the bot is not in #ops")
        await here.watcher.poll_now([])
        await here.until(lambda: len(here.channel.notified) == 2)
        assert here.channel.notified == ["sending_paused", "sending_resumed"]
        assert here.noted == ["publishing news: RuntimeError"]


async def test_a_store_that_fails_is_noted_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watching(tmp_path) as here:
        failures = 2

        async def failing(*arguments: object, **named: object) -> object:
            nonlocal failures
            if failures:
                failures -= 1
                raise OSError("disk on fire")
            return await claim_due(*arguments, **named)  # type: ignore[arg-type] # passed on

        monkeypatch.setattr("store.claim_due", failing)
        await here.until(lambda: len(here.aws.reads) == 1)
        assert here.noted == ["looking for polls that are due: OSError"] * 2


async def test_the_end_gives_leases_back_and_loses_no_news(tmp_path: Path) -> None:
    async with watching(tmp_path) as here:
        await here.until(lambda: len(here.aws.reads) == 1)
        here.channel.seconds = 0.5
        await here.changed(PAUSED)
        await here.quietly(lambda: here.channel.now == 1)
        here.aws.seconds = 60
        here.aws.says = Unreadable(Trouble.SERVER, "x")
        await pass_time(here.db, 1.0)
        await here.watcher.poll_now([HERE])
        await here.until(lambda: here.aws.now == 1)
        await here.watcher.close()
        assert here.channel.notified == ["sending_paused"]
        assert await next_news(here.db, most=5, lease=1) == (), "what Slack took is marked"
        assert [claim.account_region for claim in await claim_due(here.db, most=5, lease=30)] == [HERE]
        here.watcher.tick()
        await asyncio.sleep(0.05)
        assert here.aws.now == 0, "nothing is begun after the end"


async def test_the_clock_ticks_until_it_is_stopped_and_waits_for_no_one() -> None:
    ticks = 0

    def tick() -> None:
        nonlocal ticks
        ticks += 1
        if ticks == 2:
            raise ValueError("a tick that fails")

    ticker = Ticker(tick, 0.05)
    ticker.start()
    assert ticks == 1, "at once"
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while ticks < 5:  # noqa: ASYNC110 - counted by the clock itself
                await asyncio.sleep(0.01)
    ticker.stop()
    count = ticks
    await asyncio.sleep(0.15)
    assert ticks == count >= 5


@pytest.mark.parametrize(
    ("known", "times"),
    [
        (RegionState(Snapshot(Access.IN_REVIEW)), 1),
        (RegionState(Snapshot(Access.NOT_GRANTED)), 3),
        (RegionState(Snapshot(Access.GRANTED)), 3),
        (RegionState(Snapshot(Access.SANDBOX)), 12),
        (RegionState(Snapshot(Access.PRODUCTION)), 72),
        (RegionState(Snapshot(Access.PRODUCTION), identities=(SETTLED,)), 72),
        (RegionState(Snapshot(Access.PRODUCTION), identities=(SETTLED, replace(SETTLED, dkim_status="PENDING"))), 3),
        (
            RegionState(Snapshot(Access.SANDBOX), identities=(replace(SETTLED, mail_from_status="TEMPORARY_FAILURE"),)),
            3,
        ),
        (RegionState(Snapshot(Access.IN_REVIEW), identities=(replace(SETTLED, mail_from_status="PENDING"),)), 1),
        (RegionState(Snapshot(Access.PRODUCTION), failures=1), 1),
        (RegionState(Snapshot(Access.PRODUCTION), failures=2), 2),
        (RegionState(Snapshot(Access.PRODUCTION), failures=3), 4),
        (RegionState(failures=10_000), 12),
        (RegionState(region_off=True), 72),
    ],
)
def test_how_often_an_account_region_is_polled(known: RegionState, times: int) -> None:
    assert PollInterval(300.0).seconds_to_next(known) == 300.0 * times
    assert PollInterval(0.001).seconds_to_next(known) >= 1.0, "SES takes one GetAccount a second"
