"""Web addresses are read once, as browsers read them, into one plain form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.fetch import Failure
from checks.fetch.urls import BadUrl, Url

BASE = Url.read("https://acme.example/shop/item?id=1")


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("https://acme.example", "https://acme.example/"),
        ("HTTPS://Acme.Example./A?b=C#d", "https://acme.example/A?b=C"),
        ("https://acme.example:443/", "https://acme.example/"),
        ("http://acme.example:80", "http://acme.example/"),
        ("http://acme.example:443/", "http://acme.example:443/"),
        ("https:\\\\acme.example\\a", "https://acme.example/a"),
        ("https:acme.example", "https://acme.example/"),
        ("https:////acme.example//a", "https://acme.example//a"),
        ("  https://ac\nme.exa\tmple/\r\n", "https://acme.example/"),
        ("https://bücher.example/ä?ö", "https://xn--bcher-kva.example/%C3%A4?%C3%B6"),
        ("https://acme.example/a b/%20<x>", "https://acme.example/a%20b/%20%3Cx%3E"),
        ("https://acme.example/a/./b/../c/%2e%2E/d", "https://acme.example/a/d"),
        ("https://acme.example/../../a/..", "https://acme.example/"),
        ("https://acme.example?q=/../x", "https://acme.example/?q=/../x"),
        ("http://127.1/", "http://127.0.0.1/"),
        ("http://0x7f000001/", "http://127.0.0.1/"),
        ("http://017700000001/", "http://127.0.0.1/"),
        ("http://1.2.3/", "http://1.2.0.3/"),
        ("http://[::FFFF:127.0.0.1]:8080/", "http://[::ffff:7f00:1]:8080/"),
        ("http://１２７.０.０.１/", "http://127.0.0.1/"),
        ("https://_x.acme.example/", "https://_x.acme.example/"),
    ],
)
def test_a_whole_address(typed: str, means: str) -> None:
    assert str(Url.read(typed)) == means


@pytest.mark.parametrize(
    ("location", "means"),
    [
        ("", "https://acme.example/shop/item?id=1"),
        ("#top", "https://acme.example/shop/item?id=1"),
        ("?id=2", "https://acme.example/shop/item?id=2"),
        ("other", "https://acme.example/shop/other"),
        ("../", "https://acme.example/"),
        ("/a", "https://acme.example/a"),
        ("\\a", "https://acme.example/a"),
        ("//other.example/a", "https://other.example/a"),
        ("/\\other.example", "https://other.example/"),
        ("https:/a", "https://acme.example/a"),
        ("https:a", "https://acme.example/shop/a"),
        ("http:/other.example/a", "http://other.example/a"),
        ("a?u=http://other.example/", "https://acme.example/shop/a?u=http://other.example/"),
    ],
)
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
