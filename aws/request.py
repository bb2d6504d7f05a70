"""Asks AWS for production access (SES PutAccountDetails), and for a higher quota (RequestServiceQuotaIncrease).

PutAccountDetails answers an empty 200 and knows no idempotency, so it is called once; after a lost answer only
GetAccount tells. SES's quotas are per region, and so are the requests; one with the same value that is still open is
the one that was asked for. Source: SES API v2, PutAccountDetails, PutAccountSuppressionAttributes, GetAccount; Service
Quotas API, GetRequestedServiceQuotaChange, ListRequestedServiceQuotaChangeHistoryByQuota.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from aws.sessions import Sessions
from model import Access, AccountRegion, Reading, Snapshot, Trouble, Unreadable
from model.changes import ChangeState, StepOutcome
from model.staying import QuotaStatus

PUT_DETAILS = "PutAccountDetails"
PUT_SUPPRESSION = "PutAccountSuppressionAttributes"
BOTH_REASONS = ("BOUNCE", "COMPLAINT")
_CONFLICT = "ConflictException"
_RETRY_PAUSES = (0.3, 0.7)
"""Seconds between readings that AWS throttles."""
_ACCESS_WITH_REQUEST = frozenset({Access.IN_REVIEW, Access.NOT_GRANTED, Access.GRANTED, Access.PRODUCTION})


async def check_before_request(
    sessions: Sessions, account_region: AccountRegion, arguments: Mapping[str, Any], *, sent_before: bool = False
) -> StepOutcome | None:
    """Reads GetAccount before asking: REFUSED where it cannot be read or a request is on record; None to go on.
    `sent_before`: an earlier call may have arrived after all, so that what is on record may be this very request."""
    reading = await _read_unless_throttled(sessions, account_region)
    if not isinstance(reading, Snapshot):
        return StepOutcome(ChangeState.REFUSED, f"Nothing was sent: GetAccount could not be read ({reading.why}).")
    if reading.access in _ACCESS_WITH_REQUEST:
        refusal = StepOutcome(ChangeState.REFUSED, explain_request_on_record(reading), _CONFLICT)
        return judge_details(reading, arguments) if sent_before else refusal
    if reading.access is Access.UNKNOWN:
        words = "Nothing was sent: GetAccount does not say whether a request is on record. Try again in a moment."
        return StepOutcome(ChangeState.REFUSED, words)
    return None


async def _read_unless_throttled(sessions: Sessions, account_region: AccountRegion) -> Reading:
    """Calls GetAccount, and again where AWS throttles it: another replica may have read a moment ago."""
    reading = await sessions.read_account(account_region)
    for pause in _RETRY_PAUSES:
        if not isinstance(reading, Unreadable) or reading.trouble is not Trouble.THROTTLED:
            break
        await asyncio.sleep(pause)
        reading = await sessions.read_account(account_region)
    return reading


async def put_details(
    sessions: Sessions, account_region: AccountRegion, arguments: Mapping[str, Any], *, sent_before: bool = False
) -> StepOutcome:
    """Sends the request, once. `arguments` are of PutAccountDetails; `sent_before`: see `check_before_request`."""
    outcome = await sessions.act(account_region, lambda client: client.put_account_details(**arguments))
    if outcome.code != _CONFLICT:
        return outcome
    reading = await _read_unless_throttled(sessions, account_region)
    if sent_before:
        return StepOutcome(ChangeState.UNKNOWN, judge_details(reading, arguments).words, outcome.code)
    words = "AWS has a request on record already. Nothing was sent."
    if isinstance(reading, Snapshot):
        words = explain_request_on_record(reading)
    return StepOutcome(ChangeState.REFUSED, words, outcome.code)


def explain_request_on_record(snapshot: Snapshot) -> str:
    case = f" in case {snapshot.case_id}" if snapshot.case_id else ""
    match snapshot.access:
        case Access.PRODUCTION | Access.GRANTED:
            return "AWS has granted production access here already. Nothing was sent."
        case Access.NOT_GRANTED:
            return f"AWS has answered an earlier request and takes no second one. Answer it{case}. Nothing was sent."
        case Access.IN_REVIEW:
            return f"AWS is reviewing a request already{case}, and takes no second one. Nothing was sent."
    return "AWS takes no request now, and GetAccount does not say why. Nothing was sent."


async def read_details(sessions: Sessions, account_region: AccountRegion, arguments: Mapping[str, Any]) -> StepOutcome:
    """Tells whether AWS has the request: DONE, or REFUSED where it has none or another; else UNKNOWN."""
    return judge_details(await sessions.read_account(account_region), arguments)


def judge_details(reading: Reading, arguments: Mapping[str, Any]) -> StepOutcome:
    """Tells whether AWS has the request: `Details` as sent and a review on record. The receipt is the support case."""
    if not isinstance(reading, Snapshot) or reading.access is Access.UNKNOWN:
        why = reading.why if not isinstance(reading, Snapshot) else "GetAccount says nothing of a request"
        return StepOutcome(ChangeState.UNKNOWN, f"Whether AWS has the request is not known yet: {why}.")
    if reading.access not in _ACCESS_WITH_REQUEST:
        return StepOutcome(ChangeState.REFUSED, "AWS has no request on record. Nothing was received.")
    sent = (arguments["MailType"], _normalize_url(arguments["WebsiteURL"]))
    if (reading.mail_type, _normalize_url(reading.website or "")) == sent:
        case = f": case {reading.case_id}" if reading.case_id else ""
        return StepOutcome(ChangeState.DONE, f"AWS has the request{case}.", receipt=reading.case_id or "")
    return StepOutcome(
        ChangeState.REFUSED, f"Another request is on record. {explain_request_on_record(reading)}", _CONFLICT
    )


def _normalize_url(url: str) -> str:
    return url.strip().rstrip("/").lower()


async def put_suppression(sessions: Sessions, account_region: AccountRegion) -> StepOutcome:
    """Switches the account's suppression list on for bounces and complaints."""

    def put(client: Any) -> None:
        client.put_account_suppression_attributes(SuppressedReasons=list(BOTH_REASONS))

    return await sessions.act(account_region, put)


async def read_suppression(sessions: Sessions, account_region: AccountRegion) -> StepOutcome:
    """Tells whether the suppression list takes bounces and complaints."""
    reading = await sessions.read_account(account_region)
    if not isinstance(reading, Snapshot) or reading.suppression is None:
        return StepOutcome(ChangeState.UNKNOWN, "GetAccount does not say what the suppression list takes.")
    if set(reading.suppression) >= set(BOTH_REASONS):
        return StepOutcome(ChangeState.DONE, "The suppression list takes bounces and complaints.")
    return StepOutcome(ChangeState.REFUSED, "The suppression list does not take both bounces and complaints.")


REQUEST_INCREASE = "RequestServiceQuotaIncrease"
_QUOTAS_API = "service-quotas"
_SES_SERVICE_CODE = "ses"
_OPEN_STATUSES = frozenset({"PENDING", "CASE_OPENED", "APPROVED"})
_STATUS_SENTENCES = {
    "PENDING": "AWS has the request, and has not decided.",
    "CASE_OPENED": "AWS has the request, and opened a support case for it.",
    "APPROVED": "AWS has granted it.",
}


async def request_increase(
    sessions: Sessions, account_region: AccountRegion, arguments: Mapping[str, Any]
) -> StepOutcome:
    """Requests an increase, once; the receipt is the request's id. `arguments`: QuotaCode, DesiredValue."""

    def request(client: Any) -> str:
        answer = client.request_service_quota_increase(
            ServiceCode=_SES_SERVICE_CODE,
            QuotaCode=arguments["QuotaCode"],
            DesiredValue=float(arguments["DesiredValue"]),
        )
        return str(answer.get("RequestedQuota", {}).get("Id", ""))

    outcome = await sessions.act(account_region, request, service=_QUOTAS_API)
    if outcome.code == "ResourceAlreadyExistsException":
        words = "AWS has an open request for this quota already. Nothing was sent a second time."
        return StepOutcome(ChangeState.REFUSED, words, outcome.code)
    return outcome


async def read_increase(
    sessions: Sessions, account_region: AccountRegion, arguments: Mapping[str, Any], receipt: str
) -> StepOutcome:
    """Tells whether AWS has the request: by its id, else the newest one for the same value."""

    def find_request(client: Any) -> Mapping[str, Any]:
        if receipt:
            quota_request: Mapping[str, Any] = client.get_requested_service_quota_change(RequestId=receipt)[
                "RequestedQuota"
            ]
            return quota_request
        answer = client.list_requested_service_quota_change_history_by_quota(
            ServiceCode=_SES_SERVICE_CODE, QuotaCode=arguments["QuotaCode"]
        )
        desired = float(arguments["DesiredValue"])
        same = [request for request in answer.get("RequestedQuotas") or () if request.get("DesiredValue") == desired]
        return next((request for request in same if request.get("Status") in _OPEN_STATUSES), {})

    quota_request = await sessions.call(account_region, find_request, service=_QUOTAS_API, asking=True)
    if not isinstance(quota_request, Mapping):
        return StepOutcome(ChangeState.UNKNOWN, f"Service Quotas could not be read: {quota_request.why}.")
    status = str(quota_request.get("Status", ""))
    if not quota_request:
        return StepOutcome(ChangeState.REFUSED, "AWS has no such request. Nothing was received.")
    if status in _OPEN_STATUSES:
        return StepOutcome(ChangeState.DONE, _STATUS_SENTENCES[status], receipt=str(quota_request.get("Id", "")))
    return StepOutcome(ChangeState.REFUSED, f"AWS did not take the request ({status}).")


async def read_quota_status(sessions: Sessions, account_region: AccountRegion, request_id: str) -> QuotaStatus | None:
    """Returns how far AWS is with a request; None where it does not say."""

    def get_status(client: Any) -> QuotaStatus:
        answer = client.get_requested_service_quota_change(RequestId=request_id)
        return QuotaStatus(request_id, str(answer["RequestedQuota"]["Status"]))

    status = await sessions.call(account_region, get_status, service=_QUOTAS_API)
    return status if isinstance(status, QuotaStatus) else None
