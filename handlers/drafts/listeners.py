"""Binds plain functions to Bolt. A function's parameters say what it needs, by name, as Bolt's own listeners do.

`Listeners` is a module's table: its decorators name what is listened to. Binding acknowledges, parses, checks that the
person is of the bot's organization, and starts background work with a surface that tells the person of a failure.
"""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from slack_bolt.async_app import AsyncApp

from handlers.drafts.forms import form_of
from handlers.drafts.modal_flow import FOREIGN, GONE, NOT_SAVED, Asker, StepResult, at_blocks, owner_of, surface_of
from handlers.drafts.services import DraftServices
from handlers.errors import note
from handlers.payloads import Payload, command_of, is_ours, press_of
from handlers.services import Services
from handlers.slack_api import EphemeralReply, Modal
from handlers.views import words
from handlers.views.drafts.request import plain_view

log = logging.getLogger(__name__)
Ack: TypeAlias = Callable[..., Awaitable[Any]]
F = TypeVar("F", bound=Callable[..., Coroutine[Any, Any, Any]])


@dataclass(frozen=True, slots=True)
class _Listener:
    """`bind` makes the Bolt listener of `work`; `what` names the work for the log and for a failure."""

    name: str
    work: Callable[..., Coroutine[Any, Any, Any]]
    what: str
    bind: "Callable[[_Listener, Services, DraftServices, AsyncApp], None]"


@dataclass(slots=True)
class Listeners:
    """The listeners of a module, in the order of its functions."""

    found: list[_Listener] = field(default_factory=list)

    def command(self, name: str, what: str) -> Callable[[F], F]:
        """A slash command. Gives `typed` and `asker`."""
        return self._add(name, what, _bind_command)

    def action(self, name: str, what: str) -> Callable[[F], F]:
        """A button in a message. Gives `press` and `asker`."""
        return self._add(name, what, _bind_action)

    def form_button(self, name: str) -> Callable[[F], F]:
        """A button in a modal. Gives `form`, `owner`; the view that comes back takes the modal's place."""
        return self._add(name, "turning the page", _bind_form_button)

    def form(self, name: str) -> Callable[[F], F]:
        """A modal handed in. Gives `form`, `owner`; a `StepResult` comes back and is acknowledged."""
        return self._add(name, "the draft", _bind_form)

    def _add(self, name: str, what: str, bind: Callable[..., None]) -> Callable[[F], F]:
        def add(work: F) -> F:
            self.found.append(_Listener(name, work, what, bind))
            return work

        return add


def bind(app: AsyncApp, services: Services, drafts: DraftServices, listeners: Listeners) -> None:
    """Register every listener of a module."""
    for one in listeners.found:
        one.bind(one, services, drafts, app)


def _call(one: _Listener, given: Mapping[str, object]) -> Coroutine[Any, Any, Any]:
    """Call the function with what its parameters name."""
    return one.work(**{name: given[name] for name in inspect.signature(one.work).parameters})


def _bind_command(one: _Listener, services: Services, drafts: DraftServices, app: AsyncApp) -> None:
    async def listener(ack: Ack, body: Payload) -> None:
        await ack()
        command = command_of(body)
        surface = EphemeralReply(services.slack, command.channel, command.user, command.response_url)
        given = {
            "services": services,
            "drafts": drafts,
            "typed": command.text,
            "asker": Asker(owner_of(services, command.user), surface, command.trigger_id),
        }
        services.background.start(_call(one, given), surface, what=one.what)

    app.command(one.name)(listener)


def _bind_action(one: _Listener, services: Services, drafts: DraftServices, app: AsyncApp) -> None:
    async def listener(ack: Ack, body: Payload) -> None:
        await ack()
        press = press_of(body)
        surface = EphemeralReply(services.slack, press.channel, press.user, press.response_url)
        if not is_ours(press, services.home):
            log.info("a button pressed by a person of another organization was refused")
            services.background.start(surface.tell(words.other_organization()), surface, what="the answer")
            return
        given = {
            "services": services,
            "drafts": drafts,
            "press": press,
            "asker": Asker(owner_of(services, press.user), surface, press.trigger_id),
        }
        services.background.start(_call(one, given), surface, what=one.what)

    app.action(one.name)(listener)


def _bind_form_button(one: _Listener, services: Services, drafts: DraftServices, app: AsyncApp) -> None:
    async def listener(ack: Ack, body: Payload) -> None:
        await ack()
        surface = EphemeralReply(services.slack, "", press_of(body).user, "")
        services.background.start(_turn_page(one, services, drafts, body), surface, what=one.what)

    app.action(one.name)(listener)


async def _turn_page(one: _Listener, services: Services, drafts: DraftServices, body: Payload) -> None:
    press, form = press_of(body), form_of(body)
    modal = Modal(services.slack, form.view_id)
    if not is_ours(press, services.home):
        return await modal.show(plain_view(FOREIGN))
    given = {"services": services, "drafts": drafts, "form": form, "owner": owner_of(services, press.user)}
    view = await _call(one, given)
    return await modal.show(view or plain_view(GONE))


def _bind_form(one: _Listener, services: Services, drafts: DraftServices, app: AsyncApp) -> None:
    async def listener(ack: Ack, body: Payload) -> None:
        form = form_of(body)
        result = await _step(one, services, drafts, body)
        if result.errors and form.blocks:  # a form of ours has fields: one without comes from nowhere
            await ack(response_action="errors", errors=at_blocks(form, result.errors))
        elif result.view:
            await ack(response_action="update", view=result.view)
        else:
            await ack(response_action="clear")
        if result.work and result.stored:
            surface = surface_of(services, drafts, result.stored)
            services.background.start(result.work, surface, what=one.what)

    app.view(one.name)(listener)


async def _step(one: _Listener, services: Services, drafts: DraftServices, body: Payload) -> StepResult:
    press, form = press_of(body), form_of(body)
    if not is_ours(press, services.home):
        log.info("a form handed in by a person of another organization was refused")
        return StepResult(errors={"": FOREIGN})
    given = {"services": services, "drafts": drafts, "form": form, "owner": owner_of(services, press.user)}
    try:
        async with asyncio.timeout(drafts.limits.saving):
            result = await _call(one, given)
    except Exception as error:  # noqa: BLE001 - told at the form, which keeps what was typed, and in the log
        return StepResult(errors={"": NOT_SAVED.format(note(error, "saving a step"))})
    return result if isinstance(result, StepResult) else StepResult(errors={"": GONE})
