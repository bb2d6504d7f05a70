"""What DNS says about the custom MAIL FROM domain of an identity: the name in the envelope of the mail that SES sends.

SES DeveloperGuide, "Using a custom MAIL FROM domain"; GetEmailIdentity, MailFromAttributes.
"""

import re
from dataclasses import dataclass

from checks.answers import Answer, NoName, Records, Unanswered, values
from checks.mx.facts import Exchange, exchanges
from model import Expectations

_FEEDBACK = re.compile(r"feedback-smtp\.(?P<region>[a-z0-9-]{1,63})\.amazonses\.com")
_REGION = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class Place:
    """A name below the identity with what was asked there. `a` is None where only the mail records matter."""

    name: str
    mx: Answer
    txt: Answer
    a: Answer | None = None

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        return exchanges(self.mx)


@dataclass(frozen=True, slots=True)
class SpfAtPlace:
    """What check_host() (RFC 7208 section 4) says at the MAIL FROM domain for the addresses that SES publishes: the
    worst `result` of all, and the questions that stayed `unanswered` and could have changed it. `too_deep`: the record
    leads through so many includes to where SES might be named that they were not followed."""

    result: str
    unanswered: tuple[Unanswered, ...] = ()
    too_deep: bool = False


@dataclass(frozen=True, slots=True)
class MailFromFacts:
    """The MAIL FROM domain of `identity`. `place` is where it was told to be, or (`guessed`) where a usual name has an
    MX of SES; None where none is known. `probes` are the usual names, asked where a guess or a free name is wanted;
    `sibling` is a name that nobody has published. `ses` is the TXT answer at amazonses.com."""

    domain: str
    identity: str
    ses: Answer
    place: Place | None = None
    guessed: bool = False
    spf: SpfAtPlace | None = None
    probes: tuple[Place, ...] = ()
    sibling: Place | None = None
    expectations: Expectations | None = None

    @property
    def region(self) -> str | None:
        """The region of SES, where it was told."""
        told = (self.expectations.region or "").strip().lower() if self.expectations else ""
        return told if _REGION.fullmatch(told) else None


def region_of(host: str) -> str | None:
    """The region whose bounces go to an MX host of SES, `feedback-smtp.<region>.amazonses.com`; None for any other."""
    found = _FEEDBACK.fullmatch(host)
    return found["region"] if found else None


def is_below(name: str, identity: str) -> bool:
    """True for a real subdomain of the identity."""
    return name.endswith(f".{identity}")


def is_of_ses(place: Place) -> bool:
    """True where an MX record leads to SES."""
    return any(region_of(exchange.host) for exchange in place.exchanges)


def receives_otherwise(place: Place) -> bool:
    """True where mail records exist and none has to do with SES: a real mail server takes mail for that name."""
    hosts = [exchange.host for exchange in place.exchanges if exchange.host]
    return bool(hosts) and not any(host.startswith("feedback-smtp.") for host in hosts)


def by_wildcard(place: Place, sibling: Place | None) -> bool:
    """True where the name has no records of its own: a wildcard (RFC 4592) gives it what it gives to any name."""
    if sibling is None or isinstance(place.mx, NoName):
        return False
    return _says_the_same(place.mx, sibling.mx) and _says_the_same(place.txt, sibling.txt)


def free_name(facts: MailFromFacts) -> str | None:
    """The first usual name that nobody uses: it has no records, or only those that a wildcard gives to any name."""
    return next((place.name for place in facts.probes if _is_free(place, facts.sibling)), None)


def _is_free(place: Place, sibling: Place | None) -> bool:
    answers = (place.mx, place.txt, place.a)
    if all(isinstance(answer, NoName) and not answer.aliases for answer in answers):
        return True
    if sibling is None or isinstance(sibling.mx, NoName | Unanswered):
        return False
    others = (sibling.mx, sibling.txt, sibling.a)
    return all(_says_the_same(answer, other) for answer, other in zip(answers, others, strict=True))


def _says_the_same(answer: Answer | None, other: Answer | None) -> bool:
    if answer is None or other is None or isinstance(answer, Unanswered) or isinstance(other, Unanswered):
        return False
    same_records = sorted(values(answer)) == sorted(values(other))
    return (
        isinstance(answer, Records) == isinstance(other, Records) and same_records and answer.aliases == other.aliases
    )
