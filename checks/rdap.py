"""Asks the registry of a domain by RDAP and reads its answer (RFC 9082, RFC 9083); its server is found by the bundled
bootstrap of IANA (RFC 9224)."""

import dataclasses
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import idna

from checks.fetch import Failed, Fetched, Fetcher
from checks.findings import make_printable


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
    """Returns the day on which the domain was registered (UTC); None where unknown."""
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
    """Returns an answer; None for what is no RDAP object. Never raises."""
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
    """Returns the domain that the answer is about, in A-labels."""
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
        events=tuple(make_printable(line)[:120] for line in shown),
    )


def _dates(events: Iterable[tuple[str, str]], action: str) -> list[datetime]:
    return sorted(date for what, when in events if what == action and (date := moment(when)))


def moment(text: str) -> datetime | None:
    """Returns a date of RFC 3339, or one of the ways in which registries miss it; without a zone it is taken for
    UTC."""
    try:
        found = datetime.fromisoformat(text.strip().upper())
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if found >= _EARLIEST else None


def _status(text: str) -> str:
    """`client hold`, `clientHold` and `clientHold https://…` are one; what is none of EPP's stays as it is."""
    plain = text.partition("http")[0]
    return _STATUSES.get(re.sub("[^a-z]", "", plain.lower()), make_printable(text.strip())[:60])


def _related(answer: Mapping[str, Any]) -> str:
    """Returns the registrar's answer about the same domain, which thin registries point to (RFC 9083 section 4.2)."""
    for link in _objects(answer.get("links")):
        href, kind = link.get("href"), str(link.get("type", "application/rdap+json"))
        if link.get("rel") == "related" and isinstance(href, str) and kind.startswith("application/rdap+json"):
            return href
    return ""


def _list(value: Any) -> list[Any]:
    return value[:_MOST] if isinstance(value, list) else []


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in _list(value) if isinstance(one, dict)]


_IANA, _BEYOND = Path(__file__).with_suffix(".json"), Path(__file__).with_suffix(".toml")


def registry_url(domain: str) -> str | None:
    """Returns the base URL for a domain in A-labels, with a slash at its end; None where no server is known. The
    longest match counts, label by label (RFC 9224 section 4)."""
    listed = _listed()
    labels = domain.lower().split(".")
    ends = [".".join(labels[i:]) for i in range(len(labels))]
    return next((listed[end] for end in ends if end in listed), None)


@cache
def _beyond() -> dict[str, Any]:
    return tomllib.loads(_BEYOND.read_text(encoding="utf-8"))


@cache
def _listed() -> Mapping[str, str]:
    """From the file: https where a service has both (RFC 9224 section 3 lets a client choose)."""
    found = {name: url for url, names in _beyond()["unlisted"].items() for name in names}
    for names, urls, *_ in json.loads(_IANA.read_text(encoding="utf-8"))["services"]:
        best = min(urls, key=lambda url: not url.startswith("https:"))
        found |= {name.lower(): best if best.endswith("/") else best + "/" for name in names}
    return found


_ACCEPT = "application/rdap+json, application/json;q=0.9"
_LIMIT = 500_000
_MOST_NAMES = 4
_NOT_ITS = frozenset({400, 404, 422})
"""How registries answer to a name that is not registered, or is below one that is."""


async def look_up(
    domain: str, organization: str | None, fetcher: Fetcher, *, base_url: str | None = None, until: float
) -> AgeFacts:
    """Asks for `domain` (A-labels), whose organizational domain is `organization` where that is known. `base_url` is
    one RDAP server for all domains; None takes the one of its top-level domain. All ends by the loop's time `until`.

    Nothing is remembered between two look-ups: a person who checks again has done something about it.
    """
    base = base_url or registry_url(domain)
    if base is None:
        tld = domain.rpartition(".")[2]
        return AgeFacts(domain, RdapOutcome.NO_SERVER, why=f"the registry of .{tld} is not known to answer by RDAP")
    asking = _RdapLookup(domain, base if base.endswith("/") else base + "/", fetcher, until)
    return await asking.all(_names(domain, organization or domain))


def _names(domain: str, organization: str) -> list[str]:
    """Returns the names that may be registered, likeliest first: the organization, what is above it, what is below."""
    above = _up_from(organization)
    below = [name for name in reversed(_up_from(domain)) if name not in above and name.endswith(f".{organization}")]
    return (above + below)[:_MOST_NAMES]


def _up_from(name: str) -> list[str]:
    labels = name.split(".")
    names = [".".join(labels[i:]) for i in range(len(labels) - 1)]
    return [one for one in names if one == name or not _is_suffix(one)]


def _is_suffix(name: str) -> bool:
    labels = name.split(".")
    return len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _beyond()["second_levels"]


@dataclass(slots=True)
class _RdapLookup:
    """One domain's requests, with what was asked so far."""

    domain: str
    base: str
    fetcher: Fetcher
    until: float
    asked: tuple[str, ...] = ()
    why: str = ""
    missing: bool = False
    """The registry said of a name that it is not registered."""
    odd: int = 0

    async def all(self, names: list[str]) -> AgeFacts:
        for name in names:
            got = await self._get(f"{self.base}domain/{name}")
            if isinstance(got, Failed):
                self.why = f"its registry could not be asked ({got.why})"
                break  # it is the server that fails, not the name
            answer, status = self._read(got)
            if status == 429:
                retry = got.headers.get("retry-after", "")
                why = "its registry takes no more questions now"
                return AgeFacts(self.domain, RdapOutcome.RATE_LIMITED, None, self.asked, why, retry)
            if status in _NOT_ITS:
                self.missing |= status == 404
                self.odd = self.odd or status
                continue
            found = answer.registration if answer else None
            if found and found.domain == name:
                whole = await self._completed(found, answer)
                return AgeFacts(self.domain, RdapOutcome.ANSWERED, whole, self.asked)
            self.why = self.why or _wrong(status, found)
        if self.missing and not self.why:
            return AgeFacts(self.domain, RdapOutcome.NOT_FOUND, asked=self.asked)
        return AgeFacts(self.domain, RdapOutcome.FAILED, asked=self.asked, why=self.why or _wrong(self.odd, None))

    async def _completed(self, found: Registration, answer: Answer | None) -> Registration:
        """Returns what a thin registry leaves to the registrar, from there: the dates alone, and of the same domain."""
        if found.registered or not answer or not answer.related:
            return found
        got = await self._get(answer.related)
        more = parse(got.body) if isinstance(got, Fetched) and got.status == 200 else None
        theirs = more.registration if more else None
        if not theirs or theirs.domain != found.domain:
            return found
        return dataclasses.replace(
            found,
            registered=theirs.registered,
            expires=found.expires or theirs.expires,
            events=found.events + theirs.events,
        )

    async def _get(self, url: str) -> Fetched | Failed:
        got = await self.fetcher.fetch(url, until=self.until, limit=_LIMIT, accept=_ACCEPT, hops=4)
        came = str(got.status) if isinstance(got, Fetched) else got.why
        self.asked += (f"RDAP {got.url}: {came}",)
        return got

    def _read(self, got: Fetched) -> tuple[Answer | None, int]:
        """Returns the answer with its status; an error can also stand in the body of a 200."""
        answer = parse(got.body) if got.status == 200 else None
        return answer, (answer.error if answer and answer.error else got.status)


def _wrong(status: int, found: Registration | None) -> str:
    if found:
        return "its registry answered about another domain"
    return (
        "what its registry answered could not be read"
        if status == 200
        else f"its registry answered with HTTP status {status}"
    )
