"""What a whole check costs beside what DNS costs: wall time over the limit, at 20 and 50 ms an answer.

With an include tree of depth d the limit is max(2, 1 + d) round trips. The DNS is on loopback, over real sockets, and
answers every question after the delay. Run: .venv/bin/python -m bench.latency
"""

import asyncio
import time

from checks.dns_checks import check_dns
from checks.resolver import Resolver
from demo.zones import TABLE, Types
from fakes.dns import LoopbackDns

ROUNDS = 8


def chain(depth: int) -> dict[str, Types]:
    """The demo's small internet with `ready.example` given includes `depth` deep."""
    table = dict(TABLE)
    names = ["ready.example", *(f"spf{level}.chain.test" for level in range(1, depth + 1))]
    for name, below in zip(names, [*names[1:], ""], strict=True):
        term = f"include:{below}" if below else "ip4:198.51.100.1"
        table[name] = table.get(name, {}) | {"TXT": [f"v=spf1 {term} ~all"]}
    return table


async def fastest(depth: int, delay: float) -> float:
    """The best of some checks, each with a resolver that remembers nothing, in seconds."""
    best = float("inf")
    async with LoopbackDns(chain(depth), delay=delay) as dns:
        for _ in range(ROUNDS):
            async with Resolver([dns.address]) as resolver:
                began = time.perf_counter()
                await check_dns("ready.example", resolver)
                best = min(best, time.perf_counter() - began)
    return best


async def main() -> None:
    print("delay  depth  limit    best     ratio")
    for delay in (0.020, 0.050):
        for depth in range(6):
            limit = max(2, 1 + depth) * delay
            took = await fastest(depth, delay)
            figures = f"{limit * 1000:4.0f} ms  {took * 1000:4.0f} ms  {took / limit:.2f}"
            print(f"{delay * 1000:3.0f} ms  {depth}      {figures}")


if __name__ == "__main__":
    asyncio.run(main())
