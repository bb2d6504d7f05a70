"""The resolver: asks the configured servers, remembers what they say for as long as it holds, and shares questions.

It answers for every check at once. UDP first and TCP after truncation, about a second a try, the next server or a
second try with a longer wait, a deadline for each question, and at most 64 on the wire. Nothing that DNS says raises.

For "Check again" it asks the zone's own name servers (RD clear, only authoritative answers count), with a short wait: a
recursive server may repeat an absence for as long as the zone's SOA says (RFC 2308 section 5). Where they cannot be
reached, or are not on the public internet, the configured servers are asked, past our own cache.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from checks.addresses import Network, may_be_reached, networks_of
from checks.answers import Answer, Dns, NoData, NoName, Records, Unanswered, values
from checks.resolver.dns_query import Nameserver
from checks.resolver.messages import Negative, Question, Referred, Response, question_of
from checks.resolver.query_pool import AnswerCache, FreshAnswers, Outcome, QueryPool, follow
from checks.resolver.servers import Server, servers_of

_MOST_SERVERS = 3
_SHARE = 0.25
"""Of a try, for each of a zone's servers but the last, which gets the rest. All are listened to until the end."""
_MOST_HOSTS = 6
_MOST_REFERRALS = 8
_MOST_STEPS = 8
"""Names walked upward to find a zone."""
_ENOUGH_FAILURES = 2
"""Zones whose servers kept silent, with none that spoke: port 53 is closed to us, so no more is tried."""


@dataclass(slots=True)
class _Zone:
    """A zone and those of its servers that may be asked; none where they kept silent."""

    name: str
    nameservers: list[Nameserver] = field(default_factory=list)

    def holds(self, name: str) -> bool:
        return name == self.name or name.endswith("." + self.name)


class AuthoritativeDns:
    """A `Dns` for one check: a question asked twice is asked once. `known` finds zones and their servers (remembered
    answers will do for that); `shared` has what was asked past every cache `since` then."""

    def __init__(  # noqa: PLR0913 - what a resolver has
        self,
        engine: QueryPool,
        known: Dns,
        shared: FreshAnswers,
        since: float,
        *,
        allowed: Sequence[Network],
        port: int,
    ) -> None:
        self._pool = engine
        self._infrastructure = known
        self._shared = shared
        self._since = since
        self._allowed = allowed
        self._port = port
        self._asked: dict[Question, Outcome] = {}
        self._zones: dict[str, _Zone] = {}
        self._finding: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._spoke = False
        self._silent_zones = 0

    async def ask(self, name: str, type: str) -> Answer:  # noqa: A002 - the field's own word
        """See `checks.answers.Dns.ask`. `ValueError` for a type that does not exist."""
        return await follow(name, type, self._link, self._pool.deadline)

    async def delegation(self, zone: str) -> tuple[str, ...]:
        """Returns the name servers that a zone's parent names for it (RFC 1034 section 4.2.1); where the parent's
        servers do not answer, those that DNS gives. Empty where neither says any."""
        question = question_of(zone, "NS")
        parent = await self._parent_of(zone) if question else None
        if question and parent and parent.nameservers:
            until = asyncio.get_running_loop().time() + self._pool.deadline
            match await self._pool.settle(question, self._plan(parent.nameservers), until, recursive=False):
                case Referred(zone=name, hosts=hosts) if name == question.name:
                    return hosts
                case Negative():
                    return ()
        return values(await self.ask(zone, "NS"))

    async def _parent_of(self, zone: str) -> _Zone | None:
        """Returns the zone above another; that of a top-level domain too, which no check asks."""
        above = zone.partition(".")[2]
        apex = await self._apex_of(above) if "." in above else above
        if not apex:
            return None
        return _Zone(apex, await self._nameservers_of(values(await self._infrastructure.ask(apex, "NS"))))

    async def _link(self, question: Question) -> Response | Unanswered:
        task = self._asked.get(question)
        if task is None:
            if known := self._shared.known(question, self._since):
                return known
            task = self._shared.ask(question, self._since, lambda: self._pool.start(question, self._learn))
            self._asked[question] = task
        found = await self._pool.outcome(question, task)
        if isinstance(found, Unanswered) and self._asked.get(question) is task:
            del self._asked[question]
        return found

    async def _learn(self, question: Question, until: float) -> Response | Unanswered:
        try:
            async with asyncio.timeout_at(until - self._pool.deadline / 2):
                found = await self._ask_zone(question, until)
        except TimeoutError:
            found = None
        return found if found is not None else await self._pool.ask_servers(question, until)

    async def _ask_zone(self, question: Question, until: float) -> Response | None:
        """Returns what the name's own zone says, down through its delegations; None where it does not answer."""
        zone = await self._zone_of(question.name)
        for _ in range(_MOST_REFERRALS):
            if zone is None or not zone.nameservers:
                return None
            found = await self._pool.settle(question, self._plan(zone.nameservers), until, recursive=False)
            match found:
                case Unanswered():
                    self._note_silence(zone)
                    return None
                case Referred(zone=name, hosts=hosts):
                    deeper = name != zone.name and zone.holds(name)
                    zone = await self._enter(name, hosts) if deeper else None
                case _:
                    self._spoke = True
                    return found
        return None

    def _plan(self, nameservers: list[Nameserver]) -> list[tuple[Nameserver, float]]:
        """Returns one try in all, whatever the number of servers."""
        shares = [_SHARE] * (len(nameservers) - 1)
        waits = [share * self._pool.try_timeout for share in (*shares, 1 - sum(shares))]
        return list(zip(nameservers, waits, strict=True))

    def _note_silence(self, zone: _Zone) -> None:
        now = asyncio.get_running_loop().time()
        if zone.nameservers and all(nameserver.silent_until > now for nameserver in zone.nameservers):
            zone.nameservers = []
            self._silent_zones += 1

    async def _zone_of(self, name: str) -> _Zone | None:
        """Returns the zone to begin at: the nearest known one, else found by SOA. Names of one organization wait for
        the first of them instead of each looking for itself."""
        if not self._spoke and self._silent_zones >= _ENOUGH_FAILURES:
            return None
        if (known := self._nearest(name)) is not None:
            return known
        async with self._finding[".".join(name.split(".")[-2:])]:
            if (known := self._nearest(name)) is not None:
                return known
            apex = await self._apex_of(name)
            if apex is None or "." not in apex:
                return None
            return await self._enter(apex, values(await self._infrastructure.ask(apex, "NS")))

    def _nearest(self, name: str) -> _Zone | None:
        while name:
            if name in self._zones:
                return self._zones[name]
            name = name.partition(".")[2]
        return None

    async def _apex_of(self, name: str) -> str | None:
        """Returns the apex of the zone that holds a name (RFC 2308 section 3: an absence carries the zone's SOA)."""
        for _ in range(_MOST_STEPS):
            if "." not in name:
                return None
            match await self._infrastructure.ask(name, "SOA"):
                case Records(aliases=()):
                    return name
                case NoData(zone=str(zone), aliases=()) | NoName(zone=str(zone), aliases=()):
                    return zone
                case Unanswered():
                    return None
            name = name.partition(".")[2]
        return None

    async def _enter(self, apex: str, hosts: Sequence[str]) -> _Zone:
        """Learns a zone's servers."""
        if apex in self._zones:
            return self._zones[apex]
        return self._zones.setdefault(apex, _Zone(apex, await self._nameservers_of(hosts)))

    async def _nameservers_of(self, hosts: Sequence[str]) -> list[Nameserver]:
        """Returns those that may be asked: one address of each host first, IPv4 before IPv6."""
        asked = [(host, kind) for kind in ("A", "AAAA") for host in hosts[:_MOST_HOSTS]]
        answers = await asyncio.gather(*(self._infrastructure.ask(host, kind) for host, kind in asked))
        first = [values(answer)[0] for answer in answers if values(answer)]
        others = [address for answer in answers for address in values(answer)[1:_MOST_SERVERS]]
        usable = [a for a in dict.fromkeys([*first, *others]) if may_be_reached(a, self._allowed)]
        return [Nameserver(Server(address, self._port)) for address in usable[:_MOST_SERVERS]]


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
        self._fresh = FreshAnswers(cache_size, clock)
        self._pool = QueryPool(
            servers_of(servers), try_timeout=try_timeout, deadline=deadline, in_flight=in_flight, cache=cache
        )
        self._allowed = networks_of(allow_networks)
        self._authority_port = authority_port
        self._flying: dict[Question, Outcome] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.close()

    async def ask(self, name: str, type: str) -> Answer:  # noqa: A002 - the field's own word
        """See `checks.answers.Dns.ask`. `ValueError` for a type that does not exist."""
        return await follow(name, type, self._link, self._pool.deadline)

    def fresh(self, since: float | None = None) -> AuthoritativeDns:
        """Returns a `Dns` for one "check again": past every cache, from the zone's own name servers where they can be
        reached. What it learns is remembered for all.

        Checks that begin together give the moment of that (in seconds of the clock) as `since`: what one of them asks
        then serves the others within its TTL. None is now.
        """
        since = self._fresh.now() if since is None else since
        return AuthoritativeDns(self._pool, self, self._fresh, since, allowed=self._allowed, port=self._authority_port)

    async def _link(self, question: Question) -> Response | Unanswered:
        known = self._pool.cache.get(question)
        if known is not None:
            return known
        task = self._flying.get(question)
        if task is None:
            task = self._flying[question] = self._pool.start(question, self._pool.ask_servers)
            task.add_done_callback(lambda _: self._flying.pop(question, None))
        return await self._pool.outcome(question, task)
