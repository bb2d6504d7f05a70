"""How a modal opens in time, and what comes of one step of it.

A form is acknowledged with what comes next, so it is saved before the acknowledgement; where that fails, the modal
stays open with every word that was typed and says so. Source: Slack, "Modals", view_submission and its responses.
"""

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.drafts.forms import DraftForm
from handlers.drafts.services import DraftServices
from handlers.listeners import Asker
from handlers.services import Services
from handlers.slack_api import EphemeralReply, open_when_ready
from handlers.views.drafts.request import plain_view
from handlers.views.message import View
from model.drafting import StoredDraft
from store.drafts import seen_in

LOADING = "Your draft is on its way…"
FAILED = "Your draft could not be opened. Nothing that was saved is lost."
GONE = "This draft is gone: it was deleted or has expired. /ses-draft starts a new one."
FOREIGN = "Only the organization that runs ses-bot can use this form here. Nothing was saved."
NOT_SAVED = "This step could not be saved; what you typed is still here. Try again in a moment ({})."


@dataclass(frozen=True, slots=True)
class StepResult:
    """What comes of a form: the next view, or errors at its fields (path to words); with neither the modal closes.
    `work` goes on in the background."""

    stored: StoredDraft | None = None
    view: View | None = None
    errors: Mapping[str, str] | None = None
    work: Coroutine[Any, Any, None] | None = None


def surface_of(services: Services, drafts: DraftServices, stored: StoredDraft) -> EphemeralReply:
    """Where to answer about a draft: where it was asked for last, or else to its owner."""
    return drafts.surfaces.get(stored.id) or EphemeralReply(services.slack, stored.channel, stored.owner.user, "")


def at_blocks(form: DraftForm, errors: Mapping[str, str]) -> dict[str, str]:
    """Errors by block_id, as Slack wants them; one without a field is put at the first."""
    first = next(iter(form.blocks.values()), "")
    found: dict[str, str] = {}
    for path, words in errors.items():
        block = form.blocks.get(path, first)
        found[block] = f"{found[block]} {words}" if block in found else words
    return found


async def opened_in(drafts: DraftServices, stored: StoredDraft, surface: EphemeralReply) -> None:
    """Remember where a draft was asked for: its result goes there."""
    drafts.remember(stored.id, surface)
    if surface.channel and surface.channel != stored.channel:
        await seen_in(drafts.db, stored.owner, stored.id, surface.channel)


async def open_form(
    services: Services, drafts: DraftServices, asker: Asker, preparing: Coroutine[Any, Any, View]
) -> None:
    """Open the modal that `preparing` gives. It opens at once, with a line that says to wait where that takes time."""
    loading, failed = plain_view(LOADING), plain_view(FAILED)
    opening = drafts.limits.opening
    await open_when_ready(services.slack, asker.trigger_id, preparing, loading=loading, failed=failed, seconds=opening)
