"""Slack's signed HTTP requests, in place of Socket Mode: commands and interactions to one URL of the bot.

Source: Slack, "Verifying requests from Slack", "Slash commands", "Handling user interaction".
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from urllib.parse import urlencode

import aiohttp

from fakes.slack.socket_mode import ACK_SECONDS, NoAck, NoConnection
from fakes.slack.state import Json

SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


class HttpRequests:
    """`url` is where the bot takes requests; None until it is known. `sent` holds each body, `waiting` counts those
    that are not answered yet."""

    def __init__(self) -> None:
        self.url: str | None = None
        self.sent: list[bytes] = []
        self.waiting = 0

    async def deliver(self, kind: str, payload: Json, on_ack: Callable[[Json], None]) -> tuple[Json, float]:
        """Sends a request; see `SocketMode.deliver`."""
        if self.url is None:
            raise NoConnection
        body = urlencode(payload if kind == "slash_commands" else {"payload": json.dumps(payload)}).encode()
        self.sent.append(body)
        sent_at = time.monotonic()
        self.waiting += 1
        try:
            async with asyncio.timeout(ACK_SECONDS), aiohttp.ClientSession() as session:
                status, text = await post(session, self.url, body)
        except TimeoutError:
            raise NoAck from None
        except aiohttp.ClientError:
            raise NoConnection from None
        finally:
            self.waiting -= 1
        if status != 200:
            raise NoAck
        answer = json.loads(text) if text.startswith("{") else {}
        on_ack(answer)
        return answer, time.monotonic() - sent_at


async def post(session: aiohttp.ClientSession, url: str, body: bytes, *, at: float | None = None) -> tuple[int, str]:
    """Posts a signed body; its status and text. `at`: when it was signed, in Unix time."""
    async with session.post(url, data=body, headers=signed_headers(body, at=at)) as answer:
        return answer.status, await answer.text()


def signed_headers(body: bytes, *, at: float | None = None) -> dict[str, str]:
    """Returns the headers of a request, signed by version 0."""
    timestamp = str(int(time.time() if at is None else at))
    digest = hmac.new(SIGNING_SECRET.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={digest}",
    }
