"""Asks DNS for all names of a tree walk at once: one round trip in place of up to eight (RFC 9989 section 4.10)."""

import asyncio

from checks.answers import Dns
from checks.dmarc.tree import Walk, organization, step, targets


async def walk(domain: str, dns: Dns) -> Walk:
    """Ask for TXT at `_dmarc.` of every domain that the walk from `domain` may come to, at most eight."""
    domains = targets(domain)
    answers = await asyncio.gather(*(dns.ask(f"_dmarc.{at}", "TXT") for at in domains))
    return Walk(domains[0], tuple(step(at, answer) for at, answer in zip(domains, answers, strict=True)))


async def organization_of(host: str, dns: Dns) -> str | None:
    """The organizational domain of any host, in one round trip (RFC 9989 section 4.10.2); None where it could not be
    told. A host without any DMARC record above it is its own organization."""
    return organization(await walk(host, dns))
