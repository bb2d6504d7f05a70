"""The front door: `run` answers in Slack, `check` checks domains in the terminal.

Wires the rooms together. Each command imports what it needs when it runs, so that `check` loads no Slack library.
"""

# ruff: noqa: PLC0415 - each command imports what it needs when it runs, so that `check` loads no Slack library

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from settings import BadSettings, DnsSettings, Settings, load

if TYPE_CHECKING:
    from checks.resolver import Resolver
    from handlers.checker import Check
    from handlers.query import Query
    from model import Checked

T = TypeVar("T")

REFUSED = 1
"""Exit code when Slack does not take a token."""
BAD_USAGE = 2
"""Exit code for wrong usage and bad settings."""

log = logging.getLogger("ses-bot")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    from handlers import terminal

    parser = argparse.ArgumentParser(prog="ses-bot", description="From the Amazon SES sandbox to production access.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="answer in Slack", description="Answer in Slack, until SIGTERM or Ctrl-C.")
    terminal.add_arguments(commands.add_parser("check", help="check domains here, in the terminal"))
    chosen, rest = parser.parse_known_args(arguments)
    if chosen.command == "check":
        # argparse leaves over a domain that comes after an option, and one that begins with a hyphen
        chosen.domains += [word for word in rest if not _is_option(word)]
        rest = [word for word in rest if _is_option(word)]
    if rest:
        parser.error(f"unknown: {' '.join(rest)}. Example: ./ses-bot check acme.com")
    try:
        if chosen.command == "check":
            return terminal.main(chosen, servers=load(DnsSettings).ses_bot_dns_servers or None)
        return run(load(Settings))
    except BadSettings as bad:
        for line in bad.lines:
            print(line, file=sys.stderr)  # noqa: T201 - for the person at the terminal, before there is a log
        return BAD_USAGE


def _is_option(word: str) -> bool:
    return word.startswith("--") or (word.startswith("-") and "." not in word)


def run(settings: Settings) -> int:
    """Answer in Slack until SIGTERM or SIGINT; 0 after an orderly end."""
    from handlers import logs

    logs.set_up()
    return asyncio.run(_run(settings))


async def _run(settings: Settings) -> int:
    from handlers.health import PortTaken
    from handlers.start import Refused

    stop = _stop_on_signals()
    try:
        await _serve(settings, stop)
    except Refused as refused:
        log.error("%s", refused)  # noqa: TRY400 - the line says it all
        return REFUSED
    except PortTaken as taken:
        port = settings.ses_bot_http_port
        log.error("SES_BOT_HTTP_PORT: %d cannot be listened on (%s). Example: SES_BOT_HTTP_PORT=0", port, taken)  # noqa: TRY400 - as above
        return BAD_USAGE
    log.info("stopped")
    return 0


def _stop_on_signals() -> asyncio.Event:
    """Set by the first SIGTERM or SIGINT. The second ends the process at once, also as the first of a container,
    where a signal without a handler does nothing."""
    stop = asyncio.Event()

    def on_signal(number: int) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, on_signal, number)
    return stop


async def _serve(settings: Settings, stop: asyncio.Event) -> None:
    """Everything that runs while the bot runs, and its orderly end. Raises what stops the start."""
    from aiohttp import ClientSession, ClientTimeout

    from handlers.app import answering, build_app
    from handlers.background import Background
    from handlers.checker import Checker
    from handlers.health import served
    from handlers.precedence import Precedence
    from handlers.replies import connected
    from handlers.services import Services
    from handlers.socket import Socket
    from handlers.start import first_address, open_url, who_we_are

    readiness = _Readiness()
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(served(settings.ses_bot_http_port, readiness.why_not))
        log.info("health on port %d", port)
        session = await stack.enter_async_context(ClientSession(timeout=ClientTimeout(total=15), trust_env=True))
        slack = connected(session, settings.slack_api_url, settings.slack_bot_token.get_secret_value())
        app_slack = connected(session, settings.slack_api_url, settings.slack_app_token.get_secret_value())
        new_url = partial(open_url, app_slack)
        home = await _unless(stop, who_we_are(slack))
        url = await _unless(stop, first_address(new_url))
        if home is None or url is None:
            return
        resolver = await stack.enter_async_context(_resolver(settings))
        background, precedence = Background(), Precedence()
        app = build_app(Services(slack, background, Checker(_checks(resolver), precedence), home))
        socket = Socket(session, new_url, answering(app), precedence)
        readiness.ask = socket.unready
        running = asyncio.create_task(socket.run(url))
        try:
            await _unless(stop, running)
        finally:
            log.info("stopping")
            background.close()
            await socket.close()
            running.cancel()
            await background.drain()


@dataclass(slots=True)
class _Readiness:
    """Why the bot is not ready, asked of whoever knows at the time."""

    ask: Callable[[], str | None] | None = None

    def why_not(self) -> str | None:
        return self.ask() if self.ask else "starting: Slack has not answered yet"


def _resolver(settings: Settings) -> "Resolver":
    from checks.resolver import Resolver

    return Resolver(settings.ses_bot_dns_servers or None, allow_networks=settings.ses_bot_allow_networks)


def _checks(resolver: "Resolver") -> "Check":
    from checks import check_domain

    async def check(query: "Query", fresh: bool) -> "Checked":
        dns = resolver.fresh() if fresh else resolver
        [domain] = query.domains
        return await check_domain(domain, dns, selectors=query.selectors, expectations=query.expectations)

    return check


async def _unless(stop: asyncio.Event, work: Awaitable[T]) -> T | None:
    """What `work` gives, or None when `stop` comes first; then `work` is cancelled."""
    working, stopping = asyncio.ensure_future(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        stopping.cancel()
        working.cancel()


if __name__ == "__main__":
    sys.exit(main())
