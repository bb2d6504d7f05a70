"""What a draft becomes at AWS: the request submitted, or a text posted on the case. Each is a plan that an operator
confirms, carried out once.

What a person may not confirm they can copy, or ask an operator for. A plan is bound to the draft as it was: a draft
that was edited since, a plan of an hour ago and a made-up id are refused with words.
"""

from drafts.request import arguments_of, lacks_suppression, list_gates
from handlers.changes.plans import ChangeServices, open_plan, show_plan
from handlers.drafts.context import ascii_domain, find_draft_region
from handlers.drafts.listeners import GONE, DraftListeners
from handlers.drafts.services import DraftServices
from handlers.listeners import Asker
from handlers.payloads import Press
from handlers.views.blocks import View
from handlers.views.changes import POST, SUBMIT, TITLES, shut_gates_view, words_view
from model import AccountRegionStatus, IdentityReading
from model.account import MOST_CHARACTERS, CaseAccess
from model.changes import ChangeKind, ChangeStep
from model.drafting import DraftKind, Owner, StoredDraft, Written, WrittenRequest
from store.drafts import load_draft

LISTENERS = DraftListeners()
_SUBMIT, _POST = TITLES[ChangeKind.SUBMIT], TITLES[ChangeKind.POST]
_UNWRITTEN = "This draft has no text yet. Open it and go through its steps."
_NOT_READ = "What is known of the accounts could not be read just now. Nothing was sent. Try again in a moment."
_NO_ACCOUNT_REGION_TO_SUBMIT = (
    "ses-bot watches no account in the region of this request, so it cannot submit it. Press Edit and choose the "
    "account and region, or copy the text and submit it in the SES console."
)
_NO_ACCOUNT_REGION_TO_POST = (
    "ses-bot watches no account for this draft, so it cannot post. Copy the text into the Support Center."
)
_NO_CASE = "GetAccount names no support case here yet. Try again in a minute, or post the text in the Support Center."
_NO_PLAN = (
    "The account’s support plan has no Support API (it needs Business Support+ or higher), so ses-bot cannot post. "
    "Copy the text, open the case and post it there."
)
_DENIED = (
    "The bot’s role may not call the Support API (deploy/iam-operate.json names what it needs). Copy the text, open "
    "the case and post it there."
)
_TOO_LONG = "AWS takes 8,000 characters at a time; this text has {:,}. Press Edit and shorten it. Nothing was posted."


@LISTENERS.action(SUBMIT, "the plan")
async def submit_request(changes: ChangeServices, asker: Asker, press: Press) -> None:
    """Shows what AWS would get, or what must be right first."""
    return await open_plan(changes, asker, _SUBMIT, submit_view(changes, asker.owner, press.value))


@LISTENERS.action(POST, "the plan")
async def post_on_case(changes: ChangeServices, asker: Asker, press: Press) -> None:
    """Shows the text as the case would get it."""
    return await open_plan(changes, asker, _POST, post_view(changes, asker.owner, press.value))


async def submit_view(changes: ChangeServices, owner: Owner, draft_id: str, *, shown_to: str = "") -> View:
    """Plans to submit a draft of `owner` as it is now, and shows that to them or to another Slack user."""
    draft = await load_draft(changes.db, owner, draft_id)
    written = draft.written if draft and isinstance(draft.written, WrittenRequest) else None
    watched = await _find_account_region(changes.drafts, draft, written, _NO_ACCOUNT_REGION_TO_SUBMIT)
    if isinstance(watched, str) or draft is None or written is None:
        return words_view(_SUBMIT, str(watched))
    watched, identity = await _poll_and_read(changes.drafts, draft, watched)
    gates = list_gates(written, ascii_domain(draft.request.domain), watched.state, identity)
    if any(gate.stops and not gate.passed for gate in gates):
        return shut_gates_view(watched.account_region, watched.account_id, gates)
    suppression = lacks_suppression(watched.state.snapshot)
    return await show_plan(
        changes,
        owner,
        ChangeKind.SUBMIT,
        _submit_steps(written, suppression=suppression),
        watched,
        subject=draft.id,
        revision=draft.revision,
        shown_to=shown_to,
        lock=f"submit {watched.account_region.account} {watched.account_region.region}",
        gates=gates,
        suppression=suppression,
    )


async def post_view(changes: ChangeServices, owner: Owner, draft_id: str, *, shown_to: str = "") -> View:
    """Plans to post a draft of `owner` as it is now, and shows that to them or to another Slack user."""
    drafts = changes.drafts
    draft = await load_draft(drafts.db, owner, draft_id)
    written = draft.written if draft and draft.written and not draft.written.stopped else None
    watched = await _find_account_region(drafts, draft, written, _NO_ACCOUNT_REGION_TO_POST)
    if isinstance(watched, str) or draft is None or written is None:
        return words_view(_POST, str(watched))
    if not _case_of(draft, watched):  # a request that went out a moment ago has one that no poll has seen
        await drafts.poll([watched.account_region])
        watched = find_draft_region(draft, await drafts.load_account_regions(drafts.limits.contacts)) or watched
    text, case = written.message, _case_of(draft, watched)
    if problem := _explain_unpostable(watched, case, text):
        return words_view(_POST, problem)
    return await show_plan(
        changes,
        owner,
        ChangeKind.POST,
        [ChangeStep("AddCommunicationToCase", f"Post on case {case}", {"case": case, "text": text})],
        watched,
        subject=draft.id,
        revision=draft.revision,
        shown_to=shown_to,
        lock=f"case {watched.account_region.account} {case}",
    )


async def _find_account_region(
    drafts: DraftServices, draft: StoredDraft | None, written: Written | None, no_account_region: str
) -> AccountRegionStatus | str:
    """Returns the account region that a draft with a text goes to; else why it goes to none."""
    if draft is None:
        return GONE
    if written is None or not written.message.strip():
        return _UNWRITTEN
    account_regions = await drafts.load_account_regions(drafts.limits.contacts)
    return (find_draft_region(draft, account_regions) or no_account_region) if account_regions else _NOT_READ


async def _poll_and_read(
    drafts: DraftServices, draft: StoredDraft, watched: AccountRegionStatus
) -> tuple[AccountRegionStatus, IdentityReading | None]:
    """Returns the account region polled now, and what covers the domain there."""
    await drafts.poll([watched.account_region])
    account_regions = await drafts.load_account_regions(drafts.limits.contacts)
    watched = next((polled for polled in account_regions if polled.account_region == watched.account_region), watched)
    aws = await drafts.look_up_at_aws(ascii_domain(draft.request.domain))
    identities = (view.identity for view in aws.region_views if view.account_region == watched.account_region)
    return watched, next(identities, None)


def _submit_steps(written: WrittenRequest, *, suppression: bool) -> list[ChangeStep]:
    on = ChangeStep("PutAccountSuppressionAttributes", "Suppression list on for bounces and complaints")
    ask = ChangeStep("PutAccountDetails", "Request for production access", arguments_of(written))
    return [on, ask] if suppression else [ask]


def _case_of(draft: StoredDraft, watched: AccountRegionStatus) -> str:
    """Returns the case that an answer is about, else the one that GetAccount names; empty where there is none."""
    case = draft.reply.case_id if draft.kind is DraftKind.APPEAL else ""
    return case or (watched.state.snapshot.case_id if watched.state.snapshot else None) or ""


def _explain_unpostable(watched: AccountRegionStatus, case: str, text: str) -> str:
    """Returns why the text cannot be posted; empty where nothing is known to be in the way."""
    if watched.state.case_access is CaseAccess.NO_PLAN:
        return _NO_PLAN
    if watched.state.case_access is CaseAccess.DENIED:
        return _DENIED
    if not case:
        return _NO_CASE
    return _TOO_LONG.format(len(text)) if len(text) > MOST_CHARACTERS else ""
