"""Web addresses are read once, as browsers read them, into one plain form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.fetch import Failure
from checks.fetch.urls import BadUrl, Url
from tests.support.cases import cases

BASE = Url.read("https://acme.example/shop/item?id=1")


@cases()
def test_a_whole_address(typed: str, means: str) -> None:
    assert str(Url.read(typed)) == means


@cases()
def test_an_address_on_a_page(location: str, means: str) -> None:
    assert str(Url.read(location, BASE)) == means


@pytest.mark.parametrize(
    ("typed", "failure"),
    [
        ("", Failure.BAD_URL),
        ("acme.example", Failure.BAD_URL),
        ("https://", Failure.BAD_URL),
        ("https:///", Failure.BAD_URL),
        ("https://acme..example/", Failure.BAD_URL),
        ("https://" + "a" * 64 + ".example/", Failure.BAD_URL),
        ("https://" + "a." * 140 + "example/", Failure.BAD_URL),
        ("https://acme.example:0/", Failure.BAD_URL),
        ("https://acme.example:65536/", Failure.BAD_URL),
        ("https://acme.example:٣/", Failure.BAD_URL),
        ("https://acme.example:80a/", Failure.BAD_URL),
        ("https://ac me.example/", Failure.BAD_URL),
        ("https://acme<.example/", Failure.BAD_URL),
        ("https://1.2.3.4.5/", Failure.BAD_URL),
        ("https://1.2.3.256/", Failure.BAD_URL),
        ("https://09/", Failure.BAD_URL),
        ("https://acme.0x/", Failure.BAD_URL),
        ("https://[1.2.3.4]/", Failure.BAD_URL),
        ("https://[::1]x/", Failure.BAD_URL),
        ("https://[fe80::1%eth0]/", Failure.BAD_URL),
        ("https://acme.example/" + "a" * 5_000, Failure.BAD_URL),
        ("https://bob@acme.example/", Failure.NOT_PUBLIC),
        ("https://bob:secret@acme.example/", Failure.NOT_PUBLIC),
        ("mailto:bob@acme.example", Failure.NOT_PUBLIC),
        ("ftp://acme.example/", Failure.NOT_PUBLIC),
    ],
)
def test_what_is_none(typed: str, failure: Failure) -> None:
    with pytest.raises(BadUrl) as caught:
        Url.read(typed)
    assert caught.value.failure is failure
    assert "secret" not in caught.value.why
    assert len(caught.value.why) < 150


@given(st.text(max_size=60) | st.text(alphabet="htp:/\\@[]%.0x1a?# ").map(lambda text: "http://" + text))
def test_no_text_raises_anything_else_and_none_changes_when_read_again(text: str) -> None:
    for base in (None, BASE):
        try:
            found = Url.read(text, base)
        except BadUrl:
            continue
        assert str(found).isascii()
        assert str(found).isprintable()
        assert "@" not in found.origin
        assert Url.read(str(found)) == found
