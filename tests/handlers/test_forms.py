"""What is handed in by a modal becomes answers; what is not of the documented shape becomes nothing."""

from typing import Any

import pytest
from handlers.forms import appeal_with, form_of, mark_of, place_of, request_with
from hypothesis import given
from hypothesis import strategies as st

from model import Answers, AppealAnswers, ContactLanguage, MailType, Place, Stream

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
    form = form_of(view(name={"value": " Acme\r\nInc\x00 "}, place={"value": None}, language=chosen))
    assert (form.draft, form.step, form.view_id) == ("0123456789abcdef", "business", "V1")
    assert form.typed == {"name": "Acme\nInc", "place": "", "language": "EN"}
    assert form.blocks["name"] == "name#3"


@given(JSON)
def test_no_payload_raises(payload: Any) -> None:
    for body in ({"view": payload}, {"view": {"state": payload}}, {"view": {"state": {"values": payload}}}):
        assert form_of(body).draft == ""


@given(
    st.dictionaries(
        st.sampled_from(["name", "at", "contacts", "language", "mail_type", "streams.3.what", "x"]), st.text()
    )
)
def test_no_text_raises(typed: dict[str, str]) -> None:
    request_with(Answers(), typed)
    appeal_with(AppealAnswers(), typed)


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
    assert mark_of(mark) == read


def test_a_field_that_was_not_in_the_form_stays_as_it_is() -> None:
    before = Answers(name="Acme", business="Shoes", streams=(Stream("receipts"),), contacts=("a@acme.com",))
    assert request_with(before, {"place": "Kiel"}) == Answers(
        name="Acme", business="Shoes", place="Kiel", streams=(Stream("receipts"),), contacts=("a@acme.com",)
    )


@pytest.mark.parametrize("typed", ["a@acme.com\nb@acme.com", "a@acme.com, b@acme.com", " a@acme.com ;b@acme.com "])
def test_contacts_may_be_written_in_any_way(typed: str) -> None:
    assert request_with(Answers(), {"contacts": typed}).contacts == ("a@acme.com", "b@acme.com")


def test_choices() -> None:
    answers = request_with(Answers(), {"language": "JA", "mail_type": "MARKETING", "at": "eu-west-1 main"})
    assert (answers.language, answers.mail_type) == (ContactLanguage.JA, MailType.MARKETING)
    assert (answers.account, answers.region) == ("main", "eu-west-1")
    assert request_with(answers, {"mail_type": "-", "language": "??"}).mail_type is None
    assert place_of("-") == Place("", "")


def test_no_further_kind_of_mail_leaves_out_those_after_it() -> None:
    before = Answers(streams=(Stream("a"), Stream("b"), Stream("c")))
    assert [s.what for s in request_with(before, {"streams.1.what": "B"}).streams] == ["a", "B", "c"]
    assert [s.what for s in request_with(before, {"streams.1.what": "B", "more": "no"}).streams] == ["a", "B"]


def test_answers_to_awss_questions_stay_with_their_questions() -> None:
    asked = ("How often?", "To whom?")
    answers = appeal_with(AppealAnswers(), {"replies.0": "", "replies.1": "Customers."}, asked)
    assert answers.replies == (("To whom?", "Customers."),)
