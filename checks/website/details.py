"""Builds a finding about a website: outcome and step are in `findings.toml`; the evidence is what was asked, what
answered, and the words that led to it."""

import re
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from checks.fetch import Failed
from checks.findings import make_finding, make_printable
from checks.website import content
from checks.website.content import covers_language, own_links
from checks.website.facts import LinkedPage, Page, Role, Visit, WebsiteFacts, content_type, host_of, is_host_of
from checks.website.no_website import find_error
from checks.website.phrases import Sign, fold_name, make_excerpt
from checks.website.substance import count_living_pages, find_filler, is_page_there, read_pages
from model import Finding, Outcome

_LONGEST_URL = 100
_MOST_HOPS = 9
_CREDENTIALS = re.compile(r"//[^\s/?#]*@")


@cache
def load_findings() -> dict[str, dict[str, str]]:
    """Loads the outcome and the steps of each code."""
    return tomllib.loads(Path(__file__).with_name("findings.toml").read_text(encoding="utf-8"))


def web_finding(
    code: str, summary: str, facts: WebsiteFacts, *signs: Sign | None, step: str = "", case: str = ""
) -> Finding:
    """Builds a finding of this check. `signs` that are None give no evidence; `step` replaces the usual one, and `case`
    names another of its own."""
    entry = load_findings()[code]
    step = step or entry[f"step if {case}" if case else "step"].replace("{host}", make_printable(facts.host))
    evidence = (*list_requests(facts), *(evidence_line(sign) for sign in signs if sign))
    return make_finding(f"website.{code}", Outcome(entry["outcome"]), summary, evidence, step or None)


def web_warning(code: str, summary: str, facts: WebsiteFacts, *signs: Sign | None) -> Finding:
    """Builds a warning from a finding that fails elsewhere: the website has substance all the same."""
    return replace(web_finding(code, summary, facts, *signs), outcome=Outcome.WARN)


def evidence_line(sign: Sign) -> str:
    """Writes a sign as a line of evidence: `title: Welcome to nginx!`."""
    return make_printable(f"{sign.place}: {sign.words}")


def list_requests(facts: WebsiteFacts) -> tuple[str, ...]:
    """Lists what was opened and how it answered, a line each, in order."""
    return tuple(dict.fromkeys(line for visit in facts.front_visits for line in _describe_visit(visit)))


def _describe_visit(visit: Visit) -> list[str]:
    answer = visit.answer
    lines = [_redact_credentials(f"{hop.url} → {hop.status} → {hop.location}") for hop in answer.hops[:_MOST_HOPS]]
    if isinstance(answer, Failed):
        status = f"{answer.status}, " if answer.status else ""
        return [*lines, _redact_credentials(f"{answer.url} → {status}{answer.why}")]
    kind = content_type(answer)
    return [*lines, _redact_credentials(f"{answer.url} → {answer.status}{f', {kind}' if kind else ''}")]


def short_url(url: str) -> str:
    """Shortens an address for a sentence."""
    printable = _redact_credentials(url)
    return printable if len(printable) <= _LONGEST_URL else printable[:_LONGEST_URL] + "…"


def _redact_credentials(text: str) -> str:
    """Makes a text printable, without a user name and password in an address: a report may be shared."""
    return make_printable(_CREDENTIALS.sub("//…@", text))


_FEW_PAGES = 3
_FEWEST_LIVING_PAGES = 2
"""Pages behind the first one that were opened: with them it is no single page."""
_LINKS_SHOWN = 15
_AFFIXES = re.compile(
    r"^(?:get|try|use|my|the|go|join|hello|team|with|mail|email|news|e|www)-?|"
    r"-?(?:mail|email|news|app|hq|inc|io|co|ltd|gmbh|group|online|shop|store|web|site|labs?|team|mailer|notify|send)$"
)
_SHORTEST_BRAND = 3
_SHARED_LETTERS = 5
"""Letters in a row that two names have to share to be one brand."""


def judge_details(
    facts: WebsiteFacts, page: Page, organization: str | None, host_organization: str | None, marketing: bool | None
) -> tuple[Finding, ...]:
    """Returns the findings about a website with substance; `website.ok` where nothing is missing."""
    candidates = [
        _judge_scheme(facts),
        _judge_text(facts, page),
        _judge_privacy(facts, page),
        _judge_contact(facts, page),
        _judge_sign_up(facts, page) if marketing else None,
        _judge_owner(facts, page, organization, host_organization),
    ]
    warnings = tuple(filter(None, candidates))
    unsubscribe = _judge_unsubscribe(facts)
    findings = (*(warnings or (_ok_finding(facts, page),)), *((unsubscribe,) if unsubscribe else ()))
    return (replace(findings[0], evidence=(*_list_pages_found(facts), *findings[0].evidence)), *findings[1:])


def judge_missing_pages(facts: WebsiteFacts, page: Page) -> tuple[Finding, ...]:
    """Returns what a website lacks that a reviewer would trust: a privacy policy, a contact."""
    return tuple(filter(None, (_judge_privacy(facts, page), _judge_contact(facts, page))))


def _list_pages_found(facts: WebsiteFacts) -> list[str]:
    """Lists the pages that a request names, a line each: `privacy policy: https://acme.com/privacy`."""
    roles = (Role.PRIVACY, Role.SIGN_UP, Role.UNSUBSCRIBE)
    pages = [page for role in roles if (page := facts.linked_page(role)) and is_page_there(page)]
    return [make_printable(f"{page.role.value}: {page.link.url}") for page in pages if page.link.url]


def _judge_scheme(facts: WebsiteFacts) -> Finding | None:
    if urlsplit(facts.url).scheme != "http":
        return None
    summary = f"{short_url(facts.url)} is shown without TLS: browsers call it “not secure”."
    if not any(urlsplit(visit.url).scheme == "https" for visit in facts.earlier_visits):
        return web_finding("http-only", summary, facts)
    advice = f" Until then, name it as {short_url(facts.url)}, because https does not answer."
    return web_finding("http-only", summary, facts, step=load_findings()["http-only"]["step"] + advice)


def _judge_text(facts: WebsiteFacts, page: Page) -> Finding | None:
    """Judges whether there is enough to read, and whether it says anything. One finding at most."""
    site, code = short_url(facts.url), "no-business-text"
    if sign := find_filler(page):
        return web_finding(code, f"{site} still holds the placeholder text of its template.", facts, sign)
    if page.cut:
        return None
    few = len(own_links(page, facts.domain)) < _FEW_PAGES and count_living_pages(facts) < _FEWEST_LIVING_PAGES
    if page.words < content.FEW_WORDS and few:
        counted = f"{page.words} word{'' if page.words == 1 else 's'}"
        return web_finding("thin", f"{site} is a single page with {counted} to read.", facts, _first_words(page))
    if content.find_business_text(page):
        return None
    return web_finding(code, f"No sentence at {site} says what the business does.", facts, _first_words(page))


def _first_words(page: Page) -> Sign | None:
    words = next(iter(page.lines), "") or page.title
    return Sign("text", make_excerpt(words)) if words else None


def _judge_privacy(facts: WebsiteFacts, page: Page) -> Finding | None:
    linked = facts.linked_page(Role.PRIVACY)
    if is_page_there(linked) or content.find_section(page, Role.PRIVACY):
        return None
    summary = f"No privacy policy was found at {short_url(facts.url)}, or linked from it."
    return _missing_page("no-privacy", "the policy", linked, summary, facts, page)


def _judge_contact(facts: WebsiteFacts, page: Page) -> Finding | None:
    linked = [linked for role in (Role.CONTACT, Role.IMPRINT) if (linked := facts.linked_page(role))]
    if any(map(is_page_there, linked)) or content.find_section(page, Role.CONTACT):
        return None
    if any(map(content.find_contact, read_pages(facts, page))):
        return None
    summary = f"Nothing at {short_url(facts.url)} says how to reach the business."
    return _missing_page("no-contact", "how to reach you", linked[0] if linked else None, summary, facts, page)


def _judge_sign_up(facts: WebsiteFacts, page: Page) -> Finding | None:
    linked = facts.linked_page(Role.SIGN_UP)
    if is_page_there(linked) or any(map(content.find_sign_up, read_pages(facts, page))):
        return None
    summary = f"No form to sign up for mail was found at {short_url(facts.url)}."
    return _missing_page("no-signup", "the form", linked, summary, facts, page)


def _missing_page(  # noqa: PLR0913, PLR0917 - what is missing, and where
    code: str, subject: str, linked: LinkedPage | None, summary: str, facts: WebsiteFacts, page: Page
) -> Finding | None:
    """Builds the finding that the link to a page leads nowhere, or, where that is certain, that no link was found."""
    if linked:
        dead_link, step = f"The link to the {linked.role} leads nowhere.", f"Repair the link: it should show {subject}."
        return web_finding(code, dead_link, facts, _dead_link_sign(linked), step=step)
    return web_finding(code, summary, facts, _links_sign(page)) if _is_conclusive(page) else None


def _judge_owner(
    facts: WebsiteFacts, page: Page, organization: str | None, host_organization: str | None
) -> Finding | None:
    if page.cut or has_same_owner(page, facts.host, facts.domain, organization, host_organization):
        return None
    summary = f"Nothing at {make_printable(facts.host)} shows that it belongs with {make_printable(facts.domain)}."
    return web_finding("other-organisation", summary, facts, _title_sign(page))


def _ok_finding(facts: WebsiteFacts, page: Page) -> Finding:
    business = content.find_business_text(page)
    quality = " and says what the business does" if business else ", and too long to be read to its end"
    return web_finding("ok", f"{short_url(facts.url)} is live{quality}.", facts, _title_sign(page), business)


def _judge_unsubscribe(facts: WebsiteFacts) -> Finding | None:
    linked = facts.linked_page(Role.UNSUBSCRIBE)
    if not linked or not is_page_there(linked):
        return None
    sign = Sign("link", f"{linked.link.words}: {linked.link.url or linked.link.target}")
    url = short_url(linked.link.url or facts.url)
    return web_finding("unsubscribe", f"Found the unsubscribe page {url}; mention it in the request.", facts, sign)


def _title_sign(page: Page) -> Sign | None:
    return Sign("title", page.title) if page.title else None


def _dead_link_sign(linked: LinkedPage) -> Sign:
    outcome = ""
    if visit := linked.visit:
        outcome = visit.answer.why if isinstance(visit.answer, Failed) else str(visit.answer.status)
        if visit.page and (sign := find_error(visit.page)):
            outcome = f"{outcome}, {sign.words}"
    return Sign("link", f"{linked.link.words}: {linked.link.url} → {outcome}")


def _links_sign(page: Page) -> Sign:
    """Lists the links that were looked through, in the page's own words."""
    words = list(dict.fromkeys(link.words for link in page.links if link.words))
    more = f" and {len(words) - _LINKS_SHOWN} more" if len(words) > _LINKS_SHOWN else ""
    return Sign("links", ", ".join(word[:40] for word in words[:_LINKS_SHOWN]) + more if words else "none")


def _is_conclusive(page: Page) -> bool:
    return not page.cut and covers_language(page.language)


def has_same_owner(page: Page, host: str, domain: str, organization: str | None, host_organization: str | None) -> bool:
    """Tells whether a host or its page belongs with `domain`. An organization of None is unknown: then names decide."""
    home = organization or domain
    if is_host_of(host, home) or is_host_of(home, host) or (organization and organization == host_organization):
        return True
    brands, other = _brand_names(home) | _brand_names(domain), host_organization or host
    names = fold_name(" ".join((page.title, page.description, *page.names, *page.organization.names, *page.headings)))
    if any(brand in fold_name(other) or brand in names for brand in brands):
        return True
    text = fold_name(page.text)
    if any(len(brand) > _SHORTEST_BRAND and brand in text for brand in brands):
        return True
    if any(is_host_of(host_of(link.url), home) or home in link.target.lower() for link in page.links):
        return True
    if home in page.text.lower() or domain in page.text.lower():
        return True
    return any(_shares_letters(brand, other_brand) for brand in brands for other_brand in _brand_names(other))


def _brand_names(domain: str) -> set[str]:
    """Returns the names in a domain: `get-acme-mail.co.uk` gives getacmemail, acme. The last label is never one."""
    labels = [label for label in domain.split(".")[:-1] if len(label) >= _SHORTEST_BRAND]
    names = set[str]()
    for label in labels[-2:]:
        decoded = _decode_label(label)
        bare = _AFFIXES.sub("", _AFFIXES.sub("", decoded))
        names |= {fold_name(spelling) for spelling in (decoded, bare)}
    return {name for name in names if len(name) >= _SHORTEST_BRAND and name not in _NO_BRAND}


_NO_BRAND = frozenset({"com", "org", "net", "edu", "gov", "www", "mail", "email", "news", "shop", "web"})


def _decode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label


def _shares_letters(name: str, other: str) -> bool:
    return any(name[start : start + _SHARED_LETTERS] in other for start in range(len(name) - _SHARED_LETTERS + 1))
