"""Plays Amazon SES and STS on loopback: REST-JSON and the query protocol as boto3 speaks them, signed by SigV4.

Accounts are told apart by the access key and regions by the credential scope of the signature, which is verified. What
an account says is a plain dictionary in the API's own names, so a test states exactly what AWS would answer. Source:
SES API v2 (GetAccount, GetEmailIdentity, ListEmailIdentities), STS (AssumeRole, GetCallerIdentity), AWS Signature
Version 4.
"""

import asyncio
import copy
import hashlib
import hmac
import json
import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from aiohttp import web

_SKEW = timedelta(minutes=5)
_STS_XMLNS = "https://sts.amazonaws.com/doc/2011-06-15/"


class Fault(StrEnum):
    """What goes wrong with the calls of an account in a region until it is lifted."""

    THROTTLED = "throttled"
    SERVER_ERROR = "server error"
    HANG = "hang"
    EMPTY = "empty"
    GARBAGE = "garbage"
    DENIED = "denied"
    REGION_OFF = "region off"
    EXPIRED = "expired"


@dataclass(slots=True)
class LoopbackAccount:
    """One AWS account: its id, the keys that open it, and what it says in each region."""

    id: str
    keys: dict[str, str] = field(default_factory=dict)
    regions: dict[str, dict[str, Any]] = field(default_factory=dict)
    identities: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    roles: dict[str, str | None] = field(default_factory=dict)
    """Role ARN to the external id that it wants."""


def sandbox() -> dict[str, Any]:
    """GetAccount of a new account."""
    return {
        "DedicatedIpAutoWarmupEnabled": False,
        "EnforcementStatus": "HEALTHY",
        "ProductionAccessEnabled": False,
        "SendQuota": {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 0.0},
        "SendingEnabled": True,
        "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
        "VdmAttributes": {"VdmEnabled": "DISABLED"},
    }


class LoopbackSes:
    """A server for `AWS_ENDPOINT_URL_SESV2` and `AWS_ENDPOINT_URL_STS`. An async context manager; `url` is its address.

    `calls` counts operations by (operation, account id, region); `moments` holds the loop time of every GetAccount.
    """

    def __init__(self) -> None:
        self.accounts: dict[str, LoopbackAccount] = {}
        self.faults: dict[tuple[str, str], Fault] = {}
        self.calls: Counter[tuple[str, str, str]] = Counter()
        self.moments: dict[tuple[str, str], list[float]] = {}
        self.callers: Counter[str] = Counter()
        """How many calls were made, by the access key that signed them."""
        self.hanging: Counter[str] = Counter()
        """How many calls were left hanging so far, by the access key that signed them."""
        self.url = ""
        self._sessions: dict[str, tuple[str, str, str, datetime]] = {}
        self._runner: web.AppRunner | None = None
        self._released = asyncio.Event()

    async def __aenter__(self) -> "LoopbackSes":
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._released.set()
        if self._runner:
            await self._runner.cleanup()

    def add(self, account_id: str, *regions: str) -> LoopbackAccount:
        """A new account in the sandbox of these regions, with one access key."""
        account = LoopbackAccount(account_id, regions={region: sandbox() for region in regions})
        account.keys[f"AKIA{secrets.token_hex(8).upper()}"] = secrets.token_hex(20)
        self.accounts[account_id] = account
        return account

    def submit(self, account_id: str, region: str, case_id: str = "17012345678") -> None:
        """Somebody asks for production access: PENDING."""
        self._review(account_id, region, "PENDING", case_id)

    def deny(self, account_id: str, region: str) -> None:
        """AWS refuses, or wants details: DENIED."""
        self._review(account_id, region, "DENIED", None)

    def grant(self, account_id: str, region: str, *, effective: bool = True, quota: float = 50_000.0) -> None:
        """AWS approves. Not effective yet: GRANTED while the production flag is still false."""
        self._review(account_id, region, "GRANTED", None)
        if effective:
            said = self.accounts[account_id].regions[region]
            said["ProductionAccessEnabled"] = True
            said["SendQuota"] |= {"Max24HourSend": quota, "MaxSendRate": 14.0}

    def _review(self, account_id: str, region: str, status: str, case_id: str | None) -> None:
        details = self.accounts[account_id].regions[region].setdefault("Details", {"MailType": "TRANSACTIONAL"})
        review = details.setdefault("ReviewDetails", {"CaseId": case_id or "17012345678"})
        review["Status"] = status
        if case_id:
            review["CaseId"] = case_id

    async def _serve(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            key, account, region, service = self._authenticate(request, body)
        except _Refused as refused:
            return refused.response("sts" if "/sts/" in request.headers.get("Authorization", "") else "ses")
        operation = _operation(request, body)
        self.calls[operation, account.id, region] += 1
        self.callers[key] += 1
        if service == "sts":
            return self._sts(operation, account, body)
        fault = self.faults.get((account.id, region))
        if fault or region not in account.regions:
            return await self._fail(fault or Fault.REGION_OFF, account, region, key)
        return self._ses(operation, account, region, request, body)

    async def _fail(self, fault: Fault, account: LoopbackAccount, region: str, key: str) -> web.Response:
        match fault:
            case Fault.THROTTLED:
                return _error(429, "TooManyRequestsException", "Too many requests")
            case Fault.SERVER_ERROR:
                return _error(500, "InternalFailure", "Something failed")
            case Fault.HANG:
                self.hanging[key] += 1
                await self._released.wait()
                return _error(503, "ServiceUnavailable", "Closed")
            case Fault.EMPTY:
                return web.Response(text="{}", content_type="application/json")
            case Fault.GARBAGE:
                return web.Response(body=b"\x00\xff<html>not json", content_type="application/json")
            case Fault.DENIED:
                caller = f"arn:aws:iam::{account.id}:user/ses-bot"
                text = f"User: {caller} is not authorized to perform: ses:GetAccount in {region}"
                return _error(403, "AccessDeniedException", text)
            case Fault.REGION_OFF:
                return _error(
                    403, "UnrecognizedClientException", "The security token included in the request is invalid"
                )
            case Fault.EXPIRED:
                return _error(403, "ExpiredTokenException", "The security token included in the request is expired")

    def _ses(
        self, operation: str, account: LoopbackAccount, region: str, request: web.Request, body: bytes
    ) -> web.Response:
        identities = account.identities.get(region, {})
        match operation:
            case "GetAccount":
                now = asyncio.get_running_loop().time()
                self.moments.setdefault((account.id, region), []).append(now)
                return web.json_response(copy.deepcopy(account.regions[region]))
            case "GetEmailIdentity":
                name = unquote(request.raw_path.rpartition("/")[2])
                if name not in identities:
                    return _error(404, "NotFoundException", f"Email identity {name} does not exist")
                return web.json_response(identities[name])
            case "ListEmailIdentities":
                return _page(identities, json.loads(body or b"{}"))
        return _error(400, "BadRequestException", f"{operation} is not played here")

    def _sts(self, operation: str, account: LoopbackAccount, body: bytes) -> web.Response:
        asked = dict(parse_qsl(body.decode()))
        if operation == "GetCallerIdentity":
            inner = (
                f"<Arn>arn:aws:iam::{account.id}:user/ses-bot</Arn><UserId>AIDA</UserId><Account>{account.id}</Account>"
            )
            return _xml(operation, inner)
        arn = asked.get("RoleArn", "")
        target = next((one for one in self.accounts.values() if arn in one.roles), None)
        if target is None or target.roles[arn] not in (None, asked.get("ExternalId")):
            text = f"User is not authorized to perform: sts:AssumeRole on resource: {arn}"
            return _xml_error(403, "AccessDenied", text)
        key, secret, token = f"ASIA{secrets.token_hex(8).upper()}", secrets.token_hex(20), secrets.token_hex(40)
        expires = datetime.now(UTC) + timedelta(hours=1)
        self._sessions[key] = (target.id, secret, token, expires)
        inner = (
            f"<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey>"
            f"<SessionToken>{token}</SessionToken><Expiration>{expires:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials>"
        )
        return _xml(operation, inner)

    def _authenticate(self, request: web.Request, body: bytes) -> tuple[str, LoopbackAccount, str, str]:
        """Access key, account, region and service of a signed request (AWS Signature Version 4)."""
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
        scope = parts.get("Credential", "").split("/")
        if scheme != "AWS4-HMAC-SHA256" or len(scope) != 5:
            raise _Refused(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
        key, date, region, service, _ = scope
        account, secret, token = self._owner(key)
        if token is not None and request.headers.get("X-Amz-Security-Token") != token:
            raise _Refused(403, "UnrecognizedClientException", "The security token included in the request is invalid")
        stamp = request.headers.get("X-Amz-Date", "")
        wanted = _signature(request, body, parts.get("SignedHeaders", ""), secret, (stamp, date, region, service))
        if not hmac.compare_digest(wanted, parts.get("Signature", "")):
            raise _Refused(403, "SignatureDoesNotMatch", "The request signature we calculated does not match")
        sent = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if abs(datetime.now(UTC) - sent) > _SKEW:
            raise _Refused(403, "RequestExpired", "Request has expired")
        return key, account, region, service

    def _owner(self, key: str) -> tuple[LoopbackAccount, str, str | None]:
        if key in self._sessions:
            account_id, secret, token, expires = self._sessions[key]
            if expires <= datetime.now(UTC):
                raise _Refused(403, "ExpiredTokenException", "The security token included in the request is expired")
            return self.accounts[account_id], secret, token
        for account in self.accounts.values():
            if key in account.keys:
                return account, account.keys[key], None
        raise _Refused(403, "UnrecognizedClientException", "The security token included in the request is invalid")


class _Refused(Exception):
    """The request is not who it says it is. Each service says so in its own protocol."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message

    def response(self, service: str) -> web.Response:
        return (_xml_error if service == "sts" else _error)(self.status, self.code, self.message)


def _signature(
    request: web.Request, body: bytes, signed_headers: str, secret: str, scope: tuple[str, str, str, str]
) -> str:
    """The signature that the request should bear ("Create a signed AWS API request")."""
    stamp, date, region, service = scope
    names = signed_headers.split(";")
    headers = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in names)
    path, _, query = request.raw_path.partition("?")
    path = quote(path, safe="/-_.~")
    query = "&".join(sorted(query.split("&"))) if query else ""
    payload = hashlib.sha256(body).hexdigest()
    canonical = "\n".join((request.method, path, query, headers, signed_headers, payload))
    credential_scope = f"{date}/{region}/{service}/aws4_request"
    text = "\n".join(("AWS4-HMAC-SHA256", stamp, credential_scope, hashlib.sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _operation(request: web.Request, body: bytes) -> str:
    if request.path == "/v2/email/account" and request.method == "GET":
        return "GetAccount"
    if request.path.startswith("/v2/email/identities/") and request.method == "GET":
        return "GetEmailIdentity"
    if request.path == "/v2/email/list-identities" and request.method == "POST":
        return "ListEmailIdentities"
    return dict(parse_qsl(body.decode("utf-8", "replace"))).get("Action", "Unknown")


def _page(identities: dict[str, dict[str, Any]], asked: dict[str, Any]) -> web.Response:
    size = int(asked.get("PageSize", 100))
    start = int(asked.get("NextToken") or 0)
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
    more = {"NextToken": str(start + size)} if start + size < len(names) else {}
    return web.json_response({"EmailIdentities": listed, **more})


def _error(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"message": message}, status=status, headers={"x-amzn-ErrorType": code})


def _xml(operation: str, inner: str) -> web.Response:
    text = (
        f'<{operation}Response xmlns="{_STS_XMLNS}"><{operation}Result>{inner}</{operation}Result>'
        f"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{operation}Response>"
    )
    return web.Response(text=text, content_type="text/xml")


def _xml_error(status: int, code: str, message: str) -> web.Response:
    text = (
        f'<ErrorResponse xmlns="{_STS_XMLNS}"><Error><Type>Sender</Type><Code>{code}</Code>'
        f"<Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>"
    )
    return web.Response(text=text, content_type="text/xml", status=status)
