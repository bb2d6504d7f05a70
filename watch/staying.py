"""Follows an account that is in production: its rates, the increases that people requested, and what it sends against
the quota: how that grows, and on which day the quota will be full.

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
from watch.rates import episode_id, judge_rates

SAMPLE_RETENTION = timedelta(days=14)
_MAX_SAMPLES = 30
_MIN_SAMPLES = 3
"""Samples from which a growth is worked out."""
_MARKS = ((0.95, 0.90), (0.80, 0.75))
"""The shares of the quota that are news before they are reached, and the share at which that is."""
_CALM = 0.60


def follow_volume(
    account_region: AccountRegion, before: RegionState, state: RegionState, now: datetime, *, day: timedelta
) -> PollResult:
    """Returns the volume, and the news where the quota is nearly used. Samples are `day` apart, a day at most."""
    snapshot = state.snapshot
    if snapshot is None or not state.in_production or snapshot.sent is None or not snapshot.quota:
        return state, ()
    samples = _add_sample(state.volume, snapshot.sent, now, day)
    quota = snapshot.quota
    is_quota_changed = before.snapshot is not None and before.snapshot.quota not in (None, quota)
    is_calm = max(sample.sent for sample in samples) < _CALM * quota
    posted = 0.0 if is_quota_changed or is_calm or quota < 0 else state.quota_posted
    state = replace(state, volume=samples, quota_posted=posted)
    mark = next((mark for mark, from_share in _MARKS if 0 < quota * from_share <= snapshot.sent), None)
    if mark is None or mark <= posted:
        return state, ()
    full = estimate_full_on(samples, quota, now)
    facts: dict[str, Fact] = {
        "sent": snapshot.sent,
        "quota": quota,
        "rate": snapshot.rate,
        "share": snapshot.sent / quota,
        "mark": mark,
        "full_on": full.isoformat() if full else None,
        "growth": estimate_growth(samples),
    }
    return replace(state, quota_posted=mark), (News(NewsKind.QUOTA_NEARLY, account_region, now, facts),)


def _add_sample(volume: Sequence[VolumeSample], sent: float, now: datetime, day: timedelta) -> tuple[VolumeSample, ...]:
    """Returns the samples with this one: the highest of each day counts."""
    samples = [sample for sample in volume if now - sample.at <= SAMPLE_RETENTION]
    if samples and now - samples[-1].at < day:
        samples[-1] = replace(samples[-1], sent=max(samples[-1].sent, sent))
    else:
        samples.append(VolumeSample(now, sent))
    return tuple(samples[-_MAX_SAMPLES:])


def estimate_growth(samples: Sequence[VolumeSample]) -> float | None:
    """Returns the messages a day by which the volume grows: the line that fits the samples best (least squares); None
    where they are too few, or too close together."""
    if len(samples) < _MIN_SAMPLES or samples[-1].at == samples[0].at:
        return None
    days = [(sample.at - samples[0].at) / timedelta(days=1) for sample in samples]
    mean_day, mean_sent = sum(days) / len(days), sum(sample.sent for sample in samples) / len(samples)
    spread = sum((day - mean_day) ** 2 for day in days)
    return sum((day - mean_day) * (sample.sent - mean_sent) for day, sample in zip(days, samples, strict=True)) / spread


def estimate_full_on(samples: Sequence[VolumeSample], quota: float, now: datetime) -> datetime | None:
    """Returns when the quota is full, if the volume grows as it did; None where it does not grow, or not within a
    year."""
    growth = estimate_growth(samples)
    if not growth or growth <= 0 or not samples or quota <= 0:
        return None
    days = max(0.0, quota - samples[-1].sent) / growth
    return now + timedelta(days=days) if days <= 365 else None


def suggest_quota(state: RegionState) -> float | None:
    """Returns the quota to ask for: twice what will be sent in a month at this growth, at least twice the most that was
    sent, in round numbers; None where there is nothing to work it out from."""
    snapshot = state.snapshot
    if not isinstance(snapshot, Snapshot) or not snapshot.quota or snapshot.quota < 0 or not state.volume:
        return None
    most = max(sample.sent for sample in state.volume)
    growth = estimate_growth(state.volume) or 0.0
    month = state.volume[-1].sent + 30 * max(0.0, growth)
    return _round_up(max(2 * most, min(2 * month, 10 * snapshot.quota), 1.5 * snapshot.quota))


_FOUR_HOURS = 4 * 3_600


def suggest_rate(rate: float | None, quota: float) -> float | None:
    """Returns the sending rate with which the quota can go out within four hours; None where today's is enough."""
    suggested = float(-(-quota // _FOUR_HOURS))
    return suggested if rate is not None and 0 <= rate < suggested else None


def _round_up(value: float) -> float:
    """Rounds up to two figures: 151,000 gives 160,000."""
    step = 10.0 ** max(0, len(str(int(value))) - 2)
    return float(-(-value // step) * step)


_CROSSINGS = (NewsKind.RATE_HIGH, NewsKind.RATE_WORSE)
_EXPLANATION_LIVES = timedelta(hours=1)
_ADVICE_EVERY = timedelta(hours=1)
_MAX_ADVICE = 2_000
"""Characters that are quoted in one message."""
_LOOK_SECONDS = 4.0
_MAX_LOOK_LINES = 5
"""Lines about where a rate comes from."""


class StayReader(Protocol):
    """Reads what AWS says of an account that sends. Never raises for what AWS does."""

    async def read_rates(self, account_region: AccountRegion, now: datetime) -> RatesReading: ...

    async def read_first_look(
        self, account_region: AccountRegion, known: RegionState, kind: RateKind, now: datetime
    ) -> tuple[str, ...]: ...

    async def read_quota_status(self, account_region: AccountRegion, request: QuotaRequest) -> QuotaStatus | None: ...


def follow_account(
    account_region: AccountRegion, before: RegionState, state: RegionState, now: datetime, day: timedelta
) -> PollResult:
    """Returns what follows from GetAccount alone, so that nothing holds it up: what SES said, the launch check, the
    volume."""
    state, advice = _advice_news(account_region, state, now)
    if not state.in_production:
        return state, advice
    state, volume = follow_volume(account_region, before, state, now, day=day)
    return state, (*_launch_news(account_region, before, now), *advice, *volume)


async def follow_sending(
    reader: StayReader, account_region: AccountRegion, state: RegionState, now: datetime
) -> PollResult:
    """Returns what follows from requested quotas and, in production, from the rates."""
    state, decisions = await _follow_requests(reader, account_region, state, now)
    if not state.in_production:
        return state, decisions
    reading = await reader.read_rates(account_region, now)
    reputation, rate_news = judge_rates(account_region, state.reputation, reading, now)
    state = replace(state, reputation=reputation)
    for kind in RateKind:
        state, rate_news = await _with_first_look(reader, account_region, state, rate_news, kind, now)
    return state, (*decisions, *rate_news)


def _advice_news(account_region: AccountRegion, state: RegionState, now: datetime) -> PollResult:
    """Returns the news of what SES's advisor said by itself, once; GetAccount was read just now. It says the same of
    each of a thousand identities: what follows within an hour is one message."""
    new_events = [event for event in state.pushed if event.id not in state.pushed_posted]
    advice = [event for event in new_events if event.detail_type == ADVICE_OPEN]
    if advice and state.advice_at and now - state.advice_at < _ADVICE_EVERY:
        return state, ()
    posted = tuple(event.id for event in state.pushed)
    state = replace(state, pushed_posted=posted) if new_events else state
    if not advice:
        return state, ()
    text = "\n".join(dict.fromkeys(filter(None, (event.text for event in advice))))
    return replace(state, advice_at=now), (News(NewsKind.ADVICE, account_region, now, {"text": text[:_MAX_ADVICE]}),)


def with_explanation(items: tuple[News, ...], state: RegionState, now: datetime) -> tuple[News, ...]:
    """Returns the news, that of paused sending with the sentence that AWS said of it."""
    disabled = [event for event in state.pushed if event.detail_type == SENDING_DISABLED and event.text]
    explained = [event for event in disabled if event.at and now - event.at < _EXPLANATION_LIVES]
    quoted: dict[str, Fact] = {"text": explained[-1].text} if explained else {}
    return tuple(
        replace(item, facts=item.facts | quoted) if item.kind is NewsKind.SENDING_PAUSED else item for item in items
    )


def _launch_news(account_region: AccountRegion, before: RegionState, now: datetime) -> tuple[News, ...]:
    """Returns the news of the day of the approval: the account was in the sandbox when it was read last."""
    old_access = before.snapshot.access if before.snapshot else Access.UNKNOWN
    return () if old_access in (Access.PRODUCTION, Access.UNKNOWN) else (News(NewsKind.LAUNCH, account_region, now),)


async def _with_first_look(  # noqa: PLR0913, PLR0917 - a poll, and the rate it is about
    reader: StayReader,
    account_region: AccountRegion,
    state: RegionState,
    items: tuple[News, ...],
    kind: RateKind,
    now: datetime,
) -> PollResult:
    """Returns the news, that of a crossing with what SES says of where it comes from; the episode keeps it."""
    track = state.reputation.track_of(kind)
    is_crossed = any(item.kind in _CROSSINGS and item.facts["metric"] == kind.value for item in items)
    if not is_crossed or track.episode is None:
        return state, items
    look = ""
    with contextlib.suppress(TimeoutError):  # the warning does not wait for it
        async with asyncio.timeout(_LOOK_SECONDS):
            look = "\n".join((await reader.read_first_look(account_region, state, kind, now))[:_MAX_LOOK_LINES])
    name, track = episode_id(kind, track.episode), replace(track, episode=replace(track.episode, look=look))
    news = tuple(
        replace(item, facts=item.facts | {"look": look}) if item.facts.get("episode") == name else item
        for item in items
    )
    return replace(state, reputation=state.reputation.with_track(kind, track)), news


async def _follow_requests(
    reader: StayReader, account_region: AccountRegion, state: RegionState, now: datetime
) -> PollResult:
    """Reads how far AWS is with each increase that it has not decided about; a decision is news once."""
    items = []
    for request in state.open_requests:
        status = await reader.read_quota_status(account_region, request)
        if status is None:
            continue
        others = tuple(other for other in state.quota_statuses if other.id != request.id)
        state = replace(state, quota_statuses=(*others, status))
        if status.status in FINAL_STATUSES:
            request_facts: dict[str, Fact] = {"desired": request.desired, "a_day": request.a_day, "by": request.by}
            facts = {"status": status.status, **request_facts}
            items.append(News(NewsKind.QUOTA_REQUEST, account_region, now, facts))
    return state, tuple(items)
