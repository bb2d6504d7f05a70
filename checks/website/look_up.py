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
from checks.website.content import find_gate, find_role_links, is_own_url, links_without_role
from checks.website.facts import Link, LinkedPage, Page, Role, Visit, WebsiteFacts, content_type
from checks.website.parse import parse
from checks.website.substance import measure_substance

_HTTPS_SHARE = 0.6
"""The part of the time that https has before a page that came by http counts."""
_HEAD_START = 2.5
"""Seconds after which http is tried beside an https that does not answer."""
_RETRY_PAUSE = 0.4
"""Seconds before a page that answered with an error is asked again: a server that restarts is no broken website."""
_LINKED_LIMIT = 300_000
_FEW_WORDS = 40
_MOST_ONWARD_PAGES = 2
_MOST_FURTHER = 2
_NO_HTTPS = frozenset({Failure.REFUSED, Failure.UNREACHABLE, Failure.TIMEOUT})
_NOTHING_THERE = frozenset({Failure.NO_ADDRESS, Failure.REFUSED, Failure.UNREACHABLE})
_NO_SERVER = frozenset({Failure.REFUSED, Failure.UNREACHABLE})
_OPENED_ROLES = (Role.PRIVACY, Role.CONTACT, Role.SIGN_UP, Role.UNSUBSCRIBE)
"""The roles whose pages are opened. An imprint is opened where there is no contact page."""

_PARSE_GRACE = 0.3
"""Seconds that reading may go on after the time for fetching is over."""
_MEASURE_GRACE = 2.0
"""Seconds that measuring a page may take beyond that: it is bounded, and slow only on a machine that has no time."""
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_NO_TYPE = frozenset({"", "unknown/unknown", "application/unknown", "*/*"})
_FIRST_TAGS = "!doctype html,html,head,script,iframe,h1,div,font,table,a,style,title,b,body,br,p,!--"
_LOOKS_LIKE_HTML = tuple(f"<{tag}".encode() for tag in _FIRST_TAGS.split(","))
"""WHATWG MIME Sniffing, section 7.1."""
_BINARY = (b"%PDF-", b"GIF8", b"\x89PNG", b"\xff\xd8\xff", b"PK\x03\x04", b"RIFF", b"\x1f\x8b")

T = TypeVar("T")


class PageFetcher(Protocol):
    """Opens pages: `checks.fetch.Fetcher`, or the table of a test."""

    async def fetch(self, url: str, *, until: float, limit: int = 2_000_000) -> Fetched | Failed: ...


@dataclass(frozen=True, slots=True)
class Browser:
    """Opens pages by the loop's time `until`, and reads them in the threads of `readers`; None: the loop's own."""

    fetcher: PageFetcher
    until: float
    readers: Executor | None = None

    async def visit(self, url: str, limit: int = 2_000_000) -> Visit:
        """Opens a page and reads it."""
        answer = await self.fetcher.fetch(url, until=self.until, limit=limit)
        if not isinstance(answer, Fetched):
            return Visit(answer)
        headers_only = replace(answer, body=b"")
        if not is_html(answer):
            return Visit(headers_only)
        try:
            async with asyncio.timeout_at(self.until + _PARSE_GRACE):
                return Visit(headers_only, await self.in_thread(_parse_answer, answer))
        except TimeoutError:
            return Visit(Failed(answer.url, Failure.TIMEOUT, "there was no time left to read it", answer.hops))

    async def in_thread(self, work: Callable[..., T], *args: object) -> T:
        """Runs work that a hostile page may draw out in a thread of `readers`."""
        return await asyncio.get_running_loop().run_in_executor(self.readers, work, *args)


async def look_up(
    domain: str, browser: Browser, *, website: str | None = None, organization: str | None = None
) -> WebsiteFacts:
    """Opens the website of `domain` (A-labels).

    `website` is what a person named, with or without a scheme. Without it, the domain itself is tried, then `www.`
    before it, then the same for its `organization` (its organizational domain, where that is another): a sending
    subdomain often has no website of its own. Never raises for what the world does.
    """
    visit, earlier = await _open_first_candidate(_candidate_urls(domain, website, organization), browser)
    visit, passed = await _follow_onward(domain, visit, browser)
    second = await _retry_visit(visit, browser) if visit.failed else None
    if second and not second.failed and isinstance(second.answer, Fetched):
        visit, second, passed = second, None, (*passed, visit)
    facts = WebsiteFacts(domain, website, visit, second, (*earlier, *passed))
    return await _open_pages_behind(facts, browser) if visit.page and not visit.failed else facts


def _candidate_urls(domain: str, website: str | None, organization: str | None) -> tuple[tuple[str, ...], ...]:
    """Lists the websites to try in turn, each by its https address and the http address to fall back on, if any."""
    if website is None:
        parent = organization if organization and organization != domain else None
        hosts = [host for name in (domain, parent) if name for host in (name, f"www.{name}")]
        return tuple((f"https://{host}/", f"http://{host}/") for host in hosts)
    url = website.strip()
    scheme, separator, rest = url.partition("://")
    if separator and (scheme.lower() not in ("http", "https") or _has_port(url)):
        return ((url,),)
    # Browsers try https first whatever was typed, and so may a reviewer's.
    address = rest if separator else url
    return ((f"https://{address}", f"http://{address}"),)


def _has_port(url: str) -> bool:
    try:
        return urlsplit(url).port is not None
    except ValueError:
        return True


async def _open_first_candidate(
    candidates: Sequence[tuple[str, ...]], browser: Browser
) -> tuple[Visit, tuple[Visit, ...]]:
    """Returns the visit to the first website that answers, else the first that is at fault; and the other visits."""
    failed: list[Visit] = []
    for urls in candidates:
        visit, other_visits = await _open_candidate(urls, browser)
        if not isinstance(visit.answer, Failed):
            return visit, (*failed, *other_visits)
        failed += [visit, *other_visits]
        if visit.answer.failure not in _NOTHING_THERE:
            # Something is there, and is at fault: it counts, unless a name before it was at fault already.
            break
    chosen = next((visit for visit in failed if _failure_of(visit) is not Failure.NO_ADDRESS), failed[0])
    return chosen, tuple(visit for visit in failed if visit is not chosen)


def _failure_of(visit: Visit) -> Failure | None:
    return visit.answer.failure if isinstance(visit.answer, Failed) else None


async def _open_candidate(urls: tuple[str, ...], browser: Browser) -> tuple[Visit, tuple[Visit, ...]]:
    """Opens a website by https, or by http where nothing speaks https. A bad certificate is not passed over."""
    if len(urls) == 1:
        return await browser.visit(urls[0]), ()
    https = asyncio.create_task(browser.visit(urls[0]))
    http: asyncio.Task[Visit] | None = None
    try:
        seconds_left = browser.until - asyncio.get_running_loop().time()
        await asyncio.wait({https}, timeout=min(_HEAD_START, seconds_left / 2))
        if not https.done():
            http = asyncio.create_task(browser.visit(urls[1]))
            first = await _wait_for_https(https, http, seconds_left * _HTTPS_SHARE)
        else:
            first = await https
        if _failure_of(first) not in _NO_HTTPS:
            return first, ()
        second = await (http or browser.visit(urls[1]))
    finally:
        for task in (https, http):
            if task and not task.done():
                task.cancel()
    # Where no program listens for https, what became of http is what a visitor sees: slow, in a circle, or led astray.
    is_http_seen = _failure_of(first) in _NO_SERVER and _failure_of(second) not in _NOTHING_THERE
    return (second, (first,)) if isinstance(second.answer, Fetched) or is_http_seen else (first, (second,))


async def _wait_for_https(https: asyncio.Task[Visit], http: asyncio.Task[Visit], seconds: float) -> Visit:
    """Waits for https. Where http has a page, https is given only its share: the pages behind need time too."""
    await asyncio.wait({https}, timeout=seconds)
    if https.done() or not (http.done() and isinstance(http.result().answer, Fetched)):
        return await https
    url = http.result().url.replace("http:", "https:", 1)
    return Visit(Failed(url, Failure.TIMEOUT, "it did not answer in time"))


async def _follow_onward(domain: str, visit: Visit, browser: Browser) -> tuple[Visit, tuple[Visit, ...]]:
    """Follows a page with next to no text: by its refresh, its only frame or script, or once through a gate."""
    passed: list[Visit] = []
    visited = {visit.url}
    gates_left = 1
    while len(passed) < _MOST_ONWARD_PAGES and visit.page and not visit.failed:
        url = _find_onward_url(visit.page)
        if not url and gates_left and visit.page.words < _FEW_WORDS and (link := find_gate(visit.page, domain)):
            url, gates_left = link.url, 0
        if not url or url in visited:
            break
        visited.add(url)
        next_visit = await browser.visit(url)
        if not isinstance(next_visit.answer, Fetched):
            break
        passed.append(visit)
        visit = next_visit
    return visit, tuple(passed)


def _find_onward_url(page: Page) -> str:
    if page.words >= _FEW_WORDS:
        return ""
    frame = page.frames[0] if len(page.frames) == 1 and not page.words else ""
    return page.refresh or page.script_redirect or (frame if frame.startswith("http") else "")


async def _retry_visit(visit: Visit, browser: Browser) -> Visit | None:
    """Opens a page a second time; returns None where no time is left for it."""
    if asyncio.get_running_loop().time() + _RETRY_PAUSE >= browser.until:
        return None
    await asyncio.sleep(_RETRY_PAUSE)
    second = await browser.visit(visit.url)
    return None if _failure_of(second) is Failure.TIMEOUT else second


async def _open_pages_behind(facts: WebsiteFacts, browser: Browser) -> WebsiteFacts:
    """Opens the pages that a reviewer looks for, and where the first page leaves nothing to judge, two more of the
    website's own; all at once."""
    page = facts.visit.page
    assert page
    try:
        async with asyncio.timeout_at(max(browser.until, asyncio.get_running_loop().time()) + _MEASURE_GRACE):
            roles, urls = await browser.in_thread(_plan_visits, facts, page)
    except TimeoutError:
        failure = Failed(page.url, Failure.TIMEOUT, "there was no time left to measure it")
        return replace(facts, visit=Visit(failure))
    linked, further = await asyncio.gather(
        _open_linked_pages(facts.domain, page, roles, browser),
        asyncio.gather(*(browser.visit(url, _LINKED_LIMIT) for url in urls)),
    )
    return replace(facts, linked_pages=linked, further_visits=tuple(further))


def _plan_visits(facts: WebsiteFacts, page: Page) -> tuple[dict[Role, Link], tuple[str, ...]]:
    """Chooses what to open behind a page: the links with a role, and others where those leave nothing to judge. Works
    in a thread, because a hostile page may have much to measure."""
    roles = find_role_links(page)
    expected = replace(facts, linked_pages=tuple(LinkedPage(role, link) for role, link in roles.items()))
    return roles, () if measure_substance(expected, page).enough else _select_further_urls(expected, page)


def _select_further_urls(facts: WebsiteFacts, page: Page) -> tuple[str, ...]:
    """Chooses two of the website's own pages that have no role: those that words of a menu lead to come first."""
    links = sorted(links_without_role(facts, page), key=lambda link: not link.words)
    return tuple(link.url for link in links[:_MOST_FURTHER])


async def _open_linked_pages(
    domain: str, page: Page, roles: dict[Role, Link], browser: Browser
) -> tuple[LinkedPage, ...]:
    """Opens the pages of the website itself that a reviewer looks for, all at once."""
    pages = {role: LinkedPage(role, link) for role, link in roles.items()}
    links = {role: pages[role].link for role in _OPENED_ROLES if role in pages}
    if Role.CONTACT not in links and Role.IMPRINT in pages:
        links[Role.IMPRINT] = pages[Role.IMPRINT].link
    links = {role: link for role, link in links.items() if _is_worth_opening(link, page, domain)}
    urls = tuple(dict.fromkeys(link.url for link in links.values()))
    visits = dict(zip(urls, await asyncio.gather(*(browser.visit(url, _LINKED_LIMIT) for url in urls)), strict=True))
    pages |= {role: replace(pages[role], visit=visits[link.url]) for role, link in links.items()}
    for role, link in _find_second_links(visits.values()).items():
        pages.setdefault(role, LinkedPage(role, link))
    return tuple(pages[role] for role in Role if role in pages)


def _is_worth_opening(link: Link, page: Page, domain: str) -> bool:
    return bool(link.url) and not link.is_in_page and link.url != page.url and is_own_url(link.url, page, domain)


def _find_second_links(visits: Iterable[Visit]) -> dict[Role, Link]:
    """Finds the role links of the linked pages: a policy that only the imprint names is there all the same."""
    links: dict[Role, Link] = {}
    for visit in visits:
        if visit.page and isinstance(visit.answer, Fetched) and visit.answer.status < 400:
            for role, link in find_role_links(visit.page).items():
                links.setdefault(role, link)
    return links


def is_html(answer: Fetched) -> bool:
    """Tells whether a browser would show the answer as a page."""
    kind = content_type(answer)
    if "attachment" in answer.headers.get("content-disposition", "").lower() or answer.body.startswith(_BINARY):
        return False
    start = answer.body[:600].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return kind in _HTML or (kind in _NO_TYPE and (not start or start.startswith(_LOOKS_LIKE_HTML)))


def _parse_answer(answer: Fetched) -> Page:
    return parse(answer.body, answer.headers.get("content-type", ""), answer.url, cut=answer.cut)
