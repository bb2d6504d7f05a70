"""What the resolver and a "check again" share: the servers, the slots for queries in flight, the cache, and the tasks
that queries run in. Queries belong to the pool, so that a caller can leave without ending one.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from checks.answers import Answer, NoData, NoName, Records, Unanswered
from checks.resolver.dns_query import DnsQuery, Nameserver
from checks.resolver.messages import LONGEST_CHAIN, Negative, Question, Referred, Response, RRset, question_of, spelled
from checks.resolver.servers import Server
from model.bounded import BoundedCache

_LARGEST = 16_384
"""Answers with more characters than this are not kept."""


class AnswerCache:
    """Keeps what was learned for as long as its zone says (RFC 1034 section 3.6, RFC 2308 section 5), `size` questions
    at most. What is unknown is asked again. `clock` gives monotonic seconds."""

    def __init__(self, size: int, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._known: BoundedCache[Question, tuple[float, float, Response]] = BoundedCache(size, clock)

    def get(self, question: Question, since: float = -math.inf) -> Response | None:
        """Returns what is known and was asked after `since`, with the TTL that is left (whole seconds, rounded up)."""
        kept = self._known.get(question)
        if kept is None:
            return None
        asked, expires, response = kept
        left = expires - self._clock()
        return replace(response, ttl=math.ceil(left)) if left > 0 and asked > since else None

    def put(self, question: Question, response: Response, asked: float = 0.0) -> None:
        """Keeps an answer in place of an older one; not one that is too large or may not be kept."""
        weight = sum(map(len, response.values)) if isinstance(response, RRset) else 0
        if response.ttl <= 0 or weight > _LARGEST:
            self._known.drop(question)
        else:
            self._known.keep(question, (asked, self._clock() + response.ttl, response))


Outcome: TypeAlias = asyncio.Task[Response | Unanswered]
"""A question under way."""


class FreshAnswers:
    """What was asked past every cache, and is being asked so, for checks that begin together: a list of domains that a
    person has checked again, a round of the domain watch. Each takes what was asked since their common beginning."""

    def __init__(self, size: int, clock: Callable[[], float]) -> None:
        self.now = clock
        self._cache = AnswerCache(size, clock)
        self._under_way: dict[Question, tuple[float, Outcome]] = {}

    def known(self, question: Question, since: float) -> Response | None:
        """Returns an answer that was asked for since then, and holds."""
        return self._cache.get(question, since)

    def ask(self, question: Question, since: float, start: Callable[[], Outcome]) -> Outcome:
        """Returns the question under way that was asked since then; else begins it."""
        asked, task = self._under_way.get(question, (-math.inf, None))
        if task is None or asked <= since:
            asked, task = self.now(), start()
            self._under_way[question] = asked, task
            task.add_done_callback(lambda done: self._ended(question, asked, done))
        return task

    def _ended(self, question: Question, asked: float, task: Outcome) -> None:
        if self._under_way.get(question) == (asked, task):
            del self._under_way[question]
        if not task.cancelled() and not task.exception() and not isinstance(found := task.result(), Unanswered):
            self._cache.put(question, found, asked)


class QueryPool:
    """`try_timeout` and `deadline` in seconds, a try and a question; `in_flight` questions are on the wire at most."""

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

    async def ask_servers(self, question: Question, until: float) -> Response | Unanswered:
        """Puts a question to the configured servers: each in turn, then each again with twice the wait. Those that were
        silent a moment ago come last."""
        now = asyncio.get_running_loop().time()
        nameservers = sorted(self._nameservers, key=lambda nameserver: nameserver.silent_until > now)
        plan = [(nameserver, self.try_timeout * times) for times in (1, 2) for nameserver in nameservers]
        found = await self.settle(question, plan, until)
        assert not isinstance(found, Referred), "a recursive exchange takes no referral"
        return found

    async def settle(
        self, question: Question, plan: Sequence[tuple[Nameserver, float]], until: float, *, recursive: bool = True
    ) -> Response | Referred | Unanswered:
        """Returns one exchange in one of the slots; waiting for a slot counts against `until` (loop time)."""
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
            return await DnsQuery(question, until=until, recursive=recursive).settle(plan)
        finally:
            self._slots.release()

    def start(
        self, question: Question, learn: Callable[[Question, float], Coroutine[Any, Any, Response | Unanswered]]
    ) -> Outcome:
        """Lets a question run by itself, with its own deadline, and be remembered when it is answered."""

        async def run() -> Response | Unanswered:
            found = await learn(question, asyncio.get_running_loop().time() + self.deadline)
            if not isinstance(found, Unanswered):
                self.cache.put(question, found)
            return found

        task = asyncio.get_running_loop().create_task(run(), name=f"dns {question.name} {question.type}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if self._closed:
            task.cancel()
        return task

    async def outcome(self, question: Question, task: Outcome) -> Response | Unanswered:
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


Ask: TypeAlias = Callable[[Question], Awaitable[Response | Unanswered]]


async def follow(name: str, kind: str, ask: Ask, deadline: float) -> Answer:
    """Returns the answer for a name and type (RFC 1034 section 5.3.3), at most `LONGEST_CHAIN` aliases away, within
    `deadline` seconds. The first link is expected to keep the deadline by itself, and so can say whom it waited for."""
    question = question_of(name, kind)
    if question is None:
        return NoName(spelled(name), kind.upper())
    until = asyncio.get_running_loop().time() + deadline
    name, kind = question.name, question.type
    found = await ask(question)
    aliases: tuple[str, ...] = ()
    ttl = None
    while True:
        if isinstance(found, Unanswered):
            where = f" (at the alias {found.name})" if aliases else ""
            return Unanswered(name, kind, found.by, found.why + where)
        aliases += found.aliases
        ttl = found.ttl if ttl is None else min(ttl, found.ttl)
        if len(aliases) > LONGEST_CHAIN or _closes(name, aliases):
            return Unanswered(name, kind, found.server, "CNAME loop")
        match found:
            case RRset(values=values):
                return Records(name, kind, values, ttl, aliases, found.server)
            case Negative(exists=True):
                return NoData(name, kind, found.zone, ttl, aliases, found.server)
            case Negative():
                return NoName(name, kind, found.zone, ttl, aliases, found.server)
        onward = question_of(aliases[-1], kind)
        if onward is None:
            return NoName(name, kind, None, 0, aliases, found.server)
        try:
            async with asyncio.timeout_at(until):
                found = await ask(onward)
        except TimeoutError:
            found = Unanswered(onward.name, kind, "ses-bot", f"no answer in {deadline:.1f} s")


def _closes(name: str, aliases: tuple[str, ...]) -> bool:
    names = [name, *map(spelled, aliases)]
    return len(set(names)) < len(names)
