"""Who a caller is, and entering another account by a role with an external id. Source: STS API."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fakes.ses import LoopbackSes
from tests.support.boto import client, done, refused
from tests.support.cases import cases

ACME, GLOBEX = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{GLOBEX}:role/watchers/ses-bot"
OPEN_ROLE = f"arn:aws:iam::{GLOBEX}:role/open"


@pytest.fixture
async def world() -> AsyncIterator[LoopbackSes]:
    async with LoopbackSes() as world:
        world.add(ACME, "us-east-1")
        world.add(GLOBEX, "us-east-1").roles |= {ROLE: "hand & shake", OPEN_ROLE: None}
        yield world


@pytest.fixture
def sts(world: LoopbackSes) -> Any:
    return client(world, world.accounts[ACME], "sts")


async def test_who_a_user_and_a_session_are(world: LoopbackSes, sts: Any) -> None:
    me = await done(sts.get_caller_identity)
    assert (me["Account"], me["Arn"]) == (ACME, f"arn:aws:iam::{ACME}:user/ses-bot")
    assumed = await done(sts.assume_role, RoleArn=OPEN_ROLE, RoleSessionName="night.shift")
    given = assumed["Credentials"]
    session = client(
        world,
        world.accounts[ACME],
        "sts",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    me = await done(session.get_caller_identity)
    assert me["Account"] == GLOBEX
    assert me["Arn"] == assumed["AssumedRoleUser"]["Arn"]
    assert me["Arn"] == f"arn:aws:sts::{GLOBEX}:assumed-role/open/night.shift"


@pytest.mark.parametrize("seconds", [900, 3_600, 43_200])
async def test_for_how_long(sts: Any, seconds: int) -> None:
    given = await done(sts.assume_role, RoleArn=OPEN_ROLE, RoleSessionName="test", DurationSeconds=seconds)
    left = given["Credentials"]["Expiration"] - datetime.now(UTC)
    assert timedelta(seconds=seconds - 10) < left <= timedelta(seconds=seconds)


@cases()
async def test_a_role_that_does_not_trust_the_caller(asked: dict[str, str], world: LoopbackSes, sts: Any) -> None:
    """A role that is not there answers the same."""
    world.accounts[GLOBEX].roles[ROLE] = "shake"
    status, code, message = await refused(sts.assume_role, RoleSessionName="test", **asked)
    assert (status, code) == (403, "AccessDenied")
    assert message.endswith(f"sts:AssumeRole on resource: {asked['RoleArn']}")
    assert "shake" not in message


async def test_the_right_external_id(world: LoopbackSes, sts: Any) -> None:
    world.accounts[GLOBEX].roles[ROLE] = "shake"
    assert await done(sts.assume_role, RoleArn=ROLE, RoleSessionName="test", ExternalId="shake")
    assert world.calls["AssumeRole", ACME, "us-east-1"] == 1
    assert world.refusals == []


@cases()
async def test_malformed_requests(asked: dict[str, Any], sts: Any) -> None:
    request = {"RoleArn": OPEN_ROLE, "RoleSessionName": "test", **asked}
    assert (await refused(sts.assume_role, **request))[:2] == (400, "ValidationError")


async def test_other_operations(sts: Any) -> None:
    assert (await refused(sts.get_session_token))[:2] == (400, "InvalidAction")
