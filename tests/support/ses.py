"""SES on loopback, and sessions that read it as they would read AWS."""

from collections.abc import AsyncIterator

import pytest
from botocore.config import Config

from aws import Account, Sessions
from fakes.ses import LoopbackAccount, LoopbackSes

MAIN, OTHER = "111122223333", "444455556666"
REGIONS = ("us-east-1", "eu-west-1")
ROLE = f"arn:aws:iam::{OTHER}:role/ses-bot"
QUICK = Config(connect_timeout=1, read_timeout=0.5, retries={"mode": "standard", "total_max_attempts": 1})


@pytest.fixture
async def aws(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackSes]:
    """SES and STS with two accounts; the ambient credentials are those of the first."""
    async with LoopbackSes() as world:
        main = world.add(MAIN, *REGIONS)
        world.add(OTHER, *REGIONS).roles[ROLE] = "secret-handshake"
        use_keys(monkeypatch, world, main)
        yield world


def use_keys(monkeypatch: pytest.MonkeyPatch, world: LoopbackSes, account: LoopbackAccount) -> None:
    """Make an account's keys the ambient credentials, as the environment would."""
    [(key, secret)] = account.keys.items()
    for name, value in {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_ENDPOINT_URL_SESV2": world.url,
        "AWS_ENDPOINT_URL_STS": world.url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)


def sessions(*accounts: Account, deadline: float = 60.0) -> Sessions:
    """Sessions whose calls wait half a second for an answer."""
    return Sessions(accounts or (Account("main", REGIONS),), deadline=deadline, config=QUICK)
