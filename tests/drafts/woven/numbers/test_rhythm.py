"""How often, as sends a month or messages an event: the factors of the volume arithmetic (lint rules of drafts)."""

import pytest

from drafts.woven.numbers import per_event, per_month


@pytest.mark.parametrize(
    ("typed", "sends"),
    [
        ("daily", 30.4), ("weekdays", 21.7), ("mon-fri", 21.7), ("Monday to Friday", 21.7), ("weekly", 4.33),
        ("twice a week", 8.66), ("2-3 times a week", 2.5 * 4.33), ("Fridays", 4.33), ("every other Tuesday", 2.17),
        ("every 2 weeks", 2.17), ("fortnightly", 2.17), ("monthly", 1.0), ("first Monday of the month", 1.0),
        ("first and third Thursday", 2.0), ("1 or 2 a month", 1.5), ("quarterly", 0.33), ("once a year", 0.083),
    ],
)  # fmt: skip
def test_a_rhythm_is_so_many_sends_a_month(typed: str, sends: float) -> None:
    assert per_month(typed) == pytest.approx(sends)


@pytest.mark.parametrize("typed", ["biweekly", "bimonthly", "regularly", "as needed", "one per order", ""])
def test_an_ambiguous_rhythm_is_none(typed: str) -> None:
    assert per_month(typed) is None


@pytest.mark.parametrize(
    ("typed", "messages"),
    [("2 per order", 2), ("one for each booking", 1), ("three mails per stay", 3), ("weekly", None)],
)
def test_messages_an_event(typed: str, messages: float | None) -> None:
    assert per_event(typed) == messages
