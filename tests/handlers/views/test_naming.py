"""How domains are written, and what to type as a record's host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.views.naming import host_field, label, listed, short, written


@pytest.mark.parametrize(
    ("name", "zone", "host"),
    [
        ("acme.com", "acme.com", "@"),
        ("_dmarc.acme.com", "acme.com", "_dmarc"),
        ("ACME.com.", "acme.COM", "@"),
        ("x1._domainkey.app.acme.com", "acme.com", "x1._domainkey.app"),
        ("app.acme.com", "app.acme.com", "@"),
        ("_dmarc.acme.com", "app.acme.com", None),
        ("acme.com._report._dmarc.vendor.example", "acme.com", None),
        ("notacme.com", "acme.com", None),
        ("x1._domainkey.acme.com.acme.com", "acme.com", "x1._domainkey.acme.com"),
        ("acme.com.acme.com", "acme.com", "acme.com"),
        ("acme.com", "com", None),
        ("acme.com", "", None),
    ],
    ids=[
        "apex", "subdomain", "case and dot", "several labels", "a zone of its own", "above the zone", "of a vendor",
        "only looks like it", "doubled", "doubled apex", "zone unknown: a top-level domain", "zone unknown",
    ],
)  # fmt: skip
def test_host_field(name: str, zone: str, host: str | None) -> None:
    assert host_field(name, zone) == host


@pytest.mark.parametrize(
    ("domain", "text"),
    [
        ("acme.com", "acme.com"),
        ("xn--bcher-kva.example", "bücher.example (xn--bcher-kva.example)"),
        ("xn--strae-oqa.example", "straße.example (xn--strae-oqa.example)"),
        ("xn--r8jz45g.example", "例え.example (xn--r8jz45g.example)"),
        ("xn--pple-43d.com", "xn--pple-43d.com"),
        ("xn--.com", "xn--.com"),
        ("xn--n3h.com", "xn--n3h.com"),
        ("xn--acme-.com", "xn--acme-.com"),
        ("xn--99999999999.com", "xn--99999999999.com"),
        ("_dmarc.acme.com", "_dmarc.acme.com"),
    ],
    ids=[
        "plain", "German", "IDNA 2008", "Japanese", "Cyrillic а before Latin", "empty", "a snowman",
        "ASCII in disguise", "no punycode", "underscore",
    ],
)  # fmt: skip
def test_a_domain_is_shown_as_people_write_it_beside_its_a_label(domain: str, text: str) -> None:
    assert written(domain) == text


@given(st.text(max_size=80))
def test_whatever_is_written_can_be_seen(domain: str) -> None:
    assert written(domain).isprintable()
    assert written(f"xn--{domain}").isprintable()


def test_a_long_name_keeps_both_ends() -> None:
    name = "a" * 200 + ".example"
    assert len(short(name)) <= 80
    assert short(name).startswith("aaa")
    assert short(name).endswith(".example")


def test_words() -> None:
    assert label("mail_from") == "MAIL FROM"
    assert label("new\u202e") == r"new\u202e"
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"]), listed([])] == [
        "a",
        "a and b",
        "a, b and c",
        "",
    ]
