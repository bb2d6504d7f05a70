"""Takes news to its channel, and returns what happened: the publisher of `watch`.

Nothing is dropped here. What Slack refuses for now is tried again, after its Retry-After where it gave one; what a
person has to fix first is stuck, and says how. A message that Slack may have taken is looked for in the channel's
history before it is posted again, where the app may read that; pauses grow, so that copies stay few.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import partial

from handlers.launch import LaunchChecks
from handlers.slack_api import SlackApi, Undelivered, post_message, send_with_fallback, update_message
from handlers.views.blocks import Message
from handlers.views.news import news_message, plain_news_message
from model import Blocked, Delivery, NewsKind, Pending, Published, RetryLater
from model.bounded import back_off

log = logging.getLogger(__name__)

_LONGEST_PAUSE = 30.0
_UNSURE_PAUSE, _LONGEST_UNSURE_PAUSE = 60.0, 6 * 3_600.0
"""Seconds before a message is posted again that may have arrived: as long as it has been waiting, so that the pauses
double and copies stay few."""
_EVENT = "ses_bot_news"
_HISTORY = 15
"""Messages read of a channel; Slack gives some apps no more at a time."""
_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{6,}")
_NO_MESSAGE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"})
"""What chat.update answers where the message cannot be changed any more."""
_TOKEN = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})
_FIXES = {
    "not_in_channel": "ses-bot is not a member of {channel}. Type /invite @ses-bot there",
    "channel_not_found": (
        "Slack shows ses-bot no channel {channel}. If it is private, type /invite @ses-bot there; else set another "
        "channel in SES_BOT_CHANNEL or in the accounts file"
    ),
    "is_archived": (
        "{channel} is archived. Unarchive it, or set another channel in SES_BOT_CHANNEL or in the accounts file"
    ),
    "missing_scope": "the Slack app may not write (chat:write). Install it again from manifest.yaml",
}
_NOT_ALLOWED = "{channel} does not let ses-bot post. Change who may post there, in the channel’s settings"


class Messenger:
    """A `watch.Publisher` over Slack. `zone` is what times are written in, `now` the clock that news is aged by."""

    def __init__(
        self,
        slack: SlackApi,
        zone: tzinfo = UTC,
        *,
        launch: LaunchChecks | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._slack = slack
        self._zone = zone
        self._now = now
        self._launch = launch
        self._ids: dict[str, str] = {}
        """The ids of channels by the names in the settings, as posting there gave them."""

    async def publish(self, pending: Pending) -> Delivery:
        """Posts it, with blocks or, where Slack refuses those, as text."""
        if pending.news.kind is NewsKind.RATE_UPDATED:
            return await self._update_first(pending)
        if pending.maybe_posted and (published := await self._find_in_history(pending)):
            return published
        message, plain = self._messages(pending)
        if pending.news.kind is NewsKind.LAUNCH and self._launch:
            message = await self._launch.message(pending.news.account_region) or message
        what = f"news, {pending.news.kind.value}"
        try:
            send = partial(
                post_message,
                self._slack,
                pending.channel,
                patience=0,
                metadata=_metadata_of(pending),
                thread=pending.thread,
                broadcast=pending.news.kind is NewsKind.RATE_WORSE,
            )
            posted = await send_with_fallback(send, message, plain, what=what)
        except Undelivered as error:
            waiting = (self._now() - pending.news.at).total_seconds()
            blocked = explain_refusal(error.code, pending.channel)
            return classify_refusal(error, pending.attempts, blocked, waiting=waiting)
        self._ids[pending.channel] = posted.channel
        return Published(posted.ts, posted.channel)

    def _messages(self, pending: Pending) -> tuple[Message, Message]:
        """Returns the news in blocks, and as text."""
        full = news_message(pending.news, account_id=pending.account_id, zone=self._zone)
        return full, plain_news_message(pending.news, account_id=pending.account_id)

    async def _update_first(self, pending: Pending) -> Delivery:
        """Brings the first message of an episode up to date. Where it is gone, nothing is left to change."""
        ts, channel = pending.thread, pending.thread_channel
        if not ts or not channel:
            return Published("")
        message, plain = self._messages(pending)
        try:
            send = partial(update_message, self._slack, channel, ts, patience=0)
            await send_with_fallback(send, message, plain, what="news that changes")
        except Undelivered as error:
            if error.code in _NO_MESSAGE:
                return Published("")
            return classify_refusal(error, pending.attempts, explain_refusal(error.code, pending.channel), waiting=0.0)
        return Published("", channel)

    async def _find_in_history(self, pending: Pending) -> Published | None:
        """Finds the message that an earlier attempt left in the channel; None where there is none, or the app may not
        read the channel (conversations.history needs channels:history, groups:history)."""
        channel = self._ids.get(pending.channel, pending.channel)
        if not _CHANNEL_ID.fullmatch(channel):
            return None
        since = f"{pending.news.at.timestamp():.6f}"
        arguments = {"channel": channel, "oldest": since, "limit": _HISTORY, "include_all_metadata": True}
        method = "conversations.replies" if pending.thread else "conversations.history"
        arguments |= {"ts": pending.thread} if pending.thread else {}
        try:
            answer = await self._slack.call(method, arguments, patience=0)
        except Undelivered as error:
            log.info("a channel's history cannot be read (%s)", error.code)
            return None
        messages = answer.get("messages")
        for message in messages if isinstance(messages, list) else ():
            if isinstance(message, dict) and message.get("metadata") == _metadata_of(pending):
                return Published(str(message.get("ts", "")), channel)
        return None


def _metadata_of(pending: Pending) -> Mapping[str, object]:
    """Returns message metadata that names one piece of news, so that it is found again."""
    news = pending.news
    named = f"{news.account_region.account} {news.account_region.region} {news.kind} {news.at.isoformat()} {pending.id}"
    return {"event_type": _EVENT, "event_payload": {"id": hashlib.sha256(named.encode()).hexdigest()[:32]}}


def classify_refusal(error: Undelivered, attempts: int, blocked: str, *, waiting: float) -> Delivery:
    """Returns what follows when Slack did not take a message: later, or blocked, as `blocked` explains. `attempts` came
    before, for `waiting` seconds."""
    if error.retry_after is not None:
        pause = back_off(attempts, 1.0, _LONGEST_PAUSE)
        if error.maybe_delivered:
            pause = min(_LONGEST_UNSURE_PAUSE, max(_UNSURE_PAUSE, waiting))
        limited = "limited" in error.code
        return RetryLater(
            error.retry_after if limited else max(error.retry_after, pause),
            f"Slack does not take it yet ({error.code})",
            limited,
        )
    return Blocked(blocked)


def explain_refusal(code: str, channel: str) -> str:
    """Says what is in the way and how to fix it; `code` is Slack's."""
    if code in _TOKEN:
        return f"Slack does not take the bot’s token ({code}). Install the app again, and set SLACK_BOT_TOKEN"
    if code.startswith("restricted_action"):
        return _NOT_ALLOWED.format(channel=channel)
    return _FIXES.get(code, f"Slack answers “{code}”").format(channel=channel)
