"""“Rehearse” under a report: three mails to AWS's mailbox simulator, and whether their events arrive at the queue.

A rehearsal is a change like others: confirmed by an operator, stored, shown live. That it was done, and when, is what a
letter may say.
"""

import secrets
from collections.abc import Sequence

from aws import events
from handlers.changes.plans import ChangeServices, DomainPlan, listen_at_domain, show_plan
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
_WORDS = {"Email Delivered": "delivery", "Email Bounced": "bounce", "Email Complaint Received": "complaint"}


def _unable(changes: ChangeServices) -> str:
    return _NO_QUEUE if changes.arrivals is None else ""


def _verified(account_regions: Sequence[SesRegionView]) -> Sequence[SesRegionView]:
    return [one for one in account_regions if isinstance(one.identity, Identity) and one.identity.verified]


async def _planned(changes: ChangeServices, owner: Owner, domain: str, here: SesRegionView) -> View:
    label = secrets.token_hex(8)
    steps = []
    for what, event in events.SIMULATOR_EVENTS.items():
        to = events.simulator_address(what, label)
        arguments = {"from": f"ses-bot@{domain}", "to": to, "label": label, "event": event}
        details = [f"from ses-bot@{domain} to {to}"]
        steps.append(ChangeStep(events.SEND_EMAIL, f"Mail: {what}", {**arguments, "details": details}))
    waiting = {"label": label, "details": [_COST, "Then ses-bot waits two minutes for the three events at the queue."]}
    steps.append(ChangeStep(AWAIT, "Events at the queue", waiting))
    return await show_plan(
        changes,
        owner,
        ChangeKind.REHEARSAL,
        steps,
        here.account_region,
        account_id=here.account_id,
        subject=domain,
        lock=f"rehearsal {here.account_region.account} {here.account_region.region} {domain}",
    )


listen_at_domain(LISTENERS, DomainPlan(REHEARSE, _TITLE, _planned, _verified, _NOT_VERIFIED, _unable))

# The calls


async def send(changes: ChangeServices, account_region: AccountRegion, step: ChangeStep) -> StepOutcome:
    return await events.send_to_simulator(changes.sessions, account_region, step.arguments)


async def read_sent(changes: ChangeServices, account_region: AccountRegion, step: ChangeStep) -> StepOutcome:
    """SES took the mail where it gave an id, or an event has come."""
    if step.receipt or step.arguments["event"] in _arrived(changes, step):
        return StepOutcome(ChangeState.DONE, "SES took it.")
    return StepOutcome(ChangeState.REFUSED, "SES gave no id for the mail, and no event has come.")


async def read_events(changes: ChangeServices, account_region: AccountRegion, step: ChangeStep) -> StepOutcome:
    """DONE once all three events are there; UNKNOWN while one is missing."""
    arrived = _arrived(changes, step)
    came = [f"{word} after {arrived[event]:.1f} s" for event, word in _WORDS.items() if event in arrived]
    missing = [word for event, word in _WORDS.items() if event not in arrived]
    words = f"Arrived: {', '.join(came) or 'nothing'}."
    if not missing:
        return StepOutcome(ChangeState.DONE, words)
    return StepOutcome(ChangeState.UNKNOWN, f"{words} Not arrived: {', '.join(missing)}.")


def _arrived(changes: ChangeServices, step: ChangeStep) -> dict[str, float]:
    return dict(changes.arrivals(str(step.arguments["label"]))) if changes.arrivals else {}
