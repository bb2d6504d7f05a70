"""Bounce and complaint rates: one episode from the crossing of a line until it is calm again. Pure.

What is missing, late or no number is unknown, and never an episode. An episode is opened once, said to be worse once,
kept up to date while its figure changes, and closed once. Source: CloudWatch `AWS/SES`, Reputation.BounceRate,
Reputation.ComplaintRate.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from model import AccountRegion, Fact, News, NewsKind, Trouble, Unreadable
from model.staying import (
    BARS_DAYS,
    LINES,
    Datapoint,
    Episode,
    RateKind,
    RateLevel,
    RatesRead,
    RatesReading,
    RateTrack,
    Reputation,
    bars,
)

FRESH = timedelta(hours=25)
"""An older newest datapoint says nothing of now. Some come an hour late."""


def judge_rates(
    account_region: AccountRegion, known: Reputation, reading: RatesReading, now: datetime
) -> tuple[Reputation, tuple[News, ...]]:
    """Returns what is known after the rates were read, and the news it makes, in the order in which to post it."""
    if not isinstance(reading, RatesRead):
        denied = isinstance(reading, Unreadable) and reading.trouble is Trouble.DENIED
        return replace(known, trouble=reading.why, denied=denied), ()
    bounce, first = _judge(account_region, RateKind.BOUNCE, known.bounce, reading.bounce, now)
    complaint, second = _judge(account_region, RateKind.COMPLAINT, known.complaint, reading.complaint, now)
    return Reputation(bounce, complaint), (*first, *second)


@dataclass(slots=True)
class _Fold:
    """An episode while datapoints are gone through: what is open, and what happened on the way."""

    open: Episode | None
    happened: list[tuple[NewsKind, Episode, datetime]]

    def take(self, kind: RateKind, value: float, at: datetime) -> None:
        lines = LINES[kind]
        level = RateLevel.HARD if value >= lines.hard else RateLevel.SOFT
        if self.open is None:
            if value >= lines.soft:
                self.open = Episode(at, level, value)
                self.happened.append((NewsKind.RATE_HIGH, self.open, at))
            return
        worse = level is RateLevel.HARD and self.open.level is RateLevel.SOFT
        self.open = replace(
            self.open, level=RateLevel.HARD if worse else self.open.level, peak=max(self.open.peak, value)
        )
        if self.happened and self.happened[-1][0] is NewsKind.RATE_HIGH:  # one message says both
            self.happened[-1] = (NewsKind.RATE_HIGH, self.open, self.happened[-1][2])
        elif worse:
            self.happened.append((NewsKind.RATE_WORSE, self.open, at))
        if value < lines.calm:
            self.happened.append((NewsKind.RATE_CALM, self.open, at))
            self.open = None


def _judge(
    account_region: AccountRegion, kind: RateKind, track: RateTrack, points: tuple[Datapoint, ...], now: datetime
) -> tuple[RateTrack, tuple[News, ...]]:
    days = _by_day(points, now)
    newest = points[-1] if points else None
    if newest is None or now - newest.at > FRESH or (track.at is not None and newest.at < track.at):
        return replace(track, rate=None, days=days), ()
    fold = _Fold(track.episode, [])
    for one in _unjudged(track, points):
        fold.take(kind, one.value, now if one is newest else one.at)
    after = RateTrack(newest.value, newest.at, days, fold.open)
    items = [_news(account_region, what, kind, after, episode, at, now) for what, episode, at in fold.happened]
    before = track.episode
    shown = f"{newest.value:.5f} {bars(days, LINES[kind].soft)}"
    if before is not None and (fold.happened or shown != before.shown):
        current = fold.open if fold.open and fold.open.began == before.began else _ended(fold, before)
        items.append(
            _news(account_region, NewsKind.RATE_UPDATED, kind, after, current, now, now, over=current is not fold.open)
        )
    if after.episode:
        after = replace(after, episode=replace(after.episode, shown=shown))
    return after, tuple(items)


def _unjudged(track: RateTrack, points: tuple[Datapoint, ...]) -> tuple[Datapoint, ...]:
    """Returns the datapoints to go through: those that are newer than the last judged one, and that one again where it
    is the newest or has risen, since an hour's figure changes until it is over. At the first sight the newest alone."""
    if track.at is None:
        return points[-1:]
    risen = [one for one in points[:-1] if one.at == track.at and track.rate is not None and one.value > track.rate]
    return (*risen, *(one for one in points if one.at > track.at or one is points[-1]))


def _ended(fold: _Fold, before: Episode) -> Episode:
    return next(
        (episode for what, episode, _ in fold.happened if what is NewsKind.RATE_CALM and episode.began == before.began),
        before,
    )


def _by_day(points: tuple[Datapoint, ...], now: datetime) -> tuple[float | None, ...]:
    """Returns the highest of each of the last days, oldest first; None where a day has no datapoint."""
    found: list[float | None] = [None] * BARS_DAYS
    for one in points:
        ago = int((now - one.at) / timedelta(days=1))
        if 0 <= ago < BARS_DAYS:
            found[-1 - ago] = max(one.value, found[-1 - ago] or 0.0)
    return tuple(found)


def _news(  # noqa: PLR0913, PLR0917 - what an item of news is made of
    account_region: AccountRegion,
    what: NewsKind,
    kind: RateKind,
    track: RateTrack,
    episode: Episode,
    at: datetime,
    now: datetime,
    *,
    over: bool = False,
) -> News:
    known = [one for one in track.days if one is not None]
    facts: dict[str, Fact] = {
        "metric": kind.value,
        "episode": f"{kind.value} {episode.began.isoformat()}",
        "began": episode.began.isoformat(),
        "ended": at.isoformat() if over or what is NewsKind.RATE_CALM else None,
        "rate": track.rate,
        "level": episode.level.value,
        "peak": episode.peak,
        "bars": bars(track.days, LINES[kind].soft),
        "lowest": min(known, default=None),
        "highest": max(known, default=None),
        "look": episode.look or None,
    }
    return News(what, account_region, now, facts)
