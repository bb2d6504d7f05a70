"""Opens the database: SQLite in a file by default, PostgreSQL for several replicas.

SQLite: WAL, every transaction begins IMMEDIATE (a read that turns into a write would otherwise lose it silently), one
process a file and one connection in it, so that transactions queue fairly. PostgreSQL: leases go by the database's
clock, migrations run behind an advisory lock. Only this room uses what is here.
"""

import asyncio
import functools
import logging
import os
import re
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Concatenate, ParamSpec, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import (
    URL,
    Connection,
    Table,
    event,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from model.bounded import back_off
from store.leases import RELEASED
from store.tables import account_regions, changes, digests, domain_watches, news

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

_MIGRATIONS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 0x5E5B07
"""One number for "ses-bot migrates" on a PostgreSQL server."""
_BUSY_SECONDS = 10
_CONNECT_SECONDS = 10
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
"""Seconds between two tries to reach a database server at the start."""
_OPEN_SECONDS = 60.0
"""For connecting and migrating, where a server accepts and then says nothing."""
_TRANSACTION_SECONDS = 30.0
_CLOSE_SECONDS = 5.0
"""For transactions that are under way at the end."""
_NOT_READY_WORDS = (
    "starting up",
    "shutting down",
    "not yet accepting",
    "in recovery",
    "too many clients",
    "too many conn",
)
"""What a PostgreSQL says that takes no connection now and will take one later (SQLSTATE 57P03, 53300)."""


class DatabaseError(Exception):
    """The database cannot be opened. Its text is one line for the person who starts the bot."""


class DatabaseUnavailableError(DatabaseError):
    """The database server does not answer, or not yet: another try may help."""


class Database:
    """An open database. Made by `open_database`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._running: set[asyncio.Task[Any]] = set()

    async def run(self, body: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Runs `body` in one transaction: everything in it happens or nothing does. The transaction is a task of its
        own. A caller that is canceled leaves at once, and the transaction still ends whole: a connection that is torn
        in mid-statement would keep its locks."""
        task = asyncio.create_task(self._run(body))
        self._running.add(task)
        task.add_done_callback(self._log_failure)
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Gives transactions under way a moment, then closes the connections."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=_CLOSE_SECONDS)
            for task in late:
                task.cancel()
        await self._engine.dispose()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Opens one transaction, for code that is not canceled; `run` is for all other."""
        async with self._engine.connect() as conn:
            try:
                await conn.begin()
                yield conn
                await conn.commit()
            except BaseException:
                # A COMMIT that fails (a full disk) leaves the transaction open: it ends with its connection.
                await conn.invalidate()
                raise

    async def _run(self, body: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        async with asyncio.timeout(_TRANSACTION_SECONDS), self.transaction() as conn:
            return await body(conn)

    def _log_failure(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.debug("a transaction failed: %s", type(error).__name__)  # its caller may be gone


def transactional(
    body: Callable[Concatenate[AsyncConnection, P], Awaitable[T]],
) -> Callable[Concatenate[Database, P], Coroutine[Any, Any, T]]:
    """Makes a function over a connection one transaction over a `Database`, see `Database.run`."""

    @functools.wraps(body)
    async def transaction(db: Database, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await db.run(lambda conn: body(conn, *args, **kwargs))

    return transaction


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Opens the database, migrates it to the newest revision, and closes it at the end. `url` is `sqlite:///path` or
    `postgresql+psycopg://…`; `DatabaseError` says in one line what is wrong."""
    parsed = _parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        async with _open_file(parsed) as database:
            yield database
        return
    timeouts = {"connect_timeout": _CONNECT_SECONDS}
    engine = create_async_engine(parsed, pool_pre_ping=True, pool_size=5, max_overflow=5, connect_args=timeouts)
    async with _open_migrated(engine, parsed) as database:
        yield database


@asynccontextmanager
async def wait_for_database(url: str) -> AsyncIterator[Database]:
    """Opens the database as `open_database` does, and tries again while its server does not answer yet."""
    async with AsyncExitStack() as stack:
        failures = 0
        while True:
            pause = back_off(failures, _FIRST_PAUSE, _LONGEST_PAUSE)
            try:
                database = await stack.enter_async_context(open_database(url))
                break
            except DatabaseUnavailableError as error:
                log.warning("%s; trying again in %.0f s", error, pause)
            await asyncio.sleep(pause)
            failures += 1
        yield database


async def now_of(conn: AsyncConnection) -> datetime:
    """Returns the database's clock, so that replicas agree; the process's own where the database is its file."""
    if conn.dialect.name == "sqlite":
        return datetime.now(UTC)
    now = await conn.scalar(select(func.clock_timestamp()))
    if not isinstance(now, datetime):
        raise TypeError("clock_timestamp() returned no time")
    return now.astimezone(UTC)


def insert_or_update(conn: AsyncConnection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Returns an INSERT that can say what happens on a conflict, in the dialect of the database."""
    return postgresql.insert(table) if conn.dialect.name == "postgresql" else sqlite.insert(table)


async def lock_topic(conn: AsyncConnection, topic: str) -> None:
    """Locks a topic until the transaction ends, against other replicas. SQLite needs no lock: see above."""
    if conn.dialect.name == "postgresql":
        query = text("SELECT pg_advisory_xact_lock(:ours, hashtext(:about))")
        await conn.execute(query, {"ours": _ADVISORY_LOCK, "about": topic})


def _parse_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise DatabaseError(
            "not a database URL, such as postgresql+psycopg://user:password@host:5432/ses_bot"
        ) from None
    if "@" in (parsed.host or ""):
        raise DatabaseError("the user name or the password holds an @: write it as %40")
    if parsed.get_backend_name() == "sqlite" and not parsed.database:
        raise DatabaseError("sqlite needs the path of a file, such as sqlite:///data/ses-bot.sqlite3")
    return parsed


@asynccontextmanager
async def _open_migrated(engine: AsyncEngine, url: URL) -> AsyncIterator[Database]:
    database = Database(engine)
    try:
        try:
            async with asyncio.timeout(_OPEN_SECONDS):
                await _migrate(engine)
        except CommandError:
            raise DatabaseError("a newer ses-bot has used this database: run that version, or a newer one") from None
        except TimeoutError:
            raise DatabaseUnavailableError(f"the database did not answer within {_OPEN_SECONDS:.0f} s") from None
        except (SQLAlchemyError, OSError) as error:
            raise _to_database_error(error, url) from None
        yield database
    finally:
        await database.close()


def _to_database_error(error: Exception, url: URL) -> DatabaseError:
    """Returns the error that says in one line why the database cannot be opened, without the password."""
    lines = str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__]
    reason = re.sub(r"[^\s'\"/]*@", "", lines[0])
    if url.password:
        reason = reason.replace(str(url.password), "…")
    is_unavailable = url.get_backend_name() != "sqlite" and (
        "FATAL:" not in reason or any(word in reason for word in _NOT_READY_WORDS)
    )
    return (DatabaseUnavailableError if is_unavailable else DatabaseError)(f"the database cannot be opened: {reason}")


@asynccontextmanager
async def _open_file(url: URL) -> AsyncIterator[Database]:
    """Opens a SQLite file: for this process alone, and readable by its user only (it holds drafts and letters)."""
    path = Path(url.database or "")
    with _lock_file(path):
        async with _open_migrated(_create_sqlite_engine(url.set(drivername="sqlite+aiosqlite")), url) as database:
            await void_leases(database)
            yield database


def _lock_file(path: Path) -> IO[bytes]:
    """Locks the file for this process: the lock ends with the process, however it ends."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = open(path.with_name(path.name + ".lock"), "ab", opener=_open_private)  # noqa: SIM115 - the caller closes it
        with open(path, "ab", opener=_open_private):
            pass
        for existing in (path, *(path.with_name(path.name + suffix) for suffix in (".lock", "-wal", "-shm"))):
            if existing.exists():
                existing.chmod(stat.S_IRUSR | stat.S_IWUSR)
    except OSError as error:
        raise DatabaseError(f"{path.parent} cannot be written to ({error.strerror or type(error).__name__})") from None
    try:
        import fcntl  # noqa: PLC0415 - POSIX only; elsewhere nothing guards against a second process

        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        pass
    except OSError:
        lock.close()
        raise DatabaseError(
            f"{path} is in use by another ses-bot; give each its own SES_BOT_DATA_DIR, or use PostgreSQL"
        ) from None
    return lock


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, stat.S_IRUSR | stat.S_IWUSR)


def _create_sqlite_engine(url: Any) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=_TRANSACTION_SECONDS)

    @event.listens_for(engine.sync_engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_immediate(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


async def _migrate(engine: AsyncEngine) -> None:
    """Runs Alembic inside one transaction; replicas that start together wait for each other."""

    def upgrade(connection: Connection) -> None:
        if _works_with_newer(connection):
            log.warning("a newer ses-bot has used this database; this version works with it still")
            return
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    async with engine.begin() as conn:
        if conn.dialect.name == "postgresql":
            await conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        await conn.run_sync(upgrade)


def _works_with_newer(connection: Connection) -> bool:
    """Tells whether the database is at a revision that this version does not know and says that it works with (the
    table `schema_floor`): during a rolling upgrade, and on the way back from one."""
    scripts = ScriptDirectory(str(_MIGRATIONS))
    revision, newest = MigrationContext.configure(connection).get_current_revision(), scripts.get_current_head()
    known_revisions = {script.revision for script in scripts.walk_revisions()}
    if (
        revision is None
        or revision in known_revisions
        or newest is None
        or not inspect(connection).has_table("schema_floor")
    ):
        return False
    floor = connection.scalar(text("SELECT works_from FROM schema_floor"))
    return floor is not None and str(floor) <= newest


@transactional
async def void_leases(conn: AsyncConnection) -> None:
    """Ends every lease: a file has one process, and an earlier one's leases ended with it. The token of news remains:
    it says that a post may have been on its way."""
    await conn.execute(news.update().values(lease_until=None))
    for table in (account_regions, domain_watches, changes, digests):
        await conn.execute(table.update().values(**RELEASED))


async def inspect_database(url: str) -> tuple[str | None, str]:
    """Returns the revision that a database is at (None: there is none yet) and the one of this version. Changes
    nothing; `DatabaseError` where it cannot be opened."""
    parsed = _parse_url(url)
    newest = ScriptDirectory(str(_MIGRATIONS)).get_current_head() or ""
    if parsed.get_backend_name() == "sqlite":
        if not _is_file(Path(parsed.database or "")):
            return None, newest
        parsed = parsed.set(drivername="sqlite+aiosqlite")
    engine = create_async_engine(parsed)
    try:
        async with asyncio.timeout(_CONNECT_SECONDS), engine.connect() as conn:
            return await conn.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision()), newest
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        raise _to_database_error(error, _parse_url(url)) from None
    finally:
        await engine.dispose()


def _is_file(path: Path) -> bool:
    """Tells whether the file is there; `DatabaseError` where it is not, and cannot be made."""
    if path.exists():
        return True
    existing_parent = next((parent for parent in path.parents if parent.exists()), Path("/"))
    if not existing_parent.is_dir() or not os.access(existing_parent, os.W_OK):
        raise DatabaseError(f"{path.parent} cannot be written to")
    return False
