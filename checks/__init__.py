"""Is this domain ready for a reviewer at AWS? A domain goes in, a report comes out.

Every check first looks up (all at once, each with its own budget and one transcript), then judges (pure, and only then
told what the others saw). The whole costs `max(2, 1 + SPF include depth)` round trips.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from checks import dkim, dmarc, mail_from, mx, spf
from checks.answers import Answer, Dns, NoData, NoName, Records
from checks.resolver import Face, Transcript
from checks.told import SesStanding, Told
from checks.verdict import verdict_of
from model import Checked, Expectations, Finding, Report

CHECKS = ("spf", "dkim", "dmarc", "mail_from", "mx")
"""The checks that exist, in the order in which a report shows them."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the look-ups of one domain brought."""

    spf: spf.SpfFacts
    dkim: dkim.DkimFacts
    dmarc: dmarc.DmarcFacts
    mail_from: mail_from.MailFromFacts
    mx: mx.MxFacts
    soa: Answer


async def check_domain(  # noqa: PLR0913 - the options of a check, by keyword
    domain: str,
    dns: Dns,
    *,
    selectors: Sequence[str] = (),
    expectations: Expectations | None = None,
    only: Collection[str] | None = None,
    deadline: float = 15.0,
) -> Checked:
    """Judge `domain` (A-labels, as `checks.names.domain_of` gives it).

    `selectors` are DKIM selectors that a person named; `expectations` what SES is known to expect; `only` keeps the
    findings of some of `CHECKS` (the others are still looked at where one depends on them). After `deadline` seconds
    whatever is unanswered is unknown. Never raises for what DNS says.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    transcript = Transcript()

    def face(check: str) -> Face:
        return Face(dns, check, transcript, until=began + deadline)

    facts = await _look_up(domain, face, selectors, expectations)
    findings = _judge(domain, facts, transcript, expectations)
    kept = tuple(f for name in CHECKS if only is None or name in only for f in findings if f.check == name)
    report = Report(
        domain=domain,
        verdict=verdict_of(kept),
        findings=kept,
        seconds=round(loop.time() - began, 3),
        queries=transcript.queries,
    )
    return Checked(report, zone=_zone(domain, facts), seen=transcript.seen(), tree=spf.tree_lines(facts.spf))


async def _look_up(
    domain: str, face: Callable[[str], Face], selectors: Sequence[str], expectations: Expectations | None
) -> _Facts:
    # Whoever needs a second round trip asks first, so that it is under way while the rest is still being read.
    mx_facts, spf_facts, dmarc_facts, mail_from_facts, soa, dkim_facts = await asyncio.gather(
        mx.look_up(domain, face("mx")),
        spf.look_up(domain, face("spf")),
        dmarc.look_up(domain, face("dmarc"), expectations=expectations),
        mail_from.look_up(domain, face("mail_from"), expectations=expectations),
        face("mx").ask(domain, "SOA"),
        dkim.look_up(domain, face("dkim"), selectors=selectors, expectations=expectations),
    )
    return _Facts(spf_facts, dkim_facts, dmarc_facts, mail_from_facts, mx_facts, soa)


def _judge(
    domain: str, facts: _Facts, transcript: Transcript, expectations: Expectations | None
) -> tuple[Finding, ...]:
    mx_facts = facts.mx
    if isinstance(mx_facts.answer, NoName) and not mx_facts.answer.aliases:
        if not transcript.shows(domain):
            return _not_there(domain, facts)
        mx_facts = replace(mx_facts, answer=_there(mx_facts.answer), a=_there(mx_facts.a), aaaa=_there(mx_facts.aaaa))
    ses = SesStanding(
        identity=dkim.covering_identity(facts.dkim) or (expectations.identity if expectations else domain),
        dkim=dkim.standing(facts.dkim),
        mail_from=mail_from.standing(facts.mail_from),
        mail_from_domain=mail_from.domain_of_mail_from(facts.mail_from),
        parents=() if dkim.covering_identity(facts.dkim) else dkim.parents_with_keys(facts.dkim),
    )
    return (
        *spf.judge(facts.spf, mx=mx_facts, ses=ses, mail_from_wanted=True),
        *dkim.judge(facts.dkim),
        *dmarc.judge(facts.dmarc, ses=ses, mx=mx_facts),
        *mail_from.judge(facts.mail_from),
        *mx.judge(mx_facts, needed_for=_uses_of_an_address(domain, facts)),
    )


def _uses_of_an_address(domain: str, facts: _Facts) -> tuple[str, ...]:
    """What fails when the domain receives no mail."""
    reports = any(destination.host == domain for destination in facts.dmarc.destinations)
    return ("DMARC reports (rua)",) if reports else ()


def _there(answer: Answer) -> Answer:
    """Names below it answer, so the name exists; its server denies empty non-terminals (RFC 8020 section 3.1)."""
    if isinstance(answer, NoName) and not answer.aliases:
        return NoData(answer.name, answer.type, answer.zone, answer.ttl, server=answer.server)
    return answer


def _not_there(domain: str, facts: _Facts) -> tuple[Finding, ...]:
    """A domain that does not exist has one finding; below an organization that does, its DMARC policy still counts
    (`np`, RFC 9989 section 4.7)."""
    absent = mx.judge(facts.mx)
    if dmarc.organisation(facts.dmarc) in (None, domain):
        return absent
    unknown = SesStanding(identity=domain, dkim=Told.UNKNOWN, mail_from=Told.UNKNOWN)
    return (*absent, *dmarc.judge(facts.dmarc, ses=unknown, mx=facts.mx))


def _zone(domain: str, facts: _Facts) -> str:
    """The apex of the zone that holds the domain: where its SOA is (RFC 1034 section 4.2.1)."""
    match facts.soa:
        case Records(aliases=()):
            return domain
        case NoData(zone=str(zone), aliases=()) | NoName(zone=str(zone), aliases=()):
            return zone
    return dmarc.organisation(facts.dmarc) or domain
