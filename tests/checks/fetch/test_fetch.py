"""A page is fetched as a browser would: over verified TLS, along redirects, with the cookies that it was given."""

import asyncio
from collections.abc import Sequence

import pytest

from checks.addresses import Network
from checks.fetch import Failure, Fetched, Hop, Tls, connecting
from checks.fetch.connecting import explain_block
from fakes.certificates import Certificate
from fakes.dns import DnsFault
from fakes.web import Site, WebPage, redirect
from tests.support.cases import cases
from tests.support.web import web_client

ACME = Site({"/": "<h1>Acme</h1>", "/from": redirect("/")})


async def test_a_page() -> None:
    async with web_client({"acme.example": ACME}) as client:
        page = await client.fetch_page("https://ACME.example#top")
    assert (page.url, page.status, page.body) == ("https://acme.example/", 200, b"<h1>Acme</h1>")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert not page.cut
    assert page.hops == ()
    assert 0 <= page.seconds < 5
    [visit] = client.web.visits
    assert visit.host == "acme.example"  # RFC 9460 section 3: the port of an HTTPS record is not the URL's
    assert "ses-bot" in visit.headers["user-agent"]
    assert "cookie" not in visit.headers


@pytest.mark.parametrize(
    ("body", "compress"),
    [("<h1>Großhändler</h1>" * 500, "gzip"), ("<h1>Großhändler</h1>" * 500, "deflate"), ("", "gzip")],
)
async def test_a_compressed_page(body: str, compress: str) -> None:
    async with web_client({"acme.example": Site({"/": WebPage(body, compress=compress)})}) as client:
        page = await client.fetch_page("https://acme.example/")
    assert page.body == body.encode()
    assert not page.cut


@pytest.mark.parametrize("status", [200, 204, 301, 401, 403, 404, 429, 500, 503])
async def test_every_status_is_an_answer(status: int) -> None:
    """Also a redirect that leads nowhere."""
    async with web_client({"acme.example": Site({"/": WebPage("x" if status != 204 else "", status)})}) as client:
        assert (await client.fetch_page("https://acme.example/")).status == status


async def test_headers_are_one_line_each() -> None:
    headers = {"X-Long": "a" * 9_000, "X-Twice": "one\ntwo", "X-Odd": "tab\there \x85\u202e", "Retry-After": "120"}
    async with web_client({"acme.example": Site({"/": WebPage("x", 429, headers)})}) as client:
        page = await client.fetch_page("https://acme.example/")
    assert page.headers["x-long"].startswith("aaaa")
    assert len(page.headers["x-long"]) < 2_000
    assert page.headers["x-twice"] == "one, two"
    assert page.headers["x-odd"] == "tab here \\8238"
    assert page.headers["retry-after"] == "120"


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_are_followed_and_reported(self, status: int) -> None:
        sites = {"acme.example": ACME, "old.example": Site({"/": redirect("https://acme.example/from", status)})}
        async with web_client(sites) as client:
            page = await client.fetch_page("https://old.example/")
        assert page.url == "https://acme.example/"
        assert page.hops == (
            Hop("https://old.example/", status, "https://acme.example/from"),
            Hop("https://acme.example/from", 302, "https://acme.example/"),
        )

    async def test_to_plain_http_are_seen(self) -> None:
        async with web_client({"acme.example": ACME}) as client:
            client.web.sites["acme.example"] = Site(
                {"/": redirect(f"http://acme.example:{client.web.port}/plain"), "/plain": "x"}
            )
            page = await client.fetch_page("https://acme.example/")
        assert page.url.startswith("http://")
        assert [hop.location.partition(":")[0] for hop in page.hops] == ["http"]

    async def test_in_a_circle(self) -> None:
        site = Site({"/a": redirect("/b"), "/b": redirect("/a#again")})
        async with web_client({"acme.example": site}) as client:
            error = await client.fetch_failure("https://acme.example/a")
        assert error.failure is Failure.REDIRECTS
        assert error.why == "its redirects lead in a circle"
        assert len(client.web.visits) == 2

    @pytest.mark.parametrize(("most", "failure"), [(3, None), (2, Failure.REDIRECTS)])
    async def test_end(self, most: int, failure: Failure | None) -> None:
        site = Site({"/0": redirect("/1"), "/1": redirect("/2"), "/2": redirect("/3"), "/3": "x"})
        async with web_client({"acme.example": site}) as client:
            answer = await client.get("https://acme.example/0", hops=most)
        assert getattr(answer, "failure", None) is failure
        assert len(answer.hops) == most

    async def test_until_the_cookie_comes_back(self) -> None:
        """Many sites send a visitor to the same address until they get their cookie."""
        async with web_client({"acme.example": ACME}) as client:
            site = Site({"/": redirect("/", Set_Cookie="seen=yes; Path=/; HttpOnly\nother=1")})
            client.web.sites["acme.example"] = site
            error = await client.fetch_failure("https://acme.example/")
            assert error.failure is Failure.REDIRECTS
            assert [visit.headers.get("cookie") for visit in client.web.visits] == [None, "seen=yes; other=1"]
            await client.fetch_failure("https://acme.example/")
            assert client.web.visits[2].headers.get("cookie") is None  # nothing is kept for the next fetch

    async def test_with_odd_cookies(self, caplog: pytest.LogCaptureFixture) -> None:
        """What a page calls its cookies is nothing for a log."""
        odd = '"<!channel>"=1\n=2\n;\n\x80=3\nfine=4'
        async with web_client({"acme.example": ACME}) as client:
            client.web.sites["acme.example"] = Site({"/": redirect("/there", Set_Cookie=odd), "/there": "x"})
            await client.fetch_page("https://acme.example/")
        assert client.web.visits[1].headers.get("cookie") == "fine=4"
        assert caplog.records == []

    async def test_cookies_stay_with_their_host(self) -> None:
        sites = {
            "acme.example": Site({"/": redirect("https://other.example/", Set_Cookie="secret=1")}),
            "other.example": Site({"/": "x"}),
        }
        async with web_client(sites) as client:
            await client.fetch_page("https://acme.example/")
        assert [visit.headers.get("cookie") for visit in client.web.visits] == [None, None]


@cases()
async def test_what_is_wrong_with_a_certificate(certificate: Certificate, tls: Tls, says: str) -> None:
    async with web_client({"acme.example": Site({"/": "x"}, certificate)}) as client:
        error = await client.fetch_failure("https://acme.example/")
    assert (error.failure, error.tls) == (Failure.TLS, tls)
    assert says in error.why
    assert client.web.visits == []


async def test_https_where_only_http_is_spoken() -> None:
    async with web_client({"acme.example": ACME}) as client:
        error = await client.fetch_failure("https://acme.example:PORT/")
    assert (error.failure, error.tls) == (Failure.TLS, Tls.HANDSHAKE)


async def test_a_bad_certificate_counts_also_where_another_address_fails_after_it() -> None:
    """Two addresses: one has an expired certificate, at the other no one listens."""
    async with web_client({"acme.example": Site({"/": "x"}, Certificate.EXPIRED)}) as client:
        for address in ("127.0.0.2", "127.0.0.3", "::1"):
            client.dns.publish("acme.example", "AAAA" if ":" in address else "A", address)
        error = await client.fetch_failure("https://acme.example/")
    assert error.tls is Tls.EXPIRED


class TestNoConnection:
    @cases()
    async def test_names_its_cause(self, types: dict[str, list[str]] | None, failure: Failure, says: str) -> None:
        async with web_client({}, {"acme.example": types} if types else {}) as client:
            error = await client.fetch_failure("https://acme.example/")
        assert error.failure is failure
        assert says in error.why
        assert error.url == "https://acme.example/"

    async def test_because_dns_is_silent(self) -> None:
        async with web_client({}, {"acme.example": {"*": "TIMEOUT"}}) as client:
            error = await client.fetch_failure("https://acme.example/", seconds=0.2)
        assert (error.failure, error.why) == (Failure.ADDRESS_UNKNOWN, "DNS did not answer in time")

    async def test_because_there_is_no_time(self) -> None:
        async with web_client({"acme.example": ACME}) as client:
            error = await client.fetch_failure("https://acme.example/", seconds=-1)
        assert error.failure in (Failure.TIMEOUT, Failure.ADDRESS_UNKNOWN)
        assert client.web.accepted == 0


async def test_check_again_does_not_repeat_an_address_that_is_remembered() -> None:
    async with web_client({}) as client:
        assert (await client.fetch_failure("https://acme.example/")).failure is Failure.NO_ADDRESS
        client.web.sites["acme.example"] = ACME
        for kind, records in client.web.records().items():
            client.dns.publish("acme.example", kind, records[0])
        assert (await client.fetch_failure("https://acme.example/")).failure is Failure.NO_ADDRESS
        until = asyncio.get_running_loop().time() + 30
        answer = await client.fetcher.with_dns(client.resolver.authoritative_dns()).fetch(
            "https://acme.example/", until=until
        )
        assert isinstance(answer, Fetched)


class TestServices:
    """HTTPS records (RFC 9460)."""

    async def test_lead_to_another_name(self) -> None:
        async with web_client({"acme.example": ACME}) as client:
            client.dns.remove("acme.example", "HTTPS")
            client.dns.publish("acme.example", "HTTPS", f"1 pool.example. port={client.web.tls_port}")
            client.dns.publish("pool.example", "A", "127.0.0.1")
            assert (await client.fetch_page("https://acme.example/")).body == b"<h1>Acme</h1>"

    async def test_may_be_an_alias(self) -> None:
        async with web_client({"acme.example": ACME}) as client:
            client.dns.remove("acme.example", "HTTPS")
            client.dns.remove("acme.example", "A")
            client.dns.publish("acme.example", "HTTPS", "0 pool.example.")
            client.dns.publish("pool.example", "A", "127.0.0.1")
            client.dns.publish("pool.example", "HTTPS", f"1 . port={client.web.tls_port}")
            assert (await client.fetch_page("https://acme.example/")).body == b"<h1>Acme</h1>"

    async def test_do_not_hold_for_a_port_in_the_url_or_for_http(self) -> None:
        async with web_client({"acme.example": ACME}) as client:
            assert (await client.fetch_failure("http://acme.example/")).failure is Failure.REFUSED
            assert (await client.fetch_page("http://acme.example:PORT/")).status == 200
        assert client.dns.count(type="HTTPS") == 0

    async def test_that_are_not_answered_hold_nothing_up(self) -> None:
        async with web_client({"acme.example": ACME}) as client:
            client.dns.fault("acme.example", "HTTPS", DnsFault.TIMEOUT)
            began = asyncio.get_running_loop().time()
            error = await client.fetch_failure("https://acme.example/")
            assert asyncio.get_running_loop().time() - began < 4  # the question itself has five seconds
        assert error.failure is Failure.REFUSED  # at port 443, as without the record

    async def test_where_no_one_listens_give_way_to_the_host_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        tried: list[tuple[str, int]] = []

        def explain(host: str, port: int, allowed: Sequence[Network], *, trusted: bool) -> str | None:
            tried.append((host, port))
            return explain_block(host, port, allowed, trusted=trusted)

        monkeypatch.setattr(connecting, "explain_block", explain)
        async with web_client({}, {"acme.example": {"A": ["127.0.0.9"], "HTTPS": ["1 . port=1"]}}) as client:
            assert (await client.fetch_failure("https://acme.example/")).failure is Failure.REFUSED
        assert tried == [("127.0.0.9", 1), ("127.0.0.9", 443)]


async def test_many_at_once_do_not_mix() -> None:
    sites = {f"s{i}.example": Site({"/": redirect("/there"), "/there": f"page {i}"}) for i in range(12)}
    async with web_client(sites) as client:
        pages = await asyncio.gather(*(client.fetch_page(f"https://{name}/") for name in sites))
    assert [page.body.decode() for page in pages] == [f"page {i}" for i in range(12)]
    assert all(page.hops[0].url == f"https://s{i}.example/" for i, page in enumerate(pages))
