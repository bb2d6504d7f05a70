"""A world in which SES accounts are watched: the bot as a process between a Slack, a DNS and an SES on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from demo.bot_process import BotProcess
from demo.world import World, open_world
from fakes.ses import LoopbackAccount, LoopbackSes
from fakes.slack import Channel, LoopbackSlack, SlackMessage, User
from tests.support.patience import PATIENCE
from tests.support.slack_app import text_of

ACCOUNT = "111122223333"
HERE = "us-east-1"
BAD, GOOD = ["Under review by AWS (probation)", "Sending paused"], ["Healthy again", "Sending resumed"]


class LiveBot:
    """`ops` is the channel for news; `account` is the ambient account's number."""

    def __init__(self, world: World, aws: LoopbackSes, ops: Channel, settings: Mapping[str, str]) -> None:
        self.world = world
        self.slack: LoopbackSlack = world.slack
        self.aws = aws
        self.ops = ops
        self.settings = dict(settings)

    async def start(self, **extra: str) -> None:
        await self.world.start_bot({**self.settings, **extra})

    async def restart(self, **extra: str) -> None:
        """Stop the bot in good order, and start it anew on the same data."""
        assert await self.world.bot.stop() == 0
        self.world.bot = BotProcess()
        await self.start(**extra)

    async def kill(self) -> None:
        """End the bot as an accident would."""
        self.world.bot.kill()
        await self.world.bot.wait()
        self.world.bot = BotProcess()

    async def news(self, within: float = PATIENCE) -> str:
        """The next message in the channel, as it can be read."""
        return text_of(await self.message(within))

    async def message(self, within: float = PATIENCE) -> SlackMessage:
        return await self.slack.next_message(channel=self.ops, within=within)

    async def report(self, domain: str, *, user: User | None = None) -> str:
        """What `/ses-check` says first, past the line that the check takes its time; for the person of the demo."""
        person = user or self.slack.user
        await self.slack.command("/ses-check", domain, user=person)
        text = text_of(await self.slack.next_message(user=person))
        return text_of(await self.slack.next_message(user=person)) if text.startswith("Checking") else text

    def posted(self) -> list[str]:
        """The titles of all that stands in the channel, oldest first."""
        return [title_of(message) for message in self.slack.messages(channel=self.ops)]

    def polls(self, region: str = HERE, account: str = ACCOUNT) -> int:
        return self.aws.calls["GetAccount", account, region]

    async def polled(self, times: int = 1, region: str = HERE, within: float = PATIENCE) -> None:
        """Wait for so many more polls, and until the bot has dealt with them."""
        enough = self.polls(region) + times
        await until(lambda: self.polls(region) > enough, within)

    async def status(self, text: str = "") -> str:
        await self.slack.command("/ses-status", text)
        return text_of(await self.slack.next_message(user=self.slack.user))


@asynccontextmanager
async def live_bot(
    *,
    regions: Sequence[str] = (HERE,),
    start: bool = True,
    rate_limits: bool = False,
    aws_rate_limits: bool = False,
    **extra: str,
) -> AsyncIterator[LiveBot]:
    """One account in the sandbox of these regions, and a bot that polls as fast as it may: without `aws_rate_limits`
    faster than AWS allows. Uppercase keywords are settings; `rate_limits`: Slack's."""
    async with LoopbackSes(rate_limits=aws_rate_limits) as aws, open_world(rate_limits=rate_limits) as world:
        account = aws.add(ACCOUNT, *regions)
        ops = world.slack.add_channel("email-ops", world.slack.user)
        settings = {**aws_settings(aws, account, regions, world.home), "SES_BOT_CHANNEL": "#email-ops", **extra}
        settings |= {} if aws_rate_limits else {"SHORT_PAUSES": "1"}
        bot = LiveBot(world, aws, ops, {name: value for name, value in settings.items() if value})
        if start:
            await bot.start()
        yield bot
        if bot.world.bot.started and bot.world.bot.ended is None:
            code = await bot.world.bot.stop()
            assert code == 0, bot.world.last_words(f"the bot ended with exit code {code}")


def aws_settings(aws: LoopbackSes, account: LoopbackAccount, regions: Sequence[str], home: Path) -> dict[str, str]:
    """What the bot must know to watch the account in these regions, as often as AWS lets it."""
    [(key, secret)] = account.keys.items()
    settings = {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_DEFAULT_REGION": regions[0],
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "SES_BOT_POLL_SECONDS": "0.001",
    }
    if len(regions) > 1:
        listed = ", ".join(f'"{region}"' for region in regions)
        path = home / "accounts.toml"
        path.write_text(f'[[account]]\nname = "main"\nregions = [{listed}]\n')
        settings["SES_BOT_ACCOUNTS"] = str(path)
    return settings


def happens_at_aws(bot: LiveBot, *, good: bool) -> None:
    """Two things at AWS, both of them news."""
    said = bot.aws.accounts[ACCOUNT].regions[HERE]
    said["EnforcementStatus"] = "HEALTHY" if good else "PROBATION"
    said["SendingEnabled"] = good


async def happens(bot: LiveBot, *, good: bool) -> None:
    """Two things at AWS, both of them news. They have been recorded when this returns."""
    happens_at_aws(bot, good=good)
    await bot.polled(1)


def title_of(message: SlackMessage) -> str:
    """The heading of news, without the account that it is about; the text where it has no blocks."""
    [*headers] = [block["text"]["text"] for block in message.blocks if block["type"] == "header"]
    return (headers[0] if headers else message.text).partition(": main")[0]


async def until(true: Callable[[], bool], within: float = PATIENCE) -> None:
    """Return when it has become true."""
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110 - what is looked at has no event
            await asyncio.sleep(0.01)
