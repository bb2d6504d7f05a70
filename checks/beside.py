"""The parts of a check beside DNS: how old the domain is, by its registry. See `checks.whole`."""

from collections.abc import Callable
from datetime import UTC, datetime

from checks import domain_age
from checks.answers import Answer, Dns, NoName, Unanswered
from checks.fetch import Fetcher
from checks.told import Told
from checks.whole import Brought, Look, Part


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


def _exists(answer: Answer) -> Told:
    """Whether a name is in DNS; an alias that leads nowhere is there itself (RFC 2308 section 2.1)."""
    match answer:
        case Unanswered():
            return Told.UNKNOWN
        case NoName(aliases=()):
            return Told.NO
    return Told.YES
