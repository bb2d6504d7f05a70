"""Reads a text as the SPF record that it was surely meant as: the repairs that need more than one word to see.

Smart quotes and dashes from a word processor, a version with a slip, a space after `include:`, two records in one text.
As with single terms, None means "not certain". Several records at one name are merged here, too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from checks.autocorrect import LONGEST, is_slip, readings
from checks.spf.grammar import Broken, read_term
from checks.spf.parse import autocorrect_term, parse
from checks.spf.syntax import VERSION, All, Directive, Exp, Flaw, Qualifier, Record, Redirect, Term, Unknown

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
    """The valid record that `text` was surely meant as; None when it is fine as it is, or that is not certain."""
    if len(text) > LONGEST:
        return None
    found = (_meant(reading) for reading in readings(text))
    meant = next((one for one in found if one is not None), None)
    return None if meant is None or parse(meant) == parse(text) else meant


def _meant(text: str) -> str | None:
    """The record in a plain text; None where there is none that reads."""
    rest = _rest(text)
    if rest is None:
        return None
    several = [part for part in _AGAIN.split(rest) if part.strip(" ,;")]
    records = [parse(" ".join((VERSION, *_words(_joined(part.split()))))) for part in several or [""]]
    if any(record.flaws for record in records):
        return None
    return _merge(records).text if len(records) > 1 else " ".join((VERSION, *(t.text for t in records[0].terms)))


def _rest(text: str) -> str | None:
    """What follows the version in a plain text; None where the text is not certainly an SPF record."""
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
    """Put together what a space tore apart: `- all`, `include: example.com`, `include :example.com`."""
    joined: list[str] = []
    for word in words:
        before = joined[-1] if joined else ""
        torn_sign = before in _SIGNS and word.lower() == "all"
        torn_value = before.endswith((":", "=")) and isinstance(read_term(before), Broken) and _is_no_term(word)
        torn_name = word.startswith((":", "=")) and bool(before) and not isinstance(read_term(before + word), Broken)
        if before.lower().lstrip("+-~?") in _NEED_VALUE and _is_no_term(word) and ":" not in word and "." in word:
            joined[-1] = f"{before}:{word}"
        elif torn_sign or torn_value or torn_name:
            joined[-1] = before + word
        else:
            joined.append(word)
    return joined


def _is_no_term(word: str) -> bool:
    return isinstance(read_term(word), Broken)


def _words(words: list[str]) -> list[str]:
    """Each word corrected where that is certain, and what is said twice about redirect and exp said once."""
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
    """One record that says what all of them say: each term once, in order, and the strictest `all` that they share.

    A redirect beside an `all` would be ignored, so it becomes an include; an open `+all` is never taken over.
    """
    return _merge([parse(meant if (meant := autocorrect(text)) else text) for text in texts])


def _merge(records: list[Record]) -> Merged:
    terms = [term for record in records for term in record.terms]
    ends = [term.qualifier for term in terms if isinstance(term, Directive) and isinstance(term.mechanism, All)]
    redirects = {str(term): term for term in terms if isinstance(term, Redirect)}
    kept: dict[str, str] = {}
    for term in terms:
        if word := _merged_term(term, kept):
            kept.setdefault(_meaning(term), word)
    if len(redirects) == 1 and all(_only_redirects(record) for record in records):
        ending = [term.text for term in redirects.values()]
    else:
        kept |= {f"include:{term.target}": f"include:{term.target}" for term in redirects.values()}
        shared = min(ends, key=_STRICTNESS.index, default=Qualifier.SOFTFAIL)
        ending = ["~all" if shared is Qualifier.PASS else f"{shared}all"]
    modifiers = [word for word in kept.values() if "=" in word.partition(":")[0]]
    words = [word for word in kept.values() if word not in modifiers]
    dropped = tuple(term.text for term in terms if isinstance(term, Flaw))
    return Merged(" ".join((VERSION, *words, *ending, *modifiers)), dropped)


def _merged_term(term: Term, kept: dict[str, str]) -> str:
    """The word to take over for a term, empty for none."""
    match term:
        case Directive(mechanism=All()) | Redirect() | Flaw():
            return ""
        case Exp():
            return "" if any(word.lower().startswith("exp=") for word in kept.values()) else term.text
        case Directive() | Unknown():
            return term.text


def _meaning(term: Term) -> str:
    """What makes two terms the same."""
    return str(term).lower()


def _only_redirects(record: Record) -> bool:
    return not record.directives and record.redirect is not None
