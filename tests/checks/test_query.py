"""Typed text and button values become one query, or one sentence that says what is wrong."""

import contextlib
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.query import BadQuery, BadWebsite, Query, parse, parse_website, read_query
from tests.support.cases import cases


@cases()
def test_what_people_paste_is_read(typed: str, canonical: str) -> None:
    query = parse(typed)
    assert str(query) == canonical
    assert parse(str(query)) == query


@cases()
def test_what_cannot_be_checked_is_said(typed: str, says: str) -> None:
    with pytest.raises(BadQuery) as caught:
        parse(typed)
    assert says in str(caught.value)
    assert len(str(caught.value)) < 1_500


def test_eleven_domains_are_repeated_so_that_they_can_be_edited() -> None:
    typed = " ".join(f"d{number}.com" for number in range(11))
    with pytest.raises(BadQuery) as caught:
        parse(typed)
    assert typed in str(caught.value)


def test_one_bad_word_among_domains_is_reported_and_the_rest_is_checked() -> None:
    query = parse("acme.com localhost b.com")
    assert query.domains == ("acme.com", "b.com")
    assert [(word.typed, "own name" in word.why) for word in query.unread] == [("localhost", True)]


@cases()
def test_a_person_learns_which_domain_is_checked(typed: str, note: str) -> None:
    assert parse(typed).notes == (note,)
    assert parse("acme.com").notes == ()


def test_the_terminal_reads_thousands_of_domains_in_the_same_way() -> None:
    typed = "\n".join(f"d{number}.example" for number in range(3_000))
    assert len(read_query(typed).domains) == 3_000


def test_each_domain_has_a_query_of_its_own_with_the_same_options() -> None:
    query = parse("a.com b.com selector=s1 nonsense")
    assert [str(part) for part in query.split_by_domain()] == ["a.com selector=s1", "b.com selector=s1"]
    assert all(not part.unread for part in query.split_by_domain())


def test_tokens_become_what_ses_expects_of_the_domain() -> None:
    expected = parse("acme.com token=abc,def").expectations
    assert expected is not None
    assert (expected.identity, expected.tokens) == ("acme.com", ("abc", "def"))
    assert parse("acme.com").expectations is None


PIECES = st.sampled_from(
    [
        *("acme.com", "_dmarc.", "www.", "*", ":", "selector", "<", ">", "|", "&lt;", "&amp;", "http://", "mailto:"),
        *("selector=", "token=", "--", "=", "website=", "/", ";", "%", "?", "“", ",", " ", "\n", "@", "[", "ü"),
        *("\u202e", "\x00"),
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join)))
def test_no_text_raises_and_every_query_can_be_typed_again(text: str) -> None:
    try:
        query = parse(text)
    except BadQuery as bad:
        assert str(bad)
        return
    assert query.help or query.domains
    assert len(query.domains) + len(query.unread) <= 10
    for part in [query, *query.split_by_domain()]:
        retyped = parse(str(part))
        assert replace(retyped, unread=()) == replace(part, unread=())
    assert all(len(str(part)) <= 2_000 for part in query.split_by_domain())


@pytest.mark.parametrize("piece", ["<", "a", "a=", "http://", ",;", "a.b,", "&lt;", "<a|"])
def test_reading_takes_time_in_proportion_to_the_text(piece: str) -> None:
    started = time.process_time()
    with contextlib.suppress(BadQuery):
        parse(piece * (8_000 // len(piece)))
    assert time.process_time() - started < 1


def test_an_empty_query_asks_for_nothing() -> None:
    assert str(Query()) == ""


@cases()
def test_the_website_is_read_as_the_fetch_reads_it(typed: str, website: str | None) -> None:
    query = parse(typed)
    assert query.website == website
    assert parse(str(query)) == query
    assert query.unread == ()


@cases()
def test_what_is_no_website_is_reported_with_an_example(typed: str, says: str) -> None:
    with pytest.raises(BadQuery) as bad:
        parse(typed)
    assert says in str(bad.value)


@cases()
def test_the_address_that_is_meant(typed: str, url: str) -> None:
    assert parse_website(typed) == url


@pytest.mark.parametrize("typed", ["", "ftp://acme.com", "mailto:ana@acme.com", "http://localhost", "acme.com:99999"])
def test_what_is_no_web_address(typed: str) -> None:
    with pytest.raises(BadWebsite):
        parse_website(typed)


@pytest.mark.parametrize("typed", ["https://ana:hunter2@acme.com/", "ana:hunter2@acme.com"])
def test_a_password_is_not_repeated(typed: str) -> None:
    with pytest.raises(BadWebsite) as bad:
        parse_website(typed)
    assert "hunter2" not in str(bad.value)
    assert "@acme.com" in str(bad.value)
