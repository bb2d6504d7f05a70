"""Changes at AWS and in DNS: plans, intents and what came of them. Each function is one transaction.

Confirming stores the intent before anything is called. The right to carry it out is a lease; a holder that stalls loses
it, and the next one reads back before it does anything.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from model import AccountRegion
from model.changes import OPEN_STATES, PLAN_LIFETIME, Change, ChangeKind, ChangeState, ChangeStep, state_of
from model.drafting import Owner
from store.database import lock_topic, now_of, transactional
from store.leases import RELEASED, is_at, is_free, lease_rows
from store.packing import pack, unpack
from store.tables import account_regions, changes

_PLAN_RETENTION = timedelta(days=7)
_CHANGE_RETENTION = timedelta(days=365)
"""Settled changes are the audit trail: kept a year."""
LEASE_SECONDS = 45.0
"""Longer than one step takes between two marks."""


class ConfirmProblem(StrEnum):
    """Why a plan was not confirmed."""

    GONE = "gone"
    EXPIRED = "expired"
    TAKEN = "taken"
    """It was confirmed before."""
    BUSY = "busy"
    """Another change of the same thing is under way."""
    REPEATED = "repeated"
    """The same text was posted on the case before."""


@dataclass(frozen=True, slots=True)
class NotConfirmed:
    """`other` is the change that is in the way, where one is."""

    why: ConfirmProblem
    other: Change | None = None


@transactional
async def plan_change(  # noqa: PLR0913 - what a plan is, by keyword
    conn: AsyncConnection,
    owner: Owner,
    kind: ChangeKind,
    steps: Sequence[ChangeStep],
    *,
    account_region: AccountRegion,
    subject: str,
    revision: int,
    lock: str,
) -> Change:
    """Stores a plan; nothing happens yet."""
    change_id, now = secrets.token_hex(8), await now_of(conn)
    planned = Change(change_id, kind, owner, account_region, subject, revision, lock, tuple(steps), now)
    row = {
        "id": planned.id,
        "kind": kind.value,
        "team": owner.team,
        "owner": owner.user,
        "account": account_region.account,
        "region": account_region.region,
        "subject": subject,
        "revision": revision,
        "lock": lock,
        "steps": [pack(step) for step in planned.steps],
        "state": planned.state.value,
        "planned_at": planned.planned_at,
        "confirmed_by": "",
        "channel": "",
        "ts": "",
    }
    await conn.execute(changes.insert().values(**row))
    return planned


@transactional
async def load_change(conn: AsyncConnection, change_id: str) -> Change | None:
    row = (await conn.execute(select(changes).where(changes.c.id == change_id))).mappings().one_or_none()
    return _read_change(row) if row else None


@transactional
async def confirm_change(
    conn: AsyncConnection, change_id: str, by: str, steps: Sequence[ChangeStep] | None = None
) -> Change | NotConfirmed:
    """Makes a plan an intent, leased to the caller. `steps` take the place of those planned, where the person left some
    out. Of two changes that share a lock, one waits until the other is settled."""
    row = (await conn.execute(select(changes).where(changes.c.id == change_id))).mappings().one_or_none()
    if row is None:
        return NotConfirmed(ConfirmProblem.GONE)
    await lock_topic(conn, f"change {row['lock']}")
    row = (await conn.execute(select(changes).where(changes.c.id == change_id).with_for_update())).mappings().one()
    now = await now_of(conn)
    if row["state"] != ChangeState.PLANNED.value:
        return NotConfirmed(ConfirmProblem.TAKEN, _read_change(row))
    if now - row["planned_at"] > PLAN_LIFETIME:
        return NotConfirmed(ConfirmProblem.EXPIRED)
    same_lock = and_(changes.c.lock == row["lock"], changes.c.id != change_id)
    under_way = and_(same_lock, changes.c.state.in_(_OPEN_STATES), changes.c.settled_at.is_(None))
    others = (await conn.execute(select(changes).where(under_way).limit(1))).mappings().all()
    if others:
        return NotConfirmed(ConfirmProblem.BUSY, _read_change(others[0]))
    planned = tuple(steps) if steps is not None else _read_change(row).steps
    if other := await _find_repeated_post(conn, same_lock, row["kind"], planned):
        return NotConfirmed(ConfirmProblem.REPEATED, other)
    values: dict[str, Any] = {
        "steps": [pack(replace(step, state=ChangeState.INTENDED)) for step in planned],
        "state": ChangeState.INTENDED.value,
        "confirmed_by": by,
        "confirmed_at": now,
        "lease_until": now + timedelta(seconds=LEASE_SECONDS),
        "lease_token": secrets.token_hex(16),
    }
    await conn.execute(update(changes).where(changes.c.id == change_id).values(**values))
    if row["kind"] == ChangeKind.SUBMIT.value:
        requested_at = is_at(account_regions, AccountRegion(row["account"], row["region"]))
        await conn.execute(update(account_regions).where(requested_at).values(asked_by=by, asked_at=now))
    return _read_change({**row, **values})


async def _find_repeated_post(
    conn: AsyncConnection, same_lock: ColumnElement[bool], kind: str, steps: Sequence[ChangeStep]
) -> Change | None:
    """Returns the change that posted the same text on the case before; None where there is none."""
    if kind != ChangeKind.POST.value:
        return None
    done = select(changes).where(same_lock, changes.c.kind == kind, changes.c.state == ChangeState.DONE.value)
    arguments = [dict(step.arguments) for step in steps]
    posts = (_read_change(row) for row in (await conn.execute(done)).mappings().all())
    return next((posted for posted in posts if [dict(step.arguments) for step in posted.steps] == arguments), None)


@transactional
async def claim_changes(conn: AsyncConnection, *, most: int) -> tuple[Change, ...]:
    """Takes up to `most` changes without a lease: confirmed and not settled, or settled and not reported."""
    now = await now_of(conn)
    todo = and_(changes.c.reported_at.is_(None), changes.c.state != ChangeState.PLANNED.value, is_free(changes, now))
    leased = await lease_rows(conn, changes, select(changes).where(todo).limit(most), now, LEASE_SECONDS)
    return tuple(_read_change({**row, "lease_token": token}) for row, token in leased)


@transactional
async def mark_step(  # noqa: PLR0913 - how far a step is
    conn: AsyncConnection, change: Change, index: int, state: ChangeState, words: str = "", *, receipt: str = ""
) -> Change | None:
    """Records how far a step has come, and extends the lease. None, and nothing written, where the lease is lost."""
    now, before = await now_of(conn), change.steps[index]
    marked_step = replace(before, state=state, words=words, receipt=receipt or before.receipt)
    if state is ChangeState.SENT and before.state is not ChangeState.SENT:
        marked_step = replace(marked_step, sent_at=now)
    steps = (*change.steps[:index], marked_step, *change.steps[index + 1 :])
    values: dict[str, Any] = {
        "steps": [pack(step) for step in steps],
        "state": state_of(steps).value,
        "lease_until": now + timedelta(seconds=LEASE_SECONDS),
    }
    marked = await conn.execute(update(changes).where(_holds_lease(change, now)).values(**values))
    return replace(change, steps=steps, state=state_of(steps), read_at=now) if marked.rowcount == 1 else None


@transactional
async def settle_change(conn: AsyncConnection, change: Change) -> Change | None:
    """Records that the change has come to its end; None where the lease is lost. A request that was certainly not sent
    is no request: what AWS reviews later is not attributed to the person who confirmed this one."""
    now = await now_of(conn)
    values = {"settled_at": now, "lease_until": now + timedelta(seconds=LEASE_SECONDS)}
    settled = await conn.execute(update(changes).where(_holds_lease(change, now)).values(**values))
    if settled.rowcount != 1:
        return None
    if change.kind is ChangeKind.SUBMIT and change.state is ChangeState.REFUSED:
        columns = account_regions.c
        is_this_request = and_(columns.asked_by == change.confirmed_by, columns.asked_at == change.confirmed_at)
        row = and_(is_at(account_regions, change.account_region), is_this_request)
        await conn.execute(update(account_regions).where(row).values(asked_by=None, asked_at=None))
    return replace(change, settled_at=now)


@transactional
async def save_message(conn: AsyncConnection, change: Change, channel: str, ts: str) -> Change:
    await conn.execute(update(changes).where(changes.c.id == change.id).values(channel=channel, ts=ts))
    return replace(change, channel=channel, ts=ts)


@transactional
async def mark_reported(conn: AsyncConnection, change: Change) -> None:
    """Records that the person knows what came of it: nothing is left to do."""
    values = {"reported_at": await now_of(conn), **RELEASED}
    await conn.execute(update(changes).where(changes.c.id == change.id).values(**values))


@transactional
async def release_change(conn: AsyncConnection, change: Change, *, seconds: float) -> None:
    """Ends the lease in `seconds`, when the change may be claimed again."""
    until = await now_of(conn) + timedelta(seconds=seconds)
    holds_lease = and_(changes.c.id == change.id, changes.c.lease_token == change.token)
    await conn.execute(update(changes).where(holds_lease).values(lease_until=until))


@transactional
async def list_changes(conn: AsyncConnection, *, most: int) -> tuple[Change, ...]:
    """Returns the changes that were confirmed, newest first."""
    confirmed = select(changes).where(changes.c.confirmed_at.is_not(None)).order_by(changes.c.confirmed_at.desc())
    return tuple(_read_change(row) for row in (await conn.execute(confirmed.limit(most))).mappings().all())


@transactional
async def load_last_rehearsal(conn: AsyncConnection, account_region: AccountRegion, domain: str) -> datetime | None:
    """Returns when bounce and complaint events of a domain last arrived from the simulator, at one account region."""
    is_rehearsal = and_(changes.c.kind == ChangeKind.REHEARSAL.value, changes.c.subject == domain)
    is_done = changes.c.state == ChangeState.DONE.value
    query = select(changes.c.settled_at).where(is_at(changes, account_region), is_rehearsal, is_done)
    settled_at: datetime | None = await conn.scalar(query.order_by(changes.c.settled_at.desc()).limit(1))
    return settled_at


@transactional
async def purge_changes(conn: AsyncConnection) -> int:
    """Deletes plans that were never confirmed, after a week, and settled changes after a year; returns how many."""
    now = await now_of(conn)
    is_old_plan = and_(changes.c.state == ChangeState.PLANNED.value, changes.c.planned_at < now - _PLAN_RETENTION)
    is_old_change = and_(changes.c.reported_at.is_not(None), changes.c.settled_at < now - _CHANGE_RETENTION)
    return (await conn.execute(delete(changes).where(or_(is_old_plan, is_old_change)))).rowcount


_OPEN_STATES = [state.value for state in OPEN_STATES]


def _holds_lease(change: Change, now: datetime) -> ColumnElement[bool]:
    return and_(changes.c.id == change.id, changes.c.lease_token == change.token, changes.c.lease_until > now)


def _read_change(row: RowMapping | Mapping[str, Any]) -> Change:
    return Change(
        id=row["id"],
        kind=ChangeKind(row["kind"]),
        owner=Owner(row["team"], row["owner"]),
        account_region=AccountRegion(row["account"], row["region"]),
        subject=row["subject"],
        revision=row["revision"],
        lock=row["lock"],
        steps=tuple(unpack(ChangeStep, step) for step in row["steps"]),
        planned_at=row["planned_at"],
        state=ChangeState(row["state"]),
        confirmed_by=row["confirmed_by"],
        confirmed_at=row["confirmed_at"],
        settled_at=row["settled_at"],
        channel=row["channel"],
        ts=row["ts"],
        token=row["lease_token"] or "",
    )
