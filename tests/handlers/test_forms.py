"""What is handed in by a modal becomes answers; what is not of the documented shape becomes nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.drafts.forms import (
    NO_NUMBER,
    NO_WHOLE_NUMBER,
    find_number_errors,
    merge_reply,
    merge_request,
    parse_form,
    parse_metadata,
    read_account_region,
)
from model import AccountRegion
from model.request import Answers, ContactLanguage, Leaving, MailKind, MailType, ReplyAnswers, Rhythm, Unconfirmed
from tests.support.cases import cases

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


def view(**fields: Any) -> dict[str, Any]:
    values = {f"{path}#3": {path: value} for path, value in fields.items()}
    return {"view": {"id": "V1", "private_metadata": "0123456789abcdef business", "state": {"values": values}}}


def test_a_form_is_read() -> None:
    chosen = {"type": "radio_buttons", "selected_option": {"value": "EN"}}
    form = parse_form(view(name={"value": " Acme\r\nInc\x00 "}, place={"value": None}, language=chosen))
    assert (form.draft, form.step, form.view_id) == ("0123456789abcdef", "business", "V1")
    assert form.typed == {"name": "Acme\nInc", "place": "", "language": "EN"}
    assert form.blocks["name"] == "name#3"


@given(JSON)
def test_no_payload_raises(payload: Any) -> None:
    for body in ({"view": payload}, {"view": {"state": payload}}, {"view": {"state": {"values": payload}}}):
        assert parse_form(body).draft == ""


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "name",
                "at",
                "contacts",
                "language",
                "mail_type",
                "kinds.3.name",
                "kinds.0.count",
                "busiest",
                "confirmed",
                "answers.7",
                "x",
            ]
        ),
        st.text() | st.lists(st.text()).map(tuple),
    )
)
def test_no_text_raises(typed: dict[str, Any]) -> None:
    merge_request(Answers(), typed)
    merge_reply(ReplyAnswers(), typed)
    find_number_errors(typed)


@pytest.mark.parametrize(
    ("mark", "read"),
    [
        ("0123456789abcdef mail.1", ("0123456789abcdef", "mail.1")),
        ("0123456789ABCDEF mail.1", ("", "")),
        ("0123456789abcdef", ("", "")),
        ("0123456789abcdef mail.1; DROP", ("", "")),
        (None, ("", "")),
    ],
)
def test_what_a_modal_carries_is_never_trusted(mark: object, read: tuple[str, str]) -> None:
    assert parse_metadata(mark) == read


def test_a_field_that_was_not_in_the_form_stays_as_it_is() -> None:
    before = Answers(name="Acme", business="Shoes", kinds=(MailKind("receipts"),), contacts=("a@acme.com",))
    assert merge_request(before, {"place": "Kiel"}) == Answers(
        name="Acme", business="Shoes", place="Kiel", kinds=(MailKind("receipts"),), contacts=("a@acme.com",)
    )


@pytest.mark.parametrize("typed", ["a@acme.com\nb@acme.com", "a@acme.com, b@acme.com", " a@acme.com ;b@acme.com "])
def test_contacts_may_be_written_in_any_way(typed: str) -> None:
    assert merge_request(Answers(), {"contacts": typed}).contacts == ("a@acme.com", "b@acme.com")


def test_choices() -> None:
    answers = merge_request(Answers(), {"language": "JA", "mail_type": "MARKETING", "at": "eu-west-1 main"})
    assert (answers.language, answers.mail_type) == (ContactLanguage.JA, MailType.MARKETING)
    assert (answers.account, answers.region) == ("main", "eu-west-1")
    assert merge_request(answers, {"mail_type": "-", "language": "??"}).mail_type is None
    assert read_account_region({"at": "-", "region": "us-east-1"}) == AccountRegion("", "us-east-1")
    assert read_account_region({"at": "eu-west-1 main", "region": ""}) == AccountRegion("main", "eu-west-1")
    assert read_account_region({"at": "eu-west-1 main", "region": "us-east-1"}) == AccountRegion("", "us-east-1"), (
        "what is typed counts"
    )
    assert read_account_region({"name": "x"}) is None
    answers = merge_request(Answers(), {"confirmed": "yes", "unconfirmed": "deleted", "unconfirmed_days": "7"})
    assert (answers.confirmed, answers.unconfirmed, answers.unconfirmed_days) == (True, Unconfirmed.DELETED, 7)


def test_a_kind_of_mail_is_read_from_its_fields() -> None:
    typed: dict[str, str | tuple[str, ...]] = {
        "kinds.0.name": "Receipt",
        "kinds.0.mail_type": "TRANSACTIONAL",
        "kinds.0.sentence": "An order is paid.",
        "kinds.0.rhythm": "on_event",
        "kinds.0.count": "6,400",
        "kinds.0.per_event": "1.5",
        "kinds.0.leaving": ("one_click", "link", "?"),
    }
    assert merge_request(Answers(), typed).kinds == (
        MailKind(
            "Receipt",
            MailType.TRANSACTIONAL,
            "An order is paid.",
            Rhythm.ON_EVENT,
            None,
            6_400,
            1.5,
            (Leaving.LINK, Leaving.ONE_CLICK),
        ),
    )
    assert (
        merge_request(Answers(kinds=(MailKind(leaving=(Leaving.LINK,)),)), {"kinds.0.leaving": ()}).kinds[0].leaving
        == ()
    )


@cases()
def test_a_number_that_is_none_is_refused_at_its_field(path: str, typed: str, wrong: bool) -> None:
    words = NO_NUMBER if path.endswith("per_event") else NO_WHOLE_NUMBER
    assert find_number_errors({path: typed}) == ({path: words} if wrong else {})


def test_answers_to_awss_questions_stay_with_their_questions() -> None:
    answers = merge_reply(ReplyAnswers(answers=("Daily.",)), {"answers.1": "Customers.", "answers.3": "No."})
    assert answers.answers == ("Daily.", "Customers.", "", "No.")
