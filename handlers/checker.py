"""The one way in which listeners ask for a check, and the reports that people have before their eyes.

"Details" and "Share in channel" speak of the report that the person sees. Asking DNS anew for them could show another
one: right after "Check again", which bypasses caches, the resolver may still hold the answers from before. So the last
report for each query is kept for as long as its buttons can be used.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias

from checks import CHECKS
from checks.query import Query
from handlers.precedence import Precedence
from model import Checked

Heard: TypeAlias = Callable[[Checked], None]
"""Told what is known so far, with what is still pending."""
Check: TypeAlias = Callable[[Query, bool, Heard], Awaitable[Checked]]
"""Checks the one domain of a query; `True` bypasses every cache. Whoever listens is told of parts that are finished."""

AT_ONCE = 16
"""Checks at DNS at a time. Each has a deadline of its own, which must not pass while it queues behind others. What goes
on beside DNS is not counted: websites that hang must not keep people from the DNS part."""
_KEPT = 500
_KEPT_SECONDS = 1_800.0
"""A response URL lives 30 minutes."""
_LAST_SECONDS = 86_400.0
"""How long a draft goes by the last report: its questions are answered over hours."""


class Checker:
    """`check` asks DNS, `shown` gives the report that was shown, or else asks DNS."""

    def __init__(self, check: Check, precedence: Precedence | None = None, *, at_once: int = AT_ONCE) -> None:
        self._check = check
        self._precedence = precedence or Precedence()
        self._gate = asyncio.Semaphore(at_once)
        self._kept: OrderedDict[str, tuple[float, Checked]] = OrderedDict()
        self._last: OrderedDict[str, tuple[float, Checked]] = OrderedDict()
        self._half: dict[str, asyncio.Event] = {}

    @property
    def crowded(self) -> bool:
        """Whether checks wait for their turn."""
        return self._gate.locked()

    async def check(
        self, query: Query, *, fresh: bool = False, shown: bool = True, heard: Heard | None = None
    ) -> Checked:
        """Check the one domain of `query`. `fresh`: by the zone's own name servers, past every cache. `shown`: to
        somebody, who has it before their eyes then. `heard` is told once, when the DNS part is done before the rest."""
        ended = asyncio.Event()
        at_dns = True
        await self._gate.acquire()

        def on_part(checked: Checked) -> None:
            nonlocal at_dns
            if not at_dns or not {*CHECKS}.isdisjoint(checked.pending):
                return
            at_dns = False
            self._gate.release()
            if heard:
                heard(checked)
            if shown:  # what is before people's eyes now is half of this
                self._kept.pop(str(query), None)
                self._half[str(query)] = ended

        try:
            await self._precedence.give_way()
            checked = await self._check(query, fresh, on_part)
            if query.website:
                checked = replace(checked, website=query.website)
            if shown:
                _keep(self._kept, str(query), checked)
            _keep(self._last, checked.report.domain, checked)
        finally:
            if at_dns:
                self._gate.release()
            if self._half.get(str(query)) is ended:
                del self._half[str(query)]
            ended.set()
        return checked

    async def shown(self, query: Query) -> Checked:
        """The last report for this query, as it was shown, and the whole of it; checked anew when it is not known any
        more."""
        if half := self._half.get(str(query)):
            await half.wait()
        return self.known(query) or await self.check(query)

    def known(self, query: Query) -> Checked | None:
        """The last report for this query, while its buttons can be used."""
        return _younger(self._kept.get(str(query)), _KEPT_SECONDS)

    def last(self, domain: str) -> Checked | None:
        """The last report on a domain (A-labels), with whatever options it was asked for, once it is whole."""
        return _younger(self._last.get(domain), _LAST_SECONDS)


def _keep(kept: OrderedDict[str, tuple[float, Checked]], key: str, checked: Checked) -> None:
    kept[key] = (_now(), checked)
    kept.move_to_end(key)
    while len(kept) > _KEPT:
        kept.popitem(last=False)


def _younger(kept: tuple[float, Checked] | None, seconds: float) -> Checked | None:
    return kept[1] if kept and _now() - kept[0] < seconds else None


def _now() -> float:
    return asyncio.get_running_loop().time()
