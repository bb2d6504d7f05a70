"""The account behind a domain: verdicts.md, account.*, case by case."""

from dataclasses import replace
from typing import Any

import pytest

from checks import ses as check
from model import Access, AccountRegion, Finding, NotFound, RegionState, SesRegionView, SesView
from tests.support.aws import MAIN_EU, SHOP, identity, region_view, snapshot
from tests.support.cases import cases
from tests.support.findings import assert_complete, codes_of, find_finding


def judge_views(*account_regions: SesRegionView, accounts: int = 0) -> tuple[Finding, ...]:
    findings = check.judge_account(SesView(account_regions, accounts=accounts))
    if findings:
        assert_complete(findings)
    return findings


@cases()
def test_what_the_account_says(access: Access, reported: dict[str, Any], codes: list[str]) -> None:
    assert codes_of(judge_views(region_view(identity(), known=RegionState(snapshot(access, **reported))))) == codes


@pytest.mark.parametrize(
    ("suppression", "codes"), [((), ["suppression-off W", "sandbox-ready P"]), (("BOUNCE",), ["sandbox-ready P"])]
)
def test_a_suppression_list_that_is_off(suppression: tuple[str, ...], codes: list[str]) -> None:
    assert codes_of(judge_views(region_view(identity(), known=RegionState(snapshot(suppression=suppression))))) == codes


@pytest.mark.parametrize(
    ("known", "codes"),
    [
        (RegionState(), ["unreadable U"]),
        (RegionState(failures=1, trouble="AWS did not answer in 20 s"), ["unreadable U"]),
        (RegionState(region_off=True), ["region-off U"]),
        (RegionState(snapshot(), failures=1, trouble="x"), ["sandbox-ready P"]),  # once is nothing
        (RegionState(snapshot(), failures=3, trouble="x", unreadable_posted=True), ["unreadable U", "sandbox-ready P"]),
        (RegionState(snapshot(sent=0.0), mail_seen=True), ["sandbox-ready P"]),  # sent on another day
    ],
)
def test_what_the_polls_read(known: RegionState, codes: list[str]) -> None:
    assert codes_of(judge_views(region_view(identity(), known=known))) == codes


def test_a_refusal_names_its_case_and_forbids_a_second_request() -> None:
    finding = find_finding(
        judge_views(region_view(identity(), known=RegionState(snapshot(Access.NOT_GRANTED, case_id="177")))),
        "not-granted",
    )
    assert finding.fix
    assert "case 177" in finding.fix.step
    assert "/ses-appeal" in finding.fix.step
    assert "Never ask a second time" in finding.fix.step


def test_only_where_the_domain_is_an_identity() -> None:
    shut = RegionState(snapshot(enforcement="SHUTDOWN"))
    assert codes_of(judge_views(region_view(identity()), region_view(NotFound(), MAIN_EU, known=shut))) == [
        "sandbox-ready P"
    ]


def test_without_an_identity_the_only_account_is_meant_and_no_others() -> None:
    shut = region_view(NotFound(), known=RegionState(snapshot(enforcement="SHUTDOWN")))
    assert codes_of(judge_views(shut)) == ["shutdown F"]
    assert judge_views(shut, region_view(NotFound(), SHOP)) == ()
    assert judge_views(shut, accounts=300) == ()


def test_many_account_regions_are_a_finding_each_thing() -> None:
    refused = RegionState(snapshot(Access.NOT_GRANTED))
    account_regions = [
        region_view(identity(), AccountRegion("main", f"r-{number}"), known=refused) for number in range(20)
    ]
    [finding] = judge_views(*account_regions)
    assert "and 16 more places" in finding.summary
    assert len(finding.evidence) == 13


def test_no_one_asked_nothing_said() -> None:
    assert check.judge_account(SesView(why_not="No AWS account is connected.")) == ()


def test_evidence_tells_number_region_and_standing() -> None:
    [finding] = judge_views(
        replace(region_view(identity()), state=RegionState(snapshot(Access.PRODUCTION, quota=-1.0)))
    )
    assert finding.evidence == (
        "main (111122223333) us-east-1: production access, enforcement HEALTHY, 3 sent in 24 hours, suppression list "
        "BOUNCE and COMPLAINT",
    )
