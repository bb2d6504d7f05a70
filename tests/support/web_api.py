"""Slack's Web API and response URLs as a script: what a test says is what is answered, over real HTTP.

For faults that a faithful Slack would not play. `fakes` holds the faithful one.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import aiohttp
from aiohttp import web

from handlers.slack_api import EphemeralReply, SlackApi, make_api

Answer: TypeAlias = tuple[int, str, dict[str, str]]
"""Status (0 cuts the line), text, headers."""
OK: Answer = (200, '{"ok": true, "view": {"id": "V1"}}', {})


def refusal(error: str) -> Answer:
    return (200, f'{{"ok": false, "error": "{error}"}}', {})


def rate_limit(seconds: int) -> Answer:
    return (429, '{"ok": false, "error": "ratelimited"}', {"Retry-After": str(seconds)})


@dataclass
class ScriptedSlack:
    """Answers as scripted, by path; what is not scripted goes well. `requests` is every request, in order."""

    session: aiohttp.ClientSession
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    script: dict[str, list[Answer]] = field(default_factory=dict)
    base: str = ""

    @property
    def slack(self) -> SlackApi:
        return make_api(self.session, f"{self.base}/api/", "xoxb-1")

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]

    def answers(self, path: str, *answers: Answer) -> None:
        self.script[path] = list(answers)

    def reply(self, url: str = "response") -> EphemeralReply:
        return EphemeralReply(self.slack, "C1", "U1", f"{self.base}/{url}" if url else "")

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix("/api").lstrip("/")
        self.requests.append((path, await request.json()))
        waiting = self.script.get(path)
        status, text, headers = waiting.pop(0) if waiting else OK
        if status == 0:
            assert request.transport is not None
            request.transport.abort()
        kind = "application/json" if text.startswith("{") else "text/html"
        return web.Response(status=status or 200, text=text, headers=headers, content_type=kind)


@asynccontextmanager
async def scripted_slack() -> AsyncIterator[ScriptedSlack]:
    """Serves on loopback while the context is open."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        scripted = ScriptedSlack(session)
        app = web.Application()
        app.router.add_post("/{path:.*}", scripted.handle)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        scripted.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield scripted
        await runner.cleanup()
