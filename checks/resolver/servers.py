"""Parses the servers to ask, as people write them: `127.0.0.1:5353,[::1]:53`, `192.0.2.1`, `::1`; or the system's
own."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

import dns.exception
import dns.resolver

from checks.findings import shorten

EXAMPLE = "192.0.2.1,127.0.0.1:5353,[::1]:53"
_PORT = 53


@dataclass(frozen=True, slots=True)
class Server:
    """An IP address (with a zone index where it needs one, RFC 4007 section 11) and a port."""

    host: str
    port: int = _PORT

    def __str__(self) -> str:
        if self.port == _PORT:
            return self.host
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_servers(text: str) -> tuple[str, ...]:
    """Parses a comma-separated list of servers into texts, each in one canonical form; `ValueError` with one line that
    says what is wrong and gives an example."""
    parts = [part.strip() for part in text.split(",")]
    servers = tuple(dict.fromkeys(str(parse_server(part)) for part in parts if part))
    if not servers:
        raise ValueError(f"no DNS server is given. Example: {EXAMPLE}")
    return servers


def parse_server(text: str) -> Server:
    """Parses one server; `ValueError` as in `parse_servers`."""
    host, port = _split_port(text.strip())
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise ValueError(f"“{shorten(text)}” is not an IP address with an optional port. Example: {EXAMPLE}") from None
    if port is not None and not (port.isascii() and port.isdigit() and 1 <= int(port[:6]) <= 65_535):
        raise ValueError(f"“{shorten(text)}” has a port that is not a number from 1 to 65535. Example: {EXAMPLE}")
    return Server(str(address), _PORT if port is None else int(port))


def select_servers(texts: Sequence[str] | None) -> tuple[Server, ...]:
    """Returns the servers to ask; None asks the system. A system that names none has one on itself (resolv.conf(5))."""
    if texts is None:
        return _read_system_servers()
    if isinstance(texts, str):
        texts = parse_servers(texts)
    servers = tuple(dict.fromkeys(parse_server(text) for text in texts))
    if not servers:
        raise ValueError(f"no DNS server is given. Example: {EXAMPLE}")
    return servers


def _read_system_servers() -> tuple[Server, ...]:
    try:
        system = dns.resolver.Resolver(configure=True)
    except (dns.exception.DNSException, OSError):
        return (Server("127.0.0.1"),)
    addresses = [str(server) for server in system.nameservers]
    return tuple(Server(host, system.port) for host in addresses if _is_address(host)) or (Server("127.0.0.1"),)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _split_port(text: str) -> tuple[str, str | None]:
    """Splits `[::1]:53` or `127.0.0.1:53` into host and port; an IPv6 address without brackets has no port."""
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if bracket and not rest:
            return host, None
        return (host, rest[1:]) if bracket and rest.startswith(":") else (text, None)
    if text.count(":") == 1:
        host, _, port = text.partition(":")
        return host, port
    return text, None
