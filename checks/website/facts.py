"""What was seen of a website: the addresses opened, the page that counts, and the pages that it links to."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from checks.fetch import Failed, Failure, Fetched
from checks.told import Told
from checks.website.page import Link, Page
from checks.website.vocabulary import Role

GONE = frozenset({404, 410})
"""What a server says of a page that is not there (RFC 9110 sections 15.5.5 and 15.5.11)."""
TURNED_AWAY = frozenset({401, 403, 429})
"""What it says to a visitor and not of the page."""


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
        """Whether the server says that something is wrong: with the page, not with the visitor."""
        status = self.status if isinstance(self.answer, Fetched) else None
        return status is not None and status >= 400 and status not in TURNED_AWAY


@dataclass(frozen=True, slots=True)
class Linked:
    """A page that the website links to, with the first link to it. `visit` is None where it was not opened: it is on
    another website, in the same page, or behind a script."""

    role: Role
    link: Link
    visit: Visit | None = None

    @property
    def lives(self) -> Told:
        """Whether the page is there, as far as could be told: a visitor who is turned away, or who waited in vain,
        knows nothing of it."""
        match self.visit:
            case None:
                return Told.UNKNOWN
            case Visit(answer=Fetched(status=status)) if status < 400:
                return Told.YES
            case Visit(answer=Fetched(status=status)) if status in GONE:
                return Told.NO
            case Visit(answer=Failed(failure=Failure.NO_ADDRESS | Failure.REDIRECTS)):
                return Told.NO
        return Told.UNKNOWN


@dataclass(frozen=True, slots=True)
class WebsiteFacts:
    """What the look-up of a website brought. `typed` is the website that a person named, None where it was guessed from
    `domain`. `visit` is what counts, `again` its second try after an error, `before` what was opened on the way to it:
    addresses that did not answer, and pages that sent a browser on. `linked` holds at most one page a role."""

    domain: str
    typed: str | None
    visit: Visit
    again: Visit | None = None
    before: tuple[Visit, ...] = ()
    linked: tuple[Linked, ...] = ()

    @property
    def url(self) -> str:
        """Where the website was found, after all redirects."""
        return self.visit.url

    @property
    def host(self) -> str:
        """Its host: lower case, A-labels; empty where there is none."""
        return host_of(self.url)

    def at(self, role: Role) -> Linked | None:
        """The linked page with a role."""
        return next((linked for linked in self.linked if linked.role is role), None)


def host_of(url: str) -> str:
    """The host in an address, lower case; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
