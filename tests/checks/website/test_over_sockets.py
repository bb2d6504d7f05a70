"""The whole way, over real sockets: DNS, TLS and HTTP on loopback, and the finding that each website deserves."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from checks.website import Browser, WebsiteFacts, judge, look_up
from fakes.certificates import Certificate
from fakes.web import Misbehavior, Site, WebPage, redirect
from tests.support.cases import cases
from tests.support.findings import bare_codes
from tests.support.web import WebClient, web_client
from tests.support.websites import FOOT, PROSE, body, read_good_site

SITE = body("<h1>Acme</h1>", f"<p>{PROSE}</p>", FOOT, title="Acme")
FULL = {"/": SITE, "/privacy": SITE, "/contact": SITE}
LATIN = body(f"<h1>Bücher über Köln</h1><p>{PROSE}</p>", '<a href="/d">Datenschutz</a><a href="/k">Kontakt</a>')

SCRIPT = body("<div id=root></div>", "<script>" + "x=1;" * 1_250_000 + "</script>")
LISTING = body('<h1>Index of /</h1><a href="../">../</a>', title="Index of /")

SITES = {
    "good.example": Site(FULL),
    "moved.example": Site({"/": redirect("https://good.example/", 301)}),
    "www.only-www.example": Site(FULL),
    "xn--bcher-kva.example": Site({"/": read_good_site("german"), "*": SITE}),
    "soft.example": Site({"/": body("<h1>Page not found</h1>", title="404")}),
    "robots.example": Site({"/": WebPage("<h1>403 Forbidden</h1>", 403)}),
    "script.example": Site({"/": SCRIPT}),
    "charset.example": Site(
        {"/": WebPage(LATIN.encode("latin-1"), headers={"Content-Type": "text/html; charset=utf-8"}), "*": SITE}
    ),
    "longer.example": Site({"/": WebPage(SITE, behaviour=Misbehavior.TOO_SHORT), "*": SITE}),
    "expired.example": Site(FULL, Certificate.EXPIRED),
    "othername.example": Site(FULL, Certificate.WRONG_NAME),
    "selfsigned.example": Site(FULL, Certificate.SELF_SIGNED),
    "notls.example": Site(FULL, Certificate.NONE),
    "loop.example": Site({"/": redirect("/a"), "/a": redirect("/")}),
    "inside.example": Site({"/": redirect("http://10.1.2.3/")}),
    "gone.example": Site({}),
    "busy.example": Site({"/": WebPage("", 503)}),
    "hangs.example": Site({"/": WebPage(behaviour=Misbehavior.HANG)}),
    "closes.example": Site({"/": WebPage(behaviour=Misbehavior.RESET)}),
    "garbage.example": Site({"/": WebPage(behaviour=Misbehavior.GARBAGE)}),
    "endless.example": Site({"/": WebPage(SITE, behaviour=Misbehavior.ENDLESS), "*": SITE}),
    "bomb.example": Site({"/": WebPage(SITE, behaviour=Misbehavior.BOMB), "*": SITE}),
    "pdf.example": Site({"/": WebPage(b"%PDF-1.7", headers={"Content-Type": "application/pdf"})}),
    "password.example": Site({"/": WebPage("<h1>Unauthorized</h1>", 401, {"WWW-Authenticate": "Basic"})}),
    "listing.example": Site({"/": LISTING}),
    "deadlinks.example": Site({"/": SITE}),
}
TABLE: dict[str, dict[str, Any]] = {
    "silent.example": {"A": "SERVFAIL", "AAAA": "SERVFAIL", "HTTPS": "SERVFAIL"},
    "inner.example": {"A": ["10.0.0.7"]},
}


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client() -> AsyncIterator[WebClient]:
    async with web_client(SITES, TABLE) as client:
        yield client


async def open_website(
    client: WebClient, domain: str, *, website: str | None = None, seconds: float = 4.0
) -> WebsiteFacts:
    until = asyncio.get_running_loop().time() + seconds
    return await look_up(domain, Browser(client.fetcher, until), website=website)


@cases()
async def test_a_website_gets_the_findings_that_it_deserves(domain: str, codes: list[str], client: WebClient) -> None:
    findings = judge(await open_website(client, domain), organization=domain)
    assert bare_codes(findings) == codes, findings


async def test_a_website_that_hangs(client: WebClient) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    findings = judge(await open_website(client, "hangs.example", seconds=0.5))
    assert bare_codes(findings) == ["blocked-us"]
    assert loop.time() - began < 1.5


async def test_plain_http_is_reported(client: WebClient) -> None:
    facts = await open_website(client, "good.example", website=f"http://good.example:{client.web.port}/")
    assert bare_codes(judge(facts)) == ["http-only"]


@pytest.mark.parametrize(
    "website", ["http://user:secret@good.example/", "ftp://good.example/", "not a website", "https://"]
)
async def test_a_website_that_no_one_can_open(client: WebClient, website: str) -> None:
    [finding] = judge(await open_website(client, "good.example", website=website))
    assert finding.code == "website.not-public"
    assert "secret" not in " ".join((finding.summary, *finding.evidence))
