"""Resolves names: asks the configured servers, caches what they say for as long as it holds, and shares questions.

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
from functools import partial
from types import TracebackType
from typing import Self

from checks.addresses import Network, may_be_reached, networks_of
from checks.answers import Answer, Dns, NoData, NoName, Records, Unanswered, values
from checks.resolver.dns_query import Nameserver
from checks.resolver.messages import Negative, Referral, Response, WireQuestion, question_of
from checks.resolver.query_pool import AnswerCache, FreshAnswers, PendingQuery, QueryPool, resolve_name
from checks.resolver.servers import Server, select_servers

_MOST_SERVERS = 3
_FIRST_SERVERS_SHARE = 0.25
"""Of a try, for each of a zone's servers but the last, which gets the rest. All are listened to until the end."""
_MOST_HOSTS = 6
_MOST_REFERRALS = 8
_MOST_PARENTS = 8
"""Names walked upward to find a zone."""
_MOST_SILENT_ZONES = 2
"""Zones whose servers kept silent while none answered: port 53 is closed to us, so no more zone is tried."""


@dataclass(slots=True)
class _Zone:
    """A zone and those of its servers that may be asked; none where they kept silent."""

    name: str
    nameservers: list[Nameserver] = field(default_factory=list)

    def holds(self, name: str) -> bool:
        return name == self.name or name.endswith("." + self.name)


class AuthoritativeDns:
    """A `Dns` for one check that asks the zones' own servers, each question once. `zone_dns` finds zones and their
    servers, from cached answers too; `shared` has what was asked past every cache after `since`."""

    def __init__(  # noqa: PLR0913 - what a resolver has
        self,
        pool: QueryPool,
        zone_dns: Dns,
        shared: FreshAnswers,
        since: float,
        *,
        allowed: Sequence[Network],
        port: int,
    ) -> None:
        self._pool = pool
        self._zone_dns = zone_dns
        self._shared = shared
        self._since = since
        self._allowed = allowed
        self._port = port
        self._asked: dict[WireQuestion, PendingQuery] = {}
        self._zones: dict[str, _Zone] = {}
        self._zone_locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._any_zone_answered = False
        self._silent_zones = 0

    async def ask(self, name: str, type: str) -> Answer:  # noqa: A002 - the field's own word
        """See `checks.answers.Dns.ask`. `ValueError` for a type that does not exist."""
        return await resolve_name(name, type, self._ask_once, self._pool.deadline)

    async def delegation(self, zone: str) -> tuple[str, ...]:
        """Returns the name servers that a zone's parent names for it (RFC 1034 section 4.2.1); where the parent's
        servers do not answer, those that DNS gives. Empty where neither says any."""
        question = question_of(zone, "NS")
        parent = await self._find_parent(zone) if question else None
        if question and parent and parent.nameservers:
            until = asyncio.get_running_loop().time() + self._pool.deadline
            match await self._pool.run_query(question, self._plan_tries(parent.nameservers), until, recursive=False):
                case Referral(zone=name, hosts=hosts) if name == question.name:
                    return hosts
                case Negative():
                    return ()
        return values(await self.ask(zone, "NS"))

    async def _find_parent(self, zone: str) -> _Zone | None:
        """Finds the zone above another; that of a top-level domain too, which no check asks."""
        above = zone.partition(".")[2]
        apex = await self._find_apex(above) if "." in above else above
        if not apex:
            return None
        return _Zone(apex, await self._find_nameservers(values(await self._zone_dns.ask(apex, "NS"))))

    async def _ask_once(self, question: WireQuestion) -> Response | Unanswered:
        task = self._asked.get(question)
        if task is None:
            if response := self._shared.get(question, self._since):
                return response
            start = partial(self._pool.start_query, question, self._ask_zone_or_servers)
            task = self._shared.get_or_start(question, self._since, start)
            self._asked[question] = task
        outcome = await self._pool.wait_for(question, task)
        if isinstance(outcome, Unanswered) and self._asked.get(question) is task:
            del self._asked[question]
        return outcome

    async def _ask_zone_or_servers(self, question: WireQuestion, until: float) -> Response | Unanswered:
        try:
            async with asyncio.timeout_at(until - self._pool.deadline / 2):
                response = await self._query_zone(question, until)
        except TimeoutError:
            response = None
        return response if response is not None else await self._pool.ask_servers(question, until)

    async def _query_zone(self, question: WireQuestion, until: float) -> Response | None:
        """Asks the name's own zone, down through its delegations; returns None where it does not answer."""
        zone = await self._find_zone(question.name)
        for _ in range(_MOST_REFERRALS):
            if zone is None or not zone.nameservers:
                return None
            outcome = await self._pool.run_query(question, self._plan_tries(zone.nameservers), until, recursive=False)
            match outcome:
                case Unanswered():
                    self._note_silence(zone)
                    return None
                case Referral(zone=name, hosts=hosts):
                    is_below = name != zone.name and zone.holds(name)
                    zone = await self._load_zone(name, hosts) if is_below else None
                case _:
                    self._any_zone_answered = True
                    return outcome
        return None

    def _plan_tries(self, nameservers: list[Nameserver]) -> list[tuple[Nameserver, float]]:
        """Splits the time of one try among the servers."""
        shares = [_FIRST_SERVERS_SHARE] * (len(nameservers) - 1)
        waits = [share * self._pool.try_timeout for share in (*shares, 1 - sum(shares))]
        return list(zip(nameservers, waits, strict=True))

    def _note_silence(self, zone: _Zone) -> None:
        now = asyncio.get_running_loop().time()
        if zone.nameservers and all(nameserver.silent_until > now for nameserver in zone.nameservers):
            zone.nameservers = []
            self._silent_zones += 1

    async def _find_zone(self, name: str) -> _Zone | None:
        """Returns the zone to begin at: the nearest known one, else the one found by SOA. Names of one organization
        wait until the first of them has found it."""
        if not self._any_zone_answered and self._silent_zones >= _MOST_SILENT_ZONES:
            return None
        if (zone := self._nearest_known_zone(name)) is not None:
            return zone
        async with self._zone_locks[".".join(name.split(".")[-2:])]:
            if (zone := self._nearest_known_zone(name)) is not None:
                return zone
            apex = await self._find_apex(name)
            if apex is None or "." not in apex:
                return None
            return await self._load_zone(apex, values(await self._zone_dns.ask(apex, "NS")))

    def _nearest_known_zone(self, name: str) -> _Zone | None:
        while name:
            if name in self._zones:
                return self._zones[name]
            name = name.partition(".")[2]
        return None

    async def _find_apex(self, name: str) -> str | None:
        """Finds the apex of the zone that holds a name (RFC 2308 section 3: an absence carries the zone's SOA)."""
        for _ in range(_MOST_PARENTS):
            if "." not in name:
                return None
            match await self._zone_dns.ask(name, "SOA"):
                case Records(aliases=()):
                    return name
                case NoData(zone=str(zone), aliases=()) | NoName(zone=str(zone), aliases=()):
                    return zone
                case Unanswered():
                    return None
            name = name.partition(".")[2]
        return None

    async def _load_zone(self, apex: str, hosts: Sequence[str]) -> _Zone:
        """Returns a zone with its servers, from memory where it is known."""
        if apex in self._zones:
            return self._zones[apex]
        return self._zones.setdefault(apex, _Zone(apex, await self._find_nameservers(hosts)))

    async def _find_nameservers(self, hosts: Sequence[str]) -> list[Nameserver]:
        """Finds the servers of a zone that may be asked: one address of each host first, IPv4 before IPv6."""
        questions = [(host, kind) for kind in ("A", "AAAA") for host in hosts[:_MOST_HOSTS]]
        answers = await asyncio.gather(*(self._zone_dns.ask(host, kind) for host, kind in questions))
        first = [values(answer)[0] for answer in answers if values(answer)]
        others = [address for answer in answers for address in values(answer)[1:_MOST_SERVERS]]
        usable = [address for address in dict.fromkeys([*first, *others]) if may_be_reached(address, self._allowed)]
        return [Nameserver(Server(address, self._port)) for address in usable[:_MOST_SERVERS]]


class Resolver:
    """A `Dns` over UDP and TCP, as an async context manager: leaving it ends the questions in flight.

    `servers`: as `SES_BOT_DNS_SERVERS` writes them, None for the system's. `try_timeout`: seconds for a first try, a
    second one gets twice that. `deadline`: seconds for a question. `in_flight`: questions on the wire at once. For
    `authoritative_dns`: `allow_networks` (CIDRs) may be asked though they are not public, at `authority_port`.
    `ValueError` for servers or networks that cannot be read.
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
            select_servers(servers), try_timeout=try_timeout, deadline=deadline, in_flight=in_flight, cache=cache
        )
        self._allowed = networks_of(allow_networks)
        self._authority_port = authority_port
        self._pending: dict[WireQuestion, PendingQuery] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.close()

    async def ask(self, name: str, type: str) -> Answer:  # noqa: A002 - the field's own word
        """See `checks.answers.Dns.ask`. `ValueError` for a type that does not exist."""
        return await resolve_name(name, type, self._ask_once, self._pool.deadline)

    def authoritative_dns(self, since: float | None = None) -> AuthoritativeDns:
        """Returns a `Dns` for one "check again": past every cache, from the zone's own name servers where they can be
        reached. Its answers are cached for all.

        Checks that begin together give the moment of that (in seconds of the clock) as `since`: what one of them asks
        then serves the others within its TTL. None is now.
        """
        since = self._fresh.now() if since is None else since
        return AuthoritativeDns(self._pool, self, self._fresh, since, allowed=self._allowed, port=self._authority_port)

    async def _ask_once(self, question: WireQuestion) -> Response | Unanswered:
        cached = self._pool.cache.get(question)
        if cached is not None:
            return cached
        task = self._pending.get(question)
        if task is None:
            task = self._pending[question] = self._pool.start_query(question, self._pool.ask_servers)
            task.add_done_callback(lambda _: self._pending.pop(question, None))
        return await self._pool.wait_for(question, task)
