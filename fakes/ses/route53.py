"""Route 53's REST-XML, as far as it is played; the zones themselves are in `fakes.ses.zones`.

Source: Route 53 API, ListHostedZonesByName, GetHostedZone, ListResourceRecordSets, ChangeResourceRecordSets, GetChange.
"""

import secrets
import xml.etree.ElementTree as Xml
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

from aiohttp import web

from fakes.ses.protocols import AwsRefused
from fakes.ses.signature import SignedRequest
from fakes.ses.zones import BatchRefused, Zone, ZoneSet, written_name

VERSION = "/2013-04-01/"
_XMLNS = f"https://route53.amazonaws.com/doc{VERSION}"
_NS = {"r": _XMLNS}
_MOST_ZONES, _MOST_SETS = 100, 300
_NOT_FOUND = "No hosted zone found with ID: {}"


def _sort_key(name: str) -> str:
    return ".".join(reversed(name.rstrip(".").split("."))) + "."


def operation_of(request: SignedRequest) -> str:
    """Returns the name of what is asked for; `Refused` where that is nothing that is played."""
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
    """Returns one request about an account's zones; `Refused`."""
    subject = unquote(request.path.removeprefix(VERSION).split("/")[1]) if operation != "ListHostedZonesByName" else ""
    arguments = dict(parse_qsl(request.query, keep_blank_values=True))
    if operation == "ListHostedZonesByName":
        return _xml_response("ListHostedZonesByNameResponse", _zones_xml(zones.values(), arguments))
    if operation == "GetChange":
        zone = next((candidate for candidate in zones.values() if subject in candidate.pending), None)
        if zone is None:
            raise AwsRefused(404, "NoSuchChange", f"Could not find resource with ID: {subject}")
        return _xml_response("GetChangeResponse", _change_info(subject, zone.status(subject)))
    zone = zones.get(subject)
    if zone is None:
        raise AwsRefused(404, "NoSuchHostedZone", _NOT_FOUND.format(subject))
    if operation == "GetHostedZone":
        servers = "".join(f"<NameServer>{server}</NameServer>" for server in zone.servers)
        delegation = "" if zone.private else f"<DelegationSet><NameServers>{servers}</NameServers></DelegationSet>"
        return _xml_response("GetHostedZoneResponse", _zone_xml(zone) + delegation)
    if operation == "ListResourceRecordSets":
        return _xml_response("ListResourceRecordSetsResponse", _sets_xml(zone, arguments))
    if zone.linked:
        raise AwsRefused(403, "AccessDenied", "The hosted zone was created by another service and cannot be changed")
    if zone.busy:
        words = "The request was rejected because Route 53 was still processing a prior request."
        raise AwsRefused(400, "PriorRequestNotComplete", words)
    try:
        change = zone.take(_parse_changes(request.body))
    except BatchRefused as refused:
        raise AwsRefused(400, "InvalidChangeBatch", str(refused)) from None
    return _xml_response("ChangeResourceRecordSetsResponse", _change_info(change, "PENDING"))


def refusal_response(refused: AwsRefused) -> web.Response:
    """Returns a refusal as Route 53 words it."""
    kind = "Sender" if refused.status < 500 else "Receiver"
    code = "AccessDenied" if refused.code == "AccessDeniedException" else refused.code
    inner = f"<Error><Type>{kind}</Type><Code>{code}</Code><Message>{escape(refused.message)}</Message></Error>"
    return _xml_response("ErrorResponse", f"{inner}<RequestId>{secrets.token_hex(8)}</RequestId>", refused.status)


def _zones_xml(zones: Iterable[Zone], asked: Mapping[str, str]) -> str:
    start = (
        (_sort_key(written_name(asked["dnsname"])), asked.get("hostedzoneid", "")) if "dnsname" in asked else ("", "")
    )
    most = min(int(asked.get("maxitems", _MOST_ZONES)), _MOST_ZONES)
    found = sorted((_sort_key(f"{zone.name}."), zone.id, zone) for zone in zones)
    found = [one for one in found if one[:2] >= start]
    page, rest = found[:most], found[most:]
    listed = "".join(_zone_xml(zone) for *_, zone in page)
    more = (
        f"<NextDNSName>{rest[0][2].name}.</NextDNSName><NextHostedZoneId>{rest[0][1]}</NextHostedZoneId>"
        if rest
        else ""
    )
    page_of = f"<IsTruncated>{_bool(bool(rest))}</IsTruncated>{more}<MaxItems>{most}</MaxItems>"
    return f"<HostedZones>{listed}</HostedZones>{page_of}"


def _zone_xml(zone: Zone) -> str:
    service = "<LinkedService><ServicePrincipal>servicediscovery.amazonaws.com</ServicePrincipal></LinkedService>"
    config = f"<Config><PrivateZone>{_bool(zone.private)}</PrivateZone></Config>{service if zone.linked else ''}"
    about = f"<Id>/hostedzone/{zone.id}</Id><Name>{zone.name}.</Name><CallerReference>1</CallerReference>{config}"
    return f"<HostedZone>{about}<ResourceRecordSetCount>{len(zone.sets)}</ResourceRecordSetCount></HostedZone>"


def _sets_xml(zone: Zone, asked: Mapping[str, str]) -> str:
    start = ("", "", "")
    if "name" in asked:
        start = (_sort_key(written_name(asked["name"])), asked.get("type", ""), asked.get("identifier", ""))
    most = min(int(asked.get("maxitems", _MOST_SETS)), _MOST_SETS)
    found = sorted(((_sort_key(key[0]), *key[1:]), one) for key, one in zone.sets.items())
    found = [one for one in found if one[0] >= start]
    page, rest = found[:most], found[most:]
    more = ""
    if rest:
        name, kind, identifier = rest[0][1].key
        more = f"<NextRecordName>{escape(name)}</NextRecordName><NextRecordType>{kind}</NextRecordType>"
        more += f"<NextRecordIdentifier>{escape(identifier)}</NextRecordIdentifier>" if identifier else ""
    listed = "".join(_set(one) for _, one in page)
    return (
        f"<ResourceRecordSets>{listed}</ResourceRecordSets><IsTruncated>{_bool(bool(rest))}</IsTruncated>{more}"
        f"<MaxItems>{most}</MaxItems>"
    )


def _set(one: ZoneSet) -> str:
    extra = dict(one.more)
    alias = extra.pop("AliasTarget", "")
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in extra.items())
    if alias:
        target = f"<HostedZoneId>Z2FDTNDATAQYW2</HostedZoneId><DNSName>{escape(alias)}</DNSName>"
        inner += f"<AliasTarget>{target}<EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget>"
    else:
        records = "".join(f"<ResourceRecord><Value>{escape(value)}</Value></ResourceRecord>" for value in one.values)
        inner += f"<TTL>{one.ttl}</TTL><ResourceRecords>{records}</ResourceRecords>"
    return f"<ResourceRecordSet><Name>{escape(one.name)}</Name><Type>{one.type}</Type>{inner}</ResourceRecordSet>"


def _parse_changes(body: bytes) -> list[tuple[str, ZoneSet]]:
    found = []
    for change in Xml.fromstring(body).iterfind(".//r:Change", _NS):
        values = tuple(one.text or "" for one in change.iterfind(".//r:Value", _NS))
        name, kind = (change.findtext(f".//r:{tag}", "", _NS) for tag in ("Name", "Type"))
        ttl = int(change.findtext(".//r:TTL", "-1", _NS))
        if ttl < 0 or not values:
            raise AwsRefused(
                400, "InvalidInput", "Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords]]"
            )
        found.append((change.findtext("r:Action", "", _NS), ZoneSet(written_name(name), kind, ttl, values)))
    return found


def _change_info(change: str, status: str) -> str:
    about = f"<Id>/change/{change}</Id><Status>{status}</Status><SubmittedAt>2026-11-23T12:00:00.000Z</SubmittedAt>"
    return f"<ChangeInfo>{about}</ChangeInfo>"


def _bool(value: bool) -> str:
    return "true" if value else "false"


def _xml_response(name: str, inner: str, status: int = 200) -> web.Response:
    text = f'<?xml version="1.0"?>\n<{name} xmlns="{_XMLNS}">{inner}</{name}>'
    return web.Response(text=text, status=status, content_type="text/xml")
