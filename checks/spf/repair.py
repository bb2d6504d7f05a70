"""What a whole record was surely meant to be: the repairs that need more than one word to see.

Smart quotes and dashes from a word processor, a space after `include:`, a missing space after `v=spf1`, two records
pasted into one. As with single terms, None stands for "nobody can be sure".
"""

import re
import unicodedata

from checks.spf.correct import correct_term
from checks.spf.grammar import Broken, read_term
from checks.spf.parse import parse
from checks.spf.syntax import VERSION

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_TILDES = dict.fromkeys(map(ord, "˜∼"), "~")
_NOTHING = dict.fromkeys(map(ord, '“”„‟«»‘’‚‛"`\u200b\u200c\u200d\u2060\ufeff\\'), "")
_TYPOGRAPHY = _DASHES | _TILDES | _NOTHING
_START = re.compile(r"\s*(?:spf\s*[:=]\s*)?v\s*=\s*spf1(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_TERM_AT_ONCE = re.compile(
    r"[+?~-]?(?:all\b|include:|ip[46]:|exists:|(?:a|mx|ptr)(?:[\s:/]|\Z)|redirect=)", re.IGNORECASE
)
_SIGNS = ("+", "-", "~", "?")
LONGEST = 8_000
"""Texts longer than this, in characters, are neither repaired nor amended: nobody typed them."""


def corrected(text: str) -> str | None:
    """The valid record that `text` was surely meant as; None when it is fine as it is, or nobody can be sure."""
    if len(text) > LONGEST:
        return None
    start = _START.fullmatch(_plain(text))
    if not start:
        return None
    rest = start["rest"]
    if rest[:1] in (",", ";", ":"):
        rest = " " + rest[1:]
    if rest and not rest[0].isspace() and not _TERM_AT_ONCE.match(rest):
        return None
    meant = " ".join((VERSION, *_words(_joined(rest.split()))))
    record = parse(meant)
    return None if record.flaws or record == parse(text) else meant


def _plain(text: str) -> str:
    """As ASCII where a word processor's signs stand for ASCII ones. Texts from DNS hold an octet a character."""
    for encoding in ("utf-8", "cp1252"):
        try:
            text = text.encode("latin-1").decode(encoding)
            break
        except UnicodeError:
            continue
    return unicodedata.normalize("NFKC", text.translate(_TYPOGRAPHY)).translate(_TYPOGRAPHY)


def _joined(words: list[str]) -> list[str]:
    """Put together what a space tore apart: `- all`, `include: example.com`, `include :example.com`."""
    joined: list[str] = []
    for word in words:
        before = joined[-1] if joined else ""
        torn_sign = before in _SIGNS and word.lower() == "all"
        torn_value = before.endswith((":", "=")) and isinstance(read_term(before), Broken) and _is_no_term(word)
        torn_name = word.startswith((":", "=")) and bool(before) and not isinstance(read_term(before + word), Broken)
        if torn_sign or torn_value or torn_name:
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
        meant = correct_term(word)
        for part in (word if meant is None else meant).split():
            if not (part.lower().startswith(("redirect=", "exp=")) and part in corrected_words):
                corrected_words.append(part)
    return corrected_words
