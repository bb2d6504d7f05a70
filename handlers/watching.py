"""What listeners need of the accounts that are watched: what is known of them, and a way to have them polled now."""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from aws import Sessions
from handlers.launch import DmarcCheck, LaunchChecks
from handlers.logs import log_error
from handlers.metrics import count_poll
from handlers.news import Messenger
from handlers.slack_api import SlackApi
from handlers.views.status import NO_CHANNEL, Overview
from model import Access, AccountRegion, AccountRegionStatus
from model.bounded import back_off
from store import Database, ensure_account_regions, load_last_polls, load_status, save_account_id
from watch import PollInterval, SesReader, Watcher, estimate_answer_by

log = logging.getLogger(__name__)

MOST_POLLED = 20
"""Account regions that "Refresh" polls at a time."""
_ANSWER = 6.0
"""Seconds that "Refresh" waits for AWS."""
_PAUSES = 0.1, 1.0
"""Seconds between two readings whether all were polled, at first and at most."""


@dataclass(frozen=True, slots=True)
class Watching:
    """`poll_now` has account regions polled, within AWS's rate. `missing`: sentences about what the bot lacks. `zone`
    is where business days are counted, and what times are written in; `channels` are those of news, by account."""

    db: Database
    poll_now: Callable[[Sequence[AccountRegion]], Awaitable[None]]
    zone: tzinfo = UTC
    missing: tuple[str, ...] = ()
    channels: Mapping[str, str | None] = field(default_factory=dict)
    launch: LaunchChecks | None = None

    def channel_of(self, account_region: AccountRegion) -> str | None:
        return self.channels.get(account_region.account)

    async def load_overview(
        self,
        *,
        account: str | None = None,
        region: str | None = None,
        unanswered: Sequence[AccountRegion] = (),
        too_many: int | None = None,
    ) -> Overview:
        """Returns what is known of the account regions that the filter leaves. `unanswered`, `too_many`: see
        `Overview`."""
        account_regions = await load_status(self.db, account=account, region=region)
        expected = {
            watched.account_region: by for watched in account_regions if (by := _find_expected(watched, self.zone))
        }
        now = datetime.now(UTC)
        return Overview(account_regions, now, self.zone, expected, self.missing, unanswered, too_many)

    async def poll_and_wait(self, account_regions: Sequence[AccountRegion]) -> tuple[AccountRegion, ...]:
        """Has account regions polled now; gives those not answered after some seconds. Too many are left to their
        cadence."""
        if len(account_regions) > MOST_POLLED:
            await self.poll_now(())
            return ()
        last_polls = await load_last_polls(self.db, account_regions)
        await self.poll_now(account_regions)
        waiting = set(account_regions)
        try:
            async with asyncio.timeout(_ANSWER):
                for reading in itertools.count():
                    await asyncio.sleep(back_off(reading, *_PAUSES))  # another replica may do it: the database knows
                    polls = await load_last_polls(self.db, account_regions)
                    waiting = {region for region in waiting if polls.get(region) == last_polls.get(region)}
                    if not waiting:
                        break
        except TimeoutError:
            pass
        return tuple(account_region for account_region in account_regions if account_region in waiting)


def _find_expected(watched: AccountRegionStatus, zone: tzinfo) -> datetime | None:
    """Returns until when AWS's answer is expected, where one is waited for."""
    state = watched.state
    if state.snapshot is None or state.since is None or state.snapshot.access is not Access.IN_REVIEW:
        return None
    return estimate_answer_by(state.since, zone, appeal=state.appeal)


async def watch_accounts(  # noqa: PLR0913 - what is watched and where its news goes, by keyword
    db: Database,
    sessions: Sessions,
    slack: SlackApi,
    *,
    channel: str | None,
    missing: str | None,
    poll_seconds: float,
    zone: tzinfo,
    dmarc: DmarcCheck,
) -> tuple[Watcher, Watching]:
    """Has the store watch the accounts of `sessions`, each with its channel or else `channel`; returns the watcher, and
    what listeners need of it. `missing` says why no account is connected; `dmarc` checks a domain's DMARC record."""
    launch = LaunchChecks(db, sessions, dmarc)
    channels = {account.name: account.channel or channel for account in sessions.accounts}
    lacks = (missing,) if missing else ()
    if not all(channels.values()) or not (channels or channel):
        log.warning("%s", NO_CHANNEL)
    if not (channels or channel):  # of its channel, each account speaks for itself
        lacks = (*lacks, NO_CHANNEL)
    account_regions = sessions.account_regions()
    await ensure_account_regions(db, {region: channels[region.account] for region in account_regions})
    for account in sessions.accounts:
        if account.id:
            await save_account_id(db, account.name, account.id)
    log.info("accounts watched: %d, regions in all: %d", len(channels), len(account_regions))
    pace = PollInterval(poll_seconds)
    reader, messenger = SesReader(sessions), Messenger(slack, zone, launch=launch)
    watcher = Watcher(db, reader, messenger, note_error=log_error, pace=pace, zone=zone, count=count_poll)
    return watcher, Watching(db, watcher.poll_now, zone, lacks, channels, launch)
