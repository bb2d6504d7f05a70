"""Every spf code: what brings it about, what it says, and that publishing its fix makes it go away."""

import pytest

from checks.answers import Tristate
from model import Outcome
from tests.support.cases import cases, table
from tests.support.codes import CODES
from tests.support.findings import bare_codes, find_finding, find_fix
from tests.support.spf_lint import A9, A11, GOOD, VOID3, WORLD, assert_fixed, lint, spf_zone
from tests.support.table import Table
from tests.support.zones import publish_fix, with_fault

MANY = " ".join(f"ip4:192.0.2.{n}" for n in range(40))


@cases(A9=A9, A11=A11, GOOD=GOOD, VOID3=VOID3, MANY=MANY)
def test_a_record_and_its_fix(
    code: str, outcome: str, at: str, also: tuple[str, ...], record: str, amended: str | None
) -> None:
    zone = spf_zone(record)
    findings = lint(zone)
    finding = find_finding(findings, code)
    assert finding.outcome == outcome
    assert finding.fix is not None
    assert finding.fix.step
    assert f"acme.com TXT {record}" in finding.evidence
    assert set(also) <= set(bare_codes(findings))
    if amended is None:
        assert finding.fix.records == finding.fix.remove == ()
        return
    assert [(record.type, record.name, record.value) for record in finding.fix.records] == [("TXT", at, amended)]
    assert_fixed(zone, findings, finding)


def test_every_code_is_brought_about_here() -> None:
    elsewhere = {"ok", "missing", "multiple", "ses-not-needed", "lookup-failed"}
    assert {cells[0] for _, cells in table(__file__, "a record and its fix")} | elsewhere == {
        code.removeprefix("spf.") for code in CODES if code.startswith("spf.")
    }


@pytest.mark.parametrize("record", ["v=spf1 mx -all", f"v=spf1 {GOOD} ~all", "v=spf1 redirect=good.example.net"])
def test_a_good_record_is_ok(record: str) -> None:
    findings = lint(spf_zone(record))
    assert bare_codes(findings) == ["ok", "ses-not-needed"]
    assert all(finding.outcome == "pass" and finding.fix is None for finding in findings)
    last = record.rsplit(maxsplit=1)[-1]
    assert (f"ending in “{last}”" in findings[0].summary) is last.endswith("all")


def test_ses_in_the_tree_is_no_reason_to_say_that_it_is_not_needed() -> None:
    zone = spf_zone("v=spf1 include:amazonses.com ~all", amazonses__com={"TXT": ["v=spf1 ip4:199.255.192.0/22 -all"]})
    assert bare_codes(lint(zone)) == ["ok"]


def test_where_ses_mail_is_checked_is_said() -> None:
    assert (
        "mail.acme.com"
        in find_finding(lint(spf_zone("v=spf1 mx -all"), mail_from=Tristate.YES), "ses-not-needed").summary
    )


MANY_FAULTS = (
    "v=spf1 ipv4:192.0.2.1 mx ptr include:none.example.net a:gone1.example.net foo=bar ?all include:x.example.net"
)


@pytest.mark.parametrize("first", range(7))
def test_fixes_may_be_applied_in_any_order(first: int) -> None:
    """Each carries its own amendment only; checking in between, any sequence of them ends in a clean record."""
    zone: Table = spf_zone(MANY_FAULTS)
    for _ in range(12):
        fixable = [finding for finding in lint(zone) if finding.fix and finding.fix.records]
        if not fixable:
            break
        chosen = fixable[first % len(fixable)]
        assert_fixed(zone, lint(zone), chosen)
        assert chosen.fix is not None
        zone = publish_fix(zone, chosen.fix)
    assert bare_codes(lint(zone)) == ["ok", "ses-not-needed"]
    assert zone["acme.com"]["TXT"] == ["v=spf1 ip4:192.0.2.1 mx ~all"]


def test_the_costliest_terms_are_reported() -> None:
    findings = lint(spf_zone(f"v=spf1 include:five.example.net {A9} -all"))
    finding = find_finding(findings, "too-many-lookups")
    assert "needs 15 DNS look-ups" in finding.summary
    assert finding.evidence[1:4] == ("include:five.example.net: 6 of 15", "a:h0.x.net: 1 of 15", "a:h1.x.net: 1 of 15")
    assert finding.fix is not None
    assert "include:five.example.net (6)" in finding.fix.step
    assert "amazonses.com" not in finding.fix.step


def test_ses_in_a_crowded_record_is_said_not_to_be_needed() -> None:
    zone = spf_zone(f"v=spf1 include:amazonses.com {A9} -all", amazonses__com={"TXT": ["v=spf1 -all"]})
    fix = find_fix(lint(zone), "lookups-near-limit")
    assert "include:amazonses.com is not needed" in fix.step


def test_a_tree_that_was_cut_off_has_failed_and_is_not_unknown() -> None:
    zone = spf_zone("v=spf1 " + " ".join(f"include:n{n}.example.net" for n in range(200)) + " -all")
    findings = lint(zone)
    assert bare_codes(findings) == ["too-many-lookups", "too-long"]
    assert "more than 99" in findings[0].summary


def test_ten_mail_exchangers_are_not_too_many() -> None:
    zone = spf_zone("v=spf1 mx:ten.example.net -all", ten__example__net={"MX": [f"{n} h{n}.x.net" for n in range(10)]})
    assert bare_codes(lint(zone)) == ["ok", "ses-not-needed"]


@cases()
def test_who_is_to_close_an_open_record(record: str, words: str) -> None:
    fix = find_fix(lint(spf_zone(record)), "plus-all")
    assert fix.step.startswith(words)


def test_what_is_left_with_nothing_gets_a_suggestion() -> None:
    fix = find_fix(lint(spf_zone("v=spf1 include:none.example.net -all")), "include-none")
    assert fix.step.endswith("add what does, such as mx.")
    fix = find_fix(lint(spf_zone("v=spf1 mx include:none.example.net -all")), "include-none")
    assert "such as" not in fix.step


def test_a_flaw_is_marked_where_the_grammar_broke() -> None:
    finding = find_finding(lint(spf_zone("v=spf1 mx a:example.123 -all")), "syntax")
    assert "v=spf1 mx a:example.➞123 -all" in finding.evidence


def test_all_flaws_are_reported() -> None:
    finding = find_finding(lint(spf_zone("v=spf1 foo a: mx -all")), "syntax")
    assert [line for line in finding.evidence if "➞" in line] == ["v=spf1 ➞foo a: mx -all", "v=spf1 foo a:➞ mx -all"]


HEALTHY = spf_zone(
    f"v=spf1 a mx:acme.com {GOOD} include:_ok.acme.com exists:h1.x.net redirect=end.example.net",
    _ok__acme__com={"TXT": ["v=spf1 include:deep.example.net -all"]},
    deep__example__net={"TXT": ["v=spf1 a:h2.x.net -all"]},
    end__example__net={"TXT": ["v=spf1 -all"]},
)


NAMES_ASKED = "acme.com good.example.net _ok.acme.com deep.example.net end.example.net h1.x.net h2.x.net"


@pytest.mark.parametrize("name", NAMES_ASKED.split())
def test_a_name_that_is_not_answered_is_unknown_by_its_name_and_never_missing(name: str) -> None:
    assert bare_codes(lint(HEALTHY)) == ["ok", "ses-not-needed"]
    findings = lint(with_fault(HEALTHY, name))
    finding = find_finding(findings, "lookup-failed")
    assert bare_codes(findings) == ["lookup-failed"]
    assert finding.outcome == Outcome.UNKNOWN
    assert name in finding.summary
    assert finding.fix is not None
    assert name in finding.fix.step
    assert finding.fix.records == finding.fix.remove == ()


@pytest.mark.parametrize(("name", "rtype"), [("acme.com", "AAAA"), ("acme.com", "MX"), ("h2.x.net", "A")])
def test_one_type_that_is_not_answered_is_unknown_as_well(name: str, rtype: str) -> None:
    finding = find_finding(lint(with_fault(HEALTHY, name, rtype)), "lookup-failed")
    assert f"{name} {rtype}" in finding.summary


def test_a_failure_that_is_certain_stands_beside_what_is_unknown() -> None:
    zone = with_fault(spf_zone(f"v=spf1 include:x.example.net {A11} -all"), "x.example.net")
    assert bare_codes(lint(zone)) == ["too-many-lookups", "lookup-failed"]
    zone = with_fault(spf_zone("v=spf1 include:x.example.net include:none.example.net +all"), "x.example.net")
    assert bare_codes(lint(zone)) == ["include-none", "plus-all", "lookup-failed"]


def test_a_domain_whose_own_record_is_not_answered_is_only_unknown() -> None:
    assert bare_codes(lint(with_fault(WORLD, "acme.com", "TXT"))) == ["lookup-failed"]


def test_a_target_that_depends_on_the_sender_is_never_missing() -> None:
    assert bare_codes(lint(spf_zone("v=spf1 exists:%{i}._spf.%{d} include:%{l}.gone.example.net -all"))) == [
        "ok",
        "ses-not-needed",
    ]


def test_terms_after_all_do_not_count() -> None:
    """Sections 4.6.4, 5.1 and 6.1."""
    findings = lint(spf_zone(f"v=spf1 mx -all {A11} {VOID3} include:none.example.net redirect=none.example.net"))
    assert bare_codes(findings) == ["after-all", "ses-not-needed"]


def test_findings_stand_by_severity() -> None:
    findings = lint(
        with_fault(spf_zone("v=spf1 ptr include:x.example.net include:none.example.net ?all"), "x.example.net")
    )
    order = [Outcome.FAIL, Outcome.UNKNOWN, Outcome.WARN, Outcome.PASS]
    assert [finding.outcome for finding in findings] == sorted((f.outcome for f in findings), key=order.index)
    assert {finding.check for finding in findings} == {"spf"}


def test_a_record_that_no_one_can_read_is_amended_by_words_alone() -> None:
    for finding in lint(spf_zone("v=spf1 foo.example ptr mx include:none.example.net ?all")):
        assert finding.fix is None or finding.fix.records == ()
