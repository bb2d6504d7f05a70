"""From an answer of a web server to a page: what is HTML at all, and where the reading takes place.

Reading a page takes up to some tenths of a second, in a thread of its own: name resolution lives in the event loop's
default pool, and the loop must not wait.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from checks.fetch import Failed, Failure, Fetched
from checks.website.facts import Page, Visit
from checks.website.parse import parse
from checks.website.phrases import warm_up

_READERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="website")
_GRACE = 0.3
"""Seconds that reading may go on after the time for fetching is over."""
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_UNTOLD = frozenset({"", "unknown/unknown", "application/unknown", "*/*"})
_LOOKS_LIKE_HTML = (
    *(
        b"<!doctype html",
        b"<html",
        b"<head",
        b"<script",
        b"<iframe",
        b"<h1",
        b"<div",
        b"<font",
        b"<table",
        b"<a",
        b"<style",
    ),
    *(b"<title", b"<b", b"<body", b"<br", b"<p", b"<!--"),
)
"""WHATWG MIME Sniffing, section 7.1."""
_BINARY = (b"%PDF-", b"GIF8", b"\x89PNG", b"\xff\xd8\xff", b"PK\x03\x04", b"RIFF", b"\x1f\x8b")


async def read(answer: Fetched | Failed, until: float) -> Visit:
    """Read the page of an answer, by the loop's time `until`."""
    if not isinstance(answer, Fetched):
        return Visit(answer)
    bare = replace(answer, body=b"")
    if not is_html(answer):
        return Visit(bare)
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout_at(until + _GRACE):
            page = await loop.run_in_executor(_READERS, _read, answer)
    except TimeoutError:
        return Visit(Failed(answer.url, Failure.TIMEOUT, "there was no time left to read it", answer.hops))
    return Visit(bare, page)


def is_html(answer: Fetched) -> bool:
    """Whether a browser would show the answer as a page."""
    kind = content_type(answer)
    if "attachment" in answer.headers.get("content-disposition", "").lower() or answer.body.startswith(_BINARY):
        return False
    start = answer.body[:600].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return kind in _HTML or (kind in _UNTOLD and (not start or start.startswith(_LOOKS_LIKE_HTML)))


def content_type(answer: Fetched) -> str:
    """The media type without its parameters, lower case; empty where there is none."""
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()


def _read(answer: Fetched) -> Page:
    warm_up()
    return parse(answer.body, answer.headers.get("content-type", ""), answer.url, cut=answer.cut)
