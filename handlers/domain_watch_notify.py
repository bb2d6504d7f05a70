"""Both ends of "Tell me when it's fixed" for `watch`: looking at a domain as "Check again" does, and telling people.

No one waits for these checks, so they give way to the checks that a person waits for. What a person wrote is in no log
line: a query is kept in the store, and shown to its owner alone.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import partial

from checks.query import parse
from handlers.checker import Checker
from handlers.logs import note
from handlers.news import mending, refusal
from handlers.reports import Reports
from handlers.slack_api import SlackApi, Undelivered, post, with_plain
from handlers.views.domain_watch import fixed_message, plain_fixed
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


class FreshLook:
    """A `watch.DomainChecker` over the checks that people ask for."""

    def __init__(self, checker: Checker, reports: Reports) -> None:
        self._checker = checker
        self._reports = reports

    async def look(self, query: str) -> Report:
        """The whole check, past every cache."""
        one = parse(query)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while self._checker.saturated:  # noqa: ASYNC110 - a look has time; checks need no event for it
                    await asyncio.sleep(_LOOK)
        checked = await self._checker.check(one, fresh=True)
        await self._reports.save_look(checked)
        return checked.report


class DirectMessenger:
    """A `watch.Notifier` over Slack: a message to the person, which is chat.postMessage to their user id."""

    def __init__(self, slack: SlackApi, zone: tzinfo = UTC) -> None:
        self._slack = slack
        self._zone = zone

    async def tell(self, telling: NoticeLease) -> Delivery:
        """Post it, with blocks or, where Slack refuses those, as text."""
        wish, ending = telling.wish, telling.ending
        drawn = fixed_message(wish, ending, self._zone)
        try:
            send = partial(post, self._slack, wish.owner.user, patience=0)
            message = await with_plain(send, drawn, plain_fixed(wish, ending), what="the end of a wait")
        except Undelivered as error:
            waited = back_off(telling.attempts, 60.0, 32_000.0)  # when the watch ended is not known here
            return refusal(error, telling.attempts, _mending(error.code), waiting=waited)
        return Published(message.ts)


def watch_domains(  # noqa: PLR0913 - what looks and what notifies
    db: Database, checker: Checker, reports: Reports, slack: SlackApi, *, poll_seconds: float, zone: tzinfo
) -> tuple[DomainWatcher, DomainWatches]:
    """Return the watcher of domains, and what listeners need of it."""
    pace = RecheckInterval(poll_seconds)
    watcher = DomainWatcher(db, FreshLook(checker, reports), DirectMessenger(slack, zone), note=note, pace=pace)
    return watcher, DomainWatches(db, pace, zone)


def _mending(code: str) -> str:
    """Say why a message to a person is refused, and how to fix it; `code` is Slack's."""
    if code == "messages_tab_disabled":
        return "Slack lets ses-bot write to no one. Switch “Messages Tab” on, on the app’s page, “App Home”"
    if code in ("channel_not_found", "user_not_found"):
        return f"Slack knows the person no more ({code})"
    return mending(code, "the direct message")
