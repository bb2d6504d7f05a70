"""The parts of a check beside DNS, over real sockets: what each makes of a whole check."""

from datetime import UTC, date, datetime

import pytest

from checks.answers import Answer
from checks.beside import domain_age_part, website_part
from checks.fetch import Fetcher
from checks.resolver.table import TableResolver
from checks.whole import check_whole
from demo.zones import TABLE
from fakes.rdap import LoopbackRdap, Registered
from fakes.web import Site
from model import Access, AccountRegion, AtAws, AtPlace, Identity, Outcome, RegionState, Snapshot
from tests.support.web import browsing
from tests.support.websites import FOOT, PROSE, body


class Prompt(TableResolver):
    """Answers at once: real sockets keep real time."""

    async def _after_one_tick(self, name: str, rtype: str) -> Answer:
        return self._answer(name, rtype)


NOW = datetime(2026, 11, 23, tzinfo=UTC)
SINCE = datetime(2020, 1, 2, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("domain", "code", "outcome", "registered"),
    [
        ("ready.example", "domain_age.ok", Outcome.PASS, date(2020, 1, 2)),
        ("news.ready.example", "domain_age.ok", Outcome.PASS, date(2020, 1, 2)),  # its organization is asked about
        ("nodmarc.example", "domain_age.no-rdap", Outcome.UNKNOWN, None),  # not registered, they say; DNS answers
        ("nowhere.example", "domain_age.not-registered", Outcome.FAIL, None),
    ],
)
async def test_the_age_of_a_domain(domain: str, code: str, outcome: Outcome, registered: date | None) -> None:
    dns = Prompt(TABLE)
    async with (
        LoopbackRdap({"ready.example": Registered(SINCE)}) as rdap,
        Fetcher(dns, trusted=[rdap.url]) as fetcher,
    ):
        part = domain_age_part(fetcher, dns, base_url=rdap.url, now=lambda: NOW)
        checked = await check_whole(domain, dns, parts=[part], only=["domain_age"])
    [finding] = checked.report.findings
    assert (finding.code, finding.outcome) == (code, outcome)
    assert checked.registered == registered


SITE = Site({"*": body(f"<h1>Acme</h1><p>{PROSE}</p>", FOOT)})


@pytest.mark.parametrize(
    ("domain", "website", "code"),
    [
        ("acme.example", None, "website.ok"),
        ("mail.acme.example", None, "website.ok"),  # it has no address of its own; its organization has a website
        ("acme.example", "https://globex.example/", "website.other-organisation"),
        ("brand.example", "https://shop.globex.example/", "website.other-organisation"),
        ("shop.globex.example", "https://globex.example/", "website.ok"),
        ("acme.example", "https://nowhere.example/", "website.no-address"),
    ],
)
async def test_the_website_of_a_domain(domain: str, website: str | None, code: str) -> None:
    plain = Site({"*": body(f"<h1>Globex</h1><p>{PROSE}</p>", FOOT)})
    sites = {"acme.example": SITE, "globex.example": plain, "shop.globex.example": plain}
    policies = {f"_dmarc.{name}": {"TXT": ["v=DMARC1; p=none"]} for name in ("acme.example", "globex.example")}
    async with browsing(sites, policies) as room:
        part = website_part(room.fetcher, room.resolver, website=website)
        checked = await check_whole(domain, room.resolver, parts=[part], only=["website"])
    assert [finding.code for finding in checked.report.findings if finding.check == "website"] == [code]


@pytest.mark.parametrize(("mail_type", "code"), [("MARKETING", "website.no-signup"), ("TRANSACTIONAL", "website.ok")])
async def test_a_sign_up_form_is_looked_for_where_aws_was_told_of_marketing(mail_type: str, code: str) -> None:
    snapshot = Snapshot(Access.IN_REVIEW, mail_type=mail_type)
    here = AtPlace(AccountRegion("acme", "us-east-1"), RegionState(snapshot), identity=Identity("acme.example"))

    async def aws() -> AtAws:
        return AtAws((here,))

    async with browsing({"acme.example": SITE}) as room:
        part = website_part(room.fetcher, room.resolver)
        checked = await check_whole("acme.example", room.resolver, parts=[part], aws=aws, only=["website"])
    assert [finding.code for finding in checked.report.findings] == [code]
