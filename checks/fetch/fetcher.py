"""Fetches a web address as a browser would, within bounds, and never into a private network.

Redirects are followed here and not by aiohttp: each hop's address is read anew, judged and reported. Whatever the world
does ends in a value.
"""

import asyncio
import copy
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from checks.fetch.connecting import Attempt, BadEncoding, connector, current, explain, find_routes, timed_out
from checks.fetch.urls import BadUrl, Failed, Failure, Fetched, Hop, Url
from checks.findings import make_printable

_AUTO = 32 + zlib.MAX_WBITS
"""gzip or zlib, as the first octets say."""
_MOST_MEMBERS = 1_000


@dataclass(frozen=True, slots=True)
class Body:
    """`cut`: there was more, or less than the server had announced."""

    octets: bytes
    cut: bool


async def read_body(response: ClientResponse, limit: int) -> Body:
    """Reads at most `limit` octets. `BadEncoding`; `ClientPayloadError` where it breaks before its first octet."""
    decoder = _decoder(response.headers.get("Content-Encoding", ""))
    octets, taken = bytearray(), 0
    try:
        async for chunk in response.content.iter_any():
            taken += len(chunk)
            octets += decoder.feed(chunk, limit + 1 - len(octets))
            # What comes in is bounded too: a compressed stream can go on for ever and hold nothing.
            if len(octets) > limit or taken > limit:
                response.close()
                return Body(bytes(octets[:limit]), cut=True)
    except ClientPayloadError:
        if not octets:
            raise
        return Body(bytes(octets), cut=True)
    return Body(bytes(octets), cut=bool(taken) and not decoder.ended)


def _decoder(header: str) -> "_Plain | _Inflating":
    match [name for part in header.lower().split(",") if (name := part.strip()) not in ("", "identity")]:
        case []:
            return _Plain()
        case ["gzip" | "x-gzip" | "deflate"]:
            return _Inflating()
    raise BadEncoding("compressed in a way that was not asked for")


class _Plain:
    ended = True

    def feed(self, chunk: bytes, most: int) -> bytes:
        return chunk[:most]


class _Inflating:
    """gzip (RFC 1952, with members one after the other), and deflate in both of its readings: with the zlib header as
    the standard has it, or bare as many servers do (RFC 9110 section 8.4.1.2)."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_AUTO)
        self._first = True
        self._members = 1

    @property
    def ended(self) -> bool:
        return self._stream.eof

    def feed(self, chunk: bytes, most: int) -> bytes:
        if self._first and chunk:
            self._first = False
            if chunk[0] != 0x1F and chunk[0] & 0x0F != 8:
                self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
        made = bytearray()
        while chunk and len(made) < most:
            if self._stream.eof:
                if not chunk.startswith(b"\x1f\x8b") or self._members == _MOST_MEMBERS:
                    break  # padding after the end, as browsers see it
                self._stream, self._members = zlib.decompressobj(_AUTO), self._members + 1
            try:
                made += self._stream.decompress(chunk, most - len(made))
            except zlib.error:
                raise BadEncoding("compressed wrongly") from None
            chunk = self._stream.unconsumed_tail or self._stream.unused_data
        return bytes(made)


USER_AGENT = "Mozilla/5.0 (compatible; ses-bot; looks at a website before its owner asks for Amazon SES)"
"""Honest about what asks. The first word is what servers that know only browsers look for, as every crawler has it."""
HTML = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_HEADER = 2_000
_MOST_HEADERS = 200
_LONGEST_COOKIES = 8_000
_COOKIE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+=")
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
        self._trusted = frozenset(_place(_read(url)) for url in trusted)
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        # trust_env stays off: a proxy would connect in our place, to addresses that the guard never sees.
        self._session = ClientSession(
            connector=connector(self._allowed),
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

    def asking(self, dns: Dns) -> Self:
        """Returns this fetcher over another DNS, for "Check again", which must not repeat an address that is
        remembered. It is entered already, and ends with this one."""
        other = copy.copy(self)
        other._dns = dns
        return other

    async def fetch(
        self, url: str, *, until: float, limit: int = 2_000_000, accept: str = HTML, hops: int = 8
    ) -> Fetched | Failed:
        """Requests `url` with GET by the loop's time `until`. At most `limit` octets of body, decompressed, are kept;
        at most `hops` redirects are followed. Never raises for what the world does."""
        try:
            address = Url.read(url)
        except BadUrl as bad:
            return Failed(make_printable(url)[:300], bad.failure, bad.why)
        assert self._session, "a Fetcher is entered before it fetches"
        return await _Chain(self._session, self._dns, address, accept, limit).follow(until, hops, self._trusted)


class _Chain:
    """One fetch: its hops, and the cookies that were set along the way. Many sites send a visitor in circles until they
    get their cookie back; none is kept for the next fetch."""

    def __init__(self, session: ClientSession, dns: Dns, start: Url, accept: str, limit: int) -> None:
        self._session = session
        self._dns = dns
        self._at = start
        self._accept = accept
        self._limit = limit
        self._hops: tuple[Hop, ...] = ()
        self._jar = CookieJar()
        self._seen: set[tuple[str, str]] = set()
        self._attempt = Attempt(dns)
        self._status: int | None = None
        """Of an answer that has begun and not ended."""

    async def follow(self, until: float, most: int, trusted: frozenset[tuple[str, int]]) -> Fetched | Failed:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout_at(until):
                while True:
                    is_trusted = not self._hops and _place(self._at) in trusted
                    found = await self._hop(is_trusted, most, began)
                    if found:
                        return found
        except TimeoutError:
            return self._failed(*timed_out(self._attempt), self._status)

    async def _hop(self, trusted: bool, most: int, began: float) -> Fetched | Failed | None:
        """Sends one request; returns None where it was a redirect, which is then followed."""
        services = self._at.scheme == "https" and self._at.port is None and not trusted
        self._attempt = Attempt(self._dns, trusted=trusted, services=services)
        found = await self._request(most, began)
        used = self._attempt.routes
        if isinstance(found, Failed) and not self._attempt.connected and used and used.late:
            # The default port does not speak for a website whose HTTPS record may name another: wait for the record.
            patient = await find_routes(
                self._at.host, self._at.real_port, self._dns, look_for_services=True, patience=None
            )
            if patient.services:
                self._attempt = Attempt(self._dns, trusted=trusted, services=True, routes=patient)
                found, used = await self._request(most, began), patient
        if not isinstance(found, Failed) or self._attempt.connected or not used or not used.services:
            return found
        # RFC 9460 section 3: who cannot reach the services goes where it would have gone without them.
        self._attempt = Attempt(self._dns, trusted=trusted, fallback=True, routes=used)
        plain = await self._request(most, began)
        keeps = isinstance(plain, Failed) and not self._attempt.connected and found.failure is not Failure.NOT_PUBLIC
        return found if keeps else plain

    async def _request(self, most: int, began: float) -> Fetched | Failed | None:
        current.set(self._attempt)
        url = URL(str(self._at), encoded=True)
        try:
            cookies = self._cookies(url)
            if (str(self._at), cookies) in self._seen:
                return self._failed(Failure.REDIRECTS, "its redirects lead in a circle")
            response = await self._session.get(url, headers=self._headers(cookies), allow_redirects=False)
            async with response:
                self._attempt.connected = True
                self._attempt.certificate = None  # of another of the host's addresses
                self._status = response.status
                return await self._take(response, most, began, cookies)
        except (ClientError, OSError, ValueError, LookupError, CookieError, BadEncoding) as error:
            failure, why, tls = explain(error, self._attempt)
            self._attempt.connected |= bool(tls) or not isinstance(error, ClientConnectorError)
            return Failed(str(self._at), failure, why, self._hops, tls=tls)

    async def _take(self, response: ClientResponse, most: int, began: float, cookies: str) -> Fetched | Failed | None:
        status = response.status
        location = response.headers.get("Location", "")
        if status in _REDIRECTS and location:
            self._seen.add((str(self._at), cookies))
            # aiohttp writes the name of a cookie that it does not take into the log, where no page has a say.
            cookies_set = [text for text in response.headers.getall("Set-Cookie", []) if _COOKIE.match(text)]
            self._jar.update_cookies_from_headers(cookies_set, response.url)
            return self._turn(status, location, most)
        if status == 101:
            return self._failed(Failure.PROTOCOL, "it answers in another protocol than HTTP", status)
        try:
            got = await read_body(response, self._limit)
        except (ClientError, BadEncoding) as error:
            failure, why, _ = explain(error, self._attempt)
            return self._failed(Failure.PROTOCOL if failure is Failure.UNREACHABLE else failure, why, status)
        headers = _plain(response.headers)
        seconds = round(asyncio.get_running_loop().time() - began, 3)
        return Fetched(str(self._at), status, headers, got.octets, got.cut, self._hops, seconds)

    def _turn(self, status: int, location: str, most: int) -> Failed | None:
        if len(self._hops) >= most:
            return self._failed(Failure.REDIRECTS, f"more than {most} redirects", status)
        text = _text(location)
        try:
            target = Url.read(text, self._at)
        except BadUrl as bad:
            return Failed(
                make_printable(text)[:300], bad.failure, f"it redirects there, and {bad.why}", self._hops, status
            )
        self._hops += (Hop(str(self._at), status, str(target)),)
        self._at = target
        self._status = None
        return None

    def _failed(self, failure: Failure, why: str, status: int | None = None) -> Failed:
        return Failed(str(self._at), failure, why, self._hops, status)

    def _headers(self, cookies: str) -> dict[str, str]:
        return {
            "User-Agent": USER_AGENT,
            "Accept": self._accept,
            "Accept-Encoding": "gzip, deflate",
            "Accept-Language": "en",
            **({"Cookie": cookies} if cookies else {}),
        }

    def _cookies(self, url: URL) -> str:
        text = "; ".join(f"{name}={morsel.value}" for name, morsel in self._jar.filter_cookies(url).items())
        safe = len(text) <= _LONGEST_COOKIES and text.isascii() and text.isprintable()
        return text if safe else ""


def _read(url: str) -> Url:
    try:
        return Url.read(url)
    except BadUrl as bad:
        raise ValueError(f"“{make_printable(url)[:100]}” cannot be fetched: {bad.why}") from None


def _place(address: Url) -> tuple[str, int]:
    return address.host, address.real_port


def _text(header: str) -> str:
    """Decodes a header: the octets that aiohttp could not read as UTF-8 are taken for Latin-1."""
    try:
        header.encode("utf-8")
    except UnicodeEncodeError:
        return header.encode("utf-8", "surrogateescape").decode("latin-1")
    return header


def _plain(headers: Mapping[str, str]) -> dict[str, str]:
    """Returns the headers by lower-case name, each on one line."""
    found: dict[str, str] = {}
    for name, value in headers.items():
        key = make_printable(_text(name)).lower()[:100]
        found[key] = f"{found[key]}, {_text(value)}" if key in found else _text(value)
    return {key: make_printable(" ".join(value.split()))[:_LONGEST_HEADER] for key, value in found.items()}
