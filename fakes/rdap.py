"""A registry on loopback that answers RDAP (RFC 9082, RFC 9083): who is registered since when, and until when.

One server for all domains, as `SES_BOT_RDAP_URL` wants it. Like real ones it can take its time, send visitors
elsewhere, limit their rate, and answer in shapes of its own.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from aiohttp import web

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
    """Whatever answer a test wants: `body` as octets, text, or something for JSON."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0


class LoopbackRdap:
    """`async with LoopbackRdap({"acme.example": Registered(since)}) as rdap:` then `rdap.url`. A name that is not in
    `domains` gets 404. `asked` holds the names asked for, in order. `limited`, in seconds, refuses every question with
    429 and that `Retry-After`."""

    def __init__(self, domains: Mapping[str, RegisteredDomain | RawRdapAnswer] | None = None) -> None:
        self.domains: dict[str, RegisteredDomain | RawRdapAnswer] = dict(domains or {})
        self.asked: list[str] = []
        self.accepts: list[str] = []
        self.limited: int | None = None
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/domain/{name}", self._domain)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _domain(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.asked.append(name)
        self.accepts.append(request.headers.get("Accept", ""))
        if self.limited is not None:
            headers = {"Retry-After": str(self.limited)}
            return _rdap_response(_error_object(429, "Rate limit exceeded"), 429, headers)
        found = self.domains.get(name.lower())
        if found is None:
            return _rdap_response(_error_object(404, "Object not found"), 404)
        if isinstance(found, RegisteredDomain):
            return _rdap_response({**_domain_object(name.lower(), found), **found.more})
        await asyncio.sleep(found.delay)
        return _rdap_response(found.body, found.status, found.headers)


def _domain_object(name: str, domain: RegisteredDomain) -> dict[str, Any]:
    """RFC 9083 section 5.3."""
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
    """RFC 9083 section 6."""
    return {"rdapConformance": ["rdap_level_0"], "errorCode": code, "title": title}


def _rdap_response(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    octets = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return web.Response(body=octets, status=status, headers={"Content-Type": _JSON, **(headers or {})})
