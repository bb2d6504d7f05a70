"""The custom MAIL FROM domain: every verdict by the zone that produces it, every fix applied and judged again.

SES DeveloperGuide, "Using a custom MAIL FROM domain"; RFC 7208 for its SPF.
"""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import mail_from
from checks.answers import Tristate
from model import Expectations, Outcome, Record
from tests.support.findings import assert_complete, codes_of, find_finding, find_fix
from tests.support.mail_from import (
    HEALTHY,
    KNOWN,
    MX,
    NOT_CONNECTED,
    SPF,
    D,
    M,
    facts_of,
    judge_zone,
    mail_from_zone,
    usual_zone,
)
from tests.support.socket import over_socket
from tests.support.table import SameTexts, Table, TableResolver
from tests.support.virtual import run
from tests.support.zone_cases import run_with_zones, zone_cases
from tests.support.zones import list_texts, publish_fix, with_fault, without_names

CASES = Path(__file__).parent / "mail_from"
SET = zone_cases(CASES, "A MAIL FROM domain that is set", HEALTHY)


@run_with_zones(SET)
def test_a_mail_from_domain_that_is_set(records: Table, expected: list[str], standing: Tristate) -> None:
    facts = facts_of(records)
    assert_complete(mail_from.judge(facts))
    assert codes_of(mail_from.judge(facts)) == expected
    assert mail_from.has_mail_from(facts) is standing
    assert mail_from.domain_of_mail_from(facts) == M


OF_SES = zone_cases(CASES, "What SES itself publishes", HEALTHY)


@run_with_zones(OF_SES)
def test_what_ses_itself_publishes(records: Table, expected: list[str]) -> None:
    assert codes_of(judge_zone(records)) == expected


def test_without_ses_addresses_the_words_still_have_to_be_right() -> None:
    gone = {"amazonses.com": {"TXT": ["site=1"]}}
    for text in ("v=spf1 -all", "v=spf1 ?include:amazonses.com -all", "v=spf1 includes:amazonses.com ~all"):
        assert codes_of(judge_zone({**mail_from_zone(txt=[text]), **gone})) == ["spf-no-ses F"]


@pytest.mark.parametrize("name", [M, "amazonses.com"])
@pytest.mark.parametrize("known", [KNOWN, NOT_CONNECTED], ids=["known", "not connected"])
def test_what_is_not_answered_is_reported_by_name_and_never_missing(name: str, known: Expectations | None) -> None:
    findings = judge_zone(with_fault(HEALTHY, name, why="REFUSED of the test"), known)
    assert {finding.outcome for finding in findings} <= {Outcome.UNKNOWN, Outcome.WARN}
    unknown = find_finding(findings, "lookup-failed")
    assert unknown.fix is not None
    assert name in unknown.summary
    assert any(name in line and "REFUSED of the test" in line for line in unknown.evidence)
    assert "REFUSED of the test" in unknown.fix.step


@pytest.mark.parametrize("code", ["mx-missing", "mx-multiple", "mx-wrong-region"])
def test_a_wrong_mx_warns_where_ses_falls_back(code: str) -> None:
    records = {"mx-missing": mail_from_zone(mx=[]), "mx-multiple": mail_from_zone(mx=[MX, "20 x.net"]),
               "mx-wrong-region": mail_from_zone(mx=["10 feedback-smtp.us-east-1.amazonses.com"])}[code]  # fmt: skip
    facts = facts_of(records, replace(KNOWN, mail_from_fallback=True))
    assert codes_of(mail_from.judge(facts)) == [f"{code} W"]
    assert mail_from.has_mail_from(facts) is Tristate.NO


STATUS: list[tuple[str, dict[str, Any], Table, list[str], Tristate]] = [
    ("gave up, records there", {"mail_from_status": "FAILED"}, HEALTHY, ["gave-up F"], Tristate.NO),
    ("gave up, no records", {"mail_from_status": "FAILED"}, usual_zone(),
     ["gave-up F", "mx-missing F", "spf-missing F"], Tristate.NO),
    ("pending", {"mail_from_status": "PENDING"}, HEALTHY, ["ok P"], Tristate.YES),
    ("not a subdomain", {"mail_from": "bounces.other.com"}, HEALTHY, ["not-subdomain F"], Tristate.NO),
    ("the identity itself", {"mail_from": D}, HEALTHY, ["not-subdomain F"], Tristate.NO),
    ("looks like a subdomain", {"mail_from": "notacme.com"}, HEALTHY, ["not-subdomain F"], Tristate.NO),
    ("region not given", {"region": None}, HEALTHY, ["ok P"], Tristate.YES),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "records", "expected", "standing"), [case[1:] for case in STATUS], ids=[case[0] for case in STATUS]
)
def test_what_ses_tells(changes: dict[str, Any], records: Table, expected: list[str], standing: Tristate) -> None:
    facts = facts_of(records, replace(KNOWN, **changes))
    assert_complete(mail_from.judge(facts))
    assert codes_of(mail_from.judge(facts)) == expected
    assert mail_from.has_mail_from(facts) is standing


@pytest.mark.parametrize(("forwarding", "expected"), [(True, ["used-in-from W"]), (False, ["ok P"]), (None, ["ok P"])])
def test_the_from_domain_as_mail_from(forwarding: bool | None, expected: list[str]) -> None:
    facts = facts_of(HEALTHY, replace(KNOWN, feedback_forwarding=forwarding), domain=M)
    assert codes_of(mail_from.judge(facts)) == expected
    assert mail_from.has_mail_from(facts) is Tristate.YES


FIXED = zone_cases(CASES, "Fixed by its records", HEALTHY)


@run_with_zones(FIXED)
def test_a_fix_ends_its_finding_and_breaks_nothing(records: Table, codes: list[str]) -> None:
    [code] = codes
    known = replace(KNOWN, mail_from_status="FAILED") if code == "gave-up" else KNOWN
    fix = find_fix(judge_zone(records, known), code)
    after = publish_fix(records, fix)
    assert codes_of(judge_zone(after)) == ["ok P"]
    assert ("site=1" in list_texts(records, M)) == ("site=1" in list_texts(after, M))
    assert after[D] == records[D]


def test_an_alias_at_the_name_goes_before_records_come() -> None:
    records = usual_zone({M: {"CNAME": ["host.net"]}, "host.net": {"A": ["192.0.2.7"]}})
    for code in ("mx-missing", "spf-missing"):
        fix = find_fix(judge_zone(records), code)
        assert fix.remove == (Record("CNAME", M, "host.net"),)
        assert codes_of(judge_zone(publish_fix(records, fix))) == ["ok P"]


def test_the_half_that_an_alias_gave_stays() -> None:
    records = usual_zone(
        {M: {"CNAME": ["host.net"]}, "host.net": {"TXT": [SPF.replace("~", "-")], "MX": ["5 mx.host.net"]}}
    )
    assert codes_of(judge_zone(records)) == ["receives-mail F"]
    records = usual_zone({M: {"CNAME": ["host.net"]}, "host.net": {"TXT": [SPF.replace("~", "-")]}})
    fix = find_fix(judge_zone(records), "mx-missing")
    after = publish_fix(records, fix)
    assert after[M] == {"MX": [MX], "TXT": [SPF.replace("~", "-")]}
    assert after["host.net"] == records["host.net"]


def test_a_wildcards_alias_gives_way_by_itself() -> None:
    wildcards: list[dict[str, list[str]]] = [
        {"CNAME": ["host.net"]},
        {"MX": ["10 mx.acme.com"], "TXT": ["v=spf1 -all"]},
    ]
    for wild in wildcards:
        records = usual_zone({f"*.{D}": wild, "host.net": {"A": ["192.0.2.7"]}})
        findings = judge_zone(records)
        assert findings[0].code == "mail_from.mx-missing"
        for finding in findings:
            assert finding.fix is not None
            assert finding.fix.remove == ()
            assert codes_of(judge_zone(publish_fix(records, finding.fix))) == ["ok P"]


@pytest.mark.parametrize("known", [KNOWN, None], ids=["set", "guessed"])
@pytest.mark.parametrize(
    "records",
    [HEALTHY, usual_zone(), mail_from_zone(mx=[]), mail_from_zone(txt=[])],
    ids=["healthy", "none", "no MX", "no SPF"],
)
def test_two_round_trips_are_enough(records: Table, known: Expectations | None) -> None:
    """Only includes within the includes of the MAIL FROM domain cost more."""
    _, ticks = run(mail_from.look_up(D, TableResolver(records), expectations=known))
    assert ticks <= 2


def test_the_identity_of_a_parent_counts() -> None:
    facts = facts_of(HEALTHY, KNOWN, domain="news.acme.com")
    assert facts.identity == D
    assert codes_of(mail_from.judge(facts)) == ["ok P"]


def test_a_huge_record_costs_no_more_than_a_few_questions() -> None:
    records = mail_from_zone(txt=["v=spf1 " + " ".join(f"include:i{i}.net" for i in range(400)) + " -all"])
    table = TableResolver(records)
    run(mail_from.look_up(D, table, expectations=KNOWN))
    assert len(table.asked) < 40


@given(st.text(), st.booleans())
def test_no_text_raises(value: str, connected: bool) -> None:
    known = Expectations(value, region=value, mail_from=value, mail_from_status=value, feedback_forwarding=True)
    facts = asyncio.run(
        mail_from.look_up(D, SameTexts(value, f"v=spf1 {value}"), expectations=known if connected else None)
    )
    findings = mail_from.judge(facts)
    assert findings
    assert all("\x1b" not in line for finding in findings for line in finding.evidence)


def test_the_healthy_zone_is_what_the_faults_are_made_of() -> None:
    assert codes_of(judge_zone(without_names(HEALTHY, "mx.acme.com"))) == ["ok P"]


async def test_the_same_over_a_real_socket() -> None:
    for case, records, expected, _ in SET:
        facts = await over_socket(records, lambda dns: mail_from.look_up(D, dns, expectations=KNOWN))
        assert codes_of(mail_from.judge(facts)) == expected, case
