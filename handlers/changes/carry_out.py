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
from handlers.changes.quota import follow
from handlers.changes.records import checked_again
from handlers.listeners import Services
from handlers.slack_api import NEVER_REACHED, NOT_THERE, Undelivered, post, update, with_plain
from handlers.views.blocks import Message
from handlers.views.changes import outcome_messages, plain_progress, progress_message
from model import AccountRegion
from model.account import CaseAccess
from model.changes import Change, ChangeKind, ChangeState, ChangeStep, StepOutcome
from model.drafting import StoredDraft
from store import known_at
from store.changes import (
    claim_changes,
    keep_message,
    mark_reported,
    mark_step,
    release_change,
    settle_change,
)
from store.drafts import load_draft, mark_posted

log = logging.getLogger(__name__)

Call: TypeAlias = Callable[[ChangeServices, AccountRegion, ChangeStep], Awaitable[StepOutcome]]
Before: TypeAlias = Callable[[ChangeServices, AccountRegion, ChangeStep], Awaitable[StepOutcome | None]]


async def _nothing_before(_: ChangeServices, __: AccountRegion, ___: ChangeStep) -> StepOutcome | None:
    return None


async def _nothing_sent(_: ChangeServices, __: AccountRegion, ___: ChangeStep) -> StepOutcome:
    return StepOutcome(ChangeState.SENT)


@dataclass(frozen=True, slots=True)
class Operation:
    """`read_back` tells what is true at AWS. `call` is made once; `ready` reads before it, and settles the step where
    nothing is to be sent. `patience`: seconds after which what is unknown stays so; None: as for all."""

    read_back: Call
    call: Call = _nothing_sent
    ready: Before = _nothing_before
    patience: float | None = None


OPERATIONS: Mapping[str, Operation] = {
    request.PUT_SUPPRESSION: Operation(
        call=lambda bot, account_region, _: request.put_suppression(bot.sessions, account_region),
        read_back=lambda bot, account_region, _: request.read_suppression(bot.sessions, account_region),
    ),
    request.PUT_DETAILS: Operation(
        ready=lambda bot, account_region, step: request.ready_to_ask(
            bot.sessions, account_region, step.arguments, sent_before=step.sent_at is not None
        ),
        call=lambda bot, account_region, step: request.put_details(
            bot.sessions, account_region, step.arguments, sent_before=step.sent_at is not None
        ),
        read_back=lambda bot, account_region, step: request.read_details(bot.sessions, account_region, step.arguments),
    ),
    cases.ADD_COMMUNICATION: Operation(
        ready=lambda bot, account_region, step: cases.ready_to_post(bot.sessions, account_region, *_text(step)),
        call=lambda bot, account_region, step: cases.post_text(bot.sessions, account_region, *_text(step)),
        read_back=lambda bot, account_region, step: cases.read_posted(bot.sessions, account_region, *_text(step)),
    ),
    route53.CHANGE_SETS: Operation(
        ready=lambda bot, account_region, step: route53.ready_to_change(bot.sessions, account_region, step.arguments),
        call=lambda bot, account_region, step: route53.change_sets(bot.sessions, account_region, step.arguments),
        read_back=lambda bot, account_region, step: route53.read_changed(
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
    events.SEND_EMAIL: Operation(call=rehearsal.send, read_back=rehearsal.read_sent),
    rehearsal.AWAIT: Operation(read_back=rehearsal.read_events, patience=rehearsal.PATIENCE),
    identity.PUBLISH: Operation(
        ready=identity.ready_to_publish, call=identity.publish_records, read_back=identity.read_published
    ),
    **{
        name: Operation(
            ready=lambda bot, account_region, step: identities.ready(
                bot.sessions, account_region, step.operation, step.arguments
            ),
            call=lambda bot, account_region, step: identities.send(
                bot.sessions, account_region, step.operation, step.arguments
            ),
            read_back=lambda bot, account_region, step: identities.read(
                bot.sessions, account_region, step.operation, step.arguments
            ),
        )
        for name in identities.OPERATIONS
    },
}


def _text(step: ChangeStep) -> tuple[str, str]:
    return str(step.arguments["case"]), str(step.arguments["text"])


_AT_A_TIME = 4
_PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds between two looks at AWS; then the change is let go, for the next round."""
_LATER = 5.0
_LOOKING = 30.0
"""Seconds after which no further look follows in this round: a slow AWS is looked at in the next one."""
_SHOWING = 5.0
"""Seconds that the change waits for Slack to take its progress."""
_UNREPORTED = 60.0
"""Seconds until a person who could not be reached is tried again."""


async def take_up(services: Services, changes: ChangeServices) -> None:
    for held in await claim_changes(changes.db, most=_AT_A_TIME):
        await begin(services, changes, held)


async def begin(services: Services, changes: ChangeServices, held: Change) -> None:
    """Carries a change out beside everything else. Where that fails, the next round goes on, so no one reads of it."""
    services.background.start(carry_out(services, changes, held), what="carrying out a change")


async def carry_out(services: Services, changes: ChangeServices, held: Change) -> None:
    """Goes on with a change that this process holds, to its end or until AWS must be asked again later."""
    held = await _shown(services, changes, held)
    while held.settled_at is None and (index := held.current) is not None:
        after = await _step(services, changes, held, index)
        if after is None:
            return
        held = await _shown(services, changes, after)
        if held.steps[index].state is ChangeState.UNKNOWN:
            break
    if held.settled_at is None:
        await _FINISH.get(held.kind, _polled)(changes, held)
        settled = await settle_change(changes.db, held)
        if settled is None:
            return
        held = settled
        if held.state is ChangeState.UNKNOWN:  # the card must not go on turning
            held = await _shown(services, changes, held)
    await _report(services, changes, held)


async def _step(services: Services, changes: ChangeServices, held: Change, index: int) -> Change | None:
    """Returns one step, to DONE or REFUSED, or to UNKNOWN for good; None where this process must let the change go."""
    operation, step = OPERATIONS[held.steps[index].operation], held.steps[index]
    if step.state is not ChangeState.INTENDED:
        return await _proven(changes, held, index)
    early = await operation.ready(changes, held.account_region, step)
    if early:
        return await mark_step(changes.db, held, index, early.state, early.words, receipt=early.receipt)
    marked = await mark_step(changes.db, held, index, ChangeState.SENT)
    if marked is None:
        return None
    outcome = await operation.call(changes, held.account_region, step)
    if outcome.state is ChangeState.REFUSED:
        return await mark_step(changes.db, marked, index, outcome.state, outcome.words)
    taken = outcome.state is ChangeState.SENT
    if taken and outcome.receipt:
        kept = await mark_step(changes.db, marked, index, ChangeState.SENT, receipt=outcome.receipt)
        if kept is None:
            return None
        marked = kept
    if not taken:
        unknown = await mark_step(changes.db, marked, index, ChangeState.UNKNOWN, outcome.words)
        if unknown is None:
            return None
        marked = await _shown(services, changes, unknown)
    return await _proven(changes, marked, index, taken=taken)


async def _proven(changes: ChangeServices, held: Change, index: int, *, taken: bool = False) -> Change | None:
    """Reads back until it is certain what AWS has. `taken`: AWS answered the call in this process. A step that is
    still marked as sent was on its way when its process ended; where AWS has no trace of it, it is called again."""
    step = held.steps[index]
    operation = OPERATIONS[step.operation]
    ends = asyncio.get_running_loop().time() + _LOOKING
    for pause in (*_PAUSES, None):
        outcome = await operation.read_back(changes, held.account_region, step)
        leased = await mark_step(changes.db, held, index, step.state, step.words)
        if leased is None:
            return None
        held, age = leased, leased.age_of(step)
        if outcome.state is ChangeState.DONE:
            return await mark_step(changes.db, held, index, outcome.state, outcome.words, receipt=outcome.receipt)
        if outcome.state is ChangeState.REFUSED and age > changes.certain_after:
            if step.state is ChangeState.SENT and not taken:
                return await mark_step(changes.db, held, index, ChangeState.INTENDED)
            return await mark_step(changes.db, held, index, *_certain(outcome, taken))
        if age > (operation.patience or changes.give_up_after):
            return await mark_step(changes.db, held, index, ChangeState.UNKNOWN, outcome.words)
        if pause is None or asyncio.get_running_loop().time() > ends:
            break
        await asyncio.sleep(pause)
    await release_change(changes.db, held, seconds=_LATER)
    return None


def _certain(outcome: StepOutcome, taken: bool) -> tuple[ChangeState, str]:
    """Returns what holds once AWS shows no trace: it took the call and does not show it, or never had it."""
    if taken:
        return ChangeState.DONE, "AWS took it; it does not show there yet."
    return ChangeState.REFUSED, outcome.words


# What people see


async def _shown(services: Services, changes: ChangeServices, held: Change) -> Change:
    """Shows the progress to the person who confirmed. Where Slack does not answer, the change goes on without it."""
    drawn, plain = progress_message(held, changes.zone), plain_progress(held, changes.zone)
    try:
        return await with_plain(partial(_showing, services, changes, held), drawn, plain, what="a change's progress")
    except Undelivered as error:
        log.info("the progress of a change was not shown (%s)", error.code)
        return held


async def _showing(services: Services, changes: ChangeServices, held: Change, message: Message) -> Change:
    if held.ts:
        await update(services.slack, held.channel, held.ts, message, patience=_SHOWING)
        return held
    posted = await post(services.slack, held.confirmed_by, message, patience=_SHOWING)
    return await keep_message(changes.db, held, posted.channel, posted.ts)


async def _report(services: Services, changes: ChangeServices, held: Change) -> None:
    """Says what came of it, once, to the person who confirmed and to the one who planned it."""
    again = await checked_again(services, changes, held)
    for user in dict.fromkeys((held.confirmed_by, held.owner.user)):
        if (held.id, user) in changes.reported:
            continue
        try:
            for message in (*await _outcome(changes, held, user), *again):
                await post(services.slack, user, message)
        except Undelivered as error:
            if error.code not in NEVER_REACHED | NOT_THERE:
                log.info("the outcome of a change was not delivered (%s)", error.code)
                return await release_change(changes.db, held, seconds=_UNREPORTED)
        changes.reported.add((held.id, user))
    await mark_reported(changes.db, held)
    changes.reported.difference_update({(held.id, held.confirmed_by), (held.id, held.owner.user)})
    return None


async def _outcome(changes: ChangeServices, held: Change, user: str) -> tuple[Message, ...]:
    """Returns what came of it, for one of the people: the draft's own buttons are for its owner alone."""
    return outcome_messages(
        held,
        await _draft_of(changes, held),
        owned=user == held.owner.user,
        may_post=await _may_post(changes, held),
    )


async def _draft_of(changes: ChangeServices, held: Change) -> StoredDraft | None:
    """Returns the draft that was submitted or posted; None where it is gone, or the change is of something else."""
    if held.kind not in (ChangeKind.SUBMIT, ChangeKind.POST):
        return None
    return await load_draft(changes.db, held.owner, held.subject)


async def _may_post(changes: ChangeServices, held: Change) -> bool:
    """Tells whether the bot may post on the case there, as far as is known."""
    known = (await known_at(changes.db, [held.account_region])).get(held.account_region)
    return known is not None and known[0].case_access is CaseAccess.OPEN


# What follows a change


Finish: TypeAlias = Callable[[ChangeServices, Change], Awaitable[None]]


async def _polled(changes: ChangeServices, held: Change) -> None:
    await changes.hurry([held.account_region])


async def _posted(changes: ChangeServices, held: Change) -> None:
    """Ticks "posted" on the draft, which turns the turn; then has AWS read."""
    texts = [str(step.arguments["text"]) for step in held.steps if step.state is ChangeState.DONE]
    if texts:
        await mark_posted(changes.db, held.owner, held.subject, texts)
    await changes.hurry([held.account_region])


_FINISH: Mapping[ChangeKind, Finish] = {ChangeKind.POST: _posted, ChangeKind.QUOTA: follow}
