"""What a request is filled in from and held against: the last report, the last draft, the accounts."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.drafts.context import build_context
from model import Access, Finding, Identity, Outcome, RegionState, Snapshot, Verdict
from model.drafting import DraftKind, StoredDraft
from model.request import Answers
from store.drafts import list_drafts
from tests.support.cases import cases
from tests.support.draft_app import PATIENT, STEPS, DraftApp, drafting, labels, read, step, watched
from tests.support.slack_app import text_of

NO_REGION = {path: value for path, value in STEPS[0].items() if path != "region"}
"""The first step where account and region are chosen from a menu, which is filled in."""
WEBSITE = Finding("website", Outcome.PASS, "website.live", "https://acme.com answers.")
PARKED = Finding("website", Outcome.FAIL, "website.parked", "https://acme.com shows a parking page.")


async def test_the_button_under_a_report_carries_domain_website_and_findings_over(room: DraftApp) -> None:
    room.findings = (WEBSITE,)
    report = await room.report("acme.com selector=s1")
    view = await room.opened(room.slack.press(report, "draft_start"))
    found = labels(view)
    assert (found["domain"], found["website"]) == ("acme.com", "https://acme.com")
    assert "Last check: acme.com: fix 1 thing first (DMARC)." in text_of(view)


async def test_the_website_that_was_named_for_the_check_is_carried_over(room: DraftApp) -> None:
    room.account_regions = [
        replace(watched(), state=RegionState(Snapshot(Access.SANDBOX, website="https://old.example.org")))
    ]
    report = await room.report("acme.com website=shop.acme.org/about")
    view = await room.opened(room.slack.press(report, "draft_start"))
    assert labels(view)["website"] == "https://shop.acme.org/about"
    await room.hand_in(view, {**NO_REGION, "website": "https://typed.acme.org"})
    await room.slack.close(view)
    view = await room.opened(room.slack.press(report, "draft_start"))
    await room.slack.press(view, "draft_back")
    await room.slack.wait_until(lambda: step(view) == "business" or None, 5, "the step before")
    assert labels(view)["website"] == "https://typed.acme.org", "what was typed goes before it"


@cases()
async def test_a_website_that_was_not_looked_at_is_not_warned_of(
    asked: str, website: str, warned: bool, room: DraftApp
) -> None:
    """The website need not be on the domain that sends, and the last check may have looked at another."""
    room.findings = (PARKED,)
    await room.report(asked)
    assert room.draft_services
    answers = Answers(domain="acme.com", website=website)
    stored = StoredDraft("a" * 16, room.owner(), DraftKind.REQUEST, answers)
    context, _ = await build_context(room.draft_services, stored, ())
    assert context.report
    assert ("website.parked" in [one.code for one in context.report.findings]) is warned


async def test_a_very_new_domain_is_reported_when_to_try(room: DraftApp) -> None:
    room.registered = room.now.date() - timedelta(days=2)
    await room.report("acme.com")
    assert "registered 2 days ago" in read(await room.written())


@pytest.mark.parametrize("findings", [(), (PARKED,), (WEBSITE, PARKED)])
async def test_a_website_that_was_not_seen_alive_is_asked_for(room: DraftApp, findings: tuple[Finding, ...]) -> None:
    room.findings = findings
    view = await room.opened(room.slack.press(await room.report("acme.com"), "draft_start"))
    assert labels(view)["website"] == ""


async def test_a_check_that_failed_is_shown_with_the_remarks_and_claimed_nowhere(room: DraftApp) -> None:
    room.findings = (PARKED,)
    await room.report("acme.com")
    text = read(await room.written())
    assert "Request for acme.com: written; fix DMARC and Website first" in text
    assert "https://acme.com shows a parking page." in text
    assert "/ses-check acme.com shows how to fix it" in text
    [stored] = await room.drafts()
    assert stored.written
    assert "parking page" not in stored.written.message


async def test_the_text_is_held_against_the_last_report(room: DraftApp) -> None:
    """claims.check and site.bad, whatever options that report was asked for with; the next report counts instead."""
    business = f"{STEPS[0]['business']} SPF, DKIM and DMARC are set up."
    room.findings = (PARKED,)
    await room.report("acme.com selector=s1")
    text = read(await room.written(({**STEPS[0], "business": business}, *STEPS[1:])))
    assert "The last check says otherwise: What DNS says of acme.com selector=s1" in text
    room.findings, room.verdict = (), lambda _: Verdict.READY
    await room.report("acme.com")
    text = read(await room.written([{}] * 4))
    assert "says otherwise" not in text


async def test_the_first_step_says_what_is_known(room: DraftApp) -> None:
    room.account_regions = [watched(Access.IN_REVIEW)]
    await room.report("acme.com")
    view = await room.open()
    assert "acme.com: fix 1 thing first (DMARC)." in text_of(view)
    assert "main is in review in eu-west-1" in text_of(view)
    assert labels(view)["at"] == "eu-west-1 main"


async def test_another_business_is_never_filled_in_from_this_one(room: DraftApp) -> None:
    await room.written()
    view = await room.open("acme.org")
    assert "Filled in from" not in text_of(view)
    assert {path: value for path, value in labels(view).items() if value} == {"domain": "acme.org"}


async def test_a_draft_that_was_only_opened_fills_in_nothing(room: DraftApp) -> None:
    await room.slack.close(await room.open())
    assert "Filled in from" not in text_of(await room.open("acme.com us-east-1"))


async def test_another_region_is_another_request_with_the_same_answers(room: DraftApp) -> None:
    await room.written()
    view = await room.open("acme.com us-east-1")
    assert "Filled in from your draft for acme.com" in text_of(view)
    assert labels(view) == {**STEPS[0], "region": "us-east-1", "account": ""}
    for values in STEPS[1:]:
        await room.hand_in(view, {})
        assert {path: value for path, value in labels(view).items() if value} == values
    await room.hand_in(view, {})
    assert {one.region for one in await room.drafts()} == {"eu-west-1", "us-east-1"}
    again = await room.open("us-east-1")
    assert labels(again)["region"] == "us-east-1"
    assert len(await room.drafts()) == 2


PAGES = Finding(
    "website",
    Outcome.PASS,
    "website.ok",
    "acme.com is live.",
    (
        "https://acme.com/ → 200, text/html",
        "privacy policy: https://acme.com/privacy",
        "sign-up form: https://acme.com/news",
        "unsubscribe page: https://acme.com/unsubscribe",
        "privacy policy: javascript:alert(1)",
    ),
)


async def test_pages_of_the_website_check_are_filled_in(room: DraftApp) -> None:
    room.findings = (PAGES,)
    await room.report("acme.com")
    view = await room.open()
    assert labels(view)["privacy_policy"] == "https://acme.com/privacy"
    await room.walk(view, 2)
    assert labels(view)["opt_in_page"] == "https://acme.com/news"
    assert labels(view)["unsubscribe_page"] == "https://acme.com/unsubscribe"


async def test_what_ses_says_of_suppression_stands_beside_the_question_of_bounces(room: DraftApp) -> None:
    on = Snapshot(Access.SANDBOX, suppression=("BOUNCE", "COMPLAINT"))
    room.account_regions = [replace(watched(), state=RegionState(on, identities=(Identity("acme.com"),)))]
    view = await room.open()
    await room.hand_in(view, NO_REGION)
    await room.hand_in(view, STEPS[1])
    await room.hand_in(view, STEPS[2])
    assert step(view) == "bounces"
    assert "SES puts bounces and complaints on the account’s suppression list" in text_of(view)


async def test_the_report_is_kept_for_a_bot_that_starts_anew(tmp_path: Path) -> None:
    async with drafting(tmp_path, PATIENT) as room:
        room.findings = (PAGES,)
        await room.report("acme.com")
        await room.open()
        [stored] = await list_drafts(room.database, room.owner(), started=False)
    async with drafting(tmp_path, PATIENT) as room:
        assert room.draft_services
        assert stored.report
        context, checked = await build_context(room.draft_services, stored, ())
        assert checked == stored.report
        assert context.report == stored.report.report


@cases()
async def test_usage(typed: str, says: str, room: DraftApp) -> None:
    await room.slack.command("/ses-draft", typed)
    message = await room.message()
    assert says in text_of(message)
    assert message.mentions == []
    assert room.slack.views() == []
