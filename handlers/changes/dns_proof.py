"""The proof of a published record: what the zone's own name servers answer, past every cache."""

from collections.abc import Iterable

from aws.zone_plan import plain_name, plain_value, shown
from checks.answers import Records, Unanswered, in_words
from handlers.changes.services import ChangeServices
from model import AccountRegion
from model.changes import ChangeState, ChangeStep, StepOutcome
from model.zone import RecordSet, SetChange

ASK_SERVERS = "AskNameServers"


def proof_of(changes: Iterable[SetChange]) -> ChangeStep:
    """The step that asks the name servers: for each set name, type, the values that DNS must answer, and those that it
    must not answer any more."""
    asked = []
    for one in changes:
        name, kind = one.named
        wanted, gone = _shown(one.after), _shown(one.before)
        asked.append([plain_name(name), kind, wanted, [value for value in gone if value not in wanted]])
    return ChangeStep(ASK_SERVERS, "What DNS answers", {"asked": asked})


def _shown(one: RecordSet | None) -> list[str]:
    return [shown(one.type, value) for value in one.values] if one else []


async def begin(changes: ChangeServices, place: AccountRegion, step: ChangeStep) -> StepOutcome:
    """Nothing is sent: the answers are read back."""
    return StepOutcome(ChangeState.SENT)


async def read(changes: ChangeServices, place: AccountRegion, step: ChangeStep) -> StepOutcome:
    """Whether DNS answers each set as it was published; of a set that was deleted, no more of its values (a wildcard
    may answer in its place)."""
    dns = changes.resolver.fresh()
    for name, kind, wanted, gone in step.arguments["asked"]:
        answer = await dns.ask(name, kind)
        if isinstance(answer, Unanswered):
            return StepOutcome(ChangeState.UNKNOWN, f"{name} {kind} is unanswered ({answer.why}).")
        found = {plain_value(kind, one) for one in answer.values} if isinstance(answer, Records) else set()
        if found != set(wanted) if wanted else found & set(gone):
            words = " · ".join(sorted(found)) or in_words(answer)
            return StepOutcome(ChangeState.UNKNOWN, f"{name} {kind} still answers: {words[:200]}")
    return StepOutcome(ChangeState.DONE, "The zone’s own name servers answer as planned.")
