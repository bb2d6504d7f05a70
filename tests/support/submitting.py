"""A person with a finished request in the bot as it is run, next to an AWS that can take it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fakes.ses import domain_identity
from fakes.slack import SlackMessage, User, View
from tests.support.draft_app import STEPS
from tests.support.patience import PATIENCE
from tests.support.slack_app import text_of
from tests.support.watching import ACCOUNT, HERE, LiveBot

DOMAIN = "acme.com"
TOKENS = ("abcdefghijklmnopqrstuvwxyz012345", "bcdefghijklmnopqrstuvwxyz0123456", "cdefghijklmnopqrstuvwxyz01234567")
PROMISED: Mapping[str, Any] = {"acknowledged": ("yes",)}


def verified(bot: LiveBot, domain: str = DOMAIN) -> None:
    """The domain is an identity in the region, verified with DKIM and MAIL FROM."""
    account = bot.aws.accounts[ACCOUNT]
    account.identities[HERE] = {domain: domain_identity(TOKENS, mail_from=f"bounce.{domain}")}
    account.regions[HERE]["SendQuota"]["SentLast24Hours"] = 3.0


async def seen(bot: LiveBot, wanted: Callable[[SlackMessage], bool], what: str) -> SlackMessage:
    """The first message anywhere that is wanted."""

    def look() -> SlackMessage | None:
        return next((one for one in bot.slack.workspace.messages if wanted(one)), None)

    return await bot.slack.wait_until(look, 120, what)


async def says(bot: LiveBot, words: str) -> SlackMessage:
    """The first message that says this."""
    return await seen(bot, lambda one: words in text_of(one), words)


async def written(bot: LiveBot, domain: str = DOMAIN) -> SlackMessage:
    """Go through the steps of a request for a domain; the message with its buttons."""
    view = await opened(bot, lambda: bot.slack.command("/ses-draft", domain))
    for values in STEPS:
        given = {**values, **({"region": HERE, "domain": domain} if "region" in values else {})}
        assert (await bot.slack.submit(view, given)).errors == {}
    return await seen(bot, lambda one: "draft_submit" in str(one.blocks), "the request with its buttons")


async def opened(bot: LiveBot, act: Callable[[], Any], *, fields: bool = True, ready: str = "") -> View:
    """Do something that opens a form; the form, once it has fields, or can be handed in without, or says `ready`."""
    invocation = await act()
    assert invocation.failure is None

    def is_there(one: View) -> bool:
        if ready:
            return ready in text_of(one)
        return bool(one.inputs) if fields else bool(one.content.get("submit"))

    def look() -> View | None:
        return next(
            (one for one in bot.slack.views(invocation.user) if one in invocation.views and is_there(one)), None
        )

    return await bot.slack.wait_until(look, 60, f"the form {ready}")


async def finished(bot: LiveBot, *, operators: Sequence[User] = ()) -> SlackMessage:
    """A person with a finished request, at an account where it may go out; without others, an operator."""
    verified(bot)
    await bot.start(SES_BOT_OPERATORS=",".join(one.id for one in operators or (bot.slack.user,)))
    await bot.polled(2)
    return await written(bot)


async def submitted(bot: LiveBot, result: SlackMessage) -> None:
    """Confirm the plan under a finished request."""
    plan = await opened(bot, lambda: bot.slack.press(result, "draft_submit"))
    assert (await bot.slack.submit(plan, PROMISED)).errors == {}


async def asked_operators(bot: LiveBot, result: SlackMessage) -> SlackMessage:
    """A person who is no operator asks one; what the channel reads."""
    plan = await opened(bot, lambda: bot.slack.press(result, "draft_submit"), fields=False, ready="Only operators")
    assert "submit" not in plan.content
    await bot.slack.press(plan, "change_ask")
    return await says(bot, "asks an operator to submit a request")


async def edited(bot: LiveBot, result: SlackMessage) -> None:
    """Go through the steps of a finished request again."""
    before = len(bot.slack.workspace.messages)
    view = await opened(bot, lambda: bot.slack.press(result, "draft_edit"))
    for values in STEPS:
        assert (
            await bot.slack.submit(view, {**values, **({"region": HERE} if "region" in values else {})})
        ).errors == {}

    def look() -> bool | None:
        new = bot.slack.workspace.messages[before:]
        return any("draft_submit" in str(one.blocks) for one in new) or None

    await bot.slack.wait_until(look, 60, "the new text")


async def reported(bot: LiveBot, words: str, times: int) -> list[SlackMessage]:
    """The messages that say this, once there are so many; there must never be more."""

    def look() -> list[SlackMessage] | None:
        found = [one for one in bot.slack.workspace.messages if words in text_of(one)]
        return found if len(found) >= times else None

    found = await bot.slack.wait_until(look, PATIENCE, f"{words}, {times} times")
    assert len(found) == times, f"{words}: {len(found)} times, and {times} are right"
    return found


def requests(bot: LiveBot) -> int:
    """How many requests AWS has taken."""
    return bot.aws.answered["PutAccountDetails", ACCOUNT, HERE, ""]
