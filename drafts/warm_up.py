"""A warm-up in numbers: day by day until the busiest day, doubling at most. Pure.

Mailbox providers judge a new sender by its first days. A day is only done when bounces stayed under 2 % and complaints
under 0.05 %; else the same number is sent again.
"""

FIRST_DAY = 200
"""What a sandbox may send in a day (SES)."""
_MOST_DAYS = 30


def warm_up(busiest: int | None, quota: float | None) -> tuple[int, ...]:
    """Messages a day until the busiest day is reached, or the quota; empty where the busiest day is not known."""
    if busiest is None or busiest <= 0:
        return ()
    goal = busiest if quota is None or quota < 0 else min(busiest, int(quota))
    days = [min(FIRST_DAY, goal)]
    while 0 < days[-1] < goal and len(days) < _MOST_DAYS:
        days.append(min(2 * days[-1], goal))
    return tuple(days)
