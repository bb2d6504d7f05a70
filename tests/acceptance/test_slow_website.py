"""The bot as it is run, in front of websites that take their time: what DNS says does not wait for them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from demo.world import World
from fakes.web import Misbehavior, Site, WebPage
from tests.support.slack_app import text_of
from tests.support.world import running_bot

DOMAIN = "ready.example"


@asynccontextmanager
async def with_site(page: WebPage) -> AsyncIterator[World]:
    """A running bot, in a world where the domain's website is this page."""
    async with running_bot() as world:
        world.internet.web.sites[DOMAIN] = Site({"*": page})
        yield world


@pytest.mark.long
async def test_a_website_that_hangs_holds_up_neither_dns_nor_the_verdict() -> None:
    async with with_site(WebPage(behaviour=Misbehavior.HANG)) as world:
        await world.slack.command("/ses-check", DOMAIN)
        first = await world.slack.next_message()
        assert f"{DOMAIN} is ready for a reviewer, as far as DNS shows" in text_of(first)
        assert "The rest follows in a moment, with the final verdict: the website" in text_of(first)
        second = await world.slack.next_message()
        assert "Website: " in text_of(second)
        assert "it did not answer in time" in text_of(second)
        assert "follows in a moment" not in text_of(second)


@pytest.mark.long
async def test_the_second_message_brings_what_the_website_shows() -> None:
    async with with_site(WebPage("<title>Acme</title><p>Under construction", delay=1.0)) as world:
        await world.slack.command("/ses-check", DOMAIN)
        first = await world.slack.next_message()
        assert "as far as DNS shows" in text_of(first)
        second = await world.slack.next_message()
        assert f"{DOMAIN}: fix 1 thing first" in text_of(second)
        assert "under construction" in text_of(second).lower()
        assert "Not looked at: SES identity and account. No AWS account is connected" in text_of(second)
        await world.slack.press(second, "check_again")
        assert await world.slack.next_message() is second
        assert await world.slack.next_message() is second
        assert "under construction" in text_of(second).lower()
        assert "MX" in text_of(second), "the whole, in place"
