"""What people really publish, case by case: the finding, and the fix that keeps what its owner meant. See field.txt."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from checks.dns_checks import check_dns
from checks.names import BadDomain, domain_of
from demo.zones import RSA_2048
from model import Checked, Expectations, Finding, Outcome
from tests.support.table import Table, TableResolver
from tests.support.virtual import run
from tests.support.zones import publish_fix

D = "shop.example"
TOKENS = tuple(f"tok{number}{letter * 28}" for number, letter in ((1, "a"), (2, "b"), (3, "c")))
USUAL: dict[str, dict[str, list[str]]] = {
    "example": {"NS": ["ns.nic.example"]},
    D: {
        "SOA": [f"ns1.{D} h.{D} 1 7200 900 1209600 3600"],
        "A": ["192.0.2.10"],
        "MX": ["1 aspmx.l.google.com"],
        "TXT": ["v=spf1 include:_spf.google.com ~all"],
    },
    f"_dmarc.{D}": {"TXT": [f"v=DMARC1; p=none; rua=mailto:reports@{D}"]},
    **{f"{token}._domainkey.{D}": {"CNAME": [f"{token}.dkim.amazonses.com"]} for token in TOKENS},
    **{f"{token}.dkim.amazonses.com": {"TXT": [f"p={RSA_2048}"]} for token in TOKENS},
    "amazonses.com": {"TXT": ["v=spf1 ip4:199.255.192.0/22 ip4:54.240.0.0/18 -all"], "A": ["192.0.2.80"]},
    "_spf.google.com": {"TXT": ["v=spf1 ip4:74.125.0.0/16 ip6:2607:f8b0:4000::/36 ~all"]},
    "sendgrid.net": {"TXT": ["v=spf1 ip4:167.89.0.0/17 ~all"]},
    "aspmx.l.google.com": {"A": ["192.0.2.25"], "AAAA": ["2001:db8::25"]},
}
"""A domain of which a reviewer would say nothing, and the names of others that it leads to."""


@dataclass(slots=True)
class Case:
    about: str
    zone: dict[str, dict[str, list[str]]]
    domain: str = ""
    only: frozenset[str] = frozenset()
    options: tuple[str, ...] = ()
    wrong: list[str] = field(default_factory=list)
    of: str = ""
    """The code whose fix is meant, where it is not the first."""
    fix: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def check(self, zone: Table) -> Checked:
        tokens = TOKENS if "tokens" in self.options else ()
        selectors = [word.partition("=")[2] for word in self.options if word.startswith("selector=")]
        expected = Expectations(self.domain, tokens=tokens) if tokens else None
        checked, _ = run(
            check_dns(self.domain, TableResolver(zone), only=self.only, selectors=selectors, expectations=expected)
        )
        return checked


def _cases() -> list[Case]:
    text = Path(__file__).with_name("field.txt").read_text(encoding="utf-8").replace("KEY", RSA_2048)
    cases: list[Case] = []
    own: set[tuple[str, str]] = set()
    for line in text.splitlines():
        if line and not line.startswith((" ", "#")):
            cases.append(Case(line, {name: dict(types) for name, types in USUAL.items()}))
            own = set()
        elif line.startswith("    "):
            _read(cases[-1], _octets(line.strip()), own)
    return cases


def _octets(line: str) -> str:
    """A TXT text as DNS gives it, an octet a character; words for people stay as they are."""
    if line.startswith("~"):
        return line
    line = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), line)
    return line.encode().decode("latin-1")


def _read(case: Case, line: str, own: set[tuple[str, str]]) -> None:
    sign, _, rest = line.partition(" ")
    match sign:
        case "check":
            case.domain, only, *options = rest.split(" ")
            case.only, case.options = frozenset(only.split(",")), tuple(options)
        case "=":
            case.wrong = rest.split(", ")
        case "*":
            case.of = rest
        case "-" | "+":
            case.fix.append(line)
        case "~":
            case.words.append(rest)
        case "ok":
            case.wrong = []
        case name:
            rtype, _, value = rest.partition(" ")
            values = value.split(" ") if rtype == "A" else [value] if value else []
            held = case.zone.setdefault(name, {})
            held[rtype] = [*(held.get(rtype, []) if (name, rtype) in own else []), *values]
            own.add((name, rtype))
            if not held[rtype]:
                del case.zone[name]


CASES = _cases()


def _wrong(checked: Checked) -> list[Finding]:
    return [finding for finding in checked.report.findings if finding.outcome is not Outcome.PASS]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.about)
def test_what_is_wrong_and_what_to_publish(case: Case) -> None:
    found = _wrong(case.check(case.zone))
    assert [f"{finding.outcome} {finding.code}" for finding in found] == case.wrong
    if not found:
        return
    finding = next((one for one in found if one.code == case.of), found[0])
    assert finding.fix is not None
    removed = [f"- {r.name} {r.type} {_wire(r.priority, r.value)}" for r in finding.fix.remove]
    records = [f"+ {r.name} {r.type} {_wire(r.priority, r.value)}" for r in finding.fix.records]
    assert [*removed, *records] == case.fix
    for words in case.words:
        assert words in f"{finding.summary} {finding.fix.step}"


@pytest.mark.parametrize("case", [case for case in CASES if case.fix], ids=lambda case: case.about)
def test_the_fix_ends_its_finding_and_raises_none(case: Case) -> None:
    before = _wrong(case.check(case.zone))
    finding = next((one for one in before if one.code == case.of), before[0])
    assert finding.fix is not None
    after = _wrong(case.check(publish_fix(case.zone, finding.fix)))
    if finding.code == "mail_from.guessed":  # the name is still a guess, and its records are right
        assert [one.code for one in after] == ["mail_from.guessed"]
        assert not after[0].fix or not after[0].fix.records
        return
    known = {one.code for one in before} | {"dkim.other-only"}  # in place of cannot-tell, which is worse
    if "spf.too-many-lookups" in known:
        known |= {"spf.lookups-near-limit"}  # what is left of it
    if finding.code.startswith("dkim.ses-cname"):
        known |= {"dkim.cannot-tell"}  # SES has not published its keys yet
    assert finding.code not in {one.code for one in after}
    assert {one.code for one in after} <= known


@pytest.mark.parametrize("typed", ["_dmarc.shop.example", "tok1._domainkey.shop.example", "_spf.shop.example"])
def test_the_name_of_a_record_is_answered_with_its_domain(typed: str) -> None:
    with pytest.raises(BadDomain, match=r"Check shop\.example instead"):
        domain_of(typed)


def _wire(priority: int | None, value: str) -> str:
    return value if priority is None else f"{priority} {value}"
