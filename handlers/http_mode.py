"""Slack over HTTP: signed requests at `POST /slack/events`, in place of Socket Mode.

Each signature is verified, is five minutes old at the most, and is worked on once. A request that Slack sends once
more, because an answer was late or lost, gets the answer of the first. Bodies are never logged.
Source: Slack, "Verifying requests from Slack", "Events API: Retries".
"""

import asyncio
import hashlib
import logging
from collections.abc import Mapping

from aiohttp import web
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

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
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not self._is_signed(body, headers):
            return web.Response(status=401)
        with self._priority.acknowledging():
            answer = await self._answered_once(body, headers)
        kept = {name.lower(): values[0] for name, values in answer.headers.items()}
        kept.pop("content-length", None)
        kind = kept.pop("content-type", "text/plain").partition(";")[0]
        return web.Response(status=answer.status, text=answer.body or "", headers=kept, content_type=kind)

    def _is_signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether Slack signed this, within five minutes."""
        try:
            return self._verifier.is_valid_request(body, headers)
        except (ValueError, TypeError):  # a timestamp that is no number; text that is no UTF-8 or no ASCII
            return False

    async def _answered_once(self, body: bytes, headers: Mapping[str, str]) -> BoltResponse:
        """Bolt's answer; the first one again where Slack sends a request again, and 401 where it is replayed."""
        key, signature = hashlib.sha256(body).digest(), headers["x-slack-signature"]
        if "x-slack-retry-num" in headers and (known := self._answers.get(key)):
            return await asyncio.shield(known)
        if self._taken.get(signature):
            return BoltResponse(status=401)
        self._taken.keep(signature, True)
        answer = asyncio.get_running_loop().create_future()
        self._answers.keep(key, answer)
        given = BoltResponse(status=500)
        try:
            async with asyncio.timeout(_ANSWERING):
                given = await self._app.async_dispatch(
                    AsyncBoltRequest(mode="http", body=body.decode(), headers=dict(headers))
                )
        except Exception as error:  # noqa: BLE001 - Slack is to have an answer, and the log has the fault
            note(error, "answering a request of Slack")
        finally:
            answer.set_result(given)
            if given.status != 200:  # sent again, it is worked on
                self._answers.drop(key)
        return given
