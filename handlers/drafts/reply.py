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
from handlers.drafts.context import is_for_account_region
from handlers.drafts.forms import AppealSubject, BadSubject, DraftForm, merge_reply, parse_subject, read_account_region
from handlers.drafts.listeners import GONE, DraftListeners, StepResult, draft_surface, open_form, remember_opening
from handlers.drafts.request import LIST, request_form
from handlers.drafts.services import DraftServices
from handlers.listeners import Asker
from handlers.payloads import Press
from handlers.views import words
from handlers.views.blocks import View
from handlers.views.drafts import reply as views
from handlers.views.drafts.request import draft_words_view, first_note
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
async def open_or_list(drafts: DraftServices, asker: Asker, typed: str) -> None:
    """Shows help or the list, or opens the answer that was named."""
    word = typed.strip().lower()
    if word in _HELP:
        return await asker.surface.tell(words.usage_message(COMMAND))
    if word in LIST:
        return await asker.surface.tell(await result.load_draft_list(drafts, asker.owner))
    return await open_from_text(drafts, asker, typed)


@LISTENERS.action(START, "opening the draft")
async def open_from_button(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Opens the answer about the account, region and case that a button carries."""
    return await open_from_text(drafts, asker, press.value)


async def open_from_text(drafts: DraftServices, asker: Asker, text: str) -> None:
    """Opens the answer that typed text or a button's value names, or says how to name one."""
    account_regions = await drafts.load_account_regions()
    try:
        subject = parse_subject(text, account_regions)
    except BadSubject as bad:
        return await asker.surface.tell(words.usage_message(COMMAND, str(bad)))
    if subject.draft:
        view = _draft_view(drafts, asker, subject.draft, from_start=False)
    else:
        view = _start_or_resume(drafts, asker, subject, account_regions)
    return await open_form(drafts, asker, view)


async def _start_or_resume(
    drafts: DraftServices, asker: Asker, subject: AppealSubject, account_regions: Sequence[AccountRegionStatus]
) -> View:
    """Returns the answer to AWS's latest message on that case, or about that account or region, that is not posted yet;
    else a new one: an answer to an earlier message stays as it was written."""
    account_region = _find_account_region(subject, account_regions)
    case = subject.case_id or _find_case(account_region, account_regions)
    own = await list_drafts(drafts.db, asker.owner, kind=DraftKind.APPEAL, started=False, most=200)
    is_named = bool(subject.case_id or subject.account_region)
    answers = [draft for draft in own if not is_named or _is_about(draft, account_region, case)]
    # the case is read where the support plan allows
    message = (await load_latest_case_message(drafts.db, account_region, case) or "") if account_region else ""
    if any(draft.posted_at and _is_same_text(draft.reply.message, message) for draft in answers):
        message = ""  # answered already
    draft = _find_begun([draft for draft in answers if not draft.posted_at], message)
    if draft is None:
        channel = asker.surface.channel
        reply = ReplyAnswers(case_id=case)
        draft = await start_draft(drafts.db, asker.owner, reply, account_region=account_region, channel=channel)
    draft = _with_subject(draft, account_region, case)
    if not draft.reply.message:
        draft = replace(draft, answers=replace(draft.reply, message=message))
    subject_regions = [watched for watched in account_regions if watched.account_region == account_region]
    await remember_opening(drafts, draft, asker.surface)
    return await _message_view(drafts, draft, account_regions, note=first_note("", None, subject_regions, reply=True))


def _find_begun(unposted: Sequence[StoredDraft], message: str) -> StoredDraft | None:
    """Returns the answer to go on with: to AWS's latest message, or one that has no message of AWS yet."""
    if not message:
        return next(iter(unposted), None)
    to_message = (draft for draft in unposted if _is_same_text(draft.reply.message, message))
    return next(to_message, None) or next((draft for draft in unposted if not draft.reply.message), None)


def _is_same_text(text: str, other: str) -> bool:
    return text.split() == other.split()


def _with_subject(draft: StoredDraft, account_region: AccountRegion | None, case: str) -> StoredDraft:
    """Returns what an answer begun earlier did not know of its subject yet; the form hands it in."""
    if case and not draft.reply.case_id:
        draft = replace(draft, answers=replace(draft.reply, case_id=case))
    if account_region and not draft.region:
        draft = replace(draft, account=draft.account or account_region.account, region=account_region.region)
    return draft


def _is_about(draft: StoredDraft, account_region: AccountRegion | None, case: str) -> bool:
    if case and draft.reply.case_id:
        return draft.reply.case_id == case
    return account_region == AccountRegion(draft.account, draft.region)


def _find_account_region(
    subject: AppealSubject, account_regions: Sequence[AccountRegionStatus]
) -> AccountRegion | None:
    """Returns the one account region that is named, whole or in part; else the only one whose review ended badly."""
    if subject.account_region is not None:
        named = subject.account_region
        matches = [
            watched.account_region
            for watched in account_regions
            if named.account in ("", watched.account_region.account)
            and named.region in ("", watched.account_region.region)
        ]
        return matches[0] if len(matches) == 1 else named
    known = [(watched.account_region, watched.state.snapshot) for watched in account_regions if watched.state.snapshot]
    refused = [account_region for account_region, snapshot in known if snapshot.access is Access.NOT_GRANTED]
    likely = refused or [account_region for account_region, snapshot in known if snapshot.case_id]
    return likely[0] if len(likely) == 1 else None


def _find_case(account_region: AccountRegion | None, account_regions: Sequence[AccountRegionStatus]) -> str:
    snapshots = (watched.state.snapshot for watched in account_regions if watched.account_region == account_region)
    return next((snapshot.case_id or "" for snapshot in snapshots if snapshot), "")


@LISTENERS.action(EDIT, "opening the draft")
async def edit_draft(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Opens a draft at its first step: what is handed in is written anew."""
    return await open_form(drafts, asker, _draft_view(drafts, asker, press.value, from_start=True))


@LISTENERS.action(OPEN, "opening the draft")
async def open_draft(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Opens a draft where it was left."""
    return await open_form(drafts, asker, _draft_view(drafts, asker, press.value, from_start=False))


async def _draft_view(drafts: DraftServices, asker: Asker, draft_id: str, *, from_start: bool) -> View:
    draft = await load_draft(drafts.db, asker.owner, draft_id)
    if draft is None:
        return draft_words_view(GONE)
    account_regions = await drafts.load_account_regions()
    await remember_opening(drafts, draft, asker.surface)
    if draft.kind is DraftKind.REQUEST:
        return request_form(draft, account_regions, from_start=from_start)
    if from_start or not draft.step or draft.step == DONE:
        return await _message_view(drafts, draft, account_regions)
    return await _second_view(drafts, draft, await result.read_message(drafts, draft.reply))


# The steps


@LISTENERS.form(views.CALLBACK)
async def submit_step(drafts: DraftServices, form: DraftForm, owner: Owner) -> StepResult:
    """Saves the step; then shows what fits the kind of AWS's message, or writes the answer."""
    head = form.step.partition(".")[0]
    last = head in (views.ANSWERS, views.POINTS)
    before = await load_draft(drafts.db, owner, form.draft)
    draft = await _save_typed(drafts, form, owner, head)
    if draft is None or before is None:
        return StepResult(errors={"": GONE})
    if not last:
        return await _continue_after_message(drafts, before, draft, asked=head == views.ABOUT)
    written = await result.write_reply(drafts, draft)
    if written.reply is None or written.message in await _find_earlier_posts(drafts, draft):
        return StepResult(draft, errors={"changed": _REPEATED})
    finished = await save_step(drafts.db, owner, form.draft, lambda current: (current.answers, DONE))
    if finished is None:
        return StepResult(errors={"": GONE})
    return StepResult(finished, work=result.write_and_show(drafts, finished))


async def _find_earlier_posts(drafts: DraftServices, draft: StoredDraft) -> tuple[str, ...]:
    answers, _, _ = await result.gather_reply_facts(drafts, draft)
    return tuple(text for text in answers.posted if text not in draft.posted_texts)


async def _continue_after_message(
    drafts: DraftServices, before: StoredDraft, draft: StoredDraft, *, asked: bool
) -> StepResult:
    """Returns what follows AWS's message; `asked`: the person has said what it is about. Only a message that is new
    makes it our turn: one that is handed in once more, to edit the answer, changes nothing."""
    answers = draft.reply
    if not answers.message.strip():
        return StepResult(draft, errors={"message.0": _PASTE})
    refusal = await result.read_message(drafts, answers if asked else replace(answers, about=""))
    if not asked and refusal.kind in (RefusalKind.OTHER, RefusalKind.UNCLEAR):
        return StepResult(draft, views.about_view(draft, refusal))
    is_new = (answers.message, answers.about) != (before.reply.message, before.reply.about)
    if is_new and refusal.kind in _OURS and draft.region:
        await record_turn(drafts.db, AccountRegion(draft.account, draft.region), Turn.OURS)
    return await _continue_by_kind(drafts, draft, refusal)


async def _continue_by_kind(drafts: DraftServices, draft: StoredDraft, refusal: Refusal) -> StepResult:
    if refusal.kind in (RefusalKind.OTHER, RefusalKind.UNCLEAR):
        return StepResult(draft, draft_words_view(_NOTHING))
    if refusal.kind is RefusalKind.NOT_YET:
        await save_written(drafts.db, draft, WrittenReply(refusal, None))
    work = _congratulate(drafts, draft) if refusal.kind is RefusalKind.APPROVED else None
    return StepResult(draft, await _second_view(drafts, draft, refusal), work=work)


async def _fields_view(drafts: DraftServices, draft: StoredDraft, refusal: Refusal) -> View:
    """Returns fields for AWS's questions, or for what to tell AWS after a refusal; filled in from the request."""
    answers, request, facts = await result.gather_reply_facts(drafts, draft)
    if refusal.kind is RefusalKind.QUESTIONS and refusal.questions:
        texts = await drafts.run_in_thread(find_known_answers, refusal, request, facts)
        return views.answers_view(draft, refusal, dict(enumerate(texts)))
    known = {name: getattr(request, name) for name in ("opt_in", "privacy_policy", "unsubscribe_page")}
    return views.points_view(draft, refusal, second=answers.refused_before is True, known=known)


async def _second_view(drafts: DraftServices, draft: StoredDraft, refusal: Refusal) -> View:
    """Returns what fits the kind of AWS's message."""
    if refusal.kind in (RefusalKind.OTHER, RefusalKind.UNCLEAR):
        return views.about_view(draft, refusal)
    if refusal.kind is RefusalKind.NOT_YET:
        return views.not_yet_view(draft, refusal, result.format_billing_day(drafts))
    if refusal.kind is RefusalKind.APPROVED:
        return views.approved_view()
    return await _fields_view(drafts, draft, refusal)


async def _message_view(
    drafts: DraftServices,
    draft: StoredDraft,
    account_regions: Sequence[AccountRegionStatus],
    *,
    parts: int = 0,
    note: str = "",
) -> View:
    ask_refused = not await result.has_answered_before(drafts, draft)
    choices = [watched.account_region for watched in account_regions]
    return views.message_view(draft, account_regions=choices, parts=parts, note=note, ask_refused=ask_refused)


async def _congratulate(drafts: DraftServices, draft: StoredDraft) -> None:
    """Reads the account now, and says what GetAccount says of it."""
    approved = [
        watched.account_region
        for watched in await drafts.load_account_regions()
        if not draft.region or is_for_account_region(watched.account_region, draft)
    ]
    if approved:
        await drafts.poll(approved)
    account_regions = await drafts.load_account_regions(drafts.limits.contacts)
    polled = [watched for watched in account_regions if watched.account_region in approved]
    await draft_surface(drafts, draft).tell(views.approved_message(polled))


# Buttons


@LISTENERS.form_button(views.BACK)
async def go_back(drafts: DraftServices, form: DraftForm, owner: Owner) -> View | None:
    """Saves what is typed as it is, and shows AWS's message again."""
    draft = await _save_typed(drafts, form, owner, views.MESSAGE)
    return await _message_view(drafts, draft, await drafts.load_account_regions()) if draft else None


@LISTENERS.form_button(views.ROOM)
async def add_room(drafts: DraftServices, form: DraftForm, owner: Owner) -> View | None:
    """Saves what is typed as it is, and shows two fields more for AWS's message."""
    draft = await _save_typed(drafts, form, owner, "")
    if draft is None:
        return None
    shown = form.step.partition(".")[2]
    parts = min(views.MOST_PARTS, (int(shown) if shown else 2) + 2)
    return await _message_view(drafts, draft, await drafts.load_account_regions(), parts=parts)


@LISTENERS.action(views.REMIND_BILLING, "setting the reminder")
async def set_billing_reminder(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Reminds the person on the day to come back after "not yet"."""
    draft = await load_draft(drafts.db, asker.owner, press.value)
    if draft is None:
        return await asker.surface.say(GONE)
    today = drafts.now().astimezone(drafts.zone).date()
    due = datetime.combine(result.billing_day(today), time(9), drafts.zone)
    await reschedule_reminder(drafts.db, asker.owner, draft.id, due)
    return await asker.surface.say(f"You will get one direct message on {result.format_billing_day(drafts)}.")


async def _save_typed(drafts: DraftServices, form: DraftForm, owner: Owner, step: str) -> StoredDraft | None:
    """Saves what is typed."""

    def merge(current: StoredDraft) -> tuple[ReplyAnswers, str]:
        answers = merge_reply(current.reply, form.typed)
        if answers.message != current.reply.message:  # what the person said of the old one
            answers = replace(answers, about="")
        return answers, step or current.step

    draft = await save_step(drafts.db, owner, form.draft, merge, kind=DraftKind.APPEAL)
    account_region = read_account_region(form.typed)
    if draft is None or account_region is None:
        return draft
    await set_draft_account_region(drafts.db, owner, form.draft, account_region)
    return replace(draft, account=account_region.account, region=account_region.region)
