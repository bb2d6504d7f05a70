"""`/ses-check`, and the buttons under its reports: "Check again", "Details", "Share in channel".

Every listener acknowledges at once and silently, and hands its work to the background. A report replaces only a report:
progress and failures come as messages of their own, so what a person sees is never lost to a hiccup. What is slower
than DNS follows the report in a second message (see `handlers.progressive_report`); several domains are one summary.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp

from checks.query import BadQuery, Query, parse
from handlers import domain_watch
from handlers.checker import Checker
from handlers.payloads import Command, Payload, Press, command_of, is_ours, press_of
from handlers.progressive_report import show_progressively, with_progress
from handlers.services import Services
from handlers.slack_api import NOT_THERE, EphemeralReply, Modal, Undelivered, open_modal, post, update
from handlers.views import words
from handlers.views.details import details_modal, loading_modal
from handlers.views.message import Message
from handlers.views.report import Refused, report_message, rest_message, summary_message
from model import Checked

log = logging.getLogger(__name__)
Ack = Callable[[], Awaitable[Any]]

COMMAND = "/ses-check"


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the command, to its three buttons, and to the one under news about a domain."""

    async def on_command(ack: Ack, body: Payload) -> None:
        await ack()
        command = command_of(body)
        surface = EphemeralReply(services.slack, command.channel, command.user, command.response_url)
        services.background.start(_command(services, command, surface), surface, what="the check")

    def on_press(
        work: Callable[[Services, Press, Query, EphemeralReply], Awaitable[None]], what: str
    ) -> Callable[..., Awaitable[None]]:
        async def listener(ack: Ack, body: Payload) -> None:
            await ack()
            press = press_of(body)
            surface = EphemeralReply(services.slack, press.channel, press.user, press.response_url)
            services.background.start(_pressed(services, press, surface, work), surface, what=what)

        return listener

    app.command(COMMAND)(on_command)
    app.action("check_again")(on_press(_check_again, "the check"))
    app.action("check_details")(on_press(_details, "showing the details"))
    app.action("check_share")(on_press(_share, "sharing the report"))
    app.action("check_domain")(on_press(_check_here, "the check"))


async def _command(services: Services, command: Command, surface: EphemeralReply) -> None:
    if services.domain_watches and domain_watch.asks_for_list(command.text):
        return await surface.tell(await domain_watch.listed(services, services.domain_watches, command.user))
    try:
        query = parse(command.text)
    except BadQuery as bad:
        return await surface.tell(words.usage(COMMAND, str(bad)))
    if query.help:
        return await surface.tell(words.usage(COMMAND))
    if query.notes:  # the person typed the name of a record or a website: say which domain is checked
        await surface.tell(words.said(" ".join(query.notes)))
    return await _answer(services, query, surface, fresh=False)


async def _pressed(
    services: Services,
    press: Press,
    surface: EphemeralReply,
    work: Callable[[Services, Press, Query, EphemeralReply], Awaitable[None]],
) -> None:
    """What all buttons have in common: who may press, and a value that is read like typed text."""
    if not is_ours(press, services.home):
        log.info("a button pressed by a person of another organization was refused")
        return await surface.tell(words.other_organization())
    try:
        query = parse(press.value)
    except BadQuery as bad:
        return await surface.tell(words.usage(COMMAND, str(bad)))
    if query.help:
        return await surface.tell(words.usage(COMMAND))
    return await work(services, press, query, surface)


async def _check_again(services: Services, press: Press, query: Query, surface: EphemeralReply) -> None:
    """Past every cache, and in place of the report: first what DNS says, then the whole. A shared report stays
    shared."""
    shared_by = None if press.ephemeral else press.shared_by or press.user

    async def replace(message: Message) -> None:
        if shared_by is not None and press.channel and press.message_ts:
            try:
                return await update(services.slack, press.channel, press.message_ts, message)
            except Undelivered as error:
                # shared by a response URL, where the bot is no member: only this button's response URL can change it
                log.info("a shared report could not be updated (%s), replacing it instead", error.code)
        return await surface.replace(message)

    async def show(checked: Checked) -> None:
        await replace(report_message(checked, query=str(query), shared_by=shared_by))

    if _is_one(query):
        return await show_progressively(services, query, surface, show, fresh=True)
    work = _report(services.checker, query, fresh=True, shared_by=shared_by)
    return await replace(await with_progress(work, services, query, surface))


async def _check_here(services: Services, _: Press, query: Query, surface: EphemeralReply) -> None:
    """Sends a report to the person who pressed the button under news, and leaves the news."""
    await _answer(services, query, surface, fresh=True)


async def _answer(services: Services, query: Query, surface: EphemeralReply, *, fresh: bool) -> None:
    """The report for one person: of one domain in one message or in two, of several in one."""
    parted = False

    async def show(checked: Checked) -> None:
        nonlocal parted
        draw = rest_message if parted else report_message
        parted = parted or bool(checked.pending)
        await surface.tell(draw(checked, query=str(query)))

    if _is_one(query):
        return await show_progressively(services, query, surface, show, fresh=fresh)
    work = _report(services.checker, query, fresh=fresh)
    return await surface.tell(await with_progress(work, services, query, surface))


async def _details(services: Services, press: Press, query: Query, _: EphemeralReply) -> None:
    """A modal at once, since its trigger lives three seconds; its content when it is there."""
    one = next(query.each())
    known = services.checker.cached(one)
    view = details_modal(known, query=str(one)) if known else loading_modal("Details", words.progress(one.domains).text)
    modal = await open_modal(services.slack, press.trigger_id, view)
    if not known:
        services.background.start(_fill(services.checker, one, modal), modal, what="the check")


async def _fill(checker: Checker, query: Query, modal: Modal) -> None:
    await modal.show(details_modal(await checker.displayed(query), query=str(query)))


async def _share(services: Services, press: Press, query: Query, surface: EphemeralReply) -> None:
    """The report as it was shown, for everybody in the channel."""
    work = _report(services.checker, query, fresh=None, shared_by=press.user)
    message = await with_progress(work, services, query, surface)
    try:
        await post(services.slack, press.channel, message)
    except Undelivered as error:
        if error.code not in NOT_THERE or not press.response_url:
            raise
    else:
        return None
    await services.slack.respond(press.response_url, message, in_channel=True)
    return await surface.hint(words.invite())


async def _report(checker: Checker, query: Query, *, fresh: bool | None, shared_by: str | None = None) -> Message:
    """The report of one domain, or the summary of several. `fresh` None: as it was shown last."""
    each = list(query.each())
    results = await asyncio.gather(
        *(checker.displayed(one) if fresh is None else checker.check(one, fresh=fresh) for one in each)
    )
    if _is_one(query):
        return report_message(results[0], query=str(query), shared_by=shared_by)
    refused = [Refused(word.typed, word.why) for word in query.unread]
    queries = [*(str(one) for one in each), *("" for _ in refused)]
    return summary_message([*results, *refused], query=str(query), queries=queries, shared_by=shared_by)


def _is_one(query: Query) -> bool:
    return len(query.domains) == 1 and not query.unread
