"""No connection is made where none may be made: forbidden listeners on loopback count what they accept, and it is zero.

One network of loopback (127.0.0.2) is allowed and serves the pages that lead astray; 127.0.0.1 and ::1 are forbidden,
and listen at the same port, so that nothing but the address stands between them and a connection.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest

from checks.addresses import networks_of
from checks.fetch import Failed, Failure, Fetcher
from checks.fetch.connecting import explain_block
from fakes.web import Site, WebPage, redirect
from tests.support.cases import cases
from tests.support.table import TableResolver
from tests.support.web import LOOPBACK, WebClient, web_client

ALLOWED = ("127.0.0.2/32",)
NAMES = {
    "a.example": {"A": ["127.0.0.1"]},
    "aaaa.example": {"AAAA": ["::1"]},
    "mapped.example": {"AAAA": ["::ffff:127.0.0.1"]},
    "nat64.example": {"AAAA": ["64:ff9b::7f00:1"]},
    "unspecified.example": {"A": ["0.0.0.0"]},
    "both.example": {"A": ["127.0.0.1"], "AAAA": ["::1"]},
    "alias.example": {"CNAME": ["a.example"]},
    "metadata.example": {"A": ["169.254.169.254"], "AAAA": ["fd00:ec2::254"]},
    "xn--bcher-kva.example": {"A": ["127.0.0.1"]},
}
DIRECT = [
    "http://127.0.0.1:PORT/",
    "http://127.1:PORT/",
    "http://127.0.1:PORT/",
    "http://2130706433:PORT/",
    "http://017700000001:PORT/",
    "http://0177.0.0.01:PORT/",
    "http://0x7f000001:PORT/",
    "http://0x7f.0.0.0x1:PORT/",
    "http://0X7F.1:PORT/",
    "http://127.0.0.1.:PORT/",
    "http://127%2e0%2e0%2e1:PORT/",
    "http://１２７.０.０.１:PORT/",
    "http://127。0。0。1:PORT/",
    "http://0:PORT/",
    "http://0.0.0.0:PORT/",
    "http://[::1]:PORT/",
    "http://[0:0:0:0:0:0:0:1]:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://[::ffff:7f00:1]:PORT/",
    "http://localhost:PORT/",
    "http://LOCALHOST.:PORT/",
    "http://anything.localhost:PORT/",
    "http://a.example:PORT/",
    "http://A.EXAMPLE.:PORT/",
    "http://aaaa.example:PORT/",
    "http://mapped.example:PORT/",
    "http://unspecified.example:PORT/",
    "http://both.example:PORT/",
    "http://alias.example:PORT/",
    "http://bücher.example:PORT/",
    "http:127.0.0.1:PORT/",
    "http:/\\127.0.0.1:PORT\\",
    "ht\ntp://127.0\t.0.1\r:PORT/",
    " \x00http://127.0.0.1:PORT/ \x1f",
    "https://127.0.0.1:PORT/",
    "https://a.example:PORT/",
]
"""Each reaches a forbidden listener unless something refuses it."""
ASTRAY = [
    "http://user:password@127.0.0.1:PORT/",
    "http://acme.example@127.0.0.1:PORT/",
    "http://127.0.0.2:PORT@127.0.0.1:PORT/",
    "http://10.0.0.1\\@127.0.0.1:PORT/",
    "http://@127.0.0.1:PORT/",
    "http://127.0.0.1:PORT#@acme.example/",
    "http://127.0.0.1%00.example:PORT/",
    "http://127.0.0.1 .example:PORT/",
    "http://[::1%25lo]:PORT/",
    "http://[fe80::1%25eth0]:PORT/",
    "http://[::127.0.0.1]:PORT/",
    "http://[64:ff9b::7f00:1]:PORT/",
    "http://[64:ff9b:1::7f00:1]:PORT/",
    "http://[2002:7f00:1::]:PORT/",
    "http://[2001:0:7f00:1::]:PORT/",
    "http://[fec0::1]:PORT/",
    "http://[fd00:ec2::254]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://metadata.example/",
    "http://nat64.example/",
    "http://10.0.0.1/",
    "http://100.64.0.1/",
    "http://192.168.1.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://127.0.0.2:22@127.0.0.1/",
    "http://0x7f.1/",
    "http://256.256.256.256:PORT/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:PORT:80/",
    "http://[::1/",
    "ftp://127.0.0.1:PORT/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:PORT/_",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://",
    "//127.0.0.1:PORT/",
    "",
]
"""These lead nowhere, or would go astray in a client that reads them otherwise."""

_NO_HEADER = set("\0\r\n")


@dataclass(slots=True)
class _Listener:
    """Takes connections and counts them."""

    accepted: int = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret")
        await writer.drain()
        writer.close()


@asynccontextmanager
async def _trap(
    allow: tuple[str, ...] = ALLOWED, **options: tuple[str, ...]
) -> AsyncIterator[tuple[WebClient, _Listener]]:
    """A web whose pages stand at 127.0.0.2, its client, and what listens beside it at the same port."""
    listener = _Listener()
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            web_client({"acme.example": Site({})}, NAMES, allow=allow, host="127.0.0.2", **options)
        )
        for host in ("127.0.0.1", "::1"):
            with contextlib.suppress(OSError):  # ::1, where a machine has no IPv6
                await stack.enter_async_context(await asyncio.start_server(listener.take, host, client.web.port))
        yield client, listener


async def test_the_trap_works() -> None:
    """Without the guard every one of these arrives at a forbidden listener, so it is the guard that keeps them out."""
    async with _trap((*LOOPBACK, "0.0.0.0/32")) as (client, listener):
        for count, url in enumerate(DIRECT):
            await client.get(url)
            assert listener.accepted > count, url


async def test_no_address_leads_into_a_private_network() -> None:
    async with _trap() as (client, listener):
        errors = await asyncio.gather(*(client.fetch_failure(url) for url in DIRECT + ASTRAY))
        assert {error.failure for error in errors} == {Failure.NOT_PUBLIC, Failure.BAD_URL}
        assert [error.url for error in errors[: len(DIRECT)] if error.failure is not Failure.NOT_PUBLIC] == []
        assert listener.accepted == 0
        assert client.web.accepted == 0


async def test_no_redirect_leads_into_a_private_network() -> None:
    async with _trap() as (client, listener):
        urls = [
            url.replace("PORT", str(client.web.port)) for url in DIRECT + ASTRAY if url and not _NO_HEADER & set(url)
        ]
        pages: dict[str, WebPage | str] = {f"/{i}": redirect(url) for i, url in enumerate(urls)}
        client.web.sites["acme.example"] = Site(pages)
        errors = await asyncio.gather(*(client.fetch_failure(f"https://acme.example/{i}") for i in range(len(urls))))
        assert listener.accepted == 0
    for url, error in zip(urls, errors, strict=True):
        assert error.failure in (Failure.NOT_PUBLIC, Failure.BAD_URL), url
        assert error.status == 302 or len(error.hops) == 1, url


@cases()
async def test_relative_redirects_that_are_not(location: str) -> None:
    async with _trap() as (client, listener):
        client.web.sites["acme.example"] = Site({"/": redirect(location.replace("PORT", str(client.web.port)))})
        error = await client.fetch_failure("https://acme.example/")
        assert error.failure is Failure.NOT_PUBLIC
        assert "127.0.0.1" in error.url
        assert listener.accepted == 0


async def test_a_chain_that_ends_inside() -> None:
    """Three harmless redirects, and then one to a name with a private address."""
    async with _trap() as (client, listener):
        pages = {"/": redirect("/1"), "/1": redirect("/2"), "/2": redirect(f"http://a.example:{client.web.port}/")}
        client.web.sites["acme.example"] = Site(pages)
        error = await client.fetch_failure("https://acme.example/")
        assert listener.accepted == 0
    assert error.failure is Failure.NOT_PUBLIC
    assert error.why == "127.0.0.1 is not a public address"
    assert [hop.url for hop in error.hops] == [f"https://acme.example{path}" for path in ("/", "/1", "/2")]


class TestRebinding:
    """DNS that changes its answers between two questions."""

    async def test_between_two_hops(self) -> None:
        async with _trap() as (client, listener):
            client.dns.remove("acme.example", "A")
            client.dns.publish("acme.example", "A", "127.0.0.2", ttl=0)
            start = WebPage("", 302, {"Location": f"http://acme.example:{client.web.port}/in"}, delay=0.05)
            client.web.sites["acme.example"] = Site({"/": start, "/in": "x"})
            fetching = asyncio.create_task(client.fetch_failure("https://acme.example/"))
            await client.web.wait_for_visits()
            client.dns.remove("acme.example", "A")
            client.dns.publish("acme.example", "A", "127.0.0.1", ttl=0)
            error = await fetching
            assert error.failure is Failure.NOT_PUBLIC
            assert len(error.hops) == 1
            assert listener.accepted == 0

    async def test_between_two_fetches(self) -> None:
        """No connection is kept from the first."""
        async with _trap() as (client, listener):
            client.web.sites["acme.example"] = Site({"/": "x"})
            client.dns.remove("acme.example", "A")
            client.dns.publish("acme.example", "A", "127.0.0.2", ttl=0)
            await client.fetch_page("http://acme.example:PORT/")
            client.dns.remove("acme.example", "A")
            client.dns.publish("acme.example", "A", "127.0.0.1", ttl=0)
            assert (await client.fetch_failure("http://acme.example:PORT/")).failure is Failure.NOT_PUBLIC
            assert (client.web.accepted, listener.accepted) == (1, 0)

    async def test_with_both_addresses_at_once(self) -> None:
        async with _trap() as (client, listener):
            client.web.sites["acme.example"] = Site({"/": "x"})
            for address in ("127.0.0.1", "127.0.0.3"):
                client.dns.publish("acme.example", "A", address)
            client.dns.publish("acme.example", "AAAA", "::1")
            for _ in range(4):
                assert (await client.fetch_page("http://acme.example:PORT/")).body == b"x"
            assert listener.accepted == 0


@cases()
async def test_https_records_lead_no_further(record: str) -> None:
    async with _trap() as (client, listener):
        client.dns.remove("acme.example", "A")
        client.dns.publish("acme.example", "A", "127.0.0.1")
        client.dns.remove("acme.example", "HTTPS")
        client.dns.publish("acme.example", "HTTPS", record.replace("PORT", str(client.web.port)))
        assert (await client.fetch_failure("https://acme.example/")).failure is Failure.NOT_PUBLIC
        assert listener.accepted == 0


class TestTrusted:
    """What the operator named may be private, where a fetch begins there."""

    async def test_is_reached(self) -> None:
        async with _trap() as (client, _):
            base = f"http://127.0.0.1:{client.web.port}"
        async with _trap(trusted=(base + "/rdap/",)) as (client, listener):
            assert (await client.fetch_failure(f"{base}/rdap/x")).failure is Failure.REFUSED  # that listener is gone
            assert (await client.fetch_failure("http://127.0.0.1:PORT/")).failure is Failure.NOT_PUBLIC  # another port
            assert listener.accepted == 0

    async def test_is_not_a_place_to_redirect_to(self) -> None:
        async with web_client({"acme.example": Site({})}, allow=()) as client:
            base = f"http://127.0.0.1:{client.web.port}"
            client.web.sites["127.0.0.1"] = Site({"/": "rdap", "/again": redirect("/")})
            fetcher = Fetcher(client.resolver, trusted=(base,))
            async with fetcher:
                until = asyncio.get_running_loop().time() + 30
                assert not isinstance(await fetcher.fetch(base, until=until), Failed)
                redirected = await fetcher.fetch(f"{base}/again", until=until)
        assert isinstance(redirected, Failed)
        assert redirected.failure is Failure.NOT_PUBLIC


async def test_no_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with _trap() as (client, listener):
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{client.web.port}")
        client.web.sites["acme.example"] = Site({"/": "x"})
        assert (await client.fetch_page("http://acme.example:PORT/")).body == b"x"
        assert (await client.fetch_page("https://acme.example/")).body == b"x"
        assert listener.accepted == 0


@cases()
def test_addresses_and_ports(host: str, port: int, why: str | None) -> None:
    assert explain_block(host, port, networks_of(ALLOWED)) == why


def test_what_is_trusted_has_to_be_an_address() -> None:
    with pytest.raises(ValueError, match="cannot be fetched: only https and http"):
        Fetcher(TableResolver({}), trusted=["ldap://rdap.example/"])
