"""What an SPF record says, as values: the grammar of RFC 7208 section 12, one type a rule, the rule above it.

A record holds its terms in order, good and bad alike, each with the text it was read from, so that a record can be
amended without touching what needs no change.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from typing import TypeAlias
from urllib.parse import quote

VERSION = "v=spf1"
"""version = "v=spf1" """


class Qualifier(StrEnum):
    """qualifier = "+" / "-" / "?" / "~" (section 4.6.2)"""

    PASS = "+"  # noqa: S105 - the qualifier's own name, no password
    FAIL = "-"
    SOFTFAIL = "~"
    NEUTRAL = "?"


# macro-literal    = %x21-24 / %x26-7E
@dataclass(frozen=True, slots=True)
class Literal:
    """A run of characters that stand for themselves (in an explanation also spaces)."""

    text: str

    def __str__(self) -> str:
        return self.text


# macro-expand     = ( "%{" macro-letter transformers *delimiter "}" ) / "%%" / "%_" / "%-"
@dataclass(frozen=True, slots=True)
class Escape:
    """`%%`, `%_` or `%-`: a percent sign, a space, a URL-encoded space (section 7.1)."""

    text: str

    def __str__(self) -> str:
        return self.text


# macro-letter     = "s" / "l" / "o" / "d" / "i" / "p" / "h" / "c" / "r" / "t" / "v"
# transformers     = *DIGIT [ "r" ]
# delimiter        = "." / "-" / "+" / "," / "/" / "_" / "="
@dataclass(frozen=True, slots=True)
class Macro:
    """`%{ir}` and its kind. An upper-case `letter` asks for URL escaping; `keep` is the number of right-hand parts to
    use (None: all); no `delimiters` means "."."""

    letter: str
    keep: int | None = None
    reverse: bool = False
    delimiters: str = ""

    def __str__(self) -> str:
        keep = "" if self.keep is None else str(self.keep)
        return f"%{{{self.letter}{keep}{'r' if self.reverse else ''}{self.delimiters}}}"


# macro-string     = *( macro-expand / macro-literal )
# domain-spec      = macro-string domain-end
# domain-end       = ( "." toplabel [ "." ] ) / macro-expand
# toplabel         = ( *alphanum ALPHA *alphanum ) / ( 1*alphanum "-" *( alphanum / "-" ) alphanum )
@dataclass(frozen=True, slots=True)
class MacroString:
    """A text with macros; a domain-spec where it has the domain-end."""

    pieces: tuple[Literal | Escape | Macro, ...] = ()

    def __str__(self) -> str:
        return "".join(map(str, self.pieces))


# all              = "all"
@dataclass(frozen=True, slots=True)
class All:
    def __str__(self) -> str:
        return "all"


# include          = "include" ":" domain-spec
@dataclass(frozen=True, slots=True)
class Include:
    target: MacroString

    def __str__(self) -> str:
        return f"include:{self.target}"


# dual-cidr-length = [ ip4-cidr-length ] [ "/" ip6-cidr-length ]
# ip4-cidr-length  = "/" ("0" / %x31-39 0*1DIGIT)  ; 0 to 32
# ip6-cidr-length  = "/" ("0" / %x31-39 0*2DIGIT)  ; 0 to 128
@dataclass(frozen=True, slots=True)
class _HostMechanism:
    """`target` None: the domain of the record. A length of None: one address."""

    target: MacroString | None = None
    ip4_length: int | None = None
    ip6_length: int | None = None

    def __str__(self) -> str:
        ip6_length = "" if self.ip6_length is None else f"/{_format_length(self.ip6_length)}"
        name = type(self).__name__.lower()
        return f"{name}{_format_target(self.target)}{_format_length(self.ip4_length)}{ip6_length}"


# a                = "a" [ ":" domain-spec ] [ dual-cidr-length ]
class A(_HostMechanism):
    """The addresses of the target."""

    __slots__ = ()


# mx               = "mx" [ ":" domain-spec ] [ dual-cidr-length ]
class MX(_HostMechanism):
    """The addresses of the target's mail exchangers."""

    __slots__ = ()


# ptr              = "ptr" [ ":" domain-spec ]
@dataclass(frozen=True, slots=True)
class PTR:
    target: MacroString | None = None

    def __str__(self) -> str:
        return f"ptr{_format_target(self.target)}"


# ip4              = "ip4" ":" ip4-network [ ip4-cidr-length ]
# ip4-network      = qnum "." qnum "." qnum "." qnum
@dataclass(frozen=True, slots=True)
class IP4:
    address: IPv4Address
    length: int | None = None

    def __str__(self) -> str:
        return f"ip4:{self.address}{_format_length(self.length)}"


# ip6              = "ip6" ":" ip6-network [ ip6-cidr-length ]
# ip6-network      = <as per Section 2.2 of RFC 4291>
@dataclass(frozen=True, slots=True)
class IP6:
    address: IPv6Address
    length: int | None = None

    def __str__(self) -> str:
        return f"ip6:{self.address}{_format_length(self.length)}"


# exists           = "exists" ":" domain-spec
@dataclass(frozen=True, slots=True)
class Exists:
    target: MacroString

    def __str__(self) -> str:
        return f"exists:{self.target}"


# mechanism        = ( all / include / a / mx / ptr / ip4 / ip6 / exists )
Mechanism: TypeAlias = All | Include | A | MX | PTR | IP4 | IP6 | Exists


# directive        = [ qualifier ] mechanism
@dataclass(frozen=True, slots=True)
class Directive:
    """`text` is the term as it was written and `position` its first character's place in the record; neither takes
    part in comparison, here and below."""

    qualifier: Qualifier
    mechanism: Mechanism
    text: str = field(default="", compare=False)
    position: int = field(default=0, compare=False)

    def __str__(self) -> str:
        sign = "" if self.qualifier is Qualifier.PASS else self.qualifier.value
        return f"{sign}{self.mechanism}"


# redirect         = "redirect" "=" domain-spec
@dataclass(frozen=True, slots=True)
class Redirect:
    target: MacroString
    text: str = field(default="", compare=False)
    position: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"redirect={self.target}"


# explanation      = "exp" "=" domain-spec
@dataclass(frozen=True, slots=True)
class Exp:
    target: MacroString
    text: str = field(default="", compare=False)
    position: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"exp={self.target}"


# unknown-modifier = name "=" macro-string  ; where name is not any known modifier
# name             = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )
@dataclass(frozen=True, slots=True)
class Unknown:
    """A modifier that the standard tells receivers to ignore (section 6)."""

    name: str
    value: MacroString
    text: str = field(default="", compare=False)
    position: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


# modifier         = redirect / explanation / unknown-modifier
Modifier: TypeAlias = Redirect | Exp | Unknown


@dataclass(frozen=True, slots=True)
class TermFlaw:
    """A term that breaks the grammar: a whole record with one is a permerror (section 4.6).

    `offset` is where in `text` the grammar broke, and `expected` what belongs there.
    """

    text: str
    offset: int
    expected: str
    position: int = field(default=0, compare=False)

    @property
    def fault_position(self) -> int:
        """The place in the record, counted in characters from 0."""
        return self.position + self.offset

    def __str__(self) -> str:
        return self.text


Term: TypeAlias = Directive | Modifier | TermFlaw


# record           = version terms *SP
# terms            = *( 1*SP ( directive / modifier ) )
@dataclass(frozen=True, slots=True)
class SpfRecord:
    """One SPF record. `version` is `v=spf1`, or what is in its place."""

    version: str
    terms: tuple[Term, ...] = ()

    @property
    def flaws(self) -> tuple[TermFlaw, ...]:
        """Everything that breaks the grammar, in order; empty for a valid record."""
        version_flaws = () if self.version == VERSION else (TermFlaw(self.version, 0, f"“{VERSION}” and a space"),)
        return version_flaws + tuple(term for term in self.terms if isinstance(term, TermFlaw))

    @property
    def directives(self) -> tuple[Directive, ...]:
        return tuple(term for term in self.terms if isinstance(term, Directive))

    @property
    def effective(self) -> tuple[Directive | Redirect, ...]:
        """The terms that take part when nothing before them matched: up to `all`; redirect only without an `all`."""
        directives = self.directives  # RFC 7208 5.1, 6.1
        for index, directive in enumerate(directives):
            if is_all(directive):
                return directives[: index + 1]
        return directives if self.redirect is None else (*directives, self.redirect)

    @property
    def unreachable(self) -> tuple[Directive | Redirect, ...]:
        """The directives and the redirect that can never take part."""
        terms = self.effective
        if not terms or not is_all(terms[-1]):
            return ()
        later_terms = self.directives[len(terms) :]
        return later_terms if self.redirect is None else (*later_terms, self.redirect)

    @property
    def redirect(self) -> Redirect | None:
        return next((term for term in self.terms if isinstance(term, Redirect)), None)

    @property
    def exp(self) -> Exp | None:
        return next((term for term in self.terms if isinstance(term, Exp)), None)

    def __str__(self) -> str:
        return " ".join((self.version, *map(str, self.terms)))


def is_all(term: Term | None) -> bool:
    """Returns True for `all` with any qualifier."""
    return isinstance(mechanism_of(term), All)


def mechanism_of(term: Term | None) -> Mechanism | None:
    """Returns the mechanism of a directive; None for any other term."""
    return term.mechanism if isinstance(term, Directive) else None


def authorizes(term: Term) -> bool:
    """Returns True for a directive under which a host can pass."""
    return isinstance(term, Directive) and term.qualifier is Qualifier.PASS


def _format_target(target: MacroString | None) -> str:
    return "" if target is None else f":{target}"


def _format_length(length: int | None) -> str:
    return "" if length is None else f"/{length}"


_ESCAPES = {"%%": "%", "%_": " ", "%-": "%20"}
_LONGEST_NAME = 253


def macro_letters(text: MacroString) -> frozenset[str]:
    """Returns the macro letters that `text` uses, lower case."""
    return frozenset(piece.letter.lower() for piece in text.pieces if isinstance(piece, Macro))


def expand(text: MacroString, values: Mapping[str, str]) -> str | None:
    """Returns what `text` means, with `values` for its lower-case letters; None when it uses another letter."""
    if not macro_letters(text) <= values.keys():
        return None
    return "".join(_expand_piece(piece, values) for piece in text.pieces)


def expand_name(text: MacroString, values: Mapping[str, str]) -> str | None:
    """Returns a domain-spec as the name to ask for: without the trailing dot, and without labels on the left where it
    is over 253 octets (section 7.3); None as with `expand`."""
    name = expand(text, values)
    if name is None:
        return None
    name = name.removesuffix(".")
    while len(name) > _LONGEST_NAME and "." in name:
        # Skip in one step what cannot fit, then go on to the end of the label that it cut into.
        _, _, name = name[max(0, len(name) - _LONGEST_NAME - 1) :].partition(".")
    return name


def _expand_piece(piece: Literal | Escape | Macro, values: Mapping[str, str]) -> str:
    match piece:
        case Literal(text):
            return text
        case Escape(text):
            return _ESCAPES[text]
        case Macro():
            return _transform_value(piece, values[piece.letter.lower()])


def _transform_value(macro: Macro, value: str) -> str:
    """Split, reverse, keep the right-hand parts, join with dots (section 7.3)."""
    parts = re.split(f"[{re.escape(macro.delimiters or '.')}]", value)
    if macro.reverse:
        parts.reverse()
    if macro.keep is not None:
        parts = parts[-macro.keep :]
    transformed = ".".join(parts)
    # An upper-case letter asks for URL escaping of all but the unreserved characters of RFC 3986.
    return quote(transformed, safe="") if macro.letter.isupper() else transformed
