"""What was shown is found again as it was shown, by the workspace that it was shown in, for thirty days."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from model import Checked, Seen, ShownReport, TreeLine
from store import Database, open_database
from store.reports import load_latest_report, load_reports, purge_reports, save_recheck, save_report
from tests.support.databases import pass_time
from tests.support.reports import broken, checked, found

TEAM = "T1"
DAY = timedelta(days=1)
WHOLE = replace(
    broken(),
    seen=(Seen("spf", "acme.com", "TXT", ("v=spf1 \x00 <!channel> 靴 ~all",)),),
    tree=(TreeLine(1, "include:a.example", 1, "finds nothing"),),
    notes=("Not looked at.",),
    registered=date(2020, 1, 2),
    website="https://acme.com/",
)
PART = replace(WHOLE, pending=("website",), notes=())


def shown(report: Checked, report_id: str = "a" * 16) -> ShownReport:
    return ShownReport(report_id, "acme.com selector=s1", report, datetime.now(UTC))


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url) as database:
        yield database


async def test_it_is_found_as_it_was_shown_in_the_order_asked_for(db: Database) -> None:
    one, other = shown(WHOLE), shown(checked(found("spf.missing"), domain="acme.org"), "b" * 16)
    for report in (one, other):
        await save_report(db, TEAM, report)
    assert await load_reports(db, TEAM, ["b" * 16, "c" * 16, "a" * 16]) == (other, one)


async def test_another_workspace_finds_nothing(db: Database) -> None:
    await save_report(db, TEAM, shown(WHOLE))
    assert await load_reports(db, "T2", ["a" * 16]) == ()
    assert await load_latest_report(db, "T2", "acme.com", within=DAY) is None


async def test_the_whole_takes_the_place_of_its_part_and_no_late_part_of_the_whole(db: Database) -> None:
    for saved, kept in ((PART, PART), (WHOLE, WHOLE), (PART, WHOLE)):
        await save_report(db, TEAM, shown(saved))
        [loaded] = await load_reports(db, TEAM, ["a" * 16])
        assert loaded.checked == kept


async def test_the_latest_is_the_last_whole_one_shown_or_not(db: Database) -> None:
    assert await load_latest_report(db, TEAM, "acme.com", within=DAY) is None
    await save_report(db, TEAM, shown(WHOLE))
    await save_report(db, TEAM, shown(PART, "b" * 16))
    assert await load_latest_report(db, TEAM, "acme.com", within=DAY) == WHOLE
    for look in (checked(found("spf.missing")), checked()):
        await save_recheck(db, TEAM, look)
        assert await load_latest_report(db, TEAM, "acme.com", within=DAY) == look
    await pass_time(db, 86_401)
    assert await load_latest_report(db, TEAM, "acme.com", within=DAY) is None


async def test_looks_do_not_pile_up(db: Database) -> None:
    await save_report(db, TEAM, shown(WHOLE))
    for _ in range(5):
        await save_recheck(db, TEAM, checked())
    await pass_time(db, 86_400 * 30 + 1)
    assert await purge_reports(db, days=30) == 2


async def test_it_is_purged_after_thirty_days_and_not_before(db: Database) -> None:
    await save_report(db, TEAM, shown(WHOLE))
    await pass_time(db, 86_400 * 30 - 60)
    assert await purge_reports(db, days=30) == 0
    await pass_time(db, 120)
    assert await purge_reports(db, days=30) == 1
    assert await load_reports(db, TEAM, ["a" * 16]) == ()
