"""How often the bot may call: Slack's tiers, and about one message a second in a channel.

Source: Slack, "Rate limits". A token bucket a method; bursts of a minute's worth are taken, as Slack does in practice.
"""

import math
from dataclasses import dataclass

from fakes.slack.clock import Clock
from fakes.slack.content import SlackRefused

_PER_MINUTE = {
    "auth.test": 300,
    "apps.connections.open": 20,
    "chat.postMessage": 300,
    "chat.postEphemeral": 100,
    "chat.update": 50,
    "views.open": 100,
    "views.update": 100,
}
_BURST_IN_A_CHANNEL = 5


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled: float


class Rates:
    """`check` raises `SlackRefused("ratelimited")` with Retry-After for a call too many, unless `enabled` is False."""

    def __init__(self, clock: Clock, *, enabled: bool = True) -> None:
        self.enabled = enabled
        self._clock = clock
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def check(self, method: str) -> None:
        """Counts a call of a method."""
        most = _PER_MINUTE.get(method)
        if most:
            self._take_token((method, ""), most, most / 60)

    def check_channel(self, channel: str) -> None:
        """Counts a message into a channel."""
        self._take_token(("channel", channel), _BURST_IN_A_CHANNEL, 1.0)

    def _take_token(self, key: tuple[str, str], most: float, a_second: float) -> None:
        if not self.enabled:
            return
        now = self._clock.now()
        bucket = self._buckets.setdefault(key, _Bucket(most, now))
        bucket.tokens = min(most, bucket.tokens + (now - bucket.filled) * a_second)
        bucket.filled = now
        if bucket.tokens < 1:
            wait = max(1, math.ceil((1 - bucket.tokens) / a_second))
            raise SlackRefused("ratelimited", status=429, retry_after=wait)
        bucket.tokens -= 1
