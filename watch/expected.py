"""When to expect AWS's answer to a request, as far as experience says. Pure.

AWS itself promises a first answer within 24 hours. The article's estimate is up to three business days for a new domain
or a vague text, and that is the longest one: what takes longer is overdue. A weekend passes without counting, which is
why a request of a Friday takes longer.
"""

from datetime import datetime, timedelta, tzinfo

BUSINESS_DAYS = 3
_SATURDAY = 5


def expected_by(since: datetime, zone: tzinfo) -> datetime:
    """Until when a request that was submitted at `since` (aware) is answered, by the estimate. Days are business days
    (Monday to Friday) in `zone`; the time of day stays."""
    local, left = since.astimezone(zone), BUSINESS_DAYS
    while left:
        local += timedelta(days=1)
        left -= local.weekday() < _SATURDAY
    return local
