"""The domain as an identity of SES: verdicts.md, identity.*, case by case."""

from typing import Any

import pytest

from checks import ses as check
from model import (
    Access,
    AccountRegion,
    Events,
    Finding,
    IdentityReading,
    NotFound,
    RegionOff,
    RegionState,
    SesRegionView,
    SesView,
    Trouble,
    Unreadable,
)
from tests.support.aws import MAIN, MAIN_EU, SHOP, identity, region_view, snapshot
from tests.support.cases import cases
from tests.support.findings import assert_complete, codes_of, find_finding

DENIED = Unreadable(Trouble.DENIED, "the credentials may not call GetEmailIdentity (AccessDeniedException)")
HANGS = Unreadable(Trouble.TIMEOUT, "AWS did not answer in 20 s")


def judge_views(*account_regions: SesRegionView, **more: object) -> tuple[Finding, ...]:
    findings = check.judge_identity("acme.com", SesView(account_regions, **more))  # type: ignore[arg-type]  # by keyword
    assert_complete(findings)
    return findings


@cases()
def test_an_identity_as_ses_reports_it(status: str, reported: dict[str, Any], says: list[str]) -> None:
    assert codes_of(judge_views(region_view(identity(status, **reported)))) == says


@pytest.mark.parametrize(
    ("reading", "says"),
    [
        (NotFound(), ["not-found F"]),
        (RegionOff(), ["not-found F"]),
        (DENIED, ["access-denied U"]),
        (Unreadable(Trouble.CREDENTIALS, "x"), ["access-denied U"]),
        (Unreadable(Trouble.ROLE, "x"), ["access-denied U"]),
        (HANGS, ["temporary U"]),
        (None, ["temporary U"]),
    ],
)
def test_an_account_region_without_the_identity(reading: IdentityReading | None, says: list[str]) -> None:
    assert codes_of(judge_views(region_view(reading))) == says


@cases()
def test_a_failure_is_reported_in_words_and_verification_must_start_again(error: str | None, words: str) -> None:
    [finding] = judge_views(region_view(identity("FAILED", error_type=error)))
    assert words in finding.summary
    assert finding.fix
    assert "start verification again" in finding.fix.step


@pytest.mark.parametrize(
    ("reading", "events", "says"),
    [
        (identity(configuration_set=None), None, ["no-default-config-set W", "ok P"]),
        (identity(configuration_set=None, kind=None), None, ["ok P"]),  # half an answer says nothing of it
        (identity(), Events(("BOUNCE", "COMPLAINT", "OPEN")), ["ok P"]),
        (identity(), Events(("BOUNCE",)), ["no-events W", "ok P"]),
        (identity(), Events(()), ["no-events W", "ok P"]),
        (identity(), Events(exists=False), ["no-events W", "ok P"]),
        (identity(), None, ["ok P"]),  # not given is never "no events"
        (identity("PENDING", configuration_set=None), None, ["pending F"]),  # first things first
    ],
)
def test_who_hears_of_bounces(reading: IdentityReading, events: Events | None, says: list[str]) -> None:
    assert codes_of(judge_views(region_view(reading, events=events))) == says


def test_what_a_configuration_set_does_not_report_is_named() -> None:
    finding = find_finding(judge_views(region_view(identity(), events=Events(("BOUNCE",)))), "no-events")
    assert "reports no complaints" in finding.summary
    assert "main-set" in finding.evidence[0]


def test_a_parent_that_covers_the_domain_is_named() -> None:
    [finding] = check.judge_identity("news.acme.com", SesView((region_view(identity()),)))
    assert finding.summary == "acme.com is a verified identity of SES in us-east-1 (main)."


def test_the_same_in_several_account_regions_is_one_finding_that_names_them() -> None:
    [finding] = judge_views(region_view(identity()), region_view(identity(), MAIN_EU), region_view(identity(), SHOP))
    assert "us-east-1 and eu-west-1 (main) and us-east-1 (shop)" in finding.summary
    assert len(finding.evidence) == 3


def test_each_region_is_judged_where_the_domain_is_one() -> None:
    assert codes_of(
        judge_views(region_view(identity()), region_view(identity("PENDING"), MAIN_EU), region_view(NotFound(), SHOP))
    ) == [
        "pending F",
        "ok P",
    ]


def test_only_addresses() -> None:
    finding = find_finding(
        judge_views(region_view(NotFound(), addresses=("ana@acme.com", "bo@acme.com"))), "email-only"
    )
    assert "ana@acme.com, bo@acme.com" in finding.summary
    assert finding.fix
    assert "create the domain identity acme.com" in finding.fix.step


def test_not_found_anywhere_is_one_finding_however_many_regions() -> None:
    account_regions = [region_view(NotFound(), AccountRegion("main", f"us-east-{number}")) for number in range(8)]
    finding = find_finding(
        judge_views(*account_regions, regions=tuple(f"eu-west-{n}" for n in range(12)), accounts=300), "not-found"
    )
    assert "any of the 20 regions watched" in finding.summary
    assert "300 accounts" in finding.summary
    assert len(finding.summary) < 300
    assert len(finding.evidence) <= 13


def test_a_few_regions_are_named() -> None:
    finding = find_finding(judge_views(region_view(NotFound()), region_view(RegionOff(), MAIN_EU)), "not-found")
    assert "us-east-1 or eu-west-1" in finding.summary


@pytest.mark.parametrize(
    ("account_regions", "unlisted", "says"),
    [
        ([region_view(NotFound()), region_view(DENIED, MAIN_EU)], 0, ["access-denied U"]),
        ([region_view(NotFound()), region_view(HANGS, MAIN_EU)], 0, ["temporary U"]),
        ([region_view(NotFound()), region_view(None, MAIN_EU)], 0, ["temporary U"]),
        ([region_view(NotFound())], 7, ["temporary U"]),
        ([], 7, ["temporary U"]),
        ([region_view(NotFound(), addresses=("ana@acme.com",)), region_view(DENIED, MAIN_EU)], 0, ["access-denied U"]),
        ([region_view(identity()), region_view(DENIED, MAIN_EU)], 0, ["ok P"]),
    ],
)
def test_what_was_not_given_is_never_not_found(
    account_regions: list[SesRegionView], unlisted: int, says: list[str]
) -> None:
    assert codes_of(judge_views(*account_regions, unlisted=unlisted)) == says


@cases()
def test_asked_for_in_a_region_where_the_domain_is_not(access: Access, other_access: Access, says: list[str]) -> None:
    findings = judge_views(
        region_view(identity(), known=RegionState(snapshot(access))),
        region_view(NotFound(), MAIN_EU, known=RegionState(snapshot(other_access))),
    )
    assert codes_of(findings) == says
    if len(says) > 1:
        assert "identity in us-east-1, while production access was asked for in eu-west-1" in findings[0].summary


def test_another_account_is_another_matter() -> None:
    elsewhere = region_view(NotFound(), SHOP, known=RegionState(snapshot(Access.PRODUCTION)))
    assert codes_of(judge_views(region_view(identity()), elsewhere)) == ["ok P"]


def test_no_one_asked_nothing_said() -> None:
    assert check.judge_identity("acme.com", SesView(why_not="No AWS account is connected.")) == ()


def test_what_aws_says_is_safe_to_print() -> None:
    [finding] = judge_views(region_view(identity("FAILED", error_type="\x1b[2J"), MAIN))
    assert "\x1b" not in finding.summary + "".join(finding.evidence)
