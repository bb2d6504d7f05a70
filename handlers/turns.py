"""The "Not now" under a reminder that AWS waits for an answer: it says when the next one comes."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from slack_bolt.async_app import AsyncApp

from handlers.payloads import Payload, is_ours, press_of
from handlers.services import Services
from handlers.slack_api import EphemeralReply
from handlers.views import words
from handlers.views.standing import NOT_NOW, moment
from handlers.watching import Watching
from model import AccountRegionStatus
from model.watching import Turn
from watch import REMINDERS

log = logging.getLogger(__name__)
Ack: TypeAlias = Callable[[], Awaitable[Any]]

_LAST = "OK. This was the last reminder. /ses-status goes on saying whose turn it is."
_ANSWERED = "It is no longer your turn there, so no reminder follows."
_GONE = "This account is no longer watched, so no reminder follows."


def register(app: AsyncApp, services: Services, watching: Watching) -> None:
    """Listen to the button."""

    async def listener(ack: Ack, body: Payload) -> None:
        await ack()
        press = press_of(body)
        surface = EphemeralReply(services.slack, press.channel, press.user, press.response_url)
        if is_ours(press, services.home):
            work = put_off(watching, surface, press.value)
        else:
            log.info("a button pressed by a person of another organization was refused")
            work = surface.tell(words.other_organization())
        services.background.start(work, surface, what="the answer")

    app.action(NOT_NOW)(listener)


async def put_off(watching: Watching, surface: EphemeralReply, value: str) -> None:
    """Say when the next reminder comes. The button carries an account and a region."""
    account, _, region = value.rpartition(" ")
    found = (await watching.overview(account=account, region=region)).places if account and region else ()
    await surface.tell(words.said(next_reminder(found[0], watching) if found else _GONE))


def next_reminder(one: AccountRegionStatus, watching: Watching) -> str:
    """When the next reminder of this place comes, in words."""
    current = one.known.current_turn
    if current is None or current[0] is not Turn.OURS:
        return _ANSWERED
    if one.known.reminders >= len(REMINDERS):
        return _LAST
    due = current[1] + REMINDERS[one.known.reminders]
    return f"OK. If no one has answered by then, the next reminder comes {moment(due, watching.zone)}."
