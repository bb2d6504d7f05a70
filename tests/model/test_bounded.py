"""The one bounded cache and the one back-off."""

import pytest

from model.bounded import BoundedCache, back_off


def test_the_least_used_entry_goes_first() -> None:
    cache: BoundedCache[str, int] = BoundedCache(2)
    cache.keep("a", 1)
    cache.keep("b", 2)
    assert cache.get("a") == 1
    cache.keep("c", 3)
    assert [cache.get(key) for key in "abc"] == [1, None, 3]


def test_an_entry_is_returned_while_it_is_young_enough() -> None:
    now = [0.0]
    cache: BoundedCache[str, int] = BoundedCache(2, lambda: now[0])
    cache.keep("a", 1)
    now[0] = 30.0
    assert (cache.get("a", 30.0), cache.get("a", 29.0), cache.get("a")) == (1, None, 1)
    cache.keep("a", 2)
    assert cache.get("a", 0.0) == 2
    cache.drop("a")
    cache.drop("a")
    assert cache.get("a") is None


@pytest.mark.parametrize(("failures", "seconds"), [(0, 1.0), (1, 2.0), (4, 16.0), (5, 20.0), (10_000, 20.0)])
def test_pauses_grow_up_to_the_longest(failures: int, seconds: float) -> None:
    assert back_off(failures, 1.0, 20.0) == seconds
