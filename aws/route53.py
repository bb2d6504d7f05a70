"""Publishing records in Route 53: the zone that DNS really asks, its sets as they stand, and one batch a zone.

A batch deletes each set exactly as it was read and creates the new one, which Route 53 does as a whole or not at all:
what another person changed meanwhile is never overwritten. Source: Route 53 API, ListHostedZonesByName,
GetHostedZone, ListResourceRecordSets, ChangeResourceRecordSets, GetChange.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from aws.sessions import Sessions
from aws.zone_plan import names_to_read, plain_name
from model import AccountRegion, Fix, RegionOff, Unreadable
from model.changes import ChangeState, StepOutcome
from model.zone import HostedZone, RecordSet, SetChange

CHANGE_SETS = "ChangeResourceRecordSets"
MOST_NAMES = 60
"""Names that are read for one plan: each is a call."""
_SPECIAL = {
    "AliasTarget": "it is an alias of Route 53",
    "SetIdentifier": "it is one of several sets with a routing policy",
    "TrafficPolicyInstanceId": "a traffic policy made it",
}
_REFUSALS = {
    "PriorRequestNotComplete": "Route 53 is still working on an earlier change of this zone. Try again in a minute.",
    "NoSuchHostedZone": "The zone is gone.",
    "AccessDenied": "The role may not change this record set (deploy/iam-operate.json names what it needs).",
    "AccessDeniedException": "The role may not change this record set (deploy/iam-operate.json names what it needs).",
    "InvalidInput": "Route 53 does not take the change.",
}


async def zones_over(
    sessions: Sessions, place: AccountRegion, domain: str
) -> tuple[HostedZone, ...] | Unreadable | RegionOff:
    """The account's public zones that hold a domain (A-labels), longest first; of one name there may be several."""

    def listed(client: Any) -> tuple[HostedZone, ...]:
        labels = domain.split(".")
        names = [".".join(labels[start:]) for start in range(len(labels) - 1)]
        return tuple(zone for name in names for zone in _zones_named(client, name))

    return await sessions.call(place, listed, service="route53", at_home=True, asking=True)


def _zones_named(client: Any, name: str) -> list[HostedZone]:
    answer = client.list_hosted_zones_by_name(DNSName=name, MaxItems="100")
    found = []
    for one in answer.get("HostedZones") or ():
        if plain_name(one["Name"]) != name or one.get("Config", {}).get("PrivateZone"):
            continue
        whole = client.get_hosted_zone(Id=one["Id"])
        servers = whole.get("DelegationSet", {}).get("NameServers") or ()
        found.append(HostedZone(str(one["Id"]).rpartition("/")[2], name, tuple(_host(server) for server in servers)))
    return found


def _host(name: str) -> str:
    return name.rstrip(".").lower()


def delegated(zones: Iterable[HostedZone], servers: Mapping[str, Sequence[str]]) -> HostedZone | None:
    """The longest zone whose delegation set is what DNS answers for its name (`servers`, by zone name)."""
    return next(
        (zone for zone in zones if {_host(one) for one in servers.get(zone.name, ())} == set(zone.servers)), None
    )


async def read_sets(
    sessions: Sessions, place: AccountRegion, zone: HostedZone, fixes: Sequence[Fix]
) -> tuple[RecordSet, ...] | Unreadable | RegionOff:
    """The sets at every name that the fixes are about, and at those above, as they stand now."""
    names = names_to_read(fixes, zone.name)[:MOST_NAMES]

    def read(client: Any) -> tuple[RecordSet, ...]:
        return tuple(one for name in names for one in _sets_at(client, zone.id, name))

    return await sessions.call(place, read, service="route53", at_home=True, asking=True)


def _sets_at(client: Any, zone_id: str, name: str) -> list[RecordSet]:
    found: list[RecordSet] = []
    start: dict[str, str] = {"StartRecordName": name}
    while True:
        page = client.list_resource_record_sets(HostedZoneId=zone_id, MaxItems="100", **start)
        for one in page["ResourceRecordSets"]:
            if plain_name(one["Name"]) != name.lower():
                return found
            found.append(_set(one))
        if not page.get("IsTruncated"):
            return found
        start = {"StartRecordName": page["NextRecordName"], "StartRecordType": page["NextRecordType"]}
        if page.get("NextRecordIdentifier"):
            start["StartRecordIdentifier"] = page["NextRecordIdentifier"]


def _set(answer: Mapping[str, Any]) -> RecordSet:
    special = next((why for key, why in _SPECIAL.items() if key in answer), "")
    values = tuple(str(one["Value"]) for one in answer.get("ResourceRecords") or ())
    name = str(answer["Name"])
    return RecordSet(name.rstrip("."), str(answer["Type"]), int(answer.get("TTL", 0)), values, special)


def batch(changes: Sequence[SetChange]) -> list[dict[str, Any]]:
    """The batch as the API takes it: every set that was read is deleted as it was read, then created anew."""
    deletes = [_member("DELETE", one.before) for one in changes if one.before]
    return deletes + [_member("CREATE", one.after) for one in changes if one.after]


def _member(action: str, one: RecordSet) -> dict[str, Any]:
    records = [{"Value": value} for value in one.values]
    named = {"Name": f"{one.name}.", "Type": one.type, "TTL": one.ttl, "ResourceRecords": records}
    return {"Action": action, "ResourceRecordSet": named}


def arguments_of(zone: HostedZone, changes: Sequence[SetChange]) -> dict[str, Any]:
    """A step's arguments, as JSON values."""
    packed = json.loads(json.dumps([asdict(one) for one in changes]))
    return {"zone": zone.id, "zone_name": zone.name, "servers": list(zone.servers), "changes": packed}


def changes_of(arguments: Mapping[str, Any]) -> tuple[SetChange, ...]:
    """The changes in a step's arguments."""
    return tuple(SetChange(_made(one["before"]), _made(one["after"])) for one in arguments["changes"])


def _made(data: Mapping[str, Any] | None) -> RecordSet | None:
    return RecordSet(**{**data, "values": tuple(data["values"])}) if data else None


async def ready_to_change(sessions: Sessions, place: AccountRegion, arguments: Mapping[str, Any]) -> StepOutcome | None:
    """Read the sets once more: REFUSED with the difference where another person changed one since the plan; DONE where
    all is as planned already; None to go on."""
    changes = changes_of(arguments)
    now = await _read_named(sessions, place, arguments, changes)
    if isinstance(now, Unreadable | RegionOff):
        return StepOutcome(ChangeState.REFUSED, f"Nothing was changed: the zone could not be read ({now.why}).")
    if all(_same(now.get(_key(one)), one.after) for one in changes):
        return StepOutcome(ChangeState.DONE, "The records are there already.")
    other = next((one for one in changes if not _same(now.get(_key(one)), one.before)), None)
    return StepOutcome(ChangeState.REFUSED, _difference(other, now.get(_key(other))), "Changed") if other else None


async def change_sets(sessions: Sessions, place: AccountRegion, arguments: Mapping[str, Any]) -> StepOutcome:
    """Send the batch, once."""
    made = {"Comment": "ses-bot", "Changes": batch(changes_of(arguments))}

    def change(client: Any) -> str:
        answer = client.change_resource_record_sets(HostedZoneId=arguments["zone"], ChangeBatch=made)
        return str(answer["ChangeInfo"]["Id"]).rpartition("/")[2]

    outcome = await sessions.act(place, change, service="route53", at_home=True)
    if outcome.state is not ChangeState.REFUSED:
        return outcome
    if outcome.code == "InvalidChangeBatch":
        words = "Another person changed these records in the same moment. Nothing was overwritten. Plan it again."
        return StepOutcome(ChangeState.REFUSED, words, "Changed")
    return StepOutcome(ChangeState.REFUSED, _REFUSALS.get(outcome.code, outcome.words), outcome.code)


async def is_spread(sessions: Sessions, place: AccountRegion, receipt: str) -> bool:
    """Whether every server of Route 53 has a change (GetChange: INSYNC); also where that is not known."""

    def status(client: Any) -> str:
        return str(client.get_change(Id=receipt)["ChangeInfo"]["Status"])

    return await sessions.call(place, status, service="route53", at_home=True, asking=True) != "PENDING"


async def read_changed(
    sessions: Sessions, place: AccountRegion, arguments: Mapping[str, Any], receipt: str = ""
) -> StepOutcome:
    """Whether the zone holds the sets as planned, and every server of Route 53 has them."""
    if receipt and not await is_spread(sessions, place, receipt):
        return StepOutcome(ChangeState.UNKNOWN, "Route 53 has the change and brings it to its servers.")
    changes = changes_of(arguments)
    now = await _read_named(sessions, place, arguments, changes)
    if isinstance(now, Unreadable | RegionOff):
        return StepOutcome(ChangeState.UNKNOWN, f"The zone could not be read: {now.why}.")
    if all(_same(now.get(_key(one)), one.after) for one in changes):
        return StepOutcome(ChangeState.DONE, f"Route 53 has the records in {arguments['zone_name']}.")
    other = next((one for one in changes if not _same(now.get(_key(one)), one.before)), None)
    words = _difference(other, now.get(_key(other))) if other else "Route 53 has the zone as it was. Nothing changed."
    return StepOutcome(ChangeState.REFUSED, words)


async def _read_named(
    sessions: Sessions, place: AccountRegion, arguments: Mapping[str, Any], changes: Sequence[SetChange]
) -> dict[tuple[str, str], RecordSet] | Unreadable | RegionOff:
    names = tuple(dict.fromkeys(plain_name(one.named[0]) for one in changes))

    def read(client: Any) -> dict[tuple[str, str], RecordSet]:
        sets = [one for name in names for one in _sets_at(client, str(arguments["zone"]), name)]
        return {(plain_name(one.name), one.type): one for one in sets if not one.special}

    return await sessions.call(place, read, service="route53", at_home=True, asking=True)


def _key(change: SetChange) -> tuple[str, str]:
    name, kind = change.named
    return plain_name(name), kind


def _same(now: RecordSet | None, wanted: RecordSet | None) -> bool:
    if now is None or wanted is None:
        return now is wanted
    return (now.ttl, sorted(now.values)) == (wanted.ttl, sorted(wanted.values))


def _difference(change: SetChange, now: RecordSet | None) -> str:
    name, kind = change.named
    shown = " · ".join(now.values) if now else "no such record"
    return f"{name} {kind} was changed since the plan, and is left as it is. It is now: {shown[:500]}"
