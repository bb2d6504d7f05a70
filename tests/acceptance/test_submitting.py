"""A request is submitted from Slack: once, whatever happens, and the person learns what is true."""

import pytest

from fakes.ses import Fault, support
from fakes.slack import Message
from fakes.slack.forms import Incomplete
from tests.support.slack_app import text_of
from tests.support.submitting import PROMISED, opened, says, seen, verified, written
from tests.support.watching import ACCOUNT, HERE, Watched, until, watched

QUESTION = (
    "Thank you for submitting your request to increase your sending limits. We would like to gather more information "
    "about your use case.\n\nPlease explain how often you send email and how you maintain your recipient lists."
)


async def finished(here: Watched) -> Message:
    """An operator with a finished request, at an account where it may go out."""
    verified(here)
    await here.start(SES_BOT_OPERATORS=here.slack.user.id)
    await here.polled(2)
    return await written(here)


async def submitted(here: Watched, result: Message) -> None:
    plan = await opened(here, lambda: here.slack.press(result, "draft_submit"))
    assert (await here.slack.submit(plan, PROMISED)).errors == {}


def requests(here: Watched) -> int:
    """How many requests AWS has taken."""
    return here.aws.answered["PutAccountDetails", ACCOUNT, HERE, ""]


async def test_an_operator_submits_and_answers_the_case_in_slack() -> None:
    async with watched(start=False) as here:
        result = await finished(here)
        plan = await opened(here, lambda: here.slack.press(result, "draft_submit"))
        text = text_of(plan)
        assert "main (111122223333) in us-east-1" in text
        assert "Harbor Goods" in text
        with pytest.raises(Incomplete, match="acknowledged"):
            await here.slack.submit(plan, {})
        assert (await here.slack.submit(plan, PROMISED)).errors == {}
        assert "AWS often asks back within the hour" in text_of(await says(here, "AWS has your request"))
        assert requests(here) == 1
        await until(lambda: "In review" in here.posted())
        news = here.slack.messages(channel=here.ops)[0]
        assert f"Confirmed by <@{here.slack.user.id}>" in text_of(news)

        account = here.aws.accounts[ACCOUNT]
        [case] = account.cases.values()
        support.write(case, QUESTION)
        here.aws.deny(ACCOUNT, HERE)
        asked = await seen(here, lambda one: "AWS asks for more information" in text_of(one), "AWS's question")
        assert asked.thread_ts == news.ts, "it is in the thread of its request"
        assert "how you maintain your recipient lists" in text_of(asked)
        form = await opened(here, lambda: here.slack.press(asked, "appeal_start"))
        assert QUESTION.splitlines()[0] in str(form.blocks), "AWS's message is filled in"
        answers = await here.slack.submit(form, {})
        assert answers.errors == {}
        [fields] = [one for one in here.slack.views() if one.open]
        names = [str(one["element"]["action_id"]) for one in fields.inputs]
        given = {name: "Once for each paid order." for name in names if name.startswith("answers.")}
        assert (await here.slack.submit(fields, given)).errors == {}
        reply = await seen(here, lambda one: "draft_post" in str(one.blocks) and "Answer to AWS" in one.text, "answer")
        post = await opened(here, lambda: here.slack.press(reply, "draft_post"), fields=False)
        assert (await here.slack.submit(post, {})).errors == {}
        await says(here, "The answer is on the case")
        texts = [one["body"] for one in case["communications"]]
        assert len(texts) == 3, "our request, AWS's question, our answer"
        assert "Once for each paid order." in texts[-1]
        assert here.world.troubles() == []


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.SERVER_ERROR])
async def test_a_lost_answer_is_read_back(fault: Fault) -> None:
    async with watched(start=False) as here:
        result = await finished(here)
        here.aws.operation_faults[ACCOUNT, "PutAccountDetails"] = fault
        await submitted(here, result)
        words = "AWS has your request" if fault is Fault.LOST_ANSWER else "The request was not submitted"
        await says(here, words)
        assert here.aws.calls["PutAccountDetails", ACCOUNT, HERE] == 1


async def test_a_killed_bot_neither_repeats_nor_forgets() -> None:
    async with watched(start=False) as here:
        result = await finished(here)
        here.aws.operation_faults[ACCOUNT, "PutAccountDetails"] = Fault.HANG
        await submitted(here, result)
        await until(lambda: here.aws.calls["PutAccountDetails", ACCOUNT, HERE] == 1)
        await here.kill()
        del here.aws.operation_faults[ACCOUNT, "PutAccountDetails"]
        await here.start(SES_BOT_OPERATORS=here.slack.user.id)
        await says(here, "AWS has your request")
        assert requests(here) == 1
