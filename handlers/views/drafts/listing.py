"""What `/ses-draft list` shows: a person's own drafts, each to open, to read again once it is written, or to delete."""

from collections.abc import Iterator, Sequence

from handlers.views import blocks as kit
from handlers.views.blocks import Element
from handlers.views.drafts.result import DELETE, OPEN, SHOW, SHOW_POSTED, day
from handlers.views.drafts.steps import steps_of, title_of
from handlers.views.escape import visible
from handlers.views.limits import fit_message
from handlers.views.message import Block, Message
from handlers.views.naming import counted, short
from model.drafting import DraftKind, StoredDraft

MOST = 15
_NAMED = 253
"""Characters of a name that are looked at: a domain has no more."""


def list_message(drafts: Sequence[StoredDraft], *, days: float) -> Message:
    """The latest drafts, at most 15. `days`: how long a draft is kept after its last change."""
    if not drafts:
        words = "You have no drafts. /ses-draft acme.com starts one."
        return fit_message(Message(words, (kit.section(kit.plain(words)),)))
    title = f"Your drafts: {counted(min(len(drafts), MOST), 'draft', 'drafts')}"
    kept = kit.context(kit.plain(f"Only you see these. A draft is deleted {days:g} days after its last change."))
    drawn = [kit.header(title), kept, *(block for one in drafts[:MOST] for block in _row(one))]
    return fit_message(Message(title, tuple(drawn)))


def _row(stored: StoredDraft) -> Iterator[Block]:
    yield kit.section(kit.plain(f"{title(stored)}\n{progress(stored)}"))
    show = [kit.button(SHOW, "Show the text", stored.id)] if stored.finished else []
    posted = [kit.button(SHOW_POSTED, "Show what was posted", stored.id)] if stored.posted_texts else []
    row = [kit.button(OPEN, "Open", stored.id), *show, *posted, _delete(stored)]
    yield kit.actions(row, f"draft_row_{stored.id}")


def title(stored: StoredDraft) -> str:
    """Which draft it is, in a line."""
    where = f", {visible(stored.region)}" if stored.region else ""
    if stored.kind is DraftKind.APPEAL:
        case = visible(stored.reply.case_id)
        return f"Answer to AWS{f' on case {short(case)}' if case else ''}{where}"
    about = visible((stored.domain or stored.request.name)[:_NAMED])
    return f"Request{f' for {short(about)}' if about else ''}{where}"


def progress(stored: StoredDraft) -> str:
    """How far it has come, and when."""
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
        "title": kit.plain("Delete this draft?"),
        "text": kit.plain(f"{title(stored)[:200]}: this deletes its answers for good."),
        "confirm": kit.plain("Delete it"),
        "deny": kit.plain("Keep it"),
        "style": "danger",
    }
    return kit.button(DELETE, "Delete", stored.id) | {"confirm": ask}
