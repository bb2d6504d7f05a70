"""The bot in its world, as the acceptance tests use it; and `!fix` on every sample."""

import pytest

from demo.repair import repair
from demo.world import small_world
from demo.zones import SAMPLES
from tests.support.world import running_bot


async def test_the_bot_answers_and_stops_in_good_order() -> None:
    async with running_bot() as world:
        invocation = await world.slack.command("/ses-check", "ready.example")
        assert invocation.failure is None
        assert invocation.ack_seconds is not None
        message = await world.slack.next_message(user=world.slack.user)
        assert "ready.example" in message.text
        assert world.troubles() == []
        assert world.dns.count("_dmarc.ready.example", "TXT") == 1
    assert world.bot.ended == 0
    assert not world.home.exists()


MENDABLE = [sample.domain for sample in SAMPLES if sample.domain != "nowhere.example"]


@pytest.mark.long
@pytest.mark.parametrize("domain", MENDABLE)
async def test_every_sample_can_be_repaired(domain: str) -> None:
    async with small_world() as world:
        assert (await repair(domain, world)).verdict == "ready"
