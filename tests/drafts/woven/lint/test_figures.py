"""Numbers in a draft: is there one, is it one, and does the largest day fit a first grant?"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from drafts.woven import fill, lint
from model import MailType, Severity, Stream
from model.draft import Known
from tests.support.businesses import CLINIC, SHOP
from tests.support.lint import remark, remarks

M, T = MailType.MARKETING, MailType.TRANSACTIONAL
TODAY = date(2026, 3, 2)


@pytest.mark.parametrize("field", ["monthly", "streams.1.number"])
@pytest.mark.parametrize("text", ["many", "growing", "TBD", "a few", "", "lots of them", "it depends"])
def test_no_number_is_asked_for_again(field: str, text: str) -> None:
    found = remark("number.none", field, text)
    assert found is not None
    assert (found.severity, found.sentence) == (Severity.ASK, text)


@pytest.mark.parametrize("text", ["-500", "minus 500", "−1,200 a month"])
def test_a_number_below_zero_is_asked_for_again(text: str) -> None:
    found = remark("number.none", "monthly", text)
    assert found is not None
    assert "below zero" in found.advice


@pytest.mark.parametrize("text", ["about 10k", "10.000", "ten thousand", "10 000 messages", "月に400件", "0"])
def test_a_number_however_written_passes(text: str) -> None:
    assert remark("number.none", "monthly", text) is None


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("5k-500k", True),
        ("between 1,000 and 10,000", True),
        ("1,000 to 2,500 subscribers", True),
        ("9,000-11,000", False),
        ("100-200k", False),
        ("4,300 subscribers", False),
        ("open 9-17, 4,300 subscribers", False),
    ],
)
def test_a_range_too_wide_to_judge(text: str, fires: bool) -> None:
    found = remark("number.range", "streams.1.number", text)
    assert (found is not None) is fires
    if found:
        assert found.severity is Severity.WARN
        assert "Plan on one number" in found.advice


@pytest.mark.parametrize(
    ("busiest", "says"),
    [
        ("50,000", None),
        ("55,000 on Black Friday", "65 minutes"),
        ("120,000", "143 minutes"),
        ("4,400", None),
        ("", None),
    ],
)
def test_a_day_above_the_usual_first_grant(busiest: str, says: str | None) -> None:
    found = remark("volume.peak", "busiest", busiest)
    assert (found is not None) is (says is not None)
    if found and says:
        assert says in found.advice
        assert "50,000 a day" in found.advice


@pytest.mark.parametrize(
    ("busiest", "days", "fires"), [("4,400", 10, True), ("1,300", 10, False), ("4,400", 60, False)]
)
def test_a_jump_at_launch(busiest: str, days: int, fires: bool) -> None:
    known = Known(today=TODAY, registered=TODAY - timedelta(days=days))
    assert (remark("volume.peak", "busiest", busiest, known=known) is not None) is fires


@pytest.mark.parametrize(
    ("basis", "fires"),
    [("", True), ("our experience", True), ("900 orders × 2", False), ("4,300 subscribers twice a month", False)],
)
def test_a_month_without_its_derivation(basis: str, fires: bool) -> None:
    found = remarks("volume.basis", {"basis": basis})
    assert [(r.field, r.severity) for r in found] == ([("basis", Severity.WARN)] if fires else [])


def test_no_month_wants_no_derivation() -> None:
    assert remarks("volume.basis", {"basis": "", "monthly": ""}) == []


@pytest.mark.parametrize(
    ("values", "fires"),
    [
        ({"busiest": "5,001"}, True),
        ({"busiest": "5,000"}, False),
        ({"busiest": "", "streams.1.number": "9,000 subscribers"}, True),
        ({"busiest": "900 at most, we spread it", "streams.1.number": "9,000 subscribers"}, False),
    ],
)
def test_marketing_above_five_thousand_a_day_meets_the_bulk_rules(values: dict[str, str], fires: bool) -> None:
    found = remarks("rate.bulk", values)
    assert [r.severity for r in found] == ([Severity.WARN] if fires else [])


def test_receipts_alone_meet_no_bulk_rules() -> None:
    assert remarks("rate.bulk", {"busiest": "20,000"}, CLINIC) == []


@pytest.mark.parametrize(
    ("letters", "fires"), [("100 subscribers", True), ("1,000 subscribers", False), ("0 subscribers", False)]
)
def test_both_kinds_with_little_marketing(letters: str, fires: bool) -> None:
    draft = fill(SHOP, {"streams.0.number": "5,000 orders a month", "streams.1.number": letters})
    found = [r for r in lint(draft) if r.rule == "type.majority"]
    assert [(r.field, r.severity) for r in found] == ([("mail_type", Severity.WARN)] if fires else [])
    if found:
        assert found[0].advice.startswith("Only 4% of the messages are promotional.")


def test_a_share_that_cannot_be_told_is_not_judged() -> None:
    draft = replace(SHOP, streams=(*SHOP.streams, Stream("Codes", T, "A sign-in", "Users", "as needed", "some")))
    assert [r for r in lint(draft) if r.rule == "type.majority"] == []
