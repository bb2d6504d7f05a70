"""SES API v2, as far as it is played: which operation a request asks for, and what it answers.

Source: SES API v2, GetAccount, GetEmailIdentity, ListEmailIdentities.
"""

import base64
import binascii
import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from demo.loopback.ses.protocols import Refused
from demo.loopback.ses.signature import Request
from demo.loopback.ses.things import Json, LoopbackAccount

_IDENTITIES = "/v2/email/identities"
_MOST_A_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Operation:
    """What is asked for. `subject` is the identity of GetEmailIdentity, else empty."""

    name: str
    subject: str = ""
    asked: Mapping[str, object] = field(default_factory=dict)


def operation_of(request: Request) -> Operation:
    """What a request asks for; `Refused` where that is nothing that is played."""
    identity = request.path.removeprefix(_IDENTITIES + "/")
    match request.method:
        case "GET" if request.path == "/v2/email/account":
            return Operation("GetAccount")
        case "GET" if request.path == _IDENTITIES:  # the path of ListEmailIdentities until 2026
            return Operation("ListEmailIdentities", asked=dict(parse_qsl(request.query)))
        case "POST" if request.path == "/v2/email/list-identities":
            return Operation("ListEmailIdentities", asked=_json(request.body))
        case "GET" if identity != request.path and identity and "/" not in identity:
            return Operation("GetEmailIdentity", unquote(identity))
    raise Refused(404, "UnknownOperationException", f"{request.method} {request.path} is not played here")


def answer(operation: Operation, account: LoopbackAccount, region: str) -> Json:
    """What the account says; `Refused`."""
    identities = account.identities.get(region, {})
    match operation.name:
        case "GetAccount":
            said = account.regions[region]
        case "GetEmailIdentity":
            name = operation.subject if "@" in operation.subject else operation.subject.lower()
            if name not in identities:
                raise Refused(404, "NotFoundException", f"Email identity {name} does not exist")
            said = identities[name]
        case _:
            said = _page(identities, operation.asked)
    return copy.deepcopy(said)


def _page(identities: Mapping[str, Json], asked: Mapping[str, object]) -> Json:
    size = _whole(asked.get("PageSize", 100), "PageSize")
    if not 0 < size <= _MOST_A_PAGE:
        raise Refused(400, "BadRequestException", f"PageSize must be between 1 and {_MOST_A_PAGE}")
    start = _start(asked.get("NextToken"))
    names = sorted(identities)
    listed = [
        {
            "IdentityName": name,
            "IdentityType": identities[name].get("IdentityType", "DOMAIN"),
            "SendingEnabled": bool(identities[name].get("VerifiedForSendingStatus")),
            "VerificationStatus": identities[name].get("VerificationStatus", "PENDING"),
        }
        for name in names[start : start + size]
    ]
    more = {"NextToken": _token(start + size)} if start + size < len(names) else {}
    return {"EmailIdentities": listed, **more}


def _token(start: int) -> str:
    """Opaque to the client, as AWS's are."""
    return base64.urlsafe_b64encode(f"from {start}".encode()).decode()


def _start(token: object) -> int:
    if token is None:
        return 0
    try:
        word, _, number = base64.urlsafe_b64decode(str(token).encode()).decode().partition(" ")
    except (binascii.Error, ValueError):
        word, number = "", ""
    if word != "from" or not number.isdecimal():
        raise Refused(400, "BadRequestException", "The specified next token is not valid")
    return int(number)


def _whole(value: object, name: str) -> int:
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refused(400, "SerializationException", f"{name} is not a whole number")
    return value


def _json(body: bytes) -> Json:
    try:
        asked = json.loads(body or b"{}")
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise Refused(400, "SerializationException", "The body is not a JSON object")
    return asked
