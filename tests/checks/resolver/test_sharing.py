"""Questions are shared, remembered and bounded; the one who asks can leave, and nothing is left behind at the end."""

import asyncio
import os

import pytest

from checks.answers import NoData, NoName, Records, Unanswered
from checks.resolver import Resolver
from fakes.dns import DnsFault, LoopbackDns
from fakes.dns_names import Table
from tests.support.dns import Clock, open_resolver
from tests.support.patience import PATIENCE

ACME: Table = {"acme.com": {"TXT": ["v=spf1 -all"], "SOA": ["ns.acme.com h.acme.com 1 3600 600 86400 60"]}}


async def test_identical_questions_in_flight_are_asked_once() -> None:
    server = LoopbackDns(ACME, delay=0.1)
    async with open_resolver(server, try_timeout=2) as dns:
        spellings = ["acme.com", "ACME.com", "acme.com.", r"\097cme.com"] * 25
        answers = await asyncio.gather(*(dns.ask(name, "TXT") for name in spellings))
        assert server.count() == 1
    assert all(answer == answers[0] for answer in answers)
    assert isinstance(answers[0], Records)


async def test_who_leaves_does_not_end_the_question() -> None:
    server = LoopbackDns(ACME, delay=0.1)
    async with open_resolver(server, try_timeout=2) as dns:
        first, second = (asyncio.ensure_future(dns.ask("acme.com", "TXT")) for _ in range(2))
        await server.wait_for_questions()
        first.cancel()
        assert isinstance(await second, Records)
        with pytest.raises(asyncio.CancelledError):
            await first
        assert server.count() == 1


async def test_a_question_that_everybody_left_is_learned_all_the_same() -> None:
    server = LoopbackDns(ACME, delay=0.05)
    async with open_resolver(server, try_timeout=2) as dns:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(dns.ask("acme.com", "TXT"), 0.02)
        assert isinstance(await dns.ask("acme.com", "TXT"), Records)
        assert server.count() == 1


@pytest.mark.parametrize("fault", [DnsFault.TIMEOUT, DnsFault.TRUNCATED, None])
async def test_leaving_ends_every_question_and_closes_every_socket(fault: DnsFault | None) -> None:
    server = LoopbackDns({"acme.com": {"TXT": ["x" * 3000]}})
    if fault:
        server.fault("*", "*", fault)
    async with server:
        before, descriptors = asyncio.all_tasks(), len(os.listdir("/dev/fd"))
        server.delay = 5
        async with Resolver([server.address], try_timeout=5) as dns:
            if fault is None:
                server.delay = 0
                assert isinstance(await dns.ask("acme.com", "TXT"), Records)
                server.delay = 5
            names = ("acme.com", "no.acme.com")
            resolvers = (dns, dns.authoritative_dns())
            asking = [asyncio.ensure_future(resolver.ask(name, "A")) for name in names for resolver in resolvers]
            await server.wait_for_questions(3)
        for answer in await asyncio.wait_for(asyncio.gather(*asking), 1):
            assert isinstance(answer, Unanswered)
            assert (answer.by, answer.why) == ("ses-bot", "stopped before an answer came")
        assert asyncio.all_tasks() == before
        await asyncio.sleep(0.05)  # the server lets go of its ends of TCP connections
        assert len(os.listdir("/dev/fd")) == descriptors
        late = await dns.ask("acme.com", "MX")
        assert isinstance(late, Unanswered)
        assert asyncio.all_tasks() == before


async def test_at_most_so_many_questions_are_on_the_wire() -> None:
    server = LoopbackDns({f"n{i}.acme.com": {"TXT": [str(i)]} for i in range(30)})
    server.fault("*", "*", DnsFault.TIMEOUT)
    async with open_resolver(server, try_timeout=PATIENCE, deadline=PATIENCE, in_flight=10) as dns:
        asking = [asyncio.ensure_future(dns.ask(f"n{i}.acme.com", "TXT")) for i in range(30)]
        await server.wait_for_questions(10)
        await asyncio.sleep(0.01)
        assert server.count() == 10, "the others wait for their turn"
        for question in asking:
            question.cancel()


async def test_questions_that_waited_for_their_turn_are_answered() -> None:
    server = LoopbackDns({f"n{i}.acme.com": {"TXT": [str(i)]} for i in range(30)}, delay=0.01)
    async with open_resolver(server, in_flight=10) as dns:
        answers = await asyncio.gather(*(dns.ask(f"n{i}.acme.com", "TXT") for i in range(30)))
    assert [answer.values for answer in answers if isinstance(answer, Records)] == [(str(i),) for i in range(30)]


async def test_waiting_for_a_turn_counts_against_the_deadline() -> None:
    server = LoopbackDns(ACME)
    server.fault("*", "*", DnsFault.TIMEOUT)
    async with open_resolver(server, try_timeout=5, deadline=0.2, in_flight=1) as dns:
        answers = await asyncio.gather(*(dns.ask(name, "TXT") for name in ("acme.com", "acme.org")))
    first, second = (answer.why for answer in answers if isinstance(answer, Unanswered))
    assert first == "no answer in 0.2 s"
    late = "1 earlier questions were still unanswered after 0.2 s"
    assert second in (late, "no answer in 0.0 s"), "its turn came at the deadline, or never"


class TestRemembered:
    """RFC 1034 section 3.6 (TTL), RFC 2308 section 5 (absence)."""

    async def test_records_for_their_ttl(self) -> None:
        server, clock = LoopbackDns(ACME, ttl=100), Clock()
        async with open_resolver(server, clock=clock) as dns:
            assert await dns.ask("acme.com", "TXT") == await dns.ask("ACME.com", "TXT")
            clock.now += 60
            old = await dns.ask("acme.com", "TXT")
            assert isinstance(old, Records)
            assert (old.ttl, server.count()) == (40, 1)
            clock.now += 40
            assert isinstance(await dns.ask("acme.com", "TXT"), Records)
        assert server.count() == 2

    @pytest.mark.parametrize(("name", "kind"), [("acme.com", NoData), ("no.acme.com", NoName)])
    @pytest.mark.parametrize(("ttl", "remembered"), [(300, 60), (20, 20)])
    async def test_absence_for_the_smaller_of_the_soas_ttl_and_minimum(
        self, name: str, kind: type[NoData | NoName], ttl: int, remembered: int
    ) -> None:
        server, clock = LoopbackDns(ACME, ttl=ttl), Clock()
        async with open_resolver(server, clock=clock) as dns:
            answer = await dns.ask(name, "MX")
            assert isinstance(answer, kind)
            assert answer.ttl == remembered
            clock.now += remembered - 1
            await dns.ask(name, "MX")
            assert server.count() == 1
            clock.now += 1
            await dns.ask(name, "MX")
        assert server.count() == 2

    async def test_a_chain_for_its_shortest_ttl(self) -> None:
        server, clock = LoopbackDns({"there.acme.com": {"A": ["192.0.2.1"]}}), Clock()
        server.publish("alias.acme.com", "CNAME", "there.acme.com", ttl=10)
        async with open_resolver(server, clock=clock) as dns:
            answer = await dns.ask("alias.acme.com", "A")
            assert isinstance(answer, Records)
            assert answer.ttl == 10
            clock.now += 10
            await dns.ask("alias.acme.com", "A")
        assert server.count() == 2

    @pytest.mark.parametrize("ttl", [0, 2**32 - 1])
    async def test_a_ttl_of_nought_or_out_of_range_is_not_kept(self, ttl: int) -> None:
        """RFC 2181 section 8: a TTL with its highest bit set is nought."""
        server = LoopbackDns({"acme.com": {"TXT": ["x"]}}, ttl=ttl)
        async with open_resolver(server) as dns:
            for _ in range(2):
                answer = await dns.ask("acme.com", "TXT")
                assert isinstance(answer, Records)
                assert answer.ttl == 0
        assert server.count() == 2

    async def test_each_type_of_a_name_by_itself(self) -> None:
        server = LoopbackDns(ACME)
        async with open_resolver(server) as dns:
            assert isinstance(await dns.ask("acme.com", "MX"), NoData)
            assert isinstance(await dns.ask("acme.com", "TXT"), Records)

    async def test_not_what_was_not_answered(self) -> None:
        server = LoopbackDns(ACME)
        server.fault("*", "*", DnsFault.REFUSED)
        async with open_resolver(server) as dns:
            assert isinstance(await dns.ask("acme.com", "TXT"), Unanswered)
            server.repair()
            assert isinstance(await dns.ask("acme.com", "TXT"), Records)

    async def test_the_least_used_goes_first(self) -> None:
        server = LoopbackDns({f"n{i}.acme.com": {"TXT": ["x"]} for i in range(4)})
        async with open_resolver(server, cache_size=3) as dns:
            for i in (0, 1, 2, 0, 3, 0):
                await dns.ask(f"n{i}.acme.com", "TXT")
            assert server.count() == 4
            await dns.ask("n1.acme.com", "TXT")
        assert server.count() == 5

    async def test_not_what_is_huge(self) -> None:
        server = LoopbackDns({"acme.com": {"TXT": ["x" * 30_000]}})
        async with open_resolver(server, try_timeout=2) as dns:
            for _ in range(2):
                assert isinstance(await dns.ask("acme.com", "TXT"), Records)
        assert server.count() == 4
