"""Whether the bot may do at AWS what it does: each permission tried by a call that changes nothing.

A read of something that is not there is answered "not found" where the permission is given. What has no harmless form
(PutAccountDetails, ChangeResourceRecordSets) is not tried. Source: SES API v2, Support API (`dryRun`), CloudWatch,
Service Quotas, Route 53, STS, SQS.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias

from botocore.exceptions import ClientError

from aws.accounts import Account
from aws.cases import case_access
from aws.errors import code_of, sentence
from aws.events import EventsQueue
from aws.sessions import Sessions
from model import AccountRegion, RegionOff, Snapshot, Trouble, Unreadable
from model.account import CaseAccess
from model.diagnosis import Diagnosis, bad, good, warning

_NOWHERE, _NO_ZONE = "ses-bot-doctor.invalid", "Z000SESBOTDOCTOR"
_ABSENT = frozenset({"NotFoundException", "NoSuchHostedZone", "NoSuchResourceException"})
_METRIC = {"Namespace": "AWS/SES", "MetricName": "Reputation.BounceRate"}
_Call: TypeAlias = Callable[[Any], object]


def _metric_data(client: Any) -> object:
    now = datetime.now(UTC)
    queries = [{"Id": "rate", "MetricStat": {"Metric": _METRIC, "Period": 3600, "Stat": "Average"}}]
    return client.get_metric_data(MetricDataQueries=queries, StartTime=now - timedelta(hours=1), EndTime=now)


_READS: Mapping[str, tuple[str, _Call]] = {
    "ses:ListEmailIdentities": ("sesv2", lambda client: client.list_email_identities(PageSize=1)),
    "ses:GetEmailIdentity": ("sesv2", lambda client: client.get_email_identity(EmailIdentity=_NOWHERE)),
    "ses:GetConfigurationSetEventDestinations": (
        "sesv2",
        lambda client: client.get_configuration_set_event_destinations(ConfigurationSetName="ses-bot-doctor"),
    ),
    "cloudwatch:GetMetricData": ("cloudwatch", _metric_data),
    "servicequotas:GetRequestedServiceQuotaChange": (
        "service-quotas",
        lambda client: client.get_requested_service_quota_change(RequestId="sesbotdoctor"),
    ),
}
"""An action of an account region to its service and a call."""
_ZONE_READS: Mapping[str, tuple[str, _Call]] = {
    "route53:ListHostedZonesByName": ("route53", lambda client: client.list_hosted_zones_by_name(MaxItems="1")),
    "route53:GetHostedZone": ("route53", lambda client: client.get_hosted_zone(Id=_NO_ZONE)),
    "route53:ListResourceRecordSets": (
        "route53",
        lambda client: client.list_resource_record_sets(HostedZoneId=_NO_ZONE, MaxItems="1"),
    ),
}
"""The same of an account, whose zones are in no region."""
_AGAIN = "Try again in a minute."
_TODO = {
    Trouble.CREDENTIALS: "Renew the credentials (AWS_* settings, or the role of the machine).",
    Trouble.ROLE: "Let the bot’s own credentials assume the role: its trust policy and external_id (deploy/role.yaml).",
    Trouble.DENIED: "Add the action to the role’s policy (deploy/iam-read.json).",
    Trouble.UNREACHABLE: "Let this machine reach AWS’s endpoints (HTTPS, port 443).",
    Trouble.TIMEOUT: "Let this machine reach AWS’s endpoints (HTTPS, port 443), or try again.",
}


async def diagnose(sessions: Sessions) -> AsyncIterator[Diagnosis]:
    """Yields a line for each account region, each permission and the support plan."""
    for account in sessions.accounts:
        for region in account.regions:
            account_region = AccountRegion(account.name, region)
            found = await sessions.read(account_region)
            yield _account_line(f"{account.name} in {region}", found)
            if isinstance(found, Snapshot):
                async for line in _permissions(sessions, account_region, _READS, f"{account.name} in {region}"):
                    yield line
        home = AccountRegion(account.name, account.regions[0])
        async for line in _permissions(sessions, home, _ZONE_READS, account.name):
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
            return bad(what, sentence(why), _todo(trouble))
    return bad(what, "AWS gave no answer.", _AGAIN)


def _todo(trouble: Trouble) -> str:
    return _TODO.get(trouble, _AGAIN)


async def _permissions(
    sessions: Sessions, account_region: AccountRegion, reads: Mapping[str, tuple[str, _Call]], where: str
) -> AsyncIterator[Diagnosis]:
    for action, (service, call) in reads.items():

        def tried(client: Any, call: _Call = call) -> bool:
            try:
                call(client)
            except ClientError as error:
                if code_of(error) not in _ABSENT:
                    raise
            return True

        found = await sessions.call(account_region, tried, service=service)
        if found is True:
            yield good(f"{where}, {action}", "Allowed.")
        elif isinstance(found, Unreadable):
            yield warning(f"{where}, {action}", sentence(found.why), _todo(found.trouble))


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
            yield warning(what, "AWS did not say.", _AGAIN)


def diagnose_queue(url: str) -> Diagnosis:
    """Tells whether the queue of events can be reached: its attributes are read, and no message is taken. Blocks."""
    found = EventsQueue(url).attributes()
    if isinstance(found, Unreadable):
        return bad("SES_BOT_EVENTS_QUEUE_URL", f"The queue cannot be read: {found.why}.", _queue_todo(found.trouble))
    return good("SES_BOT_EVENTS_QUEUE_URL", f"The queue is there, with {found} messages.")


def _queue_todo(trouble: Trouble) -> str:
    if trouble is Trouble.DENIED:
        return "Let the bot’s own credentials read the queue (deploy/events.yaml has the policy)."
    return "Make the queue with deploy/events.yaml, and set the URL that it puts out."


async def clock_skew(sessions: Sessions, now: Callable[[], float]) -> float | None:
    """Returns seconds by which this machine's clock is ahead of AWS's (the Date of an answer of STS); None where
    unknown."""
    if not sessions.accounts:
        return None
    account = sessions.accounts[0]

    def date(client: Any) -> float:
        answer = client.get_caller_identity()
        return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"]).timestamp()

    found = await sessions.call(AccountRegion(account.name, account.regions[0]), date, service="sts")
    return now() - found if isinstance(found, float) else None
