"""From what people paste to the domain they mean.

`acme.com`, `ACME.com.`, `https://acme.com/about`, `bob@acme.com`, Slack's `<http://acme.com|acme.com>` and
`bücher.example` all name one domain; an IP address, `localhost` or `-bad-.com` name none, and the error says why with
an example. The result is the ASCII form of UTS 46 and IDNA 2008 (RFC 5891), lower case, without the trailing dot.

Also what is below a name, and the names around an SES identity: which domain it is, and a name below it that is not
published.
"""

import hashlib
import re
from dataclasses import dataclass

import idna

from checks.addresses import read_address
from checks.findings import shorten
from model import Expectations

EXAMPLE = "acme.com"
_LONGEST_INPUT = 2_000
_SLACK_LINK = re.compile(r"<(?:(?P<target>[^<>|]*)\|)?(?P<shown>[^<>|]*)>")
_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*://|https?(?::/{0,3}|/{2,3})|mailto:)", re.IGNORECASE)
"""Also where a slash or the colon was lost: `https:/acme.com`."""
_MARKUP = re.compile(r"([*_~]{1,2})(?=[^*~\s])(.+?)\1")
"""Bold, italic and struck text, as Slack writes them."""
_KEYS = "_domainkey"
_PORT = re.compile(r":\d*")
_QUOTES = "<>\"'`“”‘’«»,;()"
_HOST_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TypedDomain:
    """The mail domain (A-labels) that a person typed, and the DKIM selector in the name of a key record. `note` says
    in a sentence which domain is checked where that is another."""

    domain: str
    selector: str | None = None
    note: str = ""


class BadDomain(ValueError):
    """What was typed names no domain that can be checked. Its text is one sentence for the person."""


def _bad_domain(typed: str, why: str) -> BadDomain:
    return BadDomain(f"“{shorten(typed)}” {why}. Example: {EXAMPLE}")


def domain_of(text: str) -> str:
    """Returns the domain that `text` means, as A-labels; `BadDomain` where none, or where it is a record's name."""
    name = _read_name(text)
    domain = _strip_record_labels(name)
    if domain != name:
        instead = f"Check {domain} instead." if "." in domain else f"Example: {EXAMPLE}"
        raise BadDomain(f"“{shorten(text.strip())}” is the name of a DNS record, not a mail domain. {instead}")
    return name


def _strip_record_labels(name: str) -> str:
    """Returns what follows the last label with an underscore, which marks the name of a record (RFC 8552)."""
    labels = name.split(".")
    marked = [index for index, label in enumerate(labels) if label.startswith("_")]
    return ".".join(labels[marked[-1] + 1 :]) if marked else name


def _read_name(text: str) -> str:
    """Returns the name that `text` means, as A-labels (at most 253 octets, RFC 1035 section 3.1)."""
    typed = text.strip()
    if not typed:
        raise BadDomain(f"No domain was given. Example: {EXAMPLE}")
    if len(typed) > _LONGEST_INPUT:
        raise BadDomain(f"That is {len(typed)} characters long; a domain has at most 253. Example: {EXAMPLE}")
    host = _extract_host(typed)
    if read_address(host):
        raise _bad_domain(typed, "is an IP address; mail is judged by domain")
    name = _to_ascii(host, typed)
    labels = name.split(".")
    if labels[-1] == "localhost":
        raise _bad_domain(typed, "is this computer’s own name, not a domain on the internet")
    if len(labels) == 1:
        raise _bad_domain(typed, "has no dot, so it is not a whole domain")
    if len(name) > 253:
        raise _bad_domain(typed, f"is {len(name)} characters long; a domain has at most 253")
    for label in labels:
        _refuse_label(label, typed)
    if labels[-1].isdigit():
        raise _bad_domain(typed, "ends in a number, and no top-level domain does")
    return name


def mail_domain_of(text: str) -> TypedDomain:
    """Returns the mail domain that `text` means; `BadDomain` where none.

    A label that begins with an underscore makes a name that of a record (RFC 8552), so the domain is what follows:
    `s1._domainkey.acme.com` is about acme.com and its selector s1. `www.acme.com` is a website's name.
    """
    name = _read_name(text)
    domain = _strip_record_labels(name)
    if domain != name:
        if "." not in domain:
            raise _bad_domain(text.strip(), "is the name of a record, not of a domain")
        selector = name.partition(f".{_KEYS}.")[0] if f".{_KEYS}." in name else None
        note = f"{name} is the name of a record. Checked: {domain}."
        if selector:
            note = f"{name} is the name of a DKIM key. Checked: {domain} with the selector {selector}."
        return TypedDomain(domain, selector, note)
    if name.startswith("www.") and name.count(".") > 1:
        domain = name.removeprefix("www.")
        return TypedDomain(domain, note=f"{name} is the name of a website. Checked: {domain}, where mail comes from.")
    return TypedDomain(name)


def unicode_of(domain: str) -> str:
    """Returns a domain as its people write it, `bücher.example` for `xn--bcher-kva.example`; unchanged on failure."""
    try:
        return idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return domain


def _extract_host(typed: str) -> str:
    """Returns the host in pasted text, without markup, quotes, a scheme, a path, a mailbox, a port and the last dot."""
    link = _SLACK_LINK.fullmatch(typed)
    if link:
        typed = link["shown"] if link["target"] is None else link["target"]
    typed = typed.strip().strip(_QUOTES)
    while markup := _MARKUP.fullmatch(typed):
        typed = markup[2].strip(_QUOTES)
    typed = typed.removeprefix("*.")
    if scheme := _SCHEME.match(typed):
        typed = typed[scheme.end() :]
    authority = re.split(r"[/?#\\]", typed, maxsplit=1)[0]
    host = authority.rpartition("@")[2].strip().strip(_QUOTES)
    if host.startswith("["):
        return host[1:].partition("]")[0]
    name, colon, port = host.partition(":")
    if colon and _PORT.fullmatch(colon + port):
        host = name
    return host.removesuffix(".")


def _to_ascii(host: str, typed: str) -> str:
    """Returns the A-labels of a host (UTS 46, IDNA 2008)."""
    if not host:
        raise _bad_domain(typed, "holds no domain")
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host, uts46=True).decode("ascii").lower().removesuffix(".")
    except (idna.IDNAError, UnicodeError):
        why = f"holds a character that domains cannot have. Example: {EXAMPLE}, or bücher.example"
        raise BadDomain(f"“{shorten(typed)}” {why}") from None


def _refuse_label(label: str, typed: str) -> None:
    if not label:
        raise _bad_domain(typed, "has two dots in a row, or begins with one")
    if len(label) > 63:
        raise _bad_domain(typed, f"has a part of {len(label)} characters; at most 63 are allowed")
    if label.startswith("-") or label.endswith("-"):
        raise _bad_domain(typed, "has a part that begins or ends with a hyphen")
    if not _HOST_LABEL.fullmatch(label):
        raise _bad_domain(typed, "holds a character that domains cannot have")


_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+")


def normalize_name(text: str | None) -> str | None:
    """Returns `text` as a domain name, lower case and without the trailing dot; None where it is not."""
    name = (text or "").strip().lower().removesuffix(".")
    return name if len(name) <= 253 and _NAME.fullmatch(name) else None


def is_at_or_below(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")


def identity_of(domain: str, expectations: Expectations | None) -> str:
    """Returns the domain that SES signs for: the expected identity (its domain, if it is an address), else `domain`."""
    expected = expectations.identity.rpartition("@")[2] if expectations else None
    return normalize_name(expected) or domain.lower().removesuffix(".")


def is_identity_known(expectations: Expectations) -> bool:
    """Returns True where the account says which identity covers the domain, which a person who names tokens does
    not."""
    known = (expectations.signing_zone, expectations.signing_enabled, expectations.selector or None)
    return any(value is not None for value in known)


def unpublished_label(identity: str) -> str:
    """Returns a label that is not published below the identity: what answers there answers for every name. The same for
    the same identity, so that a transcript replays."""
    return "unpublished-" + hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:16]
