"""Runs the checks that need the web: the website, and how old the domain is, by its registry."""

import asyncio
from collections.abc import Awaitable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from checks import dmarc, domain_age, rdap
from checks import website as website_check
from checks.answers import Answer, Dns, NoName, Tristate, Unanswered
from checks.check import CheckContext, CheckResult
from checks.mx import is_address
from model import Identity, SesView

if TYPE_CHECKING:
    from checks.fetch import Fetcher

T = TypeVar("T")


async def check_age(context: CheckContext) -> CheckResult:
    """Judges how old the domain is."""
    organization = await context.organization()
    until, fetcher = context.until, _fetcher_of(context)
    facts = await rdap.look_up(context.domain, organization, fetcher, base_url=context.rdap_url, until=until)
    exists = _name_exists(await context.dns.ask(context.domain, "SOA"))
    findings = domain_age.judge(facts, exists=exists, now=context.now())
    return CheckResult(findings, registered=rdap.registration_date(facts))


async def check_website(context: CheckContext) -> CheckResult:
    """Judges what a reviewer sees at the website: at the address that a person named, or else at the domain itself."""
    organization = await context.organization()
    browser = website_check.Browser(_fetcher_of(context), context.until, context.readers)
    facts = await website_check.look_up(context.domain, browser, website=context.website, organization=organization)
    host_organization = await _wait_until(_organization_of(facts.host, context.dns), context.until)
    marketing = _sends_marketing(await _wait_until(context.aws(), context.until))
    organizations = {"organization": organization, "host_organization": host_organization}
    judge = partial(website_check.judge, facts, **organizations, marketing=marketing)
    return CheckResult(await asyncio.get_running_loop().run_in_executor(context.readers, judge))


def _fetcher_of(context: CheckContext) -> "Fetcher":
    if context.fetcher is None:
        raise TypeError("a check of the web needs a fetcher")
    return context.fetcher


async def _wait_until(awaitable: Awaitable[T | None], until: float) -> T | None:
    """Returns the answer, or None when it does not come by then."""
    try:
        async with asyncio.timeout_at(until):
            return await awaitable
    except TimeoutError:
        return None


async def _organization_of(host: str, dns: Dns) -> str | None:
    return await dmarc.organization_of(host, dns) if "." in host and not is_address(host) else None


def _sends_marketing(ses: SesView | None) -> bool | None:
    """Tells whether people sign up for the mail, by the request of an account that has the domain; else None."""
    views = [view for view in (ses.region_views if ses else ()) if isinstance(view.identity, Identity)]
    snapshots = [view.state.snapshot for view in views]
    types = {snapshot.mail_type for snapshot in snapshots if snapshot and snapshot.mail_type}
    return "MARKETING" in types if types else None


def _name_exists(answer: Answer) -> Tristate:
    """Tells whether a name is in DNS; an alias that leads nowhere is there itself (RFC 2308 section 2.1)."""
    match answer:
        case Unanswered():
            return Tristate.UNKNOWN
        case NoName(aliases=()):
            return Tristate.NO
    return Tristate.YES
