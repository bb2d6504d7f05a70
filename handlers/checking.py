"""What a check that a person waits for goes through: its query is read, progress is said, its report comes in parts.

What DNS says comes as soon as it is there, then the whole with its final verdict: a website may take ten seconds, and
people have records to publish meanwhile. Where the whole is there within a moment of DNS, it is one message: a second
one would only be in the way. Each part is saved before it is shown.
"""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from checks.query import BadQuery, Query, parse
from handlers.listeners import Asker, Services
from handlers.slack_api import EphemeralReply
from handlers.views import words
from model import Checked, ShownReport

T = TypeVar("T")

COMMAND = "/ses-check"


async def read_query(asker: Asker, text: str) -> Query | None:
    """Returns the query that was typed, or that a button carries; None when the person got another answer instead."""
    try:
        query = parse(text)
    except BadQuery as bad:
        await asker.surface.tell(words.usage_message(COMMAND, str(bad)))
        return None
    if query.help:
        await asker.surface.tell(words.usage_message(COMMAND))
        return None
    return query


async def check_in_parts(
    services: Services, query: Query, surface: EphemeralReply, *, fresh: bool
) -> AsyncGenerator[ShownReport]:
    """Checks the one domain of `query`; yields the DNS part (with `pending` checks), unless the whole is there within
    `services.merge_window_s` of it; and then the whole. `fresh` as in `Checker.reports`."""
    async with aclosing(services.checker.reports(query, fresh=fresh)) as reports:
        shown = make_shown_report(query, await wait_with_progress(anext(reports), services, query, surface))
        if shown.checked.pending:
            rest = asyncio.ensure_future(anext(reports))
            try:
                done, _ = await asyncio.wait({rest}, timeout=services.merge_window_s)
                if not done:
                    yield await services.reports.save(shown)
                shown = replace(shown, checked=await rest)
            finally:
                await _end_task(rest)
        yield await services.reports.save(shown)


def make_shown_report(query: Query, checked: Checked) -> ShownReport:
    """Returns a report of a check that was made now, with an id of its own."""
    return ShownReport(secrets.token_hex(8), str(query), checked, datetime.now(UTC))


async def wait_with_progress(work: Awaitable[T], services: Services, query: Query, surface: EphemeralReply) -> T:
    """Returns what `work` returns; when it takes its time, the person learns once that it goes on."""
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=services.progress_after_s)
        if not done:
            await surface.hint(words.checking_message(query.domains))
        return await task
    finally:
        await _end_task(task)


async def _end_task(task: "asyncio.Future[Any]") -> None:
    """Cancels a task that is still at work, and waits for its end: a generator can only be closed once it rests."""
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
