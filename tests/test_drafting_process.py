"""Drafting with the bot as it is run: a process that may be killed, between a Slack and a DNS on loopback."""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.support.study import STEPS, labels

from demo.zones import TABLE
from fakes.dns import Fault, LoopbackDns
from fakes.slack import LoopbackSlack, View
from tests.support.child import Child, child
from tests.support.office import text_of


@asynccontextmanager
async def bot(directory: Path, slack: LoopbackSlack, dns: LoopbackDns, **env: str) -> AsyncIterator[Child]:
    """One run of the bot; what it keeps stays in `directory`."""
    settings = {
        **slack.environment,
        "SES_BOT_DNS_SERVERS": dns.address,
        "SES_BOT_DATA_DIR": str(directory / "data"),
        "SES_BOT_HTTP_PORT": "0",
        "AWS_EC2_METADATA_DISABLED": "true",
        **env,
    }
    async with child(directory, "run", env=settings) as running:
        await running.says("connected to Slack", within=30)
        yield running


async def opened(slack: LoopbackSlack, typed: str) -> View:
    invocation = await slack.command("/ses-draft", typed)
    assert invocation.failure is None
    return await slack.until(
        lambda: next((view for view in slack.views() if view in invocation.views and view.inputs), None), 5, "the form"
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
            assert labels(view)["monthly"] == "", "it goes on after the last step that was handed in"
            for values in STEPS[3:]:
                assert (await slack.submit(view, values)).errors == {}
            message = await slack.next_message(within=15)
            assert "Request for acme.com: ready to submit" in text_of(message)
            assert "Harbor Goods" in "".join(text_of(one) for one in slack.messages())
        assert slack.refusals == []


@pytest.mark.long
async def test_the_modal_opens_in_time_with_ses_and_dns_hanging(tmp_path: Path) -> None:
    async with LoopbackSlack() as slack, LoopbackDns(TABLE) as dns:
        for name, kind in (("ready.example", "MX"), ("ready.example", "TXT"), ("_dmarc.ready.example", "TXT")):
            dns.fault(name, kind, Fault.TIMEOUT)
        silent = {
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": "http://192.0.2.1:9",  # TEST-NET-1: nobody answers (RFC 5737)
        }
        async with bot(tmp_path, slack, dns, **silent):
            await slack.command("/ses-check", "ready.example")
            view = await opened(slack, "ready.example")
            steps = [{**STEPS[0], "domain": "ready.example", "website": "https://ready.example"}, *STEPS[1:4]]
            for values in steps:
                invocation = await slack.submit(view, values)
                assert invocation.errors == {}
                assert invocation.ack_seconds is not None
                assert invocation.ack_seconds < 1
