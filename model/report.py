"""What a check of one domain found, and what to publish.

`Report` is the contract: the terminal's `--json` prints it with these names. `Checked` carries the report together with
what the "Details" view draws: every question asked of DNS, and the SPF tree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Outcome(StrEnum):
    """What one finding means for the domain."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"
    """It could not be checked: never the same as missing."""

    @property
    def severity(self) -> int:
        """Returns how much it asks of a person: 0 for a pass, 3 for a fail; unknown is worse than a warning."""
        return (Outcome.PASS, Outcome.WARN, Outcome.UNKNOWN, Outcome.FAIL).index(self)


class Verdict(StrEnum):
    """What the whole report means for the request."""

    READY = "ready"
    FIX_FIRST = "fix_first"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Record:
    """One DNS record to publish or to delete.

    `name` is fully qualified, lower case, without a trailing dot. `value` is one line: the whole text of a TXT record
    however long (no quotes), a host name without a trailing dot for MX and CNAME. `priority` is the preference of an MX
    record, else None.
    """

    type: str
    name: str
    value: str
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """How to fix a finding: delete `remove`, publish `records`, then (or instead) do `step`, which is plain words.

    A record that is edited is in both: its old text in `remove`, its new text in `records`.
    """

    records: tuple[Record, ...] = ()
    remove: tuple[Record, ...] = ()
    step: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found.

    `check` is the name of an entry in `model.checks.REGISTRY`; `code` is `<check>.<what>`; `summary` is one sentence
    for a person; `evidence` holds the raw records as seen.
    """

    check: str
    outcome: Outcome
    code: str
    summary: str
    evidence: tuple[str, ...] = ()
    fix: Fix | None = None


def sort_by_severity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sorts findings by severity; those of one outcome keep their order."""
    return tuple(sorted(findings, key=lambda finding: -finding.outcome.severity))


@dataclass(frozen=True, slots=True)
class Report:
    """All findings about one domain. `domain` is its ASCII (A-label) form; `seconds` is wall time; `queries` counts the
    distinct questions asked of DNS."""

    domain: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    seconds: float
    queries: int


@dataclass(frozen=True, slots=True)
class Seen:
    """One question asked of DNS and what came back, in words: `answer` holds a record a line, or one line that says
    "no data", "no such name", or "unanswered" with by whom and why. `check` asked first."""

    check: str
    name: str
    type: str
    answer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TreeLine:
    """One line of the SPF tree. `depth` counts includes from the domain's own record (0); `lookups` is the running
    count of look-ups after this term (RFC 7208 section 4.6.4); `text` is the term or the record's name; `note` says
    what is wrong with it, or is empty."""

    depth: int
    text: str
    lookups: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A report with what "Details" draws. `zone` is the DNS zone that holds the domain (its apex), from which the host
    field to type at the DNS provider is computed; the domain itself where the zone is unknown.

    `pending` names the checks that are still under way: the verdict is then one of what is there. `notes` are sentences
    on what was not looked at, and change no verdict. `registered` is the day the domain was registered, where known;
    `website` the one that was asked for, empty for the domain's own."""

    report: Report
    zone: str
    seen: tuple[Seen, ...] = ()
    tree: tuple[TreeLine, ...] = ()
    pending: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    registered: date | None = None
    website: str = ""


@dataclass(frozen=True, slots=True)
class ShownReport:
    """A report as people were shown it. `id` is what its buttons carry, `query` the canonical text of what was asked,
    and `shown_at` (aware) when the check's first part was shown."""

    id: str
    query: str
    checked: Checked
    shown_at: datetime
