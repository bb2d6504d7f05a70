"""Accounts as the bot learns of them: a file, the surroundings, or none; and what a check learns from them."""

from pathlib import Path

import pytest

from fakes.ses import AwsFault
from tests.support.bot_process import spawn_bot
from tests.support.slack_app import text_of
from tests.support.watching import ACCOUNT, HERE, live_bot, until
from tests.support.world import running_bot

TOKENS = ["sesaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "sesbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "sesccccccccccccccccccccccccccccc"]
MISSING = {
    "IdentityType": "DOMAIN",
    "VerifiedForSendingStatus": False,
    "VerificationStatus": "PENDING",
    "DkimAttributes": {
        "SigningEnabled": True,
        "Status": "PENDING",
        "Tokens": TOKENS,
        "SigningHostedZone": "dkim.eu-central-2.amazonses.com",
        "SigningAttributesOrigin": "AWS_SES",
    },
    "MailFromAttributes": {
        "MailFromDomain": "post.ready.example",
        "MailFromDomainStatus": "PENDING",
        "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
    },
}


@pytest.mark.parametrize("listed", [True, pytest.param(False, marks=pytest.mark.long)])
async def test_a_check_uses_what_ses_expects(listed: bool) -> None:
    """Tokens, signing zone and MAIL FROM are those of the identity, also of one made since the last poll."""
    async with live_bot(start=False) as live:
        there = live.aws.accounts[ACCOUNT].identities
        there[HERE] = {"ready.example": MISSING} if listed else {}
        await live.start(**({} if listed else {"SES_BOT_POLL_SECONDS": "600"}))
        await until(lambda: live.aws.calls["ListEmailIdentities", ACCOUNT, HERE] > 0)
        there[HERE] = {"ready.example": MISSING}
        report = await live.report("ready.example")
        assert f"{TOKENS[0]}.dkim.eu-central-2.amazonses.com" in report
        assert "post.ready.example" in report
        assert f"feedback-smtp.{HERE}.amazonses.com" in report
        ben = live.slack.workspace.add_user("ben")  # what Ana asked for may come in two messages
        live.slack.channel.members.add(ben.id)
        typed = await live.report("ready.example token=typedtoken", user=ben)
        assert "typedtoken" in typed
        assert TOKENS[0] not in typed


async def test_checks_are_answered_while_six_calls_hang() -> None:
    regions = ("us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "ap-south-1")
    async with live_bot(regions=regions) as live:
        live.aws.faults |= {(ACCOUNT, region): AwsFault.HANG for region in regions}
        await until(lambda: live.aws.hanging.total() >= 6)
        for domain in ("broken.example", "two-spf.example"):
            person = live.slack.workspace.add_user(domain.partition(".")[0])
            live.slack.channel.members.add(person.id)
            assert domain in await live.report(domain, user=person)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'[[account]]\nname = "main"\nregions = ["us-east-9"]\n', "account 1 (“main”): regions: SES has no region"),
        pytest.param(b'[[account]]\nname = "main\n', "not valid TOML: ", marks=pytest.mark.long),
        pytest.param(b"\xff\xfe", "cannot be read: it is not UTF-8 text", marks=pytest.mark.long),
        pytest.param(None, "cannot be read: No such file or directory", marks=pytest.mark.long),
    ],
)
async def test_a_broken_accounts_file_stops_the_start_with_one_line(
    tmp_path: Path, content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / "accounts.toml").write_bytes(content)
    settings = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SES_BOT_ACCOUNTS": "accounts.toml"}
    async with spawn_bot(tmp_path, "run", env={**settings, "SES_BOT_HTTP_PORT": "0"}) as bot:
        assert await bot.end() == 2
    [line] = [line for line in bot.log.splitlines() if " ERROR " in line]
    assert "SES_BOT_ACCOUNTS: accounts.toml" in line
    assert says in line
    assert "Traceback" not in bot.log


@pytest.mark.long
async def test_a_role_that_cannot_be_assumed_is_reported_in_words_until_it_can() -> None:
    role = "arn:aws:iam::444455556666:role/ses-bot"
    async with live_bot(start=False) as live:
        other = live.aws.add("444455556666", HERE)
        other.roles[role] = "not given"
        (live.world.home / "accounts.toml").write_text(
            f'[[account]]\nname = "client"\nrole_arn = "{role}"\nexternal_id = "handshake"\nregions = ["{HERE}"]\n'
        )
        await live.start(SES_BOT_ACCOUNTS=str(live.world.home / "accounts.toml"))
        news = await live.news(20)
        assert f"Cannot be read: client (444455556666) in {HERE}" in news
        words = "the role cannot be assumed: the credentials may not call AssumeRole (AccessDenied)"
        assert f"three times in a row: {words}." in news
        assert "Compare role_arn and external_id in the accounts file with the role" in news
        status = await live.status("client")
        assert words in status
        assert "handshake" not in status + news + "".join(live.world.bot.lines)
        other.roles[role] = "handshake"
        assert "Readable again: client" in await live.news(30)
        assert "sandbox" in await live.status("client")


async def test_without_aws_the_bot_checks_and_says_what_is_missing() -> None:
    async with running_bot() as world:
        ben = world.slack.add_user("ben")  # the report of the first may come in two messages
        world.slack.channel.members.add(ben.id)
        await world.slack.command("/ses-check", "ready.example")
        assert "ready.example is ready" in text_of(await world.slack.next_message(user=world.slack.user))
        await world.slack.command("/ses-status", "", user=ben)
        status = text_of(await world.slack.next_message(user=ben))
        assert "no account is watched" in status
        for lack in (
            "Set AWS_DEFAULT_REGION and AWS credentials, or name accounts in SES_BOT_ACCOUNTS.",
            "SES_BOT_CHANNEL is not set, so news about SES waits until it is.",
        ):
            assert lack in status
            assert any(lack in line for line in world.bot.lines), "said at the start too"


async def test_an_unknown_account_is_answered_with_the_known_ones() -> None:
    async with live_bot(regions=("us-east-1", "eu-west-1")) as live:
        assert "“acme” is neither an account nor a region that is watched. Accounts: main." in await live.status("acme")
        assert "main in eu-west-1" in (await live.status("MAIN eu-west-1")).replace(f" ({ACCOUNT})", "")
        assert "/ses-status main us-east-1" in await live.status("help")
