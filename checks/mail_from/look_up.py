"""Asks DNS about the MAIL FROM domain in two round trips: its records (or the usual names), then what its SPF needs."""

import asyncio
from collections.abc import Iterable, Sequence

from checks.answers import Answer, Dns, Question, ask_all
from checks.mail_from.facts import (
    SES,
    MailFromFacts,
    Place,
    Probe,
    SpfAtPlace,
    evaluate,
    has_no_record,
    has_wildcard,
    hosts_of_ses,
    is_below,
    questions,
    receives_otherwise,
)
from checks.names import identity_of, plain_name, unpublished_label
from model import Expectations

USUAL = (
    *("mail", "bounce", "bounces", "ses", "email", "mailfrom"),
    *("mail-from", "em", "send", "mta", "feedback", "return"),
)
"""Labels that people give to a MAIL FROM domain; also those that are proposed, the first free one."""


async def look_up(domain: str, dns: Dns, *, expectations: Expectations | None = None) -> MailFromFacts:
    """Ask for the records of the MAIL FROM domain, and judge its SPF with SES's own addresses. Where its name is not
    known, the usual names below the identity are tried. About 15 questions at once, and at most 60 in two round trips.
    """
    identity = identity_of(domain, expectations)
    expected = plain_name(expectations.mail_from) if expectations else None
    names = [f"{label}.{identity}" for label in USUAL]
    other = f"{unpublished_label(identity)}.{identity}"
    wants_probes = expected is None or not is_below(expected, identity) or expected == domain.lower()
    ses, (mx, txt), place, probes = await asyncio.gather(
        dns.ask(SES, "TXT"),
        ask_all(dns, [(other, "MX"), (other, "TXT")]),
        _place(expected, dns),
        ask_all(dns, [(name, "MX") for name in names] if wants_probes else []),
    )
    sibling = Probe(other, mx, txt)
    is_known = expected is not None or (expectations is not None and expectations.mail_from_known)
    guess = None if is_known else _guess(probes, expectations)
    too_late = place is not None and not wants_probes and receives_otherwise(place.mx)
    wildcard = [(other, "A")] if has_wildcard(sibling) else []
    (place, spf), whole, addresses = await asyncio.gather(
        _guessed_place(guess, ses, dns) if guess else _with_spf(place, ses, dns),
        _whole_probes(names, sibling, dns, wanted=too_late or wants_probes, known=probes),
        ask_all(dns, wildcard),
    )
    return MailFromFacts(
        domain=domain,
        identity=identity,
        ses=ses,
        sibling=Probe(other, mx, txt, *addresses),
        place=place,
        guessed=guess is not None,
        spf=spf,
        probes=whole,
        expectations=expectations,
    )


async def _place(name: str | None, dns: Dns) -> Place | None:
    if name is None:
        return None
    mx, txt = await ask_all(dns, [(name, "MX"), (name, "TXT")])
    return Place(name, mx, txt)


def _guess(probes: Iterable[Answer], expectations: Expectations | None) -> Answer | None:
    """The MX of the usual name that leads to SES; one in the known region before any other."""
    candidates = [mx for mx in probes if hosts_of_ses(mx)]
    region = expectations.region if expectations else None
    there = (mx for mx in candidates if any(host.region == region for host in hosts_of_ses(mx)))
    return next(there, candidates[0] if candidates else None)


async def _guessed_place(mx: Answer, ses: Answer, dns: Dns) -> tuple[Place | None, SpfAtPlace | None]:
    """The place that was guessed: its SPF record comes in the second round trip."""
    txt, *of_ses = await ask_all(dns, [(mx.name, "TXT"), *_of_ses(ses)])
    place = Place(mx.name, mx, txt)
    spf = None if has_no_record(txt) else await evaluate(place.name, dns, [ses, *of_ses], [mx, txt])
    return place, spf


async def _with_spf(place: Place | None, ses: Answer, dns: Dns) -> tuple[Place | None, SpfAtPlace | None]:
    """The second round trip for a place that is known: what its SPF record asks, and what amazonses.com includes."""
    if place is None or has_no_record(place.txt):
        return place, None
    of_ses = _of_ses(ses)
    there = {(SES, "TXT"), (place.name, "TXT"), (place.name, "MX"), *of_ses}
    of_place = [question for question in questions(place.name, place.txt) if question not in there]
    answers = await ask_all(dns, [*of_ses, *of_place])
    known = [place.mx, place.txt, *answers[len(of_ses) :]]
    return place, await evaluate(place.name, dns, [ses, *answers[: len(of_ses)]], known)


def _of_ses(ses: Answer) -> list[Question]:
    """The SPF records that amazonses.com includes."""
    return [question for question in questions(SES, ses) if question[1] == "TXT"]


async def _whole_probes(
    names: Sequence[str], sibling: Probe, dns: Dns, *, wanted: bool, known: Sequence[Answer]
) -> tuple[Probe, ...]:
    """The usual names with all that tells whether they are free. The MX alone does, except below a wildcard."""
    if not wanted:
        return ()
    if not has_wildcard(sibling):
        mxs = known or await ask_all(dns, [(name, "MX") for name in names])
        return tuple(Probe(name, mx) for name, mx in zip(names, mxs, strict=True))
    asked = await asyncio.gather(*(ask_all(dns, [(name, rtype) for name in names]) for rtype in ("MX", "TXT", "A")))
    return tuple(Probe(name, mx, txt, a) for name, mx, txt, a in zip(names, *asked, strict=True))
