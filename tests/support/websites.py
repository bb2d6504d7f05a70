"""Websites for the tests of the check: facts about a page as the look-up would bring them, without a network."""

from collections.abc import Mapping
from pathlib import Path

from checks.fetch import Failed, Failure, Fetched
from checks.website import LinkedPage, Role, Visit, WebsiteFacts, parse
from checks.website.content import find_role_links
from checks.website.facts import Page

HTML = "text/html; charset=utf-8"
GOOD = Path(__file__).parent.parent / "checks" / "website" / "good"

PROSE = (
    "We repair and sell bicycles in a workshop by the river, and have done so for twenty years. A service takes two "
    "days, and you get a message as soon as the bicycle is ready. We also teach children to fix a flat tyre, lend "
    "tools to all who ask, and collect old frames for a charity that ships them abroad. Used bicycles stand in the "
    "yard, with a guarantee of six months. On Saturdays there is coffee, and the dog is friendly to everybody who "
    "brings a biscuit."
)
"""Over 80 words that say what a business does."""
FOOT = '<a href="/privacy">Privacy</a> <a href="/contact">Contact</a>'


def page_of(html: str | bytes, url: str = "https://acme.example/", *, cut: bool = False) -> Page:
    """A page that a server sent as UTF-8."""
    return parse(html.encode() if isinstance(html, str) else html, HTML, url, cut=cut)


def visit_of(
    html: str | bytes = "",
    *,
    url: str = "https://acme.example/",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    cut: bool = False,
) -> Visit:
    """A visit whose answer holds this; without HTML where its Content-Type says so."""
    headers = {"content-type": HTML, **(headers or {})}
    answer = Fetched(url, status, headers, b"", cut, (), 0.1)
    return Visit(answer, page_of(html, url, cut=cut) if headers["content-type"].startswith("text/html") else None)


def failed_visit(failure: Failure, why: str = "it failed", url: str = "https://acme.example/", **more: object) -> Visit:
    return Visit(Failed(url, failure, why, **more))  # type: ignore[arg-type]  # by keyword


def facts_of(
    visit: Visit | str,
    *,
    domain: str = "acme.example",
    typed: str | None = None,
    second_visit: Visit | None = None,
    pages: Mapping[Role, Visit | None] | None = None,
) -> WebsiteFacts:
    """Facts about a website; `pages` is what came of the pages that it links to (which else were not opened)."""
    visit = visit_of(visit) if isinstance(visit, str) else visit
    links = find_role_links(visit.page) if visit.page else {}
    linked = tuple(LinkedPage(role, links[role], (pages or {}).get(role)) for role in Role if role in links)
    return WebsiteFacts(domain, typed, visit, second_visit, (), linked)


def read_good_site(name: str) -> str:
    """The HTML of a good website."""
    return (GOOD / f"{name}.html").read_text(encoding="utf-8")


def body(*parts: str, title: str = "", head: str = "") -> str:
    """A page of these parts."""
    return f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head><body>{''.join(parts)}</body></html>"
