"""SES API v2, as far as it is played: which operation a request asks for, and what it answers.

Source: SES API v2, GetAccount, PutAccountDetails, PutAccountSuppressionAttributes, GetEmailIdentity,
ListEmailIdentities, GetConfigurationSetEventDestinations. `fakes.ses.setup` has what sets a domain up, and SendEmail.
"""

import base64
import binascii
import copy
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from fakes.ses import setup
from fakes.ses.protocols import AwsRefused
from fakes.ses.signature import SignedRequest
from fakes.ses.state import Json, LoopbackAccount
from fakes.ses.support import open_case

_IDENTITIES = "/v2/email/identities"
_MOST_A_PAGE = 1_000
_MOST_DESCRIPTION = 5_000
_DESTINATIONS = re.compile(r"/v2/email/configuration-sets/([^/]+)/event-destinations")
_OF_IDENTITY = re.compile(r"/v2/email/identities/([^/]+)/(mail-from|configuration-set)")
_CONFIGURATION_SET = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class SesOperation:
    """What is asked for. `subject` is the identity of GetEmailIdentity or the configuration set, else empty."""

    name: str
    subject: str = ""
    arguments: Mapping[str, object] = field(default_factory=dict)


def operation_of(request: SignedRequest) -> SesOperation:
    """Returns what a request asks for; `AwsRefused` where that is nothing that is played."""
    identity = request.path.removeprefix(_IDENTITIES + "/")
    destinations = _DESTINATIONS.fullmatch(request.path)
    of_identity = _OF_IDENTITY.fullmatch(request.path)
    match request.method:
        case "POST" if request.path in _CREATE_PATHS:
            return SesOperation(_CREATE_PATHS[request.path], arguments=_read_json(request.body))
        case "PUT" if of_identity:
            name = "MailFrom" if of_identity[2] == "mail-from" else "ConfigurationSet"
            subject = unquote(of_identity[1]).lower()
            return SesOperation(f"PutEmailIdentity{name}Attributes", subject, _read_json(request.body))
        case "POST" if destinations:
            subject = unquote(destinations[1])
            return SesOperation("CreateConfigurationSetEventDestination", subject, _read_json(request.body))
        case "GET" if request.path == "/v2/email/account":
            return SesOperation("GetAccount")
        case "POST" if request.path == "/v2/email/account/details":
            return SesOperation("PutAccountDetails", arguments=_read_json(request.body))
        case "PUT" if request.path == "/v2/email/account/suppression":
            return SesOperation("PutAccountSuppressionAttributes", arguments=_read_json(request.body))
        case "GET" if request.path == _IDENTITIES:  # the path of ListEmailIdentities until 2026
            return SesOperation("ListEmailIdentities", arguments=dict(parse_qsl(request.query)))
        case "POST" if request.path == "/v2/email/list-identities":
            return SesOperation("ListEmailIdentities", arguments=_read_json(request.body))
        case "GET" if identity != request.path and identity and "/" not in identity:
            return SesOperation("GetEmailIdentity", unquote(identity))
        case "GET" if destinations:
            return SesOperation("GetConfigurationSetEventDestinations", unquote(destinations[1]))
    raise AwsRefused(404, "UnknownOperationException", f"{request.method} {request.path} is not played here")


_CREATE_PATHS = {
    "/v2/email/identities": "CreateEmailIdentity",
    "/v2/email/configuration-sets": "CreateConfigurationSet",
    "/v2/email/outbound-emails": "SendEmail",
}


def answer_ses(operation: SesOperation, account: LoopbackAccount, region: str) -> Json:
    """Returns what the account says; `AwsRefused`."""
    identities = account.identities.get(region, {})
    if operation.name in setup.OPERATIONS:
        return copy.deepcopy(setup.OPERATIONS[operation.name](account, region, operation.subject, operation.arguments))
    match operation.name:
        case "GetAccount":
            result = account.regions[region]
        case "PutAccountDetails":
            result = _put_details(account, region, operation.arguments)
        case "PutAccountSuppressionAttributes":
            result = _put_suppression(account.regions[region], operation.arguments)
        case "GetEmailIdentity":
            name = operation.subject if "@" in operation.subject else operation.subject.lower()
            if name not in identities:
                raise AwsRefused(404, "NotFoundException", f"Email identity {name} does not exist")
            result = identities[name]
        case "GetConfigurationSetEventDestinations":
            result = _destinations(account.configuration_sets.get(region, {}), operation.subject)
        case _:
            result = _list_page(identities, operation.arguments)
    return copy.deepcopy(result)


def _put_details(account: LoopbackAccount, region: str, arguments: Mapping[str, object]) -> Json:
    """Takes a request for production access, which opens a case; 409 while one is under review, and after that."""
    region_answer = account.regions[region]
    status = region_answer.get("Details", {}).get("ReviewDetails", {}).get("Status")
    if region_answer["ProductionAccessEnabled"] or status in ("PENDING", "DENIED", "GRANTED"):
        raise AwsRefused(409, "ConflictException", "The account has a request on record.")
    website, contacts = arguments.get("WebsiteURL"), arguments.get("AdditionalContactEmailAddresses")
    if arguments.get("MailType") not in ("MARKETING", "TRANSACTIONAL"):
        raise AwsRefused(400, "BadRequestException", "MailType must be MARKETING or TRANSACTIONAL")
    if not isinstance(website, str) or not 0 < len(website.strip()) <= 1_000:
        raise AwsRefused(400, "BadRequestException", "WebsiteURL must not be blank")
    if len(str(arguments.get("UseCaseDescription", ""))) > _MOST_DESCRIPTION:
        raise AwsRefused(400, "BadRequestException", f"UseCaseDescription has over {_MOST_DESCRIPTION} characters")
    if contacts is not None and not _are_contacts(contacts):
        raise AwsRefused(400, "BadRequestException", "AdditionalContactEmailAddresses takes 1 to 4 addresses")
    case_id = f"1{secrets.randbelow(10**10):010d}"
    details = {name: value for name, value in arguments.items() if name != "ProductionAccessEnabled"}
    region_answer["Details"] = {**details, "ReviewDetails": {"Status": "PENDING", "CaseId": case_id}}
    open_case(account, case_id, str(arguments.get("UseCaseDescription", "")))
    return {}


def _are_contacts(value: object) -> bool:
    return isinstance(value, list) and 0 < len(value) <= 4 and all(6 <= len(str(contact)) <= 254 for contact in value)


def _put_suppression(region_answer: Json, arguments: Mapping[str, object]) -> Json:
    reasons = arguments.get("SuppressedReasons", [])
    if not isinstance(reasons, list) or not set(reasons) <= {"BOUNCE", "COMPLAINT"}:
        raise AwsRefused(400, "BadRequestException", "SuppressedReasons takes BOUNCE and COMPLAINT")
    region_answer["SuppressionAttributes"] = {"SuppressedReasons": reasons}
    return {}


def _list_page(identities: Mapping[str, Json], arguments: Mapping[str, object]) -> Json:
    size = _read_whole_number(arguments.get("PageSize", 100), "PageSize")
    if not 0 < size <= _MOST_A_PAGE:
        raise AwsRefused(400, "BadRequestException", f"PageSize must be between 1 and {_MOST_A_PAGE}")
    start = _decode_token(arguments.get("NextToken"))
    names = _filter_names(identities, arguments.get("Filter"))
    listed = [
        {
            "IdentityName": name,
            "IdentityType": identities[name].get("IdentityType", "DOMAIN"),
            "SendingEnabled": bool(identities[name].get("VerifiedForSendingStatus")),
            "VerificationStatus": identities[name].get("VerificationStatus", "PENDING"),
        }
        for name in names[start : start + size]
    ]
    more = {"NextToken": _encode_token(start + size)} if start + size < len(names) else {}
    return {"EmailIdentities": listed, **more}


def _filter_names(identities: Mapping[str, Json], criteria: object) -> list[str]:
    """Returns the names that a filter leaves: a part of the name, the type, the status; all of what it says must be
    so."""
    if criteria is not None and not isinstance(criteria, dict):
        raise AwsRefused(400, "SerializationException", "Filter is not a map")
    names = sorted(identities)
    for key, value in (criteria or {}).items():
        if not isinstance(value, str) or not value:
            raise AwsRefused(400, "BadRequestException", f"The filter {key} needs a value")
        match key:
            case "IDENTITY_NAME_CONTAINS":
                names = [name for name in names if value in name]
            case "IDENTITY_TYPE":
                names = [name for name in names if identities[name].get("IdentityType", "DOMAIN") == value]
            case "VERIFICATION_STATUS":
                names = [name for name in names if identities[name].get("VerificationStatus", "PENDING") == value]
            case _:
                raise AwsRefused(400, "BadRequestException", f"There is no filter {key}")
    return names


def _destinations(sets: Mapping[str, Sequence[Json]], name: str) -> Json:
    if not _CONFIGURATION_SET.fullmatch(name):
        raise AwsRefused(400, "BadRequestException", "Configuration set name is not valid")
    if name not in sets:
        raise AwsRefused(404, "NotFoundException", f"Configuration set <{name}> does not exist.")
    return {"EventDestinations": list(sets[name])}


def _encode_token(start: int) -> str:
    """Encodes a token that is opaque to the client, as AWS's are."""
    return base64.urlsafe_b64encode(f"from {start}".encode()).decode()


def _decode_token(token: object) -> int:
    if token is None:
        return 0
    try:
        word, _, number = base64.urlsafe_b64decode(str(token).encode()).decode().partition(" ")
    except (binascii.Error, ValueError):
        word, number = "", ""
    if word != "from" or not number.isdecimal():
        raise AwsRefused(400, "BadRequestException", "The specified next token is not valid")
    return int(number)


def _read_whole_number(value: object, name: str) -> int:
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise AwsRefused(400, "SerializationException", f"{name} is not a whole number")
    return value


def _read_json(body: bytes) -> Json:
    try:
        body_object = json.loads(body or b"{}")
    except ValueError:
        body_object = None
    if not isinstance(body_object, dict):
        raise AwsRefused(400, "SerializationException", "The body is not a JSON object")
    return body_object
