"""Drafts of the first schema, carried into the questions of today.

Revisions 0010 to 0020 asked for short notes (`trigger`, `rhythm`, `monthly`) where sentences and numbers are asked for
now. An answer that fits a question of today is moved there; every other one is kept beside the field that asks for it
now, as `earlier`: path to what was written. Nothing is guessed: a number counts only where it is nothing but a number.
"""

import re
from collections.abc import Mapping
from typing import Any

_NUMBER = re.compile(r"[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3}")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_KEPT = (
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
_REPLY_KEPT = ("changed", "opt_in", "confirmation", "refused_before", "case_id", "case_closed")


def converted(kind: str, answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Returns the answers of a draft ("request" or "appeal") as today's questions have them, and what fits none of
    them."""
    return _reply(answers) if kind == "appeal" else _request(answers)


def _request(old: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    new = {name: old[name] for name in _KEPT if old.get(name)}
    earlier: dict[str, str] = {}
    new["bounces"] = _lines(old.get("bounces"), old.get("complaints"))
    new["example"] = _text(old.get("sample"))
    new["kinds"] = [_kind(f"kinds.{at}.", stream, earlier) for at, stream in enumerate(_streams(old))]
    busiest = _text(old.get("busiest"))
    new["busiest"] = _number(busiest)
    _keep(earlier, "unconfirmed", _text(old.get("unconfirmed")))
    _keep(earlier, "busiest", "" if new["busiest"] is not None else busiest)
    _keep(earlier, "kinds", _lines(old.get("monthly"), old.get("basis")))
    for at in range(len(new["kinds"])):
        _keep(earlier, f"kinds.{at}.leaving_words", _text(old.get("leaving")))
    return new, earlier


def _streams(old: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    streams = old.get("streams")
    return [one for one in streams if isinstance(one, dict)] if isinstance(streams, list) else []


def _kind(at: str, stream: Mapping[str, Any], earlier: dict[str, str]) -> dict[str, Any]:
    number = _text(stream.get("number"))
    count = _number(number)
    _keep(earlier, f"{at}sentence", _lines(stream.get("trigger"), stream.get("recipients")))
    _keep(earlier, f"{at}rhythm", _text(stream.get("rhythm")))
    _keep(earlier, f"{at}count", "" if count is not None else number)
    return {"name": _text(stream.get("what")), "mail_type": stream.get("kind"), "count": count}


def _reply(old: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    new = {name: old[name] for name in _REPLY_KEPT if name in old}
    earlier: dict[str, str] = {}
    new["message"] = _text(old.get("refusal"))
    new["posted"] = [text for text in old.get("earlier") or () if isinstance(text, str)]
    for today, then in (("privacy_policy", "privacy"), ("unsubscribe_page", "unsubscribe")):
        text = _text(old.get(then)).strip()
        is_address = _ADDRESS.fullmatch(text) is not None
        new[today] = text if is_address else ""
        _keep(earlier, today, "" if is_address else text)
    pairs = [pair for pair in old.get("replies") or () if isinstance(pair, list | tuple) and len(pair) == 2]
    _keep(earlier, "answers", "\n\n".join(_lines(*pair) for pair in pairs))
    return new, earlier


def _keep(earlier: dict[str, str], path: str, text: str) -> None:
    if text:
        earlier[path] = text


def _number(text: str) -> int | None:
    typed = text.strip()
    return int(typed.replace(",", "")) if _NUMBER.fullmatch(typed) else None


def _lines(*texts: object) -> str:
    return "\n".join(text for text in map(_text, texts) if text)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
