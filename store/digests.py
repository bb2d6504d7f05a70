"""The weekly lines: each day's is claimed by one replica, posted once, and kept for the next to be compared with."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import insert_or_update, now_of, transactional
from store.tables import digest

_KEPT = 10


@dataclass(frozen=True, slots=True)
class DigestLease:
    """The right to post the line of a day. `before` is what each place was like at the last line, None at the first."""

    day: str
    token: str
    before: Mapping[str, Any] | None


@transactional
async def claim_digest(conn: AsyncConnection, day: str, *, lease: float) -> DigestLease | None:
    """Take the line of a day, for `lease` seconds; None where it is posted, or another replica posts it."""
    now = await now_of(conn)
    new = insert_or_update(conn, digest).values(day=day, facts={})
    await conn.execute(new.on_conflict_do_nothing(index_elements=["day"]))
    free = or_(digest.c.lease_until.is_(None), digest.c.lease_until <= now)
    ready = or_(digest.c.not_before.is_(None), digest.c.not_before <= now)
    query = select(digest).where(digest.c.day == day, digest.c.posted_at.is_(None), free, ready)
    row = (await conn.execute(query.with_for_update(skip_locked=True))).mappings().one_or_none()
    if row is None:
        return None
    token = secrets.token_hex(16)
    held = {"lease_until": now + timedelta(seconds=lease), "lease_token": token}
    await conn.execute(update(digest).where(digest.c.day == day).values(**held))
    earlier = select(digest.c.facts).where(digest.c.day < day, digest.c.posted_at.is_not(None))
    before = await conn.scalar(earlier.order_by(digest.c.day.desc()).limit(1))
    return DigestLease(day, token, before)


@transactional
async def mark_digest(conn: AsyncConnection, held: DigestLease, facts: Mapping[str, Any]) -> None:
    """Record that the line is posted, with what each place was like; drop old ones."""
    done = {"posted_at": await now_of(conn), "facts": dict(facts), "lease_until": None, "lease_token": None}
    await conn.execute(update(digest).where(digest.c.day == held.day).values(**done))
    kept = (await conn.scalars(select(digest.c.day).order_by(digest.c.day.desc()).limit(_KEPT))).all()
    await conn.execute(delete(digest).where(digest.c.day.not_in(kept)))


@transactional
async def digest_later(conn: AsyncConnection, held: DigestLease, *, seconds: float) -> None:
    """Slack did not take it: try again after `seconds`."""
    later = {"not_before": await now_of(conn) + timedelta(seconds=seconds), "lease_until": None}
    mine = and_(digest.c.day == held.day, digest.c.lease_token == held.token)
    await conn.execute(update(digest).where(mine).values(**later))
