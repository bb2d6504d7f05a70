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
from store import list_watched, record_not_now
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
_MOST_NAMES = _MOST_DRAFTS = 20
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

    def select(self, account_regions: Sequence[AccountRegion]) -> list[AccountRegion]:
        """Returns the account regions that the filter leaves."""
        return [
            account_region
            for account_region in account_regions
            if self.account in (None, account_region.account) and self.region in (None, account_region.region)
        ]

    def __str__(self) -> str:
        lead = "launch" if self.launch else None
        return "help" if self.help else " ".join(part for part in (lead, self.account, self.region) if part)


@LISTENERS.command(COMMAND, "the status")
async def show_status(watching: Watching, asker: Asker, typed: str) -> None:
    """Shows the accounts and regions that were asked for, or the changes that people confirmed."""
    if typed.strip().lower() == CHANGES:
        changes = await list_changes(watching.db, most=MOST_CHANGES)
        return await asker.surface.tell(changes_message(changes, watching.zone))
    return await _show_filtered(watching, typed, asker.surface)


async def _show_launch_check(watching: Watching, region_filter: Filter, surface: EphemeralReply) -> None:
    """Shows the launch check of the one account region that the filter leaves."""
    account_regions = region_filter.select(await list_watched(watching.db))
    if len(account_regions) != 1 or watching.launch is None:
        return await surface.tell(words.usage_message(COMMAND, _ONE_ACCOUNT_REGION))
    message = await watching.launch.message(account_regions[0])
    return await surface.tell(message or words.usage_message(COMMAND, _ONE_ACCOUNT_REGION))


@LISTENERS.action("status_show", "the status")
async def show_named_status(watching: Watching, asker: Asker, press: Press) -> None:
    """Shows what the news is about."""
    await _show_filtered(watching, press.value, asker.surface)


def parse_filter(text: str, account_regions: Sequence[AccountRegion]) -> Filter:
    """Returns the filter that `text` names among these account regions; `BadFilter` where it names none, with those
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
            raise BadFilter(_explain_unknown_word(word, list(accounts.values()), list(regions)))
    if account and region and AccountRegion(account, region) not in account_regions:
        own = [account_region.region for account_region in account_regions if account_region.account == account]
        raise BadFilter(f"{account} is not watched in {region}, but in {_list_some(own)}.")
    return Filter(account, region, launch=launch)


def _explain_unknown_word(word: str, accounts: list[str], regions: list[str]) -> str:
    if not accounts:
        return f"No account is watched, so there is no “{word}”."
    return (
        f"“{word}” is neither an account nor a region that is watched. Accounts: {_list_some(accounts)}. "
        f"Regions: {_list_some(regions)}."
    )


def _list_some(names: Sequence[str]) -> str:
    names = sorted(names, key=str.casefold)
    more = f" and {len(names) - _MOST_NAMES:,} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


async def _show_filtered(watching: Watching, text: str, surface: EphemeralReply) -> None:
    region_filter = await _read_filter(watching, text, surface)
    if region_filter and region_filter.launch:
        await _show_launch_check(watching, region_filter, surface)
    elif region_filter:
        overview = await watching.load_overview(account=region_filter.account, region=region_filter.region)
        await _say_overview(surface.tell, overview, str(region_filter))


async def _say_overview(say: Callable[[Message], Awaitable[None]], overview: Overview, query: str) -> None:
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
    region_filter = await _read_filter(watching, press.value, asker.surface)
    if not region_filter:
        return
    account_regions = region_filter.select(await list_watched(watching.db))
    unanswered = await watching.poll_and_wait(account_regions)
    overview = await watching.load_overview(
        account=region_filter.account,
        region=region_filter.region,
        unanswered=unanswered,
        too_many=MOST_POLLED if len(account_regions) > MOST_POLLED else None,
    )
    await _say_overview(asker.surface.replace, overview, str(region_filter))


async def _read_filter(watching: Watching, text: str, surface: EphemeralReply) -> Filter | None:
    """Returns the filter that was typed; None when the person got another answer instead."""
    try:
        region_filter = parse_filter(text, await list_watched(watching.db))
    except BadFilter as bad:
        await surface.tell(words.usage_message(COMMAND, str(bad)))
        return None
    if region_filter.help:
        await surface.tell(words.usage_message(COMMAND))
        return None
    return region_filter


@LISTENERS.event("app_home_opened", "the home")
async def open_home(services: Services, watching: Watching, asker: Asker) -> None:
    """Publishes what is known now."""
    overview = await watching.load_overview()
    drafts = await list_drafts(watching.db, asker.owner, most=_MOST_DRAFTS)
    watches = await list_domain_watches(watching.db, asker.owner)
    open_drafts = [draft for draft in drafts if draft.posted_at is None]
    view = home_view(overview, open_drafts, watches)
    await services.slack.call("views.publish", {"user_id": asker.owner.user, "view": view})


@LISTENERS.action(NOT_NOW, "the answer")
async def put_off(watching: Watching, asker: Asker, press: Press) -> None:
    """Silences the next reminder, and says when one comes. The button carries an account and a region."""
    account, _, region = press.value.rpartition(" ")
    watched = await _find_watched(watching, account, region)
    if watched and _is_our_turn(watched) and watched.state.reminders:
        await record_not_now(watching.db, AccountRegion(account, region))
        watched = await _find_watched(watching, account, region)
    await asker.surface.say(_describe_next_reminder(watched, watching))


async def _find_watched(watching: Watching, account: str, region: str) -> AccountRegionStatus | None:
    if not account or not region:
        return None
    return next(iter((await watching.load_overview(account=account, region=region)).account_regions), None)


def _is_our_turn(watched: AccountRegionStatus) -> bool:
    current = watched.state.current_turn
    return current is not None and current[0] is Turn.OURS


def _describe_next_reminder(watched: AccountRegionStatus | None, watching: Watching) -> str:
    if watched is None:
        return _UNWATCHED
    if not _is_our_turn(watched):
        return _ANSWERED
    due = find_next_reminder(watched.state)
    return _NEXT.format(format_moment(due, watching.zone)) if due else _LAST
