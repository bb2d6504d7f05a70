"""The watchdog ends what cannot help itself, with a reason; and nothing else."""

import asyncio
import logging
import subprocess
import sys

import pytest

from handlers.watchdog import EXIT_CODE, Watchdog

HANGS = """
import asyncio, time
from handlers.watchdog import Watchdog

async def main():
    watching = asyncio.create_task(Watchdog((), lambda: None, still=0.5).run())
    await asyncio.sleep(0.1)
    time.sleep(600)

asyncio.run(main())
"""


async def test_what_is_stuck_for_long_ends_the_process_with_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    stopped = asyncio.Event()
    watchdog = Watchdog((lambda: None, lambda: "Slack silent"), stopped.set, stuck=0.0)
    with caplog.at_level(logging.CRITICAL):
        await asyncio.gather(watchdog.run(), stopped.wait())
    assert watchdog.reason is not None
    assert watchdog.reason.startswith("Slack silent")
    assert "Slack silent" in caplog.text


async def test_what_comes_and_goes_ends_nothing() -> None:
    asked = asyncio.Event()
    answers = iter(["dropped", None] * 2)

    def reason() -> str | None:
        answer = next(answers, None)
        if answer is None:
            asked.set()
        return answer

    watchdog = Watchdog((reason,), lambda: pytest.fail("it was stopped"), stuck=1.5)
    watching = asyncio.create_task(watchdog.run())
    await asked.wait()
    watching.cancel()
    assert watchdog.reason is None


def test_a_loop_that_stands_still_ends_the_process_at_once() -> None:
    ended = subprocess.run([sys.executable, "-c", HANGS], capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == EXIT_CODE
    assert "the event loop stands still" in ended.stderr
