"""A report that comes in two parts: what DNS says as soon as it is there, then the whole with its final verdict.

A website may take ten seconds, and nobody should wait for it with records to publish. Where the whole is there within a
moment of DNS, it is one message: a second one would only be in the way.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from checks.query import Query
from handlers.services import Services
from handlers.slack_api import EphemeralReply
from handlers.views import words
from model import Checked

Show = Callable[[Checked], Awaitable[None]]


async def in_two_parts(services: Services, query: Query, surface: EphemeralReply, show: Show, *, fresh: bool) -> None:
    """Check the one domain of `query` and show what comes of it: the part that DNS tells (with `pending` checks),
    unless the whole is there within `services.merge_window_s` of it; and then the whole. `fresh` as in `Checker.check`.
    """
    first: asyncio.Future[Checked] = asyncio.get_running_loop().create_future()

    def heard(checked: Checked) -> None:
        if not first.done():
            first.set_result(checked)

    whole = asyncio.ensure_future(services.checker.check(query, fresh=fresh, heard=heard))
    try:
        await some_of({whole, first}, services, query, surface)
        if first.done():
            await asyncio.wait({whole}, timeout=services.merge_window_s)
            if not whole.done():
                await show(first.result())
        await show(await whole)
    finally:
        whole.cancel()


async def some_of(
    work: Collection["asyncio.Future[Any]"], services: Services, query: Query, surface: EphemeralReply
) -> None:
    """Wait until some of the work is done; when it takes its time, the person is told once that it goes on."""
    done, _ = await asyncio.wait(work, timeout=services.progress_after_s, return_when=asyncio.FIRST_COMPLETED)
    if not done:
        await surface.hint(words.progress(query.domains))
        await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
