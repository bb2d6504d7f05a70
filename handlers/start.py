"""What must be known before the bot starts: who it is at Slack, and that both tokens are good.

Bolt would find a bad bot token at the first command and try a bad app token for ever. Here both are tried first:
Slack's refusal ends the start with one line, and a Slack that cannot be reached is asked again until it answers.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from aiohttp import ClientSession, ClientTimeout

from handlers.payloads import Home, text_at
from handlers.slack_api import SlackApi, Undelivered, make_api
from model.bounded import back_off

log = logging.getLogger(__name__)
T = TypeVar("T")

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_ADVICE = {
    "SLACK_BOT_TOKEN": "Take the token that begins with xoxb- from the app’s page, “OAuth & Permissions”.",
    "SLACK_APP_TOKEN": (
        "Take the token that begins with xapp-, with the scope connections:write, from the app’s page, “Basic "
        "Information”, “App-Level Tokens”, and switch “Socket Mode” on."
    ),
}


class TokenRefused(Exception):
    """Slack refuses a token. The text is one line that names the setting, what Slack said and what to do."""


@dataclass(frozen=True, slots=True)
class SlackConnection:
    """Slack, once it has taken the tokens. `url` is an address for the first connection, `new_url` asks for more; over
    HTTP there is no such address, and `url` is empty."""

    session: ClientSession
    api: SlackApi
    home: Home
    url: str
    new_url: Callable[[], Awaitable[str]]


@asynccontextmanager
async def connect_slack(api_url: str, *, bot_token: str, app_token: str | None) -> AsyncIterator[SlackConnection]:
    """Connects to Slack's Web API, as soon as it answers. No `app_token`: Slack's requests come over HTTP."""
    async with ClientSession(timeout=ClientTimeout(total=15), trust_env=True) as session:
        api = make_api(session, api_url, bot_token)
        new_url = partial(request_socket_url, make_api(session, api_url, app_token or ""))
        home = await find_home(api)
        yield SlackConnection(session, api, home, await find_first_address(new_url) if app_token else "", new_url)


async def find_home(slack: SlackApi, *, first_pause: float = _FIRST_PAUSE) -> Home:
    """Asks auth.test until Slack answers; raises `TokenRefused` when it does not take the bot token."""
    identity = await _ask_until_answered(
        lambda: slack.call("auth.test", {}, patience=0), "SLACK_BOT_TOKEN", first_pause
    )
    home = Home(
        team=text_at(identity, "team_id"),
        enterprise=text_at(identity, "enterprise_id"),
        bot_user=text_at(identity, "user_id"),
        bot=text_at(identity, "bot_id"),
    )
    log.info("this is bot user %s in workspace %s", home.bot_user or "unknown", home.team or "unknown")
    return home


async def find_first_address(open_url: Callable[[], Awaitable[str]], *, first_pause: float = _FIRST_PAUSE) -> str:
    """Asks apps.connections.open until Slack answers; raises `TokenRefused` when it does not take the app token."""
    return await _ask_until_answered(open_url, "SLACK_APP_TOKEN", first_pause)


async def request_socket_url(slack: SlackApi) -> str:
    """Returns an address for one Socket Mode connection; `slack` holds the app token."""
    answer = await slack.call("apps.connections.open", {}, patience=0)
    url = text_at(answer, "url")
    if not url:
        raise Undelivered("an answer without an address", 1.0)
    return url


async def _ask_until_answered(ask: Callable[[], Awaitable[T]], setting: str, first_pause: float) -> T:
    failures = 0
    while True:
        try:
            return await ask()
        except Undelivered as error:
            if error.retry_after is None:
                raise TokenRefused(_explain_refusal(setting, error.code)) from error
            wait = max(back_off(failures, first_pause, _LONGEST_PAUSE), error.retry_after)
            log.warning("Slack cannot be used yet (%s), asking again in %.1f s", error.code, wait)
        await asyncio.sleep(wait)
        failures += 1


def _explain_refusal(setting: str, code: str) -> str:
    if code.startswith("HTTP "):
        return f"SLACK_API_URL: what answers there ({code}) is not Slack’s Web API. Example: https://slack.com/api/"
    return f"{setting}: Slack answers “{code}”. {_ADVICE[setting]}"
