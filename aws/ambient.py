"""The AWS accounts to watch: those of the accounts file, or else the one that the bot's own surroundings name, with
credentials and region as boto3 finds them."""

import asyncio
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ProfileNotFound

from aws.accounts import Account, read_accounts
from aws.clients import known_regions

log = logging.getLogger(__name__)


class BadAwsSettings(ValueError):
    """boto3 cannot use its own settings. Its text is one line that says which, and what to do."""


NAME = "main"
"""What the ambient account is called where no accounts file names it."""


@dataclass(frozen=True, slots=True)
class FoundAccounts:
    """`accounts` is empty where something is missing; `missing` then says what, in a sentence for a person."""

    accounts: tuple[Account, ...] = ()
    missing: str | None = None


async def find_accounts(path: Path | None, channel_of: Callable[[str], str]) -> FoundAccounts:
    """The accounts of the accounts file at `path`; without one, the ambient account. `BadAccounts` and `BadAwsSettings`
    say what is wrong."""
    check_settings()
    if path is not None:
        return FoundAccounts(read_accounts(path, known_regions(), channel_of))
    found = await asyncio.to_thread(ambient)  # on EC2 that goes over the network
    if found.missing:
        log.warning("%s", found.missing)
    return found


def check_settings() -> None:
    """Raise `BadAwsSettings` where no session can be made at all: a missing profile, a broken configuration file."""
    try:
        boto3.session.Session()
    except ProfileNotFound:
        name = os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE") or ""
        raise BadAwsSettings(
            f"AWS_PROFILE: there is no profile “{name[:60]}”. Name one of ~/.aws/config, or remove the setting"
        ) from None
    except BotoCoreError as error:
        raise BadAwsSettings(f"AWS settings: {' '.join(str(error).split())[:200]}") from None


def ambient() -> FoundAccounts:
    """The ambient account. Blocks: on EC2 and ECS credentials are asked for over the network.

    boto3 reads the region from AWS_DEFAULT_REGION or its profile; ECS and Lambda say it in AWS_REGION, so that counts
    as well.
    """
    try:
        session = boto3.session.Session()
        region = session.region_name or os.environ.get("AWS_REGION")
        if not region:
            return FoundAccounts(missing=_NO_REGION)
        if session.get_credentials() is None:
            return FoundAccounts(missing=_NO_CREDENTIALS)
    except BotoCoreError as error:
        return FoundAccounts(missing=f"The AWS settings cannot be used: {' '.join(str(error).split())[:200]}")
    return FoundAccounts((Account(NAME, (region,)),))


_NO_REGION = (
    "No AWS account is connected: no region is set. Set AWS_DEFAULT_REGION and AWS credentials, or name accounts in "
    "SES_BOT_ACCOUNTS."
)
_NO_CREDENTIALS = (
    "No AWS account is connected: no AWS credentials were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
    "give the bot a role or a profile."
)
