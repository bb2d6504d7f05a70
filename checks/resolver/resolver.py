"""The resolver: asks the configured servers, remembers what they say for as long as it holds, and shares questions.

It answers for every check at once. UDP first and TCP after truncation, about a second a try, the next server or a
second try with a longer wait, a deadline for each question, and at most 64 on the wire. Nothing that DNS says raises.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from checks.addresses import networks_of
from checks.answers import Answer, Dns, NoName, Unanswered
from checks.resolver.authoritative import AuthoritativeDns
from checks.resolver.query_pool import AnswerCache, QueryPool
from checks.resolver.questions import Question, question_of, spelled
from checks.resolver.responses import Response, follow
from checks.resolver.servers import servers_of


class Resolver:
    """A `Dns` over UDP and TCP, as an async context manager: leaving it ends the questions in flight.

    `servers`: as `SES_BOT_DNS_SERVERS` writes them, None for the system's. `try_timeout`: seconds for a first try, a
    second one gets twice that. `deadline`: seconds for a question. `in_flight`: questions on the wire at once. For
    `fresh`: `allow_networks` (CIDRs) may be asked though they are not public, at `authority_port`. `ValueError` for
    servers or networks that cannot be read.
    """

    def __init__(  # noqa: PLR0913 - the first three are the contract; the rest have defaults that hold
        self,
        servers: Sequence[str] | None = None,
        try_timeout: float = 1.0,
        deadline: float = 10.0,
        *,
        in_flight: int = 64,
        cache_size: int = 4096,
        allow_networks: Sequence[str] = (),
        authority_port: int = 53,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        cache = AnswerCache(cache_size, clock)
        self._pool = QueryPool(
            servers_of(servers), try_timeout=try_timeout, deadline=deadline, in_flight=in_flight, cache=cache
        )
        self._allowed = networks_of(allow_networks)
        self._authority_port = authority_port
        self._flying: dict[Question, asyncio.Task[Response | Unanswered]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.close()

    async def ask(self, name: str, type: str) -> Answer:  # noqa: A002 - the field's own word
        """See `checks.answers.Dns.ask`. `ValueError` for a type that does not exist."""
        question = question_of(name, type)
        if question is None:
            return NoName(spelled(name), type.upper())
        return await follow(question, self._link, self._pool.deadline)

    def fresh(self) -> Dns:
        """A `Dns` for one "check again": past every cache, from the zone's own name servers where they can be reached.
        What it learns is remembered for everybody."""
        return AuthoritativeDns(self._pool, self, allowed=self._allowed, port=self._authority_port)

    async def _link(self, question: Question) -> Response | Unanswered:
        known = self._pool.cache.get(question)
        if known is not None:
            return known
        task = self._flying.get(question)
        if task is None:
            task = self._flying[question] = self._pool.start(question, self._pool.ask_servers)
            task.add_done_callback(lambda _: self._flying.pop(question, None))
        return await self._pool.outcome(question, task)
