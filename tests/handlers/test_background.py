"""Work after the acknowledgement: no one who waits for it is left without a word."""

import asyncio

import pytest

from handlers.background import Background
from handlers.slack_api import Undelivered
from handlers.views.blocks import Message
from tests.support.patience import PATIENCE


class Person:
    """A surface that remembers; `deaf` raises instead."""

    def __init__(self, *, deaf: bool = False) -> None:
        self.received: list[str] = []
        self.deaf = deaf

    async def tell(self, message: Message) -> None:
        if self.deaf:
            raise Undelivered("account_inactive")
        self.received.append(message.text)


async def idle(background: Background) -> None:
    async with asyncio.timeout(PATIENCE):
        while len(background):  # noqa: ASYNC110 - its tasks are its own
            await asyncio.sleep(0)


async def broken() -> None:
    raise KeyError("acme.com selector=secret")


async def test_an_error_is_reported_with_an_id_that_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    background, person = Background(), Person()
    background.start(broken(), person, what="the check")
    await idle(background)
    [shown] = person.received
    assert shown.startswith("The check failed")
    error_id = shown.split()[-1]
    assert f"error {error_id} in the check: KeyError" in caplog.text
    assert "test_background.py" in caplog.text
    assert "secret" not in caplog.text + shown, "what was typed stands in the exception, and nowhere else"


async def test_slacks_own_refusal_is_named() -> None:
    async def refused() -> None:
        raise Undelivered("is_archived")

    background, person = Background(), Person()
    background.start(refused(), person, what="sharing the report")
    await idle(background)
    assert "Sharing the report failed: Slack answered “isˍarchived”" in person.received[0]


async def test_work_that_takes_too_long_is_stopped_and_reported() -> None:
    background, person = Background(deadline=0.02), Person()
    background.start(asyncio.sleep(60), person, what="the check")
    assert len(background) == 1
    await idle(background)
    assert "was not finished within" in person.received[0]


async def test_a_person_who_cannot_be_reached_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    background = Background()
    background.start(broken(), Person(deaf=True), what="the check")
    await idle(background)
    assert "telling that the check did not finish" in caplog.text


async def test_draining_lets_work_finish_and_tells_the_rest() -> None:
    background, quick, slow, late = Background(), Person(), Person(), Person()
    done = asyncio.Event()

    async def works(seconds: float, person: Person) -> None:
        await asyncio.sleep(seconds)
        await person.tell(Message("done", ()))
        done.set()

    background.start(works(0.01, quick), quick, what="the check")
    background.start(works(60, slow), slow, what="the check")
    draining = asyncio.create_task(background.drain(0.1))
    await done.wait()
    background.start(works(0, late), late, what="the check")
    await draining
    assert quick.received == ["done"]
    assert len(slow.received) == len(late.received) == 1
    assert all("restarting" in shown for shown in slow.received + late.received)
    assert len(background) == 0


async def test_draining_ends_at_once_when_nothing_is_under_way() -> None:
    async with asyncio.timeout(PATIENCE):
        await Background().drain(10 * PATIENCE)
