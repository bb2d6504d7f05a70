"""News on its way to a channel, and the weekly line: posted in order, retried until the channel has it, never dropped.

The oldest news of a channel is the only one that can be taken; what comes after it waits. Each post is leased, so that
two replicas do not post the same thing twice. A weekly line is kept for the next to be compared with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from model import AccountRegion, News, NewsKind, Pending
from store.database import insert_or_update, now_of, transactional
from store.leases import RELEASED, is_at, is_free, lease_rows, same_account_region
from store.tables import account_regions, digests, news


@transactional
async def next_news(conn: AsyncConnection, *, most: int, lease: float) -> tuple[Pending, ...]:
    """Takes the oldest unposted news of each channel, for `lease` seconds; at most `most` channels at a time. News of
    an account region without a channel waits; what a newer revision of the bot recorded waits for that revision."""
    now = await now_of(conn)
    is_ready = and_(or_(news.c.not_before.is_(None), news.c.not_before <= now), is_free(news, now))
    is_known = news.c.kind.in_([kind.value for kind in NewsKind])
    due = select(news).where(news.c.id.in_(oldest_ids()), news.c.published_at.is_(None), is_ready, is_known)
    leased = await lease_rows(conn, news, due.order_by(news.c.id).limit(most), now, lease)
    return tuple([await _load_pending(conn, row, token) for row, token in leased])


def oldest_ids() -> Select[tuple[int]]:
    """Returns the ids of the oldest unposted news of each channel."""
    return (
        select(func.min(news.c.id))
        .select_from(news.join(account_regions, same_account_region(account_regions, news)))
        .where(news.c.published_at.is_(None), account_regions.c.channel.is_not(None))
        .group_by(account_regions.c.channel)
    )


async def _load_pending(conn: AsyncConnection, row: Any, token: str) -> Pending:
    item = News(NewsKind(row["kind"]), AccountRegion(row["account"], row["region"]), row["at"], row["facts"])
    columns = select(account_regions.c.channel, account_regions.c.account_id)
    channel, account_id = (await conn.execute(columns.where(is_at(account_regions, item.account_region)))).one()
    maybe_posted = row["attempts"] > 0 or row["lease_token"] is not None  # a lease that only ran out: its holder died
    thread, thread_channel = await _find_thread(conn, item)
    return Pending(row["id"], token, channel, item, account_id, row["attempts"], maybe_posted, thread, thread_channel)


async def _find_thread(conn: AsyncConnection, item: News) -> tuple[str | None, str]:
    """Returns the message that the news belongs under, or changes, and its channel: see `_THREADS`."""
    rule = _THREADS.get(item.kind)
    if rule is None:
        return None, ""
    first_kinds, fact, newest = rule
    same_fact = [news.c.facts[fact].as_string() == str(item.facts.get(fact))] if fact else []
    is_first = and_(news.c.ts.is_not(None), news.c.kind.in_([kind.value for kind in first_kinds]), *same_fact)
    query = select(news.c.ts, news.c.posted_in).where(is_at(news, item.account_region), is_first)
    row = (await conn.execute(query.order_by(news.c.id.desc() if newest else news.c.id).limit(1))).one_or_none()
    return (str(row.ts), row.posted_in or "") if row else (None, "")


_EPISODE_THREAD = ((NewsKind.RATE_HIGH,), "episode", False)
_THREADS: Mapping[NewsKind, tuple[tuple[NewsKind, ...], str, bool]] = {
    NewsKind.CASE_MESSAGE: ((NewsKind.IN_REVIEW, NewsKind.NOT_GRANTED, NewsKind.NEW_CASE), "case_id", False),
    NewsKind.RATE_WORSE: _EPISODE_THREAD,
    NewsKind.RATE_UPDATED: _EPISODE_THREAD,
    NewsKind.RATE_CALM: _EPISODE_THREAD,
    NewsKind.LAUNCH: ((NewsKind.APPROVED,), "", True),
}
"""The kinds of news that begin the thread of another, the fact that both share, and whether the newest one is it."""


async def drop_superseded(conn: AsyncConnection, item: News) -> None:
    """Drops the updates of an episode that wait, where a newer one comes: only the last matters."""
    if item.kind is not NewsKind.RATE_UPDATED:
        return
    same = and_(news.c.kind == item.kind.value, news.c.facts["episode"].as_string() == str(item.facts.get("episode")))
    waits = and_(news.c.published_at.is_(None), news.c.lease_token.is_(None))
    await conn.execute(delete(news).where(is_at(news, item.account_region), same, waits))


@transactional
async def mark_published(conn: AsyncConnection, pending: Pending, ts: str, channel: str = "") -> None:
    """Records that the channel, by its id, has it. Also when the lease ran out meanwhile."""
    values = {"published_at": await now_of(conn), "ts": ts, "posted_in": channel or None, "why": None, **RELEASED}
    await conn.execute(update(news).where(news.c.id == pending.id).values(**values))


@transactional
async def mark_waiting(
    conn: AsyncConnection, pending: Pending, *, seconds: float, why: str, limited: bool = False
) -> None:
    """Tries again after `seconds`; `/ses-status` says `why`. A rate limit is no attempt: the channel does not have
    it."""
    values = {
        "not_before": await now_of(conn) + timedelta(seconds=seconds),
        "why": why or None,
        "attempts": news.c.attempts + (0 if limited else 1),
        **RELEASED,
    }
    holds_lease = and_(news.c.id == pending.id, news.c.lease_token == pending.token)
    await conn.execute(update(news).where(holds_lease).values(**values))


@transactional
async def make_news_due(conn: AsyncConnection) -> None:
    """Makes the news that waits for another try due at once."""
    waiting = and_(news.c.published_at.is_(None), news.c.not_before.is_not(None))
    ids = (await conn.scalars(select(news.c.id).where(waiting).order_by(news.c.id).with_for_update())).all()
    if ids:
        await conn.execute(update(news).where(waiting).values(not_before=None))


@transactional
async def load_latest_case_message(
    conn: AsyncConnection, account_region: AccountRegion, case_id: str = ""
) -> str | None:
    """Returns the last text that AWS wrote on a case (empty: on any), as it was news; None where there is none."""
    is_message = and_(is_at(news, account_region), news.c.kind == NewsKind.CASE_MESSAGE.value)
    facts = await conn.scalar(select(news.c.facts).where(is_message).order_by(news.c.id.desc()).limit(1))
    if not facts or not facts.get("text") or case_id not in ("", facts.get("case_id")):
        return None
    return str(facts["text"])


@transactional
async def count_waiting_news(conn: AsyncConnection) -> tuple[int, datetime | None]:
    """Returns how much news waits to be posted, and since when the oldest of it."""
    row = await conn.execute(select(func.count(), func.min(news.c.at)).where(news.c.published_at.is_(None)))
    count, oldest = row.one()
    return int(count), oldest


_MAX_DIGESTS = 10


@dataclass(frozen=True, slots=True)
class DigestLease:
    """The right to post the line of a day. `before` is what each account region was like at the last line, None at the
    first."""

    day: str
    token: str
    before: Mapping[str, Any] | None


@transactional
async def claim_digest(conn: AsyncConnection, day: str, *, lease: float) -> DigestLease | None:
    """Takes the line of a day, for `lease` seconds; None where it is posted, or another replica posts it."""
    now = await now_of(conn)
    insert = insert_or_update(conn, digests).values(day=day, facts={})
    await conn.execute(insert.on_conflict_do_nothing(index_elements=["day"]))
    is_ready = and_(or_(digests.c.not_before.is_(None), digests.c.not_before <= now), is_free(digests, now))
    due = select(digests).where(digests.c.day == day, digests.c.posted_at.is_(None), is_ready)
    leased = await lease_rows(conn, digests, due, now, lease)
    if not leased:
        return None
    earlier = select(digests.c.facts).where(digests.c.day < day, digests.c.posted_at.is_not(None))
    before = await conn.scalar(earlier.order_by(digests.c.day.desc()).limit(1))
    return DigestLease(day, leased[0][1], before)


@transactional
async def mark_digest_posted(conn: AsyncConnection, lease: DigestLease, facts: Mapping[str, Any]) -> None:
    """Records that the line is posted, with what each account region was like, and deletes old lines."""
    values = {"posted_at": await now_of(conn), "facts": dict(facts), **RELEASED}
    await conn.execute(update(digests).where(digests.c.day == lease.day).values(**values))
    latest_days = (await conn.scalars(select(digests.c.day).order_by(digests.c.day.desc()).limit(_MAX_DIGESTS))).all()
    await conn.execute(delete(digests).where(digests.c.day.not_in(latest_days)))


@transactional
async def postpone_digest(conn: AsyncConnection, lease: DigestLease, *, seconds: float) -> None:
    """Tries the line again after `seconds`, as Slack did not take it."""
    values = {"not_before": await now_of(conn) + timedelta(seconds=seconds), "lease_until": None}
    holds_lease = and_(digests.c.day == lease.day, digests.c.lease_token == lease.token)
    await conn.execute(update(digests).where(holds_lease).values(**values))
