"""The grammar of RFC 7208 section 12: what it takes, what it refuses and where, and what was surely meant."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.spf import is_spf, parse, select_spf_texts
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
from tests.support.cases import cases
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


@cases()
def test_a_flaw_says_where_and_what_was_expected(section: str, marked: str, expected: str) -> None:
    flaw = parse(marked.replace("➞", "")).flaws[0]
    assert flaw.fault_position == marked.index("➞")
    assert expected in flaw.expected


def test_parsing_goes_on_after_an_error() -> None:
    record = parse("v=spf1 ip:192.0.2.1 mx foo a: -all")
    assert [flaw.text for flaw in record.flaws] == ["ip:192.0.2.1", "foo", "a:"]
    assert [str(directive) for directive in record.directives] == ["mx", "-all"]


@cases()
def test_which_text_is_spf(text: str, spf: bool) -> None:
    """Section 4.5."""
    assert is_spf(text) is spf
    assert select_spf_texts(["other", text]) == ((text,) if spf else ())


@cases()
def test_what_was_surely_meant(published: str, corrected: str) -> None:
    as_dns_gives_it = published if published.isascii() or "\x96" in published else published.encode().decode("latin-1")
    assert autocorrect(as_dns_gives_it) == corrected
    assert not parse(corrected).flaws


@cases()
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
    assert all(0 <= flaw.fault_position <= len(text) for flaw in record.flaws)


@settings(max_examples=400, deadline=None)
@given(st.one_of(texts, st.text(alphabet='v=spf1 -~+?all include:a.b,;"“–\u00a0%{}d/024', max_size=50)))
def test_a_corrected_record_is_valid_and_needs_no_correction(text: str) -> None:
    corrected = autocorrect(text)
    if corrected is not None:
        assert is_spf(corrected)
        assert not parse(corrected).flaws
        assert autocorrect(corrected) is None


@cases()
def test_a_hostile_record_is_read_to_its_end(term: str) -> None:
    """One TXT record can hold 65,000 octets: nothing here may cost more than a look at each of them."""
    record = parse(f"v=spf1 {term} a:{term}")
    assert record.flaws
    assert parse(str(record)) == record
