"""The bot's port: `/healthz` and `/readyz` for the operator, `/metrics`, and Slack's requests where they come by HTTP.

`/healthz` answers 200 while the event loop turns: an orchestrator restarts the bot when it does not. `/readyz` answers
200 while Slack is connected, else 503 with the reason in a line. Both listen on every interface: in a container, the
loopback interface cannot be reached from outside, and the answers tell nothing but whether the bot is up.
`/metrics` has no domain and no person in it.
"""

import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from handlers.http_mode import MOST_BYTES, PATH
from handlers.metrics import CONTENT_TYPE
from model import VERSION

log = logging.getLogger(__name__)


class PortTaken(Exception):
    """The port cannot be listened on; the text is one line that names the setting and says why."""


@dataclass(slots=True)
class Doors:
    """What is behind the bot's port, as far as it has started. `ask` knows why the bot is not ready."""

    ask: Callable[[], str | None] | None = None
    slack: Callable[[web.Request], Awaitable[web.StreamResponse]] | None = None
    """Answers Slack's requests, where they come over HTTP."""
    metrics: Callable[[], Awaitable[bytes]] | None = None
    """The exposition of `/metrics`."""

    def why_not(self) -> str | None:
        """Why the bot is not ready, None when it is."""
        return self.ask() if self.ask else "starting: the database or Slack has not answered yet"


@asynccontextmanager
async def served(port: int, doors: Doors) -> AsyncIterator[int]:
    """Serve them while the context is open; gives the port (0 asks for any free one). `PortTaken` when it cannot be
    had."""
    listening = _listen(port)
    log.info("health on port %d", listening.getsockname()[1])
    runner = web.AppRunner(_routes(doors), access_log=None, handle_signals=False)
    try:
        await runner.setup()
        await web.SockSite(runner, listening).start()
        yield listening.getsockname()[1]
    finally:
        await runner.cleanup()
        listening.close()


def _routes(doors: Doors) -> web.Application:
    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text=f"ok {VERSION}\n")

    async def readyz(_: web.Request) -> web.Response:
        reason = doors.why_not()
        return web.Response(text="ok\n") if reason is None else web.Response(status=503, text=f"{reason}\n")

    async def metrics(_: web.Request) -> web.StreamResponse:
        if doors.metrics is None:
            return web.Response(status=503)
        return web.Response(body=await doors.metrics(), headers={"Content-Type": CONTENT_TYPE})

    async def slack(request: web.Request) -> web.StreamResponse:
        return await doors.slack(request) if doors.slack else web.Response(status=503)

    app = web.Application(client_max_size=MOST_BYTES)
    app.router.add_get("/metrics", metrics)
    app.router.add_post(PATH, slack)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    return app


def _listen(port: int) -> socket.socket:
    """One socket for IPv6 and IPv4; for IPv4 alone where the machine has no IPv6."""
    if socket.has_dualstack_ipv6():
        try:
            return socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
        except OSError:
            pass  # IPv6 is switched off, or the port is taken: IPv4 tells which
    try:
        return socket.create_server(("0.0.0.0", port))  # noqa: S104 - argued in the module's docstring
    except OSError as error:
        why = error.strerror or type(error).__name__
        example = "Example: SES_BOT_HTTP_PORT=0"
        raise PortTaken(f"SES_BOT_HTTP_PORT: {port} cannot be listened on ({why}). {example}") from error
