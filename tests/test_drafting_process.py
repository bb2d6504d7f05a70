"""Drafting with the bot as it is run: a process that may be killed, between a Slack and a DNS on loopback."""

import signal
import sqlite3
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from demo.zones import TABLE
from fakes.dns import DnsFault, LoopbackDns
from fakes.slack import Invocation, LoopbackSlack, SlackMessage, View
from tests.support.bot_process import SpawnedBot, spawn_bot
from tests.support.draft_app import STEPS, labels
from tests.support.slack_app import text_of


@asynccontextmanager
async def bot(directory: Path, slack: LoopbackSlack, dns: LoopbackDns, **env: str) -> AsyncIterator[SpawnedBot]:
    """One run of the bot; what it keeps stays in `directory`."""
    settings = {
        **slack.environment,
        "SES_BOT_DNS_SERVERS": dns.address,
        "SES_BOT_DATA_DIR": str(directory / "data"),
        "SES_BOT_HTTP_PORT": "0",
        "AWS_EC2_METADATA_DISABLED": "true",
        **env,
    }
    async with spawn_bot(directory, "run", env=settings) as running:
        await running.wait_for_line("connected to Slack")
        yield running


async def opened(slack: LoopbackSlack, typed: str) -> View:
    invocation = await slack.command("/ses-draft", typed)
    assert invocation.failure is None
    return await slack.wait_until(
        lambda: next((view for view in slack.views() if view in invocation.views and view.inputs), None),
        120,
        "the form",
    )


async def test_a_killed_process_loses_no_step(tmp_path: Path) -> None:
    async with LoopbackSlack() as slack, LoopbackDns(TABLE) as dns:
        async with bot(tmp_path, slack, dns) as running:
            view = await opened(slack, "acme.com")
            for values in STEPS[:3]:
                assert (await slack.submit(view, values)).errors == {}
            running.send(signal.SIGKILL)
            await running.end()
        async with bot(tmp_path, slack, dns):
            view = await opened(slack, "")
            assert labels(view)["bounces"] == "", "it goes on after the last step that was handed in"
            assert (await slack.submit(view, STEPS[3])).errors == {}
            message = await slack.next_message(within=120)
            assert "Request for acme.com: ready to submit" in text_of(message)
            assert "Harbor Goods" in "".join(text_of(one) for one in slack.messages())
        assert slack.refusals == []


CASE = "The message for the case"


async def killed(running: SpawnedBot) -> None:
    running.send(signal.SIGKILL)
    await running.end()


async def said(slack: LoopbackSlack, act: Awaitable[Invocation], words: str) -> SlackMessage:
    """Do something; the new message that says this."""
    before = len(slack.workspace.messages)
    assert (await act).failure is None

    def look() -> SlackMessage | None:
        return next((one for one in slack.workspace.messages[before:] if words in text_of(one)), None)

    return await slack.wait_until(look, 120, words)


async def pressed_in_list(slack: LoopbackSlack, action: str, words: str) -> str:
    """Press a button of the only draft in the list; the last text to copy of the message that says `words`."""
    listed = await said(slack, slack.command("/ses-draft", "list"), "Your drafts")
    message = await said(slack, slack.press(listed, action), words)
    elements = [element for block in message.blocks for element in block.get("elements", ())]
    texts = [element for element in elements if element.get("type") == "rich_text_preformatted"]
    return "".join(run["text"] for run in texts[-1]["elements"])


@pytest.mark.long
async def test_killed_at_every_step_it_goes_on_and_shows_the_same_text_to_the_byte(tmp_path: Path) -> None:
    async with LoopbackSlack() as slack, LoopbackDns(TABLE) as dns:
        for number, values in enumerate(STEPS):
            async with bot(tmp_path, slack, dns) as running:
                view = await opened(slack, "acme.com" if number == 0 else "")
                held = {path for path, value in labels(view).items() if value}
                assert set(values) & held <= {"domain", "language", "mail_type"}, "the step that was not handed in"
                assert (await slack.submit(view, values)).errors == {}
                await killed(running)
        async with bot(tmp_path, slack, dns) as running:
            first = await pressed_in_list(slack, "draft_show", CASE)
            assert "Harbor Goods" in first, "a text that was not written before the kill is written when it is shown"
            await killed(running)
        async with bot(tmp_path, slack, dns) as running:
            assert await pressed_in_list(slack, "draft_show", CASE) == first
            shown = next(one for one in reversed(slack.messages()) if CASE in text_of(one))
            await slack.press(shown, "draft_posted")
            await slack.wait_until(lambda: "☑ Posted" in text_of(shown) or None, 120, "the tick")
            await killed(running)
        async with bot(tmp_path, slack, dns):
            assert await pressed_in_list(slack, "draft_show", CASE) == first
            assert await pressed_in_list(slack, "draft_show_posted", "Posted in the support case") == first
        assert slack.refusals == []


@pytest.mark.long
async def test_the_modal_opens_in_time_with_ses_and_dns_hanging(tmp_path: Path) -> None:
    async with LoopbackSlack() as slack, LoopbackDns(TABLE) as dns:
        for name, kind in (("ready.example", "MX"), ("ready.example", "TXT"), ("_dmarc.ready.example", "TXT")):
            dns.fault(name, kind, DnsFault.TIMEOUT)
        silent = {
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": "http://192.0.2.1:9",  # TEST-NET-1: no one answers (RFC 5737)
        }
        async with bot(tmp_path, slack, dns, **silent):
            await slack.command("/ses-check", "ready.example")
            view = await opened(slack, "ready.example")
            steps = [{**STEPS[0], "domain": "ready.example", "website": "https://ready.example"}, *STEPS[1:3]]
            for values in steps:
                invocation = await slack.submit(view, values)
                assert invocation.errors == {}
                assert invocation.failure is None, "acknowledged before Slack gives up"


@pytest.mark.long
async def test_killed_between_a_press_and_its_commit_the_text_is_not_posted(tmp_path: Path) -> None:
    """The press is acknowledged, the store is held by another, and the process dies: the person ticks it again."""
    async with LoopbackSlack() as slack, LoopbackDns(TABLE) as dns:
        async with bot(tmp_path, slack, dns) as running:
            view = await opened(slack, "acme.com")
            for values in STEPS[:3]:
                assert (await slack.submit(view, values)).errors == {}
            shown = await said(slack, slack.submit(view, STEPS[3]), "☐ Posted")
            with closing(sqlite3.connect(tmp_path / "data" / "ses-bot.sqlite3", isolation_level=None)) as held:
                held.execute("BEGIN IMMEDIATE")
                assert (await slack.press(shown, "draft_posted")).failure is None
                await killed(running)
                held.execute("ROLLBACK")
        async with bot(tmp_path, slack, dns):
            first = await pressed_in_list(slack, "draft_show", "☐ Posted")
            await slack.press(shown, "draft_posted")
            await slack.wait_until(lambda: "☑ Posted" in text_of(shown) or None, 120, "the tick")
            assert await pressed_in_list(slack, "draft_show", "☑ Posted") == first
