""" "Tell me when it's fixed": the button under a report that is not ready, and `/ses-check watched`.

The person who presses is notified, also under a shared report. What is watched is kept in the store by the query of the
report; `watch.DomainWatcher` checks it, and notifies.
"""

from datetime import UTC, datetime

from handlers.checking import COMMAND, make_shown_report, read_query
from handlers.domain_watch_notify import DomainWatches
from handlers.listeners import Asker, Listeners, Services
from handlers.payloads import Press
from handlers.reports import NoReport, is_report
from handlers.views import domain_watch as views
from handlers.views import words
from handlers.views.blocks import Message
from handlers.views.report import TELL, verdict_line
from model import Owner, ShownReport, Verdict
from store.domain_watches import add_watch, list_domain_watches, stop_watch
from watch import open_codes

LISTENERS = Listeners()
_SUBCOMMAND = "watched"


def asks_for_list(text: str) -> bool:
    """Tells whether what was typed after `/ses-check` asks what is watched, and names no domain."""
    return text.strip().lower() == _SUBCOMMAND


async def load_watch_list(watches: DomainWatches, owner: Owner) -> Message:
    """Returns what is watched for this person, as a message."""
    return views.watch_list_message(await list_domain_watches(watches.db, owner), datetime.now(UTC), watches.zone)


@LISTENERS.action(TELL, "watching the domain")
async def watch_domain(services: Services, watches: DomainWatches, asker: Asker, press: Press) -> None:
    """Watches what the report is about, unless it is ready by now."""
    try:
        shown = await _find_report(services, asker, press.value)
    except NoReport as missing:
        return await asker.surface.say(str(missing))
    if shown is None:
        return None
    query, report = shown.query, shown.checked.report
    if report.verdict is Verdict.READY:
        return await asker.surface.tell(views.ready_message(query, verdict_line(report)))
    owner, now = asker.owner, datetime.now(UTC)
    added = await add_watch(watches.db, owner, query, open_codes(report), first_in=watches.pace.seconds_to_first)
    if added.watch is None:
        own = await list_domain_watches(watches.db, owner)
        return await asker.surface.tell(views.full_message(own, now, watches.zone))
    if added.already:
        return await asker.surface.tell(views.already_message(added.watch, now, watches.zone))
    return await asker.surface.tell(views.watching_message(added.watch))


async def _find_report(services: Services, asker: Asker, value: str) -> ShownReport | None:
    """Returns the report that the person sees, the whole of it; where the domain was seen ready since, or the button
    carries a query, as it is now. None when the person got another answer instead."""
    if is_report(value):
        [shown, *_] = await services.reports.find(value)
        last = await services.reports.load_latest(shown.checked.report.domain)
        if Verdict.READY not in (shown.checked.report.verdict, last and last.report.verdict):
            return shown
        value = shown.query
    query = await read_query(asker, value)
    if query is None:
        return None
    if len(query.domains) > 1 or query.unread:
        await asker.surface.tell(words.usage_message(COMMAND, "One domain at a time can be watched."))
        return None
    await asker.surface.hint(words.checking_message(query.domains))
    return make_shown_report(query, await services.checker.check(query, fresh=True))


@LISTENERS.action(views.STOP, "stopping it")
async def stop_from_list(watches: DomainWatches, asker: Asker, press: Press) -> None:
    """Stops watching one domain of the list, which is shown anew in its place."""
    await stop_watch(watches.db, asker.owner, press.value)
    await asker.surface.replace(await load_watch_list(watches, asker.owner))


@LISTENERS.action(views.STOP_HERE, "stopping it")
async def stop_watching(watches: DomainWatches, asker: Asker, press: Press) -> None:
    """Stops watching the domain that the message is about."""
    stopped = await stop_watch(watches.db, asker.owner, press.value)
    await asker.surface.replace(views.stopped_message(stopped))
