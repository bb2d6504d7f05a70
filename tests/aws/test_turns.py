"""Turns hold the pace at a place however many places there are."""

import asyncio
import time

from aws.turns import Turns
from model import Place


async def test_turns_that_are_idle_are_dropped_and_no_other() -> None:
    turns = Turns(most_idle=10)
    busy = Place("busy", "us-east-1")
    began = time.perf_counter()
    async with turns.of("GetAccount", busy):
        waiting = asyncio.create_task(_enter(turns, busy))
        await asyncio.sleep(0)
        for number in range(100):
            turns.of("GetAccount", Place(f"a{number}", "us-east-1"))
        assert len(turns._held) <= 11, "there may be thousands of places"
    for number in range(100):
        turns.of("GetAccount", Place(f"b{number}", "us-east-1"))
    await waiting
    assert time.perf_counter() - began > 0.99, "a second of rest, though the table was swept meanwhile"


async def _enter(turns: Turns, place: Place) -> None:
    async with turns.of("GetAccount", place):
        pass
