"""Binds the modals of drafts: how one opens in time, a form that is handed in, and the buttons in one.

A form is acknowledged with what comes next, so its function is awaited before the acknowledgement, within the time that
Slack gives; where that fails, the modal stays open with every word that was typed and says so. Source: Slack, "Modals",
view_submission and its responses.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, cast

from slack_bolt.async_app import AsyncApp

from handlers.drafts.forms import DraftForm, parse_form
from handlers.drafts.services import DraftServices
from handlers.listeners import Ack, Asker, F, Listener, Listeners, Services, Values, owner_of
from handlers.logs import log_error
from handlers.payloads import Payload, is_ours, parse_press
from handlers.slack_api import EphemeralReply, Modal, open_when_ready
from handlers.views.blocks import View
from handlers.views.drafts.request import draft_words_view
from model.drafting import StoredDraft
from store.drafts import save_channel

LOADING = "Your draft is on its way…"
FAILED = "Your draft could not be opened. Nothing that was saved is lost."
GONE = "This draft is gone: it was deleted or has expired. /ses-draft starts a new one."
FOREIGN = "Only the organization that runs ses-bot can use this form here. Nothing was saved."
NOT_SAVED = "This step could not be saved; what you typed is still here. Try again in a moment ({})."


@dataclass(frozen=True, slots=True)
class StepResult:
    """What comes of a form: the next view, or errors at its fields (path to words); with neither the modal closes.
    `work` goes on in the background."""

    draft: StoredDraft | None = None
    view: View | None = None
    errors: Mapping[str, str] | None = None
    work: Coroutine[Any, Any, None] | None = None


def draft_surface(drafts: DraftServices, draft: StoredDraft) -> EphemeralReply:
    """Returns where to answer about a draft: where it was asked for last, or else to its owner."""
    return drafts.surfaces.get(draft.id) or EphemeralReply(drafts.services.slack, draft.channel, draft.owner.user, "")


def errors_by_block(form: DraftForm, errors: Mapping[str, str]) -> dict[str, str]:
    """Returns the errors by block_id, as Slack wants them; one without a field is put at the first."""
    first = next(iter(form.blocks.values()), "")
    by_block: dict[str, str] = {}
    for path, words in errors.items():
        block = form.blocks.get(path, first)
        by_block[block] = f"{by_block[block]} {words}" if block in by_block else words
    return by_block


async def remember_opening(drafts: DraftServices, draft: StoredDraft, surface: EphemeralReply) -> None:
    """Remembers where a draft was asked for: its result goes there."""
    drafts.remember(draft.id, surface)
    if surface.channel and surface.channel != draft.channel:
        await save_channel(drafts.db, draft.owner, draft.id, surface.channel)


async def open_form(drafts: DraftServices, asker: Asker, form: Coroutine[Any, Any, View]) -> None:
    """Opens a modal at once, with a line that says to wait where making the form takes time."""
    loading, failed = draft_words_view(LOADING), draft_words_view(FAILED)
    slack, seconds = drafts.services.slack, drafts.limits.opening
    await open_when_ready(slack, asker.trigger_id, form, loading=loading, failed=failed, seconds=seconds)


log = logging.getLogger(__name__)


class DraftListeners(Listeners):
    """The listeners of a module about drafts; each may name `drafts`, a `DraftServices`."""

    def form_button(self, name: str) -> Callable[[F], F]:
        """Listens to a button in a modal. The function may name `form`, `press`, `owner`; the view that it returns
        takes the modal's place."""
        return self.add(name, "turning the page", _bind_form_button)

    def form(self, name: str) -> Callable[[F], F]:
        """Listens to a modal handed in. The function may name `form`, `owner`; the `StepResult` that it returns is
        acknowledged."""
        return self.add(name, "the draft", _bind_form)


def _bind_form_button(listener: Listener, services: Services, values: Values, app: AsyncApp) -> None:
    async def handle(ack: Ack, body: Payload) -> None:
        await ack()
        surface = EphemeralReply(services.slack, "", parse_press(body).user, "")
        services.background.start(_turn_page(listener, services, values, body), surface, what=listener.what)

    app.action(listener.name)(handle)


async def _turn_page(listener: Listener, services: Services, values: Values, body: Payload) -> None:
    press, form = parse_press(body), parse_form(body)
    modal = Modal(services.slack, form.view_id)
    if not is_ours(press, services.home):
        return await modal.show(draft_words_view(FOREIGN))
    view = await listener.call({**values, "form": form, "press": press, "owner": owner_of(services, press.user)})
    return await modal.show(view or draft_words_view(GONE))


def _bind_form(listener: Listener, services: Services, values: Values, app: AsyncApp) -> None:
    drafts = cast(DraftServices, values["drafts"])

    async def handle(ack: Ack, body: Payload) -> None:
        form = parse_form(body)
        result = await _take_form(listener, drafts, values, body)
        if result.errors and form.blocks:
            await ack(response_action="errors", errors=errors_by_block(form, result.errors))
        elif result.errors and form.draft:  # a plan without fields has no place for errors
            await ack(response_action="update", view=draft_words_view(" ".join(result.errors.values())))
        elif result.view:
            await ack(response_action="update", view=result.view)
        else:
            await ack(response_action="clear")
        if result.work:
            person = EphemeralReply(services.slack, "", parse_press(body).user, "")
            surface = draft_surface(drafts, result.draft) if result.draft else person
            services.background.start(result.work, surface, what=listener.what)

    app.view(listener.name)(handle)


async def _take_form(listener: Listener, drafts: DraftServices, values: Values, body: Payload) -> StepResult:
    press = parse_press(body)
    if not is_ours(press, drafts.services.home):
        log.info("a form handed in by a person of another organization was refused")
        return StepResult(errors={"": FOREIGN})
    named = {**values, "form": parse_form(body), "owner": owner_of(drafts.services, press.user)}
    try:
        async with asyncio.timeout(drafts.limits.saving):
            result = await listener.call(named)
    except Exception as error:  # noqa: BLE001 - shown at the form, which keeps what was typed, and in the log
        return StepResult(errors={"": NOT_SAVED.format(log_error(error, "saving a step"))})
    return result if isinstance(result, StepResult) else StepResult(errors={"": GONE})
