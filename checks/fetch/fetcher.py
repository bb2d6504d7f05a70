"""Fetches a web address as a browser would, within bounds, and never into a private network.

Redirects are followed here and not by aiohttp: each hop's address is read anew, judged and reported. Whatever the world
does ends in a value.
"""

import asyncio
import copy
import re
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import CookieError
from types import TracebackType
from typing import Self

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientPayloadError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    CookieJar,
    DummyCookieJar,
)
from yarl import URL

from checks.addresses import networks_of
from checks.answers import Dns
from checks.fetch.connecting import (
    Attempt,
    BadEncoding,
    current_attempt,
    explain_error,
    explain_timeout,
    find_routes,
    make_connector,
)
from checks.fetch.urls import BadUrl, Failed, Failure, Fetched, Hop, Url
from checks.findings import make_printable

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
"""gzip or zlib, as the first octets say."""
_MOST_GZIP_MEMBERS = 1_000


@dataclass(frozen=True, slots=True)
class Body:
    """`cut`: there was more, or less than the server had announced."""

    octets: bytes
    cut: bool


async def read_body(response: ClientResponse, limit: int) -> Body:
    """Reads at most `limit` octets. `BadEncoding` for a compression not asked for; `ClientPayloadError` where the body
    breaks before its first octet."""
    decoder = _make_decoder(response.headers.get("Content-Encoding", ""))
    octets, received = bytearray(), 0
    try:
        async for chunk in response.content.iter_any():
            received += len(chunk)
            octets += decoder.decode(chunk, limit + 1 - len(octets))
            # What comes in is bounded too: a compressed stream can go on for ever and hold nothing.
            if len(octets) > limit or received > limit:
                response.close()
                return Body(bytes(octets[:limit]), cut=True)
    except ClientPayloadError:
        if not octets:
            raise
        return Body(bytes(octets), cut=True)
    return Body(bytes(octets), cut=bool(received) and not decoder.has_ended)


def _make_decoder(header: str) -> "_IdentityDecoder | _InflateDecoder":
    match [name for part in header.lower().split(",") if (name := part.strip()) not in ("", "identity")]:
        case []:
            return _IdentityDecoder()
        case ["gzip" | "x-gzip" | "deflate"]:
            return _InflateDecoder()
    raise BadEncoding("compressed in a way that was not asked for")


class _IdentityDecoder:
    has_ended = True

    def decode(self, chunk: bytes, limit: int) -> bytes:
        return chunk[:limit]


class _InflateDecoder:
    """gzip (RFC 1952, with members one after the other), and deflate in both of its readings: with the zlib header as
    the standard has it, or bare as many servers do (RFC 9110 section 8.4.1.2)."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._first = True
        self._members = 1

    @property
    def has_ended(self) -> bool:
        return self._stream.eof

    def decode(self, chunk: bytes, limit: int) -> bytes:
        if self._first and chunk:
            self._first = False
            if chunk[0] != 0x1F and chunk[0] & 0x0F != 8:
                self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
        decoded = bytearray()
        while chunk and len(decoded) < limit:
            if self._stream.eof:
                if not chunk.startswith(b"\x1f\x8b") or self._members == _MOST_GZIP_MEMBERS:
                    break  # padding after the end, as browsers see it
                self._stream, self._members = zlib.decompressobj(_GZIP_OR_ZLIB), self._members + 1
            try:
                decoded += self._stream.decompress(chunk, limit - len(decoded))
            except zlib.error:
                raise BadEncoding("compressed wrongly") from None
            chunk = self._stream.unconsumed_tail or self._stream.unused_data
        return bytes(decoded)


USER_AGENT = "Mozilla/5.0 (compatible; ses-bot; looks at a website before its owner asks for Amazon SES)"
"""Honest about what asks. The first word is what servers that know only browsers look for, as every crawler has it."""
HTML = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_HEADER = 2_000
_MOST_HEADERS = 200
_LONGEST_COOKIES = 8_000
_COOKIE_START = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+=")
"""How one begins (RFC 6265 section 4.1.1)."""


class Fetcher:
    """An async context manager; many fetches can run at once.

    `allow_networks`: CIDRs that may be reached although they are private, on any port. `trusted`: base URLs that the
    operator of the bot named; their host and port may be private where a fetch begins there, not where a redirect leads
    there. `ValueError` where one of either cannot be read.
    """

    def __init__(self, dns: Dns, *, allow_networks: Sequence[str] = (), trusted: Sequence[str] = ()) -> None:
        self._dns = dns
        self._allowed = networks_of(allow_networks)
        self._trusted = frozenset(_host_and_port(_parse_trusted_url(url)) for url in trusted)
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        # trust_env stays off: a proxy would connect in our place, to addresses that the guard never sees.
        self._session = ClientSession(
            connector=make_connector(self._allowed),
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=None, sock_connect=None),
            auto_decompress=False,
            trust_env=False,
            max_line_size=16_384,
            max_field_size=32_768,
            max_headers=_MOST_HEADERS,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session:
            await self._session.close()

    def with_dns(self, dns: Dns) -> Self:
        """Returns this fetcher over another DNS, for "Check again", which must not repeat a cached address. It is
        entered already, and ends with this one."""
        other = copy.copy(self)
        other._dns = dns
        return other

    async def fetch(
        self, url: str, *, until: float, limit: int = 2_000_000, accept: str = HTML, hops: int = 8
    ) -> Fetched | Failed:
        """Requests `url` with GET by the loop's time `until`. At most `limit` octets of body, decompressed, are kept;
        at most `hops` redirects are followed. Never raises for what the world does."""
        try:
            address = Url.parse(url)
        except BadUrl as bad:
            return Failed(make_printable(url)[:300], bad.failure, bad.why)
        assert self._session, "a Fetcher is entered before it fetches"
        now = asyncio.get_running_loop().time()
        chain = _RedirectChain(self._session, self._dns, address, accept, limit, hops, now)
        return await chain.follow(until, self._trusted)


@dataclass(slots=True, eq=False)
class _RedirectChain:
    """One fetch with its hops, and the cookies that were set along the way. Many sites send a visitor in circles until
    they get their cookie back; none is kept for the next fetch."""

    session: ClientSession
    dns: Dns
    url: Url
    accept: str
    limit: int
    max_redirects: int
    started_at: float
    attempt: Attempt = field(init=False)
    status: int | None = None
    """The status of an answer that has begun and not has_ended."""
    hops: tuple[Hop, ...] = ()
    _visited: set[tuple[str, str]] = field(default_factory=set)
    _jar: CookieJar = field(default_factory=CookieJar)

    async def follow(self, until: float, trusted: frozenset[tuple[str, int]]) -> Fetched | Failed:
        try:
            async with asyncio.timeout_at(until):
                while True:
                    is_trusted = not self.hops and _host_and_port(self.url) in trusted
                    if result := await self._request_with_fallback(is_trusted):
                        return result
        except TimeoutError:
            return self._make_failure(*explain_timeout(self.attempt), self.status)

    async def _request_with_fallback(self, trusted: bool) -> Fetched | Failed | None:
        """Requests one hop, by another way where the first is closed; None for a redirect, which is then followed."""
        look_for_services = self.url.scheme == "https" and self.url.port is None and not trusted
        self.attempt = Attempt(self.dns, trusted=trusted, look_for_services=look_for_services)
        result = await self._request()
        routes = self.attempt.routes
        if isinstance(result, Failed) and not self.attempt.connected and routes and routes.late:
            # The default port does not speak for a website whose HTTPS record may name another: wait for the record.
            host, port = _host_and_port(self.url)
            complete = await find_routes(host, port, self.dns, look_for_services=True, patience=None)
            if complete.services:
                self.attempt = Attempt(self.dns, trusted=trusted, look_for_services=True, routes=complete)
                result, routes = await self._request(), complete
        if not isinstance(result, Failed) or self.attempt.connected or not routes or not routes.services:
            return result
        # RFC 9460 section 3: who cannot reach the services goes where it would have gone without them.
        self.attempt = Attempt(self.dns, trusted=trusted, fallback=True, routes=routes)
        plain_result = await self._request()
        is_closed = isinstance(plain_result, Failed) and not self.attempt.connected
        return result if is_closed and result.failure is not Failure.NOT_PUBLIC else plain_result

    async def _request(self) -> Fetched | Failed | None:
        current_attempt.set(self.attempt)
        url = URL(str(self.url), encoded=True)
        try:
            cookies = self._cookie_header(url)
            if (str(self.url), cookies) in self._visited:
                return self._make_failure(Failure.REDIRECTS, "its redirects lead in a circle")
            response = await self.session.get(url, headers=self._request_headers(cookies), allow_redirects=False)
            async with response:
                self.attempt.connected = True
                self.attempt.certificate = None  # of another of the host's addresses
                self.status = response.status
                return await self._read_response(response, cookies)
        except (ClientError, OSError, ValueError, LookupError, CookieError, BadEncoding) as error:
            failure, why, tls = explain_error(error, self.attempt)
            self.attempt.connected |= bool(tls) or not isinstance(error, ClientConnectorError)
            return Failed(str(self.url), failure, why, self.hops, tls=tls)

    async def _read_response(self, response: ClientResponse, cookies: str) -> Fetched | Failed | None:
        status = response.status
        location = response.headers.get("Location", "")
        if status in _REDIRECTS and location:
            self._visited.add((str(self.url), cookies))
            # aiohttp writes the name of a cookie that it does not take into the log, where no page has a say.
            cookies_set = [text for text in response.headers.getall("Set-Cookie", []) if _COOKIE_START.match(text)]
            self._jar.update_cookies_from_headers(cookies_set, response.url)
            return self._follow_redirect(status, location)
        if status == 101:
            return self._make_failure(Failure.PROTOCOL, "it answers in another protocol than HTTP", status)
        try:
            body = await read_body(response, self.limit)
        except (ClientError, BadEncoding) as error:
            failure, why, _ = explain_error(error, self.attempt)
            return self._make_failure(Failure.PROTOCOL if failure is Failure.UNREACHABLE else failure, why, status)
        headers = _plain_headers(response.headers)
        seconds = round(asyncio.get_running_loop().time() - self.started_at, 3)
        return Fetched(str(self.url), status, headers, body.octets, body.cut, self.hops, seconds)

    def _follow_redirect(self, status: int, location: str) -> Failed | None:
        if len(self.hops) >= self.max_redirects:
            return self._make_failure(Failure.REDIRECTS, f"more than {self.max_redirects} redirects", status)
        text = _decode_header(location)
        try:
            target = Url.parse(text, self.url)
        except BadUrl as bad:
            why = f"it redirects there, and {bad.why}"
            return Failed(make_printable(text)[:300], bad.failure, why, self.hops, status)
        self.hops += (Hop(str(self.url), status, str(target)),)
        self.url = target
        self.status = None
        return None

    def _make_failure(self, failure: Failure, why: str, status: int | None = None) -> Failed:
        return Failed(str(self.url), failure, why, self.hops, status)

    def _request_headers(self, cookies: str) -> dict[str, str]:
        return {
            "User-Agent": USER_AGENT,
            "Accept": self.accept,
            "Accept-Encoding": "gzip, deflate",
            "Accept-Language": "en",
            **({"Cookie": cookies} if cookies else {}),
        }

    def _cookie_header(self, url: URL) -> str:
        text = "; ".join(f"{name}={morsel.value}" for name, morsel in self._jar.filter_cookies(url).items())
        is_safe = len(text) <= _LONGEST_COOKIES and text.isascii() and text.isprintable()
        return text if is_safe else ""


def _parse_trusted_url(url: str) -> Url:
    try:
        return Url.parse(url)
    except BadUrl as bad:
        raise ValueError(f"“{make_printable(url)[:100]}” cannot be fetched: {bad.why}") from None


def _host_and_port(address: Url) -> tuple[str, int]:
    return address.host, address.real_port


def _decode_header(header: str) -> str:
    """Decodes a header: the octets that aiohttp could not read as UTF-8 are taken for Latin-1."""
    try:
        header.encode("utf-8")
    except UnicodeEncodeError:
        return header.encode("utf-8", "surrogateescape").decode("latin-1")
    return header


def _plain_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Returns the headers by lower-case name, each on one line."""
    values = defaultdict[str, list[str]](list)
    for name, value in headers.items():
        values[make_printable(_decode_header(name)).lower()[:100]].append(_decode_header(value))
    lines = {name: " ".join(", ".join(texts).split()) for name, texts in values.items()}
    return {name: make_printable(line)[:_LONGEST_HEADER] for name, line in lines.items()}
