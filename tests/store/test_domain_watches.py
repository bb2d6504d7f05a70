"""A person who asks is notified: a wish is kept, looked at by one at a time, and gone only when its person knows."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from model import CheckLease, DomainWatch, Ending, NoticeLease, Owner
from store import Database, open_database
from store.domain_watches import (
    MAX_WATCHES,
    add_watch,
    claim_checks,
    claim_notices,
    list_domain_watches,
    mark_notified,
    postpone_notice,
    record_check,
    release_check,
    stop_watch,
)
from store.tables import domain_watches as table
from tests.support.databases import pass_time

ANA, BEN = Owner("T1", "U1"), Owner("T1", "U2")
QUERY = "acme.com selector=s1"
CODES = ("spf.missing", "dmarc.missing")


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url) as opened:
        yield opened


async def _asked(db: Database, owner: Owner = ANA, query: str = QUERY, first_in: float = 0.0) -> DomainWatch:
    asked = await add_watch(db, owner, query, CODES, first_in=first_in)
    assert asked.watch
    return asked.watch


async def _look(db: Database, lease: float = 30) -> CheckLease:
    [look] = await claim_checks(db, most=1, lease=lease)
    return look


async def _looks(db: Database) -> tuple[CheckLease, ...]:
    return await claim_checks(db, most=100, lease=30)


async def _tellings(db: Database, lease: float = 30) -> tuple[NoticeLease, ...]:
    return await claim_notices(db, most=100, lease=lease)


async def _ended(db: Database, ending: Ending = Ending.READY) -> None:
    await _asked(db)
    assert await record_check(db, await _look(db), ("mx.null",), again_in=None, ending=ending)


async def _change(db: Database, **values: Any) -> None:
    async with db.transaction() as conn:
        await conn.execute(update(table).values(**values))


async def test_what_is_asked_is_kept_for_the_one_who_asked(db: Database) -> None:
    before = datetime.now(UTC)
    mine = await _asked(db, first_in=60)
    assert (mine.owner, mine.query, mine.at_first, mine.open) == (ANA, QUERY, CODES, CODES)
    assert timedelta(seconds=-5) < mine.asked_at - before < timedelta(seconds=5)
    assert mine.next_look - mine.asked_at == timedelta(seconds=60)
    assert mine.ends - mine.asked_at == timedelta(days=30)
    assert await list_domain_watches(db, ANA) == (mine,)
    assert await list_domain_watches(db, BEN) == await list_domain_watches(db, Owner("T2", "U1")) == ()
    assert await _looks(db) == (), "not yet"


async def test_asked_twice_it_is_one_wish_also_at_the_same_moment(db: Database) -> None:
    results = await asyncio.gather(*(add_watch(db, ANA, QUERY, CODES, first_in=0) for _ in range(8)))
    assert sorted(one.already for one in results) == [False] + [True] * 7
    assert len({one.watch.id for one in results if one.watch}) == 1
    assert (await _asked(db, BEN)).owner == BEN
    assert (await _asked(db, query="acme.com")).query == "acme.com"
    assert len(await list_domain_watches(db, ANA)) == 2


async def test_a_person_has_so_many_and_another_has_as_many_again(db: Database) -> None:
    results = await asyncio.gather(
        *(add_watch(db, ANA, f"d{n}.example", (), first_in=0) for n in range(MAX_WATCHES + 3))
    )
    assert sum(one.watch is None for one in results) == 3
    mine = await list_domain_watches(db, ANA)
    assert len(mine) == MAX_WATCHES
    assert (await add_watch(db, ANA, mine[0].query, (), first_in=0)).already, "what is watched already is no one more"
    await _asked(db, BEN)
    await stop_watch(db, ANA, mine[0].id)
    await _asked(db)


async def test_only_its_owner_stops_it(db: Database) -> None:
    mine = await _asked(db)
    assert await stop_watch(db, BEN, mine.id) is None
    assert await stop_watch(db, Owner("T2", "U1"), mine.id) is None
    assert await stop_watch(db, ANA, mine.id) == mine
    assert await stop_watch(db, ANA, mine.id) is None
    assert await list_domain_watches(db, ANA) == ()
    assert await _looks(db) == ()


async def test_many_claimers_share_the_looks_and_no_one_looks_twice(db: Database) -> None:
    for number in range(20):
        await _asked(db, Owner("T1", f"U{number}"))
    rounds = await asyncio.gather(*(claim_checks(db, most=3, lease=30) for _ in range(8)))
    taken = [look.watch.id for looks in rounds for look in looks]
    assert len(taken) == len(set(taken))
    assert len({*taken, *(look.watch.id for look in await _looks(db))}) == 20


async def test_what_a_look_saw_is_kept_and_the_next_is_due_when_it_was_said(db: Database) -> None:
    await _asked(db)
    assert await record_check(db, await _look(db), ("dmarc.missing",), again_in=3_600)
    [seen] = await list_domain_watches(db, ANA)
    assert (seen.at_first, seen.open, seen.looks) == (CODES, ("dmarc.missing",), 1)
    assert seen.last_look is not None
    assert seen.next_look - seen.last_look == timedelta(hours=1)
    assert await _looks(db) == ()
    assert await _tellings(db) == ()


async def test_a_look_whose_lease_is_over_is_followed_by_another_and_dropped(db: Database) -> None:
    await _asked(db)
    late = await _look(db, lease=30)
    await pass_time(db, 31)
    assert not await record_check(db, late, (), again_in=None, ending=Ending.READY), "over, and no one has it yet"
    again = await _look(db)
    assert not await record_check(db, late, (), again_in=None, ending=Ending.READY)
    assert await record_check(db, again, CODES, again_in=60)
    assert await _tellings(db) == ()


async def test_a_look_at_what_was_stopped_meanwhile_tells_nothing(db: Database) -> None:
    mine = await _asked(db)
    look = await _look(db)
    await stop_watch(db, ANA, mine.id)
    assert not await record_check(db, look, (), again_in=None, ending=Ending.READY)
    assert await _tellings(db) == ()


async def test_a_look_that_is_given_back_is_due_at_once(db: Database) -> None:
    await _asked(db)
    await release_check(db, await _look(db))
    await _look(db)


@pytest.mark.parametrize("ending", Ending)
async def test_what_has_ended_is_reported_once_and_is_gone_then(db: Database, ending: Ending) -> None:
    await _ended(db, ending)
    assert await list_domain_watches(db, ANA) == ()
    assert await _looks(db) == ()
    rounds = await asyncio.gather(*(_tellings(db) for _ in range(6)))
    [telling] = [one for tellings in rounds for one in tellings]
    assert (telling.ending, telling.watch.owner, telling.watch.at_first) == (ending, ANA, CODES)
    assert (telling.watch.open, telling.watch.looks, telling.attempts) == (("mx.null",), 1, 0)
    await mark_notified(db, telling)
    await _change(db, lease_until=None)
    assert await _tellings(db) == ()


async def test_what_was_not_answered_is_tried_again_when_it_was_said(db: Database) -> None:
    await _ended(db)
    [telling] = await _tellings(db)
    assert await postpone_notice(db, telling, seconds=3_600)
    assert await _tellings(db) == ()
    await _change(db, not_before=datetime.now(UTC) - timedelta(seconds=1))
    [again] = await _tellings(db)
    assert again.attempts == 1
    assert await postpone_notice(db, telling, seconds=0)
    assert await _tellings(db) == (), "an old lease changes nothing"


async def test_a_person_who_cannot_be_reached_for_a_month_has_left(db: Database) -> None:
    await _ended(db)
    [telling] = await _tellings(db)
    await _change(db, ended_at=datetime.now(UTC) - timedelta(days=31))
    assert not await postpone_notice(db, telling, seconds=0)
    assert await _tellings(db) == ()


async def test_a_teller_that_died_is_followed_by_another(db: Database) -> None:
    await _ended(db)
    assert len(await _tellings(db, lease=30)) == 1
    await pass_time(db, 31)
    assert len(await _tellings(db)) == 1


async def test_it_can_be_asked_again_while_the_last_end_is_still_to_be_reported(db: Database) -> None:
    await _ended(db)
    anew = await _asked(db)
    [telling] = await _tellings(db)
    assert telling.watch.id != anew.id
    await mark_notified(db, telling)
    assert await list_domain_watches(db, ANA) == (anew,)


async def test_a_restart_loses_nothing_and_waits_for_no_lease_of_its_own_file(database_url: str) -> None:
    async with open_database(database_url) as db:
        await _ended(db)
        await _asked(db, BEN)
        assert len(await _looks(db)) == len(await _tellings(db)) == 1
    async with open_database(database_url) as db:
        own = 1 if database_url.startswith("sqlite") else 0  # on PostgreSQL another replica may hold them
        assert len(await _looks(db)) == len(await _tellings(db)) == own
        assert len(await list_domain_watches(db, BEN)) == 1
