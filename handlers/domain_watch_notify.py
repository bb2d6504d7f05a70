"""Both ends of "Tell me when it's fixed" for `watch`: looking at a domain as "Check again" does, and telling people.

No one waits for these checks, so they give way to the checks that a person waits for. What a person wrote is in no log
line: a query is kept in the store, and shown to its owner alone.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import partial

from checks.query import parse
from handlers.checker import Checker
from handlers.logs import note
from handlers.news import mending, refusal
from handlers.reports import Reports
from handlers.slack_api import SlackApi, Undelivered, post, with_plain
from handlers.views.domain_watch import ending_message, plain_ending_message
from model import Delivery, NoticeLease, Published, Report
from model.bounded import back_off
from store import Database
from watch import DomainWatcher, RecheckInterval

_PATIENCE = 20.0
"""Seconds that a look gives way; people who check without end must not stop it."""
_LOOK = 0.1


@dataclass(frozen=True, slots=True)
class DomainWatches:
    """What the listeners need. `zone` is what times are written in."""

    db: Database
    pace: RecheckInterval
    zone: tzinfo = UTC


async def look_afresh(checker: Checker, reports: Reports, query: str, *, shared: float = 0.0) -> Report:
    """Returns the whole check, past every cache, once no one waits for theirs. What another look has asked for within
    `shared` seconds counts: the domains that are due in one round ask for common includes once."""
    one = parse(query)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            while checker.saturated:  # noqa: ASYNC110 - a look has time; checks need no event for it
                await asyncio.sleep(_LOOK)
    checked = await checker.check(one, fresh=True, since=time.monotonic() - shared)
    await reports.save_look(checked)
    return checked.report


async def notify(slack: SlackApi, zone: tzinfo, telling: NoticeLease) -> Delivery:
    """Posts to the person (chat.postMessage to their user id), with blocks or, where Slack refuses those, as text."""
    wish, ending = telling.watch, telling.ending
    send = partial(post, slack, wish.owner.user, patience=0)
    try:
        drawn, plain = ending_message(wish, ending, zone), plain_ending_message(wish, ending)
        message = await with_plain(send, drawn, plain, what="the end of a wait")
    except Undelivered as error:
        waited = back_off(telling.attempts, 60.0, 32_000.0)  # when the watch ended is not known here
        return refusal(error, telling.attempts, _mending(error.code), waiting=waited)
    return Published(message.ts)


def watch_domains(  # noqa: PLR0913 - what looks and what notifies
    db: Database, checker: Checker, reports: Reports, slack: SlackApi, *, poll_seconds: float, zone: tzinfo
) -> tuple[DomainWatcher, DomainWatches]:
    """Returns the watcher of domains, and what listeners need of it."""
    pace = RecheckInterval(poll_seconds)
    shared = pace.seconds_to_first / 2  # two looks at one domain never share
    look, tell = partial(look_afresh, checker, reports, shared=shared), partial(notify, slack, zone)
    watcher = DomainWatcher(db, look, tell, note_error=note, pace=pace)
    return watcher, DomainWatches(db, pace, zone)


def _mending(code: str) -> str:
    """Says why a message to a person is refused, and how to fix it; `code` is Slack's."""
    if code == "messages_tab_disabled":
        return "Slack lets ses-bot write to no one. Switch “Messages Tab” on, on the app’s page, “App Home”"
    if code in ("channel_not_found", "user_not_found"):
        return f"Slack knows the person no more ({code})"
    return mending(code, "the direct message")
