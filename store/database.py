"""Opening the database: SQLite in a file by default, PostgreSQL for several replicas.

SQLite: WAL, every transaction begins IMMEDIATE (a read that turns into a write would otherwise lose it silently), one
process a file and one connection in it, so that transactions queue fairly. PostgreSQL: leases go by the database's
clock, migrations run behind an advisory lock. `transaction` is the only way in, and only this room uses it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Select, event, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from store.tables import news, place
from store.wish_tables import wish

_MIGRATIONS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 0x5E5B07
"""One number for "ses-bot migrates" on a PostgreSQL server."""
_BUSY_SECONDS = 10


class DatabaseError(Exception):
    """The database cannot be opened. Its text is one line for the person who starts the bot."""


class Database:
    """An open database. Made by `open_database`."""

    def __init__(self, engine: AsyncEngine, held: IO[bytes] | None) -> None:
        self._engine = engine
        self._held = held

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Everything inside happens or nothing does."""
        async with self._engine.begin() as conn:
            yield conn


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Open, migrate to the newest revision, and close again at the end.

    `url` is `sqlite:///path` or `postgresql+psycopg://…`; `DatabaseError` says in one line what is wrong.
    """
    held: IO[bytes] | None = None
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseError("SES_BOT_DATABASE_URL: not a database URL, such as postgresql+psycopg://…") from None
    if parsed.get_backend_name() == "sqlite":
        held = _hold(Path(parsed.database or "ses-bot.sqlite3"))
        engine = _sqlite(parsed.set(drivername="sqlite+aiosqlite"))
    else:
        engine = create_async_engine(parsed, pool_pre_ping=True, pool_size=5, max_overflow=5)
    try:
        try:
            await _migrate(engine)
        except (SQLAlchemyError, OSError) as error:
            reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            raise DatabaseError(f"the database cannot be opened: {reason}") from error
        database = Database(engine, held)
        if held:
            await _void_leases(database)
        yield database
    finally:
        await engine.dispose()
        if held:
            held.close()


async def now_of(conn: AsyncConnection) -> datetime:
    """The database's clock, so that replicas agree; one process's own where the database is its file."""
    if conn.dialect.name == "sqlite":
        return datetime.now(UTC)
    told = await conn.scalar(select(func.clock_timestamp()))
    if not isinstance(told, datetime):
        raise TypeError("the database told no time")
    return told.astimezone(UTC)


def lock_rows(query: Select[Any]) -> Select[Any]:
    """Take rows that no other replica is taking. SQLite ignores it: there the transaction is alone."""
    return query.with_for_update(skip_locked=True)


async def lock_text(conn: AsyncConnection, about: str) -> None:
    """Until the transaction ends, no other replica is in a transaction about the same. SQLite needs none: see above."""
    if conn.dialect.name == "postgresql":
        query = text("SELECT pg_advisory_xact_lock(:ours, hashtext(:about))")
        await conn.execute(query, {"ours": _ADVISORY_LOCK, "about": about})


def _hold(path: Path) -> IO[bytes]:
    """One process a file: the lock ends with the process, however it ends."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        held = path.with_name(path.name + ".lock").open("ab")
    except OSError as error:
        raise DatabaseError(f"{path.parent} cannot be written to ({error.strerror or type(error).__name__})") from None
    try:
        import fcntl  # noqa: PLC0415 - POSIX only; elsewhere nothing guards against a second process

        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        pass
    except OSError:
        held.close()
        raise DatabaseError(
            f"{path} is in use by another ses-bot; give each its own SES_BOT_DATA_DIR, or use PostgreSQL"
        ) from None
    return held


def _sqlite(url: Any) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=1, max_overflow=0)

    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


async def _migrate(engine: AsyncEngine) -> None:
    """Alembic, inside one transaction; replicas that start together wait for each other."""

    def upgrade(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    async with engine.begin() as conn:
        if conn.dialect.name == "postgresql":
            await conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        await conn.run_sync(upgrade)


async def _void_leases(database: Database) -> None:
    """A file has one process: whatever lease an earlier one held ended with it."""
    async with database.transaction() as conn:
        for table in (place, news, wish):
            await conn.execute(table.update().values(lease_until=None, lease_token=None))
