"""One question's way to one server: a UDP socket with a port of its own, and a TCP connection where UDP is too small.

A port and an id that cannot be guessed for each question are what keeps strangers from answering it (RFC 5452). The
addresses are literals, so nothing here waits for the system's name resolution.
"""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from typing import cast

from checks.resolver.servers import Server


class Line(asyncio.DatagramProtocol):
    """A connected UDP socket: only the server's own datagrams come in, and `deliver` gets each, or the system's error
    (an ICMP "port unreachable" is one)."""

    def __init__(self, deliver: Callable[[bytes | OSError], None]) -> None:
        self._deliver = deliver
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._deliver(data)

    def error_received(self, exc: Exception) -> None:
        if isinstance(exc, OSError):
            self._deliver(exc)

    def send(self, wire: bytes) -> None:
        """Send a message; what fails is delivered."""
        if self._transport:
            self._transport.sendto(wire)

    def close(self) -> None:
        """Let the port go; nothing is delivered any more."""
        self._deliver = lambda data: None
        if self._transport:
            self._transport.abort()


async def open_line(server: Server, deliver: Callable[[bytes | OSError], None]) -> Line:
    """A line to the server; `OSError` where the system has no way there."""
    sock = socket.socket(socket.AF_INET6 if ":" in server.host else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.connect((server.host, server.port))
        line = Line(deliver)
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: line, sock=sock)
    except BaseException:
        sock.close()
        raise
    return line


async def call(server: Server, wire: bytes) -> bytes:
    """One message there and one back over TCP (RFC 7766); `OSError` or `EOFError` where it breaks."""
    reader, writer = await asyncio.open_connection(server.host, server.port)
    try:
        writer.write(struct.pack("!H", len(wire)) + wire)
        (size,) = struct.unpack("!H", await reader.readexactly(2))
        return await reader.readexactly(size)
    finally:
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
