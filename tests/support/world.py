"""The bot itself, as a process, in a world of its own: for acceptance tests.

`async with running_bot() as world:` then `await world.slack.command("/ses-check", "acme.example")`. What the bot wrote
is in `world.bot.lines`. At the end of a test that passed, the bot is asked to stop, and must exit with 0.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from demo.dns_provider import Table
from demo.world import World, open_world
from demo.zones import TABLE


@asynccontextmanager
async def running_bot(
    extra: Mapping[str, str] | None = None, *, table: Table = TABLE, rate_limits: bool = True
) -> AsyncIterator[World]:
    """A world with its bot connected. `extra` is added to its environment; `table` is what its DNS serves."""
    async with open_world(table=table, rate_limits=rate_limits) as world:
        await world.start_bot(extra)
        yield world
        if world.bot.ended is None:
            code = await world.bot.stop()
            assert code == 0, world.last_words(f"the bot ended with exit code {code}")
