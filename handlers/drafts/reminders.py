"""The work of every minute: remind owners once, and delete old drafts and reports. Every replica calls it."""

import logging

from handlers.background import NoSurface
from handlers.drafts.result import written_anew
from handlers.drafts.services import DraftServices
from handlers.reports import KEPT_DAYS
from handlers.services import Services
from handlers.slack_api import Undelivered, post
from handlers.views.drafts.reply import billing_reminder
from handlers.views.drafts.result import reminder_messages
from handlers.views.message import Message
from model.drafting import StoredDraft
from store.changes import purge_changes
from store.drafts import claim_reminders, mark_reminded, purge_drafts, remind_later
from store.reports import purge_reports

log = logging.getLogger(__name__)

EVERY = 60.0
"""Seconds between two rounds."""
_AT_A_TIME = 10
_LEASE = 60.0
"""Seconds for one round: more than Slack may keep one message waiting."""
_LATER = 600.0
"""Seconds until a person who could not be reached is tried again."""


def start_round(services: Services, drafts: DraftServices) -> None:
    """Start one round beside everything else; its failures are in the log."""
    services.background.start(remind_and_purge(services, drafts), NoSurface(), what="keeping the drafts")


async def remind_and_purge(services: Services, drafts: DraftServices) -> None:
    """Send each reminder that is due, once, and delete drafts not changed for long, old reports and changes."""
    for reminder in await claim_reminders(drafts.db, most=_AT_A_TIME, lease=_LEASE):
        try:
            for message in await _reminder(drafts, reminder.draft):
                await post(services.slack, reminder.draft.owner.user, message)
        except Undelivered as error:
            log.info("a reminder was not delivered (%s)", error.code)
            await remind_later(drafts.db, reminder, seconds=_LATER)
        else:
            await mark_reminded(drafts.db, reminder)
    deleted = await purge_drafts(drafts.db, days=drafts.days)
    purged = await purge_reports(drafts.db, days=KEPT_DAYS)
    await purge_changes(drafts.db)
    if deleted or purged:
        log.info("%d old drafts and %d old reports were deleted", deleted, purged)


async def _reminder(drafts: DraftServices, stored: StoredDraft) -> tuple[Message, ...]:
    """What to say: the day after "not yet" has come, or the text may not be on the case yet."""
    if stored.waits_for_billing:
        return (billing_reminder(stored),)
    if stored.written is None:
        stored = await written_anew(drafts, stored)
    return reminder_messages(stored, stored.written.message if stored.written else "")
