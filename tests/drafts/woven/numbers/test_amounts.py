"""Amounts as people type them in a form: with k and dots, as ranges, in words, below zero, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafts.woven.numbers import quantities, respelled


@pytest.mark.parametrize(
    ("typed", "low", "high"),
    [
        ("about 10k", 10_000, 10_000), ("4.200", 4_200, 4_200), ("4,200", 4_200, 4_200), ("4 200", 4_200, 4_200),
        ("4'200", 4_200, 4_200), ("1.5 million", 1_500_000, 1_500_000), ("1,5 k", 1_500, 1_500), ("~900", 900, 900),
        ("5k-500k", 5_000, 500_000), ("5-6k", 5_000, 6_000), ("100-200k", 100_000, 200_000), ("2k+", 2_000, 2_000),
        ("between 2k and 3k", 2_000, 3_000), ("-500", -500, -500), ("minus 20", -20, -20), ("0.5", 0.5, 0.5),
        ("1.234.567", 1_234_567, 1_234_567), ("1,234.5", 1_234.5, 1_234.5), ("twelve", 12, 12),
        ("half a million", 500_000, 500_000), ("a couple of thousand", 2_000, 2_000), ("１２,０００", 12_000, 12_000),
        ("約600件", 600, 600), ("1万", 10_000, 10_000),
    ],
)  # fmt: skip
def test_an_amount_is_understood(typed: str, low: float, high: float) -> None:
    (amount,) = quantities(typed)
    assert (amount.low, amount.high) == (low, high)
    assert amount.is_range == (low != high)


@pytest.mark.parametrize(
    "typed",
    ["many", "growing", "TBD", "negative", "", "in 2019", "within 24 hours", "on the 1st", "10 %", "at 9:30", "https://x.example/2000"],
)  # fmt: skip
def test_what_is_no_amount_is_none(typed: str) -> None:
    assert quantities(typed) == ()


def test_what_is_counted_and_in_which_period_stands_with_the_amount() -> None:
    orders, subscribers, receipts = quantities("900 orders a month, 6,400 subscribers and 3k receipts/week")
    assert (orders.noun, orders.period) == ("orders a month", "month")
    assert (subscribers.noun, subscribers.period) == ("subscribers and", None)
    assert receipts.period == "week"


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("about 10k", "about 10,000"), ("4.200 customers", "4,200 customers"), ("5k-500k", "5,000-500,000"),
        ("~2.4k", "about 2,400"), ("1.5 million", "1.5 million"), ("since 2019", "since 2019"), ("2.17", "2.17"),
        ("9:30 on 1,200 days", "9:30 on 1,200 days"), ("see x.example/2000", "see x.example/2000"),
    ],
)  # fmt: skip
def test_amounts_are_respelled_as_english_writes_them(typed: str, spelled: str) -> None:
    assert respelled(typed) == spelled


@given(st.integers(1_000, 10_000_000))
def test_a_spelling_never_changes_the_amount(value: int) -> None:
    for typed in (f"{value:,}", f"{value:,}".replace(",", "."), f"{value:,}".replace(",", " ")):
        assert [q.low for q in quantities(respelled(typed))] == [float(value)]


@given(st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    assert all(q.low <= q.high for q in quantities(text))
    respelled(text)
