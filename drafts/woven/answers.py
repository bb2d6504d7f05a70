"""Answers filled in field by field: paths such as `business` and `streams.1.trigger`, and a form that can be stored."""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from model import Answers, ContactLanguage, MailType, Stream

MOST_STREAMS = 10
"""Kinds of mail that one draft holds."""
_STREAM_FIELDS = frozenset(f.name for f in fields(Stream))
_FIELDS = frozenset(f.name for f in fields(Answers)) - {"streams"}


class UnknownField(KeyError):
    """A path names no field of the answers."""


def fill(answers: Answers, values: Mapping[str, str]) -> Answers:
    """The answers with some fields set: `{"business": "…", "streams.1.what": "…"}`; the others stay as they are.

    Text is kept exactly as typed. `contacts` takes one address a line (or parted by commas); `mail_type`, `language`
    and a stream's `kind` take their values, and anything else there clears them. `UnknownField` where a path names
    nothing.
    """
    for path, value in values.items():
        set_one = _with_stream if path.startswith("streams.") else _with_field
        answers = set_one(answers, path, value)
    return answers


def value_at(answers: Answers, path: str) -> str:
    """What stands at a path, as text to fill a modal with; empty for a stream that is not there yet."""
    if path.startswith("streams."):
        at, name = _stream_path(path)
        return _text(getattr(answers.streams[at], name)) if at < len(answers.streams) else ""
    if path not in _FIELDS:
        raise UnknownField(path)
    return _text(getattr(answers, path))


def without_stream(answers: Answers, at: int) -> Answers:
    """The answers without one kind of mail."""
    return replace(answers, streams=answers.streams[:at] + answers.streams[at + 1 :])


def to_plain(answers: Answers) -> dict[str, Any]:
    """The answers as plain values (strings, lists, dicts), for JSON."""
    plain = asdict(answers)
    plain["contacts"] = list(answers.contacts)
    plain["streams"] = [asdict(s) for s in answers.streams]
    return plain


def from_plain(plain: Mapping[str, Any]) -> Answers:
    """Answers from what `to_plain` gave, at any earlier version: unknown names are dropped, missing ones are empty."""
    streams = tuple(_stream(s) for s in _list(plain.get("streams")) if isinstance(s, Mapping))
    texts = {n: str(plain[n]) for n in _FIELDS - {"contacts", "language", "mail_type"} if isinstance(plain.get(n), str)}
    return Answers(
        **texts,
        streams=streams[:MOST_STREAMS],
        contacts=tuple(str(c) for c in _list(plain.get("contacts"))),
        language=_member(ContactLanguage, plain.get("language")) or ContactLanguage.EN,
        mail_type=_member(MailType, plain.get("mail_type")),
    )


def _with_field(answers: Answers, path: str, value: str) -> Answers:
    match path:
        case "contacts":
            lines = (c.strip() for c in value.replace(",", "\n").replace(";", "\n").split("\n"))
            return replace(answers, contacts=tuple(c for c in lines if c))
        case "language":
            return replace(answers, language=_member(ContactLanguage, value) or ContactLanguage.EN)
        case "mail_type":
            return replace(answers, mail_type=_member(MailType, value))
    if path not in _FIELDS:
        raise UnknownField(path)
    told: dict[str, Any] = {path: value}
    return replace(answers, **told)


def _with_stream(answers: Answers, path: str, value: str) -> Answers:
    at, name = _stream_path(path)
    streams = list(answers.streams) + [Stream()] * (at + 1 - len(answers.streams))
    told: dict[str, Any] = {name: _member(MailType, value) if name == "kind" else value}
    streams[at] = replace(streams[at], **told)
    return replace(answers, streams=tuple(streams))


def _stream_path(path: str) -> tuple[int, str]:
    _, number, name, *more = [*path.split("."), "", ""]
    if (
        not number.isascii()
        or not number.isdigit()
        or int(number) >= MOST_STREAMS
        or name not in _STREAM_FIELDS
        or any(more)
    ):
        raise UnknownField(path)
    return int(number), name


def _stream(plain: Mapping[str, Any]) -> Stream:
    texts = {n: str(plain[n]) for n in _STREAM_FIELDS - {"kind"} if isinstance(plain.get(n), str)}
    return Stream(**texts, kind=_member(MailType, plain.get("kind")))


def _member(kind: Any, value: object) -> Any:
    return next((m for m in kind if m.value == value), None)


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _text(value: object) -> str:
    return "\n".join(value) if isinstance(value, tuple) else str(value) if value is not None else ""
