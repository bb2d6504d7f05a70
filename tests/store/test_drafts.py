"""A step that was handed in is never lost, no one sees another's draft, and a reminder goes out once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from model import AccountRegion, Checked, Finding, Outcome, Report, Verdict
from model.drafting import (
    AnswerWhen,
    DraftKind,
    DueReminder,
    Owner,
    StoredDraft,
    SubmitWhen,
    WrittenReply,
    WrittenRequest,
)
from model.request import (
    Answers,
    ContactLanguage,
    Leaving,
    MailKind,
    MailType,
    Part,
    Refusal,
    RefusalKind,
    Remark,
    Reply,
    ReplyAnswers,
    Request,
    Rhythm,
    Severity,
    Unconfirmed,
)
from model.watching import Turn
from store import Database, claim_due, ensure_account_regions, load_status, open_database, record_poll, record_turn
from store.drafts import (
    claim_reminders,
    delete_draft,
    list_drafts,
    list_posted_texts,
    load_draft,
    mark_posted,
    mark_reminded,
    postpone_reminder,
    purge_drafts,
    reschedule_reminder,
    save_draft_report,
    save_step,
    save_written,
    schedule_reminder,
    start_draft,
)
from store.tables import drafts as table
from tests.support.databases import pass_time

ANA, BEN = Owner("T1", "U1"), Owner("T1", "U2")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FULL = Answers(
    name="Hafen & Söhne <!channel>",
    business="靴を売っています。\n\x00🙂",
    kinds=(
        MailKind("Receipt", MailType.TRANSACTIONAL, "An order is paid.", Rhythm.ON_EVENT, None, 10**12, 1.5),
        MailKind("Letter", MailType.MARKETING, leaving=(Leaving.LINK, Leaving.ONE_CLICK)),
    ),
    confirmed=False,
    unconfirmed=Unconfirmed.DELETED,
    unconfirmed_days=7,
    busiest=90,
    contacts=("a@acme.com", "b@acme.com"),
    language=ContactLanguage.JA,
    mail_type=MailType.MARKETING,
)
APPEAL = ReplyAnswers("x" * 20_000, answers=("", "Because."), posted=("once",), case_closed=False)
REPORT = Checked(
    Report("acme.com", Verdict.READY, (Finding("dmarc", Outcome.PASS, "dmarc.ok", "Fine.", ("v=DMARC1",)),), 0.5, 9),
    "acme.com",
    registered=date(2020, 1, 2),
)
THEN = datetime(2026, 11, 24, 9, tzinfo=UTC)
REQUEST = WrittenRequest(
    Request(
        MailType.MARKETING,
        "why",
        "https://acme.com",
        "  text \n\n靴 ",
        ("a@acme.com",),
        ContactLanguage.JA,
        "message",
        (Part("", ("a", "b")), Part("head", ())),
    ),
    (Remark("x.y", Severity.WARN, "kinds.0.count", "", "advice"),),
    SubmitWhen(datetime(2026, 11, 23, 9, tzinfo=UTC), True, "now"),
    AnswerWhen(THEN, THEN, THEN, "then"),
)
REPLY = WrittenReply(Refusal(RefusalKind.QUESTIONS, questions=("Why?",)), Reply("Because.", "In the case."))


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url) as opened:
        yield opened


async def _saved(db: Database, owner: Owner = ANA, name: str = "") -> StoredDraft:
    begun = await start_draft(db, owner, Answers(name=name))
    saved = await save_step(db, owner, begun.id, lambda d: (d.answers, "business"))
    assert saved
    return saved


async def _due(db: Database) -> list[DueReminder]:
    return list(await claim_reminders(db, most=10, lease=30))


async def _backdate(db: Database, draft_id: str, days: float) -> None:
    async with db.transaction() as conn:
        then = datetime.now(UTC) - timedelta(days=days)
        await conn.execute(update(table).where(table.c.id == draft_id).values(updated_at=then))


@pytest.mark.parametrize("answers", [FULL, APPEAL, Answers()])
async def test_answers_come_back_as_they_were(db: Database, answers: Answers | ReplyAnswers) -> None:
    begun = await start_draft(db, ANA, answers, account_region=AccountRegion("main", "eu-west-1"), channel="C1")
    assert await load_draft(db, ANA, begun.id) == begun
    assert begun.answers == answers
    assert begun.kind is (DraftKind.APPEAL if isinstance(answers, ReplyAnswers) else DraftKind.REQUEST)


async def test_a_step_changes_its_own_fields_and_leaves_the_rest(db: Database) -> None:
    begun = await start_draft(db, ANA, FULL)
    saved = await save_step(db, ANA, begun.id, lambda d: (replace(d.request, domain="acme.com"), "business"))
    assert saved
    assert saved.request == replace(FULL, domain="acme.com")
    assert (saved.domain, saved.step, saved.finished, saved.revision) == ("acme.com", "business", False, 1)
    assert await load_draft(db, ANA, begun.id) == saved


async def test_two_windows_on_one_draft_lose_nothing(db: Database) -> None:
    begun = await start_draft(db, ANA, Answers())
    fields = ("name", "business", "place", "since", "opt_in", "example", "bounces", "website")
    await asyncio.gather(
        *(
            save_step(db, ANA, begun.id, lambda d, f=name: (replace(d.request, **{f: f}), "business"))  # type: ignore[misc]  # a default binds the loop's name
            for name in fields
        )
    )
    found = await load_draft(db, ANA, begun.id)
    assert found
    assert [getattr(found.request, name) for name in fields] == list(fields)
    assert found.revision == len(fields)


async def test_a_change_that_fails_leaves_the_draft_as_it_was(db: Database) -> None:
    saved = await _saved(db, name="Acme")

    def broken(_: StoredDraft) -> None:
        raise ValueError

    with pytest.raises(ValueError):
        await save_step(db, ANA, saved.id, broken)
    assert await load_draft(db, ANA, saved.id) == saved


async def test_no_one_reaches_the_draft_of_someone_else(db: Database) -> None:
    mine = await _saved(db, name="Acme")
    for other in (BEN, Owner("T2", "U1")):
        assert await load_draft(db, other, mine.id) is None
        assert await list_drafts(db, other) == ()
        assert await save_step(db, other, mine.id, lambda d: (d.answers, "form")) is None
        assert await mark_posted(db, other, mine.id, ["text"]) is None
        assert not await delete_draft(db, other, mine.id)
        await schedule_reminder(db, other, mine.id, LONG_AGO)
    assert await load_draft(db, ANA, mine.id) == mine
    assert await _due(db) == []


async def test_a_change_may_decline(db: Database) -> None:
    mine = await _saved(db)
    assert await save_step(db, ANA, mine.id, lambda _: None) is None
    assert await load_draft(db, ANA, mine.id) == mine


async def test_the_list_has_the_latest_first_and_leaves_out_what_was_never_handed_in(db: Database) -> None:
    first, second = await _saved(db, name="a"), await _saved(db, name="b")
    await start_draft(db, ANA, Answers(name="only opened"))
    await _saved(db, BEN, name="c")
    assert [one.id for one in await list_drafts(db, ANA)] == [second.id, first.id]
    await save_step(db, ANA, first.id, lambda d: (d.answers, "consent"))
    assert [one.id for one in await list_drafts(db, ANA)] == [first.id, second.id]
    assert await list_drafts(db, ANA, kind=DraftKind.APPEAL) == ()
    assert len(await list_drafts(db, ANA, started=False)) == 3
    assert len(await list_drafts(db, ANA, most=1)) == 1


@pytest.mark.parametrize(("answers", "written"), [(FULL, REQUEST), (APPEAL, REPLY)])
async def test_the_finished_text_comes_back_to_the_byte(
    db: Database, answers: Answers | ReplyAnswers, written: WrittenRequest | WrittenReply
) -> None:
    begun = await start_draft(db, ANA, answers)
    kept = await save_written(db, begun, written)
    assert kept
    assert kept.written == written
    assert await load_draft(db, ANA, begun.id) == kept
    await save_step(db, ANA, begun.id, lambda d: (d.answers, "business"))
    assert await save_written(db, begun, written) is None, "it is of answers that changed meanwhile"


async def test_the_report_is_kept_with_the_draft(db: Database) -> None:
    begun = await start_draft(db, ANA, FULL, report=REPORT)
    found = await load_draft(db, ANA, begun.id)
    assert found
    assert found.report == REPORT
    newer = replace(REPORT, website="https://shop.acme.com")
    await save_draft_report(db, found, newer)
    found = await load_draft(db, ANA, begun.id)
    assert found
    assert found.report == newer


async def test_posting_says_that_it_is_the_turn_of_aws(db: Database) -> None:
    here, elsewhere = AccountRegion("main", "eu-west-1"), AccountRegion("main", "us-east-1")
    await ensure_account_regions(db, {here: None, elsewhere: None})
    mine = await start_draft(db, ANA, APPEAL, account_region=AccountRegion("", "eu-west-1"))
    await mark_posted(db, ANA, mine.id, ["text"])
    found = {one.account_region: one.state for one in await load_status(db)}
    assert found[here].said_turn is Turn.AWS
    assert found[here].said_turn_at is not None
    assert found[elsewhere].said_turn is None
    await record_turn(db, here, Turn.OURS)
    assert {one.account_region: one.state for one in await load_status(db)}[here].said_turn is Turn.OURS


async def test_an_account_that_is_not_named_must_be_the_only_one_there(db: Database) -> None:
    await ensure_account_regions(
        db, {AccountRegion("main", "eu-west-1"): None, AccountRegion("other", "eu-west-1"): None}
    )
    await record_turn(db, AccountRegion("", "eu-west-1"), Turn.AWS)
    assert [one.state.said_turn for one in await load_status(db)] == [None, None]


async def test_a_poll_under_way_does_not_undo_what_a_person_did(db: Database) -> None:
    here = AccountRegion("main", "eu-west-1")
    await ensure_account_regions(db, {here: None})
    [claim] = await claim_due(db, most=5, lease=60)
    await record_turn(db, here, Turn.AWS)
    assert await record_poll(db, claim, claim.state, (), again_in=0)
    [seen] = await load_status(db)
    assert seen.state.said_turn is Turn.AWS


async def test_a_deleted_draft_is_gone(db: Database) -> None:
    mine, other = await _saved(db), await _saved(db)
    assert await delete_draft(db, ANA, mine.id)
    assert not await delete_draft(db, ANA, mine.id)
    assert [one.id for one in await list_drafts(db, ANA)] == [other.id]


@pytest.mark.parametrize(
    ("age", "step", "kept"), [(89, True, True), (91, True, False), (0.9, False, True), (1.1, False, False)]
)
async def test_what_no_one_touches_is_purged(db: Database, age: float, step: bool, kept: bool) -> None:
    mine = await _saved(db) if step else await start_draft(db, ANA, Answers())
    await _backdate(db, mine.id, age)
    assert await purge_drafts(db, days=90) == (0 if kept else 1)
    assert (await load_draft(db, ANA, mine.id) is not None) is kept


async def test_what_was_posted_is_remembered_for_the_appeal(db: Database) -> None:
    mine = await start_draft(db, ANA, Answers(region="eu-west-1"))
    elsewhere = await start_draft(db, ANA, Answers(region="us-east-1"))
    posted = await mark_posted(db, ANA, mine.id, ["description", "message"])
    again = await mark_posted(db, ANA, mine.id, ["message", "edited"])
    await mark_posted(db, ANA, elsewhere.id, ["elsewhere"])
    assert posted
    assert again
    assert again.posted_at == posted.posted_at is not None
    assert await list_posted_texts(db, ANA, region="eu-west-1") == ("description", "message", "edited")
    assert await list_posted_texts(db, BEN, region="eu-west-1") == ()


async def test_a_reminder_goes_out_once(db: Database) -> None:
    mine = await _saved(db)
    await schedule_reminder(db, ANA, mine.id, LONG_AGO)
    rounds = await asyncio.gather(*(_due(db) for _ in range(8)))
    [reminder] = [one for round_ in rounds for one in round_]
    assert (reminder.draft.id, reminder.draft.owner) == (mine.id, ANA)
    await mark_reminded(db, reminder)
    await schedule_reminder(db, ANA, mine.id, LONG_AGO)
    assert await _due(db) == [], "it was said once, and the result may be shown again"


async def test_no_one_is_reminded_of_what_is_posted_or_not_due(db: Database) -> None:
    posted, later = await _saved(db), await _saved(db)
    await schedule_reminder(db, ANA, posted.id, LONG_AGO)
    await mark_posted(db, ANA, posted.id, [])
    await schedule_reminder(db, ANA, posted.id, LONG_AGO)
    await schedule_reminder(db, ANA, later.id, datetime.now(UTC) + timedelta(hours=1))
    assert await _due(db) == []


async def test_a_reminder_that_was_asked_for_comes_whatever_was_before(db: Database) -> None:
    mine = await _saved(db)
    await schedule_reminder(db, ANA, mine.id, LONG_AGO)
    [reminder] = await _due(db)
    await mark_reminded(db, reminder)
    await reschedule_reminder(db, ANA, mine.id, datetime.now(UTC) + timedelta(days=40))
    await _backdate(db, mine.id, 91)
    assert await purge_drafts(db, days=90) == 0, "it is kept until then"
    await reschedule_reminder(db, ANA, mine.id, LONG_AGO)
    [again] = await _due(db)
    await mark_reminded(db, again)
    assert await purge_drafts(db, days=90) == 1


async def test_a_reminder_that_was_not_answered_comes_again(db: Database) -> None:
    mine = await _saved(db)
    await schedule_reminder(db, ANA, mine.id, LONG_AGO)
    [reminder] = await _due(db)
    await postpone_reminder(db, reminder, seconds=0)
    [again] = await _due(db)
    assert again.token != reminder.token
    await postpone_reminder(db, reminder, seconds=0)
    assert await _due(db) == [], "the one who lost the lease decides nothing"


async def test_a_reminder_of_a_process_that_died_goes_to_another(db: Database) -> None:
    mine = await _saved(db)
    await schedule_reminder(db, ANA, mine.id, LONG_AGO)
    assert len(await claim_reminders(db, most=10, lease=30)) == 1
    assert await _due(db) == []
    await pass_time(db, 31)
    assert len(await _due(db)) == 1


async def test_drafts_survive_a_restart(database_url: str) -> None:
    async with open_database(database_url) as db:
        mine = await _saved(db, name="Acme")
    async with open_database(database_url) as db:
        assert await load_draft(db, ANA, mine.id) == mine
