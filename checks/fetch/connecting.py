"""How a connection is made: by our resolver's addresses, each judged where its socket is made, with verified TLS.

The socket is where DNS has had its last word: whatever a name said a moment ago, this is the address that is connected
to. A resolver alone would not do, for it never sees an address in the URL itself.
"""

import asyncio
import errno
import socket
import ssl
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field

from aiohttp import AddrInfoType, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from checks.addresses import Network, is_allowed, may_be_reached
from checks.answers import Dns
from checks.fetch import routes
from checks.fetch.routes import Routes

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
