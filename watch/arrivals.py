"""What became of mails to AWS's mailbox simulator, as the queue of events brought it to this process.

It is kept for a while, in memory: the rehearsal that waits for it is taken up by every replica in turn, so that it
comes to the one that read the event.
"""

from collections.abc import Mapping, Sequence

from aws.events_queue import SimulatorEvent
from model.bounded import BoundedCache

_KEPT = 1_000


class Arrivals:
    """Keeps events by the label of their mail."""

    def __init__(self) -> None:
        self._kept: BoundedCache[str, dict[str, float]] = BoundedCache(_KEPT)

    def note(self, events: Sequence[SimulatorEvent]) -> None:
        """Keep what arrived; of the same event twice the first."""
        for one in events:
            found = {one.detail_type: one.seconds} | (self._kept.get(one.label) or {})
            self._kept.keep(one.label, found)

    def of(self, label: str) -> Mapping[str, float]:
        """The events of a label: detail-type to the seconds from sending to the queue."""
        return dict(self._kept.get(label) or {})
