"""Macros of RFC 7208 section 7: from a domain-spec or an explanation to the text it stands for.

Pure: the letters' values come in as a mapping. A letter that is not in it leaves the text untold, which is how the
linter, which knows the domain but no sender, expands what depends on the domain alone.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote

from checks.spf.syntax import Escape, Literal, Macro, MacroString

_ESCAPES = {"%%": "%", "%_": " ", "%-": "%20"}
_LONGEST_NAME = 253


def letters_in(text: MacroString) -> frozenset[str]:
    """The macro letters that `text` uses, lower case."""
    return frozenset(piece.letter.lower() for piece in text.pieces if isinstance(piece, Macro))


def expand(text: MacroString, values: Mapping[str, str]) -> str | None:
    """What `text` stands for, with `values` for its lower-case letters; None when it uses another letter."""
    if not letters_in(text) <= values.keys():
        return None
    return "".join(_expanded(piece, values) for piece in text.pieces)


def expand_name(text: MacroString, values: Mapping[str, str]) -> str | None:
    """A domain-spec as the name to ask for: without the trailing dot, and without labels on the left where it is over
    253 octets (section 7.3); None as with `expand`."""
    name = expand(text, values)
    if name is None:
        return None
    name = name.removesuffix(".")
    while len(name) > _LONGEST_NAME and "." in name:
        # Skip in one step what cannot fit, then go on to the end of the label that it cut into.
        _, _, name = name[max(0, len(name) - _LONGEST_NAME - 1) :].partition(".")
    return name


def _expanded(piece: Literal | Escape | Macro, values: Mapping[str, str]) -> str:
    match piece:
        case Literal(text):
            return text
        case Escape(text):
            return _ESCAPES[text]
        case Macro():
            return _transformed(piece, values[piece.letter.lower()])


def _transformed(macro: Macro, value: str) -> str:
    """Split, reverse, keep the right-hand parts, join with dots (section 7.3)."""
    parts = re.split(f"[{re.escape(macro.delimiters or '.')}]", value)
    if macro.reverse:
        parts.reverse()
    if macro.keep is not None:
        parts = parts[-macro.keep :]
    joined = ".".join(parts)
    # An upper-case letter asks for URL escaping of all but the unreserved characters of RFC 3986.
    return quote(joined, safe="") if macro.letter.isupper() else joined
