"""`/ses-status` and its buttons, typed and pressed in a faithful Slack, over a real store."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fakes.slack import SlackMessage, Team
from handlers.status import BadFilter, Filter, parse_filter
from handlers.watching import Watching
from model import Access, AccountRegion, RegionState, Snapshot
from store import (
    Database,
    claim_due,
    ensure_account_regions,
    make_polls_due,
    open_database,
    record_poll,
    save_account_id,
)
from tests.support.cases import cases
from tests.support.databases import new_file
from tests.support.slack_app import SlackApp, slack_app, text_of

HERE, THERE, OTHER = (
    AccountRegion("main", "us-east-1"),
    AccountRegion("main", "eu-west-1"),
    AccountRegion("Shop-EU", "eu-west-1"),
)
ACCOUNT_REGIONS = (HERE, THERE, OTHER)
SANDBOX = Snapshot(Access.SANDBOX, "HEALTHY", True, 200.0, 1.0, 3.0)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Aws:
    """Polls what is due when asked to hurry, unless it hangs. `hurried` is what it was asked for."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.hurried: list[AccountRegion] = []
        self.hurries = 0
        self.hangs = False
        self.says = SANDBOX

    async def hurry(self, account_regions: Sequence[AccountRegion]) -> None:
        self.hurried += account_regions
        self.hurries += 1
        if not self.hangs:
            await make_polls_due(self.db, account_regions)
            await self.poll(1.1)

    async def poll(self, wait: float = 0.0) -> None:
        await asyncio.sleep(wait)
        for claim in await claim_due(self.db, most=10, lease=30):
            await record_poll(self.db, claim, RegionState(self.says, NOW), [], again_in=600)


@asynccontextmanager
async def app(
    tmp_path: Path, *account_regions: AccountRegion, missing: tuple[str, ...] = ()
) -> AsyncIterator[tuple[SlackApp, Aws]]:
    async with open_database(new_file(tmp_path / "x.sqlite3")) as db:
        await ensure_account_regions(db, dict.fromkeys(account_regions, "#email-ops"))
        await save_account_id(db, "main", "111122223333")
        aws = Aws(db)
        await aws.poll()
        async with slack_app(watching=Watching(db, aws.hurry, missing=missing)) as here:
            yield here, aws
            assert here.slack.refusals == []


async def typed(here: SlackApp, text: str = "") -> SlackMessage:
    invocation = await here.slack.command("/ses-status", text)
    assert invocation.ack_payload == {}
    message = await here.message()
    assert message.only_for == here.slack.user.id
    return message


async def test_everything_for_the_one_who_asks(tmp_path: Path) -> None:
    async with app(tmp_path, *ACCOUNT_REGIONS) as (here, _):
        text = text_of(await typed(here))
        assert "2 accounts, 3 regions in all" in text
        assert text.count("sandbox") == 6, "in the table, and in the list"
        assert "main (111122223333) in us-east-1" in text
        assert text.count("Shop-EU") == 2
        text = text_of(await typed(here, "shop-eu"))
        assert "Shop-EU in eu-west-1" in text
        assert "main" not in text
        assert "us-east-1" not in text_of(await typed(here, "eu-west-1"))


async def test_refresh_polls_now_and_replaces_the_message(tmp_path: Path) -> None:
    async with app(tmp_path, *ACCOUNT_REGIONS) as (here, aws):
        message = await typed(here, "main us-east-1")
        aws.says = Snapshot(Access.PRODUCTION, "HEALTHY", True, 50_000.0, 14.0, 3.0)
        await here.slack.press(message, "status_refresh")
        assert await here.message() is message
        assert "production" in text_of(message)
        assert "sandbox" not in text_of(message)
        assert aws.hurried == [HERE]


async def test_refresh_does_not_wait_for_an_aws_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.watching._ANSWER", 0.3)
    async with app(tmp_path, HERE) as (here, aws):
        message = await typed(here)
        aws.hangs = True
        await here.slack.press(message, "status_refresh")
        await here.message()
        assert "AWS has not answered yet about main in us-east-1" in text_of(message)
        assert "sandbox" in text_of(message)


async def test_refresh_of_very_many_account_regions_shows_what_is_known(tmp_path: Path) -> None:
    many = [AccountRegion(f"a{number}", "us-east-1") for number in range(60)]
    async with app(tmp_path, *many) as (here, aws):
        message = await typed(here)
        await here.slack.press(message, "status_refresh")
        await here.message()
        assert aws.hurried == []
        assert aws.hurries == 1, "news that waits is tried again"
        assert "60 accounts" in text_of(message)
        assert "AWS was not asked just now: “Refresh” reads up to 20 regions at a time." in text_of(message)


async def test_an_unknown_account_lists_the_known_ones_and_help_helps(tmp_path: Path) -> None:
    async with app(tmp_path, *ACCOUNT_REGIONS) as (here, _):
        text = text_of(await typed(here, "acme"))
        assert "“acme” is neither an account nor a region that is watched. Accounts: main, Shop-EU." in text
        assert "/ses-status main us-east-1" in text
        hostile = await typed(here, "<!channel>")
        assert {span.kind for span in hostile.markup} <= {"code"}
        assert "/ses-status help" in text_of(await typed(here, "help"))


async def test_without_accounts_it_says_what_is_missing(tmp_path: Path) -> None:
    async with app(tmp_path, missing=("No AWS account is connected: no region is set.",)) as (here, _):
        assert "No AWS account is connected: no region is set." in text_of(await typed(here))
        assert "No account is watched" in text_of(await typed(here, "main"))


async def test_a_person_of_another_organization_is_refused(tmp_path: Path) -> None:
    async with app(tmp_path, HERE) as (here, aws):
        stranger = here.slack.add_user("eve", team=Team("T0OTHER", "other"))
        here.slack.channel.members.add(stranger.id)
        message = await typed(here)
        message.only_for = None
        await here.slack.press(message, "status_refresh", user=stranger)
        shown = await here.slack.next_message(user=stranger)
        assert "only by the organization that runs ses-bot" in text_of(shown)
        assert aws.hurried == []


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("", Filter()),
        ("  ", Filter()),
        ("main", Filter("main")),
        ("MAIN", Filter("main")),
        ("shop-eu", Filter("Shop-EU")),
        ("eu-west-1", Filter(None, "eu-west-1")),
        ("EU-WEST-1 main", Filter("main", "eu-west-1")),
        ("main eu-west-1", Filter("main", "eu-west-1")),
        ("help", Filter(help=True)),
        ("?", Filter(help=True)),
    ],
)
def test_what_is_typed_and_what_a_button_carries_is_read_alike(text: str, chosen: Filter) -> None:
    assert parse_filter(text, ACCOUNT_REGIONS) == chosen
    assert parse_filter(str(chosen), ACCOUNT_REGIONS) == chosen


@cases()
def test_what_names_nothing_is_reported_with_what_there_is(text: str, says: str) -> None:
    with pytest.raises(BadFilter) as caught:
        parse_filter(text, ACCOUNT_REGIONS)
    assert says in str(caught.value)
    assert len(str(caught.value)) < 600


async def test_where_slack_takes_no_table_it_is_said_in_a_list(tmp_path: Path) -> None:
    async with app(tmp_path, *ACCOUNT_REGIONS) as (here, _):
        for method in ("response_url", "chat.postEphemeral", "chat.postMessage"):
            here.slack.fail(method, error="invalid_blocks", status=400 if method == "response_url" else 200)
        message = await typed(here)
        assert all(block["type"] != "table" for block in message.blocks)
        assert "2 accounts, 3 regions in all" in text_of(message)
        here.slack.workspace.calls.clear()  # three of them were refused on purpose
