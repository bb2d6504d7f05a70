"""When a domain is looked at again: soon at first, less and less often, and for a month."""

import itertools
from datetime import UTC, datetime, timedelta

from model import DOMAIN_WATCH_DAYS, DomainWatch, Owner
from watch import RecheckInterval

ASKED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WISH = DomainWatch("1", Owner("T1", "U1"), "acme.com", (), (), ASKED, ASKED + timedelta(days=DOMAIN_WATCH_DAYS), ASKED)


def looks(pace: RecheckInterval) -> list[float]:
    """When each look comes, in seconds after it was asked, if each takes no time."""
    found, at = [], pace.seconds_to_first
    while True:
        found.append(at)
        following = pace.seconds_to_next(WISH, ASKED + timedelta(seconds=at))
        if following is None:
            return found
        at += following


def test_the_first_looks_come_within_the_hour_then_hourly_then_less_often() -> None:
    minutes = [at / 60 for at in looks(RecheckInterval())]
    assert minutes[:7] == [1, 3, 8, 18, 38, 68, 128]
    gaps = [later - earlier for earlier, later in itertools.pairwise(minutes)]
    assert gaps[:-1] == sorted(gaps[:-1]), "never more often than before, but for the last one"
    day = 24 * 60
    assert max(gap for gap, at in zip(gaps, minutes, strict=False) if at < day) == 60
    assert {gap for gap, at in zip(gaps, minutes, strict=False) if day <= at < 7 * day} == {180}
    assert max(gaps) == 360
    assert len(minutes) < 200


def test_the_last_look_comes_when_the_time_is_over_and_none_after_it() -> None:
    assert looks(RecheckInterval())[-1] == DOMAIN_WATCH_DAYS * 86_400
    assert RecheckInterval().seconds_to_next(WISH, WISH.ends + timedelta(days=3)) is None, "after a long outage"


def test_after_an_outage_the_intervals_are_those_of_its_age() -> None:
    assert RecheckInterval().seconds_to_next(WISH, ASKED + timedelta(days=10)) == 6 * 3_600


def test_the_intervals_follow_the_poll_interval_and_the_month_does_not() -> None:
    assert looks(RecheckInterval(30))[:3] == [6, 18, 48]
    assert looks(RecheckInterval(30))[-1] == DOMAIN_WATCH_DAYS * 86_400
    assert RecheckInterval(0.01).seconds_to_first == 1.0, "name servers are asked once a second at the most"
    assert RecheckInterval(0.01).seconds_to_next(WISH, ASKED + timedelta(hours=5)) == 1.0
    assert RecheckInterval().tick_seconds < RecheckInterval().seconds_to_first
    assert RecheckInterval(0.01).tick_seconds > 0
