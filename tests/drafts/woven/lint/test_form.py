"""The form: mail type, website, contacts, language."""

from dataclasses import replace

import pytest

from drafts.woven import fill, lint, stops
from model import Answers, ContactLanguage, Severity
from model.draft import Known
from tests.support.businesses import AGENCY, BOOKS, SAAS, SHOP
from tests.support.lint import remark, remarks
from tests.support.reports import checked, found

BAD_SITES = [
    ("", Severity.ASK),
    ("http://localhost", Severity.ASK),
    ("http://localhost:3000/shop", Severity.ASK),
    ("https://192.0.2.10", Severity.ASK),
    ("http://[2001:db8::1]/", Severity.ASK),
    ("http://shop.local", Severity.ASK),
    ("mailto:me@harbourtea.example", Severity.ASK),
    ("me@harbourtea.example", Severity.ASK),
    ("not yet", Severity.ASK),
    ("https://example.com", Severity.ASK),
    ("https://www.yourdomain.com/", Severity.ASK),
    ("ftp://harbourtea.example", Severity.ASK),
    ("https://", Severity.ASK),
    ("http://[", Severity.ASK),
    ("https://www.facebook.com/harbourtea", Severity.WARN),
    ("https://instagram.com/harbourtea", Severity.WARN),
    ("https://linktr.ee/harbourtea", Severity.WARN),
    ("https://x.com/harbourtea", Severity.WARN),
    ("https://apps.apple.com/app/id1", Severity.WARN),
    ("https://play.google.com/store/apps/details?id=tea", Severity.WARN),
    ("https://bit.ly/3abcdef", Severity.WARN),
    ("https://harbourtea.example/?utm_source=mail", Severity.WARN),
    ("https://harbourtea.example/login", Severity.WARN),
    ("https://login.harbourtea.example", Severity.WARN),
]
GOOD_SITES = [
    "https://harbourtea.example",
    "harbourtea.example",
    "www.harbourtea.example/about",
    "https://harbourtea.example/blog/login-free-checkout",
    "https://netflix-x.example",
    "https://bücher.example",
    "<https://harbourtea.example>",
    "https://harbourtea.example/?page=2",
]


@pytest.mark.parametrize(("site", "severity"), BAD_SITES)
def test_a_site_that_no_reviewer_can_judge_is_named(site: str, severity: Severity) -> None:
    found = remark("site.bad", "website", site)
    assert found is not None
    assert (found.severity, found.sentence) == (severity, site)


@pytest.mark.parametrize("site", GOOD_SITES)
def test_a_public_site_passes(site: str) -> None:
    assert remark("site.bad", "website", site) is None


def test_what_the_last_check_saw_on_the_site_is_told() -> None:
    seen = checked(found("website.parked", summary="The site is a parking page.", step="Put the real site there."))
    said = remark("site.bad", "website", SHOP.website, known=Known(report=seen.report))
    assert said is not None
    assert said.advice == "The site is a parking page. Put the real site there."


@pytest.mark.parametrize(
    ("website", "domain", "name", "fires"),
    [
        ("https://harbourtea.example", "harbourtea.example", "Harbour Tea", False),
        ("https://shop.harbourtea.example", "mail.harbourtea.example", "Harbour Tea", False),
        ("https://www.harbourtea.example", "harbourtea-mail.example", "Harbour Tea", False),
        ("https://the-harbour-shop.example", "harbour-letters.example", "Harbour Tea", False),
        ("https://bluegoods.example", "mailer42.example", "Harbour Tea", True),
        ("", "mailer42.example", "Harbour Tea", False),
        ("https://bluegoods.example", "", "Harbour Tea", False),
    ],
)
def test_a_site_and_a_domain_without_anything_in_common(website: str, domain: str, name: str, fires: bool) -> None:
    found = remarks("site.mismatch", {"website": website, "domain": domain, "name": name})
    assert [(r.field, r.severity) for r in found] == ([("website", Severity.WARN)] if fires else [])


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"streams.1.kind": "TRANSACTIONAL"}, "newsletter"),
        ({"streams.0.what": "Special offers", "streams.0.kind": "TRANSACTIONAL"}, "special offers"),
        ({"mail_type": "TRANSACTIONAL"}, "newsletter"),
    ],
)
def test_promotion_under_transactional_is_named_by_its_word(values: dict[str, str], named: str) -> None:
    found = remarks("type.conflict", values)
    assert [r.severity for r in found] == [Severity.WARN]
    assert f"“{named}”" in found[0].advice.lower()


def test_marketing_with_nothing_but_receipts_is_named() -> None:
    found = remark("type.conflict", "mail_type", "MARKETING", SAAS)
    assert found is not None
    assert "Password reset links" in found.advice


@pytest.mark.parametrize("base", [SHOP, SAAS, AGENCY])
def test_a_type_that_fits_passes(base: Answers) -> None:
    assert [r for r in lint(base) if r.rule == "type.conflict"] == []


@pytest.mark.parametrize(
    "contact",
    [
        "ops",
        "ops@acme",
        "o@a.b",
        "ops @acme.example",
        "ops@acme..example",
        "Ann <ann@acme.example>",
        "a" * 250 + "@b.de",
    ],
)
def test_a_malformed_contact_stops(contact: str) -> None:
    found = [r for r in lint(replace(SHOP, contacts=(contact,))) if r.rule == "contact.malformed"]
    assert [(r.severity, r.sentence[:20]) for r in found] == [(Severity.STOP, contact[:20])]


def test_five_contacts_stop_at_the_fifth() -> None:
    five = tuple(f"person{n}@harbourtea.example" for n in range(5))
    found = lint(replace(SHOP, contacts=five))
    assert [(r.rule, r.severity, r.sentence) for r in found] == [("contact.too-many", Severity.STOP, five[4])]
    assert stops(found)
    assert not stops(lint(replace(SHOP, contacts=five[:4])))


def test_a_contact_whose_domain_takes_no_mail_is_named() -> None:
    known = Known(dead_domains=frozenset({"gone.example"}))
    found = lint(replace(SHOP, contacts=("ops@gone.example", "ops@harbourtea.example")), known)
    assert [(r.rule, r.severity, r.sentence) for r in found] == [("contact.dead", Severity.WARN, "ops@gone.example")]


@pytest.mark.parametrize(
    ("draft", "language", "fires"),
    [
        (SHOP, ContactLanguage.EN, False),
        (SHOP, ContactLanguage.JA, True),
        (BOOKS, ContactLanguage.JA, False),
        (BOOKS, ContactLanguage.EN, True),
    ],
)
def test_contact_language_and_text_have_to_agree(draft: Answers, language: ContactLanguage, fires: bool) -> None:
    found = [r for r in lint(replace(draft, language=language)) if r.rule == "language"]
    assert [r.severity for r in found] == ([Severity.WARN] if fires else [])


def test_a_text_in_another_language_is_asked_for_in_english_and_not_picked_to_pieces() -> None:
    german = fill(
        replace(SHOP, streams=(replace(SHOP.streams[1], what="Wochenbrief", recipients="Kunden, die sich eintragen",
                                       trigger="jeden Freitag", rhythm="einmal pro Woche", number="1.800"),)),
        {
            "business": "Wir sind eine Bäckerei mit drei Filialen in Kiel und verschicken einen Wochenbrief an Kunden.",
            "opt_in": "Auf der Seite steht ein Formular, danach kommt eine Mail zur Bestätigung.",
            "unconfirmed": "Sie werden nach sieben Tagen gelöscht",
            "leaving": "Der Link zum Abmelden steht in jeder Mail",
            "bounces": "Die Adresse wird sofort gesperrt",
            "complaints": "Die Adresse wird sofort gesperrt",
            "basis": "1.800 Kunden mal vier",
            "busiest": "1.800",
            "monthly": "7.800",
        },
    )  # fmt: skip
    assert {r.rule for r in lint(german)} == {"language"}


def test_stops_come_first_then_questions_then_warnings() -> None:
    found = lint(fill(SHOP, {"opt_in": "We bought a list. It is pre-ticked.", "monthly": "many", "sample": ""}))
    order = [r.severity for r in found]
    assert order == sorted(order, key=[Severity.STOP, Severity.ASK, Severity.WARN].index)
    assert {Severity.STOP, Severity.ASK, Severity.WARN} == set(order)


def test_a_step_hears_only_of_its_own_fields() -> None:
    bad = fill(SHOP, {"opt_in": "yes", "sample": "", "streams.1.what": "notifications", "streams.1.trigger": ""})
    assert {r.field for r in lint(bad, fields=["streams.1"])} == {"streams.1.what"}
    assert {r.field for r in lint(bad, fields=["opt_in", "unconfirmed"])} == {"opt_in"}
