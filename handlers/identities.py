"""What SES expects of a domain, as the accounts that are watched tell it, for `/ses-check`.

A check costs what DNS costs: AWS is asked beside it, for a moment, at the places that may have the domain, and whoever
hangs is not asked at all. Where nobody answers, the check goes without: it then says nothing of what it was not told.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

from handlers.errors import note
from model import Expectations, Identity, IdentityReading, NotFound, Place
from ses import Sessions, expectations_of
from store import Database, places_with

PATIENCE = 1.5
"""Seconds for AWS."""
MOST_ASKED = 8
"""Places asked for one domain: those that list it, and where there are no more than that, all others too."""
_GOOD_FOR = 30.0
"""Seconds that an answer is used again, but not by "Check again": SES takes one such question a second."""
_BETTER_THAN_NONE = 600.0
"""Seconds that an answer is used where no newer one is to be had."""
_KEPT = 1_000


class Identities:
    """`expectations` asks; what was answered is remembered for a moment. `patience` in seconds."""

    def __init__(self, sessions: Sessions, db: Database, *, patience: float = PATIENCE) -> None:
        self._sessions = sessions
        self._db = db
        self._patience = patience
        self._order = {place: number for number, place in enumerate(sessions.places())}
        self._kept: OrderedDict[tuple[Place, str], tuple[float, Identity | NotFound]] = OrderedDict()
        self._asking: dict[tuple[Place, str], asyncio.Task[IdentityReading]] = {}

    async def expectations(self, domain: str, *, fresh: bool = False) -> Expectations | None:
        """What SES expects for the domain (A-labels) where it fits best, None where nobody tells. `fresh`: as AWS says
        now. Takes no longer than `patience`."""
        until = _now() + self._patience
        try:
            async with asyncio.timeout_at(until):
                places = await self._candidates(domain)
        except Exception as error:  # noqa: BLE001 - in the log; a check must not fail because of our database
            note(error, "looking for a domain among the accounts")
            return None
        readings = await asyncio.gather(*(self._reading(place, domain, fresh, until) for place in places))
        found = [
            (place, reading) for place, reading in zip(places, readings, strict=True) if isinstance(reading, Identity)
        ]
        if not found:
            return None
        place, identity = max(found, key=lambda one: self._fitness(*one))
        return expectations_of(identity, place.region)

    async def close(self) -> None:
        """Nobody waits any longer."""
        for task in tuple(self._asking.values()):
            task.cancel()

    def _fitness(self, place: Place, identity: Identity) -> tuple[int, bool, int]:
        """The domain's own identity before its parent's, verified before not, then as the accounts are written down."""
        return len(identity.name), identity.verified is True, -self._order[place]

    async def _candidates(self, domain: str) -> Sequence[Place]:
        """Where to ask: at the places that list the domain or a parent, and where there are few, at all."""
        labels = domain.split(".")
        names = [".".join(labels[start:]) for start in range(len(labels) - 1)]
        listing = await places_with(self._db, names, most=MOST_ASKED)
        others = self._order if len(self._order) <= MOST_ASKED else ()
        return [place for place in dict.fromkeys((*listing, *others)) if place in self._order]

    async def _reading(self, place: Place, domain: str, fresh: bool, until: float) -> Identity | NotFound | None:
        """What AWS says, or said lately; None where nothing is known."""
        remembered = None if fresh else self._remembered(place, domain, _GOOD_FOR)
        if remembered:
            return remembered
        if not self._sessions.hangs(place):
            try:
                async with asyncio.timeout_at(until):
                    await asyncio.shield(self._asked(place, domain))
            except TimeoutError:
                pass
        return self._remembered(place, domain, _BETTER_THAN_NONE)

    def _asked(self, place: Place, domain: str) -> "asyncio.Task[IdentityReading]":
        """One question, however many wait for its answer."""
        key = (place, domain)
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.create_task(self._ask(place, domain))
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        return task

    async def _ask(self, place: Place, domain: str) -> IdentityReading:
        reading = await self._sessions.identity(place, domain)
        if isinstance(reading, Identity | NotFound):
            self._kept[place, domain] = (_now(), reading)
            self._kept.move_to_end((place, domain))
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return reading

    def _remembered(self, place: Place, domain: str, seconds: float) -> Identity | NotFound | None:
        at, reading = self._kept.get((place, domain), (0.0, None))
        return reading if reading and _now() - at <= seconds else None


def _now() -> float:
    return asyncio.get_running_loop().time()
