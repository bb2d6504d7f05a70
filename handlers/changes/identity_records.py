"""The records of an identity, published in Route 53 as one step: its DKIM records, which SES gives only once the
identity is there, or those of its MAIL FROM.

The step only adds: a name that holds something else is left as it is, and the step says so.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from aws import identities, route53
from aws.zone_plan import names_of, plan
from handlers.changes.records import FoundZones, sets_of
from handlers.changes.services import ChangeServices
from model import AccountRegion, Fix, Identity, NotFound, Record
from model.changes import ChangeState, ChangeStep, StepOutcome
from model.zone import HostedZone, ZonePlan

PUBLISH = "PublishIdentityRecords"


def arguments_of(part: str, identity: str, found: FoundZones, records: Sequence[Record] = ()) -> dict[str, Any]:
    """A step's arguments, as JSON values. Without records, they are the DKIM records that SES gives."""
    return {
        "part": part,
        "identity": identity,
        "records": [asdict(one) for one in records],
        "account": found.place.account,
        "region": found.place.region,
        "zones": [{"id": one.id, "name": one.name, "servers": list(one.servers)} for one in found.zones],
    }


async def _planned(changes: ChangeServices, place: AccountRegion, step: ChangeStep) -> ZonePlan | str:
    """What is still to be published; else why that is not known."""
    records = tuple(Record(**one) for one in step.arguments["records"])
    if not records:
        name = str(step.arguments["identity"])
        identity = await identities.identity_of(changes.sessions, place, name)
        if not isinstance(identity, Identity):
            return f"SES has no identity {name}." if isinstance(identity, NotFound) else f"{identity.why}."
        records = identities.dkim_records(identity, name)
        if not records:
            return "SES has not given the DKIM records yet."
    fixes = [Fix(records)]
    sets = await sets_of(changes, _zones(step), names_of(fixes))
    return sets if isinstance(sets, str) else plan(sets, fixes)


def _zones(step: ChangeStep) -> FoundZones:
    held = step.arguments
    zones = tuple(HostedZone(one["id"], one["name"], tuple(one["servers"])) for one in held["zones"])
    return FoundZones(AccountRegion(held["account"], held["region"]), zones)


async def ready(changes: ChangeServices, place: AccountRegion, step: ChangeStep) -> StepOutcome | None:
    """DONE where the records are there; REFUSED where another record is in the way, or nothing is known."""
    planned = await _planned(changes, place, step)
    if isinstance(planned, str):
        return StepOutcome(ChangeState.REFUSED, f"Nothing was published: {planned}")
    if planned.left:
        one = planned.left[0]
        return StepOutcome(ChangeState.REFUSED, f"Nothing was published: {one.name} {one.type}: {one.why}.")
    taken = next((change for zone in planned.zones for change in zone.changes if change.before), None)
    if taken:
        name, kind = taken.named
        return StepOutcome(ChangeState.REFUSED, f"{name} has other {kind} records, which were left as they are.")
    return None if planned.zones else StepOutcome(ChangeState.DONE, "The records are there.")


async def publish(changes: ChangeServices, place: AccountRegion, step: ChangeStep) -> StepOutcome:
    """One batch, which only creates."""
    planned = await _planned(changes, place, step)
    if isinstance(planned, str):
        return StepOutcome(ChangeState.REFUSED, f"Nothing was published: {planned}")
    [one] = planned.zones
    arguments = route53.arguments_of(one.zone, one.changes)
    return await route53.change_sets(changes.sessions, _zones(step).place, arguments)


async def read_back(changes: ChangeServices, place: AccountRegion, step: ChangeStep) -> StepOutcome:
    """Whether the zone holds the records, and every server of Route 53 has them."""
    if step.receipt and not await route53.is_spread(changes.sessions, _zones(step).place, step.receipt):
        return StepOutcome(ChangeState.UNKNOWN, "Route 53 has the records and brings them to its servers.")
    planned = await _planned(changes, place, step)
    if isinstance(planned, str):
        return StepOutcome(ChangeState.UNKNOWN, planned)
    if planned.zones or planned.left:
        return StepOutcome(ChangeState.REFUSED, "The zone does not hold the records.")
    return StepOutcome(ChangeState.DONE, "Route 53 has the records.")
