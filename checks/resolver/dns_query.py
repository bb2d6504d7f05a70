"""One question put to a list of name servers until one of them answers.

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
from checks.resolver.messages import Cname, DnsMessage, Negative, Question, Referred, Response, RRset, Unusable, read
from checks.resolver.servers import Server


class Line:
    """A connected UDP socket: only the server's own datagrams come in, and `deliver` gets each, or the system's error
    (an ICMP "port unreachable" is one). `OSError` where the system has no way to the server."""

    def __init__(self, server: Server, deliver: Callable[[bytes | OSError], None]) -> None:
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
            self._deliver(error)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket.fileno())
        self._socket.close()

    def _receive(self) -> None:
        try:
            self._deliver(self._socket.recv(65_535))
        except BlockingIOError:
            pass
        except OSError as error:
            self._deliver(error)


async def call(server: Server, wire: bytes) -> bytes:
    """Returns one message there and one back over TCP (RFC 7766); `OSError` or `EOFError` where it breaks."""
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
_SILENT_FOR = 30.0
"""For how many seconds a server that let a question time out comes after the others."""
_MOMENT = 0.05
"""Seconds for the other answers of a server to come in, before the first empty one without AA and RA is believed."""
_UNREADABLE = (dns.exception.DNSException, ValueError)
"""What dnspython may raise over octets from outside."""


_CLAIMS = int(dns.flags.AA | dns.flags.RA | dns.flags.TC) | 0x000F


@dataclass(slots=True, eq=False)
class Nameserver:
    """A server with what its behavior has shown. `sets_flags`: it has set AA or RA; `plain`: it knows no EDNS;
    `silent_until`: loop time before which others are preferred."""

    server: Server
    sets_flags: asyncio.Event = field(default_factory=asyncio.Event)
    plain: bool = False
    silent_until: float = 0.0
    _known_from: float = 0.0

    async def habit(self) -> None:
        """Does it set AA or RA at all? Its other answers of these moments show; after that it is taken to be simple."""
        self._known_from = self._known_from or asyncio.get_running_loop().time() + _MOMENT
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(self._known_from):
                await self.sets_flags.wait()


@dataclass(frozen=True, slots=True)
class _Form:
    """How a question is put."""

    edns: bool = True
    unchecked: bool = False


@dataclass(frozen=True, slots=True)
class _Arrival:
    """What came in from a nameserver: octets, or what went wrong in words."""

    nameserver: Nameserver
    over: str
    what: bytes | str


@dataclass(frozen=True, slots=True)
class _GoOn:
    """The same nameserver has been asked again (by TCP, or without EDNS): wait on, `longer` times as long."""

    longer: float


class DnsQuery:
    """Settles one question. `recursive` False asks authoritative servers: only their own word (AA) counts, and a
    referral is an answer. `until` is loop time."""

    def __init__(self, question: Question, *, until: float, recursive: bool = True) -> None:
        self._question = question
        self._recursive = recursive
        self._until = until
        self._loop = asyncio.get_running_loop()
        self._inbox: asyncio.Queue[_Arrival] = asyncio.Queue()
        self._lines: dict[Nameserver, Line] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._sent: dict[tuple[Nameserver, bytes], _Form] = {}
        self._wires: dict[_Form, bytes] = {}
        self._why: dict[Nameserver, str] = {}
        self._waited: dict[Nameserver, float] = {}
        self._noise: dict[Nameserver, str] = {}

    async def settle(self, plan: Sequence[tuple[Nameserver, float]]) -> Response | Referred | Unanswered:
        """Goes through the plan: whom to ask, and how many seconds to wait for each before going on."""
        try:
            for nameserver, wait in plan:
                if found := await self._try(nameserver, wait, _Form(edns=not nameserver.plain)):
                    return found
            for nameserver in [nameserver for nameserver, why in self._why.items() if why.startswith("SERVFAIL")]:
                if found := await self._try(nameserver, plan[0][1], _Form(edns=not nameserver.plain, unchecked=True)):
                    return found
            return self._given_up()
        finally:
            await self._close()

    async def _try(self, nameserver: Nameserver, wait: float, form: _Form) -> Response | Referred | Unanswered | None:
        """Asks one nameserver and listens to all asked so far; None when it is time for the next."""
        began = self._loop.time()
        if began >= self._until or not self._send(nameserver, form):
            return None
        until = min(began + wait, self._until)
        while True:
            try:
                async with asyncio.timeout_at(until):
                    arrival = await self._inbox.get()
            except TimeoutError:
                now = self._loop.time()
                self._waited[nameserver] = self._waited.get(nameserver, 0.0) + now - began
                nameserver.silent_until = now + _SILENT_FOR
                return None
            if _claims_nothing(arrival.what):
                await arrival.nameserver.habit()
            found = self._weigh(arrival)
            match found:
                case RRset() | Negative() | Cname() | Referred() | Unanswered():
                    return found
                case _GoOn() if arrival.nameserver is nameserver:
                    until = min(self._loop.time() + wait * found.longer, self._until)
                case Unusable() if arrival.nameserver is nameserver:
                    return None

    def _send(self, nameserver: Nameserver, form: _Form) -> bool:
        line = self._lines.get(nameserver)
        if line is None:
            try:
                line = Line(
                    nameserver.server, lambda data: self._inbox.put_nowait(_Arrival(nameserver, "udp", _in_words(data)))
                )
            except OSError as error:
                self._why[nameserver] = _failure(error)
                return False
            self._lines[nameserver] = line
        line.send(self._wire(nameserver, form))
        return True

    def _wire(self, nameserver: Nameserver, form: _Form) -> bytes:
        """Returns the message, under a new id that this nameserver may answer to."""
        number = secrets.token_bytes(2)
        self._sent[nameserver, number] = form
        if form not in self._wires:
            self._wires[form] = _query(self._question, form, self._recursive)
        return number + self._wires[form]

    def _weigh(self, arrival: _Arrival) -> Response | Referred | Unanswered | Unusable | _GoOn | None:
        """Returns what an arrival means; None for noise, which changes nothing."""
        nameserver = arrival.nameserver
        if isinstance(arrival.what, str):
            return self._useless(nameserver, arrival.what)
        wire = arrival.what
        form = self._sent.get((nameserver, wire[:2]))
        if form is None or len(wire) < 12 or not wire[2] & 0x80:
            return self._noisy(arrival, "a message that is no answer to this question")
        if wire[2] & 0x02:
            del self._sent[nameserver, wire[:2]]
            return self._truncated(arrival, form)
        try:
            message = DnsMessage(wire, self._question)
            if not message.answers(self._question):
                return self._noisy(arrival, "an answer to another question")
            found = read(message, self._question, sets_flags=nameserver.sets_flags.is_set())
        except _UNREADABLE:
            return self._noisy(arrival, "octets that are no DNS message")
        del self._sent[nameserver, wire[:2]]
        return self._judge(nameserver, message, found, form)

    def _judge(
        self, nameserver: Nameserver, message: DnsMessage, found: Response | Referred | Unusable, form: _Form
    ) -> Response | Referred | Unanswered | Unusable | _GoOn:
        """Returns a well-formed answer to this question: what it shows about the server, and whether it counts."""
        if message.has_flags:
            nameserver.sets_flags.set()
        nameserver.silent_until = 0.0
        if isinstance(found, Unusable):
            if form.edns and found.why in ("FORMERR", "NOTIMP"):
                nameserver.plain = True
                self._lines[nameserver].send(self._wire(nameserver, replace(form, edns=False)))
                return _GoOn(1)
            return found if form.unchecked else self._useless(nameserver, found.why)
        if isinstance(found, Referred):
            return self._useless(nameserver, "lame: a referral in place of an answer") if self._recursive else found
        if form.unchecked:
            return self._unanswered(str(nameserver.server), "DNSSEC validation failed")
        if not self._recursive and not message.flags & dns.flags.AA:
            return self._useless(nameserver, "lame: not authoritative")
        return replace(found, server=str(nameserver.server))

    def _truncated(self, arrival: _Arrival, form: _Form) -> Unusable | _GoOn:
        if arrival.over == "tcp":
            return self._useless(arrival.nameserver, "truncated, over TCP too")
        self._noise[arrival.nameserver] = "a truncated one, and nothing over TCP"
        task = self._loop.create_task(self._call(arrival.nameserver, form))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
        return _GoOn(2)

    async def _call(self, nameserver: Nameserver, form: _Form) -> None:
        try:
            what: bytes | str = await call(nameserver.server, self._wire(nameserver, form))
        except EOFError:
            what = "truncated, and the TCP connection was closed without an answer"
        except OSError as error:
            what = f"truncated, and TCP failed: {_failure(error)}"
        self._inbox.put_nowait(_Arrival(nameserver, "tcp", what))

    def _useless(self, nameserver: Nameserver, why: str) -> Unusable:
        self._why[nameserver] = why
        return Unusable(why)

    def _noisy(self, arrival: _Arrival, what: str) -> Unusable | None:
        """Over UDP anybody may send anything, so the true answer is still waited for; a TCP connection is over."""
        if arrival.over == "tcp":
            return self._useless(arrival.nameserver, f"only {what}")
        self._noise[arrival.nameserver] = what
        return None

    def _given_up(self) -> Unanswered:
        nameservers = list(dict.fromkeys((*self._why, *self._waited)))
        whys = [self._reason(nameserver) for nameserver in nameservers]
        if not nameservers:
            return self._unanswered("ses-bot", "no time left")
        return self._unanswered(
            ", ".join(str(nameserver.server) for nameserver in nameservers), ", ".join(dict.fromkeys(whys))
        )

    def _reason(self, nameserver: Nameserver) -> str:
        if nameserver in self._why:
            return self._why[nameserver]
        only = f", only {self._noise[nameserver]}" if nameserver in self._noise else ""
        return f"no answer in {self._waited[nameserver]:.1f} s{only}"

    def _unanswered(self, by: str, why: str) -> Unanswered:
        return Unanswered(self._question.name, self._question.type, by, why)

    async def _close(self) -> None:
        for line in self._lines.values():
            line.close()
        calls = tuple(self._calls)
        for task in calls:
            task.cancel()
        if calls:
            await asyncio.gather(*calls, return_exceptions=True)


def _query(question: Question, form: _Form, recursive: bool) -> bytes:
    """Returns the message behind its id (RFC 1035 section 4.1): flags, four counts, the question, and the OPT record of
    EDNS (RFC 6891 section 6.1.2)."""
    flags = (dns.flags.RD if recursive else 0) | (dns.flags.CD if form.unchecked else 0)
    asked = question.wire + struct.pack("!HH", question.rdtype, dns.rdataclass.IN)
    opt = struct.pack("!BHHIH", 0, dns.rdatatype.OPT, PAYLOAD, 0, 0) if form.edns else b""
    return struct.pack("!5H", flags, 1, 0, 0, bool(opt)) + asked + opt


def _claims_nothing(what: bytes | str) -> bool:
    """Returns an empty NOERROR with nothing in the authority section, neither authoritative nor recursive."""
    if isinstance(what, str) or len(what) < 12:
        return False
    flags, _, answers, authorities = struct.unpack("!4H", what[2:10])
    return not (flags & _CLAIMS or answers or authorities)


def _in_words(data: bytes | OSError) -> bytes | str:
    return _failure(data) if isinstance(data, OSError) else data


def _failure(error: OSError) -> str:
    """Returns the system's words for it, such as "connection refused"."""
    return (os.strerror(error.errno) if error.errno else type(error).__name__).lower()
