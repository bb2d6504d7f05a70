"""Polls what is due and publishes the news: a tick only starts work, the database says who does it.

Two pools that know nothing of each other but that there is news. One claims account regions, reads them, compares, and
records snapshot and news in one transaction; the other takes the oldest news of each channel to a `Publisher` and marks
what came of it. Kill the process anywhere and the next tick of any replica goes on from the database."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Any, Protocol

import store
from aws.cases import CaseReading
from model import (
    Access,
    AccountRegion,
    Blocked,
    Claim,
    Delivery,
    Identity,
    Pending,
    Published,
    Reading,
    RegionState,
    RetryLater,
    Snapshot,
    Trouble,
    Unreadable,
)
from model.account import CaseAccess
from model.bounded import back_off
from watch.cases import PollResult, begin_case, compare_case, find_case_to_read, needs_case_access
from watch.compare import compare, compare_identities
from watch.reader import waits_for_aws
from watch.staying import StayReader, follow_account, follow_sending, with_explanation
from watch.worker import NoteError, WorkerPool, release_on_cancel

log = logging.getLogger(__name__)

POLL_SECONDS = 20.0
"""What a poll may take."""
LEASE_SECONDS = 30.0
"""Longer than a poll, so that a lease ends only when its holder is gone or stalled."""
PUBLISH_LEASE_SECONDS = 60.0
"""Longer than a publisher waits for Slack."""
BLOCKED_SECONDS = 60.0
"""How often news that waits for a person to fix something is tried again."""
_CHANNELS_AT_ONCE = 8
_POLL_GRACE, _POST_GRACE = 2.0, 16.0
"""Seconds at the end. A poll can be abandoned; a message may be on its way, and would be sent again."""


SHORTEST = 1.0
"""Seconds between two polls of an account region: SES takes one GetAccount a second."""
_CADENCE = {
    Access.IN_REVIEW: 1,
    Access.NOT_GRANTED: 3,
    Access.GRANTED: 3,
    Access.FAILED: 12,
    Access.SANDBOX: 12,
    Access.PRODUCTION: 72,
    Access.UNKNOWN: 12,
}
"""Multiples of the poll interval, by what was known last."""
_MULTIPLE_WHILE_OPEN = 12
"""The multiple while a reputation rate is over its line, or AWS decides about a quota: every hour."""
_MULTIPLE_WHILE_IDENTITY_WAITS = 3
"""The multiple where a person has published records, and waits for SES to find them. SES gives up after 72 hours."""


@dataclass(frozen=True, slots=True)
class PollInterval:
    """How often account regions are polled: in multiples of `poll_seconds`, the interval in review; so many are read
    `at_once`."""

    poll_seconds: float = 300.0
    at_once: int = 16

    @property
    def tick_seconds(self) -> float:
        """Seconds between two searches for what is due."""
        return min(1.0, max(0.1, self.poll_seconds / 2))

    def seconds_to_next(self, state: RegionState) -> float:
        """Returns seconds until the next poll. An account region that could not be read is tried soon, then less and
        less often."""
        return max(SHORTEST, self.poll_seconds * self._multiple(state))

    def _multiple(self, state: RegionState) -> float:
        if state.failures:
            return back_off(state.failures - 1, 1, _CADENCE[Access.UNKNOWN])
        if state.region_off:
            return _CADENCE[Access.PRODUCTION]
        cadence = _CADENCE[state.snapshot.access if state.snapshot else Access.UNKNOWN]
        if any(waits_for_aws(identity) for identity in state.identities or ()):
            return min(cadence, _MULTIPLE_WHILE_IDENTITY_WAITS)
        is_open = state.reputation.has_episode or bool(state.open_requests)
        return min(cadence, _MULTIPLE_WHILE_OPEN) if is_open else cadence

    @property
    def sample_spacing(self) -> timedelta:
        """How far samples of the volume are apart: a day where the interval is 300 seconds, never more."""
        return min(timedelta(days=1), timedelta(seconds=288 * self.poll_seconds))


class Publisher(Protocol):
    """Takes news to a channel, and returns what happened, within half a minute."""

    async def publish(self, pending: Pending) -> Delivery: ...


class Reader(StayReader, Protocol):
    """Reads an account region at AWS. Never raises for what AWS does."""

    async def read_account(self, account_region: AccountRegion) -> Reading: ...

    async def read_domains(self, account_region: AccountRegion, known: RegionState) -> tuple[Identity, ...] | None: ...

    async def read_account_id(self, account: str) -> str | None: ...

    async def read_case(self, account_region: AccountRegion, display_id: str) -> CaseReading: ...

    async def read_case_access(self, account_region: AccountRegion) -> CaseAccess | None: ...


class Watcher:
    """Polls account regions and publishes news. `tick` starts what is due, `close` ends in good order. `zone` is where
    business days are counted, `now` the clock of the news; `count` is called with the outcome of each poll, and how
    late it began."""

    def __init__(  # noqa: PLR0913 - its parts, by keyword
        self,
        db: store.Database,
        reader: Reader,
        publisher: Publisher,
        *,
        note_error: NoteError,
        pace: PollInterval,
        zone: tzinfo = UTC,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        count: Callable[[str, float], None] = lambda _outcome, _late: None,
    ) -> None:
        self._count = count
        self._now = now
        self.pace = pace
        self._db = db
        self._reader = reader
        self._publisher = publisher
        self._note_error = note_error
        self._zone = zone
        self._learned: set[str] = set()
        claiming = "looking for polls that are due"
        self._polls = WorkerPool(
            pace.at_once, self._claim_polls, doing="a poll", claiming=claiming, note_error=note_error, in_batches=True
        )
        claiming = "looking for news to publish"
        self._posts = WorkerPool(
            _CHANNELS_AT_ONCE, self._claim_news, doing="publishing news", claiming=claiming, note_error=note_error
        )

    def tick(self) -> None:
        """Starts in the background whatever is due."""
        self._polls.wake()
        self._posts.wake()

    async def poll_now(self, account_regions: Iterable[AccountRegion]) -> None:
        """Polls these account regions now, within AWS's rate, and tries again what could not be published."""
        await store.make_polls_due(self._db, account_regions)
        await store.make_news_due(self._db)
        self.tick()

    def explain_stall(self) -> str | None:
        """Returns why polls do not go on, where the pool is full and no poll has ended for long; None where they do."""
        stuck_seconds = self._polls.stuck_seconds
        return f"no poll has ended for {stuck_seconds:.0f} s" if stuck_seconds > 5 * POLL_SECONDS else None

    async def close(self) -> None:
        """Starts nothing more; gives what is under way a moment, and its leases back."""
        await asyncio.gather(self._polls.close(_POLL_GRACE), self._posts.close(_POST_GRACE))

    async def _claim_polls(self, most: int) -> list[Coroutine[Any, Any, None]]:
        return [self._poll(claim) for claim in await store.claim_due(self._db, most=most, lease=LEASE_SECONDS)]

    async def _claim_news(self, most: int) -> list[Coroutine[Any, Any, None]]:
        """Claims the oldest news of each channel; when a channel has it, the next one is claimed."""
        return [
            self._publish(pending)
            for pending in await store.next_news(self._db, most=most, lease=PUBLISH_LEASE_SECONDS)
        ]

    async def _poll(self, claim: Claim) -> None:
        async with release_on_cancel(partial(store.release_claim, self._db, claim)):
            state, items = await self._read_and_compare(claim)
            self._count("unread" if state.failures else "read", claim.late)
            recorded = await store.record_poll(self._db, claim, state, items, again_in=self.pace.seconds_to_next(state))
        if not recorded:
            log.warning(
                "a poll came after its lease and was dropped: %s %s",
                claim.account_region.account,
                claim.account_region.region,
            )
        elif items:
            self._posts.wake()

    async def _read_and_compare(self, claim: Claim) -> PollResult:
        """Reads an account region, and returns what is known after it and the news."""
        account_region, ends = claim.account_region, asyncio.get_running_loop().time() + POLL_SECONDS
        reading: Reading = Unreadable(Trouble.TIMEOUT, f"AWS did not answer in {POLL_SECONDS:g} s")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(ends):
                reading = await self._reader.read_account(account_region)
        state, compared = compare(account_region, claim.state, reading, self._now(), self._zone)
        news = [*with_explanation(compared, state, self._now())]
        _log_trouble(account_region, claim.state, state)
        if not isinstance(reading, Snapshot):
            return state, tuple(news)
        state, items = follow_account(account_region, claim.state, state, self._now(), self.pace.sample_spacing)
        news += items
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(ends):
                await self._learn_account_id(account_region.account)
                identities = await self._reader.read_domains(account_region, state)
                if identities is not None:
                    state, items = compare_identities(account_region, state, identities, self._now())
                    news += items
                state, items = await self._follow_case(account_region, claim.state, state)
                news += items
                state, items = await follow_sending(self._reader, account_region, state, self._now())
                news += items
        return state, tuple(news)

    async def _follow_case(self, account_region: AccountRegion, before: RegionState, state: RegionState) -> PollResult:
        """Reads the case of a request that is not decided, where the support plan allows. Before there is one, reads
        once whether it does, so that people know what the bot will be able to do."""
        now = self._now()
        state = begin_case(before, state, now)
        case_id = find_case_to_read(state, now)
        if case_id is None:
            if not needs_case_access(state, now):
                return state, ()
            access = await self._reader.read_case_access(account_region)
            return replace(state, case_access=access, case_access_at=now), ()
        return compare_case(account_region, state, await self._reader.read_case(account_region, case_id), now)

    async def _learn_account_id(self, account: str) -> None:
        """Learns the account's number, once."""
        if account in self._learned:
            return
        self._learned.add(account)
        number = await self._reader.read_account_id(account)
        if number is None:
            self._learned.discard(account)
        else:
            await store.save_account_id(self._db, account, number)

    async def _publish(self, pending: Pending) -> None:
        try:
            delivery = await self._publisher.publish(pending)
        except Exception as error:  # noqa: BLE001 - in the log and in /ses-status; the news is tried again
            delivery = Blocked(f"an error in ses-bot (id {self._note_error(error, 'publishing news')})")
        match delivery:
            case Published(ts=ts, channel=channel):
                await store.mark_published(self._db, pending, ts, channel)
            case RetryLater(seconds=seconds, why=why, limited=limited):
                await store.mark_waiting(self._db, pending, seconds=seconds, why=why, limited=limited)
            case Blocked(why=why):
                await store.mark_waiting(self._db, pending, seconds=BLOCKED_SECONDS, why=why)


def _log_trouble(account_region: AccountRegion, before: RegionState, after: RegionState) -> None:
    """Writes one line when AWS can no longer be read at an account region, and one when it can again."""
    if after.trouble and after.trouble != before.trouble:
        log.warning("AWS cannot be read for %s in %s: %s", account_region.account, account_region.region, after.trouble)
    elif before.trouble and not after.trouble:
        log.info("AWS can be read again for %s in %s", account_region.account, account_region.region)
