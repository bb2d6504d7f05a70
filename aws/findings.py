"""What SES's own advisor found: ListRecommendations, of the Virtual Deliverability Manager."""

from typing import Any

from aws.sessions import Sessions
from model import AccountRegion

_MOST = 5
_LONGEST = 300


async def read_recommendations(sessions: Sessions, place: AccountRegion) -> tuple[str, ...]:
    """The open recommendations, in AWS's own words; none where they cannot be read."""

    def listed(client: Any) -> tuple[str, ...]:
        answer = client.list_recommendations(Filter={"STATUS": "OPEN"}, PageSize=_MOST)
        said = (str(one.get("Description") or "").strip() for one in answer.get("Recommendations") or ())
        return tuple(f"SES says: {one[:_LONGEST]}" for one in said if one)

    found = await sessions.call(place, listed)
    return found if isinstance(found, tuple) else ()
