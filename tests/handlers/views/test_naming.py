"""How domains are written, and what to type as a record's host."""

from hypothesis import given
from hypothesis import strategies as st

from handlers.views.naming import check_label, format_domain, host_field, join_words, shorten
from tests.support.cases import cases


@cases()
def test_host_field(name: str, zone: str, host: str | None) -> None:
    assert host_field(name, zone) == host


@cases()
def test_a_domain_is_shown_as_people_write_it_beside_its_a_label(domain: str, text: str) -> None:
    assert format_domain(domain) == text


@given(st.text(max_size=80))
def test_whatever_is_written_can_be_seen(domain: str) -> None:
    assert format_domain(domain).isprintable()
    assert format_domain(f"xn--{domain}").isprintable()


def test_a_long_name_keeps_both_ends() -> None:
    name = "a" * 200 + ".example"
    assert len(shorten(name)) <= 80
    assert shorten(name).startswith("aaa")
    assert shorten(name).endswith(".example")


def test_words() -> None:
    assert check_label("mail_from") == "MAIL FROM"
    assert check_label("new\u202e") == r"new\u202e"
    assert [join_words(["a"]), join_words(["a", "b"]), join_words(["a", "b", "c"]), join_words([])] == [
        "a",
        "a and b",
        "a, b and c",
        "",
    ]
