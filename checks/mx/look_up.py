"""Asks DNS where mail for a domain goes, in two round trips: the domain, then all of its mail exchangers at once."""

import asyncio

from checks.answers import Answer, Dns
from checks.mx.facts import Exchange, MxFacts, MxHost, exchanges, is_address
from checks.near_miss import mail_host

_MOST_HOSTS = 20


async def look_up(domain: str, dns: Dns) -> MxFacts:
    """Ask for the MX, A and AAAA of `domain`, then for the A, AAAA and CNAME of every host its MX records name."""
    answer, a, aaaa = await asyncio.gather(*(dns.ask(domain, rtype) for rtype in ("MX", "A", "AAAA")))
    named = [exchange for exchange in exchanges(answer) if exchange.host]
    hosts = await asyncio.gather(*(_host(exchange, domain, dns) for exchange in named[:_MOST_HOSTS]))
    return MxFacts(domain, answer, a, aaaa, tuple(hosts))


async def _host(exchange: Exchange, domain: str, dns: Dns) -> MxHost:
    if is_address(exchange.host):
        return MxHost(exchange)
    a, aaaa, cname, meant = await asyncio.gather(
        dns.ask(exchange.host, "A"),
        dns.ask(exchange.host, "AAAA"),
        dns.ask(exchange.host, "CNAME"),
        _meant(exchange.host, domain, dns),
    )
    return MxHost(exchange, a, aaaa, cname, meant)


async def _meant(host: str, domain: str, dns: Dns) -> Answer | None:
    meant = mail_host(host, domain)
    return await dns.ask(meant, "A") if meant else None
