"""Asking for a higher quota of SES: Service Quotas RequestServiceQuotaIncrease, followed to AWS's decision.

SES's quotas are per region, and so are the requests. A request with the same value that is still open is the one that
was asked for, so a lost answer is read back by it. Source: Service Quotas API, RequestServiceQuotaIncrease,
GetRequestedServiceQuotaChange, ListRequestedServiceQuotaChangeHistoryByQuota.
"""

from collections.abc import Mapping
from typing import Any

from aws.sessions import Sessions
from model import AccountRegion
from model.changes import ChangeState, StepOutcome
from model.staying import QuotaStatus

REQUEST_INCREASE = "RequestServiceQuotaIncrease"
_SERVICE = "service-quotas"
_SES = "ses"
_OPEN = frozenset({"PENDING", "CASE_OPENED", "APPROVED"})
_WORDS = {
    "PENDING": "AWS has the request, and has not decided.",
    "CASE_OPENED": "AWS has the request, and opened a support case for it.",
    "APPROVED": "AWS has granted it.",
}


async def request_increase(sessions: Sessions, place: AccountRegion, arguments: Mapping[str, Any]) -> StepOutcome:
    """Ask once; the receipt is the request's id. `arguments`: QuotaCode, DesiredValue."""

    def ask(client: Any) -> str:
        answer = client.request_service_quota_increase(
            ServiceCode=_SES, QuotaCode=arguments["QuotaCode"], DesiredValue=float(arguments["DesiredValue"])
        )
        return str(answer.get("RequestedQuota", {}).get("Id", ""))

    outcome = await sessions.act(place, ask, service=_SERVICE)
    if outcome.code == "ResourceAlreadyExistsException":
        words = "AWS has an open request for this quota already. Nothing was sent a second time."
        return StepOutcome(ChangeState.REFUSED, words, outcome.code)
    return outcome


async def read_increase(
    sessions: Sessions, place: AccountRegion, arguments: Mapping[str, Any], receipt: str
) -> StepOutcome:
    """Whether AWS has the request: by its id, else the newest one for the same value."""

    def read(client: Any) -> Mapping[str, Any]:
        if receipt:
            found: Mapping[str, Any] = client.get_requested_service_quota_change(RequestId=receipt)["RequestedQuota"]
            return found
        answer = client.list_requested_service_quota_change_history_by_quota(
            ServiceCode=_SES, QuotaCode=arguments["QuotaCode"]
        )
        same = [one for one in answer.get("RequestedQuotas") or () if one.get("DesiredValue") == _desired(arguments)]
        return next((one for one in same if one.get("Status") in _OPEN), {})

    found = await sessions.call(place, read, service=_SERVICE, asking=True)
    if not isinstance(found, Mapping):
        return StepOutcome(ChangeState.UNKNOWN, f"Service Quotas could not be read: {found.why}.")
    status = str(found.get("Status", ""))
    if not found:
        return StepOutcome(ChangeState.REFUSED, "AWS has no such request. Nothing was received.")
    if status in _OPEN:
        return StepOutcome(ChangeState.DONE, _WORDS[status], receipt=str(found.get("Id", "")))
    return StepOutcome(ChangeState.REFUSED, f"AWS did not take the request ({status}).")


def _desired(arguments: Mapping[str, Any]) -> float:
    return float(arguments["DesiredValue"])


async def read_status(sessions: Sessions, place: AccountRegion, request_id: str) -> QuotaStatus | None:
    """How far AWS is with a request; None where it does not say."""

    def read(client: Any) -> QuotaStatus:
        answer = client.get_requested_service_quota_change(RequestId=request_id)
        return QuotaStatus(request_id, str(answer["RequestedQuota"]["Status"]))

    found = await sessions.call(place, read, service=_SERVICE)
    return found if isinstance(found, QuotaStatus) else None
