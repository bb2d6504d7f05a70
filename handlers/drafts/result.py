"""What comes after the last step: the text is written once and kept; what is shown, shared and ticked is that text.

Only "Edit" leads to a new text. A text is written outside of every transaction, and kept only where the answers are
still the ones that it was written from. Where a model is set, a person can have it word the letter as prose: what it
adds or changes is replaced by the letter's own text (`drafts.guard`), both versions are shown, and the person picks.
"""

from dataclasses import replace
from datetime import date, timedelta

from drafts import guard, refusal, remarks, request
from drafts.reply import compose_reply
from drafts.timing import advise_submission, estimate_answer
from handlers import slack_api
from handlers.drafts.context import build_context, find_draft_region, find_failing, find_seen_facts
from handlers.drafts.listeners import GONE, DraftListeners, draft_surface
from handlers.drafts.services import REMIND_AFTER, DraftServices
from handlers.listeners import Asker
from handlers.payloads import Press
from handlers.views import words
from handlers.views.blocks import Message
from handlers.views.changes import POSTED
from handlers.views.drafts import result as views
from handlers.views.drafts.reply import not_yet_message, reply_messages
from model import Unreadable
from model.account import CaseAccess
from model.drafting import DraftKind, Owner, StoredDraft, Written, WrittenReply, WrittenRequest
from model.request import Answers, Refusal, RefusalKind, ReplyAnswers, SeenFacts, Severity
from store.drafts import (
    delete_draft,
    list_drafts,
    list_posted_texts,
    load_draft,
    mark_posted,
    save_draft_report,
    save_written,
    schedule_reminder,
)

LISTENERS = DraftListeners()
_UNWRITTEN = "This draft has no text yet. Open it and go through its steps."
_STOPPED = "Something in this draft must be changed before it goes anywhere: see Edit."
_TRIES = 3


async def write_and_show(drafts: DraftServices, draft: StoredDraft) -> None:
    """Writes the text, keeps it, and shows it to its owner alone, where the draft was asked for. The reminder is set
    first: it must not be lost with a process that ends here."""
    draft = await rewrite_draft(drafts, draft)
    written = draft.written
    if written and not written.stopped and not draft.text_posted:
        at = written.submit.at if isinstance(written, WrittenRequest) else drafts.now()
        await schedule_reminder(drafts.db, draft.owner, draft.id, at + REMIND_AFTER)
    await draft_surface(drafts, draft).tell(*await result_messages(drafts, draft))


async def rewrite_draft(drafts: DraftServices, draft: StoredDraft) -> StoredDraft:
    """Writes a text of the answers, and saves it. Where another window saved meanwhile, its answers are written."""
    for _ in range(_TRIES):
        saved = await save_written(drafts.db, draft, await write_text(drafts, draft))
        if saved:
            return saved
        current = await load_draft(drafts.db, draft.owner, draft.id)
        if current is None:
            return draft
        draft = current
    return draft


async def write_text(drafts: DraftServices, draft: StoredDraft) -> Written:
    if draft.kind is DraftKind.REQUEST:
        return await _write_request(drafts, draft)
    return await write_reply(drafts, draft)


async def _write_request(drafts: DraftServices, draft: StoredDraft) -> WrittenRequest:
    account_regions = await drafts.load_account_regions()
    context, checked = await build_context(drafts, draft, account_regions)
    if checked and checked != draft.report:
        await save_draft_report(drafts.db, draft, checked)
    facts = await find_seen_facts(drafts, draft.request, checked, account_regions)
    text = await drafts.run_in_thread(request.write, draft.request, facts)
    review = await drafts.run_in_thread(remarks.review, text, draft.request, context)
    submit = advise_submission(drafts.now(), drafts.named_zone, context.registered)
    vague = any(remark.severity is not Severity.WARN for remark in review)
    answer = estimate_answer(submit.at, drafts.named_zone, registered=context.registered, vague=vague)
    return WrittenRequest(text, review, submit, answer)


async def write_reply(drafts: DraftServices, draft: StoredDraft) -> WrittenReply:
    """Returns the reply to what AWS wrote, from the request behind it and what was posted before."""
    answers, request_answers, facts = await gather_reply_facts(drafts, draft)
    message = await read_message(drafts, answers)
    reply = await drafts.run_in_thread(compose_reply, message, answers, request_answers, facts)
    now = drafts.now()
    if reply is None:
        return WrittenReply(message, None)
    asks = message.kind is RefusalKind.QUESTIONS
    occasion = DraftKind.REQUEST if asks else DraftKind.APPEAL  # an answer to questions goes on with the request
    return WrittenReply(message, reply, estimate_answer(now, drafts.named_zone, occasion=occasion, vague=asks))


async def gather_reply_facts(drafts: DraftServices, draft: StoredDraft) -> tuple[ReplyAnswers, Answers, SeenFacts]:
    """Returns what a reply is written from: its answers with what was posted before, the request behind it, and what
    the bot has seen."""
    behind = await find_request_behind(drafts, draft)
    request_answers = behind.request if behind else Answers()
    if draft.region:  # the request may be for another region: what is seen must be of this one
        request_answers = replace(request_answers, region=draft.region, account=draft.account)
    texts = await list_posted_texts(drafts.db, draft.owner, region=draft.region)
    refused_before = True if await has_answered_before(drafts, draft) else draft.reply.refused_before
    posted = tuple(dict.fromkeys([*draft.reply.posted, *texts]))
    answers = replace(draft.reply, posted=posted, refused_before=refused_before)
    account_regions, report = await drafts.load_account_regions(), behind.report if behind else None
    return answers, request_answers, await find_seen_facts(drafts, request_answers, report, account_regions)


async def has_answered_before(drafts: DraftServices, draft: StoredDraft) -> bool:
    """Tells whether our record has an answer that was posted on a case of this region before."""
    replies = await list_drafts(drafts.db, draft.owner, kind=DraftKind.APPEAL, most=100)
    return any(reply.posted_at and reply.id != draft.id and reply.region == draft.region for reply in replies)


async def read_message(drafts: DraftServices, answers: ReplyAnswers) -> Refusal:
    """Returns what AWS's message is; where it was not recognized, what the person says it is."""
    message = await drafts.run_in_thread(refusal.read, answers.message)
    if message.kind in (RefusalKind.OTHER, RefusalKind.UNCLEAR) and answers.about in list(RefusalKind):
        return replace(message, kind=RefusalKind(answers.about))
    return message


async def find_request_behind(drafts: DraftServices, draft: StoredDraft) -> StoredDraft | None:
    """Returns the request that a reply is about: the owner's latest for that region, or else their latest."""
    requests = await list_drafts(drafts.db, draft.owner, kind=DraftKind.REQUEST, most=100)
    return next((own for own in requests if own.region == draft.region), requests[0] if requests else None)


async def result_messages(drafts: DraftServices, draft: StoredDraft) -> tuple[Message, ...]:
    """Returns the saved text as messages for its owner. Posting is not offered where the support plan has no Support
    API."""
    shown, act = drafts.in_local_time(draft), drafts.services.can_publish
    watched = find_draft_region(draft, await drafts.load_account_regions()) if act else None
    can_post = act and not (watched and watched.state.case_access is CaseAccess.NO_PLAN)
    match draft.written:
        case WrittenRequest() as written:
            prose = drafts.prose is not None
            return views.request_messages(shown, written, find_failing(draft), prose=prose, act=act, can_post=can_post)
        case WrittenReply(reply=None, refusal=Refusal(kind=RefusalKind.NOT_YET)) as written:
            return (not_yet_message(shown, written, format_billing_day(drafts)),)
        case WrittenReply() as written:
            return reply_messages(shown, written, can_post=can_post)
    return (words.sentence_message(_UNWRITTEN),)


def billing_day(today: date) -> date:
    """Returns when to come back after "not yet": five days after the first whole month from today, billed by then."""
    first = today.replace(day=1)
    for _ in range(2):
        first = (first + timedelta(days=32)).replace(day=1)
    return first.replace(day=6)


def format_billing_day(drafts: DraftServices) -> str:
    return views.format_date(billing_day(drafts.now().astimezone(drafts.zone).date()))


@LISTENERS.action(views.SHOW, "showing the draft")
async def show_text(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Shows the kept text again. A process that ended before it was written leaves that to do."""
    draft = await load_draft(drafts.db, asker.owner, press.value)
    if draft is None:
        return await asker.surface.say(GONE)
    if draft.written is None and draft.finished:
        draft = await rewrite_draft(drafts, draft)
    return await asker.surface.tell(*await result_messages(drafts, draft))


@LISTENERS.action(views.SHOW_POSTED, "showing what was posted")
async def show_posted(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Shows what was posted on the case, as it was posted."""
    draft = await load_draft(drafts.db, asker.owner, press.value)
    if draft is None or not draft.posted_texts:
        return await asker.surface.say(GONE)
    return await asker.surface.tell(*views.posted_messages(drafts.in_local_time(draft)))


@LISTENERS.action(views.SHARE, "sharing the draft")
async def share_letter(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Posts the letter alone for everyone in the channel; Slack asked first."""
    draft = await load_draft(drafts.db, asker.owner, press.value)
    if draft is None:
        return await asker.surface.say(GONE)
    if draft.written is None or draft.written.stopped:
        return await asker.surface.say(_STOPPED if draft.written else _UNWRITTEN)
    for message in views.shared_messages(drafts.in_local_time(draft), draft.written.message, press.user):
        await slack_api.share_message(drafts.services.slack, press.channel, press.response_url, message)
    return None


@LISTENERS.action(POSTED, "ticking it off")
async def tick_posted(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Ticks "I posted this on the case": it is AWS's turn, no reminder follows, and no reply repeats the text."""
    draft = await load_draft(drafts.db, asker.owner, press.value)
    if draft is None:
        return await asker.surface.say(GONE)
    if draft.written is None or draft.written.stopped:
        return await asker.surface.say(_UNWRITTEN)
    posted = await mark_posted(drafts.db, asker.owner, draft.id, [draft.written.message])
    if posted is None:
        return await asker.surface.say(GONE)
    return await asker.surface.replace((await result_messages(drafts, posted))[-1])


async def load_draft_list(drafts: DraftServices, owner: Owner) -> Message:
    own = await list_drafts(drafts.db, owner)
    return views.draft_list_message([drafts.in_local_time(draft) for draft in own], days=drafts.days)


@LISTENERS.action(views.DELETE, "deleting the draft")
async def delete_from_list(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Deletes a draft, and replaces the list."""
    await delete_draft(drafts.db, asker.owner, press.value)
    return await asker.surface.replace(await load_draft_list(drafts, asker.owner))


_NO_MODEL = "No model is set (SES_BOT_BEDROCK_MODEL). The letter stays as it is."
_NO_PROSE = "There is no prose: {}. The letter stays as it is."
_NOTHING_NEW = "the model kept too little of the letter"
_CHANGED = "This draft was changed meanwhile. Open it again with /ses-draft list."


@LISTENERS.action(views.PROSE, "writing the prose")
async def write_prose(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Has a model reword the letter, holds the prose to the letter, keeps it, and shows both."""
    draft = await load_draft(drafts.db, asker.owner, press.value)
    if draft is None or not isinstance(draft.written, WrittenRequest) or draft.written.stopped:
        return await asker.surface.say(GONE)
    if drafts.prose is None:
        return await asker.surface.say(_NO_MODEL)
    written = draft.written
    parts = await drafts.run_in_thread(guard.parts_to_reword, written.request)
    prose = await drafts.prose.write(parts)
    if isinstance(prose, Unreadable):
        return await asker.surface.say(_NO_PROSE.format(prose.why))
    violations = await drafts.run_in_thread(guard.check, prose, parts)
    text = await drafts.run_in_thread(guard.compose_prose, prose, written.request, violations)
    message = written.request.message.replace(written.request.description, text)
    if message == written.request.message:
        return await asker.surface.say(_NO_PROSE.format(_NOTHING_NEW))
    saved = await save_written(drafts.db, draft, replace(written, prose=message, as_prose=False))
    if saved is None:
        return await asker.surface.say(_CHANGED)
    return await asker.surface.tell(*views.prose_messages(saved, written.request.message, message))


@LISTENERS.action(views.CHOOSE_PROSE, "choosing the prose")
async def choose_prose(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Keeps the prose as the text for the case."""
    await _choose_text(drafts, asker, press, as_prose=True)


@LISTENERS.action(views.CHOOSE_LETTER, "choosing the letter")
async def choose_letter(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Keeps the letter as the text for the case."""
    await _choose_text(drafts, asker, press, as_prose=False)


async def _choose_text(drafts: DraftServices, asker: Asker, press: Press, *, as_prose: bool) -> None:
    draft: StoredDraft | None = await load_draft(drafts.db, asker.owner, press.value)
    if draft is None or not isinstance(draft.written, WrittenRequest):
        return await asker.surface.say(GONE)
    saved = await save_written(drafts.db, draft, replace(draft.written, as_prose=as_prose))
    if saved is None:
        return await asker.surface.say(_CHANGED)
    return await asker.surface.tell(*await result_messages(drafts, saved))
