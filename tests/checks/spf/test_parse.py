"""The grammar of RFC 7208 section 12: what it takes, what it refuses and where, and what was surely meant."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.spf import is_spf, parse, select
from checks.spf.autocorrect import autocorrect, autocorrect_term
from checks.spf.syntax import (
    IP4,
    IP6,
    MX,
    PTR,
    A,
    All,
    Directive,
    Escape,
    Exists,
    Exp,
    Include,
    Literal,
    Macro,
    MacroString,
    Mechanism,
    Modifier,
    Qualifier,
    Redirect,
    Unknown,
)
from tests.support.spf_zones import texts


def spec(text: str) -> MacroString:
    return MacroString((Literal(text),))


MECHANISMS: tuple[tuple[str, str, Mechanism], ...] = (
    ("5.1", "all", All()),
    ("5.2", "include:example.com", Include(spec("example.com"))),
    ("5.3", "a", A()),
    ("5.3", "a:example.com", A(spec("example.com"))),
    ("5.3", "a/24", A(None, 24)),
    ("5.3", "a//64", A(None, None, 64)),
    ("5.3", "a:example.com/24//64", A(spec("example.com"), 24, 64)),
    ("5.3", "a:foo:bar/baz.example.com", A(spec("foo:bar/baz.example.com"))),
    ("5.4", "mx", MX()),
    ("5.4", "mx:example.com/0//0", MX(spec("example.com"), 0, 0)),
    ("5.5", "ptr", PTR()),
    ("5.5", "ptr:example.com", PTR(spec("example.com"))),
    ("5.6", "ip4:192.0.2.1", IP4(IPv4Address("192.0.2.1"))),
    ("5.6", "ip4:192.0.2.0/24", IP4(IPv4Address("192.0.2.0"), 24)),
    ("5.6", "ip6:2001:db8::/32", IP6(IPv6Address("2001:db8::"), 32)),
    ("5.6", "ip6:::ffff:192.0.2.1", IP6(IPv6Address("::ffff:192.0.2.1"))),
    ("5.7", "exists:%{ir}.example.com", Exists(MacroString((Macro("i", None, True), Literal(".example.com"))))),
    ("7.1", "exists:%{L2R-+}%_%%", Exists(MacroString((Macro("L", 2, True, "-+"), Escape("%_"), Escape("%%"))))),
    ("7.1", "a:example.1-2.", A(spec("example.1-2."))),
    ("7.1", "a:.com", A(spec(".com"))),
)

MODIFIERS: tuple[tuple[str, str, Modifier], ...] = (
    ("6.1", "redirect=example.com", Redirect(spec("example.com"))),
    ("6.2", "EXP=example.com", Exp(spec("example.com"))),
    ("6", "x-Y_z.9=a:b/c=d", Unknown("x-Y_z.9", spec("a:b/c=d"))),
    ("6", "x=", Unknown("x", MacroString())),
    ("6", "include=example.com", Unknown("include", spec("example.com"))),
)


@pytest.mark.parametrize(("section", "text", "mechanism"), MECHANISMS)
def test_a_mechanism_is_read_with_every_qualifier(section: str, text: str, mechanism: Mechanism) -> None:
    assert parse(f"v=spf1 {text}").terms == (Directive(Qualifier.PASS, mechanism),)
    for qualifier in Qualifier:
        assert parse(f"v=spf1 {qualifier}{text}").terms == (Directive(qualifier, mechanism),)


@pytest.mark.parametrize(("section", "text", "modifier"), MODIFIERS)
def test_a_modifier_is_read(section: str, text: str, modifier: Modifier) -> None:
    assert parse(f"v=spf1 {text}").terms == (modifier,)


FLAWS = (
    # section, record with ➞ where the grammar breaks, a word of what was expected
    ("4.6.1", "v=spf1 ➞foo -all", "mechanisms"),
    ("4.6.1", "v=spf1 -➞", "mechanism"),
    ("4.6.1", "v=spf1 +➞redirect=example.com", "mechanisms"),
    ("4.6.1", "v=spf1 ➞=foo", "mechanism"),
    ("5.1", "v=spf1 -all➞.", "nothing"),
    ("5.2", "v=spf1 include➞", "domain"),
    ("5.2", "v=spf1 include:➞", "domain"),
    ("5.2", "v=spf1 include:example.➞com/24", "top-level"),
    ("5.3", "v=spf1 a:➞museum", "dot"),
    ("5.3", "v=spf1 a:example.➞123", "top-level"),
    ("5.3", "v=spf1 a/➞33", "0 to 32"),
    ("5.3", "v=spf1 a//➞129", "0 to 128"),
    ("5.5", "v=spf1 ptr➞/24", "domain"),
    ("5.6", "v=spf1 ip4➞", "IPv4"),
    ("5.6", "v=spf1 ip4:➞192.0.2", "IPv4"),
    ("5.6", "v=spf1 ip4:192.0.2.1/➞032", "leading zeros"),
    ("5.6", "v=spf1 ip6:➞fe80::1%eth0", "IPv6"),
    ("6.1", "v=spf1 redirect=➞", "domain"),
    ("6", "v=spf1 redirect=a.example ➞redirect=b.example", "only one"),
    ("7.1", "v=spf1 exists:➞%(d).example.com", "macro"),
    ("7.2", "v=spf1 exists:%{➞c}.example.com", "letters"),
    ("7.3", "v=spf1 exists:%{d➞0}.example.com", "above zero"),
    ("12", "v=spf1 a➞\tmx", "domain"),
    ("12", "v=spf1 include:example.com➞\xa0-all", "visible"),
    ("4.5", "➞v=spf10 -all", "v=spf1"),
)


@pytest.mark.parametrize(("section", "marked", "expected"), FLAWS)
def test_a_flaw_says_where_and_what_was_expected(section: str, marked: str, expected: str) -> None:
    flaw = parse(marked.replace("➞", "")).flaws[0]
    assert flaw.at == marked.index("➞")
    assert expected in flaw.expected


def test_parsing_goes_on_after_an_error() -> None:
    record = parse("v=spf1 ip:192.0.2.1 mx foo a: -all")
    assert [flaw.text for flaw in record.flaws] == ["ip:192.0.2.1", "foo", "a:"]
    assert [str(directive) for directive in record.directives] == ["mx", "-all"]


@pytest.mark.parametrize(
    ("text", "spf"),
    [
        ("v=spf1", True),
        ("V=SPF1 -all", True),
        ("v=spf1-all", False),
        ("v=spf10", False),
        (" v=spf1", False),
        ("", False),
    ],
)
def test_which_text_is_spf(text: str, spf: bool) -> None:
    """Section 4.5."""
    assert is_spf(text) is spf
    assert select(["other", text]) == ((text,) if spf else ())


CORRECTIONS = (
    # what was published, what was surely meant
    ("v=spf1 ipv4:192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 ipv6:2001:db8::1 -all", "v=spf1 ip6:2001:db8::1 -all"),
    ("v=spf1 ~ip:192.0.2.1 -all", "v=spf1 ~ip4:192.0.2.1 -all"),
    ("v=spf1 ip4:2001:db8::1 -all", "v=spf1 ip6:2001:db8::1 -all"),
    ("v=spf1 ip6:192.0.2.0/24 -all", "v=spf1 ip4:192.0.2.0/24 -all"),
    ("v=spf1 a:192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 192.0.2.1 2001:db8::/32 -all", "v=spf1 ip4:192.0.2.1 ip6:2001:db8::/32 -all"),
    ("v=spf1 ip4:192.0.2.0/255.255.255.0 -all", "v=spf1 ip4:192.0.2.0/24 -all"),
    ("v=spf1 ip4:192.0.2.0/024 -all", "v=spf1 ip4:192.0.2.0/24 -all"),
    ("v=spf1 include=a.example -all", "v=spf1 include:a.example -all"),
    ("v=spf1 ip4=192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 redirect:a.example", "v=spf1 redirect=a.example"),
    ("v=spf1 inlcude:a.example -all", "v=spf1 include:a.example -all"),
    ("v=spf1 includ:a.example -all", "v=spf1 include:a.example -all"),
    ("v=spf1 inclxde:a.example -all", "v=spf1 include:a.example -all"),
    ("v=spf1 ~existts:a.example -all", "v=spf1 ~exists:a.example -all"),
    ("v=spf1 nclude:a.example -all", "v=spf1 include:a.example -all"),
    ("v=spf1 includes:a.example -all", "v=spf1 include:a.example -all"),
    ("v=spf1 redirct=a.example", "v=spf1 redirect=a.example"),
    ("v=spf1include:a.example -all", "v=spf1 include:a.example -all"),
    ("v=spf1; include:a.example; -all;", "v=spf1 include:a.example -all"),
    ("v=spf1,a,mx,-all", "v=spf1 a mx -all"),
    ("v=spf1 include:a.example,include:b.example -all", "v=spf1 include:a.example include:b.example -all"),
    ("v=spf1 include:a.exampleinclude:b.example~all", "v=spf1 include:a.example include:b.example ~all"),
    ("v=spf1 ip4:192.0.2.1,192.0.2.2 -all", "v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 -all"),
    ("v=spf1 include: a.example - all", "v=spf1 include:a.example -all"),
    ("v=spf1 include :a.example -all.", "v=spf1 include:a.example -all"),
    ("v=spf1 a\tmx\r\n-all", "v=spf1 a mx -all"),
    ('"v=spf1 a mx -all"', "v=spf1 a mx -all"),
    ('v=spf1 include:a.example" "include:b.example -all', "v=spf1 include:a.example include:b.example -all"),
    ("“v=spf1 a –all”", "v=spf1 a -all"),
    ("v=spf1 a\u00a0mx \u200b−all", "v=spf1 a mx -all"),
    (b"v=spf1 a \x96all".decode("latin-1"), "v=spf1 a -all"),
    ("v=spf1 v=spf1 a -all", "v=spf1 a -all"),
    ("v=spf1 include:https://a.example/ -all", "v=spf1 include:a.example -all"),
    ("v=spf1 redirect=a.example redirect=a.example", "v=spf1 redirect=a.example"),
    ("SPF: v=spf1 a -all", "v=spf1 a -all"),
)


@pytest.mark.parametrize(("published", "meant"), CORRECTIONS)
def test_what_was_surely_meant(published: str, meant: str) -> None:
    as_dns_gives_it = published if published.isascii() or "\x96" in published else published.encode().decode("latin-1")
    assert autocorrect(as_dns_gives_it) == meant
    assert not parse(meant).flaws


@pytest.mark.parametrize(
    "text",
    [
        "v=spf1 a -all",  # fine as it is
        "V=SPF1 A:Example.COM -ALL",
        "v=spf1 ip6:::192.0.2.1/0 -all",
        "v=spf1 a:foo:bar/baz.example.com exists:%{l,}.example.com -all",
        "v=spf1 example.com -all",  # a: or include:?
        "v=spf1 ip4:192.0.2 -all",
        "v=spf1 ip4:192.0.2.1:25 -all",
        "v=spf1 inxlxde:a.example -all",
        "v=spf1 inldue:a.example -all",
        "v=spf1 exp=a.example exp=b.example -all",  # which of them?
        "v=spf1 a - ~all",
        "v=spf1 foo -all",
        "v=spf1 foo=bar -all",
        "v=spf10 a -all",
        "v=spf2.0/pra a -all",
        "anything else",
        "",
    ],
)
def test_nothing_is_corrected_that_is_not_sure(text: str) -> None:
    assert autocorrect(text) is None


@pytest.mark.parametrize(
    ("text", "correction"), [("ipv4:192.0.2.1", "ip4:192.0.2.1"), (",", ""), ("mx,a", "mx a"), ("foo", None)]
)
def test_a_flaw_carries_its_correction(text: str, correction: str | None) -> None:
    assert autocorrect_term(text) == correction


@settings(max_examples=400, deadline=None)
@given(st.one_of(texts, st.text(max_size=60), texts.map(lambda text: text[1:])))
def test_what_is_written_reads_as_it_was_read(text: str) -> None:
    record = parse(text)
    assert parse(str(record)) == record
    assert parse(str(record)).flaws == record.flaws
    assert all(0 <= flaw.at <= len(text) for flaw in record.flaws)


@settings(max_examples=400, deadline=None)
@given(st.one_of(texts, st.text(alphabet='v=spf1 -~+?all include:a.b,;"“–\u00a0%{}d/024', max_size=50)))
def test_a_corrected_record_is_valid_and_needs_no_correction(text: str) -> None:
    meant = autocorrect(text)
    if meant is not None:
        assert is_spf(meant)
        assert not parse(meant).flaws
        assert autocorrect(meant) is None


@pytest.mark.parametrize(
    "term",
    ["a:" + "a" * 60_000, "%{d" + "9" * 60_000 + "}.", "/1" * 30_000, "foo " * 15_000, "ip4:" + "1." * 30_000],
    ids=lambda term: term[:6],
)
def test_a_hostile_record_is_read_to_its_end(term: str) -> None:
    """One TXT record can hold 65,000 octets: nothing here may cost more than a look at each of them."""
    record = parse(f"v=spf1 {term} a:{term}")
    assert record.flaws
    assert parse(str(record)) == record
