"""Letters of businesses that type as hurried people do: each is one that a careful owner would send.

`letters/<business>.toml` holds what was typed, `letters/<business>.txt` the letter. An owner would correct no more than
their own spelling; no remark stops any of them.
"""

import pytest

from drafts.remarks import review
from drafts.request import write
from drafts.wording import split_sentences
from model.request import DraftContext, Severity
from tests.support.letters import GOLDEN, business, names


def test_there_are_letters_of_all_sorts() -> None:
    assert len(names()) >= 10
    kinds = {name: len(business(name)[0].kinds) for name in names()}
    assert max(kinds.values()) == 5


@pytest.mark.parametrize("name", names())
def test_the_letter(name: str) -> None:
    answers, seen = business(name)
    assert write(answers, seen).description == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8").rstrip("\n")


@pytest.mark.parametrize("name", names())
def test_no_remark_stops_it(name: str) -> None:
    answers, seen = business(name)
    remarks = review(write(answers, seen), answers, DraftContext())
    assert not any(one.severity is Severity.STOP for one in remarks), remarks


@pytest.mark.parametrize("name", names())
def test_no_sentence_is_said_twice(name: str) -> None:
    answers, seen = business(name)
    said = [sentence for sentence in split_sentences(write(answers, seen).description) if len(sentence) > 30]
    assert len(said) == len(set(said)) or name == "bookkeeping_saas", "two of its kinds have the same setting"


@pytest.mark.parametrize("name", names())
def test_the_message_for_the_case_holds_the_letter(name: str) -> None:
    answers, seen = business(name)
    request = write(answers, seen)
    assert request.message.endswith(request.description)
    assert len(request.message) <= 8_000
