"""The one way in which listeners ask for a check, and the reports that people have before their eyes.

"Details" and "Share in channel" speak of the report that the person sees. Asking DNS anew for them could show another
one: right after "Check again", which bypasses caches, the resolver may still hold the answers from before. So the last
report for each query is kept for as long as its buttons can be used.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import TypeAlias

from checks.query import Query
from handlers.ack_priority import AckPriority
from model import Checked
from model.bounded import BoundedCache
from model.checks import is_dns

Check: TypeAlias = Callable[[Query, bool], AsyncGenerator[Checked]]
"""Checks the one domain of a query; `True` bypasses every cache. Yields reports as they come, last the whole."""

AT_ONCE = 16
"""Checks at DNS at a time. Each has a deadline of its own, which must not pass while it queues behind others. What goes
on beside DNS is not counted: websites that hang must not keep people from the DNS part."""
_KEPT = 500
_DISPLAYED_SECONDS = 1_800.0
"""A response URL lives 30 minutes."""
_LATEST_SECONDS = 86_400.0
"""How long a draft goes by the last report: its questions are answered over hours."""


class Checker:
    """Runs checks, and keeps the reports that were displayed."""

    def __init__(self, check: Check, priority: AckPriority | None = None, *, at_once: int = AT_ONCE) -> None:
        self._check = check
        self._priority = priority or AckPriority()
        self._gate = asyncio.Semaphore(at_once)
        self._displayed: BoundedCache[str, Checked] = BoundedCache(_KEPT, _now)
        self._latest: BoundedCache[str, Checked] = BoundedCache(_KEPT, _now)
        self._unfinished: dict[str, asyncio.Event] = {}

    @property
    def saturated(self) -> bool:
        """Whether checks wait for their turn."""
        return self._gate.locked()

    async def check(self, query: Query, *, fresh: bool = False, display: bool = True) -> Checked:
        """Checks the one domain of `query`, and returns the whole report. See `reports`."""
        async with aclosing(self.reports(query, fresh=fresh, display=display)) as reports:
            return [report async for report in reports][-1]

    async def reports(self, query: Query, *, fresh: bool = False, display: bool = True) -> AsyncGenerator[Checked]:
        """Checks the one domain of `query`; yields the DNS part if it is done before the rest, and then the whole.

        `fresh`: by the zone's own name servers, past every cache. `display`: the reports are displayed to a person.
        """
        ended = asyncio.Event()
        part: Checked | None = None
        await self._gate.acquire()
        try:
            await self._priority.wait()
            async with aclosing(self._check(query, fresh)) as reports:
                async for report in reports:
                    checked = replace(report, website=query.website) if query.website else report
                    if part is None and checked.pending and not any(map(is_dns, checked.pending)):
                        part = checked
                        self._gate.release()
                        if display:  # what people see now is half of this
                            self._displayed.drop(str(query))
                            self._unfinished[str(query)] = ended
                        yield checked
            if display:
                self._displayed.keep(str(query), checked)
            self._latest.keep(checked.report.domain, checked)
        finally:
            if part is None:
                self._gate.release()
            if self._unfinished.get(str(query)) is ended:
                del self._unfinished[str(query)]
            ended.set()
        yield checked

    async def displayed(self, query: Query) -> Checked:
        """Returns the last report for this query, as it was displayed, and the whole of it; checks anew when it is not
        kept any more."""
        if unfinished := self._unfinished.get(str(query)):
            await unfinished.wait()
        return self.cached(query) or await self.check(query)

    def cached(self, query: Query) -> Checked | None:
        """Returns the last report for this query, while its buttons can be used."""
        return self._displayed.get(str(query), _DISPLAYED_SECONDS)

    def latest(self, domain: str) -> Checked | None:
        """Returns the last report on a domain (A-labels), with whatever options, once it is whole."""
        return self._latest.get(domain, _LATEST_SECONDS)


def _now() -> float:
    return asyncio.get_running_loop().time()
