"""The one way in which listeners ask for a check: so many at a time, and none while Slack waits to be acknowledged."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol

from checks.query import Query
from handlers.background import AckPriority
from handlers.metrics import count_check
from model import Checked
from model.checks import is_dns


class RunCheck(Protocol):
    """Checks the one domain of a query; `fresh` bypasses every cache but what was asked so `since` then. Yields reports
    as they come, last the whole."""

    def __call__(self, query: Query, *, fresh: bool, since: float | None = None) -> AsyncGenerator[Checked]: ...


AT_ONCE = 16
"""Checks at DNS at a time. Each has a deadline of its own, which must not pass while it queues behind others. What goes
on beside DNS is not counted: websites that hang must not keep people from the DNS part."""


class Checker:
    def __init__(self, check: RunCheck, priority: AckPriority | None = None, *, at_once: int = AT_ONCE) -> None:
        self._check = check
        self._priority = priority or AckPriority()
        self._gate = asyncio.Semaphore(at_once)

    @property
    def saturated(self) -> bool:
        """Whether checks wait for their turn."""
        return self._gate.locked()

    async def check(self, query: Query, *, fresh: bool = False, since: float | None = None) -> Checked:
        """Checks the one domain of `query`, and returns the whole report. See `reports`."""
        async with aclosing(self.reports(query, fresh=fresh, since=since)) as reports:
            return [report async for report in reports][-1]

    async def reports(
        self, query: Query, *, fresh: bool = False, since: float | None = None
    ) -> AsyncGenerator[Checked]:
        """Checks the one domain of `query`; yields the DNS part if it is done before the rest, and then the whole.
        `fresh`: by the zone's own name servers, past every cache. Checks that begin together give the moment of that as
        `since` (`time.monotonic`), and share what they ask."""
        in_dns = True
        await self._gate.acquire()
        try:
            await self._priority.wait()
            async with aclosing(self._check(query, fresh=fresh, since=since)) as reports:
                async for report in reports:
                    checked = replace(report, website=query.website) if query.website else report
                    if in_dns and checked.pending and not any(map(is_dns, checked.pending)):
                        in_dns = False
                        self._gate.release()
                        yield checked
        finally:
            if in_dns:
                self._gate.release()
        count_check(checked)
        yield checked
