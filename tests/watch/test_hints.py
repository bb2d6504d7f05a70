"""An event makes the bot poll the right places, and nothing else."""

from datetime import UTC, datetime

import pytest

from aws.events import Hint
from model import AccountRegion, AccountRegionStatus, RegionState
from watch.hints import select_account_regions

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ACCOUNT_REGIONS = tuple(
    AccountRegionStatus(AccountRegion(name, region), number, "#ops", RegionState(), None, NOW)
    for name, number in (("main", "1" * 12), ("shop", "2" * 12), ("new", None))
    for region in ("us-east-1", "eu-west-1")
)


@pytest.mark.parametrize(
    ("account", "region", "polled"),
    [
        ("1" * 12, None, ["us-east-1", "eu-west-1"]),  # AWS Support says no region
        ("1" * 12, "eu-west-1", ["eu-west-1"]),
        ("1" * 12, "ap-south-1", []),
        ("9" * 12, None, []),
    ],
)
def test_an_event_means_the_account_regions_of_its_account(account: str, region: str | None, polled: list[str]) -> None:
    found = select_account_regions([Hint(account, region, "aws.ses", "Sending Status Disabled")], ACCOUNT_REGIONS)
    assert [one.region for one in found] == polled
    assert {one.account for one in found} <= {"main"}
