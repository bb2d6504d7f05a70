"""From the text of a TXT record to a DMARC record, with its report addresses (RFC 9989 sections 4.7 and 4.8).

Nothing raises: what breaks the grammar is kept as a flaw, with its place.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import unquote

_Word = TypeVar("_Word", bound=StrEnum)
_WSP = " \t"
_MOST = 100
"""Addresses read one by one; what follows is one bad address. Receivers stop far sooner."""
# dmarc-uri = URI ; of RFC 3986, where commas and exclamation points MUST be encoded
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_URI_CHARACTERS = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@$&'()*+;=-]|%[0-9A-Fa-f]{2})+")
# obs-dmarc-report-size = "!" 1*DIGIT [ "k" / "m" / "g" / "t" ]
_SIZE = re.compile(r"[ \t]*![ \t]*[0-9]{1,20}[ \t]*[kmgt]?", re.IGNORECASE)
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_LOCAL = re.compile(r"""[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+|"[\x20-\x7e]+\"""")
"""RFC 6068 section 2: dot-atom-text or a quoted-string, percent-decoded."""


@dataclass(frozen=True, slots=True)
class ReportUri:
    """One address of the list. `text` is as written, without `size`, the obsolete limit (`!10m`); `start` is its place
    in the record. `host` is the lower-case domain of a `mailto:` address and `address` the whole mailbox; both are None
    for any other scheme and where `why` says what is wrong, at `position`. `is_uri`: syntactically a URI of any
    scheme, which is what RFC 9989 section 4.10.1 asks of a rua beside a bad policy."""

    text: str
    start: int
    size: str = ""
    address: str | None = None
    host: str | None = None
    is_uri: bool = False
    why: str = ""
    position: int = 0

    @property
    def full_text(self) -> str:
        return self.text + self.size


def parse_uris(value: str, start: int) -> tuple[ReportUri, ...]:
    """Reads a dmarc-urilist that begins at `start` of the record; empty for an empty value.

    dmarc-urilist = (dmarc-uri / obs-dmarc-uri) *(*WSP "," *WSP (dmarc-uri / obs-dmarc-uri))
    """
    if not value.strip(_WSP):
        return ()
    uris: list[ReportUri] = []
    for piece in value.split(",", _MOST):
        text = piece.strip(_WSP)
        uris.append(_parse_uri(text, start + len(piece) - len(piece.lstrip(_WSP)) if text else start))
        start += len(piece) + 1
    return tuple(uris)


def _parse_uri(piece: str, start: int) -> ReportUri:
    body, mark, _ = piece.partition("!")
    size = piece[len(body.rstrip(_WSP)) :] if mark else ""
    if size and _SIZE.fullmatch(size):
        text = body.rstrip(_WSP)
    else:
        text, size = piece, ""
    offset, why = _find_uri_fault(text)
    if why:
        return ReportUri(text, start, size, why=why, position=start + offset)
    scheme, _, rest = text.partition(":")
    if scheme.lower() != "mailto":
        why = f"receivers have to support mailto: only, and this is {scheme.lower()}:"
        return ReportUri(text, start, size, is_uri=True, why=why, position=start)
    mailbox = rest.partition("?")[0]  # RFC 6068 2: header fields left aside
    local, at_sign, host = unquote(mailbox).rpartition("@")
    host = host.lower()
    if not at_sign or "/" in mailbox or not _LOCAL.fullmatch(local) or not _HOST.fullmatch(host) or len(host) > 253:
        return ReportUri(text, start, size, why="this is not a mailbox after mailto:", position=start + len("mailto:"))
    return ReportUri(text, start, size, address=f"{local}@{host}", host=host, is_uri=True)


def _find_uri_fault(text: str) -> tuple[int, str]:
    """Returns where and why a text is no URI (RFC 3986 section 3); an empty reason where it is one."""
    if not text:
        return 0, "an address is missing between the commas"
    scheme = _SCHEME.match(text)
    if not scheme:
        return 0, "an address begins with mailto:"
    if scheme.end() == len(text):
        return scheme.end(), "nothing follows the colon"
    rest = _URI_CHARACTERS.match(text, scheme.end())
    position = rest.end() if rest else scheme.end()
    if position == len(text):
        return position, ""
    return position, "a space" if text[position] in _WSP else "this character cannot be in an address"


_PREFIX = "v=DMARC1"
_VERSION = re.compile(r"[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|\Z)")
_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_RESEMBLES = re.compile(
    r"""[^A-Za-z0-9]{0,12}(?:
        v\s{0,4}[=:]{0,2}\s{0,4}["']?[dmarc]{3,6}(?![a-z@.-])  # v=dmarc1, V:DMARC1, v=DMARC, v=DMRAC1
      | dmarc\s?1                                            # the v= is missing
      | (?:p|sp|np)\s{0,4}=\s{0,4}(?:none|quarantine|reject)\b  # the version is missing, or not first
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_LATER_VERSION = re.compile(r"[^A-Za-z0-9]v\s{0,4}[=:]\s{0,4}dmarc", re.IGNORECASE)
_OTHER_VERSION = re.compile(r"[ \t]{0,12}v[ \t]{0,4}=[ \t]{0,4}(?![dmarc]{3})[a-z]", re.IGNORECASE)
_FO = frozenset("01ds")
_LOOK_FOR_VERSION = 2_000
"""How far into a text that is no record a misplaced version is looked for, in characters."""

OBSOLETE = ("pct", "rf", "ri")
"""Tags of RFC 7489 that RFC 9989 removed (section 9.3 and appendix A.6): receivers ignore them."""
POLICIES = ("p", "sp", "np")
KNOWN = ("v", *POLICIES, "psd", "t", "adkim", "aspf", "fo", "rua", "ruf", *OBSOLETE)


class Policy(StrEnum):
    """dmarc-request = "none" / "quarantine" / "reject"; from the weakest to the strictest."""

    NONE = "none"
    QUARANTINE = "quarantine"
    REJECT = "reject"


class Psd(StrEnum):
    """dmarc-psd = "y" / "n" / "u": a public suffix, an organizational domain, or (by default) neither of them."""

    YES = "y"
    NO = "n"
    UNSAID = "u"


class _Testing(StrEnum):
    """dmarc-y-or-n = "y" / "n"."""

    YES = "y"
    NO = "n"


class Alignment(StrEnum):
    """dmarc-rors = "r" / "s"."""

    RELAXED = "r"
    STRICT = "s"


@dataclass(frozen=True, slots=True)
class DmarcTag:
    """One `name=value`; the name is lower case, the value as written without surrounding white space. The positions
    count characters of the record; `segment` is its place between the semicolons, from 0."""

    name: str
    value: str
    start: int
    value_start: int
    segment: int


@dataclass(frozen=True, slots=True)
class TagFlaw:
    """A part of a record that breaks the grammar. `tag` is the tag meant (empty where that is unclear), `position` the
    first wrong character. `discards`: the tag counts as absent, its default applies (section 4.8)."""

    tag: str
    position: int
    why: str
    discards: bool = True


@dataclass(frozen=True, slots=True)
class DmarcRecord:
    """A DMARC policy record. `str` gives the text back, character by character.

    `p`, `sp`, `np` are None where absent or discarded; the other tags hold their default there. `rua` and `ruf` hold
    every address listed, good or bad. `tags` are all tags after the version in order, the unknown ones too.
    """

    segments: tuple[str, ...]
    tags: tuple[DmarcTag, ...]
    p: Policy | None = None
    sp: Policy | None = None
    np: Policy | None = None
    psd: Psd = Psd.UNSAID
    testing: bool = False
    adkim: Alignment = Alignment.RELAXED
    aspf: Alignment = Alignment.RELAXED
    fo: tuple[str, ...] = ("0",)
    rua: tuple[ReportUri, ...] = ()
    ruf: tuple[ReportUri, ...] = ()
    flaws: tuple[TagFlaw, ...] = ()

    def __str__(self) -> str:
        return ";".join(self.segments)

    def tags_named(self, *names: str) -> tuple[DmarcTag, ...]:
        return tuple(tag for tag in self.tags if tag.name in names)

    def discards(self, *names: str) -> bool:
        """Returns True where receivers ignore the value of one of these tags."""
        return any(flaw.discards and flaw.tag in names for flaw in self.flaws)


@dataclass(frozen=True, slots=True)
class NotDmarc:
    """A text that is no DMARC record, so receivers ignore it whole (section 4.7, the `v` tag). `resembles`: it was
    surely meant as one; then `position` is its first wrong character and `why` says what was expected there."""

    text: str
    resembles: bool
    position: int = 0
    why: str = ""

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> DmarcRecord | NotDmarc:
    """Reads the text of a TXT record, its strings joined (RFC 9989 section 4.5). Never raises."""
    if not _VERSION.match(text):
        return _read_other_text(text)
    segments = tuple(text.split(";"))
    tags, strays = _split_tags(segments)
    reader = _Reader(tags, strays)
    return DmarcRecord(
        segments,
        tags,
        p=reader.read_word("p", Policy),
        sp=reader.read_word("sp", Policy),
        np=reader.read_word("np", Policy),
        psd=reader.read_word("psd", Psd) or Psd.UNSAID,
        testing=reader.read_word("t", _Testing) is _Testing.YES,
        adkim=reader.read_word("adkim", Alignment) or Alignment.RELAXED,
        aspf=reader.read_word("aspf", Alignment) or Alignment.RELAXED,
        fo=reader.read_fo(),
        rua=reader.read_uris("rua"),
        ruf=reader.read_uris("ruf"),
        flaws=tuple(sorted(reader.flaws, key=lambda flaw: flaw.position)),
    )


def _read_other_text(text: str) -> NotDmarc:
    head = text[:_LOOK_FOR_VERSION]
    if _OTHER_VERSION.match(head) or not (_RESEMBLES.match(head) or _LATER_VERSION.search(head)):
        return NotDmarc(text, resembles=False)
    position = 0
    for expected in _PREFIX:
        while position < len(head) and head[position] in _WSP and expected in "=D":
            position += 1
        if position >= len(head) or head[position] not in (("v", "V") if expected == "v" else (expected,)):
            return NotDmarc(text, True, position, f"a DMARC record begins with {_PREFIX}, exactly so")
        position += 1
    rest = head[position:]
    position += len(rest) - len(rest.lstrip(_WSP))
    return NotDmarc(text, True, position, f"a semicolon has to follow {_PREFIX}")


def _split_tags(segments: tuple[str, ...]) -> tuple[tuple[DmarcTag, ...], list[TagFlaw]]:
    """Splits off the tags after the version, with a flaw for each stretch that is none. Empty stretches do no harm."""
    tags: list[DmarcTag] = []
    flaws: list[TagFlaw] = []
    position = len(segments[0]) + 1
    for index, segment in enumerate(segments[1:], start=1):
        stretch = segment.strip(_WSP)
        start = position + len(segment) - len(segment.lstrip(_WSP))
        position += len(segment) + 1
        name, equals, value = stretch.partition("=")
        if equals and _NAME.fullmatch(name.rstrip(_WSP)):
            value_start = start + len(stretch) - len(value.lstrip(_WSP))
            tags.append(DmarcTag(name.rstrip(_WSP).lower(), value.strip(_WSP), start, value_start, index))
        elif stretch:
            why = "this is not a tag: a name, = and a value"
            flaws.append(TagFlaw(_guess_tag(stretch), start, why, discards=False))
    return tuple(tags), flaws


def _guess_tag(stretch: str) -> str:
    """Guesses which tag a stretch without `=` was meant as: `p:none`, `p none`, an address that belongs to rua."""
    name = re.match(r"[A-Za-z]+(?=[ \t]*[:\s])", stretch)
    if name and name[0].lower() in KNOWN:
        return name[0].lower()
    return "rua" if "@" in stretch else ""


class _Reader:
    """Reads known tags by name and keeps the flaws found on the way. A tag that is there twice (RFC 6376 section 3.2
    forbids it, RFC 9989 section 4.7 takes its syntax) counts once where both say the same, else not at all."""

    def __init__(self, tags: tuple[DmarcTag, ...], flaws: list[TagFlaw]) -> None:
        self._tags = tags
        self.flaws = flaws
        for tag in tags:
            if tag.name == "v":
                self._add_flaw("v", tag.start, "it is there twice", discards=False)

    def read_word(self, name: str, allowed: type[_Word]) -> _Word | None:
        """Reads a tag that takes one of a few words, in any case (RFC 5234 section 2.3); None where unusable."""
        tag = self._single_tag(name)
        if tag is None or tag.value.lower() in tuple(allowed):
            return allowed(tag.value.lower()) if tag else None
        *words, last = allowed
        self._add_flaw(name, tag.value_start, f"the value has to be {', '.join(words)} or {last}")
        return None

    def read_fo(self) -> tuple[str, ...]:
        """Reads dmarc-fo: 0, 1, d and s between colons, each once, never 0 beside 1."""
        tag = self._single_tag("fo")
        if tag is None:
            return ("0",)
        options = tuple(tag.value.lower().split(":"))
        if set(options) <= _FO and len(set(options)) == len(options) and not {"0", "1"} <= set(options):
            return options
        self._add_flaw("fo", tag.value_start, "the value has to be 0, 1, d or s, between colons")
        return ("0",)

    def read_uris(self, name: str) -> tuple[ReportUri, ...]:
        """Returns the addresses of every tag of this name: where the list was split over two tags, both were meant."""
        tags = [tag for tag in self._tags if tag.name == name]
        if len(tags) > 1:
            self._add_flaw(name, tags[1].start, "it is there twice", discards=False)
        uris = tuple(uri for tag in tags for uri in parse_uris(tag.value, tag.value_start))
        if name == "ruf":
            # RFC 9989 4.8: dmarc-tag = 1*ALPHA equals 1*dmarc-value
            empty = [(tag.value_start, "a value is missing") for tag in tags if not tag.value]
            for position, why in (*empty, *((uri.position, uri.why) for uri in uris if uri.why)):
                self._add_flaw("ruf", position, why)
        return uris

    def _single_tag(self, name: str) -> DmarcTag | None:
        """Returns the tag of this name; None where it is not there, or there twice and disagrees with itself."""
        tags = [tag for tag in self._tags if tag.name == name]
        if len({tag.value.lower() for tag in tags}) > 1:
            self._add_flaw(name, tags[1].start, "it is there twice, with different values")
            return None
        if len(tags) > 1:
            self._add_flaw(name, tags[1].start, "it is there twice", discards=False)
        return tags[0] if tags else None

    def _add_flaw(self, tag: str, position: int, why: str, *, discards: bool = True) -> None:
        self.flaws.append(TagFlaw(tag, position, why, discards))
