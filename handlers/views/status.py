"""`/ses-status`: every account and region, what AWS says of it, what is in the way of reading it or of posting news.

Of several there is a table, newest trouble first. A few account regions are shown in full; of many, what needs a person
comes first, then a line for each account, and a hint how to ask for one. What comes from AWS or the accounts file
stands in plain_text, rich_text and table cells alone."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from itertools import groupby

from handlers.views import account_words as account
from handlers.views import blocks as kit
from handlers.views.account_words import number
from handlers.views.blocks import Block, Element, Message
from handlers.views.escape import inert, visible
from handlers.views.limits import HEADER, cut, fit_message, short_list
from handlers.views.naming import counted, listed
from model import Access, AccountRegion, AccountRegionStatus, Snapshot
from model.account import CaseAccess
from model.staying import BARS_DAYS, RateKind, RateLevel
from model.watching import Turn

IN_FULL = 6
"""How many account regions are shown in full."""
_TROUBLES, _ACCOUNTS = 15, 20
NO_CHANNEL = (
    "SES_BOT_CHANNEL is not set, so news about SES waits until it is. Example: SES_BOT_CHANNEL=#email-ops, and invite "
    "the bot there."
)
_TOO_MANY = (
    "AWS was not asked just now: “Refresh” reads up to {} regions at a time. Ask for one account or region with "
    "/ses-status, and refresh that; all the others are read in their turn."
)

_CASES: Mapping[CaseAccess | None, str] = {
    CaseAccess.NO_PLAN: (
        "The support plan has no Support API (it needs Business Support+ or higher): read and answer the case by hand"
    ),
    CaseAccess.DENIED: "The bot’s role may not read support cases; deploy/iam-read.json names what it needs",
}


@dataclass(frozen=True, slots=True)
class Overview:
    """What `/ses-status` knows. `expected`: until when AWS's answer is expected, by account region. `missing`:
    sentences about what the bot lacks, such as credentials. `unanswered`: account regions that were to be polled now,
    and are still waited for. `too_many`: there are more account regions than this number, which is how many are polled
    at once when a person asks."""

    account_regions: Sequence[AccountRegionStatus]
    now: datetime
    zone: tzinfo = UTC
    expected: Mapping[AccountRegion, datetime] = field(default_factory=dict)
    missing: Sequence[str] = ()
    unanswered: Sequence[AccountRegion] = ()
    too_many: int | None = None


def status_message(overview: Overview, *, query: str, table: bool = True) -> Message:
    """Returns one message within Slack's limits. `query`, the filter as typed text, becomes the value of "Refresh".
    `table` False: as lists alone, where Slack takes no table."""
    account_regions = overview.account_regions
    title = _title(account_regions)
    lacks = [*overview.missing, *([NO_CHANNEL] if any(one.channel is None for one in account_regions) else ())]
    drawn: list[Block] = [kit.header(title)]
    drawn += [kit.rich([kit.line(kit.emoji("warning"), kit.run(f" {visible(lack)}"))]) for lack in lacks]
    if table and len(account_regions) > 1:
        drawn.append(status_table(account_regions, overview.now))
    if len(account_regions) <= IN_FULL:
        for number, one in enumerate(account_regions):
            drawn.append(kit.rich(_in_full(one, overview)))
            button = _draft_button(one)
            drawn += [kit.actions([button], f"status_draft_{number}")] if button else []
    else:
        drawn += _many(account_regions, overview)
    if overview.unanswered:
        waiting = listed(
            [account.account_region_words(account_region, None) for account_region in overview.unanswered[:3]]
        )
        drawn.append(kit.context(f"AWS has not answered yet about {waiting}; this was known before."))
    if overview.too_many is not None:
        drawn.append(kit.context(_TOO_MANY.format(overview.too_many)))
    if account_regions:
        drawn.append(kit.actions([kit.button("status_refresh", "Refresh", query)], "status"))
    return fit_message(Message(inert(" ".join([f"{title}.", *lacks])), tuple(drawn)))


def _title(account_regions: Sequence[AccountRegionStatus]) -> str:
    if not account_regions:
        return "SES status: no account is watched"
    if len(account_regions) == 1:
        [only] = account_regions
        return f"SES status: {account.account_region_words(only.account_region, only.account_id)}"
    accounts = len({one.account_region.account for one in account_regions})
    regions = counted(len(account_regions), "region", "regions")
    return f"SES status: {counted(accounts, 'account', 'accounts')}, {regions} in all"


def _in_full(one: AccountRegionStatus, overview: Overview) -> list[Element]:
    name = account.account_region_words(one.account_region, one.account_id)
    head = kit.line(kit.emoji(_mark(one)), kit.bold(f" {name}: "), kit.run(_standing(one)))
    return [head, kit.bullets([kit.run(visible(text))] for text in _facts(one, overview))]


def _facts(one: AccountRegionStatus, overview: Overview) -> Iterator[str]:
    known, snapshot = one.known, one.known.snapshot
    if snapshot and known.since:
        lasting = account.span(overview.now - known.since, "under a minute")
        yield f"First seen by ses-bot: {account.moment(known.since, overview.zone)} ({lasting} ago)"
    if snapshot:
        quota = account.quota_words(snapshot.quota, snapshot.rate) or "not known"
        sent = "not known" if snapshot.sent is None else number(snapshot.sent)
        yield f"Quota: {quota}. Sent in the last 24 hours: {sent}"
        yield from _remarks(one)
        yield from _rates(one)
        if snapshot.access is not Access.PRODUCTION and known.case_access in _CASES:
            yield _CASES[known.case_access]
    if known.current_turn:
        yield account.turn_words(*known.current_turn, overview.now)
    if one.account_region in overview.expected:
        yield _expectation(overview.expected[one.account_region], overview)
    yield _polls(one, overview.now)
    if known.failures:
        row = f" ({known.failures:,} in a row)" if known.failures > 1 else ""
        before = ". The facts above are older" if snapshot else ""
        yield f"The last poll failed{row}: {known.trouble or 'no reason is known'}{before}"
    if one.waiting:
        yield _waiting(one, overview)
        if one.waiting.why:
            yield "ses-bot tries again by itself, and at once when you press “Refresh”"


def _remarks(one: AccountRegionStatus) -> Iterator[str]:
    snapshot = one.known.snapshot
    if snapshot is None:
        return
    if snapshot.case_id and snapshot.access is not Access.PRODUCTION:
        yield f"Support case: {snapshot.case_id}"
    if snapshot.enforcement not in (None, "HEALTHY"):
        yield f"AWS’s view of how the account sends: {snapshot.enforcement}"
    if snapshot.sending_enabled is False:
        yield "Sending is switched off: SES refuses every message"


def _rates(one: AccountRegionStatus) -> Iterator[str]:
    """Yields both rates with their bars, or why they are unknown."""
    reputation, snapshot = one.known.reputation, one.known.snapshot
    if snapshot is None or snapshot.access is not Access.PRODUCTION:
        return
    if reputation.trouble:
        how = ". Allow cloudwatch:GetMetricData to the bot’s role (deploy/iam-read.json)" if reputation.denied else ""
        yield f"Bounce and complaint rates: unknown, {reputation.trouble}{how}"
    else:
        said = ", ".join(account.rate_cell(reputation.of(kind), kind) for kind in RateKind)
        yield f"Bounces and complaints, {BARS_DAYS} days: {said}"


def _expectation(by: datetime, overview: Overview) -> str:
    when = f"by {account.moment(by, overview.zone)} ({account.ESTIMATE})"
    if by < overview.now:
        return f"An answer was expected {when}: look into the case, AWS may have asked something there"
    return f"Expected answer: {when}; AWS promises a first answer within 24 hours"


def _polls(one: AccountRegionStatus, now: datetime) -> str:
    due = f"next check in {account.span(one.next_poll - now)}" if one.next_poll > now else "next check soon"
    return f"Checked {account.ago(one.last_poll, now)}; {due}" if one.last_poll else "Not checked yet; first check soon"


def _waiting(one: AccountRegionStatus, overview: Overview) -> str:
    if one.waiting is None:
        return ""
    count = counted(one.waiting.count, "message of news waits", "messages of news wait")
    since = account.ago(one.waiting.oldest, overview.now)
    if one.channel is None:
        return f"{count} (the oldest from {since}): SES_BOT_CHANNEL is not set"
    if one.waiting.why:
        return f"{count} for {one.channel} (the oldest from {since}): {one.waiting.why}"
    return f"{count} for {one.channel}, on the way"


def _many(account_regions: Sequence[AccountRegionStatus], overview: Overview) -> Iterator[Block]:
    """Counts, then what needs a person, then a line for each account."""
    yield kit.section(_counts(account_regions))
    needing = [one for one in account_regions if _needs_somebody(one)]
    if needing:
        rows = [
            f"{account.account_region_words(one.account_region, one.account_id)}: {_in_short(one, overview)}"
            for one in needing
        ]
        yield kit.rich([kit.line(kit.bold("Look at these")), short_list(rows, _TROUBLES, longest=HEADER)])
    yield from list(_to_draft(needing))[:_TROUBLES]
    rows = []
    for _, group in groupby(account_regions, key=lambda one: one.account_region.account):
        own = list(group)
        rows.append(f"{account.account_words(own[0].account_region.account, own[0].account_id)}: {_counts(own)}")
    yield kit.rich([kit.line(kit.bold("Accounts")), short_list(rows, _ACCOUNTS, "more accounts", longest=HEADER)])
    first = account_regions[0].account_region
    hint = f"/ses-status {first.account} or /ses-status {first.account} {first.region} shows everything about those."
    yield kit.context(visible(hint))


def _to_draft(account_regions: Iterable[AccountRegionStatus]) -> Iterator[Block]:
    """Yields a line and its button for each account region where something is to be written."""
    for one in account_regions:
        button = _draft_button(one)
        if button:
            yield kit.section(
                f"{account.account_region_words(one.account_region, one.account_id)}: {_standing(one)}", button
            )


def _draft_button(one: AccountRegionStatus) -> Element | None:
    """Returns what to write now: the reply to a refusal, or the request that AWS never received."""
    match one.known.snapshot:
        case Snapshot(access=Access.NOT_GRANTED, case_id=case_id):
            current = one.known.current_turn
            return account.appeal_button(
                one.account_region, case_id, again=current is not None and current[0] is Turn.AWS
            )
        case Snapshot(access=Access.FAILED):
            return account.account_region_button("draft_start", "Draft the request", one.account_region)
    return None


def _counts(account_regions: Iterable[AccountRegionStatus]) -> str:
    """Returns such as "12 production, 3 sandbox, 1 in review"."""
    counts = Counter(_standing(one) for one in account_regions)
    return ", ".join(f"{count:,} {standing}" for standing, count in counts.most_common())


def _in_short(one: AccountRegionStatus, overview: Overview) -> str:
    """Returns what a line holds of an account region that needs a person."""
    said = [_standing(one), *_remarks(one)]
    if one.known.current_turn:
        said.append(account.turn_words(*one.known.current_turn, overview.now).rstrip("."))
    if one.account_region in overview.expected and overview.expected[one.account_region] < overview.now:
        said.append("no answer yet")
    if one.known.failures:
        said.append(one.known.trouble or "the last poll failed")
    if one.waiting and (one.waiting.why or one.channel is None):
        said.append(_waiting(one, overview))
    return "; ".join(said)


def _needs_somebody(one: AccountRegionStatus) -> bool:
    snapshot = one.known.snapshot
    waits = one.waiting is not None and bool(one.waiting.why)
    refused = snapshot is not None and snapshot.access in (Access.NOT_GRANTED, Access.FAILED, Access.IN_REVIEW)
    return waits or refused or bool(one.known.failures) or any(not r.startswith("Support") for r in _remarks(one))


def _standing(one: AccountRegionStatus) -> str:
    if one.known.region_off:
        return "region not enabled"
    if one.known.snapshot is None:
        return "cannot be read" if one.known.failures else "not read yet"
    return account.ACCESS[one.known.snapshot.access]


def _mark(one: AccountRegionStatus) -> str:
    snapshot = one.known.snapshot
    if one.known.failures or (snapshot and snapshot.enforcement not in (None, "HEALTHY")):
        return "warning"
    if snapshot is None or one.known.region_off:
        return "white_circle"
    return _MARKS.get(snapshot.access, "white_circle")


_MARKS = {
    Access.PRODUCTION: "white_check_mark",
    Access.IN_REVIEW: "hourglass_flowing_sand",
    Access.GRANTED: "hourglass_flowing_sand",
    Access.NOT_GRANTED: "red_circle",
    Access.FAILED: "red_circle",
    Access.SANDBOX: "large_yellow_circle",
}


MOST_ROWS = 12
"""A row counts some 600 bytes against the size of a message."""
_HEADS = ("Account and region", "Access", "Turn", "Quota used", "Bounces", "Complaints", "Rehearsed", "Checked")
_EMPTY = "–"
_LONGEST = 80


def status_table(account_regions: Sequence[AccountRegionStatus], now: datetime) -> Block:
    """Returns the first `MOST_ROWS` of the account regions, in order of their trouble."""
    rows = [_row(one, now) for one in newest_trouble_first(account_regions)[:MOST_ROWS]]
    return {"type": "table", "block_id": "status_table", "rows": [[_cell(head) for head in _HEADS], *rows]}


def newest_trouble_first(account_regions: Sequence[AccountRegionStatus]) -> list[AccountRegionStatus]:
    """Returns what needs a person comes first, and of that what began last; then by account and region."""
    by_name = sorted(account_regions, key=lambda one: (one.account_region.account, one.account_region.region))
    return sorted(by_name, key=lambda one: (not _trouble(one), -_trouble_since(one)))


def _trouble(one: AccountRegionStatus) -> bool:
    known, snapshot = one.known, one.known.snapshot
    if snapshot is None:
        return bool(known.failures)
    wrong = snapshot.enforcement not in (None, "HEALTHY") or snapshot.sending_enabled is False
    decided = snapshot.access in (Access.NOT_GRANTED, Access.FAILED)
    return wrong or decided or bool(known.failures) or known.reputation.has_episode or known.quota_posted > 0


def _trouble_since(one: AccountRegionStatus) -> float:
    """Returns when the newest trouble began, in seconds; 0 where there is none."""
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
    turn = _EMPTY if current is None else ("yours" if current[0] is Turn.OURS else "AWS’s")
    rates = [_rate(one, kind) for kind in RateKind]
    account_region = f"{visible(one.account_region.account)} {visible(one.account_region.region)}"
    access = "not read" if snapshot is None else account.ACCESS[snapshot.access]
    if known.region_off:
        access = "not enabled"
    checked = account.ago(one.last_poll, now) if one.last_poll else _EMPTY
    rehearsed = account.ago(one.rehearsed_at, now) if one.rehearsed_at else _EMPTY
    return [_cell(account_region), _cell(access), _cell(turn), _quota(one), *rates, _cell(rehearsed), _cell(checked)]


def _quota(one: AccountRegionStatus) -> Element:
    snapshot = one.known.snapshot
    if snapshot is None or snapshot.quota is None or snapshot.sent is None or snapshot.quota == 0:
        return _cell(_EMPTY)
    if snapshot.quota < 0:
        return _cell("no limit")
    share = snapshot.sent / snapshot.quota
    return _number(round(100 * share, 1), account.percent(share))


def _rate(one: AccountRegionStatus, kind: RateKind) -> Element:
    track = one.known.reputation.of(kind)
    if track.rate is None:
        return _cell("unknown" if one.known.reputation.trouble else _EMPTY)
    hard = track.episode is not None and track.episode.level is RateLevel.HARD
    mark = {True: "!! ", False: "! "}[hard] if track.episode else ""
    return _number(round(100 * track.rate, 4), f"{mark}{account.rate_cell(track, kind)}")


def _cell(text: str) -> Element:
    return {"type": "raw_text", "text": cut(text, _LONGEST) or _EMPTY}


def _number(value: float, text: str) -> Element:
    return {"type": "raw_number", "value": value, "text": text}
