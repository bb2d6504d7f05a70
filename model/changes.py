"""What people have the bot change at AWS or in DNS: planned, confirmed by a named person, done, and proven.

A plan is drawn before anything happens. Confirming it makes it an intent that is stored before the first call, and its
outcome settles in the same row: a killed process neither repeats nor forgets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from model.account import AccountRegion
from model.drafting import Owner

PLAN_LIFETIME = timedelta(minutes=15)
"""How long a plan may be confirmed: what it was worked out from changes."""

UNDO_LIFETIME = timedelta(days=1)


class ChangeKind(StrEnum):
    """What a person wants done."""

    SUBMIT = "submit"
    """Ask for production access (SES PutAccountDetails)."""
    POST = "post"
    """Post a text on the support case (Support AddCommunicationToCase)."""
    RECORDS = "records"
    """Publish the records of a report (Route 53 ChangeResourceRecordSets)."""
    UNDO = "undo"
    """Undo that."""
    IDENTITY = "identity"
    """Set up the domain in SES: identity, MAIL FROM, suppression list, events."""
    REHEARSAL = "rehearsal"
    """Mail AWS's simulator, and see whether the events arrive."""
    QUOTA = "quota"
    """Ask for a higher quota (Service Quotas RequestServiceQuotaIncrease)."""


class ChangeState(StrEnum):
    """How far a change, or one of its steps, has come."""

    PLANNED = "planned"
    INTENDED = "intended"
    """Confirmed, and not called yet."""
    SENT = "sent"
    """Called, or about to be: AWS may have done it."""
    DONE = "done"
    REFUSED = "refused"
    """Certainly not done."""
    UNKNOWN = "unknown"
    """Called, and AWS has not said what became of it."""


OPEN_STATES = frozenset({ChangeState.INTENDED, ChangeState.SENT, ChangeState.UNKNOWN})
"""Confirmed and not settled."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing to be right before a change. `stops`: nothing is planned while it is not; `fix` says what to do."""

    passed: bool
    words: str
    fix: str = ""
    stops: bool = True


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What came of a step: `state`, a sentence for a person, AWS's error code where it gave one, and the `receipt` by
    which AWS can be asked how far it is."""

    state: ChangeState
    words: str = ""
    code: str = ""
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class ChangeStep:
    """One call. `operation` is AWS's name for it, `title` says it to people, `arguments` are JSON values; `sent_at` is
    when it was called, `words` what came of it, `receipt` as in `StepOutcome`."""

    operation: str
    title: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    state: ChangeState = ChangeState.PLANNED
    words: str = ""
    sent_at: datetime | None = None
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A change at `account_region`. `subject` is what it comes from (a draft's id), which was at `revision` then.

    `lock` names what two changes may not touch at the same time. `owner` planned it, `confirmed_by` is the Slack user
    who confirmed it. `channel` and `ts` are the message that shows its progress. `token` is the right to carry it out,
    until the lease ends; `read_at` is when the store gave it, by the clock that `sent_at` is from.
    """

    id: str
    kind: ChangeKind
    owner: Owner
    account_region: AccountRegion
    subject: str
    revision: int
    lock: str
    steps: tuple[ChangeStep, ...]
    planned_at: datetime
    state: ChangeState = ChangeState.PLANNED
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    settled_at: datetime | None = None
    channel: str = ""
    ts: str = ""
    token: str = ""
    read_at: datetime | None = None

    def age_of(self, step: ChangeStep) -> float:
        """Returns seconds since a step was called."""
        return (self.read_at - step.sent_at).total_seconds() if self.read_at and step.sent_at else 0.0

    def may_undo(self, now: datetime) -> bool:
        """Tells whether it was done so little ago that undoing it is offered."""
        return self.settled_at is not None and now - self.settled_at <= UNDO_LIFETIME

    @property
    def current(self) -> int | None:
        """The index of the step that comes next; None where none is left, or one was refused."""
        for index, step in enumerate(self.steps):
            if step.state is ChangeState.REFUSED:
                return None
            if step.state is not ChangeState.DONE:
                return index
        return None


def state_of(steps: tuple[ChangeStep, ...]) -> ChangeState:
    """Returns the state of a confirmed change, from its steps: the first that is not done decides."""
    return next((step.state for step in steps if step.state is not ChangeState.DONE), ChangeState.DONE)
