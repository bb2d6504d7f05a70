"""Bounce and complaint rates as AWS counts them (CloudWatch GetMetricData, both in one call for an account region), and
what SES's own advisor found (ListRecommendations, of the Virtual Deliverability Manager).

A call costs by metrics, not by datapoints, so one brings two weeks of hours. Source: CloudWatch API, GetMetricData;
Amazon SES, "Monitoring your sender reputation".
"""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from aws.sessions import Sessions
from model import AccountRegion, RegionOff, Trouble, Unreadable
from model.staying import BARS_DAYS, Datapoint, RateKind, RatesRead, RatesReading

_METRICS = {RateKind.BOUNCE: "Reputation.BounceRate", RateKind.COMPLAINT: "Reputation.ComplaintRate"}
_HOUR = 3_600
_SECONDS = 6.0
"""One call takes so many seconds at most: a poll has 20 for everything."""
_MOST_PAGES = 5
_MOST_SETS = 5
_DIMENSION = "ses:configuration-set"


async def read_rates(sessions: Sessions, account_region: AccountRegion, now: datetime) -> RatesReading:
    """Reads both rates by the hour, for two weeks. A value that is not a number from 0 to 1 is left out."""
    queries = [_query(kind.value, _METRICS[kind]) for kind in RateKind]
    found = await _read(sessions, account_region, queries, now, timedelta(days=BARS_DAYS))
    if not isinstance(found, dict):
        return found
    return RatesRead(*(_datapoints(found.get(kind.value, ())) for kind in RateKind))


async def read_sets(
    sessions: Sessions, account_region: AccountRegion, kind: RateKind, names: Sequence[str], now: datetime
) -> tuple[tuple[str, float], ...]:
    """Returns the latest rate of some configuration sets, highest first; those that publish none are left out."""
    chosen = names[:_MOST_SETS]
    queries = [_query(f"s{number}", _METRICS[kind], name) for number, name in enumerate(chosen)]
    found = await _read(sessions, account_region, queries, now, timedelta(days=1)) if queries else {}
    if not isinstance(found, dict):
        return ()
    points = {name: _datapoints(found.get(f"s{number}", ())) for number, name in enumerate(chosen)}
    latest = [(name, own[-1].value) for name, own in points.items() if own]
    return tuple(sorted(latest, key=lambda one: one[1], reverse=True))


def _query(query_id: str, metric: str, configuration_set: str = "") -> dict[str, Any]:
    dimensions = [{"Name": _DIMENSION, "Value": configuration_set}] if configuration_set else []
    named = {"Namespace": "AWS/SES", "MetricName": metric, "Dimensions": dimensions}
    return {"Id": query_id, "MetricStat": {"Metric": named, "Period": _HOUR, "Stat": "Average"}}


async def _read(
    sessions: Sessions, account_region: AccountRegion, queries: list[dict[str, Any]], now: datetime, back: timedelta
) -> dict[str, list[tuple[Any, Any]]] | Unreadable | RegionOff:
    asked = {"MetricDataQueries": queries, "StartTime": now - back, "EndTime": now, "ScanBy": "TimestampAscending"}

    def read(client: Any) -> dict[str, list[tuple[Any, Any]]] | Unreadable:
        found: dict[str, list[tuple[Any, Any]]] = {}
        token: dict[str, str] = {}
        for _ in range(_MOST_PAGES):
            answer = client.get_metric_data(**asked, **token)
            if "MetricDataResults" not in answer:
                return Unreadable(Trouble.MALFORMED, "CloudWatch answered without content")
            for one in answer["MetricDataResults"]:
                pairs = zip(one.get("Timestamps") or (), one.get("Values") or (), strict=False)
                found.setdefault(str(one.get("Id")), []).extend(pairs)
            if not answer.get("NextToken"):
                break
            token = {"NextToken": answer["NextToken"]}
        return found

    return await sessions.call(account_region, read, service="cloudwatch", deadline=_SECONDS)


def _datapoints(pairs: Sequence[tuple[Any, Any]]) -> tuple[Datapoint, ...]:
    """Returns the datapoints, sorted by time. NaN, and a number that is not a ratio, are left out."""
    found = (
        Datapoint(at.astimezone(UTC), float(value))
        for at, value in pairs
        if isinstance(at, datetime) and isinstance(value, int | float) and math.isfinite(value) and 0 <= value <= 1
    )
    return tuple(sorted(found, key=lambda one: one.at))


_MOST_ADVICE = 5
_LONGEST_ADVICE = 300


async def read_recommendations(sessions: Sessions, account_region: AccountRegion) -> tuple[str, ...]:
    """Returns the open recommendations, in AWS's own words; none where they cannot be read."""

    def listed(client: Any) -> tuple[str, ...]:
        answer = client.list_recommendations(Filter={"STATUS": "OPEN"}, PageSize=_MOST_ADVICE)
        said = (str(one.get("Description") or "").strip() for one in answer.get("Recommendations") or ())
        return tuple(f"SES says: {one[:_LONGEST_ADVICE]}" for one in said if one)

    found = await sessions.call(account_region, listed)
    return found if isinstance(found, tuple) else ()
