"""Builds a finding about a website: outcome and step are in `findings.toml`; the evidence is what was asked, what
answered, and the words that led to it."""

import re
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from checks.fetch import Failed
from checks.findings import make_finding as any_finding
from checks.findings import make_printable
from checks.website import content
from checks.website.content import own_pages, reads
from checks.website.facts import Linked, Page, Role, Visit, WebsiteFacts, content_type, host_of, is_at
from checks.website.no_website import error_page
from checks.website.phrases import Sign, shown, squashed
from checks.website.substance import filler, is_there, living, pages
from model import Finding, Outcome

_LONGEST_URL = 100
_MOST_HOPS = 9
_CREDENTIALS = re.compile(r"//[^\s/?#]*@")


@cache
def meanings() -> dict[str, dict[str, str]]:
    """Reads the outcome and the step of each code."""
    return tomllib.loads(Path(__file__).with_name("findings.toml").read_text(encoding="utf-8"))


def finding(
    code: str, summary: str, facts: WebsiteFacts, *signs: Sign | None, step: str = "", case: str = ""
) -> Finding:
    """Builds a finding of this check. `signs` that are None give no evidence; `step` replaces the usual one, and `case`
    names another of its own."""
    means = meanings()[code]
    step = step or means[f"step if {case}" if case else "step"].replace("{host}", make_printable(facts.host))
    seen = (*asked(facts), *(line(sign) for sign in signs if sign))
    return any_finding(f"website.{code}", Outcome(means["outcome"]), summary, seen, step or None)


def warning(code: str, summary: str, facts: WebsiteFacts, *signs: Sign | None) -> Finding:
    """Builds a finding that elsewhere fails as a warning: the website has substance all the same."""
    return replace(finding(code, summary, facts, *signs), outcome=Outcome.WARN)


def line(sign: Sign) -> str:
    """Writes a sign as a line of evidence: `title: Welcome to nginx!`."""
    return make_printable(f"{sign.place}: {sign.words}")


def asked(facts: WebsiteFacts) -> tuple[str, ...]:
    """Lists what was opened and how it answered, a line each, in order."""
    return tuple(dict.fromkeys(line for visit in facts.tried for line in _in_lines(visit)))


def _in_lines(visit: Visit) -> list[str]:
    answer = visit.answer
    lines = [_safe(f"{hop.url} → {hop.status} → {hop.location}") for hop in answer.hops[:_MOST_HOPS]]
    if isinstance(answer, Failed):
        status = f"{answer.status}, " if answer.status else ""
        return [*lines, _safe(f"{answer.url} → {status}{answer.why}")]
    kind = content_type(answer)
    return [*lines, _safe(f"{answer.url} → {answer.status}{f', {kind}' if kind else ''}")]


def short(url: str) -> str:
    """Shortens an address for a sentence."""
    shown = _safe(url)
    return shown if len(shown) <= _LONGEST_URL else shown[:_LONGEST_URL] + "…"


def _safe(text: str) -> str:
    """Makes a text printable, and drops a user name and password in an address: a report may be shared."""
    return make_printable(_CREDENTIALS.sub("//…@", text))


_FEW_PAGES = 3
_LIVING = 2
"""Pages behind the first one that were opened: with them it is no single page."""
_LINKS_SHOWN = 15
_AFFIXES = re.compile(
    r"^(?:get|try|use|my|the|go|join|hello|team|with|mail|email|news|e|www)-?|"
    r"-?(?:mail|email|news|app|hq|inc|io|co|ltd|gmbh|group|online|shop|store|web|site|labs?|team|mailer|notify|send)$"
)
_SHORTEST = 3
_SHARED = 5
"""Signs in a row that two names have to share to be one brand."""


def details(
    facts: WebsiteFacts, page: Page, organization: str | None, host_organization: str | None, marketing: bool | None
) -> tuple[Finding, ...]:
    """Returns the findings about a website with substance; `website.ok` where nothing is missing."""
    found = [
        _http_only(facts),
        _text(facts, page),
        _privacy(facts, page),
        _contact(facts, page),
        _sign_up(facts, page) if marketing else None,
        _belonging(facts, page, organization, host_organization),
    ]
    warnings = tuple(one for one in found if one)
    passed = (_ok(facts, page),) if not warnings else ()
    unsubscribe = _unsubscribe(facts)
    every = (*warnings, *passed, *((unsubscribe,) if unsubscribe else ()))
    return (replace(every[0], evidence=(*_pages_found(facts), *every[0].evidence)), *every[1:])


def missing(facts: WebsiteFacts, page: Page) -> tuple[Finding, ...]:
    """Returns what a website lacks that a reviewer would trust: a privacy policy, a contact."""
    return tuple(one for one in (_privacy(facts, page), _contact(facts, page)) if one)


def _pages_found(facts: WebsiteFacts) -> list[str]:
    """Lists the pages that a request names, a line each: `privacy policy: https://acme.com/privacy`."""
    roles = (Role.PRIVACY, Role.SIGN_UP, Role.UNSUBSCRIBE)
    found = [one for role in roles if (one := facts.at(role)) and is_there(one)]
    return [make_printable(f"{one.role.value}: {one.link.url}") for one in found if one.link.url]


def _http_only(facts: WebsiteFacts) -> Finding | None:
    if urlsplit(facts.url).scheme != "http":
        return None
    said = f"{short(facts.url)} is shown without TLS: browsers call it “not secure”."
    if not any(urlsplit(visit.url).scheme == "https" for visit in facts.before):
        return finding("http-only", said, facts)
    until = f" Until then, name it as {short(facts.url)}, because https does not answer."
    return finding("http-only", said, facts, step=meanings()["http-only"]["step"] + until)


def _text(facts: WebsiteFacts, page: Page) -> Finding | None:
    """Is there enough to read, and does it say anything? One finding at most: who says nothing also says little."""
    where = short(facts.url)
    if sign := filler(page):
        return finding("no-business-text", f"{where} still holds the placeholder text of its template.", facts, sign)
    if page.cut:
        return None
    few = len(own_pages(page, facts.domain)) < _FEW_PAGES and living(facts) < _LIVING
    if page.words < content.FEW_WORDS and few:
        counted = f"{page.words} word{'' if page.words == 1 else 's'}"
        return finding("thin", f"{where} is a single page with {counted} to read.", facts, _first(page))
    if content.business(page):
        return None
    return finding("no-business-text", f"No sentence at {where} says what the business does.", facts, _first(page))


def _first(page: Page) -> Sign | None:
    words = next(iter(page.lines), "") or page.title
    return Sign("text", shown(words)) if words else None


def _privacy(facts: WebsiteFacts, page: Page) -> Finding | None:
    linked = facts.at(Role.PRIVACY)
    if is_there(linked) or content.in_page(page, Role.PRIVACY):
        return None
    said = f"No privacy policy was found at {short(facts.url)}, or linked from it."
    return _missing("no-privacy", "the policy", linked, said, facts, page)


def _contact(facts: WebsiteFacts, page: Page) -> Finding | None:
    linked = [one for role in (Role.CONTACT, Role.IMPRINT) if (one := facts.at(role))]
    if any(is_there(one) for one in linked) or content.in_page(page, Role.CONTACT):
        return None
    if any(content.reachable(one) for one in pages(facts, page)):
        return None
    said = f"Nothing at {short(facts.url)} says how to reach the business."
    return _missing("no-contact", "how to reach you", linked[0] if linked else None, said, facts, page)


def _sign_up(facts: WebsiteFacts, page: Page) -> Finding | None:
    linked = facts.at(Role.SIGN_UP)
    if is_there(linked) or any(content.sign_up(one) for one in pages(facts, page)):
        return None
    said = f"No form to sign up for mail was found at {short(facts.url)}."
    return _missing("no-signup", "the form", linked, said, facts, page)


def _missing(  # noqa: PLR0913, PLR0917 - what is missing, and where
    code: str, what: str, linked: Linked | None, said: str, facts: WebsiteFacts, page: Page
) -> Finding | None:
    """Builds the finding that a link to it leads nowhere, or, where that is certain, that nothing leads to it."""
    if linked:
        dead = f"The link to the {linked.role} leads nowhere."
        return finding(code, dead, facts, _dead(linked), step=f"Repair the link: it should show {what}.")
    return finding(code, said, facts, _links(page)) if _can_tell(page) else None


def _belonging(
    facts: WebsiteFacts, page: Page, organization: str | None, host_organization: str | None
) -> Finding | None:
    if page.cut or same_owner(page, facts.host, facts.domain, organization, host_organization):
        return None
    said = f"Nothing at {make_printable(facts.host)} shows that it belongs with {make_printable(facts.domain)}."
    return finding("other-organisation", said, facts, _title(page))


def _ok(facts: WebsiteFacts, page: Page) -> Finding:
    says = content.business(page)
    said = "is live and says what the business does" if says else "is live, and too long to be read to its end"
    return finding("ok", f"{short(facts.url)} {said}.", facts, _title(page), says)


def _unsubscribe(facts: WebsiteFacts) -> Finding | None:
    linked = facts.at(Role.UNSUBSCRIBE)
    if not linked or not is_there(linked):
        return None
    sign = Sign("link", f"{linked.link.words}: {linked.link.url or linked.link.target}")
    where = short(linked.link.url or facts.url)
    return finding("unsubscribe", f"Found the unsubscribe page {where}; mention it in the request.", facts, sign)


def _title(page: Page) -> Sign | None:
    return Sign("title", page.title) if page.title else None


def _dead(linked: Linked) -> Sign:
    visit = linked.visit
    said = "" if visit is None else visit.answer.why if isinstance(visit.answer, Failed) else str(visit.answer.status)
    if visit and visit.page and (sign := error_page(visit.page)):
        said = f"{said}, {sign.words}"
    return Sign("link", f"{linked.link.words}: {linked.link.url} → {said}")


def _links(page: Page) -> Sign:
    """Lists the links that were looked through, in the page's own words."""
    words = list(dict.fromkeys(link.words for link in page.links if link.words))
    more = f" and {len(words) - _LINKS_SHOWN} more" if len(words) > _LINKS_SHOWN else ""
    return (
        Sign("links", ", ".join(word[:40] for word in words[:_LINKS_SHOWN]) + more) if words else Sign("links", "none")
    )


def _can_tell(page: Page) -> bool:
    return not page.cut and reads(page.language)


def same_owner(page: Page, host: str, domain: str, organization: str | None, host_organization: str | None) -> bool:
    """Tells whether host or page has to do with `domain`. An organization of None is unknown: then names decide."""
    home = organization or domain
    if is_at(host, home) or is_at(home, host) or (organization and organization == host_organization):
        return True
    brands = _brands(home) | _brands(domain)
    other = squashed(host_organization or host)
    said = squashed(" ".join((page.title, page.description, *page.names, *page.organization.names, *page.headings)))
    text = squashed(page.text)
    if any(brand in other or brand in said or (len(brand) > _SHORTEST and brand in text) for brand in brands):
        return True
    if any(is_at(host_of(link.url), home) or home in link.target.lower() for link in page.links):
        return True
    if home in page.text.lower() or domain in page.text.lower():
        return True
    return any(_shared(brand, name) for brand in brands for name in _brands(host_organization or host))


def _brands(domain: str) -> set[str]:
    """Returns the names in a domain: `get-acme-mail.co.uk` gives getacmemail, acme. The last label is never one."""
    labels = [label for label in domain.split(".")[:-1] if len(label) >= _SHORTEST]
    found = set[str]()
    for label in labels[-2:]:
        read = _decoded(label)
        bare = _AFFIXES.sub("", _AFFIXES.sub("", read))
        found |= {squashed(one) for one in (read, bare)}
    return {name for name in found if len(name) >= _SHORTEST and name not in _NO_BRAND}


_NO_BRAND = frozenset({"com", "org", "net", "edu", "gov", "www", "mail", "email", "news", "shop", "web"})


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label


def _shared(one: str, other: str) -> bool:
    """Tells whether two names share five signs in a row."""
    return any(one[at : at + _SHARED] in other for at in range(len(one) - _SHARED + 1))
