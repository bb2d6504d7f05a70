"""A registry on loopback that answers RDAP (RFC 9082, RFC 9083): when a domain was registered, and until when.

One server for all domains, as `SES_BOT_RDAP_URL` wants it. Like real ones it can take its time, send visitors
elsewhere, limit their rate, and answer in shapes of its own.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from aiohttp import web

from fakes.http_server import LoopbackHttpServer

_JSON = "application/rdap+json"


@dataclass(frozen=True, slots=True)
class RegisteredDomain:
    """A domain in the registry. `since` and `until` go out as they are where they are text; None leaves them out.
    `statuses` in any spelling; `more` is merged into the answer, and may replace what is in it."""

    since: datetime | str | None
    until: datetime | str | None = None
    statuses: tuple[str, ...] = ("active",)
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawRdapAnswer:
    """An answer that a test writes itself: `body` as octets, text, or a value for JSON."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0


class LoopbackRdap(LoopbackHttpServer):
    """`async with LoopbackRdap({"acme.example": Registered(since)}) as rdap:` then `rdap.url`. A name that is not in
    `domains` gets 404. `asked` holds the names asked for, in order. `limited`, in seconds, refuses every question with
    429 and that `Retry-After`."""

    def __init__(self, domains: Mapping[str, RegisteredDomain | RawRdapAnswer] | None = None) -> None:
        super().__init__()
        self.domains: dict[str, RegisteredDomain | RawRdapAnswer] = dict(domains or {})
        self.asked: list[str] = []
        self.accepts: list[str] = []
        self.limited: int | None = None

    def _routes(self) -> Iterable[web.RouteDef]:
        return [web.get("/domain/{name}", self._answer_domain)]

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self.url += "/"
        return self

    async def _answer_domain(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.asked.append(name)
        self.accepts.append(request.headers.get("Accept", ""))
        if self.limited is not None:
            headers = {"Retry-After": str(self.limited)}
            return _rdap_response(_error_object(429, "Rate limit exceeded"), 429, headers)
        answer = self.domains.get(name.lower())
        if answer is None:
            return _rdap_response(_error_object(404, "Object not found"), 404)
        if isinstance(answer, RegisteredDomain):
            return _rdap_response({**_domain_object(name.lower(), answer), **answer.more})
        await asyncio.sleep(answer.delay)
        return _rdap_response(answer.body, answer.status, answer.headers)


def _domain_object(name: str, domain: RegisteredDomain) -> dict[str, Any]:
    # RFC 9083 5.3
    dates = (("registration", domain.since), ("expiration", domain.until))
    events = [{"eventAction": action, "eventDate": _format_date(date)} for action, date in dates if date is not None]
    events.append({"eventAction": "last update of RDAP database", "eventDate": _format_date(datetime.now(UTC))})
    return {
        "rdapConformance": ["rdap_level_0"],
        "objectClassName": "domain",
        "handle": f"{name.upper()}-LOOPBACK",
        "ldhName": name,
        "status": list(domain.statuses),
        "events": events,
        "nameservers": [{"objectClassName": "nameserver", "ldhName": f"ns1.{name}"}],
    }


def _format_date(date: datetime | str) -> str:
    return date if isinstance(date, str) else date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _error_object(code: int, title: str) -> dict[str, Any]:
    # RFC 9083 6
    return {"rdapConformance": ["rdap_level_0"], "errorCode": code, "title": title}


def _rdap_response(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    octets = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return web.Response(body=octets, status=status, headers={"Content-Type": _JSON, **(headers or {})})
