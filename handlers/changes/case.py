"""Posting on the case: a finished text as a plan, confirmed by an operator and posted once, where the plan allows."""

from handlers.changes.plans import NOT_READ, open_plan
from handlers.changes.services import ChangeServices
from handlers.drafts.context import place_of_draft
from handlers.drafts.listeners import DraftListeners
from handlers.drafts.modal_flow import GONE
from handlers.drafts.services import DraftServices
from handlers.listeners import Asker
from handlers.payloads import Press
from handlers.services import Services
from handlers.views.changes import POST, plan_view, words_view
from handlers.views.message import View
from model import AccountRegionStatus
from model.account import MOST_CHARACTERS, CaseAccess
from model.changes import ChangeKind, ChangeStep
from model.drafting import DraftKind, Owner, StoredDraft
from store.changes import plan_change
from store.drafts import load_draft

LISTENERS = DraftListeners()
_TITLE = "Post on the case"
_UNWRITTEN = "This draft has no text yet. Open it and go through its steps."
_NO_CASE = "GetAccount names no support case here yet. Try again in a minute, or post the text in the Support Center."
_NO_PLACE = "ses-bot watches no account for this draft, so it cannot post. Copy the text into the Support Center."
NO_PLAN = (
    "The account’s support plan has no Support API (it needs Business Support+ or higher), so ses-bot cannot post. "
    "Copy the text, open the case and post it there."
)
_DENIED = (
    "The bot’s role may not call the Support API (deploy/iam-operate.json names what it needs). Copy the text, open "
    "the case and post it there."
)
_TOO_LONG = "AWS takes 8,000 characters at a time; this text has {:,}. Press Edit and shorten it. Nothing was posted."


@LISTENERS.action(POST, "the plan")
async def plan(services: Services, drafts: DraftServices, changes: ChangeServices, asker: Asker, press: Press) -> None:
    """Show the text as the case would get it."""
    view = planned_view(drafts, changes, asker.owner, press.value, shown_to=asker.owner.user)
    return await open_plan(services, asker, _TITLE, view)


async def planned_view(
    drafts: DraftServices, changes: ChangeServices, owner: Owner, draft_id: str, *, shown_to: str
) -> View:
    """Plan to post a draft of `owner` as it is now, and show that to a Slack user."""
    stored = await load_draft(drafts.db, owner, draft_id)
    if stored is None:
        return words_view(_TITLE, GONE)
    if stored.written is None or stored.written.stopped or not stored.written.message.strip():
        return words_view(_TITLE, _UNWRITTEN)
    places = await drafts.known_places(drafts.limits.contacts)
    if not places:
        return words_view(_TITLE, NOT_READ)
    here = place_of_draft(stored, places)
    if here is None:
        return words_view(_TITLE, _NO_PLACE)
    if not _case_of(stored, here):  # a request that went out a moment ago has one that no poll has seen
        await drafts.poll([here.place])
        here = place_of_draft(stored, await drafts.known_places(drafts.limits.contacts)) or here
    text, case = stored.written.message, _case_of(stored, here)
    problem = _problem(here, case, text)
    if problem:
        return words_view(_TITLE, problem)
    change = await plan_change(
        changes.db,
        stored.owner,
        ChangeKind.POST,
        [ChangeStep("AddCommunicationToCase", f"Post on case {case}", {"case": case, "text": text})],
        place=here.place,
        subject=stored.id,
        revision=stored.revision,
        lock=f"case {here.place.account} {case}",
    )
    return plan_view(change, account_id=here.account_id, may_confirm=changes.may_confirm(shown_to))


def _case_of(stored: StoredDraft, here: AccountRegionStatus) -> str:
    named = stored.reply.case_id if stored.kind is DraftKind.APPEAL else ""
    return named or (here.known.snapshot.case_id if here.known.snapshot else None) or ""


def _problem(here: AccountRegionStatus, case: str, text: str) -> str:
    """Why the text cannot be posted; empty where nothing is known to be in the way."""
    if here.known.case_access is CaseAccess.NO_PLAN:
        return NO_PLAN
    if here.known.case_access is CaseAccess.DENIED:
        return _DENIED
    if not case:
        return _NO_CASE
    return _TOO_LONG.format(len(text)) if len(text) > MOST_CHARACTERS else ""
