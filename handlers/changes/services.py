"""What changes need: the store, AWS, and who may confirm."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from aws import Sessions
from checks.resolver import Resolver
from model import AccountRegion
from store import Database


@dataclass(frozen=True, slots=True)
class ChangeServices:
    """`operators` are the Slack users who may confirm (SES_BOT_OPERATORS). `hurry` has account regions polled now,
    `channels` are those of the accounts' news, `resolver` asks DNS. `certain_after`: seconds after which a call that
    AWS shows no trace of was certainly not taken; `give_up_after`: seconds after which no one asks AWS any more what
    became of a call."""

    db: Database
    sessions: Sessions
    operators: tuple[str, ...]
    hurry: Callable[[Sequence[AccountRegion]], Awaitable[None]]
    channels: Callable[[AccountRegion], str | None]
    resolver: Resolver
    zone: tzinfo = UTC
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    certain_after: float = 30.0
    give_up_after: float = 1_800.0
    reported: set[tuple[str, str]] = field(default_factory=set)
    """Who has read already what came of a change, by its id, while another person could not be reached."""

    def may_confirm(self, user: str) -> bool:
        """Whether this Slack user may have something changed at AWS."""
        return user in self.operators
