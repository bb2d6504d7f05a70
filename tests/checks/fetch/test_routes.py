"""Where a host is: A, AAAA and its HTTPS record, asked side by side; a round trip is a unit of virtual time."""

import asyncio

import pytest

from checks.answers import Answer, Dns, Unanswered
from checks.fetch.connecting import Route, Routes, Service, find_routes, read_service
from tests.support.cases import cases
from tests.support.table import Table, TableResolver
from tests.support.virtual import run

ACME: Table = {"acme.example": {"A": ["192.0.2.1", "192.0.2.2"], "AAAA": ["2001:db8::1"]}}


def look_up_routes(table: Table, host: str = "acme.example", *, https: bool = True) -> tuple[Routes, int]:
    return run(find_routes(host, 443, TableResolver(table), look_for_services=https))


def routes_to(*pairs: tuple[str, int]) -> tuple[Route, ...]:
    return tuple(Route(address, port) for address, port in pairs)


@pytest.mark.parametrize("https", [True, False])
def test_addresses_cost_one_round_trip_and_alternate(https: bool) -> None:
    host_routes, ticks = look_up_routes(ACME, https=https)
    assert host_routes.plain == routes_to(("2001:db8::1", 443), ("192.0.2.1", 443), ("192.0.2.2", 443))
    assert host_routes.services == ()
    assert ticks == 1


def test_a_list_without_end_is_cut() -> None:
    host_routes, _ = look_up_routes({"acme.example": {"A": [f"192.0.2.{i}" for i in range(50)]}})
    assert len(host_routes.plain) == 4


@pytest.mark.parametrize(
    ("records", "expected", "ticks"),
    [
        (["1 . port=8443"], [("192.0.2.1", 8443)], 1),
        (["1 ."], [], 1),
        (["2 . port=2", "1 . port=1"], [("192.0.2.1", 1), ("192.0.2.1", 2)], 1),
        (["1 pool.example"], [("192.0.2.9", 443)], 2),
        (["1 pool.example port=8443"], [("192.0.2.9", 8443)], 2),
        (["1 gone.example port=8443"], [], 2),
        (["0 pool.example"], [("192.0.2.9", 9443), ("192.0.2.9", 443)], 2),
        (["0 loop.example"], [], 3),
        (["nonsense"], [], 1),
    ],
)
def test_services(records: list[str], expected: list[tuple[str, int]], ticks: int) -> None:
    table: Table = {
        "acme.example": {"A": ["192.0.2.1"], "HTTPS": records},
        "pool.example": {"A": ["192.0.2.9"], "HTTPS": ["1 . port=9443"]},
        "loop.example": {"HTTPS": ["0 pool2.example"]},
        "pool2.example": {"HTTPS": ["0 loop.example"]},
    }
    host_routes, took = look_up_routes(table)
    assert host_routes.services == routes_to(*expected)
    assert host_routes.plain == routes_to(("192.0.2.1", 443))
    assert took == ticks


@pytest.mark.parametrize("host", ["localhost", "a.localhost"])
def test_this_machine_is_not_asked_of_dns(host: str) -> None:
    host_routes, ticks = look_up_routes({host: {"A": ["192.0.2.1"]}}, host)
    assert host_routes.plain == routes_to(("::1", 443), ("127.0.0.1", 443))
    assert ticks == 0


class _Slow(Dns):
    """Answers some types late."""

    def __init__(self, table: Table, **seconds: float) -> None:
        self._seconds = seconds
        self._table = TableResolver(table)

    async def ask(self, name: str, type: str) -> Answer:  # noqa: A002 - the field's own word
        await asyncio.sleep(self._seconds.get(type, 0))
        return await self._table.ask(name, type)


@pytest.mark.parametrize(
    ("late", "seconds", "count"),
    [({"HTTPS": 60}, 1.25, 3), ({"AAAA": 60}, 1.25, 2), ({"A": 60}, 1.25, 1), ({"A": 60, "AAAA": 60}, 61, 3)],
)
def test_with_an_address_in_hand_the_rest_is_not_waited_for(late: dict[str, float], seconds: float, count: int) -> None:
    async def work() -> float:
        host_routes = await find_routes("acme.example", 443, _Slow(ACME, **late), look_for_services=True)
        assert len(host_routes.plain) == count
        return asyncio.get_running_loop().time()

    assert run(work())[0] == seconds


@pytest.mark.parametrize(("seconds", "late"), [(0.0, False), (0.2, False), (5.0, True)])
def test_a_late_https_record_is_noticed_and_waited_for_on_request(seconds: float, late: bool) -> None:
    table: Table = {"acme.example": {"A": ["192.0.2.1"], "HTTPS": ["1 . port=8443"]}}

    async def work() -> tuple[Routes, Routes]:
        dns = _Slow(table, HTTPS=seconds)
        hasty = await find_routes("acme.example", 443, dns, look_for_services=True)
        return hasty, await find_routes("acme.example", 443, dns, look_for_services=True, patience=None)

    hasty, patient = run(work())[0]
    assert hasty.late is late
    assert hasty.services == (() if late else routes_to(("192.0.2.1", 8443)))
    assert (patient.late, patient.services) == (False, routes_to(("192.0.2.1", 8443)))


def test_who_did_not_answer_is_kept() -> None:
    host_routes, _ = look_up_routes({"acme.example": {"A": "SERVFAIL"}})
    assert host_routes.plain == ()
    assert isinstance(host_routes.unanswered, Unanswered)
    assert host_routes.unanswered.why == "SERVFAIL"


@cases()
def test_an_https_record_is_read(value: str, priority: int | None, target: str | None, port: int | None) -> None:
    """RFC 9460 section 2.1."""
    assert read_service(value) == (None if priority is None else Service(priority, target or "", port))
