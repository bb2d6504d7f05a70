"""The app's home: for one person, the accounts, their open drafts, the domains they wait for, and whose turn it is.

A table is for messages alone (Slack, "Table block"), so the accounts are a list here.
"""

from collections.abc import Sequence

from handlers.views import blocks as kit
from handlers.views.account_words import ACCESS, describe_turn, describe_watched, format_percent, format_rate
from handlers.views.blocks import Block, View
from handlers.views.drafts.result import OPEN, describe_progress, draft_title
from handlers.views.limits import fit_view, short_list
from handlers.views.status import Overview, rank_by_trouble
from model import Access, AccountRegionStatus
from model.drafting import StoredDraft
from model.staying import RateKind
from model.watching import DomainWatch

_MOST = 20
_NOTHING = {
    "accounts": "No AWS account is connected.",
    "drafts": "No open drafts. /ses-draft acme.com starts one.",
    "watched": "No domains. To watch one, press “Tell me when it's fixed” under a report.",
}


def home_view(overview: Overview, drafts: Sequence[StoredDraft], watches: Sequence[DomainWatch]) -> View:
    account_regions = rank_by_trouble(overview.account_regions)
    blocks: list[Block] = [kit.header("SES accounts")]
    rows = [_describe_in_short(watched, overview) for watched in account_regions]
    blocks.append(kit.rich_text([short_list(rows, _MOST)]) if rows else kit.section(_NOTHING["accounts"]))
    if account_regions:
        blocks.append(kit.actions([kit.button("status_show", "Show status", "")], "home_status"))
    blocks += [kit.divider(), kit.header("Your drafts")]
    if not drafts:
        blocks.append(kit.section(_NOTHING["drafts"]))
    for draft in drafts[:_MOST]:
        open_button = kit.button(OPEN, "Open", draft.id)
        blocks.append(kit.section(f"{draft_title(draft)}\n{describe_progress(draft)}", open_button))
    blocks += [kit.divider(), kit.header("Domains you wait for")]
    rows = [
        f"{watch.query.partition(' ')[0]}: {f'{len(watch.open)} to fix' if watch.open else 'nothing left to fix'}"
        for watch in watches
    ]
    blocks.append(kit.rich_text([short_list(rows, _MOST)]) if rows else kit.section(_NOTHING["watched"]))
    return fit_view({"type": "home", "callback_id": "home", "blocks": blocks})


def _describe_in_short(watched: AccountRegionStatus, overview: Overview) -> str:
    state, snapshot = watched.state, watched.state.snapshot
    parts = ["not read yet" if snapshot is None else ACCESS[snapshot.access]]
    if state.current_turn:
        parts.append(describe_turn(*state.current_turn, overview.now).rstrip("."))
    if snapshot and snapshot.quota and snapshot.quota > 0 and snapshot.sent is not None:
        parts.append(f"{format_percent(snapshot.sent / snapshot.quota)} of the quota used")
    if snapshot and snapshot.access is Access.PRODUCTION and not state.reputation.trouble:
        parts += [f"{kind.value}s {format_rate(state.reputation.track_of(kind), kind)}" for kind in RateKind]
    return f"{describe_watched(watched)}: {', '.join(parts)}"
