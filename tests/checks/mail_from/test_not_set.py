"""No MAIL FROM domain is set, or none is known: a free name is proposed, and the usual names are tried.

SES DeveloperGuide, "Using a custom MAIL FROM domain"; RFC 4592 (wildcards).
"""

from dataclasses import replace

import pytest

from checks import mail_from
from checks.answers import Tristate
from checks.mail_from.facts import USUAL_LABELS
from model import Expectations, Outcome, Record
from tests.support.findings import assert_complete, codes_of, find_finding, find_fix
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
    facts_of,
    judge_zone,
    mail_from_zone,
    usual_zone,
)
from tests.support.table import Table, TableResolver
from tests.support.virtual import run
from tests.support.zones import publish_fix, with_fault


@pytest.mark.parametrize(
    ("code", "records", "known", "domain"),
    [
        ("not-subdomain", usual_zone(), replace(KNOWN, mail_from="bounce.other.com"), D),
        ("receives-mail", mail_from_zone(mx=["10 mx.acme.com"]), KNOWN, D),
        ("used-in-from", HEALTHY, replace(KNOWN, feedback_forwarding=True), M),
        ("not-set", usual_zone(), NONE_SET, D),
        ("not-set", usual_zone({M: {"A": ["192.0.2.7"]}}), NONE_SET, D),
        ("not-set", usual_zone({M: {"CNAME": ["host.net"]}}), NONE_SET, D),
        ("not-set", usual_zone({f"*.{D}": {"A": ["192.0.2.7"]}}), NONE_SET, D),
        ("not-set", usual_zone({f"*.{D}": {"CNAME": [D]}}), NONE_SET, D),
    ],
)
def test_another_name_is_free_and_works(code: str, records: Table, known: Expectations, domain: str) -> None:
    finding = find_finding(judge_zone(records, known, domain), code)
    assert finding.fix is not None
    (name,) = {record.name for record in finding.fix.records}
    assert name.endswith(f".{D}")
    assert name not in records
    assert name in finding.fix.step
    assert finding.fix.records == (Record("MX", name, HOST, 10), Record("TXT", name, SPF))
    after = publish_fix(records, finding.fix)
    assert codes_of(judge_zone(after, replace(known, mail_from=name, mail_from_known=True), domain)) == ["ok P"]


def test_mail_is_the_name_that_is_proposed_first() -> None:
    fix = find_fix(judge_zone(usual_zone(), NONE_SET), "not-set")
    assert fix.records[0].name == M


def test_a_wildcard_with_real_mail_hides_no_used_name() -> None:
    """Below a wildcard every name answers; one with records of its own is used all the same."""
    records = usual_zone({f"*.{D}": {"A": ["192.0.2.7"]}, M: {"A": ["192.0.2.8"]}})
    fix = find_fix(judge_zone(records, NONE_SET), "not-set")
    assert fix.records[0].name == f"bounce.{D}"


def test_a_name_that_is_not_answered_is_not_called_free() -> None:
    for records in (usual_zone(), usual_zone({f"*.{D}": {"A": ["192.0.2.7"]}})):
        fix = find_fix(judge_zone(with_fault(records, M), NONE_SET), "not-set")
        assert fix.records[0].name == f"bounce.{D}"


def test_where_no_name_is_free_none_is_invented() -> None:
    records = usual_zone({f"{label}.{D}": {"A": ["192.0.2.7"]} for label in USUAL_LABELS})
    fix = find_fix(judge_zone(records, NONE_SET), "not-set")
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
        facts = facts_of(mail_from_zone(f"{label}.{D}"), NOT_CONNECTED)
        assert_complete(mail_from.judge(facts))
        (finding,) = mail_from.judge(facts)
        assert (finding.code, finding.outcome) == ("mail_from.guessed", Outcome.WARN)
        assert mail_from.domain_of_mail_from(facts) == f"{label}.{D}"
        assert mail_from.has_mail_from(facts) is Tristate.UNKNOWN

    @pytest.mark.parametrize(
        "records",
        [
            mail_from_zone(txt=[]),
            mail_from_zone(mx=[MX, "20 mx.acme.com"]),
            mail_from_zone(txt=["v=spf1 -all"]),
            mail_from_zone(mx=[f"{MX}", f"1 {HOST}"], txt=[]),
        ],
    )
    def test_nothing_about_a_guess_fails(self, records: Table) -> None:
        (finding,) = judge_zone(records, NOT_CONNECTED)
        assert (finding.code, finding.outcome) == ("mail_from.guessed", Outcome.WARN)
        assert finding.fix is not None
        assert finding.fix.records
        (after,) = judge_zone(publish_fix(records, finding.fix), NOT_CONNECTED)
        assert after.fix is not None
        assert after.fix.records == ()

    def test_an_include_of_a_guess_is_followed(self) -> None:
        records = usual_zone(mail_from_zone(txt=["v=spf1 include:b.net ~all"]), {"b.net": {"TXT": [SPF]}})
        (finding,) = judge_zone(records, NOT_CONNECTED)
        assert (finding.code, finding.outcome) == ("mail_from.guessed", Outcome.WARN)
        assert "its DNS records are correct" in finding.summary

    def test_few_questions_are_asked(self) -> None:
        """All checks of a domain share 64 questions in flight; more would cost another round trip."""
        table = TableResolver(usual_zone())
        run(mail_from.look_up(D, table))
        assert len(table.asked) <= 16

    def test_none_found(self) -> None:
        facts = facts_of(usual_zone(), NOT_CONNECTED)
        assert_complete(mail_from.judge(facts))
        (finding,) = mail_from.judge(facts)
        assert (finding.code, finding.outcome) == ("mail_from.not-set", Outcome.WARN)
        assert finding.fix is not None
        assert finding.fix.records == (), "without the region the MX cannot be written down"
        assert all(word in finding.fix.step for word in (M, "feedback-smtp.", SPF))
        assert mail_from.has_mail_from(facts) is Tristate.NO
        assert mail_from.domain_of_mail_from(facts) is None

    def test_a_name_that_receives_mail_is_no_guess(self) -> None:
        assert codes_of(judge_zone(mail_from_zone(mx=["10 mx.acme.com"]), NOT_CONNECTED)) == ["not-set W"]

    def test_the_region_given_decides_between_two(self) -> None:
        records = {**mail_from_zone(mx=["10 feedback-smtp.us-east-1.amazonses.com"]), **mail_from_zone(f"ses.{D}")}
        facts = facts_of(records, Expectations(D, region="eu-west-1"))
        assert mail_from.domain_of_mail_from(facts) == f"ses.{D}"

    @pytest.mark.parametrize("label", USUAL_LABELS)
    def test_a_usual_name_that_is_not_answered(self, label: str) -> None:
        facts = facts_of(with_fault(usual_zone(), f"{label}.{D}", why="SERVFAIL"), NOT_CONNECTED)
        (finding,) = mail_from.judge(facts)
        assert (finding.code, finding.outcome) == ("mail_from.lookup-failed", Outcome.UNKNOWN)
        assert f"{label}.{D}" in finding.summary
        assert mail_from.has_mail_from(facts) is Tristate.UNKNOWN

    def test_set_nowhere_needs_no_answer(self) -> None:
        assert codes_of(judge_zone(with_fault(usual_zone(), f"ses.{D}"), NONE_SET)) == ["not-set W"]
