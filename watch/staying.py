"""What a poll looks at once an account is in production: rates, volume, and the increases that people asked for."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from model import Access, AccountRegion, Fact, News, NewsKind, RegionState
from model.staying import (
    ADVICE_OPEN,
    FINAL_STATUSES,
    SENDING_DISABLED,
    Pushed,
    QuotaRequest,
    QuotaStatus,
    RateKind,
    RatesReading,
)
from watch.rates import judge_rates
from watch.volume import follow_volume

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

    async def rates(self, place: AccountRegion, now: datetime) -> RatesReading: ...

    async def first_look(
        self, place: AccountRegion, known: RegionState, kind: RateKind, now: datetime
    ) -> tuple[str, ...]: ...

    async def quota_status(self, place: AccountRegion, request: QuotaRequest) -> QuotaStatus | None: ...


def keep_up(
    place: AccountRegion, before: RegionState, known: RegionState, now: datetime, day: timedelta
) -> tuple[RegionState, tuple[News, ...]]:
    """What follows from GetAccount alone, so that nothing else that hangs holds it up: what SES said by itself, the
    launch check, and the volume."""
    known, pushed = _pushed(place, known, now)
    if known.snapshot is None or known.snapshot.access is not Access.PRODUCTION:
        return known, pushed
    known, volume = follow_volume(place, before, known, now, day=day)
    return known, (*_launch(place, before, now), *pushed, *volume)


async def look_after(
    reader: StayReader, place: AccountRegion, known: RegionState, now: datetime
) -> tuple[RegionState, tuple[News, ...]]:
    """What is known after requested quotas and rates were read, and the news of it. No rates are read where the
    account is not in production."""
    known, requested = await _follow_requests(reader, place, known, now)
    if known.snapshot is None or known.snapshot.access is not Access.PRODUCTION:
        return known, requested
    reputation, rates = judge_rates(place, known.reputation, await reader.rates(place, now), now)
    known = replace(known, reputation=reputation)
    for kind in RateKind:
        known, rates = await _with_look(reader, place, known, rates, kind, now)
    return known, (*requested, *rates)


def _pushed(place: AccountRegion, known: RegionState, now: datetime) -> tuple[RegionState, tuple[News, ...]]:
    """What SES's advisor said by itself, once; GetAccount was read just now. It says the same of each of a thousand
    identities: what follows within an hour is one message."""
    new = [one for one in known.pushed if one.id not in known.pushed_posted]
    advice = [one for one in new if one.detail_type == ADVICE_OPEN]
    if advice and known.advice_at and now - known.advice_at < _ADVICE_EVERY:
        return known, ()
    posted = tuple(one.id for one in known.pushed)
    known = replace(known, pushed_posted=posted) if new else known
    if not advice:
        return known, ()
    text = "\n".join(dict.fromkeys(filter(None, (one.text for one in advice))))
    return replace(known, advice_at=now), (News(NewsKind.ADVICE, place, now, {"text": text[:_MOST_ADVICE]}),)


def with_words(items: tuple[News, ...], known: RegionState, now: datetime) -> tuple[News, ...]:
    """News of sending that is paused, with the sentence that AWS said of it."""
    said = [one for one in known.pushed if one.detail_type == SENDING_DISABLED and one.text and _is_new(one, now)]
    if not said:
        return items
    quoted: dict[str, Fact] = {"text": said[-1].text}
    return tuple(
        replace(one, facts=one.facts | quoted) if one.kind is NewsKind.SENDING_PAUSED else one for one in items
    )


def _is_new(one: Pushed, now: datetime) -> bool:
    return one.at is not None and now - one.at < _STILL_SAID


def _launch(place: AccountRegion, before: RegionState, now: datetime) -> tuple[News, ...]:
    """The day of the approval: the account was in the sandbox when it was read last."""
    was = before.snapshot.access if before.snapshot else Access.UNKNOWN
    return () if was in (Access.PRODUCTION, Access.UNKNOWN) else (News(NewsKind.LAUNCH, place, now),)


async def _with_look(  # noqa: PLR0913, PLR0917 - a poll, and the rate it is about
    reader: StayReader, place: AccountRegion, known: RegionState, items: tuple[News, ...], kind: RateKind, now: datetime
) -> tuple[RegionState, tuple[News, ...]]:
    """News of a crossing, with what SES says of where it comes from; the episode remembers it."""
    track = known.reputation.of(kind)
    crossing = any(one.kind in _CROSSINGS and one.facts["metric"] == kind.value for one in items)
    if not crossing or track.episode is None:
        return known, items
    look = ""
    with contextlib.suppress(TimeoutError):  # the warning does not wait for it
        async with asyncio.timeout(_LOOK_SECONDS):
            look = "\n".join((await reader.first_look(place, known, kind, now))[:_MOST_LOOKS])
    track = replace(track, episode=replace(track.episode, look=look))
    about = f"{kind.value} {track.episode.began.isoformat()}" if track.episode else ""
    looked = tuple(
        replace(one, facts=one.facts | {"look": look}) if one.facts.get("episode") == about else one for one in items
    )
    return replace(known, reputation=known.reputation.having(kind, track)), looked


async def _follow_requests(
    reader: StayReader, place: AccountRegion, known: RegionState, now: datetime
) -> tuple[RegionState, tuple[News, ...]]:
    """Ask AWS how far it is with each increase that it has not decided about; a decision is news once."""
    items = []
    for request in known.open_requests:
        found = await reader.quota_status(place, request)
        if found is None:
            continue
        others = tuple(one for one in known.quota_statuses if one.id != request.id)
        known = replace(known, quota_statuses=(*others, found))
        if found.status in FINAL_STATUSES:
            facts: dict[str, Fact] = {"status": found.status, "desired": request.desired, "a_day": request.a_day}
            facts["by"] = request.by
            items.append(News(NewsKind.QUOTA_REQUEST, place, now, facts))
    return known, tuple(items)
