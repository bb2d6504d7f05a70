"""Watches AWS: polls what is due, compares, and takes what is new to a channel.

The only room with the scheduler. `Watcher` polls, `Ticker` wakes it, `SesReader` reads for it, and `estimate_answer_by`
says when AWS may be expected to answer. `DomainWatcher` checks the domains that people watch.
"""

from watch.cases import estimate_answer_by, find_next_reminder
from watch.domains import DomainWatcher, RecheckInterval, open_codes
from watch.reader import SesReader
from watch.watcher import PollInterval, Publisher, Watcher
from watch.worker import Ticker
