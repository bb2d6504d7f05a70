"""Which links of a page lead to what a reviewer looks for, and which of them are the website's own."""

import re
from functools import cache
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from checks.website.facts import Link, Page, Role, host_of, is_related
from checks.website.phrases import count, finds, is_unspaced, plain, terms

_LONGEST_LABEL = 12
"""A link of more words than this is a sentence or a headline, and names no page."""
_LONGEST_PATH = 80
_WORD_START = re.compile(r"(?<!\w)\w")
_MOST_CHOICES = 12
"""Links on a page that asks one question."""
_SAME = {"no": "nb", "nn": "nb", "iw": "he", "in": "id", "bs": "hr", "be": "ru", "va": "ca"}
"""Languages that are read as another: old codes, and close relatives."""
_NO_PAGE = re.compile(r"\.(?:pdf|jpe?g|png|gif|webp|svg|zip|docx?|xlsx?|mp[34]|ics|vcf|css|js|xml)$", re.IGNORECASE)
_Term: TypeAlias = tuple[str, Role]


@cache
def _indexed() -> tuple[dict[str, list[_Term]], list[_Term]]:
    """Sorts terms by their first two signs; those of scripts without spaces can begin anywhere."""
    starting: dict[str, list[_Term]] = {}
    anywhere: list[_Term] = []
    for role in Role:
        for term in {term for found in terms("links", role.name.lower()).values() for term in found}:
            written = plain(term)
            place = anywhere if is_unspaced(written[0]) else starting.setdefault(written[:2], [])
            place.append((written, role))
    return starting, anywhere


def roles_in(text: str) -> frozenset[Role]:
    """Returns the roles that `phrases.plain` text names, in any language. Quick, because a page may have a thousand
    links: only the terms that begin as a word does are compared with it."""
    starting, anywhere = _indexed()
    found = set[Role]()
    for start in _WORD_START.finditer(text):
        at = start.start()
        found |= {role for term, role in starting.get(text[at : at + 2], ()) if _is_at(term, text, at)}
    if is_unspaced(text):
        found |= {role for term, role in anywhere if term in text}
    return frozenset(found)


def _is_at(term: str, text: str, at: int) -> bool:
    if not term.endswith("."):
        return text.startswith(term, at)
    end = at + len(term) - 1
    return text.startswith(term[:-1], at) and not text[end : end + 1].isalnum()


def reads(language: str) -> bool:
    """Tells whether the phrases cover the language of a page (its `lang`, BCP 47; empty where it names none). In
    another language, what was not found may still be there."""
    primary = language.lower().replace("_", "-").partition("-")[0]
    known = terms("links", "privacy").keys() & terms("links", "contact").keys()
    return not primary or _SAME.get(primary, primary) in known


def roles_of(page: Page) -> dict[Role, Link]:
    """Returns the best link for each role: one whose words name it rather than its address alone, then the first."""
    best: dict[Role, tuple[int, Link]] = {}
    for link in page.links:
        for role, rank in _ranks(link).items():
            if role not in best or rank < best[role][0]:
                best[role] = (rank, link)
    return {role: link for role, (_, link) in best.items()}


def _ranks(link: Link) -> dict[Role, int]:
    """Ranks the roles that a link may have: 0 by its words, 1 by its address."""
    found: dict[Role, int] = {}
    words = plain(link.words) if count(link.words) <= _LONGEST_LABEL else ""
    path = _path_words(link.url)
    found |= dict.fromkeys(roles_in(path), 1) | dict.fromkeys(roles_in(words), 0)
    if Role.UNSUBSCRIBE in found:  # "unsubscribe from the newsletter" is no sign-up
        found.pop(Role.SIGN_UP, None)
    return found


def _path_words(url: str) -> str:
    """Reads the end of an address as words: `/legal/privacy-policy.html` is "legal privacy policy html". A role may
    come before a number: `/privacy-policy/7654321`."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return ""
    last = " ".join(path.rstrip("/").split("/")[-2:])[-_LONGEST_PATH:]
    return plain(last.replace("-", " ").replace("_", " ").replace(".", " "))


def is_own(url: str, page: Page, domain: str) -> bool:
    """Tells whether an address belongs to the website at hand: its host, one above or below it, or the domain's."""
    host = host_of(url)
    return any(is_related(host, other) for other in (host_of(page.url), domain))


def own_pages(page: Page, domain: str) -> tuple[Link, ...]:
    """Returns the links to other pages of the same website, one a page."""
    here = page.url.partition("#")[0].rstrip("/")
    found: dict[str, Link] = {}
    for link in page.links:
        url = link.url.rstrip("/")
        if url and url != here and is_own(url, page, domain) and not _NO_PAGE.search(url.partition("?")[0]):
            found.setdefault(url, link)
    return tuple(found.values())


def gate(page: Page, domain: str) -> Link | None:
    """Returns the link that leads through a gate of one click: a choice of language, a question about age, a notice to
    accept. The page itself holds next to nothing else."""
    own = own_pages(page, domain)
    if not own or len(page.links) > _MOST_CHOICES:
        return None
    languages = [link for link in own if _names_a_language(link)]
    if len(languages) > 1:
        return next((link for link in languages if _is_english(link)), languages[0])
    if finds("gates", "question").search(plain(page.text)) or len(own) == 1:
        return next((link for link in own if finds("gates", "yes").match(plain(link.words))), None)
    return None


def _names_a_language(link: Link) -> bool:
    return bool(link.language) or plain(link.words) in _languages() or _last_part(link.url) in _codes()


def _is_english(link: Link) -> bool:
    return link.language.lower().startswith("en") or plain(link.words) == "english" or _last_part(link.url) == "en"


def _last_part(url: str) -> str:
    return urlsplit(url).path.strip("/").rpartition("/")[2].lower()


@cache
def _languages() -> frozenset[str]:
    return frozenset(plain(name) for names in terms("gates", "languages").values() for name in names)


@cache
def _codes() -> frozenset[str]:
    return frozenset(terms("gates", "languages"))
