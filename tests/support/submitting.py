"""A person with a finished request in the bot as it is run, next to an AWS that can take it."""

from collections.abc import Callable, Mapping
from typing import Any

from fakes.ses import domain_identity
from fakes.slack import Message, View
from tests.support.draft_app import STEPS
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


async def seen(here: Watched, wanted: Callable[[Message], bool], what: str) -> Message:
    """The first message anywhere that is wanted."""

    def look() -> Message | None:
        return next((one for one in here.slack.workspace.messages if wanted(one)), None)

    return await here.slack.until(look, 120, what)


async def says(here: Watched, words: str) -> Message:
    """The first message that says this."""
    return await seen(here, lambda one: words in text_of(one), words)


async def written(here: Watched, domain: str = DOMAIN) -> Message:
    """Go through the steps of a request for a domain; the message with its buttons."""
    view = await opened(here, lambda: here.slack.command("/ses-draft", domain))
    for values in STEPS:
        given = {**values, **({"region": HERE, "domain": domain} if "region" in values else {})}
        assert (await here.slack.submit(view, given)).errors == {}
    return await seen(here, lambda one: "draft_submit" in str(one.blocks), "the request with its buttons")


async def opened(here: Watched, act: Callable[[], Any], *, fields: bool = True) -> View:
    """Do something that opens a form; the form, once it has fields, or can be handed in without."""
    invocation = await act()
    assert invocation.failure is None

    def look() -> View | None:
        return next(
            (
                one
                for one in here.slack.views()
                if one in invocation.views and (one.inputs if fields else one.content.get("submit"))
            ),
            None,
        )

    return await here.slack.until(look, 20, "the form")
