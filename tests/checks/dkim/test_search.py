"""A domain whose SES tokens no one gave: what common selectors and `_domainkey` let one conclude.

RFC 8020 (NXDOMAIN), RFC 4592 (wildcards), RFC 6376 section 3.1 (selectors).
"""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import dkim
from checks.answers import NoName, Tristate
from checks.dkim.look_up import FIRST_GUESSES, OTHER_GUESSES
from model import Expectations
from tests.support.dkim import (
    APEX,
    GOOD,
    HEALTHY,
    OWN,
    SES,
    T1,
    TOKENS,
    ZONE,
    D,
    facts_of,
    join_zones,
    judge_zone,
    key_name,
    txt_zone,
)
from tests.support.findings import assert_complete, codes_of, find_finding
from tests.support.keys import rsa
from tests.support.socket import over_socket
from tests.support.table import SameTexts, Table, TableResolver
from tests.support.virtual import run
from tests.support.zone_cases import run_with_zones, zone_cases
from tests.support.zones import with_fault

SEARCHED = zone_cases(Path(__file__).parent / "keys", "SES's tokens are not known", APEX)


@run_with_zones(SEARCHED)
def test_without_tokens(records: Table, expected: list[str], standing: Tristate) -> None:
    facts = facts_of(records, None)
    assert_complete(dkim.judge(facts))
    assert codes_of(dkim.judge(facts)) == expected
    assert dkim.has_ses_key(facts) is standing


def test_an_empty_non_terminal_denied_does_not_hide_what_is_below() -> None:
    """Some servers answer NXDOMAIN for a name that only has names below (RFC 8020 calls that an error)."""

    def deny_node(facts: dkim.DkimFacts) -> dkim.DkimFacts:
        return replace(facts, node=NoName(f"_domainkey.{D}", "TXT"))

    assert codes_of(dkim.judge(deny_node(facts_of(HEALTHY)))) == ["ses-ok P"]
    assert codes_of(dkim.judge(deny_node(facts_of(join_zones(APEX, txt_zone("google", GOOD)), None)))) == [
        "other-only W"
    ]
    dangling = join_zones(APEX, {key_name("selector1"): {"CNAME": ["gone.net"]}})
    assert codes_of(dkim.judge(deny_node(facts_of(dangling, None)))) == ["cannot-tell U"]


class TestNamedSelectors:
    def test_one_that_is_there(self) -> None:
        assert codes_of(judge_zone(join_zones(APEX, txt_zone("team", GOOD)), None, ["team"])) == ["other-only W"]

    def test_one_that_leads_to_ses_is_a_token(self) -> None:
        facts = facts_of(HEALTHY, None, [T1])
        assert codes_of(dkim.judge(facts)) == ["ses-ok P"]
        assert dkim.has_ses_key(facts) is Tristate.YES

    def test_one_good_token_among_several_will_do(self) -> None:
        facts = facts_of(join_zones(HEALTHY, {f"{T1}.{ZONE}": {"TXT": ["p="]}}), None, list(TOKENS))
        assert codes_of(dkim.judge(facts)) == ["revoked F", "ses-ok P"]
        assert dkim.has_ses_key(facts) is Tristate.YES

    def test_one_unanswered_token_leaves_it_open(self) -> None:
        facts = facts_of(
            join_zones(HEALTHY, {key_name("mine"): {"*": "timeout"}}, {f"{T1}.{ZONE}": {"TXT": ["p="]}}), OWN, [T1]
        )
        assert codes_of(dkim.judge(facts)) == ["revoked F", "cannot-tell U"]
        assert dkim.has_ses_key(facts) is Tristate.UNKNOWN

    @pytest.mark.parametrize("known", [None, SES])
    def test_one_that_is_not_there_is_said(self, known: Expectations | None) -> None:
        findings = judge_zone(HEALTHY if known else APEX, known, ["team"])
        assert "team" in findings[-1].summary
        assert any(key_name("team") in line for line in findings[-1].evidence)

    @pytest.mark.parametrize("known", [None, SES])
    def test_one_that_is_not_answered_is_unknown(self, known: Expectations | None) -> None:
        findings = judge_zone(with_fault(HEALTHY if known else APEX, key_name("team"), why="REFUSED"), known, ["team"])
        assert codes_of(findings)[0] == "cannot-tell U"
        assert any(key_name("team") in line and "REFUSED" in line for line in findings[0].evidence)

    def test_one_below_a_wildcard_is_judged_but_not_amended(self) -> None:
        findings = judge_zone(join_zones(APEX, {f"*._domainkey.{D}": {"TXT": [f"t=y; p={rsa()}"]}}), None, ["team"])
        assert codes_of(findings) == ["testing W", "other-only W"]
        assert findings[0].fix is not None
        assert findings[0].fix.remove == ()

    def test_many_are_cut(self) -> None:
        facts = facts_of(APEX, SES, [f"s{i}" for i in range(1_000)])
        assert len(facts.selectors) < 60


def test_few_questions_are_asked() -> None:
    """All checks of a domain share 64 questions in flight; more would cost another round trip."""
    for records, known, most in (
        (HEALTHY, SES, 40),
        (join_zones(APEX, txt_zone("google", GOOD)), None, 34),
        (APEX, None, 36),
    ):
        table = TableResolver(records)
        _, ticks = run(dkim.look_up(D, table, expectations=known))
        assert len(table.asked) <= most
        assert ticks == (1 if known or records is not APEX else 2)


def test_the_usual_mistake_shows_even_without_tokens() -> None:
    records = join_zones(APEX, {f"{key_name(T1)}.{D}": {"CNAME": [f"{T1}.{ZONE}"]}})
    finding = find_finding(judge_zone(records, None), "none")
    assert finding.fix is not None
    assert f"{D}.{D}" in finding.fix.step


@given(st.text(), st.lists(st.text(), max_size=3), st.booleans())
def test_no_text_raises(value: str, typed: list[str], tokens: bool) -> None:
    known = Expectations(value, tokens=tuple(typed), signing_zone=value, selector=value, dkim_status=value)
    facts = asyncio.run(
        dkim.look_up(D, SameTexts(value, alias=value), selectors=typed, expectations=known if tokens else None)
    )
    findings = dkim.judge(facts)
    assert findings
    assert all("\x1b" not in line for finding in findings for line in (*finding.evidence, finding.summary))


async def test_the_same_over_a_real_socket() -> None:
    for case, records, expected, _ in SEARCHED:
        facts = await over_socket(records, lambda dns: dkim.look_up(D, dns))
        assert codes_of(dkim.judge(facts)) == expected, case


def list_asked_selectors(*selectors: str) -> set[str]:
    """The selectors that are asked for where keys stand at these."""
    table = {"acme.com": {"TXT": ["v=spf1 -all"]}} | {
        f"{selector}._domainkey.acme.com": {"TXT": [GOOD]} for selector in selectors
    }
    facts, _ = run(dkim.look_up("acme.com", TableResolver(table)))
    return {selector.label for selector in facts.selectors}


@pytest.mark.parametrize("selector", FIRST_GUESSES)
def test_a_key_at_a_usual_selector_is_found_at_once(selector: str) -> None:
    assert {*FIRST_GUESSES} <= list_asked_selectors(selector)
    assert len(list_asked_selectors(selector)) <= len(FIRST_GUESSES) + 3


@pytest.mark.parametrize("selector", OTHER_GUESSES)
def test_a_key_at_a_rarer_selector_is_found_all_the_same(selector: str) -> None:
    assert list_asked_selectors(selector) == {*FIRST_GUESSES, *OTHER_GUESSES}


def test_below_a_name_that_does_not_exist_nothing_more_is_asked() -> None:
    """RFC 8020."""
    assert list_asked_selectors() == {*FIRST_GUESSES}


def test_selectors_that_come_together_are_looked_for_together() -> None:
    assert {"k3", "mandrill"} <= list_asked_selectors("k1")
    assert {"fm2", "fm3"} <= list_asked_selectors("fm1")
