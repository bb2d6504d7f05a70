"""Web addresses are read once, as browsers read them, into one plain form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.fetch import Failure
from checks.fetch.urls import BadUrl, Url
from tests.support.cases import cases

BASE = Url.parse("https://acme.example/shop/item?id=1")


@cases()
def test_a_whole_address(typed: str, means: str) -> None:
    assert str(Url.parse(typed)) == means


@cases()
def test_an_address_on_a_page(location: str, means: str) -> None:
    assert str(Url.parse(location, BASE)) == means


@cases()
def test_what_is_none(typed: str, failure: Failure) -> None:
    with pytest.raises(BadUrl) as caught:
        Url.parse(typed)
    assert caught.value.failure is failure
    assert "secret" not in caught.value.why
    assert len(caught.value.why) < 150


@given(st.text(max_size=60) | st.text(alphabet="htp:/\\@[]%.0x1a?# ").map(lambda text: "http://" + text))
def test_no_text_raises_anything_else_and_none_changes_when_read_again(text: str) -> None:
    for base in (None, BASE):
        try:
            url = Url.parse(text, base)
        except BadUrl:
            continue
        assert str(url).isascii()
        assert str(url).isprintable()
        assert "@" not in url.origin
        assert Url.parse(str(url)) == url
