"""Whose turn it is on the case: pure, from what was known, what a poll saw, and what people did meanwhile.

GetAccount answers DENIED while AWS waits for an answer and also while AWS reads it, so the turn is kept beside the
snapshot: asked (IN_REVIEW) is AWS's turn, DENIED or a new case is ours, "I posted this" is AWS's again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from model import Access, Fact, RegionState, Snapshot
from model.watching import Turn
from watch.expected import business_days, expected_by

REMINDERS = (timedelta(hours=24), timedelta(days=3), timedelta(days=7))
"""After AWS asked and no one answered: each is news once."""
SOON = timedelta(hours=1)
"""DENIED that soon after asking is nearly always a question."""


@dataclass(frozen=True, slots=True)
class TurnState:
    """The turn after a poll. `reminders` were sent in it, `remind` says that one more is due now; `late` says that AWS
    should have answered, in `days` business days."""

    turn: Turn | None
    since: datetime | None
    reminders: int = 0
    remind: bool = False
    late: bool = False
    days: int = 0


def turn_after(known: RegionState, new: Snapshot, now: datetime, zone: tzinfo, *, appeal: bool) -> TurnState:
    """Whose turn it is once `new` was read. `appeal`: AWS reads an answer, which takes longer than a first request."""
    turn, since = _current(known, new, now)
    if turn is None or since is None:
        return TurnState(None, None)
    same = (turn, since) == (known.turn, known.turn_since)
    sent = known.reminders if same else 0
    if turn is Turn.AWS:
        slow = appeal or new.access is Access.NOT_GRANTED
        late = now > expected_by(since, zone, appeal=slow)
        return TurnState(turn, since, sent, late=late, days=business_days(appeal=slow))
    due = sum(now - since >= after for after in REMINDERS)
    if known.turn is None:  # adopted: what was due before is not repeated
        return TurnState(turn, since, due)
    return TurnState(turn, since, max(sent, due), remind=due > sent)


def _current(known: RegionState, new: Snapshot, now: datetime) -> tuple[Turn | None, datetime | None]:
    old = known.snapshot
    turned = old is None or old.access is not new.access
    began = {Access.IN_REVIEW: Turn.AWS, Access.NOT_GRANTED: Turn.OURS}.get(new.access)
    if began is None:
        return None, None
    new_case = old is not None and None not in (old.case_id, new.case_id) and old.case_id != new.case_id
    if turned or (new_case and began is Turn.OURS):
        return began, now
    return known.current_turn or (began, known.since or now)


def turn_facts(turn: Turn | None, since: datetime | None) -> dict[str, Fact]:
    """The turn as facts of news."""
    return {"turn": turn.value, "turn_since": since.isoformat()} if turn and since else {}
