"""Can the domain receive mail? Replies, bounces and DMARC reports need somewhere to go (RFC 5321 section 5.1).

`look_up` asks DNS in two round trips: the domain, then all of its mail exchangers at once. `judge` says what it means:
a mail server is never invented, so where one is missing the fix is a step in words. `receives` answers other checks in
one word.
"""

import asyncio
import re
from dataclasses import dataclass
from enum import StrEnum

from checks.addresses import read_address
from checks.answers import Answer, Dns, NoName, Records, Tristate, Unanswered, values
from checks.autocorrect import correct_mail_host, without_zone
from checks.findings import evidence_of, make_finding, make_printable, make_unknown_finding, select_unanswered
from model import Finding, Fix, Outcome, Record

_MX = re.compile(r"(?P<preference>[0-9]{1,5})(?:[ \t]+(?P<host>\S+))?[ \t]*")
_MOST_HOSTS = 20


@dataclass(frozen=True, slots=True)
class MxRecord:
    """One MX record: `preference` 0 to 65535, lowest first; `host` lower case without a trailing dot, empty for the
    root, which is the null MX (RFC 7505 section 3)."""

    preference: int
    host: str

    def __str__(self) -> str:
        return f"{self.preference} {self.host or '.'}"


@dataclass(frozen=True, slots=True)
class MxHost:
    """A mail exchanger with what was asked about it; the answers are None for a host that is an IP address. `meant` is
    the address of the name that it was perhaps meant as."""

    exchange: MxRecord
    a: Answer | None = None
    aaaa: Answer | None = None
    cname: Answer | None = None
    meant: Answer | None = None

    @property
    def name(self) -> str:
        return self.exchange.host


@dataclass(frozen=True, slots=True)
class MxFacts:
    """The MX, A and AAAA answers of `domain`, and its mail exchangers in the order in which senders try them. Hosts
    past the twentieth are left out of `hosts`: no sender tries so many."""

    domain: str
    answer: Answer
    a: Answer
    aaaa: Answer
    hosts: tuple[MxHost, ...] = ()


def parse(value: str) -> MxRecord | None:
    """Reads an MX record in presentation form (`10 mx.acme.com`, RFC 1035 section 3.3.9); None for any other text."""
    found = _MX.fullmatch(value)
    return MxRecord(int(found["preference"]), (found["host"] or "").rstrip(".").lower()) if found else None


def mx_records(answer: Answer) -> tuple[MxRecord, ...]:
    """Returns the MX records of an answer, most preferred first (RFC 5321 section 5.1), each once."""
    read = {exchange for value in values(answer) if (exchange := parse(value))}
    return tuple(sorted(read, key=lambda exchange: (exchange.preference, exchange.host)))


def mail_exchangers(answer: Answer) -> tuple[str, ...]:
    """Returns the hosts of all MX records, lower case, most preferred first; empty without any, and for a null MX."""
    return tuple(dict.fromkeys(exchange.host for exchange in mx_records(answer) if exchange.host))


def is_address(host: str) -> bool:
    """Returns True for an IP address where a host name belongs (RFC 5321 section 5.1 wants a domain name)."""
    return read_address(host.strip("[]")) is not None


async def look_up(domain: str, dns: Dns) -> MxFacts:
    """Asks for the MX, A and AAAA of `domain`, then for the A, AAAA and CNAME of every host its MX records name."""
    answer, a, aaaa = await asyncio.gather(*(dns.ask(domain, rtype) for rtype in ("MX", "A", "AAAA")))
    named = [exchange for exchange in mx_records(answer) if exchange.host]
    hosts = await asyncio.gather(*(_host(exchange, domain, dns) for exchange in named[:_MOST_HOSTS]))
    return MxFacts(domain, answer, a, aaaa, tuple(hosts))


async def _host(exchange: MxRecord, domain: str, dns: Dns) -> MxHost:
    host = exchange.host
    if is_address(host):
        return MxHost(exchange)
    asked = [(host, "A"), (host, "AAAA"), (host, "CNAME")]
    if meant := correct_mail_host(host, domain):
        asked.append((meant, "A"))
    return MxHost(exchange, *await asyncio.gather(*(dns.ask(*question) for question in asked)))


class _HostState(StrEnum):
    """What a mail exchanger is, as far as DNS shows."""

    GOOD = "has an address"
    UNKNOWN = "is unknown"
    LITERAL = "is an IP address where a host name belongs (RFC 5321 section 5.1)"
    ALIAS = "is a CNAME, and an MX record may not point at one (RFC 2181 section 10.3)"
    NO_NAME = "does not exist"
    NO_ADDRESS = "has no address"
    NULL = "says that no mail is accepted, beside others that say the opposite (RFC 7505 section 3)"


@dataclass(frozen=True, slots=True)
class _Target:
    """One MX record with what its host is; `host` is None for the null MX."""

    exchange: MxRecord
    state: _HostState
    host: MxHost | None = None


def judge(facts: MxFacts, *, needed_for: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """Returns the findings about mail to the domain, worst first. `needed_for`: uses of an address at the domain, in
    words such as "DMARC reports (rua)", which make a domain without mail fail."""
    if _no_such_domain(facts):
        summary = f"{facts.domain} does not exist in DNS, so nothing can be published below it yet."
        step = (
            "Check the spelling of the name. If it is right, register the domain or, if it is new or was moved, set "
            "its name servers at the registrar."
        )
        return (make_finding("mx.domain-not-found", Outcome.FAIL, summary, evidence_of(facts.answer), step),)
    if isinstance(facts.answer, Unanswered):
        return (_lookup_failed(facts, facts.answer),)
    if not mx_records(facts.answer):
        return (_without_mx(facts, needed_for),)
    return _by_host(facts) if mail_exchangers(facts.answer) else (_null(facts, needed_for),)


def receives_mail(facts: MxFacts) -> Tristate:
    """Does mail to the domain arrive somewhere? NO only where DNS says so; a host behind a CNAME works in practice."""
    if _no_such_domain(facts):
        return Tristate.NO
    if isinstance(facts.answer, Unanswered):
        return Tristate.UNKNOWN
    if not mx_records(facts.answer):
        return has_address(facts.a, facts.aaaa)
    answers = {Tristate.NO if is_address(host.name) else has_address(host.a, host.aaaa) for host in facts.hosts}
    return next((answer for answer in (Tristate.YES, Tristate.UNKNOWN) if answer in answers), Tristate.NO)


def has_address(a: Answer | None, aaaa: Answer | None) -> Tristate:
    """Has a host an address, of either family?"""
    if isinstance(a, Records) or isinstance(aaaa, Records):
        return Tristate.YES
    return Tristate.UNKNOWN if select_unanswered(a, aaaa) else Tristate.NO


def _no_such_domain(facts: MxFacts) -> bool:
    """NXDOMAIN is about the name, whatever the type asked (RFC 8020), unless a sibling answer proves that it exists."""
    answers = (facts.answer, facts.a, facts.aaaa)
    missing = any(isinstance(answer, NoName) and not answer.aliases for answer in answers)
    return missing and not any(isinstance(answer, Records) for answer in answers)


def _state(host: MxHost) -> _HostState:
    if is_address(host.name):
        return _HostState.LITERAL
    if isinstance(host.cname, Records) or any(isinstance(a, Records) and a.aliases for a in (host.a, host.aaaa)):
        return _HostState.ALIAS
    match has_address(host.a, host.aaaa):
        case Tristate.YES:
            return _HostState.GOOD
        case Tristate.UNKNOWN:
            return _HostState.UNKNOWN
        case Tristate.NO:
            return _HostState.NO_NAME if isinstance(host.a, NoName) else _HostState.NO_ADDRESS


def _by_host(facts: MxFacts) -> tuple[Finding, ...]:
    targets = [_Target(host.exchange, _state(host), host) for host in facts.hosts]
    targets += [_Target(exchange, _HostState.NULL) for exchange in mx_records(facts.answer) if not exchange.host]
    hosts = [target.host for target in targets if target.state is _HostState.UNKNOWN and target.host]
    bad = [target for target in targets if target.state not in {_HostState.GOOD, _HostState.UNKNOWN}]
    findings = []
    if hosts:
        failed = select_unanswered(*(answer for host in hosts for answer in (host.a, host.aaaa)))
        names = ", ".join(make_printable(host.name) for host in hosts[:3])
        summary = f"{facts.domain} names {names} for its mail, and whether that has an address is unknown."
        findings.append(make_unknown_finding("mx.lookup-failed", summary, *failed, seen=evidence_of(facts.answer)))
    if bad:
        findings.append(_target_bad(facts, bad, good=any(target.state is _HostState.GOOD for target in targets)))
    return tuple(findings) or (_ok(facts),)


def _ok(facts: MxFacts) -> Finding:
    hosts = mail_exchangers(facts.answer)
    what = hosts[0] if len(hosts) == 1 else f"{len(hosts)} mail exchangers, {hosts[0]} first"
    return make_finding("mx.ok", Outcome.PASS, f"Mail to {facts.domain} goes to {what}.", evidence_of(facts.answer))


def _null(facts: MxFacts, needed_for: tuple[str, ...]) -> Finding:
    summary = f"{facts.domain} says that it accepts no mail at all (a null MX, RFC 7505)"
    step = (
        f"If {facts.domain} is meant to receive mail, replace the null MX with the MX records that your mail "
        "provider gives you."
    )
    return _without_mail("mx.null", summary, evidence_of(facts.answer), step, needed_for)


def _without_mx(facts: MxFacts, needed_for: tuple[str, ...]) -> Finding:
    domain, seen = facts.domain, evidence_of(facts.answer, facts.a, facts.aaaa)
    match has_address(facts.a, facts.aaaa):
        case Tristate.UNKNOWN:
            return _lookup_failed(facts, *select_unanswered(facts.a, facts.aaaa))
        case Tristate.YES:
            summary = (
                f"{domain} has no MX record; senders then try its own address, so mail may still arrive "
                "(RFC 5321 section 5.1), but some will not."
            )
            step = (
                f"If {domain} receives mail, publish the MX records that your mail provider gives you. If it must not, "
                "a null MX (priority 0, host “.”) says so plainly."
            )
            return make_finding("mx.implicit", Outcome.WARN, summary, seen, step)
        case Tristate.NO:
            summary = f"{domain} has no MX record and no address, so it cannot receive mail"
            step = f"Set up a mailbox for {domain} and publish the MX records that your mail provider gives you."
            return _without_mail("mx.missing", summary, seen, step, needed_for)


def _without_mail(code: str, summary: str, seen: tuple[str, ...], step: str, needed_for: tuple[str, ...]) -> Finding:
    if not needed_for:
        summary += ": replies and bounces to addresses there have nowhere to go."
        return make_finding(code, Outcome.WARN, summary, seen, step)
    uses = " and ".join(needed_for)
    step += f" Or use an address at another domain for {uses}."
    return make_finding(code, Outcome.FAIL, f"{summary}, but it is named for {uses}.", seen, step)


def _lookup_failed(facts: MxFacts, *failed: Unanswered) -> Finding:
    summary = f"Where mail to {facts.domain} goes is unknown: {failed[0].name} {failed[0].type} was not answered."
    return make_unknown_finding("mx.lookup-failed", summary, *failed)


def _target_bad(facts: MxFacts, bad: list[_Target], *, good: bool) -> Finding:
    words = "; ".join(f"{make_printable(target.exchange.host) or 'the null MX'} {target.state}" for target in bad[:3])
    answers: list[Answer | None] = [facts.answer]
    for target in bad:
        if target.host:
            is_alias = target.state is _HostState.ALIAS
            answers += [target.host.cname] if is_alias else [target.host.a, target.host.aaaa]
    summary = f"Mail to {facts.domain} can get lost: {words}."
    return make_finding(
        "mx.target-bad", Outcome.WARN, summary, evidence_of(*answers), _amendment(facts.domain, bad, good)
    )


def _amendment(domain: str, bad: list[_Target], good: bool) -> Fix:
    """Returns what is certain is in records: a host without an appended zone, a record deleted that leads nowhere."""
    records, remove, steps = [], [], []
    for target in bad:
        preference, host = target.exchange.preference, target.exchange.host
        old = Record("MX", domain, host or ".", preference)
        gone = target.state in (_HostState.NO_NAME, _HostState.NO_ADDRESS)
        if (
            gone
            and target.host
            and isinstance(target.host.meant, Records)
            and (meant := correct_mail_host(host, domain))
        ):
            records.append(Record("MX", domain, meant, preference))
            remove.append(old)
            appended = f"The DNS provider appended its zone to {meant}: type the host with a dot at its end."
            slip = f"{host} is not complete or has a slip in its name: {meant} exists."
            steps.append(appended if without_zone(host, domain) else slip)
        elif target.state is _HostState.ALIAS:
            steps.append(
                f"Give {host} address records of its own in place of its CNAME, or name the CNAME’s target in the MX."
            )
        elif good or target.state is _HostState.NULL:
            remove.append(old)
        else:
            bare = without_zone(host, domain)
            guess = f" The DNS provider may have appended its zone to {bare}." if bare else ""
            steps.append(f"Replace {host} by the MX host that your mail provider names: it {target.state}.{guess}")
    if good and remove and not records:
        steps.append("Delete what leads nowhere: another mail exchanger works.")
    return Fix(tuple(records), tuple(remove), " ".join(dict.fromkeys(steps)))
