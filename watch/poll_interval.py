"""How often a place is polled, by what is known of it. Pure."""

from dataclasses import dataclass

from model import Access, RegionState
from model.bounded import back_off
from watch.identities import waits_for_aws

SHORTEST = 1.0
"""Seconds between two polls of a place: SES takes one GetAccount a second."""
_CADENCE = {
    Access.IN_REVIEW: 1,
    Access.NOT_GRANTED: 3,
    Access.GRANTED: 3,
    Access.FAILED: 12,
    Access.SANDBOX: 12,
    Access.PRODUCTION: 72,
    Access.UNKNOWN: 12,
}
"""Multiples of the poll interval, by what was known last."""
_WHILE_AN_IDENTITY_WAITS = 3
"""The same where a person has published records, and waits for SES to find them: it gives up after 72 hours, so this
ends by itself."""


@dataclass(frozen=True, slots=True)
class PollInterval:
    """`poll_seconds` is the interval while in review, the others are multiples of it; `at_once` is how many places are
    read at a time."""

    poll_seconds: float = 300.0
    at_once: int = 16

    @property
    def tick(self) -> float:
        """Seconds between two looks at what is due."""
        return min(1.0, max(0.1, self.poll_seconds / 2))

    def again_in(self, known: RegionState) -> float:
        """Seconds until the next poll. A place that could not be read is tried soon, then less and less often."""
        return max(SHORTEST, self.poll_seconds * self._times(known))

    def _times(self, known: RegionState) -> float:
        if known.failures:
            return back_off(known.failures - 1, 1, _CADENCE[Access.UNKNOWN])
        if known.region_off:
            return _CADENCE[Access.PRODUCTION]
        cadence = _CADENCE[known.snapshot.access if known.snapshot else Access.UNKNOWN]
        waits = any(waits_for_aws(identity) for identity in known.identities or ())
        return min(cadence, _WHILE_AN_IDENTITY_WAITS) if waits else cadence
