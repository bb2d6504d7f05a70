"""Asks the registry of a domain by RDAP (RFC 9082); its server is found by the bundled bootstrap of IANA (RFC 9224)."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from checks.domain_age.parse import AgeFacts, Answer, RdapOutcome, Registration, parse
from checks.fetch import Failed, Fetched, Fetcher

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


def registry_url(domain: str) -> str | None:
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


_ACCEPT = "application/rdap+json, application/json;q=0.9"
_LIMIT = 500_000
_MOST_NAMES = 4
_NOT_ITS = frozenset({400, 404, 422})
"""How registries answer to a name that is not registered, or is below one that is."""
_SECOND_LEVELS = frozenset(
    {"ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "gv", "ltd", "me", "mil", "ne", "net", "nom", "or", "org"}
)
"""Labels under a country's top-level domain where others register names; no organization's own domain."""


async def look_up(
    domain: str, organization: str | None, fetcher: Fetcher, *, base_url: str | None = None, until: float
) -> AgeFacts:
    """Ask for `domain` (A-labels), whose organizational domain is `organization` where that is known. `base_url` is one
    RDAP server for all domains; None takes the one of its top-level domain. All ends by the loop's time `until`.

    Nothing is remembered between two look-ups: a person who checks again has done something about it.
    """
    base = base_url or registry_url(domain)
    if base is None:
        tld = domain.rpartition(".")[2]
        return AgeFacts(domain, RdapOutcome.NO_SERVER, why=f"the registry of .{tld} is not known to answer by RDAP")
    asking = _Asking(domain, base if base.endswith("/") else base + "/", fetcher, until)
    return await asking.all(_names(domain, organization or domain))


def _names(domain: str, organization: str) -> list[str]:
    """The names that may be the registered one, likeliest first: the organization and what is above it, then what is
    between it and the domain."""
    above = _up_from(organization)
    below = [name for name in reversed(_up_from(domain)) if name not in above and name.endswith(f".{organization}")]
    return (above + below)[:_MOST_NAMES]


def _up_from(name: str) -> list[str]:
    labels = name.split(".")
    names = [".".join(labels[i:]) for i in range(len(labels) - 1)]
    return [one for one in names if one == name or not _is_suffix(one)]


def _is_suffix(name: str) -> bool:
    labels = name.split(".")
    return len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _SECOND_LEVELS


@dataclass(slots=True)
class _Asking:
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
                return self._facts(
                    RdapOutcome.RATE_LIMITED, why="its registry takes no more questions now", retry_after=retry
                )
            if status in _NOT_ITS:
                self.missing |= status == 404
                self.odd = self.odd or status
                continue
            found = answer.registration if answer else None
            if found and found.domain == name:
                return self._facts(RdapOutcome.ANSWERED, registration=await self._completed(found, answer))
            self.why = self.why or _wrong(status, found)
        if self.missing and not self.why:
            return self._facts(RdapOutcome.NOT_FOUND)
        return self._facts(RdapOutcome.FAILED, why=self.why or _wrong(self.odd, None))

    async def _completed(self, found: Registration, answer: Answer | None) -> Registration:
        """What a thin registry leaves to the registrar, from there: the dates alone, and of the same domain."""
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
        """The answer with its status; an error can also stand in the body of a 200."""
        answer = parse(got.body) if got.status == 200 else None
        return answer, (answer.error if answer and answer.error else got.status)

    def _facts(
        self, outcome: RdapOutcome, *, registration: Registration | None = None, why: str = "", retry_after: str = ""
    ) -> AgeFacts:
        return AgeFacts(self.domain, outcome, registration, self.asked, why, retry_after)


def _wrong(status: int, found: Registration | None) -> str:
    if found:
        return "its registry answered about another domain"
    return (
        "what its registry answered could not be read"
        if status == 200
        else f"its registry answered with HTTP status {status}"
    )
