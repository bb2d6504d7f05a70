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
from handlers.views.account_words import format_number
from handlers.views.blocks import Block, Element, Message
from handlers.views.escape import escape_mrkdwn, make_visible
from handlers.views.limits import HEADER, cut, fit_message, short_list
from handlers.views.naming import format_count, join_words
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
    title = _status_title(account_regions)
    lacks = [*overview.missing, *([NO_CHANNEL] if any(watched.channel is None for watched in account_regions) else ())]
    blocks: list[Block] = [kit.header(title)]
    blocks += [kit.rich_text([kit.line(kit.emoji("warning"), f" {make_visible(lack)}")]) for lack in lacks]
    if table and len(account_regions) > 1:
        blocks.append(status_table(account_regions, overview.now))
    if len(account_regions) <= IN_FULL:
        for number, watched in enumerate(account_regions):
            blocks.append(kit.rich_text(_full_elements(watched, overview)))
            button = _draft_button(watched)
            blocks += [kit.actions([button], f"status_draft_{number}")] if button else []
    else:
        blocks += _overview_blocks(account_regions, overview)
    if overview.unanswered:
        unanswered = join_words([account.describe_account_region(waiting) for waiting in overview.unanswered[:3]])
        blocks.append(kit.context(f"AWS has not answered yet about {unanswered}; this was known before."))
    if overview.too_many is not None:
        blocks.append(kit.context(_TOO_MANY.format(overview.too_many)))
    if account_regions:
        blocks.append(kit.actions([kit.button("status_refresh", "Refresh", query)], "status"))
    return fit_message(Message(escape_mrkdwn(" ".join([f"{title}.", *lacks])), tuple(blocks)))


def _status_title(account_regions: Sequence[AccountRegionStatus]) -> str:
    if not account_regions:
        return "SES status: no account is watched"
    if len(account_regions) == 1:
        return f"SES status: {account.describe_watched(account_regions[0])}"
    accounts = len({watched.account_region.account for watched in account_regions})
    regions = format_count(len(account_regions), "region", "regions")
    return f"SES status: {format_count(accounts, 'account', 'accounts')}, {regions} in all"


def _full_elements(watched: AccountRegionStatus, overview: Overview) -> list[Element]:
    name = kit.bold_text(f" {account.describe_watched(watched)}: ")
    head = kit.line(kit.emoji(_emoji_name(watched)), name, _describe_access(watched))
    return [head, kit.bullets(map(make_visible, _fact_lines(watched, overview)))]


def _fact_lines(watched: AccountRegionStatus, overview: Overview) -> Iterator[str]:
    state, snapshot = watched.state, watched.state.snapshot
    if snapshot and state.since:
        lasting = account.format_span(overview.now - state.since, "under a minute")
        yield f"First seen by ses-bot: {account.format_moment(state.since, overview.zone)} ({lasting} ago)"
    if snapshot:
        quota = account.describe_quota(snapshot.quota, snapshot.rate) or "not known"
        sent = "not known" if snapshot.sent is None else format_number(snapshot.sent)
        yield f"Quota: {quota}. Sent in the last 24 hours: {sent}"
        yield from _remark_lines(watched)
        yield from _describe_rates(watched)
        if snapshot.access is not Access.PRODUCTION and state.case_access in _CASES:
            yield _CASES[state.case_access]
    if state.current_turn:
        yield account.describe_turn(*state.current_turn, overview.now)
    if watched.account_region in overview.expected:
        yield _describe_expected(overview.expected[watched.account_region], overview)
    yield _describe_polls(watched, overview.now)
    if state.failures:
        row = f" ({state.failures:,} in a row)" if state.failures > 1 else ""
        before = ". The facts above are older" if snapshot else ""
        yield f"The last poll failed{row}: {state.trouble or 'no reason is known'}{before}"
    if watched.waiting:
        yield _describe_waiting(watched, overview)
        if watched.waiting.why:
            yield "ses-bot tries again by itself, and at once when you press “Refresh”"


def _remark_lines(watched: AccountRegionStatus) -> Iterator[str]:
    snapshot = watched.state.snapshot
    if snapshot is None:
        return
    if snapshot.case_id and snapshot.access is not Access.PRODUCTION:
        yield f"Support case: {snapshot.case_id}"
    if snapshot.enforcement not in (None, "HEALTHY"):
        yield f"AWS’s view of how the account sends: {snapshot.enforcement}"
    if snapshot.sending_enabled is False:
        yield "Sending is switched off: SES refuses every message"


def _describe_rates(watched: AccountRegionStatus) -> Iterator[str]:
    """Yields both rates with their bars, or why they are unknown."""
    reputation, snapshot = watched.state.reputation, watched.state.snapshot
    if snapshot is None or snapshot.access is not Access.PRODUCTION:
        return
    if reputation.trouble:
        how = ". Allow cloudwatch:GetMetricData to the bot’s role (deploy/iam-read.json)" if reputation.denied else ""
        yield f"Bounce and complaint rates: unknown, {reputation.trouble}{how}"
    else:
        rates = ", ".join(account.format_rate(reputation.track_of(kind), kind) for kind in RateKind)
        yield f"Bounces and complaints, {BARS_DAYS} days: {rates}"


def _describe_expected(by: datetime, overview: Overview) -> str:
    when = f"by {account.format_moment(by, overview.zone)} ({account.ESTIMATE})"
    if by < overview.now:
        return f"An answer was expected {when}: look into the case, AWS may have asked something there"
    return f"Expected answer: {when}; AWS promises a first answer within 24 hours"


def _describe_polls(watched: AccountRegionStatus, now: datetime) -> str:
    if watched.last_poll is None:
        return "Not checked yet; first check soon"
    due = f"in {account.format_span(watched.next_poll - now)}" if watched.next_poll > now else "soon"
    return f"Checked {account.format_ago(watched.last_poll, now)}; next check {due}"


def _describe_waiting(watched: AccountRegionStatus, overview: Overview) -> str:
    if watched.waiting is None:
        return ""
    count = format_count(watched.waiting.count, "message of news waits", "messages of news wait")
    since = account.format_ago(watched.waiting.oldest, overview.now)
    if watched.channel is None:
        return f"{count} (the oldest from {since}): SES_BOT_CHANNEL is not set"
    if watched.waiting.why:
        return f"{count} for {watched.channel} (the oldest from {since}): {watched.waiting.why}"
    return f"{count} for {watched.channel}, on the way"


def _overview_blocks(account_regions: Sequence[AccountRegionStatus], overview: Overview) -> Iterator[Block]:
    """Yields the counts, then what needs a person, then a line for each account."""
    yield kit.section(_count_access(account_regions))
    needing = [watched for watched in account_regions if _needs_person(watched)]
    if needing:
        rows = [f"{account.describe_watched(watched)}: {_describe_needed(watched, overview)}" for watched in needing]
        yield kit.titled("Look at these", short_list(rows, _TROUBLES, longest=HEADER))
    yield from list(_draft_sections(needing))[:_TROUBLES]
    rows = []
    for _, group in groupby(account_regions, key=lambda watched: watched.account_region.account):
        own = list(group)
        name = account.describe_account(own[0].account_region.account, own[0].account_id)
        rows.append(f"{name}: {_count_access(own)}")
    yield kit.titled("Accounts", short_list(rows, _ACCOUNTS, "more accounts", longest=HEADER))
    first = account_regions[0].account_region
    hint = f"/ses-status {first.account} or /ses-status {first.account} {first.region} shows everything about those."
    yield kit.context(make_visible(hint))


def _draft_sections(account_regions: Iterable[AccountRegionStatus]) -> Iterator[Block]:
    """Yields a line and its button for each account region where something is to be written."""
    for watched in account_regions:
        button = _draft_button(watched)
        if button:
            yield kit.section(f"{account.describe_watched(watched)}: {_describe_access(watched)}", button)


def _draft_button(watched: AccountRegionStatus) -> Element | None:
    """Returns what to write now: the reply to a refusal, or the request that AWS never received."""
    match watched.state.snapshot:
        case Snapshot(access=Access.NOT_GRANTED, case_id=case_id):
            current = watched.state.current_turn
            return account.appeal_button(
                watched.account_region, case_id, again=current is not None and current[0] is Turn.AWS
            )
        case Snapshot(access=Access.FAILED):
            return account.account_region_button("draft_start", "Draft the request", watched.account_region)
    return None


def _count_access(account_regions: Iterable[AccountRegionStatus]) -> str:
    """Returns such as "12 production, 3 sandbox, 1 in review"."""
    counts = Counter(map(_describe_access, account_regions))
    return ", ".join(f"{count:,} {access}" for access, count in counts.most_common())


def _describe_needed(watched: AccountRegionStatus, overview: Overview) -> str:
    """Returns what a line holds of an account region that needs a person."""
    parts = [_describe_access(watched), *_remark_lines(watched)]
    if watched.state.current_turn:
        parts.append(account.describe_turn(*watched.state.current_turn, overview.now).rstrip("."))
    if watched.account_region in overview.expected and overview.expected[watched.account_region] < overview.now:
        parts.append("no answer yet")
    if watched.state.failures:
        parts.append(watched.state.trouble or "the last poll failed")
    if watched.waiting and (watched.waiting.why or watched.channel is None):
        parts.append(_describe_waiting(watched, overview))
    return "; ".join(parts)


def _needs_person(watched: AccountRegionStatus) -> bool:
    snapshot = watched.state.snapshot
    is_stuck = watched.waiting is not None and bool(watched.waiting.why)
    undecided = snapshot is not None and snapshot.access in (Access.NOT_GRANTED, Access.FAILED, Access.IN_REVIEW)
    remarks = (line for line in _remark_lines(watched) if not line.startswith("Support"))
    return is_stuck or undecided or bool(watched.state.failures) or any(remarks)


def _describe_access(watched: AccountRegionStatus) -> str:
    if watched.state.region_off:
        return "region not enabled"
    if watched.state.snapshot is None:
        return "cannot be read" if watched.state.failures else "not read yet"
    return account.ACCESS[watched.state.snapshot.access]


def _emoji_name(watched: AccountRegionStatus) -> str:
    snapshot = watched.state.snapshot
    if watched.state.failures or (snapshot and snapshot.enforcement not in (None, "HEALTHY")):
        return "warning"
    if snapshot is None or watched.state.region_off:
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
    rows = [_table_row(watched, now) for watched in rank_by_trouble(account_regions)[:MOST_ROWS]]
    return {"type": "table", "block_id": "status_table", "rows": [[_text_cell(head) for head in _HEADS], *rows]}


def rank_by_trouble(account_regions: Sequence[AccountRegionStatus]) -> list[AccountRegionStatus]:
    """Sorts what needs a person first, and of that what began last; then by account and region."""
    by_name = sorted(
        account_regions, key=lambda watched: (watched.account_region.account, watched.account_region.region)
    )
    return sorted(by_name, key=lambda watched: (not _has_trouble(watched), -_find_trouble_start(watched)))


def _has_trouble(watched: AccountRegionStatus) -> bool:
    state, snapshot = watched.state, watched.state.snapshot
    if snapshot is None:
        return bool(state.failures)
    limited = snapshot.enforcement not in (None, "HEALTHY") or snapshot.sending_enabled is False
    refused = snapshot.access in (Access.NOT_GRANTED, Access.FAILED)
    return limited or refused or bool(state.failures) or state.reputation.has_episode or state.quota_posted > 0


def _find_trouble_start(watched: AccountRegionStatus) -> float:
    """Returns when the newest trouble began, in seconds; 0 where there is none."""
    state = watched.state
    if not _has_trouble(watched):
        return 0.0
    episodes = (state.reputation.track_of(kind).episode for kind in RateKind)
    moments = [episode.began for episode in episodes if episode]
    moments += [state.since] if state.since and not moments else []
    return max((at.timestamp() for at in moments), default=1.0)


def _table_row(watched: AccountRegionStatus, now: datetime) -> list[Element]:
    state, snapshot = watched.state, watched.state.snapshot
    current = state.current_turn
    turn = _EMPTY if current is None else ("yours" if current[0] is Turn.OURS else "AWS’s")
    rates = [_rate_cell(watched, kind) for kind in RateKind]
    account_region = f"{make_visible(watched.account_region.account)} {make_visible(watched.account_region.region)}"
    access = "not read" if snapshot is None else account.ACCESS[snapshot.access]
    if state.region_off:
        access = "not enabled"
    checked = account.format_ago(watched.last_poll, now) if watched.last_poll else _EMPTY
    rehearsed = account.format_ago(watched.rehearsed_at, now) if watched.rehearsed_at else _EMPTY
    return [
        _text_cell(account_region),
        _text_cell(access),
        _text_cell(turn),
        _quota_cell(watched),
        *rates,
        _text_cell(rehearsed),
        _text_cell(checked),
    ]


def _quota_cell(watched: AccountRegionStatus) -> Element:
    snapshot = watched.state.snapshot
    if snapshot is None or snapshot.quota is None or snapshot.sent is None or snapshot.quota == 0:
        return _text_cell(_EMPTY)
    if snapshot.quota < 0:
        return _text_cell("no limit")
    share = snapshot.sent / snapshot.quota
    return _number_cell(round(100 * share, 1), account.format_percent(share))


def _rate_cell(watched: AccountRegionStatus, kind: RateKind) -> Element:
    track = watched.state.reputation.track_of(kind)
    if track.rate is None:
        return _text_cell("unknown" if watched.state.reputation.trouble else _EMPTY)
    hard = track.episode is not None and track.episode.level is RateLevel.HARD
    mark = {True: "!! ", False: "! "}[hard] if track.episode else ""
    return _number_cell(round(100 * track.rate, 4), f"{mark}{account.format_rate(track, kind)}")


def _text_cell(text: str) -> Element:
    return {"type": "raw_text", "text": cut(text, _LONGEST) or _EMPTY}


def _number_cell(value: float, text: str) -> Element:
    return {"type": "raw_number", "value": value, "text": text}
