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
    """`domain` was checked; `requests` has a line for each request and its outcome; `why` is a phrase for whatever is
    no answer; `retry_after` is that header of a 429, empty without one."""

    domain: str
    outcome: RdapOutcome
    registration: Registration | None = None
    requests: tuple[str, ...] = ()
    why: str = ""
    retry_after: str = ""


def registration_date(facts: AgeFacts) -> date | None:
    """Returns the day on which the domain was registered (UTC); None where unknown."""
    registration = facts.registration
    return registration.registered.date() if registration and registration.registered else None


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
_MOST_ITEMS = 30
"""Events, statuses and links that are read of an answer."""


@dataclass(frozen=True, slots=True)
class RdapAnswer:
    """What one answer holds: a domain, or the code of an error in its place (RFC 9083 section 6), or neither.
    `related` is where the registrar's own answer is, empty without."""

    registration: Registration | None = None
    error: int = 0
    related: str = ""


def parse(body: bytes) -> RdapAnswer | None:
    """Parses an answer; returns None for what is no RDAP object. Never raises."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict):
        return None
    if isinstance(code := answer.get("errorCode"), int):
        return RdapAnswer(error=code)
    name = _read_domain(answer)
    if answer.get("objectClassName", "domain") != "domain" or not name:
        return RdapAnswer()
    return RdapAnswer(_read_registration(name, answer), related=_related_url(answer))


def _read_domain(answer: Mapping[str, Any]) -> str:
    """Returns the domain that the answer is about, in A-labels."""
    for key in ("ldhName", "unicodeName"):
        name = answer.get(key)
        if isinstance(name, str) and name:
            try:
                domain = name.strip().rstrip(".").lower()
                return domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
            except (idna.IDNAError, UnicodeError):
                continue
    return ""


def _read_registration(name: str, answer: Mapping[str, Any]) -> Registration:
    events = [
        (str(event["eventAction"]).strip().lower(), str(event["eventDate"]))
        for event in _as_objects(answer.get("events"))
        if "eventAction" in event and "eventDate" in event
    ]
    registration_dates = _find_dates(events, "registration")[:1] + _find_dates(events, "reregistration")[-1:]
    expiry_dates = _find_dates(events, "expiration") or _find_dates(events, "registrar expiration")
    lines = [f"{action}: {moment}" for action, moment in events if action != "last update of rdap database"]
    return Registration(
        domain=name,
        registered=registration_dates[-1] if registration_dates else None,
        expires=expiry_dates[-1] if expiry_dates else None,
        statuses=tuple(
            dict.fromkeys(
                _normalize_status(status) for status in _as_list(answer.get("status")) if isinstance(status, str)
            )
        ),
        events=tuple(make_printable(line)[:120] for line in lines),
    )


def _find_dates(events: Iterable[tuple[str, str]], action: str) -> list[datetime]:
    return sorted(date for event_action, text in events if event_action == action and (date := parse_datetime(text)))


def parse_datetime(text: str) -> datetime | None:
    """Parses a date of RFC 3339, or one of the ways in which registries miss it; without a zone it is taken for UTC."""
    try:
        moment = datetime.fromisoformat(text.strip().upper())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment >= _EARLIEST else None


def _normalize_status(text: str) -> str:
    """Writes `client hold`, `clientHold` and `clientHold https://…` as EPP does; what is none of EPP's stays as it
    is."""
    words = text.partition("http")[0]
    return _STATUSES.get(re.sub("[^a-z]", "", words.lower()), make_printable(text.strip())[:60])


def _related_url(answer: Mapping[str, Any]) -> str:
    """Returns the registrar's answer about the same domain, which thin registries point to (RFC 9083 section 4.2)."""
    for link in _as_objects(answer.get("links")):
        href, kind = link.get("href"), str(link.get("type", "application/rdap+json"))
        if link.get("rel") == "related" and isinstance(href, str) and kind.startswith("application/rdap+json"):
            return href
    return ""


def _as_list(value: Any) -> list[Any]:
    return value[:_MOST_ITEMS] if isinstance(value, list) else []


def _as_objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in _as_list(value) if isinstance(item, dict)]


_BOOTSTRAP_FILE, _EXTRA_FILE = Path(__file__).with_suffix(".json"), Path(__file__).with_suffix(".toml")


def registry_url(domain: str) -> str | None:
    """Returns the base URL for a domain in A-labels, with a slash at its end; None where no server is known. The
    longest match counts, label by label (RFC 9224 section 4)."""
    servers = _load_servers()
    labels = domain.lower().split(".")
    suffixes = [".".join(labels[i:]) for i in range(len(labels))]
    return next((servers[suffix] for suffix in suffixes if suffix in servers), None)


@cache
def _load_extra() -> dict[str, Any]:
    return tomllib.loads(_EXTRA_FILE.read_text(encoding="utf-8"))


@cache
def _load_servers() -> Mapping[str, str]:
    """Loads the server of each top-level domain: https where a service has both (RFC 9224 section 3 lets a client
    choose)."""
    servers = {name: url for url, names in _load_extra()["unlisted"].items() for name in names}
    for names, urls, *_ in json.loads(_BOOTSTRAP_FILE.read_text(encoding="utf-8"))["services"]:
        url = min(urls, key=lambda url: not url.startswith("https:"))
        servers |= {name.lower(): url if url.endswith("/") else url + "/" for name in names}
    return servers


_ACCEPT = "application/rdap+json, application/json;q=0.9"
_LIMIT = 500_000
_MOST_NAMES = 4
_UNREGISTERED_STATUSES = frozenset({400, 404, 422})
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
    lookup = _RdapLookup(domain, base if base.endswith("/") else base + "/", fetcher, until)
    return await lookup.ask_names(_candidate_names(domain, organization or domain))


def _candidate_names(domain: str, organization: str) -> list[str]:
    """Returns the names that may be registered, likeliest first: the organization, what is above it, what is below."""
    above = _names_upward(organization)
    below = [name for name in reversed(_names_upward(domain)) if name.endswith(f".{organization}")]
    return (above + below)[:_MOST_NAMES]


def _names_upward(name: str) -> list[str]:
    labels = name.split(".")
    names = [".".join(labels[i:]) for i in range(len(labels) - 1)]
    return [parent for parent in names if parent == name or not _is_public_suffix(parent)]


def _is_public_suffix(name: str) -> bool:
    labels = name.split(".")
    return len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _load_extra()["second_levels"]


@dataclass(slots=True)
class _RdapLookup:
    """Asks for one domain, and notes each request."""

    domain: str
    base: str
    fetcher: Fetcher
    until: float
    requests: tuple[str, ...] = ()
    why: str = ""
    is_missing: bool = False
    """The registry said of a name that it is not registered."""
    other_status: int = 0

    async def ask_names(self, names: list[str]) -> AgeFacts:
        for name in names:
            response = await self._fetch(f"{self.base}domain/{name}")
            if isinstance(response, Failed):
                self.why = f"its registry could not be asked ({response.why})"
                break  # it is the server that fails, not the name
            answer, status = self._read_answer(response)
            if status == 429:
                retry = response.headers.get("retry-after", "")
                why = "its registry takes no more questions now"
                return AgeFacts(self.domain, RdapOutcome.RATE_LIMITED, None, self.requests, why, retry)
            if status in _UNREGISTERED_STATUSES:
                self.is_missing |= status == 404
                self.other_status = self.other_status or status
                continue
            registration = answer.registration if answer else None
            if registration and registration.domain == name:
                completed = await self._complete_registration(registration, answer)
                return AgeFacts(self.domain, RdapOutcome.ANSWERED, completed, self.requests)
            self.why = self.why or _describe_failure(status, registration)
        if self.is_missing and not self.why:
            return AgeFacts(self.domain, RdapOutcome.NOT_FOUND, requests=self.requests)
        why = self.why or _describe_failure(self.other_status, None)
        return AgeFacts(self.domain, RdapOutcome.FAILED, requests=self.requests, why=why)

    async def _complete_registration(self, registration: Registration, answer: RdapAnswer | None) -> Registration:
        """Adds the dates that a thin registry leaves to the registrar, where its answer is about the same domain."""
        if registration.registered or not answer or not answer.related:
            return registration
        response = await self._fetch(answer.related)
        registrar_answer = parse(response.body) if isinstance(response, Fetched) and response.status == 200 else None
        registrar = registrar_answer.registration if registrar_answer else None
        if not registrar or registrar.domain != registration.domain:
            return registration
        return dataclasses.replace(
            registration,
            registered=registrar.registered,
            expires=registration.expires or registrar.expires,
            events=registration.events + registrar.events,
        )

    async def _fetch(self, url: str) -> Fetched | Failed:
        response = await self.fetcher.fetch(url, until=self.until, limit=_LIMIT, accept=_ACCEPT, hops=4)
        outcome = str(response.status) if isinstance(response, Fetched) else response.why
        self.requests += (f"RDAP {response.url}: {outcome}",)
        return response

    def _read_answer(self, response: Fetched) -> tuple[RdapAnswer | None, int]:
        """Returns the answer with its status; an error can also stand in the body of a 200."""
        answer = parse(response.body) if response.status == 200 else None
        return answer, (answer.error if answer and answer.error else response.status)


def _describe_failure(status: int, registration: Registration | None) -> str:
    if registration:
        return "its registry answered about another domain"
    if status == 200:
        return "what its registry answered could not be read"
    return f"its registry answered with HTTP status {status}"
