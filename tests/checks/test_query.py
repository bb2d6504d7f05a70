"""Typed text and button values become one query, or one sentence that says what is wrong."""

import contextlib
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.query import BadQuery, Query, parse, read_query
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
    assert [str(one) for one in query.split_by_domain()] == ["a.com selector=s1", "b.com selector=s1"]
    assert all(not one.unread for one in query.split_by_domain())


def test_tokens_become_what_ses_expects_of_the_domain() -> None:
    expected = parse("acme.com token=abc,def").expectations
    assert expected is not None
    assert (expected.identity, expected.tokens) == ("acme.com", ("abc", "def"))
    assert parse("acme.com").expectations is None


PIECES = st.sampled_from(
    [
        *(
            "acme.com",
            "_dmarc.",
            "www.",
            "*",
            ":",
            "selector",
            "<",
            ">",
            "|",
            "&lt;",
            "&amp;",
            "http://",
            "mailto:",
            "selector=",
            "token=",
            "--",
            "=",
        ),
        *("website=", "/", ";", "%", "?", "“"),
        *(",", " ", "\n", "@", "[", "ü", "\u202e", "\x00"),
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
    for one in [query, *query.split_by_domain()]:
        again = parse(str(one))
        assert replace(again, unread=()) == replace(one, unread=())
    assert all(len(str(one)) <= 2_000 for one in query.split_by_domain())


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
