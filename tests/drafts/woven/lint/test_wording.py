"""What is said and how: claims against what was seen, leftovers of a template, empty words, secrets."""

import pytest

from model import Outcome, Severity
from model.draft import Known
from tests.support.businesses import SHOP
from tests.support.lint import remark, remarks
from tests.support.reports import checked, found

FIRES = [
    ("placeholder", "business", "We are [company name], a shop for tea in Cork that posts to all of Ireland."),
    ("placeholder", "opt_in", "A form at <your website> with an empty box"),
    ("placeholder", "bounces", "TODO"),
    ("placeholder", "unconfirmed", "XXX"),
    ("placeholder", "leaving", "Lorem ipsum dolor"),
    ("placeholder", "opt_in", "e.g. a double-opt-in form on our website"),
    ("placeholder", "business", "{{business}} sells tea in Cork to people in Ireland"),
    ("placeholder", "complaints", "Removed at once ____"),
    ("placeholder", "opt_in", "Insert your form here"),
    ("placeholder", "sample", "Subject: Hello\n\nDear [first name], your tea is on its way."),
    ("tone.keywords", "opt_in", "We comply with CAN-SPAM, GDPR and industry best practices."),
    ("tone.keywords", "complaints", "We strictly follow all applicable laws"),
    ("tone.keywords", "business", "AWS is the best cloud and Amazon SES is a great service."),
    ("tone.keywords", "business", "We love Amazon and trust AWS."),
    ("tone.keywords", "opt_in", "A form with a box. WE NEVER SEND SPAM."),
    ("tone.keywords", "leaving", "One click and they are gone!"),
    ("secret", "business", "Tea shop, AWS account 123456789012, in Cork for people in Ireland"),
    ("secret", "business", "Tea shop, account 1234-5678-9012"),
    ("secret", "bounces", "Lambda with AKIAABCDEFGHIJKLMNOP removes the address"),
    ("secret", "opt_in", "password: hunter2 for the admin page"),
    ("secret", "opt_in", "A form. For instance anna.meier@gmail.com signed up with it."),
    ("secret", "sample", "To: anna.meier@gmail.com\n\nYour tea is on its way."),
]
SILENT = [
    ("placeholder", "opt_in", "A form (e.g. on the page about teas) with an empty box"),
    ("placeholder", "business", "Size XXL shirts and todos los santos cards, sold in Cork"),
    ("placeholder", "opt_in", "The form says <b>Yes, send me news</b> beside an empty box"),
    ("placeholder", "basis", "4,300 subscribers × 2.17 sends [1] and 700 orders"),
    ("tone.keywords", "opt_in", "For the GDPR we keep the date of the click on the link in the form."),
    ("tone.keywords", "business", "We advise firms on compliance: 40 clients in Cork, since 2011."),
    ("tone.keywords", "bounces", "SES publishes the event to an SNS topic, and the address is suppressed"),
    ("tone.keywords", "business", "We sell UHT milk and BBQ grills to EU shops"),
    ("tone.keywords", "business", "The best tea in Cork, says the Echo. We host the site on AWS."),
    ("tone.keywords", "sample", "Hello!\n\nYour tea is on its way!"),
    ("secret", "busiest", "4,400 on a letter Thursday"),
    ("secret", "sample", "Subject: Your order 123456789012\n\nYour tea leaves Cork tomorrow."),
    ("secret", "sample", "Questions? Write to help@harbourtea.example or info@anpost.example."),
    ("secret", "opt_in", "The form is at https://harbourtea.example/letter?src=12345678901234567890"),
    ("secret", "business", "We teach people to choose a good password: courses for the public in Cork"),
    ("secret", "sample", "Subject: Reset\n\nUse this link to set a new password: https://harbourtea.example/r/1"),
]


@pytest.mark.parametrize(("rule", "field", "text"), FIRES, ids=[f"{r}-{t[:30]}" for r, _, t in FIRES])
def test_what_must_not_stand_in_a_request_is_named(rule: str, field: str, text: str) -> None:
    said = remark(rule, field, text)
    assert said is not None
    assert said.sentence.rstrip("…") in text


@pytest.mark.parametrize(("rule", "field", "text"), SILENT, ids=[f"{r}-{t[:30]}" for r, _, t in SILENT])
def test_a_lookalike_passes(rule: str, field: str, text: str) -> None:
    assert remark(rule, field, text) is None


@pytest.mark.parametrize(
    ("rule", "field", "text", "severity"),
    [
        ("placeholder", "opt_in", "A form at [URL]", Severity.STOP),
        ("placeholder", "sample", "Dear [name]", Severity.WARN),
        ("tone.keywords", "opt_in", "A form. GDPR compliance.", Severity.WARN),
        ("secret", "opt_in", "password=hunter2", Severity.STOP),
    ],
)
def test_what_each_rule_asks_of_the_person(rule: str, field: str, text: str, severity: Severity) -> None:
    said = remark(rule, field, text)
    assert said is not None
    assert said.severity is severity


def test_a_key_is_never_repeated_whole() -> None:
    said = remark("secret", "bounces", "AKIAABCDEFGHIJKLMNOP removes the address")
    assert said is not None
    assert "GHIJKLMNOP" not in f"{said.sentence} {said.advice}"


@pytest.mark.parametrize(
    ("code", "outcome", "text", "fires"),
    [
        ("dkim.none", Outcome.FAIL, "SPF, DKIM and DMARC are set up for our domain.", True),
        ("dmarc.missing", Outcome.FAIL, "SPF, DKIM and DMARC are set up for our domain.", True),
        ("dmarc.missing", Outcome.FAIL, "DKIM is set up.", False),
        ("dkim.key-1024", Outcome.WARN, "DKIM is set up.", False),
        ("dkim.cannot-tell", Outcome.UNKNOWN, "DKIM is set up.", False),
        ("dkim.none", Outcome.FAIL, "Nothing about records here.", False),
    ],
)
def test_a_claim_about_records_is_held_against_the_last_check(
    code: str, outcome: Outcome, text: str, fires: bool
) -> None:
    seen = Known(report=checked(found(code, outcome, "The record is not there.")).report)
    said = remark("claims.check", "bounces", f"The address is suppressed at once. {text}", known=seen)
    assert (said is not None) is fires
    if said is not None:
        assert said.sentence == text
        assert "The record is not there." in said.advice


def test_without_a_check_no_claim_is_doubted() -> None:
    assert remark("claims.check", "bounces", "Suppressed at once. DKIM is set up.") is None


def test_double_opt_in_without_a_confirmation_mail_is_doubted() -> None:
    bare = {"opt_in": "A form on our website with double opt-in", "unconfirmed": "Deleted after 7 days"}
    assert [r.field for r in remarks("claims.check", bare)] == ["opt_in"]
    told = {**bare, "opt_in": "A form with double opt-in: the link in the confirmation mail has to be clicked"}
    assert remarks("claims.check", told) == []


def test_advice_is_one_or_two_sentences_and_says_what_to_write() -> None:
    said = [r for rule, field, text in FIRES if (r := remark(rule, field, text, SHOP))]
    assert len(said) == len(FIRES)
    for one in said:
        assert 1 <= one.advice.rstrip(".").count(". ") + 1 <= 3, one.advice
        assert one.advice.endswith((".", "”")), one.advice
