"""The modals of a request: one step each, with what was answered before in its fields.

Nothing from outside becomes markup: answers are in input fields, everything else is plain text. The modal's
private_metadata holds the draft's id and the step, and nothing else.
"""

from collections.abc import Collection, Sequence

from handlers.views import blocks as kit
from handlers.views.blocks import Block, Element, View
from handlers.views.drafts import fields as ask
from handlers.views.escape import make_lines_visible, make_visible
from handlers.views.report import headline, list_labels, select_by_outcome
from handlers.views.words import modal, words_modal
from model import Access, AccountRegion, AccountRegionStatus, Checked, Outcome
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
    account_regions: Sequence[AccountRegion] = (),
    note: str = "",
    volume: MonthlyVolume | None = None,
) -> View:
    """Returns one step of the request. `required` are the paths that need an answer. `note` is shown above the fields;
    `volume` is the month so far, for the steps about mail."""
    answers = draft.request
    chosen = AccountRegion(answers.account, answers.region)
    blocks = [kit.context(ask.step_title(step, answers))]
    blocks += [kit.section(make_lines_visible(note))] if note else []
    blocks += _month_blocks(draft, step, volume)
    fields = ask.fields_of(step, account_regions, chosen)
    in_menu = any(field.path == ask.AT for field in fields)
    for field in fields:
        value = "" if in_menu and field.path == "region" else ask.value_of(answers, field)
        blocks += ask.input_blocks(field, value, draft.revision, required=required, earlier=draft.earlier)
    metadata = form_metadata(draft.id, step)
    return step_view(CALLBACK, metadata, [*blocks, *button_row(_step_buttons(draft, step))], last=step == ask.BOUNCES)


def _month_blocks(draft: StoredDraft, step: str, volume: MonthlyVolume | None) -> list[Block]:
    """Returns the month as a sum, so that it can be read before going on; and the month as it was typed before."""
    if not step.startswith(ask.MAIL):
        return []
    earlier = ask.earlier_blocks(draft.earlier.get("kinds", ""))
    if volume is None or not volume.total:
        return earlier
    return [kit.section(f"Messages a month so far: {make_lines_visible(volume.sum)}"), *earlier]


def _step_buttons(draft: StoredDraft, step: str) -> list[Element]:
    metadata = form_metadata(draft.id, step)
    back = [] if step == ask.BUSINESS else [kit.button(BACK, "Back", metadata)]
    number = ask.kind_number(step)
    if number < 0:
        return back
    kinds = max(len(draft.request.kinds), number + 1)
    another = [kit.button(ANOTHER, "Another kind of mail", metadata)] if kinds < ask.MOST_KINDS else []
    remove = [kit.button(REMOVE, "Remove this kind", metadata)] if kinds > 1 else []
    return [*back, kit.button(SUM, "Work out the month", metadata), *another, *remove]


def form_metadata(draft_id: str, step: str) -> str:
    """Returns what a modal and its buttons carry: which draft, which step."""
    return f"{draft_id} {step}"


def button_row(buttons: Sequence[Element]) -> list[Block]:
    """Returns the row of buttons under the fields, where there are any."""
    return [kit.actions(buttons, "draft_walk")] if buttons else []


def step_view(callback_id: str, metadata: str, blocks: Sequence[Block], *, last: bool) -> View:
    """Returns a modal with fields. `last`: handing it in writes the text."""
    title = TITLE if callback_id == CALLBACK else "Answer AWS"
    submit = "Write it" if last else "Save and go on"
    return modal(title, *blocks, callback_id=callback_id, metadata=metadata, submit=submit)


def draft_words_view(text: str, *more: Block) -> View:
    """Returns a modal that only says something: that the form is on its way, or why it cannot come."""
    return words_modal(TITLE, text, *more)


_ACCESS = {
    Access.PRODUCTION: "already has production access in {region}.",
    Access.GRANTED: "has production access in {region}; it is not effective yet.",
    Access.IN_REVIEW: "is in review in {region}. Wait for AWS’s answer, or write this for another region.",
    Access.FAILED: "has a request in {region} that AWS never received. You can ask again.",
}
_REFUSED = (
    "AWS has not granted production access to {account} in {region}. Do not submit a second request: AWS rejects it "
    "automatically."
)
_REPLY = " /ses-appeal writes your answer."


def first_note(
    filled_from: str, checked: Checked | None, account_regions: Sequence[AccountRegionStatus], *, reply: bool = False
) -> str:
    """Returns a line for each thing worth knowing before the first question. `reply`: the answer to AWS is being
    written."""
    lines = [f"Filled in from {make_visible(filled_from)}."] if filled_from else []
    if checked:
        failing = list_labels(select_by_outcome(checked.report, Outcome.FAIL))
        named = f" ({', '.join(failing)})" if failing else ""
        lines.append(f"Last check: {headline(checked)}{named}.")
    notes = (_access_note(watched, reply=reply) for watched in account_regions[:5])
    return "\n".join([*lines, *filter(None, notes)])


def _access_note(watched: AccountRegionStatus, *, reply: bool) -> str:
    snapshot = watched.state.snapshot
    if snapshot is None:
        return ""
    account, region = make_visible(watched.account_region.account), make_visible(watched.account_region.region)
    if snapshot.access is Access.NOT_GRANTED:
        return _REFUSED.format(account=account, region=region) + ("" if reply else _REPLY)
    words = _ACCESS.get(snapshot.access, "")
    return f"{account} {words.format(region=region)}" if words else ""
