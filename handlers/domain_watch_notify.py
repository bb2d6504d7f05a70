"""Both ends of "Tell me when it's fixed" for `watch`: checking a domain as "Check again" does, and notifying people.

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
from handlers.logs import log_error
from handlers.news import classify_refusal, explain_refusal
from handlers.reports import Reports
from handlers.slack_api import SlackApi, Undelivered, post_message, send_with_fallback
from handlers.views.domain_watch import ending_message, plain_ending_message
from model import Delivery, NoticeLease, Published, Report
from model.bounded import back_off
from store import Database
from watch import DomainWatcher, RecheckInterval

_PATIENCE = 20.0
"""Seconds that a check of a watched domain gives way; people who check without end must not stop it."""
_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class DomainWatches:
    """What the listeners need. `zone` is what times are written in."""

    db: Database
    pace: RecheckInterval
    zone: tzinfo = UTC


async def check_afresh(checker: Checker, reports: Reports, query: str, *, shared: float = 0.0) -> Report:
    """Checks the whole past every cache, once no one waits for theirs. What another check has asked for within `shared`
    seconds counts: the domains that are due in one round ask for common includes once."""
    parsed = parse(query)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            while checker.saturated:  # noqa: ASYNC110 - a watched domain has time; checks need no event for it
                await asyncio.sleep(_PAUSE)
    checked = await checker.check(parsed, fresh=True, since=time.monotonic() - shared)
    await reports.save_check(checked)
    return checked.report


async def notify_owner(slack: SlackApi, zone: tzinfo, notice: NoticeLease) -> Delivery:
    """Posts to the person (chat.postMessage to their user id), with blocks or, where Slack refuses those, as text."""
    watch, ending = notice.watch, notice.ending
    send = partial(post_message, slack, watch.owner.user, patience=0)
    try:
        message, plain = ending_message(watch, ending, zone), plain_ending_message(watch, ending)
        posted = await send_with_fallback(send, message, plain, what="the end of a wait")
    except Undelivered as error:
        waited = back_off(notice.attempts, 60.0, 32_000.0)  # when the watch ended is not known here
        return classify_refusal(error, notice.attempts, _explain_refusal(error.code), waiting=waited)
    return Published(posted.ts)


def watch_domains(  # noqa: PLR0913 - what looks and what notifies
    db: Database, checker: Checker, reports: Reports, slack: SlackApi, *, poll_seconds: float, zone: tzinfo
) -> tuple[DomainWatcher, DomainWatches]:
    """Returns the watcher of domains, and what listeners need of it."""
    pace = RecheckInterval(poll_seconds)
    shared = pace.seconds_to_first / 2  # two checks of one domain never share
    check, notify = partial(check_afresh, checker, reports, shared=shared), partial(notify_owner, slack, zone)
    watcher = DomainWatcher(db, check, notify, note_error=log_error, pace=pace)
    return watcher, DomainWatches(db, pace, zone)


def _explain_refusal(code: str) -> str:
    """Says why a message to a person is refused, and how to fix it; `code` is Slack's."""
    if code == "messages_tab_disabled":
        return "Slack lets ses-bot write to no one. Switch “Messages Tab” on, on the app’s page, “App Home”"
    if code in ("channel_not_found", "user_not_found"):
        return f"Slack knows the person no more ({code})"
    return explain_refusal(code, "the direct message")
