"""From the text of a TXT record to an SPF record: which texts are SPF (RFC 7208 section 4.5), and what they say.

Parsing never stops at an error: a term that breaks the grammar is in the record as a `Flaw`, and the terms after
it are read all the same.
"""

import re
from collections.abc import Iterable

from checks.spf.autocorrect_term import autocorrect_term
from checks.spf.grammar import Broken, read_term
from checks.spf.syntax import VERSION, Exp, Flaw, Record, Redirect, Term

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
