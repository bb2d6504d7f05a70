"""What a request is filled in from and held against: the last report, the last draft, the accounts."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from drafts.woven.lint import lint
from model import Access, Answers, Finding, Known, Outcome, Snapshot, Verdict
from tests.support.office import text_of
from tests.support.study import STEPS, Study, drafting, labels, read, step, watched


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Study]:
    async with drafting(tmp_path) as room:
        yield room


WEBSITE = Finding("website", Outcome.PASS, "website.live", "https://acme.com answers.")
PARKED = Finding("website", Outcome.FAIL, "website.parked", "https://acme.com shows a parking page.")


async def test_the_button_under_a_report_carries_domain_website_and_findings_over(room: Study) -> None:
    room.findings = (WEBSITE,)
    report = await room.report("acme.com selector=s1")
    view = await room.opened(room.slack.press(report, "draft_start"))
    found = labels(view)
    assert (found["domain"], found["website"]) == ("acme.com", "https://acme.com")
    assert "The last check: acme.com: fix 1 thing first (DMARC)." in text_of(view)


async def test_the_website_that_was_named_for_the_check_is_carried_over(room: Study) -> None:
    room.places = [replace(watched(), known=Known(Snapshot(Access.SANDBOX, website="https://old.example.org")))]
    report = await room.report("acme.com website=shop.acme.org/about")
    view = await room.opened(room.slack.press(report, "draft_start"))
    assert labels(view)["website"] == "https://shop.acme.org/about"
    await room.hand_in(view, {**STEPS[0], "website": "https://typed.acme.org"})
    await room.slack.close(view)
    view = await room.opened(room.slack.press(report, "draft_start"))
    await room.slack.press(view, "draft_back")
    await room.slack.until(lambda: step(view) == "business" or None, 5, "the step before")
    assert labels(view)["website"] == "https://typed.acme.org", "what was typed goes before it"


@pytest.mark.parametrize(
    ("asked", "website", "warned"),
    [
        ("acme.com", "https://acme.com", True),
        ("acme.com", "www.acme.com/about", True),
        ("acme.com", "https://shop.example.org", False),
        ("acme.com website=shop.example.org", "https://shop.example.org/", True),
        ("acme.com website=shop.example.org", "https://acme.com", False),
    ],
)
async def test_a_website_that_was_not_looked_at_is_not_warned_of(
    room: Study, asked: str, website: str, warned: bool
) -> None:
    """The website need not be on the domain that sends, and the last check may have looked at another."""
    room.findings = (PARKED,)
    await room.report(asked)
    assert room.desk
    known = room.desk.known(Answers(domain="acme.com", website=website))
    rules = [one.rule for one in lint(Answers(domain="acme.com", website=website), known)]
    assert ("site.bad" in rules) is warned


async def test_a_very_new_domain_is_told_when_to_try(room: Study) -> None:
    room.registered = room.now.date() - timedelta(days=2)
    await room.report("acme.com")
    assert "registered 2 days ago" in read(await room.written())


@pytest.mark.parametrize("findings", [(), (PARKED,), (WEBSITE, PARKED)])
async def test_a_website_that_was_not_seen_alive_is_asked_for(room: Study, findings: tuple[Finding, ...]) -> None:
    room.findings = findings
    view = await room.opened(room.slack.press(await room.report("acme.com"), "draft_start"))
    assert labels(view)["website"] == ""


async def test_the_text_is_held_against_the_last_report(room: Study) -> None:
    """claims.check and site.bad, whatever options that report was asked for with; the next report is heard instead."""
    business = f"{STEPS[0]['business']} SPF, DKIM and DMARC are set up."
    room.findings = (PARKED,)
    await room.report("acme.com selector=s1")
    text = read(await room.written(({**STEPS[0], "business": business}, *STEPS[1:])))
    assert "The last check says otherwise: What DNS says of acme.com selector=s1" in text
    assert "https://acme.com shows a parking page" in text
    room.findings, room.verdict = (), lambda _: Verdict.READY
    await room.report("acme.com")
    text = read(await room.written([{}] * 5))
    assert "says otherwise" not in text
    assert "parking page" not in text


async def test_the_first_step_says_what_is_known(room: Study) -> None:
    room.places = [watched(Access.IN_REVIEW)]
    await room.report("acme.com")
    view = await room.open()
    assert "acme.com: fix 1 thing first (DMARC)." in text_of(view)
    assert "main, eu-west-1 is in review" in text_of(view)
    await room.walk(view, 4)
    assert labels(view)["at"] == "eu-west-1 main"


async def test_a_second_domain_is_filled_in_from_the_last_draft(room: Study) -> None:
    await room.written()
    view = await room.open("acme.org")
    assert "Filled in from your draft for acme.com" in text_of(view)
    assert labels(view) == {**STEPS[0], "domain": "acme.org", "website": ""}
    await room.hand_in(view, {**STEPS[0], "domain": "acme.org"})
    assert labels(view)["streams.0.what"] == "", "what was said of other mail is not claimed of this"


async def test_a_draft_that_was_only_opened_fills_in_nothing(room: Study) -> None:
    await room.slack.close(await room.open())
    assert "Filled in from" not in text_of(await room.open("acme.com us-east-1"))


async def test_another_region_is_another_request_with_the_same_answers(room: Study) -> None:
    await room.written()
    view = await room.open("acme.com us-east-1")
    assert "Filled in from your draft for acme.com" in text_of(view)
    await room.walk(view, 4)
    assert {**labels(view), "contacts": ""} == {**STEPS[4], "contacts": "", "region": "us-east-1", "account": ""}
    await room.hand_in(view, {})
    assert {one.region for one in await room.drafts()} == {"eu-west-1", "us-east-1"}
    assert len(await room.drafts()) == 2
    again = await room.open("us-east-1")
    await room.walk(again, 4)
    assert labels(again)["region"] == "us-east-1"
    assert len(await room.drafts()) == 2


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("help", "/ses-draft acme.com"),
        ("localhost", "How to use it"),
        ("acme.com acme.org", "about one domain"),
        ("acme.com us-east-1 eu-west-1", "How to use it"),
        ("<!channel>", "How to use it"),
    ],
)
async def test_usage(room: Study, typed: str, says: str) -> None:
    await room.slack.command("/ses-draft", typed)
    message = await room.message()
    assert says in text_of(message)
    assert message.mentions == []
    assert room.slack.views() == []
