"""What AWS decides reaches the channel once, in order, with what to do next: the bot as a process of its own.

Many regions at a time, since every region is polled once a second and no faster.
"""

import pytest

from fakes.ses import AwsFault
from tests.support.slack_app import text_of
from tests.support.watching import ACCOUNT, HERE, Watched, title_of, until, watched

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


def posted_of(here: Watched, region: str) -> list[str]:
    """The titles of the news about a region."""
    own = [message for message in here.slack.messages(channel=here.ops) if f"in {region} ·" in text_of(message)]
    return [title_of(message) for message in own]


async def seen_everywhere(here: Watched, *regions: str) -> None:
    """What AWS says now has been read and recorded in every region: another poll has begun after that one."""
    before = {region: here.polls(region) for region in regions}
    await until(lambda: all(here.polls(region) >= count + 2 for region, count in before.items()))


async def test_each_decision_is_reported_once_with_what_to_do_next() -> None:
    async with watched(regions=REGIONS) as here:
        said = here.aws.accounts[ACCOUNT].regions
        await seen_everywhere(here, *REGIONS)
        assert here.posted() == [], "the first sight of an account is a baseline"

        for region in (REVIEWED, DENIED, SLOW):
            here.aws.submit(ACCOUNT, region, "17700001")
        said[PROBATION]["EnforcementStatus"] = "PROBATION"
        said[PAUSED]["SendingEnabled"] = False
        here.aws.submit(ACCOUNT, LOST, "17700002")
        said[LOST]["Details"]["ReviewDetails"]["Status"] = "FAILED"
        await until(lambda: len(here.posted()) == 6)
        here.aws.grant(ACCOUNT, REVIEWED, quota=65_000.0)
        here.aws.deny(ACCOUNT, DENIED)
        here.aws.grant(ACCOUNT, SLOW, effective=False)
        said[PROBATION]["EnforcementStatus"] = "SHUTDOWN"
        said[PAUSED]["SendingEnabled"] = True
        await seen_everywhere(here, SLOW)
        await until(lambda: len(here.posted()) == 11)
        assert posted_of(here, SLOW) == ["In review"], "granted, and the flag still false: nothing is reported"
        here.aws.grant(ACCOUNT, DENIED)
        here.aws.grant(ACCOUNT, SLOW)
        said[PROBATION]["EnforcementStatus"] = "HEALTHY"
        said[PAUSED]["SendQuota"]["Max24HourSend"] = 300.0
        await until(lambda: len(here.posted()) == 17)

        assert {region: posted_of(here, region) for region in REGIONS} == {
            REVIEWED: ["In review", "Production access approved"],
            DENIED: ["In review", "AWS has answered, probably with a question", "Production access approved"],
            SLOW: ["In review", "Production access approved"],
            PROBATION: ["Under review by AWS (probation)", "Sending stopped by AWS (shutdown)", "Healthy again"],
            PAUSED: ["Sending paused", "Sending resumed", "Sending quota changed"],
            LOST: ["Request not received"],
        }
        texts = [text_of(message) for message in here.slack.messages(channel=here.ops)]
        assert all(f"main ({ACCOUNT}) in " in text for text in texts), "each names its account"
        [approved] = [text for text in texts if "Production access approved" in text and REVIEWED in text]
        assert "65,000 messages in 24 hours, 14 a second" in approved
        assert "bounces under 5 %" in approved

        await here.restart()
        await seen_everywhere(here, *REGIONS)
        assert len(here.posted()) == len(texts), "a restart tells nothing twice"
        assert here.world.troubles() == []


@pytest.mark.long
async def test_a_refusal_names_the_case_and_links_to_it() -> None:
    async with watched(start=False) as here:
        here.aws.submit(ACCOUNT, HERE, "17712345678")
        here.aws.deny(ACCOUNT, HERE)
        await here.start()
        await here.polled(2)
        assert here.posted() == [], "what was decided before the bot came is no news"
        here.aws.submit(ACCOUNT, HERE, "17712345678")
        await here.news()
        here.aws.deny(ACCOUNT, HERE)
        message = await here.message()
        text = text_of(message)
        assert "AWS answered within an hour. That is nearly always a question, not a refusal." in text
        assert "Read case 17712345678." in text
        [link] = [one for one in message.elements if "url" in one.content]
        assert link.content["url"] == "https://console.aws.amazon.com/support/home#/case/?displayId=17712345678"
        assert (await here.slack.press(message, "open_case")).failure is None
        await here.slack.press(message, "status_show")
        assert "not granted" in text_of(await here.slack.next_message(user=here.slack.user))


@pytest.mark.long
async def test_what_is_wrong_at_aws_is_reported_once_and_changes_nothing() -> None:
    async with watched(regions=tuple(FAULTS)) as here:
        for region in FAULTS:
            here.aws.submit(ACCOUNT, region)
        await seen_everywhere(here, *FAULTS)
        here.aws.faults |= {(ACCOUNT, region): fault for region, fault in FAULTS.items()}
        failing = [region for region, fault in FAULTS.items() if fault is not AwsFault.REGION_OFF]
        await until(lambda: all(posted_of(here, region)[-1:] == ["Cannot be read"] for region in failing))
        await seen_everywhere(here, *(region for region in failing if FAULTS[region] is not AwsFault.HANG))
        status = await here.status("main us-east-1")
        assert "in review" in status, "the last state stays"
        assert "AWS asks for fewer calls" in status
        assert "region not enabled" in await here.status("me-south-1")

        here.aws.faults.clear()
        await until(lambda: all(posted_of(here, region)[-1:] == ["Readable again"] for region in failing))
        await until(lambda: posted_of(here, "me-south-1")[-1:] == ["Region enabled"])
        for region in failing:
            assert posted_of(here, region)[-2:] == ["Cannot be read", "Readable again"]
            assert posted_of(here, region).count("Cannot be read") == 1
        assert not any("approved" in title or "Not granted" in title for title in here.posted())


@pytest.mark.long
@pytest.mark.parametrize("status", ["SUCCESS", "FAILED"])
async def test_dkim_and_mail_from_of_an_identity(status: str) -> None:
    async with watched(start=False) as here:
        identity = {
            "IdentityType": "DOMAIN",
            "VerificationStatus": "PENDING",
            "DkimAttributes": {"Status": "PENDING", "SigningEnabled": True, "Tokens": ["a", "b", "c"]},
            "MailFromAttributes": {"MailFromDomain": "m.ready.example", "MailFromDomainStatus": "PENDING"},
        }
        here.aws.accounts[ACCOUNT].identities[HERE] = {"ready.example": identity}
        await here.start()
        await until(lambda: here.aws.calls["GetEmailIdentity", ACCOUNT, HERE] > 0)
        identity["DkimAttributes"]["Status"] = status  # type: ignore[index] # a plain dictionary of the API
        identity["MailFromAttributes"]["MailFromDomainStatus"] = status  # type: ignore[index] # as above
        first = await here.message()
        word = "verified" if status == "SUCCESS" else "failed"
        assert f"DKIM {word}: ready.example" in text_of(first)
        assert f"MAIL FROM {word}: ready.example" in await here.news()
        await here.slack.press(first, "check_domain")
        assert "ready.example" in text_of(await here.slack.next_message(user=here.slack.user))
        assert f"DKIM {word}" in text_of(first), "the news stays as it is"
