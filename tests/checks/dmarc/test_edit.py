"""Amended records: each change keeps the other tags and their order, and does nothing else (RFC 9989 section 4.8)."""

import pytest

from checks.dmarc.edit import (
    autocorrect,
    complete_record,
    read_mailboxes,
    with_corrected_addresses,
    with_report_address,
    with_tag,
    with_valid_tags,
    without_obsolete_tags,
)
from tests.support.cases import cases

R = "rua=mailto:d@acme.com"
MAILBOX = "dmarc@acme.com"


@cases()
def test_a_tag_is_set_where_it_belongs(text: str, name: str, value: str, expected: str) -> None:
    assert with_tag(text, name, value) == expected


@cases(R=R)
def test_what_receivers_discard_goes(text: str, expected: str) -> None:
    assert with_valid_tags(text) == expected
    assert with_valid_tags(expected) == expected


@cases(R=R)
def test_obsolete_parts_go(text: str, expected: str) -> None:
    assert without_obsolete_tags(text) == expected


@cases()
def test_a_report_address_is_added(text: str, expected: str) -> None:
    assert with_report_address(text, MAILBOX) == expected


def test_no_report_address_is_invented() -> None:
    assert with_report_address("v=DMARC1; p=none", None) == "v=DMARC1; p=none"
    assert complete_record("v=DMARC1", None) == "v=DMARC1; p=none"


@cases()
def test_a_bad_address_is_repaired_where_that_is_certain(rua: str, expected: str | None) -> None:
    repaired = with_corrected_addresses(f"v=DMARC1; p=none; rua={rua}; t=y")
    assert repaired == (f"v=DMARC1; p=none; rua={expected}; t=y" if expected else None)


@cases(R=R)
def test_what_a_text_was_meant_as(text: str, expected: str | None) -> None:
    assert autocorrect(text) == expected


@pytest.mark.parametrize("text", ["a@b@c.net", "mailtoa@x.net", "mailto:a b@x.net", "see our wiki", "", "x" * 3_000])
def test_an_unclear_address_is_not_guessed(text: str) -> None:
    assert read_mailboxes(text) == ()
