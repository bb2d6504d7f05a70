"""Counting and comparing the words of a page, whatever language it is written in."""

import re
import unicodedata

_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003134f"
)
"""Thai, Lao, Tibetan, Burmese, Khmer, kana and Han: scripts that put no space between words."""
_SIGNS = re.compile(f"[{_UNSPACED}]")
_WORD = re.compile(rf"[^\W_{_UNSPACED}]+(?:['’.\-][^\W_{_UNSPACED}]+)*+")
_SIGNS_A_WORD = 2
"""A Japanese or Chinese word is about two signs long; a Thai one is nearer four, and its vowel signs are not counted
by `\\w`, so the same figure serves."""
_SPACE = re.compile(r"\s+")


def count(text: str) -> int:
    """How many words a text has. Scripts without spaces are counted as two signs a word, so the figure for them is an
    estimate."""
    return len(_WORD.findall(text)) + len(_SIGNS.findall(text)) // _SIGNS_A_WORD


def tidy(text: str) -> str:
    """One line: runs of white space become one space."""
    return _SPACE.sub(" ", text).strip()


def plain(text: str) -> str:
    """For comparison: case folded, compatibility forms and typographic apostrophes unified, on one line."""
    return tidy(unicodedata.normalize("NFKC", text).casefold().replace("’", "'"))


def squashed(text: str) -> str:
    """For comparing names: letters and digits alone, without accents. "Bücher & Co." is `bucherco`."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if sign.isalnum())


def is_unspaced(text: str) -> bool:
    """Whether a text holds a script that puts no space between words."""
    return _SIGNS.search(text) is not None


def pattern(*terms: str) -> re.Pattern[str]:
    """Finds any of the terms in `plain` text: at the beginning of a word, or anywhere in a script without spaces.

    A term matches longer words too (`datenschutz` finds "datenschutzerklärung"), unless it ends in a dot (`agb.`).
    """
    return re.compile("|".join(_term(term) for term in sorted(terms, key=len, reverse=True)) or r"(?!)")


def _term(term: str) -> str:
    whole, term = term.endswith("."), plain(term.removesuffix("."))
    start = "" if _SIGNS.match(term) else r"(?<!\w)"
    return f"{start}{re.escape(term)}" + (r"(?!\w)" if whole else "")
