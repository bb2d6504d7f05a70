"""A domain that a person has watched until it is fixed, and the leases of the work on it.

What is kept of a report are its codes alone: enough to say what was open at first and what is open now.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from model.drafting import Owner

DOMAIN_WATCH_DAYS = 30
"""How long a domain is looked at."""


class Ending(StrEnum):
    """How a domain watch ended."""

    READY = "ready"
    EXPIRED = "over"
    """The time is over, and it is not ready."""


@dataclass(frozen=True, slots=True)
class DomainWatch:
    """One domain that one person has watched. `query`: the domain and options as canonical text.

    `at_first` are the codes that stood in the way when it was asked, `open` those that did at the last look that could
    tell; of a domain that has turned ready, `open` are the codes that are worth improving. Times are aware UTC: the
    last look comes at `ends`. `looks`: how many there have been.
    """

    id: str
    owner: Owner
    query: str
    at_first: tuple[str, ...]
    open: tuple[str, ...]
    asked_at: datetime
    ends: datetime
    next_look: datetime
    last_look: datetime | None = None
    looks: int = 0


@dataclass(frozen=True, slots=True)
class CheckLease:
    """The right to check the domain until the lease ends: the holder of `token` may record the result. `now` is
    when it was taken, by the database's clock."""

    wish: DomainWatch
    token: str
    now: datetime


@dataclass(frozen=True, slots=True)
class NoticeLease:
    """A domain watch that has ended, and the right to say so to its owner until the lease ends. `attempts`: how
    often it was tried before."""

    wish: DomainWatch
    ending: Ending
    token: str
    attempts: int


@dataclass(frozen=True, slots=True)
class AddResult:
    """What came of asking. `wish`: None where the person has as many as they may; `already`: it was there before."""

    wish: DomainWatch | None
    already: bool = False
