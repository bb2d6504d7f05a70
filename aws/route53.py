"""Publishing records in Route 53: the zone that DNS really asks, its sets as they stand, and one batch a zone.

A batch deletes each set exactly as it was read and creates the new one, which Route 53 does as a whole or not at all:
what another person changed meanwhile is never overwritten. Source: Route 53 API, ListHostedZonesByName,
GetHostedZone, ListResourceRecordSets, ChangeResourceRecordSets, GetChange.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeAlias, TypeVar

from botocore.exceptions import ClientError

from aws.errors import code_of
from aws.sessions import Sessions
from aws.zone_plan import is_in, names_to_read, plain_name
from model import AccountRegion, RegionOff, Unreadable
from model.changes import ChangeState, StepOutcome
from model.zone import HostedZone, RecordSet, SetChange

T = TypeVar("T")

CHANGE_SETS = "ChangeResourceRecordSets"
CHANGED = "Changed"
"""The code of a refusal because another person changed a set: planning again may go on."""
_MOST_PAGES = 10
"""Pages of zones that are read: a thousand zones under one name."""
_SPACING = 0.2
"""Seconds between two calls: Route 53 takes five a second of an account."""
_AGAIN = (0.5, 1.0, 2.0)
"""Seconds to wait after Route 53 asked for fewer calls."""
_DEADLINE = 30.0
_PLAIN = frozenset({"Name", "Type", "TTL", "ResourceRecords"})
_SPECIAL = {
    "AliasTarget": "it is an alias of Route 53",
    "SetIdentifier": "it is one of several sets with a routing policy",
    "TrafficPolicyInstanceId": "a traffic policy made it",
}
_DENIED = (
    "AWS does not let the role change this record set: a policy, a guardrail, a protection or another service that "
    "made the zone forbids it. deploy/iam-operate.json names what the role needs."
)
_REFUSALS = {
    "PriorRequestNotComplete": "Route 53 is still working on an earlier change of this zone. Try again in a minute.",
    "NoSuchHostedZone": "The zone is gone.",
    "AccessDenied": _DENIED,
    "AccessDeniedException": _DENIED,
    "Throttling": "Route 53 asks for fewer calls. Try again in a minute.",
}
_NOTHING = "Nothing was changed."
_Sets: TypeAlias = dict[tuple[str, str], RecordSet]


async def zones_over(
    sessions: Sessions, account_region: AccountRegion, names: Sequence[str]
) -> tuple[HostedZone, ...] | Unreadable | RegionOff:
    """Returns the account's public zones that hold one of these names (A-labels), longest first; some may share a
    name."""
    top = ".".join(min(names, key=len).split(".")[-2:])

    def listed(client: Any) -> tuple[HostedZone, ...]:
        found = [one for one in _zones_below(client, top) if any(is_in(at, plain_name(one["Name"])) for at in names)]
        return tuple(_zone(client, one) for one in sorted(found, key=lambda one: -len(one["Name"])))

    return await _read(sessions, account_region, listed)


def _zones_below(client: Any, top: str) -> list[Mapping[str, Any]]:
    """Zones at a name or below it. They are listed by name from its end: those below a name follow it."""
    found: list[Mapping[str, Any]] = []
    start = {"DNSName": top}
    for _ in range(_MOST_PAGES):
        page = _call(client.list_hosted_zones_by_name, MaxItems="100", **start)
        here = [one for one in page.get("HostedZones") or () if is_in(plain_name(one["Name"]), top)]
        found += [one for one in here if not one.get("Config", {}).get("PrivateZone")]
        if len(here) < len(page.get("HostedZones") or ()) or not page.get("IsTruncated"):
            break
        start = {"DNSName": page["NextDNSName"], "HostedZoneId": page["NextHostedZoneId"]}
    return found


def _zone(client: Any, listed: Mapping[str, Any]) -> HostedZone:
    whole = _call(client.get_hosted_zone, Id=listed["Id"])
    servers = whole.get("DelegationSet", {}).get("NameServers") or ()
    name = plain_name(listed["Name"])
    return HostedZone(str(listed["Id"]).rpartition("/")[2], name, tuple(_host(server) for server in servers))


def _host(name: str) -> str:
    return name.rstrip(".").lower()


def delegated(zones: Iterable[HostedZone], servers: Mapping[str, Sequence[str]]) -> tuple[HostedZone, ...]:
    """Returns the zones whose delegation set is what DNS answers for their name (`servers`, by zone name)."""
    return tuple(
        zone for zone in zones if zone.servers and {_host(one) for one in servers.get(zone.name, ())} == {*zone.servers}
    )


async def read_sets(
    sessions: Sessions, account_region: AccountRegion, zone: HostedZone, names: Sequence[str]
) -> tuple[RecordSet, ...] | Unreadable | RegionOff:
    """Returns the sets at these names and at those above them in the zone, as they stand now. A zone that fits on one
    page is read whole; of a larger one only what is needed."""
    needed = names_to_read(names, zone.name)

    def read(client: Any) -> tuple[RecordSet, ...]:
        page = _call(client.list_resource_record_sets, HostedZoneId=zone.id, MaxItems="300")
        if not page.get("IsTruncated"):
            found = [_set(one) for one in page["ResourceRecordSets"]]
            return tuple(one for one in found if plain_name(one.name) in needed)
        return tuple(one for name in needed for one in _sets_at(client, zone.id, name))

    return await _read(sessions, account_region, read)


def _sets_at(client: Any, zone_id: str, name: str) -> list[RecordSet]:
    found: list[RecordSet] = []
    start: dict[str, str] = {"StartRecordName": name}
    while True:
        page = _call(client.list_resource_record_sets, HostedZoneId=zone_id, MaxItems="100", **start)
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
    strange = next((key for key in answer if key not in _PLAIN), "")
    special = next((why for key, why in _SPECIAL.items() if key in answer), strange and f"it has a {strange}")
    values = tuple(str(one["Value"]) for one in answer.get("ResourceRecords") or ())
    name = str(answer["Name"])
    return RecordSet(name.removesuffix("."), str(answer["Type"]), int(answer.get("TTL", 0)), values, special)


async def _read(
    sessions: Sessions, account_region: AccountRegion, work: Callable[[Any], T]
) -> T | Unreadable | RegionOff:
    return await sessions.call(account_region, work, service="route53", asking=True, deadline=_DEADLINE)


def _call(operation: Callable[..., dict[str, Any]], **arguments: str) -> dict[str, Any]:
    """Returns one read, at Route 53's rate; again where it asks for fewer calls. Blocks, as boto3 does."""
    for pause in (*_AGAIN, None):
        time.sleep(_SPACING)
        try:
            return operation(**arguments)
        except ClientError as error:
            if pause is None or code_of(error) != "Throttling":
                raise
            time.sleep(pause)
    raise AssertionError("the last round returns or raises")


def batch(changes: Sequence[SetChange]) -> list[dict[str, Any]]:
    """Returns the batch as the API takes it: every set that was read is deleted as it was read, then created anew."""
    deletes = [_member("DELETE", one.before) for one in changes if one.before]
    return deletes + [_member("CREATE", one.after) for one in changes if one.after]


def _member(action: str, one: RecordSet) -> dict[str, Any]:
    records = [{"Value": value} for value in one.values]
    named = {"Name": f"{one.name}.", "Type": one.type, "TTL": one.ttl, "ResourceRecords": records}
    return {"Action": action, "ResourceRecordSet": named}


def arguments_of(zone: HostedZone, changes: Sequence[SetChange]) -> dict[str, Any]:
    """Returns a step's arguments, as JSON values."""
    packed = json.loads(json.dumps([asdict(one) for one in changes]))
    return {"zone": zone.id, "zone_name": zone.name, "servers": list(zone.servers), "changes": packed}


def zone_in(arguments: Mapping[str, Any]) -> HostedZone:
    return HostedZone(str(arguments["zone"]), str(arguments["zone_name"]), tuple(arguments["servers"]))


def changes_of(arguments: Mapping[str, Any]) -> tuple[SetChange, ...]:
    return tuple(SetChange(_made(one["before"]), _made(one["after"])) for one in arguments["changes"])


def _made(data: Mapping[str, Any] | None) -> RecordSet | None:
    return RecordSet(**{**data, "values": tuple(data["values"])}) if data else None


async def ready_to_change(
    sessions: Sessions, account_region: AccountRegion, arguments: Mapping[str, Any]
) -> StepOutcome | None:
    """Reads the sets once more: REFUSED with the difference where another person changed one since the plan; DONE where
    all is as planned already; None to go on."""
    changes = changes_of(arguments)
    now = await _read_named(sessions, account_region, arguments, changes)
    if isinstance(now, Unreadable | RegionOff):
        return StepOutcome(ChangeState.REFUSED, f"{_NOTHING} The zone could not be read: {now.why}.")
    if all(_same(now.get(_key(one)), one.after) for one in changes):
        return StepOutcome(ChangeState.DONE, "The records are there already.")
    return _conflict(changes, now)


def _conflict(changes: Sequence[SetChange], now: _Sets) -> StepOutcome | None:
    """Returns the refusal with what is there now, where a set is not as it was read."""
    other = next((one for one in changes if not _same(now.get(_key(one)), one.before)), None)
    if other is None:
        return None
    name, kind = other.named
    there = now.get(_key(other))
    if there and there.special:
        shown = there.special
    else:
        shown = f"it is now {' · '.join(there.values)} (TTL {there.ttl})" if there else "there is no such record now"
    words = f"{_NOTHING} Another person changed {plain_name(name)} {kind} since the plan: {shown[:500]}"
    return StepOutcome(ChangeState.REFUSED, words, CHANGED)


async def change_sets(sessions: Sessions, account_region: AccountRegion, arguments: Mapping[str, Any]) -> StepOutcome:
    """Sends the batch, once."""
    changes, said = changes_of(arguments), list[str]()
    made = {"Comment": "ses-bot", "Changes": batch(changes)}

    def change(client: Any) -> str:
        try:
            answer = client.change_resource_record_sets(HostedZoneId=arguments["zone"], ChangeBatch=made)
        except ClientError as error:
            said.append(str(error.response.get("Error", {}).get("Message", "")))
            raise
        return str(answer["ChangeInfo"]["Id"]).rpartition("/")[2]

    outcome = await sessions.act(account_region, change, service="route53")
    if outcome.state is not ChangeState.REFUSED:
        return outcome
    if outcome.code == "InvalidChangeBatch":
        now = await _read_named(sessions, account_region, arguments, changes)
        conflict = None if isinstance(now, Unreadable | RegionOff) else _conflict(changes, now)
        if conflict:
            return conflict
    words = _REFUSALS.get(outcome.code) or (f"Route 53 says: {said[0][:500]}" if any(said) else outcome.words)
    return StepOutcome(ChangeState.REFUSED, f"{_NOTHING} {words}", outcome.code)


async def read_changed(
    sessions: Sessions, account_region: AccountRegion, arguments: Mapping[str, Any], receipt: str = ""
) -> StepOutcome:
    """Tells whether the zone holds the sets as planned, and every server of Route 53 has them."""
    if receipt and not await is_spread(sessions, account_region, receipt):
        return StepOutcome(ChangeState.UNKNOWN, "Route 53 has the change and brings it to its servers.")
    changes = changes_of(arguments)
    now = await _read_named(sessions, account_region, arguments, changes)
    if isinstance(now, Unreadable | RegionOff):
        return StepOutcome(ChangeState.UNKNOWN, f"The zone could not be read: {now.why}.")
    if all(_same(now.get(_key(one)), one.after) for one in changes):
        return StepOutcome(ChangeState.DONE, f"Route 53 has the records in {arguments['zone_name']}.")
    if receipt:
        words = "Route 53 took the change, and another person has changed the zone since. Check the domain again."
        return StepOutcome(ChangeState.DONE, words)
    return _conflict(changes, now) or StepOutcome(ChangeState.REFUSED, f"Route 53 has the zone as it was. {_NOTHING}")


async def is_spread(sessions: Sessions, account_region: AccountRegion, receipt: str) -> bool:
    """Tells whether every server of Route 53 has a change (GetChange: INSYNC); also where AWS does not say."""

    def status(client: Any) -> str:
        return str(client.get_change(Id=receipt)["ChangeInfo"]["Status"])

    return await _read(sessions, account_region, status) != "PENDING"


async def _read_named(
    sessions: Sessions, account_region: AccountRegion, arguments: Mapping[str, Any], changes: Sequence[SetChange]
) -> _Sets | Unreadable | RegionOff:
    names = tuple(dict.fromkeys(plain_name(one.named[0]) for one in changes))
    zone = zone_in(arguments)
    sets = await read_sets(sessions, account_region, zone, names)
    if isinstance(sets, Unreadable | RegionOff):
        return sets
    return {(plain_name(one.name), one.type): one for one in sets}


def _key(change: SetChange) -> tuple[str, str]:
    name, kind = change.named
    return plain_name(name), kind


def _same(now: RecordSet | None, wanted: RecordSet | None) -> bool:
    if now is None or wanted is None:
        return now is wanted
    return not now.special and (now.ttl, sorted(now.values)) == (wanted.ttl, sorted(wanted.values))
