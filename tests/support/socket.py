"""Zones over a real socket: a DNS server on loopback, and the resolver that asks it."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from checks.answers import Dns
from checks.resolver import Resolver
from fakes.dns import LoopbackDns
from tests.support.table import Table, can_be_asked

T = TypeVar("T")


async def over_socket(zone: Table, look_up: Callable[[Dns], Awaitable[T]]) -> T:
    """What a look-up brings when the zone is served by UDP and TCP, but for the names that DNS cannot hold. A fault of
    the table is a SERVFAIL here."""
    async with (
        LoopbackDns(_serve_faults(zone)) as server,
        Resolver([server.address], try_timeout=20.0, deadline=120.0) as resolver,
    ):
        return await look_up(resolver)


def _serve_faults(zone: Table) -> dict[str, dict[str, Any]]:
    return {
        name: {rtype: "SERVFAIL" if isinstance(values, str) else values for rtype, values in types.items()}
        for name, types in zone.items()
        if can_be_asked(name)
    }
