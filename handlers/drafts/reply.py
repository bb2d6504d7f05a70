"""`/ses-appeal`: the answer to AWS. The person pastes what AWS wrote; what they see then depends on what it is.

Questions become fields, a refusal asks for what is new, "not yet" and an approval need no letter. Whether AWS has read
an answer before is known from what was posted, or asked; never taken from a phrase. Saved step by step like a request;
"Edit" and "Open" of a draft of either kind are here as well, since they open both.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

from drafts.reply import find_known_answers
from handlers.drafts import result
from handlers.drafts.context import same_account_region
from handlers.drafts.forms import AppealSubject, BadSubject, DraftForm, account_region_of, reply_with, subject_of
from handlers.drafts.listeners import GONE, DraftListeners, StepResult, open_form, opened_in, surface_of
from handlers.drafts.request import LIST, request_form
from handlers.drafts.services import DraftServices
from handlers.listeners import Asker, Services
from handlers.payloads import Press
from handlers.views import words
from handlers.views.blocks import View
from handlers.views.drafts import reply as views
from handlers.views.drafts.request import first_note, plain_view
from handlers.views.drafts.result import EDIT, OPEN
from model import Access, AccountRegion, AccountRegionStatus
from model.drafting import DONE, DraftKind, Owner, StoredDraft, WrittenReply
from model.request import Refusal, RefusalKind, ReplyAnswers
from model.watching import Turn
from store import load_latest_case_message, record_turn
from store.drafts import (
    list_drafts,
    load_draft,
    reschedule_reminder,
    save_step,
    save_written,
    set_draft_account_region,
    start_draft,
)

LISTENERS = DraftListeners()
COMMAND = "/ses-appeal"
START = "appeal_start"
_HELP = frozenset({"help", "--help", "-h", "?"})
_REPEATED = "AWS has read this text already, and would answer the same. Say what is new since then."
_PASTE = "Paste what AWS wrote."
_NOTHING = "Then there is nothing to answer about production access. Nothing was written; close this."
_OURS = frozenset({RefusalKind.QUESTIONS, RefusalKind.NO_DETAILS, RefusalKind.STILL_NO, RefusalKind.CONCERN})
"""Messages after which it is our turn."""


@LISTENERS.command(COMMAND, "opening the draft")
async def command(services: Services, drafts: DraftServices, asker: Asker, typed: str) -> None:
    """Shows help or the list, or opens the answer that was meant."""
    word = typed.strip().lower()
    if word in _HELP:
        return await asker.surface.tell(words.usage_message(COMMAND))
    if word in LIST:
        return await asker.surface.tell(await result.listed(drafts, asker.owner))
    return await start(services, drafts, asker, typed)


@LISTENERS.action(START, "opening the draft")
async def start_button(services: Services, drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Opens the answer about the account, region and case that a button carries."""
    return await start(services, drafts, asker, press.value)


async def start(services: Services, drafts: DraftServices, asker: Asker, text: str) -> None:
    """Opens the answer that `text` means, or says how to name one."""
    account_regions = await drafts.known_account_regions()
    try:
        subject = subject_of(text, account_regions)
    except BadSubject as bad:
        return await asker.surface.tell(words.usage_message(COMMAND, str(bad)))
    if subject.draft:
        view = _opened(drafts, asker, subject.draft, from_start=False)
    else:
        view = _first_view(drafts, asker, subject, account_regions)
    return await open_form(services, drafts, asker, view)


async def _first_view(
    drafts: DraftServices, asker: Asker, subject: AppealSubject, account_regions: Sequence[AccountRegionStatus]
) -> View:
    """Returns the answer to AWS's latest message on that case, or about that account or region, that is not posted yet;
    else a new one: an answer to an earlier message stays as it was written."""
    account_region = _account_region_of(subject, account_regions)
    case = subject.case_id or _case_at(account_region, account_regions)
    mine = await list_drafts(drafts.db, asker.owner, kind=DraftKind.APPEAL, started=False, most=200)
    named = bool(subject.case_id or subject.account_region)
    about = [one for one in mine if not named or _is_about(one, account_region, case)]
    # the case is read where the support plan allows
    wrote = (await load_latest_case_message(drafts.db, account_region, case) or "") if account_region else ""
    if any(one.posted_at and _same_text(one.reply.message, wrote) for one in about):
        wrote = ""  # answered already
    found = _begun([one for one in about if not one.posted_at], wrote)
    if found is None:
        answers = ReplyAnswers(case_id=case)
        found = await start_draft(
            drafts.db, asker.owner, answers, account_region=account_region, channel=asker.surface.channel
        )
    found = _with_subject(found, account_region, case)
    if not found.reply.message:
        found = replace(found, answers=replace(found.reply, message=wrote))
    here = [one for one in account_regions if account_region and one.account_region == account_region]
    await opened_in(drafts, found, asker.surface)
    return await _message_view(drafts, found, account_regions, note=first_note("", None, here, reply=True))


def _begun(unposted: Sequence[StoredDraft], wrote: str) -> StoredDraft | None:
    """Returns the answer to go on with: to what AWS wrote last, or one that has no message of AWS yet."""
    if not wrote:
        return next(iter(unposted), None)
    same = (one for one in unposted if _same_text(one.reply.message, wrote))
    return next(same, None) or next((one for one in unposted if not one.reply.message), None)


def _same_text(one: str, other: str) -> bool:
    return one.split() == other.split()


def _with_subject(stored: StoredDraft, account_region: AccountRegion | None, case: str) -> StoredDraft:
    """Returns what an answer begun earlier did not know of its subject yet; the form hands it in."""
    if case and not stored.reply.case_id:
        stored = replace(stored, answers=replace(stored.reply, case_id=case))
    if account_region and not stored.region:
        stored = replace(stored, account=stored.account or account_region.account, region=account_region.region)
    return stored


def _is_about(stored: StoredDraft, account_region: AccountRegion | None, case: str) -> bool:
    if case and stored.reply.case_id:
        return stored.reply.case_id == case
    return account_region is not None and (stored.account, stored.region) == (
        account_region.account,
        account_region.region,
    )


def _account_region_of(subject: AppealSubject, account_regions: Sequence[AccountRegionStatus]) -> AccountRegion | None:
    """Returns the one account region that was meant: named whole or in part, or the only one whose review ended
    badly."""
    if subject.account_region is not None:
        wanted = subject.account_region
        match = [
            one.account_region
            for one in account_regions
            if wanted.account in ("", one.account_region.account) and wanted.region in ("", one.account_region.region)
        ]
        return match[0] if len(match) == 1 else wanted
    known = [(one.account_region, one.known.snapshot) for one in account_regions if one.known.snapshot]
    refused = [account_region for account_region, snapshot in known if snapshot.access is Access.NOT_GRANTED]
    likely = refused or [account_region for account_region, snapshot in known if snapshot.case_id]
    return likely[0] if len(likely) == 1 else None


def _case_at(account_region: AccountRegion | None, account_regions: Sequence[AccountRegionStatus]) -> str:
    found = (one.known.snapshot for one in account_regions if one.account_region == account_region)
    return next((snapshot.case_id or "" for snapshot in found if snapshot), "")


@LISTENERS.action(EDIT, "opening the draft")
async def edit(services: Services, drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Opens a draft at its first step: what is handed in is written anew."""
    view = _opened(drafts, asker, press.value, from_start=True)
    return await open_form(services, drafts, asker, view)


@LISTENERS.action(OPEN, "opening the draft")
async def open_draft(services: Services, drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Opens a draft where it was left."""
    view = _opened(drafts, asker, press.value, from_start=False)
    return await open_form(services, drafts, asker, view)


async def _opened(drafts: DraftServices, asker: Asker, draft_id: str, *, from_start: bool) -> View:
    stored = await load_draft(drafts.db, asker.owner, draft_id)
    if stored is None:
        return plain_view(GONE)
    account_regions = await drafts.known_account_regions()
    await opened_in(drafts, stored, asker.surface)
    if stored.kind is DraftKind.REQUEST:
        return request_form(stored, account_regions, from_start=from_start)
    if from_start or not stored.step or stored.step == DONE:
        return await _message_view(drafts, stored, account_regions)
    return await _second_view(drafts, stored, await result.read_message(drafts, stored.reply))


# The steps


@LISTENERS.form(views.CALLBACK)
async def take_step(services: Services, drafts: DraftServices, form: DraftForm, owner: Owner) -> StepResult:
    """Saves the step; then shows what fits the kind of AWS's message, or writes the answer."""
    head = form.step.partition(".")[0]
    last = head in (views.ANSWERS, views.POINTS)
    before = await load_draft(drafts.db, owner, form.draft)
    stored = await _saved(drafts, form, owner, head)
    if stored is None or before is None:
        return StepResult(errors={"": GONE})
    if not last:
        return await _after_message(services, drafts, before, stored, asked=head == views.ABOUT)
    written = await result.write_reply(drafts, stored)
    if written.reply is None or written.message in await _posted(drafts, stored):
        return StepResult(stored, errors={"changed": _REPEATED})
    done = await save_step(drafts.db, owner, form.draft, lambda before: (before.answers, DONE))
    return (
        StepResult(done, work=result.write_and_post(services, drafts, done)) if done else StepResult(errors={"": GONE})
    )


async def _posted(drafts: DraftServices, stored: StoredDraft) -> tuple[str, ...]:
    answers, _, _ = await result.reply_facts(drafts, stored)
    return tuple(text for text in answers.posted if text not in stored.posted_texts)


async def _after_message(
    services: Services, drafts: DraftServices, before: StoredDraft, stored: StoredDraft, *, asked: bool
) -> StepResult:
    """Returns what follows AWS's message; `asked`: the person has said what it is about. Only a message that is new
    makes it our turn: one that is handed in once more, to edit the answer, changes nothing."""
    answers = stored.reply
    if not answers.message.strip():
        return StepResult(stored, errors={"message.0": _PASTE})
    read = await result.read_message(drafts, answers if asked else replace(answers, about=""))
    if not asked and read.kind in (RefusalKind.OTHER, RefusalKind.UNCLEAR):
        return StepResult(stored, views.about_view(stored, read))
    is_new = (answers.message, answers.about) != (before.reply.message, before.reply.about)
    if is_new and read.kind in _OURS and stored.region:
        await record_turn(drafts.db, AccountRegion(stored.account, stored.region), Turn.OURS)
    return await _by_kind(services, drafts, stored, read)


async def _by_kind(services: Services, drafts: DraftServices, stored: StoredDraft, read: Refusal) -> StepResult:
    if read.kind in (RefusalKind.OTHER, RefusalKind.UNCLEAR):
        return StepResult(stored, plain_view(_NOTHING))
    if read.kind is RefusalKind.NOT_YET:
        await save_written(drafts.db, stored, WrittenReply(read, None))
    work = _congratulate(services, drafts, stored) if read.kind is RefusalKind.APPROVED else None
    return StepResult(stored, await _second_view(drafts, stored, read), work=work)


async def _fields_view(drafts: DraftServices, stored: StoredDraft, read: Refusal) -> View:
    """Fields for AWS's questions, or for what to tell AWS after a refusal; filled in from the request."""
    answers, behind, seen = await result.reply_facts(drafts, stored)
    if read.kind is RefusalKind.QUESTIONS and read.questions:
        found = await drafts.compute(find_known_answers, read, behind, seen)
        return views.answers_view(stored, read, dict(enumerate(found)))
    known = {
        "opt_in": behind.opt_in,
        "privacy_policy": behind.privacy_policy,
        "unsubscribe_page": behind.unsubscribe_page,
    }
    return views.points_view(stored, read, second=answers.refused_before is True, known=known)


async def _second_view(drafts: DraftServices, stored: StoredDraft, read: Refusal) -> View:
    """Returns what fits the kind of AWS's message."""
    if read.kind in (RefusalKind.OTHER, RefusalKind.UNCLEAR):
        return views.about_view(stored, read)
    if read.kind is RefusalKind.NOT_YET:
        return views.not_yet_view(stored, read, result.back_on(drafts))
    if read.kind is RefusalKind.APPROVED:
        return views.approved_view()
    return await _fields_view(drafts, stored, read)


async def _message_view(
    drafts: DraftServices,
    stored: StoredDraft,
    account_regions: Sequence[AccountRegionStatus],
    *,
    parts: int = 0,
    note: str = "",
) -> View:
    ask = not await result.answered_before(drafts, stored)
    shown = [one.account_region for one in account_regions]
    return views.message_view(stored, account_regions=shown, parts=parts, note=note, ask_refused=ask)


async def _congratulate(services: Services, drafts: DraftServices, stored: StoredDraft) -> None:
    """Reads the account now, and says what GetAccount says of it."""
    account_regions = await drafts.known_account_regions()
    account_region = AccountRegion(stored.account, stored.region)
    here = [
        one.account_region
        for one in account_regions
        if not stored.region or same_account_region(one.account_region, stored)
    ]
    if here:
        await drafts.poll(here)
    after = [one for one in await drafts.known_account_regions(drafts.limits.contacts) if one.account_region in here]
    await surface_of(services, drafts, stored).tell(views.approved_message(account_region, after))


# Buttons


@LISTENERS.form_button(views.BACK)
async def back(drafts: DraftServices, form: DraftForm, owner: Owner) -> View | None:
    """Saves what is typed as it is, and shows AWS's message again."""
    stored = await _saved(drafts, form, owner, views.MESSAGE)
    return await _message_view(drafts, stored, await drafts.known_account_regions()) if stored else None


@LISTENERS.form_button(views.ROOM)
async def more_room(drafts: DraftServices, form: DraftForm, owner: Owner) -> View | None:
    """Saves what is typed as it is, and shows two fields more for AWS's message."""
    stored = await _saved(drafts, form, owner, "")
    if stored is None:
        return None
    shown = form.step.partition(".")[2]
    parts = min(views.MOST_PARTS, (int(shown) if shown else 2) + 2)
    return await _message_view(drafts, stored, await drafts.known_account_regions(), parts=parts)


@LISTENERS.action(views.REMIND_BILLING, "setting the reminder")
async def remind_later(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Reminds the person on the day to come back after "not yet"."""
    stored = await load_draft(drafts.db, asker.owner, press.value)
    if stored is None:
        return await asker.surface.say(GONE)
    today = drafts.now().astimezone(drafts.zone).date()
    due = datetime.combine(result.billing_day(today), time(9), drafts.zone)
    await reschedule_reminder(drafts.db, asker.owner, stored.id, due)
    return await asker.surface.say(f"You will get one direct message on {result.back_on(drafts)}.")


async def _saved(drafts: DraftServices, form: DraftForm, owner: Owner, step: str) -> StoredDraft | None:
    """Returns the draft with what is typed."""

    def change(before: StoredDraft) -> tuple[ReplyAnswers, str]:
        answers = reply_with(before.reply, form.typed)
        if answers.message != before.reply.message:  # what the person said of the old one
            answers = replace(answers, about="")
        return answers, step or before.step

    stored = await save_step(drafts.db, owner, form.draft, change, kind=DraftKind.APPEAL)
    account_region = account_region_of(form.typed)
    if stored is None or account_region is None:
        return stored
    await set_draft_account_region(drafts.db, owner, form.draft, account_region)
    return replace(stored, account=account_region.account, region=account_region.region)
