"""The play DNS answers as a strict server does, over real sockets, and breaks in the ways that a test asks for."""

import asyncio
import struct
from typing import Any

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest

from fakes.dns import DnsFault, DnsQuestion, LoopbackDns
from fakes.dns_names import Table
from tests.support.cases import cases

ACME: Table = {
    "acme.com": {"TXT": ["v=spf1 -all"], "MX": ["10 mx.acme.com", "20 mx.other.org."], "A": ["192.0.2.1"]},
    "a.b.acme.com": {"A": ["192.0.2.2"]},
    "*.wild.acme.com": {"TXT": ["wild"]},
    "known.wild.acme.com": {"A": ["192.0.2.3"]},
    "old.acme.com": {"DNAME": ["acme.com"]},
    "alias.acme.com": {"CNAME": ["there.other.org"]},
    "there.other.org": {"TXT": ["over there"]},
    "dangling.acme.com": {"CNAME": ["gone.other.org"]},
    "child.acme.com": {"SOA": ["ns.child.acme.com h.acme.com 7 3600 600 86400 60"]},
    "loop.acme.com": {"CNAME": ["loop.acme.com"]},
}


async def ask(server: LoopbackDns, name: str, kind: str, *, over: str = "udp", **options: Any) -> dns.message.Message:
    query = dns.message.make_query(name, kind, **options)
    if over == "tcp":
        return await dns.asyncquery.tcp(query, server.host, port=server.port, timeout=2)
    return await dns.asyncquery.udp(query, server.host, port=server.port, timeout=2)


def texts(message: dns.message.Message) -> list[str]:
    return [line for rrset in message.answer for line in rrset.to_text().splitlines()]


@cases()
async def test_answers_like_a_recursive_server(
    name: str, kind: str, rcode: str, answer: list[str], zone: str | None
) -> None:
    async with LoopbackDns(ACME) as server:
        message = await ask(server, name, kind)
    assert dns.rcode.to_text(message.rcode()) == rcode
    assert texts(message) == answer
    assert [str(rrset.name) for rrset in message.authority] == ([zone] if zone else [])
    assert message.flags & dns.flags.RA
    assert not message.flags & dns.flags.AA


async def test_echoes_the_question_as_it_was_written() -> None:
    async with LoopbackDns(ACME) as server:
        message = await ask(server, "aCmE.CoM", "TXT")
    assert str(message.question[0].name) == "aCmE.CoM."
    assert len(message.answer) == 1


@pytest.mark.parametrize(
    ("options", "limit"), [({}, 512), ({"use_edns": 0, "payload": 1232}, 1232), ({"use_edns": 0, "payload": 100}, 512)]
)
async def test_truncates_what_udp_cannot_carry(options: dict[str, Any], limit: int) -> None:
    """RFC 1035 section 4.2.1, RFC 6891 section 6.2.3."""
    room = limit - 12 - 14 - 12 - (11 if options else 0)
    for over, is_cut in ((0, False), (1, True)):
        octets = "x" * (room + over - (room + over + 255) // 256)
        async with LoopbackDns({"acme.com": {"TXT": [octets]}}) as server:
            by_udp = await ask(server, "acme.com", "TXT", **options)
            by_tcp = await ask(server, "acme.com", "TXT", over="tcp", **options)
        assert bool(by_udp.flags & dns.flags.TC) == is_cut
        assert bool(by_udp.answer) != is_cut
        assert by_tcp.answer[0][0].strings == tuple(octets[i : i + 255].encode() for i in range(0, len(octets), 255))


async def test_serves_huge_sets_and_odd_octets_over_tcp() -> None:
    values = [f'{i} \x00\xff\xe9"\\' for i in range(800)]
    async with LoopbackDns({"acme.com": {"TXT": [*values, ("a", "", "b")]}}) as server:
        message = await ask(server, "acme.com", "TXT", over="tcp")
    found = [b"".join(rdata.strings).decode("latin-1") for rdata in message.answer[0]]
    assert found == [*values, "ab"]


async def test_publishes_and_removes_at_run_time() -> None:
    async with LoopbackDns(ACME) as server:
        server.publish("new.sub.acme.com", "TXT", "v=spf1 ~all", ttl=5)
        server.publish("acme.com", "TXT", "second")
        assert texts(await ask(server, "new.sub.acme.com", "TXT")) == ['new.sub.acme.com. 5 IN TXT "v=spf1 ~all"']
        assert len(texts(await ask(server, "acme.com", "TXT"))) == 2
        server.remove("acme.com", "TXT", "v=spf1 -all")
        assert texts(await ask(server, "acme.com", "TXT")) == ['acme.com. 300 IN TXT "second"']
        server.remove("new.sub.acme.com", "TXT")
        assert (await ask(server, "sub.acme.com", "TXT")).rcode() == dns.rcode.NXDOMAIN
        with pytest.raises(KeyError):
            server.remove("acme.com", "TXT", "never published")


@cases()
async def test_refuses_what_a_provider_refuses(name: str, kind: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        LoopbackDns(ACME).publish(name, kind, value)


async def test_logs_every_question() -> None:
    async with LoopbackDns(ACME) as server:
        await ask(server, "Acme.com", "TXT", use_edns=0, payload=1232)
        await ask(server, "acme.com", "MX", over="tcp", flags=dns.flags.CD)
        assert server.asked == [
            DnsQuestion("Acme.com", "TXT", "udp", edns=1232, rd=True, cd=False),
            DnsQuestion("acme.com", "MX", "tcp", edns=None, rd=False, cd=True),
        ]
        assert (server.count("ACME.com"), server.count("acme.com", "MX"), server.count("x.acme.com")) == (2, 1, 0)


async def test_answers_at_the_same_time_after_a_delay() -> None:
    loop = asyncio.get_running_loop()
    async with LoopbackDns(ACME, delay=0.2) as server:
        began = loop.time()
        await asyncio.gather(*(ask(server, "acme.com", "TXT") for _ in range(20)))
        assert 0.2 <= loop.time() - began < 1.5


async def test_authoritative_server_answers_for_its_zones_alone() -> None:
    table: Table = {
        **ACME,
        "sub.acme.com": {"NS": ["ns.sub.acme.com", "ns.other.org"]},
        "ns.sub.acme.com": {"A": ["192.0.2.53"]},
        "into.acme.com": {"CNAME": ["acme.com"]},
    }
    async with LoopbackDns(table, zones=["acme.com"]) as server:
        own = await ask(server, "acme.com", "TXT")
        absent = await ask(server, "no.acme.com", "TXT")
        foreign = await ask(server, "other.org", "TXT")
        referral = await ask(server, "x.sub.acme.com", "TXT")
        leaving = await ask(server, "alias.acme.com", "TXT")
        staying = await ask(server, "into.acme.com", "TXT")
    assert own.flags & dns.flags.AA
    assert not own.flags & dns.flags.RA
    assert absent.flags & dns.flags.AA
    assert (absent.rcode(), str(absent.authority[0].name)) == (dns.rcode.NXDOMAIN, "acme.com.")
    assert foreign.rcode() == dns.rcode.REFUSED
    assert not referral.flags & dns.flags.AA
    assert referral.authority[0].to_text().splitlines() == [
        "sub.acme.com. 300 IN NS ns.sub.acme.com.",
        "sub.acme.com. 300 IN NS ns.other.org.",
    ]
    assert [rrset.to_text() for rrset in referral.additional] == ["ns.sub.acme.com. 300 IN A 192.0.2.53"]
    assert texts(leaving) == ["alias.acme.com. 300 IN CNAME there.other.org."]
    assert texts(staying)[1:] == ['acme.com. 300 IN TXT "v=spf1 -all"']


@cases()
@pytest.mark.parametrize("over", ["udp", "tcp"])
async def test_faults_of_one_name_and_type(fault: DnsFault, rcode: str, over: str) -> None:
    async with LoopbackDns({**ACME, "bad.acme.com": {"TXT": fault, "A": ["192.0.2.9"]}}) as server:
        assert dns.rcode.to_text((await ask(server, "bad.acme.com", "TXT", over=over)).rcode()) == rcode
        assert texts(await ask(server, "bad.acme.com", "A", over=over))
        server.fault("bad.acme.com", "TXT", None)
        assert (await ask(server, "bad.acme.com", "TXT", over=over)).rcode() == dns.rcode.NOERROR


async def test_faults_of_the_whole_server_and_repairs() -> None:
    async with LoopbackDns(ACME) as server:
        server.fault("*", "*", DnsFault.SERVFAIL)
        server.fault("acme.com", "MX", DnsFault.REFUSED)
        assert (await ask(server, "other.org", "TXT")).rcode() == dns.rcode.SERVFAIL
        assert (await ask(server, "acme.com", "MX")).rcode() == dns.rcode.REFUSED
        server.repair()
        assert (await ask(server, "acme.com", "MX")).rcode() == dns.rcode.NOERROR


async def test_a_fault_breaks_the_aliases_that_lead_to_it() -> None:
    async with LoopbackDns(ACME) as server:
        server.fault("there.other.org", "*", DnsFault.TIMEOUT)
        assert (await ask(server, "alias.acme.com", "TXT")).rcode() == dns.rcode.SERVFAIL
        server.fault("there.other.org", "*", DnsFault.BOGUS)
        assert (await ask(server, "alias.acme.com", "TXT")).rcode() == dns.rcode.SERVFAIL
        assert len(texts(await ask(server, "alias.acme.com", "TXT", flags=dns.flags.RD | dns.flags.CD))) == 2


async def test_bogus_data_is_for_who_asks_without_checking() -> None:
    async with LoopbackDns(ACME) as server:
        server.fault("acme.com", "TXT", DnsFault.BOGUS)
        assert texts(await ask(server, "acme.com", "TXT", flags=dns.flags.RD | dns.flags.CD))


async def test_a_server_without_edns() -> None:
    """RFC 6891 section 7."""
    async with LoopbackDns(ACME) as server:
        server.fault("*", "*", DnsFault.FORMERR)
        confused = await ask(server, "acme.com", "TXT", use_edns=0, payload=1232)
        assert (confused.rcode(), confused.edns) == (dns.rcode.FORMERR, -1)
        assert texts(await ask(server, "acme.com", "TXT"))


async def test_truncation_with_a_tcp_that_closes() -> None:
    async with LoopbackDns(ACME) as server:
        server.fault("acme.com", "TXT", DnsFault.TRUNCATED)
        assert (await ask(server, "acme.com", "TXT")).flags & dns.flags.TC
        with pytest.raises((EOFError, OSError)):
            await ask(server, "acme.com", "TXT", over="tcp")
        server.fault("acme.com", "TXT", DnsFault.TRUNCATED_SILENT)
        assert (await ask(server, "acme.com", "TXT")).flags & dns.flags.TC
        query = dns.message.make_query("acme.com", "TXT")
        with pytest.raises(dns.exception.Timeout):
            await dns.asyncquery.tcp(query, server.host, port=server.port, timeout=0.05)


@pytest.mark.parametrize(("fault", "authority"), [(DnsFault.LAME, 0), (DnsFault.REFERRAL, 1)])
async def test_lame_servers(fault: DnsFault, authority: int) -> None:
    async with LoopbackDns(ACME) as server:
        server.fault("*", "*", fault)
        message = await ask(server, "acme.com", "TXT")
    assert message.rcode() == dns.rcode.NOERROR
    assert not message.flags & (dns.flags.AA | dns.flags.RA)
    assert (len(message.answer), len(message.authority)) == (0, authority)


@pytest.mark.parametrize("fault", [DnsFault.TIMEOUT, DnsFault.GARBAGE, DnsFault.WRONG_ID, DnsFault.WRONG_QUESTION])
async def test_nothing_that_could_be_taken_for_an_answer(fault: DnsFault) -> None:
    async with LoopbackDns(ACME) as server:
        server.fault("*", "*", fault)
        for _ in range(6):
            query = dns.message.make_query("acme.com", "TXT")
            with pytest.raises(dns.exception.DNSException):
                await dns.asyncquery.udp(query, server.host, port=server.port, timeout=0.05)


async def test_late_answers_and_lies_about_empty_non_terminals() -> None:
    loop = asyncio.get_running_loop()
    async with LoopbackDns(ACME) as server:
        server.fault("acme.com", "TXT", DnsFault.LATE, seconds=0.2)
        server.fault("b.acme.com", "*", DnsFault.NO_TERMINALS)
        server.fault("a.b.acme.com", "*", DnsFault.NO_TERMINALS)
        server.fault("alias.acme.com", "TXT", DnsFault.ONE_LINK)
        began = loop.time()
        assert texts(await ask(server, "acme.com", "TXT"))
        assert loop.time() - began >= 0.19
        assert (await ask(server, "b.acme.com", "A")).rcode() == dns.rcode.NXDOMAIN
        assert texts(await ask(server, "a.b.acme.com", "A"))
        assert texts(await ask(server, "alias.acme.com", "TXT")) == ["alias.acme.com. 300 IN CNAME there.other.org."]


@pytest.mark.parametrize(
    ("wire", "rcode"),
    [
        (struct.pack("!6H", 7, 0x0100, 1, 0, 0, 0) + b"\3abc", dns.rcode.FORMERR),  # cut in the middle
        (struct.pack("!6H", 7, 0x0100, 0, 0, 0, 0), dns.rcode.FORMERR),  # no question
        (struct.pack("!6H", 7, 0x0100, 1, 0, 0, 0) + b"\0\0\xfc\0\1", dns.rcode.NOTIMP),  # AXFR
        (struct.pack("!6H", 7, 0x0100, 1, 0, 0, 0) + b"\0\0\1\0\3", dns.rcode.REFUSED),  # class CHAOS
        (struct.pack("!6H", 7, 0x2100, 1, 0, 0, 0) + b"\0\0\6\0\1", dns.rcode.NOTIMP),  # NOTIFY
        (struct.pack("!6H", 7, 0x0100, 1, 0, 0, 1) + b"\0\0\1\0\1\0\0\x29\x04\xd0\0\1\0\0\0\0", dns.rcode.BADVERS),
        (struct.pack("!6H", 7, 0x8180, 1, 0, 0, 0) + b"\0\0\1\0\1", None),  # an answer is no question
        (b"short", None),
    ],
)
async def test_strange_messages(wire: bytes, rcode: dns.rcode.Rcode | None) -> None:
    sent: list[bytes] = []
    async with LoopbackDns(ACME) as server:
        server.receive(wire, "udp", sent.append, lambda: None)
    if rcode is None:
        assert not sent
    else:
        message = dns.message.from_wire(sent[0])
        assert (message.id, message.rcode()) == (7, rcode)


async def test_many_questions_over_one_connection_and_a_port_of_choice() -> None:
    """RFC 7766 section 6.2.1.1."""
    async with LoopbackDns(ACME) as first:
        address, port = first.address, first.port
        reader, writer = await asyncio.open_connection(first.host, port)
        for number in range(3):
            wire = dns.message.make_query("acme.com", "TXT", id=number).to_wire()
            writer.write(struct.pack("!H", len(wire)) + wire)
        for number in range(3):
            (size,) = struct.unpack("!H", await reader.readexactly(2))
            assert dns.message.from_wire(await reader.readexactly(size)).id == number
        writer.close()
    async with LoopbackDns(ACME, port=port, tcp=False) as second:
        assert second.address == address == f"127.0.0.1:{port}"
        with pytest.raises(OSError):
            await ask(second, "acme.com", "TXT", over="tcp")
