"""Asking AWS for a higher quota: the number worked out from what is sent, confirmed by an operator, asked once, and
followed by the polls until AWS has decided."""

from aws import request
from handlers.changes.plans import ChangeServices, open_plan, show_plan
from handlers.drafts.listeners import DraftListeners
from handlers.listeners import Asker
from handlers.payloads import Press
from handlers.views.account_words import MORE_QUOTA, format_number
from handlers.views.blocks import View
from handlers.views.changes import words_view
from model import Access
from model.changes import Change, ChangeKind, ChangeState, ChangeStep
from model.staying import QUOTA_A_DAY, QUOTA_A_SECOND, QuotaRequest
from model.watching import RegionState
from store import add_quota_request, load_status
from watch.staying import estimate_growth, suggest_quota, suggest_rate

LISTENERS = DraftListeners()
_TITLE = "Ask for more"
_GONE = "ses-bot does not watch this account region any more."
_SANDBOX = "This account is not in production here. Its first quota comes with production access: /ses-draft."
_NO_LIMIT = "AWS sets no limit here: there is nothing to ask for."
_OPEN = "AWS has not decided about an earlier request ({}). ses-bot says when it has."
_NO_SAMPLES = "ses-bot has not seen yet how much is sent here. Press the button again after the next poll."


@LISTENERS.action(MORE_QUOTA, "the plan")
async def ask_for_quota(changes: ChangeServices, asker: Asker, press: Press) -> None:
    """Shows what would be asked for, and how the number was worked out."""
    await open_plan(changes, asker, _TITLE, _plan_view(changes, asker, press.value))


async def _plan_view(changes: ChangeServices, asker: Asker, text: str) -> View:
    account, _, region = text.rpartition(" ")
    watched = await load_status(changes.db, account=account, region=region) if account and region else ()
    if not watched:
        return words_view(_TITLE, _GONE)
    steps = _quota_steps(watched[0].state)
    if isinstance(steps, str):
        return words_view(_TITLE, steps)
    lock = f"quota {account} {region}"
    return await show_plan(changes, asker.owner, ChangeKind.QUOTA, steps, watched[0], lock=lock)


def _quota_steps(state: RegionState) -> list[ChangeStep] | str:
    """Returns the requests, each with how its number was worked out; or why there is nothing to ask."""
    snapshot = state.snapshot
    if snapshot is None or snapshot.access is not Access.PRODUCTION or snapshot.quota is None:
        return _SANDBOX
    if snapshot.quota < 0:
        return _NO_LIMIT
    if state.open_requests:
        return _OPEN.format(format_number(state.open_requests[0].desired))
    suggested = suggest_quota(state)
    if suggested is None:
        return _NO_SAMPLES
    most, growth = max(day.sent for day in state.volume), estimate_growth(state.volume)
    grows = f", and it grows by {format_number(round(growth))} a day" if growth and growth >= 1 else ""
    why = (
        f"{format_number(most)} in 24 hours is the most that was sent in two weeks{grows}. The quota is "
        f"{format_number(snapshot.quota)}. {format_number(suggested)} leaves room for a month."
    )
    steps = [_quota_step(QUOTA_A_DAY, suggested, f"{format_number(suggested)} messages in 24 hours", why)]
    rate = suggest_rate(snapshot.rate, suggested)
    if rate is not None:
        now = format_number(snapshot.rate)
        why = f"Then {format_number(suggested)} messages can go out within 4 hours. Now it is {now} a second."
        steps.append(_quota_step(QUOTA_A_SECOND, rate, f"{format_number(rate)} messages a second", why))
    return steps


def _quota_step(code: str, desired: float, title: str, why: str) -> ChangeStep:
    return ChangeStep(request.REQUEST_INCREASE, title, {"QuotaCode": code, "DesiredValue": desired, "why": why})


async def follow_quota_requests(changes: ChangeServices, change: Change) -> None:
    """Has the polls follow what AWS took, to its decision."""
    for step in change.steps:
        if step.state is ChangeState.DONE and step.receipt:
            code, desired = str(step.arguments["QuotaCode"]), float(step.arguments["DesiredValue"])
            request = QuotaRequest(step.receipt, code, desired, change.confirmed_by)
            await add_quota_request(changes.db, change.account_region, request)
