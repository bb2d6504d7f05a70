"""The proof of a published record: what the zone's own name servers answer, past every cache."""

from checks.answers import Records, Unanswered, in_words
from handlers.changes.services import ChangeServices
from model import AccountRegion
from model.changes import ChangeState, ChangeStep, StepOutcome

ASK_SERVERS = "AskNameServers"


async def begin(changes: ChangeServices, place: AccountRegion, step: ChangeStep) -> StepOutcome:
    """Nothing is sent: the answers are read back."""
    return StepOutcome(ChangeState.SENT)


async def read(changes: ChangeServices, place: AccountRegion, step: ChangeStep) -> StepOutcome:
    """Whether DNS answers each set as it was published (`expected`: name, type, values as DNS shows them; none for a
    set that was deleted)."""
    dns = changes.resolver.fresh()
    for name, kind, expected in step.arguments["expected"]:
        answer = await dns.ask(name, kind)
        if isinstance(answer, Unanswered):
            return StepOutcome(ChangeState.UNKNOWN, f"{name} {kind} is unanswered ({answer.why}).")
        found = answer.values if isinstance(answer, Records) else ()
        if {_plain(one) for one in found} != {_plain(one) for one in expected}:
            shown = " · ".join(found) or in_words(answer)
            return StepOutcome(ChangeState.UNKNOWN, f"{name} {kind} still answers: {shown[:200]}")
    return StepOutcome(ChangeState.DONE, "The zone’s own name servers answer with the new records.")


def _plain(value: str) -> str:
    return value.rstrip(".").lower() if " " not in value else " ".join(value.split()).rstrip(".")
