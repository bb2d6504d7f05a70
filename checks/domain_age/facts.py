"""What a registry told about a domain, or why it told nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class RdapOutcome(StrEnum):
    """How the question to the registry ended."""

    ANSWERED = "answered"
    NOT_FOUND = "not found"
    """404 for every name that could be the registered one."""
    RATE_LIMITED = "rate limited"
    NO_SERVER = "no server"
    """No RDAP server is known for the top-level domain."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Registration:
    """One registered domain, as its registry has it. `domain` in A-labels; the dates are aware UTC, None where the
    answer holds none that can be read. `statuses` in the spelling of EPP (RFC 8056), such as `clientHold`. `events`
    are the dates as they stood in the answer, for evidence."""

    domain: str
    registered: datetime | None = None
    expires: datetime | None = None
    statuses: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgeFacts:
    """`domain` was checked; `asked` are the requests with what came of each, a line for each; `why` is a phrase for
    whatever is no answer; `retry_after` is that header of a 429, empty without one."""

    domain: str
    outcome: RdapOutcome
    registration: Registration | None = None
    asked: tuple[str, ...] = ()
    why: str = ""
    retry_after: str = ""


def registered(facts: AgeFacts) -> date | None:
    """The day on which the domain was registered (UTC); None where nobody told."""
    found = facts.registration
    return found.registered.date() if found and found.registered else None
