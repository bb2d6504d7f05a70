"""Which identities to read next, and what is known of them after that. Pure.

Listing tells of every domain whether it is verified; DKIM and MAIL FROM have to be read one by one, one a second. So a
poll reads a few: first those that changed or are waiting for AWS, and always some of the others, by turns.
"""

from collections.abc import Sequence
from dataclasses import replace

from model import Identity

_SETTLED = ("SUCCESS", "FAILED")


def to_read(listed: Sequence[Identity], known: Sequence[Identity], *, turn: int, most: int) -> tuple[str, ...]:
    """The names of at most `most` identities to read. `turn` counts the polls of the place: it moves the window."""
    before = {identity.name: identity for identity in known}
    urgent = [one.name for one in listed if _is_urgent(one, before.get(one.name))]
    rest = [one.name for one in listed if one.name not in set(urgent)]
    first = _window(urgent, turn, most - 1 if rest else most)
    return (*first, *_window(rest, turn, most - len(first)))


def listed_and_read(
    listed: Sequence[Identity], known: Sequence[Identity], read: Sequence[Identity]
) -> tuple[Identity, ...]:
    """Every identity that is listed: as read just now, else as known, with the verification status of the list."""
    before = {identity.name: identity for identity in known} | {identity.name: identity for identity in read}
    return tuple(
        replace(before[one.name], verification_status=one.verification_status) if one.name in before else one
        for one in listed
    )


def _is_urgent(listed: Identity, known: Identity | None) -> bool:
    """New, changed in the list, not read yet, or waiting for SES to look again."""
    if known is None or known.dkim_status is None or listed.verification_status != known.verification_status:
        return True
    return waits_for_aws(known)


def waits_for_aws(identity: Identity) -> bool:
    """Whether SES goes on looking for its records, of DKIM or of MAIL FROM, so that news may come of it any minute."""
    statuses = (identity.dkim_status, identity.mail_from_status)
    return any(status is not None and status not in (*_SETTLED, "NOT_STARTED") for status in statuses)


def _window(names: Sequence[str], turn: int, size: int) -> tuple[str, ...]:
    """`size` names from a ring, a window further with every turn."""
    size = min(size, len(names))
    start = turn * size
    return tuple(names[(start + step) % len(names)] for step in range(size))
