"""CloudWatch's GetMetricData, Service Quotas and the advisor on loopback, as far as an account that sends needs them.

moto plays CloudWatch and Service Quotas too; here is what it lacks: figures that change as a test says, datapoints
that are missing, late or NaN, and quotas that AWS decides about. JSON 1.0 and 1.1, by `X-Amz-Target`. Source:
CloudWatch API, GetMetricData; Service Quotas API.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from fakes.ses.protocols import AwsRefused
from fakes.ses.state import Json, LoopbackAccount

CLOUDWATCH, QUOTAS = "GraniteServiceVersion20100801.", "ServiceQuotasV20190624."
SERVICES = {CLOUDWATCH: "monitoring", QUOTAS: "servicequotas"}
"""The prefix of a target to the service that a request is signed for."""
BOUNCE, COMPLAINT = "Reputation.BounceRate", "Reputation.ComplaintRate"
_OPEN = ("PENDING", "CASE_OPENED")
_MOST_METRICS = 500


def set_rate(account: LoopbackAccount, region: str, metric: str, value: float, *, at: datetime | None = None) -> None:
    """The metric's value for the hour of `at`, now by default."""
    hour = (at or datetime.now(UTC)).replace(minute=0, second=0, microsecond=0)
    account.metrics.setdefault(region, {}).setdefault(metric, {})[hour] = value


def answer(operation: str, account: LoopbackAccount, region: str, body: bytes) -> Json:
    """Returns what the account says; `Refused`."""
    try:
        asked = json.loads(body or b"{}")
    except ValueError:
        raise AwsRefused(400, "SerializationException", "The body is no JSON") from None
    match operation:
        case "GetMetricData":
            return _metric_data(account, region, asked)
        case "RequestServiceQuotaIncrease":
            return _request(account, region, asked)
        case "GetRequestedServiceQuotaChange":
            found = next((one for one in account.quota_requests if one["Id"] == asked.get("RequestId")), None)
            if found is None:
                raise AwsRefused(400, "NoSuchResourceException", "There is no such request")
            return {"RequestedQuota": _shown(found)}
        case "ListRequestedServiceQuotaChangeHistoryByQuota":
            own = [one for one in account.quota_requests if one["QuotaCode"] == asked.get("QuotaCode")]
            return {"RequestedQuotas": [_shown(one) for one in own if one["region"] == region]}
    raise AwsRefused(400, "UnknownOperationException", f"{operation} is not played here")


def _metric_data(account: LoopbackAccount, region: str, asked: Json) -> Json:
    queries = asked.get("MetricDataQueries") or []
    if not 1 <= len(queries) <= _MOST_METRICS or "StartTime" not in asked or "EndTime" not in asked:
        raise AwsRefused(400, "ValidationError", "MetricDataQueries, StartTime and EndTime are needed")
    start, end = (datetime.fromtimestamp(float(asked[name]), UTC) for name in ("StartTime", "EndTime"))
    if start >= end:
        raise AwsRefused(400, "ValidationError", "StartTime must be before EndTime")
    return {"MetricDataResults": [_result(account, region, one, start, end) for one in queries]}


def _result(account: LoopbackAccount, region: str, query: Json, start: datetime, end: datetime) -> Json:
    stat = query["MetricStat"]
    metric, dimensions = stat["Metric"], stat["Metric"].get("Dimensions") or []
    if metric["Namespace"] != "AWS/SES" or stat["Period"] % 60:
        raise AwsRefused(400, "ValidationError", "Only AWS/SES, by whole minutes")
    name = "|".join([metric["MetricName"], *(str(one["Value"]) for one in dimensions)])
    own = account.metrics.get(region, {}).get(name, {})
    found = sorted((at, value) for at, value in own.items() if start - timedelta(hours=1) < at < end)
    return {
        "Id": query["Id"],
        "Label": name,
        "Timestamps": [at.timestamp() for at, _ in found],
        "Values": [value for _, value in found],
        "StatusCode": "Complete",
    }


def _request(account: LoopbackAccount, region: str, asked: Json) -> Json:
    same = [one for one in account.quota_requests if one["QuotaCode"] == asked["QuotaCode"] and one["region"] == region]
    if any(one["Status"] in _OPEN for one in same):
        raise AwsRefused(
            400, "ResourceAlreadyExistsException", "Only one open service quota increase request is allowed"
        )
    request = {
        "Id": secrets.token_hex(16),
        "ServiceCode": asked["ServiceCode"],
        "QuotaCode": asked["QuotaCode"],
        "DesiredValue": asked["DesiredValue"],
        "Status": "PENDING",
        "region": region,
    }
    account.quota_requests.append(request)
    return {"RequestedQuota": _shown(request)}


def _shown(request: Json) -> Json:
    return {name: value for name, value in request.items() if name != "region"}


def subscriptions(account: LoopbackAccount, asked: Mapping[str, str]) -> str:
    """SNS ListSubscriptionsByTopic, as the members of a list; `Refused` where there is no such topic."""
    topic = asked.get("TopicArn", "")
    if topic not in account.topics:
        raise AwsRefused(404, "NotFound", "Topic does not exist")
    members = []
    for number, (protocol, endpoint, confirmed) in enumerate(account.topics[topic]):
        arn = f"{topic}:{number}" if confirmed else "PendingConfirmation"
        fields = {"TopicArn": topic, "Protocol": protocol, "SubscriptionArn": arn, "Owner": account.id}
        texts = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in (fields | {"Endpoint": endpoint}).items())
        members.append(f"<member>{texts}</member>")
    return f"<Subscriptions>{''.join(members)}</Subscriptions>"
