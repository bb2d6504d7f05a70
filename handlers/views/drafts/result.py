"""The finished request: what to change, when to submit, every field to copy, and the message for the case; and the list
of a person's drafts.

AWS's console form has no field for the description any more, so AWS reads it only when it is posted on the case: that
is a step to tick. Where a remark says stop, there is no text to copy yet.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain

from handlers.views import blocks as kit
from handlers.views.blocks import Block, Element, Message, Run
from handlers.views.changes import POST, POSTED, SUBMIT
from handlers.views.drafts.fields import step_title, steps_of
from handlers.views.drafts.pieces import case_phrase, copyable_blocks, draft_name, remark_blocks, split_messages
from handlers.views.escape import make_lines_visible, make_visible
from handlers.views.limits import cut, make_message
from handlers.views.naming import check_label, format_count, join_words, shorten
from handlers.views.report import list_labels, sharer_element
from handlers.views.words import sentence_message
from model import Finding
from model.drafting import DraftKind, StoredDraft, WrittenRequest
from model.request import ContactLanguage, Request, Severity

EDIT, SHARE = "draft_edit", "draft_share"
OPEN, SHOW, DELETE = "draft_open", "draft_show", "draft_delete"
SHOW_POSTED = "draft_show_posted"
PROSE, CHOOSE_PROSE, CHOOSE_LETTER = "draft_prose", "draft_choose_prose", "draft_choose_letter"
MOST_FAILING = 8
_LANGUAGES = {ContactLanguage.EN: "English", ContactLanguage.JA: "Japanese (日本語)"}
_NO_FIELD = (
    "AWS’s console form has no field for this; the API still takes it. Post it in the support case (message below); "
    "that is where AWS reads it."
)
_POST = "Post this in the support case right after you submit. Otherwise no one at AWS reads your description."


def request_messages(  # noqa: PLR0913 - what a result shows, by keyword
    draft: StoredDraft,
    written: WrittenRequest,
    failing: Sequence[Finding] = (),
    *,
    prose: bool = False,
    act: bool = False,
    can_post: bool = False,
) -> tuple[Message, ...]:
    """Returns the result for its owner, in as many messages as it needs. `failing` is what the last check of the domain
    found; `prose`: a model is there to reword the letter; `act`: the bot can submit, `can_post`: and post on the
    case."""
    title = request_headline(draft, written, failing)
    blocks = [
        kit.header(title),
        saved_block(draft, _describe_region(draft)),
        *remark_blocks(written.remarks),
        *_failing_blocks(draft, failing),
    ]
    if not written.stopped:
        blocks += [_timing_block(written), *_field_blocks(written.request)]
        blocks += copyable_blocks("The message for the case", written.message, _POST)
    offer = prose and not written.stopped and not draft.text_posted
    end = closing_blocks(draft, stopped=written.stopped, prose=offer, act=act, can_post=can_post)
    return split_messages(title, blocks, end)


def shared_messages(draft: StoredDraft, text: str, shared_by: str) -> tuple[Message, ...]:
    """Returns the letter alone, for a channel: without remarks, contacts and buttons."""
    if draft.kind is DraftKind.REQUEST:
        title, what = f"Request for {draft_name(draft.domain, draft.request.name)}", "The message for the case"
    else:
        title, what = f"Answer to AWS{case_phrase(draft, ' in case')}", "The answer"
    sharer = kit.context(_describe_region(draft), sharer_element(shared_by))
    return split_messages(title, [kit.header(title), sharer, *copyable_blocks(what, text)], [])


def posted_messages(draft: StoredDraft) -> tuple[Message, ...]:
    """Returns what was posted on the case, as it was posted."""
    posted = f" on {format_date(draft.posted_at)}" if draft.posted_at else ""
    title = f"Posted in the support case{posted}"
    texts = draft.posted_texts
    blocks = [kit.header(title), kit.context(_describe_region(draft))]
    for number, text in enumerate(texts, 1):
        name = f"Text {number} of {len(texts)}" if len(texts) > 1 else "The text"
        blocks += copyable_blocks(name, text)
    return split_messages(title, blocks, [])


def _failing_blocks(draft: StoredDraft, failing: Sequence[Finding]) -> list[Block]:
    """Returns what the last check found to fix; the text claims nothing of it."""
    if not failing:
        return []
    rows: list[list[Run]] = [
        [kit.bold_text(f"{check_label(finding.check)}: "), cut(make_lines_visible(finding.summary), 500)]
        for finding in failing
    ]
    lead = f"The last check of {draft_name(draft.domain, '')} failed. A reviewer looks at this too:"
    hint = f"/ses-check {make_visible(draft.domain)} shows how to fix it."
    lines = [kit.line(kit.bold_text(lead)), kit.bullets(rows[:MOST_FAILING]), kit.line(hint)]
    return [kit.rich_text(lines)]


def request_headline(draft: StoredDraft, written: WrittenRequest, failing: Sequence[Finding] = ()) -> str:
    """Returns one sentence, such as "Request for acme.com: ready to submit"."""
    answers = draft.request
    counts = Counter(remark.severity for remark in written.remarks)
    name = f"Request for {draft_name(answers.domain, answers.name)}"
    if counts[Severity.STOP]:
        return f"{name}: change {format_count(counts[Severity.STOP], 'thing', 'things')} first"
    if counts[Severity.ASK]:
        return f"{name}: answer {format_count(counts[Severity.ASK], 'question', 'questions')} again"
    if draft.text_posted:
        return f"{name}: posted on the case"
    if failing:
        return f"{name}: written; fix {join_words(list_labels(failing))} first"
    return f"{name}: ready to submit"


def saved_block(draft: StoredDraft, *about: str) -> Block:
    """Returns when the draft was saved, and what it is about."""
    saved = f"Saved {format_date(draft.updated_at)}" if draft.updated_at else "Not saved yet"
    return kit.context(" · ".join([saved, *about]))


def _describe_region(draft: StoredDraft) -> str:
    if not draft.region:
        return "No region chosen"
    if draft.kind is DraftKind.APPEAL:
        return make_visible(draft.region)
    return f"for {make_visible(draft.region)} (each region needs its own request)"


def _timing_block(written: WrittenRequest) -> Block:
    return kit.rich_text(
        [
            kit.line(kit.bold_text("When to submit: "), make_lines_visible(written.submit.advice)),
            kit.line(kit.bold_text("When to expect an answer: "), make_lines_visible(written.answer.words)),
        ]
    )


def _field_blocks(text: Request) -> Iterator[Block]:
    yield from copyable_blocks("Mail type", text.mail_type.capitalize(), make_lines_visible(text.mail_type_reason))
    yield from copyable_blocks("Website URL", text.website or "–")
    yield from copyable_blocks("Use case description", text.description, _NO_FIELD)
    yield from copyable_blocks(
        "Additional contacts", "\n".join(text.contacts) or "–", "" if text.contacts else "Leave it empty."
    )
    yield from copyable_blocks("Preferred contact language", _LANGUAGES[text.language])


def closing_blocks(
    draft: StoredDraft, *, stopped: bool, prose: bool = False, act: bool = False, can_post: bool = False
) -> list[Block]:
    """Returns the end of a result: the step to tick, and the buttons. "I posted this" goes once it is ticked; sharing
    asks first; `act`: the bot can submit, `can_post`: and post."""
    edit = kit.button(EDIT, "Edit", draft.id)
    if stopped:
        return [kit.actions([edit], "draft_result")]
    row: list[Element] = [edit]
    if act and draft.kind is DraftKind.REQUEST:
        row = [kit.button(SUBMIT, "Submit to AWS", draft.id) | {"style": "primary"}, edit]
    if can_post and not draft.text_posted:
        row.append(kit.button(POST, "Post on the case", draft.id))
    row.append(kit.button(SHARE, "Share in channel", draft.id) | {"confirm": _SHARE})
    if not draft.text_posted:
        row.append(kit.button(POSTED, "I posted this on the case", draft.id))
    if prose:
        row.append(kit.button(PROSE, "Write as prose", draft.id))
    ticked = "☐ Posted on the case: not yet. Tick it with the button when it is done."
    if draft.text_posted and draft.posted_at:
        ticked = f"☑ Posted on the case: you ticked this on {format_date(draft.posted_at)}."
    return [kit.context(ticked), kit.actions(row, "draft_result")]


_SHARE = {
    "title": kit.plain_text("Share in channel?"),
    "text": kit.plain_text("Everyone in this channel will see the text, without remarks and contacts."),
    "confirm": kit.plain_text("Share it"),
    "deny": kit.plain_text("Keep it to me"),
}
_REMIND = {
    DraftKind.REQUEST: (
        "You drafted this some hours ago and have not ticked it off. If you have submitted, post it in the case now: "
        "AWS answers within 24 hours, and reads what is there. This is the only reminder."
    ),
    DraftKind.APPEAL: (
        "You wrote this answer some hours ago and have not ticked it off. If it is not in the case yet, post it now: "
        "until then AWS waits for you. This is the only reminder."
    ),
}


def reminder_messages(draft: StoredDraft, text: str) -> tuple[Message, ...]:
    """Returns the one reminder, for the owner alone: the text may not be on the case yet."""
    if draft.kind is DraftKind.APPEAL:
        name, what = f"Your answer{case_phrase(draft, ' in case')}", "The answer"
    else:
        name, what = draft_name(draft.domain, draft.request.name), "The message for the case"
    title = f"Is it on the case yet? {name}"
    blocks = [kit.header(title), kit.section(_REMIND[draft.kind]), *copyable_blocks(what, text)]
    row = [kit.button(POSTED, "I posted this on the case", draft.id), kit.button(OPEN, "Open the draft", draft.id)]
    return split_messages(title, blocks, [kit.actions(row, "draft_reminder")])


def prose_messages(draft: StoredDraft, letter: str, prose: str) -> tuple[Message, ...]:
    """Returns both versions of the letter, for the person to pick one."""
    title = "Two versions of your message: pick one"
    row = [kit.button(CHOOSE_PROSE, "Use the prose", draft.id), kit.button(CHOOSE_LETTER, "Keep the letter", draft.id)]
    blocks = [
        kit.header(title),
        *copyable_blocks("As prose, by a model", prose),
        *copyable_blocks("The letter", letter),
    ]
    return split_messages(title, blocks, [kit.actions(row, "draft_prose")])


def format_date(moment: date) -> str:
    """Returns such as "3 May 2026", in the zone that the moment is in."""
    return f"{moment.day} {moment:%B %Y}"


MOST = 15
_MOST_NAME = 253
"""Characters of a name that are looked at: a domain has no more."""


def draft_list_message(drafts: Sequence[StoredDraft], *, days: float) -> Message:
    """Returns the latest drafts, at most 15. `days`: how long a draft is kept after its last change."""
    if not drafts:
        return sentence_message("You have no drafts. /ses-draft acme.com starts one.")
    title = f"Your drafts: {format_count(min(len(drafts), MOST), 'draft', 'drafts')}"
    note = kit.context(f"Only you see these. A draft is deleted {days:g} days after its last change.")
    blocks = [kit.header(title), note, *chain.from_iterable(map(_draft_blocks, drafts[:MOST]))]
    return make_message(title, blocks)


def _draft_blocks(draft: StoredDraft) -> Iterator[Block]:
    yield kit.section(f"{draft_title(draft)}\n{describe_progress(draft)}")
    show = [kit.button(SHOW, "Show the text", draft.id)] if draft.finished else []
    posted = [kit.button(SHOW_POSTED, "Show what was posted", draft.id)] if draft.posted_texts else []
    row = [kit.button(OPEN, "Open", draft.id), *show, *posted, _delete_button(draft)]
    yield kit.actions(row, f"draft_row_{draft.id}")


def draft_title(draft: StoredDraft) -> str:
    """Returns which draft it is, in a line."""
    region = f", {make_visible(draft.region)}" if draft.region else ""
    if draft.kind is DraftKind.APPEAL:
        return f"Answer to AWS{case_phrase(draft, ' on case')}{region}"
    name = make_visible((draft.domain or draft.request.name)[:_MOST_NAME])
    return f"Request{f' for {shorten(name)}' if name else ''}{region}"


def describe_progress(draft: StoredDraft) -> str:
    """Returns how far it has come, and when."""
    when = f", saved {format_date(draft.updated_at)}" if draft.updated_at else ""
    if draft.posted_at:
        return f"Posted on the case{when}"
    if draft.finished:
        return f"Written{when}"
    if draft.kind is DraftKind.REQUEST and draft.step in steps_of(draft.request):
        return f"Begun, {step_title(draft.step, draft.request)}{when}"
    return f"Begun{when}"


def _delete_button(draft: StoredDraft) -> Element:
    ask = {
        "title": kit.plain_text("Delete this draft?"),
        "text": kit.plain_text(f"{draft_title(draft)[:200]}: this deletes its answers for good."),
        "confirm": kit.plain_text("Delete it"),
        "deny": kit.plain_text("Keep it"),
        "style": "danger",
    }
    return kit.button(DELETE, "Delete", draft.id) | {"confirm": ask}
