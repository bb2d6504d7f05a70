"""Which IP addresses may be reached: public ones, and those of networks that were allowed.

Anybody can publish `127.0.0.1` or a metadata service as the address of a name server or a website. An IPv6 address that
carries an IPv4 address is judged by that one: the packet ends up there. Also how settings name what may be reached.
"""

import ipaddress
from collections.abc import Sequence
from typing import TypeAlias
from urllib.parse import urlsplit

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052 section 2.1."""
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")
"""RFC 8215. Read as a prefix of 96 bits whose last 32 before the address are zero; any other layout is refused."""
_COMPATIBLE = ipaddress.IPv6Network("::/96")
"""RFC 4291 section 2.5.5.1; `::` and `::1` lie in it too, and are no more public as 0.0.0.0 and 0.0.0.1."""
_REFUSED = tuple(
    ipaddress.ip_network(text)
    for text in (
        "192.0.0.0/24",  # IETF protocol assignments (RFC 6890); a cloud keeps its metadata at 192.0.0.192
        "168.63.129.16/32",  # a public address on paper; within Azure it is the host of the machine
        "64:ff9b:1::/48",
        "2001::/32",  # Teredo (RFC 4380): a tunnel to whatever address the name's owner writes into it
        "fec0::/10",  # site-local (RFC 3879), which Python takes for public
    )
)


def networks_of(texts: Sequence[str]) -> tuple[Network, ...]:
    """Parses CIDRs; `ValueError` with one line where one cannot be read."""
    return tuple(_parse_network(text.strip()) for text in texts)


def _parse_network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        why = "is not a network: an address, a slash and the bits of its prefix"
        raise ValueError(f"“{text}” {why}. Example: 10.0.0.0/8") from None


def parse_networks(text: str) -> tuple[str, ...]:
    """Returns the networks of a setting, such as `10.0.0.0/8,fd00::/8`; `ValueError` as in `networks_of`."""
    networks = tuple(part.strip() for part in text.split(",") if part.strip())
    networks_of(networks)
    return networks


def parse_base_url(text: str) -> str:
    """Returns the web address of a setting, to which paths are added, with a slash at its end; `ValueError` says why
    it is none."""
    if not is_web_address(text) or urlsplit(text).query or urlsplit(text).fragment:
        raise ValueError("it is not a web address that a path can be added to")
    if "@" in urlsplit(text).netloc:
        raise ValueError("remove the user name and password; they are never sent")
    return text if text.endswith("/") else text + "/"


def is_web_address(url: str) -> bool:
    """Returns True for http and https with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def may_be_reached(text: str, allowed: Sequence[Network]) -> bool:
    """Returns True for a public unicast address, or one in an allowed network; False also for what is no address."""
    if is_allowed(text, allowed):
        return True
    address = read_address(text)
    inner = _unwrap_ipv4(address) if address else None
    if inner is None or not inner.is_global or inner.is_multicast or inner.is_reserved:
        return False
    return not any(inner in network for network in _REFUSED)


def is_allowed(text: str, allowed: Sequence[Network]) -> bool:
    """Returns True for an address in one of the networks that a setting allows."""
    address = read_address(text)
    addresses = {address, _unwrap_ipv4(address)} if address else set()
    return any(address in network for address in addresses for network in allowed)


def read_address(text: str) -> Address | None:
    """Returns the IP address that a text is; None for any other text."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _unwrap_ipv4(address: Address) -> Address:
    """Returns the IPv4 address within: mapped or compatible (RFC 4291 2.5.5), NAT64 (RFC 6052, RFC 8215), 6to4 (RFC
    3056)."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    is_local_nat64 = address in _LOCAL_NAT64 and not (int(address) >> 32) & 0xFFFF_FFFF
    if address in _NAT64 or address in _COMPATIBLE or is_local_nat64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address
