"""From what people type to the website they mean: `acme.com/shop` is `https://acme.com/shop`.

Read exactly as the fetch will read it. Where an address may lead, a private network or an odd port among others, is
judged at the socket and told as a finding.
"""

import re

from checks.evidence import printable
from checks.fetch.urls import BadUrl, Url

LONGEST = 1_000
"""Characters: a button has to hold it beside a domain and its options."""
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)


class BadWebsite(ValueError):
    """What was typed is no website. Its text is a sentence or two for the person."""


def website_of(text: str) -> str:
    """The whole address that `text` means, in ASCII and without a fragment; `BadWebsite` where it means none."""
    typed = text.strip()
    shown = printable(typed[:60]) + ("…" if len(typed) > 60 else "")
    if not typed:
        raise BadWebsite("A website was announced, and none was named.")
    try:
        address = Url.read(typed if _HAS_SCHEME.match(typed) else f"https://{typed}")
    except BadUrl as bad:
        raise BadWebsite(f"“{shown}” is no website that can be looked at: {bad.why}.") from None
    if "." not in address.host and ":" not in address.host:
        raise BadWebsite(f"“{shown}” is no website that can be looked at: its host is no whole name, as acme.com is.")
    whole = str(address).replace(";", "%3B")
    if len(whole) > LONGEST:
        raise BadWebsite(f"That website is {len(whole):,} characters long; at most {LONGEST:,} can be kept.")
    return whole
