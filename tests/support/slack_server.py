"""The far end of a Socket Mode connection, without the Slack around it: what a test says is what goes over the wire."""

import asyncio
import json
from types import TracebackType
from typing import Any

from aiohttp import WSMsgType, web

WAIT = 180.0
"""Seconds after which a test that waits has failed."""


class ServerConnection:
    """One accepted WebSocket. `acks` are the frames that came; a `frozen` line neither reads nor answers pings."""

    def __init__(self, ws: web.WebSocketResponse) -> None:
        self.ws = ws
        self.acks: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.closed = asyncio.Event()
        self.frozen = False

    async def send(self, frame: dict[str, Any] | str) -> None:
        await self.ws.send_str(frame if isinstance(frame, str) else json.dumps(frame))

    async def ack(self) -> dict[str, Any]:
        async with asyncio.timeout(WAIT):
            return await self.acks.get()

    def drop(self) -> None:
        """Cut the line without a word."""
        request = self.ws._req  # there is no public way to cut a WebSocket short
        assert request is not None
        assert request.transport is not None
        request.transport.abort()


class SocketServer:
    """Accepts WebSockets. `lines` are those accepted, in order; `greet` False sends no hello."""

    def __init__(self) -> None:
        self.greet = True
        self.accepted: asyncio.Queue[ServerConnection] = asyncio.Queue()
        self.opened = 0
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def __aenter__(self) -> "SocketServer":
        app = web.Application()
        app.router.add_get("/link/{ticket}", self._accept)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def url(self) -> str:
        """What apps.connections.open answers: an address good for one connection."""
        self.opened += 1
        return f"ws://127.0.0.1:{self.port}/link/{self.opened}"

    async def line(self) -> ServerConnection:
        """The next connection."""
        async with asyncio.timeout(WAIT):
            return await self.accepted.get()

    async def _accept(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        line = ServerConnection(ws)
        if self.greet:
            await line.send({"type": "hello", "num_connections": 1})
        self.accepted.put_nowait(line)
        try:
            await self._read(line)
        finally:
            line.closed.set()
        return ws

    async def _read(self, line: ServerConnection) -> None:
        async for message in line.ws:
            if line.frozen:
                continue
            if message.type is WSMsgType.PING:
                await line.ws.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                line.acks.put_nowait(json.loads(message.data))
