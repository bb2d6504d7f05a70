"""What people type into a form, read: what shape a piece has, where one ends, and how note style is spelled out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafts.woven.text.nouns import is_plural, with_article
from drafts.woven.text.phrase import and_list, lower_first
from drafts.woven.text.pieces import pieces
from drafts.woven.text.reading import closed, read
from drafts.woven.text.shape import Shape, shape
from drafts.woven.text.tidy import clean, sentences
from drafts.woven.text.tongue import Tongue, tongue
from drafts.woven.text.written import written


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("customer pays", Shape.SENTENCE),
        ("customers enter email at checkout", Shape.SENTENCE),
        ("support contacts customer by phone", Shape.SENTENCE),
        ("after one hard bounce the address is removed", Shape.SENTENCE),
        ("a ride ends", Shape.SENTENCE),
        ("a sales report", Shape.NOUN),
        ("order placed", Shape.STATE),
        ("boiler due", Shape.STATE),
        ("reminders off within the hour", Shape.STATE),
        ("parcel handed over", Shape.STATE),
        ("order confirmations", Shape.NOUN),
        ("form in the footer", Shape.NOUN),
        ("ceramics repair kits", Shape.NOUN),
        ("people who signed up on the site", Shape.NOUN),
        ("weekly and monthly traffic reports", Shape.NOUN),
        ("removed at once", Shape.PARTICIPLE),
        ("auto-unsubscribed", Shape.PARTICIPLE),
        ("run by volunteers", Shape.PARTICIPLE),
        ("rehomes dogs and cats", Shape.THIRD),
        ("also runs a club", Shape.THIRD),
        ("tick a box", Shape.VERB),
        ("stop sending", Shape.VERB),
        ("reply or call us", Shape.VERB),
        ("when a plant is due", Shape.CLAUSE),
        ("every other tuesday", Shape.ADVERB),
        ("straight away", Shape.ADVERB),
        ("900 orders a month", Shape.NUMBER),
        ("110 stays a month, 240 in summer", Shape.NUMBER),
        ("—", Shape.EMPTY),
        ("注文確認メール", Shape.OTHER),
        ("wird nach 14 Tagen gelöscht", Shape.OTHER),
    ],
)
def test_a_piece_has_a_shape(typed: str, kind: Shape) -> None:
    assert shape(typed) is kind


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("we dont mail them", "we don't mail them"),
        ("form w/ box, w/o ticks", "form with box, without ticks"),
        ("mon-fri", "Monday to Friday"),
        ("since jan 2024", "since January 2024"),
        ("2x a year", "twice a year"),
        ("within 48h", "within 48 hours"),
        ("after 14d", "after 14 days"),
        ("double opt in", "double opt-in"),
        ("people in britain", "people in Britain"),
        ("me and my sister make it", "my sister and I make it"),
        ("approx. 3k", "approximately 3,000"),
        ("R&D team", "R&D team"),
        ("see ses.example", "see ses.example"),
        ("tick 'i want mail'", "tick 'i want mail'"),
        ("uk-based", "UK-based"),
        ("every ~6 weeks", "about every 6 weeks"),
    ],
)
def test_note_style_is_spelled_out_and_quotations_are_not(typed: str, spelled: str) -> None:
    assert written(typed) == spelled


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("form on our site, they get a mail", ["form on our site", "they get a mail"]),
        ("online shop, we sell to people in Britain", ["online shop", "we sell to people in Britain"]),
        ("public library, lends books and films", ["public library", "lends books and films"]),
        ("If they don't confirm, we delete the address", ["If they don't confirm, we delete the address"]),
        ("tables, chairs and lamps", ["tables, chairs and lamps"]),
    ],
)
def test_a_splice_is_two_pieces(typed: str, said: list[str]) -> None:
    assert pieces(typed) == said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "each mail has a link, then the admin is told",
            ["Each mail has a link, and then the admin is told."],
        ),
        ("tick the box on donation form", ["Tick the box on the donation form."]),
        ("taken off by secretary", ["Taken off by the secretary."]),
        (
            "address flagged, reception asks the patient",
            ["The address is flagged, and reception asks the patient."],
        ),
        ("hard bounce: removed. soft bounce: retried", ["A hard bounce is removed.", "A soft bounce is retried."]),
        ("- a form\n- a box at checkout", ["A form and a box at checkout."]),
        ("n/a", []),
        ("-", []),
    ],
)
def test_an_answer_is_closed_as_sentences(typed: str, said: list[str]) -> None:
    assert closed(read(typed)) == said


@pytest.mark.parametrize(
    ("phrase", "put"),
    [
        ("online shop for candles", "an online shop for candles"),
        ("order confirmations", "order confirmations"),
        ("SES event", "an SES event"),
        ("unique link", "a unique link"),
        ("hourly report", "an hourly report"),
        ("design and marketing agency", "a design and marketing agency"),
        ("support", "support"),
        ("coffee roastery and 3 cafes", "a coffee roastery and 3 cafes"),
        ("same number", "the same number"),
        ("link or form", "a link or a form"),
        ("children's nursery", "a children's nursery"),
        ("bike sharing in mid-sized towns", "bike sharing in mid-sized towns"),
        ("monthly CO2 report", "a monthly CO2 report"),
        ("donation thank yous", "donation thank yous"),
    ],
)
def test_an_article_is_put_where_one_thing_is_meant(phrase: str, put: str) -> None:
    assert with_article(phrase) == put


@pytest.mark.parametrize(
    ("phrase", "many"),
    [
        ("news", False),
        ("receipts", True),
        ("a receipt and an invoice", True),
        ("the Letter, with recipes and offers", False),
    ],
)
def test_a_phrase_is_one_or_many(phrase: str, many: bool) -> None:
    assert is_plural(phrase) is many


def test_a_list_reads_as_a_person_says_it() -> None:
    assert and_list(["a", "b", "c"]) == "a, b and c"
    assert and_list(["a, b", "c"]) == "a, b; and c"


@pytest.mark.parametrize("name", ["iOS app", "Wick & Wool", "SES", "Black Friday sale", "I write"])
def test_names_keep_their_capital(name: str) -> None:
    assert lower_first(name) == name


def test_abbreviations_and_addresses_end_no_sentence() -> None:
    assert sentences("See acme.com, e.g. the footer. It costs 3.5 euros.") == [
        "See acme.com, e.g. the footer.",
        "It costs 3.5 euros.",
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("We send mail", Tongue.ENGLISH), ("ごとに1通", Tongue.JAPANESE), ("Wir senden die Post", Tongue.OTHER)],
)
def test_the_language_of_an_answer(text: str, kind: Tongue) -> None:
    assert tongue(text) is kind


@given(st.text(max_size=80))
def test_no_text_raises_and_cleaning_is_final(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert all(s.strip() for s in closed(read(text)))


@pytest.mark.parametrize(
    "typed",
    [
        "Team members who enabled alerts for that project",
        "The volunteers on that shift",
        "invoicing app for tradespeople",
    ],
)
def test_a_relative_clause_makes_no_sentence(typed: str) -> None:
    assert shape(typed) is Shape.NOUN


def test_the_verb_after_a_relative_clause_makes_one() -> None:
    assert shape("Addresses that aren't confirmed are removed after two weeks") is Shape.SENTENCE
