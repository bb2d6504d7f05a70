"""A person with a finished request in the bot as it is run, next to an AWS that can take it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fakes.ses import domain_identity
from fakes.slack import SlackMessage, User, View
from tests.support.draft_app import STEPS
from tests.support.patience import PATIENCE
from tests.support.slack_app import text_of
from tests.support.watching import ACCOUNT, HERE, Watched

DOMAIN = "acme.com"
TOKENS = ("abcdefghijklmnopqrstuvwxyz012345", "bcdefghijklmnopqrstuvwxyz0123456", "cdefghijklmnopqrstuvwxyz01234567")
PROMISED: Mapping[str, Any] = {"acknowledged": ("yes",)}


def verified(here: Watched, domain: str = DOMAIN) -> None:
    """The domain is an identity in the region, verified with DKIM and MAIL FROM."""
    account = here.aws.accounts[ACCOUNT]
    account.identities[HERE] = {domain: domain_identity(TOKENS, mail_from=f"bounce.{domain}")}
    account.regions[HERE]["SendQuota"]["SentLast24Hours"] = 3.0


async def seen(here: Watched, wanted: Callable[[SlackMessage], bool], what: str) -> SlackMessage:
    """The first message anywhere that is wanted."""

    def look() -> SlackMessage | None:
        return next((one for one in here.slack.workspace.messages if wanted(one)), None)

    return await here.slack.wait_until(look, 120, what)


async def says(here: Watched, words: str) -> SlackMessage:
    """The first message that says this."""
    return await seen(here, lambda one: words in text_of(one), words)


async def written(here: Watched, domain: str = DOMAIN) -> SlackMessage:
    """Go through the steps of a request for a domain; the message with its buttons."""
    view = await opened(here, lambda: here.slack.command("/ses-draft", domain))
    for values in STEPS:
        given = {**values, **({"region": HERE, "domain": domain} if "region" in values else {})}
        assert (await here.slack.submit(view, given)).errors == {}
    return await seen(here, lambda one: "draft_submit" in str(one.blocks), "the request with its buttons")


async def opened(here: Watched, act: Callable[[], Any], *, fields: bool = True, ready: str = "") -> View:
    """Do something that opens a form; the form, once it has fields, or can be handed in without, or says `ready`."""
    invocation = await act()
    assert invocation.failure is None

    def is_there(one: View) -> bool:
        if ready:
            return ready in text_of(one)
        return bool(one.inputs) if fields else bool(one.content.get("submit"))

    def look() -> View | None:
        return next(
            (one for one in here.slack.views(invocation.user) if one in invocation.views and is_there(one)), None
        )

    return await here.slack.wait_until(look, 60, f"the form {ready}")


async def finished(here: Watched, *, operators: Sequence[User] = ()) -> SlackMessage:
    """A person with a finished request, at an account where it may go out; without others, an operator."""
    verified(here)
    await here.start(SES_BOT_OPERATORS=",".join(one.id for one in operators or (here.slack.user,)))
    await here.polled(2)
    return await written(here)


async def submitted(here: Watched, result: SlackMessage) -> None:
    """Confirm the plan under a finished request."""
    plan = await opened(here, lambda: here.slack.press(result, "draft_submit"))
    assert (await here.slack.submit(plan, PROMISED)).errors == {}


async def asked_operators(here: Watched, result: SlackMessage) -> SlackMessage:
    """A person who is no operator asks one; what the channel reads."""
    plan = await opened(here, lambda: here.slack.press(result, "draft_submit"), fields=False, ready="Only operators")
    assert "submit" not in plan.content
    await here.slack.press(plan, "change_ask")
    return await says(here, "asks an operator to submit a request")


async def edited(here: Watched, result: SlackMessage) -> None:
    """Go through the steps of a finished request again."""
    before = len(here.slack.workspace.messages)
    view = await opened(here, lambda: here.slack.press(result, "draft_edit"))
    for values in STEPS:
        assert (
            await here.slack.submit(view, {**values, **({"region": HERE} if "region" in values else {})})
        ).errors == {}

    def look() -> bool | None:
        new = here.slack.workspace.messages[before:]
        return any("draft_submit" in str(one.blocks) for one in new) or None

    await here.slack.wait_until(look, 60, "the new text")


async def reported(here: Watched, words: str, times: int) -> list[SlackMessage]:
    """The messages that say this, once there are so many; there must never be more."""

    def look() -> list[SlackMessage] | None:
        found = [one for one in here.slack.workspace.messages if words in text_of(one)]
        return found if len(found) >= times else None

    found = await here.slack.wait_until(look, PATIENCE, f"{words}, {times} times")
    assert len(found) == times, f"{words}: {len(found)} times, and {times} are right"
    return found


def requests(here: Watched) -> int:
    """How many requests AWS has taken."""
    return here.aws.answered["PutAccountDetails", ACCOUNT, HERE, ""]
