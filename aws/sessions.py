"""Calls AWS: every call in the room's own threads, at AWS's rate, with each outcome returned as a value.

boto3 blocks, and the event loop must not: polls and the questions of people who wait have a thread pool each, so that
calls that hang take no threads from others. Nothing that AWS raises leaves this module; a fault of our own does.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from botocore.config import Config

from aws.accounts import Account
from aws.clients import Clients, Keys, Roles
from aws.errors import (
    AWS_ERRORS,
    UNKNOWN_CLIENT,
    classify_error,
    code_of,
    format_sentence,
    is_raised_by_botocore,
    outcome_of,
)
from aws.rate_limit import RateLimiter, StallDetector
from aws.reading import destinations_of, event_kinds_of, identity_of, snapshot_of
from model import AccountRegion, Events, Identity, IdentityReading, NotFound, Reading, RegionOff, Trouble, Unreadable
from model.changes import ChangeState, StepOutcome

log = logging.getLogger(__name__)
T = TypeVar("T")

DEADLINE = 20.0
"""Seconds for one call, the wait for its turn not counted."""
ACT_SECONDS = 5.0
"""Seconds for a call that changes something: a person waits, and a lost answer is read back."""
_POLL_THREADS, _PERSON_THREADS = 16, 8
"""Threads for polls, and for people who wait."""
_MAIN_REGION_SERVICES = frozenset({"route53", "support"})
"""Services that are in the main region of a partition alone."""
_MOST_PARENTS = 5
_PAGE = 1_000
_CONFIG = Config(
    connect_timeout=3,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 1},
    max_pool_connections=_POLL_THREADS + _PERSON_THREADS,
    user_agent_extra="ses-bot",
)
"""One attempt: a retry by boto3 would be a second call within the second. The next poll tries again."""


class Sessions:
    """Reads the accounts it was given. An async context manager: leaving it ends the thread pools."""

    def __init__(self, accounts: Sequence[Account], *, deadline: float = DEADLINE, config: Config = _CONFIG) -> None:
        self.accounts = tuple(accounts)
        self._by_name = {account.name: account for account in accounts}
        self._deadline = deadline
        self._clients = Clients(config)
        self._roles = Roles(self._assume_role)
        self._poll_pool = ThreadPoolExecutor(_POLL_THREADS, thread_name_prefix="ses-poll")
        self._person_pool = ThreadPoolExecutor(_PERSON_THREADS, thread_name_prefix="ses-ask")
        self._limiter = RateLimiter()
        self._stalls = StallDetector()

    async def __aenter__(self) -> "Sessions":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._roles.close()
        for pool in (self._poll_pool, self._person_pool):
            pool.shutdown(wait=False, cancel_futures=True)

    def account_regions(self) -> tuple[AccountRegion, ...]:
        """Returns every account and region, in the order of the accounts file."""
        return tuple(AccountRegion(account.name, region) for account in self.accounts for region in account.regions)

    def dns_account_regions(self) -> tuple[AccountRegion, ...]:
        """Returns where Route 53 is called: each account once."""
        return tuple(account.first_account_region for account in self.accounts)

    def partition_of(self, region: str) -> str:
        """Returns the partition of a region, as its ARNs name it."""
        return self._clients.partition_of(region)

    def is_stalled(self, account_region: AccountRegion) -> bool:
        """Tells whether AWS keeps calls for this account region waiting, so that no person should wait for it."""
        return self._stalls.is_stalled(account_region)

    async def read_account(self, account_region: AccountRegion) -> Reading:
        """Calls GetAccount, at most once a second for each account region. Never raises for what AWS does."""

        def get_account(client: Any) -> Reading:
            answer = _strip_metadata(client.get_account())
            return snapshot_of(answer) if answer else _NO_CONTENT

        async with self._limiter.slot("GetAccount", account_region):
            return await self.call(account_region, get_account)

    async def find_identity(self, account_region: AccountRegion, domain: str) -> IdentityReading:
        """Calls GetEmailIdentity for the domain, or for its nearest parent that is an identity: SES signs a subdomain's
        mail with its verified parent's key. `NotFound` where neither is one. For people who wait."""

        def get_identity(client: Any) -> IdentityReading:
            for name in _identity_candidates(domain):
                identity = _get_identity(client, name)
                if not isinstance(identity, NotFound):
                    return identity
            return NotFound()

        return await self.call(account_region, get_identity, asking=True)

    async def list_addresses(
        self, account_region: AccountRegion, domain: str
    ) -> tuple[str, ...] | Unreadable | RegionOff:
        """Calls ListEmailIdentities; returns the verified addresses at the domain on one page. For people who wait."""

        def list_page(client: Any) -> tuple[str, ...] | Unreadable:
            criteria = {"IDENTITY_NAME_CONTAINS": f"@{domain}", "IDENTITY_TYPE": "EMAIL_ADDRESS"}
            return _select_addresses(client.list_email_identities(PageSize=_PAGE, Filter=criteria), domain)

        return await self.call(account_region, list_page, asking=True)

    async def read_destinations(
        self, account_region: AccountRegion, configuration_set: str
    ) -> tuple[Mapping[str, Any], ...] | NotFound | Unreadable | RegionOff:
        """Calls GetConfigurationSetEventDestinations; returns the enabled ones. For people who wait."""

        def get_destinations(client: Any) -> tuple[Mapping[str, Any], ...] | NotFound | Unreadable:
            try:
                answer = client.get_configuration_set_event_destinations(ConfigurationSetName=configuration_set)
            except client.exceptions.NotFoundException:
                return NotFound()
            return destinations_of(answer) if "EventDestinations" in answer else _NO_CONTENT

        return await self.call(account_region, get_destinations, asking=True)

    async def read_events(
        self, account_region: AccountRegion, configuration_set: str
    ) -> Events | Unreadable | RegionOff:
        """Returns the kinds of events that a configuration set sends anywhere."""
        destinations = await self.read_destinations(account_region, configuration_set)
        if isinstance(destinations, NotFound):
            return Events(exists=False)
        return Events(event_kinds_of(destinations)) if isinstance(destinations, tuple) else destinations

    async def read_identity(self, account_region: AccountRegion, name: str) -> IdentityReading:
        """Calls GetEmailIdentity for exactly this name, at most once a second for each account region. For polls."""
        async with self._limiter.slot("GetEmailIdentity", account_region):
            return await self.call(account_region, lambda client: _get_identity(client, name))

    async def list_domains(
        self, account_region: AccountRegion, most: int = 1_000
    ) -> tuple[Identity, ...] | Unreadable | RegionOff:
        """Calls ListEmailIdentities; returns the first `most` domains with name, kind and verification status, which is
        all that it lists."""
        domains: list[Identity] = []
        token = ""
        while len(domains) < most:
            async with self._limiter.slot("ListEmailIdentities", account_region):
                page = await self.call(account_region, partial(_list_domains_page, token=token))
            if not isinstance(page, tuple):
                return page
            page_domains, token = page
            domains += page_domains
            if not token:
                break
        return tuple(domains[:most])

    async def read_account_id(self, account_name: str) -> str | None:
        """Returns the twelve digits of an account, by its role's ARN or by STS (GetCallerIdentity); None where
        unknown."""
        account = self._by_name[account_name]
        if account.id is not None:
            return account.id

        def get_account_id(client: Any) -> str:
            return str(client.get_caller_identity()["Account"])

        account_id = await self.call(account.first_account_region, get_account_id, service="sts")
        return account_id if isinstance(account_id, str) else None

    async def call(
        self,
        account_region: AccountRegion,
        work: Callable[[Any], T],
        *,
        service: str = "sesv2",
        asking: bool = False,
        deadline: float | None = None,
    ) -> T | Unreadable | RegionOff:
        """Returns what `work` returns for a client of the account region, in a thread, within the deadline. `asking`: a
        person waits."""
        deadline = deadline or self._deadline
        outcome: T | Unreadable | RegionOff = Unreadable(Trouble.TIMEOUT, f"AWS did not answer in {deadline:g} s")
        pool = self._person_pool if asking else self._poll_pool
        with contextlib.suppress(TimeoutError), self._stalls.count_call(account_region):
            async with asyncio.timeout(deadline):
                outcome = await self._run_signed(account_region, service, work, pool)
        if isinstance(outcome, Unreadable) and outcome.trouble is Trouble.TIMEOUT:
            self._stalls.record_timeout(account_region)
        return outcome

    async def act(
        self, account_region: AccountRegion, work: Callable[[Any], object], *, service: str = "sesv2"
    ) -> StepOutcome:
        """Makes one call that changes something, once. SENT: AWS took it (`work` may give a receipt); REFUSED:
        certainly not done; UNKNOWN: the answer was lost, so only reading back shows it."""

        def make_call(client: Any) -> StepOutcome:
            try:
                receipt = work(client)
            except AWS_ERRORS as error:
                return outcome_of(error)
            return StepOutcome(ChangeState.SENT, receipt=receipt if isinstance(receipt, str) else "")

        outcome = await self.call(account_region, make_call, service=service, asking=True, deadline=ACT_SECONDS)
        match outcome:
            case StepOutcome():
                return outcome
            case RegionOff(why=why) | Unreadable(trouble=Trouble.CREDENTIALS | Trouble.ROLE, why=why):
                return StepOutcome(ChangeState.REFUSED, f"Nothing was sent: {why}.")
        return StepOutcome(ChangeState.UNKNOWN, format_sentence(outcome.why))

    async def _run_signed(
        self, account_region: AccountRegion, service: str, work: Callable[[Any], T], pool: ThreadPoolExecutor
    ) -> T | Unreadable | RegionOff:
        """Calls `work` in a thread of `pool`, signed with the account's credentials for a service."""
        account, region = self._by_name[account_region.account], account_region.region
        account = account.for_dns() if service == "route53" else account
        region = self._clients.main_region_of(region) if service in _MAIN_REGION_SERVICES else region
        credentials = await self._roles.credentials_of(account)
        if isinstance(credentials, Unreadable):
            return credentials

        def run_signed() -> T | Unreadable | RegionOff:
            with self._clients.signing_as(credentials):
                return self._run_guarded(service, region, work)

        outcome = await asyncio.get_running_loop().run_in_executor(pool, run_signed)
        if credentials and isinstance(outcome, Unreadable) and outcome.trouble is Trouble.CREDENTIALS:
            self._roles.drop_credentials(account, credentials)
        return outcome

    def _run_guarded(self, service: str, region: str, work: Callable[[Any], T]) -> T | Unreadable | RegionOff:
        try:
            return work(self._clients.get(service, region))
        except AWS_ERRORS as error:
            if code_of(error) in UNKNOWN_CLIENT and self._is_accepted_in_main_region(region):
                return RegionOff()
            return classify_error(error)
        except Exception as error:
            if not is_raised_by_botocore(error):
                raise
            log.warning("an answer of AWS could not be read", exc_info=True)
            return classify_error(error)

    def _is_accepted_in_main_region(self, region: str) -> bool:
        """Tells whether STS takes the same credentials in a region that is always on: this region is then off."""
        main_region = self._clients.main_region_of(region)
        if region == main_region:
            return False
        try:
            self._clients.get("sts", main_region).get_caller_identity()
        except AWS_ERRORS:
            return False
        return True

    async def _assume_role(self, account: Account) -> Keys | Unreadable:
        """Calls AssumeRole at a regional endpoint that is always on: such tokens are good in opt-in regions too."""
        external_id = {"ExternalId": account.external_id} if account.external_id else {}

        def assume() -> Keys | Unreadable:
            try:
                client = self._clients.get("sts", self._clients.main_region_of(account.regions[0]))
                answer = client.assume_role(RoleArn=account.role_arn, RoleSessionName="ses-bot", **external_id)
                return Keys.from_answer(answer)
            except (*AWS_ERRORS, KeyError, TypeError) as error:  # `Keys.from_answer` of an answer that is none
                why = classify_error(error).why
                return Unreadable(Trouble.ROLE, f"the role cannot be assumed: {why}")

        return await asyncio.get_running_loop().run_in_executor(self._poll_pool, assume)


_NO_CONTENT = Unreadable(Trouble.MALFORMED, "AWS answered without content")


def _strip_metadata(answer: dict[str, Any]) -> dict[str, Any]:
    """Returns an answer without what boto3 adds to it; empty where AWS sent nothing that boto3 could read."""
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def _get_identity(client: Any, name: str) -> IdentityReading:
    try:
        answer = _strip_metadata(client.get_email_identity(EmailIdentity=name))
    except client.exceptions.NotFoundException:
        return NotFound()
    return identity_of(name, answer) if answer else _NO_CONTENT


def _select_addresses(answer: dict[str, Any], domain: str) -> tuple[str, ...] | Unreadable:
    """Returns those of a page that can send and are at the domain itself: the filter is a part of a name, not its
    end."""
    if "EmailIdentities" not in answer:
        return _NO_CONTENT
    names = (
        listed.get("IdentityName", "")
        for listed in answer["EmailIdentities"]
        if listed.get("IdentityType") == "EMAIL_ADDRESS" and listed.get("VerificationStatus") == "SUCCESS"
    )
    return tuple(name for name in names if name.rpartition("@")[2].lower() == domain)


def _identity_candidates(domain: str) -> list[str]:
    """Returns the domain and the parents that may be its identity, nearest first; of a deep name only the shortest
    parents."""
    labels = domain.split(".")
    parents = [".".join(labels[start:]) for start in range(1, len(labels) - 1)]
    return [domain, *parents[-_MOST_PARENTS:]]


def _list_domains_page(client: Any, *, token: str) -> tuple[tuple[Identity, ...], str] | Unreadable:
    """Returns one page: its domains, and the token of the next page."""
    answer = client.list_email_identities(PageSize=_PAGE, **({"NextToken": token} if token else {}))
    if "EmailIdentities" not in answer:
        return _NO_CONTENT
    domains = tuple(
        Identity(listed["IdentityName"], "DOMAIN", verification_status=listed.get("VerificationStatus"))
        for listed in answer["EmailIdentities"]
        if listed.get("IdentityType") == "DOMAIN" and listed.get("IdentityName")
    )
    return domains, answer.get("NextToken") or ""
