"""The parts of a check beside DNS: the website, and how old the domain is, by its registry. See `checks.whole`."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from checks import dmarc, domain_age
from checks import website as website_check
from checks.answers import Answer, Dns, NoName, Unanswered
from checks.fetch import Fetcher
from checks.mx.facts import is_address
from checks.told import Told
from checks.whole import Brought, Look, Part
from model import AtAws, Identity

T = TypeVar("T")


def _now() -> datetime:
    return datetime.now(UTC)


def domain_age_part(
    fetcher: Fetcher, dns: Dns, *, base_url: str | None = None, now: Callable[[], datetime] = _now
) -> Part:
    """How old the domain is. `base_url` is one RDAP server for all domains; None: that of its top-level domain."""

    async def look(given: Look) -> Brought:
        organisation = await given.organisation()
        facts = await domain_age.look_up(given.domain, organisation, fetcher, base_url=base_url, until=given.until)
        exists = _exists(await dns.ask(given.domain, "SOA"))
        return Brought(domain_age.judge(facts, exists=exists, now=now()), registered=domain_age.registered(facts))

    return Part("domain age", ("domain_age",), look)


def website_part(fetcher: Fetcher, dns: Dns, *, website: str | None = None) -> Part:
    """What a reviewer sees at the website: at the address that a person named, or else at the domain itself."""

    async def look(given: Look) -> Brought:
        organisation = await given.organisation()
        facts = await website_check.look_up(
            given.domain, fetcher, website=website, organization=organisation, until=given.until
        )
        of_host = await _in_time(_organisation_of(facts.host, dns), given.until)
        marketing = _marketing(await _in_time(given.aws(), given.until))
        found = website_check.judge(facts, organization=organisation, host_organization=of_host, marketing=marketing)
        return Brought(found)

    return Part("website", ("website",), look)


async def _in_time(asked: Awaitable[T | None], until: float) -> T | None:
    """What is told by then; None where nothing is."""
    try:
        async with asyncio.timeout_at(until):
            return await asked
    except TimeoutError:
        return None


async def _organisation_of(host: str, dns: Dns) -> str | None:
    """The organizational domain of the host of a website."""
    return await dmarc.organization_of(host, dns) if "." in host and not is_address(host) else None


def _marketing(aws: AtAws | None) -> bool | None:
    """Whether people sign up for the mail: as a request named it in an account that has the domain; else not known."""
    told = [at.known.snapshot for at in aws.places if isinstance(at.identity, Identity)] if aws else []
    types = {snapshot.mail_type for snapshot in told if snapshot and snapshot.mail_type}
    return "MARKETING" in types if types else None


def _exists(answer: Answer) -> Told:
    """Whether a name is in DNS; an alias that leads nowhere is there itself (RFC 2308 section 2.1)."""
    match answer:
        case Unanswered():
            return Told.UNKNOWN
        case NoName(aliases=()):
            return Told.NO
    return Told.YES
