"""What people type for a website, and the address that they mean."""

import pytest

from checks.query import BadWebsite, parse_website
from tests.support.cases import cases


@cases()
def test_the_address_that_is_meant(typed: str, meant: str) -> None:
    assert parse_website(typed) == meant


@pytest.mark.parametrize("typed", ["", "ftp://acme.com", "mailto:ana@acme.com", "http://localhost", "acme.com:99999"])
def test_what_is_no_website(typed: str) -> None:
    with pytest.raises(BadWebsite):
        parse_website(typed)


@pytest.mark.parametrize("typed", ["https://ana:hunter2@acme.com/", "ana:hunter2@acme.com"])
def test_a_password_is_not_repeated(typed: str) -> None:
    with pytest.raises(BadWebsite) as bad:
        parse_website(typed)
    assert "hunter2" not in str(bad.value)
    assert "@acme.com" in str(bad.value)
