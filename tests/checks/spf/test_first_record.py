"""The SPF record of a domain that has none, or too many: what is proposed, and that publishing it works."""

from checks.answers import Tristate
from tests.support.cases import cases
from tests.support.findings import bare_codes, find_finding, find_fix
from tests.support.spf_cases import Zone
from tests.support.spf_lint import GOOD, WORLD, assert_fixed, lint, spf_zone
from tests.support.table import Table
from tests.support.zones import publish_fix

MX_OF = {
    "google": ["1 aspmx.l.google.com", "5 alt1.aspmx.l.google.com"],
    "google, new": ["1 smtp.google.com"],
    "microsoft": ["0 acme-com.mail.protection.outlook.com"],
    "own": ["10 mx.acme.com"],
    "unknown": ["10 mx.hoster.example"],
    "google and own": ["1 aspmx.l.google.com", "20 mx.acme.com"],
    "google and unknown": ["1 aspmx.l.google.com", "20 mx.hoster.example"],
    "ses": ["10 inbound-smtp.eu-west-1.amazonaws.com"],
    "a host at amazon": ["10 ec2-192-0-2-1.compute.amazonaws.com"],
    "null": ["0 ."],
    "none": [],
}


@cases()
def test_a_missing_record_is_built_from_the_mail_exchangers(mx: str, record: str) -> None:
    zone: Zone = {
        "acme.com": {"MX": MX_OF[mx], "TXT": ["google-site-verification=x"]},
        **{f"{name}": {"TXT": ["v=spf1 ip4:192.0.2.9 ~all"]} for name in ("_spf.google.com", "amazonses.com")},
        "spf.protection.outlook.com": {"TXT": ["v=spf1 ip4:192.0.2.9 ~all"]},
    }
    finding = find_finding(lint(zone), "missing")
    assert finding.outcome == "fail"
    assert finding.fix is not None
    assert [new_record.value for new_record in finding.fix.records] == [record]
    assert ("what else sends" in finding.fix.step.lower()) is record.endswith("?all")
    after = lint(publish_fix(zone, finding.fix))
    assert bare_codes(after, "fail") == []
    assert "missing" not in bare_codes(after)


def test_a_missing_record_only_warns_where_the_mail_from_domain_has_its_own() -> None:
    finding = find_finding(lint(spf_zone(), mail_from=Tristate.YES), "missing")
    assert finding.outcome == "warn"
    assert "mail.acme.com" in finding.summary


def test_a_host_below_the_identity_is_one_of_our_own() -> None:
    zone: Zone = {"eu.acme.com": {"MX": ["10 mx.acme.com"]}, "mx.acme.com": {"A": ["192.0.2.1"]}}
    fix = find_fix(lint(zone, "eu.acme.com", identity="acme.com"), "missing")
    assert fix.records[0].value == "v=spf1 mx ~all"


def test_nothing_is_proposed_while_the_mail_exchangers_are_not_known() -> None:
    fix = find_fix(lint({"acme.com": {"MX": "SERVFAIL", "A": ["192.0.2.1"]}}), "missing")
    assert fix.records == ()
    assert "again" in fix.step


@cases(GOOD=GOOD)
def test_a_text_that_is_almost_spf_is_replaced(almost: str, record: str) -> None:
    zone = spf_zone(almost)
    findings = lint(zone)
    finding = find_finding(findings, "missing")
    assert finding.fix is not None
    assert [(old.value, new.value) for old, new in zip(finding.fix.remove, finding.fix.records, strict=True)] == [
        (almost, record)
    ]
    assert_fixed(zone, findings, finding)


def test_a_record_below_its_own_zone_is_found() -> None:
    """The provider appended the zone to a name that had it already."""
    zone: Table = {**WORLD, "acme.com.acme.com": {"TXT": ["v=spf1 mx -all"]}}
    findings = lint(zone)
    finding = find_finding(findings, "missing")
    assert finding.fix is not None
    assert "acme.com.acme.com" in finding.fix.step
    assert "acme.com.acme.com TXT v=spf1 mx -all" in finding.evidence
    assert_fixed(zone, findings, finding)


def test_beside_an_alias_nothing_is_published() -> None:
    """RFC 1034 section 3.6.2."""
    zone: Table = {"acme.com": {"CNAME": ["shop.example.net"]}, "shop.example.net": {"A": ["192.0.2.1"]}}
    fix = find_fix(lint(zone), "missing")
    assert fix.records == ()
    assert "shop.example.net" in fix.step


@cases(GOOD=GOOD)
def test_several_records_become_one(records: list[str], merged: str) -> None:
    """Section 4.5: each term once, one `all`, the strictest that all share."""
    zone = spf_zone(*records, "other text")
    findings = lint(zone)
    finding = find_finding(findings, "multiple")
    assert (finding.outcome, bare_codes(findings)) == ("fail", ["multiple"])
    assert finding.fix is not None
    assert [record.value for record in finding.fix.records] == [merged]
    assert [record.value for record in finding.fix.remove] == records
    assert_fixed(zone, findings, finding)


def test_a_term_that_no_one_can_read_is_named_and_not_merged() -> None:
    fix = find_fix(lint(spf_zone("v=spf1 foo -all", "v=spf1 mx -all")), "multiple")
    assert "foo" in fix.step
