"""volume.arithmetic, row by row: rhythms, sums, the bands of the ratio, and slips of the unit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from drafts.woven import lint
from drafts.woven.arithmetic import busiest_day, stated, worked_out
from drafts.woven.numbers import per_event, per_month, quantities
from model import Answers, MailType, Severity, Stream
from model.draft import Known
from tests.support.businesses import SHOP

M, T = MailType.MARKETING, MailType.TRANSACTIONAL


def letter(number: str, rhythm: str, monthly: str) -> Answers:
    """A draft with one newsletter."""
    return replace(SHOP, streams=(Stream("Newsletter", M, "News", "Subscribers", rhythm, number),), monthly=monthly)


def said(answers: Answers, known: Known | None = None) -> list[str]:
    return [r.advice for r in lint(answers, known) if r.rule == "volume.arithmetic"]


@pytest.mark.parametrize(
    ("rhythm", "sends"),
    [
        ("daily", 30.4),
        ("every day", 30.4),
        ("once a day", 30.4),
        ("on weekdays", 21.7),
        ("every working day", 21.7),
        ("Monday to Friday", 21.7),
        ("weekly", 4.33),
        ("once a week", 4.33),
        ("every Tuesday", 4.33),
        ("twice a week", 8.66),
        ("3 times a week", 12.99),
        ("two or three a week", 10.825),
        ("on Mondays and Thursdays", 8.66),
        ("every other Tuesday", 2.17),
        ("fortnightly", 2.17),
        ("every two weeks", 2.17),
        ("every second week", 2.17),
        ("monthly", 1),
        ("once a month", 1),
        ("first Monday of the month", 1),
        ("first and third Thursday", 2),
        ("twice a month", 2),
        ("every two months", 0.5),
        ("quarterly", 0.33),
        ("once a quarter", 0.33),
        ("yearly", 0.083),
        ("once a year", 0.083),
        ("four times a year", 0.332),
        ("biweekly", None),
        ("bimonthly", None),
        ("regularly", None),
        ("one per order", None),
        ("", None),
    ],
)
def test_a_rhythm_as_sends_a_month(rhythm: str, sends: float | None) -> None:
    assert per_month(rhythm) == (None if sends is None else pytest.approx(sends))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("about 10k", 10_000, 10_000),
        ("4.200", 4_200, 4_200),
        ("4,200", 4_200, 4_200),
        ("4 200", 4_200, 4_200),
        ("1,5 k", 1_500, 1_500),
        ("1.2M", 1_200_000, 1_200_000),
        ("~6400 subscribers", 6_400, 6_400),
        ("5k-500k", 5_000, 500_000),
        ("100-200k", 100_000, 200_000),
        ("between 900 and 1,100 orders", 900, 1_100),
        ("two thousand", 2_000, 2_000),
        ("half a million", 500_000, 500_000),
        ("-500", -500, -500),
        ("月に400件", 400, 400),
        ("約1万通", 10_000, 10_000),
    ],
)
def test_a_number_as_people_write_it(text: str, low: float, high: float) -> None:
    assert [(q.low, q.high) for q in quantities(text)] == [(low, high)]


@pytest.mark.parametrize(
    "text", ["many", "growing", "TBD", "a lot", "since 2017", "within 24 hours", "99 %", "3rd floor"]
)
def test_what_is_no_amount(text: str) -> None:
    assert quantities(text) == ()


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("about 10k", 10_000),
        ("10,000 a month", 10_000),
        ("500 a day", 15_200),
        ("2,000 a week", 8_660),
        ("120,000 per year", 9_960),
        ("9,000 to 11,000", 10_000),
        ("many", None),
    ],
)
def test_the_month_that_an_answer_states(text: str, month: float | None) -> None:
    assert stated(text) == (None if month is None else pytest.approx(month))


def test_the_upper_end_of_the_busiest_day_counts() -> None:
    assert busiest_day("3,000 to 4,400 on a Thursday") == 4_400
    assert busiest_day("Thursdays") is None


@pytest.mark.parametrize(
    ("text", "each"),
    [("two per order", 2), ("one per booking", 1), ("3 mails for each order", 3), ("a single message per sale", 1),
     ("daily", None)],
)  # fmt: skip
def test_messages_an_event(text: str, each: float | None) -> None:
    assert per_event(text) == each


def test_lists_and_events_add_up() -> None:
    total = worked_out(SHOP)
    assert total is not None
    assert total.whole
    assert total.total == pytest.approx(700 + 4_300 * 2.17)
    assert total.shown == "700 + 4,300 × 2.17 = 10,000"


def test_events_count_with_their_messages() -> None:
    total = worked_out(replace(SHOP, streams=(Stream("Receipts", T, "", "", "two per order", "900 orders a month"),)))
    assert total is not None
    assert total.shown == "900 × 2 = 1,800"


@pytest.mark.parametrize(
    ("monthly", "says"),
    [
        ("13,900", None),
        ("11,200", None),
        ("17,300", None),
        ("11,000", "Say what makes the difference"),
        ("17,600", "Say what makes the difference"),
        ("7,000", "Say what makes the difference"),
        ("27,500", "Say what makes the difference"),
        ("6,900", "Write about 13,900 a month"),
        ("40,000", "Write about 13,900 a month"),
    ],
)
def test_the_bands_of_stated_to_worked_out(monthly: str, says: str | None) -> None:
    found = said(letter("6,400 subscribers", "every other Tuesday", monthly))
    assert len(found) == (says is not None)
    if says:
        assert says in found[0]


def test_the_sum_is_shown() -> None:
    draft = letter("6,400 subscribers", "every other Tuesday", "100,000")
    assert said(draft) == [
        "6,400 × 2.17 = 13,900; you wrote 100,000. Did you mean a stream that goes out every day, and wrote week?"
    ]
    [remark] = [r for r in lint(draft) if r.rule == "volume.arithmetic"]
    assert (remark.severity, remark.field, remark.sentence) == (Severity.WARN, "monthly", "100,000")


@pytest.mark.parametrize(
    ("rhythm", "monthly", "meant"),
    [
        ("monthly", "4,330", "goes out every week"),
        ("monthly", "30,000", "goes out every day"),
        ("monthly", "12,000", "that number per year"),
        ("weekly", "1,000", "that number per week"),
        ("daily", "1,000", "that number per day"),
        ("weekly", "30,000", "every day, and wrote week"),
        ("daily", "4,330", "every week, and wrote day"),
        ("monthly", "83", "number per year, and wrote month"),
    ],
)
def test_a_slip_of_the_unit_is_asked_about(rhythm: str, monthly: str, meant: str) -> None:
    [advice] = said(letter("1,000 subscribers", rhythm, monthly))
    assert meant in advice
    assert f"you wrote {monthly}." in advice


@pytest.mark.parametrize(
    ("monthly", "warns"), [("10,000", False), ("60,000", False), ("8,000", False), ("7,000", True)]
)
def test_where_only_marketing_can_be_counted_the_sum_is_a_floor(monthly: str, warns: bool) -> None:
    receipts = Stream("Receipts", T, "A payment", "Customers", "one per payment", "some")
    draft = letter("10,000 subscribers", "monthly", monthly)
    assert bool(said(replace(draft, streams=(*draft.streams, receipts)))) is warns


@pytest.mark.parametrize("monthly", ["5,000", "60,000", "150,000"])
def test_transactional_mail_is_never_counted_as_list_times_rhythm(monthly: str) -> None:
    letters = Stream("School letters", T, "News", "Parents", "twice a week", "6,200 parents")
    assert said(replace(SHOP, streams=(letters,), monthly=monthly)) == []


def test_transactional_mail_without_events_is_asked_for_them() -> None:
    alerts = Stream("Receipts", T, "A payment", "Customers", "one per payment", "5,000 customers")
    [advice] = said(replace(SHOP, streams=(alerts,), monthly="20,000"))
    assert "how many events" in advice


@pytest.mark.parametrize(("monthly", "warns"), [("60,000", False), ("61,000", True)])
def test_more_than_sixty_transactional_messages_a_user_are_asked_about(monthly: str, warns: bool) -> None:
    alerts = Stream("Alerts", T, "A check fails", "Users", "daily", "1,000 users")
    found = said(replace(SHOP, streams=(alerts,), monthly=monthly))
    assert bool(found) is warns
    if warns:
        assert found == ["61,000 messages for 1,000 users are 61 each in a month. Above 60, say what makes it so many."]


@pytest.mark.parametrize(
    ("days", "number", "asks"),
    [
        (10, "5,000 subscribers", False),
        (10, "5,100 subscribers", True),
        (0, "600 subscribers", True),
        (29, "14,000 subscribers", False),
        (29, "15,000 subscribers", True),
        (30, "500,000 subscribers", False),
        (400, "500,000 subscribers", False),
    ],
)
def test_a_list_that_a_young_site_cannot_explain(days: int, number: str, asks: bool) -> None:
    today = date(2026, 3, 2)
    known = Known(today=today, registered=today - timedelta(days=days))
    found = [r for r in lint(letter(number, "monthly", ""), known) if r.field == "streams.0.number"]
    assert bool([r for r in found if "Where did these come from?" in r.advice]) is asks


def test_without_a_date_of_registration_no_list_is_too_large() -> None:
    assert said(letter("900,000 subscribers", "monthly", "900,000"), Known(today=date(2026, 3, 2))) == []


@pytest.mark.parametrize("monthly", ["many", "", "-500", "growing"])
def test_no_sum_is_held_against_a_number_that_is_none(monthly: str) -> None:
    draft = letter("6,400 subscribers", "every other Tuesday", monthly)
    assert said(draft) == []
    assert [r.severity for r in lint(draft) if r.rule == "number.none"] == [Severity.ASK]
