"""A request is submitted from Slack: once, whatever happens, and the person learns what is true."""

import asyncio

import pytest

from fakes.ses import AwsFault, support
from fakes.slack.forms import IncompleteForm
from fakes.slack.state import Team
from tests.support.slack_app import text_of
from tests.support.submitting import (
    PROMISED,
    asked_operators,
    edited,
    finished,
    opened,
    reported,
    requests,
    says,
    seen,
    submitted,
)
from tests.support.watching import ACCOUNT, HERE, live_bot, until

REFUSED = {
    AwsFault.THROTTLED: "AWS asks for fewer calls",
    AwsFault.DENIED: "may not call PutAccountDetails",
    AwsFault.EXPIRED: "does not accept the credentials (ExpiredTokenException)",
}
QUESTION = (
    "Thank you for submitting your request to increase your sending limits. We would like to gather more information "
    "about your use case.\n\nPlease explain how often you send email and how you maintain your recipient lists."
)


async def test_an_operator_submits_and_answers_the_case_in_slack() -> None:
    async with live_bot(start=False, SES_BOT_POLL_SECONDS="0.1") as bot:  # a poll that is under way knows no operator
        result = await finished(bot)
        plan = await opened(bot, lambda: bot.slack.press(result, "draft_submit"))
        text = text_of(plan)
        assert "main (111122223333) in us-east-1" in text
        assert "Harbor Goods" in text
        with pytest.raises(IncompleteForm, match="acknowledged"):
            await bot.slack.submit(plan, {})
        assert (await bot.slack.submit(plan, PROMISED)).errors == {}
        outcome = await says(bot, "AWS has your request")
        assert "AWS often asks back within the hour" in text_of(outcome)
        assert "Harbor Goods" in text_of(outcome), "the message for the case is ready to copy"
        assert [one.action_id for one in outcome.elements] == [
            *("draft_post", "draft_posted", "open_case", "status_show")
        ]
        assert requests(bot) == 1
        await until(lambda: "In review" in bot.posted())
        news = bot.slack.messages(channel=bot.ops)[0]
        assert f"Confirmed by <@{bot.slack.user.id}>" in text_of(news)

        account = bot.aws.accounts[ACCOUNT]
        [case] = account.cases.values()
        support.write_message(case, QUESTION)
        bot.aws.deny(ACCOUNT, HERE)
        asked = await seen(bot, lambda one: "AWS asks for more information" in text_of(one), "AWS's question")
        assert asked.thread_ts == news.ts, "it is in the thread of its request"
        assert "how you maintain your recipient lists" in text_of(asked)
        form = await opened(bot, lambda: bot.slack.press(asked, "appeal_start"))
        assert QUESTION.splitlines()[0] in str(form.blocks), "AWS's message is filled in"
        answers = await bot.slack.submit(form, {})
        assert answers.errors == {}
        [fields] = [one for one in bot.slack.views() if one.open]
        names = [str(one["element"]["action_id"]) for one in fields.inputs]
        given = {name: "Once for each paid order." for name in names if name.startswith("answers.")}
        assert (await bot.slack.submit(fields, given)).errors == {}
        reply = await seen(bot, lambda one: "draft_post" in str(one.blocks) and "Answer to AWS" in one.text, "answer")
        post = await opened(bot, lambda: bot.slack.press(reply, "draft_post"), fields=False)
        assert (await bot.slack.submit(post, {})).errors == {}
        await says(bot, "The message is on the case")
        texts = [one["body"] for one in case["communications"]]
        assert len(texts) == 3, "our request, AWS's question, our answer"
        assert "Once for each paid order." in texts[-1]
        assert bot.world.troubles() == []


async def test_only_an_operator_confirms_and_only_what_was_shown() -> None:
    async with live_bot(start=False) as bot:
        slack = bot.slack
        ben, carol = slack.add_user("ben"), slack.add_user("carol")
        eve = slack.add_user("eve", team=Team("T0OTHER", "other"))
        bot.ops.members.update({ben.id, carol.id, eve.id})
        result = await finished(bot, operators=(ben, carol))

        # the author is no operator
        plan = await opened(bot, lambda: slack.press(result, "draft_submit"), fields=False, ready="Only operators")
        assert "submit" not in plan.content
        await slack.submit(plan, {})
        assert "You are not an operator" in text_of(plan), "not even by a form that was made up"
        asked = await asked_operators(bot, result)
        assert asked.channel == bot.ops.id

        # people of another organization, and people who are not asked
        await slack.press(asked, "change_look", user=eve)
        await says(bot, "only by the organization")
        view = await opened(
            bot, lambda: slack.press(asked, "change_look"), fields=False, ready="You are not an operator"
        )
        assert "submit" not in view.content

        # what a button and a form say is never trusted
        result.elements[0].content["value"] = "0123456789abcdef"
        await opened(bot, lambda: slack.press(result, "draft_submit"), fields=False, ready="This draft is gone")
        look = await opened(bot, lambda: slack.press(asked, "change_look", user=ben))
        look.content["private_metadata"] = "0123456789abcdef submit"
        await slack.submit(look, PROMISED)
        assert "This plan is gone" in text_of(look)

        # an edit after the plan
        look = await opened(bot, lambda: slack.press(asked, "change_look", user=ben))
        await edited(bot, result)
        await slack.submit(look, PROMISED)
        assert "was edited after this plan was made" in text_of(look)
        assert bot.aws.calls["PutAccountDetails", ACCOUNT, HERE] == 0

        # two operators at the same moment
        both = [await opened(bot, lambda who=who: slack.press(asked, "change_look", user=who)) for who in (ben, carol)]  # type: ignore[misc] # its default
        await asyncio.gather(*(slack.submit(one, PROMISED) for one in both))
        assert sum("under way already" in text_of(one) for one in both) == 1
        outcomes = await reported(bot, "AWS has your request", 2)
        assert bot.aws.calls["PutAccountDetails", ACCOUNT, HERE] == 1
        owners = [one for one in outcomes if "draft_posted" in str(one.blocks)]
        assert [one.channel for one in owners] == [slack.workspace.direct_channel(slack.user).id], (
            "a draft is its author's"
        )
        assert bot.world.troubles() == []


async def test_what_aws_answers_is_said_in_its_own_words() -> None:
    async with live_bot(start=False) as bot:
        result = await finished(bot)
        said = bot.aws.accounts[ACCOUNT].regions[HERE]
        refused = 0
        for fault, words in REFUSED.items():
            bot.aws.operation_faults[ACCOUNT, "PutAccountDetails"] = fault
            await submitted(bot, result)
            refused += 1
            assert words in text_of((await reported(bot, "The request was not submitted", refused))[-1])
        del bot.aws.operation_faults[ACCOUNT, "PutAccountDetails"]
        for words, elsewhere in {
            "AWS is reviewing a request already": bot.aws.submit,
            "AWS has answered an earlier request and takes no second one": bot.aws.deny,
        }.items():
            plan = await opened(bot, lambda: bot.slack.press(result, "draft_submit"))
            elsewhere(ACCOUNT, HERE)  # someone asks in the console meanwhile
            await bot.slack.submit(plan, PROMISED)
            refused += 1
            assert words in text_of((await reported(bot, "The request was not submitted", refused))[-1])
            shut = await opened(bot, lambda: bot.slack.press(result, "draft_submit"), fields=False, ready="Not yet")
            assert "submit" not in shut.content
            del said["Details"]
        assert requests(bot) == 0
        bot.aws.operation_faults[ACCOUNT, "PutAccountDetails"] = AwsFault.LOST_ANSWER
        await submitted(bot, result)
        await says(bot, "AWS has your request")
        assert bot.aws.calls["PutAccountDetails", ACCOUNT, HERE] == len(REFUSED) + 1
        assert bot.world.troubles() == []


async def test_without_the_support_api_the_bot_says_so_once_and_offers_the_text() -> None:
    async with live_bot(start=False) as bot:
        bot.aws.accounts[ACCOUNT].support_plan = False
        result = await finished(bot)
        assert "draft_post" not in [one.action_id for one in result.elements]
        await bot.slack.command("/ses-status", "")
        await says(bot, "The support plan has no Support API")
        await submitted(bot, result)
        outcome = await says(bot, "AWS has your request")
        assert "Open the case and post the message below" in text_of(outcome)
        assert [one.action_id for one in outcome.elements] == ["draft_posted", "open_case", "status_show"]
        await bot.polled(3)
        asked = sum(count for (name, *_), count in bot.aws.calls.items() if name.startswith("Describe"))
        assert asked == 1, "found out once, and remembered"
        await bot.slack.press(outcome, "draft_posted")
        await says(bot, "Posted on the case: you ticked this")
        assert bot.world.troubles() == []
