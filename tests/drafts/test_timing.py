"""When to submit and when to expect the answer, by the clock and the weekdays of the team.

March 2026 begins on a Sunday. Berlin puts its clocks forward on 29 March 2026 at 2:00, New York on 8 March 2026.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from drafts.timing import add_business_days, advise_submission, estimate_answer
from model.drafting import DraftKind
from tests.support.cases import cases

BERLIN, NEW_YORK, AUCKLAND = (ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Pacific/Auckland"))
LABEL = "an estimate from practice"


def at(zone: ZoneInfo, day: int, hour: int = 10, minute: int = 0, *, month: int = 3) -> datetime:
    """A moment of 2026, in UTC, as the bot hands it in."""
    return datetime(2026, month, day, hour, minute, tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "zone", "fine", "wanted", "says"),
    [
        (at(BERLIN, 2, 9), BERLIN, True, at(BERLIN, 2, 9), "best time"),
        (at(BERLIN, 2, 11, 59), BERLIN, True, at(BERLIN, 2, 11, 59), "best time"),
        (at(BERLIN, 2, 15), BERLIN, True, at(BERLIN, 2, 15), "Today is fine"),
        (at(BERLIN, 3), BERLIN, True, at(BERLIN, 3), "Today is fine"),
        (at(BERLIN, 5, 23, 59), BERLIN, True, at(BERLIN, 5, 23, 59), "Avoid Friday"),
        (at(BERLIN, 6, 0, 0), BERLIN, False, at(BERLIN, 9, 9), "Friday adds 1 to 2 days"),
        (at(BERLIN, 6, 16), BERLIN, False, at(BERLIN, 9, 9), "Monday, 9 March"),
        (at(BERLIN, 7), BERLIN, False, at(BERLIN, 9, 9), "Wait for Monday, 9 March"),
        (at(BERLIN, 8, 23, 59), BERLIN, False, at(BERLIN, 9, 9), "Wait for Monday, 9 March"),
        (at(BERLIN, 28), BERLIN, False, at(BERLIN, 30, 9), "Monday, 30 March"),
        (at(NEW_YORK, 7), NEW_YORK, False, at(NEW_YORK, 9, 9), "Monday, 9 March"),
        (at(BERLIN, 1, month=5), BERLIN, False, at(BERLIN, 4, 9, month=5), "Monday, 4 May"),
    ],
)
def test_when_to_submit(now: datetime, zone: ZoneInfo, fine: bool, wanted: datetime, says: str) -> None:
    advice = advise_submission(now, zone)
    assert advice.now_is_fine is fine
    assert advice.at == wanted
    assert says in advice.advice
    assert LABEL in advice.advice


def test_the_weekday_is_that_of_the_team() -> None:
    moment = datetime(2026, 3, 5, 12, tzinfo=UTC)
    assert advise_submission(moment, BERLIN).now_is_fine
    assert not advise_submission(moment, AUCKLAND).now_is_fine, "it is Friday in Auckland"
    assert advise_submission(datetime(2026, 3, 9, 3, tzinfo=UTC), NEW_YORK).at == at(NEW_YORK, 9, 9), (
        "still Sunday there"
    )


@cases()
def test_a_very_new_domain_gets_the_day_from_which_to_try(
    now: datetime, registered: date, wanted: datetime, says: str
) -> None:
    advice = advise_submission(now, BERLIN, registered)
    assert not advice.now_is_fine
    assert advice.at == wanted
    assert says in advice.advice
    assert LABEL in advice.advice


@pytest.mark.parametrize("registered", [date(2026, 2, 24), date(2020, 1, 1), None])
def test_a_domain_of_a_week_waits_for_nothing(registered: date | None) -> None:
    assert advise_submission(at(BERLIN, 3), BERLIN, registered).now_is_fine


OLD, NEW = date(2019, 1, 1), date(2026, 2, 20)


@pytest.mark.parametrize(
    ("submitted", "registered", "vague", "window", "says"),
    [
        (at(BERLIN, 2, 9), OLD, False, (at(BERLIN, 2, 13), at(BERLIN, 2, 21)), "takes 4 to 12 hours"),
        (at(BERLIN, 2, 9), None, False, (at(BERLIN, 2, 13), at(BERLIN, 2, 21)), "established domain"),
        (at(BERLIN, 2, 9), NEW, False, (at(BERLIN, 3, 9), at(BERLIN, 5, 9)), "new domain takes 1 to 3 business days"),
        (
            at(BERLIN, 2, 9),
            OLD,
            True,
            (at(BERLIN, 3, 9), at(BERLIN, 5, 9)),
            "open questions takes 1 to 3 business days",
        ),
        (at(BERLIN, 5, 9), OLD, True, (at(BERLIN, 6, 9), at(BERLIN, 10, 9)), "1 to 3 business days"),
        (at(BERLIN, 6, 9), OLD, False, (at(BERLIN, 9, 13), at(BERLIN, 10, 21)), "a Friday adds 1 to 2 days"),
        (at(BERLIN, 6, 9), OLD, True, (at(BERLIN, 10, 9), at(BERLIN, 13, 9)), "a Friday adds 1 to 2 days"),
        (at(BERLIN, 7, 9), OLD, False, (at(BERLIN, 9, 13), at(BERLIN, 9, 21)), "counted from Monday"),
        (at(BERLIN, 8, 22), OLD, True, (at(BERLIN, 10, 9), at(BERLIN, 12, 9)), "counted from Monday"),
        (at(BERLIN, 27, 9), OLD, True, (at(BERLIN, 31, 9), at(BERLIN, 3, 9, month=4)), "a Friday adds 1 to 2 days"),
    ],
)
def test_when_a_request_is_answered(
    submitted: datetime, registered: date | None, vague: bool, window: tuple[datetime, datetime], says: str
) -> None:
    estimate = estimate_answer(submitted, BERLIN, registered=registered, vague=vague)
    assert (estimate.earliest, estimate.latest) == window
    assert estimate.promised - submitted == timedelta(hours=24)
    assert says in estimate.words


@cases()
def test_an_appeal_takes_three_to_seven_business_days(
    submitted: datetime, earliest: datetime, latest: datetime
) -> None:
    estimate = estimate_answer(submitted, BERLIN, occasion=DraftKind.APPEAL, registered=NEW, vague=True)
    assert (estimate.earliest, estimate.latest) == (earliest, latest)
    assert "an appeal takes 3 to 7 business days" in estimate.words


def test_the_promise_and_the_estimate_are_kept_apart() -> None:
    words = estimate_answer(at(BERLIN, 3), BERLIN).words
    assert words == (
        "AWS promises a first answer within 24 hours, so by Wednesday, 4 March, 10:00. An estimate from practice: a"
        " well-written request from an established domain takes 4 to 12 hours; expect it between Tuesday, 3 March,"
        " 14:00 and Tuesday, 3 March, 22:00 (Europe/Berlin)."
    )


@pytest.mark.parametrize(
    ("zone", "submitted", "promised"),
    [
        (BERLIN, datetime(2026, 3, 28, 12), "Sunday, 29 March, 13:00"),
        (BERLIN, datetime(2026, 10, 24, 12), "Sunday, 25 October, 11:00"),
        (NEW_YORK, datetime(2026, 3, 7, 9), "Sunday, 8 March, 10:00"),
        (AUCKLAND, datetime(2026, 4, 4, 9), "Sunday, 5 April, 08:00"),
    ],
)  # fmt: skip
def test_twenty_four_hours_are_hours_when_the_clocks_change(zone: ZoneInfo, submitted: datetime, promised: str) -> None:
    estimate = estimate_answer(submitted.replace(tzinfo=zone), zone)
    assert f"by {promised}." in estimate.words


def test_hours_that_the_clock_skips_are_not_given() -> None:
    cairo = ZoneInfo("Africa/Cairo")  # puts its clocks forward on a Friday, 24 April 2026, at midnight
    moved = add_business_days(datetime(2026, 4, 23, 0, 30, tzinfo=cairo), 1)
    assert (moved.day, moved.hour) == (24, 1)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        advise_submission(datetime(2026, 3, 3, 10), BERLIN)
    with pytest.raises(ValueError, match="aware"):
        estimate_answer(datetime(2026, 3, 3, 10), BERLIN)
