"""Servers that fail, one way at a time and two at once: never absence, never an exception, by whom and why."""

import asyncio
import itertools

import pytest

from checks.answers import NoData, NoName, Records, Unanswered
from checks.resolver import Resolver
from fakes.dns import DnsFault, LoopbackDns
from fakes.dns_names import Table
from tests.support.dns import closed_port, open_resolver

GOOD: Table = {"acme.com": {"TXT": ["v=spf1 -all"], "A": ["192.0.2.1"]}, "a.b.acme.com": {"A": ["192.0.2.2"]}}
WHYS = {
    DnsFault.SERVFAIL: "SERVFAIL",
    DnsFault.REFUSED: "REFUSED",
    DnsFault.NOTIMP: "NOTIMP",
    DnsFault.TIMEOUT: "no answer in 0.",
    DnsFault.TRUNCATED: "truncated, and the TCP connection was closed without an answer",
    DnsFault.TRUNCATED_SILENT: "only a truncated one, and nothing over TCP",
    DnsFault.REFERRAL: "lame: a referral in place of an answer",
    DnsFault.GARBAGE: "only ",
    DnsFault.WRONG_ID: "only a message that is no answer to this question",
    DnsFault.WRONG_QUESTION: "only an answer to another question",
    DnsFault.BOGUS: "DNSSEC validation failed",
}


@pytest.mark.parametrize("fault", WHYS)
async def test_one_server(fault: DnsFault) -> None:
    server = LoopbackDns(GOOD)
    server.fault("*", "*", fault)
    async with open_resolver(server) as dns:
        for name in ("acme.com", "no.acme.com"):
            answer = await dns.ask(name, "TXT")
            assert isinstance(answer, Unanswered)
            assert (answer.name, answer.type, answer.by) == (name, "TXT", server.address)
            assert WHYS[fault] in answer.why
    assert server.count("acme.com") >= 2


@pytest.mark.parametrize("fault", WHYS)
async def test_the_other_server_answers(fault: DnsFault) -> None:
    first, second = LoopbackDns(GOOD), LoopbackDns(GOOD)
    first.fault("*", "*", fault)
    async with open_resolver(first, second, try_timeout=0.15) as dns:
        answer, absent = await asyncio.gather(dns.ask("acme.com", "TXT"), dns.ask("no.acme.com", "TXT"))
    assert answer == Records("acme.com", "TXT", ("v=spf1 -all",), 300, (), second.address)
    assert absent == NoName("no.acme.com", "TXT", "acme.com", 300, (), second.address)


@pytest.mark.parametrize(("first_fault", "other"), list(itertools.combinations(WHYS, 2)))
async def test_two_faults_at_once(first_fault: DnsFault, other: DnsFault) -> None:
    first, second = LoopbackDns(GOOD), LoopbackDns(GOOD)
    first.fault("*", "*", first_fault)
    second.fault("*", "*", other)
    async with open_resolver(first, second, try_timeout=0.02) as dns:
        answer = await dns.ask("acme.com", "TXT")
    assert isinstance(answer, Unanswered)
    if DnsFault.BOGUS not in (first_fault, other):
        assert set(answer.by.split(", ")) == {first.address, second.address}
    for fault, server in ((first_fault, first), (other, second)):
        if fault in (DnsFault.SERVFAIL, DnsFault.REFUSED, DnsFault.NOTIMP) and DnsFault.BOGUS not in (
            first_fault,
            other,
        ):
            assert fault.value in answer.why
        if fault is DnsFault.BOGUS:
            assert (answer.by, answer.why) == (server.address, "DNSSEC validation failed")


async def test_a_fault_of_one_name_is_not_the_fault_of_another() -> None:
    server = LoopbackDns({**GOOD, "bad.acme.com": {"*": DnsFault.SERVFAIL}})
    async with open_resolver(server) as dns:
        bad, good = await asyncio.gather(dns.ask("bad.acme.com", "TXT"), dns.ask("acme.com", "TXT"))
    assert bad == Unanswered("bad.acme.com", "TXT", server.address, "SERVFAIL")
    assert isinstance(good, Records)


async def test_servfail_is_tried_again_and_then_without_checking() -> None:
    """RFC 4035 section 3.2.2: a validating server gives data that it found bogus to who sets CD."""
    server = LoopbackDns(GOOD)
    server.fault("acme.com", "*", DnsFault.SERVFAIL)
    async with open_resolver(server) as dns:
        assert await dns.ask("acme.com", "TXT") == Unanswered("acme.com", "TXT", server.address, "SERVFAIL")
        assert [question.cd for question in server.asked] == [False, False, True]
        server.repair()
        assert isinstance(await dns.ask("acme.com", "TXT"), Records)  # what was not given is not remembered


async def test_what_was_wrong_first_is_reported_when_checking_is_off_too() -> None:
    server = LoopbackDns(GOOD)
    server.fault("*", "*", DnsFault.SERVFAIL)
    async with open_resolver(server, try_timeout=1) as dns:
        asking = asyncio.ensure_future(dns.ask("acme.com", "TXT"))
        await server.wait_for_questions(2)
        server.fault("*", "*", DnsFault.REFUSED)
        assert await asking == Unanswered("acme.com", "TXT", server.address, "SERVFAIL")
    assert server.count() == 3


async def test_the_answer_to_a_first_try_counts_during_the_second() -> None:
    server = LoopbackDns(GOOD)
    server.fault("*", "*", DnsFault.LATE, seconds=0.4)
    async with open_resolver(server, try_timeout=0.3) as dns:
        asking = asyncio.ensure_future(dns.ask("acme.com", "TXT"))
        await server.wait_for_questions()
        server.fault("*", "*", DnsFault.TIMEOUT)
        assert isinstance(await asking, Records)
    assert server.count() == 2


async def test_a_late_answer_counts_while_another_server_is_asked() -> None:
    slow, silent = LoopbackDns(GOOD), LoopbackDns(GOOD)
    slow.fault("*", "*", DnsFault.LATE, seconds=0.3)
    silent.fault("*", "*", DnsFault.TIMEOUT)
    async with open_resolver(slow, silent, try_timeout=0.2) as dns:
        answer = await dns.ask("acme.com", "TXT")
    assert isinstance(answer, Records)
    assert answer.server == slow.address
    assert (slow.count(), silent.count()) == (1, 1)


async def test_a_server_that_was_silent_comes_last_for_a_while() -> None:
    silent, good = LoopbackDns(GOOD), LoopbackDns(GOOD)
    silent.fault("*", "*", DnsFault.TIMEOUT)
    async with open_resolver(silent, good, try_timeout=0.2) as dns:
        await dns.ask("acme.com", "TXT")
        await asyncio.gather(*(dns.ask(f"n{i}.acme.com", "TXT") for i in range(10)))
    assert silent.count() == 1


async def test_the_deadline_of_a_question() -> None:
    server = LoopbackDns(GOOD)
    server.fault("*", "*", DnsFault.TIMEOUT)
    loop = asyncio.get_running_loop()
    async with open_resolver(server, try_timeout=5, deadline=0.2) as dns:
        began = loop.time()
        answer = await dns.ask("acme.com", "TXT")
        assert loop.time() - began < 2
    assert answer == Unanswered("acme.com", "TXT", server.address, "no answer in 0.2 s")


async def test_the_deadline_holds_along_aliases() -> None:
    server = LoopbackDns({f"l{i}.acme.com": {"CNAME": [f"l{i + 1}.acme.com"]} for i in range(10)})
    server.fault("*", "*", DnsFault.ONE_LINK)
    server.delay = 0.15
    loop = asyncio.get_running_loop()
    async with open_resolver(server, try_timeout=2, deadline=0.4) as dns:
        began = loop.time()
        answer = await dns.ask("l0.acme.com", "A")
        assert loop.time() - began < 1
    assert isinstance(answer, Unanswered)
    assert answer.why.startswith("no answer in 0.4 s (at the alias l")


@pytest.mark.parametrize("count", [1, 2])
async def test_no_one_listens(count: int) -> None:
    servers = [closed_port() for _ in range(count)]
    loop = asyncio.get_running_loop()
    async with Resolver(servers, 2.0) as dns:
        began = loop.time()
        answer = await dns.ask("acme.com", "TXT")
        assert loop.time() - began < 1.5
    assert answer == Unanswered("acme.com", "TXT", ", ".join(servers), "connection refused")


async def test_truncated_and_tcp_refused() -> None:
    server = LoopbackDns({"acme.com": {"TXT": ["x" * 3000]}}, tcp=False)
    async with open_resolver(server) as dns:
        answer = await dns.ask("acme.com", "TXT")
    assert isinstance(answer, Unanswered)
    assert (answer.by, answer.why) == (server.address, "truncated, and TCP failed: connection refused")


class TestLame:
    """An empty answer, neither authoritative nor recursive, without an SOA: absence or a server that knows nothing?"""

    async def test_of_a_server_that_sets_flags_otherwise(self) -> None:
        server = LoopbackDns({**GOOD, "lame.acme.com": {"*": DnsFault.LAME}})
        async with open_resolver(server) as dns:
            await dns.ask("acme.com", "TXT")
            answer = await dns.ask("lame.acme.com", "TXT")
        why = "lame: an empty answer, neither authoritative nor recursive"
        assert answer == Unanswered("lame.acme.com", "TXT", server.address, why)
        assert server.count("lame.acme.com") == 2

    async def test_of_a_simple_server(self) -> None:
        """RFC 2308 section 2.2: no data, type 3."""
        server = LoopbackDns(GOOD)
        server.fault("*", "*", DnsFault.LAME)
        async with open_resolver(server) as dns:
            for _ in range(2):
                assert await dns.ask("acme.com", "TXT") == NoData("acme.com", "TXT", None, 0, (), server.address)
        assert server.count() == 2  # without an SOA it is not remembered (RFC 2308 section 5)


async def test_a_lie_about_an_empty_non_terminal_is_passed_on() -> None:
    server = LoopbackDns(GOOD)
    server.fault("b.acme.com", "*", DnsFault.NO_TERMINALS)
    async with open_resolver(server) as dns:
        assert isinstance(await dns.ask("b.acme.com", "A"), NoName)
        assert isinstance(await dns.ask("a.b.acme.com", "A"), Records)
