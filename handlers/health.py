"""`/healthz` and `/readyz` for the operator: is the bot alive, and does it reach Slack?

`/healthz` answers 200 while the event loop turns: an orchestrator restarts the bot when it does not. `/readyz` answers
200 while Slack is connected, else 503 with the reason in a line. Both listen on every interface: in a container, the
loopback interface cannot be reached from outside, and the answers tell nothing but whether the bot is up.
"""

import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

log = logging.getLogger(__name__)


class PortTaken(Exception):
    """The port cannot be listened on; the text is one line that names the setting and says why."""


@dataclass(slots=True)
class Readiness:
    """Why the bot is not ready: `ask` knows, once there is something to ask."""

    ask: Callable[[], str | None] | None = None

    def why_not(self) -> str | None:
        """Why the bot is not ready, None when it is."""
        return self.ask() if self.ask else "starting: the database or Slack has not answered yet"


@asynccontextmanager
async def served(port: int, unready: Callable[[], str | None]) -> AsyncIterator[int]:
    """Serve both while the context is open; gives the port (0 asks for any free one). `unready` says why the bot is
    not ready, None when it is. `PortTaken` when the port cannot be had."""
    listening = _listen(port)
    log.info("health on port %d", listening.getsockname()[1])
    runner = web.AppRunner(_routes(unready), access_log=None, handle_signals=False)
    try:
        await runner.setup()
        await web.SockSite(runner, listening).start()
        yield listening.getsockname()[1]
    finally:
        await runner.cleanup()
        listening.close()


def _routes(unready: Callable[[], str | None]) -> web.Application:
    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        reason = unready()
        return web.Response(text="ok\n") if reason is None else web.Response(status=503, text=f"{reason}\n")

    app = web.Application()
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
