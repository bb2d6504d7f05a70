"""check_host() against the table of cases in `rfc7208.txt`, each with the section that it comes from."""

import asyncio
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.answers import Answer
from checks.spf import check_host
from tests.support.socket import over_socket
from tests.support.spf_cases import HOST, Case, Zone, read_cases
from tests.support.spf_zones import HOSTS, NAMES, texts, zones
from tests.support.table import TableResolver
from tests.support.virtual import run

CASES = read_cases()
RESULTS = {"none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"}


def test_the_table_is_whole() -> None:
    assert len(CASES) >= 300
    assert len({case.title for case in CASES}) == len(CASES)
    assert {case.result for case in CASES} == RESULTS


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    dns = TableResolver(case.zone)
    (result, explanation), _ = run(check_host(case.ip, case.domain, case.sender, case.helo, dns))
    assert result == case.result
    if case.explanation is not None:
        assert explanation == case.explanation


async def test_every_case_over_sockets() -> None:
    """The same table with a resolver in front of a server: what the wire does to names and texts changes nothing."""
    records = {str(case): await _check_over_sockets(case) for case in CASES}
    assert records == {str(case): (case.result, case.explanation) for case in CASES}


async def _check_over_sockets(case: Case) -> tuple[str, str | None]:
    result, explanation = await over_socket(
        case.zone, lambda dns: check_host(case.ip, case.domain, case.sender, case.helo, dns)
    )
    return result, None if case.explanation is None else explanation


def test_the_receiver_and_the_time_are_reported_in_an_explanation() -> None:
    """Section 7.2: r and t."""
    zone: Zone = {
        "example.com": {"TXT": ["v=spf1 -all exp=why.example.com"]},
        "why.example.com": {"TXT": ["%{r} at %{t}"]},
    }
    work = check_host(
        HOST,
        "example.com",
        "a@example.com",
        "h.example",
        TableResolver(zone),
        receiver="mx.example.org",
        now=1700000000,
    )
    assert run(work)[0] == ("fail", "mx.example.org at 1700000000")


def test_an_address_object_serves_as_well_as_its_text() -> None:
    dns = TableResolver({"example.com": {"TXT": [f"v=spf1 ip4:{HOST} -all"]}})
    assert run(check_host(ip_address(HOST), "example.com", "", "example.com", dns))[0][0] == "pass"


@pytest.mark.parametrize("ip", ["", "localhost", "192.0.2", "192.0.2.10.5", "::g"])
def test_what_is_no_address_gives_none(ip: str) -> None:
    dns = TableResolver({"example.com": {"TXT": ["v=spf1 +all"]}})
    assert run(check_host(ip, "example.com", "", "example.com", dns))[0] == ("none", "")


def test_a_domain_in_its_people_s_letters_is_asked_for_as_a_labels() -> None:
    """RFC 8616 section 4."""
    zone: Zone = {"xn--bcher-kva.example": {"TXT": ["v=spf1 exists:%{o}.w.example -all"]}}
    zone = {**zone, "xn--bcher-kva.example.w.example": {"A": ["127.0.0.2"]}}
    work = check_host(HOST, "bücher.example", "leser@bücher.example", "h.example", TableResolver(zone))
    assert run(work)[0][0] == "pass"


def test_the_explanation_is_asked_for_only_after_a_fail() -> None:
    """Section 6.2: at most one look-up more, and none when the host may send."""
    dns = TableResolver({"example.com": {"TXT": ["v=spf1 +all exp=why.example.com"]}})
    run(check_host(HOST, "example.com", "", "example.com", dns))
    assert dns.asked == [("example.com", "TXT")]


def test_the_hosts_of_a_mail_exchanger_are_asked_for_at_once() -> None:
    zone: Zone = {
        "example.com": {"TXT": ["v=spf1 mx -all"], "MX": [f"{n} h{n}.example.com" for n in range(10)]},
        **{f"h{n}.example.com": {"A": ["198.51.100.1"]} for n in range(10)},
    }
    result, ticks = run(check_host(HOST, "example.com", "", "example.com", TableResolver(zone)))
    assert (result[0], ticks) == ("fail", 3)


class Silence:
    """A `Dns` that never answers some names, nor gives up."""

    def __init__(self, zone: Zone, *silent: str) -> None:
        self._table = TableResolver(zone)
        self._silent = silent

    async def ask(self, name: str, type: str) -> Answer:  # noqa: A002 - the field's own word
        if name in self._silent:
            await asyncio.sleep(3600)
        return await self._table.ask(name, type)


def test_time_runs_out_as_a_temperror() -> None:
    """Section 4.6.4: at least 20 seconds, then temperror."""
    dns = Silence({"example.com": {"TXT": ["v=spf1 include:slow.example.net +all"]}}, "slow.example.net")
    result, ticks = run(check_host(HOST, "example.com", "", "example.com", dns))
    assert (result, ticks) == (("temperror", ""), 20)


def test_an_explanation_that_does_not_come_leaves_the_fail() -> None:
    """Section 6.2: as if there were no exp."""
    dns = Silence({"example.com": {"TXT": ["v=spf1 -all exp=slow.example.net"]}}, "slow.example.net")
    assert run(check_host(HOST, "example.com", "", "example.com", dns))[0] == ("fail", "")


senders = st.one_of(st.just(""), st.text(max_size=30), st.just("a-b.c@example.com"))


@settings(max_examples=300, deadline=None)
@given(zones, st.sampled_from(NAMES), st.sampled_from(HOSTS), senders, st.text(max_size=20))
def test_every_zone_gives_one_of_the_seven_results(zone: Zone, domain: str, ip: str, sender: str, helo: str) -> None:
    result, explanation = run(check_host(ip, domain, sender, helo, TableResolver(zone)))[0]
    assert result in RESULTS
    assert result == "fail" or not explanation


@settings(max_examples=200, deadline=None)
@given(texts, st.text(max_size=80), st.text(max_size=80), st.text(max_size=40), st.text(max_size=40))
def test_no_argument_raises(record: str, domain: str, sender: str, helo: str, ip: str) -> None:
    dns = TableResolver({"example.com": {"TXT": [record]}, domain or "x": {"TXT": [record]}})
    assert run(check_host(HOST, domain, sender, helo, dns))[0][0] in RESULTS
    assert run(check_host(ip, "example.com", sender, helo, dns))[0][0] in RESULTS
