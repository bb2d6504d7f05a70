"""The modals of a request: one step each, with what was answered before standing in its fields.

Nothing from outside becomes markup: answers stand in input fields, everything else in plain text. The modal's
private_metadata holds the draft's id and the step, and nothing else.
"""

from collections.abc import Sequence

from handlers.views import blocks as kit
from handlers.views.blocks import Element
from handlers.views.drafts.fields import Field, input_block
from handlers.views.drafts.steps import (
    CONSENT,
    MAIL,
    MORE,
    NO,
    NO_CHOICE,
    YES,
    fields_of,
    place_value,
    steps_of,
    title_of,
)
from handlers.views.escape import visible_lines
from handlers.views.limits import fit_view
from handlers.views.message import Block, View
from model import Answers, Place, StoredDraft

CALLBACK = "draft_step"
BACK = "draft_back"
TITLE = "Production access"


def request_view(draft: StoredDraft, step: str, *, places: Sequence[Place] = (), note: str = "") -> View:
    """One step of the request. `note` is said above the fields, such as where they were filled in from."""
    answers = draft.request
    every = steps_of(answers)
    if step not in every:  # one kind of mail more than before
        every = (*every[: every.index(CONSENT)], step, *every[every.index(CONSENT) :])
    number = every.index(step)
    drawn = [kit.context(kit.plain(f"Step {number + 1} of {len(every)} · {title_of(step, answers)}"))]
    if note:
        drawn.append(kit.section(kit.plain(visible_lines(note))))
    for field in fields_of(step, answers, places):
        value = _more(draft, step) if field.path == MORE else standing(answers, field)
        drawn.append(input_block(field, value, draft.revision))
    row = [kit.button(BACK, "Back", metadata(draft.id, step))] if number else []
    return step_view(CALLBACK, metadata(draft.id, step), [*drawn, *walk(row)], last=number + 1 == len(every))


def metadata(draft_id: str, step: str) -> str:
    """What a modal and its buttons carry: which draft, which step."""
    return f"{draft_id} {step}"


def walk(buttons: Sequence[Element]) -> list[Block]:
    """The row of buttons under the fields, where there are any."""
    return [kit.actions(buttons, "draft_walk")] if buttons else []


def step_view(callback: str, about: str, drawn: Sequence[Block], *, last: bool) -> View:
    """A modal with fields. `about` is its private_metadata; `last`: handing it in writes the text."""
    return fit_view(
        {
            "type": "modal",
            "callback_id": callback,
            "title": kit.plain(TITLE if callback == CALLBACK else "Reply to AWS"),
            "submit": kit.plain("Write it" if last else "Save and go on"),
            "close": kit.plain("Close"),
            "private_metadata": about,
            "blocks": list(drawn),
        }
    )


def plain_view(words: str) -> View:
    """A modal that only says something: that the form is on its way, or why it cannot come."""
    return fit_view(
        {
            "type": "modal",
            "callback_id": "draft_words",
            "title": kit.plain(TITLE),
            "close": kit.plain("Close"),
            "blocks": [kit.section(kit.plain(visible_lines(words)))],
        }
    )


def standing(answers: Answers, field: Field) -> str:
    """What stands in a field: the answer given before."""
    if field.path.startswith("streams."):
        _, number, name = field.path.split(".")
        stream = answers.streams[int(number)] if int(number) < len(answers.streams) else None
        return str(getattr(stream, name) or "") if stream else ""
    match field.path:
        case "contacts":
            return "\n".join(answers.contacts)
        case "mail_type":
            return answers.mail_type or NO_CHOICE
        case "at":
            return place_value(Place(answers.account, answers.region)) if answers.region else ""
    return str(getattr(answers, field.path))


def _more(draft: StoredDraft, step: str) -> str:
    """What was said of another kind of mail when this one was handed in; nothing where it was not yet."""
    every = steps_of(draft.request)
    if step not in every:
        return ""
    at = every.index(step)
    if every[at + 1].startswith(MAIL):
        return YES
    handed_in = draft.finished or (draft.step in every and every.index(draft.step) >= at)
    return NO if handed_in else ""
