"""What the age of a domain means to a reviewer, day by day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from checks.answers import Tristate
from checks.domain_age import judge
from checks.rdap import AgeFacts, RdapOutcome, Registration, registration_date
from model import Finding
from tests.support.cases import cases
from tests.support.findings import assert_complete, codes_of, find_finding, find_fix

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ASKED = ("RDAP https://rdap.example/domain/acme.com: 200",)


def known_domain(
    *,
    age: timedelta | None = 4000 * DAY,
    lifetime: timedelta | None = 200 * DAY,
    statuses: tuple[str, ...] = ("active",),
) -> AgeFacts:
    begun, ends = (NOW - age if age is not None else None), (NOW + lifetime if lifetime is not None else None)
    registration = Registration(
        "acme.com", begun, ends, statuses, events=("registration: as it stood",) if begun else ()
    )
    return AgeFacts("acme.com", RdapOutcome.ANSWERED, registration, ASKED)


def judge_age(facts: AgeFacts, exists: Tristate = Tristate.YES) -> tuple[Finding, ...]:
    findings = judge(facts, exists=exists, now=NOW)
    assert_complete(findings)
    return findings


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (known_domain(), ["ok P"]),
        (known_domain(lifetime=None), ["ok P"]),
        (known_domain(age=timedelta(0)), ["under-7-days F"]),
        (known_domain(age=7 * DAY - timedelta(seconds=1)), ["under-7-days F"]),
        (known_domain(age=7 * DAY), ["under-30-days W"]),
        (known_domain(age=30 * DAY - timedelta(seconds=1)), ["under-30-days W"]),
        (known_domain(age=30 * DAY), ["ok P"]),
        (known_domain(lifetime=31 * DAY), ["ok P"]),
        (known_domain(lifetime=30 * DAY), ["expires-soon W"]),
        (known_domain(lifetime=timedelta(hours=1)), ["expires-soon W"]),
        (known_domain(lifetime=timedelta(0)), ["expired F"]),
        (known_domain(lifetime=-40 * DAY), ["expired F"]),
        (known_domain(age=8 * DAY, lifetime=20 * DAY), ["expires-soon W", "under-30-days W"]),
        (known_domain(age=DAY, lifetime=20 * DAY), ["under-7-days F", "expires-soon W"]),
        (known_domain(statuses=("clientHold",)), ["on-hold F"]),
        (known_domain(statuses=("active", "serverHold")), ["on-hold F"]),
        (known_domain(statuses=("redemptionPeriod",), lifetime=-40 * DAY), ["on-hold F", "expired F"]),
        (known_domain(statuses=("pendingDelete", "redemptionPeriod")), ["on-hold F"]),
        (known_domain(statuses=("clientTransferProhibited", "autoRenewPeriod")), ["ok P"]),
        (known_domain(age=None), ["no-date U"]),
        (known_domain(age=None, lifetime=None), ["no-date U"]),
        (known_domain(age=-2 * DAY), ["no-date U"]),
        (known_domain(age=-timedelta(hours=20)), ["under-7-days F"]),
        (known_domain(age=None, lifetime=-DAY), ["expired F", "no-date U"]),
        (known_domain(age=None, statuses=("clientHold",)), ["on-hold F", "no-date U"]),
    ],
)
def test_a_registered_domain(facts: AgeFacts, codes: list[str]) -> None:
    assert codes_of(judge_age(facts)) == codes


@cases()
def test_what_the_registry_did_not_tell(outcome: RdapOutcome, exists: Tristate, code: str) -> None:
    facts = AgeFacts("acme.com", outcome, requests=ASKED, why="the registry was asleep")
    assert codes_of(judge_age(facts, exists)) == [code]


def test_the_day_is_named() -> None:
    finding = find_finding(judge_age(known_domain(age=3 * DAY)), "under-7-days")
    assert finding.summary.startswith("acme.com was registered on 25 November 2026, 3 days ago:")
    assert finding.fix
    assert "2 December 2026" in finding.fix.step
    assert ASKED[0] in finding.evidence
    assert "registration: as it stood" in finding.evidence


@pytest.mark.parametrize(
    ("age", "words"),
    [(30 * DAY, "1 month ago"), (200 * DAY, "6 months ago"), (366 * DAY, "1 year ago"), (4000 * DAY, "10 years ago")],
)
def test_the_age_in_words(age: timedelta, words: str) -> None:
    assert find_finding(judge_age(known_domain(age=age)), "ok").summary.endswith(f", {words}.")


@cases()
def test_when_to_come_back(header: str, words: str) -> None:
    facts = AgeFacts("acme.com", RdapOutcome.RATE_LIMITED, requests=ASKED, retry_after=header)
    fix = find_fix(judge_age(facts), "rate-limited")
    assert fix.step == f"Check again {words}."


def test_a_date_that_cannot_be_right_is_not_no_date() -> None:
    assert (
        "a date of registration that cannot be right"
        in find_finding(judge_age(known_domain(age=-99 * DAY)), "no-date").summary
    )
    assert "no date" in find_finding(judge_age(known_domain(age=None)), "no-date").summary


def test_the_day_for_the_one_who_plans_the_request() -> None:
    assert registration_date(known_domain(age=3 * DAY)) == date(2026, 11, 25)
    assert registration_date(known_domain(age=None)) is None
    assert registration_date(AgeFacts("acme.com", RdapOutcome.NOT_FOUND)) is None
