"""Reads a place at AWS for a poll: the account, and a few of its identities. Whatever AWS does is a value."""

from collections import Counter

from aws import Sessions
from aws.cases import CaseReading, read_case
from model import AccountRegion, Identity, Reading, RegionState
from watch.identities import listed_and_read, to_read

_READ_AT_ONCE = 4
"""Identities read in one poll: they are read one a second, and a poll has 20."""


class SesReader:
    """A `watch.watcher.Reader` over `ses.Sessions`."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._turns: Counter[AccountRegion] = Counter()

    async def read(self, place: AccountRegion) -> Reading:
        """GetAccount."""
        return await self._sessions.read(place)

    async def domains(self, place: AccountRegion, known: RegionState) -> tuple[Identity, ...] | None:
        """Every domain that is an identity there, some of them read just now; None when they could not be listed."""
        listed = await self._sessions.identities(place)
        if not isinstance(listed, tuple):
            return None
        names = to_read(listed, known.identities or (), turn=self._turns[place], most=_READ_AT_ONCE)
        self._turns[place] += 1
        read = [await self._sessions.identity_named(place, name) for name in names]
        return listed_and_read(listed, known.identities or (), [one for one in read if isinstance(one, Identity)])

    async def account_id(self, account: str) -> str | None:
        """The account's twelve digits, None where they are unknown."""
        return await self._sessions.account_id(account)

    async def case(self, place: AccountRegion, display_id: str) -> CaseReading:
        """The support case by its display id."""
        return await read_case(self._sessions, place, display_id)
