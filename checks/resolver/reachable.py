"""Which addresses of name servers may be asked: public ones, and those of networks that were allowed.

Anybody can publish `127.0.0.1` or a metadata service as the address of a name server. An IPv6 address that carries an
IPv4 address is judged by that one.
"""

import ipaddress
from collections.abc import Sequence
from typing import TypeAlias

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052 section 2.1."""


def networks_of(texts: Sequence[str]) -> tuple[Network, ...]:
    """CIDRs as networks; `ValueError` with one line where one cannot be read."""
    try:
        return tuple(ipaddress.ip_network(text.strip(), strict=False) for text in texts)
    except ValueError as error:
        raise ValueError(f"{error}. Example: 10.0.0.0/8") from None


def may_be_asked(text: str, allowed: Sequence[Network]) -> bool:
    """True for a public unicast address, or one in an allowed network; False also for what is no address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    inner = _unwrapped(address)
    if any(a in network for a in (address, inner) for network in allowed):
        return True
    site_local = isinstance(inner, ipaddress.IPv6Address) and inner.is_site_local
    return inner.is_global and not inner.is_multicast and not inner.is_reserved and not site_local


def _unwrapped(address: _Address) -> _Address:
    """The IPv4 address within: mapped (RFC 4291 section 2.5.5.2), NAT64 (RFC 6052), 6to4 (RFC 3056)."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address
