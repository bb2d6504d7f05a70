"""Slack does not take news now, or not at all: nothing is lost, the order stays, /ses-status says how to fix it."""

import pytest

from fakes.slack import Channel
from tests.support.slack_app import text_of
from tests.support.watching import ACCOUNT, BAD, GOOD, HERE, Watched, happens, until, watched


async def refreshed(here: Watched) -> str:
    """Press "Refresh" under a fresh status; what it then says."""
    await here.slack.command("/ses-status", "")
    message = await here.slack.next_message(user=here.slack.user)
    await here.slack.press(message, "status_refresh")
    assert await here.slack.next_message(user=here.slack.user) is message
    return text_of(message)


async def test_blocks_that_slack_refuses_are_reported_as_text() -> None:
    async with watched() as here:
        await here.polled(1)
        here.slack.fail("chat.postMessage", error="invalid_blocks")
        here.aws.submit(ACCOUNT, HERE, "17700001")
        message = await here.message()
        assert message.blocks == []
        assert message.text.startswith(f"In review: main ({ACCOUNT}) in {HERE}. Production access was requested")
        assert any("refuses the blocks" in line for line in here.world.bot.errors)


@pytest.mark.long
async def test_faults_and_rate_limits_only_delay() -> None:
    async with watched(rate_limits=True) as here:
        await here.polled(1)
        here.slack.fail("chat.postMessage", error="service_unavailable", status=503, times=3)
        here.slack.fail("chat.postMessage", error="ratelimited", status=429, retry_after=3)
        here.slack.fail("chat.postMessage", error="internal_error")
        await happens(here, good=False)
        await happens(here, good=True)
        await until(lambda: here.posted() == [*BAD, *GOOD])  # a lost answer is followed by a minute's pause
        posts = [call.refused for call in here.slack.calls if call.method == "chat.postMessage"]
        assert all(posts[:5])
        assert posts[5:] == [""] * 4, "one at a time, and then each of them once"


def put_out(channel: Channel, bot: str) -> None:
    channel.members.discard(bot)


def archive(channel: Channel, _: str) -> None:
    channel.archived = True


def hide(channel: Channel, bot: str) -> None:
    channel.private = True
    channel.members.discard(bot)


@pytest.mark.long
async def test_news_that_is_stuck_waits_for_a_person_and_says_for_what() -> None:
    async with watched() as here:
        await here.polled(1)
        posted: list[str] = []
        for breaks, says in (
            (put_out, "not a member of #email-ops. Type /invite @ses-bot there"),
            (archive, "#email-ops is archived. Unarchive it"),
            (hide, "shows ses-bot no channel #email-ops. If it is private"),
        ):
            bot = here.slack.workspace.bot.id
            breaks(here.ops, bot)
            await happens(here, good=False)
            await happens(here, good=True)
            status = await here.status()
            assert "4 messages of news wait for #email-ops" in status
            assert says in status
            assert here.posted() == posted

            here.ops.members.add(bot)
            here.ops.archived = False
            await refreshed(here)
            posted += [*BAD, *GOOD]
            await until(lambda: len(here.posted()) == len(posted))  # noqa: B023 - called before the next round
            assert here.posted() == posted
            assert "wait for" not in await here.status()


@pytest.mark.long
async def test_without_a_channel_news_waits_and_that_is_said() -> None:
    async with watched(SES_BOT_CHANNEL="") as here:
        await here.polled(1)
        assert any("SES_BOT_CHANNEL is not set" in line for line in here.world.bot.lines)
        await happens(here, good=False)
        status = await here.status()
        assert "SES_BOT_CHANNEL is not set, so news about SES waits until it is." in status
        assert "2 messages of news wait" in status
        await here.restart(SES_BOT_CHANNEL=here.ops.id)
        await until(lambda: here.posted() == BAD)
