"""“Copy records as…”: the records of a report as code, in the form that a person chooses."""

from collections.abc import Sequence

from handlers.views import blocks as kit
from handlers.views.drafts.pieces import copyable
from handlers.views.escape import visible
from handlers.views.message import Block, View
from handlers.views.words import modal

TITLE = "Copy records"
CHOOSE = "records_copy_as_"
"""Each form has a button; Slack wants their action_ids to differ."""


def copy_view(forms: Sequence[tuple[str, str]], chosen: str, report_id: str, text: str, notes: Sequence[str]) -> View:
    """The modal: a button for each form (its name and label), and the text in the one that is `chosen`. `notes` are
    sentences that the text cannot hold."""
    buttons = []
    for name, label in forms:
        button = kit.button(f"{CHOOSE}{name}", label, f"{report_id} {name}")
        buttons.append(button | {"style": "primary"} if name == chosen else button)
    drawn: list[Block] = [kit.actions(buttons, "records_forms")]
    if notes:
        drawn.append(kit.rich([kit.line(kit.bold("To know")), kit.bullets([kit.run(visible(one))] for one in notes)]))
    drawn += copyable(dict(forms)[chosen], text) if text else [kit.section(kit.plain("There is nothing to publish."))]
    return modal(TITLE, *drawn)
