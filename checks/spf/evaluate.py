"""check_host(): may this host send mail as this domain? RFC 7208 section 4, to the letter.

The evaluation asks only what it needs, in the order of the record, as a receiver does. The linter beside it asks the
same questions of the same resolver, so that neither pays for the other's answers.
"""

import asyncio
import contextlib
import re
import time
from dataclasses import dataclass
from enum import Enum, StrEnum
from ipaddress import IPv6Address

import idna

from checks.addresses import Address, read_address
from checks.answers import Answer, Dns, NoData, NoName, Records, Unanswered, is_absent, values
from checks.mx import mx_records
from checks.names import is_at_or_below
from checks.spf.parse import Broken, parse, read_explanation, select
from checks.spf.syntax import (
    IP4,
    IP6,
    MX,
    PTR,
    A,
    All,
    Exists,
    Exp,
    Include,
    MacroString,
    Mechanism,
    Qualifier,
    expand,
    expand_name,
    letters_in,
)

MOST_LOOKUPS = 10
MOST_VOIDS = 2
MOST_HOSTS = 10
"""Limits of section 4.6.4: terms that ask DNS, those among them that find nothing, hosts of one mx or ptr."""

_LABEL = re.compile(r"[A-Za-z0-9_-]{1,63}")


class Result(StrEnum):
    """Section 2.6."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"  # noqa: S105 - the result's own name, no password
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


class _Match(Enum):
    """What came of comparing a host with one mechanism."""

    YES = "matches"
    NO = "does not match"
    TEMPERROR = "is unknown for now"
    PERMERROR = "can never be known"


_RESULTS = {
    Qualifier.PASS: Result.PASS,
    Qualifier.FAIL: Result.FAIL,
    Qualifier.SOFTFAIL: Result.SOFTFAIL,
    Qualifier.NEUTRAL: Result.NEUTRAL,
}
_OF_INCLUDE = {  # RFC 7208 5.2 (the table)
    Result.PASS: _Match.YES,
    Result.FAIL: _Match.NO,
    Result.SOFTFAIL: _Match.NO,
    Result.NEUTRAL: _Match.NO,
    Result.TEMPERROR: _Match.TEMPERROR,
    Result.PERMERROR: _Match.PERMERROR,
    Result.NONE: _Match.PERMERROR,
}


@dataclass(frozen=True, slots=True)
class _Verdict:
    """A result, and how a fail explains itself: the exp modifier, and the domain that has it."""

    result: Result
    exp: Exp | None = None
    domain: str = ""


async def check_host(  # noqa: PLR0913 - the five arguments of section 4.1, and what the macros of 7.2 need
    ip: str | Address,
    domain: str,
    sender: str,
    helo: str,
    resolver: Dns,
    *,
    receiver: str = "unknown",
    now: int | None = None,
    deadline: float = 20.0,
) -> tuple[str, str]:
    """Evaluates SPF for mail from the host `ip` with the MAIL FROM `sender` (empty: `postmaster@helo`) as `domain`.

    Returns the result (none, neutral, pass, fail, softfail, temperror or permerror) and the explanation that the
    domain publishes for a fail, empty where it has none that can be used (section 6.2). The explanation is text of the
    domain's owner: never trust it as markup.

    `receiver` and `now` (seconds since 1970; None: the clock's) are what the macros %{r} and %{t} stand for; over
    `deadline` seconds the result is temperror (section 4.6.4). An `ip` that is no address gives none.
    """
    host, asked = _host(ip), _ascii(domain)
    if host is None or asked is None:  # RFC 7208 4.3
        return Result.NONE.value, ""
    local, at, sender_domain = (sender or f"@{helo}").rpartition("@")  # RFC 7208 2.4, 4.3
    if not sender_domain.isascii():
        sender_domain = _ascii(sender_domain) or sender_domain
    local = local if at and local else "postmaster"
    session = _Session(host, local, sender_domain.removesuffix("."), helo, resolver)
    try:
        async with asyncio.timeout(deadline):
            verdict = await session.evaluate(asked)
    except TimeoutError:
        return Result.TEMPERROR.value, ""
    explanation = ""
    if verdict.result is Result.FAIL and verdict.exp is not None:
        stamp = int(time.time()) if now is None else now
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(deadline):
                explanation = await session.explain(verdict.exp, verdict.domain, receiver, stamp)
    return verdict.result.value, explanation


def _host(ip: str | Address) -> Address | None:
    """Returns the client's address; one that is IPv4 inside IPv6 counts as IPv4 (section 5)."""
    address = read_address(ip.partition("%")[0].strip()) if isinstance(ip, str) else ip
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _ascii(domain: str) -> str | None:
    """Returns the domain without its trailing dot and as A-labels (RFC 8616 section 4); None for what is no fully
    qualified domain name: too long, an empty label, a single label, an address literal (section 4.3)."""
    name = domain.removesuffix(".")
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    labels = name.split(".")
    proper = len(labels) > 1 and len(name) <= 253 and all(_LABEL.fullmatch(label) for label in labels)
    return name if proper else None


@dataclass(slots=True)
class _Session:
    """One evaluation: the host and the mailbox, and how much of the limits of section 4.6.4 is used up."""

    host: Address
    local: str
    sender_domain: str
    helo: str
    dns: Dns
    lookups: int = 0
    voids: int = 0
    pointers: Answer | None = None
    names: tuple[str, ...] = ()
    """The host's PTR records once asked for, and the names among them that lead back to it."""

    async def evaluate(self, domain: str) -> _Verdict:
        """Sections 4.3 to 4.7 for one domain; include and redirect come back here."""
        if "." not in domain:
            return _Verdict(Result.NONE)
        answer = await self.dns.ask(domain, "TXT")
        if isinstance(answer, Unanswered):
            return _Verdict(Result.TEMPERROR)
        texts = select(values(answer))
        if len(texts) != 1:
            return _Verdict(Result.PERMERROR if texts else Result.NONE)  # RFC 7208 4.5
        record = parse(texts[0])
        if record.flaws:  # RFC 7208 4.6: an error anywhere, before anything is evaluated
            return _Verdict(Result.PERMERROR)
        for directive in record.directives:
            match await self._match(directive.mechanism, domain):
                case _Match.YES:
                    return _Verdict(_RESULTS[directive.qualifier], record.exp, domain)
                case _Match.TEMPERROR:
                    return _Verdict(Result.TEMPERROR)
                case _Match.PERMERROR:
                    return _Verdict(Result.PERMERROR)
                case _Match.NO:
                    pass
        if record.redirect is None:  # RFC 7208 4.7
            return _Verdict(Result.NEUTRAL)
        target = await self._name(record.redirect.target, domain) if self._may_look_up() else None
        verdict = _Verdict(Result.PERMERROR) if target is None else await self.evaluate(target)
        return _Verdict(Result.PERMERROR) if verdict.result is Result.NONE else verdict  # RFC 7208 6.1

    def _may_look_up(self) -> bool:
        self.lookups += 1  # RFC 7208 4.6.4
        return self.lookups <= MOST_LOOKUPS

    async def _match(self, mechanism: Mechanism, domain: str) -> _Match:
        match mechanism:
            case All():
                return _Match.YES
            case IP4(address, length):
                return _yes(self._within(address, length, None))
            case IP6(address, length):
                return _yes(self._within(address, None, length))
        if not self._may_look_up():
            return _Match.PERMERROR
        target = domain if mechanism.target is None else await self._name(mechanism.target, domain)
        if target is None:
            return _Match.NO
        match mechanism:
            case Include():
                return _OF_INCLUDE[(await self.evaluate(target)).result]
            case Exists():
                found = await self._look_up(target, "A")
                return found if isinstance(found, _Match) else _Match.YES
            case A():
                found = await self._look_up(target, self._family)
                return found if isinstance(found, _Match) else self._any_within(found, mechanism)
            case MX():
                return await self._match_mx(target, mechanism)
            case PTR():
                return await self._match_ptr(target)

    @property
    def _family(self) -> str:
        return "A" if self.host.version == 4 else "AAAA"

    async def _look_up(self, name: str, rtype: str) -> Records | _Match:
        """Returns a look-up of one term: what it found, or what comes of finding nothing (sections 4.6.4 and 5)."""
        match await self.dns.ask(name, rtype):
            case Records() as found:
                return found
            case NoData() | NoName():
                return self._void()
            case Unanswered():
                return _Match.TEMPERROR

    def _void(self) -> _Match:
        self.voids += 1  # RFC 7208 4.6.4
        return _Match.PERMERROR if self.voids > MOST_VOIDS else _Match.NO

    async def _match_mx(self, target: str, mechanism: MX) -> _Match:
        """Section 5.4. The hosts are tried by preference; that there is an eleventh only matters when none of the
        first ten matched (section 4.6.4)."""
        found = await self._look_up(target, "MX")
        if isinstance(found, _Match):
            return found
        hosts = [exchange.host for exchange in mx_records(found) if exchange.host]
        for answer in await self._ask_all(hosts[:MOST_HOSTS], self._family):
            if isinstance(answer, Unanswered):
                return _Match.TEMPERROR
            if self._any_within(answer, mechanism) is _Match.YES:
                return _Match.YES
        return _Match.PERMERROR if len(hosts) > MOST_HOSTS else _Match.NO

    async def _match_ptr(self, target: str) -> _Match:
        """Section 5.5."""
        wanted = target.lower()
        names = await self._validated_names()
        if self.pointers is not None and is_absent(self.pointers):
            return self._void()
        return _yes(any(is_at_or_below(name, wanted) for name in names))

    async def _validated_names(self) -> tuple[str, ...]:
        """Returns the host's first ten names that lead back to it, lower case (section 5.5). An error is no name."""
        if self.pointers is None:
            self.pointers = await self.dns.ask(self.host.reverse_pointer, "PTR")
            hosts = values(self.pointers)[:MOST_HOSTS]
            answers = await self._ask_all(hosts, self._family)
            whole = self.host.max_prefixlen
            self.names = tuple(
                host.lower().removesuffix(".")
                for host, answer in zip(hosts, answers, strict=True)
                if any(self._within(address, whole, whole) for address in _addresses(answer))
            )
        return self.names

    async def _ask_all(self, names: list[str] | tuple[str, ...], rtype: str) -> list[Answer]:
        return await asyncio.gather(*(self.dns.ask(name, rtype) for name in names))

    def _any_within(self, answer: Answer, mechanism: A | MX) -> _Match:
        lengths = mechanism.ip4_length, mechanism.ip6_length
        return _yes(any(self._within(address, *lengths) for address in _addresses(answer)))

    def _within(self, address: Address, ip4_length: int | None, ip6_length: int | None) -> bool:
        """Returns True when host and address share their first bits, as many as the length of the family says."""
        if address.version != self.host.version:
            return False
        length = ip4_length if address.version == 4 else ip6_length
        shift = 0 if length is None else address.max_prefixlen - length
        return int(address) >> shift == int(self.host) >> shift

    async def _name(self, spec: MacroString, domain: str) -> str | None:
        """Returns a domain-spec as the name to ask for; None when it holds what a name cannot: the non-ASCII local part
        of an internationalized address never matches (RFC 8616 section 4). A backslash is itself, which names are asked
        for with one more (RFC 1035 section 5.1)."""
        name = expand_name(spec, await self._values(spec, domain)) or ""
        return name.replace("\\", "\\\\") if name.isascii() else None

    async def _values(self, text: MacroString, domain: str) -> dict[str, str]:
        """Section 7.2, for the letters of a domain-spec."""
        packed = self.host.packed
        dotted = str(self.host) if self.host.version == 4 else ".".join(packed.hex().upper())
        letters = {
            "s": f"{self.local}@{self.sender_domain}",
            "l": self.local,
            "o": self.sender_domain,
            "d": domain,
            "i": dotted,
            "v": "in-addr" if self.host.version == 4 else "ip6",
            "h": self.helo,
        }
        if "p" in letters_in(text):  # RFC 7208 7.3: the domain itself, else a name below it, else any
            names, wanted = await self._validated_names(), domain.lower()
            below = (name for name in names if name.endswith(f".{wanted}"))
            letters["p"] = wanted if wanted in names else next(below, names[0] if names else "unknown")
        return letters

    async def explain(self, exp: Exp, domain: str, receiver: str, now: int) -> str:
        """Section 6.2: the one TXT record at the target, expanded; anything else counts as if there were no exp."""
        target = await self._name(exp.target, domain)
        texts = values(await self.dns.ask(target, "TXT")) if target else ()
        if len(texts) != 1:
            return ""
        explanation = read_explanation(texts[0])
        if isinstance(explanation, Broken):
            return ""
        letters = await self._values(explanation, domain)
        return expand(explanation, letters | {"c": str(self.host), "r": receiver, "t": str(now)}) or ""


def _addresses(answer: Answer) -> list[Address]:
    return [address for value in values(answer) if (address := read_address(value))]


def _yes(matches: bool) -> _Match:
    return _Match.YES if matches else _Match.NO
