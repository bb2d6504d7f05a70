"""From the text of a TXT record to an SPF record: which texts are SPF (RFC 7208 section 4.5), and what they say.

Nothing raises and parsing never stops: a term that breaks the grammar (sections 4.6.1, 7.1 and 12) is in the record as
a `TermFlaw`, and the terms after it are read all the same.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from checks.spf.syntax import (
    IP4,
    IP6,
    MX,
    PTR,
    VERSION,
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
    SpfRecord,
    Term,
    TermFlaw,
    Unknown,
)

_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)=")
_MECHANISM = re.compile(r"[+?~-]?([A-Za-z][A-Za-z0-9]*)")
_MACRO = re.compile(r"%\{([A-Za-z])([0-9]*)([rR]?)([-.+,/_=]*)\}")
_LITERAL = re.compile(r"[\x21-\x24\x26-\x7e]+")
_LITERAL_OR_SPACE = re.compile(r"[\x20-\x24\x26-\x7e]+")
_CIDR = re.compile(r"(?:/([0-9]+))?(?://([0-9]+))?\Z")
_LENGTH = re.compile(r"0|[1-9][0-9]{0,2}")
_TOPLABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")

_LETTERS = frozenset("slodiphv")
_LETTERS_OF_EXP = _LETTERS | frozenset("crt")
_WORD = re.compile(r"[^ ]+")
_MOST_PARTS = 9999
"""More right-hand parts than a name can have: what a larger number of a macro means, too."""


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """A text that breaks the grammar: `offset` is where (characters from 0), `expected` what belongs there."""

    offset: int
    expected: str


def read_term(text: str, position: int = 0) -> Directive | Modifier | ParseFailure:
    """Reads one term, without spaces around it; `position` is its place in the record."""
    modifier = _MODIFIER.match(text)
    if modifier:  # RFC 7208 4.6.1: "=" right after the name, before any ":" or "/", makes a modifier
        return _read_modifier(modifier[1], text, modifier.end(), position)
    has_qualifier = text.startswith(tuple(Qualifier))
    match = _MECHANISM.match(text)
    if not match:
        return ParseFailure(int(has_qualifier), "a mechanism such as ip4: or include:, or a modifier")
    mechanism = _read_mechanism(match[1].lower(), text, match.start(1), match.end())
    if isinstance(mechanism, ParseFailure):
        return mechanism
    return Directive(Qualifier(text[0]) if has_qualifier else Qualifier.PASS, mechanism, text, position)


def read_explanation(text: str) -> MacroString | ParseFailure:
    """Reads an explain-string: *( macro-string / SP ), in which the letters c, r and t are allowed (sections 6.2 and
    7.2)."""
    return _read_macro_string(text, 0, in_exp=True)


def _read_modifier(name: str, text: str, start: int, position: int) -> Modifier | ParseFailure:
    if name.lower() not in ("redirect", "exp"):
        value = _read_macro_string(text, start)
        return value if isinstance(value, ParseFailure) else Unknown(name, value, text, position)
    target = _read_domain_spec(text, start)
    if isinstance(target, ParseFailure):
        return target
    return Redirect(target, text, position) if name.lower() == "redirect" else Exp(target, text, position)


def _read_mechanism(name: str, text: str, start: int, end: int) -> Mechanism | ParseFailure:
    match name:
        case "all":
            return All() if end == len(text) else ParseFailure(end, "nothing after “all”")
        case "include" | "exists":
            if text[end : end + 1] != ":":
                return ParseFailure(end, "“:” and a domain")
            target = _read_domain_spec(text, end + 1)
            if isinstance(target, ParseFailure):
                return target
            return Include(target) if name == "include" else Exists(target)
        case "ptr":
            optional = _read_optional_target(text, end, len(text))
            return optional if isinstance(optional, ParseFailure) else PTR(optional)
        case "a" | "mx":
            return _read_a_or_mx(name, text, end)
        case "ip4" | "ip6":
            return _read_network(name, text, end)
        case _:
            return ParseFailure(start, "one of the mechanisms all, include, a, mx, ptr, ip4, ip6, exists")


def _read_optional_target(text: str, start: int, end: int) -> MacroString | ParseFailure | None:
    if start == end:
        return None
    if text[start] != ":":
        return ParseFailure(start, "“:” and a domain, or the end of the term")
    return _read_domain_spec(text[:end], start + 1)


def _read_a_or_mx(name: str, text: str, start: int) -> A | MX | ParseFailure:
    match = _CIDR.search(text, start)
    assert match is not None  # the pattern also matches an empty end
    target = _read_optional_target(text, start, match.start())
    if isinstance(target, ParseFailure):
        return target
    lengths: list[int | None] = []
    for group, maximum in ((1, 32), (2, 128)):
        length = None if match[group] is None else _read_length(match[group], match.start(group), maximum)
        if isinstance(length, ParseFailure):
            return length
        lengths.append(length)
    return A(target, *lengths) if name == "a" else MX(target, *lengths)


def _read_network(name: str, text: str, start: int) -> IP4 | IP6 | ParseFailure:
    what, example, maximum = ("IPv4", "192.0.2.1", 32) if name == "ip4" else ("IPv6", "2001:db8::1", 128)
    if text[start : start + 1] != ":":
        return ParseFailure(start, f"“:” and an {what} address")
    address, slash, digits = text[start + 1 :].partition("/")
    length = _read_length(digits, start + len(address) + 2, maximum) if slash else None
    if isinstance(length, ParseFailure):
        return length
    try:
        if name == "ip4":
            return IP4(IPv4Address(address), length)
        if "%" not in address:  # a zone index, which Python reads and RFC 4291 section 2.2 does not know
            return IP6(IPv6Address(address), length)
    except AddressValueError:
        pass
    return ParseFailure(start + 1, f"an {what} address such as {example}")


def _read_length(digits: str, start: int, maximum: int) -> int | ParseFailure:
    if not _LENGTH.fullmatch(digits) or int(digits) > maximum:
        return ParseFailure(start, f"a prefix length from 0 to {maximum}, without leading zeros")
    return int(digits)


def _read_domain_spec(text: str, start: int) -> MacroString | ParseFailure:
    """Reads a macro-string that ends in a macro, or in a dot and a top-level label (section 7.1)."""
    domain_spec = _read_macro_string(text, start)
    if isinstance(domain_spec, ParseFailure):
        return domain_spec
    if not domain_spec.pieces:
        return ParseFailure(start, "a domain")
    last = domain_spec.pieces[-1]
    if not isinstance(last, Literal):
        return domain_spec
    name = last.text.removesuffix(".")
    _, dot, toplabel = name.rpartition(".")
    if dot and _TOPLABEL.fullmatch(toplabel) and not toplabel.isdigit():
        return domain_spec
    expected = "a top-level domain (letters, digits, hyphens; not digits alone)" if dot else "a domain with a dot in it"
    return ParseFailure(len(text) - len(last.text) + len(name) - len(toplabel), expected)


def _read_macro_string(text: str, start: int, *, in_exp: bool = False) -> MacroString | ParseFailure:
    literal = _LITERAL_OR_SPACE if in_exp else _LITERAL
    pieces: list[Literal | Escape | Macro] = []
    position = start
    while position < len(text):
        if text[position] != "%":
            match = literal.match(text, position)
            if not match:
                return ParseFailure(position, "a visible ASCII character")
            pieces.append(Literal(match[0]))
            position = match.end()
        elif text[position : position + 2] in ("%%", "%_", "%-"):
            pieces.append(Escape(text[position : position + 2]))
            position += 2
        else:
            macro = _read_macro(text, position, _LETTERS_OF_EXP if in_exp else _LETTERS)
            if isinstance(macro, ParseFailure):
                return macro
            pieces.append(macro[0])
            position = macro[1]
    return MacroString(tuple(pieces))


def _read_macro(text: str, start: int, letters: frozenset[str]) -> tuple[Macro, int] | ParseFailure:
    """Returns the macro that begins at `start` with a "%", and the position after it."""
    match = _MACRO.match(text, start)
    if not match:
        return ParseFailure(start, "a macro such as %{d}, or %%, %_ or %-")
    letter, digits, reverse, delimiters = match.groups()
    if letter.lower() not in letters:
        return ParseFailure(match.start(1), f"one of the macro letters {', '.join(sorted(letters))}")
    significant = digits.lstrip("0")
    if digits and not significant:
        return ParseFailure(match.start(2), "a number of parts above zero")
    keep = None if not digits else int(significant) if len(significant) <= 4 else _MOST_PARTS
    return Macro(letter, keep, bool(reverse), delimiters), match.end()


def is_spf(text: str) -> bool:
    """Returns True for `v=spf1` (in any case) followed by a space or the end."""
    return text[: len(VERSION)].lower() == VERSION and text[len(VERSION) :][:1] in ("", " ")  # RFC 7208 4.5


def select_spf_texts(texts: Iterable[str]) -> tuple[str, ...]:
    """Returns those texts at a name that are SPF records; a working domain has exactly one (section 4.5)."""
    return tuple(text for text in texts if is_spf(text))


@lru_cache(maxsize=128)  # look-ups, judging and the proof of each fix read the same few texts
def parse(text: str) -> SpfRecord:
    """Reads one record, whatever the text; `str()` of the result parses to the same result."""
    version, _, _ = text.partition(" ")
    terms: list[Term] = []
    kinds: set[type[Term]] = set()
    for word in _WORD.finditer(text, len(version)):
        term = read_term(word[0], word.start())
        if isinstance(term, ParseFailure):
            terms.append(TermFlaw(word[0], term.offset, term.expected, word.start()))
        elif isinstance(term, Redirect | Exp) and type(term) in kinds:  # RFC 7208 6
            name = "redirect" if isinstance(term, Redirect) else "exp"
            terms.append(TermFlaw(term.text, 0, f"only one {name}= in a record", term.position))
        else:
            kinds.add(type(term))
            terms.append(term)
    return SpfRecord(VERSION if version.lower() == VERSION else version, tuple(terms))
