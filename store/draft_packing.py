"""Answers to JSON and back. A field that an older revision did not know takes its default; so does
what cannot be read."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from enum import StrEnum
from typing import Any, TypeVar

from model import Answers, AppealAnswers, ContactLanguage, DraftKind, MailType, Stream

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


def packed(answers: Answers | AppealAnswers) -> dict[str, Any]:
    """Answers as JSON values."""
    return asdict(answers)


def unpacked(kind: DraftKind, data: Mapping[str, Any]) -> Answers | AppealAnswers:
    """Answers from JSON values; unknown keys of a newer revision are left out."""
    if kind is DraftKind.APPEAL:
        return _appeal(data)
    return _make(
        Answers,
        data,
        streams=tuple(_stream(one) for one in data.get("streams") or ()),
        contacts=tuple(data.get("contacts") or ()),
        language=_member(ContactLanguage, data.get("language")) or ContactLanguage.EN,
        mail_type=_member(MailType, data.get("mail_type")),
    )


def _stream(data: Mapping[str, Any]) -> Stream:
    return _make(Stream, data, kind=_member(MailType, data.get("kind")))


def _appeal(data: Mapping[str, Any]) -> AppealAnswers:
    return _make(
        AppealAnswers,
        data,
        replies=tuple((question, answer) for question, answer in data.get("replies") or ()),
        earlier=tuple(data.get("earlier") or ()),
    )


def _member(kind: type[E], value: Any) -> E | None:
    return kind(value) if value in list(kind) else None


def _make(made: type[T], data: Mapping[str, Any], /, **read: Any) -> T:
    names = {field.name for field in fields(made)}  # type: ignore[arg-type]  # every kind here is a dataclass
    return made(**({name: value for name, value in data.items() if name in names} | read))
