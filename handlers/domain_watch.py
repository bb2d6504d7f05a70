""" "Tell me when it's fixed": the button under a report that is not ready, and `/ses-check watched`.

Whoever presses is the one who is told, also under a report that somebody shared. What is watched is kept in the store
by the query that the button carries; `watch.DomainWatcher` looks at it, and tells.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncApp

from checks.query import BadQuery, Query, parse
from handlers.domain_watch_notify import DomainWatches
from handlers.payloads import Payload, Press, is_ours, press_of
from handlers.services import Services
from handlers.slack_api import EphemeralReply
from handlers.views import words
from handlers.views.domain_watch import (
    STOP,
    STOP_HERE,
    already_message,
    full_message,
    list_message,
    ready_already,
    stopped_message,
    watching_message,
)
from handlers.views.message import Message
from handlers.views.report import TELL, verdict_line
from model import Checked, Owner, Verdict
from store.domain_watches import ask, list_domain_watches, stop
from watch import open_codes

log = logging.getLogger(__name__)
Ack = Callable[[], Awaitable[Any]]

_COMMAND = "/ses-check"
_SUBCOMMAND = "watched"


def register(app: AsyncApp, services: Services, wishes: DomainWatches) -> None:
    """Listen to the button, and to those that stop what it began."""

    def on_press(
        work: Callable[[Services, DomainWatches, Press, EphemeralReply], Awaitable[None]], what: str
    ) -> Callable[..., Awaitable[None]]:
        async def listener(ack: Ack, body: Payload) -> None:
            await ack()
            press = press_of(body)
            surface = EphemeralReply(services.slack, press.channel, press.user, press.response_url)
            services.background.start(_pressed(services, wishes, press, surface, work), surface, what=what)

        return listener

    app.action(TELL)(on_press(_ask, "watching the domain"))
    app.action(STOP)(on_press(_stop, "stopping it"))
    app.action(STOP_HERE)(on_press(_stop_here, "stopping it"))


def asks_for_list(text: str) -> bool:
    """Whether what was typed after `/ses-check` is no domain, but the question what is watched."""
    return text.strip().lower() == _SUBCOMMAND


async def listed(services: Services, wishes: DomainWatches, user: str) -> Message:
    """What is watched for this person, as a message."""
    found = await list_domain_watches(wishes.db, _owner(services, user))
    return list_message(found, datetime.now(UTC), wishes.zone)


async def _pressed(
    services: Services,
    wishes: DomainWatches,
    press: Press,
    surface: EphemeralReply,
    work: Callable[[Services, DomainWatches, Press, EphemeralReply], Awaitable[None]],
) -> None:
    if not is_ours(press, services.home):
        log.info("a button pressed by a person of another organization was refused")
        return await surface.tell(words.other_organization())
    return await work(services, wishes, press, surface)


async def _ask(services: Services, wishes: DomainWatches, press: Press, surface: EphemeralReply) -> None:
    """Watch what the report is about, unless it is ready by now."""
    try:
        query = parse(press.value)
    except BadQuery as bad:
        return await surface.tell(words.usage(_COMMAND, str(bad)))
    if query.help or len(query.domains) > 1 or query.unread:
        return await surface.tell(words.usage(_COMMAND, "One domain at a time can be watched."))
    report = (await _standing(services, query, surface)).report
    if report.verdict is Verdict.READY:
        return await surface.tell(ready_already(str(query), verdict_line(report)))
    owner = _owner(services, press.user)
    asked = await ask(wishes.db, owner, str(query), open_codes(report), first_in=wishes.pace.first_in)
    now = datetime.now(UTC)
    if asked.wish is None:
        return await surface.tell(full_message(await list_domain_watches(wishes.db, owner), now, wishes.zone))
    if asked.already:
        return await surface.tell(already_message(asked.wish, now, wishes.zone))
    return await surface.tell(watching_message(asked.wish))


async def _standing(services: Services, query: Query, surface: EphemeralReply) -> Checked:
    """The report that the person sees, the whole of it; where the domain was seen ready since, as it is now."""
    checker = services.checker
    known, last = checker.cached(query), checker.latest(query.domains[0])
    seen_ready = any(one and one.report.verdict is Verdict.READY for one in (known, last))
    if seen_ready or known is None:
        await surface.hint(words.progress(query.domains))
    return await (checker.check(query, fresh=True) if seen_ready else checker.displayed(query))


async def _stop(services: Services, wishes: DomainWatches, press: Press, surface: EphemeralReply) -> None:
    """One of the list, which is shown anew in its place."""
    await stop(wishes.db, _owner(services, press.user), press.value)
    await surface.replace(await listed(services, wishes, press.user))


async def _stop_here(services: Services, wishes: DomainWatches, press: Press, surface: EphemeralReply) -> None:
    stopped = await stop(wishes.db, _owner(services, press.user), press.value)
    await surface.replace(stopped_message(stopped))


def _owner(services: Services, user: str) -> Owner:
    """Whose wishes a person sees: their own, in the workspace where the bot is installed."""
    return Owner(services.home.team, user)
