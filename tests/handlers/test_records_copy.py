"""“Copy records as…”, as people meet it: under a report in a faithful Slack on loopback."""

from collections.abc import AsyncIterator
from functools import partial

import pytest

from fakes.slack import SlackMessage, View
from model import Outcome, Record, Verdict
from tests.support.reports import found
from tests.support.slack_app import SlackApp, slack_app, text_of
from tests.support.zone_tools import READERS

RECORD = ("_dmarc.acme.com", "TXT", b"v=DMARC1; p=none; rua=mailto:dmarc@acme.com")


@pytest.fixture
async def app() -> AsyncIterator[SlackApp]:
    async with slack_app() as app:
        yield app
        assert app.slack.refusals == []


async def opened(app: SlackApp, report: SlackMessage) -> View:
    invocation = await app.slack.press(report, "records_copy")
    assert invocation.failure is None

    def look() -> View | None:
        return next((one for one in invocation.views if "records_forms" in str(one.blocks)), None)

    return await app.slack.wait_until(look, 10, "the modal with its forms")


def copied(view: View) -> str:
    """What stands to be copied."""
    [block] = [one for one in view.blocks if "rich_text_preformatted" in str(one)]
    [element] = [one for one in block["elements"] if one["type"] == "rich_text_preformatted"]
    return "".join(str(run["text"]) for run in element["elements"]) + "\n"


def is_chosen(view: View, name: str) -> bool:
    chosen = [one.action_id for one in view.elements if one.content.get("style") == "primary"]
    return chosen == [f"records_copy_as_{name}"]


async def test_the_records_can_be_copied_in_each_form(app: SlackApp) -> None:
    view = await opened(app, await app.report())
    assert READERS["bind"](copied(view), "acme.com") == {RECORD}
    for name, reader in READERS.items():
        if not is_chosen(view, name):
            await app.slack.press(view, f"records_copy_as_{name}")
            await app.slack.wait_until(partial(is_chosen, view, name), 10, f"the form {name}")
            await app.quiet()
        assert reader(copied(view), "acme.com") == {RECORD}


async def test_a_shared_report_can_be_copied_from_too(app: SlackApp) -> None:
    await app.slack.press(await app.report(), "check_share")
    view = await opened(app, await app.message())
    assert "_dmarc.acme.com. 300 IN TXT" in text_of(view)


async def test_what_a_form_cannot_say_stands_beside_it(app: SlackApp) -> None:
    old = Record("TXT", "acme.com", "v=spf1 `*x*` <!channel>")
    app.findings = (found("spf.syntax", records=(Record("TXT", "acme.com", "v=spf1 -all"),), remove=(old,)),)
    view = await opened(app, await app.report())
    await app.slack.press(view, "records_copy_as_route53")
    words = 'Left out, which deletes it: acme.com TXT "v=spf1 `*x*` <!channel>"'
    await app.slack.wait_until(lambda: words in text_of(view), 10, "the notes")
    assert view.markup == []


async def test_what_no_modal_holds_is_never_cut_but_left_to_the_terminal(app: SlackApp) -> None:
    records = tuple(Record("TXT", f"n{number}.acme.com", "x" * 4_000) for number in range(30))
    app.findings = (found("spf.syntax", records=records),)
    view = await opened(app, await app.report())
    assert "./ses-bot check --records bind acme.com" in text_of(view)
    assert "IN TXT" not in text_of(view)


async def test_a_report_without_records_has_no_such_button(app: SlackApp) -> None:
    app.verdict = lambda _: Verdict.READY
    app.findings = (found("mx.null", Outcome.WARN, step="Wait."),)
    report = await app.report()
    assert "records_copy" not in [one.action_id for one in report.elements]
