"""Asks DNS everything that DMARC needs to know, in two round trips.

First the tree walks of the domain, of its SES identity and of its MAIL FROM domain, with every name that may explain a
missing record. Then, from the record that applies, the hosts its reports go to: their own walks, whether they agreed
(RFC 9990 section 4), and whether they receive mail. Both are asked without waiting for what may make them needless.
"""

import asyncio
from hashlib import sha256

from checks.answers import Answer, Dns
from checks.dmarc.facts import Destination, DmarcFacts
from checks.dmarc.tree import Found, Walk, find, organization, step, targets
from model import Expectations

_MOST_HOSTS = 5
"""Report hosts followed: each costs up to twelve questions, and a check may ask a hundred."""


async def look_up(domain: str, dns: Dns, *, expectations: Expectations | None = None) -> DmarcFacts:
    """Ask about DMARC for mail From `domain`. `expectations` names the SES identity and the MAIL FROM domain, as far as
    they are known. Never raises for what DNS says."""
    domain = domain.lower().rstrip(".")
    identity = _lower(expectations.identity) if expectations and expectations.identity else domain
    mail_from = _lower(expectations.mail_from) if expectations and expectations.mail_from else None
    (own, of_identity, of_mail_from), answers = await asyncio.gather(
        asyncio.gather(walk(domain, dns), walk(identity, dns), _walk_or_none(mail_from, dns)),
        _ask(dns, _first_questions(domain, identity)),
    )
    found = find(own)
    hosts = _report_hosts(found)
    more = _record_places(own, found) - {domain, identity}
    destinations, exchangers = await asyncio.gather(
        asyncio.gather(*(_destination(host, found, dns) for host in hosts[:_MOST_HOSTS])),
        _ask(dns, tuple((name, "MX") for name in sorted(more))),
    )
    first = dict(zip(_first_questions(domain, identity), answers, strict=True))
    return DmarcFacts(
        domain,
        own,
        identity,
        of_identity,
        of_mail_from,
        existence=tuple(first[domain, rtype] for rtype in ("A", "MX", "TXT")),
        exchangers=(
            *((name, first[name, "MX"]) for name in dict.fromkeys((domain, identity))),
            *zip(sorted(more), exchangers, strict=True),
        ),
        siblings=tuple((name, first[_sibling(name), "TXT"]) for name in dict.fromkeys((domain, identity))),
        doubled=tuple(first[name, "TXT"] for name in _doubled(domain)),
        apex=first[domain, "TXT"],
        destinations=tuple(destinations),
        unfollowed=hosts[_MOST_HOSTS:],
        expectations=expectations,
    )


def _first_questions(domain: str, identity: str) -> tuple[tuple[str, str], ...]:
    return (
        (domain, "A"),
        (domain, "MX"),
        (domain, "TXT"),
        (_sibling(domain), "TXT"),
        *((name, "TXT") for name in _doubled(domain)),
        *(((identity, "MX"), (_sibling(identity), "TXT")) if identity != domain else ()),
    )


def _doubled(domain: str) -> tuple[str, ...]:
    """`_dmarc.news.acme.com.news.acme.com` and `_dmarc.news.acme.com.acme.com`: what a provider makes of the whole name
    typed into its host field, for the zones that the domain may be in."""
    zones = [zone for zone in targets(domain) if "." in zone]
    return tuple(f"_dmarc.{domain}.{zone}" for zone in zones[:1] + zones[1:][-2:])


async def _ask(dns: Dns, questions: tuple[tuple[str, str], ...]) -> list[Answer]:
    return await asyncio.gather(*(dns.ask(name, rtype) for name, rtype in questions))


async def _walk_or_none(domain: str | None, dns: Dns) -> Walk | None:
    return await walk(domain, dns) if domain else None


async def _destination(host: str, found: Found, dns: Dns) -> Destination:
    holder = found.step.domain if found.step else host
    walked, (report, mx, a, aaaa) = await asyncio.gather(
        walk(host, dns),
        _ask(dns, ((f"{holder}._report._dmarc.{host}", "TXT"), (host, "MX"), (host, "A"), (host, "AAAA"))),
    )
    return Destination(host, walked, report, mx, a, aaaa)


def _record_places(own: Walk, found: Found) -> set[str]:
    """The domains at which a fix may put a record, where a report mailbox could be: the organization, and those that
    hold a text already."""
    holding = {step.domain for step in own.steps if step.texts and step.labels > 1}
    return holding | ({found.organization} if found.organization else set())


def _report_hosts(found: Found) -> tuple[str, ...]:
    """The hosts of the record's report addresses, in order, each once."""
    record = found.step.record if found.step else None
    return tuple(dict.fromkeys(uri.host for uri in record.rua if uri.host)) if record else ()


def _sibling(domain: str) -> str:
    """A name beside `_dmarc.<domain>` that is not published; the same every time, so that a transcript replays."""
    return f"none-{sha256(domain.encode()).hexdigest()[:16]}.{domain}"


def _lower(name: str) -> str:
    return name.lower().rstrip(".")


async def walk(domain: str, dns: Dns) -> Walk:
    """Ask for TXT at `_dmarc.` of every domain that the walk from `domain` may come to, at most eight."""
    domains = targets(domain)
    answers = await asyncio.gather(*(dns.ask(f"_dmarc.{at}", "TXT") for at in domains))
    return Walk(domains[0], tuple(step(at, answer) for at, answer in zip(domains, answers, strict=True)))


async def organization_of(host: str, dns: Dns) -> str | None:
    """The organizational domain of any host, in one round trip (RFC 9989 section 4.10.2); None where it could not be
    told. A host without any DMARC record above it is its own organization."""
    return organization(await walk(host, dns))
