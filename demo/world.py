"""The whole world of the bot on this machine: a DNS, a web, a registry, a Slack, an AWS, and the bot itself, started
and stopped together.

The demo plays in it, and the acceptance tests use it, some without AWS; both know the bot by its environment and its
sockets alone.
"""

import asyncio
import contextlib
import os
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from demo.aws_reviewer import ACME, CHANNEL, DemoAws
from demo.bot_process import BOT, BotProcess
from demo.dns_provider import DnsProvider, Table
from demo.route53 import DemoZones
from demo.sites import SITES, registrations
from demo.zones import TABLE
from fakes.dns import LoopbackDns
from fakes.rdap import LoopbackRdap
from fakes.ses import LoopbackSes
from fakes.slack import COMMANDS, LoopbackSlack
from fakes.web import LoopbackWeb

_START_SECONDS = 120.0
_MAX_LAST_LINES = 15
_BENIGN = frozenset({"ratelimited", "not_found"})
"""Refusals that are no fault of anybody: too fast for Slack, or the person has closed the modal."""


class BotFailed(Exception):
    """The bot did not come up, or is gone. The text ends with what it wrote last."""


@dataclass(frozen=True, slots=True)
class Internet:
    """What is asked about a domain: its DNS, its website, its registry."""

    dns: LoopbackDns
    web: LoopbackWeb
    rdap: LoopbackRdap

    @property
    def environment(self) -> dict[str, str]:
        """What leads a check here, and lets it in."""
        return {
            "SES_BOT_DNS_SERVERS": self.dns.address,
            "SES_BOT_ALLOW_NETWORKS": "127.0.0.0/8",
            "SES_BOT_RDAP_URL": self.rdap.url,
            "SSL_CERT_FILE": str(self.web.ca_file),
        }

    @property
    def asked(self) -> int:
        """How many questions there were so far."""
        return len(self.dns.asked) + len(self.web.visits) + len(self.rdap.asked)


class World:
    """Everything that runs but AWS. `home` is a directory that is removed with it."""

    def __init__(
        self, internet: Internet, slack: LoopbackSlack, provider: DnsProvider, home: Path, bot: BotProcess
    ) -> None:
        self.internet = internet
        self.dns = internet.dns
        self.slack = slack
        self.provider = provider
        self.home = home
        self.bot = bot
        self._asked = 0
        self._asked_at = 0.0

    @property
    def environment(self) -> dict[str, str]:
        """The bot’s settings, beside what any program needs."""
        return {
            **self.slack.environment,
            **self.internet.environment,
            "SES_BOT_DATA_DIR": str(self.home / "data"),
            "SES_BOT_HTTP_PORT": "0",
        }

    async def start_bot(self, extra: Mapping[str, str] | None = None) -> None:
        """Returns when the bot is connected to Slack; `BotFailed` when it ends before, or takes too long."""
        await self.bot.start({**self.environment, **(extra or {})}, self.home)
        connected = asyncio.create_task(self._wait_for_connection())
        ended = asyncio.create_task(self.bot.wait())
        try:
            await asyncio.wait({connected, ended}, return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                raise BotFailed(self.last_words(f"The bot ended with exit code {ended.result()} before it connected."))
            try:
                await connected
            except TimeoutError:
                problem = f"The bot did not connect to Slack within {_START_SECONDS:g} s."
                raise BotFailed(self.last_words(problem)) from None
        finally:
            for task in (connected, ended):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, TimeoutError):
                    await task

    async def _wait_for_connection(self) -> None:
        """Returns when Slack and the bot reach each other; `TimeoutError`."""
        if self.slack.http is None:
            await self.slack.wait_until_connected(_START_SECONDS)
        else:
            port = await self.bot.wait_for_line(r"health on port (\d+)", _START_SECONDS)
            await self.bot.wait_for_line("waiting for signed requests", _START_SECONDS)
            self.slack.http.url = f"http://127.0.0.1:{port[1]}/slack/events"

    def last_words(self, sentence: str) -> str:
        """Returns a sentence, and the last lines that the bot wrote."""
        lines = list(self.bot.lines)[-_MAX_LAST_LINES:]
        return "\n".join([sentence, *(["The last lines that it wrote:"] if lines else []), *(f"  {x}" for x in lines)])

    def idle_seconds(self) -> float:
        """Returns for how many seconds the bot has sent no request, to Slack or about a domain; 0 while one waits."""
        if self.slack.busy or self.slack.sockets.waiting or (self.slack.http and self.slack.http.waiting):
            return 0.0
        if self.internet.asked != self._asked:
            self._asked, self._asked_at = self.internet.asked, time.monotonic()
        return time.monotonic() - max(self.slack.quiet_since, self._asked_at)

    def troubles(self) -> list[str]:
        """Returns what went wrong so far, a line each; empty when all is well."""
        trouble = self.slack.sockets.trouble
        troubles = [
            f"Slack refused {call.method}: {call.refused} {' '.join(call.detail)}".rstrip()
            for call in self.slack.refusals
            if call.refused not in _BENIGN
        ]
        if trouble.unanswered:
            troubles.append(
                f"{len(trouble.unanswered)} of Slack's messages to the bot were not acknowledged within 3 s"
            )
        if trouble.strays:
            troubles.append(f"the bot acknowledged what Slack never sent: {', '.join(trouble.strays)}")
        if self.bot.ended is not None:
            troubles.append(self.last_words(f"the bot ended with exit code {self.bot.ended}"))
        troubles += [f"the bot logged an error: {line}" for line in self.bot.errors]
        return troubles


class AwsWorld(World):
    """Everything that runs. `news` is the channel where the bot tells what happens to the accounts of `aws`."""

    def __init__(self, world: World, ses: LoopbackSes) -> None:
        super().__init__(world.internet, world.slack, world.provider, world.home, world.bot)
        self.ses = ses
        self.aws = DemoAws(ses, world.provider)
        self.aws.write_accounts(world.home)
        self.zones = DemoZones(ses.accounts[ACME[0].account_id], world.provider, world.internet.web, TABLE)
        self.news = world.slack.add_channel(CHANNEL, world.slack.user)

    @property
    def environment(self) -> dict[str, str]:
        operators = {"SES_BOT_OPERATORS": self.slack.user.id}
        return {**super().environment, **self.aws.environment(self.home), **operators}

    def troubles(self) -> list[str]:
        refusals = [f"AWS refused {refusal.request}: {refusal.code} {refusal.message}" for refusal in self.ses.refusals]
        return [*super().troubles(), *refusals]


@asynccontextmanager
async def open_world(
    *,
    table: Table = TABLE,
    commands: tuple[str, ...] = COMMANDS,
    rate_limits: bool = True,
    bot: Path = BOT,
    http: bool = os.environ.get("LOOPBACK_SLACK") == "http",
) -> AsyncIterator[World]:
    """Opens a world without AWS, and without the bot yet; stops what runs at the end, and removes its directory.
    `http`: Slack reaches the bot by signed requests, and not by Socket Mode."""
    async with AsyncExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="ses-bot-demo-"))
        slack = await stack.enter_async_context(LoopbackSlack(commands=commands, rate_limits=rate_limits, http=http))
        web = await stack.enter_async_context(
            LoopbackWeb({host: site for host, site in SITES.items() if host in table})
        )
        served = {**table, **{host: {**table[host], **web.records()} for host in web.sites}}
        dns = await stack.enter_async_context(LoopbackDns(served))
        rdap = await stack.enter_async_context(LoopbackRdap(registrations(datetime.now(UTC))))
        world = World(Internet(dns, web, rdap), slack, DnsProvider(dns, served), Path(home), BotProcess(bot))
        try:
            yield world
        finally:
            if world.bot.started:
                await _finish_despite_interrupts(world.bot.stop())


@asynccontextmanager
async def open_aws_world(*, table: Table = TABLE, bot: Path = BOT) -> AsyncIterator[AwsWorld]:
    """Opens a world with the two accounts of the demo in it."""
    async with LoopbackSes() as ses, open_world(table=table, bot=bot) as world:
        yield AwsWorld(world, ses)


async def _finish_despite_interrupts(work: Coroutine[Any, Any, object]) -> None:
    """Finishes the work, however often the person presses Ctrl-C meanwhile."""
    task = asyncio.create_task(work)
    interrupted = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            interrupted = True
    if interrupted:
        raise asyncio.CancelledError
