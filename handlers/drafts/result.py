"""What comes after the last step: the text is written once and kept; what is shown, shared and ticked is that text.

Only "Edit" leads to a new text. A text is written outside of every transaction, and kept only where the answers are
still the ones that it was written from. Where a model is set, a person can have it word the letter as prose: what it
adds or changes is replaced by the letter's own text (`drafts.guard`), both versions are shown, and the person picks.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from drafts import guard, refusal, remarks, request
from drafts.reply import compose_reply
from drafts.timing import advise_submission, estimate_answer
from handlers import slack_api
from handlers.drafts.context import account_region_of_draft, context_of, failing, seen_of
from handlers.drafts.listeners import GONE, DraftListeners, surface_of
from handlers.drafts.services import REMIND_AFTER, DraftServices
from handlers.listeners import Asker, Services
from handlers.payloads import Press
from handlers.views import words
from handlers.views.blocks import Message
from handlers.views.changes import POSTED
from handlers.views.drafts import result as views
from handlers.views.drafts.reply import not_yet_message, reply_messages
from model import AccountRegionStatus, Unreadable
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


async def write_and_post(services: Services, drafts: DraftServices, stored: StoredDraft) -> None:
    """Writes the text, keeps it, and shows it to its owner alone, where the draft was asked for. The reminder is set
    first: it must not be lost with a process that ends here."""
    kept = await written_anew(drafts, stored)
    written = kept.written
    if written and not written.stopped and not kept.text_posted:
        at = written.submit.at if isinstance(written, WrittenRequest) else drafts.now()
        await schedule_reminder(drafts.db, kept.owner, kept.id, at + REMIND_AFTER)
    surface = surface_of(services, drafts, kept)
    await surface.tell(*await messages_of(drafts, kept))


async def written_anew(drafts: DraftServices, stored: StoredDraft) -> StoredDraft:
    """Returns the draft with a text of its answers, kept. Where another window saved meanwhile, its answers are
    written."""
    for _ in range(_TRIES):
        kept = await save_written(drafts.db, stored, await write(drafts, stored))
        if kept:
            return kept
        found = await load_draft(drafts.db, stored.owner, stored.id)
        if found is None:
            return stored
        stored = found
    return stored


async def write(drafts: DraftServices, stored: StoredDraft) -> Written:
    if stored.kind is DraftKind.REQUEST:
        return await _write_request(drafts, stored)
    return await write_reply(drafts, stored)


async def _write_request(drafts: DraftServices, stored: StoredDraft) -> WrittenRequest:
    account_regions = await drafts.known_account_regions()
    context, checked = await context_of(drafts, stored, account_regions)
    if checked and checked != stored.report:
        await save_draft_report(drafts.db, stored, checked)
    seen = await seen_of(drafts, stored.request, checked, account_regions)
    text = await drafts.compute(request.write, stored.request, seen)
    found = await drafts.compute(remarks.review, text, stored.request, context)
    submit = advise_submission(drafts.now(), drafts.named_zone, context.registered)
    vague = any(one.severity is not Severity.WARN for one in found)
    answer = estimate_answer(submit.at, drafts.named_zone, registered=context.registered, vague=vague)
    return WrittenRequest(text, found, submit, answer)


async def write_reply(drafts: DraftServices, stored: StoredDraft) -> WrittenReply:
    """Returns the reply to what AWS wrote, from the request behind it and what was posted before."""
    answers, behind, seen = await reply_facts(drafts, stored)
    read = await read_message(drafts, answers)
    reply = await drafts.compute(compose_reply, read, answers, behind, seen)
    now = drafts.now()
    if reply is None:
        return WrittenReply(read, None)
    asked = read.kind is RefusalKind.QUESTIONS
    occasion = DraftKind.REQUEST if asked else DraftKind.APPEAL  # an answer to questions goes on with the request
    return WrittenReply(read, reply, estimate_answer(now, drafts.named_zone, occasion=occasion, vague=asked))


async def reply_facts(drafts: DraftServices, stored: StoredDraft) -> tuple[ReplyAnswers, Answers, SeenFacts]:
    """Returns what a reply is written from: its answers with what was posted before, the request behind it, what is
    seen."""
    behind = await request_behind(drafts, stored)
    answers = behind.request if behind else Answers()
    if stored.region:  # the request may be for another region: what is seen must be of this one
        answers = replace(answers, region=stored.region, account=stored.account)
    posted = await list_posted_texts(drafts.db, stored.owner, region=stored.region)
    before = True if await answered_before(drafts, stored) else stored.reply.refused_before
    known = replace(stored.reply, posted=tuple(dict.fromkeys([*stored.reply.posted, *posted])), refused_before=before)
    account_regions: Sequence[AccountRegionStatus] = await drafts.known_account_regions()
    return known, answers, await seen_of(drafts, answers, behind.report if behind else None, account_regions)


async def answered_before(drafts: DraftServices, stored: StoredDraft) -> bool:
    """Tells whether our record has an answer that was posted on a case of this region before."""
    mine = await list_drafts(drafts.db, stored.owner, kind=DraftKind.APPEAL, most=100)
    return any(one.posted_at and one.id != stored.id and one.region == stored.region for one in mine)


async def read_message(drafts: DraftServices, answers: ReplyAnswers) -> Refusal:
    """Returns what AWS's message is; where it was not recognized, what the person says it is."""
    read = await drafts.compute(refusal.read, answers.message)
    if read.kind in (RefusalKind.OTHER, RefusalKind.UNCLEAR) and answers.about in list(RefusalKind):
        return replace(read, kind=RefusalKind(answers.about))
    return read


async def request_behind(drafts: DraftServices, stored: StoredDraft) -> StoredDraft | None:
    """Returns the request that a reply is about: the owner's latest for that region, or else their latest."""
    mine = await list_drafts(drafts.db, stored.owner, kind=DraftKind.REQUEST, most=100)
    return next((one for one in mine if one.region == stored.region), mine[0] if mine else None)


async def messages_of(drafts: DraftServices, stored: StoredDraft) -> tuple[Message, ...]:
    """Returns the kept text as messages for its owner. Posting is not offered where the support plan has no Support
    API."""
    shown, act = drafts.local(stored), drafts.can_act
    here = account_region_of_draft(stored, await drafts.known_account_regions()) if act else None
    can_post = act and not (here and here.known.case_access is CaseAccess.NO_PLAN)
    match stored.written:
        case WrittenRequest() as written:
            prose = drafts.prose is not None
            return views.request_messages(shown, written, failing(stored), prose=prose, act=act, can_post=can_post)
        case WrittenReply(reply=None, refusal=Refusal(kind=RefusalKind.NOT_YET)) as written:
            return (not_yet_message(shown, written, back_on(drafts)),)
        case WrittenReply() as written:
            return reply_messages(shown, written, can_post=can_post)
    return (words.sentence_message(_UNWRITTEN),)


def billing_day(today: date) -> date:
    """Returns when to come back after "not yet": five days after the first whole month from today, billed by then."""
    first = today.replace(day=1)
    for _ in range(2):
        first = (first + timedelta(days=32)).replace(day=1)
    return first.replace(day=6)


def back_on(drafts: DraftServices) -> str:
    return views.day(billing_day(drafts.now().astimezone(drafts.zone).date()))


@LISTENERS.action(views.SHOW, "showing the draft")
async def show(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Shows the kept text again. A process that ended before it was written leaves that to do."""
    stored = await load_draft(drafts.db, asker.owner, press.value)
    if stored is None:
        return await asker.surface.say(GONE)
    if stored.written is None and stored.finished:
        stored = await written_anew(drafts, stored)
    return await asker.surface.tell(*await messages_of(drafts, stored))


@LISTENERS.action(views.SHOW_POSTED, "showing what was posted")
async def show_posted(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Shows what was posted on the case, as it was posted."""
    stored = await load_draft(drafts.db, asker.owner, press.value)
    if stored is None or not stored.posted_texts:
        return await asker.surface.say(GONE)
    return await asker.surface.tell(*views.posted_messages(drafts.local(stored)))


@LISTENERS.action(views.SHARE, "sharing the draft")
async def share(services: Services, drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Posts the letter alone for everyone in the channel; Slack asked first."""
    stored = await load_draft(drafts.db, asker.owner, press.value)
    if stored is None:
        return await asker.surface.say(GONE)
    if stored.written is None or stored.written.stopped:
        return await asker.surface.say(_STOPPED if stored.written else _UNWRITTEN)
    for message in views.shared_messages(drafts.local(stored), stored.written.message, press.user):
        await slack_api.share(services.slack, press.channel, press.response_url, message)
    return None


@LISTENERS.action(POSTED, "ticking it off")
async def mark(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Ticks "I posted this on the case": it is AWS's turn, no reminder follows, and no reply repeats the text."""
    stored = await load_draft(drafts.db, asker.owner, press.value)
    if stored is None:
        return await asker.surface.say(GONE)
    if stored.written is None or stored.written.stopped:
        return await asker.surface.say(_UNWRITTEN)
    posted = await mark_posted(drafts.db, asker.owner, stored.id, [stored.written.message])
    if posted is None:
        return await asker.surface.say(GONE)
    return await asker.surface.replace((await messages_of(drafts, posted))[-1])


async def listed(drafts: DraftServices, owner: Owner) -> Message:
    found = await list_drafts(drafts.db, owner)
    return views.list_message([drafts.local(one) for one in found], days=drafts.days)


@LISTENERS.action(views.DELETE, "deleting the draft")
async def delete(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Deletes a draft, and replaces the list."""
    await delete_draft(drafts.db, asker.owner, press.value)
    return await asker.surface.replace(await listed(drafts, asker.owner))


_NO_MODEL = "No model is set (SES_BOT_BEDROCK_MODEL). The letter stays as it is."
_NO_PROSE = "There is no prose: {}. The letter stays as it is."
_NOTHING_NEW = "the model kept too little of the letter"
_CHANGED = "This draft was changed meanwhile. Open it again with /ses-draft list."


@LISTENERS.action(views.PROSE, "writing the prose")
async def write_prose(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Has a model reword the letter, holds the prose to the letter, keeps it, and shows both."""
    stored = await load_draft(drafts.db, asker.owner, press.value)
    if stored is None or not isinstance(stored.written, WrittenRequest) or stored.written.stopped:
        return await asker.surface.say(GONE)
    if drafts.prose is None:
        return await asker.surface.say(_NO_MODEL)
    written = stored.written
    parts = await drafts.compute(guard.parts_to_reword, written.request)
    prose = await drafts.prose.write(parts)
    if isinstance(prose, Unreadable):
        return await asker.surface.say(_NO_PROSE.format(prose.why))
    violations = await drafts.compute(guard.check, prose, parts)
    text = await drafts.compute(guard.compose_prose, prose, written.request, violations)
    message = written.request.message.replace(written.request.description, text)
    if message == written.request.message:
        return await asker.surface.say(_NO_PROSE.format(_NOTHING_NEW))
    kept = await save_written(drafts.db, stored, replace(written, prose=message, as_prose=False))
    if kept is None:
        return await asker.surface.say(_CHANGED)
    return await asker.surface.tell(*views.prose_messages(kept, written.request.message, message))


@LISTENERS.action(views.CHOOSE_PROSE, "choosing the prose")
async def choose_prose(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Keeps the prose as the text for the case."""
    await _choose(drafts, asker, press, as_prose=True)


@LISTENERS.action(views.CHOOSE_LETTER, "choosing the letter")
async def choose_letter(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Keeps the letter as the text for the case."""
    await _choose(drafts, asker, press, as_prose=False)


async def _choose(drafts: DraftServices, asker: Asker, press: Press, *, as_prose: bool) -> None:
    stored: StoredDraft | None = await load_draft(drafts.db, asker.owner, press.value)
    if stored is None or not isinstance(stored.written, WrittenRequest):
        return await asker.surface.say(GONE)
    kept = await save_written(drafts.db, stored, replace(stored.written, as_prose=as_prose))
    if kept is None:
        return await asker.surface.say(_CHANGED)
    return await asker.surface.tell(*await messages_of(drafts, kept))
