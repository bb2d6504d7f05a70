"""The account regions as a table, newest trouble first: numbers as numbers, so that Slack can sort by them.

A table is for messages alone, one a message (Slack, "Table block"); where it is refused, `/ses-status` says the same as
a list.
"""

from collections.abc import Sequence
from datetime import datetime

from handlers.views.blocks import Element
from handlers.views.escape import visible
from handlers.views.limits import cut
from handlers.views.message import Block
from handlers.views.standing import ACCESS, ago
from handlers.views.staying_words import percent, rate_cell
from model import Access, AccountRegionStatus
from model.staying import RateKind, RateLevel
from model.watching import Turn

MOST_ROWS = 12
"""A row counts some 600 bytes against the size of a message."""
_HEADS = ("Account and region", "Access", "Turn", "Quota used", "Bounces", "Complaints", "Rehearsed", "Checked")
_NONE = "–"
_LONGEST = 80


def status_table(places: Sequence[AccountRegionStatus], now: datetime) -> Block:
    """The first `MOST_ROWS` of the places, in order of their trouble."""
    rows = [_row(one, now) for one in newest_trouble_first(places)[:MOST_ROWS]]
    return {"type": "table", "block_id": "status_table", "rows": [[_text(head) for head in _HEADS], *rows]}


def newest_trouble_first(places: Sequence[AccountRegionStatus]) -> list[AccountRegionStatus]:
    """What needs a person comes first, and of that what began last; then by account and region."""
    by_name = sorted(places, key=lambda one: (one.place.account, one.place.region))
    return sorted(by_name, key=lambda one: (not _trouble(one), -_trouble_since(one)))


def _trouble(one: AccountRegionStatus) -> bool:
    known, snapshot = one.known, one.known.snapshot
    if snapshot is None:
        return bool(known.failures)
    wrong = snapshot.enforcement not in (None, "HEALTHY") or snapshot.sending_enabled is False
    decided = snapshot.access in (Access.NOT_GRANTED, Access.FAILED)
    return wrong or decided or bool(known.failures) or known.reputation.has_episode or known.quota_posted > 0


def _trouble_since(one: AccountRegionStatus) -> float:
    """When the newest trouble began, in seconds; 0 where there is none."""
    known = one.known
    if not _trouble(one):
        return 0.0
    episodes = (known.reputation.of(kind).episode for kind in RateKind)
    moments = [episode.began for episode in episodes if episode]
    moments += [known.since] if known.since and not moments else []
    return max((at.timestamp() for at in moments), default=1.0)


def _row(one: AccountRegionStatus, now: datetime) -> list[Element]:
    known, snapshot = one.known, one.known.snapshot
    current = known.current_turn
    turn = _NONE if current is None else ("yours" if current[0] is Turn.OURS else "AWS’s")
    rates = [_rate(one, kind) for kind in RateKind]
    place = f"{visible(one.place.account)} {visible(one.place.region)}"
    access = "not read" if snapshot is None else ACCESS[snapshot.access]
    if known.region_off:
        access = "not enabled"
    checked = ago(one.last_poll, now) if one.last_poll else _NONE
    rehearsed = ago(one.rehearsed_at, now) if one.rehearsed_at else _NONE
    return [_text(place), _text(access), _text(turn), _quota(one), *rates, _text(rehearsed), _text(checked)]


def _quota(one: AccountRegionStatus) -> Element:
    snapshot = one.known.snapshot
    if snapshot is None or snapshot.quota is None or snapshot.sent is None or snapshot.quota == 0:
        return _text(_NONE)
    if snapshot.quota < 0:
        return _text("no limit")
    share = snapshot.sent / snapshot.quota
    return _number(round(100 * share, 1), percent(share))


def _rate(one: AccountRegionStatus, kind: RateKind) -> Element:
    track = one.known.reputation.of(kind)
    if track.rate is None:
        return _text("unknown" if one.known.reputation.trouble else _NONE)
    hard = track.episode is not None and track.episode.level is RateLevel.HARD
    mark = {True: "!! ", False: "! "}[hard] if track.episode else ""
    return _number(round(100 * track.rate, 4), f"{mark}{rate_cell(track, kind)}")


def _text(text: str) -> Element:
    return {"type": "raw_text", "text": cut(text, _LONGEST) or _NONE}


def _number(value: float, text: str) -> Element:
    return {"type": "raw_number", "value": value, "text": text}
