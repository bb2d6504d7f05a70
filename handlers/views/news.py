"""News about an SES account, as a message in a channel: which account, what happened, what to do now.

What comes from AWS or from the accounts file (names, case numbers, statuses, errors) stands in plain_text and rich_text
elements alone, so none of it can become markup.
"""

import re
from datetime import UTC, datetime, tzinfo

from handlers.views import blocks as kit
from handlers.views.blocks import Element
from handlers.views.escape import inert, visible, visible_lines
from handlers.views.limits import FALLBACK_BYTES, cut, cut_bytes, fit_message
from handlers.views.message import Message
from handlers.views.news_words import NewsText, words_of
from handlers.views.standing import (
    appeal_button,
    case_button,
    console_button,
    moment,
    not_now_button,
    place_words,
    quota_button,
    request_button,
    turn_words,
)
from model import News
from model.watching import Turn

_QUOTED = 1_500
"""Characters of AWS's text that news shows; the case has the rest."""
_USER = re.compile(r"[UW][A-Z0-9]{1,30}")


def news_message(news: News, *, account_id: str | None, zone: tzinfo = UTC) -> Message:
    """One item of news within Slack's limits; times are written in `zone`."""
    text = words_of(news)
    where = place_words(news.place, account_id)
    title = f"{visible(text.title)}: {where}"
    lines: list[Element] = [kit.line(kit.emoji(text.mark), kit.run(f" {visible(text.happened)}"))]
    if text.todo:
        lines += [kit.line(kit.bold("What to do now")), kit.bullets([kit.run(visible(one))] for one in text.todo)]
    lines += [kit.pre(cut(visible_lines(text.quote), _QUOTED))] if text.quote else []
    turn = turn_line(news)
    lines += [kit.line(kit.bold(turn))] if turn else []
    by = news.facts.get("by")
    asked = [kit.mrkdwn(f"Confirmed by <@{by}>")] if isinstance(by, str) and _USER.fullmatch(by) else []
    drawn = (
        kit.header(title),
        kit.rich(lines),
        kit.context(kit.plain(f"{where} · {moment(news.at, zone)}"), *asked),
        kit.actions(_buttons(news, text), "news"),
    )
    return fit_message(Message(inert(f"{title}. {text.happened}"), drawn))


def plain_news(news: News, *, account_id: str | None) -> Message:
    """The same in text alone, for when Slack does not take the blocks: it has no buttons, so it names a command."""
    text, drawn = words_of(news), news_message(news, account_id=account_id)
    steps = "".join(f"\n• {inert(one)}" for one in text.todo)
    command = inert(f"/ses-status {news.place.account} {news.place.region}")
    turn = turn_line(news)
    words = f"\n{turn}" if turn else ""
    return Message(cut_bytes(f"{drawn.text}{words}\nWhat to do now:{steps}\n{command} says more.", FALLBACK_BYTES), ())


def turn_line(news: News) -> str:
    """Whose turn it is when the news was made; empty where no one waits."""
    turn, since = news.facts.get("turn"), news.facts.get("turn_since")
    if turn not in list(Turn) or not isinstance(since, str):
        return ""
    try:
        return turn_words(Turn(str(turn)), datetime.fromisoformat(since), news.at)
    except (TypeError, ValueError):
        return ""


def _buttons(news: News, text: NewsText) -> list[Element]:
    """Only what something answers."""
    console = console_button(news.place.region) if text.console else None
    place, case = news.place, news.facts.get("case_id")
    return [
        *([appeal_button(place, case, again=news.facts.get("turn") == Turn.AWS.value)] if text.appeal else ()),
        *([not_now_button(place)] if text.not_now else ()),
        *([request_button(place)] if text.request else ()),
        *([quota_button(place)] if text.more_quota else ()),
        *([case_button(case)] if text.case else ()),
        *([kit.button("check_domain", "Check the domain", text.domain)] if text.domain else ()),
        kit.button("status_show", "Show status", f"{place.account} {place.region}"),
        *([console] if console else ()),
    ]
