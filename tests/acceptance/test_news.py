"""What AWS decides reaches the channel once, in order, with what to do next: the bot as a process of its own.

Many regions at a time, since every region is polled once a second and no faster.
"""

import pytest

from fakes.ses import AwsFault
from tests.support.slack_app import text_of
from tests.support.watching import ACCOUNT, HERE, LiveBot, live_bot, title_of, until

REVIEWED, DENIED, SLOW, PROBATION, PAUSED, LOST = (
    *(HERE, "eu-west-1", "eu-central-1", "us-west-2", "ap-south-1"),
    "ca-central-1",
)
REGIONS = (REVIEWED, DENIED, SLOW, PROBATION, PAUSED, LOST)
FAULTS = {
    "us-east-1": AwsFault.THROTTLED,
    "eu-west-1": AwsFault.SERVER_ERROR,
    "eu-central-1": AwsFault.EMPTY,
    "us-west-2": AwsFault.GARBAGE,
    "ap-south-1": AwsFault.DENIED,
    "ca-central-1": AwsFault.EXPIRED,
    "eu-north-1": AwsFault.HANG,
    "me-south-1": AwsFault.REGION_OFF,
}


def posted_of(bot: LiveBot, region: str) -> list[str]:
    """The titles of the news about a region."""
    own = [message for message in bot.slack.messages(channel=bot.ops) if f"in {region} ·" in text_of(message)]
    return [title_of(message) for message in own]


async def seen_everywhere(bot: LiveBot, *regions: str) -> None:
    """What AWS says now has been read and recorded in every region: another poll has begun after that one."""
    before = {region: bot.polls(region) for region in regions}
    await until(lambda: all(bot.polls(region) >= count + 2 for region, count in before.items()))


async def test_each_decision_is_reported_once_with_what_to_do_next() -> None:
    async with live_bot(regions=REGIONS) as bot:
        said = bot.aws.accounts[ACCOUNT].regions
        await seen_everywhere(bot, *REGIONS)
        assert bot.posted() == [], "the first sight of an account is a baseline"

        for region in (REVIEWED, DENIED, SLOW):
            bot.aws.submit(ACCOUNT, region, "17700001")
        said[PROBATION]["EnforcementStatus"] = "PROBATION"
        said[PAUSED]["SendingEnabled"] = False
        bot.aws.submit(ACCOUNT, LOST, "17700002")
        said[LOST]["Details"]["ReviewDetails"]["Status"] = "FAILED"
        await until(lambda: len(bot.posted()) == 6)
        bot.aws.grant(ACCOUNT, REVIEWED, quota=65_000.0)
        bot.aws.deny(ACCOUNT, DENIED)
        bot.aws.grant(ACCOUNT, SLOW, effective=False)
        said[PROBATION]["EnforcementStatus"] = "SHUTDOWN"
        said[PAUSED]["SendingEnabled"] = True
        await seen_everywhere(bot, SLOW)
        await until(lambda: len(bot.posted()) == 11)
        assert posted_of(bot, SLOW) == ["In review"], "granted, and the flag still false: nothing is reported"
        bot.aws.grant(ACCOUNT, DENIED)
        bot.aws.grant(ACCOUNT, SLOW)
        said[PROBATION]["EnforcementStatus"] = "HEALTHY"
        said[PAUSED]["SendQuota"]["Max24HourSend"] = 300.0
        await until(lambda: len(bot.posted()) == 17)

        assert {region: posted_of(bot, region) for region in REGIONS} == {
            REVIEWED: ["In review", "Production access approved"],
            DENIED: ["In review", "AWS has answered, probably with a question", "Production access approved"],
            SLOW: ["In review", "Production access approved"],
            PROBATION: ["Under review by AWS (probation)", "Sending stopped by AWS (shutdown)", "Healthy again"],
            PAUSED: ["Sending paused", "Sending resumed", "Sending quota changed"],
            LOST: ["Request not received"],
        }
        texts = [text_of(message) for message in bot.slack.messages(channel=bot.ops)]
        assert all(f"main ({ACCOUNT}) in " in text for text in texts), "each names its account"
        [approved] = [text for text in texts if "Production access approved" in text and REVIEWED in text]
        assert "65,000 messages in 24 hours, 14 a second" in approved
        assert "bounces under 5 %" in approved

        await bot.restart()
        await seen_everywhere(bot, *REGIONS)
        assert len(bot.posted()) == len(texts), "a restart tells nothing twice"
        assert bot.world.troubles() == []


@pytest.mark.long
async def test_a_refusal_names_the_case_and_links_to_it() -> None:
    async with live_bot(start=False) as bot:
        bot.aws.submit(ACCOUNT, HERE, "17712345678")
        bot.aws.deny(ACCOUNT, HERE)
        await bot.start()
        await bot.polled(2)
        assert bot.posted() == [], "what was decided before the bot came is no news"
        bot.aws.submit(ACCOUNT, HERE, "17712345678")
        await bot.news()
        bot.aws.deny(ACCOUNT, HERE)
        message = await bot.message()
        text = text_of(message)
        assert "AWS answered within an hour. That is nearly always a question, not a refusal." in text
        assert "Read case 17712345678." in text
        [link] = [one for one in message.elements if "url" in one.content]
        assert link.content["url"] == "https://console.aws.amazon.com/support/home#/case/?displayId=17712345678"
        assert (await bot.slack.press(message, "open_case")).failure is None
        await bot.slack.press(message, "status_show")
        assert "not granted" in text_of(await bot.slack.next_message(user=bot.slack.user))


@pytest.mark.long
async def test_what_is_wrong_at_aws_is_reported_once_and_changes_nothing() -> None:
    async with live_bot(regions=tuple(FAULTS)) as bot:
        for region in FAULTS:
            bot.aws.submit(ACCOUNT, region)
        await seen_everywhere(bot, *FAULTS)
        bot.aws.faults |= {(ACCOUNT, region): fault for region, fault in FAULTS.items()}
        failing = [region for region, fault in FAULTS.items() if fault is not AwsFault.REGION_OFF]
        await until(lambda: all(posted_of(bot, region)[-1:] == ["Cannot be read"] for region in failing))
        await seen_everywhere(bot, *(region for region in failing if FAULTS[region] is not AwsFault.HANG))
        status = await bot.status("main us-east-1")
        assert "in review" in status, "the last state stays"
        assert "AWS asks for fewer calls" in status
        assert "region not enabled" in await bot.status("me-south-1")

        bot.aws.faults.clear()
        await until(lambda: all(posted_of(bot, region)[-1:] == ["Readable again"] for region in failing))
        await until(lambda: posted_of(bot, "me-south-1")[-1:] == ["Region enabled"])
        for region in failing:
            assert posted_of(bot, region)[-2:] == ["Cannot be read", "Readable again"]
            assert posted_of(bot, region).count("Cannot be read") == 1
        assert not any("approved" in title or "Not granted" in title for title in bot.posted())


@pytest.mark.long
@pytest.mark.parametrize("status", ["SUCCESS", "FAILED"])
async def test_dkim_and_mail_from_of_an_identity(status: str) -> None:
    async with live_bot(start=False) as bot:
        identity = {
            "IdentityType": "DOMAIN",
            "VerificationStatus": "PENDING",
            "DkimAttributes": {"Status": "PENDING", "SigningEnabled": True, "Tokens": ["a", "b", "c"]},
            "MailFromAttributes": {"MailFromDomain": "m.ready.example", "MailFromDomainStatus": "PENDING"},
        }
        bot.aws.accounts[ACCOUNT].identities[HERE] = {"ready.example": identity}
        await bot.start()
        await until(lambda: bot.aws.calls["GetEmailIdentity", ACCOUNT, HERE] > 0)
        identity["DkimAttributes"]["Status"] = status  # type: ignore[index] # a plain dictionary of the API
        identity["MailFromAttributes"]["MailFromDomainStatus"] = status  # type: ignore[index] # as above
        first = await bot.message()
        word = "verified" if status == "SUCCESS" else "failed"
        assert f"DKIM {word}: ready.example" in text_of(first)
        assert f"MAIL FROM {word}: ready.example" in await bot.news()
        await bot.slack.press(first, "check_domain")
        assert "ready.example" in text_of(await bot.slack.next_message(user=bot.slack.user))
        assert f"DKIM {word}" in text_of(first), "the news stays as it is"
