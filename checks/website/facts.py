"""The facts of a website: each page as a person sees it, and the addresses that were opened.

A page holds its words, links and forms, without what a browser does not show.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

from checks.answers import Tristate
from checks.fetch.urls import Failed, Failure, Fetched
from checks.names import is_at_or_below


class Role(StrEnum):
    PRIVACY = "privacy policy"
    CONTACT = "contact page"
    IMPRINT = "imprint"
    SIGN_UP = "sign-up form"
    UNSUBSCRIBE = "unsubscribe page"


@dataclass(frozen=True, slots=True)
class Link:
    """Something to press. `url` is absolute and without its fragment, empty where it leads to no page (a script, a mail
    program); `target` is the attribute itself; `words` what a person reads there; `is_in_page` whether it leads to a
    place in the same page; `language` that of the page behind it, where the link names one."""

    url: str
    target: str
    words: str
    is_in_page: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: its type (`email`, `password`, `text`, `textarea`, …) and what its name and hint say."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its fields that a person fills in, and every word in it, its buttons among them."""

    fields: tuple[Field, ...]
    words: str
    action: str = ""

    @property
    def has_password(self) -> bool:
        return any(field.kind == "password" for field in self.fields)

    @property
    def has_email(self) -> bool:
        return any(field.kind == "email" or "mail" in field.words.lower() for field in self.fields)

    @property
    def has_message(self) -> bool:
        return any(field.kind == "textarea" for field in self.fields)


@dataclass(frozen=True, slots=True)
class Organization:
    """What a page says of its owner in JSON-LD (schema.org Organization and its kinds): names, and postal addresses,
    telephone numbers and mail addresses as the page has them."""

    names: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page, read. All texts are as the page has them, on one line each, and bounded.

    `lines` are the blocks of visible text in order, `prose` those outside of menus and cookie notices, `link_lines`
    those that are only links, `words` how many words all lines hold, `is_app` whether it has an element for a program
    to fill, `names` what the page calls itself (og:site_name, application-name). `refresh` is where a `<meta
    http-equiv=refresh>` leads, `script_redirect` where a script that does little else does, `frames` what is shown
    inside it. `noscript` is what only a browser without scripts shows. `media` counts images and films. `cut`: not all
    of the page could be read.
    """

    url: str
    title: str = ""
    description: str = ""
    names: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    prose: tuple[str, ...] = ()
    link_lines: tuple[str, ...] = ()
    words: int = 0
    links: tuple[Link, ...] = ()
    forms: tuple[Form, ...] = ()
    addresses: tuple[str, ...] = ()
    organization: Organization = Organization()
    language: str = ""
    canonical: str = ""
    refresh: str = ""
    script_redirect: str = ""
    frames: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    scripts: int = 0
    noscript: str = ""
    media: int = 0
    is_app: bool = False
    cut: bool = False

    @property
    def text(self) -> str:
        """All visible text, a block a line."""
        return "\n".join(self.lines)


GONE_STATUSES = frozenset({404, 410})
"""Statuses of a page that is not there (RFC 9110 sections 15.5.5 and 15.5.11)."""
TURNED_AWAY_STATUSES = frozenset({401, 403, 429})
"""Statuses that are about the visitor, not about the page."""


@dataclass(frozen=True, slots=True)
class Visit:
    """An address that was opened. `answer` is without its body; `page` is None where no HTML came."""

    answer: Fetched | Failed
    page: Page | None = None

    @property
    def url(self) -> str:
        return self.answer.url

    @property
    def status(self) -> int | None:
        return self.answer.status

    @property
    def failed(self) -> bool:
        """Tells whether the server reports an error of the page, not of the visitor."""
        status = self.status if isinstance(self.answer, Fetched) else None
        return status is not None and status >= 400 and status not in TURNED_AWAY_STATUSES


@dataclass(frozen=True, slots=True)
class LinkedPage:
    """A page that the website links to, with the first link to it. `visit` is None where it was not opened: it is on
    another website, in the same page, or behind a script."""

    role: Role
    link: Link
    visit: Visit | None = None

    @property
    def existence(self) -> Tristate:
        """Tells whether the page is there; unknown where the visitor was turned away or got no answer."""
        match self.visit:
            case None:
                return Tristate.UNKNOWN
            case Visit(answer=Fetched(status=status)) if status < 400:
                return Tristate.YES
            case Visit(answer=Fetched(status=status)) if status in GONE_STATUSES:
                return Tristate.NO
            case Visit(answer=Failed(failure=Failure.NO_ADDRESS | Failure.REDIRECTS)):
                return Tristate.NO
        return Tristate.UNKNOWN


@dataclass(frozen=True, slots=True)
class WebsiteFacts:
    """What the look-up of a website found. `typed` is the website that a person named, None where it was guessed from
    `domain`. `visit` is the one to judge, `second_visit` its second try after an error. `earlier_visits` were made on
    the way to it: addresses that did not answer, and pages that sent a browser on. `linked_pages` holds at most one
    page a role; `further_visits` are at most two other pages of the website, opened where the first one leaves a
    reviewer nothing to judge."""

    domain: str
    typed: str | None
    visit: Visit
    second_visit: Visit | None = None
    earlier_visits: tuple[Visit, ...] = ()
    linked_pages: tuple[LinkedPage, ...] = ()
    further_visits: tuple[Visit, ...] = ()

    @property
    def url(self) -> str:
        """The address where the website was found, after all redirects."""
        return self.visit.url

    @property
    def visits(self) -> tuple[Visit, ...]:
        """Every visit, in order."""
        return (*self.front_visits, *self.visits_behind)

    @property
    def front_visits(self) -> tuple[Visit, ...]:
        """The visits by which the website was found, in order: all but those to pages behind it."""
        return (*self.earlier_visits, self.visit, *((self.second_visit,) if self.second_visit else ()))

    @property
    def visits_behind(self) -> tuple[Visit, ...]:
        """The visits to pages behind the first one."""
        return (*(linked.visit for linked in self.linked_pages if linked.visit), *self.further_visits)

    @property
    def host(self) -> str:
        """The website's host: lower case, A-labels; empty where there is none."""
        return host_of(self.url)

    def linked_page(self, role: Role) -> LinkedPage | None:
        return next((linked for linked in self.linked_pages if linked.role is role), None)


@lru_cache(maxsize=2_048)
def host_of(url: str) -> str:
    """Returns the host in an address, lower case; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def is_host_of(host: str, domain: str) -> bool:
    return bool(host and domain) and is_at_or_below(host, domain)


def is_related(host: str, other: str) -> bool:
    """Tells whether two hosts belong to one website: one is the other, or above or below it."""
    host, other = host.lower().removeprefix("www."), other.lower().removeprefix("www.")
    return is_host_of(host, other) or ("." in host and is_host_of(other, host))


def content_type(answer: Fetched) -> str:
    """Returns the media type without its parameters, lower case; empty where there is none."""
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()
