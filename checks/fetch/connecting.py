"""How a connection is made, by our resolver's addresses, each judged where its socket is made, and why one failed.

The socket is where DNS has had its last word: whatever a name said a moment ago, this is the address that is connected
to. A resolver alone would not do, for it never sees an address in the URL itself.
"""

import asyncio
import errno
import re
import socket
import ssl
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field

from aiohttp import AddrInfoType, ClientConnectionError, ClientConnectorError, ClientSSLError, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from checks.addresses import Network, is_allowed, may_be_reached
from checks.answers import Dns
from checks.fetch import routes
from checks.fetch.routes import Routes
from checks.fetch.values import Failure, Tls

_PORTS = (80, 443)


@dataclass(slots=True)
class Attempt:
    """One hop's connection: what is allowed to it, and what happened. `dns` is asked for the host. `trusted`: the
    operator named this host and port, so they may be private. `services`: HTTPS records are looked at; `fallback`
    leaves them aside for the second try."""

    dns: Dns
    trusted: bool = False
    services: bool = False
    fallback: bool = False
    resolving: bool = False
    routes: Routes | None = None
    connected: bool = False
    refused: list[str] = field(default_factory=list)
    certificate: ssl.SSLError | None = None


current: ContextVar[Attempt] = ContextVar("attempt")
"""The attempt under way: aiohttp hands neither to a resolver nor to a socket factory what a connection is for."""


class NoRoute(OSError):
    """DNS gave no address. An OSError, because that is what a resolver may raise; `Attempt.routes` says more."""


class BadEncoding(Exception):
    """The body is compressed in a way that was not asked for, or wrongly."""


class _Resolver(AbstractResolver):
    """Gives what the attempt's own DNS says; the addresses are judged later."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        attempt = current.get()
        if attempt.routes is None:
            attempt.resolving = True
            attempt.routes = await routes.find(host, port, attempt.dns, look_for_services=attempt.services)
            attempt.resolving = False
        found = attempt.routes.plain if attempt.fallback else attempt.routes.services or attempt.routes.plain
        if not found:
            raise NoRoute(errno.EADDRNOTAVAIL, "no address")
        flags = socket.AI_NUMERICHOST
        return [
            ResolveResult(hostname=host, host=r.address, port=r.port, family=0, proto=0, flags=flags) for r in found
        ]

    async def close(self) -> None:
        """Does nothing: the resolver holds no resource."""


class _Noting(ssl.SSLObject):
    """Keeps what was wrong with a certificate: aiohttp then tries the host's other addresses, and tells of the last."""

    def do_handshake(self) -> None:
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            attempt = current.get(None)
            if attempt and not attempt.certificate:
                attempt.certificate = error
            raise


def connector(allowed: Sequence[Network]) -> TCPConnector:
    """Returns a connector that judges every address. It keeps no connection: one that is used again passes no guard,
    and what was trusted for one fetch must not serve another."""

    def new_socket(info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, (host, port, *_) = info
        attempt = current.get(None)
        why = why_not(str(host), int(port), allowed, trusted=attempt is not None and attempt.trusted)
        if attempt is None or why:
            if attempt:
                attempt.refused.append(why or "")
            raise OSError(errno.EACCES, why or "no fetch asked for this connection")
        return socket.socket(family, kind, protocol)

    return TCPConnector(
        resolver=_Resolver(),
        use_dns_cache=False,
        socket_factory=new_socket,
        ssl=_tls(),
        force_close=True,
        limit=200,
        happy_eyeballs_delay=0.25,
        loop=asyncio.get_running_loop(),
    )


def why_not(host: str, port: int, allowed: Sequence[Network], *, trusted: bool = False) -> str | None:
    """Returns why an IP address and a port may not be connected to, as a phrase; None where they may."""
    if trusted or is_allowed(host, allowed):
        return None
    if not may_be_reached(host, ()):
        return f"{host} is not a public address"
    return None if port in _PORTS else f"port {port} is neither 443 nor 80"


def _tls() -> ssl.SSLContext:
    """Loads the system's certificates, or those of `SSL_CERT_FILE`, which OpenSSL reads itself."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    # From Python 3.13 on, certificates are held to more than browsers hold them to; a site is not broken for that.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.sslobject_class = _Noting
    return context


_BY_CODE = {
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
_IN_WORDS = {
    Tls.EXPIRED: "its certificate has expired",
    Tls.NOT_YET_VALID: "its certificate is not valid yet",
    Tls.WRONG_NAME: "its certificate is for another name",
    Tls.SELF_SIGNED: "its certificate is self-signed",
    Tls.UNKNOWN_ISSUER: "its certificate is from an issuer that is not trusted, or its intermediate certificate is "
    "missing",
    Tls.HANDSHAKE: "no safe connection could be agreed on (the TLS handshake failed)",
    Tls.OTHER: "its certificate is not valid",
}
_NUMBERS = re.compile(r"\[Errno (\d+)\]")


def explain(error: Exception, attempt: Attempt) -> tuple[Failure, str, Tls | None]:
    """Returns what an exception of the client means for the hop."""
    if attempt.certificate or isinstance(error, ClientSSLError):
        return _tls_fault(attempt.certificate or getattr(error, "certificate_error", None))
    cause = error.os_error if isinstance(error, ClientConnectorError) else error
    if isinstance(cause, NoRoute):
        return (*_no_route(attempt), None)
    if isinstance(error, BadEncoding):
        return Failure.PROTOCOL, f"its answer is {error}", None
    if isinstance(error, TimeoutError):
        return (*timed_out(attempt), None)
    if isinstance(error, ClientConnectionError | OSError):
        return (*_no_connection(cause, attempt), None)
    return Failure.PROTOCOL, "its answer breaks the rules of HTTP", None


def timed_out(attempt: Attempt) -> tuple[Failure, str]:
    """Tells whose time ran out."""
    if attempt.resolving:
        return Failure.ADDRESS_UNKNOWN, "DNS did not answer in time"
    return Failure.TIMEOUT, "it did not answer in time"


def _tls_fault(error: Exception | None) -> tuple[Failure, str, Tls]:
    kind = Tls.HANDSHAKE
    if isinstance(error, ssl.SSLCertVerificationError):
        kind = _BY_CODE.get(error.verify_code, Tls.OTHER)
    return Failure.TLS, _IN_WORDS[kind], kind


def _no_route(attempt: Attempt) -> tuple[Failure, str]:
    if attempt.routes and (failed := attempt.routes.unanswered):
        return Failure.ADDRESS_UNKNOWN, f"its address is unknown: {failed.by} said {failed.why}"[:300]
    said = attempt.routes.in_words() if attempt.routes else ""
    return Failure.NO_ADDRESS, f"its name has no address ({said})" if said else "its name has no address"


def _no_connection(cause: BaseException, attempt: Attempt) -> tuple[Failure, str]:
    """Picks the best failure of several addresses: one message may name several, and the furthest reached counts."""
    number = getattr(cause, "errno", None)
    numbers = {number} if number else {int(found) for found in _NUMBERS.findall(str(cause))}
    if attempt.refused and numbers <= {errno.EACCES}:
        return Failure.NOT_PUBLIC, attempt.refused[0]
    if errno.ECONNREFUSED in numbers:
        return Failure.REFUSED, "the connection was refused"
    if errno.ETIMEDOUT in numbers:
        return Failure.TIMEOUT, "the connection was not answered"
    if numbers & {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM}:
        return Failure.UNREACHABLE, "there is no way to its address"
    return Failure.UNREACHABLE, "the connection broke before an answer came"
