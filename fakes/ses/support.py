"""AWS Support on loopback: cases, their communications, and who may read them. JSON 1.1, `X-Amz-Target`.

Strict where AWS is: without a paid plan every operation is refused, `dryRun` does nothing, a text has 1 to 8,000
characters, a case belongs to one account. Source: Support API, DescribeCases, DescribeCommunications,
AddCommunicationToCase.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from fakes.ses.protocols import AwsRefused
from fakes.ses.state import Json, LoopbackAccount

TARGET = "AWSSupport_20130415."
AWS = "Amazon Web Services"
_MAX_TEXT = 8_000
_PAGE = range(10, 101)
_last = [datetime(2000, 1, 1, tzinfo=UTC)]


def open_case(account: LoopbackAccount, display_id: str, text: str = "") -> Json:
    """Returns a new case, with the first message of the customer where there is one."""
    case: Json = {
        "caseId": f"case-{account.id}-muen-2026-{secrets.token_hex(8)}",
        "displayId": display_id,
        "subject": "SES: Production Access",
        "status": "opened",
        "serviceCode": "service-ses",
        "submittedBy": "ops@example.com",
        "timeCreated": _next_timestamp(),
        "communications": [],
    }
    account.cases[display_id] = case
    if text:
        write_message(case, text, submitted_by="ses-bot (Role) <ops@example.com>")
    return case


def write_message(case: Json, text: str, *, submitted_by: str = AWS, files: tuple[str, ...] = ()) -> None:
    """Writes a message on a case."""
    attached = [{"attachmentId": secrets.token_hex(8), "fileName": name} for name in files]
    message = {
        "caseId": case["caseId"],
        "body": text,
        "submittedBy": submitted_by,
        "timeCreated": _next_timestamp(),
        "attachmentSet": attached,
    }
    case["communications"].append(message)


def _next_timestamp() -> str:
    """Returns each message a millisecond later than the one before, at the least."""
    _last[0] = max(datetime.now(UTC), _last[0] + timedelta(milliseconds=1))
    return f"{_last[0]:%Y-%m-%dT%H:%M:%S}.{_last[0].microsecond // 1000:03d}Z"


def operation_of(target: str) -> str:
    """Returns the operation that the header names; `AwsRefused` where it is not played."""
    name = target.removeprefix(TARGET)
    if name not in _OPERATIONS:
        raise AwsRefused(400, "UnknownOperationException", f"{name} is not played here")
    return name


def answer_support(operation: str, account: LoopbackAccount, body: bytes) -> Json:
    """Returns what the account's cases say; `AwsRefused`."""
    if not account.support_plan:
        words = "Amazon Web Services Premium Support Subscription is required to use this service."
        raise AwsRefused(400, "SubscriptionRequiredException", words)
    arguments = json.loads(body or b"{}")
    if arguments.get("dryRun"):
        raise AwsRefused(400, "DryRunOperationException", "The request would have succeeded.")
    return _OPERATIONS[operation](account, arguments)


def _describe_cases(account: LoopbackAccount, arguments: Mapping[str, object]) -> Json:
    display_id = arguments.get("displayId")
    cases = [
        {name: value for name, value in case.items() if name != "communications"}
        for case in account.cases.values()
        if display_id in (None, case["displayId"])
        and (arguments.get("includeResolvedCases") or case["status"] != "resolved")
    ]
    return {"cases": cases}


def _describe_communications(account: LoopbackAccount, arguments: Mapping[str, object]) -> Json:
    case = _find_case(account, arguments)
    size = arguments.get("maxResults", 10)
    if size not in _PAGE:
        raise AwsRefused(400, "ValidationException", "maxResults must be between 10 and 100")
    newest_first = list(reversed(case["communications"]))
    start = int(str(arguments.get("nextToken", "0")))
    more = {"nextToken": str(start + int(str(size)))} if start + int(str(size)) < len(newest_first) else {}
    return {"communications": newest_first[start : start + int(str(size))], **more}


def _add_communication(account: LoopbackAccount, arguments: Mapping[str, object]) -> Json:
    case = _find_case(account, arguments)
    text = arguments.get("communicationBody")
    if not isinstance(text, str) or not 0 < len(text) <= _MAX_TEXT:
        raise AwsRefused(400, "ValidationException", f"communicationBody must have 1 to {_MAX_TEXT} characters")
    write_message(case, text, submitted_by="ses-bot (Role) <ops@example.com>")
    case["status"] = "customer-action-completed"
    return {"result": True}


def _find_case(account: LoopbackAccount, arguments: Mapping[str, object]) -> Json:
    case_found = next((case for case in account.cases.values() if case["caseId"] == arguments.get("caseId")), None)
    if case_found is None:
        raise AwsRefused(400, "CaseIdNotFound", "The requested CaseId could not be located.")
    return case_found


_OPERATIONS = {
    "DescribeCases": _describe_cases,
    "DescribeCommunications": _describe_communications,
    "AddCommunicationToCase": _add_communication,
}
