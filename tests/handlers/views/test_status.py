"""`/ses-status` as people read it: a few places in full, thousands as a summary, always within Slack's limits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers.views.blocks import Message
from handlers.views.status import Overview, status_message
from model import Access, AccountRegion, AccountRegionStatus, RegionState, Snapshot, StuckNews
from model.account import CaseAccess
from tests.support.blockkit import buttons, markup, read, refusals

NOW = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
SANDBOX = Snapshot(Access.SANDBOX, "HEALTHY", True, 200.0, 1.0, 3.0)
REVIEW = replace(SANDBOX, access=Access.IN_REVIEW, case_id="177")
PRODUCTION = replace(SANDBOX, access=Access.PRODUCTION, quota=50_000.0, rate=14.0, sent=1_234.0)


def account_region(
    snapshot: Snapshot | None = SANDBOX, name: str = "main", region: str = "us-east-1"
) -> AccountRegionStatus:
    return AccountRegionStatus(
        AccountRegion(name, region),
        "111122223333",
        "#email-ops",
        RegionState(snapshot, NOW - timedelta(days=2)),
        NOW - timedelta(minutes=4),
        NOW + timedelta(minutes=56),
    )


def drawn(*account_regions: AccountRegionStatus, query: str = "main", **more: object) -> tuple[Message, str]:
    message = status_message(Overview(account_regions, NOW, **more), query=query)  # type: ignore[arg-type] # by name
    assert refusals(message) == []
    return message, read(message.blocks)


def test_an_account_region_in_full() -> None:
    by = NOW + timedelta(days=1)
    message, text = drawn(account_region(REVIEW), expected={AccountRegion("main", "us-east-1"): by})
    for words in (
        "main (111122223333) in us-east-1: in review",
        "First seen by ses-bot: Sat 21 Nov 2026, 12:05 UTC (2 days ago)",
        "Quota: 200 messages in 24 hours, 1 a second. Sent in the last 24 hours: 3",
        "Support case: 177",
        "Expected answer: by Tue 24 Nov 2026, 12:05 UTC (an estimate",
        "Checked 4 minutes ago; next check in 56 minutes",
    ):
        assert words in text
    assert buttons(message.blocks) == [("Refresh", "status_refresh", "main")]
    assert "Checked 4 minutes ago; next check soon" in drawn(replace(account_region(), next_poll=NOW))[1]


@pytest.mark.parametrize(
    ("access", "words"),
    [(CaseAccess.NO_PLAN, "has no Support API"), (CaseAccess.DENIED, "may not read support cases")],
)
def test_whether_cases_can_be_read_is_one_line(access: CaseAccess, words: str) -> None:
    one = account_region(REVIEW)
    _, text = drawn(replace(one, state=replace(one.state, case_access=access)))
    assert text.count(words) == 1
    approved = account_region(PRODUCTION)
    assert words not in drawn(replace(approved, state=replace(approved.state, case_access=access)))[1]


def test_what_is_late_is_said() -> None:
    _, text = drawn(account_region(REVIEW), expected={AccountRegion("main", "us-east-1"): NOW - timedelta(hours=1)})
    assert "An answer was expected by Mon 23 Nov 2026, 11:05 UTC" in text


def test_what_is_wrong_is_said_in_words_and_what_was_known_stays() -> None:
    one = account_region()
    known = replace(one.state, failures=4, trouble="the role cannot be assumed: AccessDenied")
    _, text = drawn(replace(one, state=known))
    assert "sandbox" in text
    assert "The last poll failed (4 in a row): the role cannot be assumed: AccessDenied" in text


def test_what_aws_objects_to_is_said() -> None:
    _, text = drawn(account_region(replace(PRODUCTION, enforcement="PROBATION", sending_enabled=False)))
    assert "AWS’s view of how the account sends: PROBATION" in text
    assert "Sending is switched off" in text


def test_an_account_region_never_read_and_a_region_that_is_off() -> None:
    new = account_region(None)
    unread = drawn(replace(new, state=RegionState(), last_poll=None))[1]
    assert "not read yet" in unread
    assert "Not checked yet; first check soon" in unread
    unreadable = drawn(replace(new, state=RegionState(failures=1, trouble="no AWS credentials were found")))[1]
    assert "cannot be read" in unreadable
    assert "The last poll failed: no AWS credentials were found" in unreadable
    assert "What stands above" not in unreadable, "nothing does"
    assert "region not enabled" in drawn(replace(new, state=RegionState(region_off=True)))[1]


def test_news_that_waits_says_for_what() -> None:
    stuck = StuckNews(2, "ses-bot is not a member of #email-ops. Type /invite @ses-bot there", NOW - timedelta(hours=3))
    _, text = drawn(replace(account_region(), waiting=stuck))
    assert "2 messages of news wait for #email-ops (the oldest from 3 hours ago): ses-bot is not a member" in text
    assert "tries again by itself, and at once when you press “Refresh”" in text
    _, text = drawn(replace(account_region(), waiting=StuckNews(1, "", NOW)))
    assert "1 message of news waits for #email-ops, on the way" in text
    message, text = drawn(replace(account_region(), channel=None, waiting=StuckNews(1, "", NOW)))
    assert "SES_BOT_CHANNEL is not set, so news about SES waits until it is. Example: SES_BOT_CHANNEL=" in text
    assert "SESˍBOTˍCHANNEL is not set" in message.text, "in the notification too, where nothing is markup"


def test_nothing_watched_says_what_is_missing() -> None:
    message, text = drawn(missing=("No AWS account is connected: no region is set.",))
    assert "no account is watched" in text
    assert "No AWS account is connected: no region is set." in text
    assert buttons(message.blocks) == []


def test_thousands_of_account_regions_fit_and_what_needs_someone_comes_first() -> None:
    many = [
        account_region(PRODUCTION, f"account-{number:03}", f"region-{other:02}")
        for number in range(300)
        for other in range(20)
    ]
    many[77] = replace(many[77], state=replace(many[77].state, failures=3, trouble="no AWS credentials were found"))
    many[4_000] = replace(many[4_000], state=RegionState(replace(REVIEW, access=Access.NOT_GRANTED), NOW))
    message, text = drawn(*many, query="")
    assert "300 accounts, 6,000 regions in all" in text
    assert "5,999 production, 1 not granted" in text
    assert "account-003 (111122223333) in region-17: production; no AWS credentials were found" in text
    assert "account-200 (111122223333) in region-00: not granted; Support case: 177" in text
    assert "and 280 more accounts" in text
    assert "/ses-status account-000 or /ses-status account-000 region-00" in text
    assert buttons(message.blocks) == [
        ("Draft the answer", "appeal_start", "account-200 region-00 177"),
        ("Refresh", "status_refresh", ""),
    ]


def test_what_is_to_be_written_has_a_button() -> None:
    refused = account_region(replace(REVIEW, access=Access.NOT_GRANTED), "shop")
    lost = account_region(replace(SANDBOX, access=Access.FAILED), region="eu-west-1")
    message, _ = drawn(account_region(PRODUCTION), refused, lost)
    assert buttons(message.blocks) == [
        ("Draft the answer", "appeal_start", "shop us-east-1 177"),
        ("Draft the request", "draft_start", "main eu-west-1"),
        ("Refresh", "status_refresh", "main"),
    ]
    message, text = drawn(*[account_region(PRODUCTION, f"a{number}") for number in range(50)], refused, *[lost] * 30)
    assert "shop (111122223333) in us-east-1: not granted" in text
    assert [label for label, *_ in buttons(message.blocks)] == [
        "Draft the answer",
        *["Draft the request"] * 14,
        "Refresh",
    ]


def test_every_account_region_may_need_someone() -> None:
    bad = [
        replace(account_region(name="a" * 60 + str(n)), state=RegionState(failures=9, trouble="x" * 300))
        for n in range(200)
    ]
    _, text = drawn(*bad)
    assert "and 185 more" in text


def test_what_comes_from_outside_is_never_markup() -> None:
    hostile = "<!channel>*x*`y`"
    one = account_region(replace(REVIEW, enforcement=hostile, case_id=hostile), hostile, hostile)
    known = replace(one.state, failures=1, trouble=hostile)
    waiting = StuckNews(1, hostile, NOW)
    for count in (1, 20):
        message, _ = drawn(
            *[replace(one, state=known, channel=hostile, waiting=waiting)] * count, unanswered=[one.account_region]
        )
        assert all("<" not in text and "*x*" not in text and "`" not in text for text in markup(message))
