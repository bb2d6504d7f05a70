"""Values of `model` to JSON and back, by the types of their fields.

A field that an older revision did not know takes its default, and keys that only a newer one knows are left out. So it
is with members of an enumeration: they are read as `UNKNOWN` where there is one. An optional value that cannot be read
is None.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, is_dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from sqlalchemy import RowMapping

from model import Checked, RegionState
from model.drafting import DraftKind, Written, WrittenReply, WrittenRequest
from model.request import Answers, ReplyAnswers
from model.staying import Pushed, QuotaRequest
from model.watching import Turn

T = TypeVar("T")
_OWN_COLUMNS = ("said_turn", "said_turn_at", "said_not_now_at", "asked_by", "asked_at", "quota_requests", "pushed")
"""What people did at an account region, and what AWS said by itself: columns of their own, which no poll writes."""
_STORED_AS = {"unreadable_posted": "unreadable_told", "overdue_posted": "overdue_told"}
"""Fields of `RegionState` that the database has under the names that they had before."""


def pack(value: Any) -> dict[str, Any]:
    """Returns a frozen dataclass as JSON values; instants and days in ISO 8601."""
    return {name: _pack_value(field_value) for name, field_value in asdict(value).items()}


def pack_state(state: RegionState) -> dict[str, Any]:
    """Packs `RegionState` as JSON values, without what a person did: that has columns of its own."""
    return {_STORED_AS.get(name, name): value for name, value in pack(state).items() if name not in _OWN_COLUMNS}


def read_state(row: RowMapping) -> RegionState:
    """Reads `RegionState` from a row of the table `place`: what the polls saw, and what a person did."""
    turn = row["said_turn"]
    said_turn = Turn(turn) if turn in list(Turn) else None
    own_columns = {name: row[name] for name in _OWN_COLUMNS[1:-2]}
    requests = tuple(unpack(QuotaRequest, packed) for packed in row["quota_requests"] or ())
    pushed = tuple(unpack(Pushed, packed) for packed in row["pushed"] or ())
    return replace(
        unpack_state(row["known"]), said_turn=said_turn, quota_requests=requests, pushed=pushed, **own_columns
    )


def unpack_state(data: Mapping[str, Any]) -> RegionState:
    """Unpacks `RegionState` from JSON values, without what a person did."""
    posted = {name: data[old] for name, old in _STORED_AS.items() if old in data}
    return unpack(RegionState, {**data, **posted})


def unpack_answers(kind: DraftKind, data: Mapping[str, Any]) -> Answers | ReplyAnswers:
    return unpack(ReplyAnswers, data) if kind is DraftKind.APPEAL else unpack(Answers, data)


def unpack_written(kind: DraftKind, data: Mapping[str, Any] | None) -> Written | None:
    """Returns the finished text, None where there is none or a newer revision wrote it."""
    if kind is DraftKind.APPEAL:
        return _unpack_or_none(WrittenReply, data)
    return _unpack_or_none(WrittenRequest, data)


def unpack_report(data: Mapping[str, Any] | None) -> Checked | None:
    """Returns a report, None where there is none or a newer revision kept it."""
    return _unpack_or_none(Checked, data)


def _unpack_or_none(kind: type[T], data: Mapping[str, Any] | None) -> T | None:
    try:
        return unpack(kind, data) if data else None
    except (TypeError, ValueError):
        return None


def unpack(kind: type[T], data: Mapping[str, Any]) -> T:
    """Returns a dataclass from JSON values."""
    hints: dict[str, Any] = _field_types(kind)  # type: ignore[arg-type]  # a class is hashable
    return kind(**{name: _unpack_value(hint, data[name]) for name, hint in hints.items() if name in data})


@functools.cache
def _field_types(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _unpack_value(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _unpack_optional(get_args(kind), value)
    if origin is tuple:
        [inner, *_] = get_args(kind)
        return tuple([_unpack_value(inner, item) for item in value or ()])
    if not isinstance(kind, type):
        return value
    if is_dataclass(kind):
        return unpack(kind, value)
    reader = next((reader for base, reader in _READERS.items() if issubclass(kind, base)), None)
    return reader(kind, value) if reader else value


def _unpack_optional(kinds: tuple[Any, ...], value: Any) -> Any:
    """Returns an optional value; one that cannot be read is unknown."""
    if value is None:
        return None
    [kind] = [member for member in kinds if member is not type(None)]
    try:
        return _unpack_value(kind, value)
    except ValueError:
        return None


def _unpack_member(kind: Any, value: str) -> Any:
    """Returns a member of an enumeration; ValueError where the value is none, and no member says that it is unknown."""
    return kind.UNKNOWN if value not in list(kind) and hasattr(kind, "UNKNOWN") else kind(value)


_READERS: Mapping[type, Callable[[type, str], Any]] = {
    StrEnum: _unpack_member,
    datetime: lambda _, value: datetime.fromisoformat(value),
    date: lambda _, value: date.fromisoformat(value),
}
"""`datetime` is a `date` too, so it comes first."""


def _pack_value(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _pack_value(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_pack_value(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
