"""The "Not now" under a reminder to answer AWS: it silences the next reminder, and says when another comes."""

from handlers.listeners import Asker, Listeners
from handlers.payloads import Press
from handlers.views import words
from handlers.views.standing import NOT_NOW, moment
from handlers.watching import Watching
from model import AccountRegion, AccountRegionStatus
from model.watching import Turn
from store import say_not_now
from watch import next_reminder

LISTENERS = Listeners()

_NEXT = "OK. If no one answers before, the next reminder comes {}."
_LAST = "OK. No other reminder follows. /ses-status keeps saying whose turn it is."
_ANSWERED = "It is no longer your turn there, so no reminder follows."
_GONE = "This account is no longer watched, so no reminder follows."


@LISTENERS.action(NOT_NOW, "the answer")
async def put_off(watching: Watching, asker: Asker, press: Press) -> None:
    """Silence the next reminder, and say when one comes. The button carries an account and a region."""
    account, _, region = press.value.rpartition(" ")
    found = await _status(watching, account, region)
    if found and _is_ours(found) and found.known.reminders:
        await say_not_now(watching.db, AccountRegion(account, region))
        found = await _status(watching, account, region)
    await asker.surface.tell(words.said(_words(found, watching)))


async def _status(watching: Watching, account: str, region: str) -> AccountRegionStatus | None:
    if not account or not region:
        return None
    return next(iter((await watching.overview(account=account, region=region)).places), None)


def _is_ours(one: AccountRegionStatus) -> bool:
    current = one.known.current_turn
    return current is not None and current[0] is Turn.OURS


def _words(one: AccountRegionStatus | None, watching: Watching) -> str:
    if one is None:
        return _GONE
    if not _is_ours(one):
        return _ANSWERED
    due = next_reminder(one.known)
    return _NEXT.format(moment(due, watching.zone)) if due else _LAST
