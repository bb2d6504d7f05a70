"""The Web API's door: HTTP in, tokens, scopes, limits and faults, and Slack's envelope around every answer.

Bodies come as forms or as JSON, as slack_sdk sends them; a refusal is HTTP 200 with `ok: false`, but for 429 and what a
test asks for. Source: Slack, "Using the Web API".
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from fakes.slack.content import SlackRefused
from fakes.slack.methods import METHOD_SCOPES, OPEN_SOCKET, UNPLAYED_METHOD_SCOPES, Methods
from fakes.slack.rates import Rates
from fakes.slack.state import Call, Json
from fakes.slack.workspace import Workspace


@dataclass(slots=True)
class SlackFault:
    """What a test makes go wrong, `times` times: an error, an HTTP status with its Retry-After, or `hang` seconds of
    silence before the answer. `taken`: the call has its effect first, and only the answer goes wrong."""

    error: str = "internal_error"
    status: int = 200
    retry_after: int | None = None
    hang: float = 0.0
    times: int = 1
    taken: bool = False

    @property
    def refuses(self) -> bool:
        return bool(self.error) or self.status != 200


@dataclass(slots=True)
class Tokens:
    """The tokens of the bot. In `revoked`: those that no longer work."""

    bot: str
    app: str
    scopes: tuple[str, ...]
    revoked: set[str]

    def check_token(self, method: str, token: str) -> None:
        """Tells whether this token may call this method; `SlackRefused` as Slack words it."""
        if not token:
            raise SlackRefused("not_authed")
        if token in self.revoked:
            raise SlackRefused("token_revoked")
        if token not in (self.bot, self.app):
            raise SlackRefused("invalid_auth")
        if (method == OPEN_SOCKET) != (token == self.app) and method != "auth.test":
            raise SlackRefused("not_allowed_token_type")

    def check_scope(self, method: str) -> None:
        """Tells whether the bot has the scope for a method; `SlackRefused` with missing_scope or unknown_method."""
        if method in UNPLAYED_METHOD_SCOPES:
            raise self.scope_refusal(UNPLAYED_METHOD_SCOPES[method])
        if method not in METHOD_SCOPES:
            raise SlackRefused("unknown_method")
        needed = METHOD_SCOPES[method]
        if needed and needed not in self.scopes:
            raise self.scope_refusal(needed)

    def scope_refusal(self, needed: str) -> SlackRefused:
        """Returns the refusal for a scope that is not there."""
        return SlackRefused("missing_scope", extra={"needed": needed, "provided": ",".join(self.scopes)})


class Faults:
    """What tests make go wrong, by method; `*` stands for every method, `response_url` for those."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[SlackFault]] = {}

    def add(self, method: str, fault: SlackFault) -> None:
        """Makes the next calls of the method meet a fault."""
        self._waiting.setdefault(method, []).append(fault)

    def clear(self) -> None:
        """Ends all faults."""
        self._waiting.clear()

    async def raise_due(self, method: str, *, taken: bool = False) -> None:
        """Raises what is due for this call, before it has its effect or (`taken`) after; wait where it hangs."""
        for key in (method, "*"):
            due = self._waiting.get(key)
            if not due or due[0].taken != taken:
                continue
            fault = due[0]
            fault.times -= 1
            if fault.times == 0:
                due.pop(0)
            await asyncio.sleep(fault.hang)
            if fault.refuses:
                raise SlackRefused(fault.error, status=fault.status, retry_after=fault.retry_after)


class WebApi:
    """`handle` is the aiohttp handler of `/api/{method}`."""

    def __init__(self, workspace: Workspace, methods: Methods, tokens: Tokens, rates: Rates, faults: Faults) -> None:
        self._workspace = workspace
        self._methods = methods
        self._tokens = tokens
        self._rates = rates
        self._faults = faults

    async def handle(self, request: web.Request) -> web.Response:
        """Returns one call."""
        method = request.match_info["method"]
        arguments: Json = {}
        try:
            arguments = await _read_arguments(request)
            answer = {"ok": True, **await self._answer(method, _read_token(request, arguments), arguments)}
        except SlackRefused as refused:
            self._note(method, arguments, refused)
            return refusal_response(refused)
        self._note(method, arguments, None)
        headers = {
            "x-oauth-scopes": ",".join(self._tokens.scopes),
            "x-accepted-oauth-scopes": METHOD_SCOPES.get(method, ""),
        }
        return web.json_response(answer, headers=headers)

    async def _answer(self, method: str, token: str, arguments: Json) -> Json:
        await self._faults.raise_due(method)
        self._tokens.check_token(method, token)
        self._rates.check(method)
        self._tokens.check_scope(method)
        try:
            answer = self._methods.table[method](arguments)
        except SlackRefused as refused:
            if refused.error == "missing_scope":
                raise self._tokens.scope_refusal(str(refused.extra["needed"])) from None
            raise
        await self._faults.raise_due(method, taken=True)
        return answer

    def _note(self, method: str, arguments: Mapping[str, Any], refused: SlackRefused | None) -> None:
        logged = {name: value for name, value in arguments.items() if name != "token"}
        detail = tuple(refused.messages) if refused else ()
        self._workspace.record_call(Call(method, logged, refused.error if refused else "", detail))


def refusal_response(refused: SlackRefused) -> web.Response:
    """Returns Slack's no, as HTTP."""
    answer: Json = {"ok": False, "error": refused.error, **refused.extra}
    if refused.messages:
        answer["response_metadata"] = {"messages": [f"[ERROR] {complaint}" for complaint in refused.messages]}
    headers = {"Retry-After": str(refused.retry_after)} if refused.retry_after is not None else {}
    return web.json_response(answer, status=refused.status, headers=headers)


async def _read_arguments(request: web.Request) -> Json:
    """Reads the arguments of a call from the query, a form, or JSON."""
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text())
        except (ValueError, RecursionError):
            raise SlackRefused("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackRefused("json_not_object")
        # a token inside JSON is not looked at
        return arguments | {name: value for name, value in body.items() if name != "token"}
    return arguments | {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


def _read_token(request: web.Request, arguments: Json) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else str(arguments.get("token", ""))
