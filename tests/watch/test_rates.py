"""Bounce and complaint rates: one episode from the crossing of a line until it is calm again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import AccountRegion, NewsKind, RegionOff, Trouble, Unreadable
from model.staying import Datapoint, RatesRead, RatesReading, Reputation, draw_bars
from watch.rates import judge_rates

ACCOUNT_REGION = AccountRegion("main", "us-east-1")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def read(*values: float, ends: datetime = NOON) -> RatesRead:
    """Bounce rates of some hours, the last one `ends`."""
    count = len(values)
    return RatesRead(tuple(Datapoint(ends - (count - 1 - n) * HOUR, value) for n, value in enumerate(values)))


def month(*readings: RatesReading) -> tuple[Reputation, list[str]]:
    """What is known after polls an hour apart, and the news of them but updates."""
    known, said = Reputation(), []
    for number, reading in enumerate(readings):
        known, items = judge_rates(ACCOUNT_REGION, known, reading, NOON + number * HOUR)
        said += [one.kind.value for one in items if one.kind is not NewsKind.RATE_UPDATED]
    return known, said


def hourly(*values: float) -> list[RatesReading]:
    return [read(value, ends=NOON + number * HOUR) for number, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((0.0, 0.01, 0.0199), []),
        ((0.01, 0.02, 0.019, 0.021, 0.016, 0.03), ["rate_high"]),
        ((0.01, 0.021, 0.0149), ["rate_high", "rate_calm"]),
        ((0.01, 0.021, 0.05, 0.04, 0.06, 0.001), ["rate_high", "rate_worse", "rate_calm"]),
        ((0.01, 0.07, 0.001), ["rate_high", "rate_calm"]),
        ((0.03, 0.001, 0.03, 0.001), ["rate_high", "rate_calm"] * 2),
    ],
)
def test_each_crossing_is_told_once(values: tuple[float, ...], said: list[str]) -> None:
    assert month(*hourly(*values))[1] == said


def test_hours_between_two_polls_are_gone_through() -> None:
    known, _ = judge_rates(ACCOUNT_REGION, Reputation(), read(0.001), NOON)
    known, items = judge_rates(ACCOUNT_REGION, known, read(0.03, 0.06, 0.001, ends=NOON + 3 * HOUR), NOON + 3 * HOUR)
    assert [one.kind for one in items] == [NewsKind.RATE_HIGH, NewsKind.RATE_CALM]
    assert [one.facts["peak"] for one in items] == [0.06, 0.06]
    assert known.bounce.episode is None


@pytest.mark.parametrize(
    "unknown",
    [
        RatesRead(),
        read(0.09, ends=NOON - 30 * HOUR),
        RegionOff(),
        Unreadable(Trouble.THROTTLED, "AWS asks for fewer calls (throttled)"),
        Unreadable(Trouble.DENIED, "the credentials may not call GetMetricData (AccessDenied)"),
    ],
)
def test_what_is_unknown_opens_and_closes_nothing(unknown: RatesReading) -> None:
    assert month(read(0.001), unknown, unknown)[1] == []
    known, said = month(read(0.03), unknown, unknown)
    assert said == ["rate_high"]
    assert known.bounce.episode is not None


def test_a_late_datapoint_of_an_earlier_hour_is_not_judged() -> None:
    first, late = read(0.001), read(0.2, ends=NOON - 2 * HOUR)
    assert month(first, late)[1] == []
    both = RatesRead((*late.bounce, *first.bounce))
    assert month(first, both)[1] == []


def test_an_hour_that_rose_after_it_was_read_last_is_judged_again() -> None:
    known, _ = judge_rates(ACCOUNT_REGION, Reputation(), read(0.001), NOON)
    later = NOON + HOUR
    known, [opened] = judge_rates(ACCOUNT_REGION, known, read(0.03, 0.018, ends=later), later)
    assert (opened.kind, opened.facts["peak"]) == (NewsKind.RATE_HIGH, 0.03)
    _, items = judge_rates(ACCOUNT_REGION, known, read(0.001, 0.018, ends=later), later)
    assert all(one.kind is NewsKind.RATE_UPDATED for one in items), "an hour that fell closes nothing after it is over"


@given(st.lists(st.floats(0, 1), max_size=60))
def test_openings_and_closings_alternate(values: list[float]) -> None:
    known, said = month(*hourly(*values))
    ends = [one for one in said if one != "rate_worse"]
    assert ends == [("rate_high", "rate_calm")[number % 2] for number in range(len(ends))]
    assert (known.bounce.episode is not None) == (len(ends) % 2 == 1)


def test_a_bar_a_day() -> None:
    assert draw_bars((None, 0.0, 0.01, 0.02), 0.02) == "·▁▅█"
    assert draw_bars((0.004, 0.002), 0.02) == "▂▂", "a calm time looks calm"
    assert draw_bars((0.004, 0.06), 0.02) == "▁█"
