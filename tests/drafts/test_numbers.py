"""Numbers as people type them, and the month that they add up to (verdicts, "volume.arithmetic")."""

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


@cases()
def test_the_month_of_one_kind(
    rhythm: Rhythm, count: int, per_event: float | None, times_a_week: int | None, total: int, sum_shown: str
) -> None:
    mail_kind = MailKind(rhythm=rhythm, count=count, per_event=per_event, times_a_week=times_a_week)
    largest = None if rhythm is Rhythm.ON_EVENT else count
    assert monthly_volume(Answers(kinds=(mail_kind,))) == MonthlyVolume(total, sum_shown, largest)


def test_kinds_add_up_and_what_is_not_counted_is_left_out() -> None:
    counted = (MailKind(rhythm=Rhythm.ON_EVENT, count=700), MailKind(rhythm=Rhythm.EVERY_TWO_WEEKS, count=6_400))
    kinds = (*counted, MailKind(count=5), MailKind())
    assert monthly_volume(Answers(kinds=kinds)) == MonthlyVolume(14_600, "700 + 6,400 × 2.17 = 14,600", 6_400)
    assert monthly_volume(Answers()) == MonthlyVolume(0, "", None)


@given(st.sampled_from(Rhythm), st.none() | st.integers(-9, 10**30), st.none() | st.floats(), st.none() | st.integers())
def test_no_number_raises(rhythm: Rhythm, count: int | None, per_person: float | None, times: int | None) -> None:
    month = monthly_volume(
        Answers(kinds=(MailKind(rhythm=rhythm, count=count, per_event=per_person, times_a_week=times),))
    )
    assert month.total >= 0
    assert bool(month.sum) == bool(month.total)
