"""Reading SES accounts: one boto3 session, cheap clients, roles assumed and kept fresh, and a thread pool of its own.

boto3 blocks, and the event loop must not: every call runs in the room's own pool, so that calls that hang take threads
from nobody else. Nothing raised by AWS leaves this module: a reading is a value.
"""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from model import Identity, IdentityReading, NotFound, Place, Reading, RegionOff, Trouble, Unreadable
from ses.accounts import Account
from ses.errors import UNKNOWN_CLIENT, RoleRefusedError, code_of, unreadable
from ses.reading import identity_of, snapshot_of

T = TypeVar("T")

CALL_SPACING = 1.0
"""Seconds between two GetAccount of one account and region: SES allows one a second."""
_REFRESH_BEFORE = timedelta(minutes=5)
_MOST_CLIENTS = 128
_THREADS = 24
_HOME_REGION = "us-east-1"
_CONFIG = Config(
    connect_timeout=3,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 1},
    user_agent_extra="ses-bot",
)
"""One attempt: a retry by boto3 would be a second call within the second. Whoever polls tries again."""


@dataclass(slots=True)
class _Credentials:
    """What AssumeRole gave. The ambient credentials are boto3's own affair (None here)."""

    arguments: dict[str, str]
    expires: datetime


class _Turn:
    """One call at a time, and a second of rest after each: whatever a call takes, two never fall into one second."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._rested_at = 0.0

    async def __aenter__(self) -> None:
        await self._lock.acquire()
        await asyncio.sleep(max(0.0, self._rested_at - asyncio.get_running_loop().time()))

    async def __aexit__(self, *_: object) -> None:
        self._rested_at = asyncio.get_running_loop().time() + CALL_SPACING
        self._lock.release()


@dataclass(slots=True)
class _Lane:
    """One account's role: assumed once, by whoever comes first."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    credentials: _Credentials | None = None


class Sessions:
    """Reads the accounts it was given. An async context manager: leaving it ends the thread pool."""

    def __init__(
        self, accounts: Sequence[Account], *, deadline: float = 20.0, config: Config = _CONFIG, threads: int = _THREADS
    ) -> None:
        self.accounts = tuple(accounts)
        self._by_name = {account.name: account for account in accounts}
        self._lanes = {account.name: _Lane() for account in accounts}
        self._deadline = deadline
        self._config = config
        self._session = boto3.session.Session()
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="ses")
        self._clients: OrderedDict[tuple[str, ...], Any] = OrderedDict()
        self._creation = threading.Lock()
        self._turns = {place: _Turn() for place in self.places()}

    async def __aenter__(self) -> "Sessions":
        return self

    async def __aexit__(self, *_: object) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def places(self) -> tuple[Place, ...]:
        """Every account and region, in the order of the accounts file."""
        return tuple(Place(account.name, region) for account in self.accounts for region in account.regions)

    async def read(self, place: Place) -> Reading:
        """GetAccount, at most once a second for each place, within the deadline. Never raises for what AWS does."""

        def get_account() -> Reading:
            answer = self._client(place, "sesv2").get_account()
            answer.pop("ResponseMetadata", None)
            if not answer:
                return Unreadable(Trouble.MALFORMED, "AWS answered without content")
            return snapshot_of(answer)

        async with self._turns[place]:
            return await self._call(place, get_account)

    async def identity(self, place: Place, domain: str) -> IdentityReading:
        """GetEmailIdentity for the domain, or for its nearest parent that is an identity: SES signs a subdomain's mail
        with its verified parent's key. `NotFound` where neither the domain nor a parent is one."""

        def get_identity() -> IdentityReading:
            client = self._client(place, "sesv2")
            labels = domain.split(".")
            for start in range(len(labels) - 1):
                name = ".".join(labels[start:])
                try:
                    answer = client.get_email_identity(EmailIdentity=name)
                except client.exceptions.NotFoundException:
                    continue
                return identity_of(name, answer)
            return NotFound()

        return await self._call(place, get_identity)

    async def identities(self, place: Place, most: int = 1_000) -> tuple[Identity, ...] | Unreadable | RegionOff:
        """ListEmailIdentities: the domains among them with name, kind and verification status (no more is listed)."""

        def list_identities() -> tuple[Identity, ...]:
            client = self._client(place, "sesv2")
            found: list[Identity] = []
            token: dict[str, str] = {}
            while len(found) < most:
                answer = client.list_email_identities(PageSize=100, **token)
                for listed in answer.get("EmailIdentities", ()):
                    if listed.get("IdentityType") == "DOMAIN" and listed.get("IdentityName"):
                        status = listed.get("VerificationStatus")
                        found.append(Identity(listed["IdentityName"], "DOMAIN", verification_status=status))
                if not answer.get("NextToken"):
                    break
                token = {"NextToken": answer["NextToken"]}
            return tuple(found)

        return await self._call(place, list_identities)

    async def account_id(self, account: str) -> str | None:
        """The twelve digits of an account (STS GetCallerIdentity); None where they cannot be told."""
        place = Place(account, self._by_name[account].regions[0])

        def caller() -> str:
            return str(self._client(place, "sts").get_caller_identity()["Account"])

        told = await self._call(place, caller)
        return told if isinstance(told, str) else None

    async def _call(self, place: Place, work: Callable[[], T]) -> T | Unreadable | RegionOff:
        def guarded() -> T | Unreadable | RegionOff:
            try:
                return work()
            except RoleRefusedError as error:
                return unreadable(error)
            except (BotoCoreError, ClientError, OSError, ValueError, KeyError, TypeError) as error:
                if code_of(error) in UNKNOWN_CLIENT and self._accepted_elsewhere(place):
                    return RegionOff()
                return unreadable(error)

        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._deadline):
                return await loop.run_in_executor(self._pool, guarded)
        except TimeoutError:
            return Unreadable(Trouble.TIMEOUT, f"AWS did not answer in {self._deadline:g} s")

    def _accepted_elsewhere(self, place: Place) -> bool:
        """Does STS take the same credentials in a region that is always on? Then it is the region that is off."""
        if place.region == _HOME_REGION:
            return False
        try:
            self._client(Place(place.account, _HOME_REGION), "sts").get_caller_identity()
        except (BotoCoreError, ClientError, OSError):
            return False
        return True

    def _client(self, place: Place, service: str) -> Any:
        """A client for the place; the least recently used are dropped. Creating one is not thread-safe in boto3."""
        arguments = self._arguments(self._by_name[place.account])
        key = (service, place.account, place.region, arguments.get("aws_access_key_id", ""))
        with self._creation:
            client = self._clients.get(key)
            if client is None:
                client = self._session.client(service, region_name=place.region, config=self._config, **arguments)
                self._clients[key] = client
            self._clients.move_to_end(key)
            while len(self._clients) > _MOST_CLIENTS:
                self._clients.popitem(last=False)
        return client

    def _arguments(self, account: Account) -> dict[str, str]:
        """The credentials of an account as client arguments; empty for the ambient ones."""
        if account.role_arn is None:
            return {}
        lane = self._lanes[account.name]
        with lane.lock:
            if lane.credentials is None or lane.credentials.expires - _REFRESH_BEFORE <= datetime.now(UTC):
                lane.credentials = self._assume(account, account.role_arn)
            return lane.credentials.arguments

    def _assume(self, account: Account, role_arn: str) -> _Credentials:
        """AssumeRole at the regional endpoint, whose tokens are valid in opt-in regions too."""
        external = {"ExternalId": account.external_id} if account.external_id else {}
        with self._creation:
            client = self._session.client("sts", region_name=account.regions[0], config=self._config)
        try:
            answer = client.assume_role(RoleArn=role_arn, RoleSessionName="ses-bot", **external)
            given = answer["Credentials"]
            arguments = {
                "aws_access_key_id": given["AccessKeyId"],
                "aws_secret_access_key": given["SecretAccessKey"],
                "aws_session_token": given["SessionToken"],
            }
            return _Credentials(arguments, given["Expiration"])
        except (BotoCoreError, ClientError, OSError, KeyError, TypeError) as error:
            raise RoleRefusedError(error) from error
