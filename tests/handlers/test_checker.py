"""Checks do not all run at once."""

import asyncio
from collections.abc import AsyncGenerator

from checks.query import Query, parse
from handlers.checker import Checker
from model import Checked, Verdict
from tests.support.slack_app import checked


class Dns:
    """Counts what is asked of it."""

    def __init__(self) -> None:
        self.asked = self.now = self.most = 0

    async def check(self, query: Query, *, fresh: bool, since: float | None = None) -> AsyncGenerator[Checked]:
        self.asked += 1
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        yield checked(query, Verdict.READY)


async def test_checks_queue_before_their_deadline_begins() -> None:
    dns = Dns()
    checker = Checker(dns.check, at_once=3)
    await asyncio.gather(*(checker.check(parse(f"d{number}.com")) for number in range(20)))
    assert (dns.asked, dns.most) == (20, 3)


async def test_a_report_names_the_website_that_was_asked_for() -> None:
    report = await Checker(Dns().check).check(parse("acme.com website=shop.acme.com"))
    assert report.website == "https://shop.acme.com/"
