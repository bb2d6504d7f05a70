"""The credentials of an account: the ambient ones, or those of a role that is assumed once and kept fresh.

All callers share the one AssumeRole under way. Credentials are renewed five minutes before their end, and used until
then when AWS does not renew them. Source: STS API, AssumeRole.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.credentials import Credentials

from aws.accounts import Account
from model import Unreadable

_RENEWED_BEFORE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Keys:
    """What AssumeRole gave, and until when it is good."""

    credentials: Credentials
    expires: datetime

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> "Keys":
        """From the answer of AssumeRole; KeyError or TypeError where it is none."""
        given = answer["Credentials"]
        credentials = Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        expires = given["Expiration"]
        if not isinstance(expires, datetime):
            raise TypeError("Expiration is no time")
        return cls(credentials, expires.astimezone(UTC))


class Roles:
    """`assume` calls AWS for an account with a role."""

    def __init__(self, assume: Callable[[Account], Awaitable[Keys | Unreadable]]) -> None:
        self._assume = assume
        self._held: dict[str, Keys] = {}
        self._under_way: dict[str, asyncio.Task[Keys | Unreadable]] = {}

    async def credentials(self, account: Account) -> Credentials | Unreadable | None:
        """The credentials of the account's role; None for the ambient ones, `Unreadable` when AWS gives none."""
        if account.role_arn is None:
            return None
        held, now = self._held.get(account.name), _now()
        if held and held.expires - _RENEWED_BEFORE > now:
            return held.credentials
        task = self._under_way.get(account.name)
        if task is None:
            task = self._under_way[account.name] = asyncio.create_task(self._renew(account))
            task.add_done_callback(lambda _: self._under_way.pop(account.name, None))
        keys = await asyncio.shield(task)
        if isinstance(keys, Keys):
            return keys.credentials
        return held.credentials if held and held.expires > now else keys

    def refused(self, account: Account, credentials: Credentials) -> None:
        """Drop credentials that AWS refuses before their end: the next call assumes the role again."""
        held = self._held.get(account.name)
        if held and held.credentials is credentials:
            del self._held[account.name]

    async def _renew(self, account: Account) -> Keys | Unreadable:
        keys = await self._assume(account)
        if isinstance(keys, Keys):
            self._held[account.name] = keys
        return keys

    async def close(self) -> None:
        """Cancel what is under way."""
        for task in tuple(self._under_way.values()):
            task.cancel()


def _now() -> datetime:
    return datetime.now(UTC)
