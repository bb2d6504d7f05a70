"""What a page says of its owner in JSON-LD: an Organization or LocalBusiness with names, an address, a telephone number
(schema.org, as search engines read it)."""

import json
from collections.abc import Iterator

from checks.website.facts import Organization
from checks.website.phrases import tidy

_LONGEST = 100_000
_MOST_THINGS = 2_000
_CONTACTS = ("telephone", "email", "address", "contactPoint")
_MOST = 10
_SHOWN = 200


def organization_in(blocks: list[str]) -> Organization:
    """Reads the JSON-LD blocks of a page; what is not JSON says nothing."""
    names: list[str] = []
    contacts: list[str] = []
    for block in blocks[:_MOST]:
        for thing in _things(block):
            said = [f"{key}: {_said(thing[key])}" for key in _CONTACTS if thing.get(key) and _said(thing[key])]
            contacts += said
            if said or "Organization" in str(thing.get("@type")) or "legalName" in thing:
                names += [
                    tidy(name)[:_SHOWN] for key in ("name", "legalName") if isinstance(name := thing.get(key), str)
                ]
    return Organization(tuple(dict.fromkeys(names[:_MOST])), tuple(dict.fromkeys(contacts[:_MOST])))


def _things(block: str) -> Iterator[dict[str, object]]:
    """Yields every object in a block, the outer first."""
    try:
        waiting: list[object] = [json.loads(block[:_LONGEST])]
    except (ValueError, RecursionError):
        return
    for _ in range(_MOST_THINGS):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            yield value
            waiting += [inner for key, inner in value.items() if key not in _CONTACTS]


def _said(value: object) -> str:
    """Returns a contact on one line, cut; empty for one that says nothing."""
    if isinstance(value, str):
        return tidy(value)[:_SHOWN]
    if isinstance(value, list):
        return next((said for one in value[:_MOST] if (said := _said(one))), "")
    if isinstance(value, dict):
        parts = [tidy(one) for key, one in value.items() if isinstance(one, str) and not key.startswith("@")]
        return ", ".join(part for part in parts if part)[:_SHOWN]
    return ""
