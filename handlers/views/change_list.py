"""The changes that people confirmed, as `/ses-status changes` lists them: who, when, what, and what came of it."""

from collections.abc import Sequence
from datetime import tzinfo

from handlers.views import blocks as kit
from handlers.views.changes import TITLES
from handlers.views.escape import inert, visible_lines
from handlers.views.limits import cut, fit_message
from handlers.views.message import Block, Message
from handlers.views.standing import moment, place_words
from model.changes import Change, ChangeState

MOST_CHANGES = 20
_STATES = {
    ChangeState.DONE: "done",
    ChangeState.REFUSED: "not done",
    ChangeState.UNKNOWN: "unknown",
    ChangeState.INTENDED: "about to begin",
    ChangeState.SENT: "under way",
}


def changes_message(changes: Sequence[Change], zone: tzinfo) -> Message:
    """What was changed at AWS and in DNS: when, by whom, what, and what came of it; the newest first."""
    title = f"Changes at AWS, newest first: {len(changes)}" if changes else "Nothing was changed yet"
    note = "Each is kept for a year." if changes else "What people confirm is listed here, and kept for a year."
    drawn = [kit.header(title), kit.context(kit.plain(note)), *(_row(one, zone) for one in changes)]
    return fit_message(Message(inert(title), tuple(drawn)))


def _row(change: Change, zone: tzinfo) -> Block:
    when = moment(change.confirmed_at, zone) if change.confirmed_at else ""
    head = f"{_STATES.get(change.state, change.state.value)}: {TITLES[change.kind]}, {place_words(change.place, None)}"
    steps = (f"{step.title}: {step.words}" if step.words else step.title for step in change.steps)
    by = kit.mrkdwn(f"*{inert(head)}*\n{inert(when)} · confirmed by <@{inert(change.confirmed_by)}>")
    return kit.section(by) | {"fields": [kit.plain(cut(visible_lines(one), 500)) for one in steps][:10]}
