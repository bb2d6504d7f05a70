"""From a host to the addresses and ports to connect to, by our own resolver: A, AAAA and the HTTPS record at once.

Never the system's name resolution: it lives in the loop's default thread pool, where a few names that hang stop
everything, and it reads hosts files that are no business of a stranger's URL.
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from checks.answers import Answer, Dns, Unanswered, in_words, values

_RECORD = re.compile(r"(?P<priority>[0-9]{1,5}) (?P<target>\S+)(?P<rest>(?: .*)?)", re.DOTALL)
_PARAMETER = re.compile(r' ([a-z0-9-]+)(?:=(?:"([^"]*)"|(\S*)))?')
_UNDERSTOOD = frozenset({"mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ipv6hint"})


@dataclass(frozen=True, slots=True)
class Service:
    """`priority` 0 is AliasMode. `target` is empty where it is the record's own name; `port` None where it is the
    scheme's."""

    priority: int
    target: str
    port: int | None = None


def read_service(value: str) -> Service | None:
    """Reads one record; returns None for what cannot be read, and for a service that this client cannot speak to: it
    asks for keys that we do not know (section 8), or offers no HTTP/1.1 (section 7.1.2)."""
    found = _RECORD.fullmatch(value)
    if not found:
        return None
    target = "" if found["target"] == "." else found["target"].removesuffix(".").lower()
    if int(found["priority"]) == 0:
        return Service(0, target)
    given = {key: quoted or bare for key, quoted, bare in _PARAMETER.findall(found["rest"])}
    if not set(filter(None, given.get("mandatory", "").split(","))) <= _UNDERSTOOD:
        return None
    if "no-default-alpn" in given and "http/1.1" not in given.get("alpn", "").split(","):
        return None
    port = given.get("port", "")
    if port and not (port.isdigit() and 1 <= int(port[:6]) <= 65_535):
        return None
    return Service(int(found["priority"]), target, int(port) if port else None)


PATIENCE = 0.25
"""Seconds that an address in hand waits for answers that are still out (as RFC 8305 section 3, and RFC 9460 section
5.1, have it): a server that never answers for HTTPS records, and there are some, holds nothing up."""
_ADDRESSES = ("A", "AAAA")
_LATE = "no answer in time"
_NOT_ASKED = "not asked"
_LONGEST_CHAIN = 4
"""Aliases by HTTPS records that are followed (RFC 9460 section 2.4.2)."""
_MOST_SERVICES = 2
_MOST_ADDRESSES = 4
"""Addresses tried of one family: a list without end would be connected to without end."""


@dataclass(frozen=True, slots=True)
class Route:
    """An IP address and the TCP port there."""

    address: str
    port: int


@dataclass(frozen=True, slots=True)
class Routes:
    """Where to connect. `services` come from HTTPS records and are tried first; `plain` are the host's own addresses.
    `answers` is what DNS said about those. `late`: the HTTPS record had not been answered, so that the website may be
    elsewhere."""

    services: tuple[Route, ...]
    plain: tuple[Route, ...]
    answers: tuple[Answer, ...] = ()
    late: bool = False

    @property
    def unanswered(self) -> Unanswered | None:
        """Returns why it is unknown whether there is an address."""
        return next((answer for answer in self.answers if isinstance(answer, Unanswered)), None)

    def in_words(self) -> str:
        return "; ".join(dict.fromkeys(in_words(answer) for answer in self.answers))


async def find(host: str, port: int, dns: Dns, *, look_for_services: bool, patience: float | None = PATIENCE) -> Routes:
    """Finds the routes to a host name. `localhost` is this machine, whatever DNS says (RFC 6761 section 6.3). With an
    address in hand, other answers are waited for `patience` seconds; None: until they come."""
    if host == "localhost" or host.endswith(".localhost"):
        return Routes((), (Route("::1", port), Route("127.0.0.1", port)))
    name, first = host, None
    for _ in range(_LONGEST_CHAIN):
        answers = await _ask(name, dns, (*_ADDRESSES, "HTTPS") if look_for_services else _ADDRESSES, patience)
        first = first or answers
        known = [service for value in values(answers["HTTPS"]) if (service := read_service(value))]
        alias = next((service.target for service in known if service.priority == 0 and service.target), None)
        if alias is None or alias == name:
            break
        name = alias
    else:
        known = []
    assert first
    addresses = [first[kind] for kind in _ADDRESSES]
    plain = _routes(addresses, port)
    found = await _of_services(sorted(known, key=lambda one: one.priority), answers, port, dns, patience)
    if name != host:
        found += _routes([answers[kind] for kind in _ADDRESSES], port)
    services_found = tuple(route for route in dict.fromkeys(found) if route not in plain)
    late = look_for_services and _is_late(answers["HTTPS"])
    return Routes(services_found, plain, tuple(addresses), late)


def _is_late(answer: Answer) -> bool:
    return isinstance(answer, Unanswered) and answer.by == "ses-bot" and answer.why == _LATE


async def _of_services(
    known: Sequence[Service], answers: dict[str, Answer], port: int, dns: Dns, patience: float | None
) -> tuple[Route, ...]:
    """Returns the hosts of the best services; those of AliasMode beside them count for nothing (RFC 9460 section
    2.4.1)."""
    usable = [service for service in known if service.priority][:_MOST_SERVICES]
    if any(service.priority == 0 for service in known):
        return ()
    answered = await asyncio.gather(
        *(_ask(one.target, dns, _ADDRESSES, patience) if one.target else _known(answers) for one in usable)
    )
    routes: list[Route] = []
    for service, its in zip(usable, answered, strict=True):
        routes += _routes([its[kind] for kind in _ADDRESSES], service.port or port)
    return tuple(routes)


async def _known(answers: dict[str, Answer]) -> dict[str, Answer]:
    return answers


def _routes(addresses: Iterable[Answer], port: int) -> tuple[Route, ...]:
    """Orders the addresses: IPv6 first, and by turns (RFC 8305 section 4)."""
    found = [values(answer)[:_MOST_ADDRESSES] for answer in addresses]
    found.reverse()
    turns = [family[i] for i in range(_MOST_ADDRESSES) for family in found if i < len(family)]
    return tuple(Route(address, port) for address in turns)


async def _ask(name: str, dns: Dns, kinds: Sequence[str], patience: float | None) -> dict[str, Answer]:
    """Asks all questions at once. With an address in hand the others have `patience`; without, they are waited for."""
    asking = {kind: asyncio.ensure_future(dns.ask(name, kind)) for kind in kinds}
    for_address = {asking[kind] for kind in _ADDRESSES}
    try:
        while not all(task.done() for task in for_address) and not _in_hand(for_address):
            await asyncio.wait({task for task in for_address if not task.done()}, return_when=asyncio.FIRST_COMPLETED)
        rest = {task for task in asking.values() if not task.done()}
        if rest:
            await asyncio.wait(rest, timeout=patience)
        return {"HTTPS": Unanswered(name, "HTTPS", "ses-bot", _NOT_ASKED)} | {
            kind: task.result() if task.done() else Unanswered(name, kind, "ses-bot", _LATE)
            for kind, task in asking.items()
        }
    finally:
        for task in asking.values():
            task.cancel()


def _in_hand(tasks: Iterable[asyncio.Future[Answer]]) -> bool:
    return any(task.done() and values(task.result()) for task in tasks)
