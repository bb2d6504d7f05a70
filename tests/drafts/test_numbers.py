"""Numbers as people type them, and the month that they add up to (verdicts, "volume.arithmetic")."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafts.volume import find_numbers, monthly_volume
from model.request import Answers, MailKind, MonthlyVolume, Rhythm
from tests.support.cases import cases


@cases()
def test_numbers_are_read(typed: str, numbers: tuple[int, ...]) -> None:
    assert find_numbers(typed) == numbers


@given(st.text(st.characters(codec=None)), st.integers(1_000, 10**12))
def test_no_text_raises_and_a_grouped_number_is_read_as_it_is(text: str, number: int) -> None:
    assert all(number >= 0 for number in find_numbers(text))
    assert find_numbers(f"{number:,}") == (number,)
    assert find_numbers(f"{number:_}".replace("_", ".")) == (number,)


def kind(rhythm: Rhythm, count: int, *, per_person: float | None = None, times: int | None = None) -> MailKind:
    return MailKind(rhythm=rhythm, count=count, per_event=per_person, times_a_week=times)


@pytest.mark.parametrize(
    ("mail_kind", "total", "sum_shown"),
    [
        (kind(Rhythm.EVERY_TWO_WEEKS, 6_400), 13_900, "6,400 × 2.17 = 13,900"),
        (kind(Rhythm.DAILY, 140), 4_260, "140 × 30.4 = 4,260"),
        (kind(Rhythm.WEEKDAYS, 100), 2_170, "100 × 21.7 = 2,170"),
        (kind(Rhythm.TIMES_A_WEEK, 620, times=2), 5_370, "620 × 8.66 = 5,370"),
        (kind(Rhythm.WEEKLY, 80), 346, "80 × 4.33 = 346"),
        (kind(Rhythm.TWICE_A_MONTH, 50), 100, "50 × 2 = 100"),
        (kind(Rhythm.MONTHLY, 3_100), 3_100, "3,100"),
        (kind(Rhythm.QUARTERLY, 1_150), 380, "1,150 × 0.33 = 380"),
        (kind(Rhythm.TWICE_A_YEAR, 1_000), 170, "1,000 × 0.17 = 170"),
        (kind(Rhythm.YEARLY, 12_000), 996, "12,000 × 0.083 = 996"),
        (kind(Rhythm.ON_EVENT, 700), 700, "700"),
        (kind(Rhythm.ON_EVENT, 1_450, per_person=2), 2_900, "1,450 × 2 = 2,900"),
        (kind(Rhythm.ON_EVENT, 1_000, per_person=1.5), 1_500, "1,000 × 1.5 = 1,500"),
    ],
)
def test_the_month_of_one_kind(mail_kind: MailKind, total: int, sum_shown: str) -> None:
    largest = None if mail_kind.rhythm is Rhythm.ON_EVENT else mail_kind.count
    assert monthly_volume(Answers(kinds=(mail_kind,))) == MonthlyVolume(total, sum_shown, largest)


def test_kinds_add_up_and_what_is_not_counted_is_left_out() -> None:
    kinds = (kind(Rhythm.ON_EVENT, 700), kind(Rhythm.EVERY_TWO_WEEKS, 6_400), MailKind(count=5), MailKind())
    assert monthly_volume(Answers(kinds=kinds)) == MonthlyVolume(14_600, "700 + 6,400 × 2.17 = 14,600", 6_400)
    assert monthly_volume(Answers()) == MonthlyVolume(0, "", None)


@given(st.sampled_from(Rhythm), st.none() | st.integers(-9, 10**30), st.none() | st.floats(), st.none() | st.integers())
def test_no_number_raises(rhythm: Rhythm, count: int | None, per_person: float | None, times: int | None) -> None:
    month = monthly_volume(
        Answers(kinds=(MailKind(rhythm=rhythm, count=count, per_event=per_person, times_a_week=times),))
    )
    assert month.total >= 0
    assert bool(month.sum) == bool(month.total)
