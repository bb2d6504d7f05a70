"""Puts one question to a list of name servers until one of them answers.

UDP, TCP after truncation, again without EDNS where a server does not know it, then the next server, then all once more
with a longer wait. Every socket stays open until the query is settled, so that an answer which comes late still counts.
A query that ends in SERVFAIL is put once more with checking disabled: if that is answered, DNSSEC validation is what
failed (RFC 4035 section 3.2.2). A port and an id that cannot be guessed for each query are what keeps strangers from
answering it (RFC 5452). Addresses are literals, so nothing here waits for the system's name resolution.
"""

import asyncio
import contextlib
import os
import secrets
import socket
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import dns.exception
import dns.flags
import dns.rdataclass
import dns.rdatatype

from checks.answers import Unanswered
from checks.resolver.messages import (
    Cname,
    DnsMessage,
    Negative,
    Referral,
    Response,
    RRset,
    Unusable,
    WireQuestion,
    read_response,
)
from checks.resolver.servers import Server


class UdpSocket:
    """A connected UDP socket: only the server's own datagrams come in. `deliver` gets each, or the system's error in
    words (an ICMP "port unreachable" is one). `OSError` where the system has no way to the server."""

    def __init__(self, server: Server, deliver: Callable[[bytes | str], None]) -> None:
        self._deliver = deliver
        self._socket = socket.socket(socket.AF_INET6 if ":" in server.host else socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            self._socket.connect((server.host, server.port))
        except BaseException:
            self._socket.close()
            raise
        asyncio.get_running_loop().add_reader(self._socket.fileno(), self._receive)

    def send(self, wire: bytes) -> None:
        """Sends a message; what fails is delivered. One that the system has no room for is lost, as datagrams are."""
        try:
            self._socket.send(wire)
        except BlockingIOError:
            pass
        except OSError as error:
            self._deliver(_describe_os_error(error))

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket.fileno())
        self._socket.close()

    def _receive(self) -> None:
        try:
            self._deliver(self._socket.recv(65_535))
        except BlockingIOError:
            pass
        except OSError as error:
            self._deliver(_describe_os_error(error))


async def exchange_over_tcp(server: Server, wire: bytes) -> bytes:
    """Sends a message over TCP and returns its answer (RFC 7766); `OSError` or `EOFError` where that breaks."""
    reader, writer = await asyncio.open_connection(server.host, server.port)
    try:
        writer.write(struct.pack("!H", len(wire)) + wire)
        (size,) = struct.unpack("!H", await reader.readexactly(2))
        return await reader.readexactly(size)
    finally:
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


PAYLOAD = 1232
"""The largest UDP answer asked for, in octets: it crosses every network in one piece."""
_SILENCE_PENALTY = 30.0
"""For how many seconds a server that let a question time out comes after the others."""
_FLAGS_WAIT = 0.05
"""Seconds for the other answers of a server to come in, before the first empty one without AA and RA is believed."""
_PARSE_ERRORS = (dns.exception.DNSException, ValueError)
"""What dnspython may raise over octets from outside."""


_CLAIM_BITS = int(dns.flags.AA | dns.flags.RA | dns.flags.TC) | 0x000F  # and the RCODE


@dataclass(slots=True, eq=False)
class Nameserver:
    """A server with what its behavior has shown. `sets_flags`: it has set AA or RA; `lacks_edns`: it knows no EDNS;
    `silent_until`: loop time before which others are preferred."""

    server: Server
    sets_flags: asyncio.Event = field(default_factory=asyncio.Event)
    lacks_edns: bool = False
    silent_until: float = 0.0
    _flags_due: float = 0.0

    async def await_flags(self) -> None:
        """Waits a moment for another answer that sets AA or RA; a server without one by then is taken to be simple."""
        self._flags_due = self._flags_due or asyncio.get_running_loop().time() + _FLAGS_WAIT
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(self._flags_due):
                await self.sets_flags.wait()


@dataclass(frozen=True, slots=True)
class _QueryOptions:
    edns: bool = True
    checking_disabled: bool = False


@dataclass(frozen=True, slots=True)
class _Arrival:
    """What came in from a nameserver: octets, or what went wrong in words."""

    nameserver: Nameserver
    transport: str
    payload: bytes | str


@dataclass(frozen=True, slots=True)
class _Retried:
    """The same nameserver has been asked again (by TCP, or without EDNS): wait on, `wait_factor` times as long."""

    wait_factor: float


class DnsQuery:
    """Settles one question. `recursive` False asks authoritative servers: only their own word (AA) counts, and a
    referral is an answer. `until` is loop time."""

    def __init__(self, question: WireQuestion, *, until: float, recursive: bool = True) -> None:
        self._question = question
        self._recursive = recursive
        self._until = until
        self._loop = asyncio.get_running_loop()
        self._inbox: asyncio.Queue[_Arrival] = asyncio.Queue()
        self._sockets: dict[Nameserver, UdpSocket] = {}
        self._tcp_tasks: set[asyncio.Task[None]] = set()
        self._options_by_id: dict[tuple[Nameserver, bytes], _QueryOptions] = {}
        self._messages: dict[_QueryOptions, bytes] = {}
        self._failures: dict[Nameserver, str] = {}
        self._waited_s: dict[Nameserver, float] = {}
        self._noise: dict[Nameserver, str] = {}

    async def run(self, plan: Sequence[tuple[Nameserver, float]]) -> Response | Referral | Unanswered:
        """Asks each nameserver of the plan in turn, and waits that many seconds before it goes on to the next."""
        try:
            for nameserver, wait in plan:
                if outcome := await self._ask_nameserver(nameserver, wait):
                    return outcome
            for nameserver in [nameserver for nameserver, why in self._failures.items() if why.startswith("SERVFAIL")]:
                if outcome := await self._ask_nameserver(nameserver, plan[0][1], checking_disabled=True):
                    return outcome
            return self._summarize_failures()
        finally:
            await self._close()

    async def _ask_nameserver(
        self, nameserver: Nameserver, wait: float, *, checking_disabled: bool = False
    ) -> Response | Referral | Unanswered | None:
        """Asks one nameserver and listens to all asked so far; None when it is time for the next."""
        options = _QueryOptions(edns=not nameserver.lacks_edns, checking_disabled=checking_disabled)
        started_at = self._loop.time()
        if started_at >= self._until or not self._send_query(nameserver, options):
            return None
        until = min(started_at + wait, self._until)
        while True:
            try:
                async with asyncio.timeout_at(until):
                    arrival = await self._inbox.get()
            except TimeoutError:
                now = self._loop.time()
                self._waited_s[nameserver] = self._waited_s.get(nameserver, 0.0) + now - started_at
                nameserver.silent_until = now + _SILENCE_PENALTY
                return None
            if _claims_nothing(arrival.payload):
                await arrival.nameserver.await_flags()
            outcome = self._classify_arrival(arrival)
            match outcome:
                case RRset() | Negative() | Cname() | Referral() | Unanswered():
                    return outcome
                case _Retried() if arrival.nameserver is nameserver:
                    until = min(self._loop.time() + wait * outcome.wait_factor, self._until)
                case Unusable() if arrival.nameserver is nameserver:
                    return None

    def _send_query(self, nameserver: Nameserver, options: _QueryOptions) -> bool:
        udp = self._sockets.get(nameserver)
        if udp is None:
            try:
                udp = UdpSocket(nameserver.server, lambda payload: self._receive(nameserver, "udp", payload))
            except OSError as error:
                self._failures[nameserver] = _describe_os_error(error)
                return False
            self._sockets[nameserver] = udp
        udp.send(self._build_message(nameserver, options))
        return True

    def _receive(self, nameserver: Nameserver, transport: str, payload: bytes | str) -> None:
        self._inbox.put_nowait(_Arrival(nameserver, transport, payload))

    def _build_message(self, nameserver: Nameserver, options: _QueryOptions) -> bytes:
        """Returns the query under a new id, which only this nameserver may answer to."""
        query_id = secrets.token_bytes(2)
        self._options_by_id[nameserver, query_id] = options
        if options not in self._messages:
            self._messages[options] = _encode_query(self._question, options, self._recursive)
        return query_id + self._messages[options]

    def _classify_arrival(self, arrival: _Arrival) -> Response | Referral | Unanswered | Unusable | _Retried | None:
        """Judges what came in; returns None for noise, which changes nothing."""
        nameserver = arrival.nameserver
        if isinstance(arrival.payload, str):
            return self._record_failure(nameserver, arrival.payload)
        wire = arrival.payload
        options = self._options_by_id.get((nameserver, wire[:2]))
        if options is None or len(wire) < 12 or not wire[2] & 0x80:
            return self._record_noise(arrival, "a message that is no answer to this question")
        if wire[2] & 0x02:
            del self._options_by_id[nameserver, wire[:2]]
            return self._retry_over_tcp(arrival, options)
        try:
            message = DnsMessage(wire, self._question)
            if not message.answers(self._question):
                return self._record_noise(arrival, "an answer to another question")
            response = read_response(message, self._question, sets_flags=nameserver.sets_flags.is_set())
        except _PARSE_ERRORS:
            return self._record_noise(arrival, "octets that are no DNS message")
        del self._options_by_id[nameserver, wire[:2]]
        return self._judge_message(nameserver, message, response, options)

    def _judge_message(
        self,
        nameserver: Nameserver,
        message: DnsMessage,
        response: Response | Referral | Unusable,
        options: _QueryOptions,
    ) -> Response | Referral | Unanswered | Unusable | _Retried:
        """Notes what a well-formed answer to this question shows about its server, and decides whether it counts."""
        if message.claims_authority:
            nameserver.sets_flags.set()
        nameserver.silent_until = 0.0
        if isinstance(response, Unusable):
            if options.edns and response.why in ("FORMERR", "NOTIMP"):
                nameserver.lacks_edns = True
                self._sockets[nameserver].send(self._build_message(nameserver, replace(options, edns=False)))
                return _Retried(1)
            return response if options.checking_disabled else self._record_failure(nameserver, response.why)
        if isinstance(response, Referral):
            why = "lame: a referral in place of an answer"
            return self._record_failure(nameserver, why) if self._recursive else response
        if options.checking_disabled:
            return self._make_unanswered(str(nameserver.server), "DNSSEC validation failed")
        if not self._recursive and not message.flags & dns.flags.AA:
            return self._record_failure(nameserver, "lame: not authoritative")
        return replace(response, server=str(nameserver.server))

    def _retry_over_tcp(self, arrival: _Arrival, options: _QueryOptions) -> Unusable | _Retried:
        if arrival.transport == "tcp":
            return self._record_failure(arrival.nameserver, "truncated, over TCP too")
        self._noise[arrival.nameserver] = "a truncated one, and nothing over TCP"
        task = self._loop.create_task(self._query_over_tcp(arrival.nameserver, options))
        self._tcp_tasks.add(task)
        task.add_done_callback(self._tcp_tasks.discard)
        return _Retried(2)

    async def _query_over_tcp(self, nameserver: Nameserver, options: _QueryOptions) -> None:
        try:
            payload: bytes | str = await exchange_over_tcp(nameserver.server, self._build_message(nameserver, options))
        except EOFError:
            payload = "truncated, and the TCP connection was closed without an answer"
        except OSError as error:
            payload = f"truncated, and TCP failed: {_describe_os_error(error)}"
        self._receive(nameserver, "tcp", payload)

    def _record_failure(self, nameserver: Nameserver, why: str) -> Unusable:
        self._failures[nameserver] = why
        return Unusable(why)

    def _record_noise(self, arrival: _Arrival, description: str) -> Unusable | None:
        """Keeps waiting for the true answer over UDP, where anybody may send anything; a TCP connection has ended."""
        if arrival.transport == "tcp":
            return self._record_failure(arrival.nameserver, f"only {description}")
        self._noise[arrival.nameserver] = description
        return None

    def _summarize_failures(self) -> Unanswered:
        nameservers = list(dict.fromkeys((*self._failures, *self._waited_s)))
        if not nameservers:
            return self._make_unanswered("ses-bot", "no time left")
        servers = ", ".join(str(nameserver.server) for nameserver in nameservers)
        return self._make_unanswered(servers, ", ".join(dict.fromkeys(map(self._describe_failure, nameservers))))

    def _describe_failure(self, nameserver: Nameserver) -> str:
        if nameserver in self._failures:
            return self._failures[nameserver]
        only = f", only {self._noise[nameserver]}" if nameserver in self._noise else ""
        return f"no answer in {self._waited_s[nameserver]:.1f} s{only}"

    def _make_unanswered(self, by: str, why: str) -> Unanswered:
        return Unanswered(self._question.name, self._question.type, by, why)

    async def _close(self) -> None:
        for udp in self._sockets.values():
            udp.close()
        tasks = tuple(self._tcp_tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.gather(*tasks, return_exceptions=True)


def _encode_query(question: WireQuestion, options: _QueryOptions, recursive: bool) -> bytes:
    """Encodes a query without its id (RFC 1035 section 4.1): flags, four counts, the question, and the OPT record of
    EDNS (RFC 6891 section 6.1.2)."""
    flags = (dns.flags.RD if recursive else 0) | (dns.flags.CD if options.checking_disabled else 0)
    encoded_question = question.wire + struct.pack("!HH", question.rdtype, dns.rdataclass.IN)
    opt = struct.pack("!BHHIH", 0, dns.rdatatype.OPT, PAYLOAD, 0, 0) if options.edns else b""
    return struct.pack("!5H", flags, 1, 0, 0, bool(opt)) + encoded_question + opt


def _claims_nothing(payload: bytes | str) -> bool:
    """Tells whether a payload is an empty NOERROR without authority records, neither authoritative nor recursive."""
    if isinstance(payload, str) or len(payload) < 12:
        return False
    flags, _, answers, authorities = struct.unpack("!4H", payload[2:10])
    return not (flags & _CLAIM_BITS or answers or authorities)


def _describe_os_error(error: OSError) -> str:
    """Returns the system's words for an error, such as "connection refused"."""
    return (os.strerror(error.errno) if error.errno else type(error).__name__).lower()
