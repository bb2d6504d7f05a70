"""What the resolver and a "check again" share: the servers, the slots for questions in flight, the cache, and the tasks
that questions run in. Questions belong to the engine, so that whoever awaits one can leave without ending it."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

from checks.answers import Unanswered
from checks.resolver.cache import Cache
from checks.resolver.exchange import Exchange, Peer
from checks.resolver.questions import Question
from checks.resolver.reading import Link, Referred
from checks.resolver.servers import Server

T = TypeVar("T")


class Engine:
    """`try_timeout` and `deadline` in seconds, a try and a question; `in_flight` questions are on the wire at most."""

    def __init__(
        self, servers: Sequence[Server], *, try_timeout: float, deadline: float, in_flight: int, cache: Cache
    ) -> None:
        self.try_timeout = try_timeout
        self.deadline = deadline
        self.cache = cache
        self._peers = [Peer(server) for server in servers]
        self._in_flight = in_flight
        self._slots = asyncio.Semaphore(in_flight)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed = False

    def time(self) -> float:
        """Loop time in seconds."""
        return asyncio.get_running_loop().time()

    async def ask_servers(self, question: Question, until: float) -> Link | Unanswered:
        """Put a question to the configured servers: each in turn, then each again with twice the wait. Those that were
        silent a moment ago come last."""
        now = self.time()
        peers = sorted(self._peers, key=lambda peer: peer.silent_until > now)
        plan = [(peer, self.try_timeout * times) for times in (1, 2) for peer in peers]
        found = await self.settle(question, plan, until)
        assert not isinstance(found, Referred), "a recursive exchange takes no referral"
        return found

    async def settle(
        self, question: Question, plan: Sequence[tuple[Peer, float]], until: float, *, recursive: bool = True
    ) -> Link | Referred | Unanswered:
        """One exchange in one of the slots; waiting for a slot counts against `until` (loop time)."""
        try:
            async with asyncio.timeout_at(until):
                await self._slots.acquire()
        except TimeoutError:
            why = f"{self._in_flight} earlier questions were still unanswered after {self.deadline:.1f} s"
            return Unanswered(question.name, question.type, "ses-bot", why)
        try:
            return await Exchange(question, until=until, recursive=recursive).settle(plan)
        finally:
            self._slots.release()

    def start(
        self, question: Question, learn: Callable[[Question, float], Coroutine[Any, Any, Link | Unanswered]]
    ) -> asyncio.Task[Link | Unanswered]:
        """Let a question run by itself, with its own deadline, and be remembered when it is answered."""

        async def run() -> Link | Unanswered:
            found = await learn(question, self.time() + self.deadline)
            if not isinstance(found, Unanswered):
                self.cache.put(question, found)
            return found

        task = asyncio.get_running_loop().create_task(run(), name=f"dns {question.name} {question.type}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if self._closed:
            task.cancel()
        return task

    async def outcome(self, question: Question, task: asyncio.Task[Link | Unanswered]) -> Link | Unanswered:
        """Wait for a question without owning it: who is cancelled here leaves it running for the others."""
        await asyncio.wait({task})
        if task.cancelled():
            return Unanswered(question.name, question.type, "ses-bot", "stopped before an answer came")
        return task.result()

    async def close(self) -> None:
        """End every question still in flight; whoever waits for one is told so."""
        self._closed = True
        while tasks := tuple(self._tasks):
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)
