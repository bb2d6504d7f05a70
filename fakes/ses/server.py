"""SES, STS, AWS Support and Route 53 on loopback: `LoopbackSes` is the whole of it, for the demo and for tests.

One address for all services and regions: accounts are distinguished by the access key, services and regions by the
credential scope of the signature, which is verified.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from aiohttp import web

from fakes.ses import route53, signature, staying, support
from fakes.ses.api import SesOperation, answer_ses, operation_of
from fakes.ses.protocols import AwsRefused, json_answer, json_refusal, xml_answer, xml_refusal
from fakes.ses.service import LoopbackAwsService
from fakes.ses.signature import SignatureClaim, SignedRequest
from fakes.ses.state import ALWAYS_ON, OPT_IN, AwsFault, AwsRefusal, Caller, LoopbackAccount
from fakes.ses.sts import Sts, parse_query_fields

_CALL_SPACING = 0.98
"""Seconds between two GetAccount of an account and region: one second, and a little for the timers of this machine."""
_CASE_ID = "17012345678"
_SNS_XMLNS = "http://sns.amazonaws.com/doc/2010-03-31/"
_ZONE_FAULTS: Mapping[AwsFault | None, tuple[int, str, str]] = {
    AwsFault.THROTTLED: (400, "Throttling", "Rate exceeded"),
    AwsFault.SERVER_ERROR: (500, "InternalFailure", "An internal error has occurred."),
    AwsFault.DENIED: (403, "AccessDenied", "User is not authorized to access this resource"),
}
"""What Route 53 answers in its own words."""
_EXPIRED_TOKEN = "The security token included in the request is expired"

_PLAIN_ANSWERS = frozenset({"NotFoundException", "DryRunOperationException", "SubscriptionRequiredException"})
"""Refusals that are no fault of the client."""


class LoopbackSes(LoopbackAwsService):
    """A server for `AWS_ENDPOINT_URL`: SES, STS, AWS Support, Route 53, CloudWatch, Service Quotas, and who subscribes
    to a topic of SNS. An async context manager; `url` is its address.

    `faults` says what goes wrong, by (account id, region), `operation_faults` by (account id, operation). `calls`
    counts operations by (operation, account id, region), `answered` those that were answered by (operation, account id,
    region, identity or nothing); `moments` holds the loop time of every GetAccount. `callers` counts calls of SES by
    the access key that signed them, `hanging` those of them that were left hanging so far. `refusals` is what the
    client got wrong. `rate_limits` False lets it ask as often as it likes.
    """

    def __init__(self, *, rate_limits: bool = True) -> None:
        super().__init__()
        self.accounts: dict[str, LoopbackAccount] = {}
        self.faults: dict[tuple[str, str], AwsFault] = {}
        self.operation_faults: dict[tuple[str, str], AwsFault] = {}
        self.calls: Counter[tuple[str, str, str]] = Counter()
        self.answered: Counter[tuple[str, str, str, str]] = Counter()
        self.moments: dict[tuple[str, str], list[float]] = {}
        self.refusals: list[AwsRefusal] = []
        self.callers: Counter[str] = Counter()
        self.hanging: Counter[str] = Counter()
        self._rate_limits = rate_limits
        self._allowed_at: dict[tuple[str, str], float] = {}
        self._sts = Sts(self.accounts)

    # What AWS does

    def add(self, account_id: str, *regions: str) -> LoopbackAccount:
        """Returns a new account in the sandbox of these regions, with one access key."""
        self.accounts[account_id] = LoopbackAccount.new(account_id, *regions)
        return self.accounts[account_id]

    def submit(self, account_id: str, region: str, case_id: str = _CASE_ID) -> None:
        """Puts a request for production access on record: PENDING."""
        self._set_review(account_id, region, "PENDING", case_id)

    def deny(self, account_id: str, region: str) -> None:
        """Refuses the request, or wants details: DENIED."""
        self._set_review(account_id, region, "DENIED", None)

    def lose(self, account_id: str, region: str) -> None:
        """Loses the request: FAILED."""
        self._set_review(account_id, region, "FAILED", None)

    def grant(self, account_id: str, region: str, *, effective: bool = True, quota: float = 50_000.0) -> None:
        """Approves the request. Not `effective` yet: GRANTED while the production flag is still false."""
        self._set_review(account_id, region, "GRANTED", None)
        if effective:
            answer_of_region = self.accounts[account_id].regions[region]
            answer_of_region["ProductionAccessEnabled"] = True
            answer_of_region["SendQuota"] |= {"Max24HourSend": quota, "MaxSendRate": 14.0}

    def enforce(self, account_id: str, region: str, status: str) -> None:
        """AWS's view of how the account sends: HEALTHY, PROBATION, SHUTDOWN."""
        self.accounts[account_id].regions[region]["EnforcementStatus"] = status

    def expire_sessions(self) -> None:
        """Expires all credentials that AssumeRole gave out."""
        self._sts.expire()

    def _set_review(self, account_id: str, region: str, status: str, case_id: str | None) -> None:
        details = self.accounts[account_id].regions[region].setdefault("Details", {"MailType": "TRANSACTIONAL"})
        review = details.setdefault("ReviewDetails", {"CaseId": case_id or _CASE_ID})
        review["Status"] = status
        if case_id:
            review["CaseId"] = case_id

    # Serving

    async def _answer(self, request: SignedRequest) -> web.Response:
        if "x-amz-target" in request.headers:
            return await self._answer_json(request)
        if request.path.startswith(route53.VERSION):
            return await self._answer_route53(request)
        return await self._answer_ses(request) if request.path.startswith("/v2/") else self._answer_query(request)

    def _refuse(self, request: SignedRequest, refused: AwsRefused) -> web.Response:
        if refused.code not in _PLAIN_ANSWERS:
            self.refusals.append(AwsRefusal(f"{request.method} {request.path}", refused.code, refused.message))
        if request.path.startswith(route53.VERSION):
            return route53.refusal_response(refused)
        in_json = request.path.startswith("/v2/") or "x-amz-target" in request.headers
        return (json_refusal if in_json else xml_refusal)(refused)

    async def _answer_ses(self, request: SignedRequest) -> web.Response:
        caller, region = self._authenticate(request, "ses")
        account, operation = caller.account, operation_of(request)
        self.callers[caller.key] += 1
        self.calls[operation.name, account.id, region] += 1
        if operation.name == "GetAccount":
            self.moments.setdefault((account.id, region), []).append(asyncio.get_running_loop().time())
        fault = self.faults.get((account.id, region)) or self.operation_faults.get((account.id, operation.name))
        if fault is AwsFault.LOST_ANSWER:
            answer_ses(operation, account, region)
            raise ConnectionAbortedError
        if fault or region not in account.regions:
            return await self._fail(fault or AwsFault.REGION_OFF, operation, caller)
        if operation.name in account.forbidden:
            return await self._fail(AwsFault.DENIED, operation, caller)
        if operation.name == "GetAccount":
            self._check_rate(account.id, region)
        result = answer_ses(operation, account, region)
        self.answered[operation.name, account.id, region, operation.subject] += 1
        return json_answer(result)

    async def _answer_json(self, request: SignedRequest) -> web.Response:
        target = request.headers["x-amz-target"]
        prefix = next((prefix for prefix in staying.SERVICES if target.startswith(prefix)), "")
        caller, region = self._authenticate(request, staying.SERVICES.get(prefix, "support"))
        name = target.removeprefix(prefix) if prefix else support.operation_of(target)
        account, operation = caller.account, SesOperation(name)
        fault = self._count_call(operation, account, region)
        if fault and fault is not AwsFault.LOST_ANSWER:
            return await self._fail(fault, operation, caller)
        if prefix and region not in account.regions:
            return await self._fail(AwsFault.REGION_OFF, operation, caller)
        if prefix:
            result = staying.answer_staying(operation.name, account, region, request.body)
        else:
            result = support.answer_support(operation.name, account, request.body)
        if fault:
            raise ConnectionAbortedError
        return json_answer(result)

    async def _answer_route53(self, request: SignedRequest) -> web.Response:
        caller, region = self._authenticate(request, "route53")
        account, operation = caller.account, SesOperation(route53.operation_of(request))
        fault = self._count_call(operation, account, region)
        if fault in _ZONE_FAULTS:
            raise AwsRefused(*_ZONE_FAULTS[fault])
        if fault and fault is not AwsFault.LOST_ANSWER:
            return await self._fail(fault, operation, caller)
        result = route53.answer_route53(operation.name, account.zones, request)
        if fault:
            raise ConnectionAbortedError
        return result

    def _answer_query(self, request: SignedRequest) -> web.Response:
        fields = parse_query_fields(request.body)
        operation = fields.get("Action", "")
        if operation == "ListSubscriptionsByTopic":
            caller, region = self._authenticate(request, "sns")
            self.calls[operation, caller.account.id, region] += 1
            return xml_answer(operation, staying.list_subscriptions(caller.account, fields), _SNS_XMLNS)
        caller, region = self._authenticate(request, "sts")
        self.calls[operation, caller.account.id, region] += 1
        return self._sts.answer(operation, caller, fields)

    def _count_call(self, operation: SesOperation, account: LoopbackAccount, region: str) -> AwsFault | None:
        """Counts a call of an operation, and returns what is to go wrong with it."""
        self.calls[operation.name, account.id, region] += 1
        if operation.name in account.forbidden:
            return AwsFault.DENIED
        return self.operation_faults.get((account.id, operation.name))

    async def _fail(self, fault: AwsFault, operation: SesOperation, caller: Caller) -> web.Response:
        match fault:
            case AwsFault.EMPTY:
                return json_answer({})
            case AwsFault.GARBAGE:
                return web.Response(body=b"\x00\xff<html>not json", content_type="application/json")
            case AwsFault.HANG:
                self.hanging[caller.key] += 1
                await self._released.wait()
                refused = AwsRefused(503, "ServiceUnavailable", "The server ends.")
            case AwsFault.THROTTLED:
                refused = _too_many_requests()
            case AwsFault.SERVER_ERROR:
                refused = AwsRefused(500, "InternalFailure", "An internal error has occurred.")
            case AwsFault.DENIED:
                words = f"User: {caller.arn} is not authorized to perform: ses:{operation.name}"
                refused = AwsRefused(403, "AccessDeniedException", words)
            case AwsFault.REGION_OFF:
                refused = signature.invalid_token()
            case AwsFault.EXPIRED:
                refused = AwsRefused(403, "ExpiredTokenException", _EXPIRED_TOKEN)
        return json_refusal(refused)

    # Who asks, and how often

    def _authenticate(self, request: SignedRequest, service: str) -> tuple[Caller, str]:
        """Returns the signer of the request and its region; `AwsRefused` as AWS's front would."""
        claim = signature.parse_claim(request)
        signature.check_service(claim, service)
        if not self._is_region(claim.region):
            raise signature.invalid_signature(f"Credential should be scoped to a valid region, not '{claim.region}'.")
        caller, secret, token = self._find_caller(claim)
        signature.check_signature(request, claim, secret, token, datetime.now(UTC))
        if service == "sts" and not self._has_region(caller.account, claim.region):
            raise signature.invalid_token()
        return caller, claim.region

    def _find_caller(self, claim: SignatureClaim) -> tuple[Caller, str, str | None]:
        """Returns the caller whom a key belongs to, its secret, and the token that goes with it."""
        session = self._sts.sessions.get(claim.key)
        if session:
            if session.expires <= datetime.now(UTC):
                raise AwsRefused(403, "ExpiredTokenException", _EXPIRED_TOKEN)
            return session.caller, session.secret, session.token
        for account in self.accounts.values():
            if claim.key in account.keys:
                return Caller.user(account, claim.key), account.keys[claim.key], None
        raise signature.invalid_token()

    def _is_region(self, region: str) -> bool:
        return region in ALWAYS_ON | OPT_IN or any(region in account.regions for account in self.accounts.values())

    def _has_region(self, account: LoopbackAccount, region: str) -> bool:
        """Tells whether the account has a region at all: an opt-in region knows no account that has not enabled it."""
        off = self.faults.get((account.id, region)) is AwsFault.REGION_OFF
        return region in ALWAYS_ON or (region in account.regions and not off)

    def _check_rate(self, account_id: str, region: str) -> None:
        """Refuses a second GetAccount within a second, for an account and region."""
        now = time.monotonic()
        if self._rate_limits and now < self._allowed_at.get((account_id, region), 0.0):
            raise _too_many_requests()
        self._allowed_at[account_id, region] = now + _CALL_SPACING


def _too_many_requests() -> AwsRefused:
    return AwsRefused(429, "TooManyRequestsException", "Too many requests")
