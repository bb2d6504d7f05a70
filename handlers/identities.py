"""What AWS says of a domain at the accounts that are watched, for `/ses-check`: what SES expects in DNS, and more.

A check costs what DNS costs: AWS is asked beside it, for a moment, at the account regions that may have the domain, and
a region that hangs is not asked at all. Where none answers, the check goes on without, and leaves out what is unknown.
What the accounts themselves may do comes from the last polls, since AWS takes few questions about that."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from aws import Sessions, expectations_of
from handlers.logs import note
from model import (
    AccountRegion,
    Events,
    Expectations,
    Identity,
    IdentityReading,
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
_KEPT = 1_000
_NOBODY = "No AWS account is connected."

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
        self._missing = missing or _NOBODY
        self._order = {account_region: number for number, account_region in enumerate(sessions.account_regions())}
        self._kept: BoundedCache[_Key, object] = BoundedCache(_KEPT, _now)
        self._asking: dict[_Key, asyncio.Task[object]] = {}
        self._unlisted_kept = (-_GOOD_FOR, 0)

    async def look(self, domain: str, fresh: bool = False) -> SesView:
        """Returns what AWS says of the domain (A-labels). `fresh`: as AWS says now. Takes no longer than `patience`."""
        if not self._order:
            return SesView(why_not=self._missing)
        until = _now() + self._patience
        try:
            async with asyncio.timeout_at(until):
                account_regions = await self._candidates(domain)
                known = await load_region_states(self._db, account_regions)
        except TimeoutError:
            log.warning("looking for a domain among the accounts took longer than %g s, and was left", self._patience)
            return SesView(why_not="The database did not answer in time.")
        except Exception as error:  # noqa: BLE001 - in the log; a check must not fail because of our database
            error_id = note(error, "looking for a domain among the accounts")
            return SesView(why_not=f"The database could not be read (error id {error_id}).")
        asked = tuple(
            await asyncio.gather(
                *(
                    self._at(account_region, domain, known, fresh=fresh, until=until)
                    for account_region in account_regions
                )
            )
        )
        others = [account_region for account_region in self._order if account_region not in known]
        return SesView(
            asked,
            self._best(asked),
            regions=tuple(dict.fromkeys(account_region.region for account_region in others)),
            accounts=len({account_region.account for account_region in self._order}),
            unlisted=await self._unlisted(until) if others and not _found(asked) else 0,
        )

    async def close(self) -> None:
        """Ends every call in flight."""
        for task in tuple(self._asking.values()):
            task.cancel()

    def _best(self, asked: Sequence[SesRegionView]) -> Expectations | None:
        found = _found(asked)
        if not found:
            return None
        account_region, identity = max(found, key=lambda one: self._fitness(*one))
        return expectations_of(identity, account_region.region)

    def _fitness(self, account_region: AccountRegion, identity: Identity) -> tuple[int, bool, int]:
        """Returns the domain's own identity before its parent's, verified before not, then as the accounts are written
        down."""
        return len(identity.name), identity.verified is True, -self._order[account_region]

    async def _candidates(self, domain: str) -> Sequence[AccountRegion]:
        """Returns where to ask: at the account regions that list the domain or a parent, and where there are few, at
        all."""
        labels = domain.split(".")
        names = [".".join(labels[start:]) for start in range(len(labels) - 1)]
        listing = await find_account_regions(self._db, names, most=MOST_ASKED)
        others = self._order if len(self._order) <= MOST_ASKED else ()
        return [
            account_region for account_region in dict.fromkeys((*listing, *others)) if account_region in self._order
        ]

    async def _unlisted(self, until: float) -> int:
        """Counts the account regions that were never listed: the domain may be there. All, where that takes too
        long."""
        at, number = self._unlisted_kept
        if _now() - at > _GOOD_FOR:
            try:
                async with asyncio.timeout_at(max(until, _now() + _FOR_COUNTING)):
                    number = await count_unlisted(self._db)
            except TimeoutError:
                log.warning("counting the places that were never listed took too long, and was left")
                return len(self._order)
            except Exception as error:  # noqa: BLE001 - in the log; what is not known here is only not said
                note(error, "counting the places that were never listed")
                return len(self._order)
            self._unlisted_kept = (_now(), number)
        return number

    async def _at(
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
        identity = await self._identity(account_region, domain, fresh, until)
        addresses: tuple[str, ...] | None = None
        events: Events | None = None
        if isinstance(identity, NotFound):
            answer = await self._answer_of(self._sessions.list_addresses, account_region, domain, fresh, until)
            addresses = answer if isinstance(answer, tuple) else None
        elif isinstance(identity, Identity) and (chosen := identity.configuration_set):
            answer = await self._answer_of(self._sessions.read_events, account_region, chosen, fresh, until)
            events = answer if isinstance(answer, Events) else None
        return SesRegionView(account_region, polled, number, identity, addresses, events)

    async def _identity(
        self, account_region: AccountRegion, domain: str, fresh: bool, until: float
    ) -> IdentityReading | None:
        """Returns what AWS says, or said lately; what is in the way of asking; None where nothing is known."""
        answer = await self._answer_of(self._sessions.find_identity, account_region, domain, fresh, until)
        return answer if isinstance(answer, Identity | NotFound | Unreadable | RegionOff) else None

    async def _answer_of(
        self, ask: _Question, account_region: AccountRegion, about: str, fresh: bool, until: float
    ) -> object | None:
        """Returns an answer of a moment ago, else a new one, else an older one, else what was in the way."""
        key = account_region, ask.__name__, about
        remembered = None if fresh else self._kept.get(key, _GOOD_FOR)
        if remembered is not None:
            return remembered
        trouble: object | None = None
        if not self._sessions.is_stalled(account_region):
            try:
                async with asyncio.timeout_at(until):
                    answer = await asyncio.shield(self._asked(key, ask))
            except TimeoutError:
                pass
            else:
                trouble = answer if isinstance(answer, Unreadable | RegionOff) else None
        remembered = self._kept.get(key, _BETTER_THAN_NONE)
        return trouble if remembered is None else remembered

    def _asked(self, key: _Key, ask: _Question) -> "asyncio.Task[object]":
        """Returns one question, however many wait for its answer."""
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.create_task(self._ask(key, ask))
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        return task

    async def _ask(self, key: _Key, ask: _Question) -> object:
        answer = await ask(key[0], key[2])
        if not isinstance(answer, Unreadable | RegionOff):
            self._kept.keep(key, answer)
        return answer


def _found(asked: Sequence[SesRegionView]) -> list[tuple[AccountRegion, Identity]]:
    return [(one.account_region, one.identity) for one in asked if isinstance(one.identity, Identity)]


def _now() -> float:
    return asyncio.get_running_loop().time()
