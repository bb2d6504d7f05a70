"""Killed at any moment, the bot loses no news; it repeats only what it was posting, and nothing where it may look.

Every change is a quota of its own, so that each can be counted in the channel and in the bot's database.
"""

import asyncio
import random
import sqlite3
from collections import Counter
from contextlib import closing

import pytest

from tests.support.watching import ACCOUNT, LiveBot, live_bot, title_of, until

REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-south-1", "ca-central-1")
ROUNDS, KILLS_A_ROUND = 10, 2


def posted(bot: LiveBot) -> Counter[int]:
    """How often each quota stands in the channel as the new one."""
    found: Counter[int] = Counter()
    for message in bot.slack.messages(channel=bot.ops):
        assert title_of(message) == "Sending quota changed"
        found[int(message.text.rpartition("Now: ")[2].partition(" messages")[0].replace(",", ""))] += 1
    return found


def being_posted(bot: LiveBot) -> Counter[int]:
    """What the dead bot had begun to post (it held a lease) and had not written down as posted."""
    query = "SELECT json_extract(facts, '$.quota') FROM news WHERE published_at IS NULL AND lease_token IS NOT NULL"
    with closing(sqlite3.connect(bot.world.home / "data" / "ses-bot.sqlite3")) as db:
        return Counter(int(quota) for (quota,) in db.execute(query).fetchall())


async def kill(bot: LiveBot, chance: random.Random) -> None:
    """At a random moment, or right after Slack took a message."""
    if chance.random() < 0.5:
        await asyncio.sleep(chance.uniform(0, 2.5))
    else:
        count = len(bot.posted())
        async with asyncio.timeout(10):
            while len(bot.posted()) == count:  # noqa: ASYNC110 - before the bot can hear of it
                await asyncio.sleep(0)
    await bot.kill()


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("history", [False, True], ids=["chat:write alone", "with channels:history"])
async def test_killed_at_random_moments_it_loses_nothing(seed: int, history: bool) -> None:
    """With the right to read the channel, the bot looks there before it posts again, and repeats nothing at all."""
    chance = random.Random(seed)
    kills, unwritten = 0, Counter[int]()
    async with live_bot(regions=REGIONS, start=False) as bot:
        bot.settings["SES_BOT_CHANNEL"] = bot.ops.id
        bot.slack.tokens.scopes += ("channels:history",) * history
        await bot.start()
        said = bot.aws.accounts[ACCOUNT].regions
        await until(lambda: all(bot.polls(region) >= 2 for region in REGIONS))
        for turn in range(1, ROUNDS + 1):
            changes = {1_000 * turn + number: region for number, region in enumerate(REGIONS)}
            for quota, region in changes.items():
                said[region]["SendQuota"]["Max24HourSend"] = float(quota)
            for _ in range(KILLS_A_ROUND):
                if changes.keys() - posted(bot):
                    await kill(bot, chance)
                    kills += 1
                    unwritten += being_posted(bot)
                    await bot.start()
            await until(lambda changes=changes: changes.keys() <= posted(bot).keys())  # type: ignore[misc] # its default
        await asyncio.sleep(3)
        seen = posted(bot)
    assert len(seen) == ROUNDS * len(REGIONS) >= 50, "every change reached the channel"
    assert kills >= ROUNDS
    assert unwritten, "the window was hit"
    if history:
        assert set(seen.values()) == {1}
    else:
        assert all(count <= 1 + unwritten[quota] for quota, count in seen.items()), "again only what was being posted"
