"""The checks of the web, over real sockets: what each makes of a whole report."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from checks.answers import Answer
from checks.check import Check, CheckContext, CheckResult
from checks.fetch import Fetcher
from checks.run import run_checks
from checks.web_checks import check_age
from demo.zones import TABLE
from fakes.rdap import LoopbackRdap, RegisteredDomain
from fakes.web import Site
from model import Access, AccountRegion, Checked, Identity, Outcome, RegionState, SesRegionView, SesView, Snapshot
from tests.support.cases import cases
from tests.support.table import TableResolver
from tests.support.web import web_client
from tests.support.websites import FOOT, PROSE, body


class Prompt(TableResolver):
    """Answers at once: real sockets keep real time."""

    async def _after_one_tick(self, name: str, rtype: str) -> Answer:
        return self._answer(name, rtype)


NOW = datetime(2026, 11, 23, tzinfo=UTC)
SINCE = datetime(2020, 1, 2, 3, 4, tzinfo=UTC)


async def _age_now(context: CheckContext) -> CheckResult:
    return await check_age(replace(context, now=lambda: NOW))


AGE_NOW = Check("domain age", ("domain_age",), _age_now)


async def last_report(reports: AsyncIterator[Checked]) -> Checked:
    return [report async for report in reports][-1]


@cases()
async def test_the_age_of_a_domain(domain: str, code: str, outcome: Outcome, registered: date | None) -> None:
    dns = Prompt(TABLE)
    async with (
        LoopbackRdap({"ready.example": RegisteredDomain(SINCE)}) as rdap,
        Fetcher(dns, trusted=[rdap.url]) as fetcher,
    ):
        reports = run_checks(domain, dns, checks=[AGE_NOW], fetcher=fetcher, rdap_url=rdap.url, only=["domain_age"])
        checked = await last_report(reports)
    [finding] = checked.report.findings
    assert (finding.code, finding.outcome) == (code, outcome)
    assert checked.registered == registered


SITE = Site({"*": body(f"<h1>Acme</h1><p>{PROSE}</p>", FOOT)})


@cases()
async def test_the_website_of_a_domain(domain: str, website: str | None, code: str) -> None:
    plain = Site({"*": body(f"<h1>Globex</h1><p>{PROSE}</p>", FOOT)})
    sites = {"acme.example": SITE, "globex.example": plain, "shop.globex.example": plain}
    policies = {f"_dmarc.{name}": {"TXT": ["v=DMARC1; p=none"]} for name in ("acme.example", "globex.example")}
    async with web_client(sites, policies) as client:
        reports = run_checks(domain, client.resolver, fetcher=client.fetcher, website=website, only=["website"])
        checked = await last_report(reports)
    assert [finding.code for finding in checked.report.findings if finding.check == "website"] == [code]


@pytest.mark.parametrize(("mail_type", "code"), [("MARKETING", "website.no-signup"), ("TRANSACTIONAL", "website.ok")])
async def test_a_sign_up_form_is_looked_for_where_aws_knows_of_marketing(mail_type: str, code: str) -> None:
    snapshot = Snapshot(Access.IN_REVIEW, mail_type=mail_type)
    view = SesRegionView(AccountRegion("acme", "us-east-1"), RegionState(snapshot), identity=Identity("acme.example"))

    async def aws() -> SesView:
        return SesView((view,))

    async with web_client({"acme.example": SITE}) as client:
        reports = run_checks("acme.example", client.resolver, fetcher=client.fetcher, aws=aws, only=["website"])
        checked = await last_report(reports)
    assert [finding.code for finding in checked.report.findings] == [code]
