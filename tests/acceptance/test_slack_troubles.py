"""Slack does not take news now, or not at all: nothing is lost, the order stays, /ses-status says how to fix it."""

import pytest

from fakes.slack import Channel
from tests.support.slack_app import text_of
from tests.support.watching import ACCOUNT, BAD, GOOD, HERE, LiveBot, happens, live_bot, until


async def refreshed(live: LiveBot) -> str:
    """Press "Refresh" under a fresh status; what it then says."""
    await live.slack.command("/ses-status", "")
    message = await live.slack.next_message(user=live.slack.user)
    await live.slack.press(message, "status_refresh")
    assert await live.slack.next_message(user=live.slack.user) is message
    return text_of(message)


async def test_blocks_that_slack_refuses_are_reported_as_text() -> None:
    async with live_bot() as live:
        await live.polled(1)
        live.slack.fail("chat.postMessage", error="invalid_blocks")
        live.aws.submit(ACCOUNT, HERE, "17700001")
        message = await live.message()
        assert message.blocks == []
        assert message.text.startswith(f"In review: main ({ACCOUNT}) in {HERE}. Production access was requested")
        assert any("refuses the blocks" in line for line in live.world.bot.errors)


@pytest.mark.long
async def test_faults_and_rate_limits_only_delay() -> None:
    async with live_bot(rate_limits=True) as live:
        await live.polled(1)
        live.slack.fail("chat.postMessage", error="service_unavailable", status=503, times=3)
        live.slack.fail("chat.postMessage", error="ratelimited", status=429, retry_after=3)
        live.slack.fail("chat.postMessage", error="internal_error")
        await happens(live, good=False)
        await happens(live, good=True)
        await until(lambda: live.posted() == [*BAD, *GOOD])  # a lost answer is followed by a minute's pause
        posts = [call.refused for call in live.slack.calls if call.method == "chat.postMessage"]
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
    async with live_bot() as live:
        await live.polled(1)
        posted: list[str] = []
        for breaks, says in (
            (put_out, "not a member of #email-ops. Type /invite @ses-bot there"),
            (archive, "#email-ops is archived. Unarchive it"),
            (hide, "shows ses-bot no channel #email-ops. If it is private"),
        ):
            bot = live.slack.workspace.bot.id
            breaks(live.ops, bot)
            await happens(live, good=False)
            await happens(live, good=True)
            status = await live.status()
            assert "4 messages of news wait for #email-ops" in status
            assert says in status
            assert live.posted() == posted

            live.ops.members.add(bot)
            live.ops.archived = False
            await refreshed(live)
            posted += [*BAD, *GOOD]
            await until(lambda: len(live.posted()) == len(posted))  # noqa: B023 - called before the next round
            assert live.posted() == posted
            assert "wait for" not in await live.status()


@pytest.mark.long
async def test_without_a_channel_news_waits_and_that_is_said() -> None:
    async with live_bot(SES_BOT_CHANNEL="") as live:
        await live.polled(1)
        assert any("SES_BOT_CHANNEL is not set" in line for line in live.world.bot.lines)
        await happens(live, good=False)
        status = await live.status()
        assert "SES_BOT_CHANNEL is not set, so news about SES waits until it is." in status
        assert "2 messages of news wait" in status
        await live.restart(SES_BOT_CHANNEL=live.ops.id)
        await until(lambda: live.posted() == BAD)
