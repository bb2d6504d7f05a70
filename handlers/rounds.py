"""What is done again and again beside the polls, by every replica: the owners of drafts reminded, old drafts, reports
and changes deleted, and the weekly line: on the day that SES_BOT_DIGEST names, from nine in the morning, one message in
SES_BOT_CHANNEL.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial

from handlers.changes.carry_out import take_up_changes
from handlers.changes.plans import ChangeServices
from handlers.drafts.result import rewrite_draft
from handlers.drafts.services import DraftServices
from handlers.reports import KEPT_DAYS
from handlers.slack_api import SlackApi, Undelivered, post_message, send_with_fallback
from handlers.views.blocks import Message
from handlers.views.drafts.reply import billing_reminder_message
from handlers.views.drafts.result import reminder_messages
from handlers.views.news import digest_facts, digest_message
from model.drafting import StoredDraft
from store import Database, load_status
from store.changes import purge_changes
from store.drafts import claim_reminders, mark_reminded, postpone_reminder, purge_drafts
from store.outbox import claim_digest, mark_digest_posted, postpone_digest
from store.reports import purge_reports

log = logging.getLogger(__name__)

_HOUR = 9
_DIGEST_LEASE = 120.0
_DIGEST_LATER = 60.0
_AT_A_TIME = 10
_LEASE = 60.0
"""Seconds for one round: more than Slack may keep one message waiting."""
_LATER = 600.0
"""Seconds until a person who could not be reached is tried again."""


@dataclass(frozen=True, slots=True)
class Digest:
    """`weekday` is 0 for Monday, None for never; `channel` is where the line goes."""

    db: Database
    weekday: int | None
    channel: str | None
    zone: tzinfo = UTC
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def find_due_day(self) -> str | None:
        """Returns the day whose line is due now; None on another day, or before nine."""
        local = self.now().astimezone(self.zone)
        if self.channel is None or local.weekday() != self.weekday or local.hour < _HOUR:
            return None
        return local.date().isoformat()


async def post_digest(slack: SlackApi, digest: Digest) -> None:
    """Posts the line where it is due."""
    day = digest.find_due_day()
    if day is None or digest.channel is None:
        return None
    claim = await claim_digest(digest.db, day, lease=_DIGEST_LEASE)
    if claim is None:
        return None
    account_regions = await load_status(digest.db)
    message = digest_message(account_regions, claim.before, datetime.fromisoformat(day).date())
    try:
        send = partial(post_message, slack, digest.channel, patience=0)
        await send_with_fallback(send, message, Message(message.text, ()), what="the weekly line")
    except Undelivered as error:
        log.info("the weekly line was not taken (%s)", error.code)
        if not error.maybe_delivered:  # else a second one would be worse than none
            return await postpone_digest(digest.db, claim, seconds=max(error.retry_after or 0.0, _DIGEST_LATER))
    return await mark_digest_posted(digest.db, claim, digest_facts(account_regions))


async def remind_and_purge(drafts: DraftServices) -> None:
    """Sends each reminder that is due, once, and deletes drafts not changed for long, old reports and changes."""
    for reminder in await claim_reminders(drafts.db, most=_AT_A_TIME, lease=_LEASE):
        try:
            for message in await _reminder_messages(drafts, reminder.draft):
                await post_message(drafts.services.slack, reminder.draft.owner.user, message)
        except Undelivered as error:
            log.info("a reminder was not delivered (%s)", error.code)
            await postpone_reminder(drafts.db, reminder, seconds=_LATER)
        else:
            await mark_reminded(drafts.db, reminder)
    deleted = await purge_drafts(drafts.db, days=drafts.days)
    purged = await purge_reports(drafts.db, days=KEPT_DAYS)
    await purge_changes(drafts.db)
    if deleted or purged:
        log.info("%d old drafts and %d old reports were deleted", deleted, purged)


async def _reminder_messages(drafts: DraftServices, draft: StoredDraft) -> tuple[Message, ...]:
    """Returns what to say: the day after "not yet" has come, or the text may not be on the case yet."""
    if draft.waits_for_billing:
        return (billing_reminder_message(draft),)
    if draft.written is None:
        draft = await rewrite_draft(drafts, draft)
    return reminder_messages(draft, draft.written.message if draft.written else "")


def rounds(
    changes: ChangeServices, day: int | None, channel: str | None
) -> tuple[tuple[Callable[[], None], float], ...]:
    """Returns what is started in the background, each time after so many seconds; failures are in the log. The
    weekly line is for `day` (0 for Monday), in `channel`."""
    weekly = Digest(changes.db, day, channel, changes.drafts.zone)
    start, slack = changes.services.background.start, changes.services.slack
    return (
        (lambda: start(remind_and_purge(changes.drafts), what="keeping the drafts"), 60.0),
        (lambda: start(post_digest(slack, weekly), what="the weekly line"), 30.0),
        (lambda: start(take_up_changes(changes), what="carrying out changes"), 5.0),
    )
