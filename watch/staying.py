"""What a poll looks at once an account is in production: rates, the increases that people asked for, and what is sent
against the quota: how it grows, and on which day the quota will be full.

News of the volume comes once before 80 % and once before 95 % of the quota; again only after two weeks below 60 %, or
with another quota. Source: SES GetAccount, SendQuota (Max24HourSend -1: unlimited).
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from model import Access, AccountRegion, Fact, News, NewsKind, RegionState, Snapshot
from model.staying import (
    ADVICE_OPEN,
    FINAL_STATUSES,
    SENDING_DISABLED,
    QuotaRequest,
    QuotaStatus,
    RateKind,
    RatesReading,
    VolumeSample,
)
from watch.cases import PollResult
from watch.rates import judge_rates

KEPT = timedelta(days=14)
_MOST_SAMPLES = 30
_FEWEST = 3
"""Samples from which a growth is worked out."""
_MARKS = ((0.95, 0.90), (0.80, 0.75))
"""The shares of the quota that are news before they are reached, and the share at which that is."""
_CALM = 0.60


def follow_volume(
    account_region: AccountRegion, before: RegionState, known: RegionState, now: datetime, *, day: timedelta
) -> PollResult:
    """Returns the volume, and the news where the quota is nearly used. Samples are `day` apart, a day at most."""
    snapshot = known.snapshot
    if snapshot is None or snapshot.access is not Access.PRODUCTION or snapshot.sent is None or not snapshot.quota:
        return known, ()
    samples = _sampled(known.volume, snapshot.sent, now, day)
    quota = snapshot.quota
    changed = before.snapshot is not None and before.snapshot.quota not in (None, quota)
    quiet = max(one.sent for one in samples) < _CALM * quota
    posted = 0.0 if changed or quiet or quota < 0 else known.quota_posted
    known = replace(known, volume=samples, quota_posted=posted)
    mark = next((mark for mark, from_share in _MARKS if 0 < quota * from_share <= snapshot.sent), None)
    if mark is None or mark <= posted:
        return known, ()
    full = full_on(samples, quota, now)
    facts: dict[str, Fact] = {
        "sent": snapshot.sent,
        "quota": quota,
        "rate": snapshot.rate,
        "share": snapshot.sent / quota,
        "mark": mark,
        "full_on": full.isoformat() if full else None,
        "growth": growth_of(samples),
    }
    return replace(known, quota_posted=mark), (News(NewsKind.QUOTA_NEARLY, account_region, now, facts),)


def _sampled(volume: Sequence[VolumeSample], sent: float, now: datetime, day: timedelta) -> tuple[VolumeSample, ...]:
    """Returns the samples with this one: the highest of each day counts."""
    kept = [one for one in volume if now - one.at <= KEPT]
    if kept and now - kept[-1].at < day:
        kept[-1] = replace(kept[-1], sent=max(kept[-1].sent, sent))
    else:
        kept.append(VolumeSample(now, sent))
    return tuple(kept[-_MOST_SAMPLES:])


def growth_of(samples: Sequence[VolumeSample]) -> float | None:
    """Messages a day by which the volume grows: the straight line that fits the samples best (least squares); None
    where they are too few, or too close together."""
    if len(samples) < _FEWEST or samples[-1].at == samples[0].at:
        return None
    days = [(one.at - samples[0].at) / timedelta(days=1) for one in samples]
    middle, mean = sum(days) / len(days), sum(one.sent for one in samples) / len(samples)
    spread = sum((day - middle) ** 2 for day in days)
    return sum((day - middle) * (one.sent - mean) for day, one in zip(days, samples, strict=True)) / spread


def full_on(samples: Sequence[VolumeSample], quota: float, now: datetime) -> datetime | None:
    """Returns when the quota is full, if the volume grows as it did; None where it does not grow, or not within a
    year."""
    growth = growth_of(samples)
    if not growth or growth <= 0 or not samples or quota <= 0:
        return None
    days = max(0.0, quota - samples[-1].sent) / growth
    return now + timedelta(days=days) if days <= 365 else None


def wanted_quota(known: RegionState) -> float | None:
    """Returns the quota to ask for: twice what will be sent in a month at this growth, at least twice the most that was
    sent, in round numbers; None where there is nothing to work it out from."""
    snapshot = known.snapshot
    if not isinstance(snapshot, Snapshot) or not snapshot.quota or snapshot.quota < 0 or not known.volume:
        return None
    most = max(one.sent for one in known.volume)
    growth = growth_of(known.volume) or 0.0
    month = known.volume[-1].sent + 30 * max(0.0, growth)
    return _rounded(max(2 * most, min(2 * month, 10 * snapshot.quota), 1.5 * snapshot.quota))


_FOUR_HOURS = 4 * 3_600


def wanted_rate(rate: float | None, quota: float) -> float | None:
    """Returns the sending rate with which the quota can go out within four hours; None where today's is enough."""
    wanted = float(-(-quota // _FOUR_HOURS))
    return wanted if rate is not None and 0 <= rate < wanted else None


def _rounded(value: float) -> float:
    """Round up to two figures: 151,000 gives 160,000."""
    step = 10.0 ** max(0, len(str(int(value))) - 2)
    return float(-(-value // step) * step)


_CROSSINGS = (NewsKind.RATE_HIGH, NewsKind.RATE_WORSE)
_STILL_SAID = timedelta(hours=1)
_ADVICE_EVERY = timedelta(hours=1)
_MOST_ADVICE = 2_000
"""Characters that are quoted in one message."""
_LOOK_SECONDS = 4.0
_MOST_LOOKS = 5
"""Lines about where a rate comes from."""


class StayReader(Protocol):
    """Reads what AWS says of an account that sends. Never raises for what AWS does."""

    async def rates(self, account_region: AccountRegion, now: datetime) -> RatesReading: ...

    async def first_look(
        self, account_region: AccountRegion, known: RegionState, kind: RateKind, now: datetime
    ) -> tuple[str, ...]: ...

    async def quota_status(self, account_region: AccountRegion, request: QuotaRequest) -> QuotaStatus | None: ...


def keep_up(
    account_region: AccountRegion, before: RegionState, known: RegionState, now: datetime, day: timedelta
) -> PollResult:
    """Returns what follows from GetAccount alone, so that nothing holds it up: what SES said, the launch check, the
    volume."""
    known, pushed = _pushed(account_region, known, now)
    if known.snapshot is None or known.snapshot.access is not Access.PRODUCTION:
        return known, pushed
    known, volume = follow_volume(account_region, before, known, now, day=day)
    return known, (*_launch(account_region, before, now), *pushed, *volume)


async def look_after(
    reader: StayReader, account_region: AccountRegion, known: RegionState, now: datetime
) -> PollResult:
    """Returns what follows from requested quotas and, in production, from the rates."""
    known, requested = await _follow_requests(reader, account_region, known, now)
    if known.snapshot is None or known.snapshot.access is not Access.PRODUCTION:
        return known, requested
    reputation, rates = judge_rates(account_region, known.reputation, await reader.rates(account_region, now), now)
    known = replace(known, reputation=reputation)
    for kind in RateKind:
        known, rates = await _with_look(reader, account_region, known, rates, kind, now)
    return known, (*requested, *rates)


def _pushed(account_region: AccountRegion, known: RegionState, now: datetime) -> PollResult:
    """Returns what SES's advisor said by itself, once; GetAccount was read just now. It says the same of each of a
    thousand identities: what follows within an hour is one message."""
    new = [one for one in known.pushed if one.id not in known.pushed_posted]
    advice = [one for one in new if one.detail_type == ADVICE_OPEN]
    if advice and known.advice_at and now - known.advice_at < _ADVICE_EVERY:
        return known, ()
    posted = tuple(one.id for one in known.pushed)
    known = replace(known, pushed_posted=posted) if new else known
    if not advice:
        return known, ()
    text = "\n".join(dict.fromkeys(filter(None, (one.text for one in advice))))
    return replace(known, advice_at=now), (News(NewsKind.ADVICE, account_region, now, {"text": text[:_MOST_ADVICE]}),)


def with_words(items: tuple[News, ...], known: RegionState, now: datetime) -> tuple[News, ...]:
    """News of sending that is paused, with the sentence that AWS said of it."""
    said = [
        one
        for one in known.pushed
        if one.detail_type == SENDING_DISABLED and one.text and one.at and now - one.at < _STILL_SAID
    ]
    if not said:
        return items
    quoted: dict[str, Fact] = {"text": said[-1].text}
    return tuple(
        replace(one, facts=one.facts | quoted) if one.kind is NewsKind.SENDING_PAUSED else one for one in items
    )


def _launch(account_region: AccountRegion, before: RegionState, now: datetime) -> tuple[News, ...]:
    """Returns the day of the approval: the account was in the sandbox when it was read last."""
    was = before.snapshot.access if before.snapshot else Access.UNKNOWN
    return () if was in (Access.PRODUCTION, Access.UNKNOWN) else (News(NewsKind.LAUNCH, account_region, now),)


async def _with_look(  # noqa: PLR0913, PLR0917 - a poll, and the rate it is about
    reader: StayReader,
    account_region: AccountRegion,
    known: RegionState,
    items: tuple[News, ...],
    kind: RateKind,
    now: datetime,
) -> PollResult:
    """News of a crossing, with what SES says of where it comes from; the episode remembers it."""
    track = known.reputation.of(kind)
    crossing = any(one.kind in _CROSSINGS and one.facts["metric"] == kind.value for one in items)
    if not crossing or track.episode is None:
        return known, items
    look = ""
    with contextlib.suppress(TimeoutError):  # the warning does not wait for it
        async with asyncio.timeout(_LOOK_SECONDS):
            look = "\n".join((await reader.first_look(account_region, known, kind, now))[:_MOST_LOOKS])
    track = replace(track, episode=replace(track.episode, look=look))
    about = f"{kind.value} {track.episode.began.isoformat()}" if track.episode else ""
    looked = tuple(
        replace(one, facts=one.facts | {"look": look}) if one.facts.get("episode") == about else one for one in items
    )
    return replace(known, reputation=known.reputation.having(kind, track)), looked


async def _follow_requests(
    reader: StayReader, account_region: AccountRegion, known: RegionState, now: datetime
) -> PollResult:
    """Asks AWS how far it is with each increase that it has not decided about; a decision is news once."""
    items = []
    for request in known.open_requests:
        found = await reader.quota_status(account_region, request)
        if found is None:
            continue
        others = tuple(one for one in known.quota_statuses if one.id != request.id)
        known = replace(known, quota_statuses=(*others, found))
        if found.status in FINAL_STATUSES:
            facts: dict[str, Fact] = {"status": found.status, "desired": request.desired, "a_day": request.a_day}
            facts["by"] = request.by
            items.append(News(NewsKind.QUOTA_REQUEST, account_region, now, facts))
    return known, tuple(items)
