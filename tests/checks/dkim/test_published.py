"""Keys that were found: of use, weak, revoked, not read. RFC 6376 sections 3.6 and 6.1.2, RFC 8301, RFC 8463.

SES DeveloperGuide (BYODKIM) for the selector that the domain itself brings.
"""

from pathlib import Path

import pytest

from checks import dkim
from checks.answers import Tristate
from model import Record
from tests.support.cases import cases
from tests.support.dkim import (
    APEX,
    CNAMES,
    GOOD,
    KEY,
    OWN,
    SES,
    TOKENS,
    ZONE,
    facts_of,
    join_zones,
    judge_zone,
    key_name,
    txt_zone,
)
from tests.support.findings import assert_complete, codes_of, find_finding, find_fix
from tests.support.keys import rsa
from tests.support.socket import over_socket
from tests.support.table import Table
from tests.support.zone_cases import run_with_zones, zone_cases
from tests.support.zones import publish_fix


@cases(KEY=KEY)
def test_the_keys_that_ses_publishes(key: str, expected: list[str], standing: Tristate) -> None:
    facts = facts_of(join_zones(APEX, CNAMES, {f"{token}.{ZONE}": {"TXT": [key]} for token in TOKENS}))
    findings = dkim.judge(facts)
    assert codes_of(findings) == expected
    assert dkim.has_ses_key(facts) is standing
    for finding in findings:
        if finding.fix:
            assert not finding.fix.records, "no one but SES can change SES's own record"
            assert finding.fix.step


BYODKIM = zone_cases(Path(__file__).parent / "keys", "The domain brings its own key, with the selector mine", APEX)


@run_with_zones(BYODKIM)
def test_a_key_that_the_domain_brings(records: Table, expected: list[str], standing: Tristate) -> None:
    facts = facts_of(records, OWN)
    assert_complete(dkim.judge(facts))
    assert codes_of(dkim.judge(facts)) == expected
    assert dkim.has_ses_key(facts) is standing


FIXED = [
    ("malformed", txt_zone("mine", f'"{GOOD}"')),
    ("malformed", txt_zone("mine", f"v=DKIM1\\; k=rsa\\; p={rsa()}")),
    ("malformed", txt_zone("mine", f"v=DKIM1; h=sha1; p={rsa()}")),
    ("malformed", txt_zone("mine", "site=1", GOOD, "v=spf1 -all")),
    ("malformed", join_zones(txt_zone("mine", GOOD), txt_zone("s1", f"k=rsa; v=DKIM1; p={rsa()}"))),
    ("not-for-mail", txt_zone("mine", f"v=DKIM1; s=x; p={rsa()}")),
    ("testing", txt_zone("mine", f"v=DKIM1; k=rsa; t=y; p={rsa()}")),
    ("testing", txt_zone("mine", f"v=DKIM1; t=s:y; p={rsa()}")),
]


@pytest.mark.parametrize(("code", "records"), FIXED, ids=[f"{case[0]} {i}" for i, case in enumerate(FIXED)])
def test_the_fix_works_and_breaks_nothing(code: str, records: Table) -> None:
    fix = find_fix(judge_zone(join_zones(APEX, records), OWN), code)
    assert codes_of(judge_zone(publish_fix(join_zones(APEX, records), fix), OWN)) == ["ses-ok P"]


def test_a_flag_beside_the_test_flag_stays() -> None:
    fix = find_fix(judge_zone(join_zones(APEX, txt_zone("mine", f"v=DKIM1; t=s:y; p={rsa()}")), OWN), "testing")
    assert fix.records == (Record("TXT", key_name("mine"), f"v=DKIM1; t=s; p={rsa()}"),)


def test_revoked_is_a_note_while_ses_was_not_answered() -> None:
    unanswered: Table = {key_name(token): {"*": "timeout"} for token in TOKENS}
    assert codes_of(judge_zone(join_zones(APEX, unanswered, txt_zone("google", "p=")))) == [
        "cannot-tell U",
        "revoked P",
    ]


def test_the_arrow_shows_where_a_key_is_broken() -> None:
    finding = find_finding(judge_zone(join_zones(APEX, txt_zone("mine", "v=DKIM1; t=y,s; p=")), OWN), "malformed")
    assert "v=DKIM1; t=➞y,s; p=" in finding.evidence


def test_who_has_to_make_a_longer_key() -> None:
    short_at_ses = join_zones(APEX, CNAMES, {f"{token}.{ZONE}": {"TXT": [f"p={rsa(1024)}"]} for token in TOKENS})
    for records, known, words in (
        (short_at_ses, SES, "RSA_2048_BIT"),
        (join_zones(APEX, txt_zone("mine", f"p={rsa(1024)}")), OWN, "give it to SES"),
        (join_zones(APEX, txt_zone("k1", f"p={rsa(1024)}")), None, "a service still signs with k1"),
    ):
        fix = find_fix(judge_zone(records, known), "key-1024")
        assert words in fix.step


def test_two_records_behind_a_cname_are_not_ours_to_delete() -> None:
    records = join_zones(APEX, {key_name("mine"): {"CNAME": ["keys.net"]}, "keys.net": {"TXT": ["site=1", GOOD]}})
    fix = find_fix(judge_zone(records, OWN), "malformed")
    assert (fix.records, fix.remove) == ((), ())


async def test_the_same_over_a_real_socket() -> None:
    for case, records, expected, _ in BYODKIM:
        facts = await over_socket(records, lambda dns: dkim.look_up(OWN.identity, dns, expectations=OWN))
        assert codes_of(dkim.judge(facts)) == expected, case
