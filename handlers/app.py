"""Puts Bolt's `AsyncApp` together: every listener, who the bot is, and what happens to what has no listener.

Bolt would call auth.test before the first acknowledgements, once for each of the commands that come at once. Who the
bot is was asked at the start, so Bolt gets it as `authorize`. Bolt's client carries no token, because everything
said to Slack goes through `handlers.slack_api`.
"""

import json
import logging
import re
from collections.abc import Awaitable, Callable, Sequence

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from handlers import changes, check, domain_watch, drafts, status
from handlers.changes.plans import ChangeServices
from handlers.checking import COMMAND
from handlers.drafts.services import DraftServices
from handlers.listeners import Ack, Services, surface_of
from handlers.logs import log_error
from handlers.payloads import Home, Payload, parse_command, parse_press
from handlers.socket_mode import Envelope
from handlers.views import words
from handlers.views.blocks import Message

_ANY = re.compile("")
_LINK = re.compile(r"open_[a-z_]+")
"""Buttons that open an address: Slack does that, and only wants an acknowledgement."""


def build_app(
    services: Services,
    draft_services: DraftServices | None = None,
    change_services: ChangeServices | None = None,
    *,
    http: bool = False,
) -> AsyncApp:
    """Returns the Bolt app with every listener of the bot; those of drafts and changes where their services are given.
    `http`: requests come over HTTP, verified by `HttpMode`."""
    bolt_log = logging.getLogger("slack_bolt")
    bolt_log.setLevel(logging.ERROR)  # its warnings quote requests, and nothing goes unhandled here
    app = AsyncApp(
        name="slack_bolt.app",  # the name of a logger whose level Bolt sets: not that of ours
        client=AsyncWebClient(),
        authorize=_make_authorize(services.home),
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=http,
        logger=bolt_log,
    )
    check.LISTENERS.register(app, services)
    if services.watching:
        status.LISTENERS.register(app, services, watching=services.watching)
    if services.domain_watches:
        domain_watch.LISTENERS.register(app, services, watches=services.domain_watches)
    if draft_services:
        drafts.register(app, draft_services)
        if change_services:
            changes.register(app, change_services)
    _register_fallbacks(app, services)
    return app


def envelope_handler(app: AsyncApp) -> Callable[[Envelope], Awaitable[Payload | None]]:
    """Returns a function that carries an envelope to the app; it gives the payload to acknowledge the envelope with."""

    async def handle(envelope: Envelope) -> Payload | None:
        headers: dict[str, str | Sequence[str]] = {}
        if envelope.retry_attempt is not None:
            headers["x-slack-retry-num"] = str(envelope.retry_attempt)
        if envelope.retry_reason is not None:
            headers["x-slack-retry-reason"] = envelope.retry_reason
        request = AsyncBoltRequest(mode="socket_mode", body=envelope.payload, headers=headers)
        response: BoltResponse = await app.async_dispatch(request)
        return _read_payload(response)

    return handle


def _read_payload(response: BoltResponse) -> Payload | None:
    if response.status != 200 or not response.body:
        return None
    if response.first_headers().get("content-type", "").startswith("application/json"):
        body = json.loads(response.body)
        return body if isinstance(body, dict) else None
    return {"text": response.body}


def _make_authorize(home: Home) -> Callable[..., Awaitable[AuthorizeResult]]:
    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_user_id=home.bot_user, bot_id=home.bot)

    return authorize


def _register_fallbacks(app: AsyncApp, services: Services) -> None:
    """Answers what no listener took: the manifest or a message is of another version than this bot."""

    def tell(body: Payload, message: Message) -> None:
        surface = surface_of(services, body)
        services.background.start(surface.tell(message), surface, what="the answer")

    async def refuse_command(ack: Ack, body: Payload) -> None:
        await ack()
        tell(body, words.usage_message(COMMAND, f"This version of ses-bot does not know {parse_command(body).name}."))

    async def refuse_press(ack: Ack, body: Payload) -> None:
        await ack()
        if not parse_press(body).has_url:  # a link: Slack opens it, and only wants an acknowledgement
            text = "This button is from another version of ses-bot. Please type the command again."
            tell(body, words.usage_message(COMMAND, text))

    async def acknowledge(ack: Ack) -> None:
        await ack()

    async def tell_failure(error: Exception, body: Payload, response: BoltResponse | None) -> None:
        if response is not None:  # not acknowledged yet, and Slack would show an error of its own
            response.status, response.body = 200, ""
        tell(body, words.failure_message("That failed because of an error in ses-bot", log_error(error, "a listener")))

    app.command(_ANY)(refuse_command)
    app.action(_LINK)(acknowledge)
    app.action(_ANY)(refuse_press)
    for ignore in (app.view(_ANY), app.view_closed(_ANY), app.shortcut(_ANY), app.options(_ANY), app.event(_ANY)):
        ignore(acknowledge)
    app.error(tell_failure)
