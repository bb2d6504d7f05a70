"""What a registry answers about a domain by RDAP (RFC 9083), as far as its age is concerned. Pure."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import idna

from checks.evidence import printable


class RdapOutcome(StrEnum):
    """How the question to the registry ended."""

    ANSWERED = "answered"
    NOT_FOUND = "not found"
    """404 for every name that could be the registered one."""
    RATE_LIMITED = "rate limited"
    NO_SERVER = "no server"
    """No RDAP server is known for the top-level domain."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Registration:
    """One registered domain, as its registry has it. `domain` in A-labels; the dates are aware UTC, None where the
    answer holds none that can be read. `statuses` in the spelling of EPP (RFC 8056), such as `clientHold`. `events`
    are the dates as in the answer, for evidence."""

    domain: str
    registered: datetime | None = None
    expires: datetime | None = None
    statuses: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgeFacts:
    """`domain` was checked; `asked` are the requests with what came of each, a line for each; `why` is a phrase for
    whatever is no answer; `retry_after` is that header of a 429, empty without one."""

    domain: str
    outcome: RdapOutcome
    registration: Registration | None = None
    asked: tuple[str, ...] = ()
    why: str = ""
    retry_after: str = ""


def registered(facts: AgeFacts) -> date | None:
    """The day on which the domain was registered (UTC); None where unknown."""
    found = facts.registration
    return found.registered.date() if found and found.registered else None


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
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict):
        return None
    if isinstance(code := answer.get("errorCode"), int):
        return Answer(error=code)
    name = _name(answer)
    if answer.get("objectClassName", "domain") != "domain" or not name:
        return Answer()
    return Answer(_registration(name, answer), related=_related(answer))


def _name(answer: Mapping[str, Any]) -> str:
    """The domain that the answer is about, in A-labels."""
    for key in ("ldhName", "unicodeName"):
        name = answer.get(key)
        if isinstance(name, str) and name:
            try:
                plain = name.strip().rstrip(".").lower()
                return plain if plain.isascii() else idna.encode(plain, uts46=True).decode("ascii")
            except (idna.IDNAError, UnicodeError):
                continue
    return ""


def _registration(name: str, answer: Mapping[str, Any]) -> Registration:
    events = [
        (str(event["eventAction"]).strip().lower(), str(event["eventDate"]))
        for event in _objects(answer.get("events"))
        if "eventAction" in event and "eventDate" in event
    ]
    begun = _dates(events, "registration")[:1] + _dates(events, "reregistration")[-1:]
    ends = _dates(events, "expiration") or _dates(events, "registrar expiration")
    shown = [f"{what}: {when}" for what, when in events if what != "last update of rdap database"]
    return Registration(
        domain=name,
        registered=begun[-1] if begun else None,
        expires=ends[-1] if ends else None,
        statuses=tuple(dict.fromkeys(_status(one) for one in _list(answer.get("status")) if isinstance(one, str))),
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


def _related(answer: Mapping[str, Any]) -> str:
    """The registrar's answer about the same domain, which thin registries point to (RFC 9083 section 4.2)."""
    for link in _objects(answer.get("links")):
        href, kind = link.get("href"), str(link.get("type", "application/rdap+json"))
        if link.get("rel") == "related" and isinstance(href, str) and kind.startswith("application/rdap+json"):
            return href
    return ""


def _list(value: Any) -> list[Any]:
    return value[:_MOST] if isinstance(value, list) else []


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in _list(value) if isinstance(one, dict)]
