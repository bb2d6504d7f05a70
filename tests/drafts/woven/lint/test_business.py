"""The business, its mail and an example: can a stranger tell what is sold, to whom, and what a message says?"""

from dataclasses import replace

import pytest

from drafts.woven import fill, lint
from model import Answers, Severity
from tests.support.businesses import BOOKS, SHOP
from tests.support.lint import remark

FIRES = [
    ("business.vague", "business", "We are a company offering services."),
    ("business.vague", "business", "A leading provider of innovative solutions for customers worldwide"),
    ("business.vague", "business", ""),
    ("mail.vague", "streams.1.what", "Marketing emails"),
    ("mail.vague", "streams.1.what", "notifications"),
    ("mail.vague", "streams.1.what", "Various important updates and alerts"),
    ("mail.vague", "streams.1.what", ""),
    ("sample.missing", "sample", ""),
    ("sample.missing", "sample", " … "),
    ("frequency.ambiguous", "streams.1.rhythm", "biweekly"),
    ("frequency.ambiguous", "streams.1.rhythm", "Bi-monthly"),
    ("frequency.ambiguous", "streams.1.rhythm", "regularly"),
    ("frequency.ambiguous", "streams.1.rhythm", "From time to time"),
    ("frequency.ambiguous", "streams.1.what", "Our biweekly newsletter"),
]
SILENT = [
    ("business.vague", "business", "We repair watches and clocks for people in Lyon."),
    ("business.vague", "business", "Online shop for hand-made candles; we sell to people in Britain and Ireland"),
    ("mail.vague", "streams.1.what", "Receipts"),
    ("mail.vague", "streams.1.what", "Marketing emails about new teas"),
    ("mail.vague", "streams.1.what", "Alerts when a server is down"),
    ("sample.missing", "sample", "Subject: Hello\n\nYour tea is on its way."),
    ("frequency.ambiguous", "streams.1.rhythm", "every other Thursday"),
    ("frequency.ambiguous", "streams.1.rhythm", "twice a week"),
    ("frequency.ambiguous", "streams.1.what", "A letter for people who regularly order"),
    ("frequency.ambiguous", "business", "We publish a bimonthly magazine on tea and sell it in shops across Ireland"),
]
BARE = replace(SHOP, place="", since="")
"""Without place and date, so that the business has to say everything itself."""


def base_for(rule: str) -> Answers:
    """A draft whose trigger does not tell what the mail is either."""
    return fill(BARE, {"streams.1.trigger": "News"}) if rule == "mail.vague" else BARE


@pytest.mark.parametrize(("rule", "field", "text"), FIRES, ids=[f"{r}-{t[:30]}" for r, _, t in FIRES])
def test_what_tells_a_stranger_nothing_is_named(rule: str, field: str, text: str) -> None:
    found = remark(rule, field, text, base_for(rule))
    assert found is not None
    assert found.severity is (Severity.WARN if rule == "sample.missing" else Severity.ASK)
    assert found.sentence == ("" if not any(map(str.isalnum, text)) else text)


@pytest.mark.parametrize(("rule", "field", "text"), SILENT, ids=[f"{r}-{t[:30]}" for r, _, t in SILENT])
def test_what_tells_enough_passes(rule: str, field: str, text: str) -> None:
    assert remark(rule, field, text, base_for(rule)) is None


def test_the_name_of_the_business_does_not_count_as_telling() -> None:
    named = replace(BARE, name="Blue Harbour Trading Company of Cork")
    assert remark("business.vague", "business", "Blue Harbour Trading Company of Cork sells tea", named) is not None


def test_place_and_date_count_as_telling() -> None:
    assert remark("business.vague", "business", "Wine shop for small hotels", BARE) is not None
    assert remark("business.vague", "business", "Wine shop for small hotels", SHOP) is None


def test_no_mail_at_all_is_asked_for() -> None:
    asked = [r for r in lint(replace(SHOP, streams=())) if r.rule == "mail.vague"]
    assert [(r.field, r.severity) for r in asked] == [("streams.0.what", Severity.ASK)]


def test_each_reading_of_an_ambiguous_word_is_offered() -> None:
    week = remark("frequency.ambiguous", "streams.1.rhythm", "biweekly")
    month = remark("frequency.ambiguous", "streams.1.rhythm", "bimonthly")
    assert week is not None
    assert month is not None
    assert "twice a week" in week.advice
    assert "every two weeks" in week.advice
    assert "every two months" in month.advice


def test_japanese_is_not_counted_in_words() -> None:
    assert remark("business.vague", "business", "京都の古本のオンライン書店です。", BOOKS) is None
