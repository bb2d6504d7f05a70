"""Bounce and complaint rates as AWS counts them (CloudWatch GetMetricData, both in one call for an account region), and
what SES's own advisor found (ListRecommendations, of the Virtual Deliverability Manager).

A call costs by metrics, not by datapoints, so one brings two weeks of hours. Source: CloudWatch API, GetMetricData;
Amazon SES, "Monitoring your sender reputation".
"""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from aws.sessions import Sessions
from model import AccountRegion, RegionOff, Trouble, Unreadable
from model.staying import BARS_DAYS, Datapoint, RateKind, RatesRead, RatesReading

_METRICS = {RateKind.BOUNCE: "Reputation.BounceRate", RateKind.COMPLAINT: "Reputation.ComplaintRate"}
_HOUR_SECONDS = 3_600
_DEADLINE = 6.0
"""One call takes so many seconds at most: a poll has 20 for everything."""
_MOST_PAGES = 5
_MOST_SETS = 5
_DIMENSION = "ses:configuration-set"


async def read_rates(sessions: Sessions, account_region: AccountRegion, now: datetime) -> RatesReading:
    """Reads both rates by the hour, for two weeks. A value that is not a number from 0 to 1 is left out."""
    queries = [_metric_query(kind.value, _METRICS[kind]) for kind in RateKind]
    values = await _read_metrics(sessions, account_region, queries, now, timedelta(days=BARS_DAYS))
    if not isinstance(values, dict):
        return values
    return RatesRead(*(_parse_datapoints(values.get(kind.value, ())) for kind in RateKind))


async def read_configuration_set_rates(
    sessions: Sessions, account_region: AccountRegion, kind: RateKind, names: Sequence[str], now: datetime
) -> tuple[tuple[str, float], ...]:
    """Returns the latest rate of some configuration sets, highest first; those that publish none are left out."""
    by_id = {f"s{number}": name for number, name in enumerate(names[:_MOST_SETS])}
    queries = [_metric_query(query_id, _METRICS[kind], name) for query_id, name in by_id.items()]
    values = await _read_metrics(sessions, account_region, queries, now, timedelta(days=1)) if queries else {}
    if not isinstance(values, dict):
        return ()
    datapoints = {name: _parse_datapoints(values.get(query_id, ())) for query_id, name in by_id.items()}
    latest = [(name, points[-1].value) for name, points in datapoints.items() if points]
    return tuple(sorted(latest, key=lambda rate: rate[1], reverse=True))


def _metric_query(query_id: str, metric: str, configuration_set: str = "") -> dict[str, Any]:
    dimensions = [{"Name": _DIMENSION, "Value": configuration_set}] if configuration_set else []
    metric_id = {"Namespace": "AWS/SES", "MetricName": metric, "Dimensions": dimensions}
    return {"Id": query_id, "MetricStat": {"Metric": metric_id, "Period": _HOUR_SECONDS, "Stat": "Average"}}


async def _read_metrics(
    sessions: Sessions, account_region: AccountRegion, queries: list[dict[str, Any]], now: datetime, back: timedelta
) -> dict[str, list[tuple[Any, Any]]] | Unreadable | RegionOff:
    arguments = {"MetricDataQueries": queries, "StartTime": now - back, "EndTime": now, "ScanBy": "TimestampAscending"}

    def get_data(client: Any) -> dict[str, list[tuple[Any, Any]]] | Unreadable:
        values: dict[str, list[tuple[Any, Any]]] = {}
        pages = client.get_paginator("get_metric_data").paginate(**arguments)
        for page in islice(pages, _MOST_PAGES):
            if "MetricDataResults" not in page:
                return Unreadable(Trouble.MALFORMED, "CloudWatch answered without content")
            for result in page["MetricDataResults"]:
                pairs = zip(result.get("Timestamps") or (), result.get("Values") or (), strict=False)
                values.setdefault(str(result.get("Id")), []).extend(pairs)
        return values

    return await sessions.call(account_region, get_data, service="cloudwatch", deadline=_DEADLINE)


def _parse_datapoints(pairs: Sequence[tuple[Any, Any]]) -> tuple[Datapoint, ...]:
    """Returns the datapoints, sorted by time. NaN, and a number that is not a ratio, are left out."""
    datapoints = (
        Datapoint(at.astimezone(UTC), float(value))
        for at, value in pairs
        if isinstance(at, datetime) and isinstance(value, int | float) and math.isfinite(value) and 0 <= value <= 1
    )
    return tuple(sorted(datapoints, key=lambda datapoint: datapoint.at))


_MOST_ADVICE = 5
_LONGEST_ADVICE = 300


async def read_recommendations(sessions: Sessions, account_region: AccountRegion) -> tuple[str, ...]:
    """Returns the open recommendations, in AWS's own words; none where they cannot be read."""

    def list_open(client: Any) -> tuple[str, ...]:
        answer = client.list_recommendations(Filter={"STATUS": "OPEN"}, PageSize=_MOST_ADVICE)
        advice = (str(item.get("Description") or "").strip() for item in answer.get("Recommendations") or ())
        return tuple(f"SES says: {text[:_LONGEST_ADVICE]}" for text in advice if text)

    recommendations = await sessions.call(account_region, list_open)
    return recommendations if isinstance(recommendations, tuple) else ()
