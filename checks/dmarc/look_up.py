"""Asks DNS everything that DMARC needs to know, in two round trips.

First the tree walks of the domain, of its SES identity and of its MAIL FROM domain, with every name that may explain a
missing record. Then, from the record that applies, the hosts its reports go to: their own walks, whether they agreed
(RFC 9990 section 4), and whether they receive mail. Both are asked without waiting for what may make them needless.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from checks.answers import Answer, Dns, NoData, Question, Records, Unanswered, absent, aliases_of, ask_all, values
from checks.dmarc.tree import Found, Walk, find, organization, step, targets
from checks.mx import exchangers, has_address
from checks.names import unpublished_label
from checks.tristate import Tristate
from model import Expectations

_MOST_HOSTS = 5
"""Report hosts followed: each costs up to twelve questions, and a check may ask a hundred."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A host that a `rua` names. `walk` starts at it; `report` answers TXT at
    `<domain holding the record>._report._dmarc.<host>`, by which it agrees to get the reports."""

    host: str
    walk: Walk
    report: Answer
    mx: Answer
    a: Answer
    aaaa: Answer


@dataclass(frozen=True, slots=True)
class DmarcFacts:
    """Everything asked about DMARC for `domain`. `identity` is the SES identity that signs its mail (the domain itself
    where none is known).

    `existence`: answers at the domain itself, from which np or sp follows. `exchangers`: MX answers of the domains
    where a report mailbox could be. `siblings`: TXT at a name below the domain, and below the identity, that is not
    published: only a wildcard answers it. `doubled`: TXT at `_dmarc.<domain>.<zone>`, where a provider that appends the
    zone puts the record; `apex`: TXT at the domain itself, where a person may have put it. `unfollowed`: report hosts
    past the limit.
    """

    domain: str
    walk: Walk
    identity: str
    identity_walk: Walk
    mail_from_walk: Walk | None
    existence: tuple[Answer, ...]
    exchangers: Mapping[str, Answer]
    siblings: Mapping[str, Answer]
    doubled: tuple[Answer, ...]
    apex: Answer
    destinations: tuple[Destination, ...] = ()
    unfollowed: tuple[str, ...] = ()
    expectations: Expectations | None = None

    @property
    def exists(self) -> Tristate:
        """Does the domain exist? NO only for NXDOMAIN (RFC 9989 section 3.2.13); any answer with data says YES, as does
        one that followed an alias, and a record at `_dmarc.` below it (some servers deny such names)."""
        published = bool(values(self.walk.steps[0].answer)) and not self.wildcard(self.domain)
        if published or any(isinstance(answer, Records | NoData) or aliases_of(answer) for answer in self.existence):
            return Tristate.YES
        return Tristate.NO if any(absent(answer) for answer in self.existence) else Tristate.UNKNOWN

    def wildcard(self, domain: str) -> bool:
        """Does what `_dmarc.<domain>` answers come from a wildcard (RFC 4592), a text or an alias?"""
        step, sibling = self.walk.at(domain), self.siblings.get(domain)
        if step is None or sibling is None or isinstance(step.answer, Unanswered) or isinstance(sibling, Unanswered):
            return False
        own, of_any = ((aliases_of(answer), sorted(values(answer))) for answer in (step.answer, sibling))
        return own == of_any != ((), [])


def receives_mail(destination: Destination) -> Tristate:
    """Can mail to the host arrive? By MX, or by an address where there is no MX (RFC 5321 section 5.1)."""
    if isinstance(destination.mx, Unanswered):
        return Tristate.UNKNOWN
    if isinstance(destination.mx, Records):  # a null MX (RFC 7505) names no exchanger
        return Tristate.YES if exchangers(destination.mx) else Tristate.NO
    return has_address(destination.a, destination.aaaa)


async def look_up(domain: str, dns: Dns, *, expectations: Expectations | None = None) -> DmarcFacts:
    """Ask about DMARC for mail From `domain`. `expectations` names the SES identity and the MAIL FROM domain, as far as
    they are known. Never raises for what DNS says."""
    domain = domain.lower().rstrip(".")
    identity = _lower(expectations.identity) if expectations and expectations.identity else domain
    mail_from = _lower(expectations.mail_from) if expectations and expectations.mail_from else None
    (own, of_identity, *of_mail_from), answers = await asyncio.gather(
        asyncio.gather(walk(domain, dns), walk(identity, dns), *([walk(mail_from, dns)] if mail_from else [])),
        ask_all(dns, _first_questions(domain, identity)),
    )
    found = find(own)
    hosts = tuple(dict.fromkeys(uri.host for uri in found.record.rua if uri.host)) if found.record else ()
    # Where a fix may put a record, a report mailbox could be: the organization, and the domains that hold a text.
    holding = {step.domain for step in own.steps if step.texts and step.labels > 1}
    more = sorted((holding | ({found.organization} if found.organization else set())) - {domain, identity})
    destinations, of_more = await asyncio.gather(
        asyncio.gather(*(_destination(host, found, dns) for host in hosts[:_MOST_HOSTS])),
        ask_all(dns, [(name, "MX") for name in more]),
    )
    first = dict(zip(_first_questions(domain, identity), answers, strict=True))
    return DmarcFacts(
        domain,
        own,
        identity,
        of_identity,
        of_mail_from[0] if of_mail_from else None,
        existence=tuple(first[domain, rtype] for rtype in ("A", "MX", "TXT")),
        exchangers={name: first[name, "MX"] for name in (domain, identity)} | dict(zip(more, of_more, strict=True)),
        siblings={name: first[f"{unpublished_label(name)}.{name}", "TXT"] for name in (domain, identity)},
        doubled=tuple(first[name, "TXT"] for name in _doubled(domain)),
        apex=first[domain, "TXT"],
        destinations=tuple(destinations),
        unfollowed=hosts[_MOST_HOSTS:],
        expectations=expectations,
    )


def _first_questions(domain: str, identity: str) -> tuple[Question, ...]:
    return (
        (domain, "A"),
        (domain, "MX"),
        (domain, "TXT"),
        (f"{unpublished_label(domain)}.{domain}", "TXT"),
        *((name, "TXT") for name in _doubled(domain)),
        *(((identity, "MX"), (f"{unpublished_label(identity)}.{identity}", "TXT")) if identity != domain else ()),
    )


def _doubled(domain: str) -> tuple[str, ...]:
    """`_dmarc.news.acme.com.news.acme.com` and `_dmarc.news.acme.com.acme.com`: what a provider makes of the whole name
    typed into its host field, for the zones that the domain may be in."""
    zones = [zone for zone in targets(domain) if "." in zone]
    return tuple(f"_dmarc.{domain}.{zone}" for zone in zones[:1] + zones[1:][-2:])


async def _destination(host: str, found: Found, dns: Dns) -> Destination:
    holder = found.step.domain if found.step else host
    walked, (report, mx, a, aaaa) = await asyncio.gather(
        walk(host, dns),
        ask_all(dns, ((f"{holder}._report._dmarc.{host}", "TXT"), (host, "MX"), (host, "A"), (host, "AAAA"))),
    )
    return Destination(host, walked, report, mx, a, aaaa)


def _lower(name: str) -> str:
    return name.lower().rstrip(".")


async def walk(domain: str, dns: Dns) -> Walk:
    """Ask for TXT at `_dmarc.` of every domain that the walk from `domain` may come to, at most eight."""
    domains = targets(domain)
    answers = await asyncio.gather(*(dns.ask(f"_dmarc.{at}", "TXT") for at in domains))
    return Walk(domains[0], tuple(step(at, answer) for at, answer in zip(domains, answers, strict=True)))


async def organization_of(host: str, dns: Dns) -> str | None:
    """Returns the organizational domain of any host, in one round trip (RFC 9989 section 4.10.2); None where it is
    unknown. A host without any DMARC record above it is its own organization."""
    return organization(await walk(host, dns))
