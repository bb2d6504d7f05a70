"""Submitting to AWS: the request as a plan, confirmed by an operator with AWS's promise ticked, sent once.

What a person may not confirm they can copy, or ask an operator for. A plan is bound to the draft as it was: a draft
that was edited since, a plan of an hour ago and a made-up id are refused with words.
"""

from drafts.request import arguments_of, gates, wants_suppression
from handlers.changes.plans import NOT_READ, open_plan
from handlers.changes.services import ChangeServices
from handlers.drafts.context import ascii_of, place_of_answers
from handlers.drafts.listeners import DraftListeners
from handlers.drafts.modal_flow import GONE
from handlers.drafts.services import DraftServices
from handlers.listeners import Asker
from handlers.payloads import Press
from handlers.services import Services
from handlers.views.changes import (
    SUBMIT,
    plan_view,
    shut_view,
    words_view,
)
from handlers.views.message import View
from model import AccountRegionStatus, IdentityReading
from model.changes import ChangeKind, ChangeStep
from model.drafting import Owner, StoredDraft, WrittenRequest
from store.changes import plan_change
from store.drafts import load_draft

LISTENERS = DraftListeners()
_TITLE = "Submit to AWS"
_UNWRITTEN = "This request has no text yet. Open it and go through its steps."
_NO_PLACE = (
    "ses-bot watches no account in the region of this request, so it cannot submit it. Press Edit and choose the "
    "account and region, or copy the text and submit it in the SES console."
)


@LISTENERS.action(SUBMIT, "the plan")
async def plan(services: Services, drafts: DraftServices, changes: ChangeServices, asker: Asker, press: Press) -> None:
    """Show what AWS would get, or what must be right first."""
    view = planned_view(drafts, changes, asker.owner, press.value, shown_to=asker.owner.user)
    return await open_plan(services, asker, _TITLE, view)


async def planned_view(
    drafts: DraftServices, changes: ChangeServices, owner: Owner, draft_id: str, *, shown_to: str
) -> View:
    """Plan to submit a draft of `owner` as it is now, and show that to a Slack user."""
    stored = await load_draft(drafts.db, owner, draft_id)
    if stored is None or not isinstance(stored.written, WrittenRequest):
        return words_view(_TITLE, GONE if stored is None else _UNWRITTEN)
    places = await drafts.known_places(drafts.limits.contacts)
    if not places:
        return words_view(_TITLE, NOT_READ)
    here = place_of_answers(stored.request, places)
    if here is None:
        return words_view(_TITLE, _NO_PLACE)
    here, identity = await _read_now(drafts, stored, here)
    found = gates(stored.written, ascii_of(stored.request.domain), here.known, identity)
    if any(gate.stops and not gate.passed for gate in found):
        return shut_view(here.place, here.account_id, found)
    suppression = wants_suppression(here.known.snapshot)
    change = await plan_change(
        changes.db,
        stored.owner,
        ChangeKind.SUBMIT,
        _steps(stored.written, suppression=suppression),
        place=here.place,
        subject=stored.id,
        revision=stored.revision,
        lock=f"submit {here.place.account} {here.place.region}",
    )
    return plan_view(
        change,
        account_id=here.account_id,
        gates=found,
        may_confirm=changes.may_confirm(shown_to),
        suppression=suppression,
    )


async def _read_now(
    drafts: DraftServices, stored: StoredDraft, here: AccountRegionStatus
) -> tuple[AccountRegionStatus, IdentityReading | None]:
    """The account region polled now, and what covers the domain there."""
    await drafts.poll([here.place])
    places = await drafts.known_places(drafts.limits.contacts)
    here = next((one for one in places if one.place == here.place), here)
    view = await drafts.at_aws(ascii_of(stored.request.domain))
    return here, next((one.identity for one in view.places if one.place == here.place), None)


def _steps(written: WrittenRequest, *, suppression: bool) -> list[ChangeStep]:
    on = ChangeStep("PutAccountSuppressionAttributes", "Suppression list on for bounces and complaints")
    ask = ChangeStep("PutAccountDetails", "Request for production access", arguments_of(written))
    return [on, ask] if suppression else [ask]
