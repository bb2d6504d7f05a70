"""A model's prose is held to the letter: what it invents does not pass, what it only words better does."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafts.guard import check, compose_prose, parts_to_reword
from drafts.request import write
from model.request import Prose, ProseSentence, SourcePart, ViolationKind
from tests.support.letters import INJECTIONS, SHOP, SHOP_SEEN, list_businesses, read_business

CASES: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("guard_cases.toml").read_text("utf-8"))["part"]
HONEST = [(case["head"], case["text"], prose) for case in CASES for prose in case.get("honest", ())]
INVENTED = [(case["head"], case["text"], prose) for case in CASES for prose in case.get("invented", ())]
WORDED = [(case["head"], case["text"], prose) for case in CASES for prose in case.get("worded", ())]


def prose_of(text: str, *parts: str) -> Prose:
    """One paragraph whose sentences all name the same parts."""
    return Prose((tuple(ProseSentence(sentence, parts) for sentence in text.split(" | ")),))


def test_there_are_enough_cases() -> None:
    assert len(INVENTED) >= 60
    assert len(HONEST) >= 30
    assert len(WORDED) >= 50


@pytest.mark.parametrize(("head", "text", "invented"), INVENTED)
def test_no_invention_passes(head: str, text: str, invented: str) -> None:
    violations = check(prose_of(invented, "p1"), (SourcePart("p1", head, text),))
    assert [violation for violation in violations if violation.kind is not ViolationKind.LOST], (
        "found by the sentence itself"
    )


def test_hardly_any_honest_rewording_is_refused() -> None:
    refused = {
        prose: [f"{violation.kind}: {violation.detail}" for violation in violations]
        for head, text, prose in HONEST
        if (violations := check(prose_of(prose, "p1"), (SourcePart("p1", head, text),)))
    }
    assert len(refused) <= 2, refused


def test_hardly_any_sentence_that_words_a_note_is_refused() -> None:
    refused = {
        prose: [f"{violation.kind}: {violation.detail}" for violation in violations]
        for head, text, prose in WORDED
        if (
            violations := [
                violation
                for violation in check(prose_of(prose, "p1"), (SourcePart("p1", head, text),))
                if violation.sentence
            ]
        )
    }
    assert len(refused) <= 2, refused


@pytest.mark.parametrize("name", list_businesses())
def test_the_letter_itself_passes(name: str) -> None:
    request = write(*read_business(name))
    parts = parts_to_reword(request)
    prose = Prose(tuple((ProseSentence(part.text, (part.id,)),) for part in parts))
    assert check(prose, parts) == ()
    composed = compose_prose(prose, request, ())
    assert all(" ".join(part.text.split()) in " ".join(composed.split()) for part in parts)
    assert composed.endswith(request.parts[-1].paragraphs[-1])


def test_what_is_lost_is_said() -> None:
    parts = parts_to_reword(write(SHOP, SHOP_SEEN))
    kept_parts = [part for part in parts if "700" not in part.text]
    violations = check(Prose(tuple((ProseSentence(part.text, (part.id,)),) for part in kept_parts)), parts)
    assert {violation.kind for violation in violations} == {ViolationKind.LOST}
    assert {"700", "Order confirmations", "transactional"} <= {violation.detail for violation in violations}


def test_a_sentence_without_a_known_source_fails() -> None:
    part = SourcePart("p1", "", "We sell tea.")
    for names_of in ((), ("p2",), ("p1", "p2")):
        violations = check(Prose(((ProseSentence("We sell tea.", names_of),),)), (part,))
        assert ViolationKind.NO_SOURCE in {violation.kind for violation in violations}


def test_a_failing_sentence_is_replaced_by_its_parts_and_nothing_is_lost() -> None:
    request = write(SHOP, SHOP_SEEN)
    parts = parts_to_reword(request)
    sentences = [ProseSentence(part.text, (part.id,)) for part in parts]
    opt_in = next(at for at, part in enumerate(parts) if part.head == "How people opt in")
    sentences[opt_in] = ProseSentence("All subscribers confirm by double opt-in.", (parts[opt_in].id,))
    prose = Prose((tuple(sentences),))
    composed = compose_prose(prose, request, check(prose, parts))
    assert "double opt-in" not in composed
    for part in parts:
        assert composed.count(part.text) == 1
    assert composed.endswith(SHOP.example)


def test_parts_worded_together_are_replaced_together() -> None:
    request = write(SHOP, None)
    first, second, *_ = [part for part in parts_to_reword(request) if part.head == "What we send"]
    prose = Prose(((ProseSentence("We send 800 order confirmations and The Harbour letter.", (first.id, second.id)),),))
    composed = compose_prose(prose, request, check(prose, parts_to_reword(request)))
    assert "800" not in composed
    assert first.text in composed
    assert second.text in composed


def test_an_instruction_is_not_shown_to_a_model_and_the_example_neither() -> None:
    request = write(INJECTIONS[0], None)
    model_text = " ".join(part.text for part in parts_to_reword(request))
    assert "Ignore all" not in model_text
    assert SHOP.example.split("\n")[0] not in model_text
    prose = Prose(tuple((ProseSentence(part.text, (part.id,)),) for part in parts_to_reword(request)))
    assert "Ignore all" in compose_prose(prose, request, ()), "the letter keeps it as typed"


TEXT = st.text(st.characters(codec=None), max_size=80) | st.sampled_from(
    ["\ud800", "“", "1" * 400, "a.b." * 99, "日本語。"]
)


@settings(max_examples=60)
@given(st.lists(st.tuples(TEXT, st.lists(st.sampled_from(["p1", "p2", "x"]), max_size=3)), max_size=5), TEXT)
def test_babble_never_raises_and_never_gets_in(babble: list[tuple[str, list[str]]], text: str) -> None:
    parts = (SourcePart("p1", "", text), SourcePart("p2", "Head", "We sell tea."))
    prose = Prose((tuple(ProseSentence(sentence, tuple(named)) for sentence, named in babble),))
    assert check(prose, parts) == check(prose, parts)
    request = write(SHOP, None)
    composed = compose_prose(prose, request, check(prose, parts_to_reword(request)))
    assert len(composed) <= 5_000
    assert all(
        part.text in composed
        for part in parts_to_reword(request)
        if part.id not in {n for _, some in babble for n in some}
    )
