"""Reads the list of report addresses in a `rua` or `ruf` tag: where aggregate and failure reports are to be sent.

RFC 9989 sections 4.6 and 4.8: URIs of RFC 3986 between commas. Receivers must support `mailto:` (RFC 6068) and ignore
the schemes that they do not know, so only `mailto:` addresses get reports in practice.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

_WSP = " \t"
_MOST = 100
"""Addresses read one by one; what follows is one bad address. Receivers stop far sooner."""
# dmarc-uri = URI ; of RFC 3986, where commas and exclamation points MUST be encoded
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_URI_CHARACTER = re.compile(r"[A-Za-z0-9._~:/?#\[\]@$&'()*+;=-]|%[0-9A-Fa-f]{2}")
# obs-dmarc-report-size = "!" 1*DIGIT [ "k" / "m" / "g" / "t" ]
_SIZE = re.compile(r"[ \t]*![ \t]*[0-9]{1,20}[ \t]*[kmgt]?", re.IGNORECASE)
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_LOCAL = re.compile(r"[\x21-\x3f\x41-\x7e]+")


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


def parse_uris(value: str, start: int) -> tuple[ReportUri, ...]:
    """Read a dmarc-urilist that begins at `start` of the record; empty for an empty value.

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
    fault = _fault(text)
    if fault is not None:
        return ReportUri(text, start, size, why=fault[1], position=start + fault[0])
    scheme, _, rest = text.partition(":")
    if scheme.lower() != "mailto":
        why = f"receivers have to support mailto: only, and this is {scheme.lower()}:"
        return ReportUri(text, start, size, is_uri=True, why=why, position=start)
    mailbox = _mailbox(rest)
    if mailbox is None:
        return ReportUri(text, start, size, why="this is not a mailbox after mailto:", position=start + len("mailto:"))
    return ReportUri(text, start, size, address="@".join(mailbox), host=mailbox[1], is_uri=True)


def _fault(text: str) -> tuple[int, str] | None:
    """Where and why the text is no URI (RFC 3986 section 3); None where it is one."""
    if not text:
        return 0, "an address is missing between the commas"
    scheme = _SCHEME.match(text)
    if not scheme:
        return 0, "an address begins with mailto:"
    at = scheme.end()
    while at < len(text):
        character = _URI_CHARACTER.match(text, at)
        if not character:
            return at, "a space" if text[at] in _WSP else "this character cannot be in an address"
        at = character.end()
    if at == scheme.end():
        return at, "nothing follows the colon"
    return None


def _mailbox(rest: str) -> tuple[str, str] | None:
    """(local part, host) of what follows `mailto:` (RFC 6068 section 2), header fields left aside."""
    to = rest.partition("?")[0]
    local, at, host = unquote(to).rpartition("@")
    host = host.lower()
    if not at or "/" in to or not _LOCAL.fullmatch(local) or not _HOST.fullmatch(host) or len(host) > 253:
        return None
    return local, host
