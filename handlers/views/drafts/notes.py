"""The note above the first step: where its answers come from, what the last check found, what the account may do."""

from collections.abc import Sequence

from handlers.views.escape import visible
from handlers.views.naming import label
from handlers.views.report import headline
from model import Access, AccountRegionStatus, Checked, Outcome

_ACCESS = {
    Access.PRODUCTION: "already has production access in {region}.",
    Access.GRANTED: "has production access in {region}; it is not effective yet.",
    Access.IN_REVIEW: "is in review in {region}. Wait for AWS’s answer, or write this for another region.",
    Access.FAILED: "has a request in {region} that AWS never received. You can ask again.",
}
_REFUSED = (
    "AWS has not granted production access to {account} in {region}. Do not submit a second request: AWS rejects it "
    "automatically."
)
_REPLY = " /ses-appeal writes your answer."


def first_note(
    filled_from: str, checked: Checked | None, places: Sequence[AccountRegionStatus], *, reply: bool = False
) -> str:
    """A line for each thing worth knowing before the first question; empty when there is none. `reply`: the answer to
    AWS is what is being written."""
    lines = [f"Filled in from {visible(filled_from)}."] if filled_from else []
    if checked:
        failing = dict.fromkeys(label(one.check) for one in checked.report.findings if one.outcome is Outcome.FAIL)
        named = f" ({', '.join(failing)})" if failing else ""
        lines.append(f"Last check: {headline(checked)}{named}.")
    return "\n".join([*lines, *(line for one in places[:5] if (line := _access(one, reply=reply)))])


def _access(one: AccountRegionStatus, *, reply: bool) -> str:
    snapshot = one.known.snapshot
    if snapshot is None:
        return ""
    account, region = visible(one.place.account), visible(one.place.region)
    if snapshot.access is Access.NOT_GRANTED:
        return _REFUSED.format(account=account, region=region) + ("" if reply else _REPLY)
    words = _ACCESS.get(snapshot.access, "")
    return f"{account} {words.format(region=region)}" if words else ""
