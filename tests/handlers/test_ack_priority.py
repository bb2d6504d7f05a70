"""A check begins when nothing waits to be acknowledged, and is not put off for ever."""

import asyncio
from collections.abc import AsyncGenerator

from checks.query import Query, parse
from handlers.background import AckPriority
from handlers.checker import Checker
from model import Checked, Verdict
from tests.support import virtual
from tests.support.slack_app import checked


async def begun(priority: AckPriority) -> asyncio.Task[Checked]:
    """A check that was asked for, and had its chance to begin."""

    async def check(query: Query, *, fresh: bool, since: float | None = None) -> AsyncGenerator[Checked]:
        yield checked(query, Verdict.READY)

    task = asyncio.create_task(Checker(check, priority).check(parse("acme.com")))
    await asyncio.sleep(0.01)
    return task


async def test_a_check_gives_way_to_every_acknowledgement() -> None:
    priority = AckPriority()
    with priority.hold_back_work():
        with priority.hold_back_work():
            task = await begun(priority)
        await asyncio.sleep(0)
        assert not task.done()
    await task


def test_a_flood_without_end_does_not_stop_it() -> None:
    async def flooded() -> None:
        priority = AckPriority()
        with priority.hold_back_work():
            await (await begun(priority))

    _, seconds = virtual.run(flooded())
    assert seconds == 1
