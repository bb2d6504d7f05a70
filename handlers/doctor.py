"""`bot.py doctor`: is everything there that the bot needs, and may it do what it does? Changes nothing anywhere.

A line for each thing: ✓ good, ! less good or not looked at, ✗ the bot cannot do its work; with what to do about it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from aws import BadAccounts, BadAwsSettings, Sessions, find_accounts
from aws.diagnose import diagnose, diagnose_queue, measure_clock_skew
from checks.answers import Unanswered
from checks.query import parse
from checks.resolver import Resolver
from checks.run import open_runner
from model import Outcome
from model.diagnosis import Diagnosis, Patient, bad_line, good_line, warning_line
from store import DatabaseError, inspect_database

SCOPES = ("commands", "chat:write")
"""The scopes that the bot token needs, as in manifest.yaml."""
_KNOWN_NAME = "amazonses.com"
_OLD_DOMAIN = "amazon.com"
_BIG_ANSWER = ("google.com", "TXT")
"""An answer that is longer than 512 octets, and so comes by TCP where UDP is cut short."""
_SKEW, _MOST_SKEW = 60.0, 300.0
"""Seconds by which the clock may differ. AWS and Slack refuse what was signed five minutes off."""
_SECONDS = 15.0


async def examine(patient: Patient) -> AsyncIterator[Diagnosis]:
    """Yields every line, as it is known."""
    yield good_line("settings", "All settings can be read.")
    for part, examine_part in _PARTS.items():
        try:
            async for line in examine_part(patient):
                yield line
        except Exception as error:  # noqa: BLE001 - the other lines are wanted all the more
            yield bad_line(part, f"It was not looked at ({type(error).__name__}).", "Report it.")


async def _examine_slack(patient: Patient) -> AsyncIterator[Diagnosis]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS), trust_env=True) as session:
        answer, headers = await _call_slack(session, patient.slack_url, "auth.test", patient.bot_token)
        yield _token_line("SLACK_BOT_TOKEN", answer, "Take the token that begins with xoxb- from the app’s page.")
        if answer.get("ok"):
            yield _scopes_line(headers.get("x-oauth-scopes", ""))
            yield _clock_line("clock against Slack’s", _measure_ahead(headers.get("date")))
            yield await _channel_line(session, patient, headers.get("x-oauth-scopes", ""))
        if patient.app_token:
            answer, _ = await _call_slack(session, patient.slack_url, "apps.connections.open", patient.app_token)
            todo = "Make an app-level token with the scope connections:write, and switch Socket Mode on."
            yield _token_line("SLACK_APP_TOKEN", answer, todo)
        else:
            yield good_line(
                "SES_BOT_SIGNING_SECRET", "Slack comes over HTTP; only Slack shows whether it reaches the bot."
            )


async def _call_slack(
    session: aiohttp.ClientSession, base: str, method: str, token: str, **arguments: str
) -> tuple[dict[str, Any], Mapping[str, str]]:
    """Calls a method of the Web API; returns its answer and headers, or an answer with an `error`."""
    headers = {"Authorization": f"Bearer {token}"}
    try:
        async with session.post(base + method, headers=headers, data=arguments) as response:
            answer = await response.json(content_type=None)
            lower = {name.lower(): value for name, value in response.headers.items()}
            return (answer if isinstance(answer, dict) else {"error": "no Slack"}), lower
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return {"error": f"unreachable, {type(error).__name__}"}, {}


def _token_line(setting: str, answer: Mapping[str, Any], todo: str) -> Diagnosis:
    if answer.get("ok"):
        return good_line(setting, "Slack takes it.")
    error = str(answer.get("error", "no answer"))
    if error.startswith("unreachable"):
        return bad_line("Slack", f"Slack cannot be reached ({error}).", "Open HTTPS to slack.com, or set HTTPS_PROXY.")
    return bad_line(setting, f"Slack answers “{error}”.", todo)


def _scopes_line(scopes: str) -> Diagnosis:
    granted = {scope.strip() for scope in scopes.split(",")}
    missing = [scope for scope in SCOPES if scope not in granted]
    if not scopes:
        return warning_line("Slack scopes", "Slack did not name them.")
    if missing:
        return bad_line("Slack scopes", f"Missing: {', '.join(missing)}.", "Install the app again from manifest.yaml.")
    return good_line("Slack scopes", ", ".join(SCOPES) + ".")


async def _channel_line(session: aiohttp.ClientSession, patient: Patient, scopes: str) -> Diagnosis:
    channel = patient.channel
    if channel is None:
        return warning_line("SES_BOT_CHANNEL", "It is not set: news waits.", "Set it, and /invite @ses-bot there.")
    if "channels:history" not in scopes or channel.startswith("#"):
        return warning_line(
            "SES_BOT_CHANNEL",
            f"{channel}: whether the bot is a member cannot be seen without posting.",
            "Type /invite @ses-bot there, if no one has.",
        )
    answer, _ = await _call_slack(
        session, patient.slack_url, "conversations.history", patient.bot_token, channel=channel, limit="1"
    )
    if answer.get("ok"):
        return good_line("SES_BOT_CHANNEL", f"The bot is a member of {channel}.")
    return bad_line(
        "SES_BOT_CHANNEL", f"{channel}: Slack answers “{answer.get('error')}”.", "Type /invite @ses-bot there."
    )


def _measure_ahead(date: str | None) -> float | None:
    try:
        return time.time() - parsedate_to_datetime(date).timestamp() if date else None
    except ValueError:
        return None


def _clock_line(what: str, ahead: float | None) -> Diagnosis:
    if ahead is None:
        return warning_line(what, "It could not be compared.")
    if abs(ahead) > _MOST_SKEW:
        return bad_line(what, f"This clock is {ahead:+.0f} s off.", "Set the clock (NTP): signed requests are refused.")
    if abs(ahead) > _SKEW:
        return warning_line(what, f"This clock is {ahead:+.0f} s off.", "Set the clock (NTP).")
    return good_line(what, "It agrees.")


async def _examine_dns(patient: Patient) -> AsyncIterator[Diagnosis]:
    try:
        resolver = Resolver(patient.dns_servers or None, allow_networks=patient.allow_networks)
    except ValueError as error:
        yield bad_line("DNS", f"{error}.", "Set SES_BOT_DNS_SERVERS.")
        return
    async with resolver:
        answer = await resolver.ask(_KNOWN_NAME, "TXT")
        if isinstance(answer, Unanswered):
            todo = "Open port 53 (UDP and TCP) to the DNS servers, or set SES_BOT_DNS_SERVERS."
            yield bad_line("DNS", f"{_KNOWN_NAME} is unanswered (by {answer.by}: {answer.why}).", todo)
            return
        yield good_line("DNS", f"{_KNOWN_NAME} is answered.")
        big = await resolver.ask(*_BIG_ANSWER)
        if isinstance(big, Unanswered):
            todo = "Open port 53 over TCP: long answers need it."
            yield warning_line("DNS over TCP", f"A long answer does not come ({big.why}).", todo)
        else:
            yield good_line("DNS over TCP", "A long answer comes whole.")


async def _examine_registries(patient: Patient) -> AsyncIterator[Diagnosis]:
    """Yields whether the registries answer."""
    async with open_runner(
        patient.dns_servers or None, allow_networks=patient.allow_networks, rdap_url=patient.rdap_url
    ) as runner:
        reports = [one async for one in runner.run(parse(_OLD_DOMAIN), only=("domain_age",))]
    age = [finding for finding in reports[-1].report.findings if finding.check == "domain_age"]
    if any(finding.outcome is not Outcome.UNKNOWN for finding in age):
        yield good_line("registries (RDAP)", "They answer.")
    else:
        todo = "Open HTTPS to the registries, or set HTTPS_PROXY; without it no check knows the age of a domain."
        yield warning_line("registries (RDAP)", "No registry answers.", todo)


async def _examine_database(patient: Patient) -> AsyncIterator[Diagnosis]:
    try:
        at, newest = await inspect_database(patient.database_url)
    except DatabaseError as error:
        yield bad_line("database", f"{error}.", "Set SES_BOT_DATABASE_URL or SES_BOT_DATA_DIR.")
        return
    if at is None:
        yield good_line("database", "It is empty: the start makes it.")
    elif at == newest:
        yield good_line("database", f"It is at revision {at}.")
    elif at > newest:
        yield bad_line("database", f"A newer ses-bot (revision {at}) has used it.", "Run that version, or a newer one.")
    else:
        yield warning_line("database", f"It is at revision {at}: the start brings it to {newest}.", "Back it up first.")


async def _examine_aws(patient: Patient) -> AsyncIterator[Diagnosis]:
    try:
        configured = await find_accounts(patient.accounts, str)
    except (BadAccounts, BadAwsSettings) as error:
        yield bad_line(
            "AWS accounts", f"{error}.", "Correct the accounts file (SES_BOT_ACCOUNTS) or the AWS_* settings."
        )
        return
    if configured.missing:
        yield warning_line(
            "AWS accounts", configured.missing, "Without one the bot checks and drafts, and watches nothing."
        )
    async with Sessions(configured.accounts) as sessions:
        async for line in diagnose(sessions):
            yield line
        if configured.accounts:
            yield _clock_line("clock against AWS's", await measure_clock_skew(sessions, time.time))
    if patient.queue_url:
        yield await asyncio.to_thread(diagnose_queue, patient.queue_url)
    if patient.operators:
        yield good_line("SES_BOT_OPERATORS", f"{len(patient.operators)} people may confirm changes.")
    else:
        yield warning_line(
            "SES_BOT_OPERATORS", "No one may confirm changes at AWS.", "Name Slack user ids, or leave it so."
        )


_PARTS: Mapping[str, Callable[[Patient], AsyncIterator[Diagnosis]]] = {
    "slack": _examine_slack,
    "dns": _examine_dns,
    "ways_out": _examine_registries,
    "database": _examine_database,
    "aws": _examine_aws,
}
