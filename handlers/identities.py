"""What AWS says of a domain at the accounts that are watched, for `/ses-check`: what SES expects in DNS, and more.

A check costs what DNS costs: AWS is asked beside it, for a moment, at the account regions that may have the domain, and
a region that hangs is not asked at all. Where none answers, the check goes on without, and leaves out what is unknown.
What the accounts themselves may do comes from the last polls, since AWS takes few questions about that."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from aws import Sessions, expectations_of
from handlers.logs import log_error
from model import (
    AccountRegion,
    Events,
    Expectations,
    Identity,
    NotFound,
    RegionOff,
    RegionState,
    SesRegionView,
    SesView,
    Unreadable,
)
from model.bounded import BoundedCache
from store import Database, count_unlisted, find_account_regions, load_region_states

log = logging.getLogger(__name__)

PATIENCE = 1.5
"""Seconds for AWS."""
MOST_ASKED = 8
"""Account regions asked for one domain: those that list it, and where there are no more than that, all others too."""
_GOOD_FOR = 30.0
"""Seconds that an answer is used again, but not by "Check again": SES takes one such question a second."""
_BETTER_THAN_NONE = 600.0
"""Seconds that an answer is used where no newer one is to be had."""
_FOR_COUNTING = 0.5
"""Seconds that counting thousands of account regions may take beyond that."""
_MOST_ANSWERS = 1_000
_NO_ACCOUNT = "No AWS account is connected."

T = TypeVar("T")
_Key: TypeAlias = tuple[AccountRegion, str, str]
"""Where, what kind of question, about what."""
_Question: TypeAlias = Callable[[AccountRegion, str], Awaitable[object]]


class Identities:
    """Remembers for a moment what was answered. `patience` in seconds; `missing`: what the bot lacks to ask."""

    def __init__(
        self, sessions: Sessions, db: Database, *, patience: float = PATIENCE, missing: str | None = None
    ) -> None:
        self._sessions = sessions
        self._db = db
        self._patience = patience
        self._missing = missing or _NO_ACCOUNT
        self._order = {account_region: number for number, account_region in enumerate(sessions.account_regions())}
        self._answers: BoundedCache[_Key, object] = BoundedCache(_MOST_ANSWERS, _loop_time)
        self._tasks: dict[_Key, asyncio.Task[object]] = {}
        self._last_unlisted = (-_GOOD_FOR, 0)

    async def look_up(self, domain: str, fresh: bool = False) -> SesView:
        """Returns what AWS says of the domain (A-labels). `fresh`: as AWS says now. Takes no longer than `patience`."""
        if not self._order:
            return SesView(why_not=self._missing)
        until = _loop_time() + self._patience
        try:
            async with asyncio.timeout_at(until):
                account_regions = await self._find_candidates(domain)
                known = await load_region_states(self._db, account_regions)
        except TimeoutError:
            log.warning("looking for a domain among the accounts took longer than %g s, and was left", self._patience)
            return SesView(why_not="The database did not answer in time.")
        except Exception as error:  # noqa: BLE001 - in the log; a check must not fail because of our database
            error_id = log_error(error, "looking for a domain among the accounts")
            return SesView(why_not=f"The database could not be read (error id {error_id}).")
        readings = (self._read_at(region, domain, known, fresh=fresh, until=until) for region in account_regions)
        views = tuple(await asyncio.gather(*readings))
        others = [account_region for account_region in self._order if account_region not in known]
        return SesView(
            views,
            self._select_best(views),
            regions=tuple(dict.fromkeys(account_region.region for account_region in others)),
            accounts=len({account_region.account for account_region in self._order}),
            unlisted=await self._count_unlisted(until) if others and not _list_identities(views) else 0,
        )

    async def close(self) -> None:
        """Ends every call in flight."""
        for task in tuple(self._tasks.values()):
            task.cancel()

    def _select_best(self, views: Sequence[SesRegionView]) -> Expectations | None:
        identities = _list_identities(views)
        if not identities:
            return None
        account_region, identity = max(identities, key=lambda pair: self._rank(*pair))
        return expectations_of(identity, account_region.region)

    def _rank(self, account_region: AccountRegion, identity: Identity) -> tuple[int, bool, int]:
        """Ranks the domain's own identity before its parent's, verified before not, then as the accounts are written
        down."""
        return len(identity.name), identity.verified is True, -self._order[account_region]

    async def _find_candidates(self, domain: str) -> Sequence[AccountRegion]:
        """Returns the account regions to ask: those that list the domain or a parent, and where there are few, all."""
        labels = domain.split(".")
        names = [".".join(labels[start:]) for start in range(len(labels) - 1)]
        listing = await find_account_regions(self._db, names, most=MOST_ASKED)
        others = self._order if len(self._order) <= MOST_ASKED else ()
        return [region for region in dict.fromkeys((*listing, *others)) if region in self._order]

    async def _count_unlisted(self, until: float) -> int:
        """Counts the account regions that were never listed: the domain may be there. All, where that is slow."""
        at, number = self._last_unlisted
        if _loop_time() - at > _GOOD_FOR:
            try:
                async with asyncio.timeout_at(max(until, _loop_time() + _FOR_COUNTING)):
                    number = await count_unlisted(self._db)
            except TimeoutError:
                log.warning("counting the places that were never listed took too long, and was left")
                return len(self._order)
            except Exception as error:  # noqa: BLE001 - in the log; what is not known here is only not said
                log_error(error, "counting the places that were never listed")
                return len(self._order)
            self._last_unlisted = (_loop_time(), number)
        return number

    async def _read_at(
        self,
        account_region: AccountRegion,
        domain: str,
        known: Mapping[AccountRegion, tuple[RegionState, str | None]],
        *,
        fresh: bool,
        until: float,
    ) -> SesRegionView:
        """Returns what one account region says: the identity, and then what more is worth knowing of it, or of a domain
        without one."""
        polled, number = known.get(account_region, (RegionState(), None))
        answer = await self._ask_or_remember(self._sessions.find_identity, account_region, domain, fresh, until)
        identity = answer if isinstance(answer, Identity | NotFound | Unreadable | RegionOff) else None
        addresses: tuple[str, ...] | None = None
        events: Events | None = None
        if isinstance(identity, NotFound):
            answer = await self._ask_or_remember(self._sessions.list_addresses, account_region, domain, fresh, until)
            addresses = answer if isinstance(answer, tuple) else None
        elif isinstance(identity, Identity) and (set_name := identity.configuration_set):
            answer = await self._ask_or_remember(self._sessions.read_events, account_region, set_name, fresh, until)
            events = answer if isinstance(answer, Events) else None
        return SesRegionView(account_region, polled, number, identity, addresses, events)

    async def _ask_or_remember(
        self, ask: _Question, account_region: AccountRegion, name: str, fresh: bool, until: float
    ) -> object | None:
        """Returns an answer of a moment ago, else a new one, else an older one, else what was in the way."""
        key = account_region, ask.__name__, name
        remembered = None if fresh else self._answers.get(key, _GOOD_FOR)
        if remembered is not None:
            return remembered
        trouble: object | None = None
        if not self._sessions.is_stalled(account_region):
            try:
                async with asyncio.timeout_at(until):
                    answer = await asyncio.shield(self._start_asking(key, ask))
            except TimeoutError:
                pass
            else:
                trouble = answer if isinstance(answer, Unreadable | RegionOff) else None
        remembered = self._answers.get(key, _BETTER_THAN_NONE)
        return trouble if remembered is None else remembered

    def _start_asking(self, key: _Key, ask: _Question) -> "asyncio.Task[object]":
        """Returns the task that asks a question: one, however many wait for its answer."""
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.create_task(self._ask(key, ask))
            task.add_done_callback(lambda _: self._tasks.pop(key, None))
        return task

    async def _ask(self, key: _Key, ask: _Question) -> object:
        answer = await ask(key[0], key[2])
        if not isinstance(answer, Unreadable | RegionOff):
            self._answers.keep(key, answer)
        return answer


def _list_identities(views: Sequence[SesRegionView]) -> list[tuple[AccountRegion, Identity]]:
    return [(view.account_region, view.identity) for view in views if isinstance(view.identity, Identity)]


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
