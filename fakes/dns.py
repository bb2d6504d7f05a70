"""A DNS server on loopback, UDP and TCP on one port, as strict as a real one and as broken as a test asks.

By default it plays a recursive server for the whole of a table; with `zones` it is the authoritative server of those
zones, with referrals and refusals. The wire format is dnspython's; the rules are RFC 1034, 1035, 2308, 4592, 6672 and
6891. Every question is logged, so that a test can count what was asked.
"""

import asyncio
import itertools
import struct
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, Self, cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from fakes.dns_names import DnsReply, Labels, Names, Table, Value, labels_of

_PAYLOAD = 1232
"""What the server announces that it takes by UDP, in octets."""
_PORTS_TO_TRY = 20


class DnsFault(StrEnum):
    """What can be wrong with a server, or with its answers for one name."""

    SERVFAIL = "SERVFAIL"
    REFUSED = "REFUSED"
    NOTIMP = "NOTIMP"
    TIMEOUT = "TIMEOUT"
    """Says nothing."""
    TRUNCATED = "TRUNCATED"
    """Sends to TCP (TC set, nothing else), and closes every TCP connection without a word."""
    TRUNCATED_SILENT = "TRUNCATED_SILENT"
    """Sends to TCP, and says nothing there: a firewall that drops it."""
    LAME = "LAME"
    """NOERROR, neither AA nor RA, nothing in it."""
    REFERRAL = "REFERRAL"
    """NOERROR, neither AA nor RA, "ask the root": an upward referral."""
    FORMERR = "FORMERR"
    """Does not understand EDNS, and says so (RFC 6891 section 7); answers without."""
    GARBAGE = "GARBAGE"
    """Octets that are no DNS message."""
    WRONG_ID = "WRONG_ID"
    WRONG_QUESTION = "WRONG_QUESTION"
    """The right id over an answer to something else."""
    LATE = "LATE"
    """Answers rightly, after the seconds given."""
    NO_TERMINALS = "NO_TERMINALS"
    """NXDOMAIN for names that exist only because others are below them (against RFC 8020)."""
    BOGUS = "BOGUS"
    """DNSSEC is broken: SERVFAIL, and the answer only to who sets CD (RFC 4035 section 3.2.2)."""
    ONE_LINK = "ONE_LINK"
    """Gives a CNAME without what it leads to."""


_RCODES = {
    DnsFault.SERVFAIL: dns.rcode.SERVFAIL,
    DnsFault.REFUSED: dns.rcode.REFUSED,
    DnsFault.NOTIMP: dns.rcode.NOTIMP,
    DnsFault.BOGUS: dns.rcode.SERVFAIL,
}
_SILENT = {DnsFault.TIMEOUT, DnsFault.TRUNCATED_SILENT}
_BREAKS_CHAINS = {*_RCODES, DnsFault.TIMEOUT, DnsFault.LAME, DnsFault.REFERRAL, DnsFault.GARBAGE, DnsFault.WRONG_ID}
"""What a recursive server that follows a CNAME into it can only tell as SERVFAIL."""


@dataclass(frozen=True, slots=True)
class DnsQuestion:
    """One question as it came in. `over` is "udp" or "tcp"; `name` is as written, without the last dot; `edns` is the
    payload announced, None without EDNS; `rd` and `cd` are those flags."""

    name: str
    type: str
    over: str
    edns: int | None
    rd: bool
    cd: bool


@dataclass(frozen=True, slots=True)
class _FaultAt:
    fault: DnsFault
    seconds: float


class LoopbackDns:
    """`async with LoopbackDns({"acme.com": {"TXT": ["v=spf1 -all"]}}) as server:` then ask `server.address`.

    `zones`: be the authoritative server of these zones. `delay`: seconds before each answer (answers overlap). `ttl`:
    seconds, for all records and for absence where the table has no SOA. `tcp` False: connections are refused.
    """

    def __init__(  # noqa: PLR0913 - each says one thing about the server
        self,
        table: Table | None = None,
        *,
        zones: Collection[str] = (),
        delay: float = 0.0,
        ttl: int = 300,
        host: str = "127.0.0.1",
        port: int = 0,
        tcp: bool = True,
    ) -> None:
        self.delay = delay
        self.asked: list[DnsQuestion] = []
        """Every question, in the order received; also those that a fault left unanswered."""
        self.host = host
        self.port = port
        self._tcp_wanted = tcp
        self._authoritative = bool(zones)
        self._names = Names(ttl=ttl, zones=zones)
        self._news = asyncio.Event()
        self._faults: dict[tuple[Labels | None, str | None], _FaultAt] = {}
        self._garbage = itertools.cycle(_GARBAGE)
        self._udp: asyncio.DatagramTransport | None = None
        self._tcp: asyncio.Server | None = None
        self._peers: set[asyncio.Transport] = set()
        self._load_table(table or {})

    def _load_table(self, table: Table) -> None:
        for name, types in table.items():
            if name != "*":
                self._names.declare(name)
            for rtype, values in types.items():
                if isinstance(values, str):
                    self.fault(name, rtype, DnsFault(values))
                    continue
                for value in values:
                    self._names.publish(name, rtype, value)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        for attempt in range(_PORTS_TO_TRY):
            self._udp, _ = await loop.create_datagram_endpoint(
                lambda: _Udp(self.receive), local_addr=(self.host, self.port)
            )
            port: int = self._udp.get_extra_info("sockname")[1]
            try:
                if self._tcp_wanted:
                    self._tcp = await loop.create_server(lambda: _Tcp(self.receive, self._peers), self.host, port)
            except OSError:
                self._udp.close()
                if self.port or attempt == _PORTS_TO_TRY - 1:
                    raise
            else:
                self.port = port
                break
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._udp:
            self._udp.close()
        for peer in tuple(self._peers):
            peer.abort()
        if self._tcp:
            self._tcp.close()
            await self._tcp.wait_closed()
        await asyncio.sleep(0)

    @property
    def address(self) -> str:
        """Where it listens, as `SES_BOT_DNS_SERVERS` wants it: `127.0.0.1:5353`, `[::1]:5353`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def publish(self, name: str, type: str, value: Value, *, ttl: int | None = None) -> None:  # noqa: A002 - DNS's word
        """Adds a record; see `dns_names.Names.publish`."""
        self._names.publish(name, type, value, ttl)

    def remove(self, name: str, type: str, value: Value | None = None) -> None:  # noqa: A002 - DNS's word
        """Takes away a record, or all of the type; `KeyError` where there is none."""
        self._names.remove(name, type, value)

    def fault(self, name: str, type: str, fault: DnsFault | None, *, seconds: float = 0.5) -> None:  # noqa: A002
        """Breaks (or, with None, repairs) the answers for one name and type; `*` stands for every name, and for every
        type. `seconds` is for `DnsFault.LATE`."""
        key = (None if name == "*" else labels_of(name), None if type == "*" else type.upper())
        self._faults.pop(key, None)
        if fault is not None:
            self._faults[key] = _FaultAt(fault, seconds)

    def repair(self) -> None:
        """Takes every fault away."""
        self._faults.clear()

    async def wait_for_questions(self, count: int = 1) -> None:
        """Waits until that many questions have come in."""
        while len(self.asked) < count:
            self._news.clear()
            await self._news.wait()

    def count(self, name: str | None = None, type: str | None = None) -> int:  # noqa: A002 - DNS's word
        """Returns how many questions came in: for this name, of this type, or all."""
        return sum(
            (name is None or question.name.lower() == name.lower().rstrip(".")) and type in (None, question.type)
            for question in self.asked
        )

    def receive(self, wire: bytes, over: str, send: Callable[[bytes], None], close: Callable[[], None]) -> None:
        """Takes one message from a socket; `send` is called once, later, or never; `close` ends a TCP connection."""
        try:
            query = dns.message.from_wire(wire)
        except (dns.exception.DNSException, ValueError):
            if len(wire) >= 12 and not wire[2] & 0x80:
                send(wire[:2] + bytes([0x80 | (wire[2] & 0x79), dns.rcode.FORMERR]) + bytes(8))
            return
        if query.flags & dns.flags.QR:
            return
        loop = asyncio.get_running_loop()
        refusal = _find_refusal(query)
        if refusal is not None:
            send(_make_message(query, DnsReply(refusal)).to_wire())
            return
        question = query.question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        flags = query.flags
        edns = int(query.payload) if query.edns >= 0 else None
        name = question.name.to_text(omit_final_dot=True)
        self.asked.append(DnsQuestion(name, kind, over, edns, bool(flags & dns.flags.RD), bool(flags & dns.flags.CD)))
        self._news.set()
        fault_at = self._fault_at(labels_of(question.name), kind)
        answer = self._answer(query, over, fault_at)
        close_unanswered = close if answer is None and over == "tcp" else None
        delay = self.delay + (fault_at.seconds if fault_at and fault_at.fault is DnsFault.LATE else 0.0)
        if answer is None and (close_unanswered is None or (fault_at and fault_at.fault in _SILENT)):
            return
        work: Callable[[], None] = close_unanswered or (lambda: send(answer or b""))
        if delay:
            loop.call_later(delay, work)
        else:
            work()

    def _fault_at(self, owner: Labels, kind: str) -> _FaultAt | None:
        if not self._faults:
            return None
        keys = ((owner, kind), (owner, None), (None, kind), (None, None))
        return next((self._faults[key] for key in keys if key in self._faults), None)

    def _answer(self, query: dns.message.Message, over: str, fault_at: _FaultAt | None) -> bytes | None:
        """Returns the octets to send, None for silence (by TCP: for closing the connection)."""
        fault = fault_at.fault if fault_at else None
        is_validated = not query.flags & dns.flags.CD
        match fault:
            case DnsFault.TIMEOUT:
                return None
            case DnsFault.GARBAGE:
                return query.id.to_bytes(2, "big") + next(self._garbage)
            case DnsFault.TRUNCATED | DnsFault.TRUNCATED_SILENT:
                return None if over == "tcp" else _truncate(self._make_reply(query, DnsReply()))
            case DnsFault.SERVFAIL | DnsFault.REFUSED | DnsFault.NOTIMP:
                return self._make_reply(query, DnsReply(_RCODES[fault])).to_wire()
            case DnsFault.BOGUS if is_validated:
                return self._make_reply(query, DnsReply(_RCODES[fault])).to_wire()
            case DnsFault.LAME:
                return _make_message(query, DnsReply()).to_wire()
            case DnsFault.REFERRAL:
                return _make_message(query, DnsReply(authority=(_UPWARD_REFERRAL,))).to_wire()
            case DnsFault.FORMERR if query.edns >= 0:
                plain = self._make_reply(query, DnsReply(dns.rcode.FORMERR))
                plain.use_edns(False)
                return plain.to_wire()
        return self._fit_to_limit(
            query, over, self._disturb(self._make_reply(query, self._look_up(query, fault, is_validated)), fault)
        )

    def _look_up(self, query: dns.message.Message, fault: DnsFault | None, is_validated: bool) -> DnsReply:
        question = query.question[0]
        if fault is DnsFault.NO_TERMINALS and self._names.is_empty_non_terminal(labels_of(question.name)):
            return DnsReply(dns.rcode.NXDOMAIN)
        reply = self._names.lookup(question.name, question.rdtype, one_link=fault is DnsFault.ONE_LINK)
        if self._faults and not self._authoritative and fault is not DnsFault.ONE_LINK:
            kind = dns.rdatatype.to_text(question.rdtype)
            met = [self._fault_at(owner, kind) for owner in reply.followed]
            broken = {at.fault for at in met if at} & _BREAKS_CHAINS
            if broken - ({DnsFault.BOGUS} if not is_validated else set()):
                return DnsReply(dns.rcode.SERVFAIL)
        return reply

    def _make_reply(self, query: dns.message.Message, reply: DnsReply) -> dns.message.Message:
        message = _make_message(query, reply)
        if not self._authoritative:
            message.flags |= dns.flags.RA
        return message

    @staticmethod
    def _disturb(message: dns.message.Message, fault: DnsFault | None) -> dns.message.Message:
        if fault is DnsFault.WRONG_ID:
            message.id ^= 0xFFFF
        elif fault is DnsFault.WRONG_QUESTION:
            other = dns.rrset.RRset(dns.name.from_text("wrong.invalid"), dns.rdataclass.IN, dns.rdatatype.TXT)
            message.question = [other]
        return message

    @staticmethod
    def _fit_to_limit(query: dns.message.Message, over: str, message: dns.message.Message) -> bytes:
        """Returns the octets of a message, cut to what UDP takes: 512, or what the query announced."""
        # RFC 1035 4.2.1, RFC 6891 6.2.3
        limit = 65_535 if over == "tcp" else max(512, query.payload if query.edns >= 0 else 0)
        try:
            return message.to_wire(max_size=limit, want_shuffle=False)
        except dns.exception.TooBig:
            if over == "tcp":
                return _make_message(query, DnsReply(dns.rcode.SERVFAIL)).to_wire()
            return _truncate(message)


_UPWARD_REFERRAL = dns.rrset.from_text(".", 518400, "IN", "NS", "a.root-servers.net.")
_GARBAGE = (b"", b"\x81\x80", b"\x81\x80\0\1\0\1\0\0\0\0\xc0\x0c\0\1\0\1", b"\xff" * 600, bytes(40))


def _find_refusal(query: dns.message.Message) -> dns.rcode.Rcode | None:
    """Returns the error for what no server of this kind answers."""
    if query.edns > 0:
        return dns.rcode.BADVERS
    if query.opcode() != dns.opcode.QUERY or any(
        dns.rdatatype.is_metatype(question.rdtype) for question in query.question
    ):
        return dns.rcode.NOTIMP
    if len(query.question) != 1:
        return dns.rcode.FORMERR
    return None if query.question[0].rdclass == dns.rdataclass.IN else dns.rcode.REFUSED


def _make_message(query: dns.message.Message, reply: DnsReply) -> dns.message.Message:
    """Returns the message for a reply: the question echoed as it was written."""
    message = dns.message.make_response(query, our_payload=_PAYLOAD)
    message.flags |= query.flags & dns.flags.CD
    if reply.authoritative:
        message.flags |= dns.flags.AA
    message.set_rcode(reply.rcode)
    message.answer, message.authority = list(reply.answer), list(reply.authority)
    message.additional = list(reply.additional)
    return message


def _truncate(message: dns.message.Message) -> bytes:
    """Returns the message with TC and without its records, as most servers do it today."""
    message.flags |= dns.flags.TC
    message.answer, message.authority, message.additional = [], [], []
    return message.to_wire()


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, receive: Callable[..., None]) -> None:
        self._receive = receive

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._receive(data, "udp", lambda wire: self._send(wire, addr), lambda: None)

    def _send(self, wire: bytes, addr: Any) -> None:
        if not self._transport.is_closing():
            self._transport.sendto(wire, addr)


class _Tcp(asyncio.Protocol):
    """Messages behind two octets of length; several may come over one connection (RFC 7766)."""

    def __init__(self, receive: Callable[..., None], peers: set[asyncio.Transport]) -> None:
        self._receive, self._peers = receive, peers
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._peers.add(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._peers.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= 2:
            (size,) = struct.unpack_from("!H", self._buffer)
            if len(self._buffer) < 2 + size:
                return
            wire, self._buffer = self._buffer[2 : 2 + size], self._buffer[2 + size :]
            self._receive(wire, "tcp", self._send, self._transport.abort)

    def _send(self, wire: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(struct.pack("!H", len(wire)) + wire)
