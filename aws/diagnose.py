"""Whether the bot may do at AWS what it does: each permission tried by a call that changes nothing.

A read of something that is not there is answered "not found" where the permission is given. What has no harmless form
(PutAccountDetails) is not tried. Source: SES API v2, Support API (`dryRun`), STS, SQS.
"""

from collections.abc import AsyncIterator, Callable
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError

from aws.accounts import Account
from aws.cases import case_access
from aws.errors import code_of, sentence
from aws.events_queue import EventsQueue
from aws.sessions import Sessions
from model import AccountRegion, RegionOff, Snapshot, Trouble, Unreadable
from model.case import CaseAccess
from model.diagnosis import Diagnosis, bad, good, warning

_NOWHERE = "ses-bot-doctor.invalid"
_READS: dict[str, Callable[[Any], object]] = {
    "ses:ListEmailIdentities": lambda client: client.list_email_identities(PageSize=1),
    "ses:GetEmailIdentity": lambda client: client.get_email_identity(EmailIdentity=_NOWHERE),
    "ses:GetConfigurationSetEventDestinations": lambda client: client.get_configuration_set_event_destinations(
        ConfigurationSetName="ses-bot-doctor"
    ),
}
_TODO = {
    Trouble.CREDENTIALS: "Renew the credentials (AWS_* settings, or the role of the machine).",
    Trouble.ROLE: "Let the bot’s own credentials assume the role: its trust policy and external_id (deploy/role.yaml).",
    Trouble.DENIED: "Add the action to the role’s policy (deploy/iam-read.json).",
    Trouble.UNREACHABLE: "Let this machine reach AWS’s endpoints (HTTPS, port 443).",
    Trouble.TIMEOUT: "Let this machine reach AWS’s endpoints (HTTPS, port 443), or try again.",
}


async def diagnose(sessions: Sessions) -> AsyncIterator[Diagnosis]:
    """A line for each account region, each permission and the support plan."""
    for account in sessions.accounts:
        for region in account.regions:
            place = AccountRegion(account.name, region)
            found = await sessions.read(place)
            yield _account_line(f"{account.name} in {region}", found)
            if isinstance(found, Snapshot):
                async for line in _permissions(sessions, place):
                    yield line
        async for line in _support(sessions, account):
            yield line


def _account_line(what: str, found: object) -> Diagnosis:
    match found:
        case Snapshot(access=access):
            return good(what, f"GetAccount answers: {access.value.replace('_', ' ')}.")
        case RegionOff(why=why):
            return warning(what, sentence(why), "Enable the region, or do not name it.")
        case Unreadable(trouble=trouble, why=why):
            return bad(what, sentence(why), _TODO.get(trouble, "Try again in a minute."))
    return bad(what, "AWS gave no answer.", "Try again in a minute.")


async def _permissions(sessions: Sessions, place: AccountRegion) -> AsyncIterator[Diagnosis]:
    for action, call in _READS.items():
        what = f"{place.account} in {place.region}, {action}"

        def tried(client: Any, call: Callable[[Any], object] = call) -> bool:
            try:
                call(client)
            except ClientError as error:
                if code_of(error) != "NotFoundException":
                    raise
            return True

        found = await sessions.call(place, tried)
        if found is True:
            yield good(what, "Allowed.")
        elif isinstance(found, Unreadable):
            todo = _TODO.get(found.trouble, "Try again in a minute.")
            yield warning(what, sentence(found.why), todo)


async def _support(sessions: Sessions, account: Account) -> AsyncIterator[Diagnosis]:
    what = f"{account.name}, Support API"
    match await case_access(sessions, AccountRegion(account.name, account.regions[0])):
        case CaseAccess.OPEN:
            yield good(what, "Cases can be read.")
        case CaseAccess.NO_PLAN:
            yield good(what, "The support plan has none: people paste what AWS writes, and post answers themselves.")
        case CaseAccess.DENIED:
            yield warning(what, "The role may not read cases.", "Add support:DescribeCases (deploy/iam-read.json).")
        case None:
            yield warning(what, "AWS did not say.", "Try again in a minute.")


def diagnose_queue(url: str) -> Diagnosis:
    """Whether the queue of events can be reached: its attributes are read, and no message is taken. Blocks."""
    found = EventsQueue(url).attributes()
    if isinstance(found, Unreadable):
        return bad("SES_BOT_EVENTS_QUEUE_URL", f"The queue cannot be read: {found.why}.", _queue_todo(found.trouble))
    return good("SES_BOT_EVENTS_QUEUE_URL", f"The queue is there, with {found} messages.")


def _queue_todo(trouble: Trouble) -> str:
    if trouble is Trouble.DENIED:
        return "Let the bot’s own credentials read the queue (deploy/events.yaml has the policy)."
    return "Make the queue with deploy/events.yaml, and set the URL that it puts out."


async def clock_skew(sessions: Sessions, now: Callable[[], float]) -> float | None:
    """Seconds by which this machine's clock is ahead of AWS's (the Date of an answer of STS); None where unknown."""
    if not sessions.accounts:
        return None
    account = sessions.accounts[0]

    def date(client: Any) -> float:
        answer = client.get_caller_identity()
        return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"]).timestamp()

    found = await sessions.call(AccountRegion(account.name, account.regions[0]), date, service="sts")
    return now() - found if isinstance(found, float) else None
