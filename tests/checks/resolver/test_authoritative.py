""" "Check again": past every cache, from the zone's own name servers, and from the configured ones where that fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from checks.answers import Dns, NoData, NoName, Records, Unanswered
from checks.resolver import Resolver
from fakes.dns import DnsFault, LoopbackDns
from fakes.dns_names import Table
from tests.support.dns import Clock, closed_port, open_resolver

OLD: Table = {
    "acme.com": {"TXT": ["old"], "NS": ["ns.acme.com"], "SOA": ["ns.acme.com h.acme.com 1 3600 600 86400 900"]},
    "ns.acme.com": {"A": ["127.0.0.1"]},
    "other.org": {"TXT": ["elsewhere"]},
}
NEW: Table = {
    "acme.com": {"TXT": ["new"], "NS": ["ns.acme.com"], "SOA": ["ns.acme.com h.acme.com 2 3600 600 86400 900"]},
    "ns.acme.com": {"A": ["127.0.0.1"]},
    "added.acme.com": {"TXT": ["here now"]},
    "alias.acme.com": {"CNAME": ["other.org"]},
    "empty.acme.com": {"A": ["192.0.2.1"]},
}


@asynccontextmanager
async def serve_old_and_new(
    authority: LoopbackDns, recursive: LoopbackDns, *, networks: tuple[str, ...] = ("127.0.0.0/8",), **options: Any
) -> AsyncIterator[Resolver]:
    """A recursive server that still holds the old zone, and the zone's own server that has the new one."""
    async with authority:
        port = authority.port
        where: dict[str, Any] = {"allow_networks": networks, "authority_port": port}
        async with open_resolver(recursive, try_timeout=0.2, **where, **options) as dns:
            yield dns


async def test_reads_the_zone_where_it_is_published() -> None:
    authority, recursive = LoopbackDns(NEW, zones=["acme.com"]), LoopbackDns(OLD)
    async with serve_old_and_new(authority, recursive) as dns:
        assert isinstance(await dns.ask("added.acme.com", "TXT"), NoName)
        assert isinstance(await dns.ask("acme.com", "TXT"), Records)
        fresh = dns.authoritative_dns()
        assert isinstance(fresh, Dns)
        assert await fresh.ask("acme.com", "TXT") == Records("acme.com", "TXT", ("new",), 300, (), authority.address)
        added = Records("added.acme.com", "TXT", ("here now",), 300, (), authority.address)
        assert await fresh.ask("Added.acme.com.", "TXT") == added
        assert await fresh.ask("gone.acme.com", "TXT") == NoName(
            "gone.acme.com", "TXT", "acme.com", 300, (), authority.address
        )
        assert isinstance(await fresh.ask("empty.acme.com", "TXT"), NoData)
        assert await dns.ask("added.acme.com", "TXT") == added  # what was learned is for everybody
    assert not any(question.rd for question in authority.asked)


async def test_follows_an_alias_out_of_the_zone() -> None:
    authority, recursive = LoopbackDns(NEW, zones=["acme.com"]), LoopbackDns(OLD)
    async with serve_old_and_new(authority, recursive) as dns:
        answer = await dns.authoritative_dns().ask("alias.acme.com", "TXT")
    assert answer == Records("alias.acme.com", "TXT", ("elsewhere",), 300, ("other.org",), recursive.address)


async def test_follows_a_delegation_down() -> None:
    child: Table = {"x.sub.acme.com": {"TXT": ["in the child"]}}
    parent: Table = {**NEW, "sub.acme.com": {"NS": ["ns.sub.acme.com"]}, "ns.sub.acme.com": {"A": ["127.0.0.2"]}}
    authority, recursive = LoopbackDns(parent, zones=["acme.com"]), LoopbackDns({**OLD, "sub.acme.com": {"A": []}})
    recursive.publish("ns.sub.acme.com", "A", "127.0.0.2")
    async with serve_old_and_new(authority, recursive) as dns:
        below = LoopbackDns(child, zones=["sub.acme.com"], host="127.0.0.2", port=authority.port)
        try:
            await below.__aenter__()
        except OSError:
            pytest.skip("this machine has only 127.0.0.1 on loopback")
        fresh = dns.authoritative_dns()
        answer = await fresh.ask("x.sub.acme.com", "TXT")
        absent = await fresh.ask("y.sub.acme.com", "TXT")
        await below.__aexit__(None, None, None)
    assert answer == Records("x.sub.acme.com", "TXT", ("in the child",), 300, (), below.address)
    assert isinstance(absent, NoName)
    assert absent.server == below.address
    assert authority.count() == 1


PARENT: Table = {"acme.com": {"NS": ["ns1.given.org", "ns2.given.org"]}, "lapsed.com": {"A": []}}


@pytest.mark.parametrize(
    ("zone", "servers"), [("acme.com", ("ns1.given.org", "ns2.given.org")), ("lapsed.com", ()), ("none.com", ())]
)
async def test_the_delegation_is_what_the_parent_names(zone: str, servers: tuple[str, ...]) -> None:
    """Its own servers may say otherwise, as those of a zone that was copied do."""
    parent = LoopbackDns(PARENT, zones=["com"])
    recursive = LoopbackDns({**OLD, "com": {"NS": ["a.gtld.org"]}, "a.gtld.org": {"A": ["127.0.0.1"]}})
    recursive.publish("lapsed.com", "NS", "ns.stale.org")
    async with serve_old_and_new(parent, recursive) as dns:
        assert tuple(sorted(await dns.authoritative_dns().delegation(zone))) == servers


@pytest.mark.parametrize("fault", [DnsFault.TIMEOUT, DnsFault.REFUSED, DnsFault.GARBAGE])
async def test_a_parent_that_does_not_answer_leaves_what_dns_gives(fault: DnsFault) -> None:
    parent = LoopbackDns(PARENT, zones=["com"])
    parent.fault("*", "*", fault)
    recursive = LoopbackDns({**OLD, "com": {"NS": ["a.gtld.org"]}, "a.gtld.org": {"A": ["127.0.0.1"]}})
    async with serve_old_and_new(parent, recursive) as dns:
        assert await dns.authoritative_dns().delegation("acme.com") == ("ns.acme.com",)


async def test_a_new_check_asks_again_and_a_running_one_does_not() -> None:
    authority, recursive = LoopbackDns(NEW, zones=["acme.com"]), LoopbackDns(OLD)
    async with serve_old_and_new(authority, recursive) as dns:
        fresh = dns.authoritative_dns()
        answers = await asyncio.gather(*(fresh.ask("acme.com", "TXT") for _ in range(10)))
        assert len(set(answers)) == 1
        await fresh.ask("acme.com", "TXT")
        assert authority.count("acme.com", "TXT") == 1
        authority.remove("acme.com", "TXT")
        assert isinstance(await dns.authoritative_dns().ask("acme.com", "TXT"), NoData)


class TestChecksThatBeginTogether:
    """What one of them asks serves the others, and none that begins later."""

    INCLUDE = "_spf.acme.com"

    async def test_share_what_they_ask(self) -> None:
        authority = LoopbackDns({**NEW, self.INCLUDE: {"TXT": ["v=spf1 -all"]}}, zones=["acme.com"], delay=0.05)
        clock = Clock()
        async with serve_old_and_new(authority, LoopbackDns(OLD), clock=clock) as dns:
            since = clock.now
            clock.now += 1
            together = [dns.authoritative_dns(since) for _ in range(5)]
            answers = await asyncio.gather(*(check.ask(self.INCLUDE, "TXT") for check in together))
            assert isinstance(answers[0], Records)
            assert len(set(answers)) == 1
            assert authority.count(self.INCLUDE, "TXT") == 1, "one under way is waited for"
            await dns.authoritative_dns(since).ask(self.INCLUDE, "TXT")
            assert authority.count(self.INCLUDE, "TXT") == 1, "one that was answered holds"
            await dns.authoritative_dns().ask(self.INCLUDE, "TXT")
            assert authority.count(self.INCLUDE, "TXT") == 2, "a later check has it asked again"

    @pytest.mark.parametrize(("name", "ttl"), [("acme.com", 300), ("gone.acme.com", 60)])
    async def test_share_it_for_as_long_as_the_zone_says(self, name: str, ttl: int) -> None:
        """RFC 1034 section 3.6; RFC 2308 section 5 for what is absent."""
        soa = ["ns.acme.com h.acme.com 2 3600 600 86400 60"]
        authority = LoopbackDns({**NEW, "acme.com": {**NEW["acme.com"], "SOA": soa}}, zones=["acme.com"])
        clock = Clock()
        async with serve_old_and_new(authority, LoopbackDns(OLD), clock=clock) as dns:
            since = clock.now
            clock.now += 1
            for later in (0, ttl - 1, 1):
                clock.now += later
                await dns.authoritative_dns(since).ask(name, "TXT")
            assert authority.count(name, "TXT") == 2

    async def test_share_nothing_that_was_asked_before(self) -> None:
        authority, clock = LoopbackDns(NEW, zones=["acme.com"]), Clock()
        async with serve_old_and_new(authority, LoopbackDns(OLD), clock=clock) as dns:
            await dns.authoritative_dns().ask("acme.com", "TXT")
            authority.delay = 0.05
            asking = asyncio.create_task(dns.authoritative_dns().ask("added.acme.com", "TXT"))
            await authority.wait_for_questions(2)
            clock.now += 1
            later = dns.authoritative_dns()
            clock.now += 1
            await asyncio.gather(asking, *(later.ask(name, "TXT") for name in ("acme.com", "added.acme.com")))
        assert [authority.count(name, "TXT") for name in ("acme.com", "added.acme.com")] == [2, 2]


async def test_a_zone_is_found_once_for_all_its_names() -> None:
    authority, recursive = LoopbackDns(NEW, zones=["acme.com"]), LoopbackDns(OLD)
    async with serve_old_and_new(authority, recursive) as dns:
        fresh = dns.authoritative_dns()
        await asyncio.gather(*(fresh.ask(f"n{i}.acme.com", "TXT") for i in range(40)))
    assert authority.count() == 40
    assert recursive.count() <= 4  # SOA, NS, A and AAAA


@pytest.mark.parametrize(
    "fault",
    [
        DnsFault.TIMEOUT,
        DnsFault.REFUSED,
        DnsFault.SERVFAIL,
        DnsFault.LAME,
        DnsFault.REFERRAL,
        DnsFault.GARBAGE,
        DnsFault.TRUNCATED,
    ],
)
async def test_falls_back_where_the_zone_s_servers_fail(fault: DnsFault) -> None:
    authority, recursive = LoopbackDns(NEW, zones=["acme.com"]), LoopbackDns(OLD)
    authority.fault("*", "*", fault)
    async with serve_old_and_new(authority, recursive) as dns:
        await dns.ask("acme.com", "TXT")
        asked_before = recursive.count("acme.com", "TXT")
        answer = await dns.authoritative_dns().ask("acme.com", "TXT")
        assert answer == Records("acme.com", "TXT", ("old",), 300, (), recursive.address)
        assert recursive.count("acme.com", "TXT") == asked_before + 1  # past our own cache all the same
    assert authority.count() >= 1


async def test_silent_servers_cost_one_short_wait_for_the_whole_check() -> None:
    authority, recursive = LoopbackDns(NEW, zones=["acme.com"]), LoopbackDns(OLD)
    authority.fault("*", "*", DnsFault.TIMEOUT)
    async with serve_old_and_new(authority, recursive) as dns:
        fresh = dns.authoritative_dns()
        await fresh.ask("acme.com", "TXT")
        question_count = authority.count()
        await asyncio.gather(*(fresh.ask(f"n{i}.acme.com", "TXT") for i in range(20)))
        assert authority.count() == question_count == 1


async def test_only_authoritative_words_count() -> None:
    not_authoritative, recursive = LoopbackDns(NEW), LoopbackDns(OLD)
    async with serve_old_and_new(not_authoritative, recursive) as dns:
        answer = await dns.authoritative_dns().ask("acme.com", "TXT")
    assert isinstance(answer, Records)
    assert answer.server == recursive.address


@pytest.mark.parametrize("networks", [(), ("10.0.0.0/8",)])
async def test_private_addresses_are_not_asked(networks: tuple[str, ...]) -> None:
    authority, recursive = LoopbackDns(NEW, zones=["acme.com"]), LoopbackDns(OLD)
    async with serve_old_and_new(authority, recursive, networks=networks) as dns:
        answer = await dns.authoritative_dns().ask("acme.com", "TXT")
    assert isinstance(answer, Records)
    assert answer.values == ("old",)
    assert not authority.asked


async def test_a_zone_that_names_no_servers() -> None:
    recursive = LoopbackDns({"acme.com": {"TXT": ["v=spf1 -all"]}})
    async with open_resolver(recursive, try_timeout=1) as dns:
        await dns.ask("acme.com", "TXT")
        assert isinstance(await dns.ask("new.acme.com", "TXT"), NoName)
        recursive.publish("new.acme.com", "TXT", "new")
        assert isinstance(await dns.authoritative_dns().ask("new.acme.com", "TXT"), Records)


async def test_names_of_a_top_level_domain_are_left_to_the_configured_servers() -> None:
    authority, recursive = LoopbackDns(NEW, zones=["com"]), LoopbackDns({**OLD, "com": {"NS": ["ns.acme.com"]}})
    async with serve_old_and_new(authority, recursive) as dns:
        assert isinstance(await dns.authoritative_dns().ask("_dmarc.com", "TXT"), NoName)
    assert not authority.asked


async def test_looking_for_the_zone_leaves_time_for_the_question() -> None:
    recursive = LoopbackDns(OLD)
    recursive.fault("*", "SOA", DnsFault.TIMEOUT)
    async with open_resolver(recursive, try_timeout=5, deadline=0.6) as dns:
        answer = await dns.authoritative_dns().ask("acme.com", "TXT")
    assert answer == Records("acme.com", "TXT", ("old",), 300, (), recursive.address)


async def test_everything_is_down() -> None:
    server = closed_port()
    async with Resolver([server], 0.1, 1.0) as dns:
        fresh = dns.authoritative_dns()
        assert await fresh.ask("acme.com", "TXT") == Unanswered("acme.com", "TXT", server, "connection refused")
        assert isinstance(await fresh.ask("x" * 64 + ".com", "TXT"), NoName)


async def test_what_was_not_answered_is_asked_again() -> None:
    recursive = LoopbackDns({"acme.com": {"TXT": ["v=spf1 -all"]}})
    recursive.fault("acme.com", "TXT", DnsFault.REFUSED)
    async with open_resolver(recursive, try_timeout=1) as dns:
        fresh = dns.authoritative_dns()
        assert isinstance(await fresh.ask("acme.com", "TXT"), Unanswered)
        recursive.repair()
        assert isinstance(await fresh.ask("acme.com", "TXT"), Records)
