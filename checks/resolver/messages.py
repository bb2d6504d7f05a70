"""Encodes a question as DNS can carry it, and reads what one DNS message says about it (pure).

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

_PLAIN_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_ESCAPE = re.compile(r"\\(?:(25[0-5]|2[0-4][0-9]|[01][0-9]{2})|(\D))", re.DOTALL)
_ESCAPED_OCTETS = frozenset(b'"().;\\@$')
LONGEST_CHAIN = 16
"""Aliases followed for one question."""
_LONGEST_TTL = 86_400
_LONGEST_NEGATIVE_TTL = 10_800
"""RFC 2308 section 5: three hours is as long as an absence is remembered."""
_AA_OR_RA = int(dns.flags.AA | dns.flags.RA)
_ANSWER_RCODES = (0, 3)
"""NOERROR and NXDOMAIN, as plain numbers: every answer is compared with them."""
_SMALLEST_SOA = 22
"""Octets: two names of one octet, and five numbers."""
_Labels: TypeAlias = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class WireQuestion:
    """`name` without a trailing dot and `type` in upper case are its identity; `labels` are the name's octets, and
    `wire` is the name in a message (RFC 1035 section 3.1)."""

    name: str
    type: str
    labels: _Labels = field(compare=False, repr=False)
    rdtype: RdataType = field(compare=False, repr=False)
    wire: bytes = field(compare=False, repr=False)


@lru_cache(maxsize=4096)
def question_of(name: str, rtype: str) -> WireQuestion | None:
    """Returns the question for a name; None where DNS cannot hold it: a label over 63 octets or empty, more than 255
    octets on the wire (RFC 1035 section 3.1), a character that is no octet. `ValueError` for a type that does not
    exist."""
    try:
        rdtype = dns.rdatatype.from_text(rtype)
    except (dns.rdatatype.UnknownRdatatype, ValueError):
        raise ValueError(f"{rtype!r} is no DNS record type") from None
    labels = _parse_labels(name.removesuffix(".") if not name.endswith("\\.") else name)
    if labels is None or sum(len(label) + 1 for label in labels) + 1 > 255:
        return None
    wire = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    return WireQuestion(_format_labels(labels), dns.rdatatype.to_text(rdtype), labels, rdtype, wire)


def canonical_name(name: str) -> str:
    """Returns a name as answers carry it: lower case without the trailing dot; itself where DNS cannot hold it."""
    question = question_of(name, "A")
    return question.name if question else name.lower().removesuffix(".")


def _parse_labels(name: str) -> tuple[bytes, ...] | None:
    lower = name.lower()
    if len(name) <= 253 and _PLAIN_NAME.fullmatch(lower):
        return tuple(lower.encode("ascii").split(b"."))
    if len(name) > 4 * 255:
        return None
    labels = [b""]
    position = 0
    while position < len(name):
        escape = _ESCAPE.match(name, position)
        if escape:
            character, position = chr(int(escape[1])) if escape[1] else escape[2], escape.end()
        else:
            character, position = name[position], position + 1
        if character == "." and not escape:
            labels.append(b"")
        elif ord(character) > 255:
            return None
        else:
            labels[-1] += bytes([ord(character)])
    return tuple(label.lower() for label in labels) if all(1 <= len(label) <= 63 for label in labels) else None


def _format_label(label: bytes) -> str:
    """Returns a label in presentation form: the octets that master files cannot hold plainly are escaped."""
    if label.isalnum():
        return label.decode("ascii")
    return "".join(
        f"\\{octet:03d}" if not 0x20 < octet < 0x7F else f"\\{octet:c}" if octet in _ESCAPED_OCTETS else chr(octet)
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
"""An answer that can be cached."""


@dataclass(frozen=True, slots=True)
class Referral:
    """The name servers `hosts` answer for `zone`, not the server that was asked."""

    zone: str
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unusable:
    """The server did not answer: `why` in words."""

    why: str


@dataclass(frozen=True, slots=True)
class _RecordHeader:
    """A record without its data, which are `size` octets at `at`; `name` in lower case."""

    name: _Labels
    type: int
    ttl: int
    at: int
    size: int


class DnsMessage:
    """One message (RFC 1035 section 4.1): its header, question, and the heads of its records of class IN. `question` is
    what was asked. `dns.exception.DNSException` or `ValueError` where the octets are none."""

    def __init__(self, wire: bytes, question: WireQuestion) -> None:
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
        self._question += [(self._read_name(), *self._parser.get_struct("!HH")) for _ in range(questions)]
        self.answer = self._read_headers(answers)
        self.authority = self._read_headers(authorities)
        self._opt = next(iter(self._read_headers(others, RdataType.OPT)), None)
        # RFC 6891 section 6.1.3: the upper eight bits of the code are in the OPT record.
        self.rcode = self.flags & 0x000F | ((self._opt.ttl >> 20) & 0x0FF0 if self._opt else 0)

    @property
    def claims_authority(self) -> bool:
        """Tells whether the server says that it is the authority, or that it recurses (AA, RA)."""
        return bool(self.flags & _AA_OR_RA)

    def answers(self, question: WireQuestion) -> bool:
        """Tells whether the message echoes the question; an error may come without one."""
        if not self._question:
            return self.rcode not in _ANSWER_RCODES
        name, rdtype, rdclass = self._question[0]
        echoed = (rdtype, rdclass, name)
        return len(self._question) == 1 and echoed == (question.rdtype, dns.rdataclass.IN, question.labels)

    def read_data(self, header: _RecordHeader) -> dns.rdata.Rdata:
        parser = dns.wire.Parser(self._parser.wire, header.at)
        with parser.restrict_to(header.size):
            return dns.rdata.from_wire_parser(dns.rdataclass.IN, RdataType.make(header.type), parser)

    def soa_minimum(self, header: _RecordHeader) -> int:
        """Reads the last of the five numbers that end an SOA record (RFC 1035 section 3.3.13)."""
        if header.size < _SMALLEST_SOA:
            raise dns.exception.FormError
        return int.from_bytes(self._parser.wire[header.at + header.size - 4 : header.at + header.size], "big")

    def describe_error(self) -> str:
        """Names the error, with what an extended error (RFC 8914) adds; never its free text, which anybody can
        write."""
        code = dns.rcode.to_text(dns.rcode.Rcode.make(self.rcode))
        opt = self.read_data(self._opt) if self._opt else None
        for option in opt.options if isinstance(opt, dns.rdtypes.ANY.OPT.OPT) else ():
            if isinstance(option, dns.edns.EDEOption) and option.code in tuple(dns.edns.EDECode):
                words = dns.edns.EDECode(option.code).name.replace("_", " ").lower().replace("dnssec", "DNSSEC")
                return f"{code} ({words})"
        return code

    def _read_headers(self, count: int, only: RdataType | None = None) -> list[_RecordHeader]:
        headers = []
        for _ in range(count):
            name = self._read_name()
            rdtype, rdclass, ttl, size = self._parser.get_struct("!HHIH")
            # RFC 2181 section 8: a TTL with its first bit set is zero. In an OPT record it is no TTL.
            ttl = ttl if rdtype == RdataType.OPT or ttl < 1 << 31 else 0
            if rdtype == only or (only is None and rdclass == dns.rdataclass.IN):
                headers.append(_RecordHeader(name, rdtype, ttl, self._parser.current, size))
            self._parser.get_bytes(size)
        return headers

    def _read_name(self) -> _Labels:
        start = self._parser.current
        if (
            self._parser.wire[start : start + 2] == b"\xc0\x0c" and start > 12
        ):  # the name of the question, nearly always
            self._parser.get_bytes(2)
            return self._first
        name = _lower_labels(self._parser.get_name(decompress=True))
        if start == 12:
            self._first = name
        return name


def read_response(
    message: DnsMessage, question: WireQuestion, *, sets_flags: bool = False
) -> Response | Referral | Unusable:
    """Reads what a message says about a question.

    `sets_flags`: this server has set AA or RA before, so an empty answer with neither and without an SOA is not absence
    but lameness. A simple server that never sets them is believed.
    """
    if message.rcode not in _ANSWER_RCODES:
        return Unusable(message.describe_error())
    answer: _HeadersByRRset = {}
    for header in message.answer:
        answer.setdefault((header.name, header.type), []).append(header)
    owner, aliases, ttl = _follow_aliases(message, answer, question)
    if headers := answer.get((owner, question.rdtype)):
        records = [message.read_data(header) for header in headers]
        records = records[-1:] if dns.rdatatype.is_singleton(question.rdtype) else list(dict.fromkeys(records))
        return RRset(tuple(map(_format_record, records)), min(ttl, *(header.ttl for header in headers)), aliases)
    soa = _find_soa(message, owner)
    if aliases and (soa is None or (owner, RdataType.CNAME) in answer):
        return Cname(ttl, aliases)
    exists = message.rcode == 0
    if soa is None and exists:
        if (referral := _read_referral(message, owner)) is not None:
            return referral
        if sets_flags and not message.claims_authority and not _has_soa(message):
            return Unusable("lame: an empty answer, neither authoritative nor recursive")
    zone, negative_ttl = soa or (None, 0)
    return Negative(exists, zone, min(ttl, negative_ttl), aliases)


_HeadersByRRset: TypeAlias = dict[tuple[_Labels, int], list[_RecordHeader]]


def _follow_aliases(
    message: DnsMessage, answer: _HeadersByRRset, question: WireQuestion
) -> tuple[_Labels, tuple[str, ...], int]:
    """Returns the name where the aliases within the message end, the aliases, and their TTL. They may stand in any
    order; a loop ends where it closes."""
    owner, aliases, ttl = question.labels, list[str](), _LONGEST_TTL
    visited = {owner}
    while (owner, question.rdtype) not in answer and len(aliases) <= LONGEST_CHAIN:
        cnames = answer.get((owner, RdataType.CNAME))
        if cnames is None:
            break
        target = _target_of(message.read_data(cnames[-1]))
        owner = _lower_labels(target)
        aliases.append(_format_name(target))
        ttl = min(ttl, *(header.ttl for header in cnames))
        if owner in visited:
            break
        visited.add(owner)
    return owner, tuple(aliases), ttl


def _find_soa(message: DnsMessage, owner: _Labels) -> tuple[str, int] | None:
    """Returns the zone whose SOA proves the name's absence, and for how many seconds (RFC 2308 section 5)."""
    for header in message.authority:
        if header.type == RdataType.SOA and _is_at_or_above(header.name, owner):
            ttl = min(header.ttl, message.soa_minimum(header), _LONGEST_NEGATIVE_TTL)
            return _format_labels(header.name) or ".", ttl
    return None


def _is_at_or_above(apex: _Labels, owner: _Labels) -> bool:
    return len(apex) <= len(owner) and owner[len(owner) - len(apex) :] == apex


def _has_soa(message: DnsMessage) -> bool:
    return any(header.type == RdataType.SOA for header in message.authority)


def _read_referral(message: DnsMessage, owner: _Labels) -> Referral | Unusable | None:
    """Reads a referral: NS records without an SOA (RFC 2308 section 2.2). One that does not lead to the name is
    lame."""
    ns_records = [header for header in message.authority if header.type == RdataType.NS]
    if not ns_records or _has_soa(message):
        return None
    delegation = next((header for header in ns_records if _is_at_or_above(header.name, owner)), None)
    if delegation is None:
        return Unusable("lame: it names the servers of another zone")
    hosts = dict.fromkeys(_target_of(message.read_data(ns)) for ns in ns_records if ns.name == delegation.name)
    return Referral(_format_labels(delegation.name) or ".", tuple(map(_format_name, hosts)))


def _format_labels(labels: _Labels) -> str:
    return ".".join(map(_format_label, labels))


def _lower_labels(name: dns.name.Name) -> _Labels:
    return tuple(label.lower() for label in name.labels if label)


def _target_of(rdata: dns.rdata.Rdata) -> dns.name.Name:
    assert isinstance(rdata, dns.rdtypes.nsbase.NSBase)
    return rdata.target


def _format_name(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True)


def _format_record(rdata: dns.rdata.Rdata) -> str:
    """Writes a record in presentation form without trailing dots. The strings of a TXT are joined, an octet a
    character."""
    match rdata:
        case dns.rdtypes.txtbase.TXTBase():
            return b"".join(rdata.strings).decode("latin-1")
        case dns.rdtypes.nsbase.NSBase():
            return _format_name(rdata.target)
        case dns.rdtypes.ANY.MX.MX():
            return f"{rdata.preference} {_format_name(rdata.exchange)}"
        case dns.rdtypes.ANY.SOA.SOA():
            numbers = (rdata.serial, rdata.refresh, rdata.retry, rdata.expire, rdata.minimum)
            return " ".join((_format_name(rdata.mname), _format_name(rdata.rname), *map(str, numbers)))
    text = rdata.to_text()
    return text if text == "." or text.endswith(" .") else text.removesuffix(".")
