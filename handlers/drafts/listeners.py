"""Binds the modals of drafts: a form that is handed in, and the buttons in one.

A form is acknowledged with what comes next, so its function is awaited before the acknowledgement, within the time that
Slack gives; where that fails, the modal stays open with every word that was typed and says so.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import cast

from slack_bolt.async_app import AsyncApp

from handlers.drafts.forms import form_of
from handlers.drafts.modal_flow import FOREIGN, GONE, NOT_SAVED, StepResult, at_blocks, surface_of
from handlers.drafts.services import DraftServices
from handlers.errors import note
from handlers.listeners import Ack, F, Listener, Listeners, Values, owner_of
from handlers.payloads import Payload, is_ours, press_of
from handlers.services import Services
from handlers.slack_api import EphemeralReply, Modal
from handlers.views.drafts.request import plain_view

log = logging.getLogger(__name__)


class DraftListeners(Listeners):
    """The listeners of a module about drafts; each may name `drafts`, a `DraftServices`."""

    def form_button(self, name: str) -> Callable[[F], F]:
        """A button in a modal. Gives `form`, `owner`; the view that comes back takes the modal's place."""
        return self.add(name, "turning the page", _bind_form_button)

    def form(self, name: str) -> Callable[[F], F]:
        """A modal handed in. Gives `form`, `owner`; a `StepResult` comes back and is acknowledged."""
        return self.add(name, "the draft", _bind_form)


def _bind_form_button(one: Listener, services: Services, values: Values, app: AsyncApp) -> None:
    async def listener(ack: Ack, body: Payload) -> None:
        await ack()
        surface = EphemeralReply(services.slack, "", press_of(body).user, "")
        services.background.start(_turn_page(one, services, values, body), surface, what=one.what)

    app.action(one.name)(listener)


async def _turn_page(one: Listener, services: Services, values: Values, body: Payload) -> None:
    press, form = press_of(body), form_of(body)
    modal = Modal(services.slack, form.view_id)
    if not is_ours(press, services.home):
        return await modal.show(plain_view(FOREIGN))
    view = await one.call({**values, "form": form, "owner": owner_of(services, press.user)})
    return await modal.show(view or plain_view(GONE))


def _bind_form(one: Listener, services: Services, values: Values, app: AsyncApp) -> None:
    drafts = cast(DraftServices, values["drafts"])

    async def listener(ack: Ack, body: Payload) -> None:
        form = form_of(body)
        result = await _step(one, services, drafts, values, body)
        if result.errors and form.blocks:
            await ack(response_action="errors", errors=at_blocks(form, result.errors))
        elif result.errors and form.draft:  # a plan without fields has no place for errors
            await ack(response_action="update", view=plain_view(" ".join(result.errors.values())))
        elif result.view:
            await ack(response_action="update", view=result.view)
        else:
            await ack(response_action="clear")
        if result.work:
            person = EphemeralReply(services.slack, "", press_of(body).user, "")
            surface = surface_of(services, drafts, result.stored) if result.stored else person
            services.background.start(result.work, surface, what=one.what)

    app.view(one.name)(listener)


async def _step(one: Listener, services: Services, drafts: DraftServices, values: Values, body: Payload) -> StepResult:
    press = press_of(body)
    if not is_ours(press, services.home):
        log.info("a form handed in by a person of another organization was refused")
        return StepResult(errors={"": FOREIGN})
    given = {"form": form_of(body), "owner": owner_of(services, press.user)}
    try:
        async with asyncio.timeout(drafts.limits.saving):
            result = await one.call({**values, **given})
    except Exception as error:  # noqa: BLE001 - shown at the form, which keeps what was typed, and in the log
        return StepResult(errors={"": NOT_SAVED.format(note(error, "saving a step"))})
    return result if isinstance(result, StepResult) else StepResult(errors={"": GONE})
