"""One question put to a list of servers until one of them answers: UDP, TCP after truncation, again without EDNS where
a server does not know it, then the next server, then all once more with a longer wait.

Every line stays open until the question is settled, so that an answer which comes late still counts. A question that
ends in SERVFAIL is put once more with checking disabled: if that is answered, DNSSEC validation is what failed (RFC
4035 section 3.2.2).
"""

import asyncio
import contextlib
import os
import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass
import dns.rdatatype

from checks.answers import Unanswered
from checks.resolver.questions import Question, lowered
from checks.resolver.reading import Empty, Held, Leads, Link, Referred, Useless, has_flags, read
from checks.resolver.servers import Server
from checks.resolver.sockets import Line, call, open_line

PAYLOAD = 1232
"""The largest UDP answer asked for, in octets: it crosses every network in one piece."""
_SILENT_FOR = 30.0
"""For how many seconds a server that let a question time out comes after the others."""
_MOMENT = 0.05
"""Seconds for the other answers of a server to come in, before the first empty one without AA and RA is believed."""
_UNREADABLE = (dns.exception.DNSException, ValueError)
"""What dnspython may raise over octets from outside."""


@dataclass(slots=True, eq=False)
class Peer:
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
    """What came in from a peer: octets, or what went wrong in words."""

    peer: Peer
    over: str
    what: bytes | str


@dataclass(frozen=True, slots=True)
class _GoOn:
    """The same peer has been asked again (by TCP, or without EDNS): wait on, `longer` times as long."""

    longer: float


class Exchange:
    """Settles one question. `recursive` False asks authoritative servers: only their own word (AA) counts, and a
    referral is an answer. `until` is loop time."""

    def __init__(self, question: Question, *, until: float, recursive: bool = True) -> None:
        self._question = question
        self._recursive = recursive
        self._until = until
        self._loop = asyncio.get_running_loop()
        self._inbox: asyncio.Queue[_Arrival] = asyncio.Queue()
        self._lines: dict[Peer, Line] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._sent: dict[tuple[Peer, bytes], _Form] = {}
        self._wires: dict[_Form, bytes] = {}
        self._why: dict[Peer, str] = {}
        self._waited: dict[Peer, float] = {}
        self._noise: dict[Peer, str] = {}

    async def settle(self, plan: Sequence[tuple[Peer, float]]) -> Link | Referred | Unanswered:
        """Go through the plan: whom to ask, and how many seconds to wait for each before going on."""
        try:
            for peer, wait in plan:
                if found := await self._try(peer, wait, _Form(edns=not peer.plain)):
                    return found
            for peer in [peer for peer, why in self._why.items() if why.startswith("SERVFAIL")]:
                if found := await self._try(peer, plan[0][1], _Form(edns=not peer.plain, unchecked=True)):
                    return found
            return self._given_up()
        finally:
            await self._close()

    async def _try(self, peer: Peer, wait: float, form: _Form) -> Link | Referred | Unanswered | None:
        """Ask one peer and listen to all asked so far; None when it is time for the next."""
        began = self._loop.time()
        if began >= self._until or not await self._send(peer, form):
            return None
        until = min(began + wait, self._until)
        while True:
            try:
                async with asyncio.timeout_at(until):
                    arrival = await self._inbox.get()
            except TimeoutError:
                now = self._loop.time()
                self._waited[peer] = self._waited.get(peer, 0.0) + now - began
                peer.silent_until = now + _SILENT_FOR
                return None
            if _claims_nothing(arrival.what):
                await arrival.peer.habit()
            found = self._weigh(arrival)
            match found:
                case Held() | Empty() | Leads() | Referred() | Unanswered():
                    return found
                case _GoOn() if arrival.peer is peer:
                    until = min(self._loop.time() + wait * found.longer, self._until)
                case Useless() if arrival.peer is peer:
                    return None

    async def _send(self, peer: Peer, form: _Form) -> bool:
        line = self._lines.get(peer)
        if line is None:
            try:
                line = await open_line(
                    peer.server, lambda data: self._inbox.put_nowait(_Arrival(peer, "udp", _in_words(data)))
                )
            except OSError as error:
                self._why[peer] = _failure(error)
                return False
            self._lines[peer] = line
        line.send(self._wire(peer, form))
        return True

    def _wire(self, peer: Peer, form: _Form) -> bytes:
        """The message, under a new id that this peer may answer to."""
        number = secrets.token_bytes(2)
        self._sent[peer, number] = form
        if form not in self._wires:
            self._wires[form] = _query(self._question, form, self._recursive)
        return number + self._wires[form]

    def _weigh(self, arrival: _Arrival) -> Link | Referred | Unanswered | Useless | _GoOn | None:
        """What an arrival means; None for noise, which changes nothing."""
        peer = arrival.peer
        if isinstance(arrival.what, str):
            return self._useless(peer, arrival.what)
        wire = arrival.what
        form = self._sent.get((peer, wire[:2]))
        if form is None or len(wire) < 12 or not wire[2] & 0x80:
            return self._noisy(arrival, "a message that is no answer to this question")
        if wire[2] & 0x02:
            del self._sent[peer, wire[:2]]
            return self._truncated(arrival, form)
        try:
            message = dns.message.from_wire(wire, ignore_trailing=True)
            if not _answers(message, self._question):
                return self._noisy(arrival, "an answer to another question")
            del self._sent[peer, wire[:2]]
            return self._judge(peer, message, form)
        except _UNREADABLE:
            return self._noisy(arrival, "octets that are no DNS message")

    def _judge(
        self, peer: Peer, message: dns.message.Message, form: _Form
    ) -> Link | Referred | Unanswered | Useless | _GoOn:
        """A well-formed answer to this question: what it says, and what it shows about the server."""
        found = read(message, self._question, sets_flags=peer.sets_flags.is_set())
        if has_flags(message):
            peer.sets_flags.set()
        peer.silent_until = 0.0
        if isinstance(found, Useless):
            if form.edns and found.why in ("FORMERR", "NOTIMP"):
                peer.plain = True
                self._lines[peer].send(self._wire(peer, replace(form, edns=False)))
                return _GoOn(1)
            return found if form.unchecked else self._useless(peer, found.why)
        if isinstance(found, Referred):
            return self._useless(peer, "lame: a referral in place of an answer") if self._recursive else found
        if form.unchecked:
            return self._unanswered(str(peer.server), "DNSSEC validation failed")
        if not self._recursive and not message.flags & dns.flags.AA:
            return self._useless(peer, "lame: not authoritative")
        return replace(found, server=str(peer.server))

    def _truncated(self, arrival: _Arrival, form: _Form) -> Useless | _GoOn:
        if arrival.over == "tcp":
            return self._useless(arrival.peer, "truncated, over TCP too")
        self._noise[arrival.peer] = "a truncated one, and nothing over TCP"
        task = self._loop.create_task(self._call(arrival.peer, form))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
        return _GoOn(2)

    async def _call(self, peer: Peer, form: _Form) -> None:
        try:
            what: bytes | str = await call(peer.server, self._wire(peer, form))
        except EOFError:
            what = "truncated, and the TCP connection was closed without an answer"
        except OSError as error:
            what = f"truncated, and TCP failed: {_failure(error)}"
        self._inbox.put_nowait(_Arrival(peer, "tcp", what))

    def _useless(self, peer: Peer, why: str) -> Useless:
        self._why[peer] = why
        return Useless(why)

    def _noisy(self, arrival: _Arrival, what: str) -> Useless | None:
        """Over UDP anybody may send anything, so the true answer is still waited for; a TCP connection is over."""
        if arrival.over == "tcp":
            return self._useless(arrival.peer, f"only {what}")
        self._noise[arrival.peer] = what
        return None

    def _given_up(self) -> Unanswered:
        peers = list(dict.fromkeys((*self._why, *self._waited)))
        whys = [self._reason(peer) for peer in peers]
        if not peers:
            return self._unanswered("ses-bot", "no time left")
        return self._unanswered(", ".join(str(peer.server) for peer in peers), ", ".join(dict.fromkeys(whys)))

    def _reason(self, peer: Peer) -> str:
        if peer in self._why:
            return self._why[peer]
        only = f", only {self._noise[peer]}" if peer in self._noise else ""
        return f"no answer in {self._waited[peer]:.1f} s{only}"

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


def _answers(message: dns.message.Message, question: Question) -> bool:
    """The message echoes the question; an error may come without one."""
    if not message.question:
        return message.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)
    asked = message.question[0]
    return (
        len(message.question) == 1
        and asked.rdtype == question.rdtype
        and asked.rdclass == dns.rdataclass.IN
        and lowered(asked.name) == question.labels
    )


def _query(question: Question, form: _Form, recursive: bool) -> bytes:
    """The message behind its id (RFC 1035 section 4.1): flags, four counts, the question, and the OPT record of EDNS
    (RFC 6891 section 6.1.2)."""
    flags = (dns.flags.RD if recursive else 0) | (dns.flags.CD if form.unchecked else 0)
    name = b"".join(bytes([len(label)]) + label for label in question.labels) + b"\0"
    asked = name + struct.pack("!HH", question.rdtype, dns.rdataclass.IN)
    opt = struct.pack("!BHHIH", 0, dns.rdatatype.OPT, PAYLOAD, 0, 0) if form.edns else b""
    return struct.pack("!5H", flags, 1, 0, 0, bool(opt)) + asked + opt


def _claims_nothing(what: bytes | str) -> bool:
    """An empty NOERROR with nothing in the authority section, neither authoritative nor recursive."""
    if isinstance(what, str) or len(what) < 12:
        return False
    flags, _, answers, authorities = struct.unpack("!4H", what[2:10])
    return not (flags & (dns.flags.AA | dns.flags.RA | dns.flags.TC | 0x000F) or answers or authorities)


def _in_words(data: bytes | OSError) -> bytes | str:
    return _failure(data) if isinstance(data, OSError) else data


def _failure(error: OSError) -> str:
    """The system's words for it, such as "connection refused"."""
    return (os.strerror(error.errno) if error.errno else type(error).__name__).lower()
