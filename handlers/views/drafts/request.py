"""The modals of a request: one step each, with what was answered before in its fields.

Nothing from outside becomes markup: answers are in input fields, everything else is plain text. The modal's
private_metadata holds the draft's id and the step, and nothing else.
"""

from collections.abc import Collection, Sequence

from handlers.views import blocks as kit
from handlers.views.blocks import Element
from handlers.views.drafts.fields import input_blocks, you_wrote
from handlers.views.drafts.steps import (
    AT,
    BOUNCES,
    BUSINESS,
    MAIL,
    MOST_KINDS,
    fields_of,
    kind_number,
    title_of,
    value_of,
)
from handlers.views.escape import visible_lines
from handlers.views.limits import fit_view
from handlers.views.message import Block, View
from handlers.views.words import modal_saying
from model import AccountRegion
from model.drafting import StoredDraft
from model.request import MonthlyVolume

CALLBACK = "draft_step"
BACK, ANOTHER, REMOVE, SUM = "draft_back", "draft_another", "draft_remove", "draft_sum"
TITLE = "Production access"


def request_view(  # noqa: PLR0913 - what is known, by keyword
    draft: StoredDraft,
    step: str,
    *,
    required: Collection[str],
    places: Sequence[AccountRegion] = (),
    note: str = "",
    volume: MonthlyVolume | None = None,
) -> View:
    """One step of the request. `required` are the paths that need an answer. `note` is shown above the fields;
    `volume` is the month so far, for the steps about mail."""
    answers = draft.request
    chosen = AccountRegion(answers.account, answers.region)
    drawn = [kit.context(kit.plain(title_of(step, answers)))]
    drawn += [kit.section(kit.plain(visible_lines(note)))] if note else []
    drawn += _month(draft, step, volume)
    fields = fields_of(step, places, chosen)
    in_menu = any(field.path == AT for field in fields)
    for field in fields:
        value = "" if in_menu and field.path == "region" else value_of(answers, field)
        drawn += input_blocks(field, value, draft.revision, required=required, earlier=draft.earlier)
    about = metadata(draft.id, step)
    return step_view(CALLBACK, about, [*drawn, *walk(_buttons(draft, step))], last=step == BOUNCES)


def _month(draft: StoredDraft, step: str, volume: MonthlyVolume | None) -> list[Block]:
    """The month as a sum, so that it can be read before going on; and the month as it was typed before."""
    if not step.startswith(MAIL):
        return []
    wrote = draft.earlier.get("kinds", "")
    lines = [you_wrote(wrote)] if wrote else []
    if volume is None or not volume.total:
        return lines
    return [kit.section(kit.plain(f"Messages a month so far: {visible_lines(volume.sum)}")), *lines]


def _buttons(draft: StoredDraft, step: str) -> list[Element]:
    about = metadata(draft.id, step)
    back = [] if step == BUSINESS else [kit.button(BACK, "Back", about)]
    number = kind_number(step)
    if number < 0:
        return back
    kinds = max(len(draft.request.kinds), number + 1)
    another = [kit.button(ANOTHER, "Another kind of mail", about)] if kinds < MOST_KINDS else []
    remove = [kit.button(REMOVE, "Remove this kind", about)] if kinds > 1 else []
    return [*back, kit.button(SUM, "Work out the month", about), *another, *remove]


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
            "title": kit.plain(TITLE if callback == CALLBACK else "Answer AWS"),
            "submit": kit.plain("Write it" if last else "Save and go on"),
            "close": kit.plain("Close"),
            "private_metadata": about,
            "blocks": list(drawn),
        }
    )


def plain_view(text: str, *more: Block) -> View:
    """A modal that only says something: that the form is on its way, or why it cannot come."""
    return modal_saying(TITLE, text, *more)
