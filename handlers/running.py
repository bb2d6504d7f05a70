"""The process while it runs: until a signal comes, and its orderly end."""

import asyncio
import gc
import logging
import os
import signal
import threading
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from handlers.background import Background
from handlers.socket_mode import SocketModeClient
from watch import Ticker

log = logging.getLogger("ses-bot")
T = TypeVar("T")


class Closing(Protocol):
    """Ends in good order what it has under way."""

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Running:
    """Everything that works while the bot runs. `url` is an address for the first connection to Slack."""

    socket: SocketModeClient
    url: str
    background: Background
    tickers: Sequence[Ticker]
    closing: Sequence[Closing]

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`. Then take nothing new, give what is under way its time, and tell the rest."""
        _freeze_gc()
        for ticker in self.tickers:
            ticker.start()
        try:
            await or_stopped(stop, self.socket.run(self.url))
        finally:
            log.info("stopping")
            for ticker in self.tickers:
                ticker.stop()
            self.background.close()
            await self.socket.close()
            await asyncio.gather(self.background.drain(), *(one.close() for one in self.closing))


def stop_on_signals() -> asyncio.Event:
    """An event that the first SIGTERM or SIGINT sets. The second ends the process at once, also as the first of a
    container, where a signal without a handler does nothing."""
    stop = asyncio.Event()

    def on_signal(number: int) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, on_signal, number)
    return stop


async def or_stopped(stop: asyncio.Event, work: Awaitable[T]) -> T | None:
    """What `work` gives, or None when `stop` comes first; then `work` is cancelled."""
    working, stopping = asyncio.ensure_future(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        stopping.cancel()
        if not working.done():
            working.cancel()
            await asyncio.wait({working})


def _freeze_gc() -> None:
    """Leave what stands now out of garbage collection: it lives as long as the process, and to look through all of it
    for cycles would hold the event loop up for some tenths of a second each time."""
    gc.collect()
    gc.freeze()


def end(status: int) -> int:
    """Return the exit code. Threads that wait for AWS, for up to 13 s, would hold the end up: then end at once."""
    if threading.active_count() > 1:
        logging.shutdown()
        os._exit(status)
    return status
