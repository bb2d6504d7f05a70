"""Holds what the resolver and a "check again" share: the servers, the slots for queries in flight, the cache, and the
tasks that queries run in. Queries belong to the pool, so that a caller can leave without ending one.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from checks.answers import Answer, NoData, NoName, Records, Unanswered
from checks.resolver.dns_query import DnsQuery, Nameserver
from checks.resolver.messages import (
    LONGEST_CHAIN,
    Negative,
    Referral,
    Response,
    RRset,
    WireQuestion,
    canonical_name,
    question_of,
)
from checks.resolver.servers import Server
from model.bounded import BoundedCache

_LARGEST_ANSWER = 16_384
"""Answers with more characters than this are not kept."""


class AnswerCache:
    """Keeps each answer for as long as its zone says (RFC 1034 section 3.6, RFC 2308 section 5), `size` questions
    at most. What is unanswered is not kept. `clock` gives monotonic seconds."""

    def __init__(self, size: int, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._entries: BoundedCache[WireQuestion, tuple[float, float, Response]] = BoundedCache(size, clock)

    def get(self, question: WireQuestion, since: float = -math.inf) -> Response | None:
        """Returns an answer that was asked for after `since`, with the TTL that is left (whole seconds, rounded up)."""
        entry = self._entries.get(question)
        if entry is None:
            return None
        asked_at, expires, response = entry
        ttl = expires - self._clock()
        return replace(response, ttl=math.ceil(ttl)) if ttl > 0 and asked_at > since else None

    def put(self, question: WireQuestion, response: Response, asked_at: float = 0.0) -> None:
        """Keeps an answer in place of an older one, unless it is too large or its TTL is 0."""
        size = sum(map(len, response.values)) if isinstance(response, RRset) else 0
        if response.ttl <= 0 or size > _LARGEST_ANSWER:
            self._entries.drop(question)
        else:
            self._entries.keep(question, (asked_at, self._clock() + response.ttl, response))


PendingQuery: TypeAlias = asyncio.Task[Response | Unanswered]
"""A question that is being asked."""


class FreshAnswers:
    """Shares the questions that bypass every cache among checks that begin together: a list of domains that a person
    checks again, a round of the domain watch. Each takes what was asked since their common beginning."""

    def __init__(self, size: int, clock: Callable[[], float]) -> None:
        self.now = clock
        self._cache = AnswerCache(size, clock)
        self._pending: dict[WireQuestion, tuple[float, PendingQuery]] = {}

    def get(self, question: WireQuestion, since: float) -> Response | None:
        """Returns an answer that was asked for after `since`, while its TTL lasts."""
        return self._cache.get(question, since)

    def get_or_start(self, question: WireQuestion, since: float, start: Callable[[], PendingQuery]) -> PendingQuery:
        """Returns the pending query that was started after `since`; else starts one."""
        asked_at, task = self._pending.get(question, (-math.inf, None))
        if task is None or asked_at <= since:
            asked_at, task = self.now(), start()
            self._pending[question] = asked_at, task
            task.add_done_callback(lambda done: self._record_outcome(question, asked_at, done))
        return task

    def _record_outcome(self, question: WireQuestion, asked_at: float, task: PendingQuery) -> None:
        if self._pending.get(question) == (asked_at, task):
            del self._pending[question]
        if not task.cancelled() and not task.exception() and not isinstance(outcome := task.result(), Unanswered):
            self._cache.put(question, outcome, asked_at)


class QueryPool:
    """Runs queries with at most `in_flight` questions on the wire. `try_timeout` and `deadline` are the seconds for one
    try and for one question."""

    def __init__(
        self, servers: Sequence[Server], *, try_timeout: float, deadline: float, in_flight: int, cache: AnswerCache
    ) -> None:
        self.try_timeout = try_timeout
        self.deadline = deadline
        self.cache = cache
        self._nameservers = [Nameserver(server) for server in servers]
        self._in_flight = in_flight
        self._slots = asyncio.Semaphore(in_flight)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed = False

    async def ask_servers(self, question: WireQuestion, until: float) -> Response | Unanswered:
        """Puts a question to the configured servers: each in turn, then each again with twice the wait. Those that were
        silent a moment ago come last."""
        now = asyncio.get_running_loop().time()
        nameservers = sorted(self._nameservers, key=lambda nameserver: nameserver.silent_until > now)
        plan = [(nameserver, self.try_timeout * times) for times in (1, 2) for nameserver in nameservers]
        outcome = await self.run_query(question, plan, until)
        assert not isinstance(outcome, Referral), "a recursive query takes no referral"
        return outcome

    async def run_query(
        self, question: WireQuestion, plan: Sequence[tuple[Nameserver, float]], until: float, *, recursive: bool = True
    ) -> Response | Referral | Unanswered:
        """Runs a query in one of the slots; waiting for a slot counts against `until` (loop time)."""
        try:
            if self._slots.locked():
                async with asyncio.timeout_at(until):
                    await self._slots.acquire()
            else:
                await self._slots.acquire()
        except TimeoutError:
            why = f"{self._in_flight} earlier questions were still unanswered after {self.deadline:.1f} s"
            return Unanswered(question.name, question.type, "ses-bot", why)
        try:
            return await DnsQuery(question, until=until, recursive=recursive).run(plan)
        finally:
            self._slots.release()

    def start_query(
        self, question: WireQuestion, ask: Callable[[WireQuestion, float], Coroutine[Any, Any, Response | Unanswered]]
    ) -> PendingQuery:
        """Starts a task for a question, with its own deadline, which caches the answer."""

        async def run() -> Response | Unanswered:
            outcome = await ask(question, asyncio.get_running_loop().time() + self.deadline)
            if not isinstance(outcome, Unanswered):
                self.cache.put(question, outcome)
            return outcome

        task = asyncio.get_running_loop().create_task(run(), name=f"dns {question.name} {question.type}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if self._closed:
            task.cancel()
        return task

    async def wait_for(self, question: WireQuestion, task: PendingQuery) -> Response | Unanswered:
        """Waits for a question without owning it: canceling this leaves it running for the others."""
        await asyncio.wait({task})
        if task.cancelled():
            return Unanswered(question.name, question.type, "ses-bot", "stopped before an answer came")
        return task.result()

    async def close(self) -> None:
        """Ends every query in flight; each caller gets `Unanswered`."""
        self._closed = True
        while tasks := tuple(self._tasks):
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


AskOnce: TypeAlias = Callable[[WireQuestion], Awaitable[Response | Unanswered]]


async def resolve_name(name: str, kind: str, ask_once: AskOnce, deadline: float) -> Answer:
    """Returns the answer for a name and type (RFC 1034 section 5.3.3), at most `LONGEST_CHAIN` aliases away, within
    `deadline` seconds. The first question keeps the deadline by itself, and so can say which servers it waited for."""
    question = question_of(name, kind)
    if question is None:
        return NoName(canonical_name(name), kind.upper())
    until = asyncio.get_running_loop().time() + deadline
    name, kind = question.name, question.type
    response = await ask_once(question)
    aliases: tuple[str, ...] = ()
    ttl = None
    while True:
        if isinstance(response, Unanswered):
            place = f" (at the alias {response.name})" if aliases else ""
            return Unanswered(name, kind, response.by, response.why + place)
        aliases += response.aliases
        ttl = response.ttl if ttl is None else min(ttl, response.ttl)
        if len(aliases) > LONGEST_CHAIN or _has_loop(name, aliases):
            return Unanswered(name, kind, response.server, "CNAME loop")
        match response:
            case RRset(values=values):
                return Records(name, kind, values, ttl, aliases, response.server)
            case Negative(exists=True):
                return NoData(name, kind, response.zone, ttl, aliases, response.server)
            case Negative():
                return NoName(name, kind, response.zone, ttl, aliases, response.server)
        next_question = question_of(aliases[-1], kind)
        if next_question is None:
            return NoName(name, kind, None, 0, aliases, response.server)
        try:
            async with asyncio.timeout_at(until):
                response = await ask_once(next_question)
        except TimeoutError:
            response = Unanswered(next_question.name, kind, "ses-bot", f"no answer in {deadline:.1f} s")


def _has_loop(name: str, aliases: tuple[str, ...]) -> bool:
    names = [name, *map(canonical_name, aliases)]
    return len(set(names)) < len(names)
