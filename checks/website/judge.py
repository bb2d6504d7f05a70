"""Judges a website: pure, from what was opened to findings.

A page that is no website (parked, broken, behind a login, …) has that one finding: nothing finer can be said of it. The
rules are read from top to bottom, and the first that matches wins.
"""

from checks.evidence import printable
from checks.fetch import Failed, Fetched
from checks.website.details import details
from checks.website.facts import TURNED_AWAY, WebsiteFacts
from checks.website.findings import finding, short
from checks.website.page import Page
from checks.website.reading import content_type
from checks.website.rules.defaults import default_page, directory
from checks.website.rules.errors import blank, error_page
from checks.website.rules.gates import challenge, login_only, needs_script
from checks.website.rules.parked import parked
from checks.website.rules.signs import Sign
from checks.website.rules.unfinished import unfinished
from checks.website.unopened import unopened
from model import Finding

_BLANK = "Put the website there, or mend what should show it: the server answers, and sends an empty page."
_HARDLY_ANY = 30
"""With fewer words than this, a page that was cut has said nothing yet."""


def judge(
    facts: WebsiteFacts,
    *,
    organisation: str | None = None,
    host_organisation: str | None = None,
    marketing: bool | None = None,
) -> tuple[Finding, ...]:
    """The findings about a website, the gravest first.

    `organisation` and `host_organisation` are the organizational domains of the domain and of `facts.host` (RFC 9989
    section 4.10.2), None where nobody could tell: then names alone are compared. `marketing`: whether mail is sent that
    people sign up for, None where nobody told.
    """
    answer = facts.visit.answer
    if isinstance(answer, Failed):
        return (unopened(facts, answer),)
    page = facts.visit.page
    if (held := challenge(page, answer.headers)) and (page is None or not _is_full(page)):
        return (_blocked(facts, "it first tests whether the visitor is a person", held),)
    if page and (found := _placeholder(facts, page)):
        return (found,)
    if refused := _by_status(facts, answer):
        return (refused,)
    if page is None:
        return (_not_html(facts, answer),)
    if found := _unreadable(facts, page):
        return (found,)
    return details(facts, page, organisation, host_organisation, marketing)


def _is_full(page: Page) -> bool:
    """More than any such test shows."""
    return page.words > 150


def _placeholder(facts: WebsiteFacts, page: Page) -> Finding | None:
    """Pages that stand where a website should be; many of them come with an error status."""
    where = short(facts.url)
    if sign := parked(page, _addresses(facts), facts.domain):
        return finding("parked", f"{where} is a parking page of a registrar or dealer, and no website.", facts, sign)
    if sign := directory(page):
        return finding("directory", f"{where} lists the files of the server in place of a page.", facts, sign)
    if sign := default_page(page):
        said = f"{where} shows the page that {sign.what} brings along, and no website."
        return finding("default-page", said, facts, sign)
    if sign := unfinished(page):
        said = f"{where} says that the website is still to come, or closed for now."
        return finding("under-construction", said, facts, sign)
    return None


def _addresses(facts: WebsiteFacts) -> list[str]:
    """Every address on the way to the page that counts."""
    visits = (*facts.before, facts.visit)
    return [url for visit in visits for url in (*(hop.location for hop in visit.answer.hops), visit.url)]


def _by_status(facts: WebsiteFacts, answer: Fetched) -> Finding | None:
    """What the status alone says (RFC 9110 section 15)."""
    status = answer.status
    if status < 400:
        return None
    if status == 401:
        return _login(facts, Sign("status", "401: a password is asked for before anything is shown"))
    if status in TURNED_AWAY:
        why = "it does not let a program in" if status == 403 else "it says that it was asked too often"
        return _blocked(facts, f"it answered {status}: {why}", None)
    if facts.again is None:
        return _blocked(facts, f"it answered {status} once, and there was no time to ask again", None)
    said = f"{short(facts.url)} answers with the error {status}, twice in a row."
    return finding("http-error", said, facts)


def _unreadable(facts: WebsiteFacts, page: Page) -> Finding | None:
    """Pages that came well and still show no website."""
    where = short(facts.url)
    if sign := login_only(page):
        return _login(facts, sign)
    if sign := error_page(page):
        return finding("error-page", f"{where} says itself that something is wrong with it.", facts, sign)
    if page.cut and page.words < _HARDLY_ANY:
        said = f"{where} is so large that it was cut before any text could be read."
        return finding("too-big", said, facts)
    if sign := needs_script(page):
        return finding("needs-script", f"{where} holds no text until a browser runs its scripts.", facts, sign)
    if blank(page):
        return finding("error-page", f"{where} is blank: a visitor sees nothing at all.", facts, step=_BLANK)
    return None


def _not_html(facts: WebsiteFacts, answer: Fetched) -> Finding:
    kind = printable(content_type(answer)) or "something without a type"
    return finding("not-html", f"{short(facts.url)} is no web page: it answers with {kind}.", facts)


def _blocked(facts: WebsiteFacts, why: str, sign: Sign | None) -> Finding:
    said = f"What a visitor sees at {short(facts.url)} could not be told: {why}."
    return finding("blocked-us", said, facts, sign)


def _login(facts: WebsiteFacts, sign: Sign) -> Finding:
    said = f"{short(facts.url)} shows a login and nothing else to somebody without an account."
    return finding("login-only", said, facts, sign)
