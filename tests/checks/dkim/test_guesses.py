"""Rarer selectors are asked only where that can tell something, and never cost a round trip of the check."""

import pytest

from checks import dkim
from checks.dkim.look_up import FIRST_GUESSES, OTHER_GUESSES
from tests.support import virtual
from tests.support.keys import rsa
from tests.support.table import TableResolver

KEY = f"v=DKIM1; k=rsa; p={rsa(2048)}"


def asked(*selectors: str) -> set[str]:
    """The selectors that are asked for where keys stand at these."""
    table = {"acme.com": {"TXT": ["v=spf1 -all"]}} | {f"{one}._domainkey.acme.com": {"TXT": [KEY]} for one in selectors}
    facts, _ = virtual.run(dkim.look_up("acme.com", TableResolver(table)))
    return {each.label for each in facts.selectors}


@pytest.mark.parametrize("selector", FIRST_GUESSES)
def test_a_key_at_a_usual_selector_is_found_at_once(selector: str) -> None:
    assert {*FIRST_GUESSES} <= asked(selector)
    assert len(asked(selector)) <= len(FIRST_GUESSES) + 3


@pytest.mark.parametrize("selector", OTHER_GUESSES)
def test_a_key_at_a_rarer_selector_is_found_all_the_same(selector: str) -> None:
    assert asked(selector) == {*FIRST_GUESSES, *OTHER_GUESSES}


def test_below_a_name_that_does_not_exist_nothing_more_is_asked() -> None:
    """RFC 8020."""
    assert asked() == {*FIRST_GUESSES}


def test_selectors_that_come_together_are_looked_for_together() -> None:
    assert {"k3", "mandrill"} <= asked("k1")
    assert {"fm2", "fm3"} <= asked("fm1")
