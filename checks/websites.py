"""From what people type to the website they mean: `acme.com/shop` is `https://acme.com/shop`.

As in a browser, a port without a scheme means http: `acme.com:8080` is `http://acme.com:8080/`. Read exactly as the
fetch will read it. Where an address may lead, a private network or an odd port among others, is judged at the socket
and becomes a finding.
"""

import re

from checks.evidence import printable
from checks.fetch.urls import BadUrl, Url

LONGEST = 1_000
"""Characters: a button has to hold it beside a domain and its options."""
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_HAS_PORT = re.compile(r"[^/?#@\\]*:(?!443(?:[/?#\\]|$))\d")
_CREDENTIALS = re.compile(r"[^/@\s]*@")
"""Not repeated, not even to the person who typed them: others may look on."""


class BadWebsite(ValueError):
    """What was typed is no website. Its text is a sentence or two for the person."""


def website_of(text: str) -> str:
    """The whole address that `text` means, in ASCII and without a fragment; `BadWebsite` where it means none."""
    typed = text.strip()
    said = _CREDENTIALS.sub("…@", typed, count=1)
    shown = printable(said[:60]) + ("…" if len(said) > 60 else "")
    if not typed:
        raise BadWebsite("No website was named.")
    try:
        address = Url.read(typed if _HAS_SCHEME.match(typed) else f"{_scheme(typed)}://{typed}")
    except BadUrl as bad:
        raise BadWebsite(f"“{shown}” cannot be opened as a website: {bad.why}.") from None
    if "." not in address.host and ":" not in address.host:
        raise BadWebsite(f"“{shown}” cannot be opened as a website: its host is not a whole name such as acme.com.")
    whole = str(address).replace(";", "%3B")
    if len(whole) > LONGEST:
        raise BadWebsite(f"That website is {len(whole):,} characters long; at most {LONGEST:,} can be kept.")
    return whole


def _scheme(typed: str) -> str:
    return "http" if _HAS_PORT.match(typed) else "https"
