"""What SES says by itself is quoted, once, and only with what GetAccount says."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from model import Access, AccountRegion, News, NewsKind, RegionState, Snapshot
from model.staying import (
    ADVICE_OPEN,
    SENDING_DISABLED,
    Datapoint,
    Pushed,
    QuotaRequest,
    QuotaStatus,
    RateKind,
    RatesRead,
    RatesReading,
)
from watch.compare import compare
from watch.staying import follow_account, follow_sending, with_explanation

ACCOUNT_REGION = AccountRegion("main", "us-east-1")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LIVE = Snapshot(Access.PRODUCTION, "HEALTHY", True, 50_000.0, 14.0, 10.0)
PAUSED = Pushed("e1", SENDING_DISABLED, "Your sending is disabled: bounce rate.", NOW)


class Aws:
    """Says what a test says."""

    def __init__(self, rate: float = 0.001, status: str = "PENDING") -> None:
        self.rate = rate
        self.status = status
        self.asked: list[str] = []

    async def read_rates(self, account_region: AccountRegion, now: datetime) -> RatesReading:
        self.asked.append("rates")
        return RatesRead((Datapoint(now, self.rate),))

    async def read_first_look(
        self, account_region: AccountRegion, known: RegionState, kind: RateKind, now: datetime
    ) -> tuple[str, ...]:
        self.asked.append("first look")
        return ("Configuration set news: 6.10%",)

    async def read_quota_status(self, account_region: AccountRegion, request: QuotaRequest) -> QuotaStatus | None:
        self.asked.append(request.id)
        return QuotaStatus(request.id, self.status)


def test_a_pause_quotes_the_sentence_of_aws_once_it_is_true() -> None:
    known = RegionState(LIVE, pushed=(PAUSED,))
    after, items = compare(ACCOUNT_REGION, known, LIVE, NOW)
    assert with_explanation(items, after, NOW) == (), "GetAccount says that it sends"
    after, items = compare(ACCOUNT_REGION, known, replace(LIVE, sending_enabled=False), NOW)
    [said] = with_explanation(items, after, NOW)
    assert said.facts["text"] == PAUSED.text
    [late] = with_explanation(items, after, NOW + DAY)
    assert "text" not in late.facts


def test_advice_is_told_once() -> None:
    known = RegionState(LIVE, pushed=(Pushed("e2", ADVICE_OPEN, "Set up DMARC."),))
    after, items = follow_account(ACCOUNT_REGION, known, known, NOW, DAY)
    assert [(one.kind, one.facts["text"]) for one in items] == [(NewsKind.ADVICE, "Set up DMARC.")]
    assert follow_account(ACCOUNT_REGION, after, after, NOW, DAY)[1] == ()


def test_advice_about_a_thousand_identities_is_two_messages() -> None:
    known, said = RegionState(LIVE), list[News]()
    for number in range(1_000):
        pushed = (*known.pushed, Pushed(f"e{number}", ADVICE_OPEN, f"Set up DKIM of d{number}.example."))[-20:]
        now = NOW + timedelta(seconds=number)
        known, items = follow_account(ACCOUNT_REGION, known, replace(known, pushed=pushed), now, DAY)
        said += items
    assert len(said) == 1
    known, [rest] = follow_account(ACCOUNT_REGION, known, known, NOW + timedelta(hours=1), DAY)
    assert "d999.example" in str(rest.facts["text"])
    assert follow_account(ACCOUNT_REGION, known, known, NOW + timedelta(hours=3), DAY)[1] == ()


async def test_nothing_is_read_of_an_account_in_the_sandbox() -> None:
    aws, known = Aws(rate=0.2), RegionState(replace(LIVE, access=Access.SANDBOX))
    assert (await follow_sending(aws, ACCOUNT_REGION, known, NOW))[1] == ()
    assert aws.asked == []


async def test_where_a_rate_comes_from_is_asked_at_a_crossing_alone() -> None:
    aws, known = Aws(rate=0.03), RegionState(LIVE)
    known, [opened] = await follow_sending(aws, ACCOUNT_REGION, known, NOW)
    assert opened.facts["look"] == "Configuration set news: 6.10%"
    aws.rate = 0.031
    known, [changed] = await follow_sending(aws, ACCOUNT_REGION, known, NOW + timedelta(hours=1))
    assert changed.kind is NewsKind.RATE_UPDATED
    assert changed.facts["look"] == "Configuration set news: 6.10%", "the message keeps it"
    assert aws.asked == ["rates", "first look", "rates"]


async def test_a_requested_quota_is_followed_to_its_end() -> None:
    aws = Aws()
    known = RegionState(LIVE, quota_requests=(QuotaRequest("r1", "L-804C8AE8", 100_000.0, "U1"),))
    known, items = await follow_sending(aws, ACCOUNT_REGION, known, NOW)
    assert items == ()
    aws.status = "NOT_APPROVED"
    known, [decided] = await follow_sending(aws, ACCOUNT_REGION, known, NOW)
    assert decided.facts == {"status": "NOT_APPROVED", "desired": 100_000.0, "a_day": True, "by": "U1"}
    await follow_sending(aws, ACCOUNT_REGION, known, NOW)
    assert aws.asked.count("r1") == 2


async def test_a_warning_does_not_wait_for_where_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watch.staying._LOOK_SECONDS", 0.01)

    class Hanging(Aws):
        async def read_first_look(
            self, account_region: AccountRegion, known: RegionState, kind: RateKind, now: datetime
        ) -> tuple[str, ...]:
            await asyncio.sleep(60)
            return ()

    _, [opened] = await follow_sending(Hanging(rate=0.03), ACCOUNT_REGION, RegionState(LIVE), NOW)
    assert opened.kind is NewsKind.RATE_HIGH
    assert not opened.facts["look"]


def test_the_launch_check_follows_the_approval_alone() -> None:
    sandbox, live = RegionState(replace(LIVE, access=Access.IN_REVIEW)), RegionState(LIVE)
    assert [one.kind for one in follow_account(ACCOUNT_REGION, sandbox, live, NOW, DAY)[1]] == [NewsKind.LAUNCH]
    assert follow_account(ACCOUNT_REGION, live, live, NOW, DAY)[1] == ()
    assert follow_account(ACCOUNT_REGION, RegionState(), live, NOW, DAY)[1] == (), "the first sight is a baseline"
