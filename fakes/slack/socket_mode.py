"""Socket Mode: the WebSockets over which Slack tells the bot what people do, and the bot acknowledges it.

A URL connects once; each envelope goes to one of up to ten connections and is acknowledged by its id within three
seconds. Commands and interactions are never sent twice: a person whose envelope was lost sees an error.
Tests can drop, freeze or refuse connections and ask the bot to reconnect. Source: Slack, "Using Socket Mode".
"""

import asyncio
import contextlib
import itertools
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from fakes.slack.clock import Clock
from fakes.slack.state import Json
from fakes.slack.tickets import Tickets
from fakes.slack.workspace import Workspace

ACK_SECONDS = 3.0
MAX_CONNECTIONS = 10


@dataclass(slots=True, eq=False)
class Connection:
    """One WebSocket. `frozen`: it stays open, and nothing goes in or out. `leaving`: asked to reconnect, so it gets no
    more envelopes. `pings` counts those of the bot, `pongs` its answers to ours."""

    socket: web.WebSocketResponse
    request: web.Request
    frozen: bool = False
    leaving: bool = False
    pings: int = 0
    pongs: int = 0


@dataclass(slots=True, eq=False)
class SocketEnvelope:
    """One envelope on its way. The payload of its acknowledgement (an empty dict where it has none) goes to `then` the
    moment it comes, before anything else that the bot does, and to `answer`."""

    id: str
    sent: float
    then: Callable[[Json], None]
    answer: asyncio.Future[Json]


@dataclass(slots=True)
class AckTrouble:
    """What went wrong with acknowledgements: ids never sent, seconds of those that came after the deadline."""

    strays: list[str] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)


class NoConnection(Exception):
    """No bot is connected."""


class NoAck(Exception):
    """The envelope was not acknowledged in time."""


class SocketMode:
    """`handle` is the aiohttp handler of `/link`."""

    def __init__(self, workspace: Workspace, tickets: Tickets, clock: Clock, ping_interval: float) -> None:
        self._workspace = workspace
        self._tickets = tickets
        self._clock = clock
        self._ping_interval = ping_interval
        self._turn = itertools.count()
        self._open: list[Connection] = []
        self._envelopes: dict[str, SocketEnvelope] = {}
        self._refused_until = 0.0
        self.trouble = AckTrouble()
        self.opened = 0
        """How many connections there have been."""

    @property
    def connections(self) -> list[Connection]:
        """Those open now, the oldest first."""
        return list(self._open)

    @property
    def waiting(self) -> int:
        """How many envelopes wait for their acknowledgement."""
        return sum(not envelope.answer.done() for envelope in self._envelopes.values())

    # What tests do to the connections

    def drop(self) -> None:
        """Cuts every connection, without a closing frame."""
        for connection in self.connections:
            if connection.request.transport:
                connection.request.transport.abort()

    def freeze(self, *, frozen: bool = True) -> None:
        """Silences every open connection, both ways: no envelope arrives, no ping is answered."""
        for connection in self._open:
            connection.frozen = frozen

    def refuse(self, seconds: float = float("inf")) -> None:
        """Answers new WebSockets with HTTP 503 for so long; 0 ends it."""
        self._refused_until = self._clock.now() + seconds

    async def ask_to_leave(self, reason: str = "refresh_requested") -> None:
        """Sends `disconnect` on every connection: `warning` announces the end, `refresh_requested` wants a new one."""
        for connection in self.connections:
            connection.leaving = reason != "warning"
            await self._send(connection, _disconnect_message(reason))

    async def close(self) -> None:
        """Closes every connection in good order."""
        for connection in self.connections:
            with contextlib.suppress(ConnectionError):
                await asyncio.wait_for(connection.socket.close(), 2)

    # Envelopes

    async def deliver(self, kind: str, payload: Json, on_ack: Callable[[Json], None]) -> tuple[Json, float]:
        """Sends an envelope (`slash_commands`, `interactive`) over one connection.

        The payload of its acknowledgement and the seconds it took; `NoConnection`, or `NoAck` after three seconds.
        """
        connections = [
            connection for connection in self._open if not connection.leaving and not connection.socket.closed
        ]
        if not connections:
            raise NoConnection
        connection = connections[next(self._turn) % len(connections)]
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        envelope = SocketEnvelope(str(uuid.uuid4()), self._clock.now(), on_ack, answer)
        self._envelopes[envelope.id] = envelope
        message = {"envelope_id": envelope.id, "payload": payload, "type": kind, "accepts_response_payload": True}
        await self._send(connection, message)
        deadline = asyncio.ensure_future(self._clock.sleep_until(envelope.sent + ACK_SECONDS))
        waits: list[asyncio.Future[Any]] = [envelope.answer, deadline]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            deadline.cancel()
        if not envelope.answer.done():
            envelope.answer.cancel()
            self.trouble.unanswered.append(envelope.id)
            raise NoAck
        return envelope.answer.result(), self._clock.now() - envelope.sent

    def _acknowledge(self, text: str) -> None:
        try:
            message = json.loads(text)
            envelope_id = message["envelope_id"]
            payload = message.get("payload")
        except (ValueError, KeyError, TypeError, AttributeError):
            self.trouble.strays.append(text[:80])
            return
        envelope = self._envelopes.get(str(envelope_id))
        if envelope is None:
            self.trouble.strays.append(str(envelope_id))
        elif envelope.answer.cancelled():
            self.trouble.late.append(self._clock.now() - envelope.sent)
        elif not envelope.answer.done():
            answer = payload if isinstance(payload, dict) else {}
            envelope.then(answer)
            envelope.answer.set_result(answer)
        self._workspace.signal.notify()

    # Connections

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Returns one connection, from its first frame to its last."""
        if self._clock.now() < self._refused_until:
            return web.Response(status=503, text="try again later")
        if not self._tickets.take_socket(request.query.get("ticket", "")):
            return web.Response(status=403, text="this ticket is not good, or not any more")
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        connection = Connection(socket, request)
        if len(self._open) >= MAX_CONNECTIONS:
            await self._send(connection, _disconnect_message("too_many_websockets"))
            await socket.close()
            return socket
        self._open.append(connection)
        self.opened += 1
        pinging = asyncio.ensure_future(self._ping(connection))
        try:
            await self._send(connection, self._hello_message())
            self._workspace.signal.notify()
            await self._receive(connection)
        finally:
            pinging.cancel()
            self._open.remove(connection)
            self._workspace.signal.notify()
        return socket

    def _hello_message(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._workspace.app_id},
        }

    async def _receive(self, connection: Connection) -> None:
        async for frame in connection.socket:
            if connection.frozen:
                continue
            if frame.type is WSMsgType.TEXT:
                self._acknowledge(frame.data)
            elif frame.type is WSMsgType.PING:
                connection.pings += 1
                with contextlib.suppress(ConnectionError):
                    await connection.socket.pong(frame.data)
            elif frame.type is WSMsgType.PONG:
                connection.pongs += 1

    async def _ping(self, connection: Connection) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await asyncio.sleep(self._ping_interval)
                if not connection.frozen:
                    await connection.socket.ping(b"Ping from applink-1")

    async def _send(self, connection: Connection, message: Json) -> None:
        if connection.frozen:
            return
        with contextlib.suppress(ConnectionError):
            await connection.socket.send_str(json.dumps(message))


def _disconnect_message(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}
