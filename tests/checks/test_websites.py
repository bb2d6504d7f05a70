"""What people type for a website, and the address that they mean."""

import pytest

from checks.query import BadWebsite, website_of
from tests.support.cases import cases


@cases()
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
