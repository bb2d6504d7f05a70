"""Each rule of the remarks (verdicts, "Remarks on the finished text"): what it stops at, and what it lets pass."""

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafts.phrases import load
from drafts.remarks import review, stops
from drafts.request import write
from model.report import Finding, Outcome, Report, Verdict
from model.request import (
    Answers,
    ContactLanguage,
    DraftContext,
    Leaving,
    MailKind,
    MailType,
    Remark,
    Rhythm,
    Severity,
)
from tests.support.letters import SHOP, SHOP_SEEN, M, T

LETTER, TEA = SHOP.kinds[1], SHOP.kinds[0]
BROKEN = Report(
    "harbourtea.example", Verdict.FIX_FIRST,
    (Finding("dkim", Outcome.FAIL, "dkim.none", "No DKIM key was found for harbourtea.example."),), 0.1, 9,
)  # fmt: skip


def kinds(*changed: MailKind) -> Answers:
    return replace(SHOP, kinds=changed)


def letter(**changes: Any) -> Answers:
    """The shop with another newsletter."""
    return kinds(TEA, replace(LETTER, **changes))


def remarks(answers: Answers, **context: Any) -> dict[str, Remark]:
    return {one.rule: one for one in review(write(answers, SHOP_SEEN), answers, DraftContext(**context))}


CLEAN = replace(
    SHOP,
    business="We sell loose leaf tea and imported wine online to people in Ireland and Britain.",
    kinds=(
        replace(TEA, sentence="The customer who placed an order gets one as soon as it is paid."),
        replace(LETTER, sentence="People who signed up on our website get it every other Thursday, with new teas."),
    ),
)
AT: list[tuple[str, str, Answers, dict[str, Any]]] = [
    ("business.vague", "business", replace(SHOP, business="We are a company offering services."), {}),
    (
        "business.vague",
        "business",
        replace(
            SHOP, business="Harbour Tea offers various quality products and services to customers worldwide online."
        ),
        {},
    ),
    ("mail.vague", "kinds.1.name", letter(name="Marketing emails", sentence="Notifications."), {}),
    ("sample.missing", "example", replace(SHOP, example=" \n"), {}),
    ("optin.no-mechanism", "opt_in", replace(SHOP, opt_in="All our users opt in to our mail and they agreed."), {}),
    ("optin.no-mechanism", "opt_in", replace(SHOP, opt_in="We are GDPR compliant and have everyone's consent."), {}),
    ("optin.preticked", "opt_in", replace(SHOP, opt_in="The box at the checkout is pre-ticked."), {}),
    ("optin.third-party", "opt_in", replace(SHOP, opt_in="Addresses come from our own form. Some were bought."), {}),
    (
        "optin.third-party",
        "opt_in",
        replace(SHOP, opt_in="The form is on the site. We collect business cards at fairs."),
        {},
    ),
    (
        "optin.third-party",
        "opt_in",
        replace(SHOP, opt_in="We do not sell data, but we scrape LinkedIn for addresses."),
        {},
    ),
    ("optin.third-party", "opt_in", replace(SHOP, opt_in="購入したリストに送信します。フォームもあります。"), {}),
    ("optin.cold", "kinds.1.sentence", letter(sentence="It is a cold email to prospects in Ireland."), {}),
    (
        "optin.imported",
        "opt_in",
        replace(SHOP, opt_in="The form is on the site. Existing customers were imported in May."),
        {},
    ),
    ("optin.others-addresses", "kinds.1.sentence", letter(sentence="Invoices to their customers go out by mail."), {}),
    ("number.none", "kinds.1.count", letter(count=None), {}),
    ("volume.basis", "kinds.1.rhythm", letter(rhythm=None), {}),
    ("volume.arithmetic", "busiest", replace(SHOP, busiest=20_000), {}),
    ("volume.arithmetic", "busiest", replace(SHOP, busiest=500), {}),
    (
        "volume.arithmetic",
        "business",
        replace(SHOP, business="We sell tea online in Ireland and send about 90k emails a month to people."),
        {},
    ),
    ("volume.arithmetic", "kinds.0.per_event", kinds(replace(TEA, per_event=80.0), LETTER), {}),
    (
        "volume.arithmetic",
        "kinds.1.count",
        letter(count=40_000),
        {"registered": date(2026, 2, 20), "today": date(2026, 3, 2)},
    ),
    ("volume.peak", "busiest", letter(count=80_000), {}),
    ("rate.bulk", "busiest", letter(count=6_000), {}),
    ("unsub.missing", "kinds.1.leaving", letter(leaving=(), leaving_words="They reply to unsubscribe."), {}),
    ("unsub.missing", "kinds.1.leaving", letter(leaving=(Leaving.SETTING,)), {}),
    ("leave.unsaid", "kinds.1.leaving", replace(letter(leaving=()), unsubscribe_page=""), {}),
    ("unsub.slow", "kinds.1.leaving_words", letter(leaving_words="We remove people within 10 days."), {}),
    ("unsub.false", "kinds.0.leaving", kinds(replace(TEA, leaving=(Leaving.LINK,)), LETTER), {}),
    ("bounce.vague", "bounces", replace(SHOP, bounces="We monitor bounces and complaints regularly."), {}),
    ("bounce.future", "bounces", replace(SHOP, bounces="A hard bounce will remove the address at once."), {}),
    ("bounce.future", "bounces", replace(SHOP, bounces="We plan to delete the address of each bounce."), {}),
    ("type.conflict", "kinds.1.mail_type", letter(mail_type=T, name="Newsletter"), {}),
    ("type.conflict", "mail_type", replace(SHOP, mail_type=T), {}),
    ("type.conflict", "mail_type", replace(kinds(replace(TEA, name="Login codes")), mail_type=M), {}),
    ("type.majority", "mail_type", kinds(replace(TEA, count=200_000), LETTER), {}),
    ("site.mismatch", "domain", replace(SHOP, domain="bluefox.example", name="Harbour"), {}),
    ("site.bad", "website", replace(SHOP, website="https://www.facebook.com/harbourtea"), {}),
    ("site.bad", "website", replace(SHOP, website="https://harbourtea.example/login"), {}),
    ("site.bad", "website", replace(SHOP, website="http://localhost:3000"), {}),
    ("site.default-host", "website", replace(SHOP, website="https://harbourtea.vercel.app"), {}),
    ("site.default-host", "domain", replace(SHOP, domain="gmail.com"), {}),
    ("claims.check", "anything_else", replace(SHOP, anything_else="DKIM and SPF are set up."), {"report": BROKEN}),
    ("claims.check", "opt_in", replace(SHOP, opt_in="We use double opt-in at the form.", confirmed=None), {}),
    (
        "placeholder",
        "business",
        replace(SHOP, business="We sell [product] online to people in Ireland and Britain."),
        {},
    ),
    ("placeholder", "opt_in", replace(SHOP, opt_in="See above."), {}),
    ("placeholder", "bounces", replace(SHOP, bounces="same"), {}),
    ("placeholder", "example", replace(SHOP, example="Lorem ipsum dolor sit amet"), {}),
    ("fragment", "bounces", replace(SHOP, bounces="bounce -> removed at once"), {}),
    ("fragment", "kinds.1.sentence", letter(sentence="every other Thursday"), {}),
    ("region.mismatch", "region", SHOP, {"verified_regions": ("us-east-1",)}),
    ("region.mismatch", "anything_else", replace(SHOP, anything_else="We also send from us-west-2 today."), {}),
    ("tone.keywords", "anything_else", replace(SHOP, anything_else="We follow GDPR, CAN-SPAM and best practices."), {}),
    ("tone.keywords", "anything_else", replace(SHOP, anything_else="Amazon SES is the best!"), {}),
    ("secret", "anything_else", replace(SHOP, anything_else="Our account is 123456789012 in the EU."), {}),
    ("secret", "example", replace(SHOP, example="Dear jane.doe@mailbox.org, thank you for your order."), {}),
    ("language", "language", replace(SHOP, language=ContactLanguage.JA), {}),
    (
        "contact.dead",
        "contacts",
        replace(SHOP, contacts=("a@dead.example",)),
        {"dead_domains": frozenset({"dead.example"})},
    ),
    ("frequency.ambiguous", "kinds.1.sentence", letter(sentence="People who signed up get it biweekly by mail."), {}),
    ("optin.third-party", "opt_in", replace(SHOP, opt_in="we got the list from a partner company"), {}),
    ("optin.third-party", "opt_in", replace(SHOP, opt_in="Leads are generated by an affiliate network."), {}),
    ("optin.cold", "kinds.1.sentence", letter(sentence="Companies that do not know us yet get it every week."), {}),
    ("optin.preticked", "opt_in", replace(SHOP, opt_in="everyone who buys is added to the list automatically"), {}),
    ("bounce.vague", "bounces", replace(SHOP, bounces="We keep a close eye on our bounce rate."), {}),
    ("placeholder", "opt_in", replace(SHOP, opt_in="as described before"), {}),
    ("cut", "opt_in", replace(SHOP, opt_in="The form is at the foot of the page. " * 200), {}),
]


@pytest.mark.parametrize(("rule", "field", "answers", "context"), AT, ids=[f"{one[0]} {i}" for i, one in enumerate(AT)])
def test_a_rule_is_broken_at_its_field(rule: str, field: str, answers: Answers, context: dict[str, Any]) -> None:
    found = [(one.rule, one.field) for one in review(write(answers, None), answers, DraftContext(**context))]
    assert (rule, field) in found


def test_every_rule_has_a_case() -> None:
    assert {case[0] for case in AT} == set(load("remarks"))


PASSES: list[tuple[str, Answers]] = [
    ("optin.third-party", replace(SHOP, opt_in="The form is on our site. We never buy, rent or scrape lists.")),
    (
        "optin.third-party",
        replace(SHOP, opt_in="No addresses are bought, and lists are not rented; the form is online."),
    ),
    ("optin.third-party", replace(SHOP, opt_in="Customers who bought from us tick an empty box in the form.")),
    ("optin.third-party", replace(SHOP, opt_in="フォームから登録します。リストを購入することはありません。")),
    (
        "optin.third-party",
        replace(SHOP, business="We print the newsletters of museums with our business partners in Hamburg."),
    ),
    ("optin.cold", letter(sentence="People who signed up get it with cold drinks, new teas and recipes.")),
    ("optin.cold", replace(SHOP, opt_in="We never send cold emails. The form is on our website.")),
    ("optin.preticked", replace(SHOP, opt_in="The box in the form is not pre-ticked.")),
    ("optin.preticked", replace(SHOP, opt_in="The box in the form is unticked.")),
    ("optin.imported", replace(SHOP, opt_in="We do not import lists. The form is on our website.")),
    (
        "bounce.future",
        replace(SHOP, bounces="No mail will be sent to a bounced address; it is removed as soon as it bounces."),
    ),
    ("bounce.vague", replace(SHOP, bounces="We monitor bounces and remove the address at once.")),
    ("unsub.slow", letter(leaving_words="The link removes people within 2 days.")),
    ("unsub.false", kinds(replace(TEA, leaving=(Leaving.ACTION,)), LETTER)),
    ("leave.unsaid", kinds(replace(TEA, leaving=()))),
    ("secret", replace(SHOP, example="Dear jane@example.com, write to help@harbourtea.example or call 0113 496 0000.")),
    ("secret", replace(SHOP, anything_else="Our company number is 12345678.")),
    (
        "volume.arithmetic",
        replace(SHOP, business="We sell loose leaf tea online and send about 10k emails a month to people."),
    ),
    ("volume.arithmetic", kinds(replace(LETTER, rhythm=Rhythm.QUARTERLY, count=4_400))),
    (
        "tone.keywords",
        replace(
            SHOP, opt_in="The form names the GDPR purpose, the 7 day limit and the page where people can withdraw."
        ),
    ),
    ("claims.check", replace(SHOP, anything_else="DKIM and SPF are set up.")),
    (
        "site.mismatch",
        replace(
            SHOP,
            domain="bluefox.example",
            business="Harbour Tea belongs to Blue Fox (bluefox.example), a tea importer in Cork.",
        ),
    ),
    ("optin.imported", replace(SHOP, opt_in="we dont import lists, the form is on our website")),
    ("optin.preticked", replace(SHOP, bounces="A bounced address is added to the suppression list automatically.")),
    ("optin.others-addresses", letter(sentence="Their customers get nothing from us; the owner of the shop gets it.")),
    ("frequency.ambiguous", letter(sentence="People who regularly buy tea get it every other Thursday by mail.")),
    ("secret", replace(SHOP, example="Your order 123456789012 has left Cork.")),
    (
        "tone.keywords",
        replace(SHOP, opt_in="Under GDPR Art. 17 people delete their account with one button on the page."),
    ),
    ("placeholder", replace(SHOP, example="Dear {{name}}, your order <1042> has left Cork.")),
]


@pytest.mark.parametrize(("rule", "answers"), PASSES, ids=[f"{one[0]} {i}" for i, one in enumerate(PASSES)])
def test_what_a_rule_lets_pass(rule: str, answers: Answers) -> None:
    assert rule not in {one.rule for one in review(write(answers, None), answers, DraftContext())}


def test_a_good_letter_has_nothing_to_remark() -> None:
    context = DraftContext(verified_regions=("eu-west-1",), registered=date(2017, 1, 1), today=date(2026, 3, 2))
    assert review(write(CLEAN, SHOP_SEEN), CLEAN, context) == ()


def test_answers_typed_as_notes_are_one_remark_that_names_them() -> None:
    notes = replace(SHOP, opt_in="people type their address into the form on our website")
    found = [one for one in review(write(notes, None), notes, DraftContext()) if one.rule == "fragment"]
    assert [one.field for one in found] == ["business"]
    assert "your business, mail 1, mail 2, opting in" in found[0].advice


@pytest.mark.parametrize(
    "words", ["clicam no link no fundo da mensagem", "Abmeldelink in jeder Mail", "enlace de baja"]
)
def test_a_link_that_own_words_name_is_no_stop(words: str) -> None:
    found = remarks(letter(leaving=(), leaving_words=words))
    assert found["unsub.missing"].severity is Severity.WARN, "the header is still missing"


def test_stops_come_first_and_stop() -> None:
    bad = replace(SHOP, opt_in="See above.", example="")
    found = review(write(bad, None), bad, DraftContext())
    assert found[0].severity is Severity.STOP
    assert stops(found)
    assert not stops(one for one in found if one.severity is not Severity.STOP)


def test_the_finished_text_is_read_and_not_the_answers_alone() -> None:
    request = write(CLEAN, None)
    reworded = replace(request, description=request.description + "\n\nWe also buy lists from partners.")
    found = review(reworded, CLEAN, DraftContext())
    assert ("optin.third-party", "We also buy lists from partners.") in {(one.rule, one.sentence) for one in found}


def test_the_word_lists_have_their_shape() -> None:
    for name, rule in load("remarks").items():
        assert rule["severity"] in set(Severity), name
        for key, value in rule.items():
            if isinstance(value, bool):
                continue
            if isinstance(value, list):
                assert value, (name, key)
                assert all(isinstance(one, str) and one == one.lower().strip() for one in value if key != "marks"), (
                    name,
                    key,
                )
            else:
                assert all(len(sentence.split()) <= 20 for sentence in value.split(". ")), (name, key, value)
    for path in (Path(__file__).parents[2] / "drafts" / "data").glob("*.toml"):
        assert tomllib.loads(path.read_text(encoding="utf-8"))


def phrases_of(value: Any) -> list[str]:
    """All texts of a table."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in phrases_of(one)]
    return [text for one in value for text in phrases_of(one)] if isinstance(value, list) else [str(value)]


@pytest.mark.parametrize("name", ["guard", "negation", "refusal", "remarks"])
def test_an_open_end_is_at_the_end_of_a_phrase_and_a_gap_is_between_two(name: str) -> None:
    for phrase in phrases_of(load(name)):
        assert phrase.count(" … ") <= 1, phrase
        assert all("*" not in part[:-1] for part in phrase.split(" … ")), phrase


ANY = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(["\ud800", "same", "x" * 3_000, "buy " * 999])


@settings(max_examples=40)
@given(ANY, ANY, ANY, st.sampled_from(MailType), st.integers(-9, 10**12))
def test_any_answers_are_reviewed_without_raising(text: str, short: str, page: str, kind: MailType, count: int) -> None:
    answers = Answers(
        name=short, business=text, website=page, domain=short, region=short, opt_in=text, bounces=text, example=text,
        kinds=(MailKind(short, kind, text, Rhythm.WEEKLY, None, count, None, (), text),), contacts=(short,),
        busiest=count, anything_else=text,
    )  # fmt: skip
    request = write(answers, None)
    assert review(request, answers, DraftContext()) == review(request, answers, DraftContext())
