"""What `/ses-status` asks: the places that are watched, what is known of each, and the news that waits there."""

import asyncio
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from model import AccountRegion, AccountRegionStatus, StuckNews
from model.changes import ChangeKind, ChangeState
from store.database import transactional
from store.outbox import heads
from store.packing import known_of
from store.tables import change, news, place

_AT_ONCE = 100
"""Rows read before others have their turn: there may be thousands."""


@transactional
async def status(
    conn: AsyncConnection, *, account: str | None = None, region: str | None = None
) -> tuple[AccountRegionStatus, ...]:
    """Every place that is watched, by account and region, with the news of it that its channel has not got yet.

    News waits for the oldest of its channel, which may be another place's: `why` is what is in the way of that one.
    """
    chosen = {"account": account, "region": region}
    here = [place.c[name] == value for name, value in chosen.items() if value is not None]
    waiting = (
        select(news.c.account, news.c.region, func.count().label("waiting"), func.min(news.c.at).label("oldest"))
        .where(news.c.published_at.is_(None))
        .group_by(news.c.account, news.c.region)
        .subquery()
    )
    joined = place.outerjoin(waiting, and_(place.c.account == waiting.c.account, place.c.region == waiting.c.region))
    query = (
        select(place, waiting.c.waiting, waiting.c.oldest)
        .select_from(joined)
        .where(place.c.watched, *here)
        .order_by(place.c.account, place.c.region)
    )
    in_the_way, rehearsed = await _in_the_way(conn), await _rehearsed(conn)
    found: list[AccountRegionStatus] = []
    rows = (await conn.stream(query)).mappings()
    async for some in rows.partitions(_AT_ONCE):
        found += [_status(row, in_the_way, rehearsed) for row in some]
        await asyncio.sleep(0)
    return tuple(found)


@transactional
async def watched(conn: AsyncConnection) -> tuple[AccountRegion, ...]:
    """The places that are watched, by account and region."""
    query = select(place.c.account, place.c.region).where(place.c.watched).order_by(place.c.account, place.c.region)
    return tuple(AccountRegion(account, region) for account, region in (await conn.execute(query)).all())


async def _in_the_way(conn: AsyncConnection) -> dict[str, str]:
    """What is in the way of the oldest news, by channel."""
    at = and_(place.c.account == news.c.account, place.c.region == news.c.region)
    query = select(place.c.channel, news.c.why).select_from(news.join(place, at)).where(news.c.id.in_(heads()))
    return {channel: why or "" for channel, why in (await conn.execute(query)).all()}


async def _rehearsed(conn: AsyncConnection) -> dict[AccountRegion, datetime]:
    """When a rehearsal last came to its end at each place."""
    done = (change.c.kind == ChangeKind.REHEARSAL.value, change.c.state == ChangeState.DONE.value)
    last = func.max(change.c.settled_at)
    query = select(change.c.account, change.c.region, last).where(*done, change.c.settled_at.is_not(None))
    found = (await conn.execute(query.group_by(change.c.account, change.c.region))).all()
    return {AccountRegion(account, region): at for account, region, at in found}


def _status(
    row: RowMapping, in_the_way: dict[str, str], rehearsed: dict[AccountRegion, datetime]
) -> AccountRegionStatus:
    here = AccountRegion(row["account"], row["region"])
    return AccountRegionStatus(
        place=here,
        account_id=row["account_id"],
        channel=row["channel"],
        known=known_of(row),
        last_poll=row["last_poll"],
        next_poll=row["next_poll"],
        waiting=_waiting(row, in_the_way),
        rehearsed_at=rehearsed.get(here),
    )


def _waiting(row: Any, in_the_way: dict[str, str]) -> StuckNews | None:
    if not row["waiting"]:
        return None
    return StuckNews(row["waiting"], in_the_way.get(row["channel"] or "", ""), row["oldest"])
