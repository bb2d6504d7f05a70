"""Wires the rooms: `run` answers in Slack, `check` checks domains, and `doctor` examines what the bot needs."""

# ruff: noqa: PLC0415 - each command imports what it needs when it runs, so that `check` loads no Slack library

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING

from model import VERSION

if TYPE_CHECKING:
    from handlers.http_port import Doors
    from handlers.running import Opened, Running
    from handlers.watching import Watching
    from settings import Settings
    from watch import Watcher
    from watch.hints import Arrivals

REFUSED = 1
"""Exit code when Slack does not take a token."""
BAD_USAGE = 2
"""Exit code for wrong usage and bad settings."""
_GC_THRESHOLD = 20_000
"""Objects that are made and not yet freed before Python looks for cycles among them. At 700, its own figure, that is a
tenth to a fifth of the CPU of a check, whose tasks are as many; this holds some MB more."""
STUCK = 70
"""Exit code when something is stuck: a supervisor starts the bot anew."""

log = logging.getLogger("ses-bot")


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    gc.set_threshold(_GC_THRESHOLD)
    from cli.arguments import parse_arguments

    command_line = parse_arguments(arguments)
    if command_line.command == "check":
        from cli import check

        return check.main(command_line)
    from settings import BadSettings, load_settings

    try:
        settings = load_settings()
        if command_line.command == "run":
            return run(settings)
        return asyncio.run(_examine_settings(settings, as_json=command_line.json))
    except BadSettings as bad:
        for line in bad.lines:
            print(line, file=sys.stderr)  # noqa: T201 - for the person at the terminal, before there is a log
        return BAD_USAGE


async def _examine_settings(settings: Settings, *, as_json: bool) -> int:
    """Examines everything that the bot needs; returns the exit code."""
    from cli.render import show_diagnoses
    from handlers.doctor import examine
    from model.diagnosis import Patient
    from settings import export_aws

    export_aws()
    return await show_diagnoses(examine(Patient.from_settings(settings)), as_json=as_json)


def run(settings: Settings) -> int:
    """Answers in Slack until SIGTERM or SIGINT; returns 0 after an orderly end."""
    from handlers import logs
    from handlers.running import end_process

    logs.set_up_logging(as_json=settings.ses_bot_log_format == "json")
    log.info("ses-bot %s", VERSION)
    return end_process(asyncio.run(_run_bot(settings)))


async def _run_bot(settings: Settings) -> int:
    """Runs the bot, and logs in one line what stops the start."""
    from aws import BadAccounts, BadAwsSettings
    from handlers.http_port import PortTaken
    from handlers.start import TokenRefused
    from store import DatabaseError

    database = "SES_BOT_DATABASE_URL" if settings.ses_bot_database_url else "SES_BOT_DATA_DIR"
    try:
        reason = await _serve(settings)
    except TokenRefused as refused:
        log.error("%s", refused)  # noqa: TRY400 - the line says it all
        return REFUSED
    except (PortTaken, BadAwsSettings, BadAccounts, DatabaseError) as bad:
        setting = {BadAccounts: "SES_BOT_ACCOUNTS: ", DatabaseError: f"{database}: "}.get(type(bad), "")
        log.error("%s%s", setting, bad)  # noqa: TRY400 - as above
        return BAD_USAGE
    log.info("stopped")
    return STUCK if reason else 0


async def _serve(settings: Settings) -> str | None:
    """Works until a signal comes or something is stuck, and ends in good order; returns what is stuck."""
    from handlers.http_port import Doors, serve
    from handlers.running import run_until_stopped, stop_on_signals

    stop, doors = stop_on_signals(), Doors()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serve(settings.ses_bot_http_port, doors))
        bot = await run_until_stopped(stop, _wire_rooms(settings, stack, doors))
        return await bot.run(stop) if bot else None


async def _open_services(settings: Settings, stack: AsyncExitStack) -> Opened:
    """Opens the services that the bot works with; `stack` closes them."""
    from aws import Sessions, find_accounts
    from aws.prose import open_prose_writer
    from checks.run import open_runner
    from handlers.identities import Identities
    from handlers.running import Opened
    from handlers.start import connect_slack
    from settings import export_aws, parse_channel
    from store import wait_for_database

    export_aws()
    accounts = await find_accounts(settings.ses_bot_accounts, parse_channel)
    db = await stack.enter_async_context(wait_for_database(settings.database_url))
    sessions = await stack.enter_async_context(Sessions(accounts.accounts))
    bot_token, app_token = settings.slack_bot_token.get_secret_value(), settings.app_token
    connecting = connect_slack(settings.slack_api_url, bot_token=bot_token, app_token=app_token)
    slack = await stack.enter_async_context(connecting)
    identities = Identities(sessions, db, missing=accounts.missing)
    servers, networks = settings.ses_bot_dns_servers or None, settings.ses_bot_allow_networks
    runner = await stack.enter_async_context(
        open_runner(servers, allow_networks=networks, rdap_url=settings.ses_bot_rdap_url, aws=identities.look_up)
    )
    prose = await stack.enter_async_context(open_prose_writer(settings.ses_bot_bedrock_model, accounts.accounts))
    return Opened(accounts.missing, db, sessions, slack, identities, runner, prose)


async def _start_watching(
    settings: Settings, opened: Opened, stack: AsyncExitStack
) -> tuple[Watcher, Watching, Arrivals | None]:
    """Watches the accounts, and reads the queue of events where there is one."""
    from handlers.watching import watch_accounts
    from store import load_status, record_pushed
    from watch.hints import Arrivals, follow_events

    watcher, watching = await watch_accounts(
        opened.db,
        opened.sessions,
        opened.slack.api,
        channel=settings.ses_bot_channel,
        missing=opened.missing,
        poll_seconds=settings.ses_bot_poll_seconds,
        zone=settings.ses_bot_timezone,
        dmarc=opened.runner.check_dmarc,
    )
    arrivals, queue, db = Arrivals(), settings.ses_bot_events_queue_url, opened.db
    events = follow_events(queue, partial(load_status, db), partial(record_pushed, db), watcher.poll_now, arrivals.keep)
    await stack.enter_async_context(events)
    return watcher, watching, arrivals if queue else None


async def _wire_rooms(settings: Settings, stack: AsyncExitStack, doors: Doors) -> Running:
    """Puts the rooms together, behind the doors."""
    from handlers.app import build_app
    from handlers.background import AckPriority, Background
    from handlers.checker import Checker
    from handlers.domain_watch_notify import watch_domains
    from handlers.listeners import Services
    from handlers.reports import Reports
    from handlers.rounds import rounds
    from handlers.running import Running, make_change_services, make_draft_services, open_doors

    opened = await _open_services(settings, stack)
    db, slack, zone, poll = opened.db, opened.slack, settings.ses_bot_timezone, settings.ses_bot_poll_seconds
    watcher, watching, arrivals = await _start_watching(settings, opened, stack)
    priority, background, reports = AckPriority(), Background(), Reports(db, slack.home.team)
    checker = Checker(opened.runner.run, priority)
    domains, watches = watch_domains(db, checker, reports, slack.api, poll_seconds=poll, zone=zone)
    services = Services(slack.api, background, checker, slack.home, reports, watching, watches, not watching.missing)
    drafts = make_draft_services(opened, services, watching, zone, settings.ses_bot_draft_days)
    changes = make_change_services(opened, drafts, watching, settings.ses_bot_operators, arrivals)
    app = build_app(services, drafts, changes, http=settings.signing_secret is not None)
    ticks = (
        (watcher.tick, watcher.pace.tick_seconds),
        (domains.tick, domains.pace.tick_seconds),
        *rounds(changes, settings.ses_bot_digest, settings.ses_bot_channel),
    )
    listener = open_doors(doors, db, app, priority, slack, secret=settings.signing_secret)
    closing = (watcher.close, domains.close, opened.identities.close)
    return Running(listener, slack.url, background, ticks, closing, reasons=(watcher.explain_stall,))


if __name__ == "__main__":
    sys.exit(main())
