"""Unsubscribing, bounces and complaints: an event, what happens, and when; and all of it in place today."""

from dataclasses import replace

import pytest

from model import Answers, MailType, Severity, Stream
from tests.support.businesses import CLINIC, SAAS, SHOP
from tests.support.lint import remark

LINK = "A link in every letter, and the one-click header; it works at once"
FIRES = [
    (SHOP, "unsub.missing", "leaving", "They reply to unsubscribe."),
    (SHOP, "unsub.missing", "leaving", "People write to us"),
    (SHOP, "unsub.missing", "leaving", ""),
    (SHOP, "unsub.missing", "leaving", "Unsubscribe link in every newsletter"),
    (SHOP, "unsub.slow", "leaving", f"{LINK}. We take them off within 10 days."),
    (SHOP, "unsub.slow", "leaving", f"{LINK}, processed in up to 30 days"),
    (SHOP, "unsub.slow", "leaving", f"{LINK}. It takes two weeks."),
    (SHOP, "unsub.slow", "leaving", f"{LINK}, with effect from the next month"),
    (SAAS, "unsub.false", "leaving", "Every receipt has an unsubscribe link."),
    (SAAS, "unsub.false", "leaving", "Users can opt out of codes and receipts in every mail."),
    (SHOP, "bounce.vague", "bounces", "We monitor bounces."),
    (SHOP, "bounce.vague", "bounces", "We handle them properly"),
    (SHOP, "bounce.vague", "complaints", "Checked regularly"),
    (SHOP, "bounce.vague", "complaints", "We take complaints seriously"),
    (SHOP, "bounce.vague", "bounces", ""),
    (SHOP, "bounce.future", "bounces", "Bounces will be removed by a script"),
    (SHOP, "bounce.future", "complaints", "We plan to set up SNS and then suppress the address"),
    (SHOP, "bounce.future", "leaving", f"{LINK} soon"),
    (SHOP, "bounce.future", "opt_in", "We'll add a form with an empty box to the website"),
    (SHOP, "bounce.future", "opt_in", "A form is in development"),
    (SHOP, "bounce.future", "website", "https://harbourtea.example (coming soon)"),
]
SILENT = [
    (SHOP, "unsub.missing", "leaving", LINK),
    (SHOP, "unsub.missing", "leaving", "Footer link, and List-Unsubscribe with List-Unsubscribe-Post"),
    (SHOP, "unsub.missing", "leaving", "A button in every mail, with one click, and the settings page"),
    (CLINIC, "unsub.missing", "leaving", "Patients tell reception"),
    (CLINIC, "unsub.missing", "leaving", ""),
    (SHOP, "unsub.slow", "leaving", f"{LINK}, within a day"),
    (SHOP, "unsub.slow", "leaving", f"{LINK}, within 48 hours"),
    (SHOP, "unsub.slow", "leaving", f"{LINK}. We have done so for 10 years."),
    (SHOP, "unsub.slow", "leaving", f"{LINK}, in at most two days"),
    (SAAS, "unsub.false", "leaving", "Unsubscribing is not needed: receipts answer a payment."),
    (SAAS, "unsub.false", "leaving", "Not applicable; nobody can opt out of a receipt, but the account can be closed"),
    (SHOP, "unsub.false", "leaving", LINK),
    (SHOP, "bounce.vague", "bounces", "On a hard bounce the address is suppressed at once"),
    (SHOP, "bounce.vague", "bounces", "removed"),
    (SHOP, "bounce.vague", "complaints", "We stop mailing them and call"),
    (SHOP, "bounce.vague", "complaints", "same"),
    (SHOP, "bounce.future", "bounces", "The address is suppressed and will never be mailed again"),
    (SHOP, "bounce.future", "bounces", "Addresses are suppressed as soon as they bounce"),
    (SHOP, "bounce.future", "complaints", "Will Petersen takes the address off the list"),
    (SHOP, "bounce.future", "opt_in", "Free will: people tick an empty box in a form"),
    (SHOP, "bounce.future", "business", "We will open a second shop soon and plan to sell coffee in Cork and Dublin"),
    (SHOP, "bounce.future", "website", "https://soon.example"),
]


@pytest.mark.parametrize(("base", "rule", "field", "text"), FIRES, ids=[f"{r}-{t[-30:]}" for _, r, _, t in FIRES])
def test_what_a_reviewer_asks_about_is_named(base: Answers, rule: str, field: str, text: str) -> None:
    found = remark(rule, field, text, base)
    assert found is not None
    assert found.sentence in text
    assert bool(found.sentence) is bool(text)


@pytest.mark.parametrize(("base", "rule", "field", "text"), SILENT, ids=[f"{r}-{t[-30:]}" for _, r, _, t in SILENT])
def test_what_is_said_plainly_passes(base: Answers, rule: str, field: str, text: str) -> None:
    assert remark(rule, field, text, base) is None


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("", Severity.STOP),
        ("They reply to unsubscribe", Severity.STOP),
        ("A link in every mail", Severity.WARN),
    ],
)
def test_marketing_without_a_link_stops_and_without_one_click_warns(text: str, severity: Severity) -> None:
    found = remark("unsub.missing", "leaving", text)
    assert found is not None
    assert found.severity is severity


def test_a_reply_alone_is_said_not_to_do() -> None:
    found = remark("unsub.missing", "leaving", "They reply to unsubscribe")
    assert found is not None
    assert found.advice.startswith("A reply alone does not do.")


def test_a_complaint_told_with_the_bounces_is_not_asked_for_again() -> None:
    both = replace(SHOP, complaints="")
    assert (
        remark("bounce.vague", "bounces", "On a bounce or a complaint the address is suppressed at once", both) is None
    )
    told = replace(both, bounces="On a bounce or a complaint the address is suppressed at once")
    assert remark("bounce.vague", "complaints", "", told) is None


def test_alerts_may_be_left_although_they_are_transactional() -> None:
    alerts = replace(SAAS, streams=(Stream("News of the weather", MailType.TRANSACTIONAL, "A storm", "Users"),))
    assert remark("unsub.false", "leaving", "Every mail has an unsubscribe link.", alerts) is None
