"""The launch check: what is in place on the day of the approval, and the warm-up in numbers."""

from dataclasses import dataclass, field

from model.account import Identity, RegionOff, Snapshot, Unreadable
from model.report import Finding, Outcome
from model.request import Answers


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
