"""What DNS did not answer is unknown, by its name, and never missing (RFC 9989 sections 4.10.1 and 5.3.6)."""

import pytest

from checks import dmarc
from checks.answers import Tristate
from model import Finding, Outcome
from tests.support.cases import cases
from tests.support.dmarc import NONE, coded, codes, expected, facts_of, judged, zone_of
from tests.support.table import Table, TableResolver
from tests.support.virtual import run
from tests.support.zones import broken

BOTH = ("acme.com", "news.acme.com")
REPORT = "news.acme.com._report._dmarc.vendor.net"
OWN = "v=DMARC1; p=none; sp=none; np=reject; rua=mailto:r@vendor.net"
FULL: Table = {
    **zone_of({"news.acme.com": OWN, "acme.com": NONE, "vendor.net": NONE}, (*BOTH, "vendor.net")),
    REPORT: {"TXT": ["v=DMARC1"]},
}
INHERITED: Table = {**zone_of({"acme.com": NONE}, BOTH)}


def said(findings: tuple[Finding, ...]) -> str:
    """Everything that a person reads."""
    lines = ((found.summary, *found.evidence, found.fix.step if found.fix else "") for found in findings)
    return "\n".join("\n".join(each) for each in lines)


@cases(REPORT=REPORT)
def test_each_name_of_a_domain_with_its_own_record(name: str, expected: list[str]) -> None:
    """Its policy is reported by its own name alone; the report host's by the host's."""
    assert codes(judged(FULL, "news.acme.com")) == ["pass ok"]
    findings = judged(broken(FULL, name, why="SERVFAIL"), "news.acme.com")
    assert codes(findings) == expected
    if expected != ["pass ok"] or name in ("_dmarc.acme.com", "_dmarc.com"):
        assert f"{name} " in said(findings)
        assert "SERVFAIL" in said(findings)


@cases()
def test_each_name_of_a_domain_that_inherits(name: str, expected: list[str]) -> None:
    findings = judged(broken(INHERITED, name, why="no answer in 3.0 s"), "news.acme.com")
    assert codes(findings) == expected
    assert name in said(findings)
    assert "no answer in 3.0 s" in said(findings)


@pytest.mark.parametrize("name", ["_dmarc.a.b.acme.com", "_dmarc.b.acme.com", "_dmarc.acme.com", "_dmarc.com"])
@pytest.mark.parametrize("records", [{}, {"b.acme.com": NONE}, {"acme.com": "v=DMARC1; p=none; psd=u"}])
def test_no_name_of_the_walk_makes_it_missing(name: str, records: dict[str, str]) -> None:
    findings = judged(broken(zone_of(records, BOTH), name), "a.b.acme.com")
    assert "fail missing" not in codes(findings)
    if codes(findings) == ["unknown lookup-failed"]:
        assert name in findings[0].summary
        assert findings[0].fix is not None
        assert name in findings[0].fix.step


def test_everything_unanswered_is_one_unknown() -> None:
    names = ("acme.com", "_dmarc.acme.com", "_dmarc.com", "_dmarc.acme.com.acme.com")
    assert codes(judged({name: {"*": "SERVFAIL"} for name in names})) == ["unknown lookup-failed"]


def test_two_records_are_wrong_whatever_the_rest_says() -> None:
    records = {"news.acme.com": [NONE, "v=DMARC1; p=reject"], "acme.com": "!SERVFAIL"}
    assert codes(judged(zone_of(records, BOTH), "news.acme.com")) == ["fail multiple", "unknown lookup-failed"]


def test_a_malformed_record_is_wrong_whatever_the_rest_says() -> None:
    records = {"news.acme.com": "v=dmarc1; p=none", "acme.com": "!SERVFAIL"}
    assert codes(judged(zone_of(records, BOTH), "news.acme.com")) == ["fail malformed", "unknown lookup-failed"]


def test_whether_the_identity_aligns_is_said_to_be_unknown() -> None:
    zone = broken(zone_of({"news.acme.com": NONE.replace("@", "@news.")}, BOTH), "_dmarc.acme.com")
    findings = judged(zone, "news.acme.com", identity="acme.com")
    assert codes(findings) == ["pass ok"]
    assert "_dmarc.acme.com TXT was unanswered" in said(findings)


def test_np_is_reported_in_words_where_the_domain_may_or_may_not_exist() -> None:
    """Existing, it is under sp=none; not existing, under np=reject. Nothing strict is claimed, nor blocked."""
    text = "v=DMARC1; p=none; np=reject; rua=mailto:dmarc@acme.com"
    zone: Table = {**zone_of({"acme.com": text}), "news.acme.com": {"*": "SERVFAIL"}}
    assert facts_of(zone, "news.acme.com").exists is Tristate.UNKNOWN
    findings = judged(zone, "news.acme.com", dkim=Tristate.NO, spf=Tristate.NO)
    assert codes(findings) == ["pass ok"]
    assert "whether news.acme.com exists is unknown; if not, np=reject" in said(findings)


def test_one_answer_is_enough_to_exist() -> None:
    zone: Table = {**zone_of({"acme.com": NONE}), "news.acme.com": {"MX": "SERVFAIL", "A": "SERVFAIL", "TXT": ["x"]}}
    assert facts_of(zone, "news.acme.com").exists is Tristate.YES


@pytest.mark.parametrize("fault", ["SERVFAIL", "REFUSED", "no answer in 3.0 s", "DNSSEC validation failed"])
def test_the_server_and_the_reason_are_named(fault: str) -> None:
    finding = coded(judged(zone_of({"acme.com": f"!{fault}"})), "lookup-failed")
    assert finding.outcome is Outcome.UNKNOWN
    assert f"_dmarc.acme.com TXT was unanswered by table: {fault}" in finding.summary
    assert finding.fix is not None
    assert "table" in finding.fix.step


DEEP = "a.b.c.d.e.f.g.h.i.acme.com"
MANY = ",".join(f"mailto:d@a.b.c.d.e.f.g.h{n}.net" for n in range(9))


@pytest.mark.parametrize(
    ("about", "zone", "domain", "most"),
    [
        ("its own record", zone_of({"acme.com": NONE}, BOTH), "acme.com", 12),
        ("a report host elsewhere", FULL, "news.acme.com", 22),
        ("as much as can be", zone_of({"acme.com": f"v=DMARC1; p=none; rua={MANY}"}), DEEP, 100),
    ],
)
def test_two_round_trips_and_a_hundred_questions_at_most(about: str, zone: Table, domain: str, most: int) -> None:
    resolver = TableResolver(zone)
    _, ticks = run(dmarc.look_up(domain, resolver, expectations=expected(domain, "acme.com", f"bounce.{domain}")))
    assert ticks == 2
    assert len(resolver.asked) <= most
