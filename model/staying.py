"""What is kept of an account region after its approval: launch check, reputation rates, volume, quota requests.

AWS's figures alone: `Reputation.BounceRate` and `Reputation.ComplaintRate` (CloudWatch, AWS/SES) are ratios over what
AWS calls a representative volume, and no arithmetic of ours replaces them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from model.account import Identity, RegionOff, Snapshot, Unreadable
from model.report import Finding, Outcome
from model.request import Answers

BARS_DAYS = 14
"""Days of the small bars."""


class RateKind(StrEnum):
    """Which of the two reputation rates."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"


_BARS = "▁▂▃▄▅▆▇█"


def draw_bars(days: Sequence[float | None], line: float) -> str:
    """Returns a bar for each day; "·" for a day without a figure. The highest is full, or the line where none is over
    it."""
    top = max((rate for rate in days if rate is not None), default=line)
    top = max(top, line)
    return "".join("·" if rate is None else _BARS[round(7 * rate / top)] for rate in days)


class RateLevel(StrEnum):
    """How far a rate got in an episode: over our line, or over the one at which AWS reviews."""

    SOFT = "soft"
    HARD = "hard"


@dataclass(frozen=True, slots=True)
class RateLines:
    """Ratios. `soft` is ours, to be early; at `hard` AWS reviews an account, from `pause` on it may pause sending.
    Below `calm` an episode is over."""

    soft: float
    hard: float
    pause: float

    @property
    def calm(self) -> float:
        """Three quarters of the soft line, so that a rate around the line is one episode."""
        return 0.75 * self.soft


LINES: Mapping[RateKind, RateLines] = {
    RateKind.BOUNCE: RateLines(0.02, 0.05, 0.10),
    RateKind.COMPLAINT: RateLines(0.0005, 0.001, 0.005),
}
"""AWS's own: 5 % and 10 % of bounces, 0.1 % and 0.5 % of complaints (Amazon SES Sending Review Process FAQs)."""


@dataclass(frozen=True, slots=True)
class Datapoint:
    """A ratio as CloudWatch has it for the hour that begins `at`."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class RatesRead:
    """The datapoints of both rates, oldest first, numbers from 0 to 1 alone."""

    bounce: tuple[Datapoint, ...] = ()
    complaint: tuple[Datapoint, ...] = ()


RatesReading: TypeAlias = RatesRead | Unreadable | RegionOff


@dataclass(frozen=True, slots=True)
class Episode:
    """A rate over its line, from `began` until it is calm. `shown` is the rate as last said in the channel,
    `look` what SES said of where it comes from, a line each."""

    began: datetime
    level: RateLevel
    peak: float
    shown: str = ""
    look: str = ""


@dataclass(frozen=True, slots=True)
class RateTrack:
    """One rate: the last known `rate` and its hour, the highest of each of the last `BARS_DAYS` days (None: no
    datapoint), and the episode that is open. `rate` None: unknown now."""

    rate: float | None = None
    at: datetime | None = None
    days: tuple[float | None, ...] = ()
    episode: Episode | None = None


NO_TRACK = RateTrack()


@dataclass(frozen=True, slots=True)
class Reputation:
    """Both reputation rates. `trouble`: why they could not be read last time; `denied`: a permission is missing."""

    bounce: RateTrack = NO_TRACK
    complaint: RateTrack = NO_TRACK
    trouble: str = ""
    denied: bool = False

    def track_of(self, kind: RateKind) -> RateTrack:
        return self.bounce if kind is RateKind.BOUNCE else self.complaint

    def with_track(self, kind: RateKind, track: RateTrack) -> "Reputation":
        return replace(self, bounce=track) if kind is RateKind.BOUNCE else replace(self, complaint=track)

    @property
    def has_episode(self) -> bool:
        return self.bounce.episode is not None or self.complaint.episode is not None


@dataclass(frozen=True, slots=True)
class VolumeSample:
    """The most that was sent in 24 hours, as seen in the time that begins `at`."""

    at: datetime
    sent: float


@dataclass(frozen=True, slots=True)
class QuotaRequest:
    """An increase that a person asked AWS for. `id` is Service Quotas' own, `desired` the quota; `a_day`: of messages
    in 24 hours, else a second."""

    id: str
    code: str
    desired: float
    by: str = ""

    @property
    def a_day(self) -> bool:
        return self.code == QUOTA_A_DAY


QUOTA_A_DAY = "L-804C8AE8"
"""Sending quota, messages in 24 hours (Service Quotas, `ses`)."""
QUOTA_A_SECOND = "L-CDEF9B6B"
"""Sending rate, messages a second."""


@dataclass(frozen=True, slots=True)
class QuotaStatus:
    """How far AWS is with a request, in its own word (Service Quotas, RequestStatus)."""

    id: str
    status: str


FINAL_STATUSES = frozenset({"APPROVED", "DENIED", "CASE_CLOSED", "NOT_APPROVED", "INVALID_REQUEST"})
"""The statuses after which AWS does nothing more (Service Quotas, RequestStatus)."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What SES said by itself, through EventBridge: the event's `id` and type, and AWS's sentence (empty: none)."""

    id: str
    detail_type: str
    text: str = ""
    at: datetime | None = None


SENDING_DISABLED, ADVICE_OPEN = "Sending Status Disabled", "Advisor Recommendation Status Open"
"""Types of events that are news, once GetAccount could be read (EventBridge, Amazon SES events)."""


@dataclass(frozen=True, slots=True)
class EventSink:
    """Where an enabled event destination takes events of these `kinds`. `alive`: something is there to take them; None:
    unknown. `words` says why."""

    name: str
    kinds: tuple[str, ...]
    alive: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class EventRoutes:
    """The event destinations of a configuration set; `exists` False: there is no such set."""

    configuration_set: str
    sinks: tuple[EventSink, ...] = ()
    exists: bool = True


@dataclass(frozen=True, slots=True)
class LaunchFacts:
    """All that the launch check judges. None: unknown. `identity` is the domain's, `routes` those of its default
    configuration set, `dmarc` the findings of a check of its DMARC record, `request` the answers of the request."""

    snapshot: Snapshot | None = None
    identity: Identity | None = None
    routes: EventRoutes | Unreadable | RegionOff | None = None
    dmarc: tuple[Finding, ...] | None = None
    request: Answers | None = None


@dataclass(frozen=True, slots=True)
class LaunchItem:
    """One thing looked at: `words` says what is true, `evidence` what was seen, `fix` what to do."""

    outcome: Outcome
    words: str
    evidence: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Launch:
    """The whole: items, and the messages of each day of the warm-up until the busiest day (empty: unknown)."""

    domain: str
    items: tuple[LaunchItem, ...]
    warm_up: tuple[int, ...] = field(default=())
