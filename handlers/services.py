"""What listeners need, in one value: their functions name it as `services`."""

from dataclasses import dataclass

from handlers.background import Background
from handlers.checker import Checker
from handlers.domain_watch_notify import DomainWatches
from handlers.payloads import Home
from handlers.reports import Reports
from handlers.slack_api import SlackApi
from handlers.watching import Watching


@dataclass(frozen=True, slots=True)
class Services:
    slack: SlackApi
    background: Background
    checker: Checker
    home: Home
    reports: Reports
    watching: Watching | None = None
    """The accounts that are watched; None: there is no /ses-status."""
    domain_watches: DomainWatches | None = None
    """The domain watches; None: nothing can be watched."""
    can_publish: bool = False
    """Whether an account is connected, so that "Fix it for me" is offered."""
    progress_after_s: float = 1.5
    """Seconds after which a person who waits for a check reads that it goes on."""
    merge_window_s: float = 0.3
    """Seconds that the DNS part of a report waits for the rest, so that both are one message."""
