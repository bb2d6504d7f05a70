"""A DNS stand-in in a process of its own, so that what it costs is not counted as the cost of what asks it.

It remembers the octets of every answer: an answer that was given once costs it next to nothing.
"""

import asyncio
import contextlib
import multiprocessing
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from bench.zones import Zone
from fakes.dns import LoopbackDns


@dataclass(slots=True)
class DnsProcess:
    """Where it listens; once it has ended, how many questions came, its CPU seconds, and its seconds of life."""

    address: str
    questions: int = 0
    cpu: float = 0.0
    seconds: float = field(default=0.0)

    @property
    def busy(self) -> float:
        """The share of its life that it worked: where that is near 1, the stand-in was measured and not the asker."""
        return self.cpu / self.seconds if self.seconds else 0.0


class _RememberingDns(LoopbackDns):
    """Answers after `wait` seconds, from memory where the same question came before."""

    def __init__(self, zone: Zone, wait: float) -> None:
        super().__init__(zone)
        self.questions = 0
        self._wait = wait
        self._known: dict[tuple[str, bytes], bytes] = {}

    def receive(self, wire: bytes, over: str, send: Callable[[bytes], None], close: Callable[[], None]) -> None:
        self.questions += 1
        known = self._known.get((over, wire[2:]))
        if known is None:
            made: list[bytes] = []
            super().receive(wire, over, made.append, close)
            self.asked.clear()
            if not made:
                return
            known = self._known[over, wire[2:]] = made[0][2:]
        asyncio.get_running_loop().call_later(self._wait, send, wire[:2] + known)


async def _serve(zone: Zone, delay: float, parent: Connection) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    ended = asyncio.Event()
    async with _RememberingDns(zone, delay) as dns:
        parent.send(dns.address)
        asyncio.get_running_loop().add_reader(parent.fileno(), ended.set)
        await ended.wait()
        parent.send((dns.questions, time.process_time() - cpu, time.perf_counter() - began))


def _run(zone: Zone, delay: float, parent: Connection) -> None:
    asyncio.run(_serve(zone, delay, parent))


@contextlib.contextmanager
def dns_process(zone: Zone, delay: float) -> Iterator[DnsProcess]:
    """Serves the zone while the context lasts, each answer after `delay` seconds."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=_run, args=(zone, delay, there), daemon=True)
    process.start()
    there.close()  # so that its end ends what waits for it
    try:
        served = DnsProcess(here.recv())
        yield served
        here.send("stop")
        served.questions, served.cpu, served.seconds = here.recv()
    finally:
        process.terminate()
        process.join()
