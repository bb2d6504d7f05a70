"""Takes news to its channel, and says what happened: the publisher of `watch`.

Nothing is dropped here. What Slack does not take now is tried again later, after its Retry-After where it gave one;
what a person has to mend first is stuck, and says how. Only chat.postMessage is tried, once: whoever asks keeps order.
"""

import logging
from datetime import UTC, tzinfo

from handlers.replies import Slack, Undelivered, post
from handlers.views.message import Message
from handlers.views.news import news_message, plain_news
from model import Delivery, Later, Pending, Published, Stuck

log = logging.getLogger(__name__)

_LONGEST_PAUSE = 30.0
_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})
"""Slack does not take the blocks: the text alone says it too."""
_TOKEN = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})
_MENDING = {
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
    """A `watch.Publisher` over Slack. `zone` is what times are written in."""

    def __init__(self, slack: Slack, zone: tzinfo = UTC) -> None:
        self._slack = slack
        self._zone = zone

    async def publish(self, pending: Pending) -> Delivery:
        """Post it, with blocks or, where Slack refuses those, as text."""
        drawn = news_message(pending.news, account_id=pending.account_id, zone=self._zone)
        plain = plain_news(pending.news, account_id=pending.account_id)
        what = f"news, {pending.news.kind.value}"
        try:
            return await posted(self._slack, pending.channel, drawn, plain, what)
        except Undelivered as error:
            return refusal(error, pending.attempts, mending(error.code, pending.channel))


async def posted(slack: Slack, channel: str, drawn: Message, plain: Message, what: str) -> Published:
    """Post `drawn`, or `plain` where Slack refuses its blocks; `Undelivered` where it takes neither. `what` is for the
    log."""
    try:
        return Published(await post(slack, channel, drawn, patience=0))
    except Undelivered as error:
        if error.code not in _BLOCKS:
            raise
        log.error("Slack refuses the blocks of a message (%s, %s)", what, error.code)  # noqa: TRY400 - no trace is needed
    return Published(await post(slack, channel, plain, patience=0))


def refusal(error: Undelivered, attempts: int, stuck: str) -> Delivery:
    """What Slack did not take after so many attempts before: later, or stuck with words how to mend it."""
    if error.wait is not None:
        pause = min(_LONGEST_PAUSE, 2.0 ** min(attempts, 10))
        limited = "limited" in error.code
        return Later(error.wait if limited else max(error.wait, pause), f"Slack does not take it yet ({error.code})")
    return Stuck(stuck)


def mending(code: str, channel: str) -> str:
    """What is in the way and how to mend it, in words; `code` is Slack's."""
    if code in _TOKEN:
        return f"Slack does not take the bot’s token ({code}). Install the app again, and set SLACK_BOT_TOKEN"
    if code.startswith("restricted_action"):
        return _NOT_ALLOWED.format(channel=channel)
    return _MENDING.get(code, f"Slack answers “{code}”").format(channel=channel)
