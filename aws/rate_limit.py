"""Limits how often AWS is called, and detects where it stalls: one call a second of each operation for an account
region, and no person waits for an account region that does not answer.

SES takes one GetAccount a second for an account and region, and its other reading calls at the same rate.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from model import AccountRegion

CALL_SPACING = 1.0
"""Seconds between two calls of one operation for one account and region."""
_STALLED_AFTER = 0.75
"""Seconds without an answer after which an account region counts as stalled."""
_RETRY_AFTER = 30.0
"""Seconds after which a stalled account region is tried again for a person who waits."""


class CallSlot:
    """Holds one call at a time, and a second of rest after each: two calls never fall into one second."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._free_at = 0.0

    async def __aenter__(self) -> None:
        await self._lock.acquire()
        try:
            await asyncio.sleep(max(0.0, self._free_at - _loop_time()))
        except BaseException:
            self._lock.release()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._free_at = _loop_time() + CALL_SPACING
        self._lock.release()

    @property
    def is_idle(self) -> bool:
        """Whether it is free and rested, so that a new one would do as well."""
        return not self._lock.locked() and _loop_time() >= self._free_at


class RateLimiter:
    """Keeps a `CallSlot` for each operation and account region. There may be thousands: idle ones are dropped."""

    def __init__(self, most_idle: int = 500) -> None:
        self._most_idle = self._drop_idle_at = most_idle
        self._slots: dict[tuple[str, AccountRegion], CallSlot] = {}

    def slot(self, operation: str, account_region: AccountRegion) -> CallSlot:
        """Returns the slot to enter, at once, before a call."""
        if len(self._slots) >= self._drop_idle_at:
            self._slots = {key: slot for key, slot in self._slots.items() if not slot.is_idle}
            self._drop_idle_at = len(self._slots) + self._most_idle
        return self._slots.setdefault((operation, account_region), CallSlot())


class StallDetector:
    """Detects which account regions do not answer, from the calls under way and those that timed out."""

    def __init__(self) -> None:
        self._calls: dict[AccountRegion, list[float]] = {}
        self._timed_out_at: dict[AccountRegion, float] = {}

    @contextmanager
    def count_call(self, account_region: AccountRegion) -> Iterator[None]:
        """Counts a call as under way while the context is open."""
        started_at = _loop_time()
        self._calls.setdefault(account_region, []).append(started_at)
        try:
            yield
        finally:
            calls = self._calls[account_region]
            calls.remove(started_at)
            if not calls:
                del self._calls[account_region]

    def record_timeout(self, account_region: AccountRegion) -> None:
        """Records that a call was not answered in time."""
        self._timed_out_at[account_region] = _loop_time()

    def is_stalled(self, account_region: AccountRegion) -> bool:
        """Tells whether a call waits for too long, or one timed out in the last half minute."""
        now = _loop_time()
        is_waiting = any(now - started_at > _STALLED_AFTER for started_at in self._calls.get(account_region, ()))
        return is_waiting or now - self._timed_out_at.get(account_region, -_RETRY_AFTER) < _RETRY_AFTER


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
