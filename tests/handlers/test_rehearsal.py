"""What a rehearsal says of the events that came, and of those that did not."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from aws.events import SimulatorEvent
from handlers.changes.carry_out import OPERATIONS
from handlers.changes.rehearsal import AWAIT, PATIENCE
from model import AccountRegion
from model.changes import ChangeState, ChangeStep
from watch.hints import Arrivals

HERE = AccountRegion("main", "us-east-1")
LABEL = "0123456789abcdef"
STEP = ChangeStep(AWAIT, "Events", {"label": LABEL})
ALL = {"Email Delivered": 1.0, "Email Bounced": 2.25, "Email Complaint Received": 3.0}


def bot(events: Mapping[str, float]) -> Any:
    arrivals = Arrivals()
    arrivals.keep([SimulatorEvent(LABEL, kind, seconds) for kind, seconds in events.items()])
    arrivals.keep([SimulatorEvent(LABEL, kind, 99.0) for kind in events])
    return cast(Any, SimpleNamespace(arrivals_of=arrivals.events_of))


async def test_all_three_events_end_it_with_their_first_times() -> None:
    outcome = await OPERATIONS[AWAIT].read_back(bot(ALL), HERE, STEP)
    assert outcome.state is ChangeState.DONE
    assert outcome.words == "Arrived: delivery after 1.0 s, bounce after 2.2 s, complaint after 3.0 s."


@pytest.mark.parametrize("missing", ALL)
async def test_an_event_that_has_not_come_is_named_and_never_called_done(missing: str) -> None:
    came = {kind: seconds for kind, seconds in ALL.items() if kind != missing}
    outcome = await OPERATIONS[AWAIT].read_back(bot(came), HERE, STEP)
    word = {"Email Delivered": "delivery", "Email Bounced": "bounce", "Email Complaint Received": "complaint"}[missing]
    assert outcome.state is ChangeState.UNKNOWN
    assert outcome.words.endswith(f"Not arrived: {word}.")


async def test_events_of_another_rehearsal_do_not_count() -> None:
    other = ChangeStep(AWAIT, "Events", {"label": "f" * 16})
    assert (await OPERATIONS[AWAIT].read_back(bot(ALL), HERE, other)).state is ChangeState.UNKNOWN


def test_the_wait_has_an_end() -> None:
    assert OPERATIONS[AWAIT].patience == PATIENCE
