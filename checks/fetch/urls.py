"""Parses web addresses as browsers do (the WHATWG URL standard), into a form that the guard can judge. Defines what
comes of fetching one, which is never raised.

Browsers forgive much: tabs and newlines within, backslashes for slashes, `0x7f.1` for 127.0.0.1, full-width digits. A
guard that reads an address otherwise than the client behind it can be got around, so everything ends in one plain form
here, and nothing reads the text a second time.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from urllib.parse import quote, unquote_to_bytes

import idna

from checks.findings import make_printable


class Failure(StrEnum):
    """Why there is no answer."""

    NO_ADDRESS = "no address"
    """The host does not exist, or has neither A nor AAAA records."""
    ADDRESS_UNKNOWN = "address unknown"
    """DNS was asked and did not answer: never the same as no address."""
    NOT_PUBLIC = "not public"
    """The guard refused the address, the port, the scheme or credentials in the URL; no connection was made."""
    REFUSED = "refused"
    """No program listens there."""
    UNREACHABLE = "unreachable"
    """No route, or the connection broke before an answer began."""
    TIMEOUT = "timeout"
    TLS = "tls"
    """No trusted connection: see `Failed.tls`."""
    PROTOCOL = "protocol"
    """What came is not HTTP, or breaks its rules."""
    REDIRECTS = "redirects"
    """A loop of redirects, or too many."""
    BAD_URL = "bad url"


class Tls(StrEnum):
    """What is wrong with a certificate, or with the TLS handshake."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not yet valid"
    WRONG_NAME = "wrong name"
    SELF_SIGNED = "self-signed"
    UNKNOWN_ISSUER = "unknown issuer"
    """Signed by an authority that the system does not trust; often the intermediate certificate is not sent."""
    HANDSHAKE = "handshake"
    """The server speaks no TLS there, or none that is safe today."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect that was followed: `url` answered `status` and led to `location`, a whole address."""

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, whatever its status. `url` is where it came from, after `hops`. `headers` by lower-case name, each one
    line of at most 2,000 characters. `body` is decompressed. `cut`: the body went on past the limit, or ended before
    the server's own count. `seconds` is wall time, redirects included."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool
    hops: tuple[Hop, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer. `url` is where it failed, after `hops`; `why` is a phrase for a person, without markup, such as
    "its certificate expired"; `status` is known where an answer began; `tls` says more about `Failure.TLS`."""

    url: str
    failure: Failure
    why: str
    hops: tuple[Hop, ...] = ()
    status: int | None = None
    tls: Tls | None = None


LONGEST = 4_000
"""Characters of an address that is followed; browsers stop at some thousands more."""
_PORTS = {"http": 80, "https": 443}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_UNQUOTED = "/%:@!$&'()*+,;=~-._|[]"
_CONTROLS = "".join(map(chr, range(0x21)))


class BadUrl(Exception):
    """The text is no address that may be fetched: `failure` is NOT_PUBLIC or BAD_URL, `why` a phrase."""

    def __init__(self, failure: Failure, why: str) -> None:
        super().__init__(why)
        self.failure = failure
        self.why = why


@dataclass(frozen=True, slots=True)
class Url:
    """`host` is a name in A-labels without a trailing dot, or an IP address without brackets; `port` is None where it
    is the scheme's own; `path` begins with a slash, holds the query, and is percent-encoded."""

    scheme: str
    host: str
    port: int | None
    path: str

    @property
    def real_port(self) -> int:
        return self.port or _PORTS[self.scheme]

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port else "")

    def __str__(self) -> str:
        return self.origin + self.path

    @classmethod
    def parse(cls, text: str, base: Self | None = None) -> Self:
        """Parses an address, relative to a page at `base` where one is given. Raises `BadUrl`."""
        text = re.sub(r"[\t\r\n]", "", text.strip(_CONTROLS))
        if len(text) > LONGEST:
            raise BadUrl(Failure.BAD_URL, f"the address is {len(text)} characters long")
        text = text.partition("#")[0]
        scheme = _SCHEME.match(text)
        if not scheme:
            if base is None:
                raise BadUrl(Failure.BAD_URL, "the address does not begin with https:// or http://")
            return cls._resolve_relative(text, base)
        kind, rest = scheme[1].lower(), text[scheme.end() :]
        if kind not in _PORTS:
            raise BadUrl(Failure.NOT_PUBLIC, f"only https and http are followed, not {make_printable(kind)[:30]}:")
        if base and base.scheme == kind and not re.match(r"[/\\]{2}", rest):
            return cls._resolve_relative(rest, base)
        return cls._parse_absolute(kind, re.sub(r"^[/\\]*", "", rest))

    @classmethod
    def _parse_absolute(cls, scheme: str, rest: str) -> Self:
        end = re.search(r"[/\\?]", rest)
        authority, path = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
        if "@" in authority:
            raise BadUrl(Failure.NOT_PUBLIC, "the address holds a user name or a password")
        host, port = _split_authority(authority)
        number = _parse_port(port)
        return cls(scheme, _parse_host(host), None if number == _PORTS[scheme] else number, _normalize_path(path))

    @classmethod
    def _resolve_relative(cls, text: str, base: Self) -> Self:
        before, mark, query = text.partition("?")
        before = before.replace("\\", "/")
        text = before + mark + query
        if before.startswith("//"):
            return cls._parse_absolute(base.scheme, text.lstrip("/"))
        if before.startswith("/"):
            path = text
        elif before:
            path = base.path.partition("?")[0].rpartition("/")[0] + "/" + text
        else:
            path = base.path.partition("?")[0] + text if mark else base.path
        return cls(base.scheme, base.host, base.port, _normalize_path(path))


def _split_authority(authority: str) -> tuple[str, str]:
    if authority.startswith("["):
        host, bracket, port = authority.partition("]")
        if not bracket or (port and not port.startswith(":")):
            raise BadUrl(Failure.BAD_URL, "the address has an unfinished bracket")
        return host + bracket, port[1:]
    host, _, port = authority.partition(":")
    return host, port


def _parse_port(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:8]) <= 65_535:
        raise BadUrl(Failure.BAD_URL, f"“{make_printable(text[:10])}” is no port")
    return int(text)


def _parse_host(text: str) -> str:
    """Parses a host; an IP address gets its usual form. A zone index (RFC 6874) names an interface of ours: refused."""
    if text.startswith("["):
        try:
            return str(ipaddress.IPv6Address(text[1:-1] if "%" not in text else ""))
        except ValueError:
            raise BadUrl(Failure.BAD_URL, f"“{make_printable(text[:60])}” is no IP address") from None
    name = _to_ascii(text).removesuffix(".")
    if not name:
        raise BadUrl(Failure.BAD_URL, "the address has no host")
    if len(name) > 253 or not _HOST.fullmatch(name):
        raise BadUrl(Failure.BAD_URL, f"“{make_printable(text[:60])}” is no host name")
    return _parse_ipv4(name) if _NUMBER.fullmatch(name.rpartition(".")[2]) else name


def _to_ascii(text: str) -> str:
    try:
        name = unquote_to_bytes(text).decode("utf-8")
        return name.lower() if name.isascii() else idna.encode(name, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise BadUrl(Failure.BAD_URL, f"“{make_printable(text[:60])}” is no host name") from None


def _parse_ipv4(name: str) -> str:
    """Parses an IPv4 address, which is what ends in a number: one to four numbers, each decimal, octal or hexadecimal,
    the last of which fills what is left (the WHATWG URL standard, "IPv4 parser")."""
    *numbers, last = (_parse_ipv4_number(part) for part in name.split("."))
    if len(numbers) > 3 or any(n > 255 for n in numbers) or last >= 256 ** (4 - len(numbers)):
        raise BadUrl(Failure.BAD_URL, f"“{make_printable(name[:60])}” is no IP address")
    return str(ipaddress.IPv4Address(sum(n << (8 * (3 - i)) for i, n in enumerate(numbers)) + last))


def _parse_ipv4_number(part: str) -> int:
    """Parses one number of an IPv4 address; returns for other text a number that no address can hold."""
    base = 16 if part.startswith("0x") else 8 if part.startswith("0") else 10
    try:
        return int(part.removeprefix("0x") or "0", base)
    except ValueError:
        return 1 << 32


def _normalize_path(text: str) -> str:
    """Writes path and query: dots resolved (RFC 3986 section 5.2.4), what no request line holds percent-encoded."""
    path, mark, query = text.partition("?")
    segments: list[str] = []
    parts = path.replace("\\", "/").removeprefix("/").split("/")
    for index, part in enumerate(parts):
        segment = re.sub("%2e", ".", part, flags=re.IGNORECASE)
        if segment == "..":
            del segments[-1:]
        elif segment != ".":
            segments.append(part)
        if segment in (".", "..") and index == len(parts) - 1:
            segments.append("")
    return _percent_encode("/" + "/".join(segments)) + mark + _percent_encode(query, "?")


def _percent_encode(text: str, unquoted: str = "") -> str:
    return quote(text, safe=_UNQUOTED + unquoted, errors="replace")
