"""Whatever octets come back, an answer is one of the four and nothing raises."""

import asyncio
import struct
import time

import dns.exception
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.answers import NoData, NoName, Records, Unanswered
from checks.resolver import Resolver
from checks.resolver.messages import (
    Cname,
    DnsMessage,
    Negative,
    Referral,
    RRset,
    Unusable,
    WireQuestion,
    question_of,
    read_response,
)

# dnspython reads a record of class ANY as unknown data, and then every other of a type that it had not loaded before.
dns.rdata.load_all_types(disable_dynamic_load=False)  # type: ignore[no-untyped-call]
KINDS = [int(kind) for kind in dns.rdatatype.RdataType]
SOA = b"\0\xc0\x0c" + struct.pack("!5I", 1, 3600, 600, 86400, 60)
QUESTION = b"\4acme\3com\0" + struct.pack("!HH", 16, 1)


class Parrot(asyncio.DatagramProtocol):
    """Answers everything with the same octets, behind the right id and question if asked to."""

    def __init__(self, octets: bytes, honest: int) -> None:
        self._octets, self._honest = octets, honest

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._transport.sendto(data[: self._honest] + self._octets, addr)  # type: ignore[attr-defined]  # a datagram's


@st.composite
def records(draw: st.DrawFn) -> bytes:
    """A record that is nearly right."""
    owner = draw(st.sampled_from([b"\xc0\x0c", b"\0", b"\4acme\3com\0", b"\xc0\xff", b"\xc0\x10"]))
    kind = draw(st.sampled_from([1, 2, 5, 6, 15, 16, 28, 39, 41, 99]) | st.sampled_from(KINDS))
    data = draw(st.binary(max_size=40) | st.sampled_from([b"\xc0\x0c", b"\3abc", b"\0\1\xc0\x0c", SOA]))
    size = max(0, len(data) + draw(st.sampled_from([0, 0, 0, 0, 1, -1])))
    fields = (kind, draw(st.sampled_from([1, 1, 1, 3, 255])), draw(st.integers(0, 2**32 - 1)), size)
    return owner + struct.pack("!HHIH", *fields) + data


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """A message behind its id that may or may not be right."""
    flags = draw(st.sampled_from([0x8180, 0x8183, 0x8182, 0x8000]) | st.integers(0, 65535))
    sections = [draw(st.lists(records(), max_size=3)) for _ in range(3)]
    counts = (
        [1, *map(len, sections)]
        if draw(st.integers(0, 4))
        else draw(st.lists(st.integers(0, 4), min_size=4, max_size=4))
    )
    question = draw(st.sampled_from([QUESTION, QUESTION, QUESTION, b"", QUESTION * 2]))
    return struct.pack("!5H", flags, *counts) + question + b"".join(map(b"".join, sections))


@settings(max_examples=60, deadline=None)
@given(octets=messages() | st.binary(max_size=600), honest=st.sampled_from([0, 2, 2, 2, 12]))
def test_arbitrary_octets_never_raise(octets: bytes, honest: int) -> None:
    async def ask() -> object:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: Parrot(octets, honest), ("127.0.0.1", 0))
        host, port = transport.get_extra_info("sockname")
        try:
            async with Resolver([f"{host}:{port}"], 0.005) as dns:
                return await dns.ask("acme.com", "TXT")
        finally:
            transport.close()

    assert isinstance(asyncio.run(ask()), Records | NoData | NoName | Unanswered)


def by_dnspython(wire: bytes, kind: str) -> tuple[object, ...] | None:
    """What dnspython finds in a message: its response code and flags, the records of acme.com, and for how long its one
    SOA lets an absence be remembered; None for octets that are no message."""
    try:
        message = dns.message.from_wire(wire, ignore_trailing=True)
    except (dns.exception.DNSException, ValueError):
        return None
    rrset = message.get_rrset(
        message.answer, dns.name.from_text("acme.com"), dns.rdataclass.IN, dns.rdatatype.from_text(kind)
    )
    return (
        message.rcode(),
        message.flags & 0x0480,
        rrset and (rrset.ttl, len(rrset), [data.to_text() for data in rrset]),
        [min(rrset.ttl, rrset[0].minimum, 10_800) for rrset in message.authority if rrset.rdtype == dns.rdatatype.SOA],
    )


@settings(max_examples=400)
@given(
    octets=messages(), kind=st.sampled_from(["TXT", "MX", "A", "CNAME", "SOA", "SRV", "TLSA"]), sets_flags=st.booleans()
)
def test_every_message_reads_as_something(octets: bytes, kind: str, sets_flags: bool) -> None:
    """What dnspython reads is read the same; more may be, for only what belongs to the question is looked at."""
    question = question_of("acme.com", kind)
    assert question is not None
    reference = by_dnspython(b"\0\1" + octets, kind)
    try:
        message = DnsMessage(b"\0\1" + octets, question)
        answer = read_response(message, question, sets_flags=sets_flags)
    except (dns.exception.DNSException, ValueError):
        assert reference is None
        return
    assert isinstance(answer, RRset | Negative | Cname | Referral | Unusable)
    if isinstance(answer, RRset):
        assert all(isinstance(value, str) for value in answer.values)
        assert 0 <= answer.ttl <= 86_400
    if reference is not None:
        rcode, flags, records, absences = reference
        assert (message.rcode, message.flags & 0x0480) == (rcode, flags)
        if rcode in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN) and isinstance(records, tuple):
            ttl, count, texts = records
            assert isinstance(answer, RRset)
            assert (answer.ttl, len(answer.values)) == (min(ttl, 86_400), count)
            if kind in ("A", "SRV", "TLSA"):
                assert [value.removesuffix(".") for value in answer.values] == [
                    text.removesuffix(".") for text in texts
                ]
        else:
            assert not (isinstance(answer, RRset) and not answer.aliases)
        alone = len([rrset for rrset in message.authority if rrset.type == dns.rdatatype.SOA]) == 1
        if alone and isinstance(answer, Negative) and answer.zone and not answer.aliases:
            assert [answer.ttl] == absences


@settings(max_examples=400)
@given(octets=messages(), upper=st.booleans())
def test_an_echo_of_the_question_is_read_as_dnspython_reads_its_name(octets: bytes, *, upper: bool) -> None:
    """A name that is no echo is read by dnspython; one that is, is not read at all."""
    question, other = question_of("acme.com", "TXT"), question_of("acme.org", "TXT")
    assert question is not None
    assert other is not None
    wire = b"\0\1" + (octets.replace(b"\4acme\3com", b"\4ACME\3cOm") if upper else octets)

    def parts(question_read: WireQuestion) -> object:
        try:
            read_so = DnsMessage(wire, question_read)
        except (dns.exception.DNSException, ValueError):
            return None
        return read_so.answers(question), read_so.answers(other), read_so.answer, read_so.authority, read_so.rcode

    assert parts(question) == parts(other)


@pytest.mark.parametrize("owner", [b"\xc0\x0c", None], ids=["one name", "as many names"])
def test_the_largest_message_is_read_quickly(owner: bytes | None) -> None:
    """64 kB without quadratic work: typically a tenth of a second; the limit leaves room for a slow machine."""
    number = 3000
    record = struct.pack("!HHIH", 16, 1, 9, 4)
    answers = b"".join(
        (owner or b"\2" + struct.pack("!HH", i, 0xC00C)) + record + b"\3" + i.to_bytes(3, "big") for i in range(number)
    )
    wire = struct.pack("!6H", 1, 0x8180, 1, number, 0, 0) + QUESTION + answers
    question = question_of("acme.com", "TXT")
    assert question is not None
    began = time.process_time()
    answer = read_response(DnsMessage(wire, question), question)
    assert time.process_time() - began < 2
    assert len(answer.values) == number if isinstance(answer, RRset) else not owner
