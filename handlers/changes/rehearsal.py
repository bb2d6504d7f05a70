"""“Rehearse” under a report: three mails to AWS's mailbox simulator, and whether their events arrive at the queue.

A rehearsal is a change like others: confirmed by an operator, stored, shown live. That it was done, and when, is what a
letter may say.
"""

import secrets
from collections.abc import Sequence

from aws import events
from handlers.changes.plans import ChangeServices, DomainPlan, listen_to_domain_plan, show_plan
from handlers.drafts.listeners import DraftListeners
from handlers.views.blocks import View
from handlers.views.changes import REHEARSE, TITLES
from model import AccountRegion, Identity, SesRegionView
from model.changes import ChangeKind, ChangeState, ChangeStep, StepOutcome
from model.drafting import Owner

LISTENERS = DraftListeners()
AWAIT = "AwaitEvents"
PATIENCE = 120.0
"""Seconds in which the events arrive, or are said not to have arrived."""
_TITLE = TITLES[ChangeKind.REHEARSAL]
_NO_QUEUE = (
    "ses-bot reads no queue of events, so it could not see whether they arrive. Make one with deploy/events.yaml, and "
    "set SES_BOT_EVENTS_QUEUE_URL."
)
_NOT_VERIFIED = "SES has not verified this domain anywhere that ses-bot watches, so it takes no mail from it yet."
_COST = "Three mails at AWS’s price of a mail ($0.10 a thousand). They count against no quota and no bounce rate."
_EVENT_WORDS = {"Email Delivered": "delivery", "Email Bounced": "bounce", "Email Complaint Received": "complaint"}


def _explain_no_queue(changes: ChangeServices) -> str:
    return _NO_QUEUE if changes.arrivals_of is None else ""


def _select_verified(views: Sequence[SesRegionView]) -> Sequence[SesRegionView]:
    return [view for view in views if isinstance(view.identity, Identity) and view.identity.verified]


async def _plan_rehearsal(changes: ChangeServices, owner: Owner, domain: str, view: SesRegionView) -> View:
    label = secrets.token_hex(8)
    steps = []
    for mailbox, event in events.SIMULATOR_EVENTS.items():
        to = events.simulator_address(mailbox, label)
        arguments = {"from": f"ses-bot@{domain}", "to": to, "label": label, "event": event}
        details = [f"from ses-bot@{domain} to {to}"]
        steps.append(ChangeStep(events.SEND_EMAIL, f"Mail: {mailbox}", {**arguments, "details": details}))
    waiting = {"label": label, "details": [_COST, "Then ses-bot waits two minutes for the three events at the queue."]}
    steps.append(ChangeStep(AWAIT, "Events at the queue", waiting))
    lock = f"rehearsal {view.account_region.account} {view.account_region.region} {domain}"
    return await show_plan(changes, owner, ChangeKind.REHEARSAL, steps, view, subject=domain, lock=lock)


listen_to_domain_plan(
    LISTENERS, DomainPlan(REHEARSE, _TITLE, _plan_rehearsal, _select_verified, _NOT_VERIFIED, _explain_no_queue)
)

# The calls


async def send_mail(changes: ChangeServices, account_region: AccountRegion, step: ChangeStep) -> StepOutcome:
    return await events.send_to_simulator(changes.sessions, account_region, step.arguments)


async def read_mail(changes: ChangeServices, account_region: AccountRegion, step: ChangeStep) -> StepOutcome:
    """Returns DONE where SES gave an id for the mail, or its event has come."""
    if step.receipt or step.arguments["event"] in _find_arrivals(changes, step):
        return StepOutcome(ChangeState.DONE, "SES took it.")
    return StepOutcome(ChangeState.REFUSED, "SES gave no id for the mail, and no event has come.")


async def read_events(changes: ChangeServices, account_region: AccountRegion, step: ChangeStep) -> StepOutcome:
    """Returns DONE once all three events are there; UNKNOWN while one is missing."""
    seconds = _find_arrivals(changes, step)
    arrived = [f"{word} after {seconds[event]:.1f} s" for event, word in _EVENT_WORDS.items() if event in seconds]
    missing = [word for event, word in _EVENT_WORDS.items() if event not in seconds]
    words = f"Arrived: {', '.join(arrived) or 'nothing'}."
    if not missing:
        return StepOutcome(ChangeState.DONE, words)
    return StepOutcome(ChangeState.UNKNOWN, f"{words} Not arrived: {', '.join(missing)}.")


def _find_arrivals(changes: ChangeServices, step: ChangeStep) -> dict[str, float]:
    """Returns the seconds after which each event of the rehearsal arrived."""
    return dict(changes.arrivals_of(str(step.arguments["label"]))) if changes.arrivals_of else {}
