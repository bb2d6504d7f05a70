"""Judges bounce and complaint rates: one episode from the crossing of a line until it is calm again. Pure.

What is missing, late or no number is unknown, and never an episode. An episode is opened once, said to be worse once,
kept up to date while its figure changes, and closed once. Source: CloudWatch `AWS/SES`, Reputation.BounceRate,
Reputation.ComplaintRate.
"""

import math
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
    draw_bars,
)

MAX_AGE = timedelta(hours=25)
"""An older newest datapoint says nothing of now. Some come an hour late."""


def judge_rates(
    account_region: AccountRegion, reputation: Reputation, reading: RatesReading, now: datetime
) -> tuple[Reputation, tuple[News, ...]]:
    """Returns what is known after the rates were read, and the news it makes, in the order in which to post it."""
    if not isinstance(reading, RatesRead):
        is_denied = isinstance(reading, Unreadable) and reading.trouble is Trouble.DENIED
        return replace(reputation, trouble=reading.why, denied=is_denied), ()
    judged, news = Reputation(), list[News]()
    for kind, points in ((RateKind.BOUNCE, reading.bounce), (RateKind.COMPLAINT, reading.complaint)):
        track, items = _judge_rate(account_region, kind, reputation.track_of(kind), points, now)
        judged = judged.with_track(kind, track)
        news += items
    return judged, tuple(news)


@dataclass(slots=True)
class _EpisodeFold:
    """An episode while datapoints are judged: the one that is open, and what became news on the way."""

    open: Episode | None
    events: list[tuple[NewsKind, Episode, datetime]]

    def judge(self, kind: RateKind, value: float, at: datetime) -> None:
        lines = LINES[kind]
        level = RateLevel.HARD if value >= lines.hard else RateLevel.SOFT
        if self.open is None:
            if value >= lines.soft:
                self.open = Episode(at, level, value)
                self.events.append((NewsKind.RATE_HIGH, self.open, at))
            return
        is_worse = level is RateLevel.HARD and self.open.level is RateLevel.SOFT
        level = RateLevel.HARD if is_worse else self.open.level
        self.open = replace(self.open, level=level, peak=max(self.open.peak, value))
        if self.events and self.events[-1][0] is NewsKind.RATE_HIGH:  # one message says both
            self.events[-1] = (NewsKind.RATE_HIGH, self.open, self.events[-1][2])
        elif is_worse:
            self.events.append((NewsKind.RATE_WORSE, self.open, at))
        if value < lines.calm:
            self.events.append((NewsKind.RATE_CALM, self.open, at))
            self.open = None


def _judge_rate(
    account_region: AccountRegion, kind: RateKind, track: RateTrack, points: tuple[Datapoint, ...], now: datetime
) -> tuple[RateTrack, tuple[News, ...]]:
    days = _highest_by_day(points, now)
    newest = points[-1] if points else None
    if newest is None or now - newest.at > MAX_AGE or (track.at is not None and newest.at < track.at):
        return replace(track, rate=None, days=days), ()
    fold = _EpisodeFold(track.episode, [])
    for point in _select_unjudged(track, points):
        fold.judge(kind, point.value, now if point is newest else point.at)
    after = RateTrack(newest.value, newest.at, days, fold.open)
    news = [_rate_news(account_region, event, kind, after, episode, at, now) for event, episode, at in fold.events]
    before = track.episode
    shown = f"{newest.value:.5f} {draw_bars(days, LINES[kind].soft)}"
    if before is not None and (fold.events or shown != before.shown):
        current = fold.open if fold.open and fold.open.began == before.began else _ended_episode(fold, before)
        is_over, event = current is not fold.open, NewsKind.RATE_UPDATED
        news.append(_rate_news(account_region, event, kind, after, current, now, now, is_over=is_over))
    if after.episode:
        after = replace(after, episode=replace(after.episode, shown=shown))
    return after, tuple(news)


def _select_unjudged(track: RateTrack, points: tuple[Datapoint, ...]) -> tuple[Datapoint, ...]:
    """Returns the datapoints to judge: those that are newer than the last judged one, and that one again where it is
    the newest or has risen, since an hour's figure changes until it is over. At the first sight the newest alone."""
    if track.at is None:
        return points[-1:]
    rate = math.inf if track.rate is None else track.rate
    risen = [point for point in points[:-1] if point.at == track.at and point.value > rate]
    return (*risen, *(point for point in points if point.at > track.at or point is points[-1]))


def _ended_episode(fold: _EpisodeFold, before: Episode) -> Episode:
    ended = [episode for event, episode, _ in fold.events if event is NewsKind.RATE_CALM]
    return next((episode for episode in ended if episode.began == before.began), before)


def _highest_by_day(points: tuple[Datapoint, ...], now: datetime) -> tuple[float | None, ...]:
    """Returns the highest of each of the last days, oldest first; None where a day has no datapoint."""
    highest: list[float | None] = [None] * BARS_DAYS
    for point in points:
        days_ago = int((now - point.at) / timedelta(days=1))
        if 0 <= days_ago < BARS_DAYS:
            highest[-1 - days_ago] = max(point.value, highest[-1 - days_ago] or 0.0)
    return tuple(highest)


def _rate_news(  # noqa: PLR0913, PLR0917 - what an item of news is made of
    account_region: AccountRegion,
    event: NewsKind,
    kind: RateKind,
    track: RateTrack,
    episode: Episode,
    at: datetime,
    now: datetime,
    *,
    is_over: bool = False,
) -> News:
    values = [value for value in track.days if value is not None]
    facts: dict[str, Fact] = {
        "metric": kind.value,
        "episode": episode_id(kind, episode),
        "began": episode.began.isoformat(),
        "ended": at.isoformat() if is_over or event is NewsKind.RATE_CALM else None,
        "rate": track.rate,
        "level": episode.level.value,
        "peak": episode.peak,
        "bars": draw_bars(track.days, LINES[kind].soft),
        "lowest": min(values, default=None),
        "highest": max(values, default=None),
        "look": episode.look or None,
    }
    return News(event, account_region, now, facts)


def episode_id(kind: RateKind, episode: Episode) -> str:
    """Returns the fact by which news of one episode belong together."""
    return f"{kind.value} {episode.began.isoformat()}"
