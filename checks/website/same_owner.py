"""Has the website anything to do with the domain? Its host, its words, or its links name it, or share its brand.

Compared loosely, because a false alarm costs more than a miss: a website on another domain that names the domain, or is
visibly of the same brand, is fine.
"""

import re

from checks.website.facts import Page, host_of
from checks.website.phrases import squashed

_AFFIXES = re.compile(
    r"^(?:get|try|use|my|the|go|join|hello|team|with|mail|email|news|e|www)-?|"
    r"-?(?:mail|email|news|app|hq|inc|io|co|ltd|gmbh|group|online|shop|store|web|site|labs?|team|mailer|notify|send)$"
)
_SHORTEST = 3
_SHARED = 5
"""Signs in a row that two names have to share to be one brand."""


def same_owner(page: Page, host: str, domain: str, organization: str | None, host_organization: str | None) -> bool:
    """Tells whether host or page has to do with `domain`. Organizational domains are None where they are unknown; then
    names alone decide."""
    home = organization or domain
    if _within(host, home) or _within(home, host) or (organization and organization == host_organization):
        return True
    brands = _brands(home) | _brands(domain)
    other = squashed(host_organization or host)
    said = squashed(" ".join((page.title, page.description, *page.names, *page.organization.names, *page.headings)))
    text = squashed(page.text)
    if any(brand in other or brand in said or (len(brand) > _SHORTEST and brand in text) for brand in brands):
        return True
    if any(_within(host_of(link.url), home) or home in link.target.lower() for link in page.links):
        return True
    if home in page.text.lower() or domain in page.text.lower():
        return True
    return any(_shared(brand, name) for brand in brands for name in _brands(host_organization or host))


def _within(name: str, domain: str) -> bool:
    return bool(name) and bool(domain) and (name == domain or name.endswith(f".{domain}"))


def _brands(domain: str) -> set[str]:
    """The names in a domain: `get-acme-mail.co.uk` gives getacmemail, acme. The last label is never one."""
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
    """Whether two names share five signs in a row."""
    return any(one[at : at + _SHARED] in other for at in range(len(one) - _SHARED + 1))
