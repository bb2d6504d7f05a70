"""The app's home: for one person, the accounts, their open drafts, the domains they wait for, and whose turn it is.

A table is for messages alone (Slack, "Table block"), so the accounts are a list here.
"""

from collections.abc import Sequence

from handlers.views import blocks as kit
from handlers.views.account_words import ACCESS, account_region_words, percent, rate_cell, turn_words
from handlers.views.blocks import Block, View
from handlers.views.drafts.result import OPEN, progress, title
from handlers.views.limits import fit_view, short_list
from handlers.views.status import Overview, newest_trouble_first
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
    account_regions = newest_trouble_first(overview.account_regions)
    drawn: list[Block] = [kit.header("SES accounts")]
    rows = [_account(one, overview) for one in account_regions]
    drawn.append(kit.rich([short_list(rows, _MOST)]) if rows else kit.section(_NOTHING["accounts"]))
    if account_regions:
        drawn.append(kit.actions([kit.button("status_show", "Show status", "")], "home_status"))
    drawn += [kit.divider(), kit.header("Your drafts")]
    if not drafts:
        drawn.append(kit.section(_NOTHING["drafts"]))
    for one in drafts[:_MOST]:
        open_it = kit.button(OPEN, "Open", one.id)
        drawn.append(kit.section(f"{title(one)}\n{progress(one)}", open_it))
    drawn += [kit.divider(), kit.header("Domains you wait for")]
    left = [f"{len(one.open)} to fix" if one.open else "nothing left to fix" for one in watches]
    rows = [f"{one.query.partition(' ')[0]}: {words}" for one, words in zip(watches, left, strict=True)]
    drawn.append(kit.rich([short_list(rows, _MOST)]) if rows else kit.section(_NOTHING["watched"]))
    return fit_view({"type": "home", "callback_id": "home", "blocks": drawn})


def _account(one: AccountRegionStatus, overview: Overview) -> str:
    known, snapshot = one.known, one.known.snapshot
    said = ["not read yet" if snapshot is None else ACCESS[snapshot.access]]
    if known.current_turn:
        said.append(turn_words(*known.current_turn, overview.now).rstrip("."))
    if snapshot and snapshot.quota and snapshot.quota > 0 and snapshot.sent is not None:
        said.append(f"{percent(snapshot.sent / snapshot.quota)} of the quota used")
    if snapshot and snapshot.access is Access.PRODUCTION and not known.reputation.trouble:
        said += [f"{kind.value}s {rate_cell(known.reputation.of(kind), kind)}" for kind in RateKind]
    return f"{account_region_words(one.account_region, one.account_id)}: {', '.join(said)}"
