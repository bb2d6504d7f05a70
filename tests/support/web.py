"""Websites on loopback with the DNS that knows them, and a fetcher that may go there: for tests of what reads the web.

`async with web_client({"acme.example": Site({"/": "<h1>Acme</h1>"})}) as client:` then `await client.get(url)`.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks.fetch import Failed, Fetched, Fetcher
from checks.resolver import Resolver
from fakes.dns import LoopbackDns
from fakes.web import LoopbackWeb, Site

LOOPBACK = ("127.0.0.0/8", "::1/128")


@dataclass(frozen=True, slots=True)
class WebClient:
    """A web, its DNS, and a fetcher that asks them."""

    web: LoopbackWeb
    dns: LoopbackDns
    resolver: Resolver
    fetcher: Fetcher

    async def get(self, url: str, *, seconds: float = 30.0, **options: Any) -> Fetched | Failed:
        """Fetch, with the seconds that it may take. `PORT` in the URL is where HTTP is served."""
        url = url.replace("PORT", str(self.web.port))
        return await self.fetcher.fetch(url, until=asyncio.get_running_loop().time() + seconds, **options)

    async def fetch_page(self, url: str, **options: Any) -> Fetched:
        """Fetch what has to be there."""
        answer = await self.get(url, **options)
        assert isinstance(answer, Fetched), answer
        return answer

    async def fetch_failure(self, url: str, **options: Any) -> Failed:
        """Fetch what must not work."""
        answer = await self.get(url, **options)
        assert isinstance(answer, Failed), answer
        return answer


@asynccontextmanager
async def web_client(
    sites: Mapping[str, Site],
    table: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    allow: Sequence[str] = LOOPBACK,
    trusted: Sequence[str] = (),
    host: str = "127.0.0.1",
) -> AsyncIterator[WebClient]:
    """The sites, each with its records in DNS; `table` adds names, or stands in the place of those of a site."""
    async with LoopbackWeb(sites, host=host) as web:
        records = {name: web.records() for name in sites}
        async with LoopbackDns({**records, **(table or {})}) as dns, Resolver([dns.address]) as resolver:
            with trust_ca(web.ca_file):
                fetcher = Fetcher(resolver, allow_networks=allow, trusted=trusted)
                async with fetcher:
                    yield WebClient(web, dns, resolver, fetcher)


@contextmanager
def trust_ca(ca_file: Path) -> Iterator[None]:
    """`SSL_CERT_FILE` while a fetcher reads it."""
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(ca_file)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SSL_CERT_FILE"]
        else:
            os.environ["SSL_CERT_FILE"] = before
