"""The modals of an answer to AWS, and what comes of them, by the kind of AWS's message.

AWS's message is pasted whole. A field of Slack takes 3,000 characters, so the message goes into as many fields as it
needs, one part after the other, and is put together again; the modal says so. A quotation of AWS is plain text.
"""

from collections.abc import Iterator, Mapping, Sequence

from handlers.views import blocks as kit
from handlers.views.account_words import ESTIMATE, describe_quota, describe_watched
from handlers.views.blocks import Block, Message, View
from handlers.views.drafts import fields as ask
from handlers.views.drafts.pieces import case_phrase, copyable_blocks, split_messages
from handlers.views.drafts.request import button_row, draft_words_view, form_metadata, step_view
from handlers.views.drafts.result import closing_blocks, format_date, saved_block
from handlers.views.escape import make_lines_visible, make_visible
from handlers.views.limits import cut, make_message
from handlers.views.naming import format_count, join_words
from model import Access, AccountRegion, AccountRegionStatus
from model.drafting import AnswerWhen, StoredDraft, WrittenReply
from model.request import Concern, Refusal, RefusalKind, ReplyAnswers

CALLBACK = "appeal_step"
BACK, ROOM = "appeal_back", "appeal_room"
REMIND_BILLING = "appeal_remind"
MESSAGE, ANSWERS, ABOUT, POINTS = "message", "answers", "about", "points"
MOST_PARTS = 7
"""Fields for AWS's message: 21,000 characters."""
_FEWEST_PARTS = 2
MOST_QUESTIONS = 40
_PASTE = (
    "Paste the whole message from AWS. If it doesn’t fit in 3,000 characters, continue in the next field; ses-bot puts "
    "the parts together."
)
_CONCERNS = {
    Concern.LIST_SOURCE: "where your list comes from",
    Concern.WEBSITE: "your website",
    Concern.VOLUME: "your volume",
    Concern.BOUNCES: "bounces",
    Concern.COMPLAINTS: "complaints",
    Concern.REGION: "the region",
}
_KINDS = {
    RefusalKind.QUESTIONS: "AWS asks questions; this is not a refusal yet. Answer each of them.",
    RefusalKind.NO_DETAILS: "AWS refused and gave no details. New facts and one pointed question help most.",
    RefusalKind.STILL_NO: "AWS refused again after an answer. Send only what is new since then.",
    RefusalKind.CONCERN: "AWS is concerned about {concerns}. Answer that first.",
    RefusalKind.NOT_YET: "AWS says “not yet”: the account is too new, or has no paid bill. No letter helps now.",
    RefusalKind.APPROVED: "AWS approved the request. There is nothing to answer.",
    RefusalKind.OTHER: "This message seems to be about something else than your request for production access.",
    RefusalKind.UNCLEAR: "ses-bot does not recognize this message.",
}
_NO_QUESTION = (
    "AWS asks for more information, but ses-bot found no question in the message. Fill in what fits what AWS asks."
)


def message_view(
    draft: StoredDraft,
    *,
    account_regions: Sequence[AccountRegion] = (),
    parts: int = 0,
    note: str = "",
    ask_refused: bool = True,
) -> View:
    """Returns the first step: what AWS wrote, and on which case. `parts`: fields for the message, at least what it
    needs; `ask_refused`: our record does not say whether AWS refused before."""
    answers = draft.reply
    count = count_parts(answers.message, parts)
    blocks = [_step_context(1, "What AWS wrote"), kit.section(_PASTE)]
    blocks += [kit.section(make_lines_visible(note))] if note else []
    values = {f"message.{number}": part for number, part in enumerate(split_message(answers.message))}
    chosen = AccountRegion(draft.account, draft.region)
    fields = (*part_fields(count), *case_fields(account_regions, chosen, ask_refused=ask_refused))
    in_menu = any(field.path == ask.AT for field in fields)
    for field in fields:
        value = values.get(field.path) or case_value(answers, chosen, field)
        value = "" if in_menu and field.path == "region" else value
        blocks += ask.input_blocks(field, value, draft.revision, required=("message.0",), earlier=draft.earlier)
    metadata = form_metadata(draft.id, f"{MESSAGE}.{count}")
    more = [kit.button(ROOM, "More room for AWS’s message", metadata)] if count < MOST_PARTS else []
    return step_view(CALLBACK, metadata, [*blocks, *button_row(more)], last=False)


def about_view(draft: StoredDraft, refusal: Refusal) -> View:
    """Returns the question what a message is about that was not recognized."""
    blocks = [_step_context(2, "What is it about?"), *_reading_blocks(refusal)]
    [field] = ask.questions("about")
    blocks += ask.input_blocks(field, draft.reply.about, draft.revision, required=("about",), earlier={})
    return _form_view(draft, ABOUT, blocks, last=False)


def answers_view(draft: StoredDraft, refusal: Refusal, known: Mapping[int, str]) -> View:
    """Returns AWS's questions, each with a field for its answer. `known` are answers that the request holds, by
    number."""
    typed = dict(enumerate(draft.reply.answers))
    blocks = [
        _step_context(2, format_count(len(refusal.questions), "question of AWS", "questions of AWS")),
        *_reading_blocks(refusal),
    ]
    for number, question in enumerate(refusal.questions[:MOST_QUESTIONS]):
        field = question_field(number, question)
        value = typed.get(number) or known.get(number, "")
        blocks += ask.input_blocks(field, value, draft.revision, required=(field.path,), earlier={})
    blocks += ask.earlier_blocks(draft.earlier.get(ANSWERS, ""))
    return _form_view(draft, ANSWERS, blocks, last=True)


def points_view(draft: StoredDraft, refusal: Refusal, *, second: bool, known: Mapping[str, str]) -> View:
    """Returns what a reply to a refusal is made of. `second`: AWS has read one; `known` fills empty fields."""
    blocks = [_step_context(2, "What to tell AWS"), *_reading_blocks(refusal)]
    for field in point_fields(second=second):
        value = getattr(draft.reply, field.path) or known.get(field.path, "")
        required = ("changed",) if second else ("opt_in",)
        blocks += ask.input_blocks(field, value, draft.revision, required=required, earlier=draft.earlier)
    return _form_view(draft, POINTS, blocks, last=True)


def point_fields(*, second: bool) -> tuple[ask.InputField, ...]:
    """Returns the fields for a refusal. After a reply, what AWS has read is not asked for again."""
    news = (*ask.questions("changed"), *ask.questions("pointed"))
    return news if second else (*ask.questions("facts"), *news)


def not_yet_view(draft: StoredDraft, refusal: Refusal, back_on: str) -> View:
    """Returns no letter: what the message means, what to do meanwhile, when to come back, and a reminder."""
    return draft_words_view(_KINDS[RefusalKind.NOT_YET], *_not_yet_blocks(refusal, back_on), _remind_row(draft))


def approved_view() -> View:
    """Returns no letter: the account is read now."""
    return draft_words_view(
        "AWS approved the request. There is nothing to answer. ses-bot reads the account now and tells you its quota."
    )


def approved_message(account_regions: Sequence[AccountRegionStatus]) -> Message:
    """Returns what GetAccount says after an approval: the quota, or that it is not effective yet. `account_regions`
    were read now."""
    approved = [
        watched
        for watched in account_regions
        if watched.state.snapshot and watched.state.snapshot.access is Access.PRODUCTION
    ]
    if not account_regions:
        title = "Congratulations on the approval"
        lines = ["ses-bot watches no such account, so look in the SES console for the new quota."]
    elif not approved:
        title = "AWS approved the request, but SES does not show it yet"
        lines = ["SES still shows the old status. The news comes in the channel as soon as it changes."]
    else:
        title = "Congratulations: production access"
        lines = [_describe_approved(watched) for watched in approved]
    blocks = [kit.header(title), kit.rich_text([kit.bullets(lines)])]
    return make_message(f"{title}. {lines[0]}", blocks)


def _describe_approved(watched: AccountRegionStatus) -> str:
    snapshot = watched.state.snapshot
    quota = describe_quota(snapshot.quota, snapshot.rate) if snapshot else None
    name = describe_watched(watched)
    return f"{name} may now send {quota}." if quota else f"{name} has production access; its quota is unknown."


def not_yet_message(draft: StoredDraft, written: WrittenReply, back_on: str) -> Message:
    title = "AWS says “not yet”: no letter helps now"
    blocks = [kit.header(title), kit.section(_KINDS[RefusalKind.NOT_YET])]
    return make_message(title, [*blocks, *_not_yet_blocks(written.refusal, back_on), _remind_row(draft)])


def billing_reminder_message(draft: StoredDraft) -> Message:
    title = "You asked to be reminded: request production access again"
    lines = [
        "AWS said “not yet”. A billing cycle has passed since.",
        "Check in the AWS Billing console that the last bill is paid.",
        f"Then open a new case{case_phrase(draft, ' and mention case')}; /ses-draft writes the request.",
    ]
    blocks = [kit.header(title), kit.rich_text([kit.bullets(lines)])]
    return make_message(title, blocks)


def _not_yet_blocks(refusal: Refusal, back_on: str) -> list[Block]:
    steps = (
        "Do not answer and do not submit again: the answer would be the same.",
        "Check that the account has a valid payment card and no open bill.",
        "Use AWS meanwhile, in SES or another service, so that a bill is issued and paid.",
        f"Come back on {back_on} (an estimate), after a paid billing cycle, and open a new case.",
    )
    return [*_quote_blocks(refusal), kit.titled("What to do", kit.bullets(steps))]


def _remind_row(draft: StoredDraft) -> Block:
    return kit.actions([kit.button(REMIND_BILLING, "Remind me then", draft.id)], "appeal_not_yet")


def _form_view(draft: StoredDraft, step: str, blocks: Sequence[Block], *, last: bool) -> View:
    metadata = form_metadata(draft.id, step)
    return step_view(CALLBACK, metadata, [*blocks, *button_row([kit.button(BACK, "Back", metadata)])], last=last)


def _reading_blocks(refusal: Refusal) -> list[Block]:
    """Returns how the message was read, and the sentences of AWS that say so; questions are shown with their
    answers."""
    concerns = join_words([_CONCERNS[concern] for concern in refusal.concerns]) or "your request"
    quotes = [] if refusal.questions else _quote_blocks(refusal)
    has_no_question = refusal.kind is RefusalKind.QUESTIONS and not refusal.questions
    meaning = _NO_QUESTION if has_no_question else _KINDS[refusal.kind].format(concerns=concerns)
    return [kit.section(meaning), *quotes]


def _quote_blocks(refusal: Refusal) -> list[Block]:
    return [kit.context(f"AWS wrote: “{cut(make_visible(quote), 500)}”") for quote in refusal.quotes[:3]]


def question_field(number: int, question: str) -> ask.InputField:
    """Returns a field for the answer to one question of AWS, in AWS's words."""
    return ask.InputField(f"answers.{number}", cut(make_visible(question), 500) or "–", ask.Kind.LINES)


def part_fields(count: int) -> tuple[ask.InputField, ...]:
    first = ask.InputField("message.0", "What AWS wrote", ask.Kind.LINES)
    rest = (
        ask.InputField(f"message.{number}", "What AWS wrote (continued)", ask.Kind.LINES) for number in range(1, count)
    )
    return (first, *rest)


def case_fields(
    account_regions: Sequence[AccountRegion], chosen: AccountRegion, *, ask_refused: bool
) -> tuple[ask.InputField, ...]:
    """Returns which case it is, and whether it is open."""
    case, refused, closed = ask.questions("case")
    return (case, *ask.account_region_fields(account_regions, chosen), *([refused] if ask_refused else ()), closed)


def case_value(answers: ReplyAnswers, chosen: AccountRegion, field: ask.InputField) -> ask.Value:
    """Returns what one of `case_fields` holds."""
    choices = {True: ask.YES, False: ask.NO, None: ask.NO_CHOICE}
    match field.path:
        case "case_id":
            return answers.case_id
        case "at":
            return ask.account_region_value(chosen) if chosen.region else ""
        case "region":
            return chosen.region
        case "account":
            return chosen.account
        case "refused_before":
            return choices[answers.refused_before] if answers.refused_before is not None else ""
        case "case_closed":
            return choices[answers.case_closed]
    return ""


def split_message(text: str) -> list[str]:
    """Returns AWS's message as the fields hold it."""
    return [text[start : start + ask.INPUT] for start in range(0, len(text), ask.INPUT)]


def join_message(parts: Sequence[str]) -> str:
    """Returns the message put together: a part that fills its field was cut there, a shorter one ends where a line
    does."""
    return "".join(part if len(part) >= ask.INPUT else f"{part}\n" for part in parts if part).removesuffix("\n")


def count_parts(text: str, wanted: int) -> int:
    """Returns how many fields to show for the message."""
    return min(MOST_PARTS, max(_FEWEST_PARTS, wanted, len(split_message(text))))


def reply_messages(draft: StoredDraft, written: WrittenReply, *, can_post: bool = False) -> tuple[Message, ...]:
    """Returns how AWS's message was read, where the answer goes, and the answer. `can_post`: the bot can post it."""
    title = "Answer to AWS: posted on the case" if draft.text_posted else reply_headline(written)
    case = case_phrase(draft, "case") or "no case named"
    saved = saved_block(draft, case, *([make_visible(draft.region)] if draft.region else []))
    blocks = [kit.header(title), saved, *_reading_blocks(written.refusal), *_answer_blocks(written)]
    return split_messages(title, blocks, closing_blocks(draft, stopped=written.stopped, can_post=can_post))


def reply_headline(written: WrittenReply) -> str:
    """Returns one sentence, such as "Answer to AWS: ready to send"."""
    if written.reply is None:
        return "Answer to AWS: no letter helps"
    return f"Answer to AWS: {'asks for a second review' if written.reply.second else 'ready to send'}"


def _answer_blocks(written: WrittenReply) -> Iterator[Block]:
    if written.reply is None:
        return
    lines = [kit.line(kit.bold_text("Where it goes: "), make_lines_visible(written.reply.where))]
    if written.answer:
        lines.append(
            kit.line(kit.bold_text("When AWS answers: "), _describe_answer_time(written.refusal.kind, written.answer))
        )
    yield kit.rich_text(lines)
    yield from copyable_blocks("The answer", written.reply.text)


def _describe_answer_time(kind: RefusalKind, answer: AnswerWhen) -> str:
    """Returns when AWS answers a reply. Its own promise of 24 hours is for the first answer to a request alone."""
    latest = f"{answer.latest:%A}, {format_date(answer.latest)}"
    if kind is RefusalKind.QUESTIONS:
        return f"by {latest}, often sooner ({ESTIMATE})."
    return f"between {answer.earliest:%A}, {format_date(answer.earliest)}, and {latest} ({ESTIMATE})."


def _step_context(number: int, title: str) -> Block:
    return kit.context(f"Step {number} of 2 · {title}")
