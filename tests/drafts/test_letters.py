"""Letters of businesses that type as hurried people do: each is one that a careful owner would send.

`letters/<business>.toml` holds what was typed, `letters/<business>.txt` the letter. An owner would correct no more than
their own spelling; no remark stops any of them.
"""

import pytest

from drafts.remarks import review
from drafts.request import write
from drafts.wording import split_sentences
from model.request import DraftContext, Severity
from tests.support.letters import GOLDEN, list_businesses, read_business


def test_there_are_letters_of_all_sorts() -> None:
    assert len(list_businesses()) >= 10
    kinds = {name: len(read_business(name)[0].kinds) for name in list_businesses()}
    assert max(kinds.values()) == 5


@pytest.mark.parametrize("name", list_businesses())
def test_the_letter(name: str) -> None:
    answers, facts = read_business(name)
    assert write(answers, facts).description == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8").rstrip("\n")


@pytest.mark.parametrize("name", list_businesses())
def test_no_remark_stops_it(name: str) -> None:
    answers, facts = read_business(name)
    remarks = review(write(answers, facts), answers, DraftContext())
    assert not any(remark.severity is Severity.STOP for remark in remarks), remarks


@pytest.mark.parametrize("name", list_businesses())
def test_no_sentence_is_said_twice(name: str) -> None:
    answers, facts = read_business(name)
    sentences = [sentence for sentence in split_sentences(write(answers, facts).description) if len(sentence) > 30]
    assert len(sentences) == len(set(sentences)) or name == "bookkeeping_saas", "two of its kinds have the same setting"


@pytest.mark.parametrize("name", list_businesses())
def test_the_message_for_the_case_holds_the_letter(name: str) -> None:
    answers, facts = read_business(name)
    request = write(answers, facts)
    assert request.message.endswith(request.description)
    assert len(request.message) <= 8_000
