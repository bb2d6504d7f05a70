"""The launch check says first what it comes to: what is unknown is never good."""

import pytest

from handlers.views.launch import launch_message
from model import AccountRegion, Outcome
from model.staying import Launch, LaunchItem
from tests.support.blockkit import read, refusals

HERE = AccountRegion("main", "us-east-1")


@pytest.mark.parametrize(
    ("outcomes", "lead"),
    [
        ((Outcome.PASS, Outcome.WARN), "Nothing is in the way."),
        ((Outcome.PASS, Outcome.UNKNOWN), "1 thing is unknown. Look before you send."),
        ((Outcome.UNKNOWN, Outcome.FAIL), "1 thing to fix before you send."),
    ],
)
def test_the_lead(outcomes: tuple[Outcome, ...], lead: str) -> None:
    items = tuple(LaunchItem(one, "Suppression <!channel>: unknown.") for one in outcomes)
    message = launch_message(Launch("acme.com", items), HERE, None)
    assert lead in read(message.blocks)
    assert refusals(message) == []
