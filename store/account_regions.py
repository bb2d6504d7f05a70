"""The account regions that are watched: claimed by lease, recorded in one transaction with their news, and what
`/ses-status` asks of them.

Each function is one transaction. A lease is a time and a token: a holder that lets it run out loses the right to
record, so a process that stalled can never write over the one that took its place.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, RowMapping, and_, delete, func, not_, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from model import AccountRegion, AccountRegionStatus, Claim, News, RegionState, StuckNews
from model.changes import ChangeKind, ChangeState
from model.staying import Pushed, QuotaRequest
from model.watching import Turn
from store.database import insert_or_update, lock_topic, now_of, transactional
from store.leases import RELEASED, is_at, is_free, lease_rows, same_account_region
from store.outbox import drop_superseded, oldest_ids
from store.packing import pack, pack_state, read_state, unpack_state
from store.tables import account_regions, changes, domains, news

_MAX_REQUESTS = _MAX_PUSHED = 20
_ONE_CALL = timedelta(seconds=1)
"""SES takes one GetAccount a second for an account region, whichever replica calls it."""
_KEY = (account_regions.c.account, account_regions.c.region)


@transactional
async def ensure_account_regions(conn: AsyncConnection, channels: Mapping[AccountRegion, str | None]) -> None:
    """Watches exactly these account regions, each with the channel for its news (None: not set yet, the news waits). A
    new account region is due at once; what is known of one that is no longer named stays, unwatched. Safe when replicas
    start together."""
    await lock_topic(conn, "places")  # rows that another replica is only adding cannot be locked by `_lock_rows`
    now = await now_of(conn)
    await _lock_rows(conn, true())
    await conn.execute(update(account_regions).values(watched=False))
    if not channels:
        return
    insert = insert_or_update(conn, account_regions)
    updated = {"watched": insert.excluded.watched, "channel": insert.excluded.channel}
    rows = [
        {
            "account": account_region.account,
            "region": account_region.region,
            "watched": True,
            "channel": channel,
            "known": pack_state(RegionState()),
            "next_poll": now,
        }
        for account_region, channel in sorted(channels.items(), key=lambda item: (item[0].account, item[0].region))
    ]
    await conn.execute(insert.on_conflict_do_update(index_elements=["account", "region"], set_=updated), rows)


@transactional
async def claim_due(conn: AsyncConnection, *, most: int, lease: float) -> tuple[Claim, ...]:
    """Takes up to `most` account regions whose poll is due and that are not leased, for `lease` seconds."""
    now = await now_of(conn)
    columns = account_regions.c
    due = select(account_regions).where(columns.watched, columns.next_poll <= now, is_free(account_regions, now))
    leased = await lease_rows(conn, account_regions, due.order_by(columns.next_poll).limit(most), now, lease)
    claims = []
    for row, token in leased:
        late = (now - row["next_poll"]).total_seconds()
        claims.append(Claim(AccountRegion(row["account"], row["region"]), token, read_state(row), late))
    return tuple(claims)


@transactional
async def record_poll(
    conn: AsyncConnection, claim: Claim, state: RegionState, items: Iterable[News], *, again_in: float
) -> bool:
    """Records a poll and the news it made, together; the account region is due again in `again_in` seconds. False, and
    nothing written, when the lease is no longer the claim's: another process has polled meanwhile."""
    now = await now_of(conn)
    values = {"known": pack_state(state), "last_poll": now, "next_poll": now + timedelta(seconds=again_in), **RELEASED}
    holds_lease = and_(_is_held_by(claim), account_regions.c.lease_until > now)
    written = await conn.execute(update(account_regions).where(holds_lease).values(**values))
    if written.rowcount != 1:
        return False
    for item in items:
        await drop_superseded(conn, item)
        await conn.execute(
            news.insert().values(
                account=item.account_region.account,
                region=item.account_region.region,
                kind=item.kind,
                at=item.at,
                facts=dict(item.facts),
                attempts=0,
            )
        )
    await _update_identity_names(conn, claim, state)
    return True


@transactional
async def release_claim(conn: AsyncConnection, claim: Claim) -> None:
    """Ends a lease without a result, so that another process need not wait for its end."""
    await conn.execute(update(account_regions).where(_is_held_by(claim)).values(**RELEASED))


def _is_held_by(claim: Claim) -> ColumnElement[bool]:
    return and_(is_at(account_regions, claim.account_region), account_regions.c.lease_token == claim.token)


@transactional
async def make_polls_due(conn: AsyncConnection, wanted: Iterable[AccountRegion]) -> None:
    """Makes these account regions due at once; one that was polled within the last second, a second from now."""
    now = await now_of(conn)
    was_polled_now = account_regions.c.last_poll > now - _ONE_CALL
    others = ~was_polled_now | account_regions.c.last_poll.is_(None)
    for account_region in sorted(wanted, key=lambda wanted_one: (wanted_one.account, wanted_one.region)):
        row = is_at(account_regions, account_region)
        for which, due in ((others, now), (was_polled_now, now + _ONE_CALL)):
            is_later = account_regions.c.next_poll > due
            await conn.execute(update(account_regions).where(row, which, is_later).values(next_poll=due))


@transactional
async def record_turn(conn: AsyncConnection, account_region: AccountRegion, turn: Turn) -> None:
    """Records that a person posted on the case (AWS's turn) or received a new message of AWS (ours)."""
    await update_turn(conn, account_region, turn, await now_of(conn))


@transactional
async def record_not_now(conn: AsyncConnection, account_region: AccountRegion) -> None:
    """Records that a person silenced the next reminder of the turn."""
    row = is_at(account_regions, account_region)
    await conn.execute(update(account_regions).where(row).values(said_not_now_at=await now_of(conn)))


@transactional
async def add_quota_request(conn: AsyncConnection, account_region: AccountRegion, request: QuotaRequest) -> None:
    """Records an increase that a person requested, once; the polls follow it."""
    row = is_at(account_regions, account_region)
    stored = await conn.scalar(select(account_regions.c.quota_requests).where(row).with_for_update()) or ()
    requests = [*(earlier for earlier in stored if earlier["id"] != request.id), pack(request)]
    await conn.execute(update(account_regions).where(row).values(quota_requests=requests[-_MAX_REQUESTS:]))


@transactional
async def record_pushed(conn: AsyncConnection, account_region: AccountRegion, event: Pushed) -> None:
    """Records what SES said by itself, once, for the next poll."""
    row = is_at(account_regions, account_region)
    events = await conn.scalar(select(account_regions.c.pushed).where(row).with_for_update()) or []
    if all(earlier["id"] != event.id for earlier in events):
        pushed = [*events, pack(event)][-_MAX_PUSHED:]
        await conn.execute(update(account_regions).where(row).values(pushed=pushed))


async def update_turn(conn: AsyncConnection, account_region: AccountRegion, turn: Turn, at: datetime) -> None:
    """Records the turn inside a transaction. An account without a name is the only one watched in the region, or none.
    The polls never write these columns, so a poll under way loses nothing."""
    account, region = account_region.account, account_region.region
    is_named = [account_regions.c.account == account] if account else []
    query = select(account_regions.c.account).where(
        account_regions.c.watched, account_regions.c.region == region, *is_named
    )
    accounts = (await conn.scalars(query)).all()
    if len(accounts) == 1:
        row = is_at(account_regions, AccountRegion(accounts[0], region))
        await conn.execute(update(account_regions).where(row).values(said_turn=turn.value, said_turn_at=at))


@transactional
async def save_account_id(conn: AsyncConnection, account: str, account_id: str) -> None:
    rows = account_regions.c.account == account
    await _lock_rows(conn, rows)
    await conn.execute(update(account_regions).where(rows).values(account_id=account_id))


@transactional
async def find_account_regions(conn: AsyncConnection, names: Sequence[str], *, most: int) -> tuple[AccountRegion, ...]:
    """Returns the account regions watched where one of these names is an identity, as last listed."""
    query = (
        select(*_KEY)
        .select_from(account_regions.join(domains, same_account_region(account_regions, domains)))
        .where(account_regions.c.watched, domains.c.name.in_(names))
        .distinct()
        .order_by(*_KEY)
        .limit(most)
    )
    return tuple(AccountRegion(*key) for key in (await conn.execute(query)).all())


@transactional
async def load_region_states(
    conn: AsyncConnection, wanted: Sequence[AccountRegion]
) -> dict[AccountRegion, tuple[RegionState, str | None]]:
    """Returns what the last polls of these account regions saw, without their identities, and the number of each
    account."""
    if not wanted:
        return {}
    query = select(*_KEY, account_regions.c.account_id, account_regions.c.known).where(_is_any_of(wanted))
    return {
        AccountRegion(account, region): (unpack_state({**known, "identities": None}), account_id)
        for account, region, account_id, known in (await conn.execute(query)).all()
    }


@transactional
async def count_unlisted(conn: AsyncConnection) -> int:
    """Returns how many account regions are watched, and not off, whose identities were never listed. Reads every
    account region."""
    known = account_regions.c.known
    listed = or_(known["identities"].as_string().is_not(None), known["region_off"].as_boolean())
    unlisted = (account_regions.c.watched, not_(func.coalesce(listed, False)))
    return int(await conn.scalar(select(func.count()).select_from(account_regions).where(*unlisted)) or 0)


@transactional
async def load_last_polls(
    conn: AsyncConnection, wanted: Sequence[AccountRegion]
) -> dict[AccountRegion, datetime | None]:
    """Returns when each of these account regions was polled last."""
    if not wanted:
        return {}
    rows = await conn.execute(select(*_KEY, account_regions.c.last_poll).where(_is_any_of(wanted)))
    return {AccountRegion(account, region): at for account, region, at in rows.all()}


async def _update_identity_names(conn: AsyncConnection, claim: Claim, new_state: RegionState) -> None:
    """Updates the names of the identities where they changed."""
    before, after = ({identity.name for identity in state.identities or ()} for state in (claim.state, new_state))
    if before - after:
        is_gone = domains.c.name.in_(sorted(before - after))
        await conn.execute(delete(domains).where(is_at(domains, claim.account_region), is_gone))
    if after - before:
        key = asdict(claim.account_region)
        await conn.execute(domains.insert(), [key | {"name": name} for name in sorted(after - before)])


def _is_any_of(wanted: Sequence[AccountRegion]) -> ColumnElement[bool]:
    return or_(*(is_at(account_regions, account_region) for account_region in wanted))


async def _lock_rows(conn: AsyncConnection, condition: ColumnElement[bool]) -> None:
    """Locks rows by account and region, so that no two transactions wait for each other; not in SQLite."""
    await conn.execute(select(*_KEY).where(condition).order_by(*_KEY).with_for_update())


_ROWS_AT_ONCE = 100
"""Rows read before other tasks run: there may be thousands."""


@transactional
async def load_status(
    conn: AsyncConnection, *, account: str | None = None, region: str | None = None
) -> tuple[AccountRegionStatus, ...]:
    """Returns every account region that is watched, by account and region, with its news that waits. News waits for the
    oldest of its channel, which may be another account region's: `why` is what is in the way of that one."""
    criteria = {"account": account, "region": region}
    conditions = [account_regions.c[name] == value for name, value in criteria.items() if value is not None]
    waiting = (
        select(news.c.account, news.c.region, func.count().label("waiting"), func.min(news.c.at).label("oldest"))
        .where(news.c.published_at.is_(None))
        .group_by(news.c.account, news.c.region)
        .subquery()
    )
    query = (
        select(account_regions, waiting.c.waiting, waiting.c.oldest)
        .select_from(account_regions.outerjoin(waiting, same_account_region(account_regions, waiting)))
        .where(account_regions.c.watched, *conditions)
        .order_by(*_KEY)
    )
    obstacles, rehearsal_times = await _load_obstacles(conn), await _load_rehearsal_times(conn)
    statuses: list[AccountRegionStatus] = []
    rows = (await conn.stream(query)).mappings()
    async for batch in rows.partitions(_ROWS_AT_ONCE):
        statuses += [_read_status(row, obstacles, rehearsal_times) for row in batch]
        await asyncio.sleep(0)
    return tuple(statuses)


@transactional
async def list_watched(conn: AsyncConnection) -> tuple[AccountRegion, ...]:
    """Returns the account regions that are watched, by account and region."""
    query = select(*_KEY).where(account_regions.c.watched).order_by(*_KEY)
    return tuple(AccountRegion(*key) for key in (await conn.execute(query)).all())


async def _load_obstacles(conn: AsyncConnection) -> dict[str, str]:
    """Returns what is in the way of the oldest news, by channel."""
    joined = news.join(account_regions, same_account_region(account_regions, news))
    query = select(account_regions.c.channel, news.c.why).select_from(joined).where(news.c.id.in_(oldest_ids()))
    return {channel: why or "" for channel, why in (await conn.execute(query)).all()}


async def _load_rehearsal_times(conn: AsyncConnection) -> dict[AccountRegion, datetime]:
    """Returns when a rehearsal last came to its end at each account region."""
    key = (changes.c.account, changes.c.region)
    is_done = (changes.c.kind == ChangeKind.REHEARSAL.value, changes.c.state == ChangeState.DONE.value)
    query = select(*key, func.max(changes.c.settled_at)).where(*is_done, changes.c.settled_at.is_not(None))
    rows = (await conn.execute(query.group_by(*key))).all()
    return {AccountRegion(account, region): at for account, region, at in rows}


def _read_status(
    row: RowMapping, obstacles: dict[str, str], rehearsal_times: dict[AccountRegion, datetime]
) -> AccountRegionStatus:
    account_region, waiting = AccountRegion(row["account"], row["region"]), None
    if row["waiting"]:
        waiting = StuckNews(row["waiting"], obstacles.get(row["channel"] or "", ""), row["oldest"])
    return AccountRegionStatus(
        account_region=account_region,
        account_id=row["account_id"],
        channel=row["channel"],
        state=read_state(row),
        last_poll=row["last_poll"],
        next_poll=row["next_poll"],
        waiting=waiting,
        rehearsed_at=rehearsal_times.get(account_region),
    )
