"""The weekly line: one message about all accounts, with only what moved since the last one. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from handlers.views import blocks as kit
from handlers.views.escape import inert, visible
from handlers.views.limits import HEADER, cut, fit_message
from handlers.views.message import Message
from handlers.views.naming import counted
from handlers.views.standing import ACCESS, number, place_words
from handlers.views.status_table import newest_trouble_first
from handlers.views.staying_words import day_words, percent, rate_cell
from model import Access, AccountRegionStatus
from model.staying import LINES, RateKind

_MOST = 20
_MOVED = 0.10
"""The share of the quota by which the volume has to change to be worth a word."""


def facts_of(places: Sequence[AccountRegionStatus]) -> dict[str, Any]:
    """What the next line is compared with, by account and region."""
    return {f"{one.place.account} {one.place.region}": _facts(one) for one in places}


def _facts(one: AccountRegionStatus) -> dict[str, Any]:
    snapshot, reputation = one.known.snapshot, one.known.reputation
    if snapshot is None:
        return {}
    said: dict[str, Any] = {"access": snapshot.access.value, "quota": snapshot.quota}
    said["sent"] = max((sample.sent for sample in one.known.volume), default=snapshot.sent)
    return said | {kind.value: reputation.of(kind).rate for kind in RateKind}


def digest_message(places: Sequence[AccountRegionStatus], before: Mapping[str, Any] | None, day: date) -> Message:
    """The line of a day. `before`: `facts_of` at the last one; None: this is the first, and says what there is."""
    title = f"SES this week, {day_words(day)}"
    now = facts_of(places)
    rows = []
    for one in newest_trouble_first(places):
        name = f"{one.place.account} {one.place.region}"
        moved = list(_moved(one, (before or {}).get(name) or {}, now[name]))
        if moved:
            rows.append(f"{place_words(one.place, one.account_id)}: {'; '.join(moved)}")
    quiet = len(places) - len(rows)
    if not rows:
        words = f"A quiet week: nothing moved in {counted(len(places), 'account region', 'account regions')}."
        return fit_message(Message(inert(f"{title}. {words}"), (kit.header(title), kit.section(kit.plain(words)))))
    more = [f"… and {len(rows) - _MOST:,} more: /ses-status"] if len(rows) > _MOST else []
    items = [[kit.run(cut(visible(row), 2 * HEADER))] for row in [*rows[:_MOST], *more]]
    rest = f"Nothing moved in the other {quiet:,}." if quiet else "That is all of them."
    drawn = (kit.header(title), kit.rich([kit.bullets(items)]), kit.context(kit.plain(rest)))
    return fit_message(Message(inert(f"{title}. {counted(len(rows), 'account moved', 'accounts moved')}."), drawn))


def _moved(one: AccountRegionStatus, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """What is different from the last line; without one, what an account in production does."""
    if not now:
        return
    access, quota, sent = now["access"], now["quota"], now["sent"]
    if was.get("access") not in (None, access):
        yield f"{ACCESS[Access(str(was['access']))]} → {ACCESS[Access(access)]}"
    if quota is not None and was.get("quota") not in (None, quota):
        yield f"quota {number(was['quota'])} → {number(quota)}"
    if access == Access.PRODUCTION.value and sent is not None:
        limit = quota if quota and quota > 0 else sent or 1.0
        if was.get("sent") is None or abs(sent - was["sent"]) >= _MOVED * limit:
            before = "" if was.get("sent") is None else f"{number(was['sent'])} → "
            yield f"most sent in a day {before}{number(sent)} ({percent(sent / limit)} of the quota)"
    for kind in RateKind:
        rate, earlier = now[kind.value], was.get(kind.value)
        if rate is not None and earlier is not None and abs(rate - earlier) >= LINES[kind].soft / 4:
            yield f"{kind.value}s {percent(earlier, kind)} → {rate_cell(one.known.reputation.of(kind), kind)}"
