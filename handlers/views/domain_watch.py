"""What is said around "Tell me when it's fixed": that a domain is watched, what all is, and how it ended.

A query (a domain and its options) comes from a person, so it stands in plain_text and rich_text elements alone.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from handlers.views import blocks as kit
from handlers.views.account_words import format_ago, format_moment, format_span
from handlers.views.blocks import Block, Element, Message
from handlers.views.escape import make_visible
from handlers.views.limits import make_message
from handlers.views.naming import check_label, format_count, format_domain, join_words, shorten
from handlers.views.report import TELL, TELL_LABEL
from handlers.views.words import sentence_message
from model import DOMAIN_WATCH_DAYS, DomainWatch, Ending

STOP, STOP_HERE = "tell_stop", "tell_stop_here"
"""Stopping one of a list, which is then shown anew; and the one that a message is about."""
_MESSAGE_WHEN = (
    f"You’ll get one direct message: when it is ready for a reviewer, or after {DOMAIN_WATCH_DAYS} days if it isn’t."
)


def watching_message(watch: DomainWatch) -> Message:
    soon = format_span(watch.next_look - watch.asked_at)
    words = f"We’ll check {_describe_query(watch.query)} again in {soon}, then at growing intervals. {_MESSAGE_WHEN}"
    return _one_watch_message(words, watch)


def already_message(watch: DomainWatch, now: datetime, zone: tzinfo) -> Message:
    words = (
        f"{_describe_query(watch.query)} is already watched for you, since {format_moment(watch.asked_at, zone)}. "
        f"{_describe_checks(watch, now)} {_MESSAGE_WHEN}"
    )
    return _one_watch_message(words, watch)


def ready_message(query: str, verdict: str) -> Message:
    """Returns that there is nothing to wait for. `verdict` is the report's own line."""
    words = f"{verdict}. There is nothing to wait for."
    blocks = (kit.section(words), kit.actions([_draft_button(query), _report_button(query)], "tell_ready"))
    return make_message(words, blocks)


def stopped_message(watch: DomainWatch | None) -> Message:
    """Returns that a watch was stopped; None: there was none to stop."""
    words = "That domain is no longer watched: it was stopped, or you already got the message."
    if watch:
        query = _describe_query(watch.query)
        words = f"{query} is no longer watched. To watch it again, press “{TELL_LABEL}” under its report."
    return sentence_message(words)


def full_message(watches: Sequence[DomainWatch], now: datetime, zone: tzinfo) -> Message:
    words = f"{len(watches)} domains are watched for you; more are not possible. Stop one, then press the button again."
    listing = watch_list_message(watches, now, zone)
    return make_message(words, (kit.section(words), *listing.blocks[1:]))


def watch_list_message(watches: Sequence[DomainWatch], now: datetime, zone: tzinfo = UTC) -> Message:
    """Returns the watched domains of a person, each with a button to stop it; times are written in `zone`."""
    if not watches:
        words = f"No domain is watched for you. To watch one, press “{TELL_LABEL}” under a report."
        return sentence_message(words)
    title = f"Watched for you: {format_count(len(watches), 'domain', 'domains')}"
    note = kit.context(f"Only you see this list. {_MESSAGE_WHEN.replace('it is', 'a domain is', 1)}")
    rows = [kit.section(_describe_watch(watch, now, zone), kit.button(STOP, "Stop", watch.id)) for watch in watches]
    return make_message(title, (kit.header(title), note, *rows))


def ending_message(watch: DomainWatch, ending: Ending, zone: tzinfo = UTC) -> Message:
    """Returns how a watch ended, for the person who asked."""
    ready = ending is Ending.READY
    todo = _ready_todo(watch) if ready else _expired_todo()
    lines = [
        kit.line(kit.emoji(_MARKS[ending]), f" {_describe_ending(watch, ending)}"),
        kit.line(kit.bold_text("What to do now")),
        kit.bullets(todo),
    ]
    title = _ending_title(watch, ending)
    row = [_draft_button(watch.query), _report_button(watch.query)]
    if not ready:
        row = [_report_button(watch.query), kit.button(TELL, "Watch it again", watch.query)]
    checks = format_count(watch.looks, "check", "checks")
    blocks: tuple[Block, ...] = (
        kit.header(title),
        kit.rich_text(lines),
        kit.context(f"You asked on {format_moment(watch.asked_at, zone)} · {checks} since · it is no longer watched"),
        kit.actions(row, "notified"),
    )
    return make_message(f"{title}. {_describe_ending(watch, ending)}", blocks)


def plain_ending_message(watch: DomainWatch, ending: Ending) -> Message:
    """Returns how a watch ended in text alone, for when Slack does not take the blocks."""
    return Message(ending_message(watch, ending).text, ())


_MARKS = {Ending.READY: "white_check_mark", Ending.EXPIRED: "red_circle"}


def _ending_title(watch: DomainWatch, ending: Ending) -> str:
    name = shorten(format_domain(_domain_of(watch.query)))
    if ending is Ending.EXPIRED:
        days = format_count(max(1, (watch.ends - watch.asked_at).days), "day", "days")
        return f"{name}: {days} are over, and it is not ready"
    as_far = ", as far as DNS shows" if "dkim.other-only" in watch.open else ""
    return f"{name} is ready for a reviewer{as_far}"


def _describe_ending(watch: DomainWatch, ending: Ending) -> str:
    """Returns what has become of what was in the way."""
    still_open = [] if ending is Ending.READY else _list_labels(watch.open)
    fixed = [label for label in _list_labels(watch.at_first) if label not in still_open]
    parts = []
    if fixed:
        parts.append(f"Fixed since you asked: {join_words(fixed)}.")
    if still_open:
        parts.append(f"Still open when it was last seen: {join_words(still_open)}.")
    if not parts:
        ready = ending is Ending.READY
        parts.append("Nothing is open any more." if ready else "What is still open is unknown.")
    return " ".join(parts)


def _ready_todo(watch: DomainWatch) -> list[str]:
    labels = _list_labels(watch.open)
    optional = [f"Optional: {join_words(labels)} (see the report)."] if labels else []
    return ["Request production access now, while everything is in place.", *optional]


def _expired_todo() -> list[str]:
    return [
        "See the report: it gives each record to publish.",
        f"To watch it for another {DOMAIN_WATCH_DAYS} days, press “Watch it again”.",
    ]


def _describe_watch(watch: DomainWatch, now: datetime, zone: tzinfo) -> str:
    labels = _list_labels(watch.open)
    still_open = f"Open: {join_words(labels)}. " if labels else ""
    checks, ends = _describe_checks(watch, now), format_moment(watch.ends, zone)
    return f"{_describe_query(watch.query)}\n{still_open}{checks} Until {ends} at the latest."


def _describe_checks(watch: DomainWatch, now: datetime) -> str:
    following = f"in {format_span(watch.next_look - now)}" if watch.next_look > now else "now"
    if watch.last_look is None:
        return f"First check {following}."
    return f"Last check {format_ago(watch.last_look, now)}, next {following}."


def _one_watch_message(words: str, watch: DomainWatch) -> Message:
    note = kit.context("/ses-check watched lists your watched domains; you can stop them there.")
    row = kit.actions([kit.button(STOP_HERE, "Stop watching", watch.id)], "tell_one")
    return make_message(words, (kit.section(words), note, row))


def _draft_button(query: str) -> Element:
    return kit.button("draft_start", "Draft the request", query)


def _report_button(query: str) -> Element:
    """Returns a button that shows the report as it is now, below what stands there."""
    return kit.button("check_domain", "Show the report", query)


def _describe_query(query: str) -> str:
    """Returns the domain as people write it, with its options where it has some."""
    options = " ".join(query.split()[1:])
    return f"{shorten(format_domain(_domain_of(query)))}{f' ({shorten(make_visible(options))})' if options else ''}"


def _domain_of(query: str) -> str:
    return query.split(maxsplit=1)[0] if query.split() else ""


def _list_labels(codes: Sequence[str]) -> list[str]:
    """Returns the checks that these codes belong to, as people call them."""
    return list(dict.fromkeys(check_label(code.partition(".")[0]) for code in codes))
