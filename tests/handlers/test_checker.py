"""What was shown is what "Details" and "Share in channel" speak of; checks do not all run at once."""

import asyncio
from collections.abc import AsyncGenerator

from checks.query import Query, parse
from handlers.checker import Checker
from model import Checked, Report, Verdict


class Dns:
    """Counts what is asked of it; every answer is another report."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bool]] = []
        self.now = self.most = 0

    async def check(self, query: Query, fresh: bool) -> AsyncGenerator[Checked]:
        self.asked.append((str(query), fresh))
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        yield Checked(Report(query.domains[0], Verdict.READY, (), 0.1, len(self.asked)), "acme.com")


async def test_details_show_the_report_that_was_shown() -> None:
    dns = Dns()
    checker = Checker(dns.check)
    await checker.check(parse("acme.com"))
    again = await checker.check(parse("acme.com"), fresh=True)
    assert await checker.displayed(parse("acme.com")) is again
    assert dns.asked == [("acme.com", False), ("acme.com", True)]


async def test_a_report_that_is_not_known_any_more_is_made_anew() -> None:
    dns = Dns()
    assert Checker(dns.check).cached(parse("acme.com")) is None
    await Checker(dns.check).displayed(parse("acme.com"))
    assert dns.asked == [("acme.com", False)]


async def test_other_options_are_another_report() -> None:
    dns = Dns()
    checker = Checker(dns.check)
    await checker.check(parse("acme.com"))
    await checker.displayed(parse("acme.com selector=s1"))
    assert dns.asked[-1] == ("acme.com selector=s1", False)


async def test_the_last_report_on_a_domain_is_known_whatever_its_options() -> None:
    checker = Checker(Dns().check)
    assert checker.latest("acme.com") is None
    await checker.check(parse("acme.com"))
    newest = await checker.check(parse("acme.com selector=s1"))
    assert checker.latest("acme.com") is newest
    await checker.check(parse("acme.com website=shop.acme.com"))
    assert (last := checker.latest("acme.com"))
    assert last.website == "https://shop.acme.com/"


async def test_checks_queue_before_their_deadline_begins() -> None:
    dns = Dns()
    checker = Checker(dns.check, at_once=3)
    await asyncio.gather(*(checker.check(parse(f"d{number}.com")) for number in range(20)))
    assert len(dns.asked) == 20
    assert dns.most == 3


async def test_reports_do_not_pile_up() -> None:
    dns = Dns()
    checker = Checker(dns.check)
    for number in range(600):
        await checker.check(parse(f"d{number}.com"))
    assert checker.cached(parse("d0.com")) is None
    assert checker.cached(parse("d599.com")) is not None
