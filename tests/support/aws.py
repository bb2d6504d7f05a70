"""What AWS says of acme.com, in few words, for the judges; and an account that a watcher reads."""

from datetime import datetime
from typing import Any

from aws.cases import CaseReading
from model import (
    Access,
    AccountRegion,
    Events,
    Identity,
    IdentityReading,
    Reading,
    RegionState,
    SesRegionView,
    Snapshot,
)
from model.account import CaseAccess
from model.staying import QuotaRequest, QuotaStatus, RateKind, RatesRead, RatesReading

MAIN = AccountRegion("main", "us-east-1")
MAIN_EU = AccountRegion("main", "eu-west-1")
SHOP = AccountRegion("shop", "us-east-1")
EVENTS = Events(("BOUNCE", "COMPLAINT"))


def identity(status: str = "SUCCESS", **more: Any) -> Identity:
    """acme.com as a domain identity that has everything."""
    reported: dict[str, Any] = {
        "kind": "DOMAIN",
        "verified": status == "SUCCESS",
        "verification_status": status,
        "dkim_status": status,
        "signing_origin": "AWS_SES",
        "feedback_forwarding": True,
        "configuration_set": "main-set",
    }
    return Identity("acme.com", **reported | more)


def snapshot(access: Access = Access.SANDBOX, **more: Any) -> Snapshot:
    """An account that nothing is wrong with."""
    reported: dict[str, Any] = {
        "enforcement": "HEALTHY",
        "sending_enabled": True,
        "quota": 200.0,
        "rate": 1.0,
        "sent": 3.0,
        "suppression": ("BOUNCE", "COMPLAINT"),
    }
    return Snapshot(access, **reported | more)


def region_view(
    reading: IdentityReading | None,
    account_region: AccountRegion = MAIN,
    *,
    known: RegionState | None = None,
    events: Events | None = EVENTS,
    addresses: tuple[str, ...] | None = (),
) -> SesRegionView:
    """One place, with an account that nothing is wrong with unless `known` says so."""
    return SesRegionView(account_region, known or RegionState(snapshot()), "111122223333", reading, addresses, events)


class PolledAws:
    """An account about which nothing but `says` and `identities` is news. `reads` is what was read."""

    def __init__(self, says: Reading) -> None:
        self.says = says
        self.reads: list[AccountRegion] = []
        self.identities: tuple[Identity, ...] | None = None

    async def read_account(self, account_region: AccountRegion) -> Reading:
        self.reads.append(account_region)
        return self.says

    async def read_domains(self, account_region: AccountRegion, known: RegionState) -> tuple[Identity, ...] | None:
        return self.identities

    async def read_case(self, account_region: AccountRegion, display_id: str) -> CaseReading:
        return CaseAccess.NO_PLAN

    async def read_rates(self, account_region: AccountRegion, now: datetime) -> RatesReading:
        return RatesRead()

    async def read_first_look(
        self, account_region: AccountRegion, known: RegionState, kind: RateKind, now: datetime
    ) -> tuple[str, ...]:
        return ()

    async def read_quota_status(self, account_region: AccountRegion, request: QuotaRequest) -> QuotaStatus | None:
        return None

    async def read_case_access(self, account_region: AccountRegion) -> CaseAccess | None:
        return CaseAccess.NO_PLAN

    async def read_account_id(self, account: str) -> str | None:
        return "111122223333"
