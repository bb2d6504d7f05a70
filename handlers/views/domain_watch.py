"""What is said around "Tell me when it's fixed": that a domain is watched, what all is, and how it ended.

A query (a domain and its options) comes from a person, so it stands in plain_text and rich_text elements alone.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from handlers.views import blocks as kit
from handlers.views.account_words import ago, moment, span
from handlers.views.blocks import Block, Element, Message
from handlers.views.escape import visible
from handlers.views.limits import message
from handlers.views.naming import counted, label, listed, short, written
from handlers.views.report import TELL, TELL_LABEL
from handlers.views.words import said
from model import DOMAIN_WATCH_DAYS, DomainWatch, Ending

STOP, STOP_HERE = "tell_stop", "tell_stop_here"
"""Stopping one of a list, which is then shown anew; and the one that a message is about."""
_TOLD_HOW = (
    f"You’ll get one direct message: when it is ready for a reviewer, or after {DOMAIN_WATCH_DAYS} days if it isn’t."
)


def watching_message(wish: DomainWatch) -> Message:
    soon = span(wish.next_look - wish.asked_at)
    words = f"We’ll check {_name(wish.query)} again in {soon}, then at growing intervals. {_TOLD_HOW}"
    return _about_one(words, wish)


def already_message(wish: DomainWatch, now: datetime, zone: tzinfo) -> Message:
    words = (
        f"{_name(wish.query)} is already watched for you, since {moment(wish.asked_at, zone)}. {_looks(wish, now)} "
        f"{_TOLD_HOW}"
    )
    return _about_one(words, wish)


def ready_already(query: str, verdict: str) -> Message:
    """There is nothing to wait for. `verdict` is the report's own line."""
    words = f"{verdict}. There is nothing to wait for."
    drawn = (kit.section(words), kit.actions([_draft(query), _report(query)], "tell_ready"))
    return message(words, drawn)


def stopped_message(wish: DomainWatch | None) -> Message:
    """Returns one was stopped; None: there was none to stop."""
    words = "That domain is no longer watched: it was stopped, or you already got the message."
    if wish:
        words = f"{_name(wish.query)} is no longer watched. To watch it again, press “{TELL_LABEL}” under its report."
    return said(words)


def full_message(wishes: Sequence[DomainWatch], now: datetime, zone: tzinfo) -> Message:
    words = f"{len(wishes)} domains are watched for you; more are not possible. Stop one, then press the button again."
    listing = list_message(wishes, now, zone)
    return message(words, (kit.section(words), *listing.blocks[1:]))


def list_message(wishes: Sequence[DomainWatch], now: datetime, zone: tzinfo = UTC) -> Message:
    """Returns the watched domains of a person, each with a button to stop it; times are written in `zone`."""
    if not wishes:
        words = f"No domain is watched for you. To watch one, press “{TELL_LABEL}” under a report."
        return said(words)
    title = f"Watched for you: {counted(len(wishes), 'domain', 'domains')}"
    about = kit.context(f"Only you see this list. {_TOLD_HOW.replace('it is', 'a domain is', 1)}")
    rows = [kit.section(_row(wish, now, zone), kit.button(STOP, "Stop", wish.id)) for wish in wishes]
    return message(title, (kit.header(title), about, *rows))


def fixed_message(wish: DomainWatch, ending: Ending, zone: tzinfo = UTC) -> Message:
    """Returns how it ended, to the person who asked."""
    ready = ending is Ending.READY
    todo = _ready_todo(wish) if ready else _over_todo()
    lines = [
        kit.line(kit.emoji(_MARKS[ending]), kit.run(f" {_said(wish, ending)}")),
        kit.line(kit.bold("What to do now")),
        kit.bullets([kit.run(one)] for one in todo),
    ]
    title = _title(wish, ending)
    row = [_draft(wish.query), _report(wish.query)]
    if not ready:
        row = [_report(wish.query), kit.button(TELL, "Watch it again", wish.query)]
    looks = counted(wish.looks, "check", "checks")
    drawn: tuple[Block, ...] = (
        kit.header(title),
        kit.rich(lines),
        kit.context(f"You asked on {moment(wish.asked_at, zone)} · {looks} since · it is no longer watched"),
        kit.actions(row, "notified"),
    )
    return message(f"{title}. {_said(wish, ending)}", drawn)


def plain_fixed(wish: DomainWatch, ending: Ending) -> Message:
    """Returns the same in text alone, for when Slack does not take the blocks."""
    return Message(fixed_message(wish, ending).text, ())


_MARKS = {Ending.READY: "white_check_mark", Ending.EXPIRED: "red_circle"}


def _title(wish: DomainWatch, ending: Ending) -> str:
    name = short(written(_domain(wish.query)))
    if ending is Ending.EXPIRED:
        days = counted(max(1, (wish.ends - wish.asked_at).days), "day", "days")
        return f"{name}: {days} are over, and it is not ready"
    as_far = ", as far as DNS shows" if "dkim.other-only" in wish.open else ""
    return f"{name} is ready for a reviewer{as_far}"


def _said(wish: DomainWatch, ending: Ending) -> str:
    """Returns what has become of what was in the way."""
    still = [] if ending is Ending.READY else _labels(wish.open)
    gone = [one for one in _labels(wish.at_first) if one not in still]
    parts = []
    if gone:
        parts.append(f"Fixed since you asked: {listed(gone)}.")
    if still:
        parts.append(f"Still open when it was last seen: {listed(still)}.")
    if not parts:
        ready = ending is Ending.READY
        parts.append("Nothing is open any more." if ready else "What is still open is unknown.")
    return " ".join(parts)


def _ready_todo(wish: DomainWatch) -> list[str]:
    better = _labels(wish.open)
    improve = [f"Optional: {listed(better)} (see the report)."] if better else []
    return ["Request production access now, while everything is in place.", *improve]


def _over_todo() -> list[str]:
    return [
        "See the report: it gives each record to publish.",
        f"To watch it for another {DOMAIN_WATCH_DAYS} days, press “Watch it again”.",
    ]


def _row(wish: DomainWatch, now: datetime, zone: tzinfo) -> str:
    still = _labels(wish.open)
    open_now = f"Open: {listed(still)}. " if still else ""
    return f"{_name(wish.query)}\n{open_now}{_looks(wish, now)} Until {moment(wish.ends, zone)} at the latest."


def _looks(wish: DomainWatch, now: datetime) -> str:
    following = f"in {span(wish.next_look - now)}" if wish.next_look > now else "now"
    if wish.last_look is None:
        return f"First check {following}."
    return f"Last check {ago(wish.last_look, now)}, next {following}."


def _about_one(words: str, wish: DomainWatch) -> Message:
    how = kit.context("/ses-check watched lists your watched domains; you can stop them there.")
    row = kit.actions([kit.button(STOP_HERE, "Stop watching", wish.id)], "tell_one")
    return message(words, (kit.section(words), how, row))


def _draft(query: str) -> Element:
    return kit.button("draft_start", "Draft the request", query)


def _report(query: str) -> Element:
    """Returns a report as it is now, below what stands there."""
    return kit.button("check_domain", "Show the report", query)


def _name(query: str) -> str:
    """Returns the domain as people write it, with its options where it has some."""
    options = " ".join(query.split()[1:])
    return f"{short(written(_domain(query)))}{f' ({short(visible(options))})' if options else ''}"


def _domain(query: str) -> str:
    return query.split(maxsplit=1)[0] if query.split() else ""


def _labels(codes: Sequence[str]) -> list[str]:
    """Returns the checks that these codes belong to, as people call them."""
    return list(dict.fromkeys(label(code.partition(".")[0]) for code in codes))
