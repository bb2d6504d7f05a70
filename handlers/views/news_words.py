"""What each kind of news says: facts come in, sentences come out; nothing is drawn. The texts are in `news_words.toml`.

Facts may be missing (AWS did not say, or another revision of the bot recorded the news): every sentence holds without.
The estimates of time are those of experience and are labeled so; AWS itself promises a first answer within 24 hours.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from handlers.views.naming import written
from handlers.views.standing import ACCESS, ESTIMATE, case_words, number, quota_words
from handlers.views.staying_words import rate_bars, rate_words, volume_words
from model import Access, Fact, News, NewsKind
from model.watching import Turn

Facts: TypeAlias = Mapping[str, Fact]
_TEXTS: Mapping[str, Mapping[str, Any]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_ERRORS = {
    "HOST_NOT_FOUND": "the name of a record does not exist",
    "TYPE_NOT_FOUND": "the name exists, but has no record of the right type",
    "INVALID_VALUE": "a record has another value",
    "DNS_SERVER_ERROR": "the domain’s name server answered with an error",
    "SERVICE_ERROR": "SES itself had an error",
}
"""VerificationInfo.ErrorType (SES GetEmailIdentity)."""


@dataclass(frozen=True, slots=True)
class NewsText:
    """`mark` is an emoji's name. `case` and `console`: a link there helps; `domain`: so does checking this domain;
    `appeal` and `request`: so does drafting one; `not_now`: the person may put it off; `more_quota`: so does asking
    AWS for a higher quota; `quote` is AWS's own text, or the bars of a rate."""

    title: str
    mark: str
    happened: str
    todo: tuple[str, ...] = ()
    case: bool = False
    console: bool = False
    domain: str | None = None
    appeal: bool = False
    request: bool = False
    not_now: bool = False
    more_quota: bool = False
    quote: str = ""


def words_of(news: News) -> NewsText:
    """The words for one item of news."""
    kind = NewsKind.RATE_HIGH if news.kind is NewsKind.RATE_UPDATED and news.facts.get("metric") else news.kind
    table = _TEXTS[kind.value]
    cases = {name: value for name, value in table.items() if isinstance(value, dict)}
    text = {name: value for name, value in table.items() if name not in cases}
    text |= cases.get(_case_of(kind, news.facts), {})
    words = {**_words(news.facts), **rate_words(news.facts), **volume_words(news.facts)}
    for name in ("title", "happened"):
        text[name] = text[name].format_map(words)
    text["todo"] = tuple(filter(None, (one.format_map(words) for one in text.get("todo", ()))))
    text["domain"] = _text(news.facts.get("identity")) if text.get("domain") else None
    text["quote"] = str(news.facts.get("text") or rate_bars(news.facts)) if text.get("quote") else ""
    return NewsText(**text)


def _case_of(kind: NewsKind, facts: Facts) -> str:
    """Which of the tables within a kind's table holds; empty, or one that is not there, for none."""
    match kind:
        case NewsKind.NOT_GRANTED if facts.get("turn") == Turn.AWS.value:
            return "replied"
        case NewsKind.NOT_GRANTED if facts.get("soon"):
            return "soon"
        case NewsKind.IN_REVIEW if facts.get("was") == Access.NOT_GRANTED.value:
            return "again"
        case NewsKind.ANSWER_DUE if facts.get("last"):
            return "last"
        case NewsKind.RATE_HIGH if facts.get("ended"):
            return "over"
        case NewsKind.SENDING_PAUSED if facts.get("text"):
            return "said"
        case NewsKind.REGION_ENABLED if facts.get("access") == Access.SANDBOX.value:
            return "sandbox"
    return _text(facts.get(_CASE_FACTS.get(kind, ""))) or ""


_CASE_FACTS = {
    NewsKind.ENFORCEMENT_CHANGED: "enforcement",
    NewsKind.CASE_MESSAGE: "message",
    NewsKind.RATE_HIGH: "level",
    NewsKind.QUOTA_REQUEST: "status",
    NewsKind.QUOTA_CHANGED: "by_whom",
    NewsKind.UNREADABLE: "trouble",
}
"""The fact whose value names the table."""


def _words(facts: Facts) -> Mapping[str, object]:
    """The values of the words in braces, for every kind of news."""
    quota = quota_words(facts.get("quota"), facts.get("rate"))
    was, error, access = (_text(facts.get(name)) for name in ("was", "error", "access"))
    files = facts.get("attachments")
    may = f"It may now send {quota}." if quota else ""
    return {
        "case": case_words(facts.get("case_id")),
        "case_before": f"; before, it was {case_words(was)}" if was else "",
        "may": may or "AWS did not say its new quota; the SES console shows it.",
        "now": f" {may}" if may else "",
        "quota": quota or "not known",
        "old_quota": quota_words(facts.get("old_quota"), facts.get("old_rate")) or "not known",
        "enforcement": facts.get("enforcement"),
        "was": facts.get("was") or "not known",
        "domain": written(_text(facts.get("identity")) or "an identity"),
        "mail_from": _text(facts.get("mail_from")) or "the MAIL FROM domain",
        "error": f" It says: {_ERRORS.get(error, error)}." if error else "",
        "days": number(facts.get("days", 3.0)),
        "again": "This is the last reminder." if facts.get("last") else "Another reminder follows if no one answers.",
        "attached": f"It has attachments: {files}. Open the case to read them." if files else "",
        "why": _text(facts.get("why")) or "no reason is known",
        "standing": f" SES says of it: {ACCESS[Access(access)]}." if access in set(Access) else "",
        "estimate": ESTIMATE,
    }


def _text(fact: Fact) -> str | None:
    return fact if isinstance(fact, str) and fact else None
