"""SES's three CNAME records: every verdict by its zone, every fix applied to that zone and judged again.

SES DeveloperGuide (Easy DKIM), GetEmailIdentity, RFC 4592 (wildcards).
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checks import dkim
from checks.answers import Tristate
from checks.dkim.look_up import ses_zone_of
from model import Record
from tests.support.cases import cases
from tests.support.dkim import (
    APEX,
    HEALTHY,
    KEY,
    PASTED,
    SES,
    SESSIDE,
    T1,
    T2,
    T3,
    TOKENS,
    WITHOUT_T1,
    ZONE,
    D,
    cname_zone,
    facts_of,
    join_zones,
    judge_zone,
    key_name,
)
from tests.support.findings import assert_complete, codes_of, find_finding, find_fix
from tests.support.keys import rsa
from tests.support.socket import over_socket
from tests.support.table import Table
from tests.support.zone_cases import run_with_zones, zone_cases
from tests.support.zones import publish_fix, with_fault, without_names

CASES = Path(__file__).parent / "tokens"
EASY = zone_cases(CASES, "Easy DKIM", HEALTHY)


@run_with_zones(EASY)
def test_easy_dkim(records: Table, expected: list[str], standing: Tristate) -> None:
    facts = facts_of(records)
    assert_complete(dkim.judge(facts))
    assert codes_of(dkim.judge(facts)) == expected
    assert dkim.has_ses_key(facts) is standing


STATUS = [
    ("signing is off", {"signing_enabled": False}, HEALTHY, ["signing-off F", "ses-ok P"], Tristate.NO),
    ("gave up, records there", {"dkim_status": "FAILED"}, HEALTHY, ["gave-up F", "ses-ok P"], Tristate.NO),
    ("gave up, records missing", {"dkim_status": "FAILED"}, join_zones(APEX, SESSIDE),
     ["gave-up F", "ses-cname-missing F"], Tristate.NO),
    ("1024 bits reported", {"key_bits": 1024}, HEALTHY, ["key-1024 W", "ses-ok P"], Tristate.YES),
    ("2048 bits reported, an old key still there", {"key_bits": 2048},
     join_zones(HEALTHY, {f"{T1}.{ZONE}": {"TXT": [f"p={rsa(1024)}"]}}), ["ses-ok P"], Tristate.YES),
    ("pending", {"dkim_status": "PENDING"}, HEALTHY, ["ses-ok P"], Tristate.YES),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "records", "expected", "standing"), [case[1:] for case in STATUS], ids=[case[0] for case in STATUS]
)
def test_what_ses_tells(changes: dict[str, Any], records: Table, expected: list[str], standing: Tristate) -> None:
    facts = facts_of(records, replace(SES, **changes))
    assert_complete(dkim.judge(facts))
    assert codes_of(dkim.judge(facts)) == expected
    assert dkim.has_ses_key(facts) is standing


@pytest.mark.parametrize(("status", "waits"), [("PENDING", True), ("SUCCESS", False), (None, False)])
def test_what_ses_has_not_confirmed_is_said(status: str | None, waits: bool) -> None:
    (finding,) = judge_zone(HEALTHY, replace(SES, dkim_status=status))
    assert ("has not confirmed" in finding.summary) is waits


def test_gave_up_gives_the_records_and_the_way_to_start_again() -> None:
    fix = find_fix(judge_zone(join_zones(APEX, SESSIDE), replace(SES, dkim_status="FAILED")), "gave-up")
    assert len(fix.records) == 3
    assert "again" in fix.step
    after = publish_fix(join_zones(APEX, SESSIDE), fix)
    assert codes_of(judge_zone(after, replace(SES, dkim_status="PENDING"))) == ["ses-ok P"]


FIXED = zone_cases(CASES, "Fixed by its records", HEALTHY)


@run_with_zones(FIXED)
def test_a_fix_ends_its_finding_and_breaks_nothing(records: Table, codes: list[str]) -> None:
    [code] = codes
    fix = find_fix(judge_zone(records), code)
    assert codes_of(judge_zone(publish_fix(records, fix))) == ["ses-ok P"]


def test_the_host_field_is_named_for_a_doubled_name() -> None:
    doubled = join_zones(WITHOUT_T1, {f"{key_name(T1)}.{D}": {"CNAME": [f"{T1}.{ZONE}"]}})
    fix = find_fix(judge_zone(doubled), "ses-cname-doubled")
    assert f"type only {T1}._domainkey;" in fix.step
    assert fix.remove == (Record("CNAME", f"{key_name(T1)}.{D}", f"{T1}.{ZONE}"),)


def test_a_subdomain_doubled_in_its_parents_zone() -> None:
    identity = "mail.acme.com"
    records = join_zones(
        SESSIDE, {identity: {"A": ["192.0.2.1"]}, f"{key_name(T1, identity)}.{D}": {"CNAME": [f"{T1}.{ZONE}"]}}
    )
    known = replace(SES, identity=identity, tokens=(T1,))
    fix = find_fix(dkim.judge(facts_of(records, known, domain=identity)), "ses-cname-doubled")
    assert f"type only {T1}._domainkey.mail;" in fix.step
    assert codes_of(dkim.judge(facts_of(publish_fix(records, fix), known, domain=identity))) == ["ses-ok P"]


def test_a_subdomains_label_left_out() -> None:
    identity = "mail.acme.com"
    records = join_zones(SESSIDE, {identity: {"A": ["192.0.2.1"]}}, cname_zone(T1, f"{T1}.{ZONE}"))
    known = replace(SES, identity=identity, tokens=(T1,))
    finding = find_finding(dkim.judge(facts_of(records, known, domain=identity)), "ses-cname-missing")
    assert finding.fix is not None
    assert key_name(T1) in finding.fix.step
    after = publish_fix(records, finding.fix)
    assert key_name(T1) not in after
    assert codes_of(dkim.judge(facts_of(after, known, domain=identity))) == ["ses-ok P"]


@cases(T1=T1, T2=T2)
def test_what_is_wrong_with_a_cname_is_said(target: str, why: str) -> None:
    assert why in find_finding(judge_zone(join_zones(HEALTHY, cname_zone(T1, target))), "ses-cname-wrong").summary


def test_flattened_is_a_step_and_never_a_record() -> None:
    fix = find_fix(judge_zone(join_zones(WITHOUT_T1, {key_name(T1): {"A": ["192.0.2.1"]}})), "ses-cname-flattened")
    assert (fix.records, fix.remove) == ((), ())
    assert "DNS only" in fix.step


@pytest.mark.parametrize("name", [key_name(T1), f"{T1}.{ZONE}", key_name(T3), f"{T3}.{ZONE}"])
def test_what_is_not_answered_is_reported_by_name_and_never_missing(name: str) -> None:
    findings = judge_zone(with_fault(HEALTHY, name, why="SERVFAIL of the test"))
    assert codes_of(findings) == ["cannot-tell U"]
    (finding,) = findings
    assert finding.fix is not None
    token = name.partition(".")[0]
    assert any(token in line and "SERVFAIL of the test" in line for line in finding.evidence)
    assert key_name(token) in finding.summary
    assert "SERVFAIL of the test" in finding.fix.step


@pytest.mark.parametrize("rtype", ["CNAME", "TXT"])
def test_one_type_that_is_not_answered(rtype: str) -> None:
    findings = judge_zone(with_fault(HEALTHY, key_name(T1), rtype))
    assert codes_of(findings) in (["cannot-tell U"], ["ses-ok P"]), "proven by the other type, or unknown"


@pytest.mark.parametrize("name", [D, f"_domainkey.{D}", key_name("google"), f"{key_name(T1)}.{D}"])
def test_what_ses_does_not_need_may_stay_unanswered(name: str) -> None:
    assert codes_of(judge_zone(with_fault(HEALTHY, name))) == ["ses-ok P"]


def test_an_unanswered_token_does_not_hide_a_missing_one() -> None:
    findings = judge_zone(with_fault(without_names(HEALTHY, key_name(T2)), key_name(T1)))
    assert codes_of(findings) == ["ses-cname-missing F", "cannot-tell U"]
    assert key_name(T1) not in findings[0].summary
    assert key_name(T2) in findings[0].summary


class TestPastedTokens:
    """A person pasted the tokens: which zone of SES they lead to is not given."""

    @pytest.mark.parametrize("target", [ZONE, "dkim.eu-south-1.amazonses.com", "dkim.af-south-1.amazonses.com"])
    def test_any_zone_of_ses_will_do(self, target: str) -> None:
        records = {key_name(token): {"CNAME": [f"{token}.{target}"]} for token in TOKENS}
        keys = {f"{token}.{target}": {"TXT": [KEY]} for token in TOKENS}
        assert codes_of(judge_zone(join_zones(APEX, records, keys), PASTED)) == ["ses-ok P"]

    def test_the_usual_zone_is_proposed_with_a_word(self) -> None:
        fix = find_fix(judge_zone(join_zones(APEX, SESSIDE), PASTED), "ses-cname-missing")
        assert fix.records == tuple(Record("CNAME", key_name(token), f"{token}.{ZONE}") for token in TOKENS)
        assert "console" in fix.step
        assert codes_of(judge_zone(publish_fix(join_zones(APEX, SESSIDE), fix), PASTED)) == ["ses-ok P"]

    def test_the_zone_of_the_other_tokens_is_proposed(self) -> None:
        regional = "dkim.eu-south-1.amazonses.com"
        records = {key_name(token): {"CNAME": [f"{token}.{regional}"]} for token in (T2, T3)}
        keys = {f"{token}.{regional}": {"TXT": [KEY]} for token in TOKENS}
        fix = find_fix(judge_zone(join_zones(APEX, records, keys), PASTED), "ses-cname-missing")
        assert fix.records == (Record("CNAME", key_name(T1), f"{T1}.{regional}"),)

    @cases(T1=T1)
    def test_a_whole_record_pasted_for_a_token(self, pasted: str) -> None:
        assert codes_of(judge_zone(HEALTHY, replace(PASTED, tokens=(pasted,)))) == ["ses-ok P"]

    def test_what_is_no_token_is_not_judged(self) -> None:
        assert codes_of(judge_zone(APEX, replace(PASTED, tokens=("not a token!", "", "x" * 64)))) == ["none F"]


def test_the_identity_may_be_a_parent() -> None:
    """A subdomain is signed by its verified parent's identity, with d= the parent."""
    facts = facts_of(HEALTHY, SES, domain="news.acme.com")
    assert (facts.domain, facts.identity) == ("news.acme.com", D)
    assert codes_of(dkim.judge(facts)) == ["ses-ok P"]


@cases(T1=T1, ZONE=ZONE)
def test_the_zones_of_ses(target: str, expected: str | None) -> None:
    assert ses_zone_of(target) == expected


async def test_the_same_over_a_real_socket() -> None:
    for case, records, expected, _ in EASY:
        facts = await over_socket(records, lambda dns: dkim.look_up(D, dns, expectations=SES))
        assert codes_of(dkim.judge(facts)) == expected, case
