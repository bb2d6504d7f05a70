"""Each rule of the remarks (verdicts, "Remarks on the finished text"): what it stops at, and what it lets pass."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafts.remarks import review
from drafts.request import write
from drafts.wording import load_table
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
from tests.support.cases import cases, table
from tests.support.letters import SHOP, SHOP_SEEN, M

LETTER, TEA = SHOP.kinds[1], SHOP.kinds[0]
BROKEN = Report(
    "harbourtea.example", Verdict.FIX_FIRST,
    (Finding("dkim", Outcome.FAIL, "dkim.none", "No DKIM key was found for harbourtea.example."),), 0.1, 9,
)  # fmt: skip


def shop_with_kinds(*changed: MailKind) -> Answers:
    return replace(SHOP, kinds=changed)


def shop_with_letter(**changes: Any) -> Answers:
    """The shop with another newsletter."""
    return shop_with_kinds(TEA, replace(LETTER, **changes))


def remarks(answers: Answers, **context: Any) -> dict[str, Remark]:
    return {remark.rule: remark for remark in review(write(answers, SHOP_SEEN), answers, DraftContext(**context))}


TYPES: dict[str, Callable[[Any], Any]] = {"mail_type": MailType, "language": ContactLanguage}


def _keep_value(value: Any) -> Any:
    return value


def change_shop(changes: dict[str, Any]) -> Answers:
    """The shop with other answers, by their paths."""
    answers = SHOP
    for path, value in changes.items():
        *_, number, name = f"..{path}".split(".")
        new: Any = tuple(map(Leaving, value)) if name == "leaving" else TYPES.get(name, _keep_value)(value)
        if number:
            mail = list(answers.kinds)
            mail[int(number)] = replace(mail[int(number)], **{name: new})
            answers = replace(answers, kinds=tuple(mail))
        else:
            answers = replace(answers, **{name: new})
    return answers


CLEAN = replace(
    SHOP,
    business="We sell loose leaf tea and imported wine online to people in Ireland and Britain.",
    kinds=(
        replace(TEA, sentence="The customer who placed an order gets one as soon as it is paid."),
        replace(LETTER, sentence="People who signed up on our website get it every other Thursday, with new teas."),
    ),
)
AT: list[tuple[str, str, Answers, dict[str, Any]]] = [
    (
        "volume.arithmetic",
        "kinds.1.count",
        shop_with_letter(count=40_000),
        {"registered": date(2026, 2, 20), "today": date(2026, 3, 2)},
    ),
    ("type.conflict", "mail_type", replace(shop_with_kinds(replace(TEA, name="Login codes")), mail_type=M), {}),
    ("claims.check", "anything_else", replace(SHOP, anything_else="DKIM and SPF are set up."), {"report": BROKEN}),
    ("region.mismatch", "region", SHOP, {"verified_regions": ("us-east-1",)}),
    (
        "contact.dead",
        "contacts",
        replace(SHOP, contacts=("a@dead.example",)),
        {"dead_domains": frozenset({"dead.example"})},
    ),
    ("cut", "opt_in", replace(SHOP, opt_in="The form is at the foot of the page. " * 200), {}),
]


@pytest.mark.parametrize(
    ("rule", "field", "answers", "context"), AT, ids=[f"{case[0]} {i}" for i, case in enumerate(AT)]
)
def test_a_rule_is_broken_in_a_context(rule: str, field: str, answers: Answers, context: dict[str, Any]) -> None:
    remarks_found = [
        (remark.rule, remark.field) for remark in review(write(answers, None), answers, DraftContext(**context))
    ]
    assert (rule, field) in remarks_found


@cases()
def test_a_rule_is_broken_at_its_field(rule: str, field: str, changes: dict[str, Any]) -> None:
    answers = change_shop(changes)
    assert (rule, field) in [
        (remark.rule, remark.field) for remark in review(write(answers, None), answers, DraftContext())
    ]


def test_every_rule_has_a_case() -> None:
    in_text = {cells[0] for _, cells in table(__file__, "a rule is broken at its field")}
    assert {case[0] for case in AT} | in_text == set(load_table("remarks"))


PASSES: list[tuple[str, Answers]] = [
    ("leave.unsaid", shop_with_kinds(replace(TEA, leaving=()))),
    ("volume.arithmetic", shop_with_kinds(replace(LETTER, rhythm=Rhythm.QUARTERLY, count=4_400))),
]


@pytest.mark.parametrize(("rule", "answers"), PASSES, ids=[f"{case[0]} {i}" for i, case in enumerate(PASSES)])
def test_what_a_rule_lets_pass_with_other_kinds(rule: str, answers: Answers) -> None:
    assert rule not in {remark.rule for remark in review(write(answers, None), answers, DraftContext())}


@cases()
def test_what_a_rule_lets_pass(rule: str, changes: dict[str, Any]) -> None:
    answers = change_shop(changes)
    assert rule not in {remark.rule for remark in review(write(answers, None), answers, DraftContext())}


def test_a_good_letter_has_nothing_to_remark() -> None:
    context = DraftContext(verified_regions=("eu-west-1",), registered=date(2017, 1, 1), today=date(2026, 3, 2))
    assert review(write(CLEAN, SHOP_SEEN), CLEAN, context) == ()


def test_answers_typed_as_notes_are_one_remark_that_names_them() -> None:
    notes = replace(SHOP, opt_in="people type their address into the form on our website")
    remarks_found = [
        remark for remark in review(write(notes, None), notes, DraftContext()) if remark.rule == "fragment"
    ]
    assert [remark.field for remark in remarks_found] == ["business"]
    assert "your business, mail 1, mail 2, opting in" in remarks_found[0].advice


@pytest.mark.parametrize(
    "words", ["clicam no link no fundo da mensagem", "Abmeldelink in jeder Mail", "enlace de baja"]
)
def test_a_link_that_own_words_name_is_no_stop(words: str) -> None:
    remarks_found = remarks(shop_with_letter(leaving=(), leaving_words=words))
    assert remarks_found["unsub.missing"].severity is Severity.WARN, "the header is still missing"


def test_stops_come_first() -> None:
    bad = replace(SHOP, opt_in="See above.", example="")
    remarks_found = review(write(bad, None), bad, DraftContext())
    assert remarks_found[0].severity is Severity.STOP


def test_the_finished_text_is_read_and_not_the_answers_alone() -> None:
    request = write(CLEAN, None)
    reworded = replace(request, description=request.description + "\n\nWe also buy lists from partners.")
    remarks_found = review(reworded, CLEAN, DraftContext())
    assert ("optin.third-party", "We also buy lists from partners.") in {
        (remark.rule, remark.sentence) for remark in remarks_found
    }


def test_the_word_lists_have_their_shape() -> None:
    for name, rule in load_table("remarks").items():
        assert rule["severity"] in set(Severity), name
        for key, value in rule.items():
            if isinstance(value, bool):
                continue
            if isinstance(value, list):
                assert value, (name, key)
                assert all(
                    isinstance(phrase, str) and phrase == phrase.lower().strip() for phrase in value if key != "marks"
                ), (
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
        return [text for inner_value in value.values() for text in phrases_of(inner_value)]
    return (
        [text for inner_value in value for text in phrases_of(inner_value)] if isinstance(value, list) else [str(value)]
    )


@pytest.mark.parametrize("name", ["guard", "negation", "refusal", "remarks"])
def test_an_open_end_is_at_the_end_of_a_phrase_and_a_gap_is_between_two(name: str) -> None:
    for phrase in phrases_of(load_table(name)):
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
