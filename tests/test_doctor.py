"""`bot.py doctor` names the fault that was made, and nothing else; it changes nothing."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from demo.bot_process import run_bot
from fakes.dns import DnsFault
from fakes.ses import AwsFault
from tests.support.watching import ACCOUNT, HERE, LiveBot, live_bot

GONE = "http://127.0.0.1:9/"


async def examined(bot: LiveBot, **extra: str) -> tuple[int, dict[str, dict[str, str]]]:
    """The exit code, and the lines that are not good, by what they are about."""
    settings = {**bot.world.environment, **bot.settings, **extra}
    code, out, err = await run_bot(
        ["doctor", "--json"], {name: one for name, one in settings.items() if one}, bot.world.home
    )
    if not out:
        return code, {"": {"words": err}}
    lines = [json.loads(line) for line in out.splitlines()]
    return code, {one["what"]: one for one in lines if one["health"] != "good"}


async def test_a_good_bot_is_well_but_for_what_cannot_be_seen() -> None:
    async with live_bot(start=False) as bot:
        code, lines = await examined(bot, SES_BOT_OPERATORS=bot.slack.user.id)
        assert code == 1
        assert set(lines) == {"SES_BOT_CHANNEL"}, "whether the bot is a member cannot be seen without posting"
        assert bot.aws.accounts[ACCOUNT].cases == {}
        assert not (bot.world.home / "data").exists(), "nothing was made"
        assert bot.slack.workspace.messages == []


FAULTS: list[tuple[str, Mapping[str, str], str, str]] = [
    ("a missing token", {"SLACK_BOT_TOKEN": ""}, "", "SLACK_BOT_TOKEN: it is not set"),
    ("a wrong kind of token", {"SLACK_BOT_TOKEN": "xapp-1-x"}, "", "SLACK_BOT_TOKEN: it must be the bot token"),
    ("a revoked bot token", {"SLACK_BOT_TOKEN": "xoxb-revoked"}, "SLACK_BOT_TOKEN", "invalid_auth"),
    ("a revoked app token", {"SLACK_APP_TOKEN": "xapp-1-revoked"}, "SLACK_APP_TOKEN", "invalid_auth"),
    ("Slack away", {"SLACK_API_URL": GONE + "api/"}, "Slack", "cannot be reached"),
    ("no channel", {"SES_BOT_CHANNEL": ""}, "SES_BOT_CHANNEL", "news waits"),
    ("DNS away", {"SES_BOT_DNS_SERVERS": "127.0.0.1:9"}, "DNS", "unanswered"),
    ("registries away", {"SES_BOT_RDAP_URL": GONE}, "registries (RDAP)", "No registry answers"),
    (
        "no database server",
        {"SES_BOT_DATABASE_URL": "postgresql://u:hunter2@[::1]:9/x"},
        "database",
        "cannot be opened",
    ),
    ("a database URL that is none", {"SES_BOT_DATABASE_URL": "postgresql://u:p@ss@h/x"}, "database", "holds an @"),
    (
        "no data directory",
        {"SES_BOT_DATA_DIR": "/dev/null/data"},
        "database",
        "cannot be written to",
    ),
    ("no region", {"AWS_DEFAULT_REGION": ""}, "AWS accounts", "no region is set"),
    ("no credentials", {"AWS_ACCESS_KEY_ID": ""}, "AWS accounts", "credentials"),
    ("a profile that is none", {"AWS_PROFILE": "nope"}, "AWS accounts", "no profile"),
    ("an accounts file that is none", {"SES_BOT_ACCOUNTS": "/dev/zero"}, "AWS accounts", "not a file"),
    ("AWS away", {"AWS_ENDPOINT_URL_SESV2": GONE}, "main in us-east-1", "cannot be reached"),
    ("no queue", {"SES_BOT_EVENTS_QUEUE_URL": GONE + "queue"}, "SES_BOT_EVENTS_QUEUE_URL", "cannot be read"),
    ("no operators", {"SES_BOT_OPERATORS": ""}, "SES_BOT_OPERATORS", "No one may confirm"),
    ("a bad timezone", {"SES_BOT_TIMEZONE": "Mars"}, "", "SES_BOT_TIMEZONE: unknown time zone"),
    ("a bad port", {"SES_BOT_HTTP_PORT": "port"}, "", "SES_BOT_HTTP_PORT: it is not a whole number"),
    ("an operator by name", {"SES_BOT_OPERATORS": "@ana"}, "", "SES_BOT_OPERATORS: “@ana” is not a Slack user id"),
    ("a bad log format", {"SES_BOT_LOG_FORMAT": "xml"}, "", "SES_BOT_LOG_FORMAT: it is neither text nor json"),
]


async def test_each_fault_of_the_settings_is_named() -> None:
    async with live_bot(start=False) as bot:
        for name, extra, what, words in FAULTS:
            code, lines = await examined(bot, **{"SES_BOT_OPERATORS": bot.slack.user.id, **extra})
            assert code in (1, 2), name
            assert words in lines[what]["words"], (name, lines)
            assert "hunter2" not in str(lines)


AWS_FAULTS: list[tuple[Any, str, str]] = [
    (AwsFault.EXPIRED, "main in us-east-1", "does not accept the credentials"),
    (AwsFault.DENIED, "main in us-east-1", "may not call GetAccount"),
    (AwsFault.THROTTLED, "main in us-east-1", "fewer calls"),
    (AwsFault.SERVER_ERROR, "main in us-east-1", "answered with an error"),
    ("GetEmailIdentity", "main in us-east-1, ses:GetEmailIdentity", "may not call GetEmailIdentity"),
    ("ListEmailIdentities", "main in us-east-1, ses:ListEmailIdentities", "may not call ListEmailIdentities"),
    ("GetMetricData", "main in us-east-1, cloudwatch:GetMetricData", "may not call GetMetricData"),
    ("GetRequestedServiceQuotaChange", "main in us-east-1, servicequotas:GetRequestedServiceQuotaChange", "may not"),
    ("ListHostedZonesByName", "main, route53:ListHostedZonesByName", "may not call ListHostedZonesByName"),
    ("ListResourceRecordSets", "main, route53:ListResourceRecordSets", "may not call ListResourceRecordSets"),
    ("DescribeCases", "main, Support API", "may not read cases"),
]


async def test_each_fault_at_aws_is_named() -> None:
    async with live_bot(start=False) as bot:
        account = bot.aws.accounts[ACCOUNT]
        for fault, what, words in AWS_FAULTS:
            if isinstance(fault, AwsFault):
                bot.aws.faults[ACCOUNT, HERE] = fault
            else:
                account.forbidden.add(fault)
            _, lines = await examined(bot, SES_BOT_OPERATORS=bot.slack.user.id)
            assert words in lines[what]["words"], (fault, lines)
            bot.aws.faults.clear()
            account.forbidden.clear()


@pytest.mark.parametrize("fault", [DnsFault.SERVFAIL, DnsFault.TIMEOUT])
async def test_dns_that_fails_is_named(fault: DnsFault) -> None:
    async with live_bot(start=False) as bot:
        bot.world.dns.fault("amazonses.com", "*", fault)
        _, lines = await examined(bot, SES_BOT_OPERATORS=bot.slack.user.id)
        assert "unanswered" in lines["DNS"]["words"]
