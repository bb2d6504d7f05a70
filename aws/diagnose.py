"""Diagnoses whether the bot may do at AWS what it does: tries each permission by a call that changes nothing.

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
from aws.cases import read_case_access
from aws.errors import code_of, format_sentence
from aws.events import EventsQueue
from aws.sessions import Sessions
from model import AccountRegion, RegionOff, Snapshot, Trouble, Unreadable
from model.account import CaseAccess
from model.diagnosis import Diagnosis, bad_line, good_line, warning_line

_NO_IDENTITY, _NO_ZONE = "ses-bot-doctor.invalid", "Z000SESBOTDOCTOR"
_NOT_FOUND_CODES = frozenset({"NotFoundException", "NoSuchHostedZone", "NoSuchResourceException"})
_METRIC = {"Namespace": "AWS/SES", "MetricName": "Reputation.BounceRate"}
_Call: TypeAlias = Callable[[Any], object]


def _get_metric_data(client: Any) -> object:
    now = datetime.now(UTC)
    queries = [{"Id": "rate", "MetricStat": {"Metric": _METRIC, "Period": 3600, "Stat": "Average"}}]
    return client.get_metric_data(MetricDataQueries=queries, StartTime=now - timedelta(hours=1), EndTime=now)


_REGION_PROBES: Mapping[str, tuple[str, _Call]] = {
    "ses:ListEmailIdentities": ("sesv2", lambda client: client.list_email_identities(PageSize=1)),
    "ses:GetEmailIdentity": ("sesv2", lambda client: client.get_email_identity(EmailIdentity=_NO_IDENTITY)),
    "ses:GetConfigurationSetEventDestinations": (
        "sesv2",
        lambda client: client.get_configuration_set_event_destinations(ConfigurationSetName="ses-bot-doctor"),
    ),
    "cloudwatch:GetMetricData": ("cloudwatch", _get_metric_data),
    "servicequotas:GetRequestedServiceQuotaChange": (
        "service-quotas",
        lambda client: client.get_requested_service_quota_change(RequestId="sesbotdoctor"),
    ),
}
"""An action of an account region to its service and a call."""
_ACCOUNT_PROBES: Mapping[str, tuple[str, _Call]] = {
    "route53:ListHostedZonesByName": ("route53", lambda client: client.list_hosted_zones_by_name(MaxItems="1")),
    "route53:GetHostedZone": ("route53", lambda client: client.get_hosted_zone(Id=_NO_ZONE)),
    "route53:ListResourceRecordSets": (
        "route53",
        lambda client: client.list_resource_record_sets(HostedZoneId=_NO_ZONE, MaxItems="1"),
    ),
}
"""An action of an account, whose zones are in no region, to its service and a call."""
_TRY_AGAIN = "Try again in a minute."
_REMEDIES = {
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
            account_region, subject = AccountRegion(account.name, region), f"{account.name} in {region}"
            reading = await sessions.read_account(account_region)
            yield _diagnose_account_region(subject, reading)
            if isinstance(reading, Snapshot):
                async for line in _diagnose_permissions(sessions, account_region, _REGION_PROBES, subject):
                    yield line
        first_region = account.first_account_region
        async for line in _diagnose_permissions(sessions, first_region, _ACCOUNT_PROBES, account.name):
            yield line
        yield await _diagnose_support(sessions, account)


def _diagnose_account_region(subject: str, reading: object) -> Diagnosis:
    match reading:
        case Snapshot(access=access):
            return good_line(subject, f"GetAccount answers: {access.value.replace('_', ' ')}.")
        case RegionOff(why=why):
            return warning_line(subject, format_sentence(why), "Enable the region, or do not name it.")
        case Unreadable(trouble=trouble, why=why):
            return bad_line(subject, format_sentence(why), _remedy_for(trouble))
    return bad_line(subject, "AWS gave no answer.", _TRY_AGAIN)


def _remedy_for(trouble: Trouble) -> str:
    return _REMEDIES.get(trouble, _TRY_AGAIN)


async def _diagnose_permissions(
    sessions: Sessions, account_region: AccountRegion, probes: Mapping[str, tuple[str, _Call]], subject: str
) -> AsyncIterator[Diagnosis]:
    for action, (service, call) in probes.items():

        def try_call(client: Any, call: _Call = call) -> bool:
            try:
                call(client)
            except ClientError as error:
                if code_of(error) not in _NOT_FOUND_CODES:
                    raise
            return True

        outcome = await sessions.call(account_region, try_call, service=service)
        if outcome is True:
            yield good_line(f"{subject}, {action}", "Allowed.")
        elif isinstance(outcome, Unreadable):
            yield warning_line(f"{subject}, {action}", format_sentence(outcome.why), _remedy_for(outcome.trouble))


async def _diagnose_support(sessions: Sessions, account: Account) -> Diagnosis:
    subject = f"{account.name}, Support API"
    match await read_case_access(sessions, account.first_account_region):
        case CaseAccess.OPEN:
            return good_line(subject, "Cases can be read.")
        case CaseAccess.NO_PLAN:
            words = "The support plan has none: people paste what AWS writes, and post answers themselves."
            return good_line(subject, words)
        case CaseAccess.DENIED:
            return warning_line(
                subject, "The role may not read cases.", "Add support:DescribeCases (deploy/iam-read.json)."
            )
    return warning_line(subject, "AWS did not say.", _TRY_AGAIN)


def diagnose_queue(url: str) -> Diagnosis:
    """Tells whether the queue of events can be reached: its attributes are read, and no message is taken. Blocks."""
    subject, count = "SES_BOT_EVENTS_QUEUE_URL", EventsQueue(url).count_messages()
    if not isinstance(count, Unreadable):
        return good_line(subject, f"The queue is there, with {count} messages.")
    remedy = "Make the queue with deploy/events.yaml, and set the URL that it puts out."
    if count.trouble is Trouble.DENIED:
        remedy = "Let the bot’s own credentials read the queue (deploy/events.yaml has the policy)."
    return bad_line(subject, f"The queue cannot be read: {count.why}.", remedy)


async def measure_clock_skew(sessions: Sessions, now: Callable[[], float]) -> float | None:
    """Returns the seconds by which this machine's clock is ahead of AWS's (the Date of an answer of STS); None where
    unknown."""
    if not sessions.accounts:
        return None

    def get_aws_time(client: Any) -> float:
        answer = client.get_caller_identity()
        return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"]).timestamp()

    aws_time = await sessions.call(sessions.accounts[0].first_account_region, get_aws_time, service="sts")
    return now() - aws_time if isinstance(aws_time, float) else None
