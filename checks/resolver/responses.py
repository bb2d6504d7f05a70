"""What one DNS message says about one question (pure), and how aliases lead from there to an answer.

Records, absence (RFC 2308 section 2), an alias (RFC 1034 section 3.6.2), a referral, or nothing usable, with the reason
in words. Only what belongs to the question is read; the rest of a message is ignored.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.MX
import dns.rdtypes.ANY.SOA
import dns.rdtypes.nsbase
import dns.rdtypes.txtbase
import dns.rrset
from dns.rdatatype import RdataType

from checks.answers import Answer, NoData, NoName, Records, Unanswered
from checks.resolver.questions import Question, lowered, question_of, spelled

LONGEST_CHAIN = 16
"""Aliases followed for one question."""
_LONGEST_TTL = 86_400
_LONGEST_ABSENCE = 10_800
"""RFC 2308 section 5: three hours is as long as an absence is remembered."""


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


def read(
    message: dns.message.Message, question: Question, *, sets_flags: bool = False
) -> Response | Referred | Unusable:
    """`sets_flags`: this server has set AA or RA before, so an empty answer with neither and without an SOA is not
    absence but lameness. A simple server that never sets them is believed."""
    if message.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        return Unusable(_refusal(message))
    answer = {(lowered(rrset.name), rrset.rdtype): rrset for rrset in message.answer if rrset.rdclass == _IN}
    owner, aliases, ttl = _along_aliases(answer, question)
    found = answer.get((owner, question.rdtype))
    if found is not None:
        return RRset(tuple(_value(rdata) for rdata in found), min(ttl, found.ttl), aliases)
    soa = _soa_above(message, owner)
    if aliases and (soa is None or (owner, RdataType.CNAME) in answer):
        return Cname(ttl, aliases)
    exists = message.rcode() == dns.rcode.NOERROR
    if soa is None and exists:
        if (referral := _referral(message, owner)) is not None:
            return referral
        if sets_flags and not has_flags(message) and not _any_soa(message):
            return Unusable("lame: an empty answer, neither authoritative nor recursive")
    zone, absence = soa or (None, 0)
    return Negative(exists, zone, min(ttl, absence), aliases)


def has_flags(message: dns.message.Message) -> bool:
    """The server says that it is the authority, or that it recurses."""
    return bool(message.flags & (dns.flags.AA | dns.flags.RA))


_IN = dns.rdataclass.IN
_Labels: TypeAlias = tuple[bytes, ...]
_Answer: TypeAlias = dict[tuple[_Labels, RdataType], dns.rrset.RRset]


def _along_aliases(answer: _Answer, question: Question) -> tuple[_Labels, tuple[str, ...], int]:
    """Where the aliases within the message end, in whatever order they stand; a loop ends where it closes."""
    owner, aliases, ttl = question.labels, list[str](), _LONGEST_TTL
    seen = {owner}
    while (owner, question.rdtype) not in answer and len(aliases) <= LONGEST_CHAIN:
        alias = answer.get((owner, RdataType.CNAME))
        if alias is None:
            break
        target = _target(alias[0])
        owner = lowered(target)
        aliases.append(_text(target))
        ttl = min(ttl, alias.ttl)
        if owner in seen:
            break
        seen.add(owner)
    return owner, tuple(aliases), ttl


def _soa_above(message: dns.message.Message, owner: _Labels) -> tuple[str, int] | None:
    """The zone that speaks for the name's absence, and for how many seconds (RFC 2308 section 5)."""
    for rrset in message.authority:
        if rrset.rdtype == RdataType.SOA and len(rrset) and _is_above(rrset.name, owner):
            soa = rrset[0]
            assert isinstance(soa, dns.rdtypes.ANY.SOA.SOA)
            return _text(rrset.name).lower(), min(rrset.ttl, soa.minimum, _LONGEST_ABSENCE)
    return None


def _is_above(zone: dns.name.Name, owner: _Labels) -> bool:
    apex = lowered(zone)
    return len(apex) <= len(owner) and owner[len(owner) - len(apex) :] == apex


def _any_soa(message: dns.message.Message) -> bool:
    return any(rrset.rdtype == RdataType.SOA for rrset in message.authority)


def _referral(message: dns.message.Message, owner: _Labels) -> Referred | Unusable | None:
    """RFC 2308 section 2.2: NS records without an SOA are a referral. One that does not lead to the name is lame."""
    servers = [rrset for rrset in message.authority if rrset.rdtype == RdataType.NS]
    if not servers or _any_soa(message):
        return None
    below = next((rrset for rrset in servers if _is_above(rrset.name, owner)), None)
    if below is None:
        return Unusable("lame: it names the servers of another zone")
    return Referred(_text(below.name).lower(), tuple(_text(_target(rdata)) for rdata in below))


def _refusal(message: dns.message.Message) -> str:
    """The error, with what an extended error (RFC 8914) adds; never its free text, which anybody can write."""
    code = dns.rcode.to_text(message.rcode())
    for option in message.options:
        if isinstance(option, dns.edns.EDEOption) and option.code in tuple(dns.edns.EDECode):
            words = dns.edns.EDECode(option.code).name.replace("_", " ").lower().replace("dnssec", "DNSSEC")
            return f"{code} ({words})"
    return code


def _target(rdata: dns.rdata.Rdata) -> dns.name.Name:
    assert isinstance(rdata, dns.rdtypes.nsbase.NSBase)
    return rdata.target


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True)


def _value(rdata: dns.rdata.Rdata) -> str:
    """A record in presentation form, without trailing dots; the strings of a text joined, an octet a character."""
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


Ask: TypeAlias = Callable[[Question], Awaitable[Response | Unanswered]]


async def follow(question: Question, ask: Ask, deadline: float) -> Answer:
    """The answer to a question (RFC 1034 section 5.3.3), at most `LONGEST_CHAIN` aliases away, within `deadline`
    seconds. The first link is expected to keep the deadline by itself, and so can say whom it waited for."""
    until = asyncio.get_running_loop().time() + deadline
    name, kind = question.name, question.type
    found = await ask(question)
    aliases: tuple[str, ...] = ()
    ttl = None
    while True:
        if isinstance(found, Unanswered):
            where = f" (at the alias {found.name})" if aliases else ""
            return Unanswered(name, kind, found.by, found.why + where)
        aliases += found.aliases
        ttl = found.ttl if ttl is None else min(ttl, found.ttl)
        if len(aliases) > LONGEST_CHAIN or _closes(name, aliases):
            return Unanswered(name, kind, found.server, "CNAME loop")
        match found:
            case RRset(values=values):
                return Records(name, kind, values, ttl, aliases, found.server)
            case Negative(exists=True):
                return NoData(name, kind, found.zone, ttl, aliases, found.server)
            case Negative():
                return NoName(name, kind, found.zone, ttl, aliases, found.server)
        onward = question_of(aliases[-1], kind)
        if onward is None:
            return NoName(name, kind, None, 0, aliases, found.server)
        try:
            async with asyncio.timeout_at(until):
                found = await ask(onward)
        except TimeoutError:
            found = Unanswered(onward.name, kind, "ses-bot", f"no answer in {deadline:.1f} s")


def _closes(name: str, aliases: tuple[str, ...]) -> bool:
    names = [name, *map(spelled, aliases)]
    return len(set(names)) < len(names)
