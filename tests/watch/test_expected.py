"""Three business days, seven for an appeal, in the time zone of the people who wait."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.support.cases import cases
from watch.cases import estimate_answer_by


@cases()
def test_weekends_do_not_count(since: str, by: str) -> None:
    at = datetime.fromisoformat(since).replace(tzinfo=UTC)
    assert estimate_answer_by(at, UTC) == datetime.fromisoformat(by).replace(tzinfo=UTC)


def test_an_appeal_takes_seven() -> None:
    at = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert estimate_answer_by(at, UTC, appeal=True) == datetime(2026, 12, 2, 9, 30, tzinfo=UTC)


def test_it_is_friday_where_the_people_are() -> None:
    """Thursday 23:00 in UTC is Friday morning in Auckland, and so takes over the weekend."""
    thursday = datetime(2026, 11, 26, 23, 0, tzinfo=UTC)
    assert estimate_answer_by(thursday, UTC).date().isoformat() == "2026-12-01"
    assert estimate_answer_by(thursday, ZoneInfo("Pacific/Auckland")).date().isoformat() == "2026-12-02"


def test_the_time_of_day_stays_when_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    friday = datetime(2026, 10, 23, 9, 0, tzinfo=berlin)
    assert estimate_answer_by(friday, berlin) == datetime(2026, 10, 28, 9, 0, tzinfo=berlin)
