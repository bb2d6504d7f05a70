"""Plans over a real database: what may be planned, and what is said where nothing can be."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest

from handlers.changes import submit
from handlers.changes.plans import ChangeServices
from handlers.drafts.services import DraftServices
from handlers.views.blocks import View
from model import Access, AccountRegion, AccountRegionStatus
from model.account import CaseAccess
from model.drafting import Owner, WrittenReply
from model.request import Refusal, RefusalKind, Reply, ReplyAnswers
from store import Database, open_database
from store.drafts import save_written, start_draft
from tests.support.blockkit import preformatted, read
from tests.support.databases import new_file
from tests.support.draft_app import PATIENT, watched

ANA = Owner("T1", "U1")
WAITS = watched(Access.NOT_GRANTED, case="177")


@dataclass
class Desk:
    """`places` are those that are watched, `after_poll` what a poll finds."""

    db: Database
    account_regions: Sequence[AccountRegionStatus] = (WAITS,)
    after_poll: Sequence[AccountRegionStatus] = ()
    polled: list[AccountRegion] = field(default_factory=list)

    async def state(self) -> Sequence[AccountRegionStatus]:
        return self.account_regions

    async def poll(self, account_regions: Sequence[AccountRegion]) -> None:
        self.polled += account_regions
        self.account_regions = self.after_poll or self.account_regions

    async def plan(self, text: str = "Our answer.", *, by: Owner = ANA) -> View:
        """What is shown to the owner of an answer who wants it posted."""
        begun = await start_draft(self.db, ANA, ReplyAnswers("Why?"), account_region=AccountRegion("main", "eu-west-1"))
        kept = await save_written(self.db, begun, WrittenReply(Refusal(RefusalKind.QUESTIONS), Reply(text, "There.")))
        assert kept
        drafts = DraftServices(cast(Any, None), self.db, account_regions=self.state, poll=self.poll, limits=PATIENT)
        changes = cast(Any, ChangeServices)(drafts, None, ("U1",), None, None, None)
        return await submit.post_view(changes, by, kept.id, shown_to="U1")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_database(new_file(tmp_path / "plans.sqlite3")) as db:
        yield Desk(db)


def with_access(access: CaseAccess) -> AccountRegionStatus:
    return replace(WAITS, state=replace(WAITS.state, case_access=access))


async def test_a_text_is_planned_for_its_case(desk: Desk) -> None:
    view = await desk.plan("拝" * 8_000)
    assert "".join(preformatted(view["blocks"])) == "拝" * 8_000
    assert view["submit"]["text"] == "Post on the case"
    assert "case 177" in read(view["blocks"])
    assert desk.polled == []


async def test_a_case_that_no_poll_has_seen_is_looked_for(desk: Desk) -> None:
    desk.account_regions, desk.after_poll = [watched(Access.IN_REVIEW)], [WAITS]
    assert "case 177" in read((await desk.plan())["blocks"])
    assert desk.polled == [WAITS.account_region]


@pytest.mark.parametrize(
    ("account_regions", "text", "words"),
    [
        ([WAITS], "x" * 8_001, "AWS takes 8,000 characters at a time; this text has 8,001"),
        ([WAITS], " \n", "This draft has no text yet"),
        ([with_access(CaseAccess.NO_PLAN)], "Text.", "support plan has no Support API"),
        ([with_access(CaseAccess.DENIED)], "Text.", "may not call the Support API"),
        ([watched(Access.IN_REVIEW)], "Text.", "names no support case here yet"),
        ([watched(region="us-east-1")], "Text.", "watches no account for this draft"),
        ([], "Text.", "could not be read just now"),
    ],
)
async def test_what_cannot_be_posted_is_said(
    desk: Desk, account_regions: Sequence[AccountRegionStatus], text: str, words: str
) -> None:
    desk.account_regions = account_regions
    view = await desk.plan(text)
    assert words in read(view["blocks"])
    assert "submit" not in view


async def test_the_draft_of_someone_else_is_not_there(desk: Desk) -> None:
    assert "This draft is gone" in read((await desk.plan(by=Owner("T1", "U2")))["blocks"])
    drafts = DraftServices(cast(Any, None), desk.db, account_regions=desk.state, limits=PATIENT)
    changes = cast(Any, ChangeServices)(drafts, None, ("U1",), None, None, None)
    view = await submit.post_view(changes, ANA, "0123456789abcdef", shown_to="U1")
    assert "This draft is gone" in read(view["blocks"])
