"""How often a place is polled, by what is known of it; and when a watched domain is checked again. Pure.

A domain is checked soon at first, since a record that was just published is seen within minutes; then less and less
often, since what is not fixed on the first day takes people, and their time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from model import Access, DomainWatch, RegionState
from model.bounded import back_off
from watch.reader import waits_for_aws

SHORTEST = 1.0
"""Seconds between two polls of a place, since SES takes one GetAccount a second; and between two looks at a domain,
whose name servers are asked each time."""
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
_WHILE_SOMETHING_IS_OPEN = 12
"""The multiple while a reputation rate is over its line, or AWS decides about a quota: every hour."""
_WHILE_AN_IDENTITY_WAITS = 3
"""The multiple where a person has published records, and waits for SES to find them. SES gives up after 72 hours."""


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
        if any(waits_for_aws(identity) for identity in known.identities or ()):
            return min(cadence, _WHILE_AN_IDENTITY_WAITS)
        open_now = known.reputation.has_episode or bool(known.open_requests)
        return min(cadence, _WHILE_SOMETHING_IS_OPEN) if open_now else cadence

    @property
    def day(self) -> timedelta:
        """How far samples of the volume are apart: a day where the interval is 300 seconds, never more."""
        return min(timedelta(days=1), timedelta(seconds=288 * self.poll_seconds))


_MINUTES_IN_AN_INTERVAL = 5
"""A minute below is a fifth of the poll interval, so that it is one where that is 300 seconds."""
_HOUR, _DAY = 60, 1_440
_STEPS = (
    *((1, 1), (3, 2), (8, 5), (18, 10), (38, 20), (68, 30)),
    *((_DAY, _HOUR), (7 * _DAY, 3 * _HOUR)),
)
"""Pairs: minutes since the question, and until then the minutes between two looks."""
_AT_LAST = 6 * _HOUR


@dataclass(frozen=True, slots=True)
class RecheckInterval:
    """`poll_seconds` is the interval at which an account in review is read; `at_once` is how many domains are looked at
    at a time: no one waits for these, and people wait for their own checks."""

    poll_seconds: float = 300.0
    at_once: int = 2

    @property
    def tick(self) -> float:
        """Seconds between two looks at what is due."""
        return min(5.0, max(0.1, self.poll_seconds / 2))

    @property
    def first_in(self) -> float:
        """Seconds from the question to the first look."""
        return self._interval(0.0)

    def again_in(self, wish: DomainWatch, now: datetime) -> float | None:
        """Seconds to the next look after one that ends `now`, the last one when the time is over; None when it is."""
        left = (wish.ends - now).total_seconds()
        if left <= 0:
            return None
        return min(left, self._interval((now - wish.asked_at).total_seconds()))

    def _interval(self, age: float) -> float:
        minute = self.poll_seconds / _MINUTES_IN_AN_INTERVAL
        minutes = next((step for until, step in _STEPS if age < until * minute), _AT_LAST)
        return max(SHORTEST, minutes * minute)
