"""Can the domain receive mail? Replies, bounces and DMARC reports need somewhere to go (RFC 5321 section 5.1).

`look_up` asks DNS in two round trips: the domain, then all of its mail exchangers at once. `judge` says what it means:
a mail server is never invented, so where one is missing the fix is a step in words. `receives_mail` answers other
checks in one word.
"""

import asyncio
import re
from dataclasses import dataclass
from enum import StrEnum

from checks.addresses import read_address
from checks.answers import Answer, Dns, NoName, Records, Tristate, Unanswered, ask_all, values
from checks.autocorrect import correct_mail_host, read_feedback_host, without_zone
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
    """A mail exchanger with what was asked about it; the answers are None for a host that is an IP address. `corrected`
    is the address of the name that it was perhaps meant as."""

    record: MxRecord
    a: Answer | None = None
    aaaa: Answer | None = None
    cname: Answer | None = None
    corrected: Answer | None = None

    @property
    def name(self) -> str:
        return self.record.host


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
    match = _MX.fullmatch(value)
    return MxRecord(int(match["preference"]), (match["host"] or "").rstrip(".").lower()) if match else None


def mx_records(answer: Answer) -> tuple[MxRecord, ...]:
    """Returns the MX records of an answer, most preferred first (RFC 5321 section 5.1), each once."""
    records = {record for value in values(answer) if (record := parse(value))}
    return tuple(sorted(records, key=lambda record: (record.preference, record.host)))


def mail_exchangers(answer: Answer) -> tuple[str, ...]:
    """Returns the hosts of all MX records, lower case, most preferred first; empty without any, and for a null MX."""
    return tuple(dict.fromkeys(record.host for record in mx_records(answer) if record.host))


def find_receiving_hosts(answer: Answer) -> tuple[str, ...]:
    """Returns the mail exchangers that take mail from anyone: not the hosts for bounces of SES."""
    return tuple(host for host in mail_exchangers(answer) if not _takes_only_bounces(host))


def _takes_only_bounces(host: str) -> bool:
    ses_host = read_feedback_host(host, "")
    return ses_host is not None and not ses_host.why


def is_address(host: str) -> bool:
    """Returns True for an IP address where a host name belongs (RFC 5321 section 5.1 wants a domain name)."""
    return read_address(host.strip("[]")) is not None


async def look_up(domain: str, dns: Dns) -> MxFacts:
    """Asks for the MX, A and AAAA of `domain`, then for the A, AAAA and CNAME of every host its MX records name."""
    answer, a, aaaa = await ask_all(dns, [(domain, rtype) for rtype in ("MX", "A", "AAAA")])
    records = [record for record in mx_records(answer) if record.host]
    hosts = await asyncio.gather(*(_look_up_host(record, domain, dns) for record in records[:_MOST_HOSTS]))
    return MxFacts(domain, answer, a, aaaa, tuple(hosts))


async def _look_up_host(record: MxRecord, domain: str, dns: Dns) -> MxHost:
    host = record.host
    if is_address(host):
        return MxHost(record)
    questions = [(host, "A"), (host, "AAAA"), (host, "CNAME")]
    if corrected := correct_mail_host(host, domain):
        questions.append((corrected, "A"))
    return MxHost(record, *await ask_all(dns, questions))


class _HostState(StrEnum):
    """How a mail exchanger fares, as far as DNS shows."""

    GOOD = "has an address"
    UNKNOWN = "is unknown"
    LITERAL = "is an IP address where a host name belongs (RFC 5321 section 5.1)"
    ALIAS = "is a CNAME, and an MX record may not point at one (RFC 2181 section 10.3)"
    NO_NAME = "does not exist"
    NO_ADDRESS = "has no address"
    BOUNCES = "takes only the bounces of a MAIL FROM domain of Amazon SES"
    NULL = "says that no mail is accepted, beside others that say the opposite (RFC 7505 section 3)"


@dataclass(frozen=True, slots=True)
class _Target:
    """One MX record with the state of its host; `host` is None for the null MX."""

    record: MxRecord
    state: _HostState
    host: MxHost | None = None


def judge(facts: MxFacts, *, needed_for: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """Returns the findings about mail to the domain, worst first. `needed_for`: uses of an address at the domain, in
    words such as "DMARC reports (rua)", which make a domain without mail fail."""
    if _is_domain_missing(facts):
        summary = f"{facts.domain} does not exist in DNS, so nothing can be published below it yet."
        step = (
            "Check the spelling of the name. If it is right, register the domain or, if it is new or was moved, set "
            "its name servers at the registrar."
        )
        return (make_finding("mx.domain-not-found", Outcome.FAIL, summary, evidence_of(facts.answer), step),)
    if isinstance(facts.answer, Unanswered):
        return (_lookup_failed_finding(facts, facts.answer),)
    if not mx_records(facts.answer):
        return (_no_mx_finding(facts, needed_for),)
    return _judge_hosts(facts) if mail_exchangers(facts.answer) else (_null_finding(facts, needed_for),)


def receives_mail(facts: MxFacts) -> Tristate:
    """Tells whether mail to the domain arrives somewhere. NO only where DNS says so; a CNAME works in practice."""
    if _is_domain_missing(facts):
        return Tristate.NO
    if isinstance(facts.answer, Unanswered):
        return Tristate.UNKNOWN
    if not mx_records(facts.answer):
        return has_address(facts.a, facts.aaaa)
    deaf_states = {_HostState.LITERAL, _HostState.BOUNCES}
    states = {
        Tristate.NO if _classify_host(host) in deaf_states else has_address(host.a, host.aaaa) for host in facts.hosts
    }
    return next((state for state in (Tristate.YES, Tristate.UNKNOWN) if state in states), Tristate.NO)


def has_address(a: Answer | None, aaaa: Answer | None) -> Tristate:
    """Tells whether a host has an address, of either family."""
    if isinstance(a, Records) or isinstance(aaaa, Records):
        return Tristate.YES
    return Tristate.UNKNOWN if select_unanswered(a, aaaa) else Tristate.NO


def _is_domain_missing(facts: MxFacts) -> bool:
    """Returns True for NXDOMAIN, whatever the type asked (RFC 8020), unless another answer has records."""
    answers = (facts.answer, facts.a, facts.aaaa)
    is_missing = any(isinstance(answer, NoName) and not answer.aliases for answer in answers)
    return is_missing and not any(isinstance(answer, Records) for answer in answers)


def _classify_host(host: MxHost) -> _HostState:
    if is_address(host.name):
        return _HostState.LITERAL
    if _takes_only_bounces(host.name):
        return _HostState.BOUNCES
    if isinstance(host.cname, Records) or any(isinstance(a, Records) and a.aliases for a in (host.a, host.aaaa)):
        return _HostState.ALIAS
    match has_address(host.a, host.aaaa):
        case Tristate.YES:
            return _HostState.GOOD
        case Tristate.UNKNOWN:
            return _HostState.UNKNOWN
        case Tristate.NO:
            return _HostState.NO_NAME if isinstance(host.a, NoName) else _HostState.NO_ADDRESS


def _judge_hosts(facts: MxFacts) -> tuple[Finding, ...]:
    targets = [_Target(host.record, _classify_host(host), host) for host in facts.hosts]
    targets += [_Target(record, _HostState.NULL) for record in mx_records(facts.answer) if not record.host]
    unknown_hosts = [target.host for target in targets if target.state is _HostState.UNKNOWN and target.host]
    bad = [target for target in targets if target.state not in {_HostState.GOOD, _HostState.UNKNOWN}]
    findings = []
    if unknown_hosts:
        failed = select_unanswered(*(answer for host in unknown_hosts for answer in (host.a, host.aaaa)))
        names = ", ".join(make_printable(host.name) for host in unknown_hosts[:3])
        summary = f"{facts.domain} names {names} for its mail, and whether that has an address is unknown."
        findings.append(make_unknown_finding("mx.lookup-failed", summary, *failed, evidence=evidence_of(facts.answer)))
    if bad:
        any_good = any(target.state is _HostState.GOOD for target in targets)
        findings.append(_bad_target_finding(facts, bad, any_good=any_good))
    return tuple(findings) or (_ok_finding(facts),)


def _ok_finding(facts: MxFacts) -> Finding:
    hosts = mail_exchangers(facts.answer)
    what = hosts[0] if len(hosts) == 1 else f"{len(hosts)} mail exchangers, {hosts[0]} first"
    return make_finding("mx.ok", Outcome.PASS, f"Mail to {facts.domain} goes to {what}.", evidence_of(facts.answer))


def _null_finding(facts: MxFacts, needed_for: tuple[str, ...]) -> Finding:
    summary = f"{facts.domain} says that it accepts no mail at all (a null MX, RFC 7505)"
    step = (
        f"If {facts.domain} is meant to receive mail, replace the null MX with the MX records that your mail "
        "provider gives you."
    )
    return _no_mail_finding("mx.null", summary, evidence_of(facts.answer), step, needed_for)


def _no_mx_finding(facts: MxFacts, needed_for: tuple[str, ...]) -> Finding:
    domain, evidence = facts.domain, evidence_of(facts.answer, facts.a, facts.aaaa)
    match has_address(facts.a, facts.aaaa):
        case Tristate.UNKNOWN:
            return _lookup_failed_finding(facts, *select_unanswered(facts.a, facts.aaaa))
        case Tristate.YES:
            summary = (
                f"{domain} has no MX record; senders then try its own address, so mail may still arrive "
                "(RFC 5321 section 5.1), but some will not."
            )
            step = (
                f"If {domain} receives mail, publish the MX records that your mail provider gives you. If it must not, "
                "a null MX (priority 0, host “.”) says so plainly."
            )
            return make_finding("mx.implicit", Outcome.WARN, summary, evidence, step)
        case Tristate.NO:
            summary = f"{domain} has no MX record and no address, so it cannot receive mail"
            step = f"Set up a mailbox for {domain} and publish the MX records that your mail provider gives you."
            return _no_mail_finding("mx.missing", summary, evidence, step, needed_for)


def _no_mail_finding(
    code: str, summary: str, evidence: tuple[str, ...], step: str, needed_for: tuple[str, ...]
) -> Finding:
    if not needed_for:
        summary += ": replies and bounces to addresses there have nowhere to go."
        return make_finding(code, Outcome.WARN, summary, evidence, step)
    uses = " and ".join(needed_for)
    step += f" Or use an address at another domain for {uses}."
    return make_finding(code, Outcome.FAIL, f"{summary}, but it is named for {uses}.", evidence, step)


def _lookup_failed_finding(facts: MxFacts, *failed: Unanswered) -> Finding:
    summary = f"Where mail to {facts.domain} goes is unknown: {failed[0].name} {failed[0].type} was not answered."
    return make_unknown_finding("mx.lookup-failed", summary, *failed)


def _bad_target_finding(facts: MxFacts, bad: list[_Target], *, any_good: bool) -> Finding:
    words = "; ".join(f"{make_printable(target.record.host) or 'the null MX'} {target.state}" for target in bad[:3])
    answers: list[Answer | None] = [facts.answer]
    for target in bad:
        if target.host:
            is_alias = target.state is _HostState.ALIAS
            answers += [target.host.cname] if is_alias else [target.host.a, target.host.aaaa]
    summary = f"Mail to {facts.domain} can get lost: {words}."
    fix = _amend_records(facts.domain, bad, any_good)
    return make_finding("mx.target-bad", Outcome.WARN, summary, evidence_of(*answers), fix)


def _amend_records(domain: str, bad: list[_Target], any_good: bool) -> Fix:
    """Corrects a host that was surely meant otherwise, and deletes what leads nowhere; the rest is a step in words."""
    records, remove, steps = [], [], []
    for target in bad:
        preference, host = target.record.preference, target.record.host
        record = Record("MX", domain, host or ".", preference)
        is_dead = target.state in (_HostState.NO_NAME, _HostState.NO_ADDRESS)
        is_correctable = is_dead and target.host is not None and isinstance(target.host.corrected, Records)
        if is_correctable and (corrected := correct_mail_host(host, domain)):
            records.append(Record("MX", domain, corrected, preference))
            remove.append(record)
            appended = f"The DNS provider appended its zone to {corrected}: type the host with a dot at its end."
            slip = f"{host} is not complete or has a slip in its name: {corrected} exists."
            steps.append(appended if without_zone(host, domain) else slip)
        elif target.state is _HostState.ALIAS:
            steps.append(
                f"Give {host} address records of its own in place of its CNAME, or name the CNAME’s target in the MX."
            )
        elif any_good or target.state is _HostState.NULL:
            remove.append(record)
        elif target.state is _HostState.BOUNCES:
            steps.append(
                f"If {domain} is itself the MAIL FROM domain, leave the MX and send as another domain. Else replace it "
                "by the MX records that your mail provider gives you: it belongs at a subdomain kept for bounces."
            )
        else:
            bare_host = without_zone(host, domain)
            guess = f" The DNS provider may have appended its zone to {bare_host}." if bare_host else ""
            steps.append(f"Replace {host} by the MX host that your mail provider names: it {target.state}.{guess}")
    if any_good and remove and not records:
        is_lost = any(target.state is _HostState.BOUNCES for target in bad)
        what = "takes no mail for people" if is_lost else "leads nowhere"
        steps.append(f"Delete what {what}: another mail exchanger works.")
    return Fix(tuple(records), tuple(remove), " ".join(dict.fromkeys(steps)))
