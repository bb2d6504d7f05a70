"""`/ses-check`, and the buttons under its reports: "Check again", "Details", "Share in channel", "Copy records as…".

A report replaces only a report: progress and failures come as messages of their own, so what a person sees is never
lost to a hiccup. What is slower than DNS follows the report in a second message (see `handlers.checking`);
several domains are one summary. "Check again" carries a query; the other buttons the ids of what was shown.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

from checks.exports import FORMATS, export_records
from checks.query import Query, parse
from handlers import domain_watch, slack_api
from handlers.checking import COMMAND, check_in_parts, make_shown_report, read_query, wait_with_progress
from handlers.drafts.listeners import DraftListeners
from handlers.listeners import Asker, Services
from handlers.payloads import Press
from handlers.reports import NoReport
from handlers.slack_api import EphemeralReply, Undelivered, open_when_ready, update_message
from handlers.views import words
from handlers.views.blocks import Message, View
from handlers.views.records import COPY_AS, COPY_TITLE, copy_view
from handlers.views.report import COPY, NotChecked, details_modal, report_message, rest_message, summary_message

log = logging.getLogger(__name__)

LISTENERS = DraftListeners()
_DETAILS = "Details"
_FORMATS = tuple((form.name, form.label) for form in FORMATS.values())
_FIRST_FORMAT = next(iter(FORMATS))
_MOST_TEXT = 80_000
"""Characters that a modal surely holds whole."""


@LISTENERS.command(COMMAND, "the check")
async def check_typed(services: Services, asker: Asker, typed: str) -> None:
    """Checks what was typed, or lists what is watched."""
    if services.domain_watches and domain_watch.asks_for_list(typed):
        return await asker.surface.tell(await domain_watch.load_watch_list(services.domain_watches, asker.owner))
    query = await read_query(asker, typed)
    if query is None:
        return None
    if query.notes:  # the person typed the name of a record or a website: say which domain is checked
        await asker.surface.say(" ".join(query.notes))
    return await _show_check(services, query, asker.surface, fresh=False)


@LISTENERS.action("check_domain", "the check")
async def check_domain(services: Services, asker: Asker, press: Press) -> None:
    """Sends a report to the person who pressed the button under news, and leaves the news."""
    if query := await read_query(asker, press.value):
        await _show_check(services, query, asker.surface, fresh=True)


@LISTENERS.action("check_again", "the check")
async def check_again(services: Services, asker: Asker, press: Press) -> None:
    """Checks past every cache, and replaces the report: by what DNS says, then by all. A shared one stays shared."""
    query = await read_query(asker, press.value)
    if query is None:
        return None
    shared_by = None if press.ephemeral else press.shared_by or press.user
    if not _is_one_domain(query):
        summary = _check_several(services, query, fresh=True, shared_by=shared_by)
        message = await wait_with_progress(summary, services, query, asker.surface)
        return await _replace_report(services, asker, press, message)
    async with aclosing(check_in_parts(services, query, asker.surface, fresh=True)) as parts:
        async for part in parts:
            message = report_message(part, shared_by=shared_by, publish=services.can_publish)
            await _replace_report(services, asker, press, message)
    return None


async def _replace_report(services: Services, asker: Asker, press: Press, message: Message) -> None:
    """Puts a message in the place of the one that holds the button."""
    if not press.ephemeral and press.channel and press.message_ts:
        try:
            return await update_message(services.slack, press.channel, press.message_ts, message)
        except Undelivered as error:
            # shared by a response URL, where the bot is no member: only this button's response URL can change it
            log.info("a shared report could not be updated (%s), replacing it instead", error.code)
    return await asker.surface.replace(message)


@LISTENERS.action("check_details", "showing the details")
async def show_details(services: Services, asker: Asker, press: Press) -> None:
    """Opens a modal with what the report rests on."""
    loading = words.words_modal(_DETAILS, "The report is on its way…")
    failed = words.words_modal(_DETAILS, "The details could not be shown. Press “Details” again.")
    view = _details_view(services, press.value)
    await open_when_ready(services.slack, asker.trigger_id, view, loading=loading, failed=failed)


async def _details_view(services: Services, value: str) -> View:
    try:
        return details_modal((await services.reports.find(value))[0])
    except NoReport as missing:
        return words.words_modal(_DETAILS, str(missing))


@LISTENERS.action("check_share", "sharing the report")
async def share_report(services: Services, asker: Asker, press: Press) -> None:
    """Posts the report as it was shown, for everybody in the channel."""
    try:
        shown = await services.reports.find(press.value, whole=True)
    except NoReport as missing:
        return await asker.surface.say(str(missing))
    if len(shown) == 1:
        message = report_message(shown[0], shared_by=press.user)
    else:
        domains = tuple(report.checked.report.domain for report in shown)
        query = replace(parse(shown[0].query), domains=domains)
        message = summary_message(shown, query=str(query), shared_by=press.user)
    if not await slack_api.share_message(services.slack, press.channel, press.response_url, message):
        await asker.surface.hint(words.invite_message())
    return None


async def _show_check(services: Services, query: Query, surface: EphemeralReply, *, fresh: bool) -> None:
    """Shows the report to one person: of one domain in one message or in two, of several in one."""
    if not _is_one_domain(query):
        summary = _check_several(services, query, fresh=fresh)
        return await surface.tell(await wait_with_progress(summary, services, query, surface))
    build_message: Callable[..., Message] = report_message
    async with aclosing(check_in_parts(services, query, surface, fresh=fresh)) as parts:
        async for part in parts:
            await surface.tell(build_message(part, publish=services.can_publish))
            build_message = rest_message
    return None


async def _check_several(services: Services, query: Query, *, fresh: bool, shared_by: str | None = None) -> Message:
    """Checks several domains, which share what they ask; returns a line for each."""
    queries, since = list(query.split_by_domain()), time.monotonic()
    results = await asyncio.gather(*(services.checker.check(single, fresh=fresh, since=since) for single in queries))
    shown = [make_shown_report(single, checked) for single, checked in zip(queries, results, strict=True)]
    await asyncio.gather(*(services.reports.save(report) for report in shown))
    refused = [NotChecked(word.typed, word.why) for word in query.unread]
    return summary_message([*shown, *refused], query=str(query), shared_by=shared_by)


def _is_one_domain(query: Query) -> bool:
    return len(query.domains) == 1 and not query.unread


@LISTENERS.action(COPY, "the records")
async def copy_records(services: Services, asker: Asker, press: Press) -> None:
    """Opens the modal with the records in the first format."""
    loading = words.words_modal(COPY_TITLE, "The report is on its way…")
    failed = words.words_modal(COPY_TITLE, "The records could not be shown. Press “Copy records as…” again.")
    view = _copy_view(services, press.value, _FIRST_FORMAT)
    await open_when_ready(services.slack, asker.trigger_id, view, loading=loading, failed=failed)


async def choose_format(services: Services, press: Press) -> View:
    """Shows the records in another format, in place of the one before."""
    report_id, _, name = press.value.partition(" ")
    return await _copy_view(services, report_id, name if name in FORMATS else _FIRST_FORMAT)


for _name in FORMATS:
    LISTENERS.form_button(f"{COPY_AS}{_name}")(choose_format)


async def _copy_view(services: Services, report_id: str, name: str) -> View:
    try:
        [shown] = await services.reports.find(report_id, whole=True)
    except NoReport as missing:
        return words.words_modal(COPY_TITLE, str(missing))
    exported = export_records(shown.checked, name)
    text, notes = exported.text, exported.notes
    if len(text) > _MOST_TEXT:  # half of it would be worse than none
        command = f"./ses-bot check --records {name} {shown.checked.report.domain}"
        text, notes = command, ("These records are too long for Slack. Run this in a terminal.",)
    return copy_view(_FORMATS, name, shown.id, text, notes)
