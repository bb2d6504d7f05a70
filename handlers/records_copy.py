"""“Copy records as…” under a report: its records as code. Needs no permission: nothing is changed anywhere."""

from checks.exports import FORMATS, export
from handlers.drafts.listeners import DraftListeners
from handlers.listeners import Asker
from handlers.payloads import Press
from handlers.reports import NoReport
from handlers.services import Services
from handlers.slack_api import open_when_ready
from handlers.views import words
from handlers.views.message import View
from handlers.views.records_copy import CHOOSE, TITLE, copy_view
from handlers.views.report import COPY

LISTENERS = DraftListeners()
_FORMS = tuple((one.name, one.label) for one in FORMATS.values())
_FIRST = next(iter(FORMATS))
_MOST_TEXT = 80_000
"""Characters that a modal surely holds whole."""


@LISTENERS.action(COPY, "the records")
async def copy(services: Services, asker: Asker, press: Press) -> None:
    """Open the modal with the first form."""
    loading = words.modal_saying(TITLE, "The report is on its way…")
    failed = words.modal_saying(TITLE, "The records could not be shown. Press “Copy records as…” again.")
    view = _view(services, press.value, _FIRST)
    await open_when_ready(services.slack, asker.trigger_id, view, loading=loading, failed=failed)


async def choose(services: Services, press: Press) -> View:
    """Show the records in another form, in place of the one before."""
    report_id, _, name = press.value.partition(" ")
    return await _view(services, report_id, name if name in FORMATS else _FIRST)


for _name in FORMATS:
    LISTENERS.form_button(f"{CHOOSE}{_name}")(choose)


async def _view(services: Services, report_id: str, name: str) -> View:
    try:
        [shown] = await services.reports.find(report_id, whole=True)
    except NoReport as missing:
        return words.modal_saying(TITLE, str(missing))
    exported = export(shown.checked, name)
    text, notes = exported.text, exported.notes
    if len(text) > _MOST_TEXT:  # half of it would be worse than none
        command = f"./ses-bot check --records {name} {shown.checked.report.domain}"
        text, notes = command, ("These records are too long for Slack. Run this in a terminal.",)
    return copy_view(_FORMS, name, shown.id, text, notes)
