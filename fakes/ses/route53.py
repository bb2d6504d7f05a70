"""Route 53's REST-XML, as far as it is played; the zones themselves are in `fakes.ses.zones`.

Source: Route 53 API, ListHostedZonesByName, GetHostedZone, ListResourceRecordSets, ChangeResourceRecordSets, GetChange.
"""

import xml.etree.ElementTree as Xml
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, unquote

from aiohttp import web

from fakes.ses.protocols import AwsRefused, error_tree, xml_response
from fakes.ses.signature import SignedRequest
from fakes.ses.state import Json
from fakes.ses.zones import BatchRefused, Zone, ZoneSet, written_name

VERSION = "/2013-04-01/"
_XMLNS = f"https://route53.amazonaws.com/doc{VERSION}"
_NS = {"r": _XMLNS}
_MOST_ZONES, _MOST_SETS = 100, 300


def _sort_key(name: str) -> str:
    return ".".join(reversed(name.rstrip(".").split("."))) + "."


def operation_of(request: SignedRequest) -> str:
    """Returns the name of what is asked for; `AwsRefused` where that is nothing that is played."""
    path = request.path.removeprefix(VERSION).rstrip("/")
    match request.method, path.split("/"):
        case "GET", ["hostedzonesbyname"]:
            return "ListHostedZonesByName"
        case "GET", ["hostedzone", _]:
            return "GetHostedZone"
        case "GET", ["hostedzone", _, "rrset"]:
            return "ListResourceRecordSets"
        case "POST", ["hostedzone", _, "rrset"]:
            return "ChangeResourceRecordSets"
        case "GET", ["change", _]:
            return "GetChange"
    raise AwsRefused(404, "UnknownOperationException", f"{request.method} {request.path} is not played here")


def answer_route53(operation: str, zones: Mapping[str, Zone], request: SignedRequest) -> web.Response:
    """Answers one request about an account's zones; `AwsRefused`."""
    return xml_response(f"{operation}Response", _answer(operation, zones, request), _XMLNS)


def _answer(operation: str, zones: Mapping[str, Zone], request: SignedRequest) -> Json:
    arguments = dict(parse_qsl(request.query, keep_blank_values=True))
    if operation == "ListHostedZonesByName":
        return _list_zones(zones.values(), arguments)
    subject = unquote(request.path.removeprefix(VERSION).split("/")[1])
    if operation == "GetChange":
        zone = next((zone for zone in zones.values() if subject in zone.pending), None)
        if zone is None:
            raise AwsRefused(404, "NoSuchChange", f"Could not find resource with ID: {subject}")
        return _change_info(subject, zone.read_status(subject))
    zone = zones.get(subject)
    if zone is None:
        raise AwsRefused(404, "NoSuchHostedZone", f"No hosted zone found with ID: {subject}")
    if operation == "GetHostedZone":
        delegation = None if zone.private else {"NameServers": {"NameServer": [*zone.servers]}}
        return {"HostedZone": _describe_zone(zone), "DelegationSet": delegation}
    if operation == "ListResourceRecordSets":
        return _list_sets(zone, arguments)
    if zone.linked:
        raise AwsRefused(403, "AccessDenied", "The hosted zone was created by another service and cannot be changed")
    if zone.busy:
        words = "The request was rejected because Route 53 was still processing a prior request."
        raise AwsRefused(400, "PriorRequestNotComplete", words)
    try:
        return _change_info(zone.take_batch(_parse_changes(request.body)), "PENDING")
    except BatchRefused as refused:
        raise AwsRefused(400, "InvalidChangeBatch", str(refused)) from None


def refusal_response(refused: AwsRefused) -> web.Response:
    """Returns a refusal as Route 53 words it."""
    code = "AccessDenied" if refused.code == "AccessDeniedException" else refused.code
    return xml_response("ErrorResponse", error_tree(refused, code), _XMLNS, refused.status)


def _list_zones(zones: Iterable[Zone], arguments: Mapping[str, str]) -> Json:
    start = ("", "")
    if "dnsname" in arguments:
        start = (_sort_key(written_name(arguments["dnsname"])), arguments.get("hostedzoneid", ""))
    limit = min(int(arguments.get("maxitems", _MOST_ZONES)), _MOST_ZONES)
    by_key = {(_sort_key(f"{zone.name}."), zone.id): zone for zone in zones}
    listed = [by_key[key] for key in sorted(by_key) if key >= start]
    following = listed[limit] if len(listed) > limit else None
    return {
        "HostedZones": {"HostedZone": [_describe_zone(zone) for zone in listed[:limit]]},
        "IsTruncated": following is not None,
        "NextDNSName": f"{following.name}." if following else None,
        "NextHostedZoneId": following.id if following else None,
        "MaxItems": limit,
    }


def _describe_zone(zone: Zone) -> Json:
    return {
        "Id": f"/hostedzone/{zone.id}",
        "Name": f"{zone.name}.",
        "CallerReference": 1,
        "Config": {"PrivateZone": zone.private},
        "LinkedService": {"ServicePrincipal": "servicediscovery.amazonaws.com"} if zone.linked else None,
        "ResourceRecordSetCount": len(zone.sets),
    }


def _list_sets(zone: Zone, arguments: Mapping[str, str]) -> Json:
    start = ("", "", "")
    if "name" in arguments:
        name = _sort_key(written_name(arguments["name"]))
        start = (name, arguments.get("type", ""), arguments.get("identifier", ""))
    limit = min(int(arguments.get("maxitems", _MOST_SETS)), _MOST_SETS)
    by_key = {(_sort_key(name), kind, identifier): zone_set for (name, kind, identifier), zone_set in zone.sets.items()}
    listed = [by_key[key] for key in sorted(by_key) if key >= start]
    following = listed[limit].key if len(listed) > limit else None
    return {
        "ResourceRecordSets": {"ResourceRecordSet": [_describe_set(zone_set) for zone_set in listed[:limit]]},
        "IsTruncated": following is not None,
        "NextRecordName": following[0] if following else None,
        "NextRecordType": following[1] if following else None,
        "NextRecordIdentifier": (following[2] or None) if following else None,
        "MaxItems": limit,
    }


def _describe_set(zone_set: ZoneSet) -> Json:
    more = dict(zone_set.more)
    alias = more.pop("AliasTarget", "")
    described: Json = {"Name": zone_set.name, "Type": zone_set.type, **more}
    if alias:
        target = {"HostedZoneId": "Z2FDTNDATAQYW2", "DNSName": alias, "EvaluateTargetHealth": False}
        return {**described, "AliasTarget": target}
    records = {"ResourceRecord": [{"Value": value} for value in zone_set.values]}
    return {**described, "TTL": zone_set.ttl, "ResourceRecords": records}


def _parse_changes(body: bytes) -> list[tuple[str, ZoneSet]]:
    changes = []
    for change in Xml.fromstring(body).iterfind(".//r:Change", _NS):
        values = tuple(value.text or "" for value in change.iterfind(".//r:Value", _NS))
        name, kind = (change.findtext(f".//r:{tag}", "", _NS) for tag in ("Name", "Type"))
        ttl = int(change.findtext(".//r:TTL", "-1", _NS))
        if ttl < 0 or not values:
            words = "Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords]]"
            raise AwsRefused(400, "InvalidInput", words)
        changes.append((change.findtext("r:Action", "", _NS), ZoneSet(written_name(name), kind, ttl, values)))
    return changes


def _change_info(change: str, status: str) -> Json:
    return {"ChangeInfo": {"Id": f"/change/{change}", "Status": status, "SubmittedAt": "2026-11-23T12:00:00.000Z"}}
