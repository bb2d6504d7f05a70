"""Accounts are read over real sockets, as boto3 reads AWS; whatever AWS does comes back as a value."""

import asyncio

import pytest

from aws import Account
from fakes.ses import AwsFault, LoopbackSes
from model import Access, AccountRegion, Identity, NotFound, RegionOff, Snapshot, Trouble, Unreadable
from tests.support.cases import cases
from tests.support.ses import MAIN, OTHER, REGIONS, ROLE, aws, sessions

__all__ = ["aws"]
HERE = AccountRegion("main", "us-east-1")
THERE = AccountRegion("main", "eu-west-1")


async def test_a_new_account_is_in_the_sandbox(aws: LoopbackSes) -> None:
    async with sessions() as reader:
        read = await reader.read_account(HERE)
    assert isinstance(read, Snapshot)
    assert (read.access, read.quota, read.rate, read.enforcement) == (Access.SANDBOX, 200.0, 1.0, "HEALTHY")
    assert read.suppression == ("BOUNCE", "COMPLAINT")


async def test_each_region_speaks_for_itself(aws: LoopbackSes) -> None:
    aws.submit(MAIN, "us-east-1", "178")
    aws.grant(MAIN, "eu-west-1", quota=70_000.0)
    async with sessions() as reader:
        here, there = await asyncio.gather(reader.read_account(HERE), reader.read_account(THERE))
    assert isinstance(here, Snapshot)
    assert isinstance(there, Snapshot)
    assert (here.access, here.case_id) == (Access.IN_REVIEW, "178")
    assert (there.access, there.quota) == (Access.PRODUCTION, 70_000.0)


@cases()
async def test_faults_come_back_as_values(fault: AwsFault, trouble: Trouble, aws: LoopbackSes) -> None:
    aws.faults[MAIN, "us-east-1"] = fault
    async with sessions() as reader:
        read = await reader.read_account(HERE)
    assert isinstance(read, Unreadable)
    assert read.trouble is trouble
    assert read.why
    assert "Traceback" not in read.why


async def test_garbage_is_never_a_state(aws: LoopbackSes) -> None:
    aws.faults[MAIN, "us-east-1"] = AwsFault.GARBAGE
    async with sessions() as reader:
        read = await reader.read_account(HERE)
    assert isinstance(read, Unreadable) or read == Snapshot(Access.UNKNOWN)


async def test_a_region_that_is_off_is_a_state_and_bad_credentials_are_not(
    aws: LoopbackSes, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.faults[MAIN, "eu-west-1"] = AwsFault.REGION_OFF
    async with sessions() as reader:
        assert isinstance(await reader.read_account(THERE), RegionOff)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN")
    async with sessions() as reader:
        read = await reader.read_account(THERE)
    assert isinstance(read, Unreadable)
    assert read.trouble is Trouble.CREDENTIALS


async def test_a_wrong_secret_is_bad_credentials(aws: LoopbackSes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    async with sessions() as reader:
        read = await reader.read_account(HERE)
    assert isinstance(read, Unreadable)
    assert read.trouble is Trouble.CREDENTIALS


async def test_without_credentials_it_says_so(aws: LoopbackSes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    async with sessions() as reader:
        read = await reader.read_account(HERE)
    assert read == Unreadable(Trouble.CREDENTIALS, "no AWS credentials were found")


async def test_a_role_is_assumed_once_with_its_external_id(aws: LoopbackSes) -> None:
    aws.grant(OTHER, "eu-west-1")
    account = Account("other", REGIONS, role_arn=ROLE, external_id="secret-handshake")
    async with sessions(account) as reader:
        account_regions = [AccountRegion("other", region) for region in REGIONS]
        here, there = await asyncio.gather(*(reader.read_account(account_region) for account_region in account_regions))
        assert await reader.read_account_id("other") == OTHER
    assert isinstance(here, Snapshot)
    assert isinstance(there, Snapshot)
    assert (here.access, there.access) == (Access.SANDBOX, Access.PRODUCTION)
    assert sum(count for (operation, *_), count in aws.calls.items() if operation == "AssumeRole") == 1


async def test_a_role_that_is_refused_is_reported_as_that(aws: LoopbackSes) -> None:
    async with sessions(Account("other", REGIONS, role_arn=ROLE, external_id="wrong")) as reader:
        read = await reader.read_account(AccountRegion("other", "us-east-1"))
    assert isinstance(read, Unreadable)
    assert read.trouble is Trouble.ROLE
    assert read.why.startswith("the role cannot be assumed: ")
    assert "secret" not in read.why


async def test_an_account_region_is_asked_once_a_second_at_most(aws: LoopbackSes) -> None:
    async with sessions() as reader:
        await asyncio.gather(reader.read_account(HERE), reader.read_account(HERE), reader.read_account(THERE))
    first, second = aws.moments[MAIN, "us-east-1"]
    assert second - first >= 0.99
    assert len(aws.moments[MAIN, "eu-west-1"]) == 1


async def test_calls_that_hang_hold_no_one_up(aws: LoopbackSes) -> None:
    """The event loop turns and its default pool stays free while six calls hang."""
    aws.faults[MAIN, "us-east-1"] = AwsFault.HANG
    async with sessions(Account("main", REGIONS), deadline=6.0) as reader:
        hanging = [asyncio.create_task(reader.find_identity(HERE, "acme.com")) for _ in range(6)]
        while sum(aws.hanging.values()) < 6:  # noqa: ASYNC110 - AWS rings no bell
            await asyncio.sleep(0.01)
        await asyncio.to_thread(lambda: None)
        assert isinstance(await reader.read_account(THERE), Snapshot)
        assert not any(task.done() for task in hanging)
        assert all(isinstance(read, Unreadable) for read in await asyncio.gather(*hanging))


EASY = {
    "IdentityType": "DOMAIN",
    "VerifiedForSendingStatus": True,
    "VerificationStatus": "SUCCESS",
    "FeedbackForwardingStatus": True,
    "DkimAttributes": {
        "SigningEnabled": True,
        "Status": "SUCCESS",
        "Tokens": ["TokenA", "tokenb", "tokenc"],
        "SigningHostedZone": "dkim.eu-west-1.amazonses.com",
        "SigningAttributesOrigin": "AWS_SES",
        "CurrentSigningKeyLength": "RSA_2048_BIT",
    },
    "MailFromAttributes": {
        "MailFromDomain": "bounce.acme.com",
        "MailFromDomainStatus": "SUCCESS",
        "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
    },
}


@pytest.mark.parametrize("domain", ["acme.com", "news.acme.com", "a.b.acme.com"])
async def test_an_identity_covers_its_subdomains(aws: LoopbackSes, domain: str) -> None:
    aws.accounts[MAIN].identities["us-east-1"] = {"acme.com": EASY}
    async with sessions() as reader:
        read = await reader.find_identity(HERE, domain)
    assert isinstance(read, Identity)
    assert read.name == "acme.com"
    assert read.tokens == ("tokena", "tokenb", "tokenc")
    assert (read.signing_zone, read.key_bits) == ("dkim.eu-west-1.amazonses.com", 2048)


async def test_a_domain_without_an_identity_is_not_found(aws: LoopbackSes) -> None:
    async with sessions() as reader:
        assert await reader.find_identity(HERE, "acme.com") == NotFound()


async def test_all_pages_of_identities_are_listed(aws: LoopbackSes) -> None:
    """A page holds a thousand, addresses too: here no domain is on the first."""
    people = {f"a{n:04}@people.example": {"IdentityType": "EMAIL_ADDRESS"} for n in range(1_100)}
    aws.accounts[MAIN].identities["us-east-1"] = {f"d{n:03}.example": EASY for n in range(230)} | people
    async with sessions() as reader:
        listed = await reader.list_domains(HERE)
    assert isinstance(listed, tuple)
    assert [one.name for one in listed] == [f"d{n:03}.example" for n in range(230)]
    assert {identity.verification_status for identity in listed} == {"SUCCESS"}
    assert aws.calls["ListEmailIdentities", MAIN, "us-east-1"] == 2


async def test_no_more_identities_are_listed_than_asked_for(aws: LoopbackSes) -> None:
    aws.accounts[MAIN].identities["us-east-1"] = {f"d{n:03}.example": EASY for n in range(30)}
    async with sessions() as reader:
        listed = await reader.list_domains(HERE, most=20)
    assert isinstance(listed, tuple)
    assert len(listed) == 20


async def test_a_list_that_breaks_off_is_no_list(aws: LoopbackSes) -> None:
    """Half a list would make the other half look deleted."""
    aws.faults[MAIN, "us-east-1"] = AwsFault.EMPTY
    async with sessions() as reader:
        assert await reader.list_domains(HERE) == Unreadable(Trouble.MALFORMED, "AWS answered without content")
