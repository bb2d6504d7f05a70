"""The calls that changes are made of: what is read before each, the call itself, and what proves it afterwards."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from aws import cases, request
from aws.sessions import Sessions
from model import AccountRegion
from model.changes import ChangeStep, StepOutcome

Call: TypeAlias = Callable[[Sessions, AccountRegion, ChangeStep], Awaitable[StepOutcome]]
Before: TypeAlias = Callable[[Sessions, AccountRegion, ChangeStep], Awaitable[StepOutcome | None]]


async def _nothing_before(_: Sessions, __: AccountRegion, ___: ChangeStep) -> StepOutcome | None:
    return None


@dataclass(frozen=True, slots=True)
class Operation:
    """`ready` reads before the call, and settles the step where nothing is to be sent; `call` is made once; `read_back`
    tells what is true at AWS."""

    call: Call
    read_back: Call
    ready: Before = _nothing_before


OPERATIONS: Mapping[str, Operation] = {
    request.PUT_SUPPRESSION: Operation(
        call=lambda aws, place, _: request.put_suppression(aws, place),
        read_back=lambda aws, place, _: request.read_suppression(aws, place),
    ),
    request.PUT_DETAILS: Operation(
        ready=lambda aws, place, _: request.ready_to_ask(aws, place),
        call=lambda aws, place, step: request.put_details(aws, place, step.arguments),
        read_back=lambda aws, place, step: request.read_details(aws, place, step.arguments),
    ),
    cases.ADD_COMMUNICATION: Operation(
        ready=lambda aws, place, step: cases.ready_to_post(aws, place, *_text(step)),
        call=lambda aws, place, step: cases.post_text(aws, place, *_text(step)),
        read_back=lambda aws, place, step: cases.read_posted(aws, place, *_text(step)),
    ),
}


def _text(step: ChangeStep) -> tuple[str, str]:
    return str(step.arguments["case"]), str(step.arguments["text"])
