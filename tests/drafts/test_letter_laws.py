"""What holds for every letter, whatever was typed (design, "The letter")."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafts.request import write
from drafts.volume import monthly_volume
from drafts.wording import CUT, clean_text, load_table, split_sentences
from model.request import (
    Answers,
    ContactLanguage,
    Leaving,
    MailKind,
    MailType,
    Rhythm,
    SeenFacts,
    Unconfirmed,
)
from tests.support.letters import SHOP, SHOP_SEEN

FEW = settings(max_examples=40)
WORDS = st.text("qxzj", min_size=2, max_size=8)
SLOT = st.lists(WORDS, max_size=3).map(" ".join)
OWN = st.lists(st.lists(WORDS, min_size=2, max_size=6).map(" ".join), max_size=3).map(". ".join)
"""Own answers in letters that no set sentence has in its words, so that the two can be distinguished."""
COUNTS = st.none() | st.integers(-5, 10**12)
URLS = st.sampled_from(["", "https://qxz.example", "https://qxz.example/jj"])


def kinds(texts: st.SearchStrategy[str], slots: st.SearchStrategy[str]) -> st.SearchStrategy[MailKind]:
    return st.builds(
        MailKind, slots, st.none() | st.sampled_from(MailType), texts, st.none() | st.sampled_from(Rhythm),
        st.none() | st.integers(-1, 9), COUNTS, st.none() | st.floats(),
        st.lists(st.sampled_from(Leaving), unique=True).map(tuple), texts,
    )  # fmt: skip


def answers(texts: st.SearchStrategy[str], slots: st.SearchStrategy[str]) -> st.SearchStrategy[Answers]:
    return st.builds(
        Answers, name=slots, place=slots, since=slots | st.sampled_from(["2017", "March 2019"]), business=texts,
        website=URLS, privacy_policy=URLS, domain=st.sampled_from(["", "qxz.example"]),
        region=st.sampled_from(["", "eu-west-1"]), kinds=st.lists(kinds(texts, slots), max_size=3).map(tuple),
        opt_in=texts, opt_in_page=URLS, confirmed=st.none() | st.booleans(),
        unconfirmed=st.none() | st.sampled_from(Unconfirmed), unconfirmed_days=st.none() | st.integers(-1, 400),
        unsubscribe_page=URLS, bounces=texts, busiest=COUNTS, busiest_when=slots, example=texts, anything_else=texts,
        contacts=st.lists(slots, max_size=5).map(tuple), language=st.sampled_from(ContactLanguage),
    )  # fmt: skip


SEEN = st.none() | st.builds(
    SeenFacts, at=st.just(date(2026, 3, 2)), domain=st.just("qxz.example"), region=st.just("eu-west-1"),
    verified=st.booleans(), dkim=st.booleans(), mail_from=st.sampled_from(["", "mail.qxz.example"]),
    dmarc=st.booleans(), suppression=st.booleans(), rehearsed=st.none() | st.just(date(2026, 2, 1)),
)  # fmt: skip
TYPES = "transactional|marketing|トランザクションメール|マーケティングメール"
ANY_TEXT = st.text(st.characters(codec=None), max_size=12) | st.sampled_from(
    ["\ud800", "{name}", "\0\u2028", "日本語。", "مرحبا", "e.g. x", "🙂", "%s {0}", "a\r\n\r\n\r\nb"]
)


def own_texts(a: Answers) -> list[str]:
    kinds_of = [text for kind in a.kinds for text in (kind.sentence, kind.leaving_words)]
    return [a.business, *kinds_of, a.opt_in, a.bounces, a.anything_else, a.example]


@FEW
@given(answers(ANY_TEXT, ANY_TEXT), SEEN)
def test_every_typed_sentence_is_in_the_letter_as_typed(a: Answers, facts: SeenFacts | None) -> None:
    letter = " ".join(write(a, facts).description.split())
    for text in own_texts(a):
        for sentence in split_sentences(text):
            typed = " ".join(sentence.split()).rstrip(",;:、，")
            with_capital = typed[:1].upper() + typed[1:]
            assert typed in letter or with_capital in letter


@FEW
@given(answers(OWN, SLOT), SEEN)
def test_every_other_sentence_is_one_of_the_listed_ones(a: Answers, facts: SeenFacts | None) -> None:
    listed = [_pattern(template) for template in load_table("letter")["ja" if a.language == "JA" else "en"].values()
              if isinstance(template, str)]  # fmt: skip
    for line in write(a, facts).description.split("\n"):
        for sentence in split_sentences(re.sub(r"^\d\. ", "", line)):
            own = not re.sub(r"[qxzjQXZJ\s.。]", "", re.sub(rf"\s*[(（](?:{TYPES})[)）]|^(?:{TYPES})", "", sentence))
            assert own or any(pattern.fullmatch(sentence) for pattern in listed), sentence


@FEW
@given(answers(OWN, SLOT))
def test_the_numbers_add_up(a: Answers) -> None:
    a = replace(a, language=ContactLanguage.EN)
    month = monthly_volume(a)
    total = re.search(
        r"In total we send (?:about )?([\d,]+) messages a month \(([\d, +]+)\)", write(a, None).description
    )
    if total:
        terms = [_number(term) for term in total[2].split("+")]
        assert sum(terms) == _number(total[1]) == month.total
        assert len(terms) == sum(kind is not None for kind in map(_counted, a.kinds))
    if "=" in month.sum:
        products, sum_shown = month.sum.rsplit("=", 1)
        assert _number(sum_shown) == month.total
        exact = sum(_product(term) for term in products.split("+"))
        assert abs(exact - month.total) <= 0.005 * exact + len(a.kinds)


@FEW
@given(answers(ANY_TEXT, ANY_TEXT), SEEN)
def test_the_same_answers_make_the_same_letter(a: Answers, facts: SeenFacts | None) -> None:
    assert write(a, facts) == write(replace(a, account="another"), facts)


LONG = st.sampled_from(
    ["x" * 20_000, "ab c. " * 3_000, "日本。" * 2_000, "." * 6_000, "a\n" * 5_000, "\ud800 " * 4_000]
)


@FEW
@given(answers(ANY_TEXT | LONG, ANY_TEXT | LONG))
def test_any_text_makes_a_letter_that_aws_takes(a: Answers) -> None:
    request = write(a, None)
    assert len(request.description) <= 5_000
    assert len(request.message) <= 8_000
    request.message.encode("utf-8")
    assert len(request.contacts) <= 4


@FEW
@given(answers(ANY_TEXT, ANY_TEXT), SEEN)
def test_empty_parts_leave_no_trace(a: Answers, facts: SeenFacts | None) -> None:
    words = load_table("letter")["ja" if a.language == "JA" else "en"]
    empty = replace(
        a, opt_in="", opt_in_page="", confirmed=None, unconfirmed=None, privacy_policy="", example="", bounces=""
    )
    lines = write(empty, None).description.split("\n")
    for head in ("head_opt_in", "head_privacy", "head_example", "head_bounces"):
        assert words[head] not in lines
    assert "None" not in write(Answers(), None).description
    assert "\n\n\n" not in write(a, facts).description


def test_no_answers_make_no_letter() -> None:
    assert write(Answers(), None).description == ""
    assert write(Answers(), None).message == ""


@given(st.integers(200, 900), st.integers(1, 400))
def test_a_long_answer_is_cut_at_a_sentence_with_a_sign(words: int, length: int) -> None:
    long = " ".join(f"Sentence {at} has {'q' * (length % 90)} in it." for at in range(words))
    description = write(replace(SHOP, opt_in=long), SHOP_SEEN).description
    assert len(description) <= 5_000
    if CUT in description:
        before = description[: description.index(CUT)].rstrip()
        assert before.endswith("in it.")
        numbers = re.findall(r"Sentence (\d+) has", description)
        assert [int(number) for number in numbers] == list(range(len(numbers)))
    else:
        assert clean_text(long) in description


def test_what_was_seen_is_said_only_for_its_domain_and_region() -> None:
    assert "is verified" in write(SHOP, SHOP_SEEN).description
    for other in (replace(SHOP_SEEN, domain="else.example"), replace(SHOP_SEEN, region="us-east-1")):
        assert "2026" not in write(SHOP, other).description
    for field, words in {"dmarc": "DMARC", "dkim": "DKIM", "suppression": "suppression list"}.items():
        assert words not in write(SHOP, replace(SHOP_SEEN, **_off(field))).description
    assert "simulator" not in write(SHOP, replace(SHOP_SEEN, rehearsed=None)).description


def _off(field: str) -> dict[str, Any]:
    return {field: False}


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", ".{1,400}", re.escape(template)).replace(r"\ ", " "), re.DOTALL)


def _number(text: str) -> int:
    return int(text.replace(",", "").strip())


def _product(term: str) -> float:
    factors = [float(factor.replace(",", "")) for factor in term.split("×")]
    return factors[0] * factors[1] if len(factors) > 1 else factors[0]


def _counted(kind: MailKind) -> Any:
    return monthly_volume(Answers(kinds=(kind,))).total or None


@pytest.mark.parametrize("table", ["letter", "reply"])
def test_both_languages_have_the_same_sentences(table: str) -> None:
    english, japanese = load_table(table)["en"], load_table(table)["ja"]
    assert set(english) == set(japanese)
    for name, sentence in english.items():
        if isinstance(sentence, str):
            assert set(re.findall(r"\{\w+\}", sentence)) == set(re.findall(r"\{\w+\}", japanese[name])), name
    if table == "letter":
        rhythms = {rhythm.value for rhythm in Rhythm} - {"on_event"} | {"twice_a_week"}
        assert set(english["rhythms"]) == set(japanese["rhythms"]) == rhythms
        assert set(load_table(table)["said"]) >= rhythms - {"twice_a_week"}
