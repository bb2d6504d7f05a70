"""The calls that changes are made of: what is read before each, the call itself, and what proves it afterwards."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from aws import cases, identities, quotas, request, route53, simulator
from handlers.changes import dns_proof, identity_records, rehearsal
from handlers.changes.services import ChangeServices
from model import AccountRegion
from model.changes import ChangeStep, StepOutcome

Call: TypeAlias = Callable[[ChangeServices, AccountRegion, ChangeStep], Awaitable[StepOutcome]]
Before: TypeAlias = Callable[[ChangeServices, AccountRegion, ChangeStep], Awaitable[StepOutcome | None]]


async def _nothing_before(_: ChangeServices, __: AccountRegion, ___: ChangeStep) -> StepOutcome | None:
    return None


@dataclass(frozen=True, slots=True)
class Operation:
    """`ready` reads before the call, and settles the step where nothing is to be sent; `call` is made once; `read_back`
    tells what is true at AWS. `patience`: seconds after which what is unknown stays so; None: as for all."""

    call: Call
    read_back: Call
    ready: Before = _nothing_before
    patience: float | None = None


OPERATIONS: Mapping[str, Operation] = {
    request.PUT_SUPPRESSION: Operation(
        call=lambda bot, place, _: request.put_suppression(bot.sessions, place),
        read_back=lambda bot, place, _: request.read_suppression(bot.sessions, place),
    ),
    request.PUT_DETAILS: Operation(
        ready=lambda bot, place, step: request.ready_to_ask(
            bot.sessions, place, step.arguments, sent_before=step.sent_at is not None
        ),
        call=lambda bot, place, step: request.put_details(
            bot.sessions, place, step.arguments, sent_before=step.sent_at is not None
        ),
        read_back=lambda bot, place, step: request.read_details(bot.sessions, place, step.arguments),
    ),
    cases.ADD_COMMUNICATION: Operation(
        ready=lambda bot, place, step: cases.ready_to_post(bot.sessions, place, *_text(step)),
        call=lambda bot, place, step: cases.post_text(bot.sessions, place, *_text(step)),
        read_back=lambda bot, place, step: cases.read_posted(bot.sessions, place, *_text(step)),
    ),
    route53.CHANGE_SETS: Operation(
        ready=lambda bot, place, step: route53.ready_to_change(bot.sessions, place, step.arguments),
        call=lambda bot, place, step: route53.change_sets(bot.sessions, place, step.arguments),
        read_back=lambda bot, place, step: route53.read_changed(bot.sessions, place, step.arguments, step.receipt),
    ),
    quotas.REQUEST_INCREASE: Operation(
        call=lambda bot, place, step: quotas.request_increase(bot.sessions, place, step.arguments),
        read_back=lambda bot, place, step: quotas.read_increase(bot.sessions, place, step.arguments, step.receipt),
    ),
    dns_proof.ASK_SERVERS: Operation(call=dns_proof.begin, read_back=dns_proof.read),
    simulator.SEND: Operation(call=rehearsal.send, read_back=rehearsal.read_sent),
    rehearsal.AWAIT: Operation(call=rehearsal.begin, read_back=rehearsal.read_events, patience=rehearsal.PATIENCE),
    identity_records.PUBLISH: Operation(
        ready=identity_records.ready, call=identity_records.publish, read_back=identity_records.read_back
    ),
    **{
        name: Operation(
            ready=lambda bot, place, step: identities.ready(bot.sessions, place, step.operation, step.arguments),
            call=lambda bot, place, step: identities.send(bot.sessions, place, step.operation, step.arguments),
            read_back=lambda bot, place, step: identities.read(bot.sessions, place, step.operation, step.arguments),
        )
        for name in identities.OPERATIONS
    },
}


def _text(step: ChangeStep) -> tuple[str, str]:
    return str(step.arguments["case"]), str(step.arguments["text"])
