"""The support case: what AWS writes there, whose turn it is, and when to expect AWS's answer. Pure.

GetAccount answers DENIED while AWS waits for an answer and also while AWS reads it, so the turn is kept beside the
snapshot: asked (IN_REVIEW) is AWS's turn, DENIED or a new case is ours, "I posted this" is AWS's again. People can be
faster than the polls: a DENIED that was answered before a poll saw it leaves the turn with AWS.

AWS itself promises a first answer within 24 hours. The article's estimate is up to three business days for a new domain
or a vague text, and up to seven for an appeal: what takes longer is overdue. A weekend passes without counting, which
is why a request of a Friday takes longer.

Each new message of AWS is news once; the case of an account that is seen for the first time is a baseline. Whether an
account's cases can be read at all is found out once, and again after a day. Source: Support API, DescribeCases,
DescribeCommunications.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TypeAlias

from aws.cases import CaseReading
from drafts import refusal
from model import Access, AccountRegion, Fact, News, NewsKind, NotFound, RegionState, Snapshot
from model.account import CaseAccess, Communication, SupportCase
from model.request import RefusalKind
from model.watching import Turn

PollResult: TypeAlias = tuple[RegionState, tuple[News, ...]]
"""What is known after a part of a poll, and the news it makes, in the order in which to post it."""
BUSINESS_DAYS = 3
APPEAL_BUSINESS_DAYS = 7
_SATURDAY = 5


def max_business_days(*, appeal: bool) -> int:
    """Returns how long an answer takes at the most, by the estimate: to a first request, or to an appeal."""
    return APPEAL_BUSINESS_DAYS if appeal else BUSINESS_DAYS


def estimate_answer_by(since: datetime, zone: tzinfo, *, appeal: bool = False) -> datetime:
    """Returns when a request (or an appeal) that was submitted at `since` (aware) is answered at the latest, by the
    estimate. Days are business days (Monday to Friday) in `zone`; the time of day stays."""
    local, remaining = since.astimezone(zone), max_business_days(appeal=appeal)
    while remaining:
        local += timedelta(days=1)
        remaining -= local.weekday() < _SATURDAY
    return local


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


def judge_turn(state: RegionState, new: Snapshot, now: datetime, zone: tzinfo, *, appeal: bool) -> TurnState:
    """Returns whose turn it is once `new` was read. `appeal`: AWS reads an answer, which takes longer than a first
    request."""
    turn, since = _current_turn(state, new, now)
    if turn is None or since is None:
        return TurnState(None, None)
    is_same = (turn, since) == (state.turn, state.turn_since)
    sent = state.reminders if is_same else 0
    if turn is Turn.AWS:
        is_slow = appeal or new.access is Access.NOT_GRANTED
        is_late = now > estimate_answer_by(since, zone, appeal=is_slow)
        return TurnState(turn, since, sent, late=is_late, days=max_business_days(appeal=is_slow))
    due = sum(now - since >= delay for delay in REMINDERS)
    if state.turn is None:  # adopted: what was due before is not repeated
        return TurnState(turn, since, due)
    remind = any(not is_silenced(number, since, state.said_not_now_at) for number in range(sent, due))
    return TurnState(turn, since, max(sent, due), remind=remind)


def is_silenced(number: int, since: datetime, not_now_at: datetime | None) -> bool:
    """Tells whether "Not now" silenced this reminder (from 0), as it does the next; the first has no button before
    it."""
    if not_now_at is None or number == 0:
        return False
    return since + REMINDERS[number - 1] <= not_now_at < since + REMINDERS[number]


def find_next_reminder(state: RegionState) -> datetime | None:
    """Returns when the next reminder of this turn comes; None where it is not ours, or no other comes."""
    current = state.current_turn
    if current is None or current[0] is not Turn.OURS:
        return None
    since = current[1]
    reminders = state.reminders if current == (state.turn, state.turn_since) else 0
    numbers = range(reminders, len(REMINDERS))
    due = (number for number in numbers if not is_silenced(number, since, state.said_not_now_at))
    return next((since + REMINDERS[number] for number in due), None)


def _find_unseen_answer(state: RegionState) -> datetime | None:
    """Returns when a person posted an answer after the last poll: what the next poll finds AWS to have written is
    answered already. None where a poll came after it."""
    at = state.said_turn_at
    is_unseen = state.said_turn is Turn.AWS and at is not None and state.read_at is not None and at > state.read_at
    return at if is_unseen else None


def _current_turn(state: RegionState, new: Snapshot, now: datetime) -> tuple[Turn | None, datetime | None]:
    old = state.snapshot
    is_turned = old is None or old.access is not new.access
    turn = {Access.IN_REVIEW: Turn.AWS, Access.NOT_GRANTED: Turn.OURS}.get(new.access)
    if turn is None:
        return None, None
    is_new_case = old is not None and None not in (old.case_id, new.case_id) and old.case_id != new.case_id
    if is_turned or (is_new_case and turn is Turn.OURS):
        answered_at = _find_unseen_answer(state) if turn is Turn.OURS else None
        return (Turn.AWS, answered_at) if answered_at else (turn, now)
    return state.current_turn or (turn, state.since or now)


def turn_facts(turn: Turn | None, since: datetime | None) -> dict[str, Fact]:
    return {"turn": turn.value, "turn_since": since.isoformat()} if turn and since else {}


ACCESS_RETRY = timedelta(days=1)
"""The time after which a plan may have been bought or a policy changed."""
_ACCESS_WITH_CASE = frozenset({Access.IN_REVIEW, Access.NOT_GRANTED})
_ACCESS_BEFORE_CASE = frozenset({Access.SANDBOX, Access.FAILED})
_START = datetime(2000, 1, 1, tzinfo=UTC)
_MAX_TEXT = 8_000
_MAX_ITEMS = 5
"""Messages of one poll that are news; of more, the newest are."""


def begin_case(before: RegionState, state: RegionState, now: datetime) -> RegionState:
    """Returns which case is read, and from when on its messages are news: all of them where the case came while the
    account was watched, else those that come after now."""
    case_id = state.snapshot.case_id if state.snapshot else None
    if case_id is None or case_id == state.case_known:
        return state
    is_new = before.snapshot is not None and before.snapshot.case_id != case_id
    return replace(state, case_known=case_id, case_read_to=_START if is_new else now)


def needs_case_access(state: RegionState, now: datetime) -> bool:
    """Tells whether to read if cases can be read, before there is one; again after a day where AWS did not say."""
    if state.snapshot is None or state.snapshot.access not in _ACCESS_BEFORE_CASE or state.case_access is not None:
        return False
    return state.case_access_at is None or now - state.case_access_at >= ACCESS_RETRY


def find_case_to_read(state: RegionState, now: datetime) -> str | None:
    """Returns the case that a poll should read; None where there is none, or none can be read."""
    if state.snapshot is None or state.snapshot.access not in _ACCESS_WITH_CASE or state.snapshot.case_id is None:
        return None
    is_closed = state.case_access in (CaseAccess.NO_PLAN, CaseAccess.DENIED)
    if is_closed and state.case_access_at and now - state.case_access_at < ACCESS_RETRY:
        return None
    return state.snapshot.case_id


def compare_case(account_region: AccountRegion, state: RegionState, reading: CaseReading, now: datetime) -> PollResult:
    """Returns what is known after the case was read, and what AWS wrote that is new, oldest first."""
    match reading:
        case CaseAccess():
            return replace(state, case_access=reading, case_access_at=now), ()
        case NotFound():
            return replace(state, case_access=CaseAccess.OPEN, case_access_at=now), ()
        case SupportCase():
            return _compare_communications(account_region, state, reading, now)
    return state, ()


def _compare_communications(
    account_region: AccountRegion, state: RegionState, case: SupportCase, now: datetime
) -> PollResult:
    since = state.case_read_to or now
    new = sorted(
        (communication for communication in case.communications if communication.by_aws and communication.at > since),
        key=lambda communication: communication.at,
    )
    read_to = max([since, *(communication.at for communication in case.communications)])
    after = replace(state, case_access=CaseAccess.OPEN, case_access_at=now, case_read_to=read_to)
    after = _pass_turn(after, case, since, now)
    turn = turn_facts(*(after.current_turn or (None, None)))
    items = (
        News(NewsKind.CASE_MESSAGE, account_region, now, _message_facts(communication, case) | turn)
        for communication in new[-_MAX_ITEMS:]
    )
    return after, tuple(items)


def _pass_turn(state: RegionState, case: SupportCase, since: datetime, now: datetime) -> RegionState:
    """Returns the turn after the newest message, where that is new: ours if AWS wrote, except an approval; else
    AWS's."""
    newest = max(case.communications, key=lambda communication: communication.at, default=None)
    if newest is None or newest.at <= since:
        return state
    is_approval = newest.by_aws and refusal.read(newest.text[:_MAX_TEXT]).kind is RefusalKind.APPROVED
    turn = Turn.OURS if newest.by_aws and not is_approval else Turn.AWS
    if state.current_turn and state.current_turn[0] is turn:
        return state
    return replace(state, turn=turn, turn_since=now, reminders=0)


def _message_facts(communication: Communication, case: SupportCase) -> dict[str, Fact]:
    text = communication.text.replace("\x00", "")
    return {
        "case_id": case.display_id,
        "message": refusal.read(text[:_MAX_TEXT]).kind.value,
        "text": text[:_MAX_TEXT],
        "cut": len(text) > _MAX_TEXT,
        "attachments": ", ".join(communication.attachments)[:500],
        "wrote_at": communication.at.isoformat(),
    }
