"""Who may ask at all: AWS Signature Version 4, checked against boto3's own signatures."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import botocore.auth
import pytest
from botocore import UNSIGNED
from botocore.compat import get_current_datetime
from botocore.config import Config

from fakes.ses import LoopbackAccount, LoopbackSes
from tests.support.boto import client, done, refused
from tests.support.cases import cases

ACME, GLOBEX = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{GLOBEX}:role/ses-bot"


@pytest.fixture
async def world() -> AsyncIterator[LoopbackSes]:
    async with LoopbackSes(rate_limits=False) as world:
        world.add(ACME, "us-east-1", "eu-west-1")
        world.add(GLOBEX, "us-east-1").roles[ROLE] = None
        yield world


@pytest.fixture
def acme(world: LoopbackSes) -> LoopbackAccount:
    return world.accounts[ACME]


async def test_accounts_are_kept_apart_by_key_and_regions_by_scope(world: LoopbackSes, acme: LoopbackAccount) -> None:
    world.grant(ACME, "eu-west-1")
    flags = {
        (account, region): (await done(client(world, world.accounts[account], region=region).get_account))[
            "ProductionAccessEnabled"
        ]
        for account, region in [(ACME, "us-east-1"), (ACME, "eu-west-1"), (GLOBEX, "us-east-1")]
    }
    assert flags == {(ACME, "us-east-1"): False, (ACME, "eu-west-1"): True, (GLOBEX, "us-east-1"): False}
    assert world.refusals == []


@cases()
async def test_bad_keys(
    keys: dict[str, str], in_json: str, in_xml: str, world: LoopbackSes, acme: LoopbackAccount
) -> None:
    """Each protocol has its own word for the same."""
    assert (await refused(client(world, acme, **keys).get_account))[:2] == (403, in_json)
    assert (await refused(client(world, acme, "sts", **keys).get_caller_identity))[:2] == (403, in_xml)
    assert [refusal.request for refusal in world.refusals] == ["GET /v2/email/account", "POST /"]


async def test_without_a_signature(world: LoopbackSes, acme: LoopbackAccount) -> None:
    unreachable = Config(signature_version=UNSIGNED)
    sesv2, sts = client(world, acme, config=unreachable), client(world, acme, "sts", config=unreachable)
    assert (await refused(sesv2.get_account))[:2] == (403, "MissingAuthenticationTokenException")
    assert (await refused(sts.get_caller_identity))[:2] == (403, "MissingAuthenticationToken")


@cases()
async def test_a_skewed_clock(
    minutes: int, by_ses: str, by_sts: str, world: LoopbackSes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SES takes five minutes, STS fifteen."""
    acme, off = world.accounts[ACME], timedelta(minutes=minutes)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: get_current_datetime() + off)
    for call, code, words in [
        (client(world, acme).get_account, "InvalidSignatureException", by_ses),
        (client(world, acme, "sts").get_caller_identity, "SignatureDoesNotMatch", by_sts),
    ]:
        if not words:
            assert await done(call)
            continue
        status, said, message = await refused(call)
        assert (status, said) == (403, code)
        assert message.startswith(words)


def tampering(sesv2: Any, change: Any) -> Any:
    """A client whose requests are changed after they were signed."""
    sesv2.meta.events.register("before-send", lambda request, **_: change(request))
    return sesv2


def other_path(request: Any) -> None:
    request.url = request.url.replace("acme.com", "evil.com")


def other_body(request: Any) -> None:
    request.body = b'{"PageSize": 7}'
    request.headers["Content-Length"] = str(len(request.body))


def stray_header(request: Any) -> None:
    request.headers["X-Amz-Stray"] = "1"


async def test_what_is_changed_after_signing(world: LoopbackSes, acme: LoopbackAccount) -> None:
    mismatch = (403, "InvalidSignatureException")
    sesv2 = tampering(client(world, acme), other_path)
    assert (await refused(sesv2.get_email_identity, EmailIdentity="acme.com"))[:2] == mismatch
    sesv2 = tampering(client(world, acme), other_body)
    assert (await refused(sesv2.list_email_identities, PageSize=5))[:2] == mismatch
    said = await refused(tampering(client(world, acme), stray_header).get_account)
    assert said[:2] == mismatch
    assert "'x-amz-stray' must be a 'SignedHeader'" in said[2]


@cases()
async def test_a_scope_that_is_none(
    scope: dict[str, str], words: str, world: LoopbackSes, acme: LoopbackAccount
) -> None:
    sesv2 = client(world, acme)

    def elsewhere(request: Any, **_: Any) -> None:
        request.context["signing"] = {**request.context.get("signing", {}), **scope}

    sesv2.meta.events.register("before-sign", elsewhere)
    status, code, message = await refused(sesv2.get_account)
    assert (status, code) == (403, "InvalidSignatureException")
    assert words in message


async def test_a_region_that_is_not_enabled_knows_no_one(world: LoopbackSes, acme: LoopbackAccount) -> None:
    """SES answers as to bad credentials, and so does STS of an opt-in region; STS elsewhere takes them."""
    unknown = "UnrecognizedClientException", "InvalidClientTokenId"
    there = client(world, acme, region="af-south-1"), client(world, acme, "sts", region="af-south-1")
    assert (await refused(there[0].get_account))[:2] == (403, unknown[0])
    assert (await refused(there[1].get_caller_identity))[:2] == (403, unknown[1])
    assert (await done(client(world, acme, "sts", region="us-west-2").get_caller_identity))["Account"] == ACME


async def role_of(world: LoopbackSes, acme: LoopbackAccount) -> dict[str, str]:
    """The keys of an assumed role, as boto3 wants them."""
    sts = client(world, acme, "sts")
    given = (await done(sts.assume_role, RoleArn=ROLE, RoleSessionName="test"))["Credentials"]
    return {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }


async def test_the_keys_of_a_role_need_their_token(world: LoopbackSes, acme: LoopbackAccount) -> None:
    keys = await role_of(world, acme)
    assert await done(client(world, acme, **keys).get_account)
    assert world.calls["GetAccount", GLOBEX, "us-east-1"] == 1
    forged = {**keys, "aws_session_token": "forged"}
    assert (await refused(client(world, acme, **forged).get_account))[:2] == (403, "UnrecognizedClientException")
    del keys["aws_session_token"]
    assert (await refused(client(world, acme, **keys).get_account))[:2] == (403, "UnrecognizedClientException")


async def test_the_keys_of_a_role_end(world: LoopbackSes, acme: LoopbackAccount) -> None:
    keys = await role_of(world, acme)
    world.expire_sessions()
    assert (await refused(client(world, acme, **keys).get_account))[:2] == (403, "ExpiredTokenException")
    assert (await refused(client(world, acme, "sts", **keys).get_caller_identity))[:2] == (403, "ExpiredToken")
