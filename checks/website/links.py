"""Which links of a page lead to what a reviewer looks for, and which of them are the website's own."""

from urllib.parse import unquote, urlsplit

from checks.website.facts import host_of
from checks.website.page import Link, Page
from checks.website.vocabulary import Role, roles_in
from checks.website.words import count, plain

_LONGEST_LABEL = 12
"""A link of more words than this is a sentence or a headline, and names no page."""
_LONGEST_PATH = 80


def roles_of(page: Page) -> dict[Role, Link]:
    """The best link for each role: one whose words name it rather than its address alone, then the first."""
    best: dict[Role, tuple[int, Link]] = {}
    for link in page.links:
        for role, rank in _ranks(link).items():
            if role not in best or rank < best[role][0]:
                best[role] = (rank, link)
    return {role: link for role, (_, link) in best.items()}


def _ranks(link: Link) -> dict[Role, int]:
    """The roles that a link may have: 0 by its words, 1 by its address."""
    found: dict[Role, int] = {}
    words = plain(link.words) if count(link.words) <= _LONGEST_LABEL else ""
    path = _path_words(link.url)
    found |= dict.fromkeys(roles_in(path), 1) | dict.fromkeys(roles_in(words), 0)
    if Role.UNSUBSCRIBE in found:  # "unsubscribe from the newsletter" is no sign-up
        found.pop(Role.SIGN_UP, None)
    return found


def _path_words(url: str) -> str:
    """The end of an address as words: `/legal/privacy-policy.html` is "legal privacy policy html". A role may stand
    before a number: `/privacy-policy/7654321`."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return ""
    last = " ".join(path.rstrip("/").split("/")[-2:])[-_LONGEST_PATH:]
    return plain(last.replace("-", " ").replace("_", " ").replace(".", " "))


def is_own(url: str, page: Page, domain: str) -> bool:
    """Whether an address belongs to the website at hand: its host, one above or below it, or the domain's."""
    host = _bare(host_of(url))
    return bool(host) and any(_related(host, other) for other in (_bare(host_of(page.url)), _bare(domain)) if other)


def own_pages(page: Page, domain: str) -> int:
    """How many other pages of its own the page links to."""
    here = page.url.partition("#")[0].rstrip("/")
    urls = {link.url.rstrip("/") for link in page.links if link.url and is_own(link.url, page, domain)}
    return len(urls - {here})


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")


def _related(host: str, other: str) -> bool:
    return host == other or host.endswith(f".{other}") or ("." in host and other.endswith(f".{host}"))
