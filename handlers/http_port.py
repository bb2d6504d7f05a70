"""The bot's port: `/healthz` and `/readyz` for the operator, `/metrics`, and Slack's signed requests at `POST
/slack/events` where they come over HTTP, in place of Socket Mode.

`/healthz` answers 200 while the event loop turns: an orchestrator restarts the bot when it does not. `/readyz` answers
200 while Slack is connected, else 503 with the reason in a line. All listen on every interface: in a container, the
loopback interface cannot be reached from outside, and the answers tell nothing but whether the bot is up. `/metrics`
has no domain and no person in it.

Each signature of Slack is verified, is five minutes old at the most, and is worked on once. A request that Slack sends
once more, because an answer was late or lost, gets the answer of the first. Bodies are never logged.
Source: Slack, "Verifying requests from Slack", "Events API: Retries".
"""

import asyncio
import hashlib
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from handlers.background import AckPriority
from handlers.logs import log_error
from handlers.metrics import ACKS, CONTENT_TYPE
from model import VERSION
from model.bounded import BoundedCache

log = logging.getLogger(__name__)

_PATH = "/slack/events"
_MOST_BYTES = 1_048_576
"""A request holds so many bytes at most; Slack's own are far smaller."""
_ANSWERING = 2.5
"""Seconds for Bolt to acknowledge; Slack waits 3."""
_REMEMBERED = 2_000


class HttpMode:
    """Answers Slack's requests with `app`; `run` waits until `close`. It has the same methods as `SocketModeClient`."""

    def __init__(self, app: AsyncApp, signing_secret: str, priority: AckPriority) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)
        self._priority = priority
        self._closing = asyncio.Event()
        self._taken: BoundedCache[str, bool] = BoundedCache(_REMEMBERED)
        """Signatures that were taken."""
        self._answers: BoundedCache[bytes, asyncio.Future[BoltResponse]] = BoundedCache(_REMEMBERED)
        """By the digest of the body."""

    def explain_unready(self) -> str | None:
        """Returns why no request is taken at present; None when they are."""
        return "stopping" if self._closing.is_set() else None

    async def run(self, _: str | None = None) -> None:
        """Waits until `close`: the requests come by `answer`."""
        log.info("waiting for signed requests of Slack at %s", _PATH)
        await self._closing.wait()

    async def close(self) -> None:
        """Takes no more requests. Slack sends what it can again, or shows the person an error."""
        self._closing.set()

    async def answer(self, request: web.Request) -> web.Response:
        if self._closing.is_set():
            return web.Response(status=503)
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not self._is_signed(body, headers):
            return web.Response(status=401)
        with self._priority.hold_back_work(), ACKS.time():
            answer = await self._answer_once(body, headers)
        answered = {name.lower(): values[0] for name, values in answer.headers.items()}
        answered.pop("content-length", None)
        kind = answered.pop("content-type", "text/plain").partition(";")[0]
        return web.Response(status=answer.status, text=answer.body or "", headers=answered, content_type=kind)

    def _is_signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Tells whether Slack signed this, within five minutes."""
        try:
            return self._verifier.is_valid_request(body, headers)
        except (ValueError, TypeError):  # a timestamp that is no number; text that is no UTF-8 or no ASCII
            return False

    async def _answer_once(self, body: bytes, headers: Mapping[str, str]) -> BoltResponse:
        """Returns Bolt's answer; the first one again where Slack sends a request again, 401 where it is replayed."""
        key, signature = hashlib.sha256(body).digest(), headers["x-slack-signature"]
        if "x-slack-retry-num" in headers and (known := self._answers.get(key)):
            return await asyncio.shield(known)
        if self._taken.get(signature):
            return BoltResponse(status=401)
        self._taken.keep(signature, True)
        answer = asyncio.get_running_loop().create_future()
        self._answers.keep(key, answer)
        response = BoltResponse(status=500)
        try:
            async with asyncio.timeout(_ANSWERING):
                response = await self._app.async_dispatch(
                    AsyncBoltRequest(mode="http", body=body.decode(), headers=dict(headers))
                )
        except Exception as error:  # noqa: BLE001 - Slack is to have an answer, and the log has the fault
            log_error(error, "answering a request of Slack")
        finally:
            answer.set_result(response)
            if response.status != 200:  # sent again, it is worked on
                self._answers.drop(key)
        return response


class PortTaken(Exception):
    """The port cannot be listened on; the text is one line that names the setting and says why."""


@dataclass(slots=True)
class Doors:
    """What is behind the bot's port, as far as it has started. `connector_unready` says why Slack does not reach the
    bot."""

    connector_unready: Callable[[], str | None] | None = None
    slack: Callable[[web.Request], Awaitable[web.StreamResponse]] | None = None
    """Answers Slack's requests, where they come over HTTP."""
    metrics: Callable[[], Awaitable[bytes]] | None = None
    """The exposition of `/metrics`."""

    def explain_unready(self) -> str | None:
        """Returns why the bot is not ready, None when it is."""
        return (
            self.connector_unready()
            if self.connector_unready
            else "starting: the database or Slack has not answered yet"
        )


@asynccontextmanager
async def serve(port: int, doors: Doors) -> AsyncIterator[int]:
    """Serves them while the context is open; gives the port (0: any free one), or raises `PortTaken`."""
    listening = _listen(port)
    log.info("health on port %d", listening.getsockname()[1])
    runner = web.AppRunner(_build_application(doors), access_log=None, handle_signals=False)
    try:
        await runner.setup()
        await web.SockSite(runner, listening).start()
        yield listening.getsockname()[1]
    finally:
        await runner.cleanup()
        listening.close()


def _build_application(doors: Doors) -> web.Application:
    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text=f"ok {VERSION}\n")

    async def readyz(_: web.Request) -> web.Response:
        reason = doors.explain_unready()
        return web.Response(text="ok\n") if reason is None else web.Response(status=503, text=f"{reason}\n")

    async def metrics(_: web.Request) -> web.StreamResponse:
        if doors.metrics is None:
            return web.Response(status=503)
        return web.Response(body=await doors.metrics(), headers={"Content-Type": CONTENT_TYPE})

    async def slack(request: web.Request) -> web.StreamResponse:
        return await doors.slack(request) if doors.slack else web.Response(status=503)

    app = web.Application(client_max_size=_MOST_BYTES)
    app.router.add_get("/metrics", metrics)
    app.router.add_post(_PATH, slack)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    return app


def _listen(port: int) -> socket.socket:
    """Returns one socket for IPv6 and IPv4; for IPv4 alone where the machine has no IPv6."""
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
