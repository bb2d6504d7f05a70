"""A resolver in front of servers on loopback, and what tests need around it."""

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from checks.resolver import Resolver
from fakes.dns import LoopbackDns


@asynccontextmanager
async def open_resolver(
    *servers: LoopbackDns, try_timeout: float = 0.1, deadline: float = 5.0, **options: Any
) -> AsyncIterator[Resolver]:
    """Start the servers, and a resolver that asks them in this order."""
    async with AsyncExitStack() as stack:
        for server in servers:
            await stack.enter_async_context(server)
        addresses = [server.address for server in servers]
        yield await stack.enter_async_context(Resolver(addresses, try_timeout, deadline, **options))


def closed_port() -> str:
    """An address where no one listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{unused.getsockname()[1]}"


class Clock:
    """Seconds that move when asked to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now
