"""Drafts of the first schema, carried into the questions of today.

Revisions 0010 to 0020 asked for short notes (`trigger`, `rhythm`, `monthly`) where sentences and numbers are asked for
now. An answer that fits a question of today is moved there; every other one is kept beside the field that asks for it
now, as `earlier`: path to what was written. Nothing is guessed: a number counts only where it is nothing but a number.
"""

import re
from collections.abc import Mapping
from typing import Any

_NUMBER = re.compile(r"[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3}")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_SAME_ANSWERS = (
    "name",
    "place",
    "since",
    "business",
    "website",
    "domain",
    "account",
    "region",
    "opt_in",
    "contacts",
    "language",
    "mail_type",
)
"""Answers that mean the same today."""
_SAME_REPLY_ANSWERS = ("changed", "opt_in", "confirmation", "refused_before", "case_id", "case_closed")


def converted(kind: str, answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Returns the answers of a draft ("request" or "appeal") as today's questions have them, and what fits none of
    them."""
    return _convert_reply(answers) if kind == "appeal" else _convert_request(answers)


def _convert_request(old: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    new = {name: old[name] for name in _SAME_ANSWERS if old.get(name)}
    earlier: dict[str, str] = {}
    new["bounces"] = _join_lines(old.get("bounces"), old.get("complaints"))
    new["example"] = _as_text(old.get("sample"))
    new["kinds"] = [
        _convert_kind(f"kinds.{index}.", stream, earlier) for index, stream in enumerate(_read_streams(old))
    ]
    busiest = _as_text(old.get("busiest"))
    new["busiest"] = _parse_number(busiest)
    _keep_earlier(earlier, "unconfirmed", _as_text(old.get("unconfirmed")))
    _keep_earlier(earlier, "busiest", "" if new["busiest"] is not None else busiest)
    _keep_earlier(earlier, "kinds", _join_lines(old.get("monthly"), old.get("basis")))
    for index in range(len(new["kinds"])):
        _keep_earlier(earlier, f"kinds.{index}.leaving_words", _as_text(old.get("leaving")))
    return new, earlier


def _read_streams(old: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    streams = old.get("streams")
    return [stream for stream in streams if isinstance(stream, dict)] if isinstance(streams, list) else []


def _convert_kind(path: str, stream: Mapping[str, Any], earlier: dict[str, str]) -> dict[str, Any]:
    number = _as_text(stream.get("number"))
    count = _parse_number(number)
    _keep_earlier(earlier, f"{path}sentence", _join_lines(stream.get("trigger"), stream.get("recipients")))
    _keep_earlier(earlier, f"{path}rhythm", _as_text(stream.get("rhythm")))
    _keep_earlier(earlier, f"{path}count", "" if count is not None else number)
    return {"name": _as_text(stream.get("what")), "mail_type": stream.get("kind"), "count": count}


def _convert_reply(old: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    new = {name: old[name] for name in _SAME_REPLY_ANSWERS if name in old}
    earlier: dict[str, str] = {}
    new["message"] = _as_text(old.get("refusal"))
    new["posted"] = [text for text in old.get("earlier") or () if isinstance(text, str)]
    for field, old_field in (("privacy_policy", "privacy"), ("unsubscribe_page", "unsubscribe")):
        text = _as_text(old.get(old_field)).strip()
        is_url = _URL.fullmatch(text) is not None
        new[field] = text if is_url else ""
        _keep_earlier(earlier, field, "" if is_url else text)
    pairs = [pair for pair in old.get("replies") or () if isinstance(pair, list | tuple) and len(pair) == 2]
    _keep_earlier(earlier, "answers", "\n\n".join(_join_lines(*pair) for pair in pairs))
    return new, earlier


def _keep_earlier(earlier: dict[str, str], path: str, text: str) -> None:
    if text:
        earlier[path] = text


def _parse_number(text: str) -> int | None:
    typed = text.strip()
    return int(typed.replace(",", "")) if _NUMBER.fullmatch(typed) else None


def _join_lines(*texts: object) -> str:
    return "\n".join(text for text in map(_as_text, texts) if text)


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else ""
