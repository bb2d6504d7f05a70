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
from checks.answers import Answer, Dns, NoData, NoName, Records, Unanswered, ask_all, is_absent, values
from checks.mx import mx_records
from checks.names import is_at_or_below
from checks.spf.parse import ParseFailure, parse, read_explanation, select_spf_texts
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
    expand,
    expand_name,
    macro_letters,
)

MOST_LOOKUPS = 10
MOST_VOIDS = 2
MOST_HOSTS = 10
"""Limits of section 4.6.4: terms that ask DNS, those among them that find nothing, hosts of one mx or ptr."""

_LABEL = re.compile(r"[A-Za-z0-9_-]{1,63}")


class Result(StrEnum):
    """The results of section 2.6."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"  # noqa: S105 - the result's own name, no password
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


class _Match(Enum):
    """How a host compares with one mechanism."""

    YES = "yes"
    NO = "no"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


_INCLUDE_MATCHES = {  # RFC 7208 5.2 (the table)
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
    host, name = _read_host(ip), _to_ascii(domain)
    if host is None or name is None:  # RFC 7208 4.3
        return Result.NONE.value, ""
    local_part, at_sign, sender_domain = (sender or f"@{helo}").rpartition("@")  # RFC 7208 2.4, 4.3
    if not sender_domain.isascii():
        sender_domain = _to_ascii(sender_domain) or sender_domain
    local_part = local_part if at_sign and local_part else "postmaster"
    session = _Session(host, local_part, sender_domain.removesuffix("."), helo, resolver)
    try:
        async with asyncio.timeout(deadline):
            verdict = await session.evaluate(name)
    except TimeoutError:
        return Result.TEMPERROR.value, ""
    explanation = ""
    if verdict.result is Result.FAIL and verdict.exp is not None:
        timestamp = int(time.time()) if now is None else now
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(deadline):
                explanation = await session.explain(verdict.exp, verdict.domain, receiver, timestamp)
    return verdict.result.value, explanation


def _read_host(ip: str | Address) -> Address | None:
    """Returns the client's address; one that is IPv4 inside IPv6 counts as IPv4 (section 5)."""
    address = read_address(ip.partition("%")[0].strip()) if isinstance(ip, str) else ip
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _to_ascii(domain: str) -> str | None:
    """Returns the domain without its trailing dot and as A-labels (RFC 8616 section 4); None for what is no fully
    qualified domain name: too long, an empty label, a single label, an address literal (section 4.3)."""
    name = domain.removesuffix(".")
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    labels = name.split(".")
    is_qualified = len(labels) > 1 and len(name) <= 253 and all(_LABEL.fullmatch(label) for label in labels)
    return name if is_qualified else None


@dataclass(slots=True)
class _Session:
    """Evaluates for one host and mailbox, and counts what is used up of the limits of section 4.6.4."""

    host: Address
    local_part: str
    sender_domain: str
    helo: str
    dns: Dns
    lookups: int = 0
    voids: int = 0
    pointers: Answer | None = None
    names: tuple[str, ...] = ()
    """The host's PTR records once asked for, and the names among them that lead back to it."""

    async def evaluate(self, domain: str) -> _Verdict:
        """Evaluates one domain by sections 4.3 to 4.7; include and redirect come back here."""
        if "." not in domain:
            return _Verdict(Result.NONE)
        answer = await self.dns.ask(domain, "TXT")
        if isinstance(answer, Unanswered):
            return _Verdict(Result.TEMPERROR)
        texts = select_spf_texts(values(answer))
        if len(texts) != 1:
            return _Verdict(Result.PERMERROR if texts else Result.NONE)  # RFC 7208 4.5
        record = parse(texts[0])
        if record.flaws:  # RFC 7208 4.6: an error anywhere, before anything is evaluated
            return _Verdict(Result.PERMERROR)
        for directive in record.directives:
            match await self._match_mechanism(directive.mechanism, domain):
                case _Match.YES:
                    return _Verdict(Result[directive.qualifier.name], record.exp, domain)
                case _Match.TEMPERROR | _Match.PERMERROR as error:
                    return _Verdict(Result(error.value))
                case _Match.NO:
                    pass
        if record.redirect is None:  # RFC 7208 4.7
            return _Verdict(Result.NEUTRAL)
        target = await self._expand_target(record.redirect.target, domain) if self._claim_lookup() else None
        verdict = _Verdict(Result.PERMERROR) if target is None else await self.evaluate(target)
        return _Verdict(Result.PERMERROR) if verdict.result is Result.NONE else verdict  # RFC 7208 6.1

    def _claim_lookup(self) -> bool:
        self.lookups += 1  # RFC 7208 4.6.4
        return self.lookups <= MOST_LOOKUPS

    async def _match_mechanism(self, mechanism: Mechanism, domain: str) -> _Match:
        match mechanism:
            case All():
                return _Match.YES
            case IP4(address, length):
                return _match_if(self._shares_prefix(address, length, None))
            case IP6(address, length):
                return _match_if(self._shares_prefix(address, None, length))
        if not self._claim_lookup():
            return _Match.PERMERROR
        target = domain if mechanism.target is None else await self._expand_target(mechanism.target, domain)
        if target is None:
            return _Match.NO
        match mechanism:
            case Include():
                return _INCLUDE_MATCHES[(await self.evaluate(target)).result]
            case Exists():
                answer = await self._ask_term(target, "A")
                return answer if isinstance(answer, _Match) else _Match.YES
            case A():
                answer = await self._ask_term(target, self._family)
                return answer if isinstance(answer, _Match) else self._match_any(answer, mechanism)
            case MX():
                return await self._match_mx(target, mechanism)
            case PTR():
                return await self._match_ptr(target)

    @property
    def _family(self) -> str:
        return "A" if self.host.version == 4 else "AAAA"

    async def _ask_term(self, name: str, rtype: str) -> Records | _Match:
        """Asks for the records of one term; returns a match where there are none (sections 4.6.4 and 5)."""
        match await self.dns.ask(name, rtype):
            case Records() as records:
                return records
            case NoData() | NoName():
                return self._count_void()
            case Unanswered():
                return _Match.TEMPERROR

    def _count_void(self) -> _Match:
        self.voids += 1  # RFC 7208 4.6.4
        return _Match.PERMERROR if self.voids > MOST_VOIDS else _Match.NO

    async def _match_mx(self, target: str, mechanism: MX) -> _Match:
        """Compares the host with the mail exchangers, by preference (section 5.4); that there is an eleventh only
        matters when none of the first ten matches (section 4.6.4)."""
        records = await self._ask_term(target, "MX")
        if isinstance(records, _Match):
            return records
        hosts = [record.host for record in mx_records(records) if record.host]
        for answer in await ask_all(self.dns, [(host, self._family) for host in hosts[:MOST_HOSTS]]):
            if isinstance(answer, Unanswered):
                return _Match.TEMPERROR
            if self._match_any(answer, mechanism) is _Match.YES:
                return _Match.YES
        return _Match.PERMERROR if len(hosts) > MOST_HOSTS else _Match.NO

    async def _match_ptr(self, target: str) -> _Match:
        names = await self._validate_names()  # RFC 7208 5.5
        if self.pointers is not None and is_absent(self.pointers):
            return self._count_void()
        return _match_if(any(is_at_or_below(name, target.lower()) for name in names))

    async def _validate_names(self) -> tuple[str, ...]:
        """Returns the host's first ten names that lead back to it, lower case (section 5.5). An error is no name."""
        if self.pointers is None:
            self.pointers = await self.dns.ask(self.host.reverse_pointer, "PTR")
            hosts = values(self.pointers)[:MOST_HOSTS]
            answers = await ask_all(self.dns, [(host, self._family) for host in hosts])
            self.names = tuple(
                host.lower().removesuffix(".")
                for host, answer in zip(hosts, answers, strict=True)
                if any(self._shares_prefix(address, None, None) for address in _read_addresses(answer))
            )
        return self.names

    def _match_any(self, answer: Answer, mechanism: A | MX) -> _Match:
        lengths = mechanism.ip4_length, mechanism.ip6_length
        return _match_if(any(self._shares_prefix(address, *lengths) for address in _read_addresses(answer)))

    def _shares_prefix(self, address: Address, ip4_length: int | None, ip6_length: int | None) -> bool:
        """Returns True when host and address share their first bits, as many as the length of the family says; all of
        them where that is None."""
        if address.version != self.host.version:
            return False
        length = ip4_length if address.version == 4 else ip6_length
        shift = 0 if length is None else address.max_prefixlen - length
        return int(address) >> shift == int(self.host) >> shift

    async def _expand_target(self, spec: MacroString, domain: str) -> str | None:
        """Expands a domain-spec to the name to ask for; None when it holds what a name cannot: the non-ASCII local part
        of an internationalized address never matches (RFC 8616 section 4). A backslash stands for itself, for which a
        question has two (RFC 1035 section 5.1)."""
        name = expand_name(spec, await self._macro_values(spec, domain)) or ""
        return name.replace("\\", "\\\\") if name.isascii() else None

    async def _macro_values(self, text: MacroString, domain: str) -> dict[str, str]:
        """Returns the values of the macro letters of a domain-spec (section 7.2)."""
        dotted = str(self.host) if self.host.version == 4 else ".".join(self.host.packed.hex().upper())
        letters = {
            "s": f"{self.local_part}@{self.sender_domain}",
            "l": self.local_part,
            "o": self.sender_domain,
            "d": domain,
            "i": dotted,
            "v": "in-addr" if self.host.version == 4 else "ip6",
            "h": self.helo,
        }
        if "p" in macro_letters(text):  # RFC 7208 7.3: the domain itself, else a name below it, else any
            names, lower_domain = await self._validate_names(), domain.lower()
            below = (name for name in names if name.endswith(f".{lower_domain}"))
            letters["p"] = lower_domain if lower_domain in names else next(below, names[0] if names else "unknown")
        return letters

    async def explain(self, exp: Exp, domain: str, receiver: str, now: int) -> str:
        """Returns the one TXT record at the target, expanded (section 6.2); empty for anything else, as without exp."""
        target = await self._expand_target(exp.target, domain)
        texts = values(await self.dns.ask(target, "TXT")) if target else ()
        if len(texts) != 1:
            return ""
        explanation = read_explanation(texts[0])
        if isinstance(explanation, ParseFailure):
            return ""
        letters = await self._macro_values(explanation, domain)
        return expand(explanation, letters | {"c": str(self.host), "r": receiver, "t": str(now)}) or ""


def _read_addresses(answer: Answer) -> list[Address]:
    return [address for value in values(answer) if (address := read_address(value))]


def _match_if(matches: bool) -> _Match:
    return _Match.YES if matches else _Match.NO
