"""boto3 as a client of SES and STS on loopback, in a thread, and what it makes of their refusals."""

import asyncio
from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from fakes.ses import LoopbackAccount, LoopbackSes

ONE_TRY = Config(connect_timeout=2, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 1})
_SESSION = boto3.Session()
"""One for all: it reads the models of the services once."""


def client(
    world: LoopbackSes,
    account: LoopbackAccount,
    service: str = "sesv2",
    region: str = "us-east-1",
    *,
    config: Config = ONE_TRY,
    **keys: str,
) -> Any:
    """A client with an account's keys, or with others (`aws_access_key_id`, …) in place of them."""
    [(key, secret)] = account.keys.items()
    credentials = {"aws_access_key_id": key, "aws_secret_access_key": secret} | keys
    return _SESSION.client(
        service, region_name=region, endpoint_url=world.url, config=ONE_TRY.merge(config), **credentials
    )


async def done(call: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
    """What a call answers, without what boto3 adds to it."""
    answer: dict[str, Any] = await asyncio.to_thread(call, **arguments)
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


async def refused(call: Callable[..., Any], **arguments: Any) -> tuple[int, str, str]:
    """How AWS refuses a call: HTTP status, error code, message."""
    try:
        answer = await asyncio.to_thread(call, **arguments)
    except ClientError as error:
        reported = error.response["Error"]
        return error.response["ResponseMetadata"]["HTTPStatusCode"], reported["Code"], reported["Message"]
    raise AssertionError(f"not refused: {answer}")
