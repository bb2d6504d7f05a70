"""What AWS writes on the support case: read at the pace of the polls, each new message news once. Pure.

The case of an account that is seen for the first time is a baseline, not news. Whether an account's cases can be read
at all is found out once, and again after a day. Source: Support API, DescribeCases, DescribeCommunications.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aws.cases import CaseReading
from drafts import refusal
from model import Access, AccountRegion, Fact, News, NewsKind, NotFound, RegionState
from model.account import CaseAccess, Communication, SupportCase
from model.request import RefusalKind
from model.watching import Turn
from watch.turns import turn_facts

LOOK_AGAIN = timedelta(days=1)
"""The time after which a plan may have been bought or a policy changed."""
_READ = frozenset({Access.IN_REVIEW, Access.NOT_GRANTED})
_BEFORE = frozenset({Access.SANDBOX, Access.FAILED})
_START = datetime(2000, 1, 1, tzinfo=UTC)
_MOST_TEXT = 8_000
_MOST_ITEMS = 5
"""Messages of one poll that are news; of more, the newest are."""


def begin_case(before: RegionState, known: RegionState, now: datetime) -> RegionState:
    """Which case is read, and from when on its messages are news: all of them where the case came while the account
    was watched, else those that come after now."""
    case_id = known.snapshot.case_id if known.snapshot else None
    if case_id is None or case_id == known.case_known:
        return known
    came_now = before.snapshot is not None and before.snapshot.case_id != case_id
    return replace(known, case_known=case_id, case_read_to=_START if came_now else now)


def access_to_find_out(known: RegionState, now: datetime) -> bool:
    """Whether it is worth asking if cases can be read, before there is one; again after a day where AWS did not say."""
    if known.snapshot is None or known.snapshot.access not in _BEFORE or known.case_access is not None:
        return False
    return known.case_access_at is None or now - known.case_access_at >= LOOK_AGAIN


def case_to_read(known: RegionState, now: datetime) -> str | None:
    """The case that a poll should read; None where there is none, or none can be read."""
    if known.snapshot is None or known.snapshot.access not in _READ or known.snapshot.case_id is None:
        return None
    shut = known.case_access in (CaseAccess.NO_PLAN, CaseAccess.DENIED)
    if shut and known.case_access_at and now - known.case_access_at < LOOK_AGAIN:
        return None
    return known.snapshot.case_id


def compare_case(
    place: AccountRegion, known: RegionState, reading: CaseReading, now: datetime
) -> tuple[RegionState, tuple[News, ...]]:
    """What is known after the case was read, and what AWS wrote that is new, oldest first."""
    match reading:
        case CaseAccess():
            return replace(known, case_access=reading, case_access_at=now), ()
        case NotFound():
            return replace(known, case_access=CaseAccess.OPEN, case_access_at=now), ()
        case SupportCase():
            return _read(place, known, reading, now)
    return known, ()


def _read(
    place: AccountRegion, known: RegionState, case: SupportCase, now: datetime
) -> tuple[RegionState, tuple[News, ...]]:
    since = known.case_read_to or now
    new = sorted((one for one in case.communications if one.by_aws and one.at > since), key=lambda one: one.at)
    read_to = max([since, *(one.at for one in case.communications)])
    after = replace(known, case_access=CaseAccess.OPEN, case_access_at=now, case_read_to=read_to)
    after = _turned(after, case, since, now)
    turn = turn_facts(*(after.current_turn or (None, None)))
    items = (News(NewsKind.CASE_MESSAGE, place, now, _facts(one, case) | turn) for one in new[-_MOST_ITEMS:])
    return after, tuple(items)


def _turned(known: RegionState, case: SupportCase, since: datetime, now: datetime) -> RegionState:
    """The turn after the newest message, where that is new: AWS wrote, so it is ours; someone answered, so it is
    AWS's. An approval asks nothing."""
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
