"""DMARC of a zone in one call: a test names what stands at `_dmarc.` of some domains, and what else exists."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from checks import dmarc, mx
from checks.answers import Dns, SesSetup, Tristate
from model import Expectations, Finding
from tests.support.table import Table, TableResolver
from tests.support.virtual import run

Types: TypeAlias = Mapping[str, Sequence[str] | str]
Zone: TypeAlias = Mapping[str, Types]

RUA = "rua=mailto:dmarc@acme.com"
NONE = f"v=DMARC1; p=none; {RUA}"
REJECT = f"v=DMARC1; p=reject; {RUA}"
TOKENS = ("tokenone", "tokentwo", "tokenthree")


def dmarc_zone(records: Mapping[str, str | Sequence[str]], exists: Sequence[str] = ("acme.com",)) -> Zone:
    """A zone with DMARC records by domain, `!SERVFAIL` for a name that is not answered. The domains of `exists` have
    an address and receive mail."""
    zone: dict[str, Types] = {name: {"A": ["192.0.2.1"], "MX": [f"10 mx.{name}"]} for name in exists}
    for domain, texts in records.items():
        if isinstance(texts, str) and texts.startswith("!"):
            zone[f"_dmarc.{domain}"] = {"*": texts[1:]}
        else:
            zone[f"_dmarc.{domain}"] = {"TXT": [texts] if isinstance(texts, str) else list(texts)}
    return zone


def expectations_of(
    domain: str, identity: str | None = None, mail_from: str | None = None, easy: bool = False
) -> Expectations:
    """What SES expects, with Easy DKIM's tokens when `easy`."""
    tokens, signing_zone = (TOKENS, "dkim.amazonses.com") if easy else ((), None)
    return Expectations(identity or domain, mail_from=mail_from, tokens=tokens, signing_zone=signing_zone)


def facts_of(zone: Table, domain: str = "acme.com", expectations: Expectations | None = None) -> dmarc.DmarcFacts:
    """The facts on virtual time, two round trips at most."""
    facts, ticks = run(dmarc.look_up(domain, TableResolver(zone), expectations=expectations))
    assert ticks <= 2, f"{ticks} round trips"
    return facts


def judge_zone(
    zone: Table,
    domain: str = "acme.com",
    *,
    identity: str | None = None,
    mail_from: str | None = None,
    dkim: Tristate = Tristate.UNKNOWN,
    spf: Tristate = Tristate.UNKNOWN,
    easy: bool = False,
) -> tuple[Finding, ...]:
    """The findings about DMARC for the domain. `dkim` and `spf`: does SES sign, is the MAIL FROM domain in place?"""
    ses = SesSetup(identity or domain, dkim, spf, mail_from)
    facts = facts_of(zone, domain, expectations_of(domain, identity, mail_from, easy))
    exchange, _ = run(mx.look_up(domain, TableResolver(zone)))
    return dmarc.judge(facts, ses=ses, mx=exchange)


async def judge_over(
    dns: Dns,
    domain: str = "acme.com",
    *,
    identity: str | None = None,
    mail_from: str | None = None,
    dkim: Tristate = Tristate.UNKNOWN,
    spf: Tristate = Tristate.UNKNOWN,
) -> tuple[Finding, ...]:
    """The findings about DMARC that any resolver brings, in real time."""
    facts = await dmarc.look_up(domain, dns, expectations=expectations_of(domain, identity, mail_from))
    ses = SesSetup(identity or domain, dkim, spf, mail_from)
    return dmarc.judge(facts, ses=ses, mx=await mx.look_up(domain, dns))
