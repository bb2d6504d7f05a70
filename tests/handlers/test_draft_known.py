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


async def test_the_button_under_a_report_carries_domain_website_and_findings_over(app: DraftApp) -> None:
    app.findings = (WEBSITE,)
    report = await app.report("acme.com selector=s1")
    view = await app.opened(app.slack.press(report, "draft_start"))
    found = labels(view)
    assert (found["domain"], found["website"]) == ("acme.com", "https://acme.com")
    assert "Last check: acme.com: fix 1 thing first (DMARC)." in text_of(view)


async def test_the_website_that_was_named_for_the_check_is_carried_over(app: DraftApp) -> None:
    app.account_regions = [
        replace(watched(), state=RegionState(Snapshot(Access.SANDBOX, website="https://old.example.org")))
    ]
    report = await app.report("acme.com website=shop.acme.org/about")
    view = await app.opened(app.slack.press(report, "draft_start"))
    assert labels(view)["website"] == "https://shop.acme.org/about"
    await app.hand_in(view, {**NO_REGION, "website": "https://typed.acme.org"})
    await app.slack.close(view)
    view = await app.opened(app.slack.press(report, "draft_start"))
    await app.slack.press(view, "draft_back")
    await app.slack.wait_until(lambda: step(view) == "business" or None, 5, "the step before")
    assert labels(view)["website"] == "https://typed.acme.org", "what was typed goes before it"


@cases()
async def test_a_website_that_was_not_looked_at_is_not_warned_of(
    asked: str, website: str, warned: bool, app: DraftApp
) -> None:
    """The website need not be on the domain that sends, and the last check may have looked at another."""
    app.findings = (PARKED,)
    await app.report(asked)
    assert app.draft_services
    answers = Answers(domain="acme.com", website=website)
    stored = StoredDraft("a" * 16, app.owner(), DraftKind.REQUEST, answers)
    context, _ = await build_context(app.draft_services, stored, ())
    assert context.report
    assert ("website.parked" in [one.code for one in context.report.findings]) is warned


async def test_a_very_new_domain_is_reported_when_to_try(app: DraftApp) -> None:
    app.registered = app.now.date() - timedelta(days=2)
    await app.report("acme.com")
    assert "registered 2 days ago" in read(await app.written())


@pytest.mark.parametrize("findings", [(), (PARKED,), (WEBSITE, PARKED)])
async def test_a_website_that_was_not_seen_alive_is_asked_for(app: DraftApp, findings: tuple[Finding, ...]) -> None:
    app.findings = findings
    view = await app.opened(app.slack.press(await app.report("acme.com"), "draft_start"))
    assert labels(view)["website"] == ""


async def test_a_check_that_failed_is_shown_with_the_remarks_and_claimed_nowhere(app: DraftApp) -> None:
    app.findings = (PARKED,)
    await app.report("acme.com")
    text = read(await app.written())
    assert "Request for acme.com: written; fix DMARC and Website first" in text
    assert "https://acme.com shows a parking page." in text
    assert "/ses-check acme.com shows how to fix it" in text
    [stored] = await app.drafts()
    assert stored.written
    assert "parking page" not in stored.written.message


async def test_the_text_is_held_against_the_last_report(app: DraftApp) -> None:
    """claims.check and site.bad, whatever options that report was asked for with; the next report counts instead."""
    business = f"{STEPS[0]['business']} SPF, DKIM and DMARC are set up."
    app.findings = (PARKED,)
    await app.report("acme.com selector=s1")
    text = read(await app.written(({**STEPS[0], "business": business}, *STEPS[1:])))
    assert "The last check says otherwise: What DNS says of acme.com selector=s1" in text
    app.findings, app.verdict = (), lambda _: Verdict.READY
    await app.report("acme.com")
    text = read(await app.written([{}] * 4))
    assert "says otherwise" not in text


async def test_the_first_step_says_what_is_known(app: DraftApp) -> None:
    app.account_regions = [watched(Access.IN_REVIEW)]
    await app.report("acme.com")
    view = await app.open()
    assert "acme.com: fix 1 thing first (DMARC)." in text_of(view)
    assert "main is in review in eu-west-1" in text_of(view)
    assert labels(view)["at"] == "eu-west-1 main"


async def test_another_business_is_never_filled_in_from_this_one(app: DraftApp) -> None:
    await app.written()
    view = await app.open("acme.org")
    assert "Filled in from" not in text_of(view)
    assert {path: value for path, value in labels(view).items() if value} == {"domain": "acme.org"}


async def test_a_draft_that_was_only_opened_fills_in_nothing(app: DraftApp) -> None:
    await app.slack.close(await app.open())
    assert "Filled in from" not in text_of(await app.open("acme.com us-east-1"))


async def test_another_region_is_another_request_with_the_same_answers(app: DraftApp) -> None:
    await app.written()
    view = await app.open("acme.com us-east-1")
    assert "Filled in from your draft for acme.com" in text_of(view)
    assert labels(view) == {**STEPS[0], "region": "us-east-1", "account": ""}
    for values in STEPS[1:]:
        await app.hand_in(view, {})
        assert {path: value for path, value in labels(view).items() if value} == values
    await app.hand_in(view, {})
    assert {one.region for one in await app.drafts()} == {"eu-west-1", "us-east-1"}
    again = await app.open("us-east-1")
    assert labels(again)["region"] == "us-east-1"
    assert len(await app.drafts()) == 2


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


async def test_pages_of_the_website_check_are_filled_in(app: DraftApp) -> None:
    app.findings = (PAGES,)
    await app.report("acme.com")
    view = await app.open()
    assert labels(view)["privacy_policy"] == "https://acme.com/privacy"
    await app.walk(view, 2)
    assert labels(view)["opt_in_page"] == "https://acme.com/news"
    assert labels(view)["unsubscribe_page"] == "https://acme.com/unsubscribe"


async def test_what_ses_says_of_suppression_stands_beside_the_question_of_bounces(app: DraftApp) -> None:
    on = Snapshot(Access.SANDBOX, suppression=("BOUNCE", "COMPLAINT"))
    app.account_regions = [replace(watched(), state=RegionState(on, identities=(Identity("acme.com"),)))]
    view = await app.open()
    await app.hand_in(view, NO_REGION)
    await app.hand_in(view, STEPS[1])
    await app.hand_in(view, STEPS[2])
    assert step(view) == "bounces"
    assert "SES puts bounces and complaints on the account’s suppression list" in text_of(view)


async def test_the_report_is_kept_for_a_bot_that_starts_anew(tmp_path: Path) -> None:
    async with drafting(tmp_path, PATIENT) as app:
        app.findings = (PAGES,)
        await app.report("acme.com")
        await app.open()
        [stored] = await list_drafts(app.database, app.owner(), started=False)
    async with drafting(tmp_path, PATIENT) as app:
        assert app.draft_services
        assert stored.report
        context, checked = await build_context(app.draft_services, stored, ())
        assert checked == stored.report
        assert context.report == stored.report.report


@cases()
async def test_usage(typed: str, says: str, app: DraftApp) -> None:
    await app.slack.command("/ses-draft", typed)
    message = await app.message()
    assert says in text_of(message)
    assert message.mentions == []
    assert app.slack.views() == []
