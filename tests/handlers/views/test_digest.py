"""The weekly line says only what moved, and a quiet week says so."""

from dataclasses import replace
from datetime import UTC, date, datetime

from handlers.views.news import digest_facts, digest_message
from model import Access, AccountRegion, AccountRegionStatus, RegionState, Snapshot
from model.staying import RateTrack, Reputation, VolumeSample
from tests.support.blockkit import read, refusals

NOW = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
DAY = date(2026, 11, 23)
LIVE = Snapshot(Access.PRODUCTION, "HEALTHY", True, 50_000.0, 14.0, 9_000.0)


def account_region(
    region: str, sent: float = 9_000.0, bounce: float = 0.004, snapshot: Snapshot = LIVE
) -> AccountRegionStatus:
    reputation = Reputation(RateTrack(bounce, NOW, (None,) * 13 + (bounce,)))
    known = RegionState(snapshot, NOW, reputation=reputation, volume=(VolumeSample(NOW, sent),))
    return AccountRegionStatus(AccountRegion("main", region), "1" * 12, "#ops", known, NOW, NOW)


BEFORE = [account_region("us-east-1"), account_region("eu-west-1")]


def line(*account_regions: AccountRegionStatus) -> str:
    message = digest_message(account_regions, digest_facts(BEFORE), DAY)
    assert refusals(message) == []
    return read(message.blocks)


def test_a_quiet_week_says_so() -> None:
    assert "A quiet week: nothing moved in 2 account regions." in line(*BEFORE)
    assert "A quiet week" in line(account_region("us-east-1", 9_900.0, 0.005), BEFORE[1])


def test_only_what_moved_is_said() -> None:
    text = line(account_region("us-east-1", 21_000.0, 0.019), BEFORE[1])
    assert "most sent in a day 9,000 → 21,000 (42 % of the quota)" in text
    assert "bounces 0.4 % → 1.9 %" in text
    assert "eu-west-1" not in text
    assert "Nothing moved in the other 1." in text
    text = line(account_region("us-east-1", snapshot=replace(LIVE, quota=100_000.0)), BEFORE[1])
    assert "quota 50,000 → 100,000" in text


def test_thousands_of_account_regions_fit() -> None:
    many = [account_region(f"region-{number}", 40_000.0) for number in range(3_000)]
    assert "2,980 more" in line(*many)
