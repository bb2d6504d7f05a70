"""What DNS did not answer is unknown, by its name, and never missing (RFC 9989 sections 4.10.1 and 5.3.6)."""

import pytest

from checks import dmarc
from checks.answers import Tristate
from model import Finding, Outcome
from tests.support.cases import cases
from tests.support.dmarc import NONE, dmarc_zone, expectations_of, facts_of, judge_zone
from tests.support.findings import codes_of, find_finding
from tests.support.table import Table, TableResolver
from tests.support.virtual import run
from tests.support.zones import with_fault

BOTH = ("acme.com", "news.acme.com")
REPORT = "news.acme.com._report._dmarc.vendor.net"
OWN = "v=DMARC1; p=none; sp=none; np=reject; rua=mailto:r@vendor.net"
FULL: Table = {
    **dmarc_zone({"news.acme.com": OWN, "acme.com": NONE, "vendor.net": NONE}, (*BOTH, "vendor.net")),
    REPORT: {"TXT": ["v=DMARC1"]},
}
INHERITED: Table = {**dmarc_zone({"acme.com": NONE}, BOTH)}


def join_texts(findings: tuple[Finding, ...]) -> str:
    """Everything that a person reads."""
    lines = ((finding.summary, *finding.evidence, finding.fix.step if finding.fix else "") for finding in findings)
    return "\n".join("\n".join(line) for line in lines)


@cases(REPORT=REPORT)
def test_each_name_of_a_domain_with_its_own_record(name: str, expected: list[str]) -> None:
    """Its policy is reported by its own name alone; the report host's by the host's."""
    assert codes_of(judge_zone(FULL, "news.acme.com")) == ["ok P"]
    findings = judge_zone(with_fault(FULL, name, why="SERVFAIL"), "news.acme.com")
    assert codes_of(findings) == expected
    if expected != ["ok P"] or name in ("_dmarc.acme.com", "_dmarc.com"):
        assert f"{name} " in join_texts(findings)
        assert "SERVFAIL" in join_texts(findings)


@cases()
def test_each_name_of_a_domain_that_inherits(name: str, expected: list[str]) -> None:
    findings = judge_zone(with_fault(INHERITED, name, why="no answer in 3.0 s"), "news.acme.com")
    assert codes_of(findings) == expected
    assert name in join_texts(findings)
    assert "no answer in 3.0 s" in join_texts(findings)


@pytest.mark.parametrize("name", ["_dmarc.a.b.acme.com", "_dmarc.b.acme.com", "_dmarc.acme.com", "_dmarc.com"])
@pytest.mark.parametrize("records", [{}, {"b.acme.com": NONE}, {"acme.com": "v=DMARC1; p=none; psd=u"}])
def test_no_name_of_the_walk_makes_it_missing(name: str, records: dict[str, str]) -> None:
    findings = judge_zone(with_fault(dmarc_zone(records, BOTH), name), "a.b.acme.com")
    assert "missing F" not in codes_of(findings)
    if codes_of(findings) == ["lookup-failed U"]:
        assert name in findings[0].summary
        assert findings[0].fix is not None
        assert name in findings[0].fix.step


def test_everything_unanswered_is_one_unknown() -> None:
    names = ("acme.com", "_dmarc.acme.com", "_dmarc.com", "_dmarc.acme.com.acme.com")
    assert codes_of(judge_zone({name: {"*": "SERVFAIL"} for name in names})) == ["lookup-failed U"]


def test_two_records_are_wrong_whatever_the_rest_says() -> None:
    records = {"news.acme.com": [NONE, "v=DMARC1; p=reject"], "acme.com": "!SERVFAIL"}
    assert codes_of(judge_zone(dmarc_zone(records, BOTH), "news.acme.com")) == ["multiple F", "lookup-failed U"]


def test_a_malformed_record_is_wrong_whatever_the_rest_says() -> None:
    records = {"news.acme.com": "v=dmarc1; p=none", "acme.com": "!SERVFAIL"}
    assert codes_of(judge_zone(dmarc_zone(records, BOTH), "news.acme.com")) == ["malformed F", "lookup-failed U"]


def test_whether_the_identity_aligns_is_said_to_be_unknown() -> None:
    zone = with_fault(dmarc_zone({"news.acme.com": NONE.replace("@", "@news.")}, BOTH), "_dmarc.acme.com")
    findings = judge_zone(zone, "news.acme.com", identity="acme.com")
    assert codes_of(findings) == ["ok P"]
    assert "_dmarc.acme.com TXT was unanswered" in join_texts(findings)


def test_np_is_reported_in_words_where_the_domain_may_or_may_not_exist() -> None:
    """Existing, it is under sp=none; not existing, under np=reject. Nothing strict is claimed, nor blocked."""
    text = "v=DMARC1; p=none; np=reject; rua=mailto:dmarc@acme.com"
    zone: Table = {**dmarc_zone({"acme.com": text}), "news.acme.com": {"*": "SERVFAIL"}}
    assert facts_of(zone, "news.acme.com").exists is Tristate.UNKNOWN
    findings = judge_zone(zone, "news.acme.com", dkim=Tristate.NO, spf=Tristate.NO)
    assert codes_of(findings) == ["ok P"]
    assert "whether news.acme.com exists is unknown; if not, np=reject" in join_texts(findings)


def test_one_answer_is_enough_to_exist() -> None:
    zone: Table = {**dmarc_zone({"acme.com": NONE}), "news.acme.com": {"MX": "SERVFAIL", "A": "SERVFAIL", "TXT": ["x"]}}
    assert facts_of(zone, "news.acme.com").exists is Tristate.YES


@pytest.mark.parametrize("fault", ["SERVFAIL", "REFUSED", "no answer in 3.0 s", "DNSSEC validation failed"])
def test_the_server_and_the_reason_are_named(fault: str) -> None:
    finding = find_finding(judge_zone(dmarc_zone({"acme.com": f"!{fault}"})), "lookup-failed")
    assert finding.outcome is Outcome.UNKNOWN
    assert f"_dmarc.acme.com TXT was unanswered by table: {fault}" in finding.summary
    assert finding.fix is not None
    assert "table" in finding.fix.step


DEEP = "a.b.c.d.e.f.g.h.i.acme.com"
MANY = ",".join(f"mailto:d@a.b.c.d.e.f.g.h{n}.net" for n in range(9))


@pytest.mark.parametrize(
    ("about", "zone", "domain", "most"),
    [
        ("its own record", dmarc_zone({"acme.com": NONE}, BOTH), "acme.com", 12),
        ("a report host elsewhere", FULL, "news.acme.com", 22),
        ("as much as can be", dmarc_zone({"acme.com": f"v=DMARC1; p=none; rua={MANY}"}), DEEP, 100),
    ],
)
def test_two_round_trips_and_a_hundred_questions_at_most(about: str, zone: Table, domain: str, most: int) -> None:
    resolver = TableResolver(zone)
    _, ticks = run(
        dmarc.look_up(domain, resolver, expectations=expectations_of(domain, "acme.com", f"bounce.{domain}"))
    )
    assert ticks == 2
    assert len(resolver.asked) <= most
