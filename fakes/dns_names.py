"""What a name holds: the records of the play DNS, and the answer that a strict server makes of them.

Wildcards (RFC 4592), empty non-terminals (RFC 8020), CNAME chains (RFC 1034 section 4.3.2), DNAME (RFC 6672), negative
answers with their SOA (RFC 2308) and, for a server of named zones, referrals. Sockets and faults are in `dns`.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import dns.exception
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.rdatatype import RdataType

Value: TypeAlias = str | tuple[str, ...]
"""A record in presentation form, names absolute with or without the last dot. The value of a TXT record is its whole
text, each character an octet (Latin-1), cut into strings of 255 on the wire; a tuple names the strings one by one."""
Table: TypeAlias = Mapping[str, Mapping[str, Sequence[Value] | str]]
"""Name to type to values; a string in place of the list names a `DnsFault`, and the type `*` stands for every type."""
Labels: TypeAlias = tuple[bytes, ...]
"""A name as its lower-case labels, without the root."""

_LONGEST_CHAIN = 16
_CUT = RdataType.NS


@dataclass(frozen=True, slots=True)
class DnsReply:
    """The sections of an answer. `followed` are the names after the first that the answer went through."""

    rcode: dns.rcode.Rcode = dns.rcode.NOERROR
    answer: tuple[dns.rrset.RRset, ...] = ()
    authority: tuple[dns.rrset.RRset, ...] = ()
    additional: tuple[dns.rrset.RRset, ...] = ()
    authoritative: bool = False
    followed: tuple[Labels, ...] = ()


_Records: TypeAlias = dict[dns.rdata.Rdata, int]
"""The records of one name and type, each with its TTL."""


class Names:
    """Every name with its records, changed at run time. `ttl` in seconds holds for records published without their own
    and for what is absent; `zones` makes this the data of an authoritative server, of those zones alone."""

    def __init__(self, *, ttl: int = 300, zones: Collection[str] = ()) -> None:
        self._ttl = ttl
        self._zones = {labels_of(zone) for zone in zones}
        self._records: dict[Labels, dict[RdataType, _Records]] = {}
        self._existing: Counter[Labels] = Counter()

    def declare(self, name: str) -> None:
        """Lets `name` exist, with every name above it, though it may hold nothing."""
        owner = labels_of(name)
        if owner not in self._records:
            self._records[owner] = {}
            self._existing.update(owner[i:] for i in range(len(owner) + 1))

    def publish(self, name: str, rtype: str, value: Value, ttl: int | None = None) -> None:
        """Adds a record; publishing it again changes its TTL. `ValueError` where a provider would refuse it: bad
        rdata, or a CNAME beside other records (RFC 1034 section 3.6.2)."""
        kind, rdata = dns.rdatatype.from_text(rtype), _rdata(name, rtype, value)
        types = self._records.get(labels_of(name), {})
        other_types = types.keys() - {kind}
        others = types.get(kind, {}).keys() - {rdata} if kind == RdataType.CNAME else ()
        if (kind == RdataType.CNAME and (other_types or others)) or RdataType.CNAME in other_types:
            raise ValueError(f"{name}: a CNAME stands alone at its name (RFC 1034 section 3.6.2)")
        self.declare(name)
        self._records[labels_of(name)].setdefault(kind, {})[rdata] = self._ttl if ttl is None else ttl

    def remove(self, name: str, rtype: str, value: Value | None = None) -> None:
        """Takes a record away, or all of the type; a name that holds nothing any more is gone. `KeyError` where there
        is no such record."""
        owner, kind = labels_of(name), dns.rdatatype.from_text(rtype)
        known = self._records.get(owner, {}).get(kind, {})
        gone = known.keys() & ({_rdata(name, rtype, value)} if value is not None else known.keys())
        if not gone:
            raise KeyError(f"{name} has no such {rtype} record")
        for rdata in gone:
            del known[rdata]
        if not known:
            del self._records[owner][kind]
        if not self._records[owner]:
            del self._records[owner]
            self._existing.subtract(owner[i:] for i in range(len(owner) + 1))

    def is_empty_non_terminal(self, owner: Labels) -> bool:
        """Returns True for a name that exists only because others are below it."""
        return owner not in self._records and self._existing[owner] > 0

    def lookup(self, name: dns.name.Name, kind: RdataType, *, one_link: bool = False) -> DnsReply:
        """Returns the answer for a question; with `one_link` a CNAME is given without what it leads to."""
        if self._zones and not self._zone_of(labels_of(name)):
            return DnsReply(dns.rcode.REFUSED)
        links: list[dns.rrset.RRset] = []
        followed: list[Labels] = []
        aa = bool(self._zones)
        while True:
            owner = labels_of(name)
            if aa and (cut := self._cut_above(owner)):
                return self._referral(cut, tuple(links), tuple(followed))
            alias, step = self._step(name, owner, kind)
            if alias is None:
                whole = (*links, *step.answer)
                return DnsReply(step.rcode, whole, step.authority, authoritative=aa, followed=tuple(followed))
            links += step.answer
            name = alias
            followed.append(labels_of(name))
            if one_link or (aa and not self._zone_of(followed[-1])):
                return DnsReply(answer=tuple(links), authoritative=aa, followed=tuple(followed))
            if len(followed) > _LONGEST_CHAIN:
                return DnsReply(dns.rcode.SERVFAIL)

    def _step(self, name: dns.name.Name, owner: Labels, kind: RdataType) -> tuple[dns.name.Name | None, DnsReply]:
        """Returns one name's answer; or the alias to go on with, and the records that say so."""
        types = self._records_at(owner)
        if owner not in self._records and (renamed := self._follow_dname(name, owner)):
            return renamed
        if types is None:
            return None, DnsReply(dns.rcode.NXDOMAIN, authority=(self._soa_of(owner),))
        if kind in types:
            return None, DnsReply(answer=(_rrset(name, types[kind]),))
        if kind == RdataType.SOA and owner == self._apex_of(owner):
            return None, DnsReply(answer=(self._soa_of(owner),))
        if kind != RdataType.CNAME and (alias := types.get(RdataType.CNAME)):
            return _target_of(next(iter(alias))), DnsReply(answer=(_rrset(name, alias),))
        return None, DnsReply(authority=(self._soa_of(owner),))

    def _follow_dname(self, name: dns.name.Name, owner: Labels) -> tuple[dns.name.Name | None, DnsReply] | None:
        """Returns a DNAME above the name, with the CNAME made from it (RFC 6672 section 2.2)."""
        for i in range(1, len(owner) + 1):
            dname_records = self._records.get(owner[i:], {}).get(RdataType.DNAME)
            if not dname_records:
                continue
            ancestor = _to_name(owner[i:])
            dname = _rrset(ancestor, dname_records)
            try:
                target = name.relativize(ancestor).concatenate(_target_of(next(iter(dname_records))))
            except dns.name.NameTooLong:
                return None, DnsReply(dns.rcode.YXDOMAIN, answer=(dname,))
            cname = {_rdata(name.to_text(), "CNAME", target.to_text()): dname.ttl}
            return target, DnsReply(answer=(dname, _rrset(name, cname)))
        return None

    def _records_at(self, owner: Labels) -> Mapping[RdataType, _Records] | None:
        """Returns the records at a name, None where it does not exist; a wildcard stands in only below the closest name
        that exists (RFC 4592 section 3.3.1)."""
        if self._existing[owner] > 0:
            return self._records.get(owner, {})
        encloser = next((owner[i:] for i in range(1, len(owner) + 1) if self._existing[owner[i:]] > 0), ())
        wildcard = (b"*", *encloser)
        return self._records.get(wildcard, {}) if self._existing[wildcard] > 0 else None

    def _apex_of(self, owner: Labels) -> Labels:
        """Returns the zone that holds a name: the nearest SOA above or at it, else the last two labels, else what
        exists."""
        ancestors = [owner[i:] for i in range(len(owner) + 1)]
        for candidate in ancestors:
            if candidate in self._zones or RdataType.SOA in self._records.get(candidate, {}):
                return candidate
        return next((ancestor for ancestor in ancestors if len(ancestor) <= 2 and self._existing[ancestor] > 0), ())

    def _soa_of(self, owner: Labels) -> dns.rrset.RRset:
        apex = self._apex_of(owner)
        published = self._records.get(apex, {}).get(RdataType.SOA)
        if published:
            return _rrset(_to_name(apex), published)
        zone = _to_name(apex).to_text()
        below = "." if zone == "." else f".{zone}"
        default_soa = _rdata(zone, "SOA", f"ns{below} hostmaster{below} 1 3600 600 86400 {self._ttl}")
        return _rrset(_to_name(apex), {default_soa: self._ttl})

    def _zone_of(self, owner: Labels) -> bool:
        return any(owner[i:] in self._zones for i in range(len(owner) + 1))

    def _cut_above(self, owner: Labels) -> Labels | None:
        """Returns the delegation that a name is at or below, within the zone that this server answers for."""
        cut = None
        for i in range(len(owner) + 1):
            if owner[i:] in self._zones:
                return cut
            if _CUT in self._records.get(owner[i:], {}):
                cut = owner[i:]
        return cut

    def _referral(self, cut: Labels, links: tuple[dns.rrset.RRset, ...], followed: tuple[Labels, ...]) -> DnsReply:
        """Returns the name servers of a delegated zone (RFC 1034 section 4.3.2, step 3b), with the addresses known
        here."""
        servers = self._records[cut][_CUT]
        hosts = [_target_of(server) for server in servers]
        addresses = [
            _rrset(host, records)
            for host in hosts
            for kind in (RdataType.A, RdataType.AAAA)
            if (records := self._records.get(labels_of(host), {}).get(kind))
        ]
        authority = (_rrset(_to_name(cut), servers),)
        return DnsReply(dns.rcode.NOERROR, links, authority, tuple(addresses), bool(links), followed)


def labels_of(name: str | dns.name.Name) -> Labels:
    """Returns the key of a name: case does not matter (RFC 4343)."""
    if isinstance(name, str):
        name = dns.name.from_text(name)
    return tuple(label.lower() for label in name.labels if label)


def _to_name(owner: Labels) -> dns.name.Name:
    return dns.name.Name((*owner, b""))


def _target_of(rdata: dns.rdata.Rdata) -> dns.name.Name:
    target = rdata.target  # type: ignore[attr-defined]  # CNAME, DNAME and NS all have it; their base does not
    assert isinstance(target, dns.name.Name)
    return target


def _rrset(name: dns.name.Name, records: _Records) -> dns.rrset.RRset:
    return dns.rrset.from_rdata_list(name, min(records.values()), list(records))


def _rdata(name: str, rtype: str, value: Value) -> dns.rdata.Rdata:
    kind = dns.rdatatype.from_text(rtype)
    try:
        if kind in (RdataType.TXT, RdataType.SPF):
            return dns.rdata.from_wire(dns.rdataclass.IN, kind, wire := _txt_rdata(value), 0, len(wire))
        text = value if isinstance(value, str) else " ".join(value)
        return dns.rdata.from_text(dns.rdataclass.IN, kind, text, origin=dns.name.root, relativize=False)
    except (dns.exception.DNSException, ValueError) as error:
        raise ValueError(f"{name} {rtype} {value!r}: {error}") from error


def _txt_rdata(value: Value) -> bytes:
    """Returns the rdata of a text (RFC 1035 section 3.3.14)."""
    if isinstance(value, str):
        octets = value.encode("latin-1")
        strings = [octets[i : i + 255] for i in range(0, len(octets), 255)] or [b""]
    else:
        strings = [part.encode("latin-1") for part in value]
    return b"".join(bytes([len(string)]) + string for string in strings)
