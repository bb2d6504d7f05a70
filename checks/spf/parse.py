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
class Broken:
    """Where in the text the grammar broke (characters from 0), and what belongs there."""

    offset: int
    expected: str


def read_term(text: str, position: int = 0) -> Directive | Modifier | Broken:
    """Reads one term: no spaces around it; `position` is its place in the record."""
    modifier = _MODIFIER.match(text)
    if modifier:  # RFC 7208 4.6.1: "=" right after the name, before any ":" or "/", makes a modifier
        return _modifier(modifier[1], text, modifier.end(), position)
    mechanism = _MECHANISM.match(text)
    if not mechanism:
        return Broken(min(len(text), _sign(text)), "a mechanism such as ip4: or include:, or a modifier")
    read = _mechanism(mechanism[1].lower(), text, mechanism.start(1), mechanism.end())
    if isinstance(read, Broken):
        return read
    qualifier = Qualifier(text[0]) if _sign(text) else Qualifier.PASS
    return Directive(qualifier, read, text, position)


def read_explanation(text: str) -> MacroString | Broken:
    """explain-string = *( macro-string / SP ); the letters c, r and t are allowed (sections 6.2 and 7.2)."""
    return _macro_string(text, 0, in_exp=True)


def _sign(text: str) -> int:
    """1 when a qualifier leads the term, else 0."""
    return int(text.startswith(("+", "-", "?", "~")))


def _modifier(name: str, text: str, start: int, position: int) -> Modifier | Broken:
    if name.lower() not in ("redirect", "exp"):
        value = _macro_string(text, start)
        return value if isinstance(value, Broken) else Unknown(name, value, text, position)
    target = _domain_spec(text, start)
    if isinstance(target, Broken):
        return target
    return Redirect(target, text, position) if name.lower() == "redirect" else Exp(target, text, position)


def _mechanism(name: str, text: str, start: int, end: int) -> Mechanism | Broken:
    match name:
        case "all":
            return All() if end == len(text) else Broken(end, "nothing after “all”")
        case "include" | "exists":
            target = _domain_spec(text, end + 1) if text[end : end + 1] == ":" else Broken(end, "“:” and a domain")
            if isinstance(target, Broken):
                return target
            return Include(target) if name == "include" else Exists(target)
        case "ptr":
            optional = _optional_target(text, end, len(text))
            return optional if isinstance(optional, Broken) else PTR(optional)
        case "a" | "mx":
            return _a_or_mx(name, text, end)
        case "ip4":
            return _ip4(text, end)
        case "ip6":
            return _ip6(text, end)
        case _:
            return Broken(start, "one of the mechanisms all, include, a, mx, ptr, ip4, ip6, exists")


def _optional_target(text: str, at: int, end: int) -> MacroString | Broken | None:
    if at == end:
        return None
    if text[at] != ":":
        return Broken(at, "“:” and a domain, or the end of the term")
    return _domain_spec(text[:end], at + 1)


def _a_or_mx(name: str, text: str, at: int) -> A | MX | Broken:
    cidr = _CIDR.search(text, at)
    assert cidr is not None  # the pattern matches the empty end
    target = _optional_target(text, at, cidr.start())
    if isinstance(target, Broken):
        return target
    lengths: list[int | None] = []
    for group, most in ((1, 32), (2, 128)):
        length = None if cidr[group] is None else _length(cidr[group], cidr.start(group), most)
        if isinstance(length, Broken):
            return length
        lengths.append(length)
    return A(target, *lengths) if name == "a" else MX(target, *lengths)


def _ip4(text: str, at: int) -> IP4 | Broken:
    split = _address_and_length(text, at, "an IPv4 address", 32)
    if isinstance(split, Broken):
        return split
    try:
        return IP4(IPv4Address(split[0]), split[1])
    except AddressValueError:
        return Broken(at + 1, "an IPv4 address such as 192.0.2.1")


def _ip6(text: str, at: int) -> IP6 | Broken:
    split = _address_and_length(text, at, "an IPv6 address", 128)
    if isinstance(split, Broken):
        return split
    try:
        if "%" not in split[0]:  # a zone index, which Python reads and RFC 4291 section 2.2 does not know
            return IP6(IPv6Address(split[0]), split[1])
    except AddressValueError:
        pass
    return Broken(at + 1, "an IPv6 address such as 2001:db8::1")


def _address_and_length(text: str, at: int, what: str, most: int) -> tuple[str, int | None] | Broken:
    if text[at : at + 1] != ":":
        return Broken(at, f"“:” and {what}")
    address, slash, digits = text[at + 1 :].partition("/")
    if not slash:
        return address, None
    length = _length(digits, at + len(address) + 2, most)
    return length if isinstance(length, Broken) else (address, length)


def _length(digits: str, at: int, most: int) -> int | Broken:
    if not _LENGTH.fullmatch(digits) or int(digits) > most:
        return Broken(at, f"a prefix length from 0 to {most}, without leading zeros")
    return int(digits)


def _domain_spec(text: str, start: int) -> MacroString | Broken:
    """Returns a macro-string that ends in a macro, or in a dot and a top-level label (section 7.1)."""
    read = _macro_string(text, start)
    if isinstance(read, Broken):
        return read
    if not read.pieces:
        return Broken(start, "a domain")
    last = read.pieces[-1]
    if not isinstance(last, Literal):
        return read
    rest = last.text.removesuffix(".")
    _, dot, toplabel = rest.rpartition(".")
    if dot and _TOPLABEL.fullmatch(toplabel) and not toplabel.isdigit():
        return read
    expected = "a top-level domain (letters, digits, hyphens; not digits alone)" if dot else "a domain with a dot in it"
    return Broken(len(text) - len(last.text) + len(rest) - len(toplabel), expected)


def _macro_string(text: str, start: int, *, in_exp: bool = False) -> MacroString | Broken:
    literal = _LITERAL_OR_SPACE if in_exp else _LITERAL
    pieces: list[Literal | Escape | Macro] = []
    at = start
    while at < len(text):
        if text[at] != "%":
            plain = literal.match(text, at)
            if not plain:
                return Broken(at, "a visible ASCII character")
            pieces.append(Literal(plain[0]))
            at = plain.end()
        elif text[at : at + 2] in ("%%", "%_", "%-"):
            pieces.append(Escape(text[at : at + 2]))
            at += 2
        else:
            macro = _macro(text, at, _LETTERS_OF_EXP if in_exp else _LETTERS)
            if isinstance(macro, Broken):
                return macro
            pieces.append(macro[0])
            at = macro[1]
    return MacroString(tuple(pieces))


def _macro(text: str, at: int, letters: frozenset[str]) -> tuple[Macro, int] | Broken:
    """Returns the macro at a "%" that begins no escape, and the place after it."""
    found = _MACRO.match(text, at)
    if not found:
        return Broken(at, "a macro such as %{d}, or %%, %_ or %-")
    letter, digits, reverse, delimiters = found.groups()
    if letter.lower() not in letters:
        return Broken(found.start(1), f"one of the macro letters {', '.join(sorted(letters))}")
    significant = digits.lstrip("0")
    if digits and not significant:
        return Broken(found.start(2), "a number of parts above zero")
    keep = None if not digits else int(significant) if len(significant) <= 4 else _MOST_PARTS
    return Macro(letter, keep, bool(reverse), delimiters), found.end()


def is_spf(text: str) -> bool:
    """Returns True for `v=spf1` (in any case) followed by a space or the end."""
    return text[: len(VERSION)].lower() == VERSION and text[len(VERSION) :][:1] in ("", " ")  # RFC 7208 4.5


def select(texts: Iterable[str]) -> tuple[str, ...]:
    """Returns the texts at a name that are SPF records; a working domain has exactly one (section 4.5)."""
    return tuple(text for text in texts if is_spf(text))


def parse(text: str) -> SpfRecord:
    """Reads one record, whatever the text; `str()` of the result parses to the same result."""
    return _known(text) if len(text) <= _USUAL else _parsed(text)


def _parsed(text: str) -> SpfRecord:
    version, _, _ = text.partition(" ")
    terms: list[Term] = []
    seen: set[type[Term]] = set()
    for word in _WORD.finditer(text, len(version)):
        term = read_term(word[0], word.start())
        if isinstance(term, Broken):
            terms.append(TermFlaw(word[0], term.offset, term.expected, word.start()))
        elif isinstance(term, Redirect | Exp) and type(term) in seen:  # RFC 7208 6
            name = "redirect" if isinstance(term, Redirect) else "exp"
            terms.append(TermFlaw(term.text, 0, f"only one {name}= in a record", term.position))
        else:
            seen.add(type(term))
            terms.append(term)
    return SpfRecord(VERSION if version.lower() == VERSION else version, tuple(terms))


_USUAL = 1_024
"""Characters of a record that is remembered: look-ups, judging and the proof of each fix read the same few texts."""
_known = lru_cache(maxsize=128)(_parsed)
