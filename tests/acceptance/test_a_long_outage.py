"""Slack is away for ten minutes, really: the longest test of all, and by its name the first to be begun."""

import asyncio

import pytest

from tests.support.watching import BAD, GOOD, happens, until, watched


@pytest.mark.long
async def test_ten_minutes_without_slack_only_delay() -> None:
    async with watched() as here:
        await here.polled(1)
        here.slack.fail("*", error="", status=503, times=1_000_000)
        here.slack.sockets.refuse()
        here.slack.sockets.drop()
        await happens(here, good=False)
        await asyncio.sleep(300)
        await happens(here, good=True)
        await asyncio.sleep(300)
        assert here.posted() == []
        tries = sum(call.method == "chat.postMessage" for call in here.slack.calls)
        assert 15 < tries < 40, "about twice a minute"
        here.slack.faults.clear()
        here.slack.sockets.refuse(0)
        await until(lambda: here.posted() == [*BAD, *GOOD])
        await here.slack.wait_until_connected()
        assert "wait" not in await here.status()
