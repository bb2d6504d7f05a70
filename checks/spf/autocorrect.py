"""Reads a text as the SPF record that it was surely meant as; a single term likewise. None means "not certain".

Smart quotes and dashes from a word processor, a version with a slip, a space after `include:`, two records in one text.
Several records at one name are merged here, too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, ip_address

from checks.autocorrect import LONGEST, is_slip, list_readings
from checks.spf.parse import Broken, parse, read_term
from checks.spf.syntax import VERSION, Directive, Exp, Qualifier, Redirect, SpfRecord, TermFlaw, Unknown, is_all

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
_PREFIX = r"(?:[a-z0-9@_.*-]{1,80}[.:=]?\s+){0,6}?"
"""What is pasted along with a record: `acme.com. 3600 IN TXT`, `SPF:`, `Value =`."""
_START = re.compile(rf"{_PREFIX}(?:spf\s*[:=]\s*)?v\s*=\s*spf1(?P<rest>.*)", re.IGNORECASE)
_START_LIKE = re.compile(
    rf"{_PREFIX}(?P<v>(?:[a-z]{{0,2}}\s?[=:.-]{{1,2}}\s?|v\s?)?)(?P<word>[sfp]+[a-z]?)\s?(?P<one>[12l|]?)(?:[.-]0?)?(?P<rest>[\s,;:].*)",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"\s*\bv\s*=\s*spf1(?=\s|\Z)|(?<=all)v\s*=\s*spf1\s", re.IGNORECASE)
_TERM_AT_ONCE = re.compile(
    r"[+?~-]?(?:all\b|include[:=_]|ip[46]:|exists:|(?:a|mx|ptr)(?:[\s:/]|\Z)|redirect=)", re.IGNORECASE
)
_SURE_TERM = re.compile(r"[+?~-]all\b|\binclude:|\bip[46]:|\bredirect=|\s(?:a|mx)\s", re.IGNORECASE)
"""What a text with a spoiled version has to hold, so that it can be nothing else."""
_SIGNS = ("+", "-", "~", "?")
_NEED_VALUE = ("include", "exists", "redirect", "ip4", "ip6")
_STRICTNESS = (Qualifier.PASS, Qualifier.NEUTRAL, Qualifier.SOFTFAIL, Qualifier.FAIL)


@lru_cache(maxsize=256)
def autocorrect(text: str) -> str | None:
    """Returns the valid record that `text` was surely meant as; None when it is fine as it is, or that is not
    certain."""
    if len(text) > LONGEST:
        return None
    found = (_meant(reading) for reading in list_readings(text))
    meant = next((one for one in found if one is not None), None)
    return None if meant is None or parse(meant) == parse(text) else meant


def _meant(text: str) -> str | None:
    """Returns the record in a plain text; None where there is none that reads."""
    rest = _rest(text)
    if rest is None:
        return None
    several = [part for part in _AGAIN.split(rest) if part.strip(" ,;")]
    records = [parse(" ".join((VERSION, *_words(_joined(part.split()))))) for part in several or [""]]
    if any(record.flaws for record in records):
        return None
    return _merge(records).text if len(records) > 1 else " ".join((VERSION, *(t.text for t in records[0].terms)))


def _rest(text: str) -> str | None:
    """Returns what follows the version in a plain text; None where the text is not certainly an SPF record."""
    if start := _START.fullmatch(text):
        rest = start["rest"]
        if rest[:1] in (",", ";", ":"):
            rest = " " + rest[1:]
        if not rest or rest[0].isspace() or _TERM_AT_ONCE.match(rest):
            return rest
    like = _START_LIKE.fullmatch(text)
    if not like or not _SURE_TERM.search(f"{like['rest']} "):
        return None
    word, is_v = like["word"].lower(), like["v"].strip(" =:.-").lower() == "v"
    exact = word == "spf" and (is_v or bool(like["one"]))
    return like["rest"].lstrip(" ,;:") if exact or (is_v and is_slip(word, "spf")) else None


def _joined(words: list[str]) -> list[str]:
    """Puts together what a space tore apart: `- all`, `include: example.com`, `include :example.com`."""
    joined: list[str] = []
    for word in words:
        before = joined[-1] if joined else ""
        is_no_term = isinstance(read_term(word), Broken)
        torn_sign = before in _SIGNS and word.lower() == "all"
        torn_value = before.endswith((":", "=")) and isinstance(read_term(before), Broken) and is_no_term
        torn_name = word.startswith((":", "=")) and bool(before) and not isinstance(read_term(before + word), Broken)
        if before.lower().lstrip("+-~?") in _NEED_VALUE and is_no_term and ":" not in word and "." in word:
            joined[-1] = f"{before}:{word}"
        elif torn_sign or torn_value or torn_name:
            joined[-1] = before + word
        else:
            joined.append(word)
    return joined


def _words(words: list[str]) -> list[str]:
    """Returns each word corrected where that is certain, and the same redirect or exp only once."""
    corrected_words: list[str] = []
    for word in words:
        meant = autocorrect_term(word)
        for part in (word if meant is None else meant).split():
            if not (part.lower().startswith(("redirect=", "exp=")) and part in corrected_words):
                corrected_words.append(part)
    return corrected_words


@dataclass(frozen=True, slots=True)
class Merged:
    """Several records as one, and the terms that could not be taken over because they cannot be read."""

    text: str
    dropped: tuple[str, ...]


def merged(texts: Iterable[str]) -> Merged:
    """Returns one record that says what all of them say: each term once, in order, and the strictest `all` that they
    share.

    A redirect beside an `all` would be ignored, so it becomes an include; an open `+all` is never taken over.
    """
    return _merge([parse(meant if (meant := autocorrect(text)) else text) for text in texts])


def _merge(records: list[SpfRecord]) -> Merged:
    terms = [term for record in records for term in record.terms]
    ends = [term.qualifier for term in terms if isinstance(term, Directive) and is_all(term)]
    redirects = {str(term): term for term in terms if isinstance(term, Redirect)}
    kept: dict[str, str] = {}
    for term in terms:
        is_second_exp = isinstance(term, Exp) and any(word.lower().startswith("exp=") for word in kept.values())
        if not isinstance(term, Redirect | TermFlaw) and not is_all(term) and not is_second_exp:
            kept.setdefault(str(term).lower(), term.text)
    if len(redirects) == 1 and all(record.redirect and not record.directives for record in records):
        ending = [term.text for term in redirects.values()]
    else:
        kept |= {f"include:{term.target}": f"include:{term.target}" for term in redirects.values()}
        shared = min(ends, key=_STRICTNESS.index, default=Qualifier.SOFTFAIL)
        ending = ["~all" if shared is Qualifier.PASS else f"{shared}all"]
    modifiers = [word for word in kept.values() if "=" in word.partition(":")[0]]
    words = [word for word in kept.values() if word not in modifiers]
    dropped = tuple(term.text for term in terms if isinstance(term, TermFlaw))
    return Merged(" ".join((VERSION, *words, *ending, *modifiers)), dropped)


def autocorrect_term(text: str) -> str | None:
    """Returns what `text`, one word of a record, was surely meant as: one or more terms with spaces between them, the
    empty text when it was not meant at all, or None when it is fine as it is or that is not certain."""
    bare = text.strip(_PUNCTUATION)
    if not bare or bare.lower() == VERSION:
        return "" if text else None
    attempts = [_without_scheme, _apart]  # a valid term is touched only where it cannot be what its owner wants
    match read_term(text):
        case Broken():
            attempts = [_unwrapped, _all_alone, _address, _right_sign, _right_word, _without_scheme, _apart, _glued]
        case Unknown():
            attempts = [_address, _right_sign, _right_word]
    for attempt in attempts:
        meant = attempt(bare)
        if meant is not None and meant != text and _is_understood(meant):
            return meant
    return None


def _is_understood(terms: str) -> bool:
    """Returns True when every word is a term that receivers act on."""
    return not any(isinstance(read_term(word), Broken | Unknown) for word in terms.split())


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
    """Returns an address under the wrong name, or under none; a netmask or leading zeros in place of a prefix
    length."""
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
    return _with_sign(named[1], named[2].lower(), named[4]) if named else None


def _right_word(bare: str) -> str | None:
    """Returns one letter too many, too few, wrong, or two of them swapped, in a long word."""
    named = _NAMED.fullmatch(bare)
    meant = [long for long in (*_LONG_WORDS, "includes") if is_slip(named[2].lower(), long)] if named else []
    return (
        _with_sign(named[1], "include" if meant[0] == "includes" else meant[0], named[4]) if named and meant else None
    )


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
