"""The Socket Mode connection: kept open, watched, and every envelope acknowledged.

Bolt does the listening (`AsyncApp`); this carries envelopes to it, in place of the client that comes with slack_sdk
3.47 (`slack_sdk.socket_mode.aiohttp`). That one could not be made to keep the promises of this bot without overriding
all of it: it closes the old connection before it opens the new one, so envelopes are lost at each of Slack's regular
refreshes; it waits for a frozen peer to say goodbye before it reconnects; after a failed connect it tries the same
address for ever, although an address is good for one connection; a reconnect that hangs blocks every later one; a late
pong of an old connection counts for the new one; an acknowledgement may go to another connection than its envelope
came from; and an envelope delivered twice is answered twice.

Here each `_Connection` has its own reader and its own watch. One that Slack announces the end of, that drops, or that
falls silent is replaced first and closed afterwards. Source: Slack, "Using Socket Mode".

Most envelopes are acknowledged as they come in, before Bolt has them: Bolt takes a millisecond of CPU to find a
listener and looks for its acknowledgement every ten milliseconds, which two hundred commands at once would all wait
for. Only a form that is handed in waits, for its acknowledgement says what becomes of the form.
"""

import asyncio
import hashlib
import json
import logging
import random
import urllib.request
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import aiohttp
from yarl import URL

from handlers.background import AckPriority
from handlers.logs import describe_briefly, log_error
from handlers.metrics import ACKS, CONNECTIONS
from handlers.slack_api import Undelivered
from model.bounded import BoundedCache, back_off

log = logging.getLogger(__name__)

Payload: TypeAlias = dict[str, Any]

INTERVAL = 4.0
"""Seconds between two pings. Two in a row without any sign of life end a connection: a frozen one is noticed in 8 to
12 s."""
_OPENING = 10.0
"""Seconds for a connection to come up."""
_ANSWERING = 2.5
"""Seconds for Bolt to acknowledge; Slack waits 3."""
_LINGER = 30.0
"""Seconds that a connection goes on being read after Slack announced its end and another has taken over."""
_SETTLED = 30.0
"""Seconds after which a connection that ends counts as having worked: the next one is opened at once."""
_LONGEST_PAUSE = 30.0
_LONGEST_WAIT = 300.0
"""Seconds of Retry-After that are obeyed."""
_REMEMBERED = 2_000
"""How many envelopes are remembered, to answer none twice."""
_PLANNED = frozenset({"warning", "refresh_requested"})
"""Reasons of Slack's `disconnect` that announce a regular change of connection."""
_HANDED_ON = 8
"""How many envelopes Bolt gets in one round of the event loop, some milliseconds' work."""
_ANSWERED_IN_THE_ACKNOWLEDGEMENT = frozenset({"view_submission", "block_suggestion"})
"""Interactions whose acknowledgement holds what Slack does next (Slack, "Modals", "Select menu element")."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What Slack delivers. `type` is slash_commands, interactive or events_api; `payload` is as an HTTP request's."""

    id: str
    type: str
    payload: Payload
    takes_payload: bool
    retry_attempt: int | None = None
    retry_reason: str | None = None

    @property
    def waits_for_answer(self) -> bool:
        """Whether its acknowledgement has to hold what the listener says."""
        return self.type == "interactive" and self.payload.get("type") in _ANSWERED_IN_THE_ACKNOWLEDGEMENT

    def keys(self) -> tuple[str, ...]:
        """Returns what this is known by when it comes again, perhaps in another envelope: a payload holds a trigger id
        or an event id, so no two presses, commands or events have the same."""
        if not self.payload:
            return (self.id,)
        return (self.id, hashlib.sha256(json.dumps(self.payload, sort_keys=True).encode()).hexdigest())


class _Unanswered(Exception):
    """Bolt failed, or took too long."""


@dataclass(slots=True, eq=False)
class _Connection:
    """One WebSocket connection. `last_seen` is when the last sign of life came, in the loop's seconds; `planned`: Slack
    announced its end, and delivers by it until then; `replaced` is set when another is to take its place."""

    ws: aiohttp.ClientWebSocketResponse
    opened: float
    last_seen: float
    greeted: bool = False
    planned: bool = False
    replaced: asyncio.Event = field(default_factory=asyncio.Event)

    def is_usable(self) -> bool:
        return not self.ws.closed and (self.planned or not self.replaced.is_set())


class SocketModeClient:
    """`run` keeps a connection open until `close`. `open_url` asks Slack for an address (apps.connections.open) and
    raises `Undelivered` where it gives none. `answer` takes an envelope and returns the payload to acknowledge it with,
    or None; `priority` holds back work meanwhile. `interval` in seconds."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        open_url: Callable[[], Awaitable[str]],
        answer: Callable[[Envelope], Awaitable[Payload | None]],
        priority: AckPriority | None = None,
        *,
        interval: float = INTERVAL,
    ) -> None:
        self._session = session
        self._open_url = open_url
        self._answer = answer
        self._priority = priority or AckPriority()
        self._interval = interval
        self._closing = asyncio.Event()
        self._connections: set[_Connection] = set()
        self._tasks: set[asyncio.Task[object]] = set()
        self._acknowledging: set[asyncio.Task[None]] = set()
        self._handing_on = asyncio.Semaphore(_HANDED_ON)
        self._known: BoundedCache[str, asyncio.Future[Payload | None]] = BoundedCache(_REMEMBERED)
        self._trouble = "not connected to Slack yet"

    def explain_unready(self) -> str | None:
        """Returns why Slack cannot be reached at present, in a few words; None when it can."""
        if self._closing.is_set():
            return "stopping"
        usable = [connection for connection in self._connections if connection.is_usable()]
        if not usable:
            return self._trouble
        greeted = [connection for connection in usable if connection.greeted]
        if not greeted:
            return "connected to Slack, not greeted yet"
        silent = asyncio.get_running_loop().time() - max(connection.last_seen for connection in greeted)
        return f"Slack silent for {silent:.0f} s" if silent > 3 * self._interval else None

    async def run(self, first_url: str | None = None) -> None:
        """Keeps one connection up until `close`. `first_url` is an address already asked for."""
        failures = 0
        while not self._closing.is_set():
            await self._pause(failures)
            connection = await self._open_connection(first_url)
            first_url = None
            if connection is None:
                failures += 1
                continue
            self._connections.add(connection)
            self._start_task(self._serve(connection))
            await connection.replaced.wait()
            settled = asyncio.get_running_loop().time() - connection.opened >= _SETTLED
            failures = 0 if settled else failures + 1

    async def close(self) -> None:
        """Acknowledges what has come, then says goodbye. Slack keeps what comes later, or tells the person."""
        self._closing.set()
        if self._acknowledging:
            await asyncio.wait(self._acknowledging, timeout=_ANSWERING)
        for connection in self._connections:
            connection.replaced.set()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_ANSWERING)

    async def _pause(self, failures: int) -> None:
        """Waits before a reconnect: not at all the first time, then longer and longer, never all bots in step."""
        if failures < 2:
            return
        seconds = back_off(failures, 0.125, _LONGEST_PAUSE) * random.uniform(0.5, 1)  # noqa: S311 - spreads reconnects
        log.info("connecting to Slack again in %.1f s", seconds)
        await self._wait_for_close(seconds)

    async def _wait_for_close(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._closing.wait()
        except TimeoutError:
            return False

    async def _open_connection(self, url: str | None) -> _Connection | None:
        try:
            async with asyncio.timeout(_OPENING):
                url = url or await self._open_url()
                ws = await self._session.ws_connect(
                    url, autoping=False, proxy=proxy_for(url), timeout=aiohttp.ClientWSTimeout(ws_close=2.0)
                )
        except Undelivered as error:
            self._trouble = f"Slack gives no connection: {error.code}"
            log.warning("Slack gives no connection: %s", error.code)
            if error.retry_after:
                await self._wait_for_close(min(error.retry_after, _LONGEST_WAIT))
            return None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            self._trouble = f"no connection to Slack: {describe_briefly(error)}"
            log.warning("no connection to Slack: %s", describe_briefly(error))
            return None
        now = asyncio.get_running_loop().time()
        return _Connection(ws, opened=now, last_seen=now)

    def _start_task(self, work: Coroutine[Any, Any, object]) -> None:
        task: asyncio.Task[object] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, connection: _Connection) -> None:
        """Reads a connection to its end, and watches it meanwhile."""
        watch = asyncio.create_task(self._watch(connection))
        try:
            await self._read(connection)
            if not connection.replaced.is_set() and not self._closing.is_set():
                self._trouble = "the connection to Slack dropped"
                log.warning("the connection to Slack dropped (%s)", connection.ws.close_code)
        finally:
            watch.cancel()
            connection.replaced.set()
            self._connections.discard(connection)
            await connection.ws.close()

    async def _read(self, connection: _Connection) -> None:
        loop = asyncio.get_running_loop()
        async for message in connection.ws:
            connection.last_seen = loop.time()
            match message.type:
                case aiohttp.WSMsgType.PING:
                    await self._send(connection.ws.pong(message.data))
                case aiohttp.WSMsgType.TEXT:
                    self._take_frame(connection, message.data)
                case aiohttp.WSMsgType.ERROR:
                    return

    async def _watch(self, connection: _Connection) -> None:
        """Pings; when two pings in a row bring no sign of life, or its announced end is long past, gives the connection
        up."""
        loop = asyncio.get_running_loop()
        silences = 0
        ending = None
        while silences < 2:
            pinged = loop.time()
            await self._send(connection.ws.ping())
            await asyncio.sleep(self._interval)
            silences = 0 if connection.last_seen >= pinged else silences + 1
            if connection.planned:
                ending = ending or pinged + _LINGER
                if loop.time() >= ending:
                    break
        if silences and not connection.replaced.is_set():
            self._trouble = "Slack fell silent"
            log.warning("Slack fell silent on the connection, opening another")
        connection.replaced.set()
        await connection.ws.close()

    def _take_frame(self, connection: _Connection, text: str) -> None:
        """Takes one text frame: a greeting, an announced end, or an envelope."""
        try:
            frame = json.loads(text)
        except (ValueError, RecursionError):
            frame = None
        if not isinstance(frame, dict):
            log.warning("Slack sent a frame that is no JSON object")
        elif frame.get("type") == "hello":
            connection.greeted = True
            CONNECTIONS.inc()
            log.info("connected to Slack")
        elif frame.get("type") == "disconnect":
            self._disconnect(connection, frame.get("reason"))
        elif (envelope := _parse_envelope(frame)) is not None:
            task = asyncio.create_task(self._acknowledge(connection, envelope))
            self._acknowledging.add(task)
            task.add_done_callback(self._acknowledging.discard)

    def _disconnect(self, connection: _Connection, reason: object) -> None:
        connection.planned = reason in _PLANNED
        self._trouble = "Slack ended the connection"
        if connection.planned:
            log.info("Slack changes the connection (%s)", reason)
        else:
            log.warning("Slack ends the connection (%s)", reason if reason in _KNOWN_REASONS else "no known reason")
            self._start_task(connection.ws.close())
        connection.replaced.set()

    async def _acknowledge(self, connection: _Connection, envelope: Envelope) -> None:
        """Acknowledges on the connection that the envelope came from, and has it answered. An envelope that comes again
        is acknowledged again and not handed to Bolt again. A form without an answer is not acknowledged: Slack then
        keeps it open as it was filled in, and says so."""
        with self._priority.hold_back_work():
            if envelope.waits_for_answer:
                with ACKS.time(), suppress(_Unanswered):
                    await self._send_acknowledgement(connection, envelope, await self._answer_once(envelope))
                return
            with ACKS.time():
                await self._send_acknowledgement(connection, envelope, None)
            async with self._handing_on:  # what comes meanwhile is acknowledged between
                await asyncio.sleep(0)
            with suppress(_Unanswered):
                await self._answer_once(envelope)

    async def _send_acknowledgement(self, connection: _Connection, envelope: Envelope, payload: Payload | None) -> None:
        frame: Payload = {"envelope_id": envelope.id}
        if payload and envelope.takes_payload:
            frame["payload"] = payload
        if not await self._send(connection.ws.send_str(json.dumps(frame))):
            log.info("an acknowledgement could not be sent; Slack delivers that envelope again")

    async def _answer_once(self, envelope: Envelope) -> Payload | None:
        """Returns Bolt's answer; that of the first time where the envelope comes again. `_Unanswered`: it had none."""
        keys = envelope.keys()
        if known := next((answer for key in keys if (answer := self._known.get(key))), None):
            return await asyncio.shield(known)
        answer = asyncio.get_running_loop().create_future()
        for key in keys:
            self._known.keep(key, answer)
        try:
            async with asyncio.timeout(_ANSWERING):
                answer.set_result(await self._answer(envelope))
        except Exception as error:  # noqa: BLE001 - in the log; one envelope must not end the connection
            log_error(error, "answering an envelope")
        finally:
            if not answer.done():
                answer.set_exception(_Unanswered())
                answer.exception()  # else asyncio complains where no one waits for it
                for key in keys:
                    self._known.drop(key)
        return await answer

    async def _send(self, sending: Awaitable[None]) -> bool:
        """Tells whether it went out; a connection whose far end has stopped reading blocks, so not for long."""
        try:
            async with asyncio.timeout(max(self._interval, 1.0)):
                await sending
        except (aiohttp.ClientError, ConnectionError, TimeoutError):
            return False
        return True


_KNOWN_REASONS = frozenset({"link_disabled", "too_many_websockets", "socket_closed"})


def proxy_for(url: str) -> str | None:
    """Returns the proxy that the environment names for an address (HTTPS_PROXY, HTTP_PROXY, NO_PROXY), for WebSockets
    too."""
    parsed = URL(url)
    if not parsed.host or urllib.request.proxy_bypass(parsed.host):
        return None
    return urllib.request.getproxies().get("https" if parsed.scheme in ("wss", "https") else "http")


def _parse_envelope(frame: Payload) -> Envelope | None:
    envelope_id, kind, payload = frame.get("envelope_id"), frame.get("type"), frame.get("payload")
    if not isinstance(envelope_id, str) or not envelope_id or not isinstance(kind, str):
        log.warning("Slack sent a frame that is no envelope")
        return None
    attempt, reason = frame.get("retry_attempt"), frame.get("retry_reason")
    return Envelope(
        envelope_id,
        kind,
        payload if isinstance(payload, dict) else {},
        frame.get("accepts_response_payload") is True,
        attempt if isinstance(attempt, int) else None,
        reason if isinstance(reason, str) else None,
    )
