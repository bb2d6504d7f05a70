"""Reads an account region at AWS for a poll: the account, and a few of its identities. Whatever AWS does is a value.

Listing says of every domain whether it is verified; DKIM and MAIL FROM have to be read one by one, one a second. So a
poll reads a few: first those that changed or are waiting for AWS, and always some of the others, by turns.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from aws import Sessions
from aws.cases import CaseReading, read_case, read_case_access
from aws.reputation import read_configuration_set_rates, read_rates, read_recommendations
from aws.request import read_quota_status
from model import AccountRegion, Identity, Reading, RegionState
from model.account import CaseAccess
from model.staying import QuotaRequest, QuotaStatus, RateKind, RatesReading

_SETTLED = ("SUCCESS", "FAILED")


def select_identities(
    listed: Sequence[Identity], known: Sequence[Identity], *, turn: int, most: int
) -> tuple[str, ...]:
    """Returns the names of at most `most` identities to read. `turn` counts the polls of the account region: it moves
    the window."""
    before = {identity.name: identity for identity in known}
    urgent = [identity.name for identity in listed if _is_urgent(identity, before.get(identity.name))]
    rest = [identity.name for identity in listed if identity.name not in set(urgent)]
    urgent_window = _select_window(urgent, turn, most - 1 if rest else most)
    return (*urgent_window, *_select_window(rest, turn, most - len(urgent_window)))


def merge_identities(
    listed: Sequence[Identity], known: Sequence[Identity], read: Sequence[Identity]
) -> tuple[Identity, ...]:
    """Returns every identity that is listed: as read just now, else as known, with the verification status of the
    list."""
    by_name = {identity.name: identity for identity in known} | {identity.name: identity for identity in read}
    return tuple(
        replace(by_name[listed_identity.name], verification_status=listed_identity.verification_status)
        if listed_identity.name in by_name
        else listed_identity
        for listed_identity in listed
    )


def _is_urgent(listed: Identity, known: Identity | None) -> bool:
    """Tells whether an identity is new, changed in the list, not read yet, or waiting for SES to look again."""
    if known is None or known.dkim_status is None or listed.verification_status != known.verification_status:
        return True
    return waits_for_aws(known)


def waits_for_aws(identity: Identity) -> bool:
    """Tells whether SES still looks for the records of DKIM or MAIL FROM, so that news may come any minute."""
    statuses = (identity.dkim_status, identity.mail_from_status)
    return any(status is not None and status not in (*_SETTLED, "NOT_STARTED") for status in statuses)


def _select_window(names: Sequence[str], turn: int, size: int) -> tuple[str, ...]:
    """Returns `size` names from a ring, a window further with every turn."""
    size = min(size, len(names))
    start = turn * size
    return tuple(names[(start + step) % len(names)] for step in range(size))


_READ_AT_ONCE = 4
"""Identities read in one poll: they are read one a second, and a poll has 20."""


class SesReader:
    """A `watch.watcher.Reader` over `aws.Sessions`."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._turns: Counter[AccountRegion] = Counter()

    async def read_account(self, account_region: AccountRegion) -> Reading:
        return await self._sessions.read_account(account_region)

    async def read_domains(self, account_region: AccountRegion, known: RegionState) -> tuple[Identity, ...] | None:
        """Returns every domain that is an identity there, some of them read just now; None when they could not be
        listed."""
        listed = await self._sessions.list_domains(account_region)
        if not isinstance(listed, tuple):
            return None
        names = select_identities(listed, known.identities or (), turn=self._turns[account_region], most=_READ_AT_ONCE)
        self._turns[account_region] += 1
        read = [await self._sessions.read_identity(account_region, name) for name in names]
        return merge_identities(
            listed, known.identities or (), [identity for identity in read if isinstance(identity, Identity)]
        )

    async def read_account_id(self, account: str) -> str | None:
        return await self._sessions.read_account_id(account)

    async def read_case(self, account_region: AccountRegion, display_id: str) -> CaseReading:
        return await read_case(self._sessions, account_region, display_id)

    async def read_rates(self, account_region: AccountRegion, now: datetime) -> RatesReading:
        return await read_rates(self._sessions, account_region, now)

    async def read_first_look(
        self, account_region: AccountRegion, known: RegionState, kind: RateKind, now: datetime
    ) -> tuple[str, ...]:
        """Returns what SES says of where a rate comes from: configuration sets, and its advisor's words where that is
        on."""
        names = dict.fromkeys(
            identity.configuration_set for identity in known.identities or () if identity.configuration_set
        )
        rates = await read_configuration_set_rates(self._sessions, account_region, kind, tuple(names), now)
        lines = tuple(f"Configuration set {name}: {value:.2%}" for name, value in rates)
        if known.snapshot is None or not known.snapshot.vdm:
            return lines
        return (*lines, *await read_recommendations(self._sessions, account_region))

    async def read_quota_status(self, account_region: AccountRegion, request: QuotaRequest) -> QuotaStatus | None:
        return await read_quota_status(self._sessions, account_region, request.id)

    async def read_case_access(self, account_region: AccountRegion) -> CaseAccess | None:
        """Tells whether support cases can be read there; None where AWS does not say."""
        return await read_case_access(self._sessions, account_region)
