"""`/ses-status`, its "Refresh", the "Show status" under news, the "Not now" under a reminder, and the app's home: what
is known of the accounts that are watched.

The answer is for the person who asks. "Refresh" polls the account regions now, as often as AWS lets it, and replaces
the answer. The home is drawn anew each time a person opens it (app_home_opened, views.publish; neither takes a scope).
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from handlers.listeners import Asker, Listeners, Services
from handlers.payloads import Press
from handlers.slack_api import BLOCKS_REFUSED, EphemeralReply, Undelivered
from handlers.views import words
from handlers.views.account_words import NOT_NOW, format_moment
from handlers.views.blocks import Message
from handlers.views.changes import MOST_CHANGES, changes_message
from handlers.views.home import home_view
from handlers.views.status import Overview, status_message
from handlers.watching import MOST_POLLED, Watching
from model import AccountRegion, AccountRegionStatus
from model.watching import Turn
from store import record_not_now
from store.changes import list_changes
from store.domain_watches import list_domain_watches
from store.drafts import list_drafts
from watch import find_next_reminder

LISTENERS = Listeners()
COMMAND = "/ses-status"
CHANGES = "changes"
_HELP = frozenset({"help", "--help", "-h", "?"})
_LAUNCH = "launch"
_ONE_ACCOUNT_REGION = "The launch check looks at one account and region. Example: /ses-status launch main us-east-1"
_LISTED = _MOST_DRAFTS = 20
_LONGEST = 200
_NEXT = "OK. If no one answers before, the next reminder comes {}."
_LAST = "OK. No other reminder follows. /ses-status keeps saying whose turn it is."
_ANSWERED = "It is no longer your turn there, so no reminder follows."
_UNWATCHED = "This account is no longer watched, so no reminder follows."


class BadFilter(ValueError):
    """What was typed names no account or region that is watched. Its text is for the person, and repeats a word."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which account regions: of one account, in one region, or all. `launch`: the launch check of the one account
    region. `str(filter)` parses back to the same."""

    account: str | None = None
    region: str | None = None
    help: bool = False
    launch: bool = False

    def of(self, account_regions: Sequence[AccountRegion]) -> list[AccountRegion]:
        """Returns those that it leaves."""
        return [
            one for one in account_regions if self.account in (None, one.account) and self.region in (None, one.region)
        ]

    def __str__(self) -> str:
        lead = "launch" if self.launch else None
        return "help" if self.help else " ".join(part for part in (lead, self.account, self.region) if part)


@LISTENERS.command(COMMAND, "the status")
async def command(watching: Watching, asker: Asker, typed: str) -> None:
    """Shows the accounts and regions that were asked for, or the changes that people confirmed."""
    if typed.strip().lower() == CHANGES:
        found = await list_changes(watching.db, most=MOST_CHANGES)
        return await asker.surface.tell(changes_message(found, watching.zone))
    return await _show(watching, typed, asker.surface)


async def _launch(watching: Watching, chosen: Filter, surface: EphemeralReply) -> None:
    """The launch check of the one account region that was meant."""
    account_regions = chosen.of(await watching.account_regions())
    if len(account_regions) != 1 or watching.launch is None:
        return await surface.tell(words.usage_message(COMMAND, _ONE_ACCOUNT_REGION))
    message = await watching.launch.message(account_regions[0])
    return await surface.tell(message or words.usage_message(COMMAND, _ONE_ACCOUNT_REGION))


@LISTENERS.action("status_show", "the status")
async def show(watching: Watching, asker: Asker, press: Press) -> None:
    """Shows what the news is about."""
    await _show(watching, press.value, asker.surface)


def parse_filter(text: str, account_regions: Sequence[AccountRegion]) -> Filter:
    """Returns the filter that `text` means among these account regions; `BadFilter` where it means none, with those
    that there are."""
    typed = text[:_LONGEST].split()
    if typed and typed[0].lower() in _HELP:
        return Filter(help=True)
    launch = bool(typed) and typed[0].casefold() == _LAUNCH
    typed = typed[1:] if launch else typed
    accounts = {account_region.account.casefold(): account_region.account for account_region in account_regions}
    regions = {account_region.region: account_region.region for account_region in account_regions}
    account = region = None
    for word in typed:
        name = word.casefold()
        if account is None and name in accounts:
            account = accounts[name]
        elif region is None and name in regions:
            region = regions[name]
        else:
            raise BadFilter(_stranger(word, list(accounts.values()), list(regions)))
    if account and region and AccountRegion(account, region) not in account_regions:
        own = [account_region.region for account_region in account_regions if account_region.account == account]
        raise BadFilter(f"{account} is not watched in {region}, but in {_some(own)}.")
    return Filter(account, region, launch=launch)


def _stranger(word: str, accounts: list[str], regions: list[str]) -> str:
    if not accounts:
        return f"No account is watched, so there is no “{word}”."
    return (
        f"“{word}” is neither an account nor a region that is watched. Accounts: {_some(accounts)}. "
        f"Regions: {_some(regions)}."
    )


def _some(names: Sequence[str]) -> str:
    names = sorted(names, key=str.casefold)
    more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


async def _show(watching: Watching, text: str, surface: EphemeralReply) -> None:
    chosen = await _chosen(watching, text, surface)
    if chosen and chosen.launch:
        await _launch(watching, chosen, surface)
    elif chosen:
        overview = await watching.overview(account=chosen.account, region=chosen.region)
        await _said(surface.tell, overview, str(chosen))


async def _said(say: Callable[[Message], Awaitable[None]], overview: Overview, query: str) -> None:
    """Says the overview as a table, or as lists where Slack refuses the table."""
    try:
        await say(status_message(overview, query=query))
    except Undelivered as error:
        if error.code not in BLOCKS_REFUSED:
            raise
        await say(status_message(overview, query=query, table=False))


@LISTENERS.action("status_refresh", "the status")
async def refresh(watching: Watching, asker: Asker, press: Press) -> None:
    """Has the account regions polled now, and replaces the answer."""
    chosen = await _chosen(watching, press.value, asker.surface)
    if not chosen:
        return
    account_regions = chosen.of(await watching.account_regions())
    late = await watching.polled(account_regions)
    overview = await watching.overview(
        account=chosen.account,
        region=chosen.region,
        unanswered=late,
        too_many=MOST_POLLED if len(account_regions) > MOST_POLLED else None,
    )
    await _said(asker.surface.replace, overview, str(chosen))


async def _chosen(watching: Watching, text: str, surface: EphemeralReply) -> Filter | None:
    """Returns the filter that was typed; None when the person got another answer instead."""
    try:
        chosen = parse_filter(text, await watching.account_regions())
    except BadFilter as bad:
        await surface.tell(words.usage_message(COMMAND, str(bad)))
        return None
    if chosen.help:
        await surface.tell(words.usage_message(COMMAND))
        return None
    return chosen


@LISTENERS.event("app_home_opened", "the home")
async def open_home(services: Services, watching: Watching, asker: Asker) -> None:
    """Publishes what is known now."""
    overview = await watching.overview()
    drafts = await list_drafts(watching.db, asker.owner, most=_MOST_DRAFTS)
    watches = await list_domain_watches(watching.db, asker.owner)
    open_drafts = [one for one in drafts if one.posted_at is None]
    view = home_view(overview, open_drafts, watches)
    await services.slack.call("views.publish", {"user_id": asker.owner.user, "view": view})


@LISTENERS.action(NOT_NOW, "the answer")
async def put_off(watching: Watching, asker: Asker, press: Press) -> None:
    """Silence the next reminder, and say when one comes. The button carries an account and a region."""
    account, _, region = press.value.rpartition(" ")
    found = await _region_status(watching, account, region)
    if found and _is_ours(found) and found.known.reminders:
        await record_not_now(watching.db, AccountRegion(account, region))
        found = await _region_status(watching, account, region)
    await asker.surface.say(_next_words(found, watching))


async def _region_status(watching: Watching, account: str, region: str) -> AccountRegionStatus | None:
    if not account or not region:
        return None
    return next(iter((await watching.overview(account=account, region=region)).account_regions), None)


def _is_ours(one: AccountRegionStatus) -> bool:
    current = one.known.current_turn
    return current is not None and current[0] is Turn.OURS


def _next_words(one: AccountRegionStatus | None, watching: Watching) -> str:
    if one is None:
        return _UNWATCHED
    if not _is_ours(one):
        return _ANSWERED
    due = find_next_reminder(one.known)
    return _NEXT.format(format_moment(due, watching.zone)) if due else _LAST
