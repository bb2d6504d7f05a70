"""Judges a website: pure, from what was opened to findings.

Substance comes first (`substance.measure`). A page that has it is a website, and phrases on it can warn at most. A page
without it fails, as the kind that its phrases name. The rules are read from top to bottom, and the first match wins.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from typing import TypeAlias

from checks.fetch import Failed, Failure, Fetched, Tls
from checks.findings import make_printable
from checks.website import no_website, substance
from checks.website.content import gate, is_frame, own_pages
from checks.website.details import details, finding, missing, short, warning
from checks.website.facts import TURNED_AWAY, Page, WebsiteFacts, content_type, host_of
from checks.website.phrases import Sign, finds, plain
from checks.website.substance import Substance
from model import Finding

_BUTTONS = 6
"""Links and buttons on a page that asks one question, at most."""
_HARDLY_ANY = 30
"""With fewer words than this, a page that was cut has shown nothing yet."""


def judge(
    facts: WebsiteFacts,
    *,
    organization: str | None = None,
    host_organization: str | None = None,
    marketing: bool | None = None,
) -> tuple[Finding, ...]:
    """Returns the findings about a website, the gravest first.

    `organization` and `host_organization` are the organizational domains of the domain and of `facts.host` (RFC 9989
    section 4.10.2), None where unknown: then names alone are compared. `marketing`: whether mail is sent that people
    sign up for, None where unknown.
    """
    answer = facts.visit.answer
    if isinstance(answer, Failed):
        held = _held_up(facts)
        return (_blocked(facts, _TEST, held),) if held else (_unreachable(facts, answer),)
    page = facts.visit.page
    measured = substance.measure(facts, page) if page else None
    if page and (proven := _proven(facts, page)):
        return (proven,)
    if not (measured and measured.enough) and (held := _held_up(facts)):
        return (_blocked(facts, _TEST, held),)
    if page and measured and not measured.enough and (named := _named(facts, page, measured)):
        return named
    if refused := _by_status(facts, answer):
        return (refused,)
    if page is None:
        return (_not_html(facts, answer),)
    if measured and not measured.enough and (nothing := _nothing(facts, page, measured)):
        return nothing
    found = details(facts, page, organization, host_organization, marketing)
    doubts = _doubts(facts, page)
    return (*doubts, *(one for one in found if not (doubts and one.code == "website.ok")))


_TEST = "it first tests whether the visitor is a person"


def _held_up(facts: WebsiteFacts) -> Sign | None:
    """Finds a firewall's header on any visit, or its words on the page that counts."""
    for visit in facts.visits:
        if isinstance(visit.answer, Fetched) and (sign := no_website.challenge_header(visit.answer.headers)):
            return sign
    return no_website.challenge(facts.visit.page) if facts.visit.page else None


def _proven(facts: WebsiteFacts, page: Page) -> Finding | None:
    """Judges by addresses and structure, which prove a kind whatever else the page says."""
    if sign := no_website.parked_address(page, _addresses(facts), facts.domain):
        return _placeholder("parked", facts, sign)
    if sign := no_website.directory(page):
        return _placeholder("directory", facts, sign)
    return _login(facts, Sign("address", facts.url)) if no_website.is_login_host(facts.url) else None


_Kinds: TypeAlias = Sequence[tuple[str, Callable[[Page], Sign | None]]]
_SURE: _Kinds = (
    ("default-page", no_website.default_page),
    ("parked", no_website.parked),
    ("closed-by-host", no_website.suspended),
    ("default-page", no_website.of_a_host),
)
_FOR_SALE: _Kinds = (("parked", no_website.sells_its_name), ("parked", no_website.kept_domain))
"""Only of a page with few words of its own."""
_BY_ITS_HOST: _Kinds = (
    ("under-construction", no_website.changing),
    ("parked", no_website.about_a_domain),
    ("parked", no_website.keeper),
    ("default-page", no_website.software),
    ("default-page", no_website.addresses_the_owner),
)
"""Of a page with next to no text, by what it speaks of: a website to come, a domain, a registrar, server software."""
_SAYS = {
    "default-page": "{where} shows {what}’s default page, not a website.",
    "parked": "{where} is a domain-parking page, not a website.",
    "directory": "{where} lists the server’s files instead of a page.",
    "closed-by-host": "{where} says that the host has closed the website.",
    "under-construction": "{where} shows a “coming soon” or “closed” page.",
}


def _named(facts: WebsiteFacts, page: Page, measured: Substance) -> tuple[Finding, ...]:
    """Returns names the kind of a page without substance by its phrases; many of them come with an error status."""
    if named := _first_of(_SURE, facts, page):
        return named
    if no_website.says_error(page) or no_website.needs_script(page):  # their words name them better
        return ()
    loosely = measured.words < substance.ENOUGH and substance.filler(page) is None
    coming = partial(no_website.under_construction, loosely=loosely)
    if named := _first_of((*(_FOR_SALE if loosely else ()), ("under-construction", coming)), facts, page):
        return named
    return _first_of(_BY_ITS_HOST, facts, page) if loosely and not no_website.login_only(page) else ()


def _first_of(kinds: _Kinds, facts: WebsiteFacts, page: Page) -> tuple[Finding, ...]:
    found = ((kind, sign) for kind, find in kinds if (sign := find(page)))
    return tuple(_placeholder(kind, facts, sign) for kind, sign in islice(found, 1))


def _placeholder(kind: str, facts: WebsiteFacts, sign: Sign) -> Finding:
    code = "error-page" if kind == "closed-by-host" else kind
    return finding(code, _SAYS[kind].format(where=short(facts.url), what=sign.what), facts, sign)


def _addresses(facts: WebsiteFacts) -> list[str]:
    """Returns every address on the way to the page that counts."""
    visits = (*facts.before, facts.visit)
    return [url for visit in visits for url in (*(hop.location for hop in visit.answer.hops), visit.url)]


def _by_status(facts: WebsiteFacts, answer: Fetched) -> Finding | None:
    """Judges what the status alone says (RFC 9110 section 15)."""
    status = answer.status
    if status < 400:
        return None
    if status == 401:
        return _login(facts, Sign("status", "401: a password is asked for before anything is shown"))
    if status in TURNED_AWAY:
        why = "it does not let a program in" if status == 403 else "it limits how often it answers"
        return _blocked(facts, f"it answered {status}: {why}", None)
    if facts.again is None:
        return _blocked(facts, f"it answered {status} once, and there was no time to ask again", None)
    return finding("http-error", f"{short(facts.url)} answers with the error {status}, twice in a row.", facts)


def _nothing(facts: WebsiteFacts, page: Page, measured: Substance) -> tuple[Finding, ...]:
    """Judges a page that came well, holds no substance, and names no kind of placeholder. Empty where the page was cut:
    what is missing may be beyond."""
    where = short(facts.url)
    if sign := no_website.login_only(page):
        return (_login(facts, sign),)
    if sign := no_website.error_page(page):
        return (finding("error-page", f"{where} says that something is wrong with it.", facts, sign),)
    if page.cut:
        if page.words >= _HARDLY_ANY:
            return ()
        return (finding("too-big", f"{where} is so large that it was cut before any text could be read.", facts),)
    if sign := no_website.needs_script(page):
        return (finding("needs-script", f"{where} has no text until a browser runs its scripts.", facts, sign),)
    if asked := _question(facts, page):
        return (_blocked(facts, "it asks the visitor a question first", asked),)
    if measured.unread:
        return (_blocked(facts, "the page has little text, and the pages behind it did not answer", None),)
    return _empty(facts, page, measured)


def _question(facts: WebsiteFacts, page: Page) -> Sign | None:
    """Finds a gate of one click that was not passed: its button is a program's, or what is behind it did not come."""
    if link := gate(page, facts.domain):
        return Sign("link", f"{link.words}: {link.url}")
    if len(page.links) > _BUTTONS or not any(finds("gates", "yes").match(plain(link.words)) for link in page.links):
        return None
    found = finds("gates", "question").search(plain(page.text[:2_000])) or _is_only_consent(facts, page)
    return Sign("text", page.text[:160].replace("\n", " ")) if found else None


def _is_only_consent(facts: WebsiteFacts, page: Page) -> bool:
    """Tells whether a page is a question about cookies, which leads nowhere but through it."""
    return not own_pages(page, facts.domain) and any(is_frame(line) for line in page.lines[:_BUTTONS])


def _empty(facts: WebsiteFacts, page: Page, measured: Substance) -> tuple[Finding, ...]:
    """Builds the finding of a page that a reviewer cannot judge, and says what it lacks."""
    where = short(facts.url)
    if no_website.blank(page):
        return (finding("empty", f"{where} is blank: a visitor sees nothing.", facts, case="blank"),)
    first = next(iter(page.prose), "") or next(iter(page.lines), "") or page.title
    sample = substance.filler(page)
    sign = sample or (Sign("text", first[:160]) if first else Sign("page", "no text at all"))
    if sample:
        said = f"{where} holds the sample text of its template, and no text of its own."
        filler = finding("no-business-text", "The text there came with the template.", facts, sample)
        return (finding("empty", said, facts, sign), filler)
    if measured.words >= substance.ENOUGH:
        said = f"{where} has text, but no contact, no privacy policy and no other pages that a reviewer could check."
        return (finding("empty", said, facts, sign), *missing(facts, page))
    counted = f"{measured.words} word{'' if measured.words == 1 else 's'}"
    said = f"{where} has {counted} of its own: too few for a reviewer to judge."
    return (finding("empty", said, facts, sign),)


def _doubts(facts: WebsiteFacts, page: Page) -> tuple[Finding, ...]:
    """Warns where a website with substance says of itself, at its very top, that it is none."""
    where = short(facts.url)
    if sign := no_website.says_under_construction(page):
        return (
            warning("under-construction", f"The title of {where} says that the website is not ready.", facts, sign),
        )
    if sign := no_website.says_error(page):
        return (warning("error-page", f"The title of {where} says that something is wrong.", facts, sign),)
    return ()


def _not_html(facts: WebsiteFacts, answer: Fetched) -> Finding:
    kind = make_printable(content_type(answer)) or "something without a type"
    return finding("not-html", f"{short(facts.url)} is not a web page: it answers with {kind}.", facts)


def _blocked(facts: WebsiteFacts, why: str, sign: Sign | None) -> Finding:
    return finding("blocked-us", f"Could not see {short(facts.url)} as a visitor does: {why}.", facts, sign)


def _login(facts: WebsiteFacts, sign: Sign) -> Finding:
    said = f"{short(facts.url)} shows only a login to a visitor without an account."
    return finding("login-only", said, facts, sign)


def _unreachable(facts: WebsiteFacts, failed: Failed) -> Finding:
    """Judges a website that gave no answer: why, and whose fault it is. What may be ours alone is unknown."""
    where, why = short(failed.url), make_printable(failed.why).rstrip(".")
    host = make_printable(host_of(failed.url)) or where
    match failed.failure:
        case Failure.NO_ADDRESS:
            return _no_address(facts, host)
        case Failure.ADDRESS_UNKNOWN:
            return finding("lookup-failed", f"The address of {host} is unknown: {why}.", facts)
        case Failure.NOT_PUBLIC | Failure.BAD_URL:
            return finding("not-public", f"No reviewer can open {where}: {why}.", facts)
        case Failure.TLS:
            said = f"Browsers show a warning before they open {where}: {why}."
            return finding("tls-invalid", said, facts, case=failed.tls or Tls.OTHER)
        case Failure.REDIRECTS:
            return finding("redirect-loop", f"{where} redirects without end: {why}.", facts)
        case Failure.REFUSED:
            return finding("no-answer", f"Nothing answers at {where}: {why}.", facts)
        case Failure.PROTOCOL | Failure.TIMEOUT | Failure.UNREACHABLE:
            # A browser forgives more of HTTP than a program may, and another network may have a way there.
            said = f"Could not see {where} as a visitor does: {why}."
            return finding("blocked-us", said, facts, case="not HTTP" if failed.failure is Failure.PROTOCOL else "")


def _no_address(facts: WebsiteFacts, host: str) -> Finding:
    if facts.typed is None and not facts.visit.answer.hops:
        domain = make_printable(facts.domain)
        return finding("no-address", f"{domain} has no website: neither it nor www.{domain} has an address.", facts)
    redirected = ", and the website redirects there" if facts.visit.answer.hops else ""
    return finding("no-address", f"{host} has no address in DNS{redirected}.", facts, case="named")
