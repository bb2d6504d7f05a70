"""What is refused at its field, in plain words, and what is not (verdicts, "Questions")."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafts.questions import explain_no_answer, find_errors, list_missing, page_error
from model.request import Answers, MailKind, Rhythm, Unconfirmed
from tests.support.cases import cases
from tests.support.letters import SHOP, list_businesses, read_business


@cases()
def test_a_page_that_no_one_can_open_is_refused(typed: str, says: str) -> None:
    assert says in find_errors(replace(SHOP, website=typed))["website"]
    assert says in find_errors(replace(SHOP, opt_in_page=typed))["opt_in_page"]


@pytest.mark.parametrize(
    "typed", ["", "acme.com", "https://acme.com", "HTTP://acme.co.uk/a?b=c#d", "https://bücher.example"]
)
def test_other_pages_are_fine(typed: str) -> None:
    assert page_error(typed) == ""


@pytest.mark.parametrize(
    ("changed", "path", "says"),
    [
        ({"contacts": ("a@b.co",) * 5}, "contacts", "up to 4"),
        ({"contacts": ("not an address",)}, "contacts", "email addresses"),
        ({"contacts": ("x@" + "y" * 250 + ".com",)}, "contacts", "email addresses"),
        ({"busiest": 0}, "busiest", "at least 1"),
        ({"busiest": 10**12}, "busiest", "1,000,000,000"),
        ({"opt_in": "Same."}, "opt_in", "AWS reads this text alone"),
        ({"bounces": "see above"}, "bounces", "AWS reads this text alone"),
        ({"business": "TBD"}, "business", "whole sentence"),
        ({"example": "n/a"}, "example", "leave the field empty"),
        ({"bounces": "x" * 6_000}, "bounces", "5,000"),
        ({"name": "n" * 101}, "name", "100"),
        ({"domain": "https://acme.com/x"}, "domain", "domain only"),
        ({"unconfirmed": Unconfirmed.DELETED, "unconfirmed_days": 0}, "unconfirmed_days", "days"),
        ({"kinds": (MailKind(count=0),)}, "kinds.0.count", "at least 1"),
        ({"kinds": (MailKind(), MailKind(count=10**9 + 1))}, "kinds.1.count", "1,000,000,000"),
        ({"kinds": (MailKind(per_event=float("nan")),)}, "kinds.0.per_event", "above 0"),
        ({"kinds": (MailKind(rhythm=Rhythm.TIMES_A_WEEK, times_a_week=0),)}, "kinds.0.times_a_week", "1 to 100"),
        ({"kinds": (MailKind(sentence="同上"),)}, "kinds.0.sentence", "AWS reads this text alone"),
        ({"kinds": (MailKind(name="a"),) * 6}, "kinds.5.name", "5 kinds"),
    ],
)  # fmt: skip
def test_what_is_refused_at_its_field(changed: dict[str, object], path: str, says: str) -> None:
    errors = find_errors(replace(SHOP, **changed))  # type: ignore[arg-type]
    assert list(errors) == [path]
    assert says in errors[path]


@pytest.mark.parametrize("name", list_businesses())
def test_good_answers_have_no_errors(name: str) -> None:
    answers, _ = read_business(name)
    assert find_errors(answers) == {}
    assert list_missing(answers) == ()


def test_the_busiest_day_above_the_month_is_no_error_of_a_field() -> None:
    assert find_errors(replace(SHOP, busiest=900_000)) == {}


def test_required_questions_in_the_order_of_the_steps() -> None:
    assert list_missing(Answers()) == (
        "name", "business", "website", "domain", "region", "kinds.0.name", "kinds.0.mail_type", "kinds.0.sentence",
        "kinds.0.rhythm", "kinds.0.count", "opt_in", "bounces",
    )  # fmt: skip
    weekly = replace(SHOP.kinds[1], rhythm=Rhythm.TIMES_A_WEEK)
    assert list_missing(replace(SHOP, kinds=(SHOP.kinds[0], weekly))) == ("kinds.1.times_a_week",)
    assert list_missing(replace(SHOP, business=" \n ")) == ("business",)


def test_a_sentence_that_begins_with_such_a_word_is_an_answer() -> None:
    assert explain_no_answer("Same day: the office phones the parents.") == ""
    assert explain_no_answer("None of our mail is marketing.") == ""


TEXT = st.text(st.characters(codec=None), max_size=80)


@settings(max_examples=60)
@given(TEXT, TEXT, st.lists(TEXT, max_size=6))
def test_any_text_is_judged_without_raising(text: str, page: str, contacts: list[str]) -> None:
    answers = Answers(
        name=text, business=text, website=page, domain=page, opt_in=text, contacts=tuple(contacts), example=text,
        kinds=(MailKind(name=text, sentence=text, leaving_words=text),),
    )  # fmt: skip
    assert all(says and len(says) < 200 for says in find_errors(answers).values())
    assert set(list_missing(answers)) >= {"region", "kinds.0.rhythm"}
