"""Support cases: found by their display id, read newest first, answered once.

The Support API is in one region of a partition and needs a paid support plan; most first-time senders have none. Every
operation takes `dryRun`, which tells that without reading anything. Source: Support API, DescribeCases,
DescribeCommunications, AddCommunicationToCase.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from botocore.exceptions import ClientError

from aws.errors import DENIED, code_of
from aws.reading import parse_instant
from aws.sessions import Sessions
from model import AccountRegion, NotFound, RegionOff, Unreadable
from model.account import CaseAccess, Communication, SupportCase
from model.changes import ChangeState, StepOutcome

ADD_COMMUNICATION = "AddCommunicationToCase"
MOST_COMMUNICATIONS = 100
_PAGE = 100
_MOST_PAGES = 3
"""DescribeCommunications gives the newest first, and may give pages that hold less than they could."""
_NO_PLAN = "SubscriptionRequiredException"
_CLOSED = "The case is closed and takes no answer. Open a new one in the Support Center, and name this case in it."
_SUBMITTED_BY_AWS = "Amazon Web Services"
"""`submittedBy` of what AWS wrote (Support API, Communication)."""

CaseReading: TypeAlias = SupportCase | CaseAccess | NotFound | Unreadable | RegionOff
"""`CaseAccess` where the account's cases cannot be read at all."""


async def read_case_access(sessions: Sessions, account_region: AccountRegion) -> CaseAccess | None:
    """Tells whether cases can be read, by a DescribeCases with `dryRun`; None where AWS does not say."""

    def describe_nothing(client: Any) -> CaseAccess | None:
        try:
            client.describe_cases(dryRun=True)
        except ClientError as error:
            return CaseAccess.OPEN if code_of(error) == "DryRunOperationException" else _classify_refusal(error)
        return CaseAccess.OPEN

    access = await sessions.call(account_region, describe_nothing, service="support")
    return access if isinstance(access, CaseAccess) else None


async def read_case(
    sessions: Sessions, account_region: AccountRegion, display_id: str, *, asking: bool = False
) -> CaseReading:
    """Returns a case with its latest communications, `MOST_COMMUNICATIONS` at most. `asking`: a person waits."""

    def read(client: Any) -> CaseReading:
        try:
            listed_case = _find_case(client, display_id)
            return _read_communications(client, listed_case) if listed_case else NotFound()
        except ClientError as error:
            if code_of(error) == "CaseIdNotFound":
                return NotFound()
            access = _classify_refusal(error)
            if access is None:
                raise
            return access

    return await sessions.call(account_region, read, service="support", asking=asking)


def _find_case(client: Any, display_id: str) -> Mapping[str, Any] | None:
    """Returns the account's case with this display id, which the Support API names by an id of its own."""
    answer = client.describe_cases(displayId=display_id, includeResolvedCases=True, includeCommunications=False)
    cases = (case for case in answer.get("cases") or () if case.get("displayId") == display_id and case.get("caseId"))
    return next(cases, None)


def _classify_refusal(error: ClientError) -> CaseAccess | None:
    code = code_of(error)
    if code == _NO_PLAN:
        return CaseAccess.NO_PLAN
    return CaseAccess.DENIED if code in DENIED else None


def _read_communications(client: Any, answer: Mapping[str, Any]) -> SupportCase:
    communications: list[Communication] = []
    token: dict[str, str] = {}
    for _ in range(_MOST_PAGES):
        page = client.describe_communications(caseId=answer["caseId"], maxResults=_PAGE, **token)
        messages = map(_parse_communication, page.get("communications") or ())
        communications += [message for message in messages if message]
        if len(communications) >= MOST_COMMUNICATIONS or not page.get("nextToken"):
            break
        token = {"nextToken": page["nextToken"]}
    newest_first = sorted(communications, key=lambda communication: communication.at, reverse=True)
    status = str(answer.get("status", ""))
    return SupportCase(answer["caseId"], answer["displayId"], status, tuple(newest_first[:MOST_COMMUNICATIONS]))


def _parse_communication(answer: Mapping[str, Any]) -> Communication | None:
    """Returns one message; None where it has no readable time, without which nothing is known to be new."""
    try:
        at = parse_instant(answer.get("timeCreated", ""))
    except ValueError:
        return None
    return Communication(
        at,
        str(answer.get("submittedBy", "")).startswith(_SUBMITTED_BY_AWS),
        str(answer.get("body", "")),
        tuple(str(attachment.get("fileName", "")) for attachment in answer.get("attachmentSet") or ()),
    )


async def check_before_posting(
    sessions: Sessions, account_region: AccountRegion, display_id: str, text: str
) -> StepOutcome | None:
    """Reads the case before posting: DONE where it has the text, REFUSED where it takes none; None to go on."""
    case = await read_case(sessions, account_region, display_id, asking=True)
    if not isinstance(case, SupportCase):
        return StepOutcome(ChangeState.REFUSED, f"Nothing was posted: {explain_unreadable_case(case)}.")
    if _has_message(case, text):
        return StepOutcome(ChangeState.DONE, "The case has this text already.")
    return StepOutcome(ChangeState.REFUSED, _CLOSED) if case.closed else None


async def post_text(sessions: Sessions, account_region: AccountRegion, display_id: str, text: str) -> StepOutcome:
    case = await read_case(sessions, account_region, display_id, asking=True)
    if not isinstance(case, SupportCase):
        return StepOutcome(ChangeState.REFUSED, f"Nothing was posted: {explain_unreadable_case(case)}.")
    case_id = case.id

    def post(client: Any) -> None:
        client.add_communication_to_case(caseId=case_id, communicationBody=text)

    return await sessions.act(account_region, post, service="support")


async def read_posted(sessions: Sessions, account_region: AccountRegion, display_id: str, text: str) -> StepOutcome:
    """Tells whether the case has the text."""
    case = await read_case(sessions, account_region, display_id, asking=True)
    if not isinstance(case, SupportCase):
        return StepOutcome(ChangeState.UNKNOWN, f"The case could not be read: {explain_unreadable_case(case)}.")
    if _has_message(case, text):
        return StepOutcome(ChangeState.DONE, f"The message is on case {display_id}.")
    return StepOutcome(ChangeState.REFUSED, "The case does not have the message. Nothing was posted.")


def _has_message(case: SupportCase, text: str) -> bool:
    """Tells whether a message of ours on the case is this text; AWS may trim it."""
    normalized = " ".join(text.split())
    return any(
        " ".join(communication.text.split()) == normalized
        for communication in case.communications
        if not communication.by_aws
    )


def explain_unreadable_case(reading: CaseReading) -> str:
    match reading:
        case CaseAccess.NO_PLAN:
            return "the account’s support plan has no Support API"
        case CaseAccess.DENIED:
            return "the credentials may not read support cases"
        case NotFound():
            return "this account has no such case"
        case Unreadable(why=why) | RegionOff(why=why):
            return why
    return "the case is not readable"
