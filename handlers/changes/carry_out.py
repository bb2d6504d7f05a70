"""Carries out what was confirmed: step by step, each called once, read back, and shown live in one message.

A process that is killed leaves a lease that ends; the next round of any replica takes the change up. A step whose call
may have gone out is read back before anything else, and called again only where AWS certainly has no trace of it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from aws import cases, events, identities, request, route53
from handlers.changes import identity, records, rehearsal
from handlers.changes.plans import ChangeServices
from handlers.changes.quota import follow_quota_requests
from handlers.changes.records import check_records_again
from handlers.slack_api import NEVER_REACHED, NOT_THERE, Undelivered, post_message, send_with_fallback, update_message
from handlers.views.blocks import Message
from handlers.views.changes import outcome_messages, plain_progress_message, progress_message
from model import AccountRegion
from model.account import CaseAccess
from model.changes import Change, ChangeKind, ChangeState, ChangeStep, StepOutcome
from store import load_region_states
from store.changes import claim_changes, mark_reported, mark_step, release_change, save_message, settle_change
from store.drafts import load_draft, mark_posted

log = logging.getLogger(__name__)

Call: TypeAlias = Callable[[ChangeServices, AccountRegion, ChangeStep], Awaitable[StepOutcome]]
EarlyCall: TypeAlias = Callable[[ChangeServices, AccountRegion, ChangeStep], Awaitable[StepOutcome | None]]


async def _settle_nothing(_: ChangeServices, __: AccountRegion, ___: ChangeStep) -> StepOutcome | None:
    return None


async def _send_nothing(_: ChangeServices, __: AccountRegion, ___: ChangeStep) -> StepOutcome:
    return StepOutcome(ChangeState.SENT)


@dataclass(frozen=True, slots=True)
class Operation:
    """`read_back` tells what is true at AWS. `call` is made once; `settle` reads before it, and settles the step
    where nothing is to be sent. `patience`: seconds after which what is unknown stays so; None: as for all."""

    read_back: Call
    call: Call = _send_nothing
    settle: EarlyCall = _settle_nothing
    patience: float | None = None


OPERATIONS: Mapping[str, Operation] = {
    request.PUT_SUPPRESSION: Operation(
        call=lambda bot, account_region, _: request.put_suppression(bot.sessions, account_region),
        read_back=lambda bot, account_region, _: request.read_suppression(bot.sessions, account_region),
    ),
    request.PUT_DETAILS: Operation(
        settle=lambda bot, account_region, step: request.check_before_request(
            bot.sessions, account_region, step.arguments, sent_before=step.sent_at is not None
        ),
        call=lambda bot, account_region, step: request.put_details(
            bot.sessions, account_region, step.arguments, sent_before=step.sent_at is not None
        ),
        read_back=lambda bot, account_region, step: request.read_details(bot.sessions, account_region, step.arguments),
    ),
    cases.ADD_COMMUNICATION: Operation(
        settle=lambda bot, account_region, step: cases.check_before_posting(
            bot.sessions, account_region, *_case_text(step)
        ),
        call=lambda bot, account_region, step: cases.post_text(bot.sessions, account_region, *_case_text(step)),
        read_back=lambda bot, account_region, step: cases.read_posted(bot.sessions, account_region, *_case_text(step)),
    ),
    route53.CHANGE_SETS: Operation(
        settle=lambda bot, account_region, step: route53.check_before_change(
            bot.sessions, account_region, step.arguments
        ),
        call=lambda bot, account_region, step: route53.change_record_sets(bot.sessions, account_region, step.arguments),
        read_back=lambda bot, account_region, step: route53.read_change_back(
            bot.sessions, account_region, step.arguments, step.receipt
        ),
    ),
    request.REQUEST_INCREASE: Operation(
        call=lambda bot, account_region, step: request.request_increase(bot.sessions, account_region, step.arguments),
        read_back=lambda bot, account_region, step: request.read_increase(
            bot.sessions, account_region, step.arguments, step.receipt
        ),
    ),
    records.ASK_SERVERS: Operation(read_back=records.read_proof),
    events.SEND_EMAIL: Operation(call=rehearsal.send_mail, read_back=rehearsal.read_mail),
    rehearsal.AWAIT: Operation(read_back=rehearsal.read_events, patience=rehearsal.PATIENCE),
    identity.PUBLISH: Operation(
        settle=identity.settle_publishing, call=identity.publish_records, read_back=identity.read_published
    ),
    **{
        name: Operation(
            settle=lambda bot, account_region, step: identities.check_before_setup(
                bot.sessions, account_region, step.operation, step.arguments
            ),
            call=lambda bot, account_region, step: identities.send_setup(
                bot.sessions, account_region, step.operation, step.arguments
            ),
            read_back=lambda bot, account_region, step: identities.read_setup(
                bot.sessions, account_region, step.operation, step.arguments
            ),
        )
        for name in identities.OPERATIONS
    },
}


def _case_text(step: ChangeStep) -> tuple[str, str]:
    return str(step.arguments["case"]), str(step.arguments["text"])


_MOST_CLAIMED = 4
_READ_BACK_PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds between two readings; then the change is released, for the next round."""
_RELEASE_SECONDS = 5.0
_READ_BACK_SECONDS = 30.0
"""Seconds after which no further reading follows in this round: a slow AWS is read in the next one."""
_SLACK_PATIENCE = 5.0
"""Seconds that the change waits for Slack to take its progress."""
_REPORT_AGAIN_SECONDS = 60.0
"""Seconds until a person who could not be reached is tried again."""
_NOT_SHOWN_YET = "AWS took it; it does not show there yet."


async def take_up_changes(changes: ChangeServices) -> None:
    """Goes on with the changes that no process is at work on."""
    for change in await claim_changes(changes.db, most=_MOST_CLAIMED):
        await start_change(changes, change)


async def start_change(changes: ChangeServices, change: Change) -> None:
    """Carries a change out in the background. Where that fails, the next round goes on, so no one reads of it."""
    changes.services.background.start(carry_out_change(changes, change), what="carrying out a change")


async def carry_out_change(changes: ChangeServices, change: Change) -> None:
    """Goes on with a change that this process holds, to its end or until AWS must be asked again later."""
    change = await _show_progress(changes, change)
    while change.settled_at is None and (index := change.current) is not None:
        carried_out = await _carry_out_step(changes, change, index)
        if carried_out is None:
            return
        change = await _show_progress(changes, carried_out)
        if change.steps[index].state is ChangeState.UNKNOWN:
            break
    if change.settled_at is None:
        if finish := _FINISH.get(change.kind):
            await finish(changes, change)
        await changes.poll_now([change.account_region])
        settled = await settle_change(changes.db, change)
        if settled is None:
            return
        change = settled
        if change.state is ChangeState.UNKNOWN:  # the card must not go on turning
            change = await _show_progress(changes, change)
    await _report_outcome(changes, change)


async def _carry_out_step(changes: ChangeServices, change: Change, index: int) -> Change | None:
    """Brings one step to DONE or REFUSED, or to UNKNOWN for good; None where this process must let the change go."""
    operation, step = OPERATIONS[change.steps[index].operation], change.steps[index]
    if step.state is not ChangeState.INTENDED:
        return await _read_back_until_certain(changes, change, index)
    settled = await operation.settle(changes, change.account_region, step)
    if settled:
        return await mark_step(changes.db, change, index, settled.state, settled.words, receipt=settled.receipt)
    marked = await mark_step(changes.db, change, index, ChangeState.SENT)
    if marked is None:
        return None
    outcome = await operation.call(changes, change.account_region, step)
    if outcome.state is ChangeState.REFUSED:
        return await mark_step(changes.db, marked, index, outcome.state, outcome.words)
    taken = outcome.state is ChangeState.SENT
    if taken and outcome.receipt:
        marked = await mark_step(changes.db, marked, index, ChangeState.SENT, receipt=outcome.receipt)
    elif not taken:
        marked = await mark_step(changes.db, marked, index, ChangeState.UNKNOWN, outcome.words)
        marked = marked and await _show_progress(changes, marked)
    return marked and await _read_back_until_certain(changes, marked, index, taken=taken)


async def _read_back_until_certain(
    changes: ChangeServices, change: Change, index: int, *, taken: bool = False
) -> Change | None:
    """Reads back until it is certain what AWS has. `taken`: AWS answered the call in this process. A step that is
    still marked as sent was on its way when its process ended; where AWS has no trace of it, it is called again."""
    step = change.steps[index]
    operation = OPERATIONS[step.operation]
    ends = asyncio.get_running_loop().time() + _READ_BACK_SECONDS
    for pause in (*_READ_BACK_PAUSES, None):
        outcome = await operation.read_back(changes, change.account_region, step)
        leased = await mark_step(changes.db, change, index, step.state, step.words)
        if leased is None:
            return None
        change, age = leased, leased.age_of(step)
        if outcome.state is ChangeState.DONE:
            return await mark_step(changes.db, change, index, outcome.state, outcome.words, receipt=outcome.receipt)
        if outcome.state is ChangeState.REFUSED and age > changes.certain_after:
            if step.state is ChangeState.SENT and not taken:
                return await mark_step(changes.db, change, index, ChangeState.INTENDED)
            state, words = (ChangeState.DONE, _NOT_SHOWN_YET) if taken else (outcome.state, outcome.words)
            return await mark_step(changes.db, change, index, state, words)
        if age > (operation.patience or changes.give_up_after):
            return await mark_step(changes.db, change, index, ChangeState.UNKNOWN, outcome.words)
        if pause is None or asyncio.get_running_loop().time() > ends:
            break
        await asyncio.sleep(pause)
    await release_change(changes.db, change, seconds=_RELEASE_SECONDS)
    return None


# What people see


async def _show_progress(changes: ChangeServices, change: Change) -> Change:
    """Shows the progress to the person who confirmed. Where Slack does not answer, the change goes on without it."""
    zone, send = changes.drafts.zone, partial(_post_or_update, changes, change)
    message, plain = progress_message(change, zone), plain_progress_message(change, zone)
    try:
        return await send_with_fallback(send, message, plain, what="a change's progress")
    except Undelivered as error:
        log.info("the progress of a change was not shown (%s)", error.code)
        return change


async def _post_or_update(changes: ChangeServices, change: Change, message: Message) -> Change:
    if change.ts:
        await update_message(changes.services.slack, change.channel, change.ts, message, patience=_SLACK_PATIENCE)
        return change
    posted = await post_message(changes.services.slack, change.confirmed_by, message, patience=_SLACK_PATIENCE)
    return await save_message(changes.db, change, posted.channel, posted.ts)


async def _report_outcome(changes: ChangeServices, change: Change) -> None:
    """Says what came of a change, once, to the person who confirmed and to the one who planned it."""
    reports = await check_records_again(changes, change)
    for user in dict.fromkeys((change.confirmed_by, change.owner.user)):
        if (change.id, user) in changes.reported:
            continue
        try:
            for message in (*await _outcome_messages(changes, change, user), *reports):
                await post_message(changes.services.slack, user, message)
        except Undelivered as error:
            if error.code not in NEVER_REACHED | NOT_THERE:
                log.info("the outcome of a change was not delivered (%s)", error.code)
                return await release_change(changes.db, change, seconds=_REPORT_AGAIN_SECONDS)
        changes.reported.add((change.id, user))
    await mark_reported(changes.db, change)
    changes.reported.difference_update({(change.id, change.confirmed_by), (change.id, change.owner.user)})
    return None


async def _outcome_messages(changes: ChangeServices, change: Change, user: str) -> tuple[Message, ...]:
    """Returns what came of a change, for one of the people: the draft's own buttons are for its owner alone."""
    is_of_draft = change.kind in (ChangeKind.SUBMIT, ChangeKind.POST)
    draft = await load_draft(changes.db, change.owner, change.subject) if is_of_draft else None
    states = await load_region_states(changes.db, [change.account_region])
    state = states.get(change.account_region)
    may_post = state is not None and state[0].case_access is CaseAccess.OPEN
    return outcome_messages(change, draft, owned=user == change.owner.user, may_post=may_post)


# What follows a change


Finish: TypeAlias = Callable[[ChangeServices, Change], Awaitable[None]]


async def _mark_draft_posted(changes: ChangeServices, change: Change) -> None:
    """Ticks "posted" on the draft, which makes it AWS's turn."""
    texts = [str(step.arguments["text"]) for step in change.steps if step.state is ChangeState.DONE]
    if texts:
        await mark_posted(changes.db, change.owner, change.subject, texts)


_FINISH: Mapping[ChangeKind, Finish] = {ChangeKind.POST: _mark_draft_posted, ChangeKind.QUOTA: follow_quota_requests}
