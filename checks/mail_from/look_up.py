"""Asks DNS about the MAIL FROM domain in two round trips: its records (or the usual names), then what its SPF needs."""

import asyncio
import hashlib
from collections.abc import Iterable

from checks.answers import Answer, Dns
from checks.mail_from.facts import MailFromFacts, Place, SpfAtPlace, is_below, is_of_ses, receives_otherwise, region_of
from checks.mail_from.spf_at import SES, evaluate, has_no_record, questions
from model import Expectations

USUAL = (
    *("mail", "bounce", "bounces", "ses", "email", "mailfrom", "mail-from"),
    *("em", "send", "mta", "feedback", "return", "smtp", "aws"),
)
"""Labels that people give to a MAIL FROM domain; also those that are proposed, the first free one."""


async def look_up(domain: str, dns: Dns, *, expectations: Expectations | None = None) -> MailFromFacts:
    """Ask for the records of the MAIL FROM domain, and judge its SPF with SES's own addresses. Where its name is not
    told, the usual names below the identity are tried. At most about 75 questions."""
    identity = _identity(domain, expectations)
    told = _plain(expectations.mail_from) if expectations and expectations.mail_from else None
    wants_other_name = told is None or not is_below(told, identity) or told == domain.lower()
    ses, place, probes, sibling = await asyncio.gather(
        dns.ask(SES, "TXT"),
        _place(told, dns),
        _probes(identity, dns, wanted=wants_other_name),
        _probe(f"{_nobodys(identity)}.{identity}", dns),
    )
    guessed = False
    if told is None and not (expectations and expectations.mail_from_told):
        place = _guess(probes, expectations)
        guessed = place is not None
    too_late = place is not None and not wants_other_name and receives_otherwise(place)
    spf, more = await asyncio.gather(_spf(place, ses, dns), _probes(identity, dns, wanted=too_late))
    return MailFromFacts(
        domain=domain,
        identity=identity,
        ses=ses,
        place=place,
        guessed=guessed,
        spf=spf,
        probes=probes or more,
        sibling=sibling,
        expectations=expectations,
    )


def _identity(domain: str, expectations: Expectations | None) -> str:
    told = expectations.identity if expectations else ""
    return _plain(told.rpartition("@")[2]) or _plain(domain)


def _plain(name: str) -> str:
    return name.strip().lower().rstrip(".")


async def _place(name: str | None, dns: Dns) -> Place | None:
    if name is None:
        return None
    mx, txt = await asyncio.gather(dns.ask(name, "MX"), dns.ask(name, "TXT"))
    return Place(name, mx, txt)


async def _probes(identity: str, dns: Dns, *, wanted: bool) -> tuple[Place, ...]:
    if not wanted:
        return ()
    return tuple(await asyncio.gather(*(_probe(f"{label}.{identity}", dns) for label in USUAL)))


def _nobodys(identity: str) -> str:
    """A label that nobody has published, the same for the same identity so that a transcript replays."""
    return "nobody-" + hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:16]


async def _probe(name: str, dns: Dns) -> Place:
    mx, txt, a = await asyncio.gather(*(dns.ask(name, rtype) for rtype in ("MX", "TXT", "A")))
    return Place(name, mx, txt, a)


def _guess(probes: tuple[Place, ...], expectations: Expectations | None) -> Place | None:
    """The usual name that leads to SES; one in the region told before any other."""
    candidates = [place for place in probes if is_of_ses(place)]
    region = expectations.region if expectations else None
    there = (place for place in candidates if any(region_of(each.host) == region for each in place.exchanges))
    return next(there, candidates[0] if candidates else None)


async def _spf(place: Place | None, ses: Answer, dns: Dns) -> SpfAtPlace | None:
    """The second round trip: what the record at the place asks, and what amazonses.com includes."""
    if place is None or has_no_record(place.txt):
        return None
    of_ses = [question for question in questions(SES, ses) if question[1] == "TXT"]
    of_place = [question for question in questions(place.name, place.txt) if question not in of_ses]
    answers = await _ask_all([*of_ses, *of_place], dns, known={(SES, "TXT"): ses, (place.name, "MX"): place.mx})
    return await evaluate(place.name, [ses, *answers[: len(of_ses)]], [place.txt, *answers[len(of_ses) :]])


async def _ask_all(asked: Iterable[tuple[str, str]], dns: Dns, known: dict[tuple[str, str], Answer]) -> list[Answer]:
    async def answer(name: str, rtype: str) -> Answer:
        return known[name, rtype] if (name, rtype) in known else await dns.ask(name, rtype)

    return list(await asyncio.gather(*(answer(name, rtype) for name, rtype in asked)))
