"""Values of `model` to JSON and back. A field that an older revision did not know takes its default."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, TypeVar

from model import Access, Identity, Known, Snapshot

T = TypeVar("T")


def packed(known: Known) -> dict[str, Any]:
    """`Known` as JSON values."""
    return asdict(known) | {"since": known.since.isoformat() if known.since else None}


def unpacked(data: Mapping[str, Any]) -> Known:
    """`Known` from JSON values; unknown keys of a newer revision are left out."""
    snapshot, since, identities = data.get("snapshot"), data.get("since"), data.get("identities")
    return _make(
        Known,
        data,
        snapshot=_snapshot(snapshot) if snapshot else None,
        since=datetime.fromisoformat(since) if since else None,
        identities=None if identities is None else tuple(_identity(one) for one in identities),
    )


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
