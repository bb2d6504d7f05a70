"""What a check of one domain costs beside what DNS costs: our time over the limit, and checkdmarc's over ours, at 20
and 50 ms an answer; and the CPU of a question.

With an include tree of depth d the limit is max(2, 1 + d) round trips. Ours is the DNS part of a check: SPF, DKIM,
DMARC, MAIL FROM, MX and TLS reporting, with every fix tried. checkdmarc runs `check_domains` (see `bench/peer.py`).
Both begin with nothing remembered, in turn, in processes that have run before. Run: .venv/bin/python -m bench.check
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.dns_process import dns_process
from bench.figures import Figure, Good
from bench.peer_process import add_argument, peer_process, program
from bench.zones import REALISTIC, chain
from checks.dns_checks import check_dns
from checks.resolver import Resolver

ROUNDS = 5
DELAYS = {0.020: 1.3, 0.050: 1.15}
"""Seconds an answer takes, and how many times the limit a check may take then."""
DEPTHS = range(6)
_OF_THE_REALISTIC_ZONE = 1
_QUESTIONS = 10_000


async def seconds(address: str) -> float:
    """One check with a resolver that remembers nothing."""
    async with Resolver([address]) as resolver:
        began = time.perf_counter()
        await check_dns(REALISTIC, resolver)
        return time.perf_counter() - began


def one(depth: int, delay: float, checkdmarc: Path | None) -> Iterator[Figure]:
    """Measures both in turn: the medians of five."""
    with ExitStack() as stack:
        dns = stack.enter_context(dns_process(chain(depth), delay))
        peer = stack.enter_context(peer_process(checkdmarc, dns.address)) if checkdmarc else None
        ours, theirs = list[float](), list[float]()
        for _ in range(ROUNDS + 1):
            ours.append(asyncio.run(seconds(dns.address)))
            theirs += [peer.seconds([REALISTIC])] if peer else []
    limit, took = max(2, 1 + depth) * delay, statistics.median(ours[1:])  # the first round fills the stand-in's memory
    name = f"{delay * 1000:.0f} ms, depth {depth}"
    other = statistics.median(theirs[1:]) if peer else 0.0
    print(
        f"{name}: limit {limit * 1000:.0f} ms, ours {took * 1000:.0f} ms, checkdmarc {other * 1000:.0f} ms; "
        f"the stand-in worked {dns.busy:.0%} of the time",
        file=sys.stderr,
    )
    yield Figure("check", f"{name}: ours over the limit", took / limit, "times", Good.LESS, DELAYS[delay])
    if peer:
        promised = 10 if delay == 0.020 and depth == _OF_THE_REALISTIC_ZONE else None
        yield Figure("check", f"{name}: checkdmarc over ours", other / took, "times", Good.MORE, promised)


async def cpu_of_a_question(address: str) -> float:
    """Milliseconds of CPU for a question, with its judging, over ten thousand of them."""
    questions = 0
    began = time.process_time()
    while questions < _QUESTIONS:
        async with Resolver([address]) as resolver:
            checked = await check_dns(REALISTIC, resolver)
            questions += checked.report.queries
    return (time.process_time() - began) / questions * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description="A check of one domain: the limit, ours, checkdmarc.")
    add_argument(parser)
    checkdmarc = program(parser.parse_args().checkdmarc)
    for delay in DELAYS:
        for depth in DEPTHS:
            for figure in one(depth, delay, checkdmarc):
                print(figure.row(), flush=True)
    with dns_process(chain(_OF_THE_REALISTIC_ZONE), 0.0) as dns:
        each = [asyncio.run(cpu_of_a_question(dns.address)) for _ in range(ROUNDS)]
    print(Figure("check", "CPU of a question, judging included", statistics.median(each), "ms", promised=0.5).row())


if __name__ == "__main__":
    main()
