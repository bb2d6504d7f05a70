"""Publishes records in Route 53: the zone that DNS really asks, its sets as they stand, and one batch a zone.

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
from aws.zone_plan import is_in, names_to_read, unescape_name
from model import AccountRegion, RegionOff, Unreadable
from model.changes import ChangeState, StepOutcome
from model.zone import HostedZone, RecordSet, SetChange

T = TypeVar("T")

CHANGE_SETS = "ChangeResourceRecordSets"
CHANGED = "Changed"
"""The code of a refusal because another person changed a set: planning again may go on."""
_MOST_PAGES = 10
"""Pages of zones that are read: a thousand zones under one name."""
_CALL_SPACING = 0.2
"""Seconds between two calls: Route 53 takes five a second of an account."""
_RETRY_PAUSES = (0.5, 1.0, 2.0)
"""Seconds to wait after Route 53 asked for fewer calls."""
_DEADLINE = 30.0
_PLAIN_FIELDS = frozenset({"Name", "Type", "TTL", "ResourceRecords"})
_SPECIAL_FIELDS = {
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
_UNCHANGED = "Nothing was changed."
_Sets: TypeAlias = dict[tuple[str, str], RecordSet]


async def find_zones(
    sessions: Sessions, account_region: AccountRegion, names: Sequence[str]
) -> tuple[HostedZone, ...] | Unreadable | RegionOff:
    """Returns the account's public zones that hold one of these names (A-labels), longest first; some may share a
    name."""
    top = ".".join(min(names, key=len).split(".")[-2:])

    def list_zones(client: Any) -> tuple[HostedZone, ...]:
        below = _list_zones_below(client, top)
        zones = [zone for zone in below if any(is_in(name, unescape_name(zone["Name"])) for name in names)]
        return tuple(_read_zone(client, zone) for zone in sorted(zones, key=lambda zone: -len(zone["Name"])))

    return await _call_route53(sessions, account_region, list_zones)


def _list_zones_below(client: Any, top: str) -> list[Mapping[str, Any]]:
    """Returns the zones at a name or below it. Route 53 lists by the reversed name: those below a name follow it."""
    zones: list[Mapping[str, Any]] = []
    start = {"DNSName": top}
    for _ in range(_MOST_PAGES):
        page = _call_at_pace(client.list_hosted_zones_by_name, MaxItems="100", **start)
        page_zones = [zone for zone in page.get("HostedZones") or () if is_in(unescape_name(zone["Name"]), top)]
        zones += [zone for zone in page_zones if not zone.get("Config", {}).get("PrivateZone")]
        if len(page_zones) < len(page.get("HostedZones") or ()) or not page.get("IsTruncated"):
            break
        start = {"DNSName": page["NextDNSName"], "HostedZoneId": page["NextHostedZoneId"]}
    return zones


def _read_zone(client: Any, listed: Mapping[str, Any]) -> HostedZone:
    answer = _call_at_pace(client.get_hosted_zone, Id=listed["Id"])
    servers = answer.get("DelegationSet", {}).get("NameServers") or ()
    name = unescape_name(listed["Name"])
    return HostedZone(str(listed["Id"]).rpartition("/")[2], name, tuple(_normalize_host(server) for server in servers))


def _normalize_host(name: str) -> str:
    return name.rstrip(".").lower()


def select_delegated_zones(zones: Iterable[HostedZone], servers: Mapping[str, Sequence[str]]) -> tuple[HostedZone, ...]:
    """Returns the zones whose delegation set is what DNS answers for their name (`servers`, by zone name)."""
    answered = {name: set(map(_normalize_host, hosts)) for name, hosts in servers.items()}
    return tuple(zone for zone in zones if zone.servers and answered.get(zone.name) == {*zone.servers})


async def read_record_sets(
    sessions: Sessions, account_region: AccountRegion, zone: HostedZone, names: Sequence[str]
) -> tuple[RecordSet, ...] | Unreadable | RegionOff:
    """Returns the sets at these names and at those above them in the zone, as they stand now. A zone that fits on one
    page is read whole; of a larger one only what is needed."""
    needed = names_to_read(names, zone.name)

    def list_sets(client: Any) -> tuple[RecordSet, ...]:
        page = _call_at_pace(client.list_resource_record_sets, HostedZoneId=zone.id, MaxItems="300")
        if not page.get("IsTruncated"):
            record_sets = map(_parse_record_set, page["ResourceRecordSets"])
            return tuple(record_set for record_set in record_sets if unescape_name(record_set.name) in needed)
        return tuple(record_set for name in needed for record_set in _read_sets_at(client, zone.id, name))

    return await _call_route53(sessions, account_region, list_sets)


def _read_sets_at(client: Any, zone_id: str, name: str) -> list[RecordSet]:
    record_sets: list[RecordSet] = []
    start: dict[str, str] = {"StartRecordName": name}
    while True:
        page = _call_at_pace(client.list_resource_record_sets, HostedZoneId=zone_id, MaxItems="100", **start)
        for listed in page["ResourceRecordSets"]:
            if unescape_name(listed["Name"]) != name.lower():
                return record_sets
            record_sets.append(_parse_record_set(listed))
        if not page.get("IsTruncated"):
            return record_sets
        start = {"StartRecordName": page["NextRecordName"], "StartRecordType": page["NextRecordType"]}
        if page.get("NextRecordIdentifier"):
            start["StartRecordIdentifier"] = page["NextRecordIdentifier"]


def _parse_record_set(answer: Mapping[str, Any]) -> RecordSet:
    unknown_field = next((key for key in answer if key not in _PLAIN_FIELDS), "")
    special = next(
        (why for key, why in _SPECIAL_FIELDS.items() if key in answer), unknown_field and f"it has a {unknown_field}"
    )
    values = tuple(str(record["Value"]) for record in answer.get("ResourceRecords") or ())
    name = str(answer["Name"])
    return RecordSet(name.removesuffix("."), str(answer["Type"]), int(answer.get("TTL", 0)), values, special)


async def _call_route53(
    sessions: Sessions, account_region: AccountRegion, work: Callable[[Any], T]
) -> T | Unreadable | RegionOff:
    return await sessions.call(account_region, work, service="route53", asking=True, deadline=_DEADLINE)


def _call_at_pace(operation: Callable[..., dict[str, Any]], **arguments: str) -> dict[str, Any]:
    """Makes one call that reads, at Route 53's rate, and again where that asks for fewer calls. Blocks, as boto3."""
    for pause in (*_RETRY_PAUSES, None):
        time.sleep(_CALL_SPACING)
        try:
            return operation(**arguments)
        except ClientError as error:
            if pause is None or code_of(error) != "Throttling":
                raise
            time.sleep(pause)
    raise AssertionError("the last round returns or raises")


def build_batch(changes: Sequence[SetChange]) -> list[dict[str, Any]]:
    """Returns the batch as the API takes it: every set that was read is deleted as it was read, then created anew."""
    deletes = [_build_change("DELETE", change.before) for change in changes if change.before]
    return deletes + [_build_change("CREATE", change.after) for change in changes if change.after]


def _build_change(action: str, record_set: RecordSet) -> dict[str, Any]:
    records = [{"Value": value} for value in record_set.values]
    resource = {"Name": f"{record_set.name}.", "Type": record_set.type, "TTL": record_set.ttl}
    return {"Action": action, "ResourceRecordSet": {**resource, "ResourceRecords": records}}


def to_arguments(zone: HostedZone, changes: Sequence[SetChange]) -> dict[str, Any]:
    """Returns a step's arguments, as JSON values."""
    packed_changes = json.loads(json.dumps([asdict(change) for change in changes]))
    return {"zone": zone.id, "zone_name": zone.name, "servers": list(zone.servers), "changes": packed_changes}


def zone_of_arguments(arguments: Mapping[str, Any]) -> HostedZone:
    return HostedZone(str(arguments["zone"]), str(arguments["zone_name"]), tuple(arguments["servers"]))


def changes_of_arguments(arguments: Mapping[str, Any]) -> tuple[SetChange, ...]:
    def unpack(packed: Mapping[str, Any] | None) -> RecordSet | None:
        return RecordSet(**{**packed, "values": tuple(packed["values"])}) if packed else None

    return tuple(SetChange(unpack(change["before"]), unpack(change["after"])) for change in arguments["changes"])


async def check_before_change(
    sessions: Sessions, account_region: AccountRegion, arguments: Mapping[str, Any]
) -> StepOutcome | None:
    """Reads the sets once more: REFUSED with the difference where another person changed one since the plan; DONE where
    all is as planned already; None to go on."""
    changes = changes_of_arguments(arguments)
    current_sets = await _read_planned_sets(sessions, account_region, arguments, changes)
    if isinstance(current_sets, Unreadable | RegionOff):
        return StepOutcome(ChangeState.REFUSED, f"{_UNCHANGED} The zone could not be read: {current_sets.why}.")
    if _is_done(changes, current_sets):
        return StepOutcome(ChangeState.DONE, "The records are there already.")
    return _find_conflict(changes, current_sets)


def _find_conflict(changes: Sequence[SetChange], current_sets: _Sets) -> StepOutcome | None:
    """Returns the refusal with what is there now, where a set is not as it was read."""
    for change in changes:
        name, kind = _key_of(change)
        current = current_sets.get((name, kind))
        if _is_same_set(current, change.before):
            continue
        if current is None:
            state = "there is no such record now"
        else:
            state = current.special or f"it is now {' · '.join(current.values)} (TTL {current.ttl})"
        words = f"{_UNCHANGED} Another person changed {name} {kind} since the plan: {state[:500]}"
        return StepOutcome(ChangeState.REFUSED, words, CHANGED)
    return None


async def change_record_sets(
    sessions: Sessions, account_region: AccountRegion, arguments: Mapping[str, Any]
) -> StepOutcome:
    """Sends the batch, once."""
    changes, messages = changes_of_arguments(arguments), list[str]()
    change_batch = {"Comment": "ses-bot", "Changes": build_batch(changes)}

    def send_batch(client: Any) -> str:
        try:
            answer = client.change_resource_record_sets(HostedZoneId=arguments["zone"], ChangeBatch=change_batch)
        except ClientError as error:
            messages.append(str(error.response.get("Error", {}).get("Message", "")))
            raise
        return str(answer["ChangeInfo"]["Id"]).rpartition("/")[2]

    outcome = await sessions.act(account_region, send_batch, service="route53")
    if outcome.state is not ChangeState.REFUSED:
        return outcome
    if outcome.code == "InvalidChangeBatch":
        current_sets = await _read_planned_sets(sessions, account_region, arguments, changes)
        conflict = None if isinstance(current_sets, Unreadable | RegionOff) else _find_conflict(changes, current_sets)
        if conflict:
            return conflict
    words = _REFUSALS.get(outcome.code) or (f"Route 53 says: {messages[0][:500]}" if any(messages) else outcome.words)
    return StepOutcome(ChangeState.REFUSED, f"{_UNCHANGED} {words}", outcome.code)


async def read_change_back(
    sessions: Sessions, account_region: AccountRegion, arguments: Mapping[str, Any], receipt: str = ""
) -> StepOutcome:
    """Tells whether the zone holds the sets as planned, and every server of Route 53 has them."""
    if receipt and not await is_spread(sessions, account_region, receipt):
        return StepOutcome(ChangeState.UNKNOWN, "Route 53 has the change and brings it to its servers.")
    changes = changes_of_arguments(arguments)
    current_sets = await _read_planned_sets(sessions, account_region, arguments, changes)
    if isinstance(current_sets, Unreadable | RegionOff):
        return StepOutcome(ChangeState.UNKNOWN, f"The zone could not be read: {current_sets.why}.")
    if _is_done(changes, current_sets):
        return StepOutcome(ChangeState.DONE, f"Route 53 has the records in {arguments['zone_name']}.")
    if receipt:
        words = "Route 53 took the change, and another person has changed the zone since. Check the domain again."
        return StepOutcome(ChangeState.DONE, words)
    as_before = StepOutcome(ChangeState.REFUSED, f"Route 53 has the zone as it was. {_UNCHANGED}")
    return _find_conflict(changes, current_sets) or as_before


async def is_spread(sessions: Sessions, account_region: AccountRegion, receipt: str) -> bool:
    """Tells whether every server of Route 53 has a change (GetChange: INSYNC); also where AWS does not say."""

    def get_status(client: Any) -> str:
        return str(client.get_change(Id=receipt)["ChangeInfo"]["Status"])

    return await _call_route53(sessions, account_region, get_status) != "PENDING"


async def _read_planned_sets(
    sessions: Sessions, account_region: AccountRegion, arguments: Mapping[str, Any], changes: Sequence[SetChange]
) -> _Sets | Unreadable | RegionOff:
    names = tuple(dict.fromkeys(_key_of(change)[0] for change in changes))
    record_sets = await read_record_sets(sessions, account_region, zone_of_arguments(arguments), names)
    if isinstance(record_sets, Unreadable | RegionOff):
        return record_sets
    return {(unescape_name(record_set.name), record_set.type): record_set for record_set in record_sets}


def _key_of(change: SetChange) -> tuple[str, str]:
    name, kind = change.key
    return unescape_name(name), kind


def _is_done(changes: Sequence[SetChange], current_sets: _Sets) -> bool:
    return all(_is_same_set(current_sets.get(_key_of(change)), change.after) for change in changes)


def _is_same_set(current: RecordSet | None, wanted: RecordSet | None) -> bool:
    if current is None or wanted is None:
        return current is wanted
    return not current.special and (current.ttl, sorted(current.values)) == (wanted.ttl, sorted(wanted.values))
