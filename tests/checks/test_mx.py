"""Where mail for a domain goes: RFC 5321 section 5.1, RFC 7505 (null MX), RFC 2181 section 10.3 (no alias)."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import mx
from checks.answers import NoData, NoName, Records, Tristate, Unanswered
from model import Finding, Outcome
from tests.support.cases import cases
from tests.support.findings import assert_complete, codes_of
from tests.support.socket import over_socket
from tests.support.table import SameTexts, Table, TableResolver
from tests.support.virtual import run
from tests.support.zone_cases import run_with_zones, zone_cases
from tests.support.zones import publish_fix, with_fault

D = "acme.com"
HEALTHY: Table = {
    D: {"MX": ["10 mx1.acme.com", "20 mx2.host.net"], "A": ["192.0.2.1"]},
    "mx1.acme.com": {"A": ["192.0.2.10"]},
    "mx2.host.net": {"AAAA": ["2001:db8::2"]},
}


def facts_of(zone: Table, domain: str = D) -> mx.MxFacts:
    facts, ticks = run(mx.look_up(domain, TableResolver(zone)))
    assert ticks <= 2, "two round trips at most"
    return facts


def judge_zone(zone: Table, needed_for: tuple[str, ...] = (), domain: str = D) -> tuple[Finding, ...]:
    return mx.judge(facts_of(zone, domain), needed_for=needed_for)


CASES = zone_cases(Path(__file__).parent / "mx", "Where mail goes", HEALTHY)


@run_with_zones(CASES)
def test_verdict(zone: Table, expected: list[str], standing: Tristate) -> None:
    facts = facts_of(zone)
    findings = mx.judge(facts)
    assert codes_of(findings) == expected
    assert mx.receives_mail(facts) is standing
    assert_complete(findings)


@pytest.mark.parametrize(
    ("zone", "code"), [({D: {"MX": ["0 ."]}}, "null"), ({D: {"TXT": ["x"]}}, "missing")], ids=["null", "missing"]
)
def test_an_address_that_is_needed_makes_it_fail(zone: Table, code: str) -> None:
    (finding,) = judge_zone(zone, needed_for=("DMARC reports (rua)",))
    assert (finding.code, finding.outcome) == (f"mx.{code}", Outcome.FAIL)
    assert "DMARC reports (rua)" in finding.summary


@pytest.mark.parametrize("name", [D, "mx1.acme.com", "mx2.host.net"])
def test_what_is_not_answered_is_reported_by_name_and_never_missing(name: str) -> None:
    (finding,) = judge_zone(with_fault(HEALTHY, name, why="REFUSED"))
    assert (finding.code, finding.outcome) == ("mx.lookup-failed", Outcome.UNKNOWN)
    assert finding.fix is not None
    assert name in finding.summary
    assert any(name in line and "REFUSED" in line for line in finding.evidence)
    assert "REFUSED" in finding.fix.step


def test_an_appended_zone_is_taken_off_again() -> None:
    zone: Table = {D: {"MX": ["5 mx1.acme.com.acme.com"]}, "mx1.acme.com": {"A": ["192.0.2.10"]}}
    (finding,) = judge_zone(zone)
    assert finding.code == "mx.target-bad"
    assert finding.fix is not None
    after = publish_fix(zone, finding.fix)
    assert after[D]["MX"] == ["5 mx1.acme.com"]
    assert codes_of(judge_zone(after)) == ["ok P"]


def test_a_dead_host_is_deleted_only_where_another_works() -> None:
    zone: Table = {**HEALTHY, D: {"MX": ["10 mx1.acme.com", "20 gone.net", "30 192.0.2.9"]}}
    (finding,) = judge_zone(zone)
    assert finding.fix is not None
    assert codes_of(judge_zone(publish_fix(zone, finding.fix))) == ["ok P"]
    (alone,) = judge_zone({D: {"MX": ["10 gone.net"]}})
    assert alone.fix is not None
    assert (alone.fix.records, alone.fix.remove) == ((), ())
    assert "gone.net" in alone.fix.step


def test_a_contradicting_null_mx_is_deleted() -> None:
    zone: Table = {**HEALTHY, D: {"MX": ["0 .", "10 mx1.acme.com"]}}
    (finding,) = judge_zone(zone)
    assert finding.fix is not None
    assert codes_of(judge_zone(publish_fix(zone, finding.fix))) == ["ok P"]


def test_hosts_are_named_in_order_of_preference_and_in_lower_case() -> None:
    zone: Table = {**HEALTHY, D: {"MX": ["20 MX2.host.net", "10 mx1.ACME.com"]}}
    assert mx.mail_exchangers(facts_of(zone).answer) == ("mx1.acme.com", "mx2.host.net")
    assert mx.mail_exchangers(facts_of({D: {"MX": ["0 ."]}}).answer) == ()


def test_a_proof_that_the_domain_exists_outweighs_nxdomain() -> None:
    """Some servers answer NXDOMAIN for a type that they do not know."""
    facts = mx.MxFacts(D, NoName(D, "MX"), Records(D, "A", ("192.0.2.1",)), NoName(D, "AAAA"))
    assert codes_of(mx.judge(facts)) == ["implicit W"]


def test_an_alias_shows_in_the_address_too() -> None:
    """Where the CNAME question itself was not answered."""
    host = mx.MxHost(
        mx.MxRecord(10, "mail.acme.com"),
        a=Records("mail.acme.com", "A", ("192.0.2.3",), aliases=("h.net",)),
        aaaa=Records("mail.acme.com", "AAAA", ("2001:db8::3",)),
        cname=Unanswered("mail.acme.com", "CNAME", by="192.0.2.53", why="SERVFAIL"),
    )
    exists = NoData(D, "A")
    facts = mx.MxFacts(D, Records(D, "MX", ("10 mail.acme.com",)), exists, exists, (host,))
    assert codes_of(mx.judge(facts)) == ["target-bad W"]


@pytest.mark.parametrize(
    ("records", "why"),
    [
        ({D: {"MX": ["10 192.0.2.5"]}}, "IP address"),
        ({D: {"MX": ["10 gone.net"]}}, "does not exist"),
        ({D: {"MX": ["10 m.net"]}, "m.net": {"TXT": ["x"]}}, "no address"),
        ({D: {"MX": ["10 m.net"]}, "m.net": {"CNAME": ["h.net"]}, "h.net": {"A": ["192.0.2.3"]}}, "CNAME"),
    ],
)
def test_what_is_wrong_with_a_host_is_said(records: Table, why: str) -> None:
    (finding,) = judge_zone(records)
    assert why in finding.summary


def test_five_hundred_hosts_cost_no_more_than_twenty() -> None:
    table = TableResolver({D: {"MX": [f"{i} mx{i}.acme.com" for i in range(500)]}})
    facts, _ = run(mx.look_up(D, table))
    assert len(table.asked) <= 3 + 20 * 3
    assert len(mx.mail_exchangers(facts.answer)) == 500


@cases()
def test_an_mx_record_is_read(value: str, preference: int | None, host: str | None) -> None:
    record = mx.parse(value)
    assert (record and (record.preference, record.host)) == (None if preference is None else (preference, host))
    if record and record.host:
        assert mx.parse(str(record)) == record


@given(st.text())
def test_no_text_raises(value: str) -> None:
    facts = asyncio.run(mx.look_up(D, SameTexts(value)))
    findings = mx.judge(facts)
    assert findings
    assert all("\x1b" not in line for finding in findings for line in finding.evidence)


async def test_the_same_over_a_real_socket() -> None:
    for case, zone, expected, standing in CASES:
        facts = await over_socket(zone, lambda dns: mx.look_up(D, dns))
        assert codes_of(mx.judge(facts)) == expected, case
        assert mx.receives_mail(facts) is standing, case
