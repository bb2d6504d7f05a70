"""Two versions side by side: this one works with a database that the next one has brought further.

The next version's revision only adds what may be empty, as UPGRADING.md promises, and says from which revision on a bot
works with it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from model import AccountRegion, News, NewsKind, RegionState
from store import (
    DatabaseError,
    claim_due,
    ensure_account_regions,
    mark_published,
    next_news,
    open_database,
    record_poll,
)
from store.database import Database

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HERE = AccountRegion("main", "us-east-1")
NEXT = "9990"
ADDS = (
    "ALTER TABLE place ADD COLUMN next_version VARCHAR(32)",
    "ALTER TABLE news ADD COLUMN next_version VARCHAR(32)",
    "ALTER TABLE draft ADD COLUMN next_version VARCHAR(32)",
    "CREATE TABLE next_version (id INTEGER)",
)


async def brought_further(db: Database, works_from: str, adds: Sequence[str] = ADDS) -> None:
    async with db.transaction() as conn:
        for statement in (*adds, f"UPDATE alembic_version SET version_num = '{NEXT}'"):
            await conn.execute(text(statement))
        await conn.execute(text("UPDATE schema_floor SET works_from = :works_from"), {"works_from": works_from})


async def work(db: Database) -> None:
    """Watch, poll, tell: what a version does while the next one does the same."""
    await ensure_account_regions(db, {HERE: "#ops"})
    [claim] = await claim_due(db, most=5, lease=30)
    item = News(NewsKind.READABLE, HERE, NOW, {})
    assert await record_poll(db, claim, RegionState(), [item], again_in=0)
    [pending] = await next_news(db, most=5, lease=30)
    await mark_published(db, pending, "1.0")


async def test_this_version_works_beside_the_next_one(database_url: str) -> None:
    async with open_database(database_url) as db:
        await work(db)
        await brought_further(db, works_from="0034")
        await work(db)
    async with open_database(database_url) as db:  # and is started anew on it: the way back
        await work(db)


async def test_a_version_that_is_too_old_says_so(database_url: str) -> None:
    async with open_database(database_url) as db:
        await brought_further(db, works_from=NEXT)
    with pytest.raises(DatabaseError, match="a newer ses-bot"):
        async with open_database(database_url):
            pass
