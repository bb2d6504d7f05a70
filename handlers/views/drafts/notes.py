"""What is said above the first step: where its answers come from, what the last check found, how the account stands."""

from collections.abc import Sequence

from handlers.views.escape import visible
from handlers.views.naming import label
from handlers.views.report import headline
from model import Access, Checked, Outcome, PlaceStatus

_STANDING = {
    Access.PRODUCTION: "has production access already",
    Access.GRANTED: "is granted, and not effective yet: wait",
    Access.IN_REVIEW: "is in review: wait for the answer, and write this for another region",
    Access.NOT_GRANTED: "was not granted: a second request is refused at once",
    Access.FAILED: "has a request that AWS never received: ask again",
}


_APPEAL = "; /ses-appeal writes the reply"


def first_note(
    filled_from: str, checked: Checked | None, places: Sequence[PlaceStatus], *, appeal: bool = False
) -> str:
    """A line for each thing worth knowing before the first question; empty when there is none. `appeal`: the reply to a
    refusal is what is being written."""
    lines = [f"Filled in from {visible(filled_from)}."] if filled_from else []
    if checked:
        failing = dict.fromkeys(label(one.check) for one in checked.report.findings if one.outcome is Outcome.FAIL)
        named = f" ({', '.join(failing)})" if failing else ""
        lines.append(f"The last check: {headline(checked)}{named}.")
    for one in places[:5]:
        snapshot = one.known.snapshot
        if snapshot and snapshot.access in _STANDING:
            name = f"{visible(one.place.account)}, {visible(one.place.region)}"
            more = _APPEAL if snapshot.access is Access.NOT_GRANTED and not appeal else ""
            lines.append(f"{name} {_STANDING[snapshot.access]}{more}.")
    return "\n".join(lines)
