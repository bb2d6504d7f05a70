"""A question as DNS can carry it, and what one DNS message says about it (pure).

Names come as text with a dot between labels; each other character is an octet (Latin-1), and the escapes of master
files are understood (RFC 1035 section 5.1), so that any name in an answer can be asked for. Upper and lower case
are the same name (RFC 4343), in ASCII alone.

dnspython reads names and records. `DnsMessage` is ours: it reads the data of a record only when that is asked for, and
the name of the question not at all where the message echoes it; that is most of the work, and what does not belong to
the question cannot make a message unreadable.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

import dns.edns
import dns.exception
import dns.flags
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.MX
import dns.rdtypes.ANY.OPT
import dns.rdtypes.ANY.SOA
import dns.rdtypes.nsbase
import dns.rdtypes.txtbase
import dns.wire
from dns.rdatatype import RdataType

_PLAIN = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_ESCAPE = re.compile(r"\\(?:(25[0-5]|2[0-4][0-9]|[01][0-9]{2})|(\D))", re.DOTALL)
_SPECIAL = frozenset(b'"().;\\@$')
LONGEST_CHAIN = 16
"""Aliases followed for one question."""
_LONGEST_TTL = 86_400
_LONGEST_ABSENCE = 10_800
"""RFC 2308 section 5: three hours is as long as an absence is remembered."""
_SPEAKS = int(dns.flags.AA | dns.flags.RA)
_ANSWERED = (0, 3)
"""NOERROR and NXDOMAIN, as plain numbers: every answer is compared with them."""
_SMALLEST_SOA = 22
"""Octets: two names of one octet, and five numbers."""
_Labels: TypeAlias = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """`name` without a trailing dot and `type` in upper case are its identity; `labels` are the name's octets, and
    `wire` is the name in a message (RFC 1035 section 3.1)."""

    name: str
    type: str
    labels: _Labels = field(compare=False, repr=False)
    rdtype: RdataType = field(compare=False, repr=False)
    wire: bytes = field(compare=False, repr=False)


@lru_cache(maxsize=4096)
def question_of(name: str, rtype: str) -> Question | None:
    """Returns the question for a name; None where DNS cannot hold it: a label over 63 octets or empty, more than 255
    octets on the wire (RFC 1035 section 3.1), a character that is no octet. `ValueError` for a type that does not
    exist."""
    try:
        rdtype = dns.rdatatype.from_text(rtype)
    except (dns.rdatatype.UnknownRdatatype, ValueError):
        raise ValueError(f"{rtype!r} is no DNS record type") from None
    labels = _labels(name.removesuffix(".") if not name.endswith("\\.") else name)
    if labels is None or sum(len(label) + 1 for label in labels) + 1 > 255:
        return None
    wire = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    return Question(_spelled(labels), dns.rdatatype.to_text(rdtype), labels, rdtype, wire)


def spelled(name: str) -> str:
    """Returns a name as answers carry it: lower case without the trailing dot; itself where DNS cannot hold it."""
    asked = question_of(name, "A")
    return asked.name if asked else name.lower().removesuffix(".")


def _labels(name: str) -> tuple[bytes, ...] | None:
    lower = name.lower()
    if len(name) <= 253 and _PLAIN.fullmatch(lower):
        return tuple(lower.encode("ascii").split(b"."))
    if len(name) > 4 * 255:
        return None
    labels = [b""]
    at = 0
    while at < len(name):
        escape = _ESCAPE.match(name, at)
        if escape:
            character, at = chr(int(escape[1])) if escape[1] else escape[2], escape.end()
        else:
            character, at = name[at], at + 1
        if character == "." and not escape:
            labels.append(b"")
        elif ord(character) > 255:
            return None
        else:
            labels[-1] += bytes([ord(character)])
    return tuple(label.lower() for label in labels) if all(1 <= len(label) <= 63 for label in labels) else None


def _spell(label: bytes) -> str:
    """Returns a label in presentation form: the octets that master files cannot hold plainly are escaped."""
    if label.isalnum():
        return label.decode("ascii")
    return "".join(
        f"\\{octet:03d}" if not 0x20 < octet < 0x7F else f"\\{octet:c}" if octet in _SPECIAL else chr(octet)
        for octet in label
    )


@dataclass(frozen=True, slots=True)
class RRset:
    """Records at the end of `aliases`. `ttl`: seconds, the shortest on the way."""

    values: tuple[str, ...]
    ttl: int
    aliases: tuple[str, ...]
    server: str = ""


@dataclass(frozen=True, slots=True)
class Negative:
    """No such record at the end of `aliases`; `exists` tells no data from no such name. `ttl` 0: not to be kept."""

    exists: bool
    zone: str | None
    ttl: int
    aliases: tuple[str, ...]
    server: str = ""


@dataclass(frozen=True, slots=True)
class Cname:
    """The message ends at an alias (the last of `aliases`) and does not say what is there."""

    ttl: int
    aliases: tuple[str, ...]
    server: str = ""


Response: TypeAlias = RRset | Negative | Cname
"""What is worth remembering for a question."""


@dataclass(frozen=True, slots=True)
class Referred:
    """Others answer for `zone`: its name servers are `hosts`."""

    zone: str
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unusable:
    """The server did not answer: `why` in words."""

    why: str


@dataclass(frozen=True, slots=True)
class _Header:
    """A record without its data, which are `size` octets at `at`; `name` in lower case."""

    name: _Labels
    type: int
    ttl: int
    at: int
    size: int


class DnsMessage:
    """One message (RFC 1035 section 4.1): its header, question, and the heads of its records of class IN. `question` is
    what was asked. `dns.exception.DNSException` or `ValueError` where the octets are none."""

    def __init__(self, wire: bytes, question: Question) -> None:
        self._parser = dns.wire.Parser(wire)
        self._first: _Labels = ()
        _, self.flags, questions, answers, authorities, others = self._parser.get_struct("!6H")
        if wire[12 : 12 + len(question.wire)].lower() == question.wire and questions:
            self._first = question.labels
            self._parser.seek(12 + len(question.wire))
            self._question = [(question.labels, *self._parser.get_struct("!HH"))]
            questions -= 1
        else:
            self._question = []
        self._question += [(self._name(), *self._parser.get_struct("!HH")) for _ in range(questions)]
        self.answer = self._headers(answers)
        self.authority = self._headers(authorities)
        self._opt = next((one for one in self._headers(others, RdataType.OPT)), None)
        # RFC 6891 section 6.1.3: the upper eight bits of the code are in the OPT record.
        self.rcode = self.flags & 0x000F | ((self._opt.ttl >> 20) & 0x0FF0 if self._opt else 0)

    @property
    def has_flags(self) -> bool:
        """The server says that it is the authority, or that it recurses."""
        return bool(self.flags & _SPEAKS)

    def answers(self, question: Question) -> bool:
        """Tells whether the message echoes the question; an error may come without one."""
        if not self._question:
            return self.rcode not in _ANSWERED
        name, rdtype, rdclass = self._question[0]
        asked = (rdtype, rdclass, name)
        return len(self._question) == 1 and asked == (question.rdtype, dns.rdataclass.IN, question.labels)

    def data(self, header: _Header) -> dns.rdata.Rdata:
        """Reads the data of a record."""
        parser = dns.wire.Parser(self._parser.wire, header.at)
        with parser.restrict_to(header.size):
            return dns.rdata.from_wire_parser(dns.rdataclass.IN, RdataType.make(header.type), parser)

    def soa_minimum(self, header: _Header) -> int:
        """Reads the last of the five numbers that end an SOA record (RFC 1035 section 3.3.13)."""
        if header.size < _SMALLEST_SOA:
            raise dns.exception.FormError
        return int.from_bytes(self._parser.wire[header.at + header.size - 4 : header.at + header.size], "big")

    def error(self) -> str:
        """Returns the error, with what an extended error (RFC 8914) adds; never its free text, which anybody can
        write."""
        code = dns.rcode.to_text(dns.rcode.Rcode.make(self.rcode))
        opt = self.data(self._opt) if self._opt else None
        for option in opt.options if isinstance(opt, dns.rdtypes.ANY.OPT.OPT) else ():
            if isinstance(option, dns.edns.EDEOption) and option.code in tuple(dns.edns.EDECode):
                words = dns.edns.EDECode(option.code).name.replace("_", " ").lower().replace("dnssec", "DNSSEC")
                return f"{code} ({words})"
        return code

    def _headers(self, count: int, kind: RdataType | None = None) -> list[_Header]:
        found = []
        for _ in range(count):
            name = self._name()
            rdtype, rdclass, ttl, size = self._parser.get_struct("!HHIH")
            # RFC 2181 section 8: a TTL with its first bit set is zero. In an OPT record it is no TTL.
            ttl = ttl if rdtype == RdataType.OPT or ttl < 1 << 31 else 0
            if rdtype == kind or (kind is None and rdclass == dns.rdataclass.IN):
                found.append(_Header(name, rdtype, ttl, self._parser.current, size))
            self._parser.get_bytes(size)
        return found

    def _name(self) -> _Labels:
        at = self._parser.current
        if self._parser.wire[at : at + 2] == b"\xc0\x0c" and at > 12:  # the name of the question, nearly always
            self._parser.get_bytes(2)
            return self._first
        name = _lowered(self._parser.get_name(decompress=True))
        if at == 12:
            self._first = name
        return name


def read(message: DnsMessage, question: Question, *, sets_flags: bool = False) -> Response | Referred | Unusable:
    """`sets_flags`: this server has set AA or RA before, so an empty answer with neither and without an SOA is not
    absence but lameness. A simple server that never sets them is believed."""
    if message.rcode not in _ANSWERED:
        return Unusable(message.error())
    answer: _Answer = {}
    for header in message.answer:
        answer.setdefault((header.name, header.type), []).append(header)
    owner, aliases, ttl = _along_aliases(message, answer, question)
    if found := answer.get((owner, question.rdtype)):
        records = [message.data(header) for header in found]
        records = records[-1:] if dns.rdatatype.is_singleton(question.rdtype) else list(dict.fromkeys(records))
        return RRset(tuple(map(_value, records)), min(ttl, *(header.ttl for header in found)), aliases)
    soa = _soa_above(message, owner)
    if aliases and (soa is None or (owner, RdataType.CNAME) in answer):
        return Cname(ttl, aliases)
    exists = message.rcode == 0
    if soa is None and exists:
        if (referral := _referral(message, owner)) is not None:
            return referral
        if sets_flags and not message.has_flags and not _any_soa(message):
            return Unusable("lame: an empty answer, neither authoritative nor recursive")
    zone, absence = soa or (None, 0)
    return Negative(exists, zone, min(ttl, absence), aliases)


_Answer: TypeAlias = dict[tuple[_Labels, int], list[_Header]]


def _along_aliases(message: DnsMessage, answer: _Answer, question: Question) -> tuple[_Labels, tuple[str, ...], int]:
    """Returns where the aliases within the message end, in whatever order they stand; a loop ends where it closes."""
    owner, aliases, ttl = question.labels, list[str](), _LONGEST_TTL
    seen = {owner}
    while (owner, question.rdtype) not in answer and len(aliases) <= LONGEST_CHAIN:
        alias = answer.get((owner, RdataType.CNAME))
        if alias is None:
            break
        target = _target(message.data(alias[-1]))
        owner = _lowered(target)
        aliases.append(_text(target))
        ttl = min(ttl, *(header.ttl for header in alias))
        if owner in seen:
            break
        seen.add(owner)
    return owner, tuple(aliases), ttl


def _soa_above(message: DnsMessage, owner: _Labels) -> tuple[str, int] | None:
    """Returns the zone that speaks for the name's absence, and for how many seconds (RFC 2308 section 5)."""
    for header in message.authority:
        if header.type == RdataType.SOA and _is_above(header.name, owner):
            return _spelled(header.name) or ".", min(header.ttl, message.soa_minimum(header), _LONGEST_ABSENCE)
    return None


def _is_above(apex: _Labels, owner: _Labels) -> bool:
    return len(apex) <= len(owner) and owner[len(owner) - len(apex) :] == apex


def _any_soa(message: DnsMessage) -> bool:
    return any(header.type == RdataType.SOA for header in message.authority)


def _referral(message: DnsMessage, owner: _Labels) -> Referred | Unusable | None:
    """RFC 2308 section 2.2: NS records without an SOA are a referral. One that does not lead to the name is lame."""
    servers = [header for header in message.authority if header.type == RdataType.NS]
    if not servers or _any_soa(message):
        return None
    below = next((header for header in servers if _is_above(header.name, owner)), None)
    if below is None:
        return Unusable("lame: it names the servers of another zone")
    hosts = dict.fromkeys(_target(message.data(one)) for one in servers if one.name == below.name)
    return Referred(_spelled(below.name) or ".", tuple(map(_text, hosts)))


def _spelled(labels: _Labels) -> str:
    return ".".join(map(_spell, labels))


def _lowered(name: dns.name.Name) -> _Labels:
    return tuple(label.lower() for label in name.labels if label)


def _target(rdata: dns.rdata.Rdata) -> dns.name.Name:
    assert isinstance(rdata, dns.rdtypes.nsbase.NSBase)
    return rdata.target


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True)


def _value(rdata: dns.rdata.Rdata) -> str:
    """Returns a record in presentation form, without trailing dots; the strings of a text joined, an octet a
    character."""
    match rdata:
        case dns.rdtypes.txtbase.TXTBase():
            return b"".join(rdata.strings).decode("latin-1")
        case dns.rdtypes.nsbase.NSBase():
            return _text(rdata.target)
        case dns.rdtypes.ANY.MX.MX():
            return f"{rdata.preference} {_text(rdata.exchange)}"
        case dns.rdtypes.ANY.SOA.SOA():
            numbers = (rdata.serial, rdata.refresh, rdata.retry, rdata.expire, rdata.minimum)
            return " ".join((_text(rdata.mname), _text(rdata.rname), *map(str, numbers)))
    text = rdata.to_text()
    return text if text == "." or text.endswith(" .") else text.removesuffix(".")
