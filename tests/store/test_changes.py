"""A change is confirmed once and carried out by one process at a time, on both databases; what was done is kept."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from model import Access, AccountRegion, RegionState, Snapshot
from model.changes import Change, ChangeKind, ChangeState, ChangeStep
from model.drafting import Owner
from store import Database, claim_due, ensure_account_regions, load_status, open_database, record_poll
from store.changes import (
    ConfirmProblem,
    NotConfirmed,
    claim_changes,
    confirm_change,
    load_change,
    mark_reported,
    mark_step,
    plan_change,
    purge_changes,
    settle_change,
)
from store.tables import changes as table

ANA, BEN = Owner("T1", "U1"), "U2"
HERE = AccountRegion("main", "us-east-1")
ASK = ChangeStep("PutAccountDetails", "Request", {"WebsiteURL": "https://acme.com"})
TEXT = ChangeStep("AddCommunicationToCase", "Post", {"case": "177", "text": "Our answer."})


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url) as opened:
        yield opened


async def planned(db: Database, step: ChangeStep = ASK, kind: ChangeKind = ChangeKind.SUBMIT) -> Change:
    return await plan_change(db, ANA, kind, [step], account_region=HERE, subject="draft", revision=1, lock="one thing")


async def confirmed(db: Database, step: ChangeStep = ASK, kind: ChangeKind = ChangeKind.SUBMIT) -> Change:
    held = await confirm_change(db, (await planned(db, step, kind)).id, BEN)
    assert isinstance(held, Change)
    return held


async def ended(db: Database, held: Change, state: ChangeState, words: str = "") -> Change:
    marked = await mark_step(db, held, 0, state, words)
    assert marked
    settled = await settle_change(db, marked)
    assert settled
    await mark_reported(db, settled)
    return settled


async def backdate(db: Database, one: Change, **columns: Any) -> None:
    async with db.transaction() as conn:
        await conn.execute(update(table).where(table.c.id == one.id).values(**columns))


def ago(**span: float) -> datetime:
    return datetime.now(UTC) - timedelta(**span)


def why(outcome: Change | NotConfirmed) -> ConfirmProblem | None:
    return outcome.why if isinstance(outcome, NotConfirmed) else None


async def test_of_many_who_confirm_one_plan_one_does(db: Database) -> None:
    plan = await planned(db)
    outcomes = await asyncio.gather(*(confirm_change(db, plan.id, f"U{number}") for number in range(8)))
    [held] = [one for one in outcomes if isinstance(one, Change)]
    assert [why(one) for one in outcomes if one is not held] == [ConfirmProblem.TAKEN] * 7
    found = await load_change(db, plan.id)
    assert found
    assert (found.state, found.confirmed_by) == (ChangeState.INTENDED, held.confirmed_by)


async def test_of_two_plans_of_one_thing_one_is_confirmed(db: Database) -> None:
    plans = [await planned(db) for _ in range(4)]
    outcomes = await asyncio.gather(*(confirm_change(db, one.id, BEN) for one in plans))
    assert sorted(str(why(one)) for one in outcomes) == sorted(["None", *[str(ConfirmProblem.BUSY)] * 3])


async def test_a_plan_that_is_gone_or_old_is_not_confirmed(db: Database) -> None:
    assert why(await confirm_change(db, "0123456789abcdef", BEN)) is ConfirmProblem.GONE
    plan = await planned(db)
    await backdate(db, plan, planned_at=ago(minutes=16))
    assert why(await confirm_change(db, plan.id, BEN)) is ConfirmProblem.EXPIRED


@pytest.mark.parametrize("state", [ChangeState.DONE, ChangeState.REFUSED, ChangeState.UNKNOWN])
async def test_what_came_to_its_end_is_in_no_ones_way(db: Database, state: ChangeState) -> None:
    await ended(db, await confirmed(db), state)
    assert isinstance(await confirm_change(db, (await planned(db)).id, BEN), Change)


async def test_what_is_still_unknown_is_in_the_way(db: Database) -> None:
    held = await confirmed(db)
    assert await mark_step(db, held, 0, ChangeState.UNKNOWN)
    assert why(await confirm_change(db, (await planned(db)).id, BEN)) is ConfirmProblem.BUSY


async def test_a_text_is_posted_once(db: Database) -> None:
    post = ChangeKind.POST
    await ended(db, await confirmed(db, TEXT, post), ChangeState.DONE)
    assert why(await confirm_change(db, (await planned(db, TEXT, post)).id, BEN)) is ConfirmProblem.REPEATED
    other = ChangeStep(TEXT.operation, TEXT.title, {"case": "177", "text": "Another answer."})
    await ended(db, await confirmed(db, other, post), ChangeState.REFUSED)
    await confirmed(db, other, post)


async def test_a_lost_lease_writes_nothing(db: Database) -> None:
    held = await confirmed(db)
    assert await claim_changes(db, most=9) == (), "it is carried out"
    await backdate(db, held, lease_until=ago(seconds=1))
    [taken] = await claim_changes(db, most=9)
    assert await mark_step(db, held, 0, ChangeState.SENT) is None
    assert await settle_change(db, held) is None
    sent = await mark_step(db, taken, 0, ChangeState.SENT)
    assert sent
    assert sent.steps[0].sent_at == sent.read_at


async def test_of_two_who_take_up_what_was_left_one_gets_it(db: Database) -> None:
    held = await confirmed(db)
    await backdate(db, held, lease_until=ago(seconds=1))
    found = await asyncio.gather(*(claim_changes(db, most=4) for _ in range(4)))
    assert [len(one) for one in found if one] == [1]


async def test_what_was_settled_and_not_reported_is_taken_up(db: Database) -> None:
    held = await confirmed(db)
    marked = await mark_step(db, held, 0, ChangeState.DONE, "AWS has it.", receipt="177")
    assert marked
    assert await settle_change(db, marked)
    await backdate(db, held, lease_until=ago(seconds=1))
    [taken] = await claim_changes(db, most=4)
    assert taken.settled_at is not None
    assert (taken.steps[0].words, taken.steps[0].receipt) == ("AWS has it.", "177")
    await mark_reported(db, taken)
    await backdate(db, held, lease_until=None)
    assert await claim_changes(db, most=4) == ()


async def test_plans_are_kept_a_week_and_what_was_done_a_year(db: Database) -> None:
    plan, done = await planned(db), await ended(db, await confirmed(db), ChangeState.DONE)
    under_way = await confirmed(db)
    assert await purge_changes(db) == 0
    await backdate(db, plan, planned_at=ago(days=8))
    await backdate(db, done, settled_at=ago(days=364))
    await backdate(db, under_way, planned_at=ago(days=400))
    assert await purge_changes(db) == 1
    await backdate(db, done, settled_at=ago(days=366))
    assert await purge_changes(db) == 1
    assert await load_change(db, under_way.id), "what has not ended is never forgotten"


@pytest.mark.parametrize(
    ("state", "by"), [(ChangeState.DONE, BEN), (ChangeState.UNKNOWN, BEN), (ChangeState.REFUSED, None)]
)
async def test_a_request_that_was_not_sent_is_no_ones(db: Database, state: ChangeState, by: str | None) -> None:
    await ensure_account_regions(db, {HERE: None})
    [claim] = await claim_due(db, most=1, lease=30)
    assert await record_poll(db, claim, RegionState(Snapshot(Access.SANDBOX)), (), again_in=60)
    await ended(db, await confirmed(db), state)
    [found] = await load_status(db)
    assert found.state.asked_by == by


async def test_the_status_says_when_events_were_last_rehearsed(db: Database) -> None:
    await ensure_account_regions(db, {HERE: "#ops"})
    await ended(db, await confirmed(db, ASK, ChangeKind.REHEARSAL), ChangeState.REFUSED)
    [one] = await load_status(db)
    assert one.rehearsed_at is None, "only one that came to its end counts"
    done = await ended(db, await confirmed(db, ASK, ChangeKind.REHEARSAL), ChangeState.DONE)
    [one] = await load_status(db)
    assert one.rehearsed_at == done.settled_at
