"""Every finding that is not a pass says why it matters."""

import pytest

from handlers.views.naming import LABELS
from handlers.views.reasons import REASONS, reason
from tests.support.codes import CODES

NOT_PASSED = sorted(code for code, outcomes in CODES.items() if outcomes - {"pass"})


@pytest.mark.parametrize("code", NOT_PASSED)
def test_each_code_has_a_calm_sentence(code: str) -> None:
    sentence = reason(code)
    assert sentence.endswith(".")
    assert "!" not in sentence
    assert 40 <= len(sentence) <= 220
    assert sentence.isprintable()


def test_no_reason_is_for_a_code_that_does_not_exist() -> None:
    assert [code for code in REASONS if code not in CODES and not code.endswith(".lookup-failed")] == []


def test_a_code_that_is_not_known_has_no_reason() -> None:
    assert reason("spf.ok") == ""
    assert reason("moon.phase") == ""


def test_every_check_has_a_name_for_people() -> None:
    assert {code.partition(".")[0] for code in CODES} == set(LABELS)
