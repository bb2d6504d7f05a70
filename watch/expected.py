"""When to expect AWS's answer to a request, as far as experience says. Pure.

AWS itself promises a first answer within 24 hours. The article's estimate is up to three business days for a new domain
or a vague text, and up to seven for an appeal: what takes longer is overdue. A weekend passes without counting, which
is why a request of a Friday takes longer.
"""

from datetime import datetime, timedelta, tzinfo

BUSINESS_DAYS = 3
APPEAL_BUSINESS_DAYS = 7
_SATURDAY = 5


def business_days(*, appeal: bool) -> int:
    """How long an answer takes at the most, by the estimate: to a first request, or to an appeal."""
    return APPEAL_BUSINESS_DAYS if appeal else BUSINESS_DAYS


def expected_by(since: datetime, zone: tzinfo, *, appeal: bool = False) -> datetime:
    """Until when a request (or an appeal) that was submitted at `since` (aware) is answered, by the estimate. Days are
    business days (Monday to Friday) in `zone`; the time of day stays."""
    local, left = since.astimezone(zone), business_days(appeal=appeal)
    while left:
        local += timedelta(days=1)
        left -= local.weekday() < _SATURDAY
    return local
