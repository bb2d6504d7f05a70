"""What is sent against the quota: news once before 80 %, once before 95 %, with the day on which it will be full."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from model import Access, AccountRegion, News, RegionState, Snapshot
from model.staying import VolumeSample
from watch.staying import estimate_full_on, estimate_growth, follow_volume, suggest_quota

ACCOUNT_REGION = AccountRegion("main", "us-east-1")
DAY = timedelta(days=1)
START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def days(*sent: float, quota: float = 50_000.0) -> tuple[RegionState, list[News]]:
    """What is known after a poll a day, and the news."""
    known = RegionState()
    said: list[News] = []
    for number, count in enumerate(sent):
        before = known
        known = replace(known, snapshot=Snapshot(Access.PRODUCTION, quota=quota, sent=count))
        known, items = follow_volume(ACCOUNT_REGION, before, known, START + number * DAY, day=DAY)
        said += items
    return known, said


def test_told_once_before_each_line_with_the_day() -> None:
    known, said = days(*(20_000.0 + 1_500 * day for day in range(20)), 48_600.0, 48_700.0)
    assert [item.facts["mark"] for item in said] == [0.80, 0.95]
    assert [str(item.facts["share"])[:4] for item in said] == ["0.76", "0.91"], "before it is reached"
    full = datetime.fromisoformat(str(said[0].facts["full_on"]))
    assert full.date() == (START + 20 * DAY).date()
    assert len(known.volume) <= 16


@pytest.mark.parametrize(
    ("sent", "marks"),
    [
        ((30_000, 41_000, 3_000, 2_000, 41_000), [0.80]),
        ((49_000,), [0.95]),
        ((10_000,) * 20, []),
        ((40_000, *(1_000,) * 15, 40_000), [0.80, 0.80]),
    ],
)
def test_a_quiet_week_does_not_tell_it_again(sent: tuple[float, ...], marks: list[float]) -> None:
    assert [item.facts["mark"] for item in days(*map(float, sent))[1]] == marks


def test_no_limit_is_never_full() -> None:
    assert days(10_000.0, 90_000.0, quota=-1.0)[1] == []


def test_another_quota_is_told_anew() -> None:
    known, said = days(40_000.0)
    assert len(said) == 1
    after = replace(known, snapshot=Snapshot(Access.PRODUCTION, quota=100_000.0, sent=91_000.0))
    assert [item.facts["mark"] for item in follow_volume(ACCOUNT_REGION, known, after, START + DAY, day=DAY)[1]] == [
        0.95
    ]


def test_the_growth_is_the_line_that_fits_best() -> None:
    samples = [VolumeSample(START + n * DAY, sent) for n, sent in enumerate((10.0, 30.0, 20.0, 40.0))]
    assert estimate_growth(samples) == pytest.approx(8.0)
    assert estimate_full_on(samples, 80.0, START) == START + 5 * DAY
    assert estimate_growth(samples[:2]) is None


def test_what_to_ask_for_is_worked_out() -> None:
    known, _ = days(*(20_000.0 + 1_000 * day for day in range(14)))
    assert suggest_quota(known) == 130_000.0
    assert suggest_quota(RegionState()) is None
