"""What the modals of requests and appeals have in common: opened in time, handed in, walked back, refused at a field.

A form is acknowledged with what comes next, so it is saved before the acknowledgement; where that fails, the modal
stays open with every word that was typed and says so. Source: Slack, "Modals", view_submission and its responses.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from handlers.desk import SAVING, Desk
from handlers.errors import note
from handlers.forms import Form, form_of
from handlers.payloads import Payload, Press, command_of, is_ours, press_of
from handlers.replies import Modal, Reply, open_modal
from handlers.services import Services
from handlers.views import words
from handlers.views.drafts.pieces import at_field
from handlers.views.drafts.request import plain_view
from handlers.views.message import View
from model import Owner, PlaceStatus, Remark, StoredDraft
from store.drafts import seen_in

log = logging.getLogger(__name__)
Ack: TypeAlias = Callable[..., Awaitable[Any]]

AT_ONCE = 0.6
"""Seconds that a modal may be late; then it opens with a line that says that its form is on its way."""
LOADING = "Your draft is on its way…"
GONE = (
    "This draft is not there any more: it was deleted, or kept for as long as drafts are. /ses-draft starts a new one."
)
FOREIGN = "This form can be used only by the organization that runs ses-bot here. Nothing was saved."


@dataclass(frozen=True, slots=True)
class Taken:
    """What comes of a form: the next view, errors at its fields (path to words), or neither, when it was the last."""

    stored: StoredDraft | None = None
    view: View | None = None
    errors: dict[str, str] | None = None

    @property
    def done(self) -> bool:
        return self.view is None and not self.errors


Take: TypeAlias = Callable[[Services, Desk, Owner, Form], Awaitable[Taken]]
Finish: TypeAlias = Callable[[Services, Desk, StoredDraft], Coroutine[Any, Any, None]]


def owner_of(services: Services, user: str) -> Owner:
    """Whose drafts a person sees: their own, in the workspace where the bot is installed."""
    return Owner(services.home.team, user)


def reply_to(services: Services, desk: Desk, stored: StoredDraft) -> Reply:
    """Where to answer about a draft: where it was asked for last, or else to its owner."""
    return desk.replies.get(stored.id) or Reply(services.slack, stored.channel, stored.owner.user, "")


def on_form(services: Services, desk: Desk, take: Take, finish: Finish) -> Callable[..., Awaitable[None]]:
    """The listener for forms: `take` saves what was handed in and says what comes next, `finish` writes the result."""

    async def listener(ack: Ack, body: Payload) -> None:
        press, form = press_of(body), form_of(body)
        taken = await _taken(services, desk, press, form, take)
        if taken.errors and form.blocks:  # a form of ours has fields: one without comes from nowhere
            await ack(response_action="errors", errors=_at_blocks(form, taken.errors))
        elif taken.view:
            await ack(response_action="update", view=taken.view)
        else:
            await ack(response_action="clear")
        if taken.done and taken.stored:
            surface = reply_to(services, desk, taken.stored)
            services.background.start(finish(services, desk, taken.stored), surface, what="the draft")

    return listener


async def _taken(services: Services, desk: Desk, press: Press, form: Form, take: Take) -> Taken:
    if not is_ours(press, services.home):
        log.info("a form handed in by a person of another organization was refused")
        return Taken(errors={"": FOREIGN})
    try:
        async with asyncio.timeout(SAVING):
            return await take(services, desk, owner_of(services, press.user), form)
    except Exception as error:  # noqa: BLE001 - told at the form, which keeps what was typed, and in the log
        error_id = note(error, "saving a step")
        return Taken(
            errors={
                "": f"This step could not be saved; what you typed is still here. Try again in a moment ({error_id})."
            }
        )


def _at_blocks(form: Form, errors: dict[str, str]) -> dict[str, str]:
    """Errors by block_id, as Slack wants them; what has no field of its own stands at the first."""
    first = next(iter(form.blocks.values()), "")
    found: dict[str, str] = {}
    for path, said in errors.items():
        block = form.blocks.get(path, first)
        found[block] = f"{found[block]} {said}" if block in found else said
    return found


def remarked(remarks: Sequence[Remark]) -> dict[str, str]:
    """Remarks as errors at their fields."""
    return {remark.field: at_field(remark) for remark in remarks}


Walk: TypeAlias = Callable[[Services, Desk, Owner, Form], Coroutine[Any, Any, View | None]]


def on_walk(services: Services, desk: Desk, walk: Walk) -> Callable[..., Awaitable[None]]:
    """The listener for buttons inside a form: what is typed is saved, then the view changes in place."""

    async def listener(ack: Ack, body: Payload) -> None:
        await ack()
        press, form = press_of(body), form_of(body)
        surface = Reply(services.slack, press.channel, press.user, "")
        services.background.start(_walked(services, desk, press, form, walk), surface, what="turning the page")

    return listener


async def _walked(services: Services, desk: Desk, press: Press, form: Form, walk: Walk) -> None:
    modal = Modal(services.slack, form.view_id)
    if not is_ours(press, services.home):
        return await modal.show(plain_view(FOREIGN))
    view = await walk(services, desk, owner_of(services, press.user), form)
    return await modal.show(view or plain_view(GONE))


Open: TypeAlias = Callable[[Services, Desk, Press, Reply], Coroutine[Any, Any, None]]


def on_press(services: Services, desk: Desk, work: Open, what: str) -> Callable[..., Awaitable[None]]:
    """The listener for a button of a message."""

    async def listener(ack: Ack, body: Payload) -> None:
        await ack()
        press = press_of(body)
        surface = Reply(services.slack, press.channel, press.user, press.response_url)
        services.background.start(_pressed(services, desk, press, surface, work), surface, what=what)

    return listener


async def _pressed(services: Services, desk: Desk, press: Press, surface: Reply, work: Open) -> None:
    if not is_ours(press, services.home):
        log.info("a button pressed by a person of another organization was refused")
        return await surface.tell(words.other_organization())
    return await work(services, desk, press, surface)


def on_command(services: Services, desk: Desk, work: Open) -> Callable[..., Awaitable[None]]:
    """The listener for a command: `work` gets it as a press of a button with the typed text as its value."""

    async def listener(ack: Ack, body: Payload) -> None:
        await ack()
        command = command_of(body)
        surface = Reply(services.slack, command.channel, command.user, command.response_url)
        typed = Press(
            action=command.name,
            value=command.text,
            user=command.user,
            user_team="",
            team="",
            enterprise="",
            channel=command.channel,
            message_ts="",
            ephemeral=True,
            shared_by="",
            response_url=command.response_url,
            trigger_id=command.trigger_id,
        )
        services.background.start(work(services, desk, typed, surface), surface, what="opening the draft")

    return listener


@dataclass(frozen=True, slots=True)
class Opening:
    """How a draft is opened: where it was asked for, the accounts known, what to say above the first question, and
    whether to begin at that (`start`) or where the draft was left."""

    surface: Reply
    places: Sequence[PlaceStatus] = ()
    note: str = ""
    start: bool = False


async def opened_in(desk: Desk, stored: StoredDraft, surface: Reply) -> None:
    """Remember where a draft was asked for: that is where its result belongs."""
    desk.remember(stored.id, surface)
    if surface.channel and surface.channel != stored.channel:
        await seen_in(desk.db, stored.owner, stored.id, surface.channel)


async def open_form(services: Services, trigger_id: str, preparing: Coroutine[Any, Any, View]) -> None:
    """Open the modal that `preparing` gives. It opens at once, with a line that says to wait where that takes time."""
    work = asyncio.ensure_future(preparing)
    try:
        done, _ = await asyncio.wait({work}, timeout=AT_ONCE)
        if done:
            await open_modal(services.slack, trigger_id, work.result())
            return
        modal = await open_modal(services.slack, trigger_id, plain_view(LOADING))
        try:
            await modal.show(await work)
        except Exception:
            await modal.show(plain_view("Your draft could not be opened. Nothing that was saved is lost."))
            raise
    finally:
        work.cancel()
