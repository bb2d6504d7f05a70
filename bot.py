"""The front door: `run` answers in Slack, `check` checks domains in the terminal.

Wires the rooms together. Each command imports what it needs when it runs, so that `check` loads no Slack library.
"""

# ruff: noqa: PLC0415, UP037 - each command imports what it needs when it runs, so that `check` loads no Slack library

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from aws import Account, Sessions
    from aws.prose import ProseWriter
    from checks.resolver import Resolver
    from checks.run import Runner
    from handlers.changes.services import ChangeServices
    from handlers.checker import Check, Checker
    from handlers.domain_watch_notify import DomainWatches
    from handlers.drafts.services import DraftServices
    from handlers.identities import Identities
    from handlers.payloads import Home
    from handlers.slack_api import SlackApi
    from handlers.watching import Watching
    from model import SesView
    from settings import Settings
    from store import Database
    from watch import DomainWatcher, Watcher

T = TypeVar("T")

REFUSED = 1
"""Exit code when Slack does not take a token."""
BAD_USAGE = 2
"""Exit code for wrong usage and bad settings."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
"""Seconds between two tries to reach a database server at the start."""

log = logging.getLogger("ses-bot")


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    from cli import VERSION
    from cli import arguments as check_arguments

    parser = argparse.ArgumentParser(prog="ses-bot", description="From the Amazon SES sandbox to production access.")
    parser.add_argument("--version", action="version", version=f"ses-bot {VERSION}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="answer in Slack", description="Answer in Slack, until SIGTERM or Ctrl-C.")
    check_arguments.add_arguments(commands.add_parser("check", help="check domains here, in the terminal"))
    chosen, rest = parser.parse_known_args(arguments)
    if chosen.command == "check":
        # argparse leaves over a domain that comes after an option, and one that begins with a hyphen
        chosen.domains += [word for word in rest if not _is_option(word)]
        rest = [word for word in rest if _is_option(word)]
    if rest:
        parser.error(f"unknown: {' '.join(rest)}. Example: ./ses-bot check acme.com")
    if chosen.command == "check":
        from cli import check

        return check.main(chosen)
    from settings import BadSettings, Settings, load

    try:
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
    from aws import BadAccounts, BadAwsSettings
    from handlers.health import PortTaken
    from handlers.start import Refused
    from store import DatabaseError

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
    except BadAccounts as bad:
        log.error("SES_BOT_ACCOUNTS: %s", bad)  # noqa: TRY400 - as above
        return BAD_USAGE
    except BadAwsSettings as bad:
        log.error("%s", bad)  # noqa: TRY400 - as above
        return BAD_USAGE
    except DatabaseError as error:
        name = "SES_BOT_DATABASE_URL" if settings.ses_bot_database_url else "SES_BOT_DATA_DIR"
        log.error("%s: %s", name, error)  # noqa: TRY400 - as above
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


async def _serve(settings: Settings, stop: asyncio.Event) -> None:  # noqa: PLR0915 - it wires
    """Everything that runs while the bot runs, and its orderly end. Raises what stops the start."""
    from aws import Sessions
    from handlers.ack_priority import AckPriority
    from handlers.app import answering, build_app
    from handlers.background import Background
    from handlers.changes import carry_out
    from handlers.checker import Checker
    from handlers.drafts.reminders import EVERY, start_round
    from handlers.health import served
    from handlers.identities import Identities
    from handlers.services import Services
    from handlers.socket_mode import SocketModeClient
    from handlers.watching import Watching
    from watch import Ticker

    readiness = _Readiness()
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(served(settings.ses_bot_http_port, readiness.why_not))
        log.info("health on port %d", port)
        aws = await _aws(settings)
        db = await _opened(settings.database_url, stack, stop)
        if db is None:
            return
        sessions = await stack.enter_async_context(Sessions(aws.accounts))
        slack = await _connect_slack(settings, stack, stop)
        if slack is None:
            return
        watcher = await _watcher(settings, aws, sessions, db, slack.api)
        background, priority, identities = Background(), AckPriority(), Identities(sessions, db, missing=aws.missing)
        runner = await stack.enter_async_context(_runner(settings, identities))
        checker = Checker(_check_with(runner), priority)
        watching = Watching(db, watcher.hurry, settings.ses_bot_timezone, _missing(settings, aws))
        drafts = _drafts(
            settings, db, checker, runner.resolver, identities, watching, await _prose_writer(settings, aws, stack)
        )
        wishes, domains = _wishes(settings, db, checker, slack.api)
        services = Services(slack.api, background, checker, slack.home, watching=watching, domain_watches=wishes)
        changes = _changes(settings, aws, db, sessions, watcher)
        app = build_app(services, drafts, changes)
        socket = SocketModeClient(slack.session, slack.new_url, answering(app), priority)
        _freeze_gc()
        readiness.ask = socket.unready
        running = asyncio.create_task(socket.run(slack.url))
        tickers = (
            Ticker(watcher.tick, watcher.pace.tick),
            Ticker(domains.tick, domains.pace.tick),
            Ticker(partial(start_round, services, drafts), EVERY),
            Ticker(partial(carry_out.start_round, services, changes), carry_out.EVERY),
        )
        for ticker in tickers:
            ticker.start()
        try:
            await _or_stopped(stop, running)
        finally:
            log.info("stopping")
            for ticker in tickers:
                ticker.stop()
            background.close()
            await socket.close()
            running.cancel()
            await asyncio.gather(background.drain(), watcher.close(), domains.close())
            await identities.close()


def _freeze_gc() -> None:
    """What stands now lives as long as the process. To look through all of it for cycles again and again would hold the
    event loop up, each time for some tenths of a second."""
    gc.collect()
    gc.freeze()


@dataclass(frozen=True, slots=True)
class _SlackConnection:
    """Slack, once it has taken both tokens. `url` is an address for the first connection, `new_url` asks for more."""

    session: "ClientSession"
    api: "SlackApi"
    home: "Home"
    url: str
    new_url: Callable[[], Awaitable[str]]


async def _connect_slack(settings: Settings, stack: AsyncExitStack, stop: asyncio.Event) -> _SlackConnection | None:
    """Slack; None when `stop` comes before it answers."""
    from aiohttp import ClientSession, ClientTimeout

    from handlers.slack_api import connected
    from handlers.start import first_address, open_url, who_we_are

    session = await stack.enter_async_context(ClientSession(timeout=ClientTimeout(total=15), trust_env=True))
    api = connected(session, settings.slack_api_url, settings.slack_bot_token.get_secret_value())
    app = connected(session, settings.slack_api_url, settings.slack_app_token.get_secret_value())
    new_url = partial(open_url, app)
    home = await _or_stopped(stop, who_we_are(api))
    url = await _or_stopped(stop, first_address(new_url))
    return None if home is None or url is None else _SlackConnection(session, api, home, url, new_url)


async def _opened(url: str, stack: AsyncExitStack, stop: asyncio.Event) -> "Database | None":
    """The database, once its server answers; None when `stop` comes first. `DatabaseError` stops the start."""
    from model.bounded import back_off
    from store import DatabaseAwayError, open_database

    failures = 0
    while not stop.is_set():
        pause = back_off(failures, _FIRST_PAUSE, _LONGEST_PAUSE)
        try:
            return await _or_stopped(stop, stack.enter_async_context(open_database(url)))
        except DatabaseAwayError as away:
            log.warning("%s; trying again in %.0f s", away, pause)
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await stop.wait()
        failures += 1
    return None


@dataclass(frozen=True, slots=True)
class _Aws:
    """The accounts to watch, and sentences about what is missing to watch any."""

    accounts: tuple["Account", ...] = ()
    missing: tuple[str, ...] = ()


async def _aws(settings: Settings) -> _Aws:
    """The accounts of the accounts file, or else the ambient one. `BadAccounts` and `BadAwsSettings` stop the start."""
    from aws import ambient, check_settings, known_regions, read_accounts
    from settings import channel_of, export_aws

    export_aws()
    check_settings()
    path = settings.ses_bot_accounts
    if path is None:
        found = await asyncio.to_thread(ambient)  # on EC2 that goes over the network
        if found.missing:
            log.warning("%s", found.missing)
        return _Aws(found.accounts, (found.missing,) if found.missing else ())
    return _Aws(read_accounts(path, known_regions(), channel_of))


def _missing(settings: Settings, aws: _Aws) -> tuple[str, ...]:
    """Sentences about what is missing to watch accounts; of the channel each account speaks for itself."""
    from handlers.views.status import NO_CHANNEL

    return aws.missing if aws.accounts or settings.ses_bot_channel else (*aws.missing, NO_CHANNEL)


async def _watcher(settings: Settings, aws: _Aws, sessions: "Sessions", db: "Database", slack: "SlackApi") -> "Watcher":
    """Build the watcher of the accounts, with the channels of their news."""
    from handlers.errors import note
    from handlers.news import Messenger
    from handlers.views.status import NO_CHANNEL
    from store import ensure_account_regions, name_account
    from watch import PollInterval, SesReader, Watcher

    channels = {account.name: account.channel or settings.ses_bot_channel for account in aws.accounts}
    if not all(channels.values()) or not (aws.accounts or settings.ses_bot_channel):
        log.warning("%s", NO_CHANNEL)
    await ensure_account_regions(db, {place: channels[place.account] for place in sessions.places()})
    for account in aws.accounts:
        if account.id:
            await name_account(db, account.name, account.id)
    log.info("accounts watched: %d, regions in all: %d", len(aws.accounts), len(sessions.places()))
    zone = settings.ses_bot_timezone
    pace = PollInterval(settings.ses_bot_poll_seconds)
    return Watcher(db, SesReader(sessions), Messenger(slack, zone), note=note, pace=pace, zone=zone)


@dataclass(slots=True)
class _Readiness:
    """Why the bot is not ready: `ask` knows, once there is something to ask."""

    ask: Callable[[], str | None] | None = None

    def why_not(self) -> str | None:
        return self.ask() if self.ask else "starting: the database or Slack has not answered yet"


def _changes(
    settings: Settings, aws: _Aws, db: "Database", sessions: "Sessions", watcher: "Watcher"
) -> "ChangeServices":
    """What changes at AWS are made with, and who may confirm them."""
    from handlers.changes.services import ChangeServices

    channels = {account.name: account.channel or settings.ses_bot_channel for account in aws.accounts}
    return ChangeServices(
        db,
        sessions,
        settings.ses_bot_operators,
        watcher.hurry,
        lambda place: channels.get(place.account),
        settings.ses_bot_timezone,
    )


def _runner(settings: Settings, identities: "Identities") -> "AbstractAsyncContextManager[Runner]":
    """What checks look with."""
    from checks.run import open_runner

    async def aws(domain: str, fresh: bool) -> "SesView":
        return await identities.look(domain, fresh=fresh)

    return open_runner(
        settings.ses_bot_dns_servers or None,
        allow_networks=settings.ses_bot_allow_networks,
        rdap_url=settings.ses_bot_rdap_url,
        aws=aws,
    )


def _check_with(runner: "Runner") -> "Check":
    return lambda query, fresh: runner.run(query, fresh=fresh)


def _drafts(  # noqa: PLR0913, PLR0917 - what drafts are filled in from
    settings: Settings,
    db: "Database",
    checker: "Checker",
    resolver: "Resolver",
    identities: "Identities",
    watching: "Watching",
    prose: "ProseWriter | None",
) -> "DraftServices":
    """What drafts are written with, and what is known of accounts and domains."""
    from checks import mx
    from checks.tristate import Tristate
    from handlers.drafts.services import DraftServices
    from store import status

    async def dead(domains: Sequence[str]) -> frozenset[str]:
        """Those of some domains that take no mail, for certain."""
        found = await asyncio.gather(*(mx.look_up(domain, resolver) for domain in domains))
        return frozenset(facts.domain for facts in found if mx.receives(facts) is Tristate.NO)

    return DraftServices(
        db,
        checker.latest,
        settings.ses_bot_timezone,
        places=partial(status, db),
        dead_domains=dead,
        at_aws=identities.look,
        poll=watching.polled,
        prose=prose,
        can_act=not watching.missing,
        days=settings.ses_bot_draft_days,
    )


async def _prose_writer(settings: Settings, aws: _Aws, stack: AsyncExitStack) -> "ProseWriter | None":
    """The model that rewords letters, in the region of its ARN or else of the first account; None where none is set."""
    from aws.prose import ProseWriter

    model = settings.ses_bot_bedrock_model
    if not model:
        return None
    named = model.split(":")[3:4] if model.startswith("arn:") else []
    regions = [*named, *(region for account in aws.accounts for region in account.regions)]
    if not regions:
        log.warning(
            "SES_BOT_BEDROCK_MODEL: no region is known, so no letter is worded as prose. Set AWS_DEFAULT_REGION"
        )
        return None
    return await stack.enter_async_context(ProseWriter(model, regions[0]))


def _wishes(
    settings: Settings, db: "Database", checker: "Checker", slack: "SlackApi"
) -> tuple["DomainWatches", "DomainWatcher"]:
    """Build what the listeners need of domain watches, and the watcher that checks the domains."""
    from handlers.domain_watch_notify import DirectMessenger, DomainWatches, FreshLook
    from handlers.errors import note
    from watch import DomainWatcher, RecheckInterval

    pace, zone = RecheckInterval(settings.ses_bot_poll_seconds), settings.ses_bot_timezone
    domains = DomainWatcher(db, FreshLook(checker), DirectMessenger(slack, zone), note=note, pace=pace)
    return DomainWatches(db, pace, zone), domains


async def _or_stopped(stop: asyncio.Event, work: Awaitable[T]) -> T | None:
    """What `work` gives, or None when `stop` comes first; then `work` is cancelled."""
    working, stopping = asyncio.ensure_future(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        stopping.cancel()
        working.cancel()


if __name__ == "__main__":
    status = main()
    if threading.active_count() > 1:  # threads that wait for AWS, for up to 13 s, would hold the end up
        logging.shutdown()
        os._exit(status)
    sys.exit(status)
