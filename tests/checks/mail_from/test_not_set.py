"""No MAIL FROM domain is set, or none is known: a free name is proposed, and the usual names are tried.

SES DeveloperGuide, "Using a custom MAIL FROM domain"; RFC 4592 (wildcards).
"""

from dataclasses import replace

import pytest

from checks import mail_from
from checks.answers import Tristate
from checks.mail_from.facts import USUAL_LABELS
from model import Expectations, Outcome, Record
from tests.support.findings import assert_well_said, one, short
from tests.support.mail_from import (
    HEALTHY,
    HOST,
    KNOWN,
    MX,
    NONE_SET,
    NOT_CONNECTED,
    SPF,
    D,
    M,
    at,
    facts_of,
    judged,
    zone,
)
from tests.support.table import Table, TableResolver
from tests.support.virtual import run
from tests.support.zones import applied, broken


@pytest.mark.parametrize(
    ("code", "records", "known", "domain"),
    [
        ("not-subdomain", zone(), replace(KNOWN, mail_from="bounce.other.com"), D),
        ("receives-mail", at(mx=["10 mx.acme.com"]), KNOWN, D),
        ("used-in-from", HEALTHY, replace(KNOWN, feedback_forwarding=True), M),
        ("not-set", zone(), NONE_SET, D),
        ("not-set", zone({M: {"A": ["192.0.2.7"]}}), NONE_SET, D),
        ("not-set", zone({M: {"CNAME": ["host.net"]}}), NONE_SET, D),
        ("not-set", zone({f"*.{D}": {"A": ["192.0.2.7"]}}), NONE_SET, D),
        ("not-set", zone({f"*.{D}": {"CNAME": [D]}}), NONE_SET, D),
    ],
)
def test_another_name_is_free_and_works(code: str, records: Table, known: Expectations, domain: str) -> None:
    finding = one(judged(records, known, domain), code)
    assert finding.fix is not None
    (name,) = {record.name for record in finding.fix.records}
    assert name.endswith(f".{D}")
    assert name not in records
    assert name in finding.fix.step
    assert finding.fix.records == (Record("MX", name, HOST, 10), Record("TXT", name, SPF))
    after = applied(records, finding.fix)
    assert short(judged(after, replace(known, mail_from=name, mail_from_known=True), domain)) == ["ok P"]


def test_mail_is_the_name_that_is_proposed_first() -> None:
    fix = one(judged(zone(), NONE_SET), "not-set").fix
    assert fix is not None
    assert fix.records[0].name == M


def test_a_wildcard_with_real_mail_hides_no_used_name() -> None:
    """Below a wildcard every name answers; one with records of its own is used all the same."""
    records = zone({f"*.{D}": {"A": ["192.0.2.7"]}, M: {"A": ["192.0.2.8"]}})
    fix = one(judged(records, NONE_SET), "not-set").fix
    assert fix is not None
    assert fix.records[0].name == f"bounce.{D}"


def test_a_name_that_is_not_answered_is_not_called_free() -> None:
    for records in (zone(), zone({f"*.{D}": {"A": ["192.0.2.7"]}})):
        fix = one(judged(broken(records, M), NONE_SET), "not-set").fix
        assert fix is not None
        assert fix.records[0].name == f"bounce.{D}"


def test_where_no_name_is_free_none_is_invented() -> None:
    records = zone({f"{label}.{D}": {"A": ["192.0.2.7"]} for label in USUAL_LABELS})
    fix = one(judged(records, NONE_SET), "not-set").fix
    assert fix is not None
    assert fix.records == ()
    assert "no records" in fix.step


def test_records_without_the_setting() -> None:
    """The records are published, but SES does not know the name."""
    facts = facts_of(HEALTHY, NONE_SET)
    (finding,) = mail_from.judge(facts)
    assert (finding.code, finding.outcome) == ("mail_from.not-set", Outcome.WARN)
    assert finding.fix is not None
    assert finding.fix.records == ()
    assert M in finding.fix.step
    assert mail_from.has_mail_from(facts) is Tristate.NO


class TestNotConnected:
    """No one gave the MAIL FROM domain: the usual names are tried, and what is found is a guess."""

    @pytest.mark.parametrize("label", USUAL_LABELS)
    def test_the_usual_names_are_found(self, label: str) -> None:
        facts = facts_of(at(f"{label}.{D}"), NOT_CONNECTED)
        assert_well_said(mail_from.judge(facts))
        (finding,) = mail_from.judge(facts)
        assert (finding.code, finding.outcome) == ("mail_from.guessed", Outcome.WARN)
        assert mail_from.domain_of_mail_from(facts) == f"{label}.{D}"
        assert mail_from.has_mail_from(facts) is Tristate.UNKNOWN

    @pytest.mark.parametrize(
        "records",
        [at(txt=[]), at(mx=[MX, "20 mx.acme.com"]), at(txt=["v=spf1 -all"]), at(mx=[f"{MX}", f"1 {HOST}"], txt=[])],
    )
    def test_nothing_about_a_guess_fails(self, records: Table) -> None:
        (finding,) = judged(records, NOT_CONNECTED)
        assert (finding.code, finding.outcome) == ("mail_from.guessed", Outcome.WARN)
        assert finding.fix is not None
        assert finding.fix.records
        (after,) = judged(applied(records, finding.fix), NOT_CONNECTED)
        assert after.fix is not None
        assert after.fix.records == ()

    def test_an_include_of_a_guess_is_followed(self) -> None:
        records = zone(at(txt=["v=spf1 include:b.net ~all"]), {"b.net": {"TXT": [SPF]}})
        (finding,) = judged(records, NOT_CONNECTED)
        assert (finding.code, finding.outcome) == ("mail_from.guessed", Outcome.WARN)
        assert "its DNS records are correct" in finding.summary

    def test_few_questions_are_asked(self) -> None:
        """All checks of a domain share 64 questions in flight; more would cost another round trip."""
        table = TableResolver(zone())
        run(mail_from.look_up(D, table))
        assert len(table.asked) <= 16

    def test_none_found(self) -> None:
        facts = facts_of(zone(), NOT_CONNECTED)
        assert_well_said(mail_from.judge(facts))
        (finding,) = mail_from.judge(facts)
        assert (finding.code, finding.outcome) == ("mail_from.not-set", Outcome.WARN)
        assert finding.fix is not None
        assert finding.fix.records == (), "without the region the MX cannot be written down"
        assert all(word in finding.fix.step for word in (M, "feedback-smtp.", SPF))
        assert mail_from.has_mail_from(facts) is Tristate.NO
        assert mail_from.domain_of_mail_from(facts) is None

    def test_a_name_that_receives_mail_is_no_guess(self) -> None:
        assert short(judged(at(mx=["10 mx.acme.com"]), NOT_CONNECTED)) == ["not-set W"]

    def test_the_region_given_decides_between_two(self) -> None:
        records = {**at(mx=["10 feedback-smtp.us-east-1.amazonses.com"]), **at(f"ses.{D}")}
        facts = facts_of(records, Expectations(D, region="eu-west-1"))
        assert mail_from.domain_of_mail_from(facts) == f"ses.{D}"

    @pytest.mark.parametrize("label", USUAL_LABELS)
    def test_a_usual_name_that_is_not_answered(self, label: str) -> None:
        facts = facts_of(broken(zone(), f"{label}.{D}", why="SERVFAIL"), NOT_CONNECTED)
        (finding,) = mail_from.judge(facts)
        assert (finding.code, finding.outcome) == ("mail_from.lookup-failed", Outcome.UNKNOWN)
        assert f"{label}.{D}" in finding.summary
        assert mail_from.has_mail_from(facts) is Tristate.UNKNOWN

    def test_set_nowhere_needs_no_answer(self) -> None:
        assert short(judged(broken(zone(), f"ses.{D}"), NONE_SET)) == ["not-set W"]
