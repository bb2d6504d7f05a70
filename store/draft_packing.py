"""Answers and finished texts to JSON and back.

A field that an older revision did not know takes its default; so does a value that cannot be read. `earlier` and the
conversion of the first schema are in the migration that made this one.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from model import Checked
from model.drafting import DraftKind, Written, WrittenReply, WrittenRequest
from model.refusal import ReplyAnswers
from model.request import Answers

T = TypeVar("T")


def packed(value: Any) -> Any:
    """A frozen dataclass as JSON values; instants and days in ISO 8601."""
    return _plain(asdict(value))


def unpacked(kind: DraftKind, data: Mapping[str, Any]) -> Answers | ReplyAnswers:
    """Answers from JSON values; unknown keys of a newer revision are left out."""
    return made(ReplyAnswers, data) if kind is DraftKind.APPEAL else made(Answers, data)


def written_from(kind: DraftKind, data: Mapping[str, Any] | None) -> Written | None:
    """The finished text, None where there is none or a newer revision wrote it."""
    if data is None:
        return None
    try:
        return made(WrittenReply, data) if kind is DraftKind.APPEAL else made(WrittenRequest, data)
    except (TypeError, ValueError):
        return None


def report_from(data: Mapping[str, Any] | None) -> Checked | None:
    """The report kept with a draft, None where there is none or a newer revision kept it."""
    try:
        return made(Checked, data) if data else None
    except (TypeError, ValueError):
        return None


def made(kind: type[T], data: Mapping[str, Any]) -> T:
    """A dataclass from JSON values, by the types of its fields."""
    hints = get_type_hints(kind)
    known = {field.name for field in fields(kind)} & data.keys()  # type: ignore[arg-type]  # every kind is a dataclass
    return kind(**{name: _read(hints[name], data[name]) for name in known})


def _read(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _of_union(get_args(kind), value)
    if origin is tuple:
        [inner, *_] = get_args(kind)
        return tuple(_read(inner, one) for one in value or ())
    if not isinstance(kind, type):
        return value
    if is_dataclass(kind):
        return made(kind, value)
    reader = next((reader for base, reader in _READERS.items() if issubclass(kind, base)), None)
    return reader(kind, value) if reader else value


def _of_union(kinds: tuple[Any, ...], value: Any) -> Any:
    """An optional value; one that cannot be read is unknown."""
    if value is None:
        return None
    [kind] = [one for one in kinds if one is not type(None)]
    try:
        return _read(kind, value)
    except ValueError:
        return None


def _instant(_: type, value: str) -> datetime:
    return datetime.fromisoformat(value)


def _day(_: type, value: str) -> date:
    return date.fromisoformat(value)


def _member(kind: type, value: str) -> Any:
    return kind(value)


_READERS: Mapping[type, Callable[[type, str], Any]] = {StrEnum: _member, datetime: _instant, date: _day}
"""`datetime` is a `date` too, so it comes first."""


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
