"""A check begins when nothing waits to be acknowledged, and is not put off for ever."""

import asyncio

from checks.query import Query, parse
from handlers.checker import Checker, Heard
from handlers.precedence import Precedence
from model import Checked, Verdict
from tests.support import virtual
from tests.support.slack_app import checked


async def begun(precedence: Precedence) -> asyncio.Task[Checked]:
    """A check that was asked for, and had its chance to begin."""

    async def check(query: Query, _: bool, __: Heard) -> Checked:
        return checked(query, Verdict.READY)

    task = asyncio.create_task(Checker(check, precedence).check(parse("acme.com")))
    await asyncio.sleep(0.01)
    return task


async def test_a_check_gives_way_to_every_acknowledgement() -> None:
    precedence = Precedence()
    with precedence.urgent():
        with precedence.urgent():
            task = await begun(precedence)
        await asyncio.sleep(0)
        assert not task.done()
    await task


def test_a_flood_without_end_does_not_stop_it() -> None:
    async def flooded() -> None:
        precedence = Precedence()
        with precedence.urgent():
            await (await begun(precedence))

    _, seconds = virtual.run(flooded())
    assert seconds == 1
