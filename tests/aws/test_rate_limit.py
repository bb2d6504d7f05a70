"""The rate limiter holds the rate of an account region however many there are."""

import asyncio
import time

from aws.rate_limit import RateLimiter
from model import AccountRegion


async def test_idle_slots_are_dropped_and_no_other() -> None:
    limiter = RateLimiter(most_idle=10)
    busy = AccountRegion("busy", "us-east-1")
    began = time.perf_counter()
    async with limiter.slot("GetAccount", busy):
        waiting = asyncio.create_task(_enter(limiter, busy))
        await asyncio.sleep(0)
        for number in range(100):
            limiter.slot("GetAccount", AccountRegion(f"a{number}", "us-east-1"))
        assert len(limiter._slots) <= 11, "there may be thousands of places"
    for number in range(100):
        limiter.slot("GetAccount", AccountRegion(f"b{number}", "us-east-1"))
    await waiting
    assert time.perf_counter() - began > 0.99, "a second of rest, though the table was swept meanwhile"


async def _enter(limiter: RateLimiter, account_region: AccountRegion) -> None:
    async with limiter.slot("GetAccount", account_region):
        pass
