"""Finds the AWS accounts to watch, with their roles and regions: those of the accounts file, or else the ambient one,
with credentials and region as boto3 finds them.

The file is TOML, one `[[account]]` a table: `name`, `regions`, and where another account's role is assumed `role_arn`
and `external_id`; `channel` overrides where its news goes, `dns_role_arn` is the role that may change its zones. A
broken file stops the start with one line: file, line or key, and the reason.
"""

import asyncio
import difflib
import logging
import os
import re
import stat
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ProfileNotFound

from model import AccountRegion

_KEYS = {"name", "regions", "role_arn", "external_id", "channel", "dns_role_arn"}
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,512}", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_NAME = re.compile(r"[^\s<>&`|]{1,64}")
_MOST_BYTES = 1 << 20
EXAMPLE = '[[account]] name = "main", regions = ["us-east-1"]'


class BadAccounts(ValueError):
    """The accounts file is broken. Its text is one line: file, line or key, and the reason."""


@dataclass(frozen=True, slots=True)
class Account:
    """One AWS account to watch. Without `role_arn` the ambient credentials are the account's own. `dns_role_arn` is the
    role for Route 53, where that is another."""

    name: str
    regions: tuple[str, ...]
    role_arn: str | None = None
    external_id: str | None = None
    channel: str | None = None
    dns_role_arn: str | None = None

    def for_dns(self) -> "Account":
        """Returns the account with the role that may change its zones, where that is another."""
        if self.dns_role_arn is None:
            return self
        return replace(self, name=f"{self.name} (DNS)", role_arn=self.dns_role_arn)

    @property
    def id(self) -> str | None:
        """The twelve digits of the account, as far as the ARN of its role says them."""
        return self.role_arn.split(":")[4] if self.role_arn else None

    @property
    def first_account_region(self) -> AccountRegion:
        """Where services that are not regional are called for the account."""
        return AccountRegion(self.name, self.regions[0])


def read_accounts(
    path: Path, known_regions: Collection[str], parse_channel: Callable[[str], str]
) -> tuple[Account, ...]:
    """Reads an accounts file of at most 1 MiB as `parse_accounts` does; a device or a pipe would hold up the start."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise BadAccounts(f"{path} is not a file")
        if status.st_size > _MOST_BYTES:
            raise BadAccounts(f"{path} is too large for an accounts file (over 1 MiB)")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise BadAccounts(f"{path} cannot be read: {why}") from None
    return parse_accounts(text, str(path), known_regions, parse_channel)


def parse_accounts(
    text: str, filename: str, known_regions: Collection[str], parse_channel: Callable[[str], str]
) -> tuple[Account, ...]:
    """Reads an accounts file; `BadAccounts` names what is wrong with it. `known_regions` are those where SES exists;
    `parse_channel` reads a channel of Slack, and raises ValueError where it is none."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadAccounts(f"{filename}: not valid TOML: {error}") from None
    except RecursionError:
        raise BadAccounts(f"{filename}: not valid TOML: nested too deeply. Example: {EXAMPLE}") from None
    unknown_keys = sorted(set(data) - {"account"})
    if unknown_keys:
        raise BadAccounts(
            f"{filename}: unknown key “{unknown_keys[0]}”; only [[account]] tables belong here. {EXAMPLE}"
        )
    tables = data.get("account")
    if not isinstance(tables, list) or not tables:
        raise BadAccounts(f"{filename}: no [[account]] in it. Example: {EXAMPLE}")
    accounts = tuple(
        _parse_account(table, f"{filename}: account {number}", known_regions, parse_channel)
        for number, table in enumerate(tables, 1)
    )
    numbers: dict[str, int] = {}
    for number, account in enumerate(accounts, 1):
        first = numbers.setdefault(account.name.casefold(), number)
        if first != number:
            both = f"account {first} and account {number}"
            raise BadAccounts(f"{filename}: name: {both} are both named “{account.name}”; give each its own name")
    return accounts


def _parse_account(
    table: Any, label: str, known_regions: Collection[str], parse_channel: Callable[[str], str]
) -> Account:
    if not isinstance(table, Mapping):
        raise BadAccounts(f"{label}: write it as a table. Example: {EXAMPLE}")
    unknown_keys = sorted(set(table) - _KEYS)
    if unknown_keys:
        raise BadAccounts(f"{label}: unknown key “{unknown_keys[0]}”; known are {', '.join(sorted(_KEYS))}")
    name = _parse_text(table, "name", label)
    if name is None or not _NAME.fullmatch(name):
        raise BadAccounts(f'{label}: name: one word of at most 64 characters is needed, such as "main"')
    label = f"{label} (“{name}”)"
    role_arn = _parse_text(table, "role_arn", label)
    if role_arn is not None and not _ROLE.fullmatch(role_arn):
        raise BadAccounts(f"{label}: role_arn: not the ARN of a role, such as arn:aws:iam::123456789012:role/ses-bot")
    dns_role_arn = _parse_text(table, "dns_role_arn", label)
    if dns_role_arn is not None and not _ROLE.fullmatch(dns_role_arn):
        raise BadAccounts(f"{label}: dns_role_arn: not the ARN of a role, such as arn:aws:iam::123456789012:role/dns")
    external_id = _parse_text(table, "external_id", label)
    without_role = role_arn is None and dns_role_arn is None
    if external_id is not None and (without_role or not _EXTERNAL_ID.fullmatch(external_id)):
        raise BadAccounts(f"{label}: external_id: 2 to 1,224 letters, digits or +=,.@:/- beside a role_arn")
    channel = _parse_text(table, "channel", label)
    try:
        channel = channel and parse_channel(channel)
    except ValueError as error:
        raise BadAccounts(f"{label}: channel: {error}") from None
    return Account(name, _parse_regions(table, label, known_regions), role_arn, external_id, channel, dns_role_arn)


def _parse_text(table: Mapping[str, Any], key: str, label: str) -> str | None:
    value = table.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise BadAccounts(f"{label}: {key}: a text in quotes is needed")
    return value.strip()


def _parse_regions(table: Mapping[str, Any], label: str, known_regions: Collection[str]) -> tuple[str, ...]:
    regions = table.get("regions")
    if not isinstance(regions, list) or not regions or not all(isinstance(region, str) for region in regions):
        raise BadAccounts(f'{label}: regions: a list is needed, such as ["us-east-1", "eu-west-1"]')
    for region in regions:
        if region not in known_regions:
            suggestions = difflib.get_close_matches(region, known_regions, n=3) or sorted(known_regions)
            raise BadAccounts(f"{label}: regions: SES has no region “{region}”; there is {', '.join(suggestions)}")
        if regions.count(region) > 1:
            raise BadAccounts(f"{label}: regions: “{region}” stands there twice")
    return tuple(regions)


log = logging.getLogger(__name__)


class BadAwsSettings(ValueError):
    """boto3 cannot use its own settings. Its text is one line that says which, and what to do."""


AMBIENT_NAME = "main"
"""What the ambient account is called where no accounts file names it."""


@dataclass(frozen=True, slots=True)
class FoundAccounts:
    """`accounts` is empty where something is missing; `missing` then says what, in a sentence for a person."""

    accounts: tuple[Account, ...] = ()
    missing: str | None = None


async def find_accounts(path: Path | None, parse_channel: Callable[[str], str]) -> FoundAccounts:
    """Returns the accounts of the file at `path`, else the ambient one; `BadAccounts`, `BadAwsSettings` say what is
    wrong."""
    check_aws_settings()
    if path is not None:
        return FoundAccounts(read_accounts(path, list_ses_regions(), parse_channel))
    accounts = await asyncio.to_thread(find_ambient_account)  # on EC2 that goes over the network
    if accounts.missing:
        log.warning("%s", accounts.missing)
    return accounts


def check_aws_settings() -> None:
    """Raises `BadAwsSettings` where no session can be made at all: a missing profile, a broken configuration file."""
    try:
        boto3.session.Session()
    except ProfileNotFound:
        name = os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE") or ""
        raise BadAwsSettings(
            f"AWS_PROFILE: there is no profile “{name[:60]}”. Name one of ~/.aws/config, or remove the setting"
        ) from None
    except BotoCoreError as error:
        raise BadAwsSettings(f"AWS settings: {' '.join(str(error).split())[:200]}") from None


def find_ambient_account() -> FoundAccounts:
    """Returns the ambient account. Blocks: on EC2 and ECS credentials are asked for over the network. boto3 reads the
    region from AWS_DEFAULT_REGION or its profile; ECS and Lambda say it in AWS_REGION, so that counts as well."""
    try:
        session = boto3.session.Session()
        region = session.region_name or os.environ.get("AWS_REGION")
        if not region:
            return FoundAccounts(missing=_NO_REGION)
        if session.get_credentials() is None:
            return FoundAccounts(missing=_NO_CREDENTIALS)
    except BotoCoreError as error:
        return FoundAccounts(missing=f"The AWS settings cannot be used: {' '.join(str(error).split())[:200]}")
    return FoundAccounts((Account(AMBIENT_NAME, (region,)),))


_NO_REGION = (
    "No AWS account is connected: no region is set. Set AWS_DEFAULT_REGION and AWS credentials, or name accounts in "
    "SES_BOT_ACCOUNTS."
)
_NO_CREDENTIALS = (
    "No AWS account is connected: no AWS credentials were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
    "give the bot a role or a profile."
)


def list_ses_regions() -> tuple[str, ...]:
    """Returns the regions where SES exists, in every partition, as boto3 knows them."""
    session = boto3.session.Session()
    partitions = session.get_available_partitions()
    return tuple(region for partition in partitions for region in session.get_available_regions("sesv2", partition))
