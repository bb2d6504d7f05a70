"""The disk is full for a moment, again and again: what AWS says meanwhile is recorded and posted once there is room.

A limit on the size of the bot's files (RLIMIT_FSIZE, set from outside) plays the full disk; it needs no root.
"""

import itertools
import resource

import pytest

from tests.support.watching import BAD, GOOD, Watched, happens_at_aws, until, watched

TURNS = 4


def fill(here: Watched) -> None:
    """Let no file of the bot grow."""
    resource.prlimit(here.world.bot.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def free(here: Watched) -> None:
    resource.prlimit(here.world.bot.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@pytest.mark.long
async def test_a_disk_that_is_full_for_a_moment_only_delays_news() -> None:
    async with watched() as here:
        await here.polled(1)
        expected: list[str] = []
        for turn in range(TURNS):
            fill(here)
            failures = len(here.world.bot.errors)
            happens_at_aws(here, good=bool(turn % 2))
            await until(lambda failures=failures: len(here.world.bot.errors) > failures)  # type: ignore[misc]
            free(here)
            expected += GOOD if turn % 2 else BAD
            await until(lambda: once(here.posted())[-2:] == expected[-2:])  # noqa: B023 - called before the next turn
        assert once(here.posted()) == expected, "nothing is lost, and only what Slack took in a full moment comes twice"
        assert not [line for line in here.world.bot.errors if "Traceback" in line]


def once(titles: list[str]) -> list[str]:
    return [title for title, _ in itertools.groupby(titles)]
