"""Values of `model` to JSON and back. A field that an older revision did not know takes its default."""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import RowMapping

from model import Access, Identity, RegionState, Snapshot
from model.case import CaseAccess
from model.watching import Turn

T = TypeVar("T")
_INSTANTS = ("since", "turn_since", "read_at", "case_read_to", "case_access_at")
_BY_PEOPLE = ("said_turn", "said_turn_at", "said_not_now_at", "asked_by", "asked_at")
"""What people did: columns of their own, which no poll writes."""


def packed(known: RegionState) -> dict[str, Any]:
    """`RegionState` as JSON values, without what a person did: that has columns of its own."""
    values = asdict(known)
    for name in _INSTANTS:
        values[name] = values[name].isoformat() if values[name] else None
    return {name: value for name, value in values.items() if name not in _BY_PEOPLE}


def known_of(row: RowMapping) -> RegionState:
    """`RegionState` of a row of the table `place`: what the polls saw, and what a person did."""
    turn = row["said_turn"]
    said = Turn(turn) if turn in list(Turn) else None
    did = {name: row[name] for name in _BY_PEOPLE[1:]}
    return replace(unpacked(row["known"]), said_turn=said, **did)


def unpacked(data: Mapping[str, Any]) -> RegionState:
    """`RegionState` from JSON values; unknown keys of a newer revision are left out."""
    snapshot, identities, turn = data.get("snapshot"), data.get("identities"), data.get("turn")
    access = data.get("case_access")
    return _make(
        RegionState,
        data,
        snapshot=_snapshot(snapshot) if snapshot else None,
        turn=Turn(turn) if turn in list(Turn) else None,
        case_access=CaseAccess(access) if access in list(CaseAccess) else None,
        identities=None if identities is None else tuple(_identity(one) for one in identities),
        **{name: _instant(data.get(name)) for name in _INSTANTS},
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _snapshot(data: Mapping[str, Any]) -> Snapshot:
    suppression = data.get("suppression")
    return _make(
        Snapshot,
        data,
        access=Access(data["access"]) if data["access"] in list(Access) else Access.UNKNOWN,
        suppression=None if suppression is None else tuple(suppression),
    )


def _identity(data: Mapping[str, Any]) -> Identity:
    return _make(Identity, data, tokens=tuple(data.get("tokens") or ()))


def _make(kind: type[T], data: Mapping[str, Any], **read: Any) -> T:
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # every kind here is a dataclass
    return kind(**({name: value for name, value in data.items() if name in names} | read))
