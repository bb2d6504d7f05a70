"""What people paste names the domain they mean, or says why it names none; and which domain SES signs for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.names import (
    BadDomain,
    domain_of,
    identity_of,
    is_at_or_below,
    normalize_name,
    unicode_of,
    unpublished_label,
)
from model import Expectations
from tests.support.cases import cases


@cases()
def test_what_people_paste(typed: str, domain: str) -> None:
    assert domain_of(typed) == domain


@cases()
def test_what_names_no_domain_says_why_and_shows_an_example(typed: str, why: str) -> None:
    with pytest.raises(BadDomain) as refused:
        domain_of(typed)
    assert why in str(refused.value)
    assert "acme.com" in str(refused.value)
    assert len(str(refused.value)) < 250


@given(st.text(max_size=400))
def test_any_text_names_a_domain_or_is_refused(typed: str) -> None:
    try:
        name = domain_of(typed)
    except BadDomain as refused:
        assert str(refused)
        return
    assert name.isascii()
    assert name == name.lower()
    assert len(name) <= 253
    assert domain_of(name) == name


def test_a_name_is_shown_as_its_people_write_it() -> None:
    assert unicode_of("xn--bcher-kva.example") == "bücher.example"
    assert unicode_of("acme.com") == "acme.com"
    assert unicode_of("xn--zzzzzz--.example") == "xn--zzzzzz--.example"


@cases()
def test_the_identity(reported: str | None, identity: str) -> None:
    assert identity_of("news.acme.com", None if reported is None else Expectations(reported)) == identity


@cases()
def test_a_plain_name(text: str | None, name: str | None) -> None:
    assert normalize_name(text) == name


def test_unpublished_label_stays_the_same_and_differs_by_identity() -> None:
    assert unpublished_label("acme.com") == unpublished_label("acme.com")
    assert unpublished_label("acme.com") != unpublished_label("acme.net")
    assert len(unpublished_label("acme.com")) <= 63


def test_at_or_below() -> None:
    assert is_at_or_below("a.b", "a.b")
    assert is_at_or_below("x.a.b", "a.b")
    assert not is_at_or_below("xa.b", "a.b")
