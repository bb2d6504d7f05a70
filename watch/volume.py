"""What is sent against the quota: a sample a day, how it grows, and on which day the quota will be full. Pure.

News once before 80 % and once before 95 % of the quota; again only after two weeks below 60 %, or with another quota.
Source: SES GetAccount, SendQuota (Max24HourSend -1: unlimited).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from model import Access, AccountRegion, Fact, News, NewsKind, RegionState, Snapshot
from model.staying import VolumeSample

KEPT = timedelta(days=14)
_MOST_SAMPLES = 30
_FEWEST = 3
"""Samples from which a growth is worked out."""
_MARKS = ((0.95, 0.90), (0.80, 0.75))
"""The shares of the quota that are news before they are reached, and the share at which that is."""
_CALM = 0.60


def follow_volume(
    place: AccountRegion, before: RegionState, known: RegionState, now: datetime, *, day: timedelta
) -> tuple[RegionState, tuple[News, ...]]:
    """What is known after a poll, with the volume in it, and the news where the quota is nearly used. `day` is how far
    samples are apart, a day at most."""
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
    return replace(known, quota_posted=mark), (News(NewsKind.QUOTA_NEARLY, place, now, facts),)


def _sampled(volume: Sequence[VolumeSample], sent: float, now: datetime, day: timedelta) -> tuple[VolumeSample, ...]:
    """The samples with this one: the highest of each day counts."""
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
    """When the quota is full, if the volume grows as it did; None where it does not grow, or not within a year."""
    growth = growth_of(samples)
    if not growth or growth <= 0 or not samples or quota <= 0:
        return None
    days = max(0.0, quota - samples[-1].sent) / growth
    return now + timedelta(days=days) if days <= 365 else None


def wanted_quota(known: RegionState) -> float | None:
    """The quota to ask for: twice what will be sent in a month at this growth, at least twice the most that was sent,
    in round numbers; None where there is nothing to work it out from."""
    snapshot = known.snapshot
    if not isinstance(snapshot, Snapshot) or not snapshot.quota or snapshot.quota < 0 or not known.volume:
        return None
    most = max(one.sent for one in known.volume)
    growth = growth_of(known.volume) or 0.0
    month = known.volume[-1].sent + 30 * max(0.0, growth)
    return _rounded(max(2 * most, min(2 * month, 10 * snapshot.quota), 1.5 * snapshot.quota))


_FOUR_HOURS = 4 * 3_600


def wanted_rate(rate: float | None, quota: float) -> float | None:
    """The sending rate with which the quota can go out within four hours; None where today's is enough."""
    wanted = float(-(-quota // _FOUR_HOURS))
    return wanted if rate is not None and 0 <= rate < wanted else None


def _rounded(value: float) -> float:
    """Round up to two figures: 151,000 gives 160,000."""
    step = 10.0 ** max(0, len(str(int(value))) - 2)
    return float(-(-value // step) * step)
