"""Which RDAP server knows a domain: IANA's bootstrap file (RFC 9224), bundled.

`bootstrap.json` is in IANA's own format, and holds the top-level domains that senders use most. To renew it, put
https://data.iana.org/rdap/dns.json in its place as it is: nothing else has to change.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("bootstrap.json")
_IDENTITY_DIGITAL = "https://rdap.identitydigital.services/rdap/"
_UNLISTED = {
    "ac": _IDENTITY_DIGITAL,
    "ag": _IDENTITY_DIGITAL,
    "bz": _IDENTITY_DIGITAL,
    "ch": "https://rdap.nic.ch/",
    "co": "https://rdap.registry.co/co/",
    "de": "https://rdap.denic.de/",
    "gl": "https://rdap.centralnic.com/gl/",
    "io": _IDENTITY_DIGITAL,
    "lc": _IDENTITY_DIGITAL,
    "li": "https://rdap.nic.li/",
    "me": _IDENTITY_DIGITAL,
    "mn": _IDENTITY_DIGITAL,
    "sc": _IDENTITY_DIGITAL,
    "sh": _IDENTITY_DIGITAL,
    "us": "https://rdap.nic.us/",
    "vc": _IDENTITY_DIGITAL,
}
"""Registries that answer RDAP and are not in IANA's file; what that file says goes before."""


def base_url(domain: str) -> str | None:
    """The base URL for a domain in A-labels, with a slash at its end; None where no server is known. The longest match
    counts, label by label (RFC 9224 section 4)."""
    listed = _listed()
    labels = domain.lower().split(".")
    ends = [".".join(labels[i:]) for i in range(len(labels))]
    return next((listed[end] for end in ends if end in listed), _UNLISTED.get(labels[-1]))


@cache
def _listed() -> Mapping[str, str]:
    """From the file: https where a service has both (RFC 9224 section 3 lets a client choose)."""
    found: dict[str, str] = {}
    for names, urls, *_ in json.loads(_FILE.read_text(encoding="utf-8"))["services"]:
        best = min(urls, key=lambda url: not url.startswith("https:"))
        found |= {name.lower(): best if best.endswith("/") else best + "/" for name in names}
    return found
