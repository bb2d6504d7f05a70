"""A database of an earlier revision is upgraded when it is opened, with all that it holds."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

import store
from model import Owner, Place
from store import open_database, watched
from store.drafts import list_drafts
from store.wishes import ask, list_wishes

ANA = Owner("T1", "U1")
NOW = "2026-11-23 12:00:00"
KEPT = (
    "INSERT INTO place (account, region, watched, channel, known, next_poll) "
    f"VALUES ('main', 'us-east-1', true, 'C1', '{{}}', '{NOW}')",
    "INSERT INTO draft (id, team, owner, kind, domain, account, region, channel, answers, step, finished, revision, "
    "created_at, updated_at) "
    f"""VALUES ('d1', 'T1', 'U1', 'request', '', '', '', '', '{{"name": "Acme"}}', '', false, 1, '{NOW}', '{NOW}')""",
)


def _of_revision(url: str, revision: str) -> None:
    """Make the database as it was at that revision, with something in it."""
    engine = create_engine(url)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(store.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        for statement in KEPT:
            connection.exec_driver_sql(statement)
    engine.dispose()


async def test_what_an_earlier_revision_kept_is_there_afterwards(database_url: str) -> None:
    _of_revision(database_url, "0010")
    for others in (0, 1):
        async with open_database(database_url) as db:
            assert await watched(db) == (Place("main", "us-east-1"),)
            assert [draft.request.name for draft in await list_drafts(db, ANA)] == ["Acme"]
            assert len(await list_wishes(db, ANA)) == others
            assert (await ask(db, ANA, "acme.com", (), first_in=0)).already is bool(others)
