"""The places that are watched: claimed by lease, recorded in one transaction with their news.

Each function is one transaction. A lease is a time and a token: whoever lets it run out loses the right to record, so a
process that stalled can never write over the one that took its place.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, RowMapping, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from model import Claim, Known, News, Place, PlaceStatus, StuckNews
from store.database import Database, lock_rows, now_of
from store.packing import packed, unpacked
from store.tables import news, place


async def ensure_places(db: Database, channels: Mapping[Place, str | None]) -> None:
    """Watch exactly these places, each with the channel for its news (None: not set yet, the news waits).

    A new place is due at once; what is known of one that is no longer named stays, unwatched. Safe when replicas start
    together."""
    async with db.transaction() as conn:
        now = await now_of(conn)
        insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
        await conn.execute(update(place).values(watched=False))
        for one, channel in sorted(channels.items(), key=lambda item: (item[0].account, item[0].region)):
            key = {"account": one.account, "region": one.region}
            row = key | {"watched": True, "channel": channel}
            new = insert(place).values(**row, known=packed(Known()), next_poll=now)
            await conn.execute(new.on_conflict_do_update(index_elements=list(key), set_=row))


async def claim_due(db: Database, *, most: int, lease: float) -> tuple[Claim, ...]:
    """Take up to `most` places whose poll is due and that nobody holds, for `lease` seconds."""
    async with db.transaction() as conn:
        now = await now_of(conn)
        free = or_(place.c.lease_until.is_(None), place.c.lease_until <= now)
        due = select(place).where(place.c.watched, place.c.next_poll <= now, free).order_by(place.c.next_poll)
        claims = []
        for row in (await conn.execute(lock_rows(due.limit(most)))).mappings().all():
            claim = Claim(Place(row["account"], row["region"]), secrets.token_hex(16), unpacked(row["known"]))
            held = {"lease_until": now + timedelta(seconds=lease), "lease_token": claim.token}
            await conn.execute(update(place).where(_is(claim.place)).values(**held))
            claims.append(claim)
        return tuple(claims)


async def record_poll(db: Database, claim: Claim, known: Known, items: Iterable[News], *, again_in: float) -> bool:
    """What a poll brought and the news it made, together; the place is due again in `again_in` seconds. False, and
    nothing written, when the lease is no longer the claim's: somebody else has polled meanwhile."""
    async with db.transaction() as conn:
        now = await now_of(conn)
        written = await conn.execute(
            update(place)
            .where(_is(claim.place), place.c.lease_token == claim.token, place.c.lease_until > now)
            .values(
                known=packed(known),
                last_poll=now,
                next_poll=now + timedelta(seconds=again_in),
                lease_until=None,
                lease_token=None,
            )
        )
        if written.rowcount != 1:
            return False
        for item in items:
            await conn.execute(
                news.insert().values(
                    account=item.place.account,
                    region=item.place.region,
                    kind=item.kind,
                    at=item.at,
                    facts=dict(item.facts),
                    attempts=0,
                )
            )
        return True


async def poll_now(db: Database, places: Iterable[Place]) -> None:
    """Make these places due at once."""
    async with db.transaction() as conn:
        now = await now_of(conn)
        for one in places:
            await conn.execute(update(place).where(_is(one)).values(next_poll=now))


async def name_account(db: Database, account: str, account_id: str) -> None:
    """Remember the twelve digits of an account."""
    async with db.transaction() as conn:
        await conn.execute(update(place).where(place.c.account == account).values(account_id=account_id))


async def status(db: Database) -> tuple[PlaceStatus, ...]:
    """Every place that is watched, by account and region, with the news of it that its channel has not got yet."""
    waiting = (
        select(
            news.c.account,
            news.c.region,
            func.count().label("waiting"),
            func.min(news.c.at).label("oldest"),
            func.max(news.c.why).label("why"),
        )
        .where(news.c.published_at.is_(None))
        .group_by(news.c.account, news.c.region)
        .subquery()
    )
    joined = place.outerjoin(waiting, and_(place.c.account == waiting.c.account, place.c.region == waiting.c.region))
    query = (
        select(place, waiting.c.waiting, waiting.c.oldest, waiting.c.why)
        .select_from(joined)
        .where(place.c.watched)
        .order_by(place.c.account, place.c.region)
    )
    async with db.transaction() as conn:
        return tuple(_status(row) for row in (await conn.execute(query)).mappings())


def _status(row: RowMapping) -> PlaceStatus:
    return PlaceStatus(
        place=Place(row["account"], row["region"]),
        account_id=row["account_id"],
        channel=row["channel"],
        known=unpacked(row["known"]),
        last_poll=row["last_poll"],
        next_poll=row["next_poll"],
        waiting=StuckNews(row["waiting"], row["why"] or "", row["oldest"]) if row["waiting"] else None,
    )


def _is(one: Place) -> ColumnElement[bool]:
    return and_(place.c.account == one.account, place.c.region == one.region)
