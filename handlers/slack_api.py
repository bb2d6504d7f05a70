"""Everything said to Slack, with patience: response URLs, messages, modals.

A slash command's response URL only appends; a button's can replace its message. Each takes 5 uses in 30 minutes, and
then answers 404; what is said after that goes out as a fresh ephemeral message, or straight to the person where the bot
is no member. Rate limits are obeyed (Retry-After) within a bound, and a failing line is tried a few times.
Source: Slack, "Handling user interaction", "Rate limits". The retry handler for rate limits that comes with slack_sdk
is not used: under asyncio it reads only the first digit of Retry-After.
"""

import asyncio
import json
import logging
import random
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.logs import error_code
from handlers.views import words
from handlers.views.blocks import Message, View

log = logging.getLogger(__name__)
T = TypeVar("T")

PATIENCE = 60.0
"""Seconds that one message may spend waiting for Slack to take it."""
TRIGGER = 2.5
"""Seconds to try with a trigger id; it lives 3."""
OPENING = 0.6
"""Seconds that a person waits for a modal to open; then it opens with a line to wait."""
_TRIES = 4
_MOST_OF_AN_ANSWER = 200
_CODE = re.compile(r"[a-z][a-z0-9_]{0,79}")
_LIMITED = frozenset({"ratelimited", "rate_limited"})
_FAILING = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
"""Slack's own trouble: what was sent may have arrived."""
_NOT_TAKEN = frozenset({"service_unavailable"})
"""What says for certain that nothing was done, as HTTP 503 does (RFC 9110 15.6.4)."""
GONE = frozenset({"not_found", "view_not_found"})
"""What views.update answers when the person closed the modal."""
NOT_THERE = frozenset({"not_in_channel", "channel_not_found"})
"""What chat.* answers where the bot is no member; a private channel or a direct message then does not exist for it."""

BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})
"""Slack does not take the blocks: a plainer form says it too."""
NEVER_REACHED = frozenset({"user_not_found", "users_not_found", "cannot_dm_bot", "channel_not_found"})
"""What chat.postMessage answers for a person whom no message can reach."""


class Undelivered(Exception):
    """Slack did not take something. `code` is Slack's word for why, "HTTP 503", or "unreachable". `retry_after` is how
    long to wait before trying again, in seconds; None when trying again is of no use. `maybe_delivered`: it may have
    arrived all the same."""

    def __init__(self, code: str, retry_after: float | None = None, *, maybe_delivered: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after
        self.maybe_delivered = maybe_delivered


class SlackApi:
    """The Web API and the response URLs, with retries. `session` carries both."""

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession, *, patience: float = PATIENCE) -> None:
        self._client = client
        self._session = session
        self._patience = patience

    async def call(
        self, method: str, arguments: Mapping[str, Any], *, patience: float | None = None, repeatable: bool = True
    ) -> dict[str, Any]:
        """Calls a method of the Web API; returns its answer, or raises `Undelivered`. `repeatable` False: not tried
        again when it may have arrived, because saying it twice would be worse."""

        async def once() -> dict[str, Any]:
            try:
                response = await self._client.api_call(method, json=dict(arguments))
            except SlackApiError as error:
                raise _undelivered_by_api(error) from error
            except (aiohttp.ClientError, TimeoutError, OSError, AttributeError) as error:
                # AttributeError is what the client makes of an answer that is no JSON object
                raise _make_unreachable(error) from error
            return dict(response.data) if isinstance(response.data, dict) else {}

        return await self._retry(once, patience, repeatable)

    async def respond(
        self,
        url: str,
        message: Message,
        *,
        replace: bool = False,
        in_channel: bool = False,
        patience: float | None = None,
    ) -> None:
        """Posts to a response URL: a new message, or in place of the one that holds the button."""
        fields: dict[str, Any] = {
            "response_type": "in_channel" if in_channel else "ephemeral",
            "replace_original": False,
        }
        if replace:  # what takes the place of a message is seen by whom that was seen
            fields = {"replace_original": True}
        body = {**fields, **_message_fields(message)}

        async def once() -> None:
            try:
                async with self._session.post(url, json=body, allow_redirects=False) as answer:
                    text = (await answer.content.read(_MOST_OF_AN_ANSWER)).decode("utf-8", "replace")
                    if not answer.ok:
                        raise _undelivered_by_url(answer.status, text, answer.headers.get("Retry-After"))
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                raise _make_unreachable(error) from error

        await self._retry(once, patience, repeatable=True)

    async def _retry(self, once: Callable[[], Awaitable[T]], patience: float | None, repeatable: bool) -> T:
        left = self._patience if patience is None else patience
        tries = 0
        while True:
            tries += 1
            try:
                return await once()
            except Undelivered as error:
                if error.retry_after is None or tries == _TRIES or (error.maybe_delivered and not repeatable):
                    raise
                wait = max(error.retry_after, 0.25 * 2**tries) * random.uniform(1, 1.25)  # noqa: S311 - spreads retries
                if wait > left:
                    raise
                left -= wait
                log.info("Slack did not take a message (%s), again in %.1f s", error.code, wait)
                await asyncio.sleep(wait)


def make_api(session: aiohttp.ClientSession, api_url: str, token: str) -> SlackApi:
    """Returns Slack's Web API by one token. Proxies are those of the environment, with its exceptions (NO_PROXY):
    `session` knows them when it trusts the environment, so the client's own, which knows no exceptions, are put
    aside."""
    client = AsyncWebClient(token=token, base_url=api_url, session=session, retry_handlers=[])
    client.proxy = None
    return SlackApi(client, session)


@dataclass(frozen=True, slots=True)
class EphemeralReply:
    """Where the person who typed a command or pressed a button in a message is answered, seen by them alone."""

    slack: SlackApi
    channel: str
    user: str
    response_url: str

    async def tell(self, *messages: Message, replace: bool = False) -> None:
        """Sends ephemeral messages, or one in place of the button's (`replace`); where that fails, to the person."""
        for message in messages:
            if not await self._respond(message, replace=replace):
                await self._post_to_person(message)

    async def _respond(self, message: Message, *, replace: bool = False, patience: float | None = None) -> bool:
        if not self.response_url:
            return False
        try:
            await self.slack.respond(self.response_url, message, replace=replace, patience=patience)
        except Undelivered as error:
            log.info("a response URL was of no use (%s)", error.code)
            return False
        return True

    async def say(self, sentence: str) -> None:
        """Sends a sentence of ours, as a new ephemeral message."""
        await self.tell(words.sentence_message(sentence))

    async def replace(self, message: Message) -> None:
        """Sends a message in place of the one that holds the pressed button; where that is impossible, a new one."""
        await self.tell(message, replace=True)

    async def hint(self, message: Message) -> None:
        """Sends an ephemeral message that is no answer: not worth waiting for, nor worth an error."""
        await self._respond(message, patience=0)

    async def _post_to_person(self, message: Message) -> object:
        content = _message_fields(message)
        if self.channel:
            person = {"channel": self.channel, "user": self.user}
            try:
                return await self.slack.call("chat.postEphemeral", {**person, **content})
            except Undelivered as error:
                log.info("an ephemeral message was refused (%s), writing to the person", error.code)
        return await self.slack.call("chat.postMessage", {"channel": self.user, **content})


@dataclass(frozen=True, slots=True)
class Modal:
    """An open modal. When the person has closed it, they want nothing."""

    slack: SlackApi
    view_id: str

    async def show(self, view: View) -> None:
        """Replaces its content: views.update."""
        try:
            await self.slack.call("views.update", {"view_id": self.view_id, "view": view})
        except Undelivered as error:
            if error.code not in GONE:
                raise
            log.info("a modal was closed before its content came")


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message is: the channel's id, and the message's timestamp there."""

    channel: str
    ts: str


async def post_message(  # noqa: PLR0913 - a message and what goes with it
    slack: SlackApi,
    channel: str,
    message: Message,
    *,
    patience: float | None = None,
    metadata: Mapping[str, object] | None = None,
    thread: str | None = None,
    broadcast: bool = False,
) -> Posted:
    """Posts a message that everybody in the channel sees, and that the bot can update: chat.postMessage. `metadata` is
    seen by programs alone; `thread` is the message to reply to, `broadcast` shows the reply in the channel too."""
    arguments = {"channel": channel, "unfurl_links": False, "unfurl_media": False, **_message_fields(message)}
    if metadata:
        arguments["metadata"] = metadata
    if thread:
        arguments |= {"thread_ts": thread, "reply_broadcast": broadcast}
    answer = await slack.call("chat.postMessage", arguments, patience=patience, repeatable=False)
    return Posted(str(answer.get("channel", "")), str(answer.get("ts", "")))


async def share_message(slack: SlackApi, channel: str, response_url: str, message: Message) -> bool:
    """Posts a message for everyone in the channel of a button; False where the bot is no member, so that it went by the
    button's response URL, and cannot be changed later."""
    try:
        await post_message(slack, channel, message)
    except Undelivered as error:
        if error.code not in NOT_THERE or not response_url:
            raise
        await slack.respond(response_url, message, in_channel=True)
        return False
    return True


async def update_message(
    slack: SlackApi, channel: str, ts: str, message: Message, *, patience: float | None = None
) -> None:
    """Changes a message that the bot posted: chat.update."""
    await slack.call("chat.update", {"channel": channel, "ts": ts, **_message_fields(message)}, patience=patience)


async def open_modal(slack: SlackApi, trigger_id: str, view: View) -> Modal:
    """Opens a modal (views.open), as long as the trigger lives."""
    answer = await slack.call("views.open", {"trigger_id": trigger_id, "view": view}, patience=TRIGGER)
    opened = answer.get("view")
    view_id = opened.get("id") if isinstance(opened, dict) else None
    if not isinstance(view_id, str):
        raise Undelivered("views.open answered without a view")
    return Modal(slack, view_id)


async def open_when_ready(  # noqa: PLR0913 - the modal, and what is shown in its stead
    slack: SlackApi,
    trigger_id: str,
    view: Coroutine[Any, Any, View],
    *,
    loading: View,
    failed: View,
    seconds: float = OPENING,
) -> None:
    """Opens a modal when its view is ready, or with `loading` after `seconds`; an error is shown as `failed`, and
    raised."""
    work = asyncio.ensure_future(view)
    try:
        done, _ = await asyncio.wait({work}, timeout=seconds)
        if done:
            await open_modal(slack, trigger_id, work.result())
            return
        modal = await open_modal(slack, trigger_id, loading)
        try:
            await modal.show(await work)
        except Exception:
            await modal.show(failed)
            raise
    finally:
        work.cancel()


async def send_with_fallback(
    send: Callable[[Message], Awaitable[T]], message: Message, plain: Message, *, what: str
) -> T:
    """Sends a message, or its plain form where Slack refuses its blocks. `what` names it for the log."""
    try:
        return await send(message)
    except Undelivered as error:
        if error.code not in BLOCKS_REFUSED:
            raise
        log.error("Slack refuses the blocks of %s (%s)", what, error.code)  # noqa: TRY400 - no trace is needed
    return await send(plain)


def _message_fields(message: Message) -> dict[str, Any]:
    return {"text": message.text, "blocks": list(message.blocks)}


def _undelivered_by_api(error: SlackApiError) -> Undelivered:
    code = error_code(error)
    status = getattr(error.response, "status_code", 0) or getattr(error.response, "status", 0)
    headers = getattr(error.response, "headers", None) or {}
    return _make_undelivered(code, status, headers.get("Retry-After"))


def _undelivered_by_url(status: int, text: str, retry_after: str | None) -> Undelivered:
    """Returns the refusal of a response URL, which answers in plain text or as JSON."""
    code = text.strip() or f"HTTP {status}"
    if code.startswith("{"):
        try:
            code = str(json.loads(code).get("error", f"HTTP {status}"))
        except (ValueError, RecursionError):
            code = f"HTTP {status}"
    return _make_undelivered(code if _CODE.fullmatch(code) else f"HTTP {status}", status, retry_after)


def _make_undelivered(code: str, status: int, retry_after: str | None) -> Undelivered:
    limited = status == 429 or code in _LIMITED
    failing = status >= 500 or code in _FAILING
    maybe_delivered = failing and status != 503 and code not in _NOT_TAKEN
    return Undelivered(
        code, _parse_retry_after(retry_after) if limited or failing else None, maybe_delivered=maybe_delivered
    )


def _make_unreachable(error: Exception) -> Undelivered:
    return Undelivered("unreachable", 0.0, maybe_delivered=not isinstance(error, aiohttp.ClientConnectorError))


def _parse_retry_after(retry_after: str | None) -> float:
    """Returns Retry-After in seconds (RFC 9110 section 10.2.3; Slack never sends a date)."""
    text = (retry_after or "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1.0
