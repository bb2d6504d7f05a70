"""Slack over HTTP: signed requests at `POST /slack/events`, in place of Socket Mode.

Bolt verifies each signature and its age of five minutes at the most. A request that Slack sends once more, because an
answer was late or lost, gets the answer of the first and is not worked on again. Bodies are never logged.
Source: Slack, "Verifying requests from Slack", "Events API: Retries".
"""

import asyncio
import hashlib
import logging
from collections.abc import Sequence

from aiohttp import web
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from handlers.ack_priority import AckPriority
from handlers.errors import note
from model.bounded import BoundedCache

log = logging.getLogger(__name__)

PATH = "/slack/events"
MOST_BYTES = 1_048_576
"""A request holds so many bytes at most; Slack's own are far smaller."""
_ANSWERING = 2.5
"""Seconds for Bolt to acknowledge; Slack waits 3."""
_REMEMBERED = 2_000


class HttpMode:
    """Answers Slack's requests with `app`, which has the signing secret; `run` waits until `close`. It has the same
    methods as `SocketModeClient`."""

    def __init__(self, app: AsyncApp, priority: AckPriority) -> None:
        self._app = app
        self._priority = priority
        self._closing = asyncio.Event()
        self._known: BoundedCache[bytes, asyncio.Future[BoltResponse]] = BoundedCache(_REMEMBERED)

    def unready(self) -> str | None:
        """Why no request is taken at present; None when they are."""
        return "stopping" if self._closing.is_set() else None

    async def run(self, _: str | None = None) -> None:
        """Wait until `close`: the requests come by `answer`."""
        log.info("waiting for signed requests of Slack at %s", PATH)
        await self._closing.wait()

    async def close(self) -> None:
        """Take no more requests. Slack sends what it can again, or shows the person an error."""
        self._closing.set()

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one request."""
        if self._closing.is_set():
            return web.Response(status=503)
        body = await request.read()
        with self._priority.acknowledging():
            answer = await self._answered_once(body, request)
        headers = {name: values[0] for name, values in answer.headers.items() if name.lower() != "content-length"}
        kind = headers.pop("content-type", headers.pop("Content-Type", "text/plain")).partition(";")[0]
        return web.Response(status=answer.status, text=answer.body or "", headers=headers, content_type=kind)

    async def _answered_once(self, body: bytes, request: web.Request) -> BoltResponse:
        """Bolt's answer; the first one again where the same request comes again, with a signature of its own."""
        headers: dict[str, str | Sequence[str]] = {name.lower(): value for name, value in request.headers.items()}
        asked = AsyncBoltRequest(mode="http", body=body.decode("utf-8", "replace"), headers=headers)
        key = hashlib.sha256(body).digest()
        if "x-slack-retry-num" in headers and (known := self._known.get(key)):
            return await asyncio.shield(known)
        answer = asyncio.get_running_loop().create_future()
        given = BoltResponse(status=500)
        try:
            async with asyncio.timeout(_ANSWERING):
                given = await self._app.async_dispatch(asked)
        except Exception as error:  # noqa: BLE001 - Slack is to have an answer, and the log has the fault
            note(error, "answering a request of Slack")
        finally:
            answer.set_result(given)
        if given.status == 200:  # what is refused is remembered by no one
            self._known.keep(key, answer)
        return given
