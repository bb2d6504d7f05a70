"""Whatever a server does ends in a value, in the time given and within the size given."""

import asyncio
import gzip
import zlib

import pytest

from checks.fetch import Failed, Failure, Fetched
from fakes.web import Misbehavior, Site, WebPage
from tests.support.web import web_client

TEXT = "Hello, this is the page of Acme."
LIMIT = 100_000
FAILS = {
    Misbehavior.HANG: (Failure.TIMEOUT, None),
    Misbehavior.CLOSE: (Failure.UNREACHABLE, None),
    Misbehavior.RESET: (Failure.UNREACHABLE, None),
    Misbehavior.SLOW_HEAD: (Failure.TIMEOUT, None),
    Misbehavior.ENDLESS_HEAD: (Failure.PROTOCOL, None),
    Misbehavior.EARLY_HINTS: (Failure.TIMEOUT, None),
    Misbehavior.DRIP: (Failure.TIMEOUT, 200),
    Misbehavior.BROKEN_GZIP: (Failure.PROTOCOL, 200),
    Misbehavior.BROTLI: (Failure.PROTOCOL, 200),
    Misbehavior.BAD_LENGTH: (Failure.PROTOCOL, None),
    Misbehavior.BAD_CHUNK: (Failure.PROTOCOL, None),
    Misbehavior.HTTP_09: (Failure.PROTOCOL, None),
    Misbehavior.GARBAGE: (Failure.PROTOCOL, None),
    Misbehavior.SWITCH: (Failure.PROTOCOL, 101),
}
ANSWERS = {
    Misbehavior.ENDLESS: LIMIT,
    Misbehavior.BOMB: LIMIT,
    Misbehavior.HOLLOW: 0,
    Misbehavior.CUT_GZIP: None,
    Misbehavior.TOO_SHORT: len(TEXT),
}
"""The octets that come of it; all are cut. None: some."""


NEVER = {behaviour for behaviour, (failure, _) in FAILS.items() if failure is Failure.TIMEOUT}


async def test_every_way_to_misbehave() -> None:
    site = Site({f"/{behaviour.name}": WebPage(TEXT, behaviour=behaviour) for behaviour in Misbehavior})
    async with web_client({"acme.example": site}) as client:

        async def get(behaviour: Misbehavior) -> Fetched | Failed:
            seconds = 1.0 if behaviour in NEVER else 30.0
            return await client.get(f"http://acme.example:PORT/{behaviour.name}", seconds=seconds, limit=LIMIT)

        loop = asyncio.get_running_loop()
        began = loop.time()
        waiting = dict(zip(NEVER, await asyncio.gather(*map(get, NEVER)), strict=True))
        assert loop.time() - began < 5
        others = [behaviour for behaviour in Misbehavior if behaviour not in NEVER]
        answers = waiting | dict(zip(others, await asyncio.gather(*map(get, others)), strict=True))
    for behaviour, (failure, status) in FAILS.items():
        answer = answers.pop(behaviour)
        assert isinstance(answer, Failed), behaviour
        assert (answer.failure, answer.status) == (failure, status), behaviour
        assert answer.why
        assert len(answer.why) < 200
    for behaviour, size in ANSWERS.items():
        page = answers.pop(behaviour)
        assert isinstance(page, Fetched), behaviour
        assert page.cut, behaviour
        assert size is None or len(page.body) == size, behaviour
        assert page.body.decode().startswith(TEXT[: min(5, len(page.body))])
    assert answers.keys() == {Misbehavior.TOO_LONG}
    # What goes on behind its own length is kept apart from the next answer only by when it arrives.
    excess = answers[Misbehavior.TOO_LONG]
    if isinstance(excess, Fetched):
        assert excess.body == TEXT.encode()
    else:
        assert excess.failure is Failure.PROTOCOL


@pytest.mark.parametrize(("size", "cut"), [(LIMIT - 1, False), (LIMIT, False), (LIMIT + 1, True)])
@pytest.mark.parametrize("compress", ["", "gzip", "deflate"])
async def test_the_limit_is_exact(size: int, cut: bool, compress: str) -> None:
    async with web_client({"acme.example": Site({"/": WebPage("x" * size, compress=compress)})}) as client:
        page = await client.fetch_page("https://acme.example/", limit=LIMIT)
    assert (len(page.body), page.cut) == (min(size, LIMIT), cut)


async def test_a_bare_deflate_stream_and_one_gzip_after_the_other() -> None:
    bare = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    octets = bare.compress(TEXT.encode()) + bare.flush()
    members = gzip.compress(b"Hello, ") + gzip.compress(b"world") + b"\0\0"
    pages: dict[str, WebPage | str] = {
        "/deflate": WebPage(octets, headers={"Content-Encoding": "deflate"}),
        "/gzip": WebPage(members, headers={"Content-Encoding": "x-gzip, identity"}),
    }
    async with web_client({"acme.example": Site(pages)}) as client:
        deflate = await client.fetch_page("https://acme.example/deflate")
        gzipped = await client.fetch_page("https://acme.example/gzip")
    assert (deflate.body, deflate.cut) == (TEXT.encode(), False)
    assert (gzipped.body, gzipped.cut) == (b"Hello, world", False)
