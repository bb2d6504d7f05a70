"""The request as it was written: what to change, when to submit, every field to copy, and the message for the case.

AWS's console form has no field for the description any more, so nobody at AWS reads it unless it is posted on the case:
that is a step to tick. Where a remark says stop, there is no text to copy yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from handlers.views import blocks as kit
from handlers.views.blocks import Element
from handlers.views.drafts.pieces import copyable, in_messages, named, remark_blocks
from handlers.views.escape import visible, visible_lines
from handlers.views.message import Block, Message
from handlers.views.naming import counted, short
from handlers.views.report import sharer
from model import AnswerWhen, ContactLanguage, Draft, DraftKind, Remark, Severity, StoredDraft, SubmitWhen

EDIT, SHARE, POSTED = "draft_edit", "draft_share", "draft_posted"
OPEN, SHOW, DELETE = "draft_open", "draft_show", "draft_delete"
_LANGUAGES = {ContactLanguage.EN: "English", ContactLanguage.JA: "Japanese (日本語)"}
_NO_FIELD = (
    "AWS’s console form has no field for this today; the API still takes it. Posted on the case, as the message below, "
    "somebody at AWS reads it."
)
_POST = "Post this on the support case right after submitting. Without it, nobody at AWS reads your description."


@dataclass(frozen=True, slots=True)
class Request:
    """A request, written: the draft that it is from, the text, what is remarked on, and when."""

    stored: StoredDraft
    text: Draft
    remarks: tuple[Remark, ...]
    submit: SubmitWhen
    answer: AnswerWhen

    @property
    def stopped(self) -> bool:
        """Whether something must be changed before there is a text."""
        return any(one.severity is Severity.STOP for one in self.remarks)


def request_messages(written: Request, *, shared_by: str | None = None) -> tuple[Message, ...]:
    """The result, in as many messages as it needs. `shared_by` is the Slack user id of whoever shared it with a
    channel; then it has no buttons, for they are its owner's alone."""
    stored = written.stored
    title = headline(written)
    drawn = [kit.header(title), _about(stored, shared_by), *remark_blocks(written.remarks)]
    if not written.stopped:
        drawn += [_timing(written), *_fields(written.text), *_for_the_case(written.text)]
    last = [] if shared_by is not None else closing(stored, stopped=written.stopped)
    return in_messages(title, drawn, last)


def headline(written: Request) -> str:
    """One sentence, such as "Request for acme.com: ready to submit"."""
    answers = written.stored.request
    counts = {kind: sum(one.severity is kind for one in written.remarks) for kind in Severity}
    about = f"Request for {named(answers.domain, answers.name)}"
    if counts[Severity.STOP]:
        return f"{about}: change {counted(counts[Severity.STOP], 'thing', 'things')} first"
    if counts[Severity.ASK]:
        return f"{about}: answer {counted(counts[Severity.ASK], 'question', 'questions')} again"
    return f"{about}: ready to submit"


def _about(stored: StoredDraft, shared_by: str | None) -> Block:
    saved = f"Saved {day(stored.updated_at)}" if stored.updated_at else "Not saved yet"
    where = f"{visible(stored.region)}, a request of its own" if stored.region else "no region named"
    by = [sharer(shared_by)] if shared_by is not None else []
    return kit.context(kit.plain(f"{saved} · {where}"), *by)


def _timing(written: Request) -> Block:
    return kit.rich(
        [
            kit.line(kit.bold("When to submit: "), kit.run(visible_lines(written.submit.advice))),
            kit.line(kit.bold("When to expect an answer: "), kit.run(visible_lines(written.answer.words))),
        ]
    )


def _fields(text: Draft) -> Iterator[Block]:
    yield from copyable("Mail type", text.mail_type.capitalize(), visible_lines(text.mail_type_reason))
    yield from copyable("Website URL", text.website or "–")
    yield from copyable("Use case description", text.description, _NO_FIELD)
    yield from copyable(
        "Additional contacts", "\n".join(text.contacts) or "–", "" if text.contacts else "Leave it empty."
    )
    yield from copyable("Preferred contact language", _LANGUAGES[text.language])


def _for_the_case(text: Draft) -> Iterator[Block]:
    yield from copyable("The message for the case", text.message, _POST)


def closing(stored: StoredDraft, *, stopped: bool) -> list[Block]:
    """What stands under a result: the step to tick, and the buttons."""
    return [buttons(stored, shareable=False)] if stopped else [*_ticked(stored), buttons(stored)]


def _ticked(stored: StoredDraft) -> list[Block]:
    """The step that can be ticked off, and whether it is."""
    if stored.posted_at:
        return [kit.context(kit.plain(f"☑ Posted on the case: you said so on {day(stored.posted_at)}."))]
    return [kit.context(kit.plain("☐ Posted on the case: not yet. Tick it with the button when it is done."))]


def buttons(stored: StoredDraft, *, shareable: bool = True) -> Block:
    """The row under a result. "I posted this" goes once it is ticked."""
    row: list[Element] = [kit.button(EDIT, "Edit", stored.id)]
    if shareable:
        row.append(kit.button(SHARE, "Share in channel", stored.id))
    if shareable and not stored.posted_at:
        row.append(kit.button(POSTED, "I posted this on the case", stored.id))
    return kit.actions(row, "draft_result")


_REMIND = {
    DraftKind.REQUEST: (
        "You drafted this some hours ago and have not ticked it off. If you have submitted, post it on the case now: "
        "AWS answers within 24 hours, and reads what is there. This is the only reminder."
    ),
    DraftKind.APPEAL: (
        "You wrote this reply some hours ago and have not ticked it off. If it does not stand in the case yet, post it "
        "there now: nobody at AWS looks again before it does. This is the only reminder."
    ),
}


def reminder_messages(stored: StoredDraft, text: str) -> tuple[Message, ...]:
    """Said once, to the owner alone: the text may not stand on the case yet."""
    if stored.kind is DraftKind.APPEAL:
        case = visible(stored.appeal.case_id)
        about, what = f"Your reply{f' in case {short(case)}' if case else ''}", "The reply"
    else:
        about, what = named(stored.domain, stored.request.name), "The message for the case"
    title = f"Is it on the case yet? {about}"
    drawn = [kit.header(title), kit.section(kit.plain(_REMIND[stored.kind])), *copyable(what, text)]
    row = [kit.button(POSTED, "I posted this on the case", stored.id), kit.button(OPEN, "Open the draft", stored.id)]
    return in_messages(title, drawn, [kit.actions(row, "draft_reminder")])


def day(moment: datetime) -> str:
    """3 May 2026, in the zone that the moment is in."""
    return f"{moment.day} {moment:%B %Y}"
