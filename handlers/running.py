"""The process while it runs: what it has open and what listeners need of that, until when it works, its orderly end."""

import asyncio
import gc
import logging
import os
import signal
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from typing import Protocol, TypeAlias, TypeVar

from slack_bolt.async_app import AsyncApp

from aws import Sessions
from aws.prose import ProseWriter
from checks.run import Runner
from handlers.app import envelope_handler
from handlers.background import AckPriority, Background
from handlers.changes.plans import ChangeServices
from handlers.drafts.context import find_dead_domains
from handlers.drafts.services import DraftServices
from handlers.http_port import Doors, HttpMode
from handlers.identities import Identities
from handlers.listeners import Services
from handlers.metrics import exposition
from handlers.socket_mode import SocketModeClient
from handlers.start import SlackConnection
from handlers.watchdog import Watchdog
from handlers.watching import Watching
from store import Database, load_status
from watch import Ticker
from watch.hints import Arrivals

log = logging.getLogger("ses-bot")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Opened:
    """What the bot works with; `missing` says why no account is connected."""

    missing: str | None
    db: Database
    sessions: Sessions
    slack: SlackConnection
    identities: Identities
    runner: Runner
    prose: ProseWriter | None


def make_draft_services(
    opened: Opened, services: Services, watching: Watching, zone: tzinfo, days: float
) -> DraftServices:
    """Returns what drafts need; they are deleted after so many days."""
    return DraftServices(
        services,
        opened.db,
        zone,
        account_regions=partial(load_status, opened.db),
        find_dead_domains=partial(find_dead_domains, opened.runner.resolver),
        look_up_at_aws=opened.identities.look_up,
        poll=watching.poll_and_wait,
        prose=opened.prose,
        days=days,
    )


def make_change_services(
    opened: Opened, drafts: DraftServices, watching: Watching, operators: tuple[str, ...], arrivals: Arrivals | None
) -> ChangeServices:
    """Returns what changes need. `arrivals` hold what a rehearsal waits for; None: there is no queue of events."""
    return ChangeServices(
        drafts,
        opened.sessions,
        operators,
        watching.poll_now,
        watching.channel_of,
        opened.runner.resolver,
        arrivals.events_of if arrivals else None,
    )


Tick: TypeAlias = tuple[Callable[[], None], float]
"""What is called again and again, each time after so many seconds."""


class SlackConnector(Protocol):
    """How Slack reaches the bot: Socket Mode, or HTTP."""

    def explain_unready(self) -> str | None: ...

    async def run(self, first_url: str | None = None) -> None: ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Running:
    """Everything that works while the bot runs. `url` is an address for the first connection to Slack; `ticks` are
    called again and again, each after so many seconds; `closing` ends what goes on; `reasons` say what is stuck."""

    slack: SlackConnector
    url: str
    background: Background
    ticks: Sequence[Tick]
    closing: Sequence[Callable[[], Awaitable[None]]]
    reasons: Sequence[Callable[[], str | None]] = ()

    async def run(self, stop: asyncio.Event) -> str | None:
        """Works until `stop`. Then takes nothing new, gives what is under way its time, and cancels the rest.

        Returns why the watchdog ended it, None where a signal did.
        """
        _freeze_gc()
        watchdog = Watchdog((self.slack.explain_unready, *self.reasons), stop.set)
        watching = asyncio.create_task(watchdog.run())
        tickers = [Ticker(tick, seconds) for tick, seconds in self.ticks]
        for ticker in tickers:
            ticker.start()
        try:
            await run_until_stopped(stop, self.slack.run(self.url))
        finally:
            log.info("stopping")
            for ticker in tickers:
                ticker.stop()
            self.background.close()
            await self.slack.close()
            await asyncio.gather(self.background.drain(), *(close() for close in self.closing))
            watching.cancel()
        return watchdog.reason


def open_doors(  # noqa: PLR0913 - what stands behind them
    doors: Doors, db: Database, app: AsyncApp, priority: AckPriority, slack: SlackConnection, *, secret: str | None
) -> SlackConnector:
    """Lets `/metrics`, `/readyz` and, over HTTP, Slack's requests in; returns how Slack reaches the bot. `secret` signs
    Slack's requests over HTTP; None in Socket Mode."""
    doors.metrics = partial(exposition, db)
    if secret:
        connector: SlackConnector = (mode := HttpMode(app, secret, priority))
        doors.slack = mode.answer
    else:
        connector = SocketModeClient(slack.session, slack.new_url, envelope_handler(app), priority)
    doors.connector_unready = connector.explain_unready
    return connector


def stop_on_signals() -> asyncio.Event:
    """Returns an event that the first SIGTERM or SIGINT sets. The second ends the process at once, also as the first of
    a container, where a signal without a handler does nothing."""
    stop = asyncio.Event()

    def on_signal(number: int) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, on_signal, number)
    return stop


async def run_until_stopped(stop: asyncio.Event, work: Awaitable[T]) -> T | None:
    """Returns what `work` gives, or None when `stop` comes first; then `work` is canceled."""
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
    """Leaves what stands now out of garbage collection: it lives as long as the process, and to look through all of it
    for cycles would hold the event loop up for some tenths of a second each time."""
    gc.collect()
    gc.freeze()


def end_process(status: int) -> int:
    """Returns the exit code. Threads that wait for AWS, for up to 13 s, would hold the end up: then end at once."""
    if threading.active_count() > 1:
        logging.shutdown()
        os._exit(status)
    return status
