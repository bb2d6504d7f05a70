"""Typed text and button values become one query, or one sentence that says what is wrong."""

import contextlib
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.query import BadQuery, Query, parse, read
from tests.support.cases import cases

READ = [
    ("acme.com", "acme.com"),
    ("ACME.com.", "acme.com"),
    ("  acme.com  ", "acme.com"),
    ("https://acme.com/about", "acme.com"),
    ("bob@acme.com", "acme.com"),
    ("`acme.com`", "acme.com"),
    ("\u200bacme.com\u200b", "acme.com"),
    ("<http://acme.com|acme.com>", "acme.com"),
    ("&lt;http://acme.com|acme.com&gt;", "acme.com"),
    ("<mailto:bob@acme.com|bob@acme.com>", "acme.com"),
    ("https://acme.com/?a=1&amp;b=2", "acme.com"),
    ("bücher.example", "xn--bcher-kva.example"),
    # several, by whatever separates them
    ("a.com b.com", "a.com b.com"),
    ("a.com,b.com;c.com", "a.com b.com c.com"),
    ("a.com, b.com,\nc.com", "a.com b.com c.com"),
    ("- a.com\n- b.com\n", "a.com b.com"),
    ("<http://a.com|a.com>,<http://b.com|b.com>", "a.com b.com"),
    ("https://a.com/x,y https://b.com", "a.com b.com"),
    ("https://a.com/x,https://b.com/y", "a.com b.com"),
    ("https://a.com/, https://b.com/;", "a.com b.com"),
    # duplicates fold, by what they mean
    ("acme.com ACME.com https://acme.com/ bob@acme.com", "acme.com"),
    (" ".join(["acme.com"] * 40), "acme.com"),
    # options
    ("acme.com selector=s1", "acme.com selector=s1"),
    ("selector=S1 acme.com", "acme.com selector=s1"),
    ("acme.com selector=s1,s2 selector=s2", "acme.com selector=s1,s2"),
    ("acme.com --selector=s1", "acme.com selector=s1"),
    ("acme.com selectors=s1", "acme.com selector=s1"),
    ("acme.com selector=s1._domainkey.acme.com", "acme.com selector=s1"),
    ("acme.com selector=s1.mail", "acme.com selector=s1.mail"),
    ("acme.com token=abc123,def456", "acme.com token=abc123,def456"),
    ("acme.com token=abc123._domainkey.acme.com", "acme.com token=abc123"),
    ("acme.com token=abc123.dkim.amazonses.com", "acme.com token=abc123"),
    # options as people write them
    ("acme.com selector: s1", "acme.com selector=s1"),
    ("acme.com selector = s1", "acme.com selector=s1"),
    ("acme.com selector =s1", "acme.com selector=s1"),
    ("acme.com --selector s1", "acme.com selector=s1"),
    ("acme.com selector s1,s2", "acme.com selector=s1,s2"),
    ("acme.com selectors: s1,s2", "acme.com selector=s1,s2"),
    ("acme.com token: abc123", "acme.com token=abc123"),
    ("acme.com website: acme.com/shop", "acme.com website=https://acme.com/shop"),
    ("acme.com --website <https://acme.com/shop|acme.com/shop>", "acme.com website=https://acme.com/shop"),
    ("selector.com", "selector.com"),
    # names of records, and of websites
    ("_dmarc.acme.com", "acme.com"),
    ("s1._domainkey.acme.com", "acme.com selector=s1"),
    ("s1.mail._domainkey.acme.com selector=s2", "acme.com selector=s2,s1.mail"),
    ("_domainkey.acme.com", "acme.com"),
    ("_amazonses.mail.acme.com", "mail.acme.com"),
    ("acme.com._report._dmarc.vendor.example", "vendor.example"),
    ("www.acme.com", "acme.com"),
    ("https://www.acme.com/about", "acme.com"),
    ("www.com", "www.com"),
    # markup, and slips of the hand
    ("*acme.com*", "acme.com"),
    ("_acme.com_", "acme.com"),
    ("~acme.com~", "acme.com"),
    ("*_acme.com_*", "acme.com"),
    ("*.acme.com", "acme.com"),
    ("<https://acme.com|acme.com>", "acme.com"),
    ("https:/acme.com", "acme.com"),
    ("https//acme.com/x", "acme.com"),
    ("http:acme.com", "acme.com"),
    ("help", "help"),
    ("HELP please", "help"),
    ("?", "help"),
]


@pytest.mark.parametrize(("typed", "canonical"), READ)
def test_what_people_paste_is_read(typed: str, canonical: str) -> None:
    query = parse(typed)
    assert str(query) == canonical
    assert parse(str(query)) == query


REFUSED = [
    ("", "No domain was given"),
    (" \n\t ", "No domain was given"),
    ("selector=s1", "No domain was given"),
    ("localhost", "not a domain on the internet"),
    ("192.0.2.1", "IP address"),
    ("[2001:db8::1]", "IP address"),
    ("-bad-.com", "hyphen"),
    ("a" * 300, "no dot"),
    ("a." * 150 + "com", "at most 253"),
    ("x" * 10_000, "10,000 characters"),
    ("🎉", "“🎉”"),
    ("<!channel>", "“<!channel>”"),
    ("&lt;!channel&gt;", "“<!channel>”"),
    ("check my domain please", "“check” has no dot"),
    (" ".join(f"d{number}.com" for number in range(11)), "11 domains; at most 10"),
    ("acme.com colour=red", "no option “colour”"),
    ("acme.com --json", "no option “--json”"),
    ("acme.com --selector", "acme.com selector=s1"),
    ("_dmarc.com", "is the name of a record, not of a domain"),
    ("acme.com selector=-s1", "“-s1” is not a DKIM selector"),
    ("acme.com selector=s!", "not a DKIM selector"),
    ("acme.com selector=" + "s" * 64, "not a DKIM selector"),
    ("acme.com selector=" + ",".join(f"s{number}" for number in range(11)), "11 selectors"),
    ("acme.com token=a_b", "not an Easy DKIM token"),
    ("acme.com token=a,b,c,d", "4 tokens"),
    ("a.com b.com token=abc", "Each domain has SES tokens of its own, and 2 domains"),
]


@pytest.mark.parametrize(("typed", "says"), REFUSED)
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


def test_one_bad_word_among_domains_is_told_and_the_rest_is_checked() -> None:
    query = parse("acme.com localhost b.com")
    assert query.domains == ("acme.com", "b.com")
    assert [(word.typed, "own name" in word.why) for word in query.unread] == [("localhost", True)]


@cases()
def test_a_person_learns_which_domain_is_checked(typed: str, note: str) -> None:
    assert parse(typed).notes == (note,)
    assert parse("acme.com").notes == ()


def test_the_terminal_reads_thousands_of_domains_in_the_same_way() -> None:
    typed = "\n".join(f"d{number}.example" for number in range(3_000))
    assert len(read(typed).domains) == 3_000


def test_each_domain_has_a_query_of_its_own_with_the_same_options() -> None:
    query = parse("a.com b.com selector=s1 nonsense")
    assert [str(one) for one in query.each()] == ["a.com selector=s1", "b.com selector=s1"]
    assert all(not one.unread for one in query.each())


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
    for one in [query, *query.each()]:
        again = parse(str(one))
        assert replace(again, unread=()) == replace(one, unread=())
    assert all(len(str(one)) <= 2_000 for one in query.each())


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


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("acme.com website=", "No website was named"),
        ("acme.com website=ftp://acme.com", "only https and http"),
        ("acme.com website=javascript:alert(1)", "only https and http"),
        ("acme.com website=https://ana:secret@acme.com/", "a user name or a password"),
        ("acme.com website=acme", "not a whole name"),
        ("acme.com website=acme.com:99999", "no port"),
        ("acme.com website=a.com website=b.com", "2 websites"),
        ("acme.com acme.org website=acme.com", "a website of its own, and 2 domains"),
        ("acme.com website=acme.com/" + "a" * 1_000, "characters long"),
        ("acme.com --website", "right after an equals sign"),
    ],
)
def test_what_is_no_website_is_told_with_an_example(typed: str, says: str) -> None:
    with pytest.raises(BadQuery) as bad:
        parse(typed)
    assert says in str(bad.value)
