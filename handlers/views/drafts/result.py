"""The finished request: what to change, when to submit, every field to copy, and the message for the case; and the list
of a person's drafts.

AWS's console form has no field for the description any more, so AWS reads it only when it is posted on the case: that
is a step to tick. Where a remark says stop, there is no text to copy yet.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from handlers.views import blocks as kit
from handlers.views.blocks import Block, Element, Message, Run
from handlers.views.changes import POST, POSTED, SUBMIT
from handlers.views.drafts.fields import steps_of, title_of
from handlers.views.drafts.pieces import copyable, in_messages, named, remark_blocks
from handlers.views.escape import make_lines_visible, make_visible
from handlers.views.limits import cut, make_message
from handlers.views.naming import check_label, format_count, join_words, shorten
from handlers.views.report import sharer_element
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
    stored: StoredDraft,
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
    title = headline(stored, written, failing)
    drawn = [kit.header(title), _about(stored), *remark_blocks(written.remarks), *_failing(stored, failing)]
    if not written.stopped:
        drawn += [_timing(written), *_fields(written.request)]
        drawn += copyable("The message for the case", written.message, _POST)
    offer = prose and not written.stopped and not stored.text_posted
    end = closing(stored, stopped=written.stopped, prose=offer, act=act, can_post=can_post)
    return in_messages(title, drawn, end)


def shared_messages(stored: StoredDraft, text: str, shared_by: str) -> tuple[Message, ...]:
    """Returns the letter alone, for a channel: without remarks, contacts and buttons."""
    answers = stored.answers
    if stored.kind is DraftKind.REQUEST:
        title, what = f"Request for {named(stored.domain, stored.request.name)}", "The message for the case"
    else:
        case = shorten(make_visible(getattr(answers, "case_id", "")))
        title, what = f"Answer to AWS{f' in case {case}' if case else ''}", "The answer"
    by = kit.context(_where(stored), sharer_element(shared_by))
    return in_messages(title, [kit.header(title), by, *copyable(what, text)], [])


def posted_messages(stored: StoredDraft) -> tuple[Message, ...]:
    """Returns what was posted on the case, as it was posted."""
    posted = f" on {day(stored.posted_at)}" if stored.posted_at else ""
    title = f"Posted in the support case{posted}"
    texts = stored.posted_texts
    names = [f"Text {at} of {len(texts)}" if len(texts) > 1 else "The text" for at in range(1, len(texts) + 1)]
    drawn = [kit.header(title), kit.context(_where(stored))]
    for name, text in zip(names, texts, strict=True):
        drawn += copyable(name, text)
    return in_messages(title, drawn, [])


def _failing(stored: StoredDraft, failing: Sequence[Finding]) -> list[Block]:
    """Returns what the last check found to fix; the text claims nothing of it."""
    if not failing:
        return []
    rows: list[list[Run]] = [
        [kit.bold_text(f"{check_label(finding.check)}: "), cut(make_lines_visible(finding.summary), 500)]
        for finding in failing
    ]
    lead = f"The last check of {named(stored.domain, '')} failed. A reviewer looks at this too:"
    hint = f"/ses-check {make_visible(stored.domain)} shows how to fix it."
    lines = [kit.line(kit.bold_text(lead)), kit.bullets(rows[:MOST_FAILING]), kit.line(hint)]
    return [kit.rich_text(lines)]


def headline(stored: StoredDraft, written: WrittenRequest, failing: Sequence[Finding] = ()) -> str:
    """Returns one sentence, such as "Request for acme.com: ready to submit"."""
    answers = stored.request
    counts = {kind: sum(one.severity is kind for one in written.remarks) for kind in Severity}
    about = f"Request for {named(answers.domain, answers.name)}"
    if counts[Severity.STOP]:
        return f"{about}: change {format_count(counts[Severity.STOP], 'thing', 'things')} first"
    if counts[Severity.ASK]:
        return f"{about}: answer {format_count(counts[Severity.ASK], 'question', 'questions')} again"
    if stored.text_posted:
        return f"{about}: posted on the case"
    if failing:
        return (
            f"{about}: written; fix {join_words(list(dict.fromkeys(check_label(one.check) for one in failing)))} first"
        )
    return f"{about}: ready to submit"


def _about(stored: StoredDraft) -> Block:
    saved = f"Saved {day(stored.updated_at)}" if stored.updated_at else "Not saved yet"
    return kit.context(f"{saved} · {_where(stored)}")


def _where(stored: StoredDraft) -> str:
    if not stored.region:
        return "No region chosen"
    if stored.kind is DraftKind.APPEAL:
        return make_visible(stored.region)
    return f"for {make_visible(stored.region)} (each region needs its own request)"


def _timing(written: WrittenRequest) -> Block:
    return kit.rich_text(
        [
            kit.line(kit.bold_text("When to submit: "), make_lines_visible(written.submit.advice)),
            kit.line(kit.bold_text("When to expect an answer: "), make_lines_visible(written.answer.words)),
        ]
    )


def _fields(text: Request) -> Iterator[Block]:
    yield from copyable("Mail type", text.mail_type.capitalize(), make_lines_visible(text.mail_type_reason))
    yield from copyable("Website URL", text.website or "–")
    yield from copyable("Use case description", text.description, _NO_FIELD)
    yield from copyable(
        "Additional contacts", "\n".join(text.contacts) or "–", "" if text.contacts else "Leave it empty."
    )
    yield from copyable("Preferred contact language", _LANGUAGES[text.language])


def closing(
    stored: StoredDraft, *, stopped: bool, prose: bool = False, act: bool = False, can_post: bool = False
) -> list[Block]:
    """Returns the end of a result: the step to tick, and the buttons. "I posted this" goes once it is ticked; sharing
    asks first; `act`: the bot can submit, `can_post`: and post."""
    edit = kit.button(EDIT, "Edit", stored.id)
    if stopped:
        return [kit.actions([edit], "draft_result")]
    row: list[Element] = [edit]
    if act and stored.kind is DraftKind.REQUEST:
        row = [kit.button(SUBMIT, "Submit to AWS", stored.id) | {"style": "primary"}, edit]
    if can_post and not stored.text_posted:
        row.append(kit.button(POST, "Post on the case", stored.id))
    row.append(kit.button(SHARE, "Share in channel", stored.id) | {"confirm": _SHARE})
    if not stored.text_posted:
        row.append(kit.button(POSTED, "I posted this on the case", stored.id))
    if prose:
        row.append(kit.button(PROSE, "Write as prose", stored.id))
    ticked = "☐ Posted on the case: not yet. Tick it with the button when it is done."
    if stored.text_posted and stored.posted_at:
        ticked = f"☑ Posted on the case: you ticked this on {day(stored.posted_at)}."
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


def reminder_messages(stored: StoredDraft, text: str) -> tuple[Message, ...]:
    """Sent once, to the owner alone: the text may not be on the case yet."""
    if stored.kind is DraftKind.APPEAL:
        case = make_visible(stored.reply.case_id)
        about, what = f"Your answer{f' in case {shorten(case)}' if case else ''}", "The answer"
    else:
        about, what = named(stored.domain, stored.request.name), "The message for the case"
    title = f"Is it on the case yet? {about}"
    drawn = [kit.header(title), kit.section(_REMIND[stored.kind]), *copyable(what, text)]
    row = [kit.button(POSTED, "I posted this on the case", stored.id), kit.button(OPEN, "Open the draft", stored.id)]
    return in_messages(title, drawn, [kit.actions(row, "draft_reminder")])


def prose_messages(stored: StoredDraft, letter: str, prose: str) -> tuple[Message, ...]:
    """Returns both versions of the letter, for the person to pick one."""
    title = "Two versions of your message: pick one"
    row = [
        kit.button(CHOOSE_PROSE, "Use the prose", stored.id),
        kit.button(CHOOSE_LETTER, "Keep the letter", stored.id),
    ]
    drawn = [kit.header(title), *copyable("As prose, by a model", prose), *copyable("The letter", letter)]
    return in_messages(title, drawn, [kit.actions(row, "draft_prose")])


def day(moment: date) -> str:
    """3 May 2026, in the zone that the moment is in."""
    return f"{moment.day} {moment:%B %Y}"


MOST = 15
_NAMED = 253
"""Characters of a name that are looked at: a domain has no more."""


def list_message(drafts: Sequence[StoredDraft], *, days: float) -> Message:
    """Returns the latest drafts, at most 15. `days`: how long a draft is kept after its last change."""
    if not drafts:
        return sentence_message("You have no drafts. /ses-draft acme.com starts one.")
    title = f"Your drafts: {format_count(min(len(drafts), MOST), 'draft', 'drafts')}"
    kept = kit.context(f"Only you see these. A draft is deleted {days:g} days after its last change.")
    drawn = [kit.header(title), kept, *(block for one in drafts[:MOST] for block in _row(one))]
    return make_message(title, drawn)


def _row(stored: StoredDraft) -> Iterator[Block]:
    yield kit.section(f"{title(stored)}\n{progress(stored)}")
    show = [kit.button(SHOW, "Show the text", stored.id)] if stored.finished else []
    posted = [kit.button(SHOW_POSTED, "Show what was posted", stored.id)] if stored.posted_texts else []
    row = [kit.button(OPEN, "Open", stored.id), *show, *posted, _delete(stored)]
    yield kit.actions(row, f"draft_row_{stored.id}")


def title(stored: StoredDraft) -> str:
    """Returns which draft it is, in a line."""
    where = f", {make_visible(stored.region)}" if stored.region else ""
    if stored.kind is DraftKind.APPEAL:
        case = make_visible(stored.reply.case_id)
        return f"Answer to AWS{f' on case {shorten(case)}' if case else ''}{where}"
    about = make_visible((stored.domain or stored.request.name)[:_NAMED])
    return f"Request{f' for {shorten(about)}' if about else ''}{where}"


def progress(stored: StoredDraft) -> str:
    """Returns how far it has come, and when."""
    when = f", saved {day(stored.updated_at)}" if stored.updated_at else ""
    if stored.posted_at:
        return f"Posted on the case{when}"
    if stored.finished:
        return f"Written{when}"
    if stored.kind is DraftKind.REQUEST:
        every = steps_of(stored.request)
        if stored.step in every:
            return f"Begun, {title_of(stored.step, stored.request)}{when}"
    return f"Begun{when}"


def _delete(stored: StoredDraft) -> Element:
    ask = {
        "title": kit.plain_text("Delete this draft?"),
        "text": kit.plain_text(f"{title(stored)[:200]}: this deletes its answers for good."),
        "confirm": kit.plain_text("Delete it"),
        "deny": kit.plain_text("Keep it"),
        "style": "danger",
    }
    return kit.button(DELETE, "Delete", stored.id) | {"confirm": ask}
