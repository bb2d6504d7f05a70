"""From the text of a TXT record to an SPF record: which texts are SPF (RFC 7208 section 4.5), and what they say.

Parsing never stops at an error: a term that breaks the grammar is in the record as a `Flaw`, with the term that it was
surely meant to be where one is certain, and the terms after it are read all the same.
"""

import re
from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, ip_address

from checks.autocorrect import is_slip
from checks.spf.grammar import Broken, read_term
from checks.spf.syntax import VERSION, Directive, Exp, Flaw, Modifier, Record, Redirect, Term, Unknown

_PUNCTUATION = "\"'`,;"
_WORDS_WITH_COLON = ("include", "exists", "a", "mx", "ptr", "ip4", "ip6")
_WORDS_WITH_EQUALS = ("redirect", "exp")
_LONG_WORDS = ("include", "exists", "redirect")
"""Words long enough that one slip of the fingers leaves no doubt."""

_ALL_AND_MORE = re.compile(r"([+?~-]?all)(?:[.:=/!]+|(?<=[+?~-]all)(?:\.[a-z0-9-]+){2,}\.?)", re.IGNORECASE)
_ALL_LIKE = re.compile(r"([+?~-])\1*([a-z1|]{2,4})", re.IGNORECASE)
_GLUED = re.compile(r"([+?~-]?)(?:(ip[46])[.;,_-]?(?=[0-9a-f]+[.:])|(include)(?=_[a-z0-9-]+\.))(.+)", re.IGNORECASE)
_NAMED = re.compile(r"([+?~-]?)([A-Za-z0-9]+)([:=]+)(.*)")
_ADDRESS_NAMES = frozenset({"ip", "ip4", "ip6", "ipv4", "ipv6", "a", "mx", "include"})
_WEB_ADDRESS = re.compile(r"([+?~-]?(?:include|a|mx|exists):|redirect=)https?://([^/]+)/*", re.IGNORECASE)
_SEAM = re.compile(
    r"(?<=[^+?~-])(?=[+?~-]?(?:include:|exists:|ip4:|ip6:|redirect=))|(?<=[^+?~-])(?=[+?~-]all\Z)", re.IGNORECASE
)
_SEPARATOR = re.compile(r"[,;]+")


def autocorrect_term(text: str) -> str | None:
    """What `text`, one word of a record, was surely meant as: one or more terms with spaces between them, the empty
    text when it was not meant at all, or None when it is fine as it is or that is not certain."""
    bare = text.strip(_PUNCTUATION)
    if not bare or bare.lower() == VERSION:
        return "" if text else None
    for attempt in _attempts(read_term(text)):
        meant = attempt(bare)
        if meant is not None and meant != text and _reads(meant):
            return meant
    return None


def _attempts(read: Directive | Modifier | Broken) -> tuple[Callable[[str], str | None], ...]:
    """What may be wrong with a term: a valid one is touched only where it cannot be what its owner wants."""
    match read:
        case Broken():
            return _unwrapped, _all_alone, _address, _right_sign, _right_word, _without_scheme, _apart, _glued
        case Unknown():
            return _address, _right_sign, _right_word
        case _:
            return _without_scheme, _apart


def _reads(terms: str) -> bool:
    """True when every word is a term that receivers act on."""
    return all(not isinstance(read_term(word), Broken | Unknown) for word in terms.split())


def _unwrapped(bare: str) -> str | None:
    """Quotes, commas and semicolons around the term. A term that reads without them may still hold two terms."""
    return None if _SEAM.search(bare) or _SEPARATOR.search(bare) else bare


def _all_alone(bare: str) -> str | None:
    """`all` with a sign twice, or with more behind it, or with one slip of the fingers behind its sign."""
    if found := _ALL_AND_MORE.fullmatch(bare):
        return found[1]
    like = _ALL_LIKE.fullmatch(bare)
    meant = like is not None and (like[2].lower() == "all" or is_slip(like[2].lower(), "all"))
    return f"{like[1]}all" if like and meant else None


def _glued(bare: str) -> str | None:
    """`ip4192.0.2.1`, `include_spf.example.com`: the colon is missing."""
    found = _GLUED.fullmatch(bare)
    return f"{found[1]}{(found[2] or found[3]).lower()}:{found[4]}" if found else None


def _address(bare: str) -> str | None:
    """An address under the wrong name, or under none; a netmask or leading zeros in place of a prefix length."""
    sign = bare[:1] if bare.startswith(("+", "-", "?", "~")) else ""
    values = [bare.removeprefix(sign)]
    named = _NAMED.fullmatch(bare)
    if named and (named[2].lower() in _ADDRESS_NAMES or any(is_slip(named[2].lower(), ip) for ip in ("ip4", "ip6"))):
        values += [named[3][1:] + named[4], named[4]]
    return next((f"{sign}{network}" for value in values if (network := _network(value))), None)


def _network(value: str) -> str | None:
    """`ip4:` or `ip6:` with the address in `value`, where it is one."""
    address, slash, length = value.partition("/")
    try:
        version = ip_address(address).version
        if slash and "." in length and version == 4:
            length = str(IPv4Network(value, strict=False).prefixlen)
    except ValueError:
        return None
    if slash and not (length.isascii() and length.isdigit() and len(length) <= 4):
        return None
    return f"ip{version}:{address}" + (f"/{int(length)}" if slash else "")


def _right_sign(bare: str) -> str | None:
    """`include=` for `include:`, `redirect:` for `redirect=`."""
    named = _NAMED.fullmatch(bare)
    if not named:
        return None
    sign, word, _, value = named.groups()
    return _with_sign(sign, word.lower(), value)


def _right_word(bare: str) -> str | None:
    """One letter too many, too few, wrong, or two of them swapped, in a long word."""
    named = _NAMED.fullmatch(bare)
    if not named:
        return None
    sign, word, _, value = named.groups()
    meant = [long for long in (*_LONG_WORDS, "includes") if is_slip(word.lower(), long)]
    return _with_sign(sign, "include" if meant[0] == "includes" else meant[0], value) if meant else None


def _with_sign(sign: str, word: str, value: str) -> str | None:
    if word in _WORDS_WITH_COLON:
        return f"{sign}{word}:{value}"
    return f"{word}={value}" if word in _WORDS_WITH_EQUALS else None


def _without_scheme(bare: str) -> str | None:
    found = _WEB_ADDRESS.fullmatch(bare)
    return found[1] + found[2] if found else None


def _apart(bare: str) -> str | None:
    """Terms that a comma, a semicolon or nothing separates. A term with macros is left alone: those may hold commas."""
    if "%" in bare:
        return None
    words = _SEAM.sub(" ", _SEPARATOR.sub(" ", bare)).split()
    if len(words) < 2:
        return None
    return " ".join(word if (meant := autocorrect_term(word)) is None else meant for word in words)


_WORD = re.compile(r"[^ ]+")


def is_spf(text: str) -> bool:
    """True for `v=spf1` (in any case) followed by a space or the end (section 4.5)."""
    # RFC 7208 4.5
    return text[: len(VERSION)].lower() == VERSION and text[len(VERSION) :][:1] in ("", " ")


def select(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts at a name that are SPF records; a working domain has exactly one (section 4.5)."""
    return tuple(text for text in texts if is_spf(text))


def parse(text: str) -> Record:
    """Read one record, whatever the text; never raises. `str()` of the result parses to the same result."""
    version, _, _ = text.partition(" ")
    terms: list[Term] = []
    seen: set[type[Term]] = set()
    for word in _WORD.finditer(text, len(version)):
        term = read_term(word[0], word.start())
        if isinstance(term, Broken):
            terms.append(Flaw(word[0], term.offset, term.expected, autocorrect_term(word[0]), word.start()))
        elif isinstance(term, Redirect | Exp) and type(term) in seen:
            terms.append(_second(term, term in terms))
        else:
            seen.add(type(term))
            terms.append(term)
    return Record(VERSION if version.lower() == VERSION else version, tuple(terms))


def _second(term: Redirect | Exp, same: bool) -> Flaw:
    """redirect and exp stand at most once in a record (section 6); saying the same thing twice can be undone."""
    name = "redirect" if isinstance(term, Redirect) else "exp"
    return Flaw(term.text, 0, f"only one {name}= in a record", "" if same else None, term.position)
