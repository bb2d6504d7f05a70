"""Every finding that is not a pass says why it matters."""

import pytest

from model.checks import EVERY_CHECK, load_reasons, reason_of
from tests.support.codes import CODES

NOT_PASSED = sorted(code for code, outcomes in CODES.items() if outcomes - {"pass"})


@pytest.mark.parametrize("code", NOT_PASSED)
def test_each_code_has_a_calm_sentence(code: str) -> None:
    sentence = reason_of(code)
    assert sentence.endswith(".")
    assert "!" not in sentence
    assert 40 <= len(sentence) <= 220
    assert sentence.isprintable()


def test_no_reason_is_for_a_code_that_does_not_exist() -> None:
    codes = [f"{check}.{what}" for check, sentences in load_reasons().items() for what in sentences]
    assert [code for code in codes if code not in CODES and not code.endswith(".lookup-failed")] == []


def test_a_code_that_is_not_known_has_no_reason() -> None:
    assert reason_of("spf.ok") == ""
    assert reason_of("moon.phase") == ""


def test_every_check_has_a_name_for_people() -> None:
    assert {code.partition(".")[0] for code in CODES} == set(EVERY_CHECK)
