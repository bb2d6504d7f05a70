"""Judges a website: pure, from what was opened to findings.

Substance comes first (`measure_substance`). A page that has it is a website, and phrases on it can warn at most. A page
without it fails, as the kind that its phrases name. The rules are read from top to bottom, and the first match wins.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from checks.fetch import Failed, Failure, Fetched, Tls
from checks.findings import make_printable
from checks.website import no_website, substance
from checks.website.content import find_gate, is_boilerplate, own_links
from checks.website.details import judge_details, judge_missing_pages, short_url, web_finding, web_warning
from checks.website.facts import TURNED_AWAY_STATUSES, Page, WebsiteFacts, content_type, host_of
from checks.website.phrases import Sign, fold_text, has_term, term_pattern
from checks.website.substance import Substance
from model import Finding

_MOST_BUTTONS = 6
"""Links and buttons on a page that asks one question, at most."""
_HARDLY_ANY_WORDS = 30
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
    answer, page = facts.visit.answer, facts.visit.page
    if isinstance(answer, Failed):
        return (_judge_challenge(facts) or _judge_failure(facts, answer),)
    if page is None:
        return (_judge_challenge(facts) or _judge_status(facts, answer) or _not_html_finding(facts, answer),)
    if finding := _judge_address(facts, page):
        return (finding,)
    measured = substance.measure_substance(facts, page)
    if not measured.enough and (finding := _judge_challenge(facts) or _judge_placeholder(facts, page, measured)):
        return (finding,)
    if finding := _judge_status(facts, answer):
        return (finding,)
    if not measured.enough and (findings := _judge_no_substance(facts, page, measured)):
        return findings
    details = judge_details(facts, page, organization, host_organization, marketing)
    warning = _judge_heading(facts, page)
    return (warning, *(detail for detail in details if detail.code != "website.ok")) if warning else details


def _judge_challenge(facts: WebsiteFacts) -> Finding | None:
    """Judges by a firewall's header on any visit, or by its words on the page that counts."""
    headers = (visit.answer.headers for visit in facts.visits if isinstance(visit.answer, Fetched))
    sign = next(filter(None, map(no_website.find_challenge_header, headers)), None)
    if sign is None and facts.visit.page:
        sign = no_website.find_challenge(facts.visit.page)
    return _blocked_finding(facts, "it first tests whether the visitor is a person", sign) if sign else None


def _judge_address(facts: WebsiteFacts, page: Page) -> Finding | None:
    """Judges by addresses and structure, which prove a kind whatever else the page says."""
    if sign := no_website.find_parking_url(page, _list_urls(facts), facts.domain):
        return _placeholder_finding("parked", facts, sign)
    if sign := no_website.find_directory_listing(page):
        return _placeholder_finding("directory", facts, sign)
    return _login_finding(facts, Sign("address", facts.url)) if no_website.is_login_host(facts.url) else None


_KindRules: TypeAlias = Sequence[tuple[str, Callable[[Page], Sign | None]]]
_CERTAIN_KINDS: _KindRules = (
    ("default-page", no_website.find_default_page),
    ("parked", no_website.find_parking),
    ("closed-by-host", no_website.find_suspension),
    ("default-page", no_website.find_host_words),
)
_SALE_KINDS: _KindRules = (("parked", no_website.find_name_for_sale), ("parked", no_website.find_kept_domain))
"""Rules for a page with few words of its own."""
_HOST_KINDS: _KindRules = (
    ("under-construction", no_website.find_change),
    ("parked", no_website.find_domain_words),
    ("parked", no_website.find_registrar),
    ("default-page", no_website.find_server_software),
    ("default-page", no_website.find_words_to_owner),
)
"""Rules for a page with next to no text: it speaks of a website to come, a domain, a registrar or server software."""
_SUMMARIES = {
    "default-page": "{where} shows {what}’s default page, not a website.",
    "parked": "{where} is a domain-parking page, not a website.",
    "directory": "{where} lists the server’s files instead of a page.",
    "closed-by-host": "{where} says that the host has closed the website.",
    "under-construction": "{where} shows a “coming soon” or “closed” page.",
}


def _judge_placeholder(facts: WebsiteFacts, page: Page, measured: Substance) -> Finding | None:
    """Judges a page without substance by its phrases, which name its kind; many of them come with an error status."""
    if finding := _judge_first_kind(_CERTAIN_KINDS, facts, page):
        return finding
    if no_website.find_error_heading(page) or no_website.find_script_need(page):  # their words name them better
        return None
    is_bare = measured.words < substance.ENOUGH_WORDS and substance.find_filler(page) is None
    find_construction = partial(no_website.find_construction, loosely=is_bare)
    kinds: _KindRules = (*(_SALE_KINDS if is_bare else ()), ("under-construction", find_construction))
    if finding := _judge_first_kind(kinds, facts, page):
        return finding
    return _judge_first_kind(_HOST_KINDS, facts, page) if is_bare and not no_website.find_login(page) else None


def _judge_first_kind(kinds: _KindRules, facts: WebsiteFacts, page: Page) -> Finding | None:
    signs = ((kind, sign) for kind, find in kinds if (sign := find(page)))
    return next((_placeholder_finding(kind, facts, sign) for kind, sign in signs), None)


def _placeholder_finding(kind: str, facts: WebsiteFacts, sign: Sign) -> Finding:
    code = "error-page" if kind == "closed-by-host" else kind
    return web_finding(code, _SUMMARIES[kind].format(where=short_url(facts.url), what=sign.what), facts, sign)


def _list_urls(facts: WebsiteFacts) -> list[str]:
    """Lists every address on the way to the page that counts."""
    visits = (*facts.earlier_visits, facts.visit)
    return [url for visit in visits for url in (*(hop.location for hop in visit.answer.hops), visit.url)]


def _judge_status(facts: WebsiteFacts, answer: Fetched) -> Finding | None:
    """Judges what the status alone says (RFC 9110 section 15)."""
    status = answer.status
    if status < 400:
        return None
    if status == 401:
        return _login_finding(facts, Sign("status", "401: a password is asked for before anything is shown"))
    if status in TURNED_AWAY_STATUSES:
        why = "it does not let a program in" if status == 403 else "it limits how often it answers"
        return _blocked_finding(facts, f"it answered {status}: {why}")
    if facts.second_visit is None:
        return _blocked_finding(facts, f"it answered {status} once, and there was no time to ask again")
    return web_finding("http-error", f"{short_url(facts.url)} answers with the error {status}, twice in a row.", facts)


def _judge_no_substance(facts: WebsiteFacts, page: Page, measured: Substance) -> tuple[Finding, ...]:
    """Judges a page that came well, holds no substance, and names no kind of placeholder. Empty where the page was cut:
    what is missing may be beyond."""
    site = short_url(facts.url)
    if sign := no_website.find_login(page):
        return (_login_finding(facts, sign),)
    if sign := no_website.find_error(page):
        return (web_finding("error-page", f"{site} says that something is wrong with it.", facts, sign),)
    if page.cut:
        if page.words >= _HARDLY_ANY_WORDS:
            return ()
        return (web_finding("too-big", f"{site} is so large that it was cut before any text could be read.", facts),)
    if sign := no_website.find_script_need(page):
        return (web_finding("needs-script", f"{site} has no text until a browser runs its scripts.", facts, sign),)
    if question := _find_closed_gate(facts, page):
        return (_blocked_finding(facts, "it asks the visitor a question first", question),)
    if measured.unread:
        return (_blocked_finding(facts, "the page has little text, and the pages behind it did not answer"),)
    return _empty_findings(facts, page, measured)


def _find_closed_gate(facts: WebsiteFacts, page: Page) -> Sign | None:
    """Finds a gate of one click that was not passed: its button is a script, or the page behind it did not come."""
    if link := find_gate(page, facts.domain):
        return Sign("link", f"{link.words}: {link.url}")
    yes = term_pattern("gates", "yes")
    if len(page.links) > _MOST_BUTTONS or not any(yes.match(fold_text(link.words)) for link in page.links):
        return None
    asks = has_term(fold_text(page.text[:2_000]), "gates", "question") or _is_only_consent(facts, page)
    return Sign("text", page.text[:160].replace("\n", " ")) if asks else None


def _is_only_consent(facts: WebsiteFacts, page: Page) -> bool:
    """Tells whether a page is a question about cookies, which leads nowhere but through it."""
    return not own_links(page, facts.domain) and any(is_boilerplate(line) for line in page.lines[:_MOST_BUTTONS])


def _empty_findings(facts: WebsiteFacts, page: Page, measured: Substance) -> tuple[Finding, ...]:
    """Builds the finding of a page that a reviewer cannot judge, and says what it lacks."""
    site = short_url(facts.url)
    if no_website.is_blank(page):
        return (web_finding("empty", f"{site} is blank: a visitor sees nothing.", facts, case="blank"),)
    first_words = next(iter(page.prose), "") or next(iter(page.lines), "") or page.title
    sample = substance.find_filler(page)
    sign = sample or (Sign("text", first_words[:160]) if first_words else Sign("page", "no text at all"))
    if sample:
        summary = f"{site} holds the sample text of its template, and no text of its own."
        filler = web_finding("no-business-text", "The text there came with the template.", facts, sample)
        return (web_finding("empty", summary, facts, sign), filler)
    if measured.words >= substance.ENOUGH_WORDS:
        summary = f"{site} has text, but no contact, no privacy policy and no other pages that a reviewer could check."
        return (web_finding("empty", summary, facts, sign), *judge_missing_pages(facts, page))
    counted = f"{measured.words} word{'' if measured.words == 1 else 's'}"
    summary = f"{site} has {counted} of its own: too few for a reviewer to judge."
    return (web_finding("empty", summary, facts, sign),)


def _judge_heading(facts: WebsiteFacts, page: Page) -> Finding | None:
    """Warns where a website with substance says of itself, at its very top, that it is none."""
    site = short_url(facts.url)
    if sign := no_website.find_construction_heading(page):
        summary = f"The title of {site} says that the website is not ready."
        return web_warning("under-construction", summary, facts, sign)
    if sign := no_website.find_error_heading(page):
        return web_warning("error-page", f"The title of {site} says that something is wrong.", facts, sign)
    return None


def _not_html_finding(facts: WebsiteFacts, answer: Fetched) -> Finding:
    kind = make_printable(content_type(answer)) or "something without a type"
    return web_finding("not-html", f"{short_url(facts.url)} is not a web page: it answers with {kind}.", facts)


def _blocked_finding(facts: WebsiteFacts, why: str, sign: Sign | None = None) -> Finding:
    return web_finding("blocked-us", f"Could not see {short_url(facts.url)} as a visitor does: {why}.", facts, sign)


def _login_finding(facts: WebsiteFacts, sign: Sign) -> Finding:
    summary = f"{short_url(facts.url)} shows only a login to a visitor without an account."
    return web_finding("login-only", summary, facts, sign)


def _judge_failure(facts: WebsiteFacts, failure: Failed) -> Finding:
    """Judges a website that gave no answer: why, and whose fault it is. What may be ours alone is unknown."""
    site, why = short_url(failure.url), make_printable(failure.why).rstrip(".")
    host = make_printable(host_of(failure.url)) or site
    match failure.failure:
        case Failure.NO_ADDRESS:
            return _no_address_finding(facts, host)
        case Failure.ADDRESS_UNKNOWN:
            return web_finding("lookup-failed", f"The address of {host} is unknown: {why}.", facts)
        case Failure.NOT_PUBLIC | Failure.BAD_URL:
            return web_finding("not-public", f"No reviewer can open {site}: {why}.", facts)
        case Failure.TLS:
            summary = f"Browsers show a warning before they open {site}: {why}."
            return web_finding("tls-invalid", summary, facts, case=failure.tls or Tls.OTHER)
        case Failure.REDIRECTS:
            return web_finding("redirect-loop", f"{site} redirects without end: {why}.", facts)
        case Failure.REFUSED:
            return web_finding("no-answer", f"Nothing answers at {site}: {why}.", facts)
        case Failure.PROTOCOL | Failure.TIMEOUT | Failure.UNREACHABLE:
            # A browser forgives more of HTTP than a program may, and another network may have a way there.
            summary = f"Could not see {site} as a visitor does: {why}."
            case = "not HTTP" if failure.failure is Failure.PROTOCOL else ""
            return web_finding("blocked-us", summary, facts, case=case)


def _no_address_finding(facts: WebsiteFacts, host: str) -> Finding:
    if facts.typed is None and not facts.visit.answer.hops:
        domain = make_printable(facts.domain)
        return web_finding("no-address", f"{domain} has no website: neither it nor www.{domain} has an address.", facts)
    redirected = ", and the website redirects there" if facts.visit.answer.hops else ""
    return web_finding("no-address", f"{host} has no address in DNS{redirected}.", facts, case="named")
