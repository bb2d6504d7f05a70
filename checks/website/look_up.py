"""Opens a website as its reviewer will: the address that was named, or the one that a person would try for the domain;
then the few pages behind it that a reviewer looks for, side by side.

Reading a page takes up to some tenths of a second, in a thread of its own: name resolution lives in the event loop's
default pool, and the loop must not wait. Everything ends by one deadline. What did not come in time is unknown, and
never missing.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from checks.fetch import Failed, Failure, Fetched
from checks.website.content import gate, is_own, own_pages, roles_of
from checks.website.facts import Link, Linked, Page, Role, Visit, WebsiteFacts, content_type
from checks.website.parse import parse
from checks.website.substance import measure

_HTTPS_SHARE = 0.6
"""The part of the time that https has before a page that came by http counts."""
_HEAD_START = 2.5
"""Seconds after which http is tried beside an https that does not answer."""
_PAUSE = 0.4
"""Seconds before a page that answered with an error is asked again: a server that restarts is no broken website."""
_LINKED_LIMIT = 300_000
_FEW_WORDS = 40
_MOST_TURNS = 2
_MOST_FURTHER = 2
_NO_HTTPS = frozenset({Failure.REFUSED, Failure.UNREACHABLE, Failure.TIMEOUT})
_NOTHING_THERE = frozenset({Failure.NO_ADDRESS, Failure.REFUSED, Failure.UNREACHABLE})
_NO_SERVER = frozenset({Failure.REFUSED, Failure.UNREACHABLE})
_OPENED = (Role.PRIVACY, Role.CONTACT, Role.SIGN_UP, Role.UNSUBSCRIBE)
"""The roles whose pages are opened. An imprint is opened where there is no contact page."""

_GRACE = 0.3
"""Seconds that reading may go on after the time for fetching is over."""
_PLANNING = 2.0
"""Seconds that measuring a page may take beyond that: it is bounded, and slow only on a machine that has no time."""
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_NO_TYPE = frozenset({"", "unknown/unknown", "application/unknown", "*/*"})
_FIRST_TAGS = "!doctype html,html,head,script,iframe,h1,div,font,table,a,style,title,b,body,br,p,!--"
_LOOKS_LIKE_HTML = tuple(f"<{tag}".encode() for tag in _FIRST_TAGS.split(","))
"""WHATWG MIME Sniffing, section 7.1."""
_BINARY = (b"%PDF-", b"GIF8", b"\x89PNG", b"\xff\xd8\xff", b"PK\x03\x04", b"RIFF", b"\x1f\x8b")

T = TypeVar("T")


class Fetches(Protocol):
    """What a website is opened with: `checks.fetch.Fetcher`, or the table of a test."""

    async def fetch(self, url: str, *, until: float, limit: int = 2_000_000) -> Fetched | Failed: ...


@dataclass(frozen=True, slots=True)
class Browser:
    """Opens pages by the loop's time `until`, and reads them in the threads of `readers`; None: the loop's own."""

    fetcher: Fetches
    until: float
    readers: Executor | None = None

    async def visit(self, url: str, limit: int = 2_000_000) -> Visit:
        """Opens a page and reads it."""
        answer = await self.fetcher.fetch(url, until=self.until, limit=limit)
        if not isinstance(answer, Fetched):
            return Visit(answer)
        bare = replace(answer, body=b"")
        if not is_html(answer):
            return Visit(bare)
        try:
            async with asyncio.timeout_at(self.until + _GRACE):
                return Visit(bare, await self.in_thread(_read, answer))
        except TimeoutError:
            return Visit(Failed(answer.url, Failure.TIMEOUT, "there was no time left to read it", answer.hops))

    async def in_thread(self, work: Callable[..., T], *args: object) -> T:
        """Runs what a hostile page may draw out."""
        return await asyncio.get_running_loop().run_in_executor(self.readers, work, *args)


async def look_up(
    domain: str, browser: Browser, *, website: str | None = None, organization: str | None = None
) -> WebsiteFacts:
    """Opens the website of `domain` (A-labels).

    `website` is what a person named, with or without a scheme. Without it, the domain itself is tried, then `www.`
    before it, then the same for its `organization` (its organizational domain, where that is another): a sending
    subdomain often has no website of its own. Never raises for what the world does.
    """
    visit, before = await _opened(_addresses(domain, website, organization), browser)
    visit, turns = await _turned(domain, visit, browser)
    again = await _again(visit, browser) if visit.failed else None
    if again and not again.failed and isinstance(again.answer, Fetched):
        visit, again, turns = again, None, (*turns, visit)
    facts = WebsiteFacts(domain, website, visit, again, (*before, *turns))
    return await _with_pages_behind(facts, browser) if visit.page and not visit.failed else facts


def _addresses(domain: str, website: str | None, organization: str | None) -> tuple[tuple[str, ...], ...]:
    """Places to try in turn; each is an https address, with the http address to fall back on where one is fair."""
    if website is None:
        parent = organization if organization and organization != domain else None
        hosts = [host for name in (domain, parent) if name for host in (name, f"www.{name}")]
        return tuple((f"https://{host}/", f"http://{host}/") for host in hosts)
    typed = website.strip()
    scheme, separator, rest = typed.partition("://")
    if separator and (scheme.lower() not in ("http", "https") or _has_port(typed)):
        return ((typed,),)
    # Browsers try https first whatever was typed, and so may a reviewer's.
    place = rest if separator else typed
    return ((f"https://{place}", f"http://{place}"),)


def _has_port(url: str) -> bool:
    try:
        return urlsplit(url).port is not None
    except ValueError:
        return True


async def _opened(places: Sequence[tuple[str, ...]], browser: Browser) -> tuple[Visit, tuple[Visit, ...]]:
    """Returns the first place that answers, or else the answer of the first one; and what else was tried."""
    failed: list[Visit] = []
    for place in places:
        visit, others = await _one(place, browser)
        if not isinstance(visit.answer, Failed):
            return visit, (*failed, *others)
        failed += [visit, *others]
        if visit.answer.failure not in _NOTHING_THERE:
            # Something is there, and is at fault: it counts, unless a name before it was at fault already.
            break
    counts = next((visit for visit in failed if _failure(visit) is not Failure.NO_ADDRESS), failed[0])
    return counts, tuple(visit for visit in failed if visit is not counts)


def _failure(visit: Visit) -> Failure | None:
    return visit.answer.failure if isinstance(visit.answer, Failed) else None


async def _one(place: tuple[str, ...], browser: Browser) -> tuple[Visit, tuple[Visit, ...]]:
    """Opens a place: by https, or by http where https is not there. A certificate at fault is not passed over."""
    if len(place) == 1:
        return await browser.visit(place[0]), ()
    https = asyncio.create_task(browser.visit(place[0]))
    http: asyncio.Task[Visit] | None = None
    try:
        left = browser.until - asyncio.get_running_loop().time()
        await asyncio.wait({https}, timeout=min(_HEAD_START, left / 2))
        if not https.done():
            http = asyncio.create_task(browser.visit(place[1]))
            first = await _in_its_share(https, http, left * _HTTPS_SHARE)
        else:
            first = await https
        if _failure(first) not in _NO_HTTPS:
            return first, ()
        second = await (http or browser.visit(place[1]))
    finally:
        for task in (https, http):
            if task and not task.done():
                task.cancel()
    # Where no program listens for https, what became of http is what a visitor sees: slow, in a circle, or led astray.
    of_http = isinstance(second.answer, Fetched) or (
        _failure(first) in _NO_SERVER and _failure(second) not in _NOTHING_THERE
    )
    return (second, (first,)) if of_http else (first, (second,))


async def _in_its_share(https: asyncio.Task[Visit], http: asyncio.Task[Visit], seconds: float) -> Visit:
    """Waits for https. Where http has a page, https is given only its share: the pages behind need time too."""
    await asyncio.wait({https}, timeout=seconds)
    if https.done() or not (http.done() and isinstance(http.result().answer, Fetched)):
        return await https
    url = http.result().url.replace("http:", "https:", 1)
    return Visit(Failed(url, Failure.TIMEOUT, "it did not answer in time"))


async def _turned(domain: str, visit: Visit, browser: Browser) -> tuple[Visit, tuple[Visit, ...]]:
    """Goes where a page with next to no text leads: by its refresh, only frame or script, or once through a gate."""
    passed: list[Visit] = []
    seen = {visit.url}
    gates = 1
    while len(passed) < _MOST_TURNS and visit.page and not visit.failed:
        target = _target(visit.page)
        if not target and gates and visit.page.words < _FEW_WORDS and (link := gate(visit.page, domain)):
            target, gates = link.url, 0
        if not target or target in seen:
            break
        seen.add(target)
        following = await browser.visit(target)
        if not isinstance(following.answer, Fetched):
            break
        passed.append(visit)
        visit = following
    return visit, tuple(passed)


def _target(page: Page) -> str:
    if page.words >= _FEW_WORDS:
        return ""
    frame = page.frames[0] if len(page.frames) == 1 and not page.words else ""
    return page.refresh or page.jump or (frame if frame.startswith("http") else "")


async def _again(visit: Visit, browser: Browser) -> Visit | None:
    """Asks a second time; returns None where no time is left for it."""
    if asyncio.get_running_loop().time() + _PAUSE >= browser.until:
        return None
    await asyncio.sleep(_PAUSE)
    again = await browser.visit(visit.url)
    return None if _failure(again) is Failure.TIMEOUT else again


async def _with_pages_behind(facts: WebsiteFacts, browser: Browser) -> WebsiteFacts:
    """Opens the pages that a reviewer looks for, and where the first page leaves nothing to judge, two more of the
    website's own; all at once."""
    page = facts.visit.page
    assert page
    try:
        async with asyncio.timeout_at(max(browser.until, asyncio.get_running_loop().time()) + _PLANNING):
            roles, wanted = await browser.in_thread(_planned, facts, page)
    except TimeoutError:
        late = Failed(page.url, Failure.TIMEOUT, "there was no time left to measure it")
        return replace(facts, visit=Visit(late))
    linked, further = await asyncio.gather(
        _linked(facts.domain, page, roles, browser),
        asyncio.gather(*(browser.visit(url, _LINKED_LIMIT) for url in wanted)),
    )
    return replace(facts, linked=linked, further=tuple(further))


def _planned(facts: WebsiteFacts, page: Page) -> tuple[dict[Role, Link], tuple[str, ...]]:
    """Chooses what to open behind a page: the links with a role, and others where those leave nothing to judge. Works
    in a thread, because a hostile page may have much to measure."""
    roles = roles_of(page)
    likely = replace(facts, linked=tuple(Linked(role, link) for role, link in roles.items()))
    return roles, () if measure(likely, page).enough else _further_urls(likely, page)


def _further_urls(facts: WebsiteFacts, page: Page) -> tuple[str, ...]:
    """Chooses two of the website's own pages that have no role: those that words of a menu lead to come first."""
    with_role = {one.link.url for one in facts.linked}
    own = [link for link in own_pages(page, facts.domain) if link.url not in with_role and link.url != page.url]
    own.sort(key=lambda link: not link.words)
    return tuple(link.url for link in own[:_MOST_FURTHER])


async def _linked(domain: str, page: Page, roles: dict[Role, Link], browser: Browser) -> tuple[Linked, ...]:
    """Opens the pages of the website itself that a reviewer looks for, all at once."""
    found = {role: Linked(role, link) for role, link in roles.items()}
    wanted = {role: found[role].link for role in _OPENED if role in found}
    if Role.CONTACT not in wanted and Role.IMPRINT in found:
        wanted[Role.IMPRINT] = found[Role.IMPRINT].link
    opened = {role: link for role, link in wanted.items() if _is_to_open(link, page, domain)}
    urls = tuple(dict.fromkeys(link.url for link in opened.values()))
    visits = dict(zip(urls, await asyncio.gather(*(browser.visit(url, _LINKED_LIMIT) for url in urls)), strict=True))
    found |= {role: replace(found[role], visit=visits[link.url]) for role, link in opened.items()}
    for role, link in _further(visits.values()).items():
        found.setdefault(role, Linked(role, link))
    return tuple(found[role] for role in Role if role in found)


def _is_to_open(link: Link, page: Page, domain: str) -> bool:
    return bool(link.url) and not link.here and link.url != page.url and is_own(link.url, page, domain)


def _further(visits: Iterable[Visit]) -> dict[Role, Link]:
    """Returns what the linked pages link to in turn: a policy that only the imprint names is there all the same."""
    found: dict[Role, Link] = {}
    for visit in visits:
        if visit.page and isinstance(visit.answer, Fetched) and visit.answer.status < 400:
            for role, link in roles_of(visit.page).items():
                found.setdefault(role, link)
    return found


def is_html(answer: Fetched) -> bool:
    """Tells whether a browser would show the answer as a page."""
    kind = content_type(answer)
    if "attachment" in answer.headers.get("content-disposition", "").lower() or answer.body.startswith(_BINARY):
        return False
    start = answer.body[:600].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return kind in _HTML or (kind in _NO_TYPE and (not start or start.startswith(_LOOKS_LIKE_HTML)))


def _read(answer: Fetched) -> Page:
    return parse(answer.body, answer.headers.get("content-type", ""), answer.url, cut=answer.cut)
