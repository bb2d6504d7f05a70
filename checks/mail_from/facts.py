"""What DNS says about the custom MAIL FROM domain of an identity: the name in the envelope of the mail that SES sends.

SES DeveloperGuide, "Using a custom MAIL FROM domain"; GetEmailIdentity, MailFromAttributes.
"""

import re
from dataclasses import dataclass

from checks.answers import Answer, NoName, Unanswered, values
from checks.mx.facts import exchanges
from checks.near_miss import FeedbackHost, feedback_host, is_at_or_below
from model import Expectations

_REGION = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class Place:
    """The name of a MAIL FROM domain with its mail records."""

    name: str
    mx: Answer
    txt: Answer


@dataclass(frozen=True, slots=True)
class Probe:
    """A name below the identity that may be the MAIL FROM domain, or may be free for one. `txt` and `a` are asked only
    below a wildcard, where the MX alone does not tell whether the name is used."""

    name: str
    mx: Answer
    txt: Answer | None = None
    a: Answer | None = None


@dataclass(frozen=True, slots=True)
class SpfAtPlace:
    """What check_host() (RFC 7208 section 4) says at the MAIL FROM domain for the addresses that SES publishes: the
    worst `result` of all, and the questions that stayed `unanswered` and could have changed it."""

    result: str
    unanswered: tuple[Unanswered, ...] = ()


@dataclass(frozen=True, slots=True)
class MailFromFacts:
    """The MAIL FROM domain of `identity`. `place` is where it was told to be, or (`guessed`) where a usual name has an
    MX of SES; None where none is known. `probes` are the usual names, asked where a guess or a free name is wanted;
    `sibling` is a name that is not published. `ses` is the TXT answer at amazonses.com."""

    domain: str
    identity: str
    ses: Answer
    sibling: Probe
    place: Place | None = None
    guessed: bool = False
    spf: SpfAtPlace | None = None
    probes: tuple[Probe, ...] = ()
    expectations: Expectations | None = None

    @property
    def region(self) -> str | None:
        """The region of SES, where it was told."""
        told = (self.expectations.region or "").strip().lower() if self.expectations else ""
        return told if _REGION.fullmatch(told) else None


def hosts_of_ses(mx: Answer) -> tuple[FeedbackHost, ...]:
    """What the MX records name of SES, also where a host has a slip in it."""
    hosts = (feedback_host(exchange.host, mx.name) for exchange in exchanges(mx))
    return tuple(host for host in hosts if host)


def is_below(name: str, identity: str) -> bool:
    """True for a real subdomain of the identity."""
    return name != identity and is_at_or_below(name, identity)


def is_of_ses(mx: Answer) -> bool:
    """True where an MX record leads to SES, or was meant to."""
    return bool(hosts_of_ses(mx))


def receives_otherwise(mx: Answer) -> bool:
    """True where mail records exist and none has to do with SES: a real mail server takes mail for that name."""
    hosts = [exchange.host for exchange in exchanges(mx) if exchange.host]
    return bool(hosts) and not is_of_ses(mx)


def has_wildcard(sibling: Probe) -> bool:
    """True where a name that is not published exists all the same: a wildcard (RFC 4592)."""
    return not isinstance(sibling.mx, NoName | Unanswered) or bool(aliases_of(sibling.mx))


def by_wildcard(place: Place, sibling: Probe) -> bool:
    """True where the name has no records of its own, only those that a wildcard gives to any name."""
    return has_wildcard(sibling) and _says_the_same(place.mx, sibling.mx) and _says_the_same(place.txt, sibling.txt)


def free_name(facts: MailFromFacts) -> str | None:
    """The first usual name that is not used: it has no records, or only those that a wildcard gives to any name."""
    return next((probe.name for probe in facts.probes if _is_free(probe, facts.sibling)), None)


def _is_free(probe: Probe, sibling: Probe) -> bool:
    if isinstance(probe.mx, NoName) and not probe.mx.aliases:
        return True
    pairs = (probe.mx, sibling.mx), (probe.txt, sibling.txt), (probe.a, sibling.a)
    return has_wildcard(sibling) and all(_says_the_same(answer, other) for answer, other in pairs)


def _says_the_same(answer: Answer | None, other: Answer | None) -> bool:
    """True for two answers that tell the same; what was not told, or not asked, is like nothing else."""
    if answer is None or other is None or isinstance(answer, Unanswered) or isinstance(other, Unanswered):
        return False
    return (
        type(answer) is type(other)
        and set(values(answer)) == set(values(other))
        and aliases_of(answer) == aliases_of(other)
    )


def aliases_of(answer: Answer) -> tuple[str, ...]:
    """The CNAME targets that were followed."""
    return () if isinstance(answer, Unanswered) else answer.aliases
