"""A bot whose account holds zones in Route 53 on loopback, which the world's DNS serves."""

from collections.abc import Mapping

from demo.zones import TABLE
from fakes.dns import LoopbackDns
from fakes.ses import Zone, ZoneSet
from fakes.slack import SlackMessage, View
from tests.support.hosted import answered, hosted, plain
from tests.support.submitting import opened
from tests.support.table import Table
from tests.support.watching import ACCOUNT, LiveBot

DOMAIN = "broken.example"


class Served:
    """A set that has changed is changed in DNS; what is no plain set is not served."""

    def __init__(self, dns: LoopbackDns) -> None:
        self._dns = dns

    def __call__(self, before: ZoneSet | None, after: ZoneSet | None) -> None:
        if before and not before.more:
            self._dns.remove(plain(before.name), before.type)
        if after and not after.more:
            for value in after.values:
                self._dns.publish(plain(after.name), after.type, answered(after.type, value))


def with_zone(bot: LiveBot, domain: str = DOMAIN, table: Table = TABLE, account: str = ACCOUNT) -> Zone:
    """The account holds the zone of a domain of the demo, and DNS asks it."""
    zone = hosted(table, domain, noise=False)
    bot.aws.accounts[account].zones[zone.id] = zone
    for server in zone.servers:
        bot.world.dns.publish(domain, "NS", server)
    zone.served = Served(bot.world.dns)
    return zone


def settings(bot: LiveBot, **extra: str) -> dict[str, str]:
    """The person of the demo is an operator, and Route 53 is here."""
    return {"AWS_ENDPOINT_URL_ROUTE_53": bot.aws.url, "SES_BOT_OPERATORS": bot.slack.user.id, **extra}


async def reported(bot: LiveBot, domain: str = DOMAIN) -> SlackMessage:
    """The report with its button."""
    await bot.slack.command("/ses-check", domain)
    return await bot.slack.wait_until(lambda: _with_button(bot, domain), 60, "a report with “Fix it for me”")


def _with_button(bot: LiveBot, domain: str) -> SlackMessage | None:
    found = [one for one in bot.slack.workspace.messages if domain in one.text and "records_fix" in str(one.blocks)]
    return found[-1] if found else None


async def plan_of(bot: LiveBot, report: SlackMessage) -> View:
    """Press "Fix it for me"; the plan, once it can be confirmed."""
    return await opened(bot, lambda: bot.slack.press(report, "records_fix"), fields=False)


async def confirmed(bot: LiveBot, plan: View, values: Mapping[str, str] | None = None) -> None:
    assert (await bot.slack.submit(plan, values or {})).errors == {}
