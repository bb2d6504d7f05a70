"""The weekly line: on the day that SES_BOT_DIGEST names, from nine in the morning, one message in SES_BOT_CHANNEL."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from handlers.background import NoSurface
from handlers.news import posted
from handlers.services import Services
from handlers.slack_api import Undelivered
from handlers.views.digest import digest_message, facts_of
from handlers.views.message import Message
from store import Database, status
from store.digests import claim_digest, digest_later, mark_digest

log = logging.getLogger(__name__)

EVERY = 30.0
"""Seconds between two looks at the clock."""
_HOUR = 9
_LEASE = 120.0
_LATER = 60.0


@dataclass(frozen=True, slots=True)
class Digest:
    """`weekday` is 0 for Monday, None for never; `channel` is where the line goes."""

    db: Database
    weekday: int | None
    channel: str | None
    zone: tzinfo = UTC
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def due(self) -> str | None:
        """The day whose line is due now; None on another day, or before nine."""
        local = self.now().astimezone(self.zone)
        if self.channel is None or local.weekday() != self.weekday or local.hour < _HOUR:
            return None
        return local.date().isoformat()


def start_round(services: Services, digest: Digest) -> None:
    """Post the line where it is due, beside everything else; failures are in the log."""
    day = digest.due()
    if day:
        services.background.start(_post(services, digest, day), NoSurface(), what="the weekly line")


async def _post(services: Services, digest: Digest, day: str) -> None:
    held = await claim_digest(digest.db, day, lease=_LEASE)
    if held is None or digest.channel is None:
        return None
    places = await status(digest.db)
    message = digest_message(places, held.before, datetime.fromisoformat(day).date())
    try:
        await posted(services.slack, digest.channel, message, Message(message.text, ()), what="the weekly line")
    except Undelivered as error:
        log.info("the weekly line was not taken (%s)", error.code)
        if not error.maybe_delivered:  # else a second one would be worse than none
            return await digest_later(digest.db, held, seconds=max(error.retry_after or 0.0, _LATER))
    return await mark_digest(digest.db, held, facts_of(places))
