"""Leases of rows, and the account region that a row belongs to.

A lease is a time and a token in columns of its row: the holder of the token may write until the time has come.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, RowMapping, Select, Table, and_, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from model import AccountRegion

RELEASED: Mapping[str, None] = {"lease_until": None, "lease_token": None}
"""The columns of a row without a lease."""


def is_free(table: Table, now: datetime) -> ColumnElement[bool]:
    """Tells whether a row has no lease, or one that has run out."""
    return or_(table.c.lease_until.is_(None), table.c.lease_until <= now)


def is_at(table: Table, account_region: AccountRegion) -> ColumnElement[bool]:
    """Tells whether a row belongs to an account region."""
    return and_(table.c.account == account_region.account, table.c.region == account_region.region)


def same_account_region(table: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Tells whether two rows belong to one account region: the condition of a join."""
    return and_(table.c.account == other.c.account, table.c.region == other.c.region)


async def lease_rows(
    conn: AsyncConnection, table: Table, due: Select[Any], now: datetime, seconds: float
) -> list[tuple[RowMapping, str]]:
    """Leases rows of a table that no other replica is taking, each with a token of its own; the rows are as they were
    before. SQLite ignores the lock: there the transaction is alone."""
    rows = (await conn.execute(due.with_for_update(skip_locked=True))).mappings().all()
    leased = [(row, secrets.token_hex(16)) for row in rows]
    for row, token in leased:
        same_row = and_(*(column == row[column.name] for column in table.primary_key))
        until = now + timedelta(seconds=seconds)
        await conn.execute(update(table).where(same_row).values(lease_until=until, lease_token=token))
    return leased
