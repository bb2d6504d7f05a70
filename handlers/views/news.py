"""News about SES accounts as messages in a channel: one item with what to do now, and the weekly line about all.

The sentences are in `news.toml`. Facts may be missing (AWS did not say, or another revision of the bot recorded
the news): every sentence holds without. The estimates of time are those of experience and are labeled so; AWS itself
promises a first answer within 24 hours. What comes from AWS or from the accounts file (names, case numbers, statuses,
errors) stands in plain_text and rich_text elements alone, so none of it can become markup.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any, TypeAlias

from handlers.views import account_words as account
from handlers.views import blocks as kit
from handlers.views.blocks import Element, Message
from handlers.views.escape import escape_mrkdwn, make_lines_visible, make_visible
from handlers.views.limits import FALLBACK_BYTES, cut, cut_bytes, make_message, short_list
from handlers.views.naming import format_count, format_domain
from handlers.views.status import rank_by_trouble
from model import Access, AccountRegionStatus, Fact, News, NewsKind
from model.staying import LINES, RateKind
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


def news_text(news: News) -> NewsText:
    kind = NewsKind.RATE_HIGH if news.kind is NewsKind.RATE_UPDATED and news.facts.get("metric") else news.kind
    table = _TEXTS[kind.value]
    inner = {name: value for name, value in table.items() if isinstance(value, dict)}
    text = {name: value for name, value in table.items() if name not in inner}
    text |= inner.get(_select_table(kind, news.facts), {})
    words = {
        **_placeholders(news.facts),
        **account.rate_placeholders(news.facts),
        **account.volume_placeholders(news.facts),
    }
    for name in ("title", "happened"):
        text[name] = text[name].format_map(words)
    text["todo"] = tuple(filter(None, (todo.format_map(words) for todo in text.get("todo", ()))))
    text["domain"] = _text_or_none(news.facts.get("identity")) if text.get("domain") else None
    text["quote"] = str(news.facts.get("text") or account.format_rate_bars(news.facts)) if text.get("quote") else ""
    return NewsText(**text)


def _select_table(kind: NewsKind, facts: Facts) -> str:
    """Returns which of the tables within a kind's table holds; empty, or one that is not there, for none."""
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
    return _text_or_none(facts.get(_TABLE_FACTS.get(kind, ""))) or ""


_TABLE_FACTS = {
    NewsKind.ENFORCEMENT_CHANGED: "enforcement",
    NewsKind.CASE_MESSAGE: "message",
    NewsKind.RATE_HIGH: "level",
    NewsKind.QUOTA_REQUEST: "status",
    NewsKind.QUOTA_CHANGED: "by_whom",
    NewsKind.UNREADABLE: "trouble",
}
"""The fact whose value names the table."""


def _placeholders(facts: Facts) -> Mapping[str, object]:
    """Returns the values of the words in braces, for every kind of news."""
    quota = account.describe_quota(facts.get("quota"), facts.get("rate"))
    was, error, access = (_text_or_none(facts.get(name)) for name in ("was", "error", "access"))
    files = facts.get("attachments")
    may = f"It may now send {quota}." if quota else ""
    return {
        "case": account.describe_case(facts.get("case_id")),
        "case_before": f"; before, it was {account.describe_case(was)}" if was else "",
        "may": may or "AWS did not say its new quota; the SES console shows it.",
        "now": f" {may}" if may else "",
        "quota": quota or "not known",
        "old_quota": account.describe_quota(facts.get("old_quota"), facts.get("old_rate")) or "not known",
        "enforcement": facts.get("enforcement"),
        "was": facts.get("was") or "not known",
        "domain": format_domain(_text_or_none(facts.get("identity")) or "an identity"),
        "mail_from": _text_or_none(facts.get("mail_from")) or "the MAIL FROM domain",
        "error": f" It says: {_ERRORS.get(error, error)}." if error else "",
        "days": account.format_number(facts.get("days", 3.0)),
        "again": "This is the last reminder." if facts.get("last") else "Another reminder follows if no one answers.",
        "attached": f"It has attachments: {files}. Open the case to read them." if files else "",
        "why": _text_or_none(facts.get("why")) or "no reason is known",
        "standing": f" SES says of it: {account.ACCESS[Access(access)]}." if access in set(Access) else "",
        "estimate": account.ESTIMATE,
    }


def _text_or_none(fact: Fact) -> str | None:
    return fact if isinstance(fact, str) and fact else None


_QUOTED = 1_500
"""Characters of AWS's text that news shows; the case has the rest."""
_USER = re.compile(r"[UW][A-Z0-9]{1,30}")


def news_message(news: News, *, account_id: str | None, zone: tzinfo = UTC) -> Message:
    """Returns one item of news within Slack's limits; times are written in `zone`."""
    text = news_text(news)
    name = account.describe_account_region(news.account_region, account_id)
    title = f"{make_visible(text.title)}: {name}"
    lines: list[Element] = [kit.line(kit.emoji(text.mark), f" {make_visible(text.happened)}")]
    if text.todo:
        lines += [kit.line(kit.bold_text("What to do now")), kit.bullets(map(make_visible, text.todo))]
    lines += [kit.preformatted(cut(make_lines_visible(text.quote), _QUOTED))] if text.quote else []
    turn = turn_line(news)
    lines += [kit.line(kit.bold_text(turn))] if turn else []
    user = news.facts.get("by")
    confirmed = [kit.mrkdwn(f"Confirmed by <@{user}>")] if isinstance(user, str) and _USER.fullmatch(user) else []
    blocks = (
        kit.header(title),
        kit.rich_text(lines),
        kit.context(f"{name} · {account.format_moment(news.at, zone)}", *confirmed),
        kit.actions(_news_buttons(news, text), "news"),
    )
    return make_message(f"{title}. {text.happened}", blocks)


def plain_news_message(news: News, *, account_id: str | None) -> Message:
    """Returns one item of news in text alone, for when Slack does not take the blocks: it has no buttons, so it names a
    command."""
    text, full = news_text(news), news_message(news, account_id=account_id)
    steps = "".join(f"\n• {escape_mrkdwn(todo)}" for todo in text.todo)
    command = escape_mrkdwn(f"/ses-status {news.account_region.account} {news.account_region.region}")
    turn = turn_line(news)
    words = f"\n{turn}" if turn else ""
    return Message(cut_bytes(f"{full.text}{words}\nWhat to do now:{steps}\n{command} says more.", FALLBACK_BYTES), ())


def turn_line(news: News) -> str:
    """Returns whose turn it is when the news was made; empty where no one waits."""
    turn, since = news.facts.get("turn"), news.facts.get("turn_since")
    if turn not in list(Turn) or not isinstance(since, str):
        return ""
    try:
        return account.describe_turn(Turn(str(turn)), datetime.fromisoformat(since), news.at)
    except (TypeError, ValueError):
        return ""


def _news_buttons(news: News, text: NewsText) -> list[Element]:
    """Returns the buttons that help with this news; no other is there."""
    console = account.console_button(news.account_region.region) if text.console else None
    account_region, case = news.account_region, news.facts.get("case_id")
    return [
        *(
            [account.appeal_button(account_region, case, again=news.facts.get("turn") == Turn.AWS.value)]
            if text.appeal
            else ()
        ),
        *([account.account_region_button(account.NOT_NOW, "Not now", account_region)] if text.not_now else ()),
        *([account.account_region_button("draft_start", "Draft the request", account_region)] if text.request else ()),
        *(
            [account.account_region_button(account.MORE_QUOTA, "Ask for more", account_region)]
            if text.more_quota
            else ()
        ),
        *([account.case_button(case)] if text.case else ()),
        *([kit.button("check_domain", "Check the domain", text.domain)] if text.domain else ()),
        account.account_region_button("status_show", "Show status", account_region),
        *([console] if console else ()),
    ]


_MOST = 20
_MOVED = 0.10
"""The share of the quota by which the volume has to change to be worth a word."""


def digest_facts(account_regions: Sequence[AccountRegionStatus]) -> dict[str, Any]:
    """Returns what the next line is compared with, by account and region."""
    return {_digest_key(watched): _account_region_facts(watched) for watched in account_regions}


def _digest_key(watched: AccountRegionStatus) -> str:
    return f"{watched.account_region.account} {watched.account_region.region}"


def _account_region_facts(watched: AccountRegionStatus) -> dict[str, Any]:
    snapshot, reputation = watched.state.snapshot, watched.state.reputation
    if snapshot is None:
        return {}
    sent = max((sample.sent for sample in watched.state.volume), default=snapshot.sent)
    facts: dict[str, Any] = {"access": snapshot.access.value, "quota": snapshot.quota, "sent": sent}
    return facts | {kind.value: reputation.track_of(kind).rate for kind in RateKind}


def digest_message(
    account_regions: Sequence[AccountRegionStatus], before: Mapping[str, Any] | None, day: date
) -> Message:
    """Returns the line of a day. `before`: `digest_facts` at the last one; None: this is the first, and says what there
    is."""
    title = f"SES this week, {account.format_day(day)}"
    now = digest_facts(account_regions)
    rows = []
    for watched in rank_by_trouble(account_regions):
        key = _digest_key(watched)
        moves = list(_describe_moves(watched, (before or {}).get(key) or {}, now[key]))
        if moves:
            rows.append(f"{account.describe_watched(watched)}: {'; '.join(moves)}")
    quiet = len(account_regions) - len(rows)
    if not rows:
        words = (
            f"A quiet week: nothing moved in {format_count(len(account_regions), 'account region', 'account regions')}."
        )
        return make_message(f"{title}. {words}", (kit.header(title), kit.section(words)))
    rest = f"Nothing moved in the other {quiet:,}." if quiet else "That is all of them."
    blocks = (kit.header(title), kit.rich_text([short_list(rows, _MOST, "more: /ses-status")]), kit.context(rest))
    return make_message(f"{title}. {format_count(len(rows), 'account moved', 'accounts moved')}.", blocks)


def _describe_moves(watched: AccountRegionStatus, before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Yields what is different from the last line; without one, what an account in production does."""
    if not now:
        return
    access, quota, sent = now["access"], now["quota"], now["sent"]
    if before.get("access") not in (None, access):
        yield f"{account.ACCESS[Access(str(before['access']))]} → {account.ACCESS[Access(access)]}"
    if quota is not None and before.get("quota") not in (None, quota):
        yield f"quota {account.format_number(before['quota'])} → {account.format_number(quota)}"
    if access == Access.PRODUCTION.value and sent is not None:
        limit = quota if quota and quota > 0 else sent or 1.0
        if before.get("sent") is None or abs(sent - before["sent"]) >= _MOVED * limit:
            earlier = "" if before.get("sent") is None else f"{account.format_number(before['sent'])} → "
            share = account.format_percent(sent / limit)
            yield f"most sent in a day {earlier}{account.format_number(sent)} ({share} of the quota)"
    for kind in RateKind:
        rate, rate_before = now[kind.value], before.get(kind.value)
        if rate is not None and rate_before is not None and abs(rate - rate_before) >= LINES[kind].soft / 4:
            latest = account.format_rate(watched.state.reputation.track_of(kind), kind)
            yield f"{kind.value}s {account.format_percent(rate_before, kind)} → {latest}"
