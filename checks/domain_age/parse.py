"""An RDAP answer about a domain (RFC 9083 section 5.3), read with care: registries spell it in many ways.

Dates come with an offset, with a fraction, without a zone, or as a day alone; names in upper case or as Unicode;
statuses as RFC 8056 has them or as EPP does. What cannot be read is absent and never guessed.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import idna

from checks.domain_age.facts import Registration
from checks.evidence import printable

_EARLIEST = datetime(1985, 1, 1, tzinfo=UTC)
"""The year of the first domain; what registries write for "unknown" lies before it."""
_EPP = """
active inactive locked autoRenewPeriod addPeriod renewPeriod transferPeriod clientHold serverHold redemptionPeriod
pendingCreate pendingDelete pendingRenew pendingRestore pendingTransfer pendingUpdate
clientDeleteProhibited clientRenewProhibited clientTransferProhibited clientUpdateProhibited
serverDeleteProhibited serverRenewProhibited serverTransferProhibited serverUpdateProhibited
"""
_STATUSES = {name.lower(): name for name in _EPP.split()}
"""By their letters alone, for RFC 8056 writes each as lower-case words."""
_MOST = 30
"""Events, statuses and links that are read of an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer holds: a domain, or the code of an error in its place (RFC 9083 section 6), or neither.
    `related` is where the registrar's own answer is, empty without."""

    registration: Registration | None = None
    error: int = 0
    related: str = ""


def parse(body: bytes) -> Answer | None:
    """An answer; None for what is no RDAP object. Never raises."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    if isinstance(code := told.get("errorCode"), int):
        return Answer(error=code)
    name = _name(told)
    if told.get("objectClassName", "domain") != "domain" or not name:
        return Answer()
    return Answer(_registration(name, told), related=_related(told))


def _name(told: Mapping[str, Any]) -> str:
    """The domain that the answer is about, in A-labels."""
    for key in ("ldhName", "unicodeName"):
        name = told.get(key)
        if isinstance(name, str) and name:
            try:
                plain = name.strip().rstrip(".").lower()
                return plain if plain.isascii() else idna.encode(plain, uts46=True).decode("ascii")
            except (idna.IDNAError, UnicodeError):
                continue
    return ""


def _registration(name: str, told: Mapping[str, Any]) -> Registration:
    events = [
        (str(event["eventAction"]).strip().lower(), str(event["eventDate"]))
        for event in _objects(told.get("events"))
        if "eventAction" in event and "eventDate" in event
    ]
    begun = _dates(events, "registration")[:1] + _dates(events, "reregistration")[-1:]
    ends = _dates(events, "expiration") or _dates(events, "registrar expiration")
    shown = [f"{what}: {when}" for what, when in events if what != "last update of rdap database"]
    return Registration(
        domain=name,
        registered=begun[-1] if begun else None,
        expires=ends[-1] if ends else None,
        statuses=tuple(dict.fromkeys(_status(one) for one in _list(told.get("status")) if isinstance(one, str))),
        events=tuple(printable(line)[:120] for line in shown),
    )


def _dates(events: Iterable[tuple[str, str]], action: str) -> list[datetime]:
    return sorted(date for what, when in events if what == action and (date := moment(when)))


def moment(text: str) -> datetime | None:
    """A date of RFC 3339, or one of the ways in which registries miss it; without a zone it is taken for UTC."""
    try:
        found = datetime.fromisoformat(text.strip().upper())
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if found >= _EARLIEST else None


def _status(text: str) -> str:
    """`client hold`, `clientHold` and `clientHold https://icann.org/epp#clientHold` are one; what is none of EPP's
    stays as it is."""
    plain = text.partition("http")[0]
    return _STATUSES.get(re.sub("[^a-z]", "", plain.lower()), printable(text.strip())[:60])


def _related(told: Mapping[str, Any]) -> str:
    """The registrar's answer about the same domain, which thin registries point to (RFC 9083 section 4.2)."""
    for link in _objects(told.get("links")):
        href, kind = link.get("href"), str(link.get("type", "application/rdap+json"))
        if link.get("rel") == "related" and isinstance(href, str) and kind.startswith("application/rdap+json"):
            return href
    return ""


def _list(value: Any) -> list[Any]:
    return value[:_MOST] if isinstance(value, list) else []


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in _list(value) if isinstance(one, dict)]
