"""Rates are read from CloudWatch: moto's server plays it, faithful for metrics, periods and dimensions that are named
(it takes none for any). NaN, which it does not take, is our own stand-in's, as are throttling and missing permissions.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from aws.reputation import read_configuration_set_rates, read_rates
from fakes.ses import AwsFault, LoopbackSes, staying
from model import AccountRegion, Trouble, Unreadable
from model.staying import RateKind, RatesRead
from tests.support.ses import MAIN, aws, sessions

__all__ = ["aws"]
HERE = AccountRegion("main", "us-east-1")
NOW = datetime.now(UTC)
SET = {"Name": "ses:configuration-set", "Value": "news"}


@pytest.fixture
def cloudwatch(aws: LoopbackSes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDWATCH", f"http://{host}:{port}")
    yield boto3.session.Session().client("cloudwatch", region_name="us-east-1")
    server.stop()


def put(client: Any, name: str, value: float, hours_ago: float, *dimensions: dict[str, str]) -> None:
    at = NOW - timedelta(hours=hours_ago)
    datum = {"MetricName": f"Reputation.{name}", "Timestamp": at, "Value": value, "Dimensions": list(dimensions)}
    client.put_metric_data(Namespace="AWS/SES", MetricData=[datum])


async def test_both_rates_come_by_the_hour_oldest_first(cloudwatch: Any) -> None:
    for value, hours in ((0.012, 30), (0.021, 5), (0.018, 50)):
        put(cloudwatch, "BounceRate", value, hours)
    put(cloudwatch, "ComplaintRate", 0.0004, 5)
    put(cloudwatch, "BounceRate", 0.9, 15 * 24)
    async with sessions() as ses:
        found = await read_rates(ses, HERE, NOW)
    assert isinstance(found, RatesRead)
    assert [one.value for one in found.bounce] == [0.018, 0.012, 0.021], "for two weeks"
    assert [one.value for one in found.complaint] == [0.0004]


async def test_the_rates_of_configuration_sets_come_highest_first(cloudwatch: Any) -> None:
    put(cloudwatch, "BounceRate", 0.03, 5, SET)
    put(cloudwatch, "BounceRate", 0.09, 5, SET | {"Value": "import"})
    async with sessions() as ses:
        sets = await read_configuration_set_rates(ses, HERE, RateKind.BOUNCE, ["news", "import", "none"], NOW)
    assert sets == (("import", 0.09), ("news", 0.03))


async def test_what_is_no_ratio_is_left_out(aws: LoopbackSes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    account = aws.accounts[MAIN]
    for hours, value in enumerate((math.nan, math.inf, -0.1, 7.0, 0.03)):
        staying.set_rate(account, "us-east-1", staying.BOUNCE, value, at=NOW - timedelta(hours=hours))
    async with sessions() as ses:
        found = await read_rates(ses, HERE, NOW)
    assert isinstance(found, RatesRead)
    assert [one.value for one in found.bounce] == [0.03]


@pytest.mark.parametrize(
    ("fault", "trouble"), [(AwsFault.DENIED, Trouble.DENIED), (AwsFault.THROTTLED, Trouble.THROTTLED)]
)
async def test_what_cannot_be_read_says_why(
    aws: LoopbackSes, monkeypatch: pytest.MonkeyPatch, fault: AwsFault, trouble: Trouble
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    aws.operation_faults[MAIN, "GetMetricData"] = fault
    async with sessions() as ses:
        found = await read_rates(ses, HERE, NOW)
    assert isinstance(found, Unreadable)
    assert found.trouble is trouble
