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


def business_days(*, appeal: bool) -> int:
    """Returns how long an answer takes at the most, by the estimate: to a first request, or to an appeal."""
    return APPEAL_BUSINESS_DAYS if appeal else BUSINESS_DAYS


def expected_by(since: datetime, zone: tzinfo, *, appeal: bool = False) -> datetime:
    """Until when a request (or an appeal) that was submitted at `since` (aware) is answered, by the estimate. Days are
    business days (Monday to Friday) in `zone`; the time of day stays."""
    local, left = since.astimezone(zone), business_days(appeal=appeal)
    while left:
        local += timedelta(days=1)
        left -= local.weekday() < _SATURDAY
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


def turn_after(known: RegionState, new: Snapshot, now: datetime, zone: tzinfo, *, appeal: bool) -> TurnState:
    """Returns whose turn it is once `new` was read. `appeal`: AWS reads an answer, which takes longer than a first
    request."""
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
    remind = any(not is_silenced(number, since, known.said_not_now_at) for number in range(sent, due))
    return TurnState(turn, since, max(sent, due), remind=remind)


def is_silenced(number: int, since: datetime, not_now_at: datetime | None) -> bool:
    """Tells whether "Not now" silenced this reminder (from 0), as it does the next; the first has no button before
    it."""
    if not_now_at is None or number == 0:
        return False
    return since + REMINDERS[number - 1] <= not_now_at < since + REMINDERS[number]


def next_reminder(known: RegionState) -> datetime | None:
    """Returns when the next reminder of this turn comes; None where it is not ours, or no other comes."""
    current = known.current_turn
    if current is None or current[0] is not Turn.OURS:
        return None
    since = current[1]
    over = known.reminders if current == (known.turn, known.turn_since) else 0
    ahead = range(over, len(REMINDERS))
    return next((since + REMINDERS[at] for at in ahead if not is_silenced(at, since, known.said_not_now_at)), None)


def _answered_unseen(known: RegionState) -> datetime | None:
    """Returns when a person posted an answer after the last poll: what the next poll finds AWS to have written is
    answered already. None where a poll came after it."""
    at = known.said_turn_at
    unseen = known.said_turn is Turn.AWS and at is not None and known.read_at is not None and at > known.read_at
    return at if unseen else None


def _current(known: RegionState, new: Snapshot, now: datetime) -> tuple[Turn | None, datetime | None]:
    old = known.snapshot
    turned = old is None or old.access is not new.access
    began = {Access.IN_REVIEW: Turn.AWS, Access.NOT_GRANTED: Turn.OURS}.get(new.access)
    if began is None:
        return None, None
    new_case = old is not None and None not in (old.case_id, new.case_id) and old.case_id != new.case_id
    if turned or (new_case and began is Turn.OURS):
        answered = _answered_unseen(known) if began is Turn.OURS else None
        return (Turn.AWS, answered) if answered else (began, now)
    return known.current_turn or (began, known.since or now)


def turn_facts(turn: Turn | None, since: datetime | None) -> dict[str, Fact]:
    return {"turn": turn.value, "turn_since": since.isoformat()} if turn and since else {}


LOOK_AGAIN = timedelta(days=1)
"""The time after which a plan may have been bought or a policy changed."""
_READ = frozenset({Access.IN_REVIEW, Access.NOT_GRANTED})
_BEFORE = frozenset({Access.SANDBOX, Access.FAILED})
_START = datetime(2000, 1, 1, tzinfo=UTC)
_MOST_TEXT = 8_000
_MOST_ITEMS = 5
"""Messages of one poll that are news; of more, the newest are."""


def begin_case(before: RegionState, known: RegionState, now: datetime) -> RegionState:
    """Returns which case is read, and from when on its messages are news: all of them where the case came while the
    account was watched, else those that come after now."""
    case_id = known.snapshot.case_id if known.snapshot else None
    if case_id is None or case_id == known.case_known:
        return known
    came_now = before.snapshot is not None and before.snapshot.case_id != case_id
    return replace(known, case_known=case_id, case_read_to=_START if came_now else now)


def access_to_find_out(known: RegionState, now: datetime) -> bool:
    """Tells whether it is worth asking if cases can be read, before there is one; again after a day where AWS did not
    say."""
    if known.snapshot is None or known.snapshot.access not in _BEFORE or known.case_access is not None:
        return False
    return known.case_access_at is None or now - known.case_access_at >= LOOK_AGAIN


def case_to_read(known: RegionState, now: datetime) -> str | None:
    """Returns the case that a poll should read; None where there is none, or none can be read."""
    if known.snapshot is None or known.snapshot.access not in _READ or known.snapshot.case_id is None:
        return None
    shut = known.case_access in (CaseAccess.NO_PLAN, CaseAccess.DENIED)
    if shut and known.case_access_at and now - known.case_access_at < LOOK_AGAIN:
        return None
    return known.snapshot.case_id


def compare_case(account_region: AccountRegion, known: RegionState, reading: CaseReading, now: datetime) -> PollResult:
    """Returns what is known after the case was read, and what AWS wrote that is new, oldest first."""
    match reading:
        case CaseAccess():
            return replace(known, case_access=reading, case_access_at=now), ()
        case NotFound():
            return replace(known, case_access=CaseAccess.OPEN, case_access_at=now), ()
        case SupportCase():
            return _read(account_region, known, reading, now)
    return known, ()


def _read(account_region: AccountRegion, known: RegionState, case: SupportCase, now: datetime) -> PollResult:
    since = known.case_read_to or now
    new = sorted((one for one in case.communications if one.by_aws and one.at > since), key=lambda one: one.at)
    read_to = max([since, *(one.at for one in case.communications)])
    after = replace(known, case_access=CaseAccess.OPEN, case_access_at=now, case_read_to=read_to)
    after = _turned(after, case, since, now)
    turn = turn_facts(*(after.current_turn or (None, None)))
    items = (News(NewsKind.CASE_MESSAGE, account_region, now, _facts(one, case) | turn) for one in new[-_MOST_ITEMS:])
    return after, tuple(items)


def _turned(known: RegionState, case: SupportCase, since: datetime, now: datetime) -> RegionState:
    """Returns the turn after the newest message, where that is new: ours if AWS wrote, except an approval; else
    AWS's."""
    newest = max(case.communications, key=lambda one: one.at, default=None)
    if newest is None or newest.at <= since:
        return known
    approved = newest.by_aws and refusal.read(newest.text[:_MOST_TEXT]).kind is RefusalKind.APPROVED
    turn = Turn.OURS if newest.by_aws and not approved else Turn.AWS
    if known.current_turn and known.current_turn[0] is turn:
        return known
    return replace(known, turn=turn, turn_since=now, reminders=0)


def _facts(one: Communication, case: SupportCase) -> dict[str, Fact]:
    text = one.text.replace("\x00", "")
    return {
        "case_id": case.display_id,
        "message": refusal.read(text[:_MOST_TEXT]).kind.value,
        "text": text[:_MOST_TEXT],
        "cut": len(text) > _MOST_TEXT,
        "attachments": ", ".join(one.attachments)[:500],
        "wrote_at": one.at.isoformat(),
    }
