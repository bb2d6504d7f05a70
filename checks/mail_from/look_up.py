"""Asks DNS about the MAIL FROM domain in two round trips: its records (or the usual names), then what its SPF needs."""

import asyncio
from collections.abc import Iterable, Sequence

from checks.answers import Answer, Dns
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
    is_of_ses,
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
    wants_probes = expected is None or not is_below(expected, identity) or expected == domain.lower()
    ses, sibling, place, probes = await asyncio.gather(
        dns.ask(SES, "TXT"),
        _sibling(identity, dns),
        _place(expected, dns),
        _ask_all([(name, "MX") for name in names] if wants_probes else [], dns),
    )
    guess = _guess(probes, expectations) if expected is None and not _is_known(expectations) else None
    too_late = place is not None and not wants_probes and receives_otherwise(place.mx)
    (place, spf), whole, sibling = await asyncio.gather(
        _guessed_place(guess, ses, dns) if guess else _with_spf(place, ses, dns),
        _whole_probes(names, sibling, dns, wanted=too_late or wants_probes, known=probes),
        _whole_sibling(sibling, dns),
    )
    return MailFromFacts(
        domain=domain,
        identity=identity,
        ses=ses,
        sibling=sibling,
        place=place,
        guessed=guess is not None,
        spf=spf,
        probes=whole,
        expectations=expectations,
    )


def _is_known(expectations: Expectations | None) -> bool:
    return expectations is not None and expectations.mail_from_told


async def _sibling(identity: str, dns: Dns) -> Probe:
    name = f"{unpublished_label(identity)}.{identity}"
    mx, txt = await asyncio.gather(dns.ask(name, "MX"), dns.ask(name, "TXT"))
    return Probe(name, mx, txt)


async def _place(name: str | None, dns: Dns) -> Place | None:
    if name is None:
        return None
    mx, txt = await asyncio.gather(dns.ask(name, "MX"), dns.ask(name, "TXT"))
    return Place(name, mx, txt)


def _guess(probes: Iterable[Answer], expectations: Expectations | None) -> Answer | None:
    """The MX of the usual name that leads to SES; one in the known region before any other."""
    candidates = [mx for mx in probes if is_of_ses(mx)]
    region = expectations.region if expectations else None
    there = (mx for mx in candidates if any(host.region == region for host in hosts_of_ses(mx)))
    return next(there, candidates[0] if candidates else None)


async def _guessed_place(mx: Answer, ses: Answer, dns: Dns) -> tuple[Place | None, SpfAtPlace | None]:
    """The place that was guessed: its SPF record comes in the second round trip."""
    txt, *of_ses = await _ask_all([(mx.name, "TXT"), *_of_ses(ses)], dns)
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
    answers = await _ask_all([*of_ses, *of_place], dns)
    known = [place.mx, place.txt, *answers[len(of_ses) :]]
    return place, await evaluate(place.name, dns, [ses, *answers[: len(of_ses)]], known)


def _of_ses(ses: Answer) -> list[tuple[str, str]]:
    """The SPF records that amazonses.com includes."""
    return [question for question in questions(SES, ses) if question[1] == "TXT"]


async def _whole_probes(
    names: Sequence[str], sibling: Probe, dns: Dns, *, wanted: bool, known: Sequence[Answer]
) -> tuple[Probe, ...]:
    """The usual names with all that tells whether they are free. The MX alone does, except below a wildcard."""
    if not wanted:
        return ()
    if not has_wildcard(sibling):
        mxs = known or await _ask_all([(name, "MX") for name in names], dns)
        return tuple(Probe(name, mx) for name, mx in zip(names, mxs, strict=True))
    asked = await asyncio.gather(*(_ask_all([(name, rtype) for name in names], dns) for rtype in ("MX", "TXT", "A")))
    return tuple(Probe(name, mx, txt, a) for name, mx, txt, a in zip(names, *asked, strict=True))


async def _whole_sibling(sibling: Probe, dns: Dns) -> Probe:
    if not has_wildcard(sibling):
        return sibling
    return Probe(sibling.name, sibling.mx, sibling.txt, await dns.ask(sibling.name, "A"))


async def _ask_all(asked: Iterable[tuple[str, str]], dns: Dns) -> list[Answer]:
    return list(await asyncio.gather(*(dns.ask(name, rtype) for name, rtype in asked)))
