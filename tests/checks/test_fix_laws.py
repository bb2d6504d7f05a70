"""The law of every fix: published and judged again, its finding is gone, nothing is new, no sender is lost.

Valid records of every kind are spoiled by one slip each: a character dropped, doubled, swapped, replaced by a
look-alike; `;` and `,`, quotes, markup, invisible characters. Senders are asked of check_host(), which knows no reader.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks.dns_checks import check_dns
from checks.spf import check_host
from demo.zones import KEY, RSA_2048
from model import Expectations, Finding, Fix, Outcome
from tests.support.table import Table, TableResolver
from tests.support.virtual import run
from tests.support.zones import publish_fix

D = "acme.com"
TOKENS = ("aaaabbbbccccddddeeeeffffgggghhhh", "iiiijjjjkkkkllllmmmmnnnnoooopppp", "qqqqrrrrssssttttuuuuvvvvwwwwxxxx")
ZONE: dict[str, dict[str, list[str]]] = {
    D: {"A": ["192.0.2.1"], "MX": ["1 aspmx.l.google.com"], "TXT": ["v=spf1 include:_spf.google.com ~all"]},
    f"_dmarc.{D}": {"TXT": [f"v=DMARC1; p=none; rua=mailto:dmarc@{D}"]},
    f"s1._domainkey.{D}": {"TXT": [KEY]},
    **{f"{token}._domainkey.{D}": {"CNAME": [f"{token}.dkim.amazonses.com"]} for token in TOKENS},
    **{f"{token}.dkim.amazonses.com": {"TXT": [f"p={RSA_2048}"]} for token in TOKENS},
    f"mail.{D}": {
        "MX": ["10 feedback-smtp.us-east-1.amazonses.com"],
        "TXT": ["v=spf1 include:amazonses.com ~all"],
    },
    f"mx.{D}": {"A": ["192.0.2.25"], "AAAA": ["2001:db8::25"]},
    f"_spf.{D}": {"TXT": ["v=spf1 ip4:198.51.100.64/28 a:mx.acme.com ?all"]},
    "aspmx.l.google.com": {"A": ["192.0.2.26"]},
    "_spf.google.com": {"TXT": ["v=spf1 ip4:74.125.0.0/16 ip6:2607:f8b0::/36 ~all"]},
    "sendgrid.net": {"TXT": ["v=spf1 ip4:167.89.0.0/17 ~all"]},
    "amazonses.com": {"TXT": ["v=spf1 ip4:199.255.192.0/22 -all"]},
}
SES = Expectations(
    D,
    region="us-east-1",
    tokens=TOKENS,
    signing_zone="dkim.amazonses.com",
    signing_enabled=True,
    mail_from=f"mail.{D}",
    mail_from_known=True,
)
SENDERS = (
    *("74.125.1.1", "2607:f8b0::1", "167.89.1.1", "192.0.2.7", "198.51.100.9", "198.51.100.65", "192.0.2.1"),
    *("192.0.2.25", "192.0.2.26", "2001:db8::25", "2001:db8:1::9", "199.255.192.1"),
)
"""An address of every term in the records below."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record is spoiled, and the check that judges it."""

    check: str
    name: str
    rtype: str
    text: str
    reported: bool = False


PLACES = (
    Place("spf", D, "TXT", "v=spf1 include:_spf.google.com ip4:192.0.2.7 ~all"),
    Place("spf", D, "TXT", "v=spf1 mx a:mx.acme.com ip4:198.51.100.0/26 include:sendgrid.net -all"),
    Place("spf", D, "TXT", "v=spf1 ip6:2001:db8:1::/48 include:_spf.acme.com redirect=_spf.google.com"),
    Place("spf", D, "TXT", "v=spf1 a mx include:amazonses.com include:_spf.google.com ?all"),
    Place("dmarc", f"_dmarc.{D}", "TXT", f"v=DMARC1; p=none; rua=mailto:reports@{D}"),
    Place("dmarc", f"_dmarc.{D}", "TXT", f"v=DMARC1; p=quarantine; sp=none; adkim=r; rua=mailto:a@{D},mailto:b@{D}"),
    Place("dmarc", f"_dmarc.{D}", "TXT", f"v=DMARC1;p=reject;fo=1;rua=mailto:a@{D};ruf=mailto:f@{D};pct=100"),
    Place("dkim", f"s1._domainkey.{D}", "TXT", KEY),
    Place("dkim", f"s1._domainkey.{D}", "TXT", f"v=DKIM1; h=sha256; k=rsa; s=email; t=s; p={RSA_2048}"),
    Place("dkim", f"{TOKENS[0]}._domainkey.{D}", "CNAME", f"{TOKENS[0]}.dkim.amazonses.com", reported=True),
    Place("mail_from", f"mail.{D}", "MX", "10 feedback-smtp.us-east-1.amazonses.com"),
    Place("mail_from", f"mail.{D}", "MX", "10 feedback-smtp.us-east-1.amazonses.com", reported=True),
    Place("mail_from", f"mail.{D}", "TXT", "v=spf1 include:amazonses.com ip4:192.0.2.7 ~all", reported=True),
    Place("mx", D, "MX", "1 aspmx.l.google.com"),
    Place("mx", D, "MX", f"10 mx.{D}"),
)
LOOK_ALIKES = {"a": "\u0430", "c": "\u0441", "e": "\u0435", "o": "\u043e", "p": "\u0440", "x": "\u0445", "i": "\u0456"}
LOOK_ALIKES |= {"A": "\u0410", "M": "\u041c", "C": "\u0421", "-": "\u2013", "1": "l", "0": "O", "~": "\u02dc"}
INVISIBLE = ("\u00a0", "\u200b", "\ufeff", "\u200e", "\u00ad", "\u2060")
AROUND = (('"', '"'), ("\u201c", "\u201d"), ("'", "'"), ("`", "`"), ("<p>", "</p>"), ("&quot;", "&quot;"), ("**", "**"))
KINDS = ("drop", "double", "swap", "look", "comma", "semicolon", "around", "invisible", "ahead", "twice", "appended")


def spoil_text(text: str, kind: str, at: int) -> str:
    """The text with one slip of a kind, at a place of it."""
    place = at % len(text)
    ahead, character, behind = text[:place], text[place], text[place + 1 :]
    spaces = [index for index, character in enumerate(text) if character == " "]
    match kind:
        case "drop":
            return ahead + behind
        case "double":
            return ahead + character * 2 + behind
        case "swap":
            return ahead + behind[:1] + character + behind[1:]
        case "look":
            alike = [index for index, character in enumerate(text) if character in LOOK_ALIKES]
            index = alike[at % len(alike)] if alike else 0
            return text[:index] + LOOK_ALIKES.get(text[index], text[index]) + text[index + 1 :]
        case "comma" | "semicolon":
            sign = "," if kind == "comma" else ";"
            if ";" in text:
                return text.replace(";", sign, 1 + at % 3)
            index = spaces[at % len(spaces)] if spaces else len(text)
            return text[:index] + sign + text[index:]
        case "around":
            opening, right = AROUND[at % len(AROUND)]
            return opening + text + right
        case "invisible":
            return ahead + INVISIBLE[at % len(INVISIBLE)] + character + behind
        case "ahead":
            return (" ", "TXT ", "_dmarc ", "@ ", "acme.com. 300 IN TXT ")[at % 5] + text
        case "twice":
            return text + (" ", "; ", "")[at % 3] + text
    return f"{text}.{D}"


def publish_text(place: Place, text: str) -> dict[str, dict[str, list[str]]]:
    """The zone with a record as DNS gives it: an octet a character, names and preferences of their own shape."""
    value = text.encode().decode("latin-1")
    if place.rtype != "TXT":
        value = "".join(
            character for character in value if (character.isascii() and character > " ") or character == " "
        )
    return {**ZONE, place.name: {**ZONE[place.name], place.rtype: [value]}}


def find_faults(place: Place, zone: Table, mail_from: str | None = None) -> dict[str, Finding]:
    """What is wrong; `mail_from`: another MAIL FROM domain was entered in the SES console, as a fix says."""
    expected = (replace(SES, mail_from=mail_from) if mail_from else SES) if place.reported else None
    work = check_dns(D, TableResolver(zone), only={place.check}, selectors=["s1"], expectations=expected)
    checked, _ = run(work)
    return {finding.code: finding for finding in checked.report.findings if finding.outcome is not Outcome.PASS}


def passing_senders(zone: Table, domain: str) -> frozenset[str]:
    """The senders that check_host() lets pass."""

    async def ask(addresses: Iterable[str]) -> list[tuple[str, str]]:
        dns = TableResolver(zone)
        return await asyncio.gather(*(check_host(ip, domain, f"a@{domain}", domain, dns) for ip in addresses))

    results, _ = run(ask(SENDERS))
    return frozenset(ip for ip, (result, _) in zip(SENDERS, results, strict=True) if result == "pass")


SEVERITY = {Outcome.WARN: 1, Outcome.UNKNOWN: 2, Outcome.FAIL: 3}
MILDER = {("spf.too-many-lookups", "spf.lookups-near-limit"), ("spf.too-many-voids", "spf.void")}
SEARCH = {"dkim.none", "dkim.other-only", "dkim.cannot-tell"}


def count_proven_fixes(place: Place, kind: str, at: int) -> int:
    """The law for one slip; how many fixes with records it was tried on."""
    text = spoil_text(place.text, kind, at)
    zone = publish_text(place, text)
    before = find_faults(place, zone)
    tried = 0
    for code, finding in before.items():
        fix = finding.fix
        assert fix is not None
        if not (fix.records or fix.remove):
            continue
        tried += 1
        assert_law(place, zone, before, code, fix)
    return tried


def assert_law(place: Place, zone: Table, before: dict[str, Finding], code: str, fix: Fix) -> None:
    then = publish_fix(zone, fix)
    entered = fix.records[0].name if code == "mail_from.receives-mail" and fix.records else None
    after = find_faults(place, then, entered)
    if code == "mail_from.guessed":
        assert after.keys() == {code}, (fix, after)
        then_fix = after[code].fix or Fix()
        assert (then_fix.records, then_fix.remove) == ((), ()), (fix, after[code])
        return
    assert code not in after, (fix, after[code])
    for new, finding in after.items():
        if new in SEARCH and before.keys() & SEARCH:
            continue
        is_milder = new == "spf.neutral-all" and before[code].outcome is Outcome.FAIL
        is_milder = is_milder or (code, new) in MILDER
        known = SEVERITY[before[new].outcome] if new in before else 0
        assert is_milder or SEVERITY[finding.outcome] <= known, (code, fix, finding)
    if place.check in ("spf", "mail_from") and place.rtype == "TXT":
        lost = passing_senders(zone, place.name) - passing_senders(then, place.name)
        assert not lost, (code, fix, lost)


slips = st.tuples(st.sampled_from(PLACES), st.sampled_from(KINDS), st.integers(0, 400))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(slips)
def test_a_fix_ends_its_finding_raises_none_and_loses_no_one(slip: tuple[Place, str, int]) -> None:
    count_proven_fixes(*slip)


@pytest.mark.long
@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.check} {place.text[:40]}")
def test_the_law_for_every_kind_of_slip_at_many_places(place: Place) -> None:
    """Fifteen records, eleven kinds, fourteen places: 2,310 slips."""
    count = sum(count_proven_fixes(place, kind, at * 7) for kind in KINDS for at in range(14))
    assert count, "no slip in this record had a fix with records"


UNSEEN = ("around", "ahead")


@pytest.mark.parametrize("place", PLACES[:4], ids=lambda place: place.text)
@pytest.mark.parametrize("kind", UNSEEN)
def test_what_only_surrounds_a_record_costs_no_sender(place: Place, kind: str) -> None:
    """All that the owner meant passes again once the fix is published."""
    for at in range(5):
        zone = publish_text(place, spoil_text(place.text, kind, at))
        fixes = [finding.fix for finding in find_faults(place, zone).values() if finding.fix and finding.fix.records]
        assert fixes, spoil_text(place.text, kind, at)
        assert passing_senders(publish_fix(zone, fixes[0]), D) == passing_senders(publish_text(place, place.text), D)
