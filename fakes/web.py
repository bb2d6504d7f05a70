"""Websites on loopback: hosts by name over HTTP and HTTPS, as good as a real server and as bad as a test asks.

A site is its paths; a page is what it answers, or how it misbehaves. Written on bare sockets, because a web framework
would not let a server lie about its length. Every request and every accepted connection is counted.
"""

import asyncio
import contextlib
import gzip
import socket
import ssl
import struct
import tempfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

from fakes.certificates import Authority, Certificate

_HTML = "text/html; charset=utf-8"
_MAX_HEAD = 64 * 1024
_CLIENT_HELLO = b"\x16"
"""How a TLS connection begins (RFC 8446 section 5.1)."""
_ALERT = b"\x15\x03\x03\x00\x02\x02\x28"
"""The handshake has failed (RFC 8446 section 6.2)."""
_DRIP_SECONDS = 0.02
"""Seconds between two octets of a drip."""


class Misbehavior(StrEnum):
    """How a server can fail its visitors."""

    HANG = "hang"
    """Takes the request, and says nothing."""
    CLOSE = "close"
    """Takes the request, and hangs up."""
    RESET = "reset"
    """The same, by a TCP reset."""
    SLOW_HEAD = "slow head"
    """A status line, and then a header that comes an octet at a time and never ends."""
    ENDLESS_HEAD = "endless head"
    """Headers as fast as they can go, without end."""
    EARLY_HINTS = "early hints"
    """One informational answer after the other (RFC 8297), without end."""
    DRIP = "drip"
    """A body that comes an octet at a time and never ends."""
    ENDLESS = "endless"
    """A body as fast as it can go, without end."""
    BOMB = "bomb"
    """A small gzip body that becomes a large one."""
    HOLLOW = "hollow"
    """A deflate body without end that holds nothing."""
    BROKEN_GZIP = "broken gzip"
    """Says gzip, and sends text."""
    CUT_GZIP = "cut gzip"
    """Ends in the middle of its gzip body."""
    BROTLI = "brotli"
    """Compressed in a way that was not asked for."""
    TOO_SHORT = "too short"
    """Announces more octets than it sends."""
    TOO_LONG = "too long"
    """Sends more octets than it announces."""
    BAD_LENGTH = "bad length"
    """A Content-Length that is no number."""
    BAD_CHUNK = "bad chunk"
    """Chunks whose sizes are no numbers."""
    HTTP_09 = "http 0.9"
    """A page without a status line."""
    GARBAGE = "garbage"
    """Octets that are no HTTP."""
    SWITCH = "switch"
    """101, on to another protocol."""


@dataclass(frozen=True, slots=True)
class WebPage:
    """What a path answers. A `body` of text goes out as UTF-8; `headers` are added to the usual ones, and stand in
    their place. `compress` is "gzip" or "deflate" where the body goes out compressed; `delay` in seconds comes first.
    `behaviour` takes the place of an answer, and uses the body where it has a use for one."""

    body: str | bytes = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    compress: str = ""
    delay: float = 0.0
    behaviour: Misbehavior | None = None

    @property
    def octets(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


def redirect(to: str, status: int = 302, **headers: str) -> WebPage:
    """Returns a page that leads elsewhere; `headers` with underscores for hyphens."""
    return WebPage("", status, {"Location": to} | {name.replace("_", "-"): value for name, value in headers.items()})


@dataclass(frozen=True, slots=True)
class Site:
    """Pages by path, each with its query where it has one; `*` stands for every path that is not named. A string is a
    page of that HTML. `certificate` is what the host shows."""

    pages: Mapping[str, WebPage | str]
    certificate: Certificate = Certificate.GOOD


@dataclass(frozen=True, slots=True)
class WebVisit:
    """One request as it came in. `path` holds the query; `headers` by lower-case name."""

    scheme: str
    host: str
    path: str
    headers: Mapping[str, str]


class LoopbackWeb:
    """`async with LoopbackWeb({"acme.example": Site({"/": "<h1>Acme</h1>"})}) as web:` then `https://acme.example/`, in
    a DNS that holds `web.records()`, by a client whose `SSL_CERT_FILE` is `web.ca_file`.

    `port` serves HTTP and `tls_port` HTTPS. `visits` are the requests in order; `accepted` counts connections, also
    those that never asked for anything. A host that is not in `sites` gets 404. `sites` may change at any time.
    """

    def __init__(self, sites: Mapping[str, Site] | None = None, *, host: str = "127.0.0.1") -> None:
        self.sites: dict[str, Site] = dict(sites or {})
        self.host = host
        self.port = 0
        self.tls_port = 0
        self.visits: list[WebVisit] = []
        self.accepted = 0
        self._home = tempfile.TemporaryDirectory(prefix="loopback-web-")
        self._authority = Authority(Path(self._home.name))
        self._news = asyncio.Event()
        self._servers: list[asyncio.Server] = []
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def ca_file(self) -> Path:
        """The authority's certificate, for `SSL_CERT_FILE`."""
        return self._authority.ca_file

    def records(self) -> dict[str, list[str]]:
        """Returns what a host served here has in DNS. The HTTPS record leads to the port, so that URLs need none."""
        kind = "AAAA" if ":" in self.host else "A"
        return {kind: [self.host], "HTTPS": [f"1 . port={self.tls_port}"]}

    async def __aenter__(self) -> Self:
        plain = await asyncio.start_server(self._serve_http, self.host, 0, limit=_MAX_HEAD)
        tls = await asyncio.start_server(self._serve_https, self.host, 0, limit=_MAX_HEAD)
        self._servers = [plain, tls]
        self.port, self.tls_port = (server.sockets[0].getsockname()[1] for server in self._servers)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in tuple(self._writers):
            writer.transport.abort()
        self._home.cleanup()

    async def wait_for_visits(self, count: int = 1) -> None:
        """Waits until that many requests have come in."""
        while len(self.visits) < count:
            self._news.clear()
            await self._news.wait()

    async def _serve_http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._serve_connection("http", reader, writer)

    async def _serve_https(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._serve_connection("https", reader, writer)

    async def _serve_connection(self, scheme: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one connection, in a task that ends with the server."""
        self.accepted += 1
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            if scheme == "https":
                await writer.start_tls(self._make_tls_context(writer))
            while await self._answer(scheme, reader, writer):
                pass
        except (OSError, EOFError, ssl.SSLError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # the visitor has gone, or the server ends
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            writer.transport.abort()

    def _make_tls_context(self, writer: asyncio.StreamWriter) -> ssl.SSLContext:
        """Returns a context that turns into that of the host which the visitor names (SNI, RFC 6066 section 3)."""

        def choose_certificate(talk: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
            site = self.sites.get(name or "")
            kind = site.certificate if site else Certificate.GOOD
            if kind is Certificate.NONE:
                writer.write(_ALERT)  # asyncio would hang up without it
                return ssl.ALERT_DESCRIPTION_HANDSHAKE_FAILURE
            talk.context = self._authority.tls_context(name or self.host, kind)
            return None

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = choose_certificate
        return context

    async def _answer(self, scheme: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Returns one request and its answer; False where the connection ends after it."""
        first = await reader.readexactly(1)
        if first == _CLIENT_HELLO:
            writer.write(_format_page(WebPage("<title>400</title>This port speaks plain HTTP", 400)))
            await writer.drain()
            return False
        visit = _parse_visit(scheme, (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
        self.visits.append(visit)
        self._news.set()
        site = self.sites.get(visit.host.partition(":")[0])
        pages = site.pages if site else {}
        page = pages.get(visit.path, pages.get("*", WebPage("<title>404</title>Not found", 404)))
        if isinstance(page, str):
            page = WebPage(page)
        await asyncio.sleep(page.delay)
        if page.behaviour:
            await _misbehave(page, writer)
            return False
        writer.write(_format_page(page))
        await writer.drain()
        return visit.headers.get("connection", "").lower() != "close"


def _parse_visit(scheme: str, head: str) -> WebVisit:
    request, *lines = head.split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return WebVisit(scheme, headers.get("host", "").lower(), request.split(" ")[1], headers)


def _format_page(page: WebPage) -> bytes:
    body = page.octets
    headers = {"Content-Type": _HTML}
    if page.compress:
        body = gzip.compress(body) if page.compress == "gzip" else zlib.compress(body)
        headers["Content-Encoding"] = page.compress
    headers |= {"Content-Length": str(len(body)), **page.headers}
    return _format_head(page.status, headers) + body


def _format_head(status: int, headers: Mapping[str, str]) -> bytes:
    """Returns a header with several lines in its value is sent once for each: how cookies are set."""
    phrases = {int(http_status): http_status.phrase for http_status in HTTPStatus}
    lines = [f"{name}: {value}" for name, values in headers.items() for value in values.split("\n")]
    text = "\r\n".join([f"HTTP/1.1 {status} {phrases.get(status, 'Whatever')}", *lines, "", ""])
    return text.encode("utf-8", "surrogateescape")


async def _misbehave(page: WebPage, writer: asyncio.StreamWriter) -> None:
    """Does what the page says. What goes on without end ends with the connection."""
    body = page.octets or b"<p>A page.</p>"
    html = {"Content-Type": _HTML, **page.headers}
    match page.behaviour:
        case Misbehavior.HANG:
            await asyncio.Event().wait()
        case Misbehavior.RESET:
            _reset_connection(writer)
        case Misbehavior.SLOW_HEAD:
            await _send_forever(writer, b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x", _DRIP_SECONDS)
        case Misbehavior.ENDLESS_HEAD:
            await _send_forever(writer, b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n" * 100)
        case Misbehavior.EARLY_HINTS:
            await _send_forever(writer, b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", _DRIP_SECONDS)
        case Misbehavior.DRIP:
            await _send_forever(writer, _format_head(page.status, html) + body, b".", _DRIP_SECONDS)
        case Misbehavior.ENDLESS:
            await _send_forever(writer, _format_head(page.status, html) + body, b"<p>and more</p>" * 4_000)
        case Misbehavior.HOLLOW:
            empty = zlib.compress(b"")[:2] + b"\x00\x00\x00\xff\xff" * 10_000
            await _send_forever(writer, _format_head(200, html | {"Content-Encoding": "deflate"}) + empty, empty[2:])
        case _:
            wrong = _WRONG_ANSWERS.get(page.behaviour) if page.behaviour else None
            writer.write(wrong(body, page.status, html) if wrong else b"")
            await writer.drain()
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def _send_forever(writer: asyncio.StreamWriter, first: bytes, more: bytes, pause: float = 0.0) -> None:
    writer.write(first)
    while True:
        await writer.drain()
        writer.write(more)
        await asyncio.sleep(pause)


def _reset_connection(writer: asyncio.StreamWriter) -> None:
    """Closes so that the kernel sends RST: linger for no time at all (socket(7))."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _format_with_length(body: bytes, status: int, headers: Mapping[str, str], length: str) -> bytes:
    return _format_head(status, {**headers, "Content-Length": length}) + body


def _format_as_gzip(body: bytes, status: int, headers: Mapping[str, str]) -> bytes:
    return _format_with_length(body, status, {**headers, "Content-Encoding": "gzip"}, str(len(body)))


@cache
def _make_bomb(body: bytes) -> bytes:
    return gzip.compress(body + b"0" * 20_000_000, 1)


_WRONG_ANSWERS: dict[Misbehavior, Callable[[bytes, int, Mapping[str, str]], bytes]] = {
    Misbehavior.BOMB: lambda body, status, html: _format_as_gzip(_make_bomb(body), status, html),
    Misbehavior.BROKEN_GZIP: _format_as_gzip,
    Misbehavior.CUT_GZIP: lambda body, status, html: _format_as_gzip(gzip.compress(body)[:-12], status, html),
    Misbehavior.BROTLI: lambda body, status, html: _format_with_length(
        body, status, {**html, "Content-Encoding": "br"}, str(len(body))
    ),
    Misbehavior.TOO_SHORT: lambda body, status, html: _format_with_length(body, status, html, str(len(body) + 5_000)),
    Misbehavior.TOO_LONG: lambda body, status, html: _format_with_length(
        body + b"X" * 500, status, html, str(len(body))
    ),
    Misbehavior.BAD_LENGTH: lambda body, status, html: _format_with_length(body, status, html, "many"),
    Misbehavior.BAD_CHUNK: lambda body, status, html: (
        _format_head(status, {**html, "Transfer-Encoding": "chunked"}) + b"zz\r\n" + body
    ),
    Misbehavior.HTTP_09: lambda body, status, html: b"<html>" + body,
    Misbehavior.GARBAGE: lambda body, status, html: bytes(range(256)) * 4,
    Misbehavior.SWITCH: lambda body, status, html: _format_head(101, {"Connection": "Upgrade", "Upgrade": "chess"}),
}
