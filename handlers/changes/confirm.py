"""Confirming a plan: only an operator, only as it was shown, only while it holds. Anyone else can ask an operator."""

from aws.request import PUT_SUPPRESSION
from handlers.changes import records, submit
from handlers.changes.carry_out import start_change
from handlers.changes.plans import ChangeServices, open_plan, show_plan
from handlers.drafts.forms import DraftForm
from handlers.drafts.listeners import DraftListeners, StepResult
from handlers.listeners import Asker
from handlers.payloads import Press
from handlers.slack_api import Undelivered, post_message
from handlers.views import changes as views
from handlers.views.blocks import View
from model.changes import Change, ChangeKind, ChangeState
from model.drafting import Owner
from store.changes import ConfirmProblem, NotConfirmed, confirm_change, load_change
from store.drafts import load_draft

LISTENERS = DraftListeners()
_TITLE = "Nothing was changed"
_NOT_OPERATOR = "You are not an operator of ses-bot (SES_BOT_OPERATORS), so nothing was sent. Ask one of them."
_UNPROMISED = "AWS takes no request without this promise. Tick it, or do not submit."
_EDITED = "The draft was edited after this plan was made. Nothing was sent. Press the button under the draft again."
_PROBLEMS = {
    ConfirmProblem.GONE: "This plan is gone. Nothing was sent. Press the button again.",
    ConfirmProblem.EXPIRED: "This plan is over 15 minutes old. Nothing was sent. Press the button again.",
    ConfirmProblem.TAKEN: "This plan was confirmed already. Nothing was sent a second time.",
    ConfirmProblem.BUSY: "The same is under way already. Nothing was sent a second time. Look in a minute again.",
    ConfirmProblem.REPEATED: "This text was posted on the case before. Nothing was posted a second time.",
}


def _unchanged_view(words: str) -> View:
    return views.words_view(_TITLE, words)


@LISTENERS.action(views.LOOK, "the plan")
async def look_at_plan(changes: ChangeServices, asker: Asker, press: Press) -> None:
    """Shows a plan to the operator who was asked."""
    return await open_plan(changes, asker, "The plan", _plan_for_operator(changes, asker.owner.user, press.value))


async def _plan_for_operator(changes: ChangeServices, user: str, change_id: str) -> View:
    """Returns the plan anew, as the draft, the zone and AWS are now."""
    change = await load_change(changes.db, change_id)
    if change is None:
        return _unchanged_view(_PROBLEMS[ConfirmProblem.GONE])
    if not changes.may_confirm(user):
        return _unchanged_view(_NOT_OPERATOR)
    if change.state is not ChangeState.PLANNED:
        return _unchanged_view(_PROBLEMS[ConfirmProblem.TAKEN])
    if change.kind is ChangeKind.SUBMIT:
        return await submit.submit_view(changes, change.owner, change.subject, shown_to=user)
    if change.kind is ChangeKind.POST:
        return await submit.post_view(changes, change.owner, change.subject, shown_to=user)
    if change.kind in (ChangeKind.RECORDS, ChangeKind.UNDO):
        return await records.plan_again(changes, change, shown_to=user)
    return await show_plan(
        changes,
        change.owner,
        change.kind,
        change.steps,
        change.account_region,
        subject=change.subject,
        revision=change.revision,
        shown_to=user,
        lock=change.lock,
    )


@LISTENERS.form_button(views.ASK)
async def ask_operators(changes: ChangeServices, form: DraftForm, owner: Owner) -> View | None:
    """Asks the operators in the account's channel to look at the plan."""
    change = await load_change(changes.db, form.draft)
    if change is None or change.owner != owner:
        return _unchanged_view(_PROBLEMS[ConfirmProblem.GONE])
    channel = changes.channel_of(change.account_region)
    if not changes.operators or not channel:
        missing = "SES_BOT_OPERATORS names no one" if not changes.operators else "There is no channel for this account"
        return _unchanged_view(f"{missing}, so no one can be asked. Copy the text and do it in the AWS console.")
    try:
        await post_message(
            changes.services.slack, channel, views.ask_operators_message(change, owner.user, changes.operators)
        )
    except Undelivered as error:
        return _unchanged_view(f"The channel {channel} did not take the question ({error.code}). Ask in person.")
    return _unchanged_view(f"Asked in {channel}. You will get a message when AWS has it.")


@LISTENERS.form(views.CONFIRM)
async def confirm(changes: ChangeServices, form: DraftForm, owner: Owner) -> StepResult:
    """Makes the plan an intent, and carries it out: only for an operator, and only as it was shown."""
    if not changes.may_confirm(owner.user):
        return StepResult(view=_unchanged_view(_NOT_OPERATOR))
    change = await load_change(changes.db, form.draft)
    if change is None:
        return StepResult(view=_unchanged_view(_PROBLEMS[ConfirmProblem.GONE]))
    if change.kind is ChangeKind.SUBMIT and not form.typed.get(views.ACKNOWLEDGED):
        return StepResult(errors={views.ACKNOWLEDGED: _UNPROMISED})
    if not await _is_draft_unchanged(changes, change):
        return StepResult(view=_unchanged_view(_EDITED))
    if change.kind is ChangeKind.IDENTITY and not form.typed.get(views.PARTS):
        return StepResult(errors={views.PARTS: "Nothing is ticked, so nothing was sent. Tick a part, or close this."})
    left_out = views.SUPPRESSION in form.typed and not form.typed[views.SUPPRESSION]
    steps = [step for step in change.steps if not (left_out and step.operation == PUT_SUPPRESSION)]
    if change.kind is ChangeKind.IDENTITY:
        steps = [step for step in steps if step.arguments["part"] in form.typed[views.PARTS]]
    confirmed = await confirm_change(changes.db, change.id, owner.user, steps)
    if isinstance(confirmed, NotConfirmed):
        return StepResult(view=_unchanged_view(_PROBLEMS[confirmed.why]))
    return StepResult(work=start_change(changes, confirmed))


async def _is_draft_unchanged(changes: ChangeServices, change: Change) -> bool:
    """Tells whether a draft is still the one that the plan was made of. Of records, the zone itself is read again."""
    if change.kind not in (ChangeKind.SUBMIT, ChangeKind.POST):
        return True
    draft = await load_draft(changes.db, change.owner, change.subject)
    return draft is not None and draft.revision == change.revision and draft.written is not None
