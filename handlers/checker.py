"""The one way in which listeners ask for a check, and the reports that people have before their eyes.

"Details" and "Share in channel" speak of the report that the person sees. Asking DNS anew for them could show another
one: right after "Check again", which bypasses caches, the resolver may still hold the answers from before. So the last
report for each query is kept for as long as its buttons can be used.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from handlers.precedence import Precedence
from handlers.query import Query
from model import Checked

Check: TypeAlias = Callable[[Query, bool], Awaitable[Checked]]
"""Checks the one domain of a query; `True` bypasses every cache."""

AT_ONCE = 16
"""Checks under way at a time. Each has a deadline of its own, which must not pass while it queues behind others."""
_KEPT = 500
_KEPT_SECONDS = 1_800.0
"""A response URL lives 30 minutes."""


class Checker:
    """`check` asks DNS, `shown` gives the report that was shown, or else asks DNS."""

    def __init__(self, check: Check, precedence: Precedence | None = None, *, at_once: int = AT_ONCE) -> None:
        self._check = check
        self._precedence = precedence or Precedence()
        self._gate = asyncio.Semaphore(at_once)
        self._kept: OrderedDict[str, tuple[float, Checked]] = OrderedDict()

    async def check(self, query: Query, *, fresh: bool = False) -> Checked:
        """Check the one domain of `query`. `fresh`: by the zone's own name servers, past every cache."""
        async with self._gate:
            await self._precedence.give_way()
            checked = await self._check(query, fresh)
        self._keep(str(query), checked)
        return checked

    async def shown(self, query: Query) -> Checked:
        """The last report for this query, as it was shown; checked anew when it is not known any more."""
        return self.known(query) or await self.check(query)

    def known(self, query: Query) -> Checked | None:
        kept_at, checked = self._kept.get(str(query), (0.0, None))
        return checked if checked and _now() - kept_at < _KEPT_SECONDS else None

    def _keep(self, query: str, checked: Checked) -> None:
        self._kept[query] = (_now(), checked)
        self._kept.move_to_end(query)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)


def _now() -> float:
    return asyncio.get_running_loop().time()
