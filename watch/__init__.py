"""What changed at AWS: polls what is due, compares, and takes what is new to a channel.

The only room with the scheduler. `Watcher` works, `Ticker` makes it work, `SesReader` reads for it, and `expected_by`
says when AWS may be expected to answer. `DomainWatcher` does the same for domains that people wait for.
"""

from watch.domains import DomainWatcher, Looker, Teller, open_codes
from watch.expected import expected_by
from watch.look_pace import LookPace
from watch.pace import Pace
from watch.reader import SesReader
from watch.ticker import Ticker
from watch.turns import next_reminder
from watch.watcher import Publisher, Watcher

__all__ = [
    "DomainWatcher",
    "LookPace",
    "Looker",
    "Pace",
    "Publisher",
    "SesReader",
    "Teller",
    "Ticker",
    "Watcher",
    "expected_by",
    "next_reminder",
    "open_codes",
]
