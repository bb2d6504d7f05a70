"""What people type for a website, and the address that they mean."""

import pytest

from checks.query import BadWebsite, website_of


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("acme.com", "https://acme.com/"),
        (" acme.com/shop#top ", "https://acme.com/shop"),
        ("http://acme.com", "http://acme.com/"),
        ("acme.com:8080", "http://acme.com:8080/"),  # a port of its own without a scheme: http, as in a browser
        ("acme.com:443/a", "https://acme.com/a"),
        ("https://acme.com:8443", "https://acme.com:8443/"),
        ("acme.com/a:8", "https://acme.com/a:8"),
        ("bücher.example", "https://xn--bcher-kva.example/"),
    ],
)
def test_the_address_that_is_meant(typed: str, meant: str) -> None:
    assert website_of(typed) == meant


@pytest.mark.parametrize("typed", ["", "ftp://acme.com", "mailto:ana@acme.com", "http://localhost", "acme.com:99999"])
def test_what_is_no_website(typed: str) -> None:
    with pytest.raises(BadWebsite):
        website_of(typed)


@pytest.mark.parametrize("typed", ["https://ana:hunter2@acme.com/", "ana:hunter2@acme.com"])
def test_a_password_is_not_repeated(typed: str) -> None:
    with pytest.raises(BadWebsite) as bad:
        website_of(typed)
    assert "hunter2" not in str(bad.value)
    assert "@acme.com" in str(bad.value)
