"""A report that comes in two parts: what DNS says as soon as it is there, then the whole with its final verdict.

A website may take ten seconds, and people have records to publish meanwhile. Where the whole is there within a moment
of DNS, it is one message: a second one would only be in the way.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any, TypeVar

from checks.query import Query
from handlers.services import Services
from handlers.slack_api import EphemeralReply
from handlers.views import words
from model import Checked

T = TypeVar("T")
Show = Callable[[Checked], Awaitable[None]]


async def show_progressively(
    services: Services, query: Query, surface: EphemeralReply, show: Show, *, fresh: bool
) -> None:
    """Checks the one domain of `query` and shows the report: the DNS part (with `pending` checks), unless the whole is
    there within `services.merge_window_s` of it; and then the whole. `fresh` as in `Checker.reports`."""
    async with aclosing(services.checker.reports(query, fresh=fresh)) as reports:
        report = await with_progress(anext(reports), services, query, surface)
        if report.pending:
            rest = asyncio.ensure_future(anext(reports))
            try:
                done, _ = await asyncio.wait({rest}, timeout=services.merge_window_s)
                if not done:
                    await show(report)
                report = await rest
            finally:
                await _ended(rest)
        await show(report)


async def with_progress(work: Awaitable[T], services: Services, query: Query, surface: EphemeralReply) -> T:
    """Returns what `work` returns; when it takes its time, the person learns once that it goes on."""
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=services.progress_after_s)
        if not done:
            await surface.hint(words.progress(query.domains))
        return await task
    finally:
        await _ended(task)


async def _ended(task: "asyncio.Future[Any]") -> None:
    """Cancels a task that is still at work, and waits for its end: a generator can only be closed once it rests."""
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
