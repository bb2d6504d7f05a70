"""Details of a report, and a report that is shared: both show what was shown, whatever DNS says since."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from checks.query import parse
from model import ShownReport, Verdict
from store.reports import load_reports
from tests.support.draft_app import actions
from tests.support.slack_app import SlackApp, checked, strict_app, text_of

__all__ = ["strict_app"]


async def test_details_show_the_report_that_was_shown(app: SlackApp) -> None:
    message = await app.report()
    await app.slack.press(message, "check_details")
    view = await app.slack.next_view()
    assert "_dmarc.acme.com TXT" in text_of(view)
    assert {span.kind for span in view.markup} <= {"emoji"}, "no evidence becomes markup"
    assert len(app.asked) == 1


UNKNOWN = "0123456789abcdef"


GONE = "ses-bot does not have this report"


async def test_details_and_sharing_show_what_was_shown_whatever_dns_says_since(app: SlackApp) -> None:
    old = await app.report()
    app.verdict = lambda _: Verdict.READY
    assert "acme.com is ready" in text_of(await app.report())
    await app.slack.press(old, "check_details")
    assert "1. DMARC" in text_of(await app.slack.next_view())
    await app.slack.press(old, "check_share")
    assert "fix 1 thing first" in text_of(await app.message())
    assert len(app.asked) == 2


@pytest.mark.parametrize("value", [UNKNOWN, "acme.com", "", "help", "<!channel>", "x" * 2_000])
async def test_a_report_that_is_not_kept_says_what_to_do(app: SlackApp, value: str) -> None:
    """Also one of an earlier version, whose buttons carried the query."""
    message = await app.report()
    for button in (1, 2):
        message.blocks[-1]["elements"][button]["value"] = value
        await app.slack.press(message, button)
    view, ephemeral = await app.slack.next_view(), await app.message()
    for shown in (view, ephemeral):
        assert GONE in text_of(shown)
        assert "Press “Check again” under the report." in text_of(shown)
        assert "x" * 20 not in text_of(shown)
    assert ephemeral.ephemeral
    assert len(app.asked) == 1


async def test_without_its_database_a_report_comes_and_its_buttons_say_what_to_do(
    app: SlackApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise OSError("no route to the database")

    monkeypatch.setattr("handlers.reports.save_report", away)
    message = await app.report()
    assert "fix 1 thing first" in text_of(message)
    await app.slack.press(message, "check_details")
    assert GONE in text_of(await app.slack.next_view())
    monkeypatch.setattr("handlers.reports.load_reports", away)
    await app.slack.press(message, "check_share")
    assert "The database does not answer" in text_of(await app.message())
    await app.slack.press(message, "check_again")
    assert await app.message() is message


async def test_a_database_that_hangs_delays_a_report_by_a_second_at_most(
    app: SlackApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("handlers.reports.save_report", hang)
    assert "fix 1 thing first" in text_of(await app.report())


async def test_details_of_a_slow_store_open_at_once_and_are_filled(
    app: SlackApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = asyncio.Event()

    async def late(*arguments: Any) -> Any:
        await go.wait()
        return await load_reports(*arguments)

    monkeypatch.setattr("handlers.reports.load_reports", late)
    message = await app.report()
    await app.slack.press(message, "check_details")
    view = await app.slack.next_view()
    assert "The report is on its way" in text_of(view)
    go.set()
    assert await app.slack.next_view() is view
    assert "_dmarc.acme.com TXT" in text_of(view)


async def test_the_first_part_of_a_check_that_was_killed_has_details_and_is_not_shared(app: SlackApp) -> None:
    assert app.services
    part = replace(checked(parse("acme.com"), Verdict.READY), pending=("website",))
    killed = ShownReport(UNKNOWN, "acme.com", part, datetime.now(UTC) - timedelta(minutes=1))
    await app.services.reports.save(killed)
    message = await app.report()
    for button in (1, 2):
        message.blocks[-1]["elements"][button]["value"] = UNKNOWN
        await app.slack.press(message, button)
    assert "_dmarc.acme.com TXT" in text_of(await app.slack.next_view())
    assert "ses-bot stopped before this check was finished" in text_of(await app.message())


async def test_several_domains_are_shared_as_they_were_shown(app: SlackApp) -> None:
    message = await app.report("a.example b.example selector=s1")
    app.verdict = lambda _: Verdict.READY
    await app.slack.press(message, "check_share")
    shared = await app.message()
    assert not shared.ephemeral
    assert text_of(shared).count("fix 1 thing first") == 2
    assert len(app.asked) == 2
    await app.slack.press(shared, "check_again")
    assert await app.message() is shared
    assert app.asked[2:] == [(f"{domain}.example selector=s1", True) for domain in "ab"]


async def test_a_shared_report_is_for_everybody_and_says_who_shared_it(app: SlackApp) -> None:
    message = await app.report()
    await app.slack.press(message, "check_share")
    shared = await app.message()
    assert (shared.via, shared.ephemeral) == ("chat.postMessage", False)
    assert shared.mentions == [app.slack.user.id]
    assert actions(shared) == ["check_again", "check_details", "tell_fixed", "records_copy", "draft_start"]
    assert len(app.asked) == 1, "what is shared is what was shown"


async def test_a_shared_report_is_updated_for_everybody_and_stays_shared(app: SlackApp) -> None:
    await app.slack.press(await app.report(), "check_share")
    shared = await app.message()
    bea = app.slack.add_user("bea")
    app.slack.channel.members.add(bea.id)
    app.verdict = lambda _: Verdict.READY
    await app.slack.press(shared, "check_again", user=bea)
    assert await app.message() is shared
    assert "acme.com is ready" in text_of(shared)
    assert shared.mentions == [app.slack.user.id], "the person who shared it, not the one who pressed"
    assert app.slack.calls[-1].method == "chat.update"


@pytest.mark.parametrize("private", [False, True])
async def test_where_the_bot_is_no_member_it_shares_by_the_response_url_with_a_hint(
    app: SlackApp, private: bool
) -> None:
    channel = app.slack.add_channel("elsewhere", app.slack.user, bot=False, private=private)
    report = await app.report(channel=channel)
    await app.slack.press(report, "check_share")
    shared, hint = await app.message(), await app.message()
    assert (shared.via, shared.ephemeral) == ("response_url", False)
    assert shared.mentions == [app.slack.user.id]
    assert hint.ephemeral
    assert "/invite" in text_of(hint)
    app.verdict = lambda _: Verdict.READY
    await app.slack.press(shared, "check_again")
    assert await app.message() is shared
    assert not shared.ephemeral
    assert "acme.com is ready" in text_of(shared)


async def test_what_slack_does_not_let_the_bot_share_is_told(app: SlackApp) -> None:
    channel = app.slack.add_channel("old", app.slack.user, archived=True)
    report = await app.report(channel=channel)
    await app.slack.press(report, "check_share")
    ephemeral = await app.message()
    assert ephemeral.ephemeral
    assert "Sharing the report failed: Slack answered" in text_of(ephemeral)
