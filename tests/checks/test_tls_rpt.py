"""SMTP TLS Reporting is noted where it is set up, and never weighs: RFC 8460 section 3."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.dns_checks import check_dns
from checks.tls_rpt import parse
from demo.zones import TABLE
from model import Checked, Outcome, Verdict
from tests.support import virtual
from tests.support.cases import cases
from tests.support.table import Table, TableResolver

D = "ready.example"
RECORD = "v=TLSRPTv1; rua=mailto:tls@ready.example"


def check_zone(zone: Table, only: set[str] | None = None) -> tuple[Checked, int]:
    return virtual.run(check_dns(D, TableResolver(zone), only=only))


@cases(RECORD=RECORD)
def test_the_record(texts: list[str], addresses: list[str]) -> None:
    assert parse(tuple(texts)) == tuple(addresses)


@given(st.lists(st.text(alphabet="v=TLSRPTv1; rua=mailto:@,.x\x00é"), max_size=3))
def test_no_text_raises(texts: list[str]) -> None:
    parse(tuple(texts))


def test_it_is_noted_with_its_record_and_costs_no_round_trip() -> None:
    without, ticks = check_zone(TABLE)
    with_record, same = check_zone({**TABLE, f"_smtp._tls.{D}": {"TXT": [RECORD]}})
    [note] = [finding for finding in with_record.report.findings if finding.check == "tls_rpt"]
    assert (note.code, note.outcome) == ("tls_rpt.ok", Outcome.PASS)
    assert note.evidence == (f"_smtp._tls.{D} TXT {RECORD}",)
    assert with_record.report.findings[-1] is note
    assert tuple(finding for finding in with_record.report.findings if finding is not note) == without.report.findings
    assert ticks == same


@pytest.mark.parametrize("answer", [{}, {"TXT": "SERVFAIL"}, {"TXT": ["v=spf1 -all"]}])
def test_what_is_absent_unknown_or_something_else_is_not_mentioned(answer: dict[str, str | list[str]]) -> None:
    report = check_zone({**TABLE, f"_smtp._tls.{D}": answer})[0].report
    assert "tls_rpt" not in {finding.check for finding in report.findings}
    assert report.verdict is Verdict.READY


def test_it_can_be_asked_for_alone() -> None:
    report = check_zone({**TABLE, f"_smtp._tls.{D}": {"TXT": [RECORD]}}, {"tls_rpt"})[0].report
    assert {finding.check for finding in report.findings} == {"tls_rpt"}
