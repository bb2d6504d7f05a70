"""The launch check: reads what it judges, in the thread of the approval and for `/ses-status launch`."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from aws import Sessions
from aws.events import read_routes
from checks.launch import judge
from drafts.volume import plan_warm_up
from handlers.views.blocks import Message
from handlers.views.launch import launch_message
from model import AccountRegion, AccountRegionStatus, Finding, Identity
from model.request import Answers
from model.staying import Launch, LaunchFacts
from store import Database, load_latest_request, load_status

DmarcCheck: TypeAlias = Callable[[str], Awaitable[tuple[Finding, ...] | None]]
_SECONDS = 15.0
"""All that is read takes so many seconds at most; what has not come by then is unknown."""


@dataclass(frozen=True, slots=True)
class LaunchChecks:
    """`dmarc` checks the DMARC record of a domain; None where DNS does not answer in time."""

    db: Database
    sessions: Sessions
    dmarc: DmarcCheck

    async def message(self, account_region: AccountRegion) -> Message | None:
        """Returns the check of an account region; None where it is not watched."""
        statuses = await load_status(self.db, account=account_region.account, region=account_region.region)
        if not statuses:
            return None
        [watched] = statuses
        facts = await self._read_facts(watched)
        domain = facts.identity.name if facts.identity else ""
        quota = facts.snapshot.quota if facts.snapshot else None
        busiest = facts.request.busiest if facts.request else None
        return launch_message(
            Launch(domain, judge(facts), plan_warm_up(busiest, quota)), account_region, watched.account_id
        )

    async def _read_facts(self, watched: AccountRegionStatus) -> LaunchFacts:
        request = await load_latest_request(self.db, watched.account_region)
        name = _select_domain(watched, request)
        facts = LaunchFacts(snapshot=watched.state.snapshot, request=request)
        if not name:
            return facts
        try:
            async with asyncio.timeout(_SECONDS):
                identity, dmarc = await asyncio.gather(
                    self.sessions.find_identity(watched.account_region, name), self.dmarc(name)
                )
                own = identity if isinstance(identity, Identity) else None
                events = own.configuration_set if own else None
                routes = await read_routes(self.sessions, watched.account_region, events) if events else None
        except TimeoutError:
            return facts
        return LaunchFacts(watched.state.snapshot, own, routes, dmarc, request)


def _select_domain(watched: AccountRegionStatus, request: Answers | None) -> str:
    """Returns the domain to look at: that of the request, else the first that is verified there."""
    identities = watched.state.identities or ()
    verified = [identity.name for identity in identities if identity.verification_status == "SUCCESS"]
    if request and request.domain and (request.domain in verified or not verified):
        return request.domain
    return verified[0] if verified else ""
