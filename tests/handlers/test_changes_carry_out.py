"""Carrying out over a real database and a scripted Slack: what AWS does is a table of outcomes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from handlers.background import Background
from handlers.changes import carry_out
from handlers.changes.carry_out import OPERATIONS, Operation
from handlers.changes.plans import ChangeServices
from handlers.drafts.services import DraftServices
from handlers.listeners import Services
from model import AccountRegion
from model.changes import Change, ChangeKind, ChangeState, ChangeStep, StepOutcome
from model.drafting import Owner
from store import Database, open_database
from store.changes import claim_changes, confirm_change, load_change, plan_change
from tests.support.databases import new_file
from tests.support.patience import PATIENCE
from tests.support.web_api import Answer, ScriptedSlack, rate_limit, refusal, scripted_slack

DONE, SENT = StepOutcome(ChangeState.DONE, "Done."), StepOutcome(ChangeState.SENT)
MISSING, UNKNOWN = StepOutcome(ChangeState.REFUSED, "Missing."), StepOutcome(ChangeState.UNKNOWN, "Lost.")
POST, UPDATE = "chat.postMessage", "chat.update"
BOTH = [("U2", True), ("U1", True)]
SHOWN: Answer = (200, '{"ok": true, "channel": "D1", "ts": "1.2"}', {})


@dataclass
class Stage:
    """`reads` is what reading back gives, the last of it for good; `called` counts the calls."""

    db: Database
    scripted: ScriptedSlack
    changes: ChangeServices
    reads: Sequence[StepOutcome] = (DONE,)
    outcome: StepOutcome = SENT
    called: int = 0
    read: int = 0
    hurried: list[AccountRegion] = field(default_factory=list)

    async def call(self, *_: object) -> StepOutcome:
        self.called += 1
        return self.outcome

    async def read_back(self, *_: object) -> StepOutcome:
        self.read += 1
        return self.reads[min(self.read, len(self.reads)) - 1]

    async def confirmed(self) -> Change:
        step = ChangeStep("Test", "Do it")
        account_region = AccountRegion("main", "us-east-1")
        plan = await plan_change(
            self.db,
            Owner("T1", "U1"),
            ChangeKind.SUBMIT,
            [step],
            account_region=account_region,
            subject="d",
            revision=1,
            lock="one",
        )
        held = await confirm_change(self.db, plan.id, "U2")
        assert isinstance(held, Change)
        return held

    async def carried_out(self) -> Change:
        held = await self.confirmed()
        await carry_out.carry_out_change(self.changes, held)
        found = await load_change(self.db, held.id)
        assert found
        return found

    def posted(self) -> list[tuple[str, bool]]:
        """Whom something was posted to, after the progress, and whether in blocks."""
        return [(body["channel"], bool(body["blocks"])) for path, body in self.scripted.requests if path == POST][1:]


@dataclass
class _Services:
    slack: Any
    background: Background = field(default_factory=Background)


@pytest.fixture
async def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with open_database(new_file(tmp_path / "changes.sqlite3")) as db, scripted_slack() as scripted:
        hurried: list[AccountRegion] = []

        async def hurry(account_regions: Sequence[AccountRegion]) -> None:
            hurried.extend(account_regions)

        changes = ChangeServices(
            DraftServices(cast(Services, _Services(scripted.slack)), db),
            cast(Any, None),
            ("U2",),
            hurry,
            lambda _: None,
            cast(Any, None),
            certain_after=-1,
            give_up_after=60,
        )
        found = Stage(db, scripted, changes, hurried=hurried)
        scripted.answers(POST, SHOWN)
        monkeypatch.setitem(cast(Any, OPERATIONS), "Test", Operation(call=found.call, read_back=found.read_back))
        monkeypatch.setattr(carry_out, "_READ_BACK_PAUSES", (0.0, 0.0))
        yield found


async def test_what_is_done_is_reported_to_both_people_once(stage: Stage) -> None:
    done = await stage.carried_out()
    assert (done.state, stage.called) == (ChangeState.DONE, 1)
    assert stage.posted() == BOTH
    assert stage.hurried == [done.account_region]
    assert await claim_changes(stage.db, most=9) == ()


@pytest.mark.parametrize(
    ("outcome", "reads", "state"),
    [
        (StepOutcome(ChangeState.REFUSED, "No."), (DONE,), ChangeState.REFUSED),
        (UNKNOWN, (DONE,), ChangeState.DONE),
        (UNKNOWN, (UNKNOWN, DONE), ChangeState.DONE),
        (UNKNOWN, (MISSING,), ChangeState.REFUSED),
        (SENT, (MISSING,), ChangeState.DONE),
    ],
)
async def test_the_truth_is_read_back(
    stage: Stage, outcome: StepOutcome, reads: Sequence[StepOutcome], state: ChangeState
) -> None:
    stage.outcome, stage.reads = outcome, reads
    assert (await stage.carried_out()).state is state
    assert stage.called == 1
    assert stage.posted() == BOTH


async def test_what_stays_unknown_is_let_go_and_then_said(stage: Stage) -> None:
    stage.outcome, stage.reads = UNKNOWN, (UNKNOWN,)
    held = await stage.carried_out()
    assert held.settled_at is None
    assert stage.posted() == [], "nothing is claimed"
    object.__setattr__(stage.changes, "give_up_after", -1.0)
    async with asyncio.timeout(PATIENCE):
        while not (taken := await claim_changes(stage.db, most=1)):  # noqa: ASYNC110 - a lease that ends has no event
            await asyncio.sleep(0.1)
    await carry_out.carry_out_change(stage.changes, taken[0])
    after = await load_change(stage.db, held.id)
    assert after
    assert (after.state, after.settled_at is not None) == (ChangeState.UNKNOWN, True)
    assert stage.posted() == BOTH
    assert stage.called == 1


async def test_where_slack_refuses_the_tasks_plain_blocks_show_the_progress(stage: Stage) -> None:
    stage.scripted.answers(POST, refusal("invalid_blocks"), SHOWN)
    stage.scripted.answers(UPDATE, refusal("invalid_blocks"))
    await stage.carried_out()
    shown = [[block["type"] for block in body["blocks"]] for path, body in stage.scripted.requests if path == UPDATE]
    assert shown == [["plan", "context"], ["header", "rich_text", "context"]]


@pytest.mark.parametrize("error", ["user_not_found", "cannot_dm_bot", "not_in_channel"])
async def test_a_person_whom_no_message_reaches_keeps_no_one_from_knowing(stage: Stage, error: str) -> None:
    stage.scripted.answers(POST, SHOWN, refusal(error))
    await stage.carried_out()
    assert stage.posted() == BOTH
    assert await claim_changes(stage.db, most=9) == ()


async def test_a_person_who_knows_is_not_told_again_while_the_other_is_waited_for(stage: Stage) -> None:
    stage.scripted.answers(POST, SHOWN, SHOWN, rate_limit(600))
    held = await stage.carried_out()
    assert stage.posted() == BOTH, "the second was not taken"
    await carry_out.carry_out_change(stage.changes, held)
    assert stage.posted() == [*BOTH, ("U1", True)]
