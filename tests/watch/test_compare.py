"""What is news: a table of what was known, what a poll brought, and what is reported."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from model import (
    Access,
    AccountRegion,
    Identity,
    News,
    NewsKind,
    Reading,
    RegionOff,
    RegionState,
    Snapshot,
    Trouble,
    Unreadable,
)
from model.staying import QuotaRequest
from watch.cases import estimate_answer_by
from watch.compare import compare, compare_identities

ACCOUNT_REGION = AccountRegion("main", "us-east-1")
THEN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 9, 5, tzinfo=UTC)
SANDBOX = Snapshot(Access.SANDBOX, "HEALTHY", True, 200.0, 1.0, 0.0)
REVIEW = replace(SANDBOX, access=Access.IN_REVIEW, review_status="PENDING", case_id="177")
DENIED = replace(REVIEW, access=Access.NOT_GRANTED, review_status="DENIED")
GRANTED = replace(REVIEW, access=Access.GRANTED, review_status="GRANTED")
PRODUCTION = replace(GRANTED, access=Access.PRODUCTION, quota=50_000.0, rate=14.0)
FAILED = replace(SANDBOX, access=Access.FAILED, review_status="FAILED")
NOTHING = Snapshot(Access.UNKNOWN)
DOWN = Unreadable(Trouble.SERVER, "AWS answered with an error (500)")


def news_of(*readings: Reading, known: RegionState | None = None) -> list[str]:
    """The kinds of news that a row of polls makes, after a first one that is the baseline."""
    now, kinds = THEN, []
    known = known or RegionState()
    for reading in readings:
        known, items = compare(ACCOUNT_REGION, known, reading, now)
        kinds += [item.kind.value for item in items]
        now += timedelta(minutes=5)
    return kinds


@pytest.mark.parametrize(
    ("readings", "news"),
    [
        ([SANDBOX], []),
        ([PRODUCTION], []),
        ([DENIED], []),
        ([SANDBOX, SANDBOX], []),
        ([SANDBOX, REVIEW], ["in_review"]),
        ([SANDBOX, REVIEW, PRODUCTION], ["in_review", "approved"]),
        ([SANDBOX, REVIEW, GRANTED], ["in_review"]),
        ([SANDBOX, REVIEW, GRANTED, GRANTED, PRODUCTION], ["in_review", "approved"]),
        ([REVIEW, DENIED, PRODUCTION], ["not_granted", "approved"]),
        ([REVIEW, DENIED, REVIEW, PRODUCTION], ["not_granted", "in_review", "approved"]),
        ([REVIEW, FAILED], ["never_received"]),
        ([SANDBOX, PRODUCTION, PRODUCTION], ["approved"]),
        ([PRODUCTION, SANDBOX], ["back_to_sandbox"]),
        ([PRODUCTION, GRANTED], ["back_to_sandbox"]),
        ([PRODUCTION, DENIED], ["back_to_sandbox", "not_granted"]),
        ([REVIEW, replace(REVIEW, case_id="178")], ["new_case"]),
        ([DENIED, replace(DENIED, case_id="178")], ["new_case"]),
        ([DENIED, replace(DENIED, case_id=None)], []),
        ([DENIED, replace(DENIED, case_id=None), DENIED], []),
        ([REVIEW, replace(DENIED, case_id="178")], ["not_granted"]),
        ([DENIED, replace(REVIEW, case_id="178")], ["in_review"]),
        # The approval holds its quota, also one that came before the flag; no other news of the access does.
        ([SANDBOX, replace(REVIEW, quota=500.0)], ["in_review", "quota_changed"]),
        ([REVIEW, GRANTED, replace(GRANTED, quota=50_000.0, rate=14.0), PRODUCTION], ["approved"]),
        ([REVIEW, replace(PRODUCTION, quota=200.0), PRODUCTION], ["approved", "quota_changed"]),
        ([PRODUCTION, replace(SANDBOX, quota=100.0)], ["back_to_sandbox"]),
        ([PRODUCTION, replace(PRODUCTION, quota=100_000.0)], ["quota_changed"]),
        ([PRODUCTION, replace(PRODUCTION, rate=20.0)], ["quota_changed"]),
        ([PRODUCTION, replace(PRODUCTION, rate=None, quota=None), PRODUCTION], []),
        ([replace(PRODUCTION, rate=None), PRODUCTION], []),
        ([PRODUCTION, replace(PRODUCTION, sent=12.0)], []),
        ([PRODUCTION, replace(PRODUCTION, enforcement="PROBATION")], ["enforcement_changed"]),
        ([PRODUCTION, replace(PRODUCTION, enforcement="SOMETHING_NEW")], ["enforcement_changed"]),
        ([PRODUCTION, replace(PRODUCTION, enforcement="SHUTDOWN"), PRODUCTION], ["enforcement_changed"] * 2),
        ([PRODUCTION, replace(PRODUCTION, enforcement=None), PRODUCTION], []),
        ([PRODUCTION, replace(PRODUCTION, sending_enabled=False)], ["sending_paused"]),
        (
            [PRODUCTION, replace(PRODUCTION, sending_enabled=False), PRODUCTION],
            ["sending_paused", "sending_resumed"],
        ),
        # An answer without content is never news, and the next good one is compared with what was known before it.
        ([SANDBOX, NOTHING, SANDBOX], []),
        ([SANDBOX, NOTHING, REVIEW], ["in_review"]),
        ([NOTHING, PRODUCTION], []),
        ([NOTHING, PRODUCTION, SANDBOX], ["back_to_sandbox"]),
        # Three polls in a row that fail are news once, and so is their end.
        ([SANDBOX, DOWN, DOWN], []),
        ([SANDBOX, DOWN, DOWN, DOWN], ["unreadable"]),
        ([SANDBOX, DOWN, DOWN, DOWN, DOWN, DOWN], ["unreadable"]),
        ([SANDBOX, DOWN, DOWN, DOWN, SANDBOX], ["unreadable", "readable"]),
        ([SANDBOX, DOWN, DOWN, SANDBOX, DOWN, DOWN], []),
        ([SANDBOX, DOWN, DOWN, DOWN, REVIEW], ["unreadable", "readable", "in_review"]),
        ([DOWN, DOWN, DOWN], ["unreadable"]),
        ([DOWN, DOWN, DOWN, SANDBOX], ["unreadable", "readable"]),
        # A region that is not enabled is a state; its being enabled is news.
        ([RegionOff()], []),
        ([RegionOff(), RegionOff(), RegionOff(), RegionOff()], []),
        ([RegionOff(), SANDBOX], ["region_enabled"]),
        ([SANDBOX, RegionOff(), DOWN, DOWN, SANDBOX, SANDBOX], ["region_enabled"]),
    ],
)  # fmt: skip
def test_a_row_of_polls(readings: list[Reading], news: list[str]) -> None:
    assert news_of(*readings) == news


def test_the_approval_holds_the_real_quota() -> None:
    known, _ = compare(ACCOUNT_REGION, RegionState(), REVIEW, THEN)
    _, items = compare(ACCOUNT_REGION, known, PRODUCTION, NOW)
    assert items == (
        News(
            NewsKind.APPROVED,
            ACCOUNT_REGION,
            NOW,
            {"quota": 50_000.0, "rate": 14.0, "case_id": "177", "was": "in_review"},
        ),
    )


def test_a_case_that_changes_says_both_numbers() -> None:
    known, _ = compare(ACCOUNT_REGION, RegionState(), DENIED, THEN)
    _, [item] = compare(ACCOUNT_REGION, known, replace(DENIED, case_id="178"), NOW)
    facts = {"case_id": "178", "was": "177", "access": "not_granted"}
    assert item.facts == facts | {"turn": "ours", "turn_since": NOW.isoformat()}


def test_what_aws_thinks_of_the_sending_has_nothing_to_do_with_the_case_of_the_request() -> None:
    known, _ = compare(ACCOUNT_REGION, RegionState(), PRODUCTION, THEN)
    _, [item] = compare(ACCOUNT_REGION, known, replace(PRODUCTION, enforcement="PROBATION"), NOW)
    assert item.facts == {"enforcement": "PROBATION", "was": "HEALTHY"}


@pytest.mark.parametrize(
    ("read", "since", "by"),
    [
        (-60, -600, "U1"),
        (20, -600, "U1"),  # a poll that came before AWS had it
        (600, -600, None),  # AWS never got it, and someone asks by hand
        (20, 10, None),  # it was seen, and refused at once
    ],
)
def test_who_confirmed_a_request_is_said_of_that_request_alone(read: int, since: int, by: str | None) -> None:
    """`read` and `since` in seconds after the confirmation."""
    read_at, turned = (THEN + timedelta(seconds=one) for one in (read, since))
    known = RegionState(snapshot=SANDBOX, since=turned, read_at=read_at, asked_by="U1", asked_at=THEN)
    _, [item] = compare(ACCOUNT_REGION, known, REVIEW, read_at + timedelta(minutes=5))
    assert item.facts.get("by") == by


def test_a_refusal_holds_the_case() -> None:
    known, _ = compare(ACCOUNT_REGION, RegionState(), REVIEW, THEN)
    _, [item] = compare(ACCOUNT_REGION, known, DENIED, NOW)
    assert item.facts["case_id"] == "177"


def test_since_is_when_the_access_was_first_seen() -> None:
    known, _ = compare(ACCOUNT_REGION, RegionState(), SANDBOX, THEN)
    known, _ = compare(ACCOUNT_REGION, known, replace(SANDBOX, sent=4.0), NOW)
    assert known.since == THEN
    known, _ = compare(ACCOUNT_REGION, known, REVIEW, NOW)
    assert known.since == NOW


def test_no_answer_after_the_expected_time_is_news_once() -> None:
    known, _ = compare(ACCOUNT_REGION, RegionState(), REVIEW, THEN)
    late = estimate_answer_by(THEN, UTC) + timedelta(minutes=1)
    known, [item] = compare(ACCOUNT_REGION, known, REVIEW, late)
    assert item.kind is NewsKind.OVERDUE
    known, items = compare(ACCOUNT_REGION, known, REVIEW, late + timedelta(hours=1))
    assert items == ()
    known, items = compare(ACCOUNT_REGION, known, DENIED, late + timedelta(hours=2))
    assert [one.kind for one in items] == [NewsKind.NOT_GRANTED]
    assert not known.overdue_posted


def test_an_appeal_may_take_seven_business_days() -> None:
    known, _ = compare(ACCOUNT_REGION, RegionState(), DENIED, THEN)
    known, _ = compare(ACCOUNT_REGION, known, REVIEW, THEN)
    late = estimate_answer_by(THEN, UTC) + timedelta(minutes=1)
    known, items = compare(ACCOUNT_REGION, known, REVIEW, late)
    assert items == ()
    known, [item] = compare(
        ACCOUNT_REGION, known, REVIEW, estimate_answer_by(THEN, UTC, appeal=True) + timedelta(minutes=1)
    )
    assert (item.kind, item.facts["days"]) == (NewsKind.OVERDUE, 7.0)
    known, _ = compare(ACCOUNT_REGION, known, PRODUCTION, late)
    assert not known.appeal


def test_what_failed_is_said_and_forgotten() -> None:
    known, _ = compare(ACCOUNT_REGION, RegionState(), SANDBOX, THEN)
    known, _ = compare(ACCOUNT_REGION, known, DOWN, NOW)
    assert known.snapshot == SANDBOX
    assert known.trouble == DOWN.why
    known, _ = compare(ACCOUNT_REGION, known, SANDBOX, NOW)
    assert known.trouble is None


def _identity(*, dkim_status: str | None = None, mail_from_status: str | None = None) -> Identity:
    return Identity("acme.com", "DOMAIN", dkim_status=dkim_status, mail_from_status=mail_from_status)


@pytest.mark.parametrize(
    ("before", "after", "news"),
    [
        (_identity(dkim_status="PENDING"), _identity(dkim_status="SUCCESS"), [NewsKind.IDENTITY_VERIFIED]),
        (_identity(dkim_status="PENDING"), _identity(dkim_status="FAILED"), [NewsKind.IDENTITY_FAILED]),
        (_identity(dkim_status="SUCCESS"), _identity(dkim_status="TEMPORARY_FAILURE"), []),
        (_identity(dkim_status="SUCCESS"), _identity(dkim_status=None), []),
        (_identity(mail_from_status="PENDING"), _identity(mail_from_status="SUCCESS"), [NewsKind.MAIL_FROM_VERIFIED]),
        (_identity(mail_from_status="PENDING"), _identity(mail_from_status="FAILED"), [NewsKind.MAIL_FROM_FAILED]),
        (_identity(mail_from_status="SUCCESS"), _identity(mail_from_status="SUCCESS"), []),
    ],
)
def test_an_identity_that_was_verified_or_failed(before: Identity, after: Identity, news: list[NewsKind]) -> None:
    known = RegionState(identities=(before,))
    _, items = compare_identities(ACCOUNT_REGION, known, (after,), NOW)
    assert [item.kind for item in items] == news


def test_the_first_list_of_identities_is_a_baseline() -> None:
    known, items = compare_identities(
        ACCOUNT_REGION, RegionState(), (Identity("acme.com", dkim_status="SUCCESS"),), NOW
    )
    assert items == ()
    assert known.identities == (Identity("acme.com", dkim_status="SUCCESS"),)


def test_what_came_of_an_identity_made_since_is_news() -> None:
    """Polls may be an hour apart: an identity can be made and verified between two of them."""
    verified = Identity("acme.com", "DOMAIN", dkim_status="SUCCESS", mail_from="m.acme.com", mail_from_status="FAILED")
    known, items = compare_identities(ACCOUNT_REGION, RegionState(identities=()), (verified,), NOW)
    assert [item.kind for item in items] == [NewsKind.IDENTITY_VERIFIED, NewsKind.MAIL_FROM_FAILED]
    assert items[1].facts == {"identity": "acme.com", "error": None, "mail_from": "m.acme.com"}
    assert compare_identities(ACCOUNT_REGION, known, (verified,), NOW)[1] == ()


def test_a_domain_that_was_only_listed_and_then_verified_is_news() -> None:
    listed = Identity("acme.com", "DOMAIN", verification_status="PENDING")
    read = Identity("acme.com", "DOMAIN", verification_status="SUCCESS", dkim_status="SUCCESS")
    _, items = compare_identities(ACCOUNT_REGION, RegionState(identities=(listed,)), (read,), NOW)
    assert [item.kind for item in items] == [NewsKind.IDENTITY_VERIFIED]


def test_a_mail_from_that_was_taken_away_is_forgotten() -> None:
    with_one = Identity("acme.com", "DOMAIN", dkim_status="SUCCESS", mail_from="m.acme.com", mail_from_status="SUCCESS")
    known, _ = compare_identities(
        ACCOUNT_REGION,
        RegionState(identities=(with_one,)),
        (Identity("acme.com", "DOMAIN", dkim_status="SUCCESS"),),
        NOW,
    )
    assert known.identities == (Identity("acme.com", "DOMAIN", dkim_status="SUCCESS"),)
    _, items = compare_identities(ACCOUNT_REGION, known, (replace(with_one, mail_from_status="FAILED"),), NOW)
    assert [item.kind for item in items] == [NewsKind.MAIL_FROM_FAILED], "another one was set, and failed, since"


def test_a_mail_from_of_an_identity_never_read_is_a_baseline() -> None:
    known = RegionState(identities=(Identity("acme.com", "DOMAIN", verification_status="SUCCESS"),))
    read = Identity("acme.com", "DOMAIN", dkim_status="SUCCESS", mail_from="m.acme.com", mail_from_status="SUCCESS")
    assert compare_identities(ACCOUNT_REGION, known, (read,), NOW)[1] == ()


def test_mail_that_was_seen_once_stays_seen() -> None:
    known = RegionState()
    for sent, seen in ((0.0, False), (None, False), (2.0, True), (0.0, True), (None, True)):
        known, _ = compare(ACCOUNT_REGION, known, replace(SANDBOX, sent=sent), NOW)
        assert known.mail_seen is seen


@pytest.mark.parametrize(
    ("asked", "new", "by_whom"),
    [
        ((100_000.0, "L-804C8AE8"), (100_000.0, 14.0), "asked"),
        ((100_000.0, "L-804C8AE8"), (80_000.0, 14.0), None),
        ((100_000.0, "L-804C8AE8"), (50_000.0, 20.0), None),
        ((20.0, "L-CDEF9B6B"), (50_000.0, 20.0), "asked"),
        ((20_000.0, "L-804C8AE8"), (20_000.0, 14.0), None),
        (None, (80_000.0, 14.0), "automatic"),
        (None, (-1.0, 14.0), "automatic"),
        (None, (20_000.0, 14.0), None),
    ],
)
def test_who_raised_the_quota_is_said_where_it_is_certain(
    asked: tuple[float, str] | None, new: tuple[float, float], by_whom: str | None
) -> None:
    requests = (QuotaRequest("r1", asked[1], asked[0]),) if asked else ()
    known = RegionState(PRODUCTION, quota_requests=requests)
    _, [item] = compare(ACCOUNT_REGION, known, replace(PRODUCTION, quota=new[0], rate=new[1]), NOW)
    assert (item.kind, item.facts.get("by_whom")) == (NewsKind.QUOTA_CHANGED, by_whom)
