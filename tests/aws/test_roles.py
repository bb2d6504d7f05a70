"""Accounts that are entered by a role: AssumeRole over a real socket, held while good, and what stands in its way."""

from datetime import UTC, datetime, timedelta

import pytest

from aws import Account
from fakes.ses import LoopbackSes
from model import Access, AccountRegion, RegionOff, Snapshot, Trouble, Unreadable
from tests.support.cases import cases
from tests.support.ses import OTHER, REGIONS, ROLE, aws, sessions

__all__ = ["aws"]
HERE, THERE = (AccountRegion("other", region) for region in REGIONS)
ENTERED = Account("other", REGIONS, role_arn=ROLE, external_id="secret-handshake")
NO_LONGER = "the role cannot be assumed: the credentials may not call AssumeRole (AccessDenied)"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    return Clock(monkeypatch)


class Clock:
    """`later(minutes=54)`: the bot's clock is so far ahead of AWS's, whose credentials are good for an hour."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, **ahead: float) -> None:
        self._monkeypatch.setattr("aws.clients._utc_now", lambda: datetime.now(UTC) + timedelta(**ahead))


def assumed(world: LoopbackSes) -> int:
    """How often someone asked for the role, no matter who asked and whatever was answered."""
    return sum(count for (operation, *_), count in world.calls.items() if operation == "AssumeRole")


async def test_the_credentials_of_a_role_are_held_and_renewed_five_minutes_early(
    aws: LoopbackSes, later: Clock
) -> None:
    async with sessions(ENTERED) as reader:
        assert isinstance(await reader.read_account(HERE), Snapshot)
        later(minutes=54, seconds=50)
        assert isinstance(await reader.read_account(THERE), Snapshot)
        assert assumed(aws) == 1
        later(minutes=55, seconds=1)
        assert isinstance(await reader.list_domains(THERE), tuple)
        assert assumed(aws) == 2


async def test_what_aws_does_not_renew_is_used_to_its_end_and_then_reported_in_words(
    aws: LoopbackSes, later: Clock
) -> None:
    async with sessions(ENTERED) as reader:
        assert isinstance(await reader.read_account(HERE), Snapshot)
        aws.accounts[OTHER].roles[ROLE] = "another handshake"
        later(minutes=59)
        assert isinstance(await reader.read_account(THERE), Snapshot)
        later(minutes=61)
        assert await reader.list_domains(HERE) == Unreadable(Trouble.ROLE, NO_LONGER)
        aws.accounts[OTHER].roles[ROLE] = "secret-handshake"
        assert isinstance(await reader.list_domains(THERE), tuple), "fixed, it is read again"


@cases(ROLE=ROLE)
async def test_a_role_that_is_not_given_is_reported_in_words_without_the_secret(
    role: str, external_id: str | None, aws: LoopbackSes
) -> None:
    async with sessions(Account("other", REGIONS, role_arn=role, external_id=external_id)) as reader:
        assert await reader.read_account(HERE) == Unreadable(Trouble.ROLE, NO_LONGER)


async def test_a_role_is_not_assumed_without_credentials_of_ones_own(
    aws: LoopbackSes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    async with sessions(ENTERED) as reader:
        read = await reader.read_account(HERE)
    assert read == Unreadable(Trouble.ROLE, "the role cannot be assumed: no AWS credentials were found")


async def test_credentials_that_end_before_their_time_cost_one_poll(aws: LoopbackSes) -> None:
    """A session can be revoked, and clocks can differ."""
    aws.grant(OTHER, HERE.region)
    async with sessions(ENTERED) as reader:
        assert isinstance(await reader.read_account(THERE), Snapshot)
        aws.expire_sessions()
        refused = await reader.list_domains(HERE)
        assert isinstance(refused, Unreadable)
        assert refused.trouble is Trouble.CREDENTIALS
        read = await reader.read_account(HERE)
    assert isinstance(read, Snapshot)
    assert read.access is Access.PRODUCTION
    assert assumed(aws) == 2


async def test_a_region_that_is_off_says_nothing_against_the_credentials_of_the_role(aws: LoopbackSes) -> None:
    opt_in = Account("other", ("me-south-1", "eu-west-1"), role_arn=ROLE, external_id="secret-handshake")
    async with sessions(opt_in) as reader:
        assert isinstance(await reader.read_account(AccountRegion("other", "me-south-1")), RegionOff)
        assert isinstance(await reader.read_account(THERE), Snapshot)
    assert assumed(aws) == 1
