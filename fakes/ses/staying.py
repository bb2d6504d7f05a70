"""CloudWatch's GetMetricData, Service Quotas and the advisor on loopback, as far as an account that sends needs them.

moto plays CloudWatch and Service Quotas too; here is what it lacks: figures that change as a test says, datapoints
that are missing, late or NaN, and quotas that AWS decides about. JSON 1.0 and 1.1, by `X-Amz-Target`. Source:
CloudWatch API, GetMetricData; Service Quotas API.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from fakes.ses.protocols import AwsRefused
from fakes.ses.state import Json, LoopbackAccount

CLOUDWATCH, QUOTAS = "GraniteServiceVersion20100801.", "ServiceQuotasV20190624."
SERVICES = {CLOUDWATCH: "monitoring", QUOTAS: "servicequotas"}
"""The prefix of a target to the service that a request is signed for."""
BOUNCE, COMPLAINT = "Reputation.BounceRate", "Reputation.ComplaintRate"
_OPEN = ("PENDING", "CASE_OPENED")
_MOST_METRICS = 500


def set_rate(account: LoopbackAccount, region: str, metric: str, value: float, *, at: datetime | None = None) -> None:
    """Sets the metric's value for the hour of `at`, now by default."""
    hour = (at or datetime.now(UTC)).replace(minute=0, second=0, microsecond=0)
    account.metrics.setdefault(region, {}).setdefault(metric, {})[hour] = value


def answer_staying(operation: str, account: LoopbackAccount, region: str, body: bytes) -> Json:
    """Returns what the account says; `AwsRefused`."""
    try:
        arguments = json.loads(body or b"{}")
    except ValueError:
        raise AwsRefused(400, "SerializationException", "The body is no JSON") from None
    match operation:
        case "GetMetricData":
            return _get_metric_data(account, region, arguments)
        case "RequestServiceQuotaIncrease":
            return _request_increase(account, region, arguments)
        case "GetRequestedServiceQuotaChange":
            quota_request = next(
                (request for request in account.quota_requests if request["Id"] == arguments.get("RequestId")), None
            )
            if quota_request is None:
                raise AwsRefused(400, "NoSuchResourceException", "There is no such request")
            return {"RequestedQuota": _without_region(quota_request)}
        case "ListRequestedServiceQuotaChangeHistoryByQuota":
            requests = [
                request for request in account.quota_requests if request["QuotaCode"] == arguments.get("QuotaCode")
            ]
            return {
                "RequestedQuotas": [_without_region(request) for request in requests if request["region"] == region]
            }
    raise AwsRefused(400, "UnknownOperationException", f"{operation} is not played here")


def _get_metric_data(account: LoopbackAccount, region: str, arguments: Json) -> Json:
    queries = arguments.get("MetricDataQueries") or []
    if not 1 <= len(queries) <= _MOST_METRICS or "StartTime" not in arguments or "EndTime" not in arguments:
        raise AwsRefused(400, "ValidationError", "MetricDataQueries, StartTime and EndTime are needed")
    start, end = (datetime.fromtimestamp(float(arguments[name]), UTC) for name in ("StartTime", "EndTime"))
    if start >= end:
        raise AwsRefused(400, "ValidationError", "StartTime must be before EndTime")
    return {"MetricDataResults": [_metric_result(account, region, query, start, end) for query in queries]}


def _metric_result(account: LoopbackAccount, region: str, query: Json, start: datetime, end: datetime) -> Json:
    stat = query["MetricStat"]
    metric, dimensions = stat["Metric"], stat["Metric"].get("Dimensions") or []
    if metric["Namespace"] != "AWS/SES" or stat["Period"] % 60:
        raise AwsRefused(400, "ValidationError", "Only AWS/SES, by whole minutes")
    name = "|".join([metric["MetricName"], *(str(dimension["Value"]) for dimension in dimensions)])
    values = account.metrics.get(region, {}).get(name, {})
    datapoints = sorted((at, value) for at, value in values.items() if start - timedelta(hours=1) < at < end)
    return {
        "Id": query["Id"],
        "Label": name,
        "Timestamps": [at.timestamp() for at, _ in datapoints],
        "Values": [value for _, value in datapoints],
        "StatusCode": "Complete",
    }


def _request_increase(account: LoopbackAccount, region: str, arguments: Json) -> Json:
    earlier = [
        request
        for request in account.quota_requests
        if request["QuotaCode"] == arguments["QuotaCode"] and request["region"] == region
    ]
    if any(request["Status"] in _OPEN for request in earlier):
        raise AwsRefused(
            400, "ResourceAlreadyExistsException", "Only one open service quota increase request is allowed"
        )
    request = {
        "Id": secrets.token_hex(16),
        "ServiceCode": arguments["ServiceCode"],
        "QuotaCode": arguments["QuotaCode"],
        "DesiredValue": arguments["DesiredValue"],
        "Status": "PENDING",
        "region": region,
    }
    account.quota_requests.append(request)
    return {"RequestedQuota": _without_region(request)}


def _without_region(request: Json) -> Json:
    return {name: value for name, value in request.items() if name != "region"}


def list_subscriptions(account: LoopbackAccount, arguments: Mapping[str, str]) -> Json:
    """Returns SNS ListSubscriptionsByTopic; `AwsRefused` where there is no such topic."""
    topic = arguments.get("TopicArn", "")
    if topic not in account.topics:
        raise AwsRefused(404, "NotFound", "Topic does not exist")
    members = []
    for number, (protocol, endpoint, confirmed) in enumerate(account.topics[topic]):
        arn = f"{topic}:{number}" if confirmed else "PendingConfirmation"
        subscription = {"TopicArn": topic, "Protocol": protocol, "SubscriptionArn": arn, "Endpoint": endpoint}
        members.append({**subscription, "Owner": account.id})
    return {"Subscriptions": {"member": members}}
