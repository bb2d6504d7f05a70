"""Slack is away for ten minutes, really: the longest test of all, and by its name the first to be begun."""

import asyncio

import pytest

from tests.support.watching import BAD, GOOD, happens, live_bot, until


@pytest.mark.long
async def test_ten_minutes_without_slack_only_delay() -> None:
    async with live_bot() as bot:
        await bot.polled(1)
        bot.slack.fail("*", error="", status=503, times=1_000_000)
        bot.slack.sockets.refuse()
        bot.slack.sockets.drop()
        await happens(bot, good=False)
        await asyncio.sleep(300)
        await happens(bot, good=True)
        await asyncio.sleep(300)
        assert bot.posted() == []
        tries = sum(call.method == "chat.postMessage" for call in bot.slack.calls)
        assert 15 < tries < 40, "about twice a minute"
        bot.slack.faults.clear()
        bot.slack.sockets.refuse(0)
        await until(lambda: bot.posted() == [*BAD, *GOOD])
        await bot.slack.wait_until_connected()
        assert "wait" not in await bot.status()
