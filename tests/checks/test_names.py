"""What people paste names the domain they mean, or says why it names none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.names import BadDomain, domain_of, unicode_of
from tests.support.cases import cases


@cases()
def test_what_people_paste(typed: str, meant: str) -> None:
    assert domain_of(typed) == meant


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
