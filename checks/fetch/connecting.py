"""Makes connections: finds the addresses and ports of a host by our own resolver (A, AAAA and the HTTPS record at
once), judges each where its socket is made, and explains why a connection failed.

The socket is where DNS has had its last word: whatever a name said a moment ago, this is the address that is connected
to. Never the system's name resolution: it lives in the loop's default thread pool, where a few names that hang stop
everything, and it reads hosts files that are no business of a stranger's URL.
"""

import asyncio
import errno
import re
import socket
import ssl
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import chain

from aiohttp import AddrInfoType, ClientConnectionError, ClientConnectorError, ClientSSLError, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from checks.addresses import Network, is_allowed, may_be_reached
from checks.answers import Answer, Dns, Unanswered, describe_answer, values
from checks.fetch.urls import Failure, Tls

_HTTPS_RECORD = re.compile(r"(?P<priority>[0-9]{1,5}) (?P<target>\S+)(?P<rest>(?: .*)?)", re.DOTALL)
_PARAMETER = re.compile(r' ([a-z0-9-]+)(?:=(?:"([^"]*)"|(\S*)))?')
_SUPPORTED_KEYS = frozenset({"mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ipv6hint"})


@dataclass(frozen=True, slots=True)
class Service:
    """`priority` 0: AliasMode. `target` empty: the record's own name; `port` None: the scheme's."""

    priority: int
    target: str
    port: int | None = None


def read_service(value: str) -> Service | None:
    """Reads one record; returns None for what cannot be read, and for a service that this client cannot speak to: it
    asks for keys that we do not know (section 8), or offers no HTTP/1.1 (section 7.1.2)."""
    record = _HTTPS_RECORD.fullmatch(value)
    if not record:
        return None
    target = "" if record["target"] == "." else record["target"].removesuffix(".").lower()
    if int(record["priority"]) == 0:
        return Service(0, target)
    parameters = {key: quoted or bare for key, quoted, bare in _PARAMETER.findall(record["rest"])}
    if not set(filter(None, parameters.get("mandatory", "").split(","))) <= _SUPPORTED_KEYS:
        return None
    if "no-default-alpn" in parameters and "http/1.1" not in parameters.get("alpn", "").split(","):
        return None
    port = parameters.get("port", "")
    if port and not (port.isdigit() and 1 <= int(port[:6]) <= 65_535):
        return None
    return Service(int(record["priority"]), target, int(port) if port else None)


PATIENCE = 0.25
"""Seconds that an address in hand waits for answers that are still out (as RFC 8305 section 3, and RFC 9460 section
5.1, have it): a server that never answers for HTTPS records, and there are some, holds nothing up."""
_ADDRESSES = ("A", "AAAA")
_LATE_REASON = "no answer in time"
_NOT_ASKED = "not asked"
_MOST_ALIASES = 4
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

    def describe_answers(self) -> str:
        return "; ".join(dict.fromkeys(describe_answer(answer) for answer in self.answers))


async def find_routes(
    host: str, port: int, dns: Dns, *, look_for_services: bool, patience: float | None = PATIENCE
) -> Routes:
    """Finds the routes to a host name. `localhost` is this machine, whatever DNS says (RFC 6761 section 6.3). With an
    address in hand, other answers are waited for `patience` seconds; None: until they come."""
    if host == "localhost" or host.endswith(".localhost"):
        return Routes((), (Route("::1", port), Route("127.0.0.1", port)))
    name, own_answers = host, None
    for _ in range(_MOST_ALIASES):
        answers = await _ask_host(name, dns, (*_ADDRESSES, "HTTPS") if look_for_services else _ADDRESSES, patience)
        own_answers = own_answers or answers
        services = [service for value in values(answers["HTTPS"]) if (service := read_service(value))]
        alias = next((service.target for service in services if service.priority == 0 and service.target), None)
        if alias is None or alias == name:
            break
        name = alias
    else:
        services = []
    assert own_answers
    plain = _make_routes(own_answers, port)
    routes = await _find_service_routes(services, answers, port, dns, patience)
    if name != host:
        routes += _make_routes(answers, port)
    service_routes = tuple(route for route in dict.fromkeys(routes) if route not in plain)
    late = look_for_services and _is_late(answers["HTTPS"])
    return Routes(service_routes, plain, tuple(own_answers[kind] for kind in _ADDRESSES), late)


def _is_late(answer: Answer) -> bool:
    return isinstance(answer, Unanswered) and answer.by == "ses-bot" and answer.why == _LATE_REASON


async def _find_service_routes(
    services: Sequence[Service], answers: dict[str, Answer], port: int, dns: Dns, patience: float | None
) -> tuple[Route, ...]:
    """Finds the hosts of the best services; beside AliasMode, others count for nothing (RFC 9460 section 2.4.1)."""
    if any(service.priority == 0 for service in services):
        return ()

    async def ask(service: Service) -> tuple[Route, ...]:
        host_answers = await _ask_host(service.target, dns, _ADDRESSES, patience) if service.target else answers
        return _make_routes(host_answers, service.port or port)

    best = sorted(services, key=lambda service: service.priority)[:_MOST_SERVICES]
    return tuple(chain.from_iterable(await asyncio.gather(*map(ask, best))))


def _make_routes(answers: dict[str, Answer], port: int) -> tuple[Route, ...]:
    """Orders the addresses: IPv6 first, and by turns (RFC 8305 section 4)."""
    families = [values(answers[kind])[:_MOST_ADDRESSES] for kind in ("AAAA", "A")]
    interleaved = [family[i] for i in range(_MOST_ADDRESSES) for family in families if i < len(family)]
    return tuple(Route(address, port) for address in interleaved)


async def _ask_host(name: str, dns: Dns, kinds: Sequence[str], patience: float | None) -> dict[str, Answer]:
    """Asks all questions at once. With an address in hand the others have `patience`; without, they are waited for."""
    tasks = {kind: asyncio.ensure_future(dns.ask(name, kind)) for kind in kinds}
    address_tasks = {tasks[kind] for kind in _ADDRESSES}
    try:
        while not all(task.done() for task in address_tasks) and not _has_address(address_tasks):
            await asyncio.wait({task for task in address_tasks if not task.done()}, return_when=asyncio.FIRST_COMPLETED)
        pending = {task for task in tasks.values() if not task.done()}
        if pending:
            await asyncio.wait(pending, timeout=patience)
        return {"HTTPS": Unanswered(name, "HTTPS", "ses-bot", _NOT_ASKED)} | {
            kind: task.result() if task.done() else Unanswered(name, kind, "ses-bot", _LATE_REASON)
            for kind, task in tasks.items()
        }
    finally:
        for task in tasks.values():
            task.cancel()


def _has_address(tasks: Iterable[asyncio.Future[Answer]]) -> bool:
    return any(task.done() and values(task.result()) for task in tasks)


_PORTS = (80, 443)


@dataclass(slots=True)
class Attempt:
    """One hop's connection: what is allowed to it, and what happened. `dns` is asked for the host. `trusted`: the
    operator named this host and port, so they may be private. `look_for_services`: HTTPS records count; `fallback`
    leaves them aside for the second try."""

    dns: Dns
    trusted: bool = False
    look_for_services: bool = False
    fallback: bool = False
    resolving: bool = False
    routes: Routes | None = None
    connected: bool = False
    refused: list[str] = field(default_factory=list)
    certificate: ssl.SSLError | None = None


current_attempt: ContextVar[Attempt] = ContextVar("attempt")
"""The attempt under way: aiohttp hands neither to a resolver nor to a socket factory what a connection is for."""


class NoRoute(OSError):
    """DNS gave no address. An OSError, because that is what a resolver may raise; `Attempt.routes` says more."""


class BadEncoding(Exception):
    """The body is compressed in a way that was not asked for, or wrongly."""


class _AttemptResolver(AbstractResolver):
    """Resolves a host by the attempt's own DNS; each address is judged where its socket is made."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        attempt = current_attempt.get()
        if attempt.routes is None:
            attempt.resolving = True
            attempt.routes = await find_routes(host, port, attempt.dns, look_for_services=attempt.look_for_services)
            attempt.resolving = False
        routes = attempt.routes.plain if attempt.fallback else attempt.routes.services or attempt.routes.plain
        if not routes:
            raise NoRoute(errno.EADDRNOTAVAIL, "no address")
        flags = socket.AI_NUMERICHOST
        return [
            ResolveResult(hostname=host, host=route.address, port=route.port, family=0, proto=0, flags=flags)
            for route in routes
        ]

    async def close(self) -> None:
        """Does nothing: the resolver holds no resource."""


class _CertificateErrorKeeper(ssl.SSLObject):
    """Keeps the first certificate error: aiohttp then tries the host's other addresses, and reports the last error."""

    def do_handshake(self) -> None:
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            attempt = current_attempt.get(None)
            if attempt and not attempt.certificate:
                attempt.certificate = error
            raise


def make_connector(allowed: Sequence[Network]) -> TCPConnector:
    """Returns a connector that judges every address. It keeps no connection: one that is used again passes no guard,
    and what was trusted for one fetch must not serve another."""

    def new_socket(info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, (host, port, *_) = info
        attempt = current_attempt.get(None)
        block = explain_block(str(host), int(port), allowed, trusted=attempt is not None and attempt.trusted)
        if attempt is None or block:
            if attempt:
                attempt.refused.append(block or "")
            raise OSError(errno.EACCES, block or "no fetch asked for this connection")
        return socket.socket(family, kind, protocol)

    return TCPConnector(
        resolver=_AttemptResolver(),
        use_dns_cache=False,
        socket_factory=new_socket,
        ssl=_make_tls_context(),
        force_close=True,
        limit=200,
        happy_eyeballs_delay=0.25,
        loop=asyncio.get_running_loop(),
    )


def explain_block(host: str, port: int, allowed: Sequence[Network], *, trusted: bool = False) -> str | None:
    """Returns why an IP address and a port may not be connected to, as a phrase; None where they may."""
    if trusted or is_allowed(host, allowed):
        return None
    if not may_be_reached(host, ()):
        return f"{host} is not a public address"
    return None if port in _PORTS else f"port {port} is neither 443 nor 80"


def _make_tls_context() -> ssl.SSLContext:
    """Loads the system's certificates, or those of `SSL_CERT_FILE`, which OpenSSL reads itself."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    # From Python 3.13 on, certificates are held to more than browsers hold them to; a site is not broken for that.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.sslobject_class = _CertificateErrorKeeper
    return context


_TLS_BY_VERIFY_CODE = {
    9: Tls.NOT_YET_VALID,
    10: Tls.EXPIRED,
    18: Tls.SELF_SIGNED,
    19: Tls.UNKNOWN_ISSUER,
    20: Tls.UNKNOWN_ISSUER,
    21: Tls.UNKNOWN_ISSUER,
    62: Tls.WRONG_NAME,
    64: Tls.WRONG_NAME,
}
"""OpenSSL's X509_V_ERR numbers. 19 is an unknown root at the end of a chain, 21 a leaf without its chain."""
_TLS_PHRASES = {
    Tls.EXPIRED: "its certificate has expired",
    Tls.NOT_YET_VALID: "its certificate is not valid yet",
    Tls.WRONG_NAME: "its certificate is for another name",
    Tls.SELF_SIGNED: "its certificate is self-signed",
    Tls.UNKNOWN_ISSUER: "its certificate is from an issuer that is not trusted, or its intermediate certificate is "
    "missing",
    Tls.HANDSHAKE: "no safe connection could be agreed on (the TLS handshake failed)",
    Tls.OTHER: "its certificate is not valid",
}
_ERRNO = re.compile(r"\[Errno (\d+)\]")


def explain_error(error: Exception, attempt: Attempt) -> tuple[Failure, str, Tls | None]:
    """Says what an exception of the client means for the hop."""
    if attempt.certificate or isinstance(error, ClientSSLError):
        return _explain_tls_error(attempt.certificate or getattr(error, "certificate_error", None))
    cause = error.os_error if isinstance(error, ClientConnectorError) else error
    if isinstance(cause, NoRoute):
        return (*_explain_no_route(attempt), None)
    if isinstance(error, BadEncoding):
        return Failure.PROTOCOL, f"its answer is {error}", None
    if isinstance(error, TimeoutError):
        return (*explain_timeout(attempt), None)
    if isinstance(error, ClientConnectionError | OSError):
        return (*_explain_no_connection(cause, attempt), None)
    return Failure.PROTOCOL, "its answer breaks the rules of HTTP", None


def explain_timeout(attempt: Attempt) -> tuple[Failure, str]:
    if attempt.resolving:
        return Failure.ADDRESS_UNKNOWN, "DNS did not answer in time"
    return Failure.TIMEOUT, "it did not answer in time"


def _explain_tls_error(error: Exception | None) -> tuple[Failure, str, Tls]:
    kind = Tls.HANDSHAKE
    if isinstance(error, ssl.SSLCertVerificationError):
        kind = _TLS_BY_VERIFY_CODE.get(error.verify_code, Tls.OTHER)
    return Failure.TLS, _TLS_PHRASES[kind], kind


def _explain_no_route(attempt: Attempt) -> tuple[Failure, str]:
    if attempt.routes and (unanswered := attempt.routes.unanswered):
        return Failure.ADDRESS_UNKNOWN, f"its address is unknown: {unanswered.by} said {unanswered.why}"[:300]
    answers = attempt.routes.describe_answers() if attempt.routes else ""
    return Failure.NO_ADDRESS, f"its name has no address ({answers})" if answers else "its name has no address"


def _explain_no_connection(cause: BaseException, attempt: Attempt) -> tuple[Failure, str]:
    """Explains the failure of several addresses: one message may name several, and the furthest reached counts."""
    number = getattr(cause, "errno", None)
    numbers = {number} if number else {int(digits) for digits in _ERRNO.findall(str(cause))}
    if attempt.refused and numbers <= {errno.EACCES}:
        return Failure.NOT_PUBLIC, attempt.refused[0]
    if errno.ECONNREFUSED in numbers:
        return Failure.REFUSED, "the connection was refused"
    if errno.ETIMEDOUT in numbers:
        return Failure.TIMEOUT, "the connection was not answered"
    if numbers & {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM}:
        return Failure.UNREACHABLE, "there is no way to its address"
    return Failure.UNREACHABLE, "the connection broke before an answer came"
