"""boto3 clients, few and cheap, and the credentials that they sign with.

A client holds sockets, a TLS context and a model of the service. One for every account and region would be thousands,
so there is one for each service and region, and the account's credentials go with each call: botocore signs a request
with `request_credentials` where its signing context names some. Creating clients is not thread-safe in boto3, so that
is done one at a time. A role is assumed once for all callers; its credentials are renewed five minutes before their
end, and used until then when AWS does not renew them. Source: STS API, AssumeRole.
"""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import NoCredentialsError

from aws.accounts import Account
from model import Unreadable
from model.bounded import BoundedCache

MOST_CLIENTS = 64
"""SES has fewer regions than that."""
_RETRY_CREDENTIALS_AFTER = 30.0
"""Seconds until ambient credentials are searched again: on EC2 that goes over the network, and may fail for once."""


class Clients:
    """Makes and keeps clients; drops the least recently used beyond `MOST_CLIENTS`. Safe for threads."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._session = boto3.session.Session()
        self._lock = threading.Lock()
        self._clients: BoundedCache[tuple[str, str], Any] = BoundedCache(MOST_CLIENTS)
        self._signing = threading.local()
        self._retry_at = 0.0

    def get(self, service: str, region: str) -> Any:
        """Returns the client of a service (`sesv2`, `sts`) in a region; NoCredentialsError where there are no ambient
        credentials."""
        key = (service, region)
        with self._lock:
            client = self._clients.get(key)
            if client is None:
                self._require_credentials()
                client = self._session.client(service, region_name=region, config=self._config)
                client.meta.events.register("before-sign", self._set_credentials)
                self._clients.keep(key, client)
        return client

    @contextmanager
    def signing_as(self, credentials: Credentials | None) -> Iterator[None]:
        """Signs the calls of this thread with these credentials while the context is open; None: the ambient ones."""
        self._signing.credentials = credentials
        try:
            yield
        finally:
            self._signing.credentials = None

    def main_region_of(self, region: str) -> str:
        """Returns a region of the same partition that is always on, where STS knows every credential."""
        return _MAIN_REGIONS.get(self.partition_of(region), region)

    def partition_of(self, region: str) -> str:
        """Returns the partition of a region, as its ARNs name it."""
        return str(self._session.get_partition_for_region(region))

    def _require_credentials(self) -> None:
        """Raises NoCredentialsError where there are none: a client made without credentials would never have any."""
        if time.monotonic() < self._retry_at:
            raise NoCredentialsError
        if self._session.get_credentials() is None:
            self._retry_at = time.monotonic() + _RETRY_CREDENTIALS_AFTER
            raise NoCredentialsError

    def _set_credentials(self, request: Any, **_: Any) -> None:
        credentials = getattr(self._signing, "credentials", None)
        if credentials is not None:
            request.context["signing"] = {**request.context.get("signing", {}), "request_credentials": credentials}


_MAIN_REGIONS = {
    "aws": "us-east-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-eusc": "eusc-de-east-1",
}


_RENEW_BEFORE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Keys:
    """What AssumeRole gave, and until when it is good."""

    credentials: Credentials
    expires: datetime

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any]) -> "Keys":
        """Reads the answer of AssumeRole; KeyError or TypeError where it is none."""
        packed = answer["Credentials"]
        credentials = Credentials(packed["AccessKeyId"], packed["SecretAccessKey"], packed["SessionToken"])
        expires = packed["Expiration"]
        if not isinstance(expires, datetime):
            raise TypeError("Expiration is no time")
        return cls(credentials, expires.astimezone(UTC))


class Roles:
    """Keeps the credentials of roles. `assume` calls AWS for an account with a role."""

    def __init__(self, assume: Callable[[Account], Awaitable[Keys | Unreadable]]) -> None:
        self._assume = assume
        self._keys: dict[str, Keys] = {}
        self._renewals: dict[str, asyncio.Task[Keys | Unreadable]] = {}

    async def credentials_of(self, account: Account) -> Credentials | Unreadable | None:
        """Returns the credentials of the account's role; None for the ambient ones, `Unreadable` when AWS gives
        none."""
        if account.role_arn is None:
            return None
        current, now = self._keys.get(account.name), _utc_now()
        if current and current.expires - _RENEW_BEFORE > now:
            return current.credentials
        task = self._renewals.get(account.name)
        if task is None:
            task = self._renewals[account.name] = asyncio.create_task(self._renew_keys(account))
            task.add_done_callback(lambda _: self._renewals.pop(account.name, None))
        keys = await asyncio.shield(task)
        if isinstance(keys, Keys):
            return keys.credentials
        return current.credentials if current and current.expires > now else keys

    def drop_credentials(self, account: Account, credentials: Credentials) -> None:
        """Drops credentials that AWS refuses before their end: the next call assumes the role again."""
        keys = self._keys.get(account.name)
        if keys and keys.credentials is credentials:
            del self._keys[account.name]

    async def _renew_keys(self, account: Account) -> Keys | Unreadable:
        keys = await self._assume(account)
        if isinstance(keys, Keys):
            self._keys[account.name] = keys
        return keys

    async def close(self) -> None:
        for task in tuple(self._renewals.values()):
            task.cancel()


def _utc_now() -> datetime:
    return datetime.now(UTC)
