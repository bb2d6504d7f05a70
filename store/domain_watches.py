"""Domains that people watch: stored until the owner is notified, or stops the watch.

Each function is one transaction. Checking a domain and notifying its owner are two pieces of work, each claimed by
lease, so that replicas share them; what a check decided is written together with the end of the watch, and a row is
deleted only when its owner was notified. Every query names an owner, so that no one reaches another's.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from model import DOMAIN_WATCH_DAYS, AddResult, CheckLease, DomainWatch, Ending, NoticeLease, Owner
from store.database import lock_topic, now_of, transactional
from store.leases import RELEASED, is_free, lease_rows
from store.tables import domain_watches

MAX_WATCHES = 20
"""Domains that one person may watch at a time."""
_NOTICE_RETENTION = timedelta(days=30)
"""How long a notice is tried. A person who cannot be reached for so long has left."""


@transactional
async def add_watch(
    conn: AsyncConnection, owner: Owner, query: str, codes: Sequence[str], *, first_in: float
) -> AddResult:
    """Watches the domain that `query` names until it is ready, for at most 30 days. The first check is due in
    `first_in` seconds; `codes` are the findings that are open now. A watch that exists is returned as it is."""
    await lock_topic(conn, f"{owner.team} {owner.user}")  # two presses at once are one watch
    rows = (
        (await conn.execute(select(domain_watches).where(_is_owned(owner), domain_watches.c.ending.is_(None))))
        .mappings()
        .all()
    )
    same = next((row for row in rows if row["query"] == query), None)
    if same:
        return AddResult(_read_watch(same), already=True)
    if len(rows) >= MAX_WATCHES:
        return AddResult(None)
    now = await now_of(conn)
    row: dict[str, Any] = {
        "id": secrets.token_hex(8),
        "team": owner.team,
        "owner": owner.user,
        "query": query,
        "at_first": list(codes),
        "open": list(codes),
        "asked_at": now,
        "ends": now + timedelta(days=DOMAIN_WATCH_DAYS),
        "looks": 0,
        "last_look": None,
        "next_look": now + timedelta(seconds=first_in),
        "attempts": 0,
    }
    await conn.execute(domain_watches.insert().values(**row))
    return AddResult(_read_watch(row))


@transactional
async def list_domain_watches(conn: AsyncConnection, owner: Owner) -> tuple[DomainWatch, ...]:
    """Returns the domains that this owner watches, oldest first."""
    query = (
        select(domain_watches)
        .where(_is_owned(owner), domain_watches.c.ending.is_(None))
        .order_by(domain_watches.c.asked_at, domain_watches.c.id)
    )
    return tuple(_read_watch(row) for row in (await conn.execute(query)).mappings().all())


@transactional
async def stop_watch(conn: AsyncConnection, owner: Owner, watch_id: str) -> DomainWatch | None:
    """Deletes a watch without a notice and returns it; None when the owner has none of that id."""
    is_open = and_(_is_owned(owner), domain_watches.c.id == watch_id, domain_watches.c.ending.is_(None))
    row = (await conn.execute(select(domain_watches).where(is_open).with_for_update())).mappings().one_or_none()
    if row is None:
        return None
    await conn.execute(delete(domain_watches).where(domain_watches.c.id == watch_id))
    return _read_watch(row)


# Checks


@transactional
async def claim_checks(conn: AsyncConnection, *, most: int, lease: float) -> tuple[CheckLease, ...]:
    """Takes up to `most` watches whose check is due and that are not leased, for `lease` seconds."""
    now = await now_of(conn)
    due = select(domain_watches).where(
        domain_watches.c.ending.is_(None), domain_watches.c.next_look <= now, is_free(domain_watches, now)
    )
    leased = await lease_rows(conn, domain_watches, due.order_by(domain_watches.c.next_look).limit(most), now, lease)
    return tuple(CheckLease(_read_watch(row), token, now) for row, token in leased)


@transactional
async def record_check(
    conn: AsyncConnection,
    lease: CheckLease,
    open_codes: Sequence[str],
    *,
    again_in: float | None,
    ending: Ending | None = None,
) -> bool:
    """Records a check: the codes that are open, and either the next check in `again_in` seconds or how the watch ends,
    which is then sent as a notice. False, and nothing written, when the lease is lost or the watch was stopped."""
    now = await now_of(conn)
    holds_lease = and_(
        _holds_lease(lease.watch, lease.token), domain_watches.c.lease_until > now, domain_watches.c.ending.is_(None)
    )
    checked = {"open": list(open_codes), "looks": domain_watches.c.looks + 1, "last_look": now}
    if ending is None:
        outcome: dict[str, Any] = {"next_look": now + timedelta(seconds=again_in or 0.0)}
    else:
        outcome = {"ending": ending.value, "ended_at": now}
    recorded = update(domain_watches).where(holds_lease).values(**checked, **outcome, **RELEASED)
    return (await conn.execute(recorded)).rowcount == 1


@transactional
async def release_check(conn: AsyncConnection, lease: CheckLease) -> None:
    """Ends a lease without a result, so that another process need not wait for its end."""
    await conn.execute(update(domain_watches).where(_holds_lease(lease.watch, lease.token)).values(**RELEASED))


# Notices


@transactional
async def claim_notices(conn: AsyncConnection, *, most: int, lease: float) -> tuple[NoticeLease, ...]:
    """Takes up to `most` watches that have ended and whose owners were not notified, for `lease` seconds. An ending of
    a newer revision of the bot waits for that revision."""
    now = await now_of(conn)
    has_ended = domain_watches.c.ending.in_([ending.value for ending in Ending])
    is_ready = or_(domain_watches.c.not_before.is_(None), domain_watches.c.not_before <= now)
    due = (
        select(domain_watches)
        .where(has_ended, is_ready, is_free(domain_watches, now))
        .order_by(domain_watches.c.ended_at, domain_watches.c.id)
    )
    leased = await lease_rows(conn, domain_watches, due.limit(most), now, lease)
    return tuple(NoticeLease(_read_watch(row), Ending(row["ending"]), token, row["attempts"]) for row, token in leased)


@transactional
async def mark_notified(conn: AsyncConnection, notice: NoticeLease) -> None:
    """Deletes the row: the notice was sent. Also when the lease ran out meanwhile."""
    await conn.execute(delete(domain_watches).where(domain_watches.c.id == notice.watch.id))


@transactional
async def postpone_notice(conn: AsyncConnection, notice: NoticeLease, *, seconds: float) -> bool:
    """Tries the notice again after `seconds`. False when that was tried for a month, and the row goes."""
    now = await now_of(conn)
    holds_lease = _holds_lease(notice.watch, notice.token)
    is_old = domain_watches.c.ended_at < now - _NOTICE_RETENTION
    expired = await conn.execute(delete(domain_watches).where(holds_lease, is_old))
    if expired.rowcount:
        return False
    values = {"not_before": now + timedelta(seconds=seconds), "attempts": domain_watches.c.attempts + 1}
    await conn.execute(update(domain_watches).where(holds_lease).values(**values, **RELEASED))
    return True


def _is_owned(owner: Owner) -> ColumnElement[bool]:
    return and_(domain_watches.c.team == owner.team, domain_watches.c.owner == owner.user)


def _holds_lease(watch: DomainWatch, token: str) -> ColumnElement[bool]:
    return and_(domain_watches.c.id == watch.id, domain_watches.c.lease_token == token)


def _read_watch(row: Any) -> DomainWatch:
    return DomainWatch(
        id=row["id"],
        owner=Owner(row["team"], row["owner"]),
        query=row["query"],
        at_first=tuple(row["at_first"]),
        open=tuple(row["open"]),
        asked_at=row["asked_at"],
        ends=row["ends"],
        next_look=row["next_look"],
        last_look=row["last_look"],
        looks=row["looks"],
    )
