"""Asks DNS where mail for a domain goes, in two round trips: the domain, then all of its mail exchangers at once."""

import asyncio
import ipaddress
import re
from dataclasses import dataclass

from checks.answers import Answer, Dns, values
from checks.near_miss import mail_host

_MX = re.compile(r"(?P<preference>[0-9]{1,5})(?:[ \t]+(?P<host>\S+))?[ \t]*")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One MX record: `preference` 0 to 65535, lowest first; `host` lower case without a trailing dot, empty for the
    root, which is the null MX (RFC 7505 section 3)."""

    preference: int
    host: str

    def __str__(self) -> str:
        return f"{self.preference} {self.host or '.'}"


@dataclass(frozen=True, slots=True)
class MxHost:
    """A mail exchanger with what was asked about it. The answers are None for a host that is an IP address, which DNS
    cannot be asked about. `meant` is the address of the name that it was perhaps meant as."""

    exchange: Exchange
    a: Answer | None = None
    aaaa: Answer | None = None
    cname: Answer | None = None
    meant: Answer | None = None

    @property
    def name(self) -> str:
        return self.exchange.host


@dataclass(frozen=True, slots=True)
class MxFacts:
    """The MX, A and AAAA answers of `domain`, and its mail exchangers in the order in which senders try them. Hosts
    past the twentieth are left out of `hosts`: no sender tries so many."""

    domain: str
    answer: Answer
    a: Answer
    aaaa: Answer
    hosts: tuple[MxHost, ...] = ()


def parse(value: str) -> Exchange | None:
    """Read an MX record in presentation form (`10 mx.acme.com`, RFC 1035 section 3.3.9); None for any other text."""
    found = _MX.fullmatch(value)
    if not found:
        return None
    return Exchange(int(found["preference"]), (found["host"] or "").rstrip(".").lower())


def exchanges(answer: Answer) -> tuple[Exchange, ...]:
    """The MX records of an answer, most preferred first (RFC 5321 section 5.1), each once."""
    read = {exchange for value in values(answer) if (exchange := parse(value))}
    return tuple(sorted(read, key=lambda exchange: (exchange.preference, exchange.host)))


def hosts_named(facts: MxFacts) -> tuple[str, ...]:
    """The hosts of all MX records, lower case, most preferred first; empty without any, and for a null MX."""
    return tuple(dict.fromkeys(exchange.host for exchange in exchanges(facts.answer) if exchange.host))


def is_address(host: str) -> bool:
    """True for an IP address where a host name belongs (RFC 5321 section 5.1 wants a domain name)."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


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
